package views_test

import (
	"github.com/a-h/templ"

	"sourcier/views/form"
	"sourcier/views/part"
	"sourcier/views/registration"
)

func samplePicker(name string) registration.Picker {
	return registration.Picker{
		Name: name, From: "/inscription/choix/secteurs", Label: "Vos métiers", Help: "Dites-le avec vos mots.", Words: "linge", Asked: true,
		Chosen: []part.Option{{Value: "a-" + name, Label: "Blanchisserie"}}, Found: []part.Option{{Value: "b-" + name, Label: "Pressing"}},
	}
}

func registrationPages() map[string]templ.Component {
	what := form.State{Token: "A", Heading: "Rien n’a changé", Faults: []form.Fault{{Field: "secteur", To: "secteur_mots", Text: "Dites un métier."}}}
	where := form.State{Token: "A", Heading: "Rien n’a changé", Faults: []form.Fault{{Field: "commune", Text: "Laquelle\u202f?"}, {Field: "zone", To: "zone-rayon", Text: "Dites où."}}}
	ask := registration.Ask{Show: true, ID: "texte", Number: "1", Sheet: "a", Lead: "Une erreur ?", Text: "Bonjour", Organisation: part.Link{Label: "Rejoindre", URL: "/organisations/a"}}
	sheet := registration.Sheet{
		ID: "a", Name: "ESAT du Lac", TradeName: "Lac", Lines: []string{"Vitry"}, URL: "/structures/a", State: "Déjà tenue.", Way: part.Link{Label: "Ouvrir", URL: "/mes-fiches/a"},
		Claim: true, Organisations: sampleOptions(), Ask: ask,
	}
	unit := registration.Sheet{ID: "b", Name: "ESAT du Val", Claim: true, Unit: "Association du Lac"}
	ask2 := ask
	ask2.ID = "texte-b"
	screen := registration.Screen{Base: sampleBase(), Heading: "Preuve", Trail: "Preuve", Done: "Le message est parti."}
	best := registration.Way{Kind: "mail", Title: "Un message", Text: "Un lien et un code partent.", Button: "Envoyer"}
	others := []registration.Way{{Kind: "voucher", Title: "Un réseau", Text: "Il répond.", Button: "Demander"}, {Kind: "moderator", Title: "L’équipe", Text: "Elle vérifie.", Button: "Demander"}}
	return map[string]templ.Component{
		"entry zero":       registration.EntryView(registration.Entry{}),
		"entry":            registration.EntryView(registration.Entry{Base: sampleBase(), State: sampleRefusal("numero"), Number: "12"}),
		"found":            registration.EntryView(registration.Entry{Base: sampleBase(), State: form.State{Token: "A"}, Number: "1", Signed: "Ada", Found: &registration.Found{Number: "1", Sheets: []registration.Sheet{sheet, unit}}}),
		"found nobody":     registration.EntryView(registration.Entry{Base: sampleBase(), Number: "1", SignIn: "/inscription?numero=1", Provider: "ProConnect", Found: &registration.Found{Number: "1", Sheets: []registration.Sheet{unit}}}),
		"new":              registration.EntryView(registration.Entry{Base: sampleBase(), State: sampleRefusal("nom"), Number: "W1", Signed: "Ada", Found: &registration.Found{Number: "W1", RNA: true, New: &registration.New{Name: "Lac", Kinds: sampleOptions(), Organisations: sampleOptions()}}}),
		"stopped":          registration.EntryView(registration.Entry{Base: sampleBase(), Number: "1", Signed: "Ada", Found: &registration.Found{Number: "1", Stop: "Liste d’opposition.", Ask: ask2}}),
		"claim zero":       registration.ClaimView(registration.Claim{}),
		"claim":            registration.ClaimView(registration.Claim{Screen: screen, State: form.State{Token: "A", Heading: "Rien", Refusal: "Non."}, URL: "/inscription/a", Continue: "/inscription/a/quoi", Best: &best, Others: others, Closed: others, Networks: sampleOptions(), Text: "Je dirige.", Waiting: "Votre demande attend."}),
		"claim sent":       registration.ClaimView(registration.Claim{Screen: screen, State: sampleRefusal("code"), URL: "/inscription/a", Sent: &registration.Sent{To: "c•••@esat-…fr", Until: "29\u00a0novembre", Local: "/boite"}, Others: others[:1]}),
		"proof zero":       registration.ProofView(registration.Proof{}),
		"proof":            registration.ProofView(registration.Proof{Base: sampleBase(), State: form.State{Token: "A", Refusal: "Choisissez."}, Name: "Lac", Organisation: "Association", By: "Ada", Until: "demain", Action: "/inscription/preuve/A"}),
		"asked zero":       registration.AskedView(registration.ProofDone{}),
		"asked":            registration.AskedView(registration.ProofDone{Base: sampleBase(), Heading: "Merci", Text: "C’est confirmé.", Way: part.Link{Label: "Voir", URL: "/structures/a"}}),
		"question zero":    registration.QuestionView(registration.Question{}),
		"question what":    registration.QuestionView(registration.Question{Screen: screen, State: what, Step: 1, Action: "/inscription/a/quoi", Button: "Continuer", Sectors: samplePicker("secteur")}),
		"question where":   registration.QuestionView(registration.Question{Screen: screen, State: where, Step: 2, Action: "/inscription/a/ou", Button: "Continuer", Back: "/inscription/a/quoi", Commune: &registration.Commune{Words: "Vi", Places: []string{"Vitry"}, Found: sampleOptions()}, Zone: registration.Zone{Way: registration.ZoneRadius, RadiusKM: "30", Around: "Vitry", Territories: samplePicker("territoire")}}),
		"question contact": registration.QuestionView(registration.Question{Screen: screen, State: sampleRefusal("telephone"), Step: 3, Action: "/inscription/a/contact", Button: "Publier", After: "Aussitôt en ligne.", Contact: registration.Contact{Phone: "01", Email: "a@example.org", Website: "www.example.org"}}),
		"end zero":         registration.EndView(registration.End{}),
		"end":              registration.EndView(registration.End{Screen: screen, Published: true, Held: []string{"agréments"}, Lead: "En ligne.", Links: []part.Link{{Label: "Compléter", URL: "/mes-fiches/a"}, {Label: "Voir", URL: "/structures/a"}}}),
	}
}
