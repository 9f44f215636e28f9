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
	bsd2        = "https://opensource.org/license/bsd-2-clause"
	bsd3        = "https://opensource.org/license/bsd-3-clause"
	apache      = "https://www.apache.org/licenses/LICENSE-2.0"
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
	{Home: "https://dejavu-fonts.github.io/", Name: "DejaVu Sans", Author: "Bitstream, Tavmjong Bah et contributeurs", Use: "Caractères des documents PDF.", Licence: "Bitstream Vera et domaine public", URL: "https://dejavu-fonts.github.io/License.html"},
	{Home: "https://getbootstrap.com/", Name: "Bootstrap 5", Author: "The Bootstrap Authors", Use: "Base de la mise en page.", Licence: "MIT", URL: mit},
	{Home: "https://leafletjs.com/", Name: "Leaflet", Author: "Volodymyr Agafonkin et contributeurs", Use: "Carte interactive des résultats.", Licence: "BSD à deux clauses", URL: bsd2},
	{Home: "https://github.com/paulmillr/qr", Name: "qr", Author: "Paul Miller", Use: "Lecture des billets à l’accueil d’un événement.", Licence: "MIT ou Apache 2.0", URL: mit},
	{Home: "https://htmx.org/", Name: "htmx 2", Author: "Big Sky Software", Use: "Mise à jour des résultats sans recharger la page.", Licence: "BSD à zéro clause", URL: "https://opensource.org/license/0bsd"},
}

// module credits a Go module by its path, under which its documentation is found.
func module(path, author, use, licence, url string) about.Credit {
	return about.Credit{Home: "https://pkg.go.dev/" + path, Name: path, Author: author, Use: use, Licence: licence, URL: url}
}

// reusedModules lists what the binary requires directly; a test holds it to go.mod.
var reusedModules = []about.Credit{
	module("codeberg.org/go-pdf/fpdf", "Kurt Jung, David Barnes et The Go-PDF Authors", "Documents PDF.", "MIT", mit),
	module("github.com/RoaringBitmap/roaring/v2", "The roaring authors", "Ensembles de nombres de l’index.", "Apache 2.0", apache),
	module("github.com/VictoriaMetrics/metrics", "VictoriaMetrics", "Mesures pour qui exploite le portail.", "MIT", mit),
	module("github.com/a-h/templ", "Adrian Hesketh", "Gabarits des pages.", "MIT", mit),
	module("github.com/blevesearch/bleve/v2", "Couchbase et contributeurs", "Index de recherche.", "Apache 2.0", apache),
	module("github.com/blevesearch/bleve_index_api", "Couchbase et contributeurs", "Index de recherche.", "Apache 2.0", apache),
	module("github.com/blevesearch/scorch_segment_api/v2", "Couchbase et contributeurs", "Index de recherche.", "Apache 2.0", apache),
	module("github.com/blevesearch/vellum", "Couchbase et contributeurs", "Dictionnaires de l’index.", "Apache 2.0", apache),
	module("github.com/emersion/go-imap/v2", "The Go-IMAP Authors", "Lecture des avis de non-remise.", "MIT", mit),
	module("github.com/arran4/golang-ical", "Arran Ubels et contributeurs", "Lecture des réponses des agendas.", "Apache 2.0", apache),
	module("github.com/emersion/go-sasl", "emersion", "Connexion à la boîte des avis de non-remise.", "MIT", mit),
	module("github.com/emersion/go-message", "emersion", "Lecture des avis de non-remise.", "MIT", mit),
	module("github.com/coreos/go-oidc/v3", "The go-oidc authors", "Connexion par un fournisseur d’identité.", "Apache 2.0", apache),
	module("github.com/gabriel-vasile/mimetype", "Gabriel Vasile", "Type d’un fichier.", "MIT", mit),
	module("github.com/go-playground/validator/v10", "Dean Karn", "Contrôle des formulaires.", "MIT", mit),
	module("github.com/gofiber/fiber/v2", "Fiber", "Serveur HTTP.", "MIT", mit),
	module("github.com/klauspost/compress", "Klaus Post et contributeurs", "Compression.", "BSD à trois clauses et Apache 2.0", bsd3),
	module("github.com/piglig/go-qr", "piglig", "Codes des billets.", "MIT", mit),
	module("github.com/schollz/progressbar/v3", "Zack Scholl", "Avancement des commandes.", "MIT", mit),
	module("github.com/valyala/fasthttp", "Aliaksandr Valialkin et contributeurs", "Serveur HTTP.", "MIT", mit),
	module("github.com/wneessen/go-mail", "The go-mail Authors", "Envoi des messages.", "MIT", mit),
	module("github.com/xuri/excelize/v2", "The excelize authors", "Classeurs.", "BSD à trois clauses", bsd3),
	module("go.mongodb.org/mongo-driver", "MongoDB", "Base MongoDB, quand l’exploitant la choisit.", "Apache 2.0", apache),
	module("golang.org/x/image", "The Go Authors", "Lecture des images WebP.", "BSD à trois clauses", bsd3),
	module("golang.org/x/net", "The Go Authors", "Lecture de pages, noms de domaine.", "BSD à trois clauses", bsd3),
	module("golang.org/x/net", "The Go Authors", "Lecture de pages.", "BSD à trois clauses", bsd3),
	module("golang.org/x/oauth2", "The Go Authors", "Connexion par un fournisseur d’identité.", "BSD à trois clauses", bsd3),
	module("golang.org/x/sync", "The Go Authors", "Travaux en parallèle.", "BSD à trois clauses", bsd3),
	module("golang.org/x/term", "The Go Authors", "Terminal.", "BSD à trois clauses", bsd3),
	module("golang.org/x/text", "The Go Authors", "Accents et encodages.", "BSD à trois clauses", bsd3),
	module("modernc.org/sqlite", "The Sqlite Authors", "Base embarquée.", "BSD à trois clauses", bsd3),
}

// credits answers the page of sources and licences.
func (s *site) credits(c *fiber.Ctx) error {
	if notModified(c, s.tag("credits", fmt.Sprint(s.isDemo()))) {
		return nil
	}
	p := about.Credits{
		Base:     s.base("Crédits et licences", "Les données, les logiciels et les caractères sur lesquels le portail repose, avec leurs auteurs et leurs licences.", "/credits"),
		Data:     referenceData,
		Software: reusedSoftware,
		Modules:  reusedModules,
		Contact:  s.Config.ContactEmail,
	}
	return render(c, about.CreditsView(p))
}
