package french

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The fast path reads a text once, by bytes. It knows the letters and digits of
// ASCII, Latin-1 and Latin Extended-A, nearly all that French texts hold; a run
// with any other letter, or with a combining mark, is left to norm.

// plain gives the lower case of an ASCII letter or digit, 0 for any other ASCII
// byte, and wide for the bytes of longer runes.
var plain = func() (out [256]byte) {
	for c := range out {
		switch r := rune(c); {
		case c >= utf8.RuneSelf:
			out[c] = wide
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			out[c] = byte(unicode.ToLower(r))
		}
	}
	return out
}()

const wide = utf8.RuneSelf

// U+0080 to U+017F are each one of four first bytes and one of 64 second ones.
const (
	firstLatin = 0xc2
	lastLatin  = 0xc5
)

// latin is what the fast path knows of each of them. The general code makes it,
// rune by rune, so that the two agree: none of these runes composes with the
// next letter, and the marks that they are taken apart into are dropped.
var latin = func() (out [(lastLatin - firstLatin + 1) << 6]accented) {
	for i := range out {
		r := rune(i + utf8.RuneSelf)
		lower := strings.ToLower(norm.NFC.String(string(r)))
		fold := Fold(lower)
		// İ becomes a plain i and ŉ three bytes: they are left to norm.
		if (unicode.IsLetter(r) || unicode.IsNumber(r)) && len(lower) == 2 && len(fold) <= 2 {
			out[i].lower = uint16(lower[0])<<8 | uint16(lower[1])
			out[i].size = copy(out[i].fold[:], fold)
		}
	}
	return out
}()

type accented struct {
	lower uint16  // the two bytes of the lower case, in order
	fold  [2]byte // é: "e", œ: "oe"
	size  int     // of fold; 0 where the fast path stops
}

// latinAt is the place in latin of the rune at text[i], or -1.
func latinAt(text string, i int) int {
	c := text[i]
	if c < firstLatin || c > lastLatin || i+1 == len(text) || text[i+1]&0xc0 != 0x80 {
		return -1
	}
	return int(c-firstLatin)<<6 | int(text[i+1]&0x3f)
}

// run is a run of letters and digits as the fast path reads it.
type run struct {
	start, end int    // the same when there is none before next
	next       int    // where to read on, after the rune that ended the run
	key        uint64 // of the lower case, see keyOf
	lowest     byte   // of the folded bytes: digits come before 'a'
	folded     bool   // the surface form is not the text's own bytes
	odd        bool   // norm must be asked: the run goes on after end
}

// read reads what comes at from: ASCII gaps, then a run and the gap behind it, or
// a gap that is not ASCII. It fills a run in place rather than return one, whose
// seven fields would be copied for each word.
func (r *run) read(text string, from int) {
	for from < len(text) && plain[text[from]] == 0 {
		from++
	}
	// Plain variables, because the compiler keeps them in registers.
	i, gap, odd := from, 1, false
	key, lowest, changed := uint64(0), byte('z'), byte(0)
	for i < len(text) {
		c := text[i]
		l := plain[c]
		if l == 0 {
			break
		}
		if l != wide {
			key = key<<8 | uint64(l)
			lowest = min(lowest, l)
			changed |= l ^ c
			i++
			continue
		}
		j := latinAt(text, i)
		if j < 0 || latin[j].size == 0 {
			gap, odd = stopAt(text, i)
			break
		}
		key = key<<16 | uint64(latin[j].lower)
		lowest = min(lowest, latin[j].fold[0])
		changed = 1
		i += 2
	}
	r.start, r.end, r.next = from, i, i+gap
	r.key, r.lowest, r.folded, r.odd = key, lowest, changed != 0, odd
}

// stopAt looks at a rune that the fast path does not fold: a gap of some bytes,
// or a part of a word. A mark behind a gap is taken for a part too, and the next
// run left to norm: that is slower, but rare and the same.
func stopAt(text string, i int) (size int, odd bool) {
	r, size := utf8.DecodeRuneInString(text[i:])
	if '\u2000' <= r && r < '\u2070' {
		return size, false // General Punctuation, by far the most frequent: ’ – … and spaces
	}
	return size, unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r)
}

// copies holds the forms that are not pieces of the text, in one block for most
// texts: they live and die together.
type copies struct{ block strings.Builder }

// fold gives the surface form of a run of at most maxRunes bytes; left is how
// much of the text is to come, the run included.
func (c *copies) fold(run string, left int) string {
	var out [maxRunes]byte // no rune folds to more bytes than it has
	n := 0
	for i := 0; i < len(run); i++ {
		l := plain[run[i]]
		if l != wide {
			out[n] = l
			n++
			continue
		}
		a := &latin[latinAt(run, i)]
		out[n], out[n+1] = a.fold[0], a.fold[1]
		n += a.size
		i++
	}
	c.reserve(n, left)
	_, _ = c.block.Write(out[:n])
	return c.last(n)
}

// stem is Stem for a surface form without digits.
func (c *copies) stem(surface string, left int) string {
	keep, add := ending(surface)
	switch {
	case add == "":
		return surface[:keep]
	case keep == 0:
		return add
	}
	c.reserve(keep+len(add), left)
	c.block.WriteString(surface[:keep])
	c.block.WriteString(add)
	return c.last(keep + len(add))
}

func (c *copies) last(n int) string {
	held := c.block.String()
	return held[len(held)-n:]
}

// reserve makes room for n bytes. A new block leaves the strings of the last one
// where they are. A third of a sentence has accents or capitals, a short text,
// most often a name, more; a text that fills its first block is in capitals.
func (c *copies) reserve(n, left int) {
	const short = 48
	if c.block.Cap()-c.block.Len() >= n {
		return
	}
	size := left
	if c.block.Cap() == 0 && left > short {
		size = short + (left-short)/3
	}
	c.block.Reset()
	c.block.Grow(max(n, size))
}
