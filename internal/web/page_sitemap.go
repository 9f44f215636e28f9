package web

import (
	"sourcier/views/about"
	"sourcier/views/format"
	"sourcier/views/part"
)

// siteThemes lists every page by theme: those on each commune of the home
// territory and on each sector group too, as far as a list can be read.
func (s *site) siteThemes() []about.Theme {
	places := []part.Link{{Label: "Tous les territoires", URL: territoriesPath}, {Label: format.Text(s.Home.Label), URL: territoryURL(s.Home.Value)}}
	list, _ := s.largest(s.Home)
	for _, t := range list {
		places = append(places, part.Link{Label: format.Text(t.Label), URL: territoryURL(t.Value)})
	}
	trades := []part.Link{{Label: "Tous les secteurs", URL: sectorsPath}}
	for _, g := range s.Taxonomy.Groups() {
		trades = append(trades, part.Link{Label: format.Text(g.Label), URL: sectorURL(g.Code)})
	}
	return []about.Theme{
		{ID: "chercher", Title: "Chercher", Pages: []part.Link{
			{Label: "Accueil", URL: "/"}, {Label: "Annuaire", URL: searchPath}, {Label: "Carte", URL: "/carte"},
			{Label: aheadName, URL: aheadPath}, {Label: openCallsName, URL: openCallsPath}, {Label: agendaName, URL: agendaPath}, {Label: "Comparer des structures", URL: "/comparer"}, {Label: "Exporter des structures", URL: "/exporter"}, {Label: "Intégrer la recherche à un site", URL: "/integrer"},
		}},
		{ID: "aide", Title: "Aide", Pages: []part.Link{
			{Label: "Aide", URL: helpPath}, {Label: "Aide pour les acheteurs", URL: helpPath + "/acheteurs"}, {Label: "Préparer ses marchés", URL: helpPath + "/programme"}, {Label: "Aide sur les événements", URL: helpPath + "/evenements"}, {Label: "Aide pour les structures", URL: helpPath + "/structures"},
			{Label: "Répondre à un marché public", URL: answerPath},
			{Label: "Calculer les heures d’insertion", URL: hoursPath},
			{Label: "Charte de déontologie du sourçage", URL: charterPath},
		}},
		{ID: "portail", Title: "Le portail", Pages: []part.Link{
			{Label: "Inscrire ma structure", URL: registrationPath}, {Label: "Se connecter", URL: signInPath}, {Label: "Sources des données", URL: "/sources"}, {Label: "Crédits et licences", URL: "/credits"}, {Label: "API", URL: "/api"},
			{Label: "Accessibilité", URL: "/accessibilite"}, {Label: "Données personnelles", URL: "/donnees-personnelles"}, {Label: "Mentions légales", URL: "/mentions-legales"},
		}},
		{ID: "territoires", Title: "Territoires", Pages: places},
		{ID: "secteurs", Title: "Secteurs", Pages: trades},
	}
}
