package french

import "strings"

// irregular maps a folded word to the one whose stem it shares, where no rule
// of endings can: plurals in -aux of words in -ail and -au, and the like.
// "travaux" is left out: to a buyer, works are not labour, and « travaux de
// peinture » must not find temporary work agencies first.
var irregular = map[string]string{
	"vitraux": "vitrail", "coraux": "corail", "soupiraux": "soupirail",
	"vantaux": "vantail", "baux": "bail", "yeux": "oeil", "cieux": "ciel",
	"materiaux": "materiau", "bestiaux": "bestial", "landaus": "landau",
}

// Stem gives the light stem of a folded word: plural and feminine are taken off,
// nothing that changes the trade that is meant (mobilier is not mobile, traiteur
// is not trait, ménager is not ménage). Words with a digit and words
// of three letters stay as they are.
func Stem(word string) string {
	if to, ok := irregular[word]; ok {
		word = to
	}
	if len(word) < 4 || strings.ContainsAny(word, "0123456789") {
		return word
	}
	return ending(singular(word))
}

// singular takes the plural mark off.
func singular(w string) string {
	switch n := len(w); {
	case strings.HasSuffix(w, "eaux"), n >= 6 && endsIn(w, "yaux", "eux", "oux"):
		return w[:n-1] // bureaux, tuyaux, bijoux
	case n >= 6 && strings.HasSuffix(w, "aux"):
		return w[:n-2] + "l" // locaux, vegetaux
	case strings.HasSuffix(w, "ss"):
		return w
	case endsIn(w, "s", "x"):
		return w[:n-1]
	}
	return w
}

// ending brings the feminine to the masculine and takes off the mute e. The -er
// of verbs stays: it would make one of ménage and ménager.
func ending(w string) string {
	if masculine, ok := feminine(w); ok {
		return masculine
	}
	w = strings.TrimRight(w, "e") + keepShort(w)
	switch n := len(w); {
	case n < 5:
	case endsIn(w, "ell", "enn", "ett"):
		return w[:n-1] // professionnelle, parisienne
	case strings.HasSuffix(w, "if"):
		return w[:n-1] + "v" // actif, active
	case strings.HasSuffix(w, "iqu"):
		return w[:n-2] + "c" // publique, public
	}
	return w
}

// feminine reads the endings of trades and of those who ply them.
func feminine(w string) (masculine string, ok bool) {
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

// keepShort gives back an e to a word that would fall under three letters without.
func keepShort(w string) string {
	if len(strings.TrimRight(w, "e")) < 3 {
		return w[len(strings.TrimRight(w, "e")):]
	}
	return ""
}

func endsIn(w string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
