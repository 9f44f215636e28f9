package intake

import (
	"encoding/json"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// dataInclusionList is a list of structures in the schema of data.inclusion (v1),
// as files and the API give it.
var dataInclusionList = &layout{
	format: DataInclusion,
	name:   "structures de data·inclusion (JSON)",
	order:  25,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, id := keys["id"]
		_, name := keys["nom"]
		_, updated := keys["date_maj"]
		_, service := keys["structure_id"]
		return id && name && updated && !service
	},
	readObject: readDataInclusionList,
}

// dataInclusionTable is the workbook in which producers fill in the same.
var dataInclusionTable = &layout{
	format: DataInclusion,
	name:   "structures de data·inclusion (tableau)",
	order:  25,
	limit:  input.MaxPlain,
	above:  maxAbove,
	looks: func(h header) bool {
		const ofThisSchema = 3 // columns that no other table has together
		own := []string{"date_maj", "reseaux_porteurs", "horaires_accueil", "accessibilite_lieu", "lien_source", "complement_adresse"}
		return h.has("id", "nom") && !h.has("structure_id") && len(own)-len(h.missing(own...)) >= ofThisSchema
	},
	read: readDataInclusionTable,
}

// Services are help given to people (housing, a driving licence): they do not
// say what the structure sells, and nothing is guessed from them.
const dataInclusionService = "les services de data·inclusion sont des aides aux personnes : ils ne disent pas ce que la structure vend. Prendre le fichier des structures"

var dataInclusionServices = &layout{
	format: DataInclusion,
	name:   "services de data·inclusion (JSON)",
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, structure := keys["structure_id"]
		_, name := keys["nom"]
		return structure && name
	},
	complaint: notRead(dataInclusionService),
}

var dataInclusionServiceTable = &layout{
	format:    DataInclusion,
	name:      "services de data·inclusion (tableau)",
	looks:     func(h header) bool { return h.has("structure_id", "id", "nom", "thematiques") },
	complaint: notRead(dataInclusionService),
}

// dataInclusionItem is a structure of the schema. Kind is in the files of Les
// emplois de l'inclusion only.
type dataInclusionItem struct {
	Source      jsonText   `json:"source"`
	ID          jsonText   `json:"id"`
	Name        jsonText   `json:"nom"`
	SIRET       jsonText   `json:"siret"`
	Updated     jsonText   `json:"date_maj"`
	Description jsonText   `json:"description"`
	Street      jsonText   `json:"adresse"`
	Complement  jsonText   `json:"complement_adresse"`
	City        jsonText   `json:"commune"`
	PostCode    jsonText   `json:"code_postal"`
	INSEE       jsonText   `json:"code_insee"`
	Latitude    jsonText   `json:"latitude"`
	Longitude   jsonText   `json:"longitude"`
	Phone       jsonText   `json:"telephone"`
	Email       jsonText   `json:"courriel"`
	Website     jsonText   `json:"site_web"`
	Networks    []jsonText `json:"reseaux_porteurs"`
	Kind        jsonText   `json:"kind"`
}

func readDataInclusionList(s *session, p *part) objectFunc {
	noteDataInclusion(p)
	return func(raw json.RawMessage, l *line) *Draft {
		var item dataInclusionItem
		if !decode(raw, &item, l) {
			return nil
		}
		return s.dataInclusion(l, &item)
	}
}

func noteDataInclusion(p *part) {
	p.report.Note("seules les SIAE, EA, EATT, ESAT et les GEIQ (d’après « reseaux_porteurs ») font une fiche ; les autres structures complètent celles que l’annuaire connaît déjà")
}

