// Package style shows the design language on one page, outside production: every
// token with its contrast, and the real components of the portal.
package style

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is the design language.
type Page struct {
	layout.Base
	Colours []Colour
	Pairs   []Pair
	Icons   []string // names in the sprite
	Search  part.Search
	Chips   []part.Chip
	Badges  []part.Badge
	Facts   []part.Answer
	Card    part.Card
	Pages   part.Pagination
}

// Colour is one token in both schemes, « #rrggbb ».
type Colour struct{ Name, Light, Dark string }

// Pair is what is read on what, in both schemes.
type Pair struct {
	Front, Back string
	Need        string // « 4,5 »
	Light, Dark Sample
}

// Sample is a pair in one scheme.
type Sample struct {
	Front, Back string // « #rrggbb »
	Contrast    string // « 7,7 »
}

type size struct{ class, name, use string }

// sizes is the type scale, the largest first.
var sizes = []size{
	{"text-display", "44", "Accueil, grands chiffres"}, {"text-large", "30", "Titre d’une fiche, d’un texte"}, {"text-title", "23", "Titre de page, de rubrique"},
	{"text-head", "18", "Titre d’une carte"}, {"text-lead", "17", "Chapeau, champs de recherche"}, {"text-body", "16", "Texte courant, interligne 1,5"},
	{"text-fine", "15", "Faits d’une carte, tableaux"}, {"text-small", "14", "Notes, sources"}, {"text-tiny", "13", "Pastilles, légendes"},
}

type space struct {
	name   string
	pixels string
}

// spaces is the grid of 4 px.
var spaces = []space{{"1", "4"}, {"2", "8"}, {"3", "12"}, {"4", "16"}, {"5", "24"}, {"6", "32"}, {"7", "48"}, {"8", "64"}}
