package web_test

// One's own invitations: whoever is signed in has the page.
func init() { rows["GET /mes-invitations"] = row{path: "/mes-invitations", own: 200} }
