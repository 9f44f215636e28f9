package territory

import (
	"errors"
	"strings"
	"testing"
)

func FuzzResolve(f *testing.F) {
	for _, seed := range []string{"94081", "dep:94", "2a", "reg:11", homeEPT, "FR", "qpv:QN094001", "", ":", "dep:", "é:é", "\xff", "75056"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, err := Default().Resolve(value)
		if err != nil {
			if !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrQuarter) {
				t.Errorf("%q: %v", value, err)
			}
			return
		}
		again, err := Default().Resolve(got.Value)
		if err != nil || again.Value != got.Value || !again.Communes.Equal(got.Communes) {
			t.Errorf("%q gives %q, which gives %q, %v", value, got.Value, again.Value, err)
		}
		if got.Label == "" || got.Communes.Len() == 0 {
			t.Errorf("%q: label %q, %d communes", value, got.Label, got.Communes.Len())
		}
	})
}

func FuzzLocate(f *testing.F) {
	for _, seed := range [][2]string{
		{"VITRY S/ SEINE", "94400"}, {"PARIS 13E ARRONDISSEMENT", ""}, {"LYON CEDEX 03", "69423"}, {"F-94400 VITRY", ""},
		{"13", "75013"}, {"arrondissement", ""}, {"e", "20000"}, {"\xff", "97"}, {"le", "98400"}, {"", "00000"}, {"S S", "1000"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, city, postal string) {
		got, ok := Default().Locate(city, postal)
		if known, found := Default().Commune(got.Code); ok && (!found || known.Name != got.Name) {
			t.Errorf("%q %q: found the unknown commune %q", city, postal, got.Code)
		}
		upper, same := Default().Locate(strings.ToUpper(Fold(city)), postal)
		if len(city) < maxCity && (same != ok || upper.Code != got.Code) {
			t.Errorf("%q %q: %q, folded %q", city, postal, got.Code, upper.Code)
		}
	})
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{
		"vitry sur seine", "paris 13", "l hay", "94", "ville de tours", "region", "departement 2a", "commune de", "", "st st st",
		"plaine commune", "grand orly seine bievre", "94400",
	} {
		f.Add(seed)
	}
	home := resolve(f, homeEPT)
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Fields(text)
		kept := strings.Join(words, " ")
		got, n, ok := Default().Recognise(words, home)
		if strings.Join(words, " ") != kept {
			t.Errorf("%q: the words of the caller became %q", text, words)
		}
		if !ok {
			if n != 0 || got.Value != "" {
				t.Errorf("%q: nothing, yet %q in %d words", text, got.Value, n)
			}
			return
		}
		if n < 1 || n > len(words) || got.Communes.Len() == 0 {
			t.Errorf("%q: %q in %d of %d words", text, got.Value, n, len(words))
		}
		again, m, ok := Default().Recognise(words[:n], home)
		if !ok || m != n || again.Value != got.Value {
			t.Errorf("%q: alone, the %d words give %q in %d", text, n, again.Value, m)
		}
	})
}
