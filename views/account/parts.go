package account

import (
	"net/url"

	"github.com/a-h/templ"

	"sourcier/views/desk"
	"sourcier/views/part"
)

// signInWith leads to the form that asks for an address, and on to next.
func signInWith(next string) templ.SafeURL {
	if next == "" {
		return "/connexion"
	}
	return templ.SafeURL("/connexion?suite=" + url.QueryEscape(next))
}

func nextOnly(next string) []part.Option {
	if next == "" {
		return nil
	}
	return []part.Option{{Value: "suite", Label: next}}
}

func (p IdentityPage) facts() []desk.Fact {
	var out []desk.Fact
	if p.Name != "" {
		out = append(out, desk.Fact{Term: "Nom", Text: p.Name})
	}
	if p.Email != "" {
		out = append(out, desk.Fact{Term: "Adresse e-mail", Text: p.Email})
	}
	return out
}

func (r Role) values() []part.Option { return []part.Option{{Value: "role", Label: r.Value}} }

func (r Role) hidden() string { return ": " + r.Label + ", " + r.Organisation.Label }

func ending(which string) []part.Option { return []part.Option{{Value: "fermer", Label: which}} }

func (s Session) values() []part.Option { return ending(s.ID) }

func (s Session) hidden() string { return "la connexion " + s.Browser + ", " + s.At }
