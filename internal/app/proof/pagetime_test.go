package proof

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	pageStructures = 10_000
	pageRounds     = 40
	pageWithin     = 5 * time.Millisecond // 95 pages of 100, to one client
)

// pageQuestions are searches as people make them, from none at all to many filters.
var pageQuestions = []string{
	"", "?q=nettoyage", "?q=nettoyage+vitry", "?q=entretien+des+espaces+verts", "?q=traiteur+bio", "?q=netoyage", "?serves=94081", "?serves=epci:200058014&family=handicap",
	"?sector=proprete&sort=name", "?basis=L2113-12&mode=PREST", "?near=94081&radius_km=10&sort=distance", "?kind=ESAT&kind=EA&size=PME&availability=disponible", "?q=peinture&page=2", "?q=introuvable+partout",
}

// TestPageTime asks the real binary for results pages, one after the other, as a
// browser that takes compression does. It is of use on a quiet machine only.
func TestPageTime(t *testing.T) {
	if os.Getenv("SOURCIER_PAGE_TIME") == "" {
		t.Skip("needs SOURCIER_PAGE_TIME; scripts/prove page-time gives it")
	}
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, data, "demo", "--size", fmt.Sprint(pageStructures))
	root := "http://" + serveBinary(t, data)
	waitPage(t, root+"/structures", time.Now())
	var all []time.Duration
	for round := range pageRounds + 1 {
		for _, question := range pageQuestions {
			took := timePage(t, root+"/structures"+question)
			if round > 0 { // the first warms what every later page has
				all = append(all, took)
			}
		}
	}
	slices.Sort(all)
	half, most := all[len(all)/2], all[len(all)*95/100]
	if most > pageWithin {
		t.Errorf("95 of 100 pages within %v, must be %v", most, pageWithin)
	}
	figure(t, "%d results pages over %d structures, one client: median %.1f ms, p95 %.1f ms, longest %.1f ms",
		len(all), pageStructures, ms(half), ms(most), ms(all[len(all)-1]))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// timePage is how long the whole page takes to arrive.
func timePage(t *testing.T, address string) time.Duration {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, resp.StatusCode, err)
	}
	return time.Since(start)
}
