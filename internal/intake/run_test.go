package intake

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestTwice imports everything twice: the second run writes nothing.
func TestTwice(t *testing.T) {
	db, structures := mustFaulty(t)
	imp := newImporter(t, structures)
	files := everyFile(t)
	mustRun(t, imp, RunOptions{}, files...)
	before := content(t, structures)
	db.before = func(int, []store.Envelope) error { t.Error("the second run writes"); return nil }
	imp.opts.Now = func() time.Time { return noon.AddDate(0, 0, 3) } // another day
	r := mustRun(t, imp, RunOptions{}, files...)
	if c := r.Total(); c.Created != 0 || c.Updated != 0 || c.Unchanged == 0 {
		t.Errorf("%s", r.Explain())
	}
	equal(t, content(t, structures), before)
}

// TestArgumentsInAnyOrder gives the same files in many orders.
func TestArgumentsInAnyOrder(t *testing.T) {
	files := everyFile(t)
	var want map[string]store.Doc[structure.Structure]
	for range 8 {
		structures := mustStore(t)
		mustRun(t, newImporter(t, structures), RunOptions{}, files...)
		got := content(t, structures)
		if want == nil {
			want = got
		}
		sameContent(t, want, got)
		rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	}
}

// TestRunsInAnyOrder imports dated sources one by one, in every order: the same
// facts are believed.
func TestRunsInAnyOrder(t *testing.T) {
	stock := []string{fixture(t, "StockEtablissement.csv"), fixture(t, "StockUniteLegale.csv")}
	runs := [][]string{stock, {fixture(t, "lemarche.json")}, {fixture(t, "emplois_token.json")}, {fixture(t, "emplois_open.json")}}
	var want map[string]store.Doc[structure.Structure]
	permute(runs, 0, func() {
		structures := mustStore(t)
		for _, files := range runs {
			mustRun(t, newImporter(t, structures), RunOptions{}, files...)
		}
		got := content(t, structures)
		for id, d := range got {
			d.Version = 0
			d.Value.History = nil // tells in which order they came
			got[id] = store.Doc[structure.Structure]{ID: d.ID, Value: d.Value}
		}
		if want == nil {
			want = got
		}
		sameContent(t, want, got)
	})
}

// TestOfficialInAnyOrder does the same with the lists of the State that know some
// structures by one number and some by another.
func TestOfficialInAnyOrder(t *testing.T) {
	runs := [][]string{
		{fixture(t, "finess.csv")}, {fixture(t, "rge.csv")}, {fixture(t, "recherche_entreprises.json")},
		{write(t, "x.csv", "siret;nom;code_insee\n00200905800013;Chauffage fictif;94081\n00200907400010;Net fictif;94081\n")},
	}
	var want map[string]store.Doc[structure.Structure]
	permute(runs, 0, func() {
		structures := mustStore(t)
		for _, files := range runs {
			mustRun(t, newImporter(t, structures), RunOptions{}, files...)
		}
		got := content(t, structures)
		for id, d := range got {
			d.Value.History = nil
			got[id] = store.Doc[structure.Structure]{ID: d.ID, Value: d.Value}
		}
		if want == nil {
			want = got
		}
		sameContent(t, want, got)
	})
}

func permute[T any](list []T, from int, do func()) {
	if from == len(list) {
		do()
		return
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		permute(list, from+1, do)
		list[from], list[i] = list[i], list[from]
	}
}

var errKilled = errors.New("killed")

// TestInterrupted stops an import at random commits, by Ctrl-C and by a kill,
// and runs it again: the store is that of one undisturbed run.
func TestInterrupted(t *testing.T) {
	etab, units := sireneStock(t, sireneSize{rows: 600, keep: 2})
	files := append(everyFile(t), genericFile(t, 400), etab, units)
	small := func(structures *store.Structures) *Importer {
		imp := newImporter(t, structures)
		imp.batchSize, imp.partitions = 7, 5
		return imp
	}
	db, once := mustFaulty(t)
	mustRun(t, small(once), RunOptions{}, files...)
	want, commits := content(t, once), db.n
	for round := range 6 {
		db, structures := mustFaulty(t)
		for stops := 0; stops < 3; stops++ {
			ctx, cancel := context.WithCancel(t.Context())
			at := 1 + rand.IntN(commits)
			db.n = 0
			db.before = func(n int, _ []store.Envelope) error {
				if n == at && round%2 == 0 {
					cancel()
				}
				if n == at && round%2 == 1 {
					return errKilled
				}
				return nil
			}
			r, err := small(structures).Run(ctx, files, RunOptions{RejectsDir: t.TempDir()})
			var interrupted *InterruptedError
			if err != nil && !errors.As(err, &interrupted) && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			if r.Stopped != (err != nil) {
				t.Errorf("stopped is %v, error %v", r.Stopped, err)
			}
			cancel()
		}
		db.before = nil
		mustRun(t, small(structures), RunOptions{}, files...)
		sameContent(t, want, content(t, structures))
	}
}

