package web

import (
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
)

// apiItem is one structure found.
type apiItem struct {
	ID          string               `json:"id" doc:"Identifiant, stable."`
	SIRET       *string              `json:"siret" doc:"14 chiffres. Plusieurs structures peuvent le partager."`
	FINESS      *string              `json:"finess" doc:"Numéro FINESS d’un ESAT ou d’une entreprise adaptée."`
	Name        string               `json:"name" doc:"Dénomination."`
	TradeName   *string              `json:"trade_name" doc:"Nom commercial ou enseigne, quand il diffère."`
	Kind        *string              `json:"kind" doc:"Type principal : le premier agrément en vigueur, sinon la famille de l’ESS, sinon la taille."`
	Kinds       []string             `json:"kinds" doc:"Toutes les valeurs de kind qui la trouvent : agréments en vigueur, famille de l’ESS."`
	Family      structure.Family     `json:"family" doc:"Comment un acheteur la voit : insertion, handicap, économie sociale et solidaire, entreprise."`
	ESUS        bool                 `json:"esus" doc:"Agrément ESUS en vigueur."`
	Size        *structure.Size      `json:"size" doc:"Catégorie d’entreprise."`
	Workforce   *structure.Workforce `json:"workforce" doc:"Tranche d’effectifs de l’INSEE."`
	Sectors     []codeLabel          `json:"sectors" doc:"Ce qu’elle vend, les secteurs déclarés d’abord."`
	Derived     bool                 `json:"derived" doc:"Tous ses secteurs sont déduits du code APE, aucun n’est déclaré."`
	Commune     *communeRef          `json:"commune" doc:"Commune de l’établissement."`
	Department  *string              `json:"department" doc:"Code du département."`
	Lat         *float64             `json:"lat" doc:"Latitude (WGS 84) ; null quand seul le département est connu."`
	Lon         *float64             `json:"lon" doc:"Longitude (WGS 84)."`
	DistanceKM  *float64             `json:"distance_km" doc:"Distance au point near, ou à la commune desservie ; null sans l’un ni l’autre."`
	Approximate bool                 `json:"approximate" doc:"La distance se dit « environ »."`

	Excerpt      string               `json:"excerpt" doc:"Extrait de la présentation ou de l’offre, 240 caractères au plus."`
	Why          []string             `json:"why" doc:"Pourquoi elle est là, une phrase par raison, la zone en dernier."`
	Reasons      []apiReason          `json:"reasons" doc:"Les mêmes raisons, à lire par un programme."`
	Zone         *apiZoneAnswer       `json:"zone" doc:"Ce que sa zone dit du lieu demandé ; null quand aucun ne l’est."`
	LegalBases   []apiClaim           `json:"legal_bases" doc:"Articles qui permettraient de lui réserver un marché."`
	Lapses       []apiLapse           `json:"lapses" doc:"Reconnaissances que plus personne ne confirme."`
	Availability *apiItemAvailability `json:"availability" doc:"Ce qu’elle dit de sa capacité ; null si elle n’en dit rien."`
	Groupement   *apiGroupement       `json:"groupement" doc:"D’un groupement, sa forme et ses membres ; null pour une seule structure."`

	Demo      bool      `json:"demo" doc:"Structure fictive, de démonstration."`
	UpdatedAt time.Time `json:"updated_at" doc:"Dernier changement d’un fait."`
}

// apiReason says which field answers which words.
type apiReason struct {
	Field string   `json:"field" doc:"Champ qui répond : name, sector, sector_derived, offer, description, reference, city, identifier…"`
	Label string   `json:"label" doc:"Ce champ en français."`
	Text  string   `json:"text" doc:"La valeur qui répond."`
	Words []string `json:"words" doc:"Les mots de la recherche auxquels elle répond."`
}

// apiZoneAnswer says how the zone of an activity relates to the place asked for.
type apiZoneAnswer struct {
	State query.ZoneState `json:"state" doc:"serves : dessert le lieu ; undeclared : y est installée, sa zone n’est pas déclarée."`
	Place string          `json:"place" doc:"Le lieu demandé."`
	Zone  apiZone         `json:"zone" doc:"La zone de l’activité qui répond."`
}

// apiClaim is a legal basis as a result shows it; a sheet tells more of it.
type apiClaim struct {
	Basis   structure.Basis `json:"basis" doc:"Article, valeur du paramètre basis."`
	Kind    *structure.Kind `json:"kind" doc:"Type de l’agrément qui le fonde ; null quand c’est la famille de l’ESS."`
	Member  *string         `json:"member" doc:"D’un groupement, le membre qui le fonde\u00a0: chacun le doit."`
	ToCheck bool            `json:"to_check" doc:"À vérifier : le droit l’exige, ou la source a plus d’un an."`
	Origin  *apiOrigin      `json:"origin" doc:"Qui le dit, et de quel jour."`
}

