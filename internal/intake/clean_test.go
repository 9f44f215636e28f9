package intake

import "testing"

// slowly is clean without its short way.
func slowly(s string) string { return clean(s + "\x00") }

func TestClean(t *testing.T) {
	for given, want := range map[string]string{
		"": "", " ": "", "a": "a", "Vitry-sur-Seine": "Vitry-sur-Seine", " a  b ": "a b", "a  b": "a b", " a": "a", "a b": "a b", "a ": "a",
		"Œuvre de l’été «\u00a0ici\u00a0»": "Œuvre de l’été « ici »", "a\u200bb": "ab", "a\tb": "a b", "a\x00b": "a b", "\xff": "\uFFFD",
		"[ND]": "", "nc": "", "NULL": "", "Null": "", "#N/D": "", "#REF!": "", "NC 12": "NC 12", "NCR": "NCR", "[ND] rue": "[ND] rue", "#1": "#1", "e\u0301": "e\u0301",
	} {
		if got := clean(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// FuzzClean holds the short way of clean to the long one.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"a b", "é’«»", "[ND]", "NC", "\u00a0", "a\u200e", "\xc3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := clean(s), slowly(s); got != want {
			t.Errorf("%q: %q, the long way %q", s, got, want)
		}
	})
}
