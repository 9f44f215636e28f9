package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/about"
	"sourcier/views/format"
	"sourcier/views/layout"
)

const answerPath = "/repondre-a-un-marche"

// answer prepares a structure for its first public tender.
func (s *site) answer(c *fiber.Ctx) error {
	var titles []string
	for _, p := range about.AnswerParts {
		_, plain, _ := strings.Cut(p.Title, " ")
		titles = append(titles, p.ID, plain)
	}
	text := about.Text{
		Base: layout.Base{Title: "Répondre à un marché public"}, Heading: "Répondre à un marché public",
		Lead:     format.Text("Pour une structure qui ne l’a jamais fait : quoi faire, dans quel ordre, avec quels papiers. Cochez ce qui est fait : rien ne quitte votre navigateur."),
		Contents: contents(append(titles, "aide", "Qui peut vous aider")...),
	}
	return s.prose(c, "", "Répondre à un marché public pour la première fois : profil d’acheteur, groupement, attestations, offre, envoi, et que faire quand on a perdu.", text, func(t about.Text) error {
		return render(c, about.AnswerView(about.Answer{Text: t, Parts: about.AnswerParts, Script: s.Assets.URL("js/checklist.js")}))
	})
}