// apiLapse is a recognition that its source no longer confirms.
type apiLapse struct {
	Field  structure.Field  `json:"field" doc:"agreements, ess, esus ou regie_de_quartier."`
	Kind   *structure.Kind  `json:"kind" doc:"D’un agrément, son type."`
	ESS    *structure.ESS   `json:"ess" doc:"De la famille de l’ESS, laquelle."`
	Since  structure.Date   `json:"since" doc:"Jour de la première liste complète qui ne la donnait plus."`
	Source structure.Source `json:"source" doc:"La source qui ne la confirme plus."`
	Text   string           `json:"text" doc:"La même chose, en français."`
}

// apiItemAvailability is the best that an activity which answers declares.
type apiItemAvailability struct {
	State structure.AvailabilityState `json:"state" doc:"disponible, devis ou complet."`
	Label string                      `json:"label" doc:"En français."`
	From  *structure.Date             `json:"from" doc:"De « complet », le premier jour où elle ne l’est plus."`
}

func (s *site) apiItemOf(item query.Item, day structure.Date) apiItem {
	out := apiItem{
		ID: item.ID, SIRET: known(item.SIRET), FINESS: known(item.FINESS), Name: item.Name, TradeName: known(item.TradeName),
		Kind: known(item.Kind), Kinds: kindValues(&item), Family: item.Family, ESUS: item.ESUS,
		Size: known(item.Size), Workforce: known(item.Workforce),
		Sectors: s.sectorRefs(item.Sectors), Derived: item.Derived, Commune: s.communeRef(item.Commune, item.City),
		Department: known(item.Department), Approximate: item.Approximate,
		Excerpt: item.Excerpt, Why: s.why(item), Reasons: reasonsOf(item.Why), Zone: s.zoneAnswerOf(item.Zone),
		LegalBases: claimsOf(item, day), Lapses: lapsesList(item.Lapses),
		Groupement: apiGroupementOf(item.Groupement),
		Demo:       item.Demo, UpdatedAt: item.UpdatedAt.UTC(),
	}
	out.Lat, out.Lon = position(item.Point)
	if item.DistanceKM != nil {
		km := round(*item.DistanceKM, 2)
		out.DistanceKM = &km
	}
	if item.Availability != "" {
		out.Availability = &apiItemAvailability{State: item.Availability, Label: taxonomy.AvailabilityLabel(item.Availability), From: known(item.AvailableFrom)}
	}
	return out
}

func kindValues(item *query.Item) []string {
	if item.Groupement != nil {
		return []string{structure.KindGroupement}
	}
	out := make([]string, 0, len(item.Kinds)+1)
	for _, k := range item.Kinds {
		out = append(out, string(k))
	}
	if item.ESS != "" {
		out = append(out, string(item.ESS))
	}
	return out
}

func reasonsOf(list []query.Reason) []apiReason {
	out := make([]apiReason, 0, len(list))
	for _, r := range list {
		out = append(out, apiReason{Field: r.Field, Label: r.Label, Text: r.Text, Words: listed(r.Words)})
	}
	return out
}

func (s *site) zoneAnswerOf(a query.ZoneAnswer) *apiZoneAnswer {
	if a.State == query.ZoneNone {
		return nil
	}
	return &apiZoneAnswer{State: a.State, Place: a.Place, Zone: s.apiZoneOf(a.Zone)}
}

func claimsOf(item query.Item, day structure.Date) []apiClaim {
	out := make([]apiClaim, 0, len(item.Bases))
	of := structure.Structure{ESS: item.ESS, Groupement: item.Groupement, Origins: map[structure.Field]structure.Origin{structure.FieldESS: item.ESSOrigin}}
	for _, claim := range item.Bases {
		out = append(out, apiClaim{
			Basis: claim.Basis, Kind: known(claim.Agreement.Kind), Member: known(claim.Member), ToCheck: claim.Doubtful(day), Origin: claimOrigin(of.FoundedOn(claim)),
		})
	}
	return out
}

// claimOrigin says what a claim rests on (Structure.FoundedOn), null when nobody knows.
func claimOrigin(from structure.Origin, _ structure.ESS) *apiOrigin {
	if from.Source == "" {
		return nil
	}
	origin := originOf(from.Source, from.AsOf)
	return &origin
}

func lapsesList(list []structure.Lapse) []apiLapse {
	out := make([]apiLapse, 0, len(list))
	for _, l := range list {
		out = append(out, apiLapse{Field: l.Field, Kind: known(l.Kind), ESS: known(l.ESS), Since: l.Since, Source: l.Source, Text: format.Text(lapseText(l))})
	}
	return out
}
