package web

// doorRoutes are those of the door.
func (s *site) doorRoutes(d eventDoors) { _ = d }
