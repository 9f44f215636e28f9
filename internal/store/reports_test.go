package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

var reportDay = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

func openReports(t *testing.T) *store.Reports {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	reports, err := store.OpenReports(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return reports
}

func report(ref string, at time.Time) structure.Report {
	return structure.Report{Ref: ref, Structure: "abcdefghij234567", Reason: structure.ReportWrong, Text: "faux", Email: "nom@exemple.fr", At: at}
}

// A report is stored once, closed without its author, kept a year, then gone.
func TestReportsLifetime(t *testing.T) {
	reports := openReports(t)
	for range 2 {
		if err := reports.Add(t.Context(), report("aaaaaaaaaa", reportDay)); err != nil {
			t.Fatal(err)
		}
	}
	open, err := reports.Pending(t.Context())
	if err != nil || len(open) != 1 || open[0].Value != report("aaaaaaaaaa", reportDay) {
		t.Fatalf("open: %+v, %v", open, err)
	}
	open[0].Value.Close(reportDay.AddDate(0, 0, 1), "corrigé")
	if _, err := reports.Replace(t.Context(), open[0], store.Change{}); err != nil {
		t.Fatal(err)
	}
	e, err := reports.Raw().Get(t.Context(), "aaaaaaaaaa")
	if err != nil || !strings.Contains(string(e.Doc), "faux") || strings.Contains(string(e.Doc), "exemple.fr") {
		t.Errorf("closed, the store holds %s, %v", e.Doc, err)
	}
	if open, err := reports.Pending(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
	d, err := reports.Get(t.Context(), "aaaaaaaaaa")
	if err != nil || d.Value.Lapsed("2027-11-24") || !d.Value.Lapsed("2027-11-25") {
		t.Error("it is kept for a year, and no longer")
	}
}

// A flood from anywhere stops at the bound of the day, and opens again the next.
func TestReportsAreBounded(t *testing.T) {
	reports := openReports(t)
	var batch []store.Envelope
	for i := range store.MaxDailyReports {
		e, err := reports.Encode(store.Doc[structure.Report]{Value: report(fmt.Sprintf("flood%05d", i), reportDay)}, store.Change{})
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
	}
	if _, err := reports.Raw().BulkPut(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := reports.Add(t.Context(), report("onetoomany", reportDay)); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("one too many: %v", err)
	}
	if err := reports.Add(t.Context(), report("flood00001", reportDay)); err != nil {
		t.Errorf("one that is there already: %v", err)
	}
	if err := reports.Add(t.Context(), report("nextdayxxx", reportDay.AddDate(0, 0, 1))); err != nil {
		t.Errorf("the next day: %v", err)
	}
}
