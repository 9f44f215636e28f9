package intake

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// marcheNeed is the export of the structures that a need of Le Marché found, with
// its SIRET and a column for each question asked. Where an answer is missing the
// export writes nothing at all, and what comes after stands one column too far to
// the left. Nothing tells so but the content: see needColumns.
var marcheNeed = &layout{
	format: LeMarche,
	name:   "export d’un besoin du Marché de l’inclusion",
	order:  20,
	limit:  input.MaxPlain,
	fewest: 3,
	looks:  func(h header) bool { return h.has("Raison sociale", "Siret", "Type de structure") },
	read:   readMarcheNeed,
}

// anchor is a column whose content can be told from any other: it either holds
// what it should, or nothing, or the row is shifted.
type anchor struct {
	name   string
	column int
	holds  func(string) bool
	// weak content is met in other columns too: it tells a shift and proves nothing.
	weak bool
}

func isPostalCode(v string) bool {
	v = postalCode(v)
	return len(v) == 5 && strings.Trim(v, "0123456789") == ""
}

func isEmail(v string) bool {
	a, err := mail.ParseAddress(v)
	return err == nil && a.Name == "" && strings.Contains(v, "@")
}

// isPhone wants nine digits at least, and nothing that a number is not written
// with: no answer in words, no amount.
func isPhone(v string) bool {
	digits := 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ ().-/", r):
			return false
		}
	}
	return digits >= 9 && digits <= 15
}

func isSIRET(v string) bool {
	_, _, err := structure.ParseSIRET(v)
	return err == nil
}

func isKind(v string) bool { _, ok := taxonomy.KindOf(v); return ok }

func isYesNo(v string) bool { _, ok := yesNo(v); return ok }

// needColumns knows where things should be in an export of a need.
type needColumns struct {
	header  header
	anchors []anchor // from left to right
}

func newNeedColumns(h header) needColumns {
	c := needColumns{header: h}
	for _, a := range []anchor{
		{name: "Siret", holds: isSIRET}, {name: "Type de structure", holds: isKind}, {name: "Code Postal", holds: isPostalCode},
		{name: "E-mail", holds: isEmail}, {name: "Téléphone", holds: isPhone}, {name: "Fournisseur local", holds: isYesNo, weak: true},
	} {
		if a.column = h.column(a.name); a.column >= 0 {
			c.anchors = append(c.anchors, a)
		}
	}
	slices.SortFunc(c.anchors, func(a, b anchor) int { return a.column - b.column })
	return c
}

// certain gives the last column that surely holds what its head says, and the
// anchor that shows a shift, "" when none does. Values only ever move to the left,
// so that an anchor that stands in its place proves all that is left of it; what
// is right of the last one proved nothing tells.
func (c needColumns) certain(row *input.Row) (last int, shifted string) {
	last = -1
	for _, a := range c.anchors {
		switch v := text(row, a.column); {
		case v == "":
		case !a.holds(v):
			return last, a.name
		case !a.weak:
			last = a.column
		}
	}
	return last, ""
}

// needReader reads one export. What is asked of the structures concerns the need
// and is not read.
type needReader struct {
	needColumns
	session *session
	persons []int
	last    int // column of the current row up to which it is certain
	row     *input.Row
}

func readMarcheNeed(s *session, p *part) rowFunc {
	r := &needReader{needColumns: newNeedColumns(p.header), session: s, persons: personColumns(p.header)}
	p.report.Note("les réponses aux questions du besoin ne sont pas lues")
	p.report.Note(noteOfPersons)
	return r.read
}

// get gives a value that is certain, "" else.
func (r *needReader) get(name string) string {
	if c := r.header.column(name); c >= 0 && c <= r.last {
		return text(r.row, c)
	}
	return ""
}

func (r *needReader) read(row *input.Row, l *line) *Draft {
	d := l.newDraft(structure.SourceLeMarche)
	var shifted string
	r.row = row
	r.last, shifted = r.certain(row)
	number := text(row, r.header.column("Siret"))
	if number == "" {
		l.reject("Siret", "", "SIRET absent")
		return nil
	}
	if !l.siret(d, "Siret", number) || !l.kind(d, "Type de structure", text(row, r.header.column("Type de structure"))) {
		return nil
	}
	if r.last < max(r.header.column("Siret"), r.header.column("Type de structure")) {
		l.reject(shifted, "", "la ligne est décalée dès ses premières colonnes : rien n’y est certain")
		return nil
	}
	r.leftOut(l, shifted)
	f := &d.Facts
	f.Name = l.bounded("Raison sociale", r.get("Raison sociale"), maxText)
	f.Address = structure.Address{Street: r.get("Adresse"), PostalCode: postalCode(r.get("Code Postal")), City: r.get("Ville")}
	r.session.locate(&f.Address, "")
	if namesNobody(row, r.persons, r.last) {
		f.Contact = structure.Contact{Phone: l.phone("Téléphone", r.get("Téléphone")), Email: l.email("E-mail", r.get("E-mail"))}
	}
	for _, ref := range enumerated(r.get("Références client")) {
		f.References = append(f.References, l.bounded("Références client", ref, maxText))
	}
	for _, name := range enumerated(r.get("Certifications et labels")) {
		if x := r.session.labels.get(l.bounded("Certifications et labels", name, maxText), taxonomy.LabelNamed); x.Code != "" {
			f.Labels = append(f.Labels, x)
		}
	}
	r.people(f)
	return d
}

// people adds up employees on both kinds of contract, when both are told.
func (r *needReader) people(f *structure.Structure) {
	inside, errInside := strconv.Atoi(r.get("Nombre de salariés en insertion"))
	others, errOthers := strconv.Atoi(r.get("Nombre de salariés permanents"))
	if errInside == nil && errOthers == nil && inside >= 0 && others >= 0 {
		f.Workforce, _ = workforce(strconv.Itoa(inside+others), false)
	}
}

// leftOut tells which values of the row are not certain, in one line and without
// repeating them: among them may be the name of a person.
func (r *needReader) leftOut(l *line, shifted string) {
	var names []string
	for i := r.last + 1; i < len(r.header.names); i++ {
		if r.header.names[i] != "" && r.isRead(i) && text(r.row, i) != "" {
			names = append(names, r.header.names[i])
		}
	}
	switch {
	case shifted != "":
		l.ignore(shifted, "", "la ligne est décalée, une réponse manque avant cette colonne : rien n’est lu après « "+r.header.names[r.last]+" »"+among(names))
	case len(names) > 0:
		l.ignore(names[0], "", "aucune adresse de courriel ni aucun téléphone ne montre que les colonnes sont à leur place"+among(names))
	}
}

func among(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (laissé de côté : " + quoted(short(names)) + ")"
}

// isRead reports whether a column is one of those that read looks at.
func (r *needReader) isRead(column int) bool {
	switch territory.Fold(r.header.names[column]) {
	case "raison sociale", "adresse", "ville", "code postal", "references client", "certifications et labels",
		"nombre de salaries en insertion", "nombre de salaries permanents", "e mail", "telephone":
		return true
	}
	return false
}

// enumerated cuts a cell that lists names.
func enumerated(s string) []string {
	var out []string
	for _, v := range strings.FieldsFunc(s, func(r rune) bool { return r == '|' || r == ';' || r == ',' }) {
		if v = clean(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}
