package corpus

import "sourcier/internal/structure"

// PlantedCount is how many structures are planted, from MinSize on.
const (
	PlantedCount = 300
	MinSize      = 10_000
	plantEvery   = 33
)

// What the planted structures alone hold, to ask for them: words that nothing
// else says, a label that nobody else has, and the sectors of plantedSectors.
const (
	RareWord   = "dinanderie"     // of all
	RareHalf   = "taillanderie"   // of one in two
	RarePhrase = "feuille d’or"   // of one in three, after « à la »
	RareLabel  = "main-d-orfevre" // of all
)

// RareSectors are the sectors of the planted: all sell the first, one in two
// the second.
func RareSectors() []string { return plantedSectors }

// Planted reports whether the structure of the number is one of those that a
// selective query asks for, the same at each size. They stand 33 apart, so that
// no engine finds them on one page of its storage.
func Planted(i int) bool { return i%plantEvery == 0 && i/plantEvery < PlantedCount }

// plant adds what only the planted structures hold; the rest stays as it was
// drawn, so that filters cut them like any others.
func (d *draft) plant(i int) {
	n := i / plantEvery
	words := " Atelier de " + RareWord
	if n%2 == 0 {
		words += " et de " + RareHalf
	}
	if n%3 == 0 {
		words += ", pose à la " + RarePhrase
	}
	d.Description += words + "."
	d.Labels = append(d.Labels, structure.Label{Code: RareLabel, Name: "Main d’orfèvre", From: "2025-01-01", To: "2027-12-31"})
	first := d.activity(d.g.planted[0])
	first.Sectors = first.Sectors[:1]
	d.Activities = append(d.Activities, first)
	if n%2 == 0 {
		second := d.activity(d.g.planted[1])
		second.Sectors = second.Sectors[:1]
		d.Activities = append(d.Activities, second)
	}
}
