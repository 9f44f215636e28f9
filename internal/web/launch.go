package web

func (s *site) launchRoutes(d operationDoors) {
	_ = d
}
