package directory

// Passing has a function told of each step of a run.
func (d *Desk) Passing(tell func(step string)) { d.passed = tell }

// StopAt has an action ask, between two of its writes, whether it goes on.
func (s *Service) StopAt(passed func(step string) error) { s.passed = passed }
