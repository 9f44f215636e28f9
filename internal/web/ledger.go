package web

func (s *site) ledgerRoutes(d operationDoors) {
	_ = d
}
