package intake

import (
	"encoding/json"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// marcheObjects is the list that the API of Le Marché de l'inclusion gives.
var marcheObjects = &layout{
	format: LeMarche,
	name:   "liste du Marché de l’inclusion (JSON)",
	order:  20,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, types := keys["presta_types"]
		_, single := keys["presta_type"]
		_, parent := keys["kind_parent"]
		_, kind := keys["kind"]
		return kind && (types || single || parent)
	},
	readObject: readMarche,
	scope:      every(structure.SourceLeMarche, structure.Kinds, true),
}

// marcheItem is one structure of the list; what is personal is not read.
type marcheItem struct {
	Name        jsonText     `json:"name"`
	Brand       jsonText     `json:"brand"`
	SIRET       jsonText     `json:"siret"`
	Kind        jsonText     `json:"kind"`
	Active      *bool        `json:"is_active"`
	Website     jsonText     `json:"contact_website"`
	Description jsonText     `json:"description"`
	Address     jsonText     `json:"address"`
	City        jsonText     `json:"city"`
	PostCode    jsonText     `json:"post_code"`
	Types       []jsonText   `json:"presta_types"`
	Type        []jsonText   `json:"presta_type"`
	Sectors     []marcheName `json:"sectors"`
	Offers      []marcheName `json:"offers"`
	References  []marcheName `json:"client_references"`
	Labels      []marcheName `json:"labels_old"`
	UpdatedAt   jsonText     `json:"updated_at"`
}

type marcheName struct {
	Name jsonText `json:"name"`
	Slug jsonText `json:"slug"`
}

func readMarche(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) *Draft {
		var item marcheItem
		if !decode(raw, &item, l) {
			return nil
		}
		if item.Active != nil && !*item.Active {
			l.skip(SkipInactive)
			return nil
		}
		d := l.newDraft(structure.SourceLeMarche)
		d.dated(s.day(item.UpdatedAt.clean()))
		if !l.siret(d, "siret", item.SIRET.clean()) || !l.kind(d, "kind", item.Kind.clean()) {
			return nil
		}
		d.Creates = d.SIRET != ""
		f := &d.Facts
		f.Name = l.bounded("name", item.Name.clean(), maxText)
		f.TradeName = l.bounded("brand", item.Brand.clean(), maxText)
		f.Description = l.bounded("description", prose(string(item.Description)), maxProse)
		f.Contact.Website = l.website("contact_website", item.Website.clean())
		f.Address = structure.Address{Street: item.Address.clean(), PostalCode: postalCode(item.PostCode.clean()), City: item.City.clean()}
		s.locate(&f.Address, "")
		for _, ref := range item.References {
			if name := ref.Name.clean(); name != "" {
				f.References = append(f.References, l.bounded("client_references", name, maxText))
			}
		}
		for _, x := range item.Labels {
			if got := s.labels.get(l.bounded("labels_old", x.Name.clean(), maxText), taxonomy.LabelNamed); got.Code != "" {
				f.Labels = append(f.Labels, got)
			}
		}
		l.marcheActivity(d, &item)
		return d
	}
}

func (l *line) marcheActivity(d *Draft, item *marcheItem) {
	var a structure.Activity
	for _, x := range item.Sectors {
		var ok bool
		if a.Sectors, ok = l.session.sector(a.Sectors, x.Slug.clean()); ok {
			continue
		}
		if a.Sectors, ok = l.session.sector(a.Sectors, x.Name.clean()); !ok {
			l.ignore("sectors", x.Name.clean(), "secteur sans équivalent dans l’annuaire")
		}
	}
	for _, x := range append(item.Types, item.Type...) {
		if mode, ok := taxonomy.ModeOf(x.clean()); ok {
			a.Modes = append(a.Modes, mode)
		} else {
			l.ignore("presta_types", x.clean(), "mode inconnu")
		}
	}
	var offers []string
	for _, x := range item.Offers {
		if name := x.Name.clean(); name != "" {
			offers = append(offers, name)
		}
	}
	a.Offer = l.bounded("offers", strings.Join(offers, " ; "), maxProse)
	if len(a.Sectors) > 0 || len(a.Modes) > 0 || a.Offer != "" {
		d.Facts.Activities = []structure.Activity{a}
	}
}

// kind reads the agreement of a record that always has one.
func (l *line) kind(d *Draft, column, value string) bool {
	kind, ok := taxonomy.KindOf(value)
	if !ok {
		l.reject(column, value, "type de structure inconnu : attendu EI, ACI, AI, ETTI, EITI, GEIQ, SEP, EA, EATT ou ESAT")
		return false
	}
	d.agreement(kind, "")
	return true
}

// marcheDirectory is the export of the directory. It has no SIRET: a line is
// attached by name and postal code, and never makes a structure.
var marcheDirectory = &layout{
	format: LeMarche,
	name:   "export de l’annuaire du Marché de l’inclusion (sans SIRET : rattaché par nom et code postal)",
	order:  20,
	limit:  input.MaxPlain,
	looks: func(h header) bool {
		return h.has("Raison sociale", "Type de structure", "Code postal", "Ville") && !h.has("Siret")
	},
	read: readMarcheDirectory,
}

func readMarcheDirectory(s *session, p *part) rowFunc {
	name, brand, kind := p.header.column("Raison sociale"), p.header.column("Enseigne"), p.header.column("Type de structure")
	street, post, city := p.header.column("Adresse"), p.header.column("Code postal"), p.header.column("Ville")
	phone, email := p.header.column("Téléphone"), p.header.column("E-mail")
	persons := personColumns(p.header)
	if len(persons) > 0 {
		p.report.Note(noteOfPersons)
	}
	var references []int
	for i, n := range p.header.names {
		if strings.HasPrefix(territory.Fold(n), "reference client") {
			references = append(references, i)
		}
	}
	return func(row *input.Row, l *line) *Draft {
		d := l.newDraft(structure.SourceLeMarche)
		d.Creates = false
		if !l.kind(d, "Type de structure", text(row, kind)) {
			return nil
		}
		f := &d.Facts
		f.Name = l.bounded("Raison sociale", text(row, name), maxText)
		f.TradeName = l.bounded("Enseigne", text(row, brand), maxText)
		f.Address = structure.Address{Street: text(row, street), PostalCode: postalCode(text(row, post)), City: text(row, city)}
		s.locate(&f.Address, "")
		if namesNobody(row, persons, len(p.header.names)) { // a row of another width is not read
			f.Contact = structure.Contact{Phone: l.phone("Téléphone", text(row, phone)), Email: l.email("E-mail", text(row, email))}
		}
		for _, i := range references {
			if ref := text(row, i); ref != "" {
				f.References = append(f.References, l.bounded(p.header.names[i], ref, maxText))
			}
		}
		return d
	}
}

// marchePurchases is known so that it is not taken for something else.
var marchePurchases = &layout{
	format:    LeMarche,
	name:      "achats inclusifs du Marché de l’inclusion",
	looks:     func(h header) bool { return h.has("Fournisseur", "SIRET", "Structure inclusive") },
	complaint: notRead("un fichier d’achats ne décrit pas de structures"),
}

func notRead(why string) func(header) string {
	return func(header) string { return why }
}
