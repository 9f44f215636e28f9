package demo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// TestToLambert93 compares with points of the French geodetic network as
// published: metres, to the decimetre.
func TestToLambert93(t *testing.T) {
	for _, c := range []struct {
		where          string
		lat, lon, x, y float64
	}{
		{"origin of the projection", 46.5, 3, 700_000, 6_600_000},
		{"hôtel de ville de Paris", 48.8566, 2.3522, 652_469.02, 6_862_035.26},
	} {
		if x, y := ToLambert93(c.lat, c.lon); math.Abs(x-c.x) > 0.1 || math.Abs(y-c.y) > 0.1 {
			t.Errorf("%s: %.2f, %.2f, want %.2f, %.2f", c.where, x, y, c.x, c.y)
		}
	}
	west, _ := ToLambert93(47, 2)
	east, _ := ToLambert93(47, 4)
	if math.Abs((west+east)/2-lambertXs) > 0.01 {
		t.Errorf("not symmetric about the meridian: %.2f, %.2f", west, east)
	}
}

// read parses a file written by us into rows by column name.
func read(t *testing.T, r io.Reader, comma rune) []map[string]string {
	t.Helper()
	in := csv.NewReader(r)
	in.Comma = comma
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestWriteCSV(t *testing.T) {
	list := generated(t, DefaultSize)
	var out bytes.Buffer
	if err := WriteCSV(&out, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	rows := read(t, &out, ';')
	if len(rows) != len(list) {
		t.Fatalf("%d rows for %d structures", len(rows), len(list))
	}
	for i, row := range rows {
		s := list[i]
		if row["siret"] != s.SIRET || row["finess"] != s.FINESS || row["nom"] != s.Name || row["code_insee"] != s.Address.Commune || row["description"] != s.Description {
			t.Errorf("row %d is not %s: %v", i, s.Name, row)
		}
		if row["type"] != strings.Join(typesOf(&s), "|") {
			t.Errorf("%s: type %q, want %q", s.Name, row["type"], typesOf(&s))
		}
		if row["zone"] != "" && row["rayon_km"] != "" || row["secteurs"] == "" {
			t.Errorf("%s: zone %q, radius %q, sectors %q", s.Name, row["zone"], row["rayon_km"], row["secteurs"])
		}
		if exact := s.Address.Point.Precision == structure.PrecisionExact; exact != (row["latitude"] != "") {
			t.Errorf("%s: latitude %q for a point that is %s", s.Name, row["latitude"], s.Address.Point.Precision)
		}
	}
}

// typesOf is what the column must say: kinds in force, else family, else size.
func typesOf(s *structure.Structure) []string {
	var out []string
	for _, a := range s.Agreements {
		if a.InForce(testDay) {
			out = append(out, string(a.Kind))
		}
	}
	switch {
	case len(out) > 0:
		return out
	case s.ESS != "":
		return []string{string(s.ESS)}
	}
	return []string{string(s.Size)}
}

// full is a file that takes n bytes.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWritersReportAFullDisk(t *testing.T) {
	list := slices.Values(generated(t, DefaultSize))
	if err := WriteCSV(&full{left: 20_000}, list); !errors.Is(err, errFull) {
		t.Errorf("CSV: %v", err)
	}
	if err := writeSIRENE(&full{left: 20_000}, io.Discard, list); !errors.Is(err, errFull) {
		t.Errorf("legal units: %v", err)
	}
	if err := writeSIRENE(io.Discard, &full{left: 70_000}, list); !errors.Is(err, errFull) {
		t.Errorf("establishments: %v", err)
	}
	if err := WriteSIRENE(filepath.Join(t.TempDir(), "absent"), list); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent directory: %v", err)
	}
}

func TestWriteSIRENE(t *testing.T) {
	const size = 600
	dir := t.TempDir()
	list := generated(t, size)
	if err := WriteSIRENE(dir, slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	units, establishments := sireneRows(t, dir, UnitFile), sireneRows(t, dir, EstablishmentFile)
	if len(unitHeader) != 35 || len(establishmentHeader) != 54 {
		t.Fatalf("%d and %d columns, the register has 35 and 54", len(unitHeader), len(establishmentHeader))
	}
	known := map[string]map[string]string{}
	for _, u := range units {
		if known[u["siren"]] != nil {
			t.Errorf("legal unit %s twice", u["siren"])
		}
		known[u["siren"]] = u
	}
	states := map[string]int{}
	seen := map[string]map[string]string{}
	for _, e := range establishments {
		checkEstablishment(t, e, known[e["siren"]], seen)
		states[e["statutDiffusionEtablissement"]+e["etatAdministratifEtablissement"]]++
		if e["activitePrincipaleEtablissement"] == "84.11Z" {
			states["unmapped"]++
		}
	}
	for _, s := range list {
		if e := seen[s.SIRET]; e == nil || s.FINESS == "" && e["codeCommuneEtablissement"] != s.Address.Commune {
			t.Errorf("%s is missing or elsewhere: %v", s.SIRET, e)
		}
	}
	const odd = size / oddEvery
	if n := states["unmapped"]; n < odd-1 || n > odd || states["PA"] != n || states["OF"] == 0 {
		t.Errorf("rows to skip: %v", states)
	}
	if _, ok := taxonomy.Default().UnmappedNAF(unmappedNAF); !ok {
		t.Errorf("APE code %s leads to a sector: choose another", unmappedNAF)
	}
}

func sireneRows(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	return read(t, f, ',')
}

func checkEstablishment(t *testing.T, e, unit map[string]string, seen map[string]map[string]string) {
	t.Helper()
	number := e["siret"]
	if unit == nil || number != e["siren"]+e["nic"] || !structure.ValidSIRET(number) || !fictionalSIREN(e["siren"]) || seen[number] != nil {
		t.Errorf("establishment %v, unit %v", e, unit)
		return
	}
	seen[number] = e
	if (e["nic"] == unit["nicSiegeUniteLegale"]) != (e["etablissementSiege"] == "true") {
		t.Errorf("%s: head office %s, unit says %s", number, e["etablissementSiege"], unit["nicSiegeUniteLegale"])
	}
	x, y := e["coordonneeLambertAbscisseEtablissement"], e["coordonneeLambertOrdonneeEtablissement"]
	switch {
	case e["statutDiffusionEtablissement"] == "P":
		if x != notDiffusible || unit["denominationUniteLegale"] != "" || e["libelleVoieEtablissement"] != notDiffusible {
			t.Errorf("%s: not diffusible, yet %v", number, e)
		}
	case (x == "") != (y == "") || x != "" && (len(x) < 9 || len(y) != 10):
		t.Errorf("%s: Lambert-93 %q, %q", number, x, y)
	}
	if code := e["activitePrincipaleEtablissement"]; code != "" && (len(code) != 6 || code[2] != '.') {
		t.Errorf("%s: APE code %q", number, code)
	}
}

func TestSplitStreet(t *testing.T) {
	for street, want := range map[string][4]string{
		"12 rue des Lilas":         {"12", "", "RUE", "DES LILAS"},
		"3 bis avenue de l’Orme":   {"3", "B", "AVENUE", "DE L ORME"},
		"7 place du Marché":        {"7", "", "PLACE", "DU MARCHE"},
		"Mairie":                   {"", "", "", "MAIRIE"},
		"176 rue Ambroise-Croizat": {"176", "", "RUE", "AMBROISE CROIZAT"},
	} {
		a, b, c, d := splitStreet(street)
		if got := [4]string{a, b, c, d}; got != want {
			t.Errorf("%q: %q, want %q", street, got, want)
		}
	}
}
