package french

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The reference is how words were cut before the fast path, rune by rune and
// through norm: slow and plain. It shares nothing with the package but the type
// Word and the lists of grammar words, so that a rule broken in one shows. Who
// changes a rule changes it here too.

func refWords(text string) []Word {
	var out []Word
	for start, end := refNextRun(text, 0); start < end; start, end = refNextRun(text, end) {
		if refElided(text, start, end) {
			continue
		}
		lower := strings.ToLower(norm.NFC.String(text[start:end]))
		if stopWords[lower] {
			continue
		}
		if surface := refFold(lower); surface != "" {
			out = append(out, Word{Start: start, End: end, Surface: surface, Stem: refStem(surface)})
		}
	}
	return out
}

func refNextRun(text string, from int) (start, end int) {
	start = -1
	for i, r := range text[from:] {
		word := unicode.IsLetter(r) || unicode.IsNumber(r) || (start >= 0 && unicode.Is(unicode.M, r))
		switch {
		case word && start < 0:
			start = from + i
		case !word && start >= 0:
			return start, from + i
		}
	}
	if start < 0 {
		return len(text), len(text)
	}
	return start, len(text)
}

func refElided(text string, start, end int) bool {
	r, size := utf8.DecodeRuneInString(text[end:])
	if r != '\'' && r != '’' && r != 'ʼ' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[end+size:])
	return unicode.IsLetter(next) && elisions[strings.ToLower(text[start:end])]
}

func refFold(lower string) string {
	if refIsASCII(lower) {
		return lower[:min(len(lower), maxRunes)]
	}
	var b strings.Builder
	n := 0
	for _, r := range norm.NFKD.String(lower) {
		if n == maxRunes {
			break
		}
		switch {
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			continue
		}
		n++
	}
	return b.String()
}

func refIsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var refIrregular = map[string]string{
	"vitraux": "vitrail", "coraux": "corail", "soupiraux": "soupirail",
	"vantaux": "vantail", "baux": "bail", "yeux": "oeil", "cieux": "ciel",
	"materiaux": "materiau", "bestiaux": "bestial", "landaus": "landau",
}

func refStem(word string) string {
	if to, ok := refIrregular[word]; ok {
		word = to
	}
	if len(word) < 4 || strings.ContainsAny(word, "0123456789") {
		return word
	}
	return refEnding(refSingular(word))
}

func refSingular(w string) string {
	switch n := len(w); {
	case strings.HasSuffix(w, "eaux"), n >= 6 && refEndsIn(w, "yaux", "eux", "oux"):
		return w[:n-1] // bureaux, tuyaux, bijoux
	case n >= 6 && strings.HasSuffix(w, "aux"):
		return w[:n-2] + "l" // locaux, vegetaux
	case strings.HasSuffix(w, "ss"):
		return w
	case refEndsIn(w, "s", "x"):
		return w[:n-1]
	}
	return w
}

func refEnding(w string) string {
	if masculine, ok := refFeminine(w); ok {
		return masculine
	}
	w = strings.TrimRight(w, "e") + refKeepShort(w)
	switch n := len(w); {
	case n < 5:
	case refEndsIn(w, "ell", "enn", "ett"):
		return w[:n-1] // professionnelle, parisienne
	case strings.HasSuffix(w, "if"):
		return w[:n-1] + "v" // actif, active
	case strings.HasSuffix(w, "iqu"):
		return w[:n-2] + "c" // publique, public
	}
	return w
}

func refFeminine(w string) (masculine string, ok bool) {
	switch n := len(w); {
	case n >= 7 && strings.HasSuffix(w, "trice"):
		return w[:n-4] + "eur", true // animatrice, animateur
	case n >= 6 && strings.HasSuffix(w, "euse"):
		return w[:n-4] + "eur", true // laveuse, laveur
	case n >= 7 && strings.HasSuffix(w, "erie"), n >= 6 && strings.HasSuffix(w, "iere"):
		return w[:n-4] + "ier", true // vitrerie, vitrier; ouvriere, ouvrier
	}
	return "", false
}

func refKeepShort(w string) string {
	if len(strings.TrimRight(w, "e")) < 3 {
		return w[len(strings.TrimRight(w, "e")):]
	}
	return ""
}

func refEndsIn(w string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
