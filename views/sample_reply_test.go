package views_test

import (
	"sourcier/views/desk"
	"sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/part"
)

// Pages of replies to events, with nothing and with everything.
func init() {
	options := []part.Option{{Value: "1", Label: "1\u00a0personne", Selected: true}, {Value: "2", Label: "2\u00a0personnes"}}
	page := event.ReplyPage{
		Base: sampleBase(), State: sampleRefusal("personnes"), Done: "C’est noté.", URL: "/participation/a", Who: "Ville d’Orly vous invite", Heading: "Matinale", For: "Camille Durand", When: "6 décembre 2026", Where: "Mairie",
		Facts: []desk.Fact{{Term: "Pour venir", Text: "RER C."}}, Text: []string{"Rencontrez les structures."}, Sessions: []event.ReplySession{{When: "9 h 00", Title: "Accueil", Text: "Café.", Pitches: []string{"Atelier"}}},
		Status: &event.ReplyStatus{Sign: "✓", Tone: "good", Text: "Votre place est réservée.", Notes: []string{"À bientôt."}}, Said: "Votre agenda a répondu.", Closed: "Closes.", Act: &part.Link{Label: "Afficher mon code d’entrée", URL: "/participation/a/billet"}, Ways: []part.Link{{Label: "Télécharger mon attestation", URL: "/participation/a/attestation"}}, Give: "Rendre ma place",
		Form: &event.ReplyForm{
			Button: "Je viens", Party: options, Needs: true, Told: true, Open: true, Seen: "L’organisateur seul.", Photos: []part.Option{{Value: "oui", Label: "Oui"}, {Value: "non", Label: "Non"}}, Warning: "Les places sont prises.",
			Diet: form.Field{Name: "repas", Label: "Alimentation", Optional: true}, Access: form.Field{Name: "acces", Label: "Accessibilité", Optional: true},
		},
		Other: &event.ReplyOther{Name: "Zoé", Email: "z@a.example", Open: true}, Mailed: "Chaque réponse est confirmée.", Kept: []string{"Votre nom."},
	}
	poll := event.ReplyPage{Base: sampleBase(), Heading: "Matinale", Poll: &event.ReplyPoll{Lead: "Dites lesquelles.", Options: options, Button: "Envoyer"}}
	row := event.LineRow{Rank: "1", Name: "Camille", Body: "Atelier", Role: "Structure", Party: "2\u00a0personnes", When: "Depuis hier", Note: "Le quota est atteint.", Acts: []form.Action{{To: "/x", Label: "Accepter", Hidden: "Camille"}}}
	rows := []event.LineRow{row}
	frame := event.Page{Page: sampleDesk(), Name: "Matinale", Status: part.Answer{Text: "Ouvert", Tone: part.Good}}
	pages["event reply"], pages["event reply zero"], pages["event poll"] = event.ReplyView(page), event.ReplyView(event.ReplyPage{Base: sampleBase(), Heading: "Matinale"}), event.ReplyView(poll)
	pages["event registration"] = event.RegisterView(event.RegisterPage{
		Base: sampleBase(), State: sampleRefusal("nom"), Trail: []part.Link{{Label: "Agenda", URL: "/agenda"}}, Done: "Un message part.", Local: "/boite", URL: "/agenda/a/inscription", Organisation: "Ville d’Orly", Relays: "RIAE 94", Heading: "Matinale", When: "Le 6", Where: "Mairie",
		Rules: []string{"L’organisateur accepte."}, Values: map[string]string{"nom": "Alix"}, Roles: options, SIRET: true,
	})
	pages["event registration zero"] = event.RegisterView(event.RegisterPage{Base: sampleBase(), Heading: "Matinale", Closed: "Closes."})
	pages["event line"] = event.LineView(event.LinePage{Page: frame, Rule: "Dans l’ordre.", Note: "Aucune.", Said: rows, Asking: rows, Offers: rows, Queue: rows, Past: rows, Full: "2 places sur 2."})
	pages["event line zero"] = event.LineView(event.LinePage{Page: frame})
}
