package app

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"time"

	"sourcier/internal/app/control"
	"sourcier/internal/structure"
)

// TestReportsCommand lists what waits, the oldest first, as text and as a table that
// no spreadsheet takes for formulas, and closes it without its author.
func TestReportsCommand(t *testing.T) {
	a := mustOpenApp(t)
	mustImport(t, a, twoSheets)
	sheets, err := a.Structures.Scan(t.Context(), "", 1)
	if err != nil || len(sheets) != 1 {
		t.Fatal(sheets, err)
	}
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, r := range []structure.Report{
		{Ref: "bbbbbbbbbb", Structure: sheets[0].ID, Reason: structure.ReportWrong, Field: structure.FieldPhone, Text: "=1+1\nsuite", Email: "@nom@exemple.fr", At: at.AddDate(0, 0, 1)},
		{Ref: "aaaaaaaaaa", Structure: "gonegonegonegone", Reason: structure.ReportWithdrawal, At: at},
	} {
		if err := a.Reports.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	text := runReports(t, a, ReportsArgs{})
	for _, want := range []string{"2 signalements en attente\n", "AAAAA-AAAAA  2026-11-23  Je représente la structure", "fiche retirée, sans numéro", "(téléphone)\n  " + sheets[0].Value.Name, "« =1+1\n    suite »", "Répondre à : @nom@exemple.fr"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if strings.Index(text, "AAAAA") > strings.Index(text, "BBBBB") {
		t.Errorf("the oldest is not the first:\n%s", text)
	}
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(runReports(t, a, ReportsArgs{Table: true}), "\uFEFF")))
	table.Comma = ';'
	rows, err := table.ReadAll()
	if err != nil || len(rows) != 3 || rows[2][7] != "'=1+1 suite" || rows[2][8] != "'@nom@exemple.fr" {
		t.Errorf("table %q, %v", rows, err)
	}
	runReports(t, a, ReportsArgs{Close: "bbbbbbbbbb", Note: "corrigé"})
	d, err := a.Reports.Get(t.Context(), "bbbbbbbbbb")
	if err != nil || d.Value.Open() || d.Value.Email != "" || d.Value.Note != "corrigé" {
		t.Errorf("closed: %+v, %v", d.Value, err)
	}
	for _, ref := range []string{"bbbbbbbbbb", "cccccccccc"} {
		if err := a.reportsCommand(t.Context(), ReportsArgs{Close: ref}, control.Out{Stdout: io.Discard}); err == nil {
			t.Errorf("%s is closed, or is none, and no error says so", ref)
		}
	}
	if text := runReports(t, a, ReportsArgs{}); !strings.HasPrefix(text, "1 signalement en attente\n") || strings.Contains(text, "BBBBB") {
		t.Errorf("after the closing:\n%s", text)
	}
}

func runReports(t *testing.T, a *App, args ReportsArgs) string {
	t.Helper()
	var out bytes.Buffer
	if err := a.reportsCommand(t.Context(), args, control.Out{Stdout: &out}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
