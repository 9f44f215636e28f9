package intake

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// byFINESS finds the structure of a FINESS number.
func byFINESS(tb testing.TB, structures *store.Structures, number string) structure.Structure {
	tb.Helper()
	d, err := structures.FindUnique(tb.Context(), "finess:"+number)
	if err != nil {
		tb.Fatalf("FINESS %s: %v", number, err)
	}
	return d.Value
}

func TestFINESS(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, fixture(t, "finess.csv"))
	equal(t, r.Files[0].Counts, Counts{Read: 12, Created: 4, Updated: 2, Unchanged: 1, Rejected: 2, Ignored: 2, Skipped: map[Skip]int64{SkipCategory: 3}})
	lilas := byFINESS(t, structures, "960000100")
	if lilas.Name != "ÉTABLISSEMENT FICTIF DES LILAS" || lilas.TradeName != "ESAT DES LILAS" || lilas.SIRET != "00200900900016" || lilas.NAF != "8810C" {
		t.Errorf("stored %+v", lilas)
	}
	equal(t, lilas.Agreements, []structure.Agreement{{Kind: structure.ESAT, Source: structure.SourceFINESS, AsOf: "2026-05-12", Start: "2001-06-15", Seen: lilas.Sightings[structure.SourceFINESS].Seen}})
	// The point of 655300.12, 6854500.5 in Lambert 93, by the constants that the IGN publishes.
	equal(t, lilas.Address, structure.Address{
		Street: "12 rue DES LILAS", PostalCode: "94400", City: "VITRY SUR SEINE", Commune: "94081",
		Point: structure.Point{Lat: 48.789041, Lon: 2.391575, Precision: structure.PrecisionExact},
	})
	if quai := byFINESS(t, structures, "960000118"); quai.SIRET != lilas.SIRET || quai.Address.Street != "3 B quai MARCEL BOYER" || quai.Address.Point.Precision == structure.PrecisionExact {
		t.Errorf("the second ESAT of a SIRET, at an impossible place: %+v", quai)
	}
	if ea := byFINESS(t, structures, "960000126"); ea.TradeName != `EA "LE FOURNIL"` || ea.KindsInForce("2026-11-23")[0] != structure.EA || ea.SIRET != "" {
		t.Errorf("entreprise adaptée without SIRET: %+v", ea)
	}
	if isle := byFINESS(t, structures, "960000142"); isle.Address.Commune != "97411" || isle.SIRET != "" || isle.Address.Point.Lat > -20 {
		t.Errorf("overseas, with a wrong SIRET: %+v", isle)
	}
}

// TestFINESSLatin1 reads the file in the encoding that it was long published in.
func TestFINESSLatin1(t *testing.T) {
	text, err := os.ReadFile("testdata/finess.csv")
	if err != nil {
		t.Fatal(err)
	}
	latin, err := charmap.ISO8859_1.NewEncoder().String(string(text))
	if err != nil {
		t.Fatal(err)
	}
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", latin))
	if got := byFINESS(t, structures, "960000100").Name; got != "ÉTABLISSEMENT FICTIF DES LILAS" || r.Files[0].Repaired[RepairEncoding] == 0 {
		t.Errorf("%q\n%s", got, r.Explain())
	}
}

// TestFINESSPositionFirst waits for the establishment of a position.
func TestFINESSPositionFirst(t *testing.T) {
	text, err := os.ReadFile("testdata/finess.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", strings.Join([]string{lines[0], lines[8], lines[12], lines[1]}, "\n")))
	if byFINESS(t, structures, "960000100").Address.Point.Precision != structure.PrecisionExact {
		t.Errorf("%s", r.Explain())
	}
	equal(t, r.Files[0].Counts, Counts{Read: 3, Created: 1, Updated: 1, Skipped: map[Skip]int64{SkipCategory: 1}})
}

// TestFINESSOtherFile says what the other files of the register are.
func TestFINESSOtherFile(t *testing.T) {
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.csv", "finess;etalab;93;pas une date\nstructureej;1;2;3;4;5\n"))
	f := r.Files[0]
	if len(f.Notes) != 2 || !strings.Contains(f.Notes[1], "structureej") || f.Skipped[SkipCategory] != 1 {
		t.Errorf("%s", r.Explain())
	}
}

// TestFINESSInTheTerritory leaves out the others, and their positions.
func TestFINESSInTheTerritory(t *testing.T) {
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{Territory: asked(t, "94081")}, fixture(t, "finess.csv"))
	if f := r.Files[0]; f.Created != 1 || f.Skipped[SkipOutside] != 5 {
		t.Errorf("%s", r.Explain())
	}
}

func TestFINESSPlus(t *testing.T) {
	structures := mustStore(t)
	imp := newImporter(t, structures)
	mustRun(t, imp, RunOptions{}, fixture(t, "finess.csv"))
	r := mustRun(t, imp, RunOptions{}, fixture(t, "finess_plus.json"))
	equal(t, r.Files[0].Counts, Counts{Read: 5, Created: 1, Updated: 2, Skipped: map[Skip]int64{SkipCategory: 2}})
	port := byFINESS(t, structures, "960000200") // as the schema writes it, codes in objects
	if port.SIRET != "00200902500012" || port.Contact.Phone != "0199000011" || port.Contact.Email != "contact@esat.example.org" || port.NAF != "" {
		t.Errorf("stored %+v", port)
	}
	equal(t, port.Address, structure.Address{
		Street: "4 avenue DU PORT", Complement: "BATIMENT C", PostalCode: "94400", City: "VITRY SUR SEINE", Commune: "94081",
		Point: structure.Point{Lat: 48.789041, Lon: 2.391575, Precision: structure.PrecisionExact},
	})
	if lilas := byFINESS(t, structures, "960000100"); lilas.Address.Point.Lat != 48.79 || lilas.Origins[structure.FieldName].AsOf != "2026-08-01" {
		t.Errorf("as the files write it, in degrees: %+v", lilas) // generated at midnight in Paris
	}
	if quai := byFINESS(t, structures, "960000118"); quai.Agreements[0].End != "2026-06-30" || len(quai.KindsInForce("2026-11-23")) != 0 {
		t.Errorf("closed: %+v", quai.Agreements)
	}
}

// TestFINESSActivities is known, and told from the structures.
func TestFINESSActivities(t *testing.T) {
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.json", `{"pmej":[{"numeroFiness":"1","activitesAutorisees":[],"ege":[]}]}`))
	if f := r.Files[0]; f.Cause != NotRead || !strings.Contains(f.Refusal, "structures") {
		t.Errorf("%+v", f)
	}
}

// TestManyEstablishments reads an entity larger than any sheet.
func TestManyEstablishments(t *testing.T) {
	one := `{"informationsGeneralesEGE":{"numFinessEge":"960000100"},"categorieEntiteGeographiqueExercice":"355","evenement":"` + strings.Repeat("x", 4000) + `"}`
	r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.json",
		`{"pmej":[{"informationsGeneralesPMEJ":{},"ege":[`+strings.Repeat(one+",", 1499)+one+`]}]}`))
	if f := r.Files[0]; f.Read != 1500 || f.Skipped[SkipCategory] != 1500 || f.Refusal != "" {
		t.Errorf("%s", r.Explain())
	}
}
