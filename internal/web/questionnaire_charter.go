package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/sourcing"
	"sourcier/views/about"
	"sourcier/views/format"
	"sourcier/views/layout"
)

// charterPage answers the charte de déontologie that declarations are made under.
func (s *site) charterPage(c *fiber.Ctx) error {
	text := about.Text{
		Base: layout.Base{Title: "Charte de déontologie du sourçage"}, Heading: "Charte de déontologie du sourçage", Up: helpUp,
		Lead: format.Text("Ce à quoi s’engagent les acheteurs qui consultent des structures sur ce portail avant un marché public. Version " + strconv.Itoa(sourcing.CharterVersion) + "."),
		Contents: contents("egalite", "Tous sont traités également", "avantage", "Répondre n’avantage personne", "interets", "Les intérêts se déclarent", "secret", "Ce qui est confidentiel, et jusqu’où",
			"trace", "Tout laisse une trace", "loi", "Ce que dit la loi", "manquement", "En cas de manquement"),
	}
	return s.prose(c, "", "Les engagements des acheteurs publics lors d’un sourçage : égalité de traitement, intérêts déclarés, confidentialité et ses limites, traces.", text, func(t about.Text) error {
		return render(c, about.CharterView(t))
	})
}