// TestInterruptedSaysSo tells what was done, in French.
func TestInterruptedSaysSo(t *testing.T) {
	db, structures := mustFaulty(t)
	ctx, cancel := context.WithCancel(t.Context())
	db.before = func(int, []store.Envelope) error { cancel(); return nil }
	imp := newImporter(t, structures)
	imp.batchSize = 10
	r, err := imp.Run(ctx, []string{genericFile(t, 100)}, RunOptions{RejectsDir: t.TempDir()})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "import interrompu après 20 lignes lues") {
		t.Errorf("error %v", err)
	}
	// The commit under way, during which ten more lines were read, was finished; no
	// other was begun.
	if n := len(content(t, structures)); n != 10 || r.Total().Created != 10 || !strings.Contains(r.Explain(), "n’est pas allé à son terme") {
		t.Errorf("%d structures\n%s", n, r.Explain())
	}
}

// TestFull stops on a full disk with nothing of the batch written.
func TestFull(t *testing.T) {
	db, structures := mustFaulty(t)
	db.before = func(n int, _ []store.Envelope) error {
		if n == 3 {
			return fmt.Errorf("put: %w", store.ErrFull)
		}
		return nil
	}
	imp := newImporter(t, structures)
	imp.batchSize = 10
	r, err := imp.Run(t.Context(), []string{genericFile(t, 100)}, RunOptions{RejectsDir: t.TempDir()})
	if !errors.Is(err, store.ErrFull) || r.Total().Created != 20 || len(content(t, structures)) != 20 {
		t.Errorf("error %v\n%s", err, r.Explain())
	}
}

// TestConflict has someone else change a structure between reading and writing:
// nothing of either is lost.
func TestConflict(t *testing.T) {
	db, structures := mustFaulty(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "a.csv", "siret;nom\n00200000800017;Avant\n"))
	db.n = 0
	db.before = func(n int, _ []store.Envelope) error {
		if n > 2 {
			return nil
		}
		d := bySIRET(t, structures, "00200000800017")
		d.Value.Contact.Phone = fmt.Sprint("0199 ", n)
		d.Value.Origins[structure.FieldPhone] = structure.Origin{Source: structure.SourceSelf, AsOf: "2026-11-23"}
		_, err := structures.Replace(t.Context(), d, store.Change{Actor: "someone"})
		return err
	}
	r := mustRun(t, imp, RunOptions{}, write(t, "b.csv", "siret;nom;telephone;courriel\n00200000800017;Avant;01 99 00 00 00;nouveau@example.org\n00200001600010;Autre;;\n"))
	c := bySIRET(t, structures, "00200000800017").Value.Contact
	if c.Phone != "0199 2" || c.Email != "nouveau@example.org" || r.Total().Updated != 1 || r.Total().Created != 1 {
		t.Errorf("contact %+v\n%s", c, r.Explain())
	}
	db.before = func(int, []store.Envelope) error {
		d := bySIRET(t, structures, "00200000800017")
		d.Value.Description += "x"
		_, err := structures.Replace(t.Context(), d, store.Change{Actor: "someone"})
		return err
	}
	r = mustRun(t, imp, RunOptions{}, write(t, "c.csv", "siret;courriel\n00200000800017;encore@example.org\n"))
	if told := rejected(t, r); len(told) != 1 || !strings.Contains(told[0][4], "modifiée plusieurs fois") {
		t.Errorf("rejects %q", told)
	}
}

// TestConflictByName matches a record by its name again when its structure was
// changed meanwhile.
func TestConflictByName(t *testing.T) {
	db, structures := mustFaulty(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "a.csv", "siret;nom;code_postal\n00200000800017;Atelier;94400\n"))
	db.n = 0
	db.before = func(n int, _ []store.Envelope) error {
		if n > 1 {
			return nil
		}
		d := bySIRET(t, structures, "00200000800017")
		d.Value.UpdatedAt = noon
		_, err := structures.Replace(t.Context(), d, store.Change{Actor: "someone"})
		return err
	}
	r := mustRun(t, imp, RunOptions{}, write(t, "b.csv", "nom;code_postal;telephone\natelier;94400;01 99 00 00 02\n"))
	if s := bySIRET(t, structures, "00200000800017").Value; r.Total().Updated != 1 || s.Contact.Phone == "" || s.Name != "Atelier" {
		t.Errorf("stored %+v\n%s", s, r.Explain())
	}
}

