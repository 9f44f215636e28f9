package web

func (s *site) operationDeskRoutes(d operationDoors) {
	_ = d
}
