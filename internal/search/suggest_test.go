package search_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/search"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

func suggestFixture(t testing.TB, list ...structure.Structure) *search.Engine {
	t.Helper()
	return newFixture(t, list...).open(t)
}

func suggested(t testing.TB, e *search.Engine, text string) query.Suggestions {
	t.Helper()
	got, err := e.Suggest(context.Background(), text)
	if err != nil {
		t.Fatalf("Suggest(%q): %v", text, err)
	}
	return got
}

// of lists the values of one kind.
func of(s query.Suggestions, kind query.SuggestionKind) []string {
	var out []string
	for _, item := range s.Items {
		if item.Kind == kind {
			out = append(out, item.Value)
		}
	}
	return out
}

func TestSuggest(t *testing.T) {
	e := suggestFixture(t)
	cases := []struct {
		text string
		kind query.SuggestionKind
		want query.Suggestion // the first of its kind
	}{
		{"nettoyage de l", query.SuggestSector, query.Suggestion{Value: "nettoyage-locaux", Label: "Nettoyage de locaux et de bureaux"}},
		{"MENAG", query.SuggestSector, query.Suggestion{Value: "nettoyage-locaux", Label: "Nettoyage de locaux et de bureaux", Detail: "ménage"}},
		{"nettoy", query.SuggestSector, query.Suggestion{Value: "nettoyage-locaux", Label: "Nettoyage de locaux et de bureaux"}}, // by « nettoyage », which the label says
		{"propreté hyg", query.SuggestSector, query.Suggestion{Value: "proprete", Label: "Propreté et hygiène", Detail: "9 secteurs"}},
		{"vit", query.SuggestTerritory, query.Suggestion{Value: "94081", Label: "Vitry-sur-Seine", Detail: "Val-de-Marne (94)"}},
		{"val de m", query.SuggestTerritory, query.Suggestion{Value: "dep:94", Label: "Val-de-Marne (94)", Detail: "département"}},
		{"ile de france", query.SuggestTerritory, query.Suggestion{Value: "reg:11", Label: "Île-de-France", Detail: "région"}},
		{"94400", query.SuggestTerritory, query.Suggestion{Value: "94081", Label: "Vitry-sur-Seine", Detail: "Val-de-Marne (94)"}},
		{"909113", query.SuggestCPV, query.Suggestion{Value: "90911300", Label: "Nettoyage de vitres", Detail: "Services de nettoyage de vitres"}},
	}
	for _, c := range cases {
		got := suggested(t, e, c.text)
		at := slices.IndexFunc(got.Items, func(s query.Suggestion) bool { return s.Kind == c.kind })
		if c.want.Kind = c.kind; at < 0 || got.Items[at] != c.want {
			t.Errorf("%q: %+v, want %+v", c.text, got.Items, c.want)
		}
		if got.Corrected != "" {
			t.Errorf("%q is corrected to %q", c.text, got.Corrected)
		}
	}
}

