package programme_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// file writes a file of a test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// book writes a workbook: lines of cells, then ranges to merge.
func book(t *testing.T, lines [][]any, merged ...string) string {
	t.Helper()
	f := excelize.NewFile()
	for i, line := range lines {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &line); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range merged {
		from, to, _ := strings.Cut(m, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "programme.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// messy is a programme as people keep it: a title, an empty line, heads on two lines with merged
// cells, an object merged over its lots, amounts, days and communes written three ways, a
// CPV code without its zero, the same line twice, a lot larger than its purchase.
func messy(t *testing.T) string {
	t.Helper()
	return book(t, [][]any{
		{"Programme prévisionnel des achats 2027"},
		{},
		{"N°", "Objet du marché", "Lots", nil, nil, "Montant total HT", "CPV", "Lieu d’exécution", "Calendrier", nil, "Durée", "Direction", "Reprise du personnel"},
		{nil, nil, "N° de lot", "Objet du lot", "Montant du lot", nil, nil, nil, "Publication", "Début", nil, nil, nil},
		{"A1", "Nettoyage des locaux", "1", "Lot Nord", "60 000", "100 k€ HT", "90911200-8 Nettoyage de bâtiments", "Vitry", "T2 2027", "01/09/2027", "1 an reconductible 3 fois", "Patrimoine", "oui"},
		{"A1", nil, "2", "Lot Sud", "40 000,00", nil, nil, "VITRY SUR SEINE", nil, nil, nil, nil, nil},
		{},
		{"A2", "Plants et bulbes", nil, nil, nil, "1 234,56", "3121100", "Vitry/Seine", "mars 2027", 46600, "24 mois", "Espaces verts", nil},
		{"A3", "Restauration", nil, nil, nil, "NC", nil, "94400", "31.12.27", nil, nil, "Patrimoine", "non"},
		{"A3", "Restauration", nil, nil, nil, "NC", nil, "94400", "31.12.27", nil, nil, "Patrimoine", "non"},
		{"A4", "Voirie", "1", "Lot unique", "500000", "100000", nil, "Villejuiff", nil, nil, nil, nil, nil},
		{"A5", "Reprographie", nil, nil, nil, "beaucoup", nil, nil, nil, nil, nil, nil, nil},
		{"A6", nil, nil, nil, nil, "5000"},
		{nil, "Total", nil, nil, nil, "111111"},
	}, "C3:E3", "I3:J3", "B5:B6")
}

// staged keeps a file and gives its id.
func (w *world) staged(t *testing.T, m buyer.Member, kind, path string) string {
	t.Helper()
	id := account.NewID()
	for range 2 { // the same form sent twice
		if err := w.StageImport(t.Context(), m, id, kind, filepath.Base(path), path); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// imports accepts what a file holds as it was guessed.
func (w *world) imports(t *testing.T, m buyer.Member, id string) *programme.ImportPlan {
	t.Helper()
	i, err := w.ImportOf(t.Context(), m, id)
	if err != nil {
		t.Fatal(err)
	}
	if i.Kind != programme.ImportProjects {
		if err := w.MapImport(t.Context(), m, id, i.Fields); err != nil {
			t.Fatalf("%v: %v", i.Fields, err)
		}
	}
	_, plan, err := w.PlanImport(t.Context(), m, id)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a double click
		if err := w.AcceptImport(t.Context(), m, id, plan.Stamp); err != nil {
			t.Fatal(err)
		}
	}
	return plan
}

// byReference are the purchases of the member by their reference.
func (w *world) byReference(t *testing.T, m buyer.Member) map[string]sourcing.Purchase {
	t.Helper()
	list, _, err := w.List(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]sourcing.Purchase{}
	for _, p := range list {
		out[p.Reference] = p
	}
	return out
}

// Places are read as people write them around their organisation.
func TestImportOfPlaces(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		town := w.town(t, "Mairie")
		buys := w.member(t, town, account.Buyer)
		if _, err := store.Update(t.Context(), w.People.Organisations.Collection, town, func(o *account.Organisation) (store.Change, error) {
			o.Territory = "94081"
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		want := map[string][]string{
			"Vitry-sur-Seine": {"94081"}, "VITRY SUR SEINE": {"94081"}, "Vitry s/Seine (94400)": {"94081"}, "94400": {"94081"}, "Villejuif / Cachan": {"94076", "94016"},
			"Ivry, Vitry et Thiais": {"94041", "94081", "94073"}, "KREMLIN BICETRE (LE)": {"94043"}, "L'Hay les Roses & Orly": {"94038", "94054"}, "Val-de-Marne": {"dep:94"}, "Trifouillis": nil,
		}
		text := "Référence;Objet;Lieu\n"
		for place := range want {
			text += place + ";Achat;\"" + place + "\"\n"
		}
		w.imports(t, buys, w.staged(t, buys, "achats", file(t, "lieux.csv", text)))
		for place, p := range w.byReference(t, buys) {
			if !slices.Equal(p.Places, want[place]) {
				t.Errorf("%s is %v, want %v", place, p.Places, want[place])
			}
		}
	})
}

func TestImportOfAMessyProgramme(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		town := w.town(t, "Mairie")
		buys := w.member(t, town, account.Buyer)
		if _, err := store.Update(t.Context(), w.People.Organisations.Collection, town, func(o *account.Organisation) (store.Change, error) {
			o.Territory = "94081"
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		id := w.staged(t, buys, "achats", messy(t))
		i, err := w.ImportOf(t.Context(), buys, id)
		if err != nil {
			t.Fatal(err)
		}
		if i.Table.Lines[i.First].N != 3 || i.Table.Lines[i.Last].N != 4 {
			t.Errorf("heads on lines %d and %d", i.Table.Lines[i.First].N, i.Table.Lines[i.Last].N)
		}
		want := []string{"reference", "objet", "lot", "lot-objet", "lot-montant", "montant", "cpv", "lieux", "publication", "debut", "duree", "service", "reprise"}
		if !slices.Equal(i.Fields, want) {
			t.Errorf("columns read as %q, want %q", i.Fields, want)
		}
		plan := w.imports(t, buys, id)
		if want := (sourcing.Tally{Created: 3, Refused: 3, Lots: 4}); plan.Tally != want {
			t.Errorf("%+v, want %+v", plan.Tally, want)
		}
		if !slices.Equal(plan.Services, []string{"Patrimoine", "Espaces verts"}) {
			t.Errorf("services %q", plan.Services)
		}
		saysAll(t, plan, map[int]string{8: "03121100", 10: "Même ligne que la ligne 9", 11: "dépasse le montant de l’achat", 12: "beaucoup", 13: "Indiquez l’objet"})
		saysAll(t, plan, map[int]string{11: "Villejuif"})
		there := w.byReference(t, buys)
		a1 := there["A1"]
		if a1.Euros != 100_000 || a1.Months != 12 || a1.Renewals != 3 || a1.CPV != "90911200" || a1.Publication != "2027-04-01" || a1.Start != "2027-09-01" || a1.TakeOver != sourcing.Yes ||
			!slices.Equal(a1.Places, []string{"94081"}) || len(a1.Lots) != 2 || a1.Lots[0].Euros != 60_000 || a1.Lots[1].Object != "Lot Sud" || len(a1.Lots[1].Places) != 0 || a1.Service == "" {
			t.Errorf("A1: %+v", a1)
		}
		if a2 := there["A2"]; a2.Euros != 1235 || a2.CPV != "03121100" || a2.Start != "2027-08-01" || !slices.Equal(a2.Places, []string{"94081"}) || a2.Publication != "2027-03-01" {
			t.Errorf("A2: %+v", a2)
		}
		if a3 := there["A3"]; a3.Euros != 0 || !slices.Equal(a3.Places, []string{"94081"}) || a3.Publication != "2027-12-31" || a3.Service != a1.Service {
			t.Errorf("A3: %+v", a3)
		}
		if got := w.lines(t, "purchase.import"); got != 3 {
			t.Errorf("%d lines of the audit, want one a purchase", got)
		}
		done, err := w.ImportOf(t.Context(), buys, id)
		if err != nil || done.Outcome.Created != 3 || done.Content != nil {
			t.Errorf("outcome %+v, %d bytes kept, %v", done.Outcome, len(done.Content), err)
		}
	})
}

// lines counts the lines of the audit of a code.
func (w *world) lines(t *testing.T, code string) (n int) {
	t.Helper()
	if _, err := store.NewRelay(w.db, slog.New(slog.DiscardHandler), programme.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := w.People.Audit.Page(t.Context(), store.AuditFilter{}, "", 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range page.Lines {
		if l.What == code {
			n++
		}
	}
	return n
}

func saysAll(t *testing.T, plan *programme.ImportPlan, want map[int]string) {
	t.Helper()
	for line, text := range want {
		if !slices.ContainsFunc(plan.Remarks, func(r programme.Remark) bool { return r.Line == line && strings.Contains(r.Text, text) }) {
			t.Errorf("nothing says %q of line %d: %+v", text, line, plan.Remarks)
		}
	}
}

const small = "Référence;Objet;Montant;Observations\r\nB1;Mobilier;10000;neuf\r\nB2;Papier;5000;\r\n"

func TestImportAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		w.imports(t, buys, w.staged(t, buys, "achats", file(t, "a.csv", small)))
		again := w.staged(t, buys, "achats", file(t, "a.csv", small))
		i, plan, err := w.PlanImport(ctx, buys, again)
		if err != nil || plan.Tally != (sourcing.Tally{Same: 2}) || !i.Remembered {
			t.Fatalf("the same file again: %+v, remembered %v, %v", plan.Tally, i.Remembered, err)
		}
		var fault account.Fault
		if err := w.MapImport(ctx, buys, again, i.Fields); err != nil {
			t.Fatal(err)
		}
		if err := w.AcceptImport(ctx, buys, again, plan.Stamp); !errors.As(err, &fault) {
			t.Errorf("nothing to write is written: %v", err)
		}
		b1 := w.byReference(t, buys)["B1"]
		in := b1
		in.Object = "Mobilier scolaire"
		if err := w.Write(ctx, buys, b1.ID, in, b1.Rev); err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer("10000", "12000", "5000", "6000").Replace(small)
		plan = w.imports(t, buys, w.staged(t, buys, "achats", file(t, "b.csv", changed)))
		if plan.Tally != (sourcing.Tally{Updated: 1, Conflicts: 1, Lots: 1}) {
			t.Errorf("%+v", plan.Tally)
		}
		there := w.byReference(t, buys)
		if there["B1"].Object != "Mobilier scolaire" || there["B1"].Euros != 10_000 || there["B2"].Euros != 6000 || len(there) != 2 {
			t.Errorf("%+v", there)
		}
	})
}

func TestImportIsWhatWasShown(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		town := w.town(t, "Mairie")
		buys, sees := w.member(t, town, account.Buyer), w.member(t, town, account.Prescripteur)
		foreign := w.member(t, w.town(t, "Autre mairie"), account.Buyer)
		path := file(t, "a.csv", small)
		if err := w.StageImport(ctx, sees, account.NewID(), "achats", "a.csv", path); !errors.Is(err, account.ErrNotAllowed) {
			t.Errorf("a prescripteur imports: %v", err)
		}
		id := w.staged(t, buys, "achats", path)
		if _, err := w.ImportOf(ctx, foreign, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign file is read: %v", err)
		}
		if err := w.StageImport(ctx, foreign, id, "achats", "a.csv", path); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an id that is another's: %v", err)
		}
		_, plan, err := w.PlanImport(ctx, buys, id)
		if err != nil {
			t.Fatal(err)
		}
		var fault account.Fault
		if err := w.AcceptImport(ctx, buys, id, plan.Stamp); !errors.As(err, &fault) {
			t.Errorf("it is written before anybody looked at its columns: %v", err)
		}
		if err := w.MapImport(ctx, buys, id, []string{"reference", "objet", "", ""}); err != nil {
			t.Fatal(err)
		}
		if err := w.AcceptImport(ctx, buys, id, plan.Stamp); !errors.Is(err, programme.ErrMoved) {
			t.Errorf("another plan than the one that was shown is written: %v", err)
		}
		for _, wrong := range [][]string{{"", "", "", ""}, {"objet", "objet", "", ""}, {"objet"}, {"objet", "fin", "", ""}} {
			if err := w.MapImport(ctx, buys, id, wrong); !errors.As(err, &fault) {
				t.Errorf("columns %q pass: %v", wrong, err)
			}
		}
		if err := w.DropImport(ctx, foreign, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a foreign file is dropped: %v", err)
		}
		w.move(sourcing.ImportLife + 1)
		if n, err := w.SweepImports(ctx); n != 1 || err != nil {
			t.Errorf("%d files swept, %v", n, err)
		}
	})
}

