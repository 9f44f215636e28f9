package table_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/account"
	"sourcier/internal/programme/table"
)

func write(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestGuess(t *testing.T) {
	for head, want := range map[string]table.Field{
		"Titre du projet": table.Object, "Catégorie achat": table.Sectors, "Localisation": table.Places, "Montant €": table.Euros, "Description": table.Description,
		"secteur": table.Sectors, "famille": table.Sectors, "code cpv": table.CPV, "CPV": table.CPV, "périmètre": table.Places, "zone géographique": table.Places,
		"collectivité": table.Places, "lieu d'exécution": table.Places, "Commune": table.Places, "VILLE": table.Places, "département": table.Places, "région": table.Places,
		"titre": table.Object, "Intitulé": table.Object, "nom du projet": table.Object, "objet": table.Object, "Objet du marché": table.Object, "libellé": table.Object,
		"montant": table.Euros, "budget": table.Euros, "montant annuel HT": table.Annual, "montant total en € HT": table.Euros, "budget prévisionnel": table.Euros,
		"dépense": table.Euros, "estimation": table.Euros, "montant maximum": table.Euros,
		"N° de lot": table.Lot, "Lot": table.Lot, "Intitulé du lot": table.LotObject, "Montant estimé du lot (€ HT)": table.LotEuros, "Code CPV du lot": table.LotCPV,
		"Date de publication prévisionnelle": table.Publication, "Date de lancement de la consultation": table.Publication, "Date de début d’exécution": table.Start, "Durée du marché": table.Months,
		"Durée (en années)": table.Years, "Nombre de reconductions": table.Renewals, "Titulaire actuel": table.Holder, "Direction prescriptrice": table.Service, "Reprise du personnel": table.TakeOver,
		"N° SIRET": table.SIREN, "N° de marché": table.Reference, "Type de marché": table.Nature, "Date de notification": table.Start,
		"Avis de la CAO": "", "": "", "Date de fin": "",
		"Titulaire du marché": table.Holder, "Montant du marché": table.Euros, "Code CPV du marché": table.CPV, "N° de lot du marché": table.Lot, "Marché": table.Object,
		"Achat › Code CPV": table.CPV, "Achat › Type": table.Nature, "Marché › Numéro": table.Reference, "Lot › Montant HT": table.LotEuros, "Marché › Date": "",
		"Montant › Minimum": "", "Titulaire › SIRET": table.SIREN,
	} {
		if got := table.Guess(table.Purchases, head); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
	for head, want := range map[string]table.Field{"Date de fin": table.End, "Échéance": table.End, "Durée de reconduction": table.RenewalMonths, "Montant du lot": table.Euros, "Description": ""} {
		if got := table.Guess(table.Contracts, head); got != want {
			t.Errorf("of contracts, %q is %q, want %q", head, got, want)
		}
	}
}

func TestHeadsAreFound(t *testing.T) {
	for name, tt := range map[string]struct {
		text        string
		first, last int
		names       []string
		fields      []table.Field
	}{
		"at once":                         {"Objet;Montant\nA;1\n", 1, 1, []string{"Objet", "Montant"}, []table.Field{table.Object, table.Euros}},
		"below a title and an empty line": {"Programme 2027;\n;\n;;\nObjet;Montant HT;Ville\nA;1;Vitry\n", 4, 4, []string{"Objet", "Montant HT", "Ville"}, []table.Field{table.Object, table.Euros, table.Places}},
		"on two lines": {"Objet;Montant;;Lot;\n;total HT;annuel HT;N°;Intitulé\nA;1;1;1;x\n", 1, 2, []string{"Objet", "Montant › total HT", "Montant › annuel HT", "Lot › N°", "Lot › Intitulé"},
			[]table.Field{table.Object, table.Euros, table.Annual, table.Lot, table.LotObject}},
		"unknown":           {"Alpha;Beta\nA;90911200-8\nB;90910000-9\n", 1, 1, []string{"Alpha", "Beta"}, []table.Field{"", table.CPV}},
		"lines of words":    {"Objet,Commune\nNettoyage,Vitry\nVoirie,Orly\n", 1, 1, []string{"Objet", "Commune"}, []table.Field{table.Object, table.Places}},
		"in Windows-1252":   {"Intitul\xe9\tMontant estim\xe9\nA\t1\n", 1, 1, []string{"Intitulé", "Montant estimé"}, []table.Field{table.Object, table.Euros}},
		"two of one field":  {"Objet;Intitulé;Commune;Département\nA;B;C;94\n", 1, 1, []string{"Objet", "Intitulé", "Commune", "Département"}, []table.Field{table.Object, "", table.Places, table.Places}},
		"a line that bears": {"\xef\xbb\xbfObjet;Montant\n\"A\nB\";1\n", 1, 1, []string{"Objet", "Montant"}, []table.Field{table.Object, table.Euros}},
	} {
		got, err := table.Read(t.Context(), write(t, []byte(tt.text)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		h := got.Found(table.Purchases)
		if first, last := got.Lines[h.First].N, got.Lines[h.Last].N; first != tt.first || last != tt.last || !slices.Equal(h.Names, tt.names) {
			t.Errorf("%s: lines %d to %d, %q", name, first, last, h.Names)
		}
		if fields := got.Guessed(table.Purchases, h); !slices.Equal(fields, tt.fields) {
			t.Errorf("%s: %q", name, fields)
		}
	}
}

// TestWorkbook: the sheet that is known best is read, merged cells have the value that
// lies over them.
func TestWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "Mode d’emploi", "A2": "Remplir la feuille suivante"} {
		_ = f.SetCellValue("Sheet1", cell, v)
	}
	_, _ = f.NewSheet("Achats")
	for cell, v := range map[string]any{"A1": "Objet", "B1": "Lot", "C1": "Montant", "A2": "Nettoyage", "B2": 1, "C2": 10, "B3": 2, "C3": 20} {
		_ = f.SetCellValue("Achats", cell, v)
	}
	_ = f.MergeCell("Achats", "A2", "A3")
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	got, err := table.Read(t.Context(), path)
	if err != nil || got.Sheet != "Achats" || !slices.Equal(got.Others, []string{"Sheet1"}) || got.Filled != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	if last := got.Lines[len(got.Lines)-1]; last.N != 3 || last.Cell(0) != "Nettoyage" {
		t.Errorf("%+v", last)
	}
}

func TestColumn(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := table.Column(i); got != want {
			t.Errorf("%d: %s", i, got)
		}
	}
}

// FuzzRead: whatever the bytes are, a table within its bounds whose texts can be shown,
// or a sentence.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"Objet;Montant\nA;1\n", "a,b\n\"x\ny\",2\n", "\xff\xfeO\x00;\x00", "PK\x03\x04", "Objet\n", "\xef\xbb\xbfObjet;Montant;;\n;total;annuel\n", strings.Repeat(";", 300)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := table.Read(t.Context(), write(t, content))
		var fault account.Fault
		if err != nil {
			if len(content) > 0 && !errors.As(err, &fault) {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, k := range []table.Kind{table.Purchases, table.Contracts} {
			h := got.Found(k)
			fields := got.Guessed(k, h)
			if h.First < 0 || h.Last >= len(got.Lines) || len(fields) > table.MaxColumns || len(fields) != got.Width(h) {
				t.Fatalf("heads %+v, %d fields", h, len(fields))
			}
		}
		for _, l := range got.Lines {
			for _, c := range l.Cells {
				if !utf8.ValidString(c) || len(c) > table.MaxCell {
					t.Fatalf("cell %q", c)
				}
			}
		}
	})
}
