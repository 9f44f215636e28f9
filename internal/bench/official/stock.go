// Package official makes files as large as the official ones, in their columns
// and with their habits: what is quoted, empty, masked or closed. They are
// fictional, the same on every machine, and written as a stream: none is ever
// held in memory.
package official

import (
	"bufio"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/demo"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Shares of the stock of 2026, in thousandths, rounded: 43 million
// establishments of 29 million legal units, of which 16 million are open.
const (
	inHome     = 40  // of the units: in the departments of the home territory
	isPerson   = 560 // sole traders
	isClosed   = 560
	isHidden   = 140 // diffusion limited, of the sole traders
	isOld      = 150 // closed before 2008, with a code of an older nomenclature
	hasSign    = 120
	isEmployer = 140
	another    = 310 // a further establishment of the same unit
	hasComma   = 15  // in an address, which is then quoted
	hasQuote   = 3   // in a name, doubled
)

const maxEstablishments = 12 // of a unit

// Stock makes the two files of the Sirene stock. Unit u depends on u alone, so
// that a large stock begins with a smaller one, and the two files agree.
type Stock struct {
	establishments int
	home, all      []territory.Commune
}

// NewStock prepares a stock of a number of establishments, a few percent of them
// in the departments given.
func NewStock(establishments int, departments []string) *Stock {
	s := &Stock{establishments: establishments}
	atlas := territory.Default()
	for ord := range atlas.Len() {
		c := atlas.At(uint32(ord)) // #nosec G115 -- below the number of communes
		if len(c.PostalCodes) == 0 {
			continue
		}
		s.all = append(s.all, c)
		if slices.Contains(departments, c.Department) {
			s.home = append(s.home, c)
		}
	}
	return s
}

// unit is what the two files say about a legal unit.
type unit struct {
	*rand.Rand
	siren                  string
	person, closed, hidden bool
	old, employer          bool
	trade                  trade
	place                  territory.Commune
	places                 int // establishments
}

func (s *Stock) unit(u int) unit {
	d := rand.New(rand.NewPCG(1, uint64(u))) // #nosec G115 G404 -- fictional, and to be the same again
	v := unit{Rand: d, siren: structure.WithLuhnKey(pad(10_000_000+3*u, 8))}
	v.person, v.closed = chance(d, isPerson), chance(d, isClosed)
	v.hidden = v.person && chance(d, isHidden)
	v.old = v.closed && chance(d, isOld)
	v.employer = !v.closed && chance(d, isEmployer)
	v.trade = trades[d.IntN(len(trades))]
	v.place = s.all[d.IntN(len(s.all))]
	if chance(d, inHome) {
		v.place = s.home[d.IntN(len(s.home))]
	}
	for v.places = 1; v.places < maxEstablishments && chance(d, another); v.places++ {
	}
	return v
}

func chance(d *rand.Rand, thousandths int) bool { return d.IntN(1000) < thousandths }

func pad(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", width-len(s)) + s
}

// rows of a table, written with as few quotes as the official ones.
type rows struct {
	out    *bufio.Writer
	line   []byte
	fields int
	err    error
}

func newRows(w io.Writer, header []string) *rows {
	r := &rows{out: bufio.NewWriterSize(w, 256<<10)}
	for _, name := range header {
		r.add(name)
	}
	r.end()
	return r
}

// add adds fields.
func (r *rows) add(fields ...string) {
	for _, f := range fields {
		if r.fields++; r.fields > 1 {
			r.line = append(r.line, ',')
		}
		if strings.ContainsAny(f, "\",\n") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		r.line = append(r.line, f...)
	}
}

// skip adds empty fields.
func (r *rows) skip(n int) {
	for range n {
		r.add("")
	}
}

// end ends the line.
func (r *rows) end() {
	r.line = append(r.line, '\n')
	if _, err := r.out.Write(r.line); err != nil && r.err == nil {
		r.err = err
	}
	r.line, r.fields = r.line[:0], 0
}

func (r *rows) flush() error {
	if err := r.out.Flush(); err != nil && r.err == nil {
		r.err = err
	}
	return r.err
}

// WriteEstablishments writes StockEtablissement. Errors are those of w.
func (s *Stock) WriteEstablishments(w io.Writer) error {
	_, header := demo.SIRENEHeaders()
	r := newRows(w, header)
	for u, left := 0, s.establishments; left > 0; u++ {
		v := s.unit(u)
		for n := range min(v.places, left) {
			v.establishment(r, n, s)
			left--
		}
		if r.err != nil {
			break
		}
	}
	return r.flush()
}

// WriteUnits writes StockUniteLegale and counts its rows. Errors are those of w.
func (s *Stock) WriteUnits(w io.Writer) (units int, err error) {
	header, _ := demo.SIRENEHeaders()
	r := newRows(w, header)
	for left := s.establishments; left > 0 && r.err == nil; units++ {
		v := s.unit(units)
		left -= v.places
		v.legal(r)
	}
	return units, r.flush()
}
