package programme_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/bench/corpus"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

const (
	speedStructures = 100_000
	speedPurchases  = 500
	speedLots       = 4 // of each
	speedGoal       = 10 * time.Second
)

// TestProgrammeInOnePass is the proof: the lots of a large programme against a large
// directory, from nothing in memory to every verdict. The time is that of the clock: on a
// machine that has other work to do it may fail.
func TestProgrammeInOnePass(t *testing.T) {
	if os.Getenv("SOURCIER_PROGRAMME_TIME") == "" {
		t.Skip("needs SOURCIER_PROGRAMME_TIME; scripts/prove programme gives it")
	}
	runtime.GOMAXPROCS(2)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	w := newWorld(t, db, err)
	fill(t, w.directory(t))
	home, err := territory.Default().Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
	plan(t, w, buys.Organisation)

	took := turn(t, w, buys, home)
	again := time.Now()
	list, _, err := w.Rulings(t.Context(), buys)
	if err != nil {
		t.Fatal(err)
	}
	second := time.Since(again)
	verdicts := map[sourcing.VerdictCode]int{}
	for i := range list {
		verdicts[list[i].Verdict.Code]++
	}
	if len(list) != speedPurchases*speedLots || len(verdicts) < 4 || took.all > speedGoal {
		t.Errorf("%d lots, verdicts %v, %v", len(list), verdicts, took)
	}
	t.Logf("verdicts: %v", verdicts)
	t.Logf("figure: %d lots against %d structures in %.1f s on 2 cores (%.1f s to read the directory, %.1f s to judge; %.1f s of processor), goal %.0f s; unchanged, shown again in %.2f s",
		len(list), speedStructures, took.all.Seconds(), took.read.Seconds(), (took.all - took.read).Seconds(), took.processor.Seconds(), speedGoal.Seconds(), second.Seconds())
}

// times are those of one turn.
type times struct{ read, all, processor time.Duration }

// turn reads the directory into an empty roster and judges every lot.
func turn(t *testing.T, w *world, buys buyer.Member, home territory.Territory) (out times) {
	t.Helper()
	runtime.GC() // what was before is no part of it
	w.Roster = programme.NewRoster(w.directory(t), territory.Default(), home, structure.DefaultBasisRules())
	start, worked := time.Now(), processor(t)
	if _, err := w.Roster.Follow(t.Context(), structure.DateOf(noon)); err != nil {
		t.Fatal(err)
	}
	out.read = time.Since(start)
	if _, _, err := w.Rulings(t.Context(), buys); err != nil {
		t.Fatal(err)
	}
	out.all, out.processor = time.Since(start), processor(t)-worked
	return out
}

// processor is what the process has worked.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fill writes the structures that the engines are compared on.
func fill(t *testing.T, dir *store.Structures) {
	t.Helper()
	g := corpus.New(corpus.DefaultSeed)
	for first := 0; first < speedStructures; first += 1000 {
		batch := make([]store.Envelope, 0, 1000)
		for i := range 1000 {
			e, err := dir.Encode(store.Doc[structure.Structure]{Value: g.Structure(first + i)}, store.Change{})
			if err != nil {
				t.Fatal(err)
			}
			batch = append(batch, e)
		}
		if _, err := dir.Raw().BulkPut(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
}

// plan writes purchases of every sector, each lot at a place of its own.
func plan(t *testing.T, w *world, organisation string) {
	t.Helper()
	sectors, atlas := taxonomy.Default().Sectors(), territory.Default()
	home, _ := atlas.Resolve("epci:200058014")
	var places []string
	for ord := range home.Communes.All() {
		places = append(places, atlas.At(ord).Code)
	}
	places = append(places, "epci:200058014", "dep:94", "dep:91", "dep:75", "reg:11")
	batch := make([]store.Envelope, 0, speedPurchases)
	for i := range speedPurchases {
		p := cleaning()
		p.ID, p.Organisation, p.Nature = fmt.Sprintf("p%04d", i), organisation, sourcing.Natures[i%len(sourcing.Natures)]
		p.Lots = nil
		for n := range speedLots {
			at := i*speedLots + n
			p.Lots = append(p.Lots, sourcing.Lot{ID: fmt.Sprintf("l%d", n+1), Object: "Lot", Sectors: []string{sectors[at%len(sectors)].Code}, Mode: append(structure.Modes, "")[at%4],
				Places: []string{places[at%len(places)]}, Euros: 10_000 * int64(1+at%25)})
		}
		p.Euros = 0
		e, err := w.Purchases.Encode(store.Doc[sourcing.Purchase]{Value: p}, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
	}
	if _, err := w.Purchases.Raw().BulkPut(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}
