package report_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"sourcier/internal/report"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
)

var update = flag.Bool("update", false, "write the golden files")

// small is a snapshot with each part of a report.
func small() *sourcing.Snapshot {
	at := time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return at.AddDate(0, 0, n-28) }
	first := survey.Questionnaire{Version: 1, Title: "Nettoyage", ApprovedBy: "Camille Roux", ApprovedAt: day(1), Questions: []survey.Question{
		{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes", Required: true}, {ID: "k2", Kind: survey.Text, Text: "Prix au mètre carré", Confidential: true, Rationale: "Secret des affaires"},
	}}
	second := first
	second.Version, second.ApprovedAt = 2, day(3)
	second.Questions = append(append([]survey.Question{}, first.Questions...), survey.Question{ID: "k3", Kind: survey.YesNo, Text: "Le samedi ?"})
	return &sourcing.Snapshot{
		Version: 1, Number: 2, At: at, By: "Camille Roux", Organisation: "Ville de Test", Purchase: "Nettoyage des locaux", Reference: "2026-12", Lots: []string{"lot 1, Écoles"}, Title: "Sourçage nettoyage", Purpose: "Qui peut répondre ?",
		Times:   sourcing.SnapTimes{Created: day(1), Opened: day(2), Deadline: day(16), Reminded: day(10), Analysing: day(17), Silenced: day(20)},
		Message: "Bonjour,\nnous préparons un marché.", Last: "La consultation est publiée.", SilencedBy: "Camille Roux", Corrections: []sourcing.Correction{{Text: "Le lien a changé.", At: day(21)}},
		Team: []sourcing.SnapMate{{Person: "Camille Roux", Part: sourcing.Leads, DeclaredAt: day(1), Charter: 1}, {Person: "Ali Benali", Part: sourcing.Helps, DeclaredAt: day(1), Interests: "Mon frère y travaille.", RecusedAt: day(4), Reason: "Lien familial.", LeftAt: day(5)}, {Part: sourcing.Needs}},
		Panel: &sourcing.SnapPanel{Hash: strings.Repeat("ab", 32), At: day(1), By: "Camille Roux", Sources: []sourcing.PanelSource{{Kind: sourcing.FromSearch, Query: "q=nettoyage", Label: "« nettoyage »", Data: "index 12", Found: 3, Total: 40}}, Rows: []sourcing.SnapRow{
			{Name: "Alpha", SIREN: "123456789", Kind: "ESAT", City: "Orly", Why: "Nettoyage", Contacted: true}, {Name: "Beta", Contacted: true}, {Name: "Delta", Code: sourcing.TooSmall}, {Name: "Epsilon", Code: sourcing.OtherReason, Text: "A demandé à ne plus être écrite."},
		}},
		Suppliers: []sourcing.SnapSupplier{
			{ID: "s1", Name: "Alpha", AddedAt: day(1), ContactedAt: day(2), Delivery: "sent", AnsweredAt: day(5)}, {ID: "s2", Name: "Beta", AddedAt: day(6), ContactedAt: day(6), Delivery: "refused", RemindedAt: day(10), DeclinedAt: day(12), Decline: "Trop loin."},
			{ID: "s3", Name: "Zêta", AddedAt: day(7), Spontaneous: true, Word: "Nous savons faire.", RefusedAt: day(8), Reason: "Son activité ne répond pas au besoin."},
		},
		Questionnaires: []survey.Questionnaire{first, second},
		Answers: []sourcing.SnapAnswer{{Supplier: "s1", Submissions: []sourcing.Submission{
			{Number: 1, At: day(5), Deadline: day(16), Version: 1, Hash: "h1", Name: "Jo", Route: sourcing.ByPortal, Values: []survey.Value{{Question: "k1", Number: "1250.5"}, {Question: "k2", Text: "42 €"}}},
			{Number: 2, At: day(18), Deadline: day(16), Version: 2, Hash: "h2", Route: sourcing.ByCall, By: "Camille Roux", Came: "2026-11-15", Note: "Dit par Jo au téléphone.", ConfirmedAt: day(19), Evidence: &survey.Upload{Name: "note.pdf"}, Values: []survey.Value{{Question: "k1", Number: "12", Secret: true, Why: "Effectif réel non public"}, {Question: "k3", Yes: "oui"}}},
		}}},
		Exchanges: []sourcing.SnapExchange{{Supplier: "s1", Kind: sourcing.ByVideo, At: day(7), Duration: 45, Agenda: "Capacité.", AgendaVersion: 1, Ours: []string{"Camille Roux"}, Theirs: []string{"Jo"}, State: sourcing.MinutesDenied, Minutes: "Douze personnes.", Word: "Dix, pas douze.", Answer: "Corrigé.", Responder: "Jo", JudgedAt: day(9)}},
		Ledger: []sourcing.SnapInfo{
			{ID: "i1", Origin: sourcing.FromMessage, Text: "Bonjour,\nnous préparons un marché.", At: day(2), SharedAt: day(2), Cells: []sourcing.SnapCell{{Supplier: "s1", State: sourcing.CellGiven, At: day(2)}, {Supplier: "s2", State: sourcing.CellGiven, At: day(2)}}},
			{ID: "i2", Origin: sourcing.FromExchange, Text: "Surface : 800 m².", At: day(7), Cells: []sourcing.SnapCell{{Supplier: "s1", State: sourcing.CellGiven, At: day(7)}, {Supplier: "s2", State: sourcing.CellWithheld, At: day(8), Reason: "Elle sera au dossier de consultation."}}, DCE: &sourcing.DCE{Document: "CCTP", Article: "3.2", Day: "2026-11-20"}},
			{ID: "i3", Origin: sourcing.FromCalendar, Text: "La date limite est désormais le 16.", At: day(8), SharedAt: day(8), Cells: []sourcing.SnapCell{{Supplier: "s1", State: sourcing.CellGiven, At: day(8)}, {Supplier: "s2", State: sourcing.CellGap}}},
		},
		Asked:    []sourcing.Asked{{ID: "q1", Supplier: "s2", Text: "Et notre dépôt de Vitry ?", At: day(6), AnsweredAt: day(7)}},
		Findings: []sourcing.Finding{{Text: "Un ESAT sait faire.", Effect: sourcing.OnReservation, Consequence: "Réserver le lot 1."}}, Gaps: 1,
	}
}

