package programme

// Passing has a run told of its steps.
func (s *Service) Passing(f func(step string) error) { s.passed = f }
