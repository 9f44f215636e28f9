package web

// afterRoutes are those of what comes after an event.
func (s *site) afterRoutes(d eventDoors) { _ = d }