func readDataInclusionTable(s *session, p *part) rowFunc {
	noteDataInclusion(p)
	if unnamed := p.header.missing("date_maj"); len(unnamed) > 0 {
		p.report.Note("pas de colonne « date_maj » : le jour de la dernière modification du fichier en tient lieu")
	}
	at := map[string]int{}
	for _, name := range []string{"__ignore__", "source", "id", "nom", "siret", "date_maj", "description", "adresse", "complement_adresse", "commune",
		"code_postal", "code_insee", "latitude", "longitude", "telephone", "courriel", "site_web", "reseaux_porteurs"} {
		at[name] = p.header.column(name)
	}
	return func(row *input.Row, l *line) *Draft {
		get := func(name string) jsonText { return jsonText(field(row, at[name])) }
		if ignored, _ := yesNo(get("__ignore__").clean()); ignored {
			l.skip(SkipExample)
			return nil
		}
		item := dataInclusionItem{
			Source: get("source"), ID: get("id"), Name: get("nom"), SIRET: get("siret"), Updated: jsonText(p.calendar(get("date_maj").clean())), Description: get("description"),
			Street: get("adresse"), Complement: get("complement_adresse"), City: get("commune"), PostCode: get("code_postal"), INSEE: get("code_insee"),
			Latitude: get("latitude"), Longitude: get("longitude"), Phone: get("telephone"), Email: get("courriel"), Website: get("site_web"),
		}
		for _, network := range strings.FieldsFunc(string(get("reseaux_porteurs")), func(r rune) bool { return strings.ContainsRune(",;|\n", r) }) {
			item.Networks = append(item.Networks, jsonText(network))
		}
		return s.dataInclusion(l, &item)
	}
}

func (s *session) dataInclusion(l *line, item *dataInclusionItem) *Draft {
	d := l.newDraft(structure.SourceDataInclusion)
	d.dated(s.day(item.Updated.clean()))
	if source, id := item.Source.clean(), item.ID.clean(); source != "" && strings.Contains(id, "--") && !strings.HasPrefix(id, source+"--") {
		l.ignore("id", id, "l’identifiant ne commence pas par son producteur (« "+source+"--… »)")
	}
	for _, network := range append(item.Networks, item.Kind) {
		if kind, ok := dataInclusionKind(network.clean()); ok && !holds(d.Facts.Agreements, kind) {
			d.agreement(kind, "")
		}
	}
	if len(d.Facts.Agreements) > 0 {
		if !l.siret(d, "siret", item.SIRET.clean()) {
			return nil
		}
		d.Creates = d.SIRET != ""
	} else {
		l.sharedSIRET(d, "siret", item.SIRET.clean())
		d.Creates, d.Unknown = false, SkipUnknown
	}
	f := &d.Facts
	f.Name = l.bounded("nom", item.Name.clean(), maxText)
	f.Description = l.bounded("description", prose(string(item.Description)), maxProse)
	f.Contact = structure.Contact{
		Phone: l.phone("telephone", item.Phone.clean()), Email: l.email("courriel", item.Email.clean()), Website: l.website("site_web", item.Website.clean()),
	}
	f.Address = structure.Address{
		Street: l.bounded("adresse", item.Street.clean(), maxText), Complement: l.bounded("complement_adresse", item.Complement.clean(), maxText),
		City: l.bounded("commune", item.City.clean(), maxText), PostalCode: l.postalCode("code_postal", item.PostCode.clean()),
	}
	s.locate(&f.Address, item.INSEE.clean())
	l.point(&f.Address, item.Latitude.clean(), item.Longitude.clean())
	return d
}

// dataInclusionKind reads a network that is a kind of ours: a closed list of
// slugs, of which most are something else (plie, mission-locale).
func dataInclusionKind(slug string) (structure.Kind, bool) {
	for _, kind := range structure.Kinds {
		if strings.EqualFold(slug, string(kind)) && kind != structure.SEP {
			return kind, true
		}
	}
	return "", false
}

// holds reports whether a kind is among agreements.
func holds(list []structure.Agreement, kind structure.Kind) bool {
	for _, a := range list {
		if a.Kind == kind {
			return true
		}
	}
	return false
}
