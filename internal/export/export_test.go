package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// directory is a store of structures by id.
type directory map[string]structure.Structure

func (d directory) GetSome(_ context.Context, ids []string) (out []store.Doc[structure.Structure], err error) {
	for _, id := range ids {
		if s, ok := d[id]; ok {
			out = append(out, store.Doc[structure.Structure]{ID: id, Value: s})
		}
	}
	return out, nil
}

// request asks for every column of the structures, in their order.
func request(t testing.TB, structures ...structure.Structure) *Request {
	t.Helper()
	d := directory{}
	r := &Request{
		Context: Context{Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Rules: structure.DefaultBasisRules(), On: "2026-11-23",
			BaseURL: "https://sourcier.example.org", Origin: &query.Place{Lat: 48.7421, Lon: 2.4021}},
		Structures: d, Columns: Columns, TempDir: t.TempDir(),
		List: query.List{Total: len(structures), Generation: 42},
		About: About{Search: []string{"2 structures pour « nettoyage »", "Handicap"}, Address: "https://sourcier.example.org/structures?q=nettoyage",
			At: "23 novembre 2026 à 12 h 00", Credits: []Credit{{"Communes", "INSEE", "Licence Ouverte 2.0"}}},
	}
	for _, s := range structures {
		d[s.ID] = s
		r.List.IDs = append(r.List.IDs, s.ID)
	}
	return r
}

// full has a value in every column.
func full() structure.Structure {
	asp := structure.Origin{Source: structure.SourceASP, AsOf: "2026-11-01"}
	return structure.Structure{
		ID: "aaaaaaaaaaaaaaaa", SIRET: "00000001800010", FINESS: "010000001", RNA: "W941000001", Name: "Propreté \"Solidaire\"; Orly", TradeName: "ProSol",
		Agreements: []structure.Agreement{
			{Kind: structure.EI, Number: "EI094260001", Source: asp.Source, AsOf: asp.AsOf, Start: "2025-01-01", End: "2027-12-31"},
			{Kind: structure.EATT, Source: structure.SourceEA2, AsOf: "2025-01-01"},
			{Kind: structure.ACI, Number: "ACI094200002", Source: asp.Source, AsOf: asp.AsOf, Start: "2020-01-01", End: "2024-12-31"},
		},
		ESS: structure.SCESS, ESUS: true, ESUSEnd: "2027-06-30", Size: structure.PME, Workforce: "11", RegieDeQuartier: true,
		Labels: []structure.Label{{Code: "ecolabel", Name: "Écolabel européen", To: "2028-05-31", Scope: "Nettoyage"}, {Code: "rge", Name: "RGE", To: "2020-01-01"}},
		NAF:    "8121Z", NAF2025: "8121Y", Description: "Entretien de bureaux.\nEt de parties communes.", References: []string{"Ville de Vitry-sur-Seine", "Ville d’Orly"},
		Activities: []structure.Activity{
			{Sectors: []string{"nettoyage-locaux"}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{Territories: []string{"dep:94", "91027"}},
				Characteristics: []string{"produits-ecolabel"}, Offer: "Ménage de bureaux",
				Availability: structure.Availability{State: structure.BookedUp, Until: "2026-12-15", DeclaredOn: "2026-10-01"}},
			{Sectors: []string{"nettoyage-vitres"}, Derived: true, Zone: structure.Zone{RadiusKM: 12.5}},
		},
		Address: structure.Address{Street: "1 rue de la Paix", Complement: "Bâtiment B", PostalCode: "01000", City: "VITRY SUR SEINE", Commune: "94081", Point: structure.Point{Lat: 48.7875, Lon: 2.3923, Precision: structure.PrecisionExact}},
		Contact: structure.Contact{Phone: "0199000000", Email: "contact@example.org", Website: "www.example.org/a"},
		Origins: map[structure.Field]structure.Origin{structure.FieldName: asp, structure.FieldPhone: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"},
			structure.FieldESS: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}},
		UpdatedAt: time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC),
	}
}

// empty has nothing but its identity, and a site that is no web address.
func empty() structure.Structure {
	return structure.Structure{ID: "bbbbbbbbbbbbbbbb", SIRET: "00000003400017", Name: "Sans rien", Contact: structure.Contact{Website: "javascript:alert(1)"}}
}

func written(t testing.TB, done *Done, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(done)
	if err != nil || int64(len(body)) != done.Size {
		t.Fatalf("%d bytes, %d told, %v", len(body), done.Size, err)
	}
	if err := done.Close(); err != nil {
		t.Fatal(err)
	}
	return body
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", name, got)
	}
}

func TestCSV(t *testing.T) {
	done, err := CSV(t.Context(), request(t, full(), empty()))
	golden(t, "structures.csv", string(written(t, done, err)))
	if done.Rows != 2 || done.Left != 0 {
		t.Errorf("%d rows, %d left out", done.Rows, done.Left)
	}
}

