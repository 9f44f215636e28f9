package directory

// StopAt has an action ask, between two of its writes, whether it goes on.
func (s *Service) StopAt(passed func(step string) error) { s.passed = passed }
