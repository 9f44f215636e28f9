package territory

import (
	"slices"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	cases := []struct {
		q    string
		want string // the first suggestions
	}{
		{"vitry", "94081"},
		{"Vitry-s", "94081"},
		{"seine vitry", "94081"},
		{"kremlin", "94043"},
		{"l'hay", "94038"},
		{"hay", "94038"},
		{"st maur", "94068"},
		{"val de marne", "dep:94"},
		{"94", "dep:94"},
		{"ile de france", "reg:11"},
		{"grand orly", homeEPT},
		{"paris", "75056 dep:75"},
		{"paris 13", "75113"},
		{"lyon", "69123"},
		{"evry", "91228"},
		{"courcouronnes", "91228"},
		{"94400", "94081"},
		{"villeneuve", "94078 94077"}, // at home before Villeneuve-d'Ascq, thrice as large
		{"saint denis", "93066"},
		{"france", France},
		{"FRANCE ENTIERE", France},
		{"bretagne", "reg:53"},
	}
	home := resolve(t, homeEPT)
	for _, c := range cases {
		t.Run(c.q, func(t *testing.T) {
			want := strings.Fields(c.want)
			got := Default().Search(c.q, home, 10)
			var values []string
			for _, s := range got {
				values = append(values, s.Value)
			}
			if len(values) < len(want) || strings.Join(values[:len(want)], " ") != c.want {
				t.Errorf("%v, want %s first", values, c.want)
			}
		})
	}
}

func TestSearchOrder(t *testing.T) {
	home := resolve(t, homeEPT)
	h := Default().homeOf(home)
	last := atHome
	for _, s := range Default().Search("v", home, 100) {
		d := h.area(s)
		if ord, ok := Default().Ordinal(s.Value); ok {
			c := Default().At(ord)
			d = h.commune(&c, ord)
		}
		if d < last {
			t.Fatalf("%s comes after something farther", s.Label)
		}
		last = d
	}
}

// TestSearchIsTheSlowWay compares with every line judged and all of them sorted.
func TestSearchIsTheSlowWay(t *testing.T) {
	a := Default()
	for _, place := range []Territory{resolve(t, homeEPT), resolve(t, "dep:13"), {}} {
		h := a.homeOf(place)
		for _, q := range []string{
			"v", "vi", "saint", "st", "sainte", "villeneuve", "vitry", "paris", "94", "val de marne", "val", "france", "orly", "le", "saint d", "mont s",
			"bourg la reine", "communaute de communes", "la reunion", "martinique", "lyon", "marseille 1", "grand", "ile", "rhone", "loire atlantique", "loire 42",
		} {
			got, want := a.Search(q, place, 7), slowly(a, h, strings.Fields(q), 7)
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || got[i].Value != want[i] {
					t.Errorf("%q from %q: %v, want %v", q, place.Value, got, want)
					break
				}
			}
		}
	}
}

func slowly(a *Atlas, h *home, words []string, limit int) []string {
	f := finder{atlas: a, home: h}
	var all []suggestion
	for _, spelling := range [][]string{words, spellOut(slices.Clone(words))} {
		for i := range a.names().lines {
			l := &a.names().lines[i]
			ok := true
			for _, w := range spelling {
				ok = ok && strings.Contains(" "+l.name, " "+w)
			}
			if ok {
				all = append(all, f.suggestion(l, strings.Join(spelling, " ")))
			}
		}
	}
	slices.SortFunc(all, suggestion.compare)
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s.value) && len(out) < limit {
			out = append(out, s.value)
		}
	}
	return out
}

func TestSearchBounds(t *testing.T) {
	home := resolve(t, homeEPT)
	for _, c := range []struct {
		q     string
		limit int
		want  int
	}{
		{"", 10, 0}, {"  -' ", 10, 0}, {"zzzz", 10, 0}, {"a", 0, 0}, {"a", -1, 0}, {"a", 3, 3}, {"a", 1e9, maxSuggestions},
		{strings.Repeat("a ", 50), 10, 0}, {strings.Repeat("é", 1e5), 10, 0}, {"\x00\xff", 10, 0},
	} {
		if got := Default().Search(c.q, home, c.limit); len(got) != c.want {
			t.Errorf("%.10q, limit %d: %d suggestions, want %d", c.q, c.limit, len(got), c.want)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	home := resolve(b, homeEPT)
	for _, q := range []string{"v", "vit", "saint", "villeneuve saint", "nettoyage de bureaux"} {
		b.Run(q, func(b *testing.B) {
			Default().Search(q, home, 10)
			b.ReportAllocs()
			for b.Loop() {
				Default().Search(q, home, 10)
			}
		})
	}
}

func BenchmarkNames(b *testing.B) {
	a := Default()
	b.ReportAllocs()
	for b.Loop() {
		newNames(a)
	}
}

func BenchmarkLocate(b *testing.B) {
	for _, c := range [][2]string{{"VITRY SUR SEINE", "94400"}, {"VITRY CEDEX", "94408"}, {"PARIS 13", ""}} {
		b.Run(c[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Default().Locate(c[0], c[1])
			}
		})
	}
}

func BenchmarkRecognise(b *testing.B) {
	home := resolve(b, homeEPT)
	words := strings.Fields("vitry sur seine nettoyage de bureaux")
	b.ReportAllocs()
	for b.Loop() {
		Default().Recognise(words, home)
	}
}
