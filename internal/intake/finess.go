package intake

import (
	"regexp"
	"strconv"
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
	day:    finessDay,
	looks: func(h header) bool {
		return len(h.names) >= 2 && h.names[0] == "finess" && h.names[1] == "etalab"
	},
	severed: finessSevered,
	read:    readFINESS,
	scope:   every(structure.SourceFINESS, finessListed, false),
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
	_
	finessLast // number of a school
)

// finessKinds are the categories of establishments (nomenclature CATETAB) that
// hold an agreement of ours. 249 trains disabled people and sells nothing.
var finessKinds = map[string]structure.Kind{"246": structure.ESAT, "247": structure.EA}

// finessReader reads one file. The positions come after the establishments, each
// by its number alone.
type finessReader struct {
	session *session
	part    *part
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

// finessDay is the day of the extraction: « finess;etalab;…;2026-05-12 ».
func finessDay(s *session, p *part) structure.Date {
	if len(p.header.names) < 4 {
		return ""
	}
	return s.day(p.header.names[3])
}

func readFINESS(s *session, p *part) rowFunc {
	r := &finessReader{session: s, part: p, met: map[string]finessMet{}}
	if p.stated == "" {
		p.report.Note("la première ligne ne donne pas de date d’extraction : le jour de la dernière modification du fichier en tient lieu")
	}
	return func(row *input.Row, l *line) *Draft {
		switch record := text(row, finessRecord); record {
		case "structureet":
			return r.establishment(row, l)
		case "geolocalisation":
			return r.position(row, l)
		default:
			if strings.Trim(record, "abcdefghijklmnopqrstuvwxyz") != "" || record == "" {
				l.reject("colonne 1", record, "nature de l’enregistrement attendue (« structureet »…) : la ligne est décalée ou abîmée")
				return nil
			}
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
	if !l.finessInPlace(row) {
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

// finessShapes are the values by which a row shows that nothing in it is shifted:
// one delimiter too many makes any category another one.
var finessShapes = []struct {
	column int
	name   string
	shape  *regexp.Regexp
	wanted string
}{
	{finessNumber, "nofinesset", regexp.MustCompile(`^\S{9}$`), "numéro FINESS refusé : attendu 9 caractères"},
	{finessCommune, "commune", regexp.MustCompile(`^([0-9]{3})?$`), "3 chiffres attendus"},
	{finessDepartment, "departement", regexp.MustCompile(`^([0-9]{2}|2[AB]|9[A-J])$`), "2 caractères attendus"},
	{finessCategory, "categetab", regexp.MustCompile(`^[0-9]{3}$`), "3 chiffres attendus"},
	{finessLast, "numuai", regexp.MustCompile(`^([^-/]*)$`), "une date y est, qui est celle d’une autre colonne"},
}

// finessInPlace rejects a row whose values are not where they must be.
func (l *line) finessInPlace(row *input.Row) bool {
	for _, s := range finessShapes {
		value := text(row, s.column)
		switch {
		case s.shape.MatchString(value):
			continue
		case s.column == finessNumber:
			l.reject(s.name, value, s.wanted)
		default:
			l.reject(s.name+" (colonne "+strconv.Itoa(s.column+1)+")", value, s.wanted+" : la ligne est décalée, un « ; » de trop ou de moins avant cette colonne")
		}
		return false
	}
	return true
}

// finessSevered reports whether the last line of a file, which no end of line
// closes, is but the beginning of a record.
func finessSevered(last string, commas int) bool {
	switch record, _, _ := strings.Cut(last, ";"); record {
	case "structureet":
		return commas+1 < finessWidth
	case "geolocalisation":
		_, err := structure.ParseDate(last[strings.LastIndex(last, ";")+1:])
		return commas+1 < finessPointWidth || err != nil
	}
	return strings.HasPrefix("structureet", last) || strings.HasPrefix("geolocalisation", last)
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