// TestDryRun gives the report of the real run and writes nothing.
func TestDryRun(t *testing.T) {
	files := append(everyFile(t), genericFile(t, 300))
	// The same structures come again in later batches, by SIRET and by name.
	files = append(files, write(t, "again.csv", "siret;nom;code_postal\n"+fictionalSIRET(7)+";Ateliers fictifs 7;94400\n;Ateliers fictifs 8;94400\n;Ateliers fictifs 999;94400\n"))
	small := func(structures *store.Structures) *Importer {
		imp := newImporter(t, structures)
		imp.batchSize = 5
		return imp
	}
	structures := mustStore(t)
	imp := small(structures)
	dry := mustRun(t, imp, RunOptions{DryRun: true}, files...)
	if n := len(content(t, structures)); n != 0 || !dry.DryRun {
		t.Fatalf("%d structures after a dry run", n)
	}
	real := mustRun(t, imp, RunOptions{}, files...)
	if got, want := rejected(t, dry), rejected(t, real); len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d rejects, want %d", len(got), len(want))
	}
	dry.DryRun, dry.Rejects, real.Rejects = false, "", ""
	equal(t, dry.Explain(), real.Explain())
	left, err := os.ReadDir(imp.opts.TempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the temporary directory: %v, %v", left, err)
	}
	// Over a store that is not empty too.
	again := mustRun(t, imp, RunOptions{DryRun: true}, files...)
	if c := again.Total(); c.Created+c.Updated != 0 {
		t.Errorf("%s", again.Explain())
	}
}

// TestSharedSIRET keeps apart several ESAT of one SIRET.
func TestSharedSIRET(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, write(t, "a.csv", "siret;nom\n00200000800017;Association\n"))
	r := mustRun(t, imp, RunOptions{}, write(t, "b.csv", "siret;finess;nom\n00200000800017;960000017;ESAT un\n00200000800017;960000025;ESAT deux\n00200000800017;960000017;ESAT un\n"))
	if c := r.Total(); c.Updated != 2 || c.Created != 1 {
		t.Errorf("the first ESAT takes over the structure of that SIRET and is told of by a later line, the second is new\n%s", r.Explain())
	}
	docs := content(t, structures)
	if len(docs) != 2 || docs[structure.NewID("siret:00200000800017")].Value.FINESS != "960000017" {
		t.Errorf("stored %+v", docs)
	}
	r = mustRun(t, imp, RunOptions{}, write(t, "c.csv", "siret;nom\n00200000800017;Qui ?\n"))
	if told := rejected(t, r); len(told) != 1 || told[0][2] != "siret" || !strings.Contains(told[0][4], "FINESS") {
		t.Errorf("rejects %q", told)
	}
}

// TestContradiction holds the later of two lines of one file about a structure,
// also when they are in different batches and the file is read again.
func TestContradiction(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	imp.batchSize = 1
	file := write(t, "a.csv", "siret;nom\n00200000800017;Premier\n00200000800017;Second\n")
	mustRun(t, imp, RunOptions{}, file)
	mustRun(t, imp, RunOptions{}, file)
	if d := bySIRET(t, structures, "00200000800017"); d.Value.Name != "Second" || d.Version != 2 {
		t.Errorf("version %d, name %s", d.Version, d.Value.Name)
	}
	corrected := write(t, "b.csv", "siret;nom\n00200000800017;Corrigé\n")
	later := time.Date(2026, 11, 2, 9, 0, 1, 0, time.UTC)
	if err := os.Chtimes(corrected, later, later); err != nil {
		t.Fatal(err)
	}
	mustRun(t, imp, RunOptions{}, corrected)
	if d := bySIRET(t, structures, "00200000800017"); d.Value.Name != "Corrigé" {
		t.Errorf("name %s after a correction of the same day", d.Value.Name)
	}
}

// TestProgress tells how far the run is, and ends at the end.
func TestProgress(t *testing.T) {
	var seen []Progress
	clock := noon
	imp := newImporter(t, mustStore(t))
	imp.opts.Now = func() time.Time { clock = clock.Add(50 * time.Millisecond); return clock }
	etab, units := sireneStock(t, sireneSize{rows: 3000, keep: 3})
	mustRun(t, imp, RunOptions{Progress: func(p Progress) { seen = append(seen, p) }}, etab, units)
	if len(seen) < 5 {
		t.Fatalf("%d words on progress", len(seen))
	}
	for i, p := range seen {
		if p.Bytes > p.TotalBytes || p.Rate <= 0 || i > 0 && (p.Rows < seen[i-1].Rows || p.Bytes < seen[i-1].Bytes) {
			t.Errorf("progress %+v after %+v", p, seen[max(0, i-1)])
		}
	}
	if last := seen[len(seen)-1]; last.Bytes < last.TotalBytes*9/10 || seen[2].Remaining <= 0 {
		t.Errorf("last %+v, early %+v", last, seen[2])
	}
}
