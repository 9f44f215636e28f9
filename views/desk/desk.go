// Package desk is the frame of the pages of who is signed in: a navigation beside the
// page, what was just done, lists that become stacks on a narrow screen.
package desk

import (
	"slices"

	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page is what the frame needs to know.
type Page struct {
	layout.Base
	Area    Area
	Current string // path of the entry of the area that is shown, "" = none
	Heading string
	Done    string      // what was just done, "" for nothing
	Above   []part.Link // pages between the area and this one
}

// Area is a set of pages that belong together.
type Area struct {
	Name    string // "Mon compte"
	Long    bool   // too many entries for a narrow screen, where the first page lists them
	Entries []Entry
}

// Entry is a page of an area.
type Entry struct {
	Path, Label string
	Count       int // of what waits there, 0 = nothing
}

// Account is the area of a person. Administration has its own.
var Account = Area{Name: "Mon compte", Entries: []Entry{
	{Path: "/compte", Label: "Profil et rôles"},
	{Path: "/organisations", Label: "Organisations"},
	{Path: "/mes-invitations", Label: "Invitations"},
	{Path: "/compte/notifications", Label: "Notifications"},
	{Path: "/compte/messages", Label: "Messages envoyés"},
	{Path: "/compte/sessions", Label: "Connexions ouvertes"},
	{Path: "/compte/donnees", Label: "Données personnelles"},
}}

// Buying is the area of buyers.
var Buying = Area{Name: "Mes achats", Long: true, Entries: []Entry{
	{Path: "/programme", Label: "Programme d’achats"},
	{Path: "/programme/etudes", Label: "Études de réservation"},
	{Path: "/programme/avis", Label: "Avis et décisions"},
	{Path: "/programme/revues", Label: "Revues de marchés"},
	{Path: "/sourcages", Label: "Sourçages"},
	{Path: "/programme/contrats", Label: "Marchés en cours"},
	{Path: "/programme/import", Label: "Importer un fichier"},
	{Path: "/programme/reglages", Label: "Réglages"},
	{Path: "/listes", Label: "Listes de structures"},
	{Path: "/recherches", Label: "Recherches et alertes"},
}}

// Hosting is the area of events.
var Hosting = Area{Name: "Événements", Entries: []Entry{
	{Path: "/evenements", Label: "Événements"},
}}

// Giving is the area of who gives the labels of an organisation.
var Giving = Area{Name: "Mon organisation", Entries: []Entry{{Path: "/labels", Label: "Labels"}}}

// Network is the area of a network.
var Network = Area{Name: "Mon réseau", Entries: []Entry{
	{Path: "/reseau", Label: "Membres"},
	{Path: "/labels", Label: "Labels"},
}}

// Administration is the area of administrators.
var Administration = Area{Name: "Administration", Entries: []Entry{
	{Path: "/administration", Label: "Vue d’ensemble"},
	{Path: "/administration/moderation", Label: "Modération"},
	{Path: "/administration/doublons", Label: "Doublons"},
	{Path: "/administration/organisations", Label: "Organisations"},
	{Path: "/administration/personnes", Label: "Personnes"},
	{Path: "/administration/messages", Label: "Courriels"},
	{Path: "/administration/imports", Label: "Imports"},
	{Path: "/administration/journal", Label: "Journal"},
	{Path: "/administration/conservation", Label: "Conservation"},
	{Path: "/administration/seuils", Label: "Seuils et délais"},
}}

// OwnSheetsPath is where a structure keeps its sheets.
const OwnSheetsPath = "/mes-fiches"

// OwnSheet is the area of one sheet, for who writes it; name is that of the structure.
// A screen of a sheet has its entry here.
func OwnSheet(id, name string) Area {
	at := OwnSheetsPath + "/" + id
	return Area{Name: name, Long: true, Entries: []Entry{
		{Path: at, Label: "Vue d’ensemble"},
		{Path: at + "/activites", Label: "Activités"},
		{Path: at + "/presentation", Label: "Présentation"},
		{Path: at + "/offres", Label: "Offres"},
		{Path: at + "/references", Label: "Références"},
		{Path: at + "/labels", Label: "Labels"},
		{Path: at + "/logo", Label: "Logo"},
		{Path: at + "/coordonnees", Label: "Coordonnées"},
		{Path: at + "/adresse", Label: "Adresse"},
		{Path: at + "/contacts", Label: "Contacts par sujet"},
		{Path: at + "/historique", Label: "Historique"},
		{Path: at + "/bilan", Label: "Ce que le portail m’apporte"},
	}}
}

// Without is the area less the entry at a path.
func (a Area) Without(path string) Area {
	a.Entries = slices.DeleteFunc(slices.Clone(a.Entries), func(e Entry) bool { return e.Path == path })
	return a
}

// Only is the area with the entries at some paths alone.
func (a Area) Only(paths ...string) Area {
	a.Entries = slices.DeleteFunc(slices.Clone(a.Entries), func(e Entry) bool { return !slices.Contains(paths, e.Path) })
	return a
}

// Supplying is the area of structures that buyers ask.
var Supplying = Area{Name: "Ma structure", Entries: []Entry{
	{Path: OwnSheetsPath, Label: "Mes fiches"},
	{Path: "/mes-sourcages", Label: "Mes sourçages"},
	{Path: "/groupements", Label: "Mes groupements"},
}}

// Groupements is the area of structures that answer together.
var Groupements = Area{Name: "Groupements", Entries: []Entry{
	{Path: "/groupements", Label: "Mes groupements"},
	{Path: "/groupements/nouveau", Label: "Créer un groupement"},
}}

// Waiting is the area with what waits at its entries, by path.
func (a Area) Waiting(counts map[string]int) Area {
	out := Area{Name: a.Name, Long: a.Long}
	for _, e := range a.Entries {
		e.Count = counts[e.Path]
		out.Entries = append(out.Entries, e)
	}
	return out
}

// Fact is a line of a list of facts.
type Fact struct {
	Term, Text string
	URL        string // "" when Text leads nowhere
}

func (p Page) current(path string) string {
	if p.Current == path {
		return "page"
	}
	return "false"
}
