package reach

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestWordsKeepNothingThatNamesSomebody(t *testing.T) {
	split := func(s string) []string { return strings.Fields(strings.ToLower(s)) }
	for text, want := range map[string]string{
		"Nettoyage bureaux":                     "nettoyage bureaux",
		"nettoyage camille.roux@ville.example":  "nettoyage",
		"traiteur 0612345678 vitry":             "traiteur vitry",
		"80808080800017":                        "",
		"FR7612 menuiserie":                     "menuiserie",
		"http://exemple.fr/x peinture":          "peinture",
		"de la tonte tonte":                     "tonte",
		"élagage":                               "", // split folds: what is not plain is not ours
		strings.Repeat("a", MaxWord+1):          "",
		strings.Repeat("a", MaxWord):            strings.Repeat("a", MaxWord),
		"aaa bbb ccc ddd eee fff ggg hhh":       "aaa bbb ccc ddd eee fff",
		"01 23 45 67 89 jardin":                 "jardin",
		"<script>alert</script> espaces 'verts": "espaces",
	} {
		if got := strings.Join(Words(text, split), " "); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestMonths(t *testing.T) {
	if got := Months("2026-01-31", 3); !slices.Equal(got, []string{"2025-11", "2025-12", "2026-01"}) {
		t.Error(got)
	}
	for month, want := range map[string]bool{"2024-10": true, "2024-11": false, "2026-11": false} {
		if Lapsed(month, "2026-11-28") != want {
			t.Errorf("%s lapsed: %v", month, !want)
		}
	}
}

func TestAddBoundsWords(t *testing.T) {
	var m Month
	for i := range MaxWords {
		m.Add(&Month{Words: map[string]int64{fmt.Sprint("rare", i): 1}})
	}
	m.Add(&Month{Found: 2, Viewed: 1, Invited: 1, Words: map[string]int64{"jardin": 7}})
	if len(m.Words) != MaxWords || m.Words["jardin"] != 7 || m.Found != 2 || m.Viewed != 1 || m.Invited != 1 {
		t.Errorf("%d words, jardin %d, %d %d %d", len(m.Words), m.Words["jardin"], m.Found, m.Viewed, m.Invited)
	}
	for word := range m.Words {
		m.Words[word] = 2
	}
	m.Add(&Month{Words: map[string]int64{"tonte": 1}})
	if len(m.Words) != MaxWords || m.Words["tonte"] != 0 {
		t.Errorf("a word drove out what others have searched for: %d words", len(m.Words))
	}
}

// What is few is not told, nor what it could be computed from.
func TestSummarise(t *testing.T) {
	months := []string{"2026-09", "2026-10", "2026-11"}
	few, none := Figure{Few: true}, Figure{}
	for _, c := range []struct {
		name   string
		found  [3]int64
		rows   [3]Figure
		want   Figure
		nobody bool
	}{
		{"nobody", [3]int64{}, [3]Figure{}, none, true},
		{"few in all", [3]int64{1, 0, 3}, [3]Figure{few, none, few}, few, false},
		{"few each, five in all", [3]int64{2, 0, 3}, [3]Figure{few, none, few}, Figure{N: 5, AtLeast: true}, false},
		{"few each, twelve in all", [3]int64{4, 4, 4}, [3]Figure{few, few, few}, Figure{N: 5, AtLeast: true}, false},
		{"one of few", [3]int64{34, 4, 20}, [3]Figure{{N: 34}, few, {N: 20}}, Figure{N: 54, AtLeast: true}, false},
		{"all shown", [3]int64{5, 0, 20}, [3]Figure{{N: 5}, none, {N: 20}}, Figure{N: 25}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stored []Month
			for i, n := range c.found {
				stored = append(stored, Month{Structure: "a", Month: months[i], Found: n})
			}
			s := Summarise(stored, months)
			for i := range months {
				if s.Rows[i].Found != c.rows[i] || s.Rows[i].Month != months[i] {
					t.Errorf("%s: %+v", months[i], s.Rows[i])
				}
			}
			if s.Found != c.want || s.Nothing() != c.nobody {
				t.Errorf("total %+v, nobody %v", s.Found, s.Nothing())
			}
		})
	}
}

func TestWordsAreShownFromFiveVisitors(t *testing.T) {
	stored := []Month{
		{Month: "2026-10", Words: map[string]int64{"jardin": 3, "tonte": 4, "haie": 5}},
		{Month: "2026-11", Words: map[string]int64{"jardin": 3}},
		{Month: "2020-01", Words: map[string]int64{"tonte": 50}},
	}
	s := Summarise(stored, []string{"2026-10", "2026-11"})
	if want := []Word{{"jardin", 6}, {"haie", 5}}; !slices.Equal(s.Words, want) {
		t.Errorf("%v, not %v", s.Words, want)
	}
}

type key string

func (k key) Token(purpose, object string, n int64) string {
	return fmt.Sprintf("%s-%s-%d-%d", k, purpose, len(object), n)
}

func TestTicket(t *testing.T) {
	const today = structure.Date("2026-11-28")
	full := Ticket{Kind: Found, Day: today, Structures: []string{"aaa", "bbb"}, Words: []string{"jardin", "tonte"}}
	signed := full.Sign(key("k"))
	if again := full.Sign(key("k")); again != signed {
		t.Errorf("the same page has two tickets: %s, %s", signed, again)
	}
	got, err := Open(key("k"), signed, today)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(full) {
		t.Errorf("%+v, %v", got, err)
	}
	plain := Ticket{Kind: Viewed, Day: today, Structures: []string{"aaa"}}
	if got, err := Open(key("k"), plain.Sign(key("k")), today.AddDays(1)); err != nil || fmt.Sprint(got) != fmt.Sprint(plain) {
		t.Errorf("of before midnight: %+v, %v", got, err)
	}
	crowded := Ticket{Kind: Found, Day: today, Structures: strings.Split(strings.Repeat("a,", 101)[:201], ",")}
	for name, c := range map[string]struct {
		signed string
		day    structure.Date
		want   error
	}{
		"of two days ago": {signed, today.AddDays(2), ErrStale},
		"of tomorrow":     {signed, today.AddDays(-1), ErrStale},
		"another word":    {strings.Replace(signed, "tonte", "tonte,x", 1), today, ErrForged},
		"another key":     {full.Sign(key("other")), today, ErrForged},
		"nothing":         {"", today, ErrForged},
		"no token":        {"found 2026-11-28 aaa ", today, ErrForged},
		"too long":        {strings.Repeat("x", MaxTicket+1), today, ErrForged},
		"too many":        {crowded.Sign(key("k")), today, ErrForged},
	} {
		if _, err := Open(key("k"), c.signed, c.day); err != c.want { //nolint:errorlint // these are told as they are
			t.Errorf("%s: %v, not %v", name, err, c.want)
		}
	}
}
