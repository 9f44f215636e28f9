package gathering

// Lines is how many events something waits to be done to.
func (s *Service) Lines() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines)
}

// StopAt has the service stop after a step, as a kill would.
func (s *Service) StopAt(step string, stopped error) {
	s.passed = func(at string) error {
		if at == step {
			return stopped
		}
		return nil
	}
}
