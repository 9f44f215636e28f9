package web_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
	"sourcier/internal/web/webtest"
)

// Words that the communicable version of a report never has: a confidential answer, one
// that its supplier asked to keep, a private note, the words of a question, an interest.
var neverTold = []string{"quarante-deux euros", "marge de neuf pour cent", "interlocuteur hésitant", "notre agence de Vitry", "parts sociales anciennes"}

// analysed is an operation whose answers are read by some persons: three suppliers, one
// late, one entered by the buyer.
func analysed(id, organisation, purchase string, team ...string) (sourcing.Operation, []sourcing.Answer) {
	opened, deadline := clock().AddDate(0, 0, -20), clock().AddDate(0, 0, -5)
	o := sourcing.Operation{
		ID: id, Organisation: organisation, Purchase: purchase, Title: "Sourçage nettoyage", Purpose: "Qui peut répondre ?", Message: "Bonjour, nous préparons un marché.",
		Deadline: deadline, CreatedAt: opened, UpdatedAt: deadline, Rev: 9, OpenedAt: opened, AnalysingAt: deadline, LastID: 20,
		Approved: &survey.Questionnaire{Version: 1, Title: "Nettoyage", ApprovedAt: opened, Questions: []survey.Question{
			{ID: "k1", Kind: survey.Number, Text: "Effectif", Unit: "personnes", Required: true}, {ID: "k2", Kind: survey.YesNo, Text: "Travaillez-vous le samedi ?"},
			{ID: "k3", Kind: survey.Text, Text: "Prix au mètre carré", Confidential: true, Rationale: "Secret des affaires"}, {ID: "k4", Kind: survey.Text, Text: "Organisation"},
		}},
		Asked:    []sourcing.Asked{{ID: "q1", Supplier: "s1", Text: "Et notre agence de Vitry ?", At: opened.Add(time.Hour)}},
		Ledger:   []sourcing.Info{{ID: "i1", Origin: sourcing.FromMessage, Text: "Bonjour, nous préparons un marché.", At: opened, SharedAt: opened}, {ID: "i2", Origin: sourcing.FromExchange, Text: "Surface de 800 m².", At: opened, Cells: []sourcing.Cell{{Supplier: "s1", GivenAt: opened}}}},
		Findings: []sourcing.Finding{{ID: "f1", Text: "Trois structures savent faire.", Effect: sourcing.OnReservation, Consequence: "Réserver le lot.", At: deadline}},
		Notes:    []sourcing.Note{{Supplier: "s2", Question: "k4", Text: "interlocuteur hésitant", At: deadline, Rev: 1}},
	}
	for i, person := range team {
		mate := sourcing.Teammate{Person: person, Part: sourcing.Leads, AddedAt: opened, DeclaredAt: opened, Charter: 1}
		if i == 0 {
			mate.Interests = "parts sociales anciennes"
		}
		o.Team = append(o.Team, mate)
	}
	var answers []sourcing.Answer
	for i, name := range []string{"Alpha", "Beta & fils", "Gamma"} {
		v := sourcing.Supplier{ID: fmt.Sprint("s", i+1), Name: name, Email: "a@b.example", AddedAt: opened, ContactedAt: opened, AnsweredAt: opened.AddDate(0, 0, i+1), Answers: 1}
		o.Suppliers = append(o.Suppliers, v)
		x := sourcing.Submission{Number: 1, At: opened.AddDate(0, 0, i+1), Deadline: deadline, Version: 1, Hash: "h" + v.ID, Name: "Jo", Route: sourcing.ByPortal, Values: []survey.Value{
			{Question: "k1", Number: []string{"3", "1250.5", "12"}[i]}, {Question: "k2", Yes: "oui"}, {Question: "k3", Text: "quarante-deux euros"}, {Question: "k4", Text: []string{"=HYPERLINK(\"http://x\")", "Deux équipes", "marge de neuf pour cent"}[i]},
		}}
		switch i {
		case 1:
			x.Route = sourcing.ByCall
		case 2:
			x.At = deadline.Add(time.Hour)
			x.Values[3].Secret, x.Values[3].Why = true, "Savoir-faire propre"
		}
		answers = append(answers, sourcing.Answer{ID: sourcing.AnswerID(id, v.ID), Organisation: organisation, Operation: id, Supplier: v.ID, CreatedAt: opened, UpdatedAt: x.At, Rev: 1, Submissions: []sourcing.Submission{x}})
	}
	return o, answers
}

