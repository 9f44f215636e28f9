package operation

// Passing tells a test of the steps of what takes several writes; an error stops there, as
// a kill would.
func (s *Service) Passing(told func(step string) error) { s.passed = told }
