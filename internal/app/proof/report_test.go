package proof

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/pdf"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	opreport "sourcier/internal/report"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/survey"
	views "sourcier/views/operation"
)

// reportIn names the store in which a process of its own freezes and writes a report;
// reportAt is the clock of that process, in seconds.
const reportIn, reportAt = "SOURCIER_PROOF_REPORT_IN", "SOURCIER_PROOF_REPORT_AT"

// writeReport is such a process: it prints the hash of each file of the report.
func writeReport(where string) {
	out, err := reportHashes(context.Background(), where)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func reportHashes(ctx context.Context, where string) (map[string]string, error) {
	var db store.DB
	var err error
	if strings.HasPrefix(where, "mongodb://") {
		db, err = mongo.Open(ctx, where)
	} else {
		db, err = sqlite.Open(ctx, where)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var seconds int64
	if _, err := fmt.Sscan(os.Getenv(reportAt), &seconds); err != nil {
		return nil, err
	}
	now := func() time.Time { return time.Unix(seconds, 0) } // in the zone of the process
	s, m, err := reportable(ctx, db, now)
	if err != nil {
		return nil, err
	}
	if err := s.Report(ctx, m, reportedID, 1); err != nil {
		return nil, err
	}
	_, text, err := s.Frozen(ctx, m, reportedID, 1)
	if err != nil {
		return nil, err
	}
	_, snap, kept, err := s.Snapshot(ctx, m, reportedID, 1)
	if err != nil {
		return nil, err
	}
	out := map[string]string{"json": hashOf(text)}
	if out["json"] != kept.Hash {
		return nil, errors.New("the hash of the report is not that of what was frozen")
	}
	for _, v := range opreport.Versions {
		d := opreport.Document(snap, kept.Hash, v)
		var html, paper, word bytes.Buffer
		if err := errors.Join(views.ReportContent(views.ReportOf(d)).Render(ctx, &html), pdf.Write(&paper, d), d.Write(&word)); err != nil {
			return nil, err
		}
		out[string(v)+".html"], out[string(v)+".pdf"], out[string(v)+".docx"] = hashOf(html.Bytes()), hashOf(paper.Bytes()), hashOf(word.Bytes())
	}
	return out, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

const reportedID = "sourcage-de-la-preuve"

// reportable fills a store with an operation in analysis. Ids of persons differ from one
// store to the next; a report names people, and has none.
func reportable(ctx context.Context, db store.DB, now func() time.Time) (*operation.Service, buyer.Member, error) {
	var m buyer.Member
	p, err := people.Open(ctx, db, account.Secret(strings.Repeat("k", account.SecretSize)), now)
	if err != nil {
		return nil, m, err
	}
	plans, err := programme.Open(ctx, db, p, now)
	if err != nil {
		return nil, m, err
	}
	s, err := operation.Open(ctx, db, plans, now)
	if err != nil {
		return nil, m, err
	}
	m = buyer.Member{Person: account.NewID(), Organisation: account.NewID(), Kind: account.KindPublic, Role: account.Buyer}
	opened := now().AddDate(0, 0, -20)
	o := sourcing.Operation{
		ID: reportedID, Organisation: m.Organisation, Purchase: "achat", Title: "Nettoyage des écoles", Message: "Bonjour,\nnous préparons un marché.", Deadline: opened.AddDate(0, 0, 15), CreatedAt: opened, UpdatedAt: opened, Rev: 1,
		OpenedAt: opened, AnalysingAt: opened.AddDate(0, 0, 16), Team: []sourcing.Teammate{{Person: m.Person, Part: sourcing.Leads, AddedAt: opened, DeclaredAt: opened, Charter: 1}},
		Approved: &survey.Questionnaire{Version: 1, Title: "Nettoyage", ApprovedAt: opened, ApprovedBy: m.Person, Questions: []survey.Question{{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes"}, {ID: "k2", Kind: survey.Text, Text: "Prix", Confidential: true, Rationale: "Secret des affaires"}}},
		Ledger:   []sourcing.Info{{ID: "i1", Origin: sourcing.FromMessage, Text: "Bonjour", At: opened, SharedAt: opened, By: m.Person}}, Findings: []sourcing.Finding{{ID: "f1", Text: "Œuvre utile.", Effect: sourcing.OnLots, Consequence: "Deux lots.", By: m.Person, At: opened}},
	}
	var errs []error
	insert := func(err error) { errs = append(errs, err) }
	for i := range 40 {
		v := sourcing.Supplier{ID: fmt.Sprint("s", i), Name: fmt.Sprint("Structure ", i), AddedAt: opened, ContactedAt: opened, AnsweredAt: opened}
		o.Suppliers = append(o.Suppliers, v)
		_, err := s.Answers.Insert(ctx, sourcing.Answer{ID: sourcing.AnswerID(o.ID, v.ID), Organisation: o.Organisation, Operation: o.ID, Supplier: v.ID, CreatedAt: opened, UpdatedAt: opened, Submissions: []sourcing.Submission{
			{Number: 1, At: opened.AddDate(0, 0, i%20), Deadline: o.Deadline, Version: 1, Route: sourcing.ByPortal, Values: []survey.Value{{Question: "k1", Number: fmt.Sprint(i)}, {Question: "k2", Text: strings.Repeat("Un prix. ", i)}}},
		}}, store.Change{})
		insert(err)
	}
	_, err = p.People.Insert(ctx, account.Person{ID: m.Person, Email: account.Email("a@ville.example"), Name: "Camille Roux", CreatedAt: opened}, store.Change{})
	insert(err)
	_, err = p.Organisations.Insert(ctx, account.Organisation{ID: m.Organisation, Kind: account.KindPublic, Name: "Ville de la Preuve", CreatedAt: opened, ConfirmedAt: opened}, store.Change{})
	insert(err)
	_, err = s.Operations.Insert(ctx, o, store.Change{})
	insert(err)
	return s, m, errors.Join(errs...)
}

// reportRun has a report written by a process of its own, in a time zone.
func reportRun(t *testing.T, where, zone string, at int64) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), reportIn+"="+where, "TZ="+zone, fmt.Sprintf("%s=%d", reportAt, at))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err, errs.String())
	}
	out := map[string]string{}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// reportsDiffer names the files that two runs do not have alike.
func reportsDiffer(a, b map[string]string) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if a[name] != b[name] {
			out = append(out, name)
		}
	}
	return out
}