// plain is a document as lines.
func plain(v report.Version) string {
	d := report.Document(small(), strings.Repeat("cd", 32), v)
	var b strings.Builder
	b.WriteString(d.Title + "\n" + d.Foot + "\n")
	for i := range d.Blocks {
		k := &d.Blocks[i]
		b.WriteString("\n" + strings.Repeat("#", k.Heading) + k.Text)
		for _, item := range k.List {
			b.WriteString("\n- " + item)
		}
		for _, row := range k.Table {
			b.WriteString("\n| " + strings.ReplaceAll(strings.Join(row, " | "), "\n", " / "))
		}
	}
	return b.String() + "\n"
}

// What a report says is what it said: each version against its golden file.
func TestReportSays(t *testing.T) {
	for _, v := range report.Versions {
		got, path := []byte(plain(v)), "testdata/"+string(v)+".txt"
		if *update {
			if err := os.WriteFile(path, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s says something else (%v): run with -update and read the difference\n%s", v, err, got)
		}
	}
}

// What the buyer noted of an answer that came by telephone is its only evidence.
func TestReportTellsHowAnEnteredAnswerCame(t *testing.T) {
	for v, wants := range map[report.Version][]string{report.Internal: {"arrivée le 15", "Dit par Jo au téléphone"}, report.Communicable: {"arrivée le 15"}} {
		for _, want := range wants {
			if !strings.Contains(plain(v), want) {
				t.Errorf("%s lacks %q", v, want)
			}
		}
	}
}

func TestCommunicableMasks(t *testing.T) {
	text := plain(report.Communicable)
	for _, secret := range []string{"42 €", "12\u00a0personnes", "1\u202f250", "h1", "Mon frère", "Lien familial", "dépôt de Vitry", "Dit par Jo"} {
		if strings.Contains(text, secret) {
			t.Errorf("tells %q", secret)
		}
		if !strings.Contains(plain(report.Internal), secret) {
			t.Errorf("the internal version lacks %q", secret)
		}
	}
	for _, why := range []string{"masquée. Motif\u202f: Secret des affaires", "à la demande de la structure, masquée. Motif\u202f: Effectif réel non public", "Alpha"} {
		if !strings.Contains(text, why) {
			t.Errorf("lacks %q", why)
		}
	}
}
