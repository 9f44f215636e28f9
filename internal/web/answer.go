package web

func (s *site) answerRoutes(d operationDoors) {
	_ = d
}
