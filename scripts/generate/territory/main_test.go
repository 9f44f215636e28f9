package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTakeFormer(t *testing.T) {
	data := &official{Communes: []commune{
		{Code: "94081", Type: "commune-actuelle", Former: []string{"75081"}},
		{Code: "01015", Name: "Arbignieu", Type: "commune-deleguee", Seat: "01015", Former: []string{"01340"}},
		{Code: "01015", Name: "Arboys", Type: "commune-actuelle"},
		{Code: "75113", Type: "arrondissement-municipal", City: "75056"},
		{Code: "01340", Name: "Saint-Bois", Type: "commune-deleguee", Seat: "01015"},
	}}
	got := takeFormer(data)
	want := []formerCommune{{"01015", "01015", "Arbignieu"}, {"01340", "01015", "Saint-Bois"}, {"75081", "94081", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	var codes []string
	for _, c := range data.Communes {
		codes = append(codes, c.Code)
	}
	if strings.Join(codes, " ") != "01015 75113 94081" {
		t.Errorf("communes %v", codes)
	}
}

func TestAssignRefusesAnotherEdition(t *testing.T) {
	if err := assign(&official{Communes: []commune{{Code: "94081"}}}); err == nil || !strings.Contains(err.Error(), "expected 34969") {
		t.Errorf("%v", err)
	}
}

func TestJoin(t *testing.T) {
	members := func(code string, of ...string) grouping {
		g := grouping{Code: code, Type: "CC"}
		for _, m := range of {
			g.Members = append(g.Members, struct {
				Code string `json:"code"`
			}{m})
		}
		return g
	}
	epci := func(c *commune) *string { return &c.EPCI }
	cases := []struct {
		name   string
		groups []grouping
		want   string
	}{
		{"fine", []grouping{members("1", "94081")}, ""},
		{"unknown", []grouping{members("1", "99999")}, "99999 is no commune"},
		{"twice", []grouping{members("1", "94081"), members("2", "94081")}, "both 1 and 2"},
	}
	for _, c := range cases {
		index := map[string]*commune{"94081": {}}
		err := join(index, c.groups, epci)
		if c.want == "" && (err != nil || index["94081"].EPCI != "1") || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, %q", c.name, err, index["94081"].EPCI)
		}
	}
}

func TestLocate(t *testing.T) {
	at := func(lat, lon int) []place { return []place{{point: point{lat, lon}}} }
	known := places{byCode: map[string][]place{
		"10001": at(480000, 20000), "10002": at(480400, 20200), "10003": at(480200, 20100), "10004": at(400000, 20000),
	}}
	communes := []commune{
		{Code: "10001", Dept: "10", Postal: []string{"10100"}}, {Code: "10002", Dept: "10", Postal: []string{"10100"}},
		{Code: "10003", Dept: "10", Postal: []string{"10200"}},
		{Code: "10004", Dept: "10", Postal: []string{"10100"}}, // 890 km south of its neighbours
		{Code: "10005", Dept: "10", Postal: []string{"10200"}},
		{Code: "10006", Dept: "10", Postal: []string{"10900"}},
		{Code: "98411", Dept: "984"},
	}
	locate(communes, known)
	want := []struct {
		accuracy string
		point    point
	}{
		{"C", point{480000, 20000}}, {"C", point{480400, 20200}}, {"C", point{480200, 20100}}, {"A", point{480200, 20100}},
		{"A", point{480200, 20100}}, {"D", point{480200, 20100}}, {"D", point{}},
	}
	for i, c := range communes {
		if c.Accuracy != want[i].accuracy || c.Point != want[i].point {
			t.Errorf("%s: %s %v, want %v", c.Code, c.Accuracy, c.Point, want[i])
		}
	}
}

func TestFindPrefersTheNameThenTheRank(t *testing.T) {
	known := places{byCode: map[string][]place{
		"91228": {{name: "courcouronnes", sort: 6, people: 90_000, point: point{1, 1}}, {name: "evry", sort: 2, people: 50_000, point: point{2, 2}}},
		"94081": {{name: "gare", sort: 0, point: point{3, 3}}, {name: "vitry sur seine", sort: 6, point: point{4, 4}}},
		"69123": {{name: "lyon", point: point{5, 5}}, {name: "lyon 03", point: point{6, 6}}},
	}}
	cases := []struct {
		commune commune
		want    point
		ok      bool
	}{
		{commune{Code: "91228", Name: "Évry-Courcouronnes"}, point{2, 2}, true},
		{commune{Code: "94081", Name: "Vitry-sur-Seine"}, point{4, 4}, true},
		{commune{Code: "69383", Name: "Lyon 3e Arrondissement", City: "69123"}, point{6, 6}, true},
		{commune{Code: "69384", Name: "Lyon 4e Arrondissement", City: "69123"}, point{}, false},
		{commune{Code: "75113", Name: "Paris 13e Arrondissement", City: "75056"}, parisPoints["75113"], true},
		{commune{Code: "01001", Name: "L'Abergement"}, point{}, false},
	}
	for _, c := range cases {
		if got, ok := known.find(c.commune); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v, want %v", c.commune.Code, got, ok, c.want)
		}
	}
}

// The same text is never written twice: a newer Go may compress it otherwise.
func TestSaveLeavesTheSameTextAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "atlas.tsv.gz")
	if err := save(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := save(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("written again: %v", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := save(path, []byte("two")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || after.ModTime().Equal(before.ModTime()) {
		t.Errorf("another text was not written: %v", err)
	}
}