// TestImportStopped: a portal that was killed between the intent and its end has the
// rest written by the next, once.
func TestImportStopped(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		id := w.staged(t, buys, "achats", file(t, "a.csv", small))
		w.imports(t, buys, id)
		b2 := w.byReference(t, buys)["B2"]
		d, err := w.Purchases.Get(ctx, b2.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Purchases.Delete(ctx, d); err != nil { // as if it had not been written yet
			t.Fatal(err)
		}
		other := w.staged(t, buys, "achats", file(t, "a.csv", small))
		kept, err := w.Imports.Get(ctx, other)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = store.Update(ctx, w.Imports, id, func(i *sourcing.Import) (store.Change, error) {
			i.DoneAt, i.Content = kept.Value.DoneAt, kept.Value.Content
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SweepImports(ctx); err != nil {
			t.Fatal(err)
		}
		there := w.byReference(t, buys)
		if len(there) != 2 || there["B2"].ID != b2.ID {
			t.Errorf("%+v", there)
		}
	})
}

func TestImportOfContracts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		path := file(t, "m.csv", "N° marché;Intitulé;Titulaire;SIRET;Montant annuel HT;Date de notification;Durée;Reconductions;Fin\n"+
			"M1;Nettoyage;Net SARL;732 829 320 00074;25 000 €;01/01/2026;1 an;3;\n"+
			"M2;Gardiennage;;;10 k€;;;;31/12/2026\n"+
			"M3;Sans fin;;12;;;;;\n")
		plan := w.imports(t, buys, w.staged(t, buys, "marches", path))
		if plan.Tally != (sourcing.Tally{Created: 2, Refused: 1}) {
			t.Errorf("%+v %+v", plan.Tally, plan.Remarks)
		}
		docs, err := w.Contracts.FindLookup(ctx, store.PurchasesOf(buys.Organisation), 10)
		if err != nil || len(docs) != 2 {
			t.Fatal(len(docs), err)
		}
		for _, d := range docs {
			if c := d.Value; c.Reference == "M1" && (c.End != "2026-12-31" || c.Renewals != 3 || c.RenewalMonths != 12 || c.LastDay() != "2029-12-31" || c.Euros != 100_000 || c.Holder.SIREN != "732829320") {
				t.Errorf("%+v", c)
			}
		}
		again := w.staged(t, buys, "marches", path)
		if _, plan, err := w.PlanImport(ctx, buys, again); err != nil || plan.Tally.Same != 2 || plan.Tally.Writes() != 0 {
			t.Errorf("again: %+v %v", plan.Tally, err)
		}
		_, rows, err := w.ImportRefused(ctx, buys, again)
		if err != nil || len(rows) != 1 || !strings.Contains(strings.Join(rows[0], "|"), "ni un SIREN") {
			t.Errorf("%q %v", rows, err)
		}
	})
}

