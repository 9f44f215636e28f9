package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// The official nomenclatures are part of the portal. A file of one is recognised
// among the tables of no other format, by a column that holds many of its codes,
// each once: a table of anything else repeats them.
const (
	nomenclatureRows  = 3000 // read at most: NAF files begin with some 1,000 lines of higher levels
	nomenclatureCodes = 50   // known ones needed
	nomenclatureWidth = 20   // columns looked at
)

// nomenclatures are tried in this order.
func (s *session) nomenclatures() []nomenclatureFile {
	sectors, atlas := s.imp.opts.Taxonomy, s.imp.opts.Atlas
	labelled := func(of taxonomy.Nomenclature) nomenclatureFile {
		return nomenclatureFile{"nomenclature " + of.Name(), "Sourcier l’a déjà, avec ses libellés", func(code string) bool {
			_, ok := sectors.Label(of, code)
			return ok
		}}
	}
	return []nomenclatureFile{
		labelled(taxonomy.CPV2008), labelled(taxonomy.NAFRev2), labelled(taxonomy.NAF2025),
		{"liste des quartiers prioritaires (QPV)", "Sourcier l’a déjà, avec leurs communes : seuls leurs contours se chargent, au format GeoJSON", func(code string) bool {
			current, old := territory.IsQuarterCode(code)
			return current || old
		}},
		{"liste de communes", "Sourcier les connaît déjà, avec leurs intercommunalités, leurs départements et leurs anciens codes", func(code string) bool {
			_, ok := atlas.Commune(code)
			return ok && len(code) == 5
		}},
	}
}

// nomenclatureFile is how a nomenclature is told and what to say of it.
type nomenclatureFile struct {
	name, why string
	known     func(code string) bool
}

// nomenclature recognises a table of codes; nil when it is none.
func (s *session) nomenclature(ctx context.Context, p *part) *nomenclatureFile {
	if p.Shape == input.Objects || len(p.header.names) < 2 {
		return nil
	}
	p.layout = &layout{limit: input.MaxPlain} // to be read at all
	defer func() { p.layout = nil }()
	columns, err := s.codes(ctx, p)
	if err != nil {
		return nil // told by the reader that the table is for, if any
	}
	for _, n := range s.nomenclatures() {
		for _, column := range columns {
			if listsCodes(column, n.known) {
				return &n
			}
		}
	}
	return nil
}

// codes reads the first columns of the table.
func (s *session) codes(ctx context.Context, p *part) ([][]string, error) {
	before := s.meter.bytes.Total()
	defer func() { s.meter.bytes.Add(before - s.meter.bytes.Total()) }() // it is not the reading
	rows, err := s.openRows(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns := make([][]string, min(len(p.header.names), nomenclatureWidth))
	for range nomenclatureRows {
		row, err := rows.Next()
		var broken *input.RowError
		if errors.As(err, &broken) {
			continue
		}
		if err != nil {
			break
		}
		for i := range columns {
			columns[i] = append(columns[i], strings.TrimSpace(string(field(row, i))))
		}
	}
	return columns, ctx.Err()
}

// listsCodes reports whether enough codes are known and none comes twice.
func listsCodes(column []string, known func(string) bool) bool {
	seen := map[string]bool{}
	for _, code := range column {
		if !known(code) {
			continue
		}
		if seen[code] {
			return false
		}
		seen[code] = true
	}
	return len(seen) >= nomenclatureCodes
}

func (n *nomenclatureFile) refusal() error {
	return &RefusalError{Cause: NotRead, Text: fmt.Sprintf("ce fichier n’est pas nécessaire : %s", n.why)}
}
