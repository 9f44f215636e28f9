package intake

import (
	"bytes"
	"context"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// sireneJob reads the stock. Establishments come first and are sifted by
// territory, state and activity; of the legal units only those of a kept
// establishment are set aside, which a map of the 100 million possible SIREN
// tells in 12 MB. Both are then joined part by part: what is in memory at once
// is a small, fixed share of what is kept, whatever the size of the files and
// the order of their lines.
type sireneJob struct {
	session               *session
	establishments, units []*part

	kept   *spill
	names  *spill
	wanted sirenMap // of kept establishments
	stored sirenMap // of structures that were known before
	places map[string]whereabouts
	mapped map[string]bool

	remembered string // closings and objections treated since this day are remembered
}

// whereabouts is what is known of a commune code of the file.
type whereabouts struct {
	known, inside bool
}

// complete reports whether there is something to join; a file without the other
// is refused.
func (j *sireneJob) complete() bool {
	return paired(j.establishments, j.units, "StockEtablissement", "StockUniteLegale")
}

func (j *sireneJob) run(ctx context.Context) error {
	s := j.session
	j.kept, j.names = newSpill(s.imp.opts.TempDir, s.imp.partitions), newSpill(s.imp.opts.TempDir, s.imp.partitions)
	defer j.kept.close()
	defer j.names.close()
	j.wanted, j.places, j.mapped = newSirenMap(), map[string]whereabouts{}, map[string]bool{}
	j.stored = newSirenMap()
	if err := s.writer.dir.sirens(ctx, func(siren []byte) { j.stored.put(siren) }); err != nil {
		return &storeError{err}
	}
	for n, p := range j.establishments {
		s.meter.file = p.Name
		j.remembered = string(p.asOf(s).AddMonths(-rememberClosed))
		if err := s.settle(ctx, p, j.sift(ctx, n, p)); err != nil {
			return err
		}
	}
	for n, p := range j.units {
		s.meter.file = p.Name
		if err := s.settle(ctx, p, j.siftUnits(ctx, n, p)); err != nil {
			return err
		}
	}
	s.meter.file = ""
	return j.join(ctx)
}

// sift sets aside the establishments that are wanted.
func (j *sireneJob) sift(ctx context.Context, n int, p *part) error {
	at := columnsOf(p.header, etabNames[:])
	fields := make([][]byte, etabColumns)
	return j.session.rows(ctx, p, func(row *input.Row, l *line) error {
		for i, c := range at {
			fields[i] = field(row, c)
		}
		if why := j.leaveOut(fields); why != "" {
			l.skip(why)
			return nil
		}
		if !j.number(l, fields) {
			return nil
		}
		siren := fields[etabSIRET][:9]
		j.wanted.put(siren)
		before := j.kept.size
		err := j.kept.put(siren, n, l.number, fields)
		j.session.meter.total += j.kept.size - before // to be read back
		return err
	})
}

// number checks the SIRET of a row that passed, and restores its zeros.
func (j *sireneJob) number(l *line, fields [][]byte) bool {
	given := clean(string(fields[etabSIRET]))
	siret, repaired, err := structure.ParseSIRET(given)
	if err != nil {
		l.reject("siret", given, "SIRET refusé : "+reason(err))
		return false
	}
	if repaired {
		l.repair(RepairZero)
	}
	fields[etabSIRET] = []byte(siret)
	return true
}

// leaveOut says why an establishment is not wanted, cheapest reason first. One of
// a known legal unit that closed, that may no longer be shown, or whose activity
// left the sectors, is kept: its sheet must follow. Of those not shown, the commune may be masked too.
func (j *sireneJob) leaveOut(fields [][]byte) Skip {
	if hidden(fields[etabStatus]) && j.isKnown(fields[etabSIRET]) {
		return ""
	}
	if where := j.commune(fields[etabCommune]); !where.known {
		return SkipUnknownPlace
	} else if !where.inside {
		return SkipOutside
	}
	if why := gone(fields); why != "" {
		if j.isKnown(fields[etabSIRET]) || j.treatedLately(fields) {
			return ""
		}
		return why
	}
	if !j.sold(fields[etabNAF], fields[etabNomenclature]) {
		if bytes.Equal(fields[etabNomenclature], nomenclature) && j.isKnown(fields[etabSIRET]) {
			return ""
		}
		return SkipUnmapped
	}
	return ""
}

// rememberClosed is how many months a closing, or an objection to publication, is
// remembered of an establishment that is not in the directory: a list may go on
// naming it for a while, and must not bring it back as if it were open.
const rememberClosed = 24

// treatedLately reports whether what became of an establishment is worth remembering.
func (j *sireneJob) treatedLately(fields [][]byte) bool {
	return string(fields[etabUpdated]) >= j.remembered && j.sold(fields[etabNAF], fields[etabNomenclature])
}

// isKnown reports whether a structure of the legal unit was known before.
func (j *sireneJob) isKnown(siret []byte) bool {
	return len(siret) == 14 && isSIREN(siret[:9]) && j.stored.has(siret[:9])
}

func isClosed(state []byte) bool { return len(state) > 0 && (state[0] == 'F' || state[0] == 'C') }

// gone says why an establishment makes no sheet: it has closed, or its holder objects.
func gone(fields [][]byte) Skip {
	switch {
	case isClosed(fields[etabState]):
		return SkipClosed
	case hidden(fields[etabStatus]):
		return SkipNotDiffused
	}
	return ""
}

// hidden reports whether the holder objects to publication: P is partial (name
// and address are masked), N is what it was called before.
func hidden(status []byte) bool { return len(status) > 0 && (status[0] == 'P' || status[0] == 'N') }

// maxKnown bounds the tables of codes met, against files made of nonsense.
const maxKnown = 100_000

func (j *sireneJob) commune(code []byte) whereabouts {
	if where, met := j.places[string(code)]; met {
		return where
	}
	ord, known := j.session.imp.opts.Atlas.Ordinal(strings.TrimSpace(string(code)))
	where := whereabouts{known, known && j.session.limit.keepsSirene(ord)}
	if len(j.places) < maxKnown {
		j.places[string(code)] = where
	}
	return where
}

// nomenclature is the one whose codes the sectors know: an establishment that kept
// an older code closed before 2008.
var nomenclature = []byte("NAFRev2")

// sold reports whether an activity is in a sector.
func (j *sireneJob) sold(naf, of []byte) bool {
	if !bytes.Equal(of, nomenclature) {
		return false
	}
	mapped, met := j.mapped[string(naf)]
	if !met {
		mapped = len(j.session.imp.opts.Taxonomy.ByNAF(string(naf))) > 0
		if len(j.mapped) < maxKnown {
			j.mapped[string(naf)] = mapped
		}
	}
	return mapped
}

// siftUnits sets aside the legal units of kept establishments.
func (j *sireneJob) siftUnits(ctx context.Context, n int, p *part) error {
	at := columnsOf(p.header, unitNames[:])
	fields := make([][]byte, unitColumns)
	return j.session.rows(ctx, p, func(row *input.Row, l *line) error {
		for i, c := range at {
			fields[i] = field(row, c)
		}
		if !isSIREN(fields[unitSIREN]) {
			siren, repaired, err := structure.ParseSIREN(string(fields[unitSIREN]))
			if err != nil {
				l.reject("siren", string(fields[unitSIREN]), "SIREN refusé : "+reason(err))
				return nil
			}
			if repaired {
				l.repair(RepairZero)
			}
			fields[unitSIREN] = []byte(siren)
		}
		if !j.wanted.has(fields[unitSIREN]) {
			l.skip(SkipUnused)
			return nil
		}
		p.report.Joined++
		return j.names.put(fields[unitSIREN], n, l.number, fields)
	})
}

func isSIREN(s []byte) bool {
	if len(s) != 9 {
		return false
	}
	for _, b := range s {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}

// sirenMap is a set of SIREN. The ninth digit follows from the first eight.
type sirenMap []uint64

func newSirenMap() sirenMap { return make(sirenMap, 100_000_000/64) }

func (m sirenMap) put(siren []byte)      { n := sirenOrdinal(siren); m[n>>6] |= 1 << (n & 63) }
func (m sirenMap) has(siren []byte) bool { n := sirenOrdinal(siren); return m[n>>6]&(1<<(n&63)) != 0 }

func sirenOrdinal(siren []byte) (n uint32) {
	for _, b := range siren[:8] {
		n = 10*n + uint32(b-'0')
	}
	return n
}
