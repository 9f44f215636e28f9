package gathering

// Lines is how many events something waits to be done to.
func (s *Service) Lines() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines)
}