// sheets reads a workbook back: the type and the value as shown of every cell.
func sheets(t testing.TB, body []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	names := map[excelize.CellType]string{excelize.CellTypeInlineString: "text", excelize.CellTypeUnset: "number", excelize.CellTypeNumber: "number", excelize.CellTypeSharedString: "shared"}
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		fmt.Fprintf(&b, "[%s]\n", sheet)
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y := range rows {
			for x := range rows[y] {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				kind, _ := f.GetCellType(sheet, at)
				if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
					t.Errorf("%s!%s holds the formula %q", sheet, at, formula)
				}
				if rows[y][x] != "" {
					fmt.Fprintf(&b, "%s %s %q\n", at, names[kind], rows[y][x])
				}
			}
		}
	}
	return b.String()
}

func TestXLSX(t *testing.T) {
	r := request(t, full(), empty())
	r.List.Total = 2345
	done, err := XLSX(t.Context(), r)
	body := written(t, done, err)
	golden(t, "structures.xlsx.txt", sheets(t, body))
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	panes, err := f.GetPanes(sheetRows)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if !bytes.Contains(part(t, body, "xl/worksheets/sheet1.xml"), []byte(`<autoFilter ref="$A$1:$AP$3"`)) {
		t.Error("no filter on the heads")
	}
	if !bytes.Contains(part(t, body, "xl/worksheets/sheet1.xml"), []byte(`numberStoredAsText="true"`)) {
		t.Error("each SIRET is marked as an error")
	}
	if left, _ := filepath.Glob(filepath.Join(r.TempDir, "*")); len(left) > 0 {
		t.Errorf("files stay behind: %q", left)
	}
}

// part is a part of a workbook as it is written.
// zipReader opens a workbook as the archive that it is.
func zipReader(t testing.TB, body []byte) *zip.Reader {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func part(t testing.TB, body []byte, name string) []byte {
	t.Helper()
	f, err := zipReader(t, body).Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// attacks are what the texts of a structure may try.
var attacks = []string{
	`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1",
	"＝1+1", "＋1", "－1", "＠SUM(1)", "  =1+1", "\u00a0=1", "\uFEFF=1", `"=1+1`, "'=1+1", "x;=1+1", "x,=1+1", "x\n=1+1", "x\t=1+1", "=DDE(\"cmd\";\"/C calc\";\"x\")",
}

func TestFormulasAreInert(t *testing.T) {
	for _, attack := range attacks {
		t.Run(fmt.Sprintf("%.20q", attack), func(t *testing.T) {
			s := hostile(attack)
			done, err := CSV(t.Context(), request(t, s))
			r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(written(t, done, err), []byte("\uFEFF"))))
			r.Comma = ';'
			rows, err := r.ReadAll()
			if err != nil || len(rows) != 2 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			for i, cell := range rows[1] {
				if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(strings.TrimLeft(cell, "\"\u00a0\uFEFF "))[0]) {
					t.Errorf("%s: %q", rows[0][i], cell)
				}
			}
			done, err = XLSX(t.Context(), request(t, s))
			body := written(t, done, err)
			if bytes.Contains(part(t, body, "xl/worksheets/sheet1.xml"), []byte("<f>")) {
				t.Error("the workbook holds a formula")
			}
			if !strings.Contains(sheets(t, body), "A2 text ") {
				t.Error("the name is no text")
			}
		})
	}
}

// hostile has the text wherever a text may be.
func hostile(text string) structure.Structure {
	s := full()
	s.SIRET, s.FINESS, s.RNA, s.Name, s.TradeName, s.NAF, s.NAF2025, s.Description = text, text, text, text, text, text, text, text
	s.Workforce, s.Size, s.References = structure.Workforce(text), structure.Size(text), []string{text, text}
	s.Agreements[0].Number, s.Labels[0].Name, s.Labels[0].Scope = text, text, text
	s.Activities[0].Offer, s.Activities[0].Sectors, s.Activities[0].Zone = text, []string{text}, structure.Zone{Territories: []string{text}}
	s.Address.Street, s.Address.Complement, s.Address.PostalCode, s.Address.City, s.Address.Commune = text, text, text, text, text
	s.Contact = structure.Contact{Phone: text, Email: text, Website: text}
	return s
}

func TestWhatIsGoneIsLeftOut(t *testing.T) {
	closed := empty()
	closed.ID, closed.Closed = "cccccccccccccccc", true
	r := request(t, full(), closed, empty())
	r.List.IDs = append([]string{"dddddddddddddddd"}, r.List.IDs...)
	r.Columns, _ = Choose([]string{"siret", "nom"})
	done, err := CSV(t.Context(), r)
	body := string(written(t, done, err))
	want := "\uFEFFNom;SIRET\r\n\"Propreté \"\"Solidaire\"\"; Orly\";'00000001800010\r\nSans rien;'00000003400017\r\n"
	if body != want || done.Rows != 2 || done.Left != 2 {
		t.Errorf("%q, %d rows, %d left out", body, done.Rows, done.Left)
	}
}

