package intake

import (
	"encoding/json"
	"slices"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// emploisFeed is the open list of Les emplois de l'inclusion (/api/v1/siaes/).
var emploisFeed = &layout{
	format: Emplois,
	name:   "liste ouverte des emplois de l’inclusion (JSON)",
	order:  30,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, name := keys["raison_sociale"]
		_, kind := keys["type"]
		return name && kind
	},
	readObject: readEmploisFeed,
	scope:      every(structure.SourceEmplois, structure.Kinds, false),
}

// emploisToken is the list reserved to partners (/api/v1/marche/).
var emploisToken = &layout{
	format: Emplois,
	name:   "liste des emplois de l’inclusion pour ses partenaires (JSON)",
	order:  30,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, active := keys["convention_is_active"]
		_, line := keys["address_line_1"]
		_, kind := keys["kind"]
		return kind && (active || line)
	},
	readObject: readEmploisToken,
	scope:      every(structure.SourceEmplois, structure.Kinds, false),
}

// emploisItem joins the fields of both lists; the names of people are not read.
type emploisItem struct {
	SIRET       jsonText `json:"siret"`
	Description jsonText `json:"description"`

	Type      jsonText `json:"type"`
	Name      jsonText `json:"raison_sociale"`
	Brand     jsonText `json:"enseigne"`
	Phone     jsonText `json:"telephone"`
	Email     jsonText `json:"courriel"`
	Site      jsonText `json:"site_web"`
	Line1     jsonText `json:"addresse_ligne_1"` // their spelling
	Line2     jsonText `json:"addresse_ligne_2"`
	PostCode  jsonText `json:"code_postal"`
	City      jsonText `json:"ville"`
	UpdatedAt jsonText `json:"mis_a_jour_le"`
}

// emploisPartnerItem is an object of the other list.
type emploisPartnerItem struct {
	SIRET       jsonText `json:"siret"`
	NAF         jsonText `json:"naf"`
	Kind        jsonText `json:"kind"`
	Name        jsonText `json:"name"`
	Brand       jsonText `json:"brand"`
	Phone       jsonText `json:"phone"`
	Email       jsonText `json:"email"`
	Website     jsonText `json:"website"`
	Description jsonText `json:"description"`
	Line1       jsonText `json:"address_line_1"`
	Line2       jsonText `json:"address_line_2"`
	PostCode    jsonText `json:"post_code"`
	City        jsonText `json:"city"`
	Latitude    jsonText `json:"latitude"`
	Longitude   jsonText `json:"longitude"`
	Active      *bool    `json:"convention_is_active"`
	Convention  jsonText `json:"convention_asp_id"`
	UpdatedAt   jsonText `json:"updated_at"`
}

func readEmploisFeed(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) *Draft {
		var item emploisItem
		if !decode(raw, &item, l) {
			return nil
		}
		return s.emplois(l, emploisPartnerItem{
			SIRET: item.SIRET, Kind: item.Type, Name: item.Name, Brand: item.Brand, Phone: item.Phone, Email: item.Email,
			Website: item.Site, Description: item.Description, Line1: item.Line1, Line2: item.Line2,
			PostCode: item.PostCode, City: item.City, UpdatedAt: item.UpdatedAt,
		})
	}
}

func readEmploisToken(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) *Draft {
		var item emploisPartnerItem
		if !decode(raw, &item, l) {
			return nil
		}
		return s.emplois(l, item)
	}
}

func (s *session) emplois(l *line, item emploisPartnerItem) *Draft {
	d := l.newDraft(structure.SourceEmplois)
	d.dated(s.day(item.UpdatedAt.clean()))
	if !l.siret(d, "siret", item.SIRET.clean()) || !l.kind(d, "kind", item.Kind.clean()) {
		return nil
	}
	d.Creates = d.SIRET != ""
	d.Facts.Agreements[0].Number = item.Convention.clean()
	if item.Active != nil && !*item.Active {
		return ended(d)
	}
	f := &d.Facts
	f.Name = l.bounded("name", item.Name.clean(), maxText)
	f.TradeName = l.bounded("brand", item.Brand.clean(), maxText)
	f.Description = l.bounded("description", prose(string(item.Description)), maxProse)
	f.Contact = structure.Contact{
		Phone: l.phone("phone", item.Phone.clean()), Email: l.email("email", item.Email.clean()), Website: l.website("website", item.Website.clean()),
	}
	f.Address = structure.Address{
		Street: item.Line1.clean(), Complement: item.Line2.clean(), PostalCode: postalCode(item.PostCode.clean()), City: item.City.clean(),
	}
	s.locate(&f.Address, "")
	l.point(&f.Address, item.Latitude.clean(), item.Longitude.clean())
	s.setNAF(f, item.NAF.clean())
	return d
}

// ended makes a draft say only that the agreement is over: the source gives no
// last day, so it is the day before the one on which it said so.
func ended(d *Draft) *Draft {
	agreement := d.Facts.Agreements[0]
	agreement.End = d.Origin.AsOf.AddDays(-1)
	d.Facts = structure.Structure{SIRET: d.SIRET, Agreements: []structure.Agreement{agreement}}
	d.Creates, d.Ended, d.Unknown = false, true, SkipInactive
	return d
}

// derived is what an APE code suggests that an establishment sells.
func (s *session) derived(naf string) []structure.Activity {
	var sectors []string
	for _, x := range s.imp.opts.Taxonomy.ByNAF(naf) {
		sectors = append(sectors, x.Code)
	}
	if len(sectors) == 0 {
		return nil
	}
	return []structure.Activity{{Sectors: slices.Clip(sectors), Derived: true}}
}
