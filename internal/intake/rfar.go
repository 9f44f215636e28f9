package intake

import (
	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// rfarTable is the list of the holders of the label « Relations fournisseurs et
// achats responsables », known by SIREN: facts of the legal unit.
var rfarTable = &layout{
	format: RFAR,
	name:   "label Relations fournisseurs et achats responsables",
	order:  36,
	limit:  input.MaxPlain,
	looks:  func(h header) bool { return h.has("SIREN", "PERIMETRE") },
	read:   readRFAR,
}

func readRFAR(s *session, p *part) rowFunc {
	siren, scope := p.header.column("SIREN"), p.header.column("PERIMETRE")
	return func(row *input.Row, l *line) *Draft {
		d := l.newDraft(structure.SourceRFAR)
		d.Creates = false
		given := text(row, siren)
		if given == "" {
			l.reject("SIREN", "", "SIREN manquant : rien d’autre ne dit de quelle entreprise il s’agit")
			return nil
		}
		number, repaired, err := structure.ParseSIREN(given)
		if err != nil {
			l.reject("SIREN", given, "SIREN refusé : "+sirenReason(err))
			return nil
		}
		if repaired {
			l.repair(RepairZero)
		}
		d.SIREN = number
		x := s.labels.get("RFAR", taxonomy.LabelNamed)
		x.Scope = l.bounded("PERIMETRE", text(row, scope), maxText)
		d.Facts.Labels = []structure.Label{x}
		return d
	}
}