// TestReportSameBytes freezes and writes the same report in several processes, in two time
// zones and on both stores: every file is the same, byte for byte. A report of one second
// later is another, in every file.
func TestReportSameBytes(t *testing.T) {
	server := strings.TrimSuffix(testMongo(t), "/")
	const at = 1_795_860_000
	dir, runs := t.TempDir(), 0
	var first map[string]string
	for _, where := range []string{filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db"), fmt.Sprintf("%s/report%d", server, time.Now().UnixNano()), fmt.Sprintf("%s/reportb%d", server, time.Now().UnixNano())} {
		zone := []string{"UTC", "Pacific/Auckland"}[runs%2]
		got := reportRun(t, where, zone, at)
		if first == nil {
			first = got
		}
		if len(got) != 7 {
			t.Fatalf("%d files", len(got))
		}
		if other := reportsDiffer(first, got); len(other) > 0 {
			t.Errorf("%s in %s: other bytes of %v", filepath.Base(where), zone, other)
		}
		runs++
	}
	later := reportRun(t, filepath.Join(dir, "c.db"), "UTC", at+1)
	if same := len(first) - len(reportsDiffer(first, later)); same > 0 {
		t.Errorf("of another snapshot, %d files are the same: the proof compares nothing", same)
	}
	figure(t, "%d files the same in %d processes, two time zones, SQLite and MongoDB; all others of another snapshot", len(first), runs)
}
