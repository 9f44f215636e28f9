package intake

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// rechercheEntreprises is a saved answer of the API of that name (/search,
// /near_point): legal units, each with its head office and the establishments
// that matched. Like the register behind it, it makes sheets of establishments
// that are open, in the departments of the territory and in a sector.
var rechercheEntreprises = &layout{
	format: RechercheEntreprises,
	name:   "réponse de l’API Recherche d’entreprises (JSON)",
	order:  35,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, siren := keys["siren"]
		_, name := keys["nom_complet"]
		_, seat := keys["siege"]
		return siren && name && seat
	},
	readObject: readRechercheEntreprises,
}

// rechercheItem is a legal unit; its directors are not read.
type rechercheItem struct {
	SIREN       jsonText `json:"siren"`
	FullName    jsonText `json:"nom_complet"`
	Name        jsonText `json:"nom_raison_sociale"`
	Open        jsonText `json:"nombre_etablissements_ouverts"`
	State       jsonText `json:"etat_administratif"`
	Diffusion   jsonText `json:"statut_diffusion"`
	Category    jsonText `json:"nature_juridique"`
	Size        jsonText `json:"categorie_entreprise"`
	Workforce   jsonText `json:"tranche_effectif_salarie"`
	Updated     jsonText `json:"date_mise_a_jour"`
	Complements struct {
		ESS  jsonText `json:"est_ess"`
		Kind anyList  `json:"type_siae"`
	} `json:"complements"`
	Seat     *recherchePlace  `json:"siege"`
	Matching []recherchePlace `json:"matching_etablissements"`
}

type recherchePlace struct {
	SIRET      jsonText `json:"siret"`
	State      jsonText `json:"etat_administratif"`
	Diffusion  jsonText `json:"statut_diffusion_etablissement"`
	NAF        jsonText `json:"activite_principale"`
	NAF2025    jsonText `json:"activite_principale_naf25"`
	Signs      anyList  `json:"liste_enseignes"`
	TradeName  jsonText `json:"nom_commercial"`
	Number     jsonText `json:"numero_voie"`
	Repetition jsonText `json:"indice_repetition"`
	StreetType jsonText `json:"type_voie"`
	Street     jsonText `json:"libelle_voie"`
	Address    jsonText `json:"adresse"`
	Complement jsonText `json:"complement_adresse"`
	PostCode   jsonText `json:"code_postal"`
	Commune    jsonText `json:"commune"` // INSEE code
	City       jsonText `json:"libelle_commune"`
	Latitude   jsonText `json:"latitude"`
	Longitude  jsonText `json:"longitude"`
	RGE        anyList  `json:"liste_rge"`
	Updated    jsonText `json:"date_mise_a_jour_insee"`
}

// anyList is a list of texts, which this API also writes as Python prints one, in
// a text: "['ACI', 'EI']".
type anyList []string

var listedText = regexp.MustCompile(`'([^']*)'|"([^"]*)"`)

// UnmarshalJSON takes a list, a text that holds one, or nothing.
func (a *anyList) UnmarshalJSON(raw []byte) error {
	*a = nil
	if len(raw) > 0 && raw[0] == '[' {
		var list []jsonText
		err := json.Unmarshal(raw, &list)
		for _, text := range list {
			*a = append(*a, string(text))
		}
		return err
	}
	var text jsonText
	if err := json.Unmarshal(raw, &text); err != nil || text.clean() == "" {
		return err
	}
	if !strings.HasPrefix(text.clean(), "[") {
		*a = anyList{string(text)}
		return nil
	}
	for _, m := range listedText.FindAllStringSubmatch(string(text), -1) {
		*a = append(*a, m[1]+m[2])
	}
	return nil
}

func (a anyList) first() string {
	for _, text := range a {
		if text = clean(text); text != "" {
			return text
		}
	}
	return ""
}

func readRechercheEntreprises(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) (first *Draft) {
		var unit rechercheItem
		if !decode(raw, &unit, l) {
			return nil
		}
		places := unit.places()
		if len(places) == 0 {
			l.reject("siege", unit.SIREN.clean(), "ni siège ni établissement")
			return nil
		}
		kinds := unit.kinds(l)
		for i := range places {
			if i > 0 {
				l.more()
			}
			if d := s.recherche(l, &unit, &places[i], kinds); i == 0 {
				first = d
			} else {
				l.others = append(l.others, d)
			}
		}
		return first
	}
}

// places lists the establishments, each once.
func (u *rechercheItem) places() (out []recherchePlace) {
	if u.Seat != nil && u.Seat.SIRET != "" {
		out = append(out, *u.Seat)
	}
	for _, p := range u.Matching {
		if !slices.ContainsFunc(out, func(o recherchePlace) bool { return o.SIRET == p.SIRET }) {
			out = append(out, p)
		}
	}
	return out
}

