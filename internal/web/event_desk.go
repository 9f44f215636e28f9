package web

// eventDeskRoutes are those of the list, the settings and the public page of events.
func (s *site) eventDeskRoutes(d eventDoors) { _ = d }
