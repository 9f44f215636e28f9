package intake

import (
	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// essFranceList is the list of the enterprises of the ESS: a row for each
// establishment, of which it gives the SIREN alone. Only the family is read: it is
// that of the legal unit, and all its establishments have it.
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
		return d
	}
}
