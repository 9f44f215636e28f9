package intake

import (
	"strconv"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// essFranceList is the list of the enterprises of the ESS: a row for each
// establishment, of which it gives the SIREN alone. Only the family is read: it is
// that of the legal unit, and all its establishments have it. Of two families of one
// legal unit the first line counts, and the other is told.
var essFranceList = &layout{
	format: ESSFrance,
	name:   "liste des entreprises de l’ESS (ESS France)",
	order:  38,
	limit:  input.MaxPlain,
	looks:  func(h header) bool { return h.has("SIREN", "Famille juridique de l’entreprise") },
	read:   readESSFrance,
	scope:  everyUnit(structure.SourceESSFrance, false),
}

func readESSFrance(_ *session, p *part) rowFunc {
	siren, family := p.header.column("SIREN"), p.header.column("Famille juridique de l’entreprise")
	first := map[string]essLine{}
	return func(row *input.Row, l *line) *Draft {
		d := l.newDraft(structure.SourceESSFrance)
		if !l.siren(d, "SIREN", text(row, siren)) {
			return nil
		}
		var ok bool
		if d.Facts.ESS, ok = taxonomy.ESSOf(text(row, family)); !ok {
			l.reject("Famille juridique de l’entreprise", text(row, family), "famille inconnue : attendu association, coopérative, mutuelle, fondation ou société commerciale de l’ESS")
			return nil
		}
		if before, twice := first[d.SIREN]; !twice {
			first[d.SIREN] = essLine{d.Facts.ESS, l.number}
		} else if before.family != d.Facts.ESS {
			l.reject("Famille juridique de l’entreprise", text(row, family),
				"la ligne "+strconv.Itoa(before.line)+" donne une autre famille au SIREN "+d.SIREN+" : la première du fichier est gardée")
			return nil
		}
		return d
	}
}

// essLine is the first line about a legal unit.
type essLine struct {
	family structure.ESS
	line   int
}
