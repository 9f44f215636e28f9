package web

func (s *site) ownRequestRoutes(d operationDoors) {
	_ = d
}
