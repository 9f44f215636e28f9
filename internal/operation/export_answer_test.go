package operation

// StopAt has the steps of what takes two writes tell the test, which may stop there.
func (s *Service) StopAt(passed func(step string) error) { s.passed = passed }
