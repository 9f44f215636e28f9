package intake

import (
	"encoding/json"
	"regexp"
	"slices"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// finessPlus is the list of structures that replaces the tables: legal entities,
// each with its establishments. Its published schema and its files differ: both
// spellings are read (keys whatever their case, codes bare or in an object).
var finessPlus = &layout{
	format: FINESS,
	name:   "FINESS+, structures (JSON)",
	order:  5, // first: a sheet with its number tells sisters of one SIRET apart
	limit:  input.MaxRegister,
	day:    finessPlusDay,
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, establishments := keys["ege"]
		_, schema := keys["informationsGeneralesPmej"]
		_, file := keys["informationsGeneralesPMEJ"]
		return establishments && (schema || file)
	},
	readObject: readFINESSPlus,
	scope:      every(structure.SourceFINESS, finessListed, false),
}

// finessActivities is the other file of FINESS+.
var finessActivities = &layout{
	format: FINESS,
	name:   "FINESS+, activités (JSON)",
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, activities := keys["activitesAutorisees"]
		return activities
	},
	complaint: notRead("ce fichier décrit les activités autorisées, pas les établissements : prendre le fichier des structures"),
}

// coded is a code, written bare or as {"code": …, "system": …}.
type coded struct{ jsonText }

// UnmarshalJSON takes both.
func (c *coded) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '{' {
		var in struct {
			Code jsonText `json:"code"`
		}
		err := json.Unmarshal(raw, &in)
		c.jsonText = in.Code
		return err
	}
	return json.Unmarshal(raw, &c.jsonText)
}

// finessEntityItem is a legal entity. Its APE code is not that of its establishments.
type finessEntityItem struct {
	Establishments []json.RawMessage `json:"ege"`
}

type finessItem struct {
	About struct {
		Number     jsonText `json:"numFinessEge"`
		ShortName  jsonText `json:"nomEgeCourt"`
		LongName   jsonText `json:"nomEgeLong"`
		SIRET      jsonText `json:"siret"`
		Authorised jsonText `json:"datePremiereAutorisation"`
		Closed     jsonText `json:"dateFermeture"`
	} `json:"informationsGeneralesEGE"`
	SIRET    jsonText        `json:"siret"`
	Category coded           `json:"categorieEntiteGeographiqueExercice"`
	State    coded           `json:"etatObjet"`
	Places   []finessPlace   `json:"adresse"`
	Contacts []finessContact `json:"contact"`
}

type finessPlace struct {
	Usage      jsonText `json:"usageAdresse"`
	Number     jsonText `json:"numeroVoie"`
	StreetType jsonText `json:"typeVoie"`
	Street     jsonText `json:"libelleVoie"`
	Repetition jsonText `json:"complementVoie"`
	Complement jsonText `json:"complementPointGeographique"`
	Locality   jsonText `json:"lieuDit"`
	Commune    jsonText `json:"cogCommune"`
	City       jsonText `json:"ligneAcheminement"`
	PostCode   jsonText `json:"codePostal"`
	Point      struct {
		X jsonText `json:"coordonneeX"`
		Y jsonText `json:"coordonneeY"`
	} `json:"coordonneesGeographique"`
}

type finessContact struct {
	Telecom struct {
		Phone jsonText `json:"telephone"`
		Email jsonText `json:"courriel"`
	} `json:"telecom"`
}

var finessGenerated = regexp.MustCompile(`"generatedAt"\s*:\s*"([^"]{10,40})"`)

// finessPlusDay is the day on which the file was made.
func finessPlusDay(s *session, p *part) structure.Date {
	m := finessGenerated.FindSubmatch(p.Head)
	if m == nil {
		return ""
	}
	return s.day(string(m[1]))
}

func readFINESSPlus(s *session, _ *part) objectFunc {
	return func(raw json.RawMessage, l *line) (first *Draft) {
		var entity finessEntityItem
		if !decode(raw, &entity, l) {
			return nil
		}
		if len(entity.Establishments) == 0 {
			l.skip(SkipCategory)
			return nil
		}
		for i, raw := range entity.Establishments {
			if i > 0 {
				l.more()
			}
			var item finessItem
			if !decode(raw, &item, l) {
				continue
			}
			if d := s.finessEstablishment(l, &item); i == 0 {
				first = d
			} else {
				l.others = append(l.others, d)
			}
		}
		return first
	}
}

func (s *session) finessEstablishment(l *line, item *finessItem) *Draft {
	kind, wanted := finessKinds[item.Category.clean()]
	if !wanted {
		l.skip(SkipCategory)
		return nil
	}
	d := l.newDraft(structure.SourceFINESS)
	if !l.finessKey(d, "numFinessEge", item.About.Number.clean()) {
		return nil
	}
	l.sharedSIRET(d, "siret", firstOf(item.About.SIRET.clean(), item.SIRET.clean()))
	d.agreement(kind, "")
	closed := l.calendar("dateFermeture", item.About.Closed.clean())
	if state := item.State.clean(); state != "" && state != "A" || closed != "" && closed <= d.Origin.AsOf {
		ended(d)
		d.Facts.FINESS = d.FINESS
		if closed != "" { // the last day is known: nothing is left to the day it was seen
			d.Ended, d.Facts.Agreements[0].End = false, closed
		}
		return d
	}
	d.Facts.Agreements[0].Start, d.Facts.Agreements[0].End = l.calendar("datePremiereAutorisation", item.About.Authorised.clean()), closed
	f := &d.Facts
	f.Name = l.bounded("nomEgeLong", firstOf(item.About.LongName.clean(), item.About.ShortName.clean()), maxText)
	if short := item.About.ShortName.clean(); short != f.Name {
		f.TradeName = l.bounded("nomEgeCourt", short, maxText)
	}
	for _, c := range item.Contacts {
		f.Contact.Phone = firstOf(f.Contact.Phone, l.phone("telephone", c.Telecom.Phone.clean()))
		f.Contact.Email = firstOf(f.Contact.Email, l.email("courriel", c.Telecom.Email.clean()))
	}
	if len(item.Places) > 0 {
		l.finessPlace(&f.Address, item.Places)
	}
	return d
}

// finessMainPlace is the use (usageAdresse) of the address of the establishment itself.
const finessMainPlace = "03"

func (l *line) finessPlace(a *structure.Address, places []finessPlace) {
	at := max(0, slices.IndexFunc(places, func(p finessPlace) bool { return p.Usage.clean() == finessMainPlace }))
	p := places[at]
	*a = structure.Address{
		Street:     l.bounded("libelleVoie", finessStreetOf(p.Number.clean(), p.Repetition.clean(), p.StreetType.clean(), p.Street.clean()), maxText),
		Complement: l.bounded("complementPointGeographique", firstOf(p.Complement.clean(), p.Locality.clean()), maxText),
		PostalCode: postalCode(p.PostCode.clean()), City: l.bounded("ligneAcheminement", p.City.clean(), maxText),
	}
	if len(a.City) > 6 && a.City[:5] == a.PostalCode {
		a.City = a.City[6:] // « 94400 VITRY SUR SEINE », as in the tables
	}
	l.session.locate(a, p.Commune.clean())
	x, y := p.Point.X.clean(), p.Point.Y.clean()
	if _, isDegrees := degrees(x); isDegrees || x == "" {
		l.point(a, y, x)
		return
	}
	l.projected(a, a.Commune, x, y)
}