const projects = `[
 {"url":"https://projets.example/1","label":"Nettoyage de préfectures","purchasingCategory":"services","CPVPrimary":"90911200-8","status":"active","publicationTargetDate":"2027-03-15T00:00:00.000Z","marketEstimatedAmount":49000,"marketMaxDuration":48,"socialConsiderationsConcerned":"yes","environmentalConsiderationsConcerned":"dont_know","updatedAt":"2026-11-01T00:00:00.000Z","reservedPublicMarkets":[{"code":"eess"}],"departments":[{"department":"94"},{"department":"75"}]},
 {"url":"https://projets.example/2","label":"Cartes","status":"active","marketEstimatedAmount":0,"reservedPublicMarkets":[],"departments":[{"department":"FR"}]},
 {"url":"javascript:alert(1)","label":"Piège"},
 {"url":7}
]`

func TestImportOfProjectsOfTheState(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		plan := w.imports(t, buys, w.staged(t, buys, programme.ImportProjects, file(t, "p.json", projects)))
		if plan.Tally != (sourcing.Tally{Created: 2, Refused: 2, Lots: 2}) {
			t.Errorf("%+v %+v", plan.Tally, plan.Remarks)
		}
		next := `[{"url":"https://projets.example/1","label":"Nettoyage de préfectures","status":"close","departments":[{"department":"94"}]}]`
		plan = w.imports(t, buys, w.staged(t, buys, programme.ImportProjects, file(t, "p.json", next)))
		if plan.Tally != (sourcing.Tally{Updated: 1, Gone: 1, Lots: 1}) {
			t.Errorf("again: %+v", plan.Tally)
		}
		list, _, err := w.List(ctx, buys)
		if err != nil || len(list) != 2 {
			t.Fatal(len(list), err)
		}
		for _, p := range list {
			want := map[string]string{"Nettoyage de préfectures": "close", "Cartes": sourcing.AfarGone}[p.Object]
			if p.External == nil || p.External.Status != want {
				t.Errorf("%s: %+v", p.Object, p.External)
			}
			if err := w.Write(ctx, buys, p.ID, p, p.Rev); !errors.Is(err, sourcing.ErrExternal) {
				t.Errorf("a project of the State is written: %v", err)
			}
		}
	})
}

func TestImportRefusesFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		buys := w.member(t, w.town(t, "Mairie"), account.Buyer)
		for name, path := range map[string]string{
			"empty": file(t, "a.csv", ""), "a picture": file(t, "a.csv", "\x89PNG\r\n\x1a\n"), "JSON": file(t, "a.json", projects), "a page": file(t, "a.csv", "<html>"),
			"too long": file(t, "a.csv", "Objet;Montant\n"+strings.Repeat("a;1\n", 5031)),
		} {
			var fault account.Fault
			if err := w.StageImport(t.Context(), buys, account.NewID(), "achats", "a.csv", path); !errors.As(err, &fault) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
