package intake

import (
	"encoding/json"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// geiqLabels is the list of the label GEIQ, each with its branches, which often
// have no SIRET or that of the head.
var geiqLabels = &layout{
	format: GEIQ,
	name:   "label GEIQ (JSON)",
	order:  32,
	limit:  input.MaxPlain,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, branches := keys["antennes"]
		_, name := keys["nom"]
		return branches && name
	},
	readObject: readGEIQ,
	scope:      every(structure.SourceGEIQ, []structure.Kind{structure.GEIQ}, false),
}

type geiqItem struct {
	Name     jsonText   `json:"nom"`
	SIRET    jsonText   `json:"siret"`
	PostCode jsonText   `json:"cp"`
	City     jsonText   `json:"ville"`
	Branches []geiqItem `json:"antennes"`
}

// maxBranches bounds the branches of one GEIQ: the largest has some twenty.
const maxBranches = 500

func readGEIQ(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) *Draft {
		var item geiqItem
		if !decode(raw, &item, l) {
			return nil
		}
		head := s.geiq(l, item)
		for i, branch := range item.Branches {
			l.more()
			switch {
			case i >= maxBranches:
				l.reject("antennes", branch.Name.clean(), "plus de 500 antennes : celle-ci n’est pas lue")
			case branch.SIRET.clean() == "" || branch.SIRET.clean() == item.SIRET.clean():
				l.skip(SkipBranch)
			default:
				if d := s.geiq(l, branch); d != nil {
					d.Facts.Name, d.Facts.TradeName = l.bounded("nom", item.Name.clean(), maxText), d.Facts.Name
					l.others = append(l.others, d)
				}
			}
		}
		return head
	}
}

// geiq makes the draft of a GEIQ or of a branch.
func (s *session) geiq(l *line, item geiqItem) *Draft {
	d := l.newDraft(structure.SourceGEIQ)
	if !l.siret(d, "siret", item.SIRET.clean()) {
		return nil
	}
	d.Creates = d.SIRET != ""
	d.agreement(structure.GEIQ, "")
	f := &d.Facts
	f.Name = l.bounded("nom", item.Name.clean(), maxText)
	f.Address = structure.Address{PostalCode: postalCode(item.PostCode.clean()), City: item.City.clean()}
	if f.Address.PostalCode == "00000" {
		f.Address.PostalCode = ""
	}
	s.locate(&f.Address, "")
	return d
}
