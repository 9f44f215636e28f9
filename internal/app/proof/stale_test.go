package proof

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
)

// TestStale imports a complete list, then one without a structure: its sheet and
// a search say that it is no longer confirmed, and nothing rests on it. A list
// that has it again brings it back; one that drops half of them is refused.
func TestStale(t *testing.T) {
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	list := func(day string, from, to int) string {
		var items []string
		for n := from; n <= to; n++ {
			items = append(items, fmt.Sprintf(`{"siret":"%s","kind":"EI","name":"Atelier fictif %d","city":"Vitry-sur-Seine","post_code":"94400","presta_types":["PREST"]}`, siretOf(t, n), n))
		}
		return fileOf(t, dir, "liste.json", day, "["+strings.Join(items, ",")+"]")
	}
	dropped := structure.NewID("siret:" + siretOf(t, 1))
	mustRun(t, data, "import", list("2026-09-01", 1, 12))
	held(t, data, dropped, true)

	mustRun(t, data, "import", list("2026-10-01", 2, 12))
	held(t, data, dropped, false)
	mustRun(t, data, "check")

	out, err := sourcier(t.Context(), data, "import", list("2026-10-15", 7, 12)).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--partial") || !strings.Contains(string(out), "5 fiches sur les 11 ") {
		t.Errorf("half of the list is gone: %v\n%s", err, out)
	}
	mustRun(t, data, "import", "--partial", list("2026-10-16", 7, 8))

	mustRun(t, data, "import", list("2026-11-01", 1, 12))
	held(t, data, dropped, true)
	figure(t, "12 structures: dropped, told on the sheet and in a search, and back; a list without half of them refused")
}

// held asks a portal whether the agreement of a structure holds: its sheet, its
// JSON, and the searches by kind and by legal basis must agree.
func held(t *testing.T, data, id string, want bool) {
	t.Helper()
	const told = "n’est plus confirmé depuis le 1er oct. 2026 par Le Marché de l’inclusion"
	t.Run(fmt.Sprintf("held %v", want), func(t *testing.T) {
		addr := "http://" + serveBinary(t, data)
		page := plainText(ask(t, addr+"/structures/"+id))
		if strings.Contains(page, told) == want || strings.Contains(page, "Potentiellement éligible") != want {
			t.Errorf("the sheet does not say whether the agreement holds (%v)", want)
		}
		cards := plainText(ask(t, addr+"/structures?q=atelier+fictif"))
		if strings.Contains(cards, told) == want {
			t.Errorf("the card does not say whether the agreement holds (%v)", want)
		}
		total := 12
		if !want {
			total = 11
		}
		for _, filter := range []string{"kind=EI", "basis=L2113-13", "family=insertion"} {
			var answer struct {
				Total int `json:"total"`
			}
			if err := json.Unmarshal([]byte(ask(t, addr+"/api/v1/structures?"+filter)), &answer); err != nil {
				t.Fatal(err)
			}
			if answer.Total != total {
				t.Errorf("%s finds %d, want %d", filter, answer.Total, total)
			}
		}
	})
}

// ask waits until the portal answers.
func ask(t *testing.T, url string) string {
	t.Helper()
	return string(waitPage(t, url, time.Now()))
}

// plainText puts ordinary spaces in the place of those that do not break.
func plainText(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&nbsp;", " ").Replace(page)
}

// siretOf is a valid SIRET of a fictional establishment.
func siretOf(t *testing.T, n int) string {
	t.Helper()
	for check := range 10 {
		if s := fmt.Sprintf("00200%08d%d", n, check); structure.ValidSIRET(s) {
			return s
		}
	}
	t.Fatal("no valid number")
	return ""
}
