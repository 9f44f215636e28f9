package web

// participationRoutes are those of who has a personal link, asks to come, or waits for a place.
func (s *site) participationRoutes(d eventDoors) { _ = d }
