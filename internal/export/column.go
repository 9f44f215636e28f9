// Package export writes the structures that a search finds as CSV and as a
// workbook: the facts that their sheets publish, in the columns asked for.
//
// Ids and order are those of one view of the index (search.Lister). The facts
// are read from the store, some hundred structures at a time: a structure that
// was withdrawn or closed meanwhile is left out and counted, one that changed is
// written as it is now. Rows go to a file, so that nothing is sent of an export
// that fails, and who reads slowly holds nothing but disk.
package export

import (
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// kind is what a cell holds.
type kind uint8

const (
	text kind = iota
	number
	day
)

// cell is one value of a row; the zero cell is empty.
type cell struct {
	kind   kind
	text   string
	number float64
	day    structure.Date
}

func words(s string) cell { return cell{text: s} }

// dated is the cell of a day, empty for an unknown one.
func dated(d structure.Date) cell {
	if d.Time().IsZero() {
		return cell{}
	}
	return cell{kind: day, day: d}
}

// Column is one fact of a structure.
type Column struct {
	ID    string // stable, as addresses name it
	Head  string // French
	Group string // under which it is offered
	Usual bool   // chosen unless others are
	// Placed columns mean something only when the search names a place to measure from.
	Placed bool

	width float64 // in a workbook, characters
	value func(*row) cell
}

// Groups of columns, in the order in which they are offered.
const (
	groupIdentity  = "Identité"
	groupRights    = "Agréments et réservation"
	groupActivity  = "Activité"
	groupPlace     = "Lieu"
	groupContact   = "Contact"
	groupReference = "Sources"
)

// Columns lists every column in the order in which files have them.
var Columns = []Column{
	{ID: "nom", Head: "Nom", Group: groupIdentity, Usual: true, width: 40, value: func(r *row) cell { return words(r.Name) }},
	{ID: "enseigne", Head: "Enseigne", Group: groupIdentity, Usual: true, width: 24, value: func(r *row) cell { return words(r.TradeName) }},
	{ID: "siret", Head: "SIRET", Group: groupIdentity, Usual: true, width: 17, value: func(r *row) cell { return words(r.SIRET) }},
	{ID: "siren", Head: "SIREN", Group: groupIdentity, width: 12, value: func(r *row) cell { return words(r.SIREN()) }},
	{ID: "finess", Head: "FINESS", Group: groupIdentity, width: 12, value: func(r *row) cell { return words(r.FINESS) }},
	{ID: "rna", Head: "RNA", Group: groupIdentity, width: 12, value: func(r *row) cell { return words(r.RNA) }},
	{ID: "famille", Head: "Famille", Group: groupIdentity, Usual: true, width: 16, value: (*row).family},
	{ID: "types", Head: "Types", Group: groupIdentity, Usual: true, width: 20, value: (*row).types},
	{ID: "ess", Head: "Famille de l’ESS", Group: groupIdentity, width: 18, value: (*row).ess},
	{ID: "taille", Head: "Taille", Group: groupIdentity, Usual: true, width: 10, value: (*row).size},
	{ID: "effectif", Head: "Tranche d’effectif", Group: groupIdentity, Usual: true, width: 20, value: (*row).workforce},
	{ID: "ape", Head: "Code APE (NAF rév. 2)", Group: groupIdentity, width: 14, value: func(r *row) cell { return words(r.NAF) }},
	{ID: "ape_libelle", Head: "Activité principale (APE)", Group: groupIdentity, width: 36, value: (*row).nafLabel},
	{ID: "ape_2025", Head: "Code APE (NAF 2025)", Group: groupIdentity, width: 14, value: func(r *row) cell { return words(r.NAF2025) }},

	{ID: "agrements", Head: "Agréments en vigueur", Group: groupRights, Usual: true, width: 40, value: (*row).agreements},
	{ID: "agrements_fin", Head: "Première fin d’agrément", Group: groupRights, Usual: true, width: 14, value: (*row).firstEnd},
	{ID: "esus", Head: "ESUS", Group: groupRights, width: 8, value: (*row).esus},
	{ID: "esus_fin", Head: "Fin de l’ESUS", Group: groupRights, width: 14, value: (*row).esusEnd},
	{ID: "bases", Head: "Bases légales (potentiellement éligible)", Group: groupRights, Usual: true, width: 50, value: (*row).bases},
	{ID: "non_confirme", Head: "N’est plus confirmé", Group: groupRights, Usual: true, width: 40, value: (*row).lapses},
	{ID: "labels", Head: "Labels en cours", Group: groupRights, width: 30, value: (*row).labels},

	{ID: "secteurs", Head: "Secteurs déclarés", Group: groupActivity, Usual: true, width: 40, value: func(r *row) cell { return r.sectors(false) }},
	{ID: "secteurs_deduits", Head: "Secteurs déduits du code APE", Group: groupActivity, Usual: true, width: 30, value: func(r *row) cell { return r.sectors(true) }},
	{ID: "modes", Head: "Modes d’intervention", Group: groupActivity, width: 24, value: (*row).modes},
	{ID: "zone", Head: "Zone d’intervention", Group: groupActivity, Usual: true, width: 30, value: (*row).zones},
	{ID: "caracteristiques", Head: "Atouts responsables", Group: groupActivity, width: 30, value: (*row).characteristics},
	{ID: "disponibilite", Head: "Disponibilité", Group: groupActivity, width: 22, value: (*row).availability},
	{ID: "offres", Head: "Offres", Group: groupActivity, width: 40, value: (*row).offers},
	{ID: "presentation", Head: "Présentation", Group: groupActivity, width: 50, value: func(r *row) cell { return words(r.Description) }},
	{ID: "references", Head: "Références", Group: groupActivity, width: 30, value: func(r *row) cell { return joined(r.References) }},

	{ID: "adresse", Head: "Adresse", Group: groupPlace, Usual: true, width: 34, value: (*row).address},
	{ID: "code_postal", Head: "Code postal", Group: groupPlace, Usual: true, width: 12, value: func(r *row) cell { return words(r.Address.PostalCode) }},
	{ID: "commune", Head: "Commune", Group: groupPlace, Usual: true, width: 24, value: (*row).city},
	{ID: "code_insee", Head: "Code INSEE", Group: groupPlace, width: 11, value: func(r *row) cell { return words(r.Address.Commune) }},
	{ID: "departement", Head: "Département", Group: groupPlace, Usual: true, width: 12, value: (*row).department},
	{ID: "distance", Head: "Distance (km)", Group: groupPlace, Usual: true, Placed: true, width: 12, value: (*row).distance},

	{ID: "telephone", Head: "Téléphone", Group: groupContact, Usual: true, width: 18, value: (*row).phone},
	{ID: "courriel", Head: "Courriel", Group: groupContact, Usual: true, width: 30, value: func(r *row) cell { return words(r.Contact.Email) }},
	{ID: "site", Head: "Site", Group: groupContact, Usual: true, width: 30, value: (*row).site},

	{ID: "sources", Head: "Sources et dates", Group: groupReference, Usual: true, width: 50, value: (*row).sourceList},
	{ID: "mise_a_jour", Head: "Fiche modifiée le", Group: groupReference, Usual: true, width: 14, value: (*row).updated},
	{ID: "fiche", Head: "Adresse de la fiche", Group: groupReference, Usual: true, width: 46, value: (*row).url},
}

// Usual gives the columns that are chosen when none is named; placed says that
// the search names a place to measure from.
func Usual(placed bool) []Column {
	return slices.DeleteFunc(slices.Clone(Columns), func(c Column) bool { return !c.Usual || c.Placed && !placed })
}

// Choose gives the columns of the ids, in the order of Columns, and the first id
// that is none.
func Choose(ids []string) (chosen []Column, unknown string) {
	wanted := map[string]bool{}
	for _, id := range ids {
		if !slices.ContainsFunc(Columns, func(c Column) bool { return c.ID == id }) {
			return nil, id
		}
		wanted[id] = true
	}
	for _, c := range Columns {
		if wanted[c.ID] {
			chosen = append(chosen, c)
		}
	}
	return chosen, ""
}

// between separates the values of one cell: no comma nor semicolon, which are in
// labels and in files.
const between = " | "

func joined(list []string) cell { return words(strings.Join(list, between)) }