// kinds reads the agreements. They are told of the legal unit: with one open
// establishment there is no doubt which holds them, with several nobody can tell.
func (u *rechercheItem) kinds(l *line) (out []structure.Kind) {
	for _, text := range u.Complements.Kind {
		if kind, ok := taxonomy.KindOf(clean(text)); ok {
			out = append(out, kind)
		} else {
			l.ignore("complements.type_siae", text, "type de structure inconnu")
		}
	}
	if open := u.Open.clean(); len(out) > 0 && open != "1" {
		l.ignore("complements.type_siae", strings.Join(u.Complements.Kind, ", "),
			"l’unité légale a "+firstOf(open, "plusieurs")+" établissements ouverts, et rien ne dit lequel est conventionné")
		return nil
	}
	return out
}

func (s *session) recherche(l *line, u *rechercheItem, p *recherchePlace, kinds []structure.Kind) *Draft {
	d := l.newDraft(structure.SourceRechercheEntreprises)
	if p.SIRET.clean() == "" {
		l.reject("siret", "", "établissement sans SIRET")
		return nil
	}
	if !l.siret(d, "siret", p.SIRET.clean()) {
		return nil
	}
	d.dated(max(s.day(u.Updated.clean()), s.day(p.Updated.clean())))
	if hidden([]byte(u.Diffusion)) || hidden([]byte(p.Diffusion)) {
		d.Withdrawn, d.Creates, d.Unknown = true, false, SkipNotDiffused
		return d
	}
	if isClosed([]byte(u.State)) || isClosed([]byte(p.State)) {
		d.Facts.Closed = true
		d.Creates, d.Unknown = false, SkipClosed
		return d
	}
	d.Denied = []structure.Field{structure.FieldClosed}
	for _, kind := range kinds {
		d.agreement(kind, "")
	}
	l.describeRecherche(&d.Facts, u, p)
	s.recherchePlace(l, &d.Facts.Address, p)
	if why := s.rechercheUnwanted(d); why != "" {
		d.Creates, d.Unknown = false, why
	}
	return d
}

// rechercheUnwanted says why an establishment makes no sheet, "" when it does.
func (s *session) rechercheUnwanted(d *Draft) Skip {
	ord, known := s.imp.opts.Atlas.Ordinal(d.Facts.Address.Commune)
	switch {
	case !known:
		return SkipUnknownPlace
	case !s.limit.keepsSirene(ord):
		return SkipOutside
	case len(d.Facts.Agreements) == 0 && len(d.Facts.Activities) == 0:
		return SkipUnmapped
	}
	return ""
}

func (l *line) describeRecherche(f *structure.Structure, u *rechercheItem, p *recherchePlace) {
	s := l.session
	sign := firstOf(p.Signs.first(), p.TradeName.clean())
	f.Name = l.bounded("nom_raison_sociale", firstOf(u.Name.clean(), sign, u.FullName.clean()), maxText)
	if sign != f.Name {
		f.TradeName = l.bounded("liste_enseignes", sign, maxText)
	}
	s.setNAF(f, p.NAF.clean())
	keepNAF(f, p.NAF2025.clean())
	f.LegalCategory = u.Category.clean()
	ess, _ := yesNo(u.Complements.ESS.clean())
	f.ESS = s.essOf(f.LegalCategory, ess)
	if band := structure.Workforce(u.Workforce.clean()); slices.Contains(structure.Workforces, band) {
		f.Workforce = band
	}
	f.Size = structure.SizeOf(f.Workforce, u.Size.clean())
	if p.RGE.first() != "" {
		f.Labels = append(f.Labels, s.labels.get("RGE", taxonomy.LabelNamed))
	}
}

func (s *session) recherchePlace(l *line, a *structure.Address, p *recherchePlace) {
	street := strings.Join(strings.Fields(strings.Join([]string{
		p.Number.clean(), p.Repetition.clean(), p.StreetType.clean(), p.Street.clean()}, " ")), " ")
	if post := p.PostCode.clean(); street == "" && post != "" {
		street, _, _ = strings.Cut(p.Address.clean(), " "+post+" ") // the whole on one line
	}
	*a = structure.Address{
		Street: l.bounded("adresse", street, maxText), Complement: l.bounded("complement_adresse", p.Complement.clean(), maxText),
		PostalCode: l.postalCode("code_postal", p.PostCode.clean()), City: l.bounded("libelle_commune", p.City.clean(), maxText),
	}
	s.locate(a, p.Commune.clean())
	l.point(a, p.Latitude.clean(), p.Longitude.clean())
}
