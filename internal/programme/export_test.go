package programme

// StopAt has a proposal or a run ask, between two of its writes, whether it goes on; nil
// has it go on.
func (s *Service) StopAt(passed func(step string) error) {
	if passed == nil {
		passed = func(string) error { return nil }
	}
	s.passed = passed
}
