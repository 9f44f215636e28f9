package intake

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/territory"
)

// fictionalSIRET numbers establishments of no real company: the Sirene register
// jumps from 001 807 254 to 005 410 220. n is below 1,000,000.
func fictionalSIRET(n int) string {
	return withKey(withKey(fmt.Sprintf("002%05d", n/10)) + fmt.Sprintf("%04d", n%10+1))
}

// withKey appends the Luhn key.
func withKey(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// sireneSize says how many rows to generate, and which.
type sireneSize struct {
	rows int
	keep int // one row in keep is open, in Vitry-sur-Seine, with a mapped activity
}

// sireneStock generates the two files. Rows that are not kept are elsewhere,
// closed, or of an activity without a sector, in turn.
func sireneStock(tb testing.TB, size sireneSize) (establishments, units string) {
	tb.Helper()
	dir := tb.TempDir()
	establishments, units = filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	atlas := territory.Default()
	e, closeE := mustCreate(tb, establishments)
	u, closeU := mustCreate(tb, units)
	mustPrint(tb, e, "%s\n", strings.Join(etabNames[:etabNAF2025], ","))
	mustPrint(tb, u, "%s\n", strings.Join(unitNames[:], ","))
	last := ""
	for n := range size.rows {
		siret := fictionalSIRET(n)
		commune, state, naf := "94081", "A", "81.21Z"
		if n%size.keep != 0 {
			switch n % 4 {
			case 0:
				state = "F"
			case 1:
				naf = "99.00Z"
			default:
				commune = atlas.At(uint32(n) % uint32(atlas.Len())).Code
			}
		}
		mustPrint(tb, e, "%s,O,%s,%s,%s,NAFRev2,2026-01-15T08:00:00,02,BATIMENT B,%d,,RUE,DES LILAS,94400,VITRY-SUR-SEINE,,,,,,,\n", siret, state, commune, naf, n%90+1)
		if siren := siret[:9]; siren != last {
			mustPrint(tb, u, "%s,O,A,5710,PROPRETE FICTIVE %d,,,,,,,,02,PME,N,2026-01-10T08:00:00\n", siren, n)
			last = siren
		}
	}
	closeE()
	closeU()
	return establishments, units
}

func mustPrint(tb testing.TB, w io.Writer, format string, args ...any) {
	tb.Helper()
	if _, err := fmt.Fprintf(w, format, args...); err != nil {
		tb.Fatal(err)
	}
}

func mustCreate(tb testing.TB, path string) (*bufio.Writer, func()) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return w, func() {
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
		if err := f.Close(); err != nil {
			tb.Fatal(err)
		}
		day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, day, day); err != nil {
			tb.Fatal(err)
		}
	}
}

// genericFile generates a table in our own format.
func genericFile(tb testing.TB, rows int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "generic.csv")
	w, done := mustCreate(tb, path)
	mustPrint(tb, w, "%s\n", strings.Join(genericColumns, ";"))
	for n := range rows {
		mustPrint(tb, w, "%s;;Ateliers fictifs %d;;EI;TPE;ASSO;non;nettoyage-locaux|Espaces verts;PREST;Nettoyage de bureaux et entretien d’espaces verts, équipe de huit personnes.;%d rue des Lilas;94400;Vitry-sur-Seine;94081;48.79;2.39;01 99 00 00 %02d;contact@example.org;https://example.org;RGE;94081|dep:91;;8;Ville fictive\n",
			fictionalSIRET(n), n, n%90+1, n%100)
	}
	done()
	return path
}
