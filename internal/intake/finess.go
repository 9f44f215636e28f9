package intake

import (
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// finessTable is the list of establishments that the register of health and
// social care publishes: cs1100502, and cs1100507, which has the positions too.
// Its first line names the file and its day; there is no header.
var finessTable = &layout{
	format: FINESS,
	name:   "FINESS, établissements (cs1100502 ou cs1100507)",
	order:  5, // first: a sheet with its number tells sisters of one SIRET apart
	limit:  input.MaxPlain,
	widths: []int{finessWidth, finessPointWidth},
	looks: func(h header) bool {
		return len(h.names) >= 2 && h.names[0] == "finess" && h.names[1] == "etalab"
	},
	read:  readFINESS,
	scope: every(structure.SourceFINESS, finessListed, false),
}

// finessListed are the agreements that FINESS lists whole.
var finessListed = []structure.Kind{structure.ESAT, structure.EA}

// Numbers of values in the lines of cs1100502 and of the positions.
const (
	finessWidth      = 32
	finessPointWidth = 6
)

// Places of the values read in a line « structureet ».
const (
	finessRecord = iota
	finessNumber
	finessEntity // of the legal entity
	finessName
	finessLongName
	finessNameMore
	finessMail // distribution
	finessStreetNumber
	finessStreetType
	finessStreet
	finessRepetition
	finessSpecial
	finessCommune // without its department
	finessDepartment
	_
	finessCity // « 94400 VITRY SUR SEINE »
	finessPhone
	_
	finessCategory
	_
	_
	_
	finessSIRET
	finessAPE
	_
	_
	_
	_
	_
	finessAuthorised
)

// finessKinds are the categories of establishments (nomenclature CATETAB) that
// hold an agreement of ours. 249 trains disabled people and sells nothing.
var finessKinds = map[string]structure.Kind{"246": structure.ESAT, "247": structure.EA}

// finessReader reads one file. The positions come after the establishments, each
// by its number alone.
type finessReader struct {
	session *session
	part    *part
	day     structure.Date
	met     map[string]finessMet
}

// finessMet is what a line has told of an establishment.
type finessMet struct {
	kept    bool
	commune string
}

// maxFINESS bounds what is remembered: the register has some 100,000
// establishments that are open.
const maxFINESS = 500_000

func readFINESS(s *session, p *part) rowFunc {
	r := &finessReader{session: s, part: p, met: map[string]finessMet{}}
	if len(p.header.names) > 3 {
		r.day = s.day(p.header.names[3])
	}
	if r.day == "" {
		p.report.Note("la première ligne ne donne pas de date d’extraction : le jour de la dernière modification du fichier en tient lieu")
	}
	return func(row *input.Row, l *line) *Draft {
		switch record := text(row, finessRecord); record {
		case "structureet":
			return r.establishment(row, l)
		case "geolocalisation":
			return r.position(row, l)
		default:
			p.report.Note("enregistrements « " + record + " » laissés de côté : seuls « structureet » et « geolocalisation » décrivent des établissements")
			l.skip(SkipCategory)
			return nil
		}
	}
}

func (r *finessReader) establishment(row *input.Row, l *line) *Draft {
	if len(row.Fields) != finessWidth {
		l.reject("", "", number(int64(len(row.Fields)))+" valeurs au lieu de 32")
		return nil
	}
	kind, wanted := finessKinds[text(row, finessCategory)]
	met := finessMet{kept: wanted, commune: finessINSEE(text(row, finessDepartment), text(row, finessCommune))}
	if len(r.met) < maxFINESS {
		r.met[text(row, finessNumber)] = met
	}
	if !wanted {
		l.skip(SkipCategory)
		return nil
	}
	d := l.newDraft(structure.SourceFINESS)
	d.dated(r.day)
	if !l.finessKey(d, "nofinesset", text(row, finessNumber)) {
		return nil
	}
	l.sharedSIRET(d, "siret", text(row, finessSIRET))
	d.agreement(kind, "")
	d.Facts.Agreements[0].Start = l.calendar("dateautor", text(row, finessAuthorised))
	f := &d.Facts
	f.Name = l.bounded("rslongue", firstOf(text(row, finessLongName), text(row, finessName)), maxText)
	if short := text(row, finessName); short != f.Name {
		f.TradeName = l.bounded("rs", short, maxText)
	}
	f.Contact.Phone = l.phone("telephone", text(row, finessPhone))
	r.session.setNAF(f, text(row, finessAPE))
	post, city, _ := strings.Cut(text(row, finessCity), " ")
	f.Address = structure.Address{
		Street: l.bounded("voie", finessStreetOf(text(row, finessStreetNumber), text(row, finessRepetition),
			text(row, finessStreetType), text(row, finessStreet)), maxText),
		Complement: l.bounded("lieuditbp", firstOf(text(row, finessMail), text(row, finessSpecial)), maxText), PostalCode: postalCode(post), City: city,
	}
	r.session.locate(&f.Address, met.commune)
	return d
}

// finessKey reads the number that a record of FINESS cannot do without.
func (l *line) finessKey(d *Draft, column, value string) bool {
	if value == "" {
		l.reject(column, "", "numéro FINESS manquant")
		return false
	}
	return l.finess(d, column, value)
}

// finessINSEE joins the code of a commune. Overseas, the register numbers the
// departments 9A to 9J, and the communes go on from 97.
func finessINSEE(department, commune string) string {
	if len(department) == 2 && department[0] == '9' && department[1] >= 'A' && department[1] <= 'J' {
		department = "97"
	}
	return department + commune
}

// finessStreets spells the types of ways that the register abbreviates most.
var finessStreets = map[string]string{
	"R": "rue", "AV": "avenue", "BD": "boulevard", "RTE": "route", "CHE": "chemin", "ALL": "allée", "PL": "place",
	"IMP": "impasse", "SQ": "square", "QU": "quai", "CRS": "cours", "PAS": "passage", "LOT": "lotissement",
}

func finessStreetOf(number, repetition, kind, name string) string {
	if whole, ok := finessStreets[strings.ToUpper(kind)]; ok {
		kind = whole
	}
	return strings.Join(strings.Fields(strings.Join([]string{number, repetition, kind, name}, " ")), " ")
}

// position reads a line « geolocalisation;number;x;y;source;date ».
func (r *finessReader) position(row *input.Row, l *line) *Draft {
	if len(row.Fields) != finessPointWidth {
		l.reject("", "", number(int64(len(row.Fields)))+" valeurs au lieu de 6")
		return nil
	}
	met, known := r.met[text(row, 1)]
	switch {
	case known && !met.kept:
		l.skip(SkipCategory)
		return nil
	case known && !r.session.limit.keeps(met.commune):
		l.skip(SkipOutside)
		return nil
	}
	d := l.newDraft(structure.SourceFINESS)
	d.dated(r.day)
	if !l.finessKey(d, "nofinesset", text(row, 1)) {
		return nil
	}
	d.Creates = false
	if !known {
		d.Unknown = SkipCategory // its establishment comes later, or never
	}
	l.projected(&d.Facts.Address, met.commune, text(row, 2), text(row, 3))
	return d
}
