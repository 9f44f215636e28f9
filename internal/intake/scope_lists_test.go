package intake

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// inNovember gives a file the last change of a day of November 2026.
func inNovember(t testing.TB, file string, day int) string {
	t.Helper()
	at := time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	return file
}

// adapted writes a list of EA2 that states a day of November 2026 and was last
// changed on another.
func adapted(t testing.TB, stated, changed, n int) string {
	t.Helper()
	text := fmt.Sprintf("L|ASP|EA|V1.0|202611%02d|235959|\n", stated) +
		"ITOU|Type d'entreprise adaptée|Numéro de COT/CPOM|Siret de l'établissement membre|Dénomination / raison sociale|Numéro entrée ou batiment|Numéro de voie|Extension de voie|Code voie|Libelle de la voie|Code Postal|Code INSEE commune|\n"
	for i := range n {
		text += fmt.Sprintf("ITOU|Entreprise Adaptée|%04d|%s|Adaptée %d||4||Rue|DE LA MOTTE|94600|94022|\n", i, siretOf(t, i+1), i)
	}
	text += fmt.Sprintf("Z|ASP|EA|V1.0|202611%02d|235959|%d|%d|\n", stated, n, n)
	return inNovember(t, write(t, "ea2.txt", text), changed)
}

// workshops writes a table of FINESS in the same way.
func workshops(t testing.TB, stated, changed, n int) string {
	t.Helper()
	text := fmt.Sprintf("finess;etalab;111;2026-11-%02d\n", stated)
	for i := range n {
		text += fmt.Sprintf("structureet;9600%05d;960000001;ESAT %d;ESAT %d;;;12;R;DES LILAS;;;081;94;VAL-DE-MARNE;94400 VITRY;;;246;E;4305;E;%s;8810C;57;ARS;9;I;2001-07-01;2001-06-15;2026-02-01;\n",
			i+1, i, i, siretOf(t, i+1))
	}
	return inNovember(t, write(t, "finess.csv", text), changed)
}

// workshopsPlus writes the structures of FINESS+ in the same way.
func workshopsPlus(t testing.TB, stated, changed, n int) string {
	t.Helper()
	var items []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"informationsGeneralesPMEJ":{},"ege":[{"informationsGeneralesEGE":{"numFinessEge":"9600%05d","nomEgeLong":"ESAT %d","siret":"%s"},"categorieEntiteGeographiqueExercice":{"code":"246"},"adresse":[{"cogCommune":"94081","codePostal":"94400"}]}]}`,
			i+1, i, siretOf(t, i+1)))
	}
	text := fmt.Sprintf(`{"generatedAt":"2026-11-%02dT08:00:00Z","pmej":[%s]}`, stated, strings.Join(items, ","))
	return inNovember(t, write(t, "structures.json", text), changed)
}

// TestDayThatTheFileStates orders lists by the day that they state, whatever
// their last change: an old list copied today is an old list.
func TestDayThatTheFileStates(t *testing.T) {
	for name, list := range map[string]func(t testing.TB, stated, changed, n int) string{
		"EA2": adapted, "FINESS": workshops, "FINESS+": workshopsPlus,
	} {
		for together, changed := range [][2]int{{3, 20}, {20, 3}, {20, 20}} {
			files := []string{list(t, 5, changed[0], 10), list(t, 12, changed[1], 9)}
			runs := [][]string{{files[0]}, {files[1]}}
			if together == 2 { // two days in one run are two editions
				runs = [][]string{files}
			}
			structures := mustStore(t)
			for _, run := range runs {
				mustRun(t, newImporter(t, structures), RunOptions{}, run...)
			}
			s := bySIRET(t, structures, siretOf(t, 10)).Value
			if a := s.Agreements[0]; a.Stale != "2026-11-12" || !strings.HasPrefix(a.Seen, "2026-11-05 ") || a.AsOf != "2026-11-05" {
				t.Errorf("%s, changed on %v: %+v", name, changed, a)
			}
			if k := inForceNow(t, structures, 1); len(k) != 1 {
				t.Errorf("%s, changed on %v: what is listed has %v", name, changed, k)
			}
		}
	}
}
