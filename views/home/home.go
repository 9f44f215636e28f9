// Package home is the first page.
package home

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is the home page.
type Page struct {
	layout.Base
	Search   part.Search
	Examples []part.Link // searches to try
	Heading  string
	Place    string // « dans le Val-de-Marne », « sur le territoire … »
	Total    int
	All      string // search of what serves the home territory
	Latest   string // the same, the newest first
	Figures  []part.Count
	Bases    []part.Count
	Groups   []Group
	Doors    []Door
	News     []News
}

// Door is what one kind of user finds here.
type Door struct {
	Icon  string // of the sprite
	Who   string // « Vous achetez »
	Text  string
	Links []part.Link
}

// News is a sheet that was added or changed lately.
type News struct {
	Name   string
	URL    string
	Badges []part.Badge
	Place  string
	What   string // « Nouvelle fiche »
	Day    string // « 12 nov. 2026 »
	ISO    string // « 2026-11-12 »
	Source string // who said it last
}

// Group is a sector group.
type Group struct {
	Icon     string // of the sprite
	Label    string
	Examples string // « Nettoyage de locaux, vitrerie »
	Count    int
	URL      string
}
