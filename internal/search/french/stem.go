package french

// irregular maps a folded word to its stem where no rule of endings can: plurals
// in -aux of words in -ail and -au, and the like. All end in x.
// "travaux" is left out: to a buyer, works are not labour, and « travaux de
// peinture » must not find temporary work agencies first.
var irregular = map[string]string{
	"vitraux": "vitrail", "coraux": "corail", "soupiraux": "soupirail",
	"vantaux": "vantail", "baux": "bail", "yeux": "oeil", "cieux": "ciel",
	"materiaux": "materiau", "bestiaux": "bestial",
}

// Stem gives the light stem of a folded word: plural and feminine are taken off,
// nothing that changes the trade that is meant (mobilier is not mobile, traiteur
// is not trait, ménager is not ménage). Words with a digit and words
// of three letters stay as they are.
func Stem(word string) string {
	for i := range len(word) {
		if '0' <= word[i] && word[i] <= '9' {
			return word
		}
	}
	keep, add := ending(word)
	if add == "" {
		return word[:keep] // most words: nothing is copied
	}
	return word[:keep] + add
}

// ending says how many bytes of a word without digits its stem keeps, and what
// follows them. It reads the last letter first: most words are settled by it.
func ending(word string) (keep int, add string) {
	n := len(word)
	if n < 4 {
		return n, ""
	}
	switch word[n-1] {
	case 's':
		if word[n-2] != 's' {
			n--
		}
	case 'x':
		if to, ok := irregular[word]; ok {
			return 0, to
		}
		if n >= 6 && word[n-3:n-1] == "au" && word[n-4] != 'e' && word[n-4] != 'y' {
			return n - 2, "l" // locaux, vegetaux; not bureaux, tuyaux
		}
		n--
	}
	return singularEnding(word[:n])
}

// singularEnding brings the feminine to the masculine and takes off the mute e.
// The -er of verbs stays: it would make one of ménage and ménager.
func singularEnding(w string) (keep int, add string) {
	n := len(w)
	if w[n-1] == 'e' {
		if keep, add = feminine(w); keep > 0 {
			return keep, add
		}
		w = muted(w)
		n = len(w)
	}
	if n < 5 {
		return n, ""
	}
	switch w[n-1] {
	case 'l', 'n', 't':
		if w[n-2] == w[n-1] && w[n-3] == 'e' {
			return n - 1, "" // professionnelle, parisienne
		}
	case 'f':
		if w[n-2] == 'i' {
			return n - 1, "v" // actif, active
		}
	case 'u':
		if w[n-3:] == "iqu" {
			return n - 2, "c" // publique, public
		}
	}
	return n, ""
}

// feminine reads the endings of trades and of those who ply them; it keeps 0
// bytes of any other word.
func feminine(w string) (keep int, add string) {
	n := len(w)
	if n < 6 {
		return 0, ""
	}
	switch last := w[n-4:]; {
	case last == "rice" && n >= 7 && w[n-5] == 't', last == "euse":
		return n - 4, "eur" // animatrice, animateur; laveuse, laveur
	case last == "erie" && n >= 7:
		return n - 4, "ier" // vitrerie, vitrier
	case last == "iere":
		return n - 1, "" // ouvriere, ouvrier
	}
	return 0, ""
}

// muted takes off the e at the end, but from a word that would fall under three
// letters without.
func muted(w string) string {
	n := len(w)
	for n > 0 && w[n-1] == 'e' {
		n--
	}
	if n < 3 {
		return w
	}
	return w[:n]
}
