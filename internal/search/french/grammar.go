package french

import "strings"

var elisions = set("l d j m t s c n qu jusqu lorsqu puisqu quoiqu presqu")

// stopWords are grammar words, compared before folding so that « sûr » and
// « sur » stay apart. Words that also name things that are bought or places
// (est, son, plus, ton, car) are kept.
var stopWords = set(`a à afin ai ainsi alors as au aucun aucune aussi aux avec avoir avons
	c ce ceci cela celle celles celui ces cet cette ceux chez comme comment
	d dans de des donc dont du elle elles en entre et etc eu eux été être
	faire font il ils j je jusque l la le les leur leurs lors lorsque lui
	m ma mais me mes moi n ne ni nos notre nous on ont ou où
	par parce pas pendant peu pour pourquoi puis qu quand que quel quelle quelles quels qui quoi
	s sa sans se selon sera ses si soi soit sont sous suis sur
	t ta te tes tous toute toutes très tu un une vers via vos votre vous y`)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// role is what a word is to the grammar.
type role uint8

const (
	content role = iota
	stop         // left out
	elision      // left out where an apostrophe joins it to the next word
)

// maxKey is the longest word that a key tells from all others, and the longest
// of the grammar words: every second word is looked up, and one number is
// compared faster than a string.
const maxKey = 8

// keyOf packs the bytes of a word, the last one lowest.
func keyOf(word string) (key uint64) {
	for i := range len(word) {
		key = key<<8 | uint64(word[i])
	}
	return key
}

// roleTable is a hash table of the grammar words. A word that hashes like another
// stands in the next free place; three quarters of the places are free.
type roleTable [1 << roleBits]struct {
	key  uint64
	role role
}

const roleBits = 9

var roles = func() *roleTable {
	t := &roleTable{}
	for w := range elisions {
		t.put(keyOf(w), elision)
	}
	for w := range stopWords {
		t.put(keyOf(w), stop) // « l » is both: left out in any case
	}
	return t
}()

func (t *roleTable) put(key uint64, r role) {
	i := t.place(key)
	t[i].key, t[i].role = key, r
}

func (t *roleTable) of(key uint64) role { return t[t.place(key)].role }

// place is where a key is, or would be: a free place has the key 0.
func (t *roleTable) place(key uint64) uint64 {
	i := key * 0x9e3779b97f4a7c15 >> (64 - roleBits) // Fibonacci hashing
	for t[i].key != key && t[i].key != 0 {
		i = (i + 1) % (1 << roleBits)
	}
	return i
}