// TestANameIsSuggestedAllTheWay loses no name between the first and the last letter
// of a short word.
func TestANameIsSuggestedAllTheWay(t *testing.T) {
	list := many(2)
	list[0].Name, list[1].Name = "Racadel Hygiène EA", "Racadel Hygiène Services"
	e := suggestFixture(t, list...)
	for text, want := range map[string][]string{"racadel hygiene": {"Racadel Hygiène EA", "Racadel Hygiène Services"}, "racadel hygiene e": {"Racadel Hygiène EA"}, "racadel hygiene ea": {"Racadel Hygiène EA"}} {
		var got []string
		for _, s := range suggested(t, e, text).Items {
			if s.Kind == query.SuggestStructure {
				got = append(got, s.Label)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q suggests %q, want %q", text, got, want)
		}
	}
}

func TestSuggestionsAreGroupedAndFew(t *testing.T) {
	order := []query.SuggestionKind{query.SuggestSector, query.SuggestTerritory, query.SuggestCPV, query.SuggestStructure}
	list := many(9)
	for i := range list {
		list[i].Name = fmt.Sprintf("Entretien %c et fils", 'a'+i)
	}
	e := suggestFixture(t, list...)
	for _, text := range []string{"en", "entretien", "e", "90", "vi"} {
		last, count := 0, map[query.SuggestionKind]int{}
		for _, s := range suggested(t, e, text).Items {
			at := slices.Index(order, s.Kind)
			if at < last {
				t.Errorf("%q: %s after %s", text, s.Kind, order[last])
			}
			last = at
			if count[s.Kind]++; count[s.Kind] > query.MaxSuggestions {
				t.Errorf("%q: more than %d of %s", text, query.MaxSuggestions, s.Kind)
			}
			if s.Label == "" || s.Value == "" {
				t.Errorf("%q: %+v", text, s)
			}
		}
	}
	if got := of(suggested(t, e, "entretien"), query.SuggestStructure); len(got) != query.MaxSuggestions {
		t.Errorf("%d structures of nine", len(got))
	}
}

// A code is offered with what choosing it asks for.
func TestSuggestedCodesSayWhatTheyFind(t *testing.T) {
	for _, s := range suggested(t, suggestFixture(t), "9091").Items {
		if s.Kind == query.SuggestCPV && s.Value == "90910000" {
			if s.Label == "" || !strings.HasPrefix(s.Detail, "et ") {
				t.Errorf("%+v does not say that several sectors sell it", s)
			}
			return
		}
	}
	t.Error("90910000 is not offered for 9091")
}

func TestSuggestNames(t *testing.T) {
	closed := named("aaaaaaaaaaaaaaa4", "Atelier fermé du Val")
	closed.Closed = true
	trade := named("aaaaaaaaaaaaaaa3", "SARL Dupont")
	trade.TradeName, trade.Address.City = "Atelier du Val", "Orly"
	second := named("aaaaaaaaaaaaaaa2", "Le Grand Atelier du Val")
	second.Address.City = "Thiais"
	e := suggestFixture(t, named("aaaaaaaaaaaaaaa5", "Rien"), closed, trade, second)
	cases := []struct{ text, want string }{
		{"atelier", "aaaaaaaaaaaaaaa3 aaaaaaaaaaaaaaa2"}, // who starts with it, then who holds it
		{"ATELIER DU VA", "aaaaaaaaaaaaaaa3 aaaaaaaaaaaaaaa2"},
		{"dupont sar", "aaaaaaaaaaaaaaa3"}, // in any order; the last may be a beginning
		{"atel val", ""},                   // only the last
		{"sarl dup", "aaaaaaaaaaaaaaa3"},
		{"a", ""}, // one letter is in most names
		{"fermé", ""},
	}
	for _, c := range cases {
		if got := strings.Join(of(suggested(t, e, c.text), query.SuggestStructure), " "); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
	for _, s := range suggested(t, e, "atelier").Items {
		if s.Value == "aaaaaaaaaaaaaaa3" && (s.Label != "SARL Dupont" || s.Detail != "Atelier du Val, Orly") {
			t.Errorf("found by its trade name: %+v", s)
		}
		if s.Value == "aaaaaaaaaaaaaaa2" && s.Detail != "Thiais" {
			t.Errorf("the city is not said: %+v", s)
		}
	}
}

// Equal treatment: among names that answer alike nobody is always first.
func TestSuggestedNamesAreShuffledByTheDay(t *testing.T) {
	var list []structure.Structure
	for i := range 12 {
		list = append(list, named(fmt.Sprintf("aaaaaaaaaaaaaa%c2", 'a'+i), "Jumelle "+strings.Repeat("x", i+1)))
	}
	f := newFixture(t, list...)
	clock := now()
	f.options.Now = func() time.Time { return clock }
	e := f.open(t)
	first := of(suggested(t, e, "jumelle"), query.SuggestStructure)
	if again := of(suggested(t, e, "jumelle"), query.SuggestStructure); !slices.Equal(first, again) {
		t.Errorf("the same day gives %v and %v", first, again)
	}
	clock = clock.AddDate(0, 0, 1)
	if next := of(suggested(t, e, "jumelle"), query.SuggestStructure); slices.Equal(first, next) {
		t.Errorf("two days give the same five of twelve: %v", first)
	}
}

func TestSuggestMendsWhatNothingAnswers(t *testing.T) {
	e := suggestFixture(t, named("aaaaaaaaaaaaaaa2", "Vitrerie Nitoyage"))
	cases := []struct{ text, corrected, first string }{
		{"netoyage", "nettoyage", "nettoyage-locaux"},
		{"Netoyage de locaux", "nettoyage de locaux", "nettoyage-locaux"},
		{"menaje", "ménage", "nettoyage-locaux"},
		{"netoy", "nettoyage", "nettoyage-locaux"}, // while it is being typed
		{"vitri sur seine", "Vitry sur seine", "94081"},
		{"chosiy le roi", "Choisy le roi", "94022"},
		{"nitoyage", "", "aaaaaaaaaaaaaaa2"}, // a name answers: nothing to mend
		{"nettoyage", "", "nettoyage-locaux"},
		{"nettoyage zzzzzzz", "", ""}, // mended or not, nothing answers
		{"qsdfghjklm", "", ""},
		{"zzz", "", ""},
	}
	for _, c := range cases {
		got := suggested(t, e, c.text)
		first := ""
		if len(got.Items) > 0 {
			first = got.Items[0].Value
		}
		if got.Corrected != c.corrected || first != c.first {
			t.Errorf("%q: corrected %q, first %q, want %q, %q", c.text, got.Corrected, first, c.corrected, c.first)
		}
	}
}

func TestSuggestNothing(t *testing.T) {
	e := suggestFixture(t, named("aaaaaaaaaaaaaaa2", "Atelier"))
	for _, text := range []string{"", "  ", "!?", "\xff", "le", strings.Repeat("a", query.MaxTextBytes+1), strings.Repeat("nettoyage ", query.MaxWords+1)} {
		if got := suggested(t, e, text); len(got.Items) > 0 && text != "le" || got.Corrected != "" {
			t.Errorf("%.20q suggests %+v", text, got)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Suggest(ctx, "atelier"); !errors.Is(err, context.Canceled) {
		t.Errorf("after the deadline: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Suggest(context.Background(), "atelier"); !errors.Is(err, search.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func BenchmarkSuggest(b *testing.B) {
	e := suggestFixture(b)
	for _, text := range []string{"e", "sa", "nettoyage de bur", "9091", "netoyage de bureux"} {
		b.Run(text, func(b *testing.B) {
			suggested(b, e, text)
			b.ReportAllocs()
			for b.Loop() {
				suggested(b, e, text)
			}
		})
	}
}
