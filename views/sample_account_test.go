package views_test

import (
	"sourcier/views/account"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/part"
)

func sampleRefusal(field string) form.State {
	return form.State{Token: "A", Heading: "Rien n’est parti", Refusal: "Trop de demandes.", Faults: []form.Fault{{Field: field, Text: "À corriger."}}}
}

func sampleSignIn() account.SignInPage {
	return account.SignInPage{Base: sampleBase(), State: sampleRefusal("courriel"), Email: "a@", Next: "/compte?x=1", Signed: "Ada", Provider: "ProConnect", Done: "Compte fermé."}
}

func sampleCode() account.CodePage {
	return account.CodePage{Base: sampleBase(), State: sampleRefusal("code"), Email: "a@example.org", Until: "14\u00a0h\u00a005", Next: "/compte", Local: "/boite"}
}

func sampleDesk() desk.Page {
	return desk.Page{Base: sampleBase(), Area: desk.Account, Current: "/compte", Heading: "Mon compte", Done: "Enregistré.", Above: []part.Link{{Label: "Mon compte", URL: "/compte"}}}
}

func sampleProfile() account.ProfilePage {
	return account.ProfilePage{
		Page: sampleDesk(), State: sampleRefusal("nom"), Name: "Ada", Facts: []desk.Fact{{Term: "Adresse", Text: "a@example.org"}, {Term: "Changer", Text: "Demander", URL: "/compte/adresse"}},
		Roles: []account.Role{
			{Organisation: part.Link{Label: "Ville d’Orly", URL: "/organisations/orly"}, Label: "Acheteur", Help: "Cherche.", Value: "buyer/orly", Now: true},
			{Organisation: part.Link{Label: "Ville d’Orly", URL: "/organisations/orly"}, Label: "Organisateur", Help: "Invite.", Value: "organiser/orly"},
		},
		Provider: "ProConnect", Linked: true, Employer: &part.Link{Label: "Ville de Vitry", URL: "/organisations/vitry"}, Pending: "b@example.org",
	}
}

func sampleSessions() account.SessionsPage {
	return account.SessionsPage{Page: sampleDesk(), State: form.State{Token: "A"}, Sessions: []account.Session{
		{ID: "a", Browser: "Firefox, Windows", Network: "192.0.2.0/24", Method: "lien reçu par courriel", At: "20 juil. 2026 à 14\u00a0h\u00a005", SeenAt: "20 juil. 2026 à 15\u00a0h\u00a005", Current: true},
		{ID: "b", Browser: "Safari, iPhone", Network: "192.0.2.0/24", Method: "code reçu par courriel", At: "19 juil. 2026 à 14\u00a0h\u00a005", SeenAt: "19 juil. 2026 à 15\u00a0h\u00a005"},
	}}
}
