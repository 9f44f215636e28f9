package territory

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

const homeEPT = "epci:200058014"

func resolve(t testing.TB, value string) Territory {
	t.Helper()
	got, err := Default().Resolve(value)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestResolve(t *testing.T) {
	cases := []struct {
		value, canonical, label string
		kind                    Kind
		communes                int
	}{
		{"94081", "94081", "Vitry-sur-Seine", KindCommune, 1},
		{" 94081 ", "94081", "Vitry-sur-Seine", KindCommune, 1},
		{"75081", "94081", "Vitry-sur-Seine", KindCommune, 1}, // its code before 1968
		{"91182", "91228", "Évry-Courcouronnes", KindCommune, 1},
		{"75113", "75113", "Paris 13e Arrondissement", KindCommune, 1},
		{"75056", "75056", "Paris", KindCommune, 21},
		{"13055", "13055", "Marseille", KindCommune, 17},
		{"69123", "69123", "Lyon", KindCommune, 10},
		{"2a004", "2A004", "Ajaccio", KindCommune, 1},
		{"dep:94", "dep:94", "Val-de-Marne (94)", KindDepartment, 47},
		{"94", "dep:94", "Val-de-Marne (94)", KindDepartment, 47},
		{"91", "dep:91", "Essonne (91)", KindDepartment, 194},
		{"dep:2a", "dep:2A", "Corse-du-Sud (2A)", KindDepartment, 124},
		{"2A", "dep:2A", "Corse-du-Sud (2A)", KindDepartment, 124},
		{"974", "dep:974", "La Réunion (974)", KindDepartment, 24},
		{"DEP:94", "dep:94", "Val-de-Marne (94)", KindDepartment, 47},
		{"reg:11", "reg:11", "Île-de-France", KindRegion, 1266 + 20},
		{homeEPT, homeEPT, "Grand-Orly Seine Bièvre", KindEPCI, 24},
		{"epci:200054781", "epci:200054781", "Métropole du Grand Paris", KindEPCI, 130 + 20},
		{"FR", France, "France entière", KindFrance, 34969 + 45},
		{"fr", France, "France entière", KindFrance, 34969 + 45},
	}
	for _, c := range cases {
		t.Run(c.value, func(t *testing.T) {
			got := resolve(t, c.value)
			if got.Value != c.canonical || got.Label != c.label || got.Kind != c.kind || got.Communes.Len() != c.communes {
				t.Errorf("got %s %s %q of %d, want %s %s %q of %d",
					got.Kind, got.Value, got.Label, got.Communes.Len(), c.kind, c.canonical, c.label, c.communes)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, value := range []string{"", " ", "94400", "dep:", "dep:20", "dep:94081", "reg:94081", "epci:94", "epci:", "FRA", "com:94081", "::", strings.Repeat("9", 1e5)} {
		_, err := Default().Resolve(value)
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%.20q: %v, want ErrUnknown", value, err)
		}
		if err != nil && len(err.Error()) > 100 {
			t.Errorf("%.20q: the error repeats %d bytes", value, len(err.Error()))
		}
	}
	for _, value := range []string{"qpv:QN09401M", "QPV:x"} {
		if _, err := Default().Resolve(value); !errors.Is(err, ErrQuarter) {
			t.Errorf("%q: %v, want ErrQuarter", value, err)
		}
	}
}

func TestOf(t *testing.T) {
	cases := map[string]string{
		"94081": "94081 epci:200058014 epci:200054781 dep:94 reg:11",
		"75081": "94081 epci:200058014 epci:200054781 dep:94 reg:11",
		"75113": "75113 75056 epci:200054781 dep:75 reg:11",
		"75056": "75056 epci:200054781 dep:75 reg:11",
		"69383": "69383 69123 epci:200046977 dep:69 reg:84",
		"97701": "97701 dep:977 reg:977",
		"00000": "",
	}
	for code, want := range cases {
		if got := strings.Join(Default().Of(code), " "); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

// Every value that Of gives resolves, and to a territory that holds the commune.
func TestOfAgreesWithResolve(t *testing.T) {
	a := Default()
	for ord, c := range a.communes {
		for _, value := range a.Of(c.Code) {
			got, ok := a.lookup(value)
			if !ok || !got.Communes.Has(uint32(ord)) || got.Value != value {
				t.Fatalf("%s (%s): %s gives %+v", c.Code, c.Name, value, got.Value)
			}
		}
	}
}

func TestCounts(t *testing.T) {
	a := Default()
	kinds := map[Kind]int{}
	for _, area := range a.areas {
		kinds[area.Kind]++
		if area.Label == "" || area.Communes.Len() == 0 {
			t.Errorf("%s: label %q, %d communes", area.Value, area.Label, area.Communes.Len())
		}
	}
	want := map[Kind]int{KindCommune: 3, KindEPCI: 1255 + 11, KindDepartment: 109, KindRegion: 26, KindFrance: 1}
	for kind, n := range want {
		if kinds[kind] != n {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], n)
		}
	}
	epts, cities := map[string]int{}, 0
	people := 0
	for _, c := range a.communes {
		if c.EPT != "" {
			epts[c.EPT]++
		}
		if c.Parent == "" {
			cities++
		}
		if c.EPT == "200058014" {
			people += c.Population
		}
	}
	if cities != 34969 || a.Len() != 34969+45 {
		t.Errorf("%d communes of %d entries", cities, a.Len())
	}
	if len(epts) != 11 || epts["200058014"] != 24 {
		t.Errorf("EPT: %v", epts)
	}
	if people < 700_000 || people > 760_000 {
		t.Errorf("home EPT: %d inhabitants", people)
	}
}

func TestHomeCommunes(t *testing.T) {
	want := strings.Fields("91027 91326 91432 91479 91589 91687 94001 94003 94016 94021 94022 94034 94037 94038 94041 94043 94054 94065 94073 94074 94076 94077 94078 94081")
	var got []string
	for ord := range resolve(t, homeEPT).Communes.All() {
		got = append(got, Default().At(ord).Code)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestOrdinalsAreSortedCodes(t *testing.T) {
	a := Default()
	for i, c := range a.communes {
		ord, ok := a.Ordinal(c.Code)
		if !ok || ord != uint32(i) || a.At(ord).Code != c.Code || i > 0 && a.communes[i-1].Code >= c.Code {
			t.Fatalf("%s: ordinal %d at %d", c.Code, ord, i)
		}
	}
}

func TestDistanceKM(t *testing.T) {
	cases := []struct {
		from, to string
		km       float64
	}{
		{"94081", "94081", 0}, {"94081", "94041", 3.0}, {"94081", "75113", 4.7}, {"94081", "69123", 390}, {"75056", "97411", 9360},
	}
	for _, c := range cases {
		a, _ := Default().Commune(c.from)
		b, _ := Default().Commune(c.to)
		got := DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon)
		if math.Abs(got-c.km) > 0.05*c.km+1 {
			t.Errorf("%s to %s: %.1f km, want about %.1f", c.from, c.to, got, c.km)
		}
	}
}

// The time of decoding follows its allocations, and those do not depend on how
// busy the machine is; see BenchmarkDecode for the time.
func TestDecodeAllocatesLittle(t *testing.T) {
	allocs := testing.AllocsPerRun(1, func() {
		if _, err := decode(packed); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 40_000 { // one a commune at most
		t.Errorf("%.0f allocations", allocs)
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(packed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	values := []string{"94081", "dep:94", "94", "reg:11", homeEPT, "FR", "75056"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Default().Resolve(values[i%len(values)]); err != nil {
			b.Fatal(err)
		}
	}
}
