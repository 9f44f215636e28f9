package programme

// StopAt has a proposal ask, between two of its writes, whether it goes on.
func (s *Service) StopAt(passed func(step string) error) { s.passed = passed }
