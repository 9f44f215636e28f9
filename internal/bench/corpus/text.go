package corpus

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/structure"
)

// slot says what goes into a place of a phrase.
type slot byte

const (
	slotNone slot = iota
	slotWord
	slotRare
	slotCustomer
	slotSite
	slotBrand
	slotQuality
	slotMeans
	slotNumber
	slotYear
	slotCity
	slotGesture
)

var slotNames = map[string]slot{
	"mot": slotWord, "rare": slotRare, "client": slotCustomer, "lieu": slotSite, "marque": slotBrand, "qualité": slotQuality,
	"moyen": slotMeans, "nombre": slotNumber, "an": slotYear, "ville": slotCity, "geste": slotGesture,
}

// piece is a literal and the slot after it.
type piece struct {
	text string
	slot slot
}

// phrases are cut into pieces once: cutting them for each structure would cost
// more than everything else.
var phrases = sync.OnceValue(func() map[string][]piece {
	out := map[string][]piece{}
	for _, list := range [][]string{sentences, offers} {
		for _, phrase := range list {
			out[phrase] = pieces(phrase)
		}
	}
	return out
})

func pieces(phrase string) []piece {
	var out []piece
	for {
		before, rest, ok := strings.Cut(phrase, "{")
		if !ok {
			return append(out, piece{text: before})
		}
		name, after, _ := strings.Cut(rest, "}")
		out = append(out, piece{before, slotNames[name]})
		phrase = after
	}
}

// write expands a phrase into the scratch text, with a capital.
func (d *draft) write(phrase string, t trade) {
	start := len(d.text)
	for _, p := range phrases()[phrase] {
		d.text = append(d.text, p.text...)
		d.fill(p.slot, t)
	}
	r, size := utf8.DecodeRune(d.text[start:])
	if up := unicode.ToUpper(r); utf8.RuneLen(up) == size {
		utf8.EncodeRune(d.text[start:start+size], up)
	}
}

func (d *draft) fill(s slot, t trade) {
	switch s {
	case slotWord:
		d.text = append(d.text, pick(&d.dice, t.words)...)
	case slotRare:
		d.rare()
	case slotCustomer:
		d.text = append(d.text, common(&d.dice, customers)...)
	case slotSite:
		d.text = append(d.text, common(&d.dice, sites)...)
	case slotBrand:
		d.text = append(d.text, common(&d.dice, d.g.brands)...)
	case slotQuality:
		d.text = append(d.text, common(&d.dice, qualities)...)
	case slotMeans:
		d.text = append(d.text, common(&d.dice, means)...)
	case slotNumber:
		d.text = strconv.AppendInt(d.text, int64(2+d.rank(400)), 10)
	case slotYear:
		d.text = strconv.AppendInt(d.text, int64(2025-d.below(45)), 10)
	case slotCity:
		d.text = append(d.text, d.place.Name...)
	case slotGesture:
		d.text = append(d.text, common(&d.dice, gestures)...)
	}
}

// rare writes a word of the long tail: most of them are in one structure or two.
func (d *draft) rare() {
	n := d.rank(len(syllables) * len(syllables) * len(endings))
	d.text = append(d.text, syllables[n%len(syllables)]...)
	n /= len(syllables)
	d.text = append(d.text, syllables[n%len(syllables)]...)
	d.text = append(d.text, endings[n/len(syllables)]...)
}

// describe writes a description of some sentences.
func (d *draft) describe(n int) {
	d.text = d.text[:0]
	for i := range n {
		if i > 0 {
			d.text = append(d.text, ' ')
		}
		d.write(pick(&d.dice, sentences), d.main)
	}
	d.Description = string(d.text)
}

// offer says what an activity sells.
func (d *draft) offer(t trade) string {
	d.text = d.text[:0]
	for i := range 1 + d.rank(3) {
		if i > 0 {
			d.text = append(d.text, " ; "...)
		}
		d.write(pick(&d.dice, offers), t)
	}
	return string(d.text)
}

// customer is one that a supplier names.
func (d *draft) customer() string {
	return pick(&d.dice, []string{"Ville de ", "Département ", "Office de l’habitat de ", "Hôpital de ", "Lycée de "}) + d.g.places.draw(&d.dice).Name
}

// companyName is a coined name, often with the trade or the form before it.
func (d *draft) companyName() string {
	d.text = d.text[:0]
	if d.chance(40) {
		d.text = append(append(d.text, common(&d.dice, forms)...), ' ')
	}
	if d.chance(35) {
		d.text = append(append(d.text, capital(d.main.words[0])...), ' ')
	}
	if d.chance(50) {
		d.text = append(d.text, pick(&d.dice, d.g.brands)...)
	} else {
		start := len(d.text)
		d.rare()
		d.text[start] = byte(unicode.ToUpper(rune(d.text[start]))) // #nosec G115 -- syllables are ASCII
	}
	return string(d.text)
}

func (d *draft) supplierName() string {
	name := pick(&d.dice, houses)
	if d.chance(50) {
		name += " " + capital(pick(&d.dice, d.main.words))
	}
	return name + " " + pick(&d.dice, d.g.brands)
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// days around Today, by their distance from it.
var days = sync.OnceValue(func() map[int]structure.Date {
	out := map[int]structure.Date{}
	for n := -200; n <= 200; n++ {
		out[n] = Today.AddDays(n)
	}
	return out
})

func day(n int) structure.Date { return days()[n] }