// keep stores an operation with its answers.
func (w *crowd) keep(t *testing.T, o sourcing.Operation, answers []sourcing.Answer) {
	t.Helper()
	if _, err := w.Operation.Operations.Insert(t.Context(), o, store.Change{}); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if _, err := w.Operation.Answers.Insert(t.Context(), a, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
}

const comparedAt = "/sourcages/compare"

// compared is a room with an operation in analysis, read by its first buyer alone.
func compared(t *testing.T) *room {
	t.Helper()
	r := deciding(t)
	o, answers := analysed("compare", "mairie", "achat", r.buyer.Person)
	r.keep(t, o, answers)
	return r
}

func (r *room) file(path string, want int) string {
	r.Helper()
	got := webtest.Scenario{URL: path, Header: as(r.buys)}.Do(r.T, r.app)
	if got.Status != want {
		r.Fatalf("GET %s: %d", path, got.Status)
	}
	return got.Body
}

func TestComparisonOfAnswers(t *testing.T) {
	r := compared(t)
	const at = comparedAt + "/comparaison"
	for path, want := range map[string][2][]string{
		at:                             {{"Alpha", "Beta &amp; fils", "Gamma", "De 3 à 1\u202f250,5\u00a0personnes, médiane 12", "Hors délai", "Saisie par l’acheteur", "Confidentiel\u202f: Secret des affaires", "Confidentiel\u202f: Savoir-faire propre", "interlocuteur hésitant"}, nil},
		at + "?delais=1":               {{"Alpha", "1\u00a0structure qui a répondu n’est pas montrée"}, []string{"Hors délai"}},
		at + "?differences=1":          {{"2\u00a0questions"}, []string{"2. Travaillez-vous"}},
		at + "?question=k2":            {{"1\u00a0question", "Questions · 1 sur 4"}, []string{"médiane"}},
		at + "?structure=s2":           {{"1\u202f250,5\u00a0personnes partout"}, []string{"Hors délai"}},
		at + "?structure=s9&question=": {{"Rien ne répond à ces filtres."}, nil},
	} {
		page := r.page(r.buys, path)
		table := page[strings.Index(page, `id="contenu"`):]
		for _, text := range want[0] {
			if !strings.Contains(table, text) {
				t.Errorf("%s lacks %q", path, text)
			}
		}
		for _, text := range want[1] {
			if _, matrix, _ := strings.Cut(table, `class="op-matrix"`); strings.Contains(matrix, text) {
				t.Errorf("%s has %q", path, text)
			}
		}
	}
}

// Answers open to who is of the team, has declared and is not recused.
func TestComparisonStaysShut(t *testing.T) {
	r := compared(t)
	paths := []string{"/comparaison", "/comparaison.xlsx", "/comparaison/notes/s1", "/constats", "/rapport", "/rapport/1/interne", "/rapport/1/interne/rapport.pdf", "/rapport/1/instantane.json"}
	shut := func(who, cookie string, status int) {
		t.Helper()
		for _, path := range paths {
			got := webtest.Scenario{URL: comparedAt + path, Header: as(cookie)}.Do(t, r.app)
			if got.Status != status || strings.Contains(got.Body, "quarante-deux") {
				t.Errorf("%s, %s: %d", who, path, got.Status)
			}
			if status == 403 && !strings.Contains(got.Body, comparedAt+"/equipe") {
				t.Errorf("%s, %s: does not lead to the team", who, path)
			}
		}
	}
	shut("a buyer outside the team", r.other, 403)
	for _, path := range []string{"/constats", "/rapport", "/comparaison/notes/s1"} {
		r.sends(r.other, comparedAt+path, 403, "version", "9", "texte", "x", "effet", "lots", "consequence", "y")
	}
	change := func(do func(t *sourcing.Teammate)) {
		_, err := store.Update(t.Context(), r.Operation.Operations, "compare", func(o *sourcing.Operation) (store.Change, error) {
			do(&o.Team[0])
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(t *sourcing.Teammate) { t.DeclaredAt = time.Time{} })
	shut("who has not declared", r.buys, 403)
	change(func(t *sourcing.Teammate) { t.DeclaredAt, t.RecusedAt = clock(), clock() })
	shut("who is recused", r.buys, 403)
	r.organisation(t, "ailleurs", account.KindPublic)
	r.person(t, "loin@ailleurs.example", "ailleurs", false, account.Buyer)
	shut("another organisation", r.signIn(t, "loin@ailleurs.example"), 404)
}

// unzipped is all that the parts of a file hold.
func unzipped(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// A formula as an answer stays a text, and a number is one.
func TestComparisonWorkbook(t *testing.T) {
	r := compared(t)
	sheet := unzipped(t, r.file(comparedAt+"/comparaison.xlsx", 200))
	for _, want := range []string{"=HYPERLINK(&#34;http://x&#34;)", "<v>1250.5</v>", "Hors délai", "Saisie par l’acheteur", "3. Secret des affaires"} {
		if !strings.Contains(sheet, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if strings.Contains(sheet, "<f>") || strings.Contains(sheet, "hésitant") {
		t.Error("a formula, or a private note that nobody asked for")
	}
	if with := unzipped(t, r.file(comparedAt+"/comparaison.xlsx?notes=1&structure=s2", 200)); !strings.Contains(with, "4. interlocuteur hésitant") || strings.Contains(with, "HYPERLINK") {
		t.Error("the notes asked for are not there, or a structure that was left out")
	}
}

func TestComparisonNotes(t *testing.T) {
	r := compared(t)
	const at = comparedAt + "/comparaison/notes/s2"
	r.sends(r.buys, at, 303, "question", "k1", "version", "0", "texte", "À vérifier au registre.")
	r.sends(r.buys, at, 303, "question", "", "version", "0", "texte", "Dossier solide.")
	if page := r.page(r.buys, at); !strings.Contains(page, "À vérifier au registre.") || !strings.Contains(page, "Dossier solide.") {
		t.Error("the notes are not shown")
	}
	stale := r.sends(r.buys, at, 409, "question", "k1", "version", "0", "texte", "Ma phrase à moi.")
	if !strings.Contains(stale.Body, "Ma phrase à moi.") || !strings.Contains(stale.Body, "À vérifier au registre.") || !strings.Contains(stale.Body, "<title>Erreur") {
		t.Error("what was typed, or what is stored, is lost")
	}
	r.sends(r.buys, at, 422, "question", "k1", "version", "1", "texte", strings.Repeat("é", 501))
	r.sends(r.buys, at, 404, "question", "k99", "version", "0", "texte", "x")
	r.sends(r.buys, comparedAt+"/comparaison/notes/s9", 404, "question", "", "version", "0", "texte", "x")
}

func TestFindings(t *testing.T) {
	r := compared(t)
	const at = comparedAt + "/constats"
	page := r.page(r.buys, at)
	if !strings.Contains(page, "/programme/achats/achat/lots/l1/decision") || !strings.Contains(page, "/programme/achats/achat/lots/l2\"") {
		t.Error("a finding on the reservation does not lead to the lots")
	}
	bad := r.sends(r.buys, at, 422, "version", "9", "texte", "Un constat gardé.", "effet", "rien", "consequence", "")
	if !strings.Contains(bad.Body, "Un constat gardé.") || !strings.Contains(bad.Body, `href="#effet"`) || !strings.Contains(bad.Body, `href="#consequence"`) {
		t.Error("what was typed is lost, or its faults are not told")
	}
	r.sends(r.buys, at, 303, "version", "9", "texte", "Peu savent le samedi.", "effet", "clauses", "consequence", "Pas de samedi.")
	r.sends(r.buys, at, 409, "version", "9", "texte", "Deux fois.", "effet", "clauses", "consequence", "Non.")
	r.sends(r.buys, at+"/f21/ranger", 303, "version", "10", "sens", "haut")
	texts := func() (out []string) {
		d, err := r.Operation.Operations.Get(t.Context(), "compare")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range d.Value.Findings {
			out = append(out, f.Text)
		}
		return out
	}
	if got := texts(); !slices.Equal(got, []string{"Peu savent le samedi.", "Trois structures savent faire."}) {
		t.Errorf("%q", got)
	}
	r.sends(r.buys, at, 303, "version", "11", "constat", "f1", "texte", "Quatre structures savent faire.", "effet", "allotissement", "consequence", "Deux lots.")
	r.sends(r.buys, at+"/f21/retirer", 409, "version", "9")
	r.sends(r.buys, at+"/f21/retirer", 303, "version", "12")
	r.sends(r.buys, at+"/f21/retirer", 404, "version", "13")
	if got := texts(); !slices.Equal(got, []string{"Quatre structures savent faire."}) {
		t.Errorf("%q", got)
	}
}

var stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)

// inflated is a PDF with what it has compressed.
func inflated(t *testing.T, file string) string {
	t.Helper()
	out := file
	for _, m := range stream.FindAllStringSubmatch(file, -1) {
		r, err := zlib.NewReader(strings.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out += string(text)
	}
	return out
}

// wide is a text with two bytes a letter.
func wide(text string) (out string) {
	for _, r := range text {
		out += string([]byte{byte(r >> 8), byte(r)})
	}
	return out
}

// A report is frozen once, does not change with what it was made of, and its communicable
// version tells nothing that is confidential, in no byte of it.
func TestReportOfAnOperation(t *testing.T) {
	r := compared(t)
	const at = comparedAt + "/rapport"
	r.sends(r.buys, at, 409, "version", "8")
	r.sends(r.buys, at, 303, "version", "9")
	r.sends(r.buys, at, 409, "version", "9") // the same form sent twice is one report
	if list := r.page(r.buys, at); !strings.Contains(list, "Rapport n° 1") || strings.Contains(list, "Rapport n° 2") {
		t.Error("the list of reports")
	}
	read := func() (out map[string]string) {
		out = map[string]string{}
		for _, v := range []string{"interne", "communicable"} {
			page := r.page(r.buys, at+"/1/"+v)
			out[v+".html"] = page[strings.Index(page, "<article"):strings.Index(page, "</article>")]
			out[v+".pdf"] = inflated(t, r.file(at+"/1/"+v+"/rapport.pdf", 200))
			out[v+".docx"] = unzipped(t, r.file(at+"/1/"+v+"/rapport.docx", 200))
		}
		return out
	}
	before := read()
	frozen := r.file(at+"/1/instantane.json", 200)
	sum := sha256.Sum256([]byte(frozen))
	hash := hex.EncodeToString(sum[:])
	for name, text := range before {
		for _, secret := range neverTold {
			told := strings.Contains(text, secret)
			internal := strings.HasPrefix(name, "interne") && secret != "interlocuteur hésitant"
			if told != internal && !strings.HasSuffix(name, ".pdf") || told && !internal {
				t.Errorf("%s: %q told: %v", name, secret, told)
			}
		}
		if strings.HasSuffix(name, ".html") && (!strings.Contains(text, hash) || !strings.Contains(text, "Réserver le lot.")) {
			t.Errorf("%s lacks the hash of what was frozen, or a finding", name)
		}
	}
	if strings.Contains(frozen, "interlocuteur hésitant") {
		t.Error("a private note is in the snapshot")
	}
	// In the PDF, letters are two bytes each.
	if !strings.Contains(before["interne.pdf"], wide("quarante-deux")) || strings.Contains(before["communicable.pdf"], wide("quarante-deux")) || !strings.Contains(before["communicable.pdf"], wide("Secret")) {
		t.Error("the PDF tells too much or too little")
	}
	_, err := store.Update(t.Context(), r.Operation.Operations, "compare", func(o *sourcing.Operation) (store.Change, error) {
		o.Title, o.Suppliers[0].Name, o.Findings = "Autre titre", "Autre nom", nil
		return store.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range read() {
		if text != before[name] {
			t.Errorf("%s has changed with the operation", name)
		}
	}
	for _, path := range []string{"/2/interne", "/1/autre", "/x/interne", "/0/interne/rapport.pdf", "/9/instantane.json"} {
		r.file(at+path, 404)
	}
}
