package web

// guestRoutes are those of the guests of an event.
func (s *site) guestRoutes(d eventDoors) { _ = d }
