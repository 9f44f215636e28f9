package web

import (
	"strconv"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/web/openapi"
	"sourcier/views/format"
)

// searchText is a free text: no control character but spaces. That it has at most
// MaxWords words and MaxTextBytes bytes is for the portal to say.
func searchText() *openapi.Schema {
	return openapi.Text().Limit(0, query.MaxTextBytes).Matching(`^[^\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]*$`)
}

// searchParameters describes what a search takes, from the lists and the limits
// that the parser itself reads.
func (s *site) searchParameters() []openapi.Parameter {
	return append(s.filterParameters(), pagingParameters()...)
}

// filterParameters are those that say which structures are found.
func (s *site) filterParameters() []openapi.Parameter {
	places := func(most int) *openapi.Schema {
		return openapi.List(openapi.Text().Matching(query.TerritoryPattern), most)
	}
	upTo := func(most int) string { return strconv.Itoa(most) + " valeurs au plus." }
	list := []openapi.Parameter{
		openapi.Query("q", "Texte libre : métier, nom, SIRET, SIREN, FINESS, code CPV. Un lieu, une distance ou un type de structure nommé dans le texte devient un filtre ; des « guillemets » demandent une expression exacte. "+strconv.Itoa(query.MaxWords)+" mots et "+strconv.Itoa(query.MaxTextBytes)+" octets au plus.", searchText(), "nettoyage vitry"),
		openapi.Query("kind", "Type de structure : agrément en vigueur, ou famille de l’économie sociale et solidaire.", listOfCodes(query.KindValues()), []string{"ESAT", "EA"}),
		openapi.Query("family", "Famille de structures.", listOfCodes(structure.Families), []string{"handicap"}),
		openapi.Query("ess", "1 : de l’économie sociale et solidaire.", flagSchema(), "1"),
		openapi.Query("esus", "1 : agréée entreprise solidaire d’utilité sociale.", flagSchema(), "1"),
		openapi.Query("sector", "Secteur, ou groupe de secteurs (/api/v1/sectors).", listOfCodes(s.sectorCodes()), []string{"nettoyage-locaux"}),
		openapi.Query("mode", "Mode d’intervention : mise à disposition, prestation, fabrication.", listOfCodes(structure.Modes), []string{"PREST"}),
		openapi.Query("serves", "Territoire où la structure intervient : code INSEE d’une commune, dep:94, reg:11, epci:200058014 ou FR (/api/v1/territories). "+upTo(query.MaxZones), places(query.MaxZones), []string{"94081"}),
		openapi.Query("covers", "Territoire que sa zone couvre en entier. "+upTo(query.MaxZones), places(query.MaxZones), []string{"dep:94"}),
		openapi.Query("territory", "Territoire où l’établissement est installé. "+upTo(query.MaxValues), places(query.MaxValues), []string{"dep:94"}),
		openapi.Query("near", "Point d’où les distances se mesurent : latitude,longitude ou code INSEE d’une commune.", openapi.Text().Matching(query.NearPattern), "48.79,2.39"),
		openapi.Query("radius_km", "Distance à near, en kilomètres ; sans near, elle est refusée. 0 mesure et garde tout.", openapi.Number(0, query.MaxRadiusKM), 10),
		openapi.Query("size", "Catégorie d’entreprise.", listOfCodes(structure.Sizes), []string{"TPE", "PME"}),
		openapi.Query("workforce", "Tranche d’effectifs de l’INSEE.", listOfCodes(structure.Workforces), []string{"11"}),
		openapi.Query("basis", "Article qui permettrait de réserver un marché.", listOfCodes(structure.Bases), []string{string(structure.L2113_12)}),
		openapi.Query("label", "Code d’un label.", openapi.List(openapi.Text().Matching(query.LabelPattern), query.MaxValues), []string{"rge"}),
		openapi.Query("characteristic", "Atout responsable déclaré.", listOfCodes(s.characteristicCodes()), []string{"produits-ecolabel"}),
		openapi.Query("availability", "Ce que la structure dit de sa capacité.", listOfCodes(query.AvailabilityStates), []string{"disponible"}),
	}
	return worded(list)
}

// pagingParameters are those that say what is told of them, in which order.
func pagingParameters() []openapi.Parameter {
	sort := openapi.OneOf(query.Sorts)
	depth := strconv.Itoa(query.MaxDepth)
	return worded([]openapi.Parameter{
		openapi.Query("sort", "Ordre : relevance (avec un texte, par défaut), distance (avec near ou une seule commune desservie), name, updated, neutral (tirage du jour, par défaut sans texte).", sort, string(query.SortName)),
		openapi.Query("page", "Numéro de page ; page × per_page ne dépasse pas "+depth+".", openapi.Integer(1, query.MaxDepth, 1), 2),
		openapi.Query("per_page", "Structures par page.", openapi.Integer(1, query.MaxPerPage, query.DefaultPage), 50),
		openapi.Query("cursor", "Curseur rendu par next : la suite exacte, au-delà de "+depth+" structures s’il le faut. Il vaut pour la même recherche, le même jour, sans page.", openapi.Text().Limit(0, query.MaxCursor).Matching(`^[A-Za-z0-9_-]*$`), nil),
		openapi.Query("facets", "1 pour compter les valeurs de tous les critères, ou les noms des critères à compter.", openapi.List(openapi.OneOf(append(flagValues(), query.FacetNames...)), query.MaxValues), []string{"kind", "size"}),
		openapi.Query("fields", "id : les seuls identifiants.", openapi.OneOf([]string{"id"}), "id"),
	})
}

// worded gives descriptions the spaces of French.
func worded(list []openapi.Parameter) []openapi.Parameter {
	for i := range list {
		list[i].Description = format.Text(list[i].Description)
	}
	return list
}

func listOfCodes[T ~string](list []T) *openapi.Schema {
	return openapi.List(openapi.OneOf(list), query.MaxValues)
}

func flagValues() []string { return append(append([]string{}, query.Yes...), query.No...) }

func flagSchema() *openapi.Schema { return openapi.OneOf(flagValues()) }

// sectorCodes are those of groups, each before its sectors.
func (s *site) sectorCodes() []string {
	var out []string
	for _, g := range s.Taxonomy.Groups() {
		out = append(out, g.Code)
		for _, v := range s.Taxonomy.InGroup(g.Code) {
			out = append(out, v.Code)
		}
	}
	return out
}

func (s *site) characteristicCodes() []string {
	var out []string
	for _, c := range s.Taxonomy.Characteristics() {
		out = append(out, c.Code)
	}
	return out
}
