package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/people"
	"sourcier/views/about"
	"sourcier/views/layout"
)

// legal gives a legal page what the settings say of who answers for the portal.
func (s *site) legal(t about.Text) about.Legal {
	cfg, keep := &s.Config, people.DefaultKeeping
	if s.People != nil {
		keep = s.People.Keep
	}
	return about.Legal{
		KeepAccounts: months(keep.Accounts), KeepMessages: months(keep.Messages), KeepAudit: months(keep.Audit),
		Text: t, Publisher: cfg.Publisher, Address: cfg.PublisherAddress, Director: cfg.Director, HostedBy: cfg.HostedBy,
		DPO: cfg.DPOEmail, Contact: cfg.ContactEmail, Site: cfg.BaseURL, Tiles: cfg.TileHost,
	}
}

func (s *site) legalNotice(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Mentions légales"}, Heading: "Mentions légales",
		Contents: contents("editeur", "Éditeur", "direction", "Direction de la publication", "hebergeur", "Hébergeur",
			"contenu-du-portail", "Ce que le portail publie", "reutiliser", "Réutiliser", "signaler", "Signaler un contenu"),
	}
	return s.prose(c, "", "Qui publie et héberge le portail, ce qu’il publie et sous quelles licences.", text, func(t about.Text) error {
		return render(c, about.LegalView(s.legal(t)))
	})
}

func (s *site) privacy(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Données personnelles"}, Heading: "Données personnelles",
		Lead: "Ce que le portail garde des personnes, pourquoi, combien de temps, et vos droits.",
		Contents: contents("responsable", "Qui en répond", "fiches", "Sur les fiches", "comptes", "Si vous avez un compte", "courriels", "Les courriels",
			"base", "Pourquoi, et sur quelle base", "duree", "Combien de temps", "signalements", "Quand vous signalez une erreur", "visiteurs", "Quand vous visitez le portail", "cookies", "Cookies et mémoire du navigateur",
			"droits", "Vos droits", "opposition", "La liste d’opposition"),
	}
	return s.prose(c, "", "Les données personnelles que le portail garde, sur quelle base et combien de temps, vos droits, et ce qui est compté des visites.", text, func(t about.Text) error {
		return render(c, about.PrivacyView(s.legal(t)))
	})
}

func (s *site) accessibility(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Déclaration d’accessibilité"}, Heading: "Déclaration d’accessibilité",
		Contents: contents("etat", "État de conformité", "essais", "Ce qui a été essayé", "non-essaye", "Ce qui n’a pas été vérifié", "limites", "Limites connues",
			"etablissement", "Établissement de cette déclaration", "retour", "Retour d’information et contact", "recours", "Voies de recours"),
	}
	return s.prose(c, "", "État de conformité au RGAA, essais faits et non faits, contact et voies de recours.", text, func(t about.Text) error {
		return render(c, about.AccessibilityView(s.legal(t)))
	})
}

// siteMap answers the list of every page.
func (s *site) siteMap(c *fiber.Ctx) error {
	if notModified(c, s.tag("site map", boolText(s.isDemo()))) {
		return nil
	}
	return render(c, about.SiteMapView(about.SiteMap{
		Base:   s.base("Plan du site", "Toutes les pages du portail, par thème.", "/plan-du-site"),
		Themes: s.siteThemes(),
	}))
}
