package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/about"
)

const (
	openLicence = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
	ccBy        = "https://creativecommons.org/licenses/by/4.0/deed.fr"
	mit         = "https://opensource.org/license/mit"
)

// referenceData lists the data that the portal embeds. GeoNames and the Licence
// Ouverte ask to be named.
var referenceData = []about.Credit{
	{Home: "https://github.com/etalab/decoupage-administratif", Name: "Communes, intercommunalités, départements, régions, codes postaux", Author: "INSEE, IGN et La Poste, par Etalab (découpage administratif)", Use: "Recherche par lieu et zones d’intervention.", Licence: "Licence Ouverte 2.0", URL: openLicence},
	{Home: "https://www.geonames.org/", Name: "Coordonnées des communes", Author: "GeoNames", Use: "Distances ; pour les communes absentes, la moyenne des communes voisines, dite « environ ».", Licence: "CC BY 4.0", URL: ccBy},
	{Home: "https://www.insee.fr/fr/information/2120875", Name: "Nomenclature d’activités française (NAF rév. 2)", Author: "INSEE, par la Fabrique numérique des ministères sociaux", Use: "Libellés des codes APE et secteurs déduits.", Licence: "Licence Ouverte 2.0", URL: openLicence},
	{Home: "https://www.insee.fr/fr/information/8181066", Name: "Nomenclature d’activités française 2025 (NAF 2025)", Author: "INSEE", Use: "Libellés des codes APE de 2025.", Licence: "Licence Ouverte 2.0", URL: openLicence},
	{Home: "https://sig.ville.gouv.fr/", Name: "Quartiers prioritaires de la politique de la ville (QPV 2024)", Author: "Agence nationale de la cohésion des territoires (ANCT)", Use: "Quartiers de chaque commune ; leurs contours sont ceux que l’équipe du portail a importés.", Licence: "Licence Ouverte 2.0", URL: openLicence},
	{Home: "https://simap.ted.europa.eu/cpv", Name: "Vocabulaire commun pour les marchés publics (CPV)", Author: "Union européenne", Use: "Libellés des codes CPV et secteurs qui leur correspondent.", Licence: "Réutilisation libre, source citée", URL: "https://eur-lex.europa.eu/content/legal-notice/legal-notice.html?locale=fr"},
}

var reusedSoftware = []about.Credit{
	{Home: "https://www.brailleinstitute.org/freefont/", Name: "Atkinson Hyperlegible Next", Author: "Braille Institute of America", Use: "Caractères de lecture.", Licence: "SIL Open Font License 1.1", URL: "https://openfontlicense.org/"},
	{Home: "https://getbootstrap.com/", Name: "Bootstrap 5", Author: "The Bootstrap Authors", Use: "Base de la mise en page.", Licence: "MIT", URL: mit},
	{Home: "https://leafletjs.com/", Name: "Leaflet 1.9", Author: "Volodymyr Agafonkin", Use: "Carte des résultats.", Licence: "BSD à 2 clauses", URL: "https://opensource.org/license/bsd-2-clause"},
	{Home: "https://htmx.org/", Name: "htmx 2", Author: "Big Sky Software", Use: "Mise à jour des résultats sans recharger la page.", Licence: "BSD à zéro clause", URL: "https://opensource.org/license/0bsd"},
}

// credits answers the page of sources and licences.
func (s *site) credits(c *fiber.Ctx) error {
	if notModified(c, s.tag("credits", fmt.Sprint(s.isDemo()))) {
		return nil
	}
	p := about.Credits{
		Base:     s.base("Crédits et sources", "Les données, les logiciels et les caractères sur lesquels le portail repose, avec leurs auteurs et leurs licences.", "/credits"),
		Data:     referenceData,
		Software: reusedSoftware,
		Contact:  s.Config.ContactEmail,
	}
	return render(c, about.CreditsView(p))
}
