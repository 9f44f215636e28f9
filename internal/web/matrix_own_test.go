package web_test

import "maps"

// Rows of what structures are asked: nobody of the matrix is asked anything
// (ownrequest_test.go).
func init() {
	const at = "/mes-sourcages/AAAAAAAAAAAAAAAAAAAAAAAAAA"
	maps.Copy(rows, map[string]row{
		"GET /mes-sourcages":                    {path: "/mes-sourcages", own: 200},
		"GET /mes-sourcages/:id":                {path: at, own: 404},
		"GET /mes-sourcages/:id/fichiers/:hash": {path: at + "/fichiers/aaaa", own: 404},
	})
}
