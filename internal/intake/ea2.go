package intake

import (
	"regexp"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// ea2List is the list of the entreprises adaptées under contract that the ASP
// draws from its extranet EA2 for the DGEFP: "L|ASP|EA|…", a header and rows that
// begin with "ITOU|", and "Z|ASP|EA|…|number of lines|". An establishment has a
// row for each contract (COT, CPOM) of its kind.
var ea2List = &layout{
	format: EA2,
	name:   "entreprises adaptées (DGEFP, EA2)",
	order:  34,
	limit:  input.MaxPlain,
	above:  1,
	day:    ea2Day,
	frame:  &frame{open: "L|ASP|EA|", end: "Z|ASP|EA|", told: ea2Count, headed: true},
	looks: func(h header) bool {
		return h.has("Type d’entreprise adaptée", "Siret de l’établissement membre")
	},
	complaint: func(h header) string {
		return lacksASP(h, []string{"Dénomination / raison sociale", "Numéro de COT/CPOM", "Code Postal", "Code INSEE commune"})
	},
	read:  readEA2,
	scope: every(structure.SourceEA2, []structure.Kind{structure.EA, structure.EATT, structure.SEP}, false),
}

// ea2Count reads the last number of the trailer. The one before it counts
// something else, which no document names: it is left alone.
func ea2Count(last string) (int, bool) {
	values := strings.Split(strings.TrimRight(last, "| \r"), "|")
	n, err := strconv.Atoi(values[len(values)-1])
	return n, err == nil && n >= 0
}

var ea2Stamp = regexp.MustCompile(`\|(\d{4})(\d{2})(\d{2})\|\d{6}\|`)

// ea2Day is the day on which the list was drawn.
func ea2Day(s *session, p *part) structure.Date {
	m := ea2Stamp.FindStringSubmatch(p.first)
	if m == nil {
		return ""
	}
	return s.day(m[1] + "-" + m[2] + "-" + m[3])
}

func readEA2(s *session, p *part) rowFunc {
	kind, number, siret := p.header.column("Type d’entreprise adaptée"), p.header.column("Numéro de COT/CPOM"), p.header.column("Siret de l’établissement membre")
	name := p.header.column("Dénomination / raison sociale")
	street := columnsOf(p.header, []string{"Numéro de voie", "Extension de voie", "Code voie", "Libelle de la voie"})
	complement := p.header.column("Numéro entrée ou batiment")
	post, commune := p.header.column("Code Postal"), p.header.column("Code INSEE commune")
	seen := map[string]bool{}
	return func(row *input.Row, l *line) *Draft {
		d := l.newDraft(structure.SourceEA2)
		if text(row, siret) == "" {
			l.reject("Siret de l’établissement membre", "", "SIRET absent")
			return nil
		}
		if !l.kind(d, "Type d’entreprise adaptée", text(row, kind)) || !l.siret(d, "Siret de l’établissement membre", text(row, siret)) {
			return nil
		}
		key := string(d.Facts.Agreements[0].Kind) + d.SIRET
		if seen[key] {
			l.skip(SkipTwice)
			return nil
		}
		if len(seen) < maxKnown {
			seen[key] = true
		}
		f := &d.Facts
		f.Agreements[0].Number = text(row, number)
		f.Name = l.bounded("Dénomination / raison sociale", text(row, name), maxText)
		f.Address = structure.Address{Street: words(row, street), Complement: text(row, complement), PostalCode: postalCode(text(row, post))}
		s.locate(&f.Address, text(row, commune))
		return d
	}
}

// words joins the columns of a row that are filled.
func words(row *input.Row, columns []int) string {
	var out []string
	for _, c := range columns {
		if v := text(row, c); v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, " ")
}
