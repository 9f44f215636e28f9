package web

func (s *site) comparisonRoutes(d operationDoors) {
	_ = d
}
