package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/home"
	"sourcier/views/part"
)

// maxNews is how many sheets the home page shows as new.
const maxNews = 6

// news lists the sheets of the home territory that changed last. The engine
// tells which; the sheet, read from the store, who said it.
func (s *site) news(c *fiber.Ctx, values url.Values) ([]home.News, error) {
	q, err := s.Parser.Parse(with(values, "sort", string(query.SortUpdated)))
	if err != nil {
		return nil, err
	}
	q.PerPage = maxNews
	res, err := s.aside(c.UserContext(), q)
	if err != nil {
		return nil, err
	}
	var out []home.News
	for i := range res.Items {
		doc, err := s.Structures.Get(c.UserContext(), res.Items[i].ID)
		if errors.Is(err, store.ErrNotFound) {
			continue // taken out since the view
		}
		if err != nil {
			return nil, fmt.Errorf("news: %w", err)
		}
		if doc.Value.Shown() {
			out = append(out, s.newsOf(&doc.Value))
		}
	}
	return out, nil
}

func (s *site) newsOf(v *structure.Structure) home.News {
	n := home.News{
		Name: format.Text(v.Name), URL: searchPath + "/" + v.ID, Badges: s.badgesOf(v, s.today()),
		Place: format.Text(s.city(v)), What: "Fiche mise à jour", Day: format.Day(v.UpdatedAt), ISO: string(structure.DateOf(v.UpdatedAt)),
	}
	if v.CreatedAt.Equal(v.UpdatedAt) {
		n.What = "Nouvelle fiche"
	}
	if o := newestOrigin(v); o.Source != "" {
		n.Source = "D’après " + sourceInText(o.Source, o.AsOf)
	}
	return n
}

// newestOrigin is that of the newest fact of a sheet; zero when no fact has one.
func newestOrigin(v *structure.Structure) (newest structure.Origin) {
	for _, f := range structure.Fields {
		o, ok := v.Origins[f]
		if ok && cmp.Or(cmp.Compare(o.AsOf, newest.AsOf), cmp.Compare(o.Source.Rank(), newest.Source.Rank())) > 0 {
			newest = o
		}
	}
	return newest
}

// doors says what each kind of user finds on this portal today.
func (s *site) doors(values url.Values) []home.Door {
	return []home.Door{
		{Icon: "buyer", Who: "Vous achetez", Text: "Trouvez qui intervient chez vous, comparez, emportez la liste, voyez quels lots pourraient être réservés.", Links: []part.Link{
			{Label: "Parcourir l’annuaire", URL: searchURL(values)}, {Label: "Guide des acheteurs", URL: "/aide/acheteurs"}, {Label: "Exporter une liste", URL: "/exporter?" + values.Encode()},
		}},
		{Icon: "structure", Who: "Vous êtes une structure", Text: "Dites vous-même ce que vous proposez, où, et comment vous joindre : les acheteurs vous trouvent aussitôt.", Links: []part.Link{
			{Label: "Inscrire ma structure", URL: registrationPath}, {Label: aheadName, URL: aheadPath},
			{Label: "Trouver ma fiche", URL: searchPath}, {Label: "Figurer et se corriger", URL: "/aide/structures"},
		}},
		{Icon: "network", Who: "Vous animez un réseau", Text: "Ou conseillez des acheteurs : voyez ce que le territoire sait faire, commune par commune, et les secteurs où personne n’intervient.", Links: []part.Link{
			{Label: "Le territoire", URL: "/territoires/" + s.Home.Value}, {Label: "Secteurs couverts et manquants", URL: "/secteurs"},
		}},
		{Icon: "code", Who: "Vous développez un service", Text: "Toute recherche se lit aussi en JSON, sans inscription, et s’affiche dans votre propre site.", Links: []part.Link{
			{Label: "L’API et sa documentation", URL: "/api"}, {Label: "Intégrer la recherche", URL: "/integrer"},
		}},
	}
}
