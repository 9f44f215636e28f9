package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/about"
	"sourcier/views/format"
	"sourcier/views/layout"
	"sourcier/views/part"
)

const helpPath = "/aide"

var helpUp = part.Link{Label: "Aide", URL: helpPath}

// contents are the titles of a page of prose, each with the anchor it stands at.
func contents(pairs ...string) []part.Link {
	var out []part.Link
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, part.Link{Label: format.Text(pairs[i+1]), URL: "#" + pairs[i]})
	}
	return out
}

// prose answers a page of text: it changes with the settings alone, so that one
// tag of the process does.
func (s *site) prose(c *fiber.Ctx, section, description string, page about.Text, view func(about.Text) error) error {
	if notModified(c, s.tag(c.Path(), string(s.today()), layout.Site, boolText(s.isDemo()))) {
		return nil
	}
	page.Base = s.base(page.Title, description, c.Path())
	page.Section = section
	return view(page)
}

func boolText(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func (s *site) help(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Aide"}, Heading: "Aide",
		Lead:     "Trouver des fournisseurs, comprendre ce que le portail affirme et ce qu’il laisse à vérifier.",
		Contents: contents("trois-idees", "Trois idées pour commencer", "compte", "Se connecter", "autres", "Autres pages utiles", "contact", "Une question ?"),
	}
	return s.prose(c, helpPath, "Aide du portail"+format.NNBSP+": pour les acheteurs, et pour les structures de l’annuaire.", text, func(t about.Text) error {
		return render(c, about.HelpView(about.Help{Text: t, Contact: s.Config.ContactEmail}))
	})
}

func (s *site) helpBuyers(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Aide pour les acheteurs"}, Heading: "Aide pour les acheteurs", Up: helpUp,
		Lead: "De la recherche à la décision de réserver un lot, en français simple.",
		Contents: contents("chercher", "Chercher", "intervient", "Ce que veut dire « intervient »", "resserrer", "Resserrer la recherche",
			"garder", "Garder, partager, être prévenu", "reserver", "Réserver un marché ou un lot", "verifier", "Ce qu’il vous reste à vérifier", "fiche", "Lire une fiche",
			"comparer", "Comparer et exporter", "ordre", "Dans quel ordre ?", "contact", "Une question ?"),
	}
	return s.prose(c, helpPath, "Comment chercher, ce que veut dire « intervient », sous quels articles un marché peut être réservé et ce que l’acheteur doit vérifier.", text, func(t about.Text) error {
		return render(c, about.BuyersView(about.Help{Text: t, Laws: laws(), EITIEnd: format.Date(s.Rules.EITIEnd), Contact: s.Config.ContactEmail}))
	})
}

// laws explains each legal basis in the words of the sheets.
func laws() []about.Law {
	var out []about.Law
	for _, b := range structure.Bases {
		info := taxonomy.BasisInfo(b)
		out = append(out, about.Law{
			Title:   string(b) + format.NNBSP + ": " + lowerFirst(strings.TrimSuffix(info.Long, " ("+string(b)+")")),
			Explain: info.Explain, ToCheck: info.ToCheck,
		})
	}
	return out
}

func lowerFirst(s string) string {
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func (s *site) helpProgramme(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Aide" + format.NNBSP + ": préparer ses marchés"}, Heading: "Préparer ses marchés", Up: helpUp,
		Lead: "Du programme d’achats à la décision de réserver un lot, et à son annonce.",
		Contents: contents("programme", "Le programme d’achats", "retroplanning", "Le rétroplanning", "etude", "L’étude de réservation", "verdicts", "Ce que disent les verdicts",
			"decider", "Décider", "annoncer", "Annoncer ce qui vient", "heures", "Compter les heures d’insertion", "contact", "Une question ?"),
	}
	return s.prose(c, helpPath, "Tenir un programme d’achats, étudier qui pourrait répondre à chaque lot, décider de le réserver et annoncer ce qui vient.", text, func(t about.Text) error {
		return render(c, about.ProgrammeView(about.Help{Text: t, Contact: s.Config.ContactEmail}))
	})
}

func (s *site) helpEvents(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Aide" + format.NNBSP + ": événements"}, Heading: "Événements", Up: helpUp,
		Lead:     "Inviter acheteurs et structures, accueillir, tirer le bilan ; et répondre quand on est invité.",
		Contents: contents("preparer", "Préparer un événement", "inviter", "Inviter", "repondre", "Répondre à une invitation", "accueillir", "Accueillir", "apres", "Après", "contact", "Une question ?"),
	}
	return s.prose(c, helpPath, "Préparer un événement, inviter, répondre à une invitation, accueillir et tirer le bilan.", text, func(t about.Text) error {
		return render(c, about.EventsView(about.Help{Text: t, Contact: s.Config.ContactEmail}))
	})
}

func (s *site) helpStructures(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Aide pour les structures"}, Heading: "Aide pour les structures", Up: helpUp,
		Lead: "Pourquoi vous êtes dans l’annuaire, ce qu’on y lit de vous, comment le corriger ou le retirer.",
		Contents: contents("figurer", "Pourquoi vous êtes dans l’annuaire", "sources", "D’où viennent les informations", "corriger", "Corriger votre fiche",
			"retirer", "Retirer votre fiche", "acheteurs", "Ce que voient les acheteurs", "marche", "Répondre à un marché", "egalite", "Égalité de traitement", "contact", "Une question ?"),
	}
	return s.prose(c, helpPath, "Pourquoi une structure est dans l’annuaire, d’où viennent ses informations, comment les corriger, les retirer, et ce que voient les acheteurs.", text, func(t about.Text) error {
		return render(c, about.StructuresView(about.Help{Text: t, Contact: s.Config.ContactEmail}))
	})
}