// TestWhatIsNotConfirmed: what no source confirms any more is told and rests
// nowhere, what an old source says is to be checked, as on the sheet.
func TestWhatIsNotConfirmed(t *testing.T) {
	s := empty()
	s.Agreements = []structure.Agreement{
		{Kind: structure.EI, Source: structure.SourceLeMarche, AsOf: "2026-09-01", Stale: "2026-10-01"},
		{Kind: structure.EATT, Source: structure.SourceEA2, AsOf: "2025-01-01"},
	}
	s.Origins = map[structure.Field]structure.Origin{structure.FieldName: {Source: structure.SourceLeMarche, AsOf: "2026-09-01"}}
	s.Sightings = map[structure.Source]structure.Sighting{structure.SourceLeMarche: {Stale: "2026-10-01"}}
	s.Demo = true
	r := request(t, s)
	r.Columns, _ = Choose([]string{"types", "agrements", "bases", "non_confirme", "sources"})
	done, err := CSV(t.Context(), r)
	rows := strings.Split(string(written(t, done, err)), "\r\n")
	want := []string{
		"EATT | fictive",
		"EATT, fin non connue (DGEFP, entreprises adaptées (EA2), 1er janv. 2025), à vérifier",
		"article L2113-12, agrément EATT (DGEFP, entreprises adaptées (EA2), 1er janv. 2025), à vérifier",
		"Agrément EI, depuis le 1er oct. 2026 (Le Marché de l’inclusion)",
		"Le Marché de l’inclusion, 1er sept. 2026, ne la donne plus depuis le 1er oct. 2026",
	}
	cells := strings.Split(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(rows[1]), ";")
	for i, w := range want {
		if i >= len(cells) || !strings.HasPrefix(cells[i], w) {
			t.Errorf("column %d of %q, want %q", i, cells, w)
		}
	}
	if strings.Contains(cells[1]+cells[2], "EI,") {
		t.Errorf("what lapsed is told to be in force: %q", cells)
	}
}

func TestNothingFound(t *testing.T) {
	r := request(t)
	r.Columns, _ = Choose([]string{"nom", "commune"})
	done, err := CSV(t.Context(), r)
	if body := string(written(t, done, err)); body != "\uFEFFNom;Commune\r\n" {
		t.Errorf("%q", body)
	}
	done, err = XLSX(t.Context(), r)
	if text := sheets(t, written(t, done, err)); !strings.Contains(text, `A1 text "Nom"`) {
		t.Error(text)
	}
}

func TestChoose(t *testing.T) {
	chosen, unknown := Choose([]string{"commune", "nom", "commune"})
	if unknown != "" || len(chosen) != 2 || chosen[0].ID != "nom" || chosen[1].ID != "commune" {
		t.Errorf("%v, %q", chosen, unknown)
	}
	if _, unknown := Choose([]string{"nom", "claims"}); unknown != "claims" {
		t.Errorf("unknown is %q", unknown)
	}
	seen := map[string]bool{}
	for _, c := range Columns {
		if seen[c.ID] || seen[c.Head] || c.Group == "" || c.width == 0 {
			t.Errorf("column %+v", c)
		}
		seen[c.ID], seen[c.Head] = true, true
	}
	if n := len(Usual(true)) - len(Usual(false)); n != 1 {
		t.Errorf("%d columns need a place", n)
	}
}

// TestEnds: a deadline, and a store that fails, leave no file.
func TestEnds(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	r := request(t, full())
	if _, err := CSV(over, r); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	r.Structures = broken{}
	for _, write := range []func(context.Context, *Request) (*Done, error){CSV, XLSX} {
		if _, err := write(t.Context(), r); !errors.Is(err, errBroken) {
			t.Errorf("broken store: %v", err)
		}
	}
	many := request(t, full())
	many.List.IDs = make([]string, MaxRows+1)
	if _, err := CSV(t.Context(), many); err == nil || !strings.Contains(err.Error(), "at most 50000") {
		t.Errorf("more than the limit: %v", err)
	}
	r.TempDir = filepath.Join(r.TempDir, "absent")
	if _, err := CSV(t.Context(), r); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) GetSome(context.Context, []string) ([]store.Doc[structure.Structure], error) {
	return nil, errBroken
}

func TestName(t *testing.T) {
	for _, tt := range []struct {
		subject     string
		rows, total int
		want        string
	}{
		{"", 3, 3, "structures-2026-11-23.csv"},
		{"nettoyage-a-orly", 1000, 2345, "structures-nettoyage-a-orly-2026-11-23-les-1000-premieres-sur-2345.csv"},
	} {
		if got := Name(tt.subject, "2026-11-23", tt.rows, tt.total, "csv"); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
