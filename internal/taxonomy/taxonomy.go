// Package taxonomy holds the nomenclatures of the directory: sectors with
// their synonyms, NAF codes and CPV prefixes, responsible characteristics,
// legal categories, and the French labels of every coded value. It does no I/O.
package taxonomy

// Group is a sector group ("Propreté et hygiène").
type Group struct {
	Code  string // slug: "proprete"
	Label string
}

// Sector is something structures sell.
type Sector struct {
	Code     string   // slug, stable for ever: "nettoyage-locaux"
	Label    string   // "Nettoyage de locaux et de bureaux"
	Group    string   // Group.Code
	Synonyms []string // as buyers say it: "ménage", "propreté", "entretien des bureaux"
	NAF      []string // sub-classes (8121Z) that map here
	CPV      []string // CPV prefixes, 2 to 8 digits: "90911"
	Aliases  []string // labels and slugs of other directories that map here
}

// Characteristic is a responsible characteristic of an activity.
type Characteristic struct {
	Code  string // "reemploi"
	Label string // "Issu du réemploi"
}

// Taxonomy is immutable and safe for concurrent use.
type Taxonomy struct{}

// Default is the taxonomy of the embedded data, decoded once.
func Default() *Taxonomy { panic("written by the owner of this package") }

// Groups lists the groups in the order in which they are shown.
func (t *Taxonomy) Groups() []Group { panic("") }

// Sectors lists the sectors, by group then label.
func (t *Taxonomy) Sectors() []Sector { panic("") }

// Sector finds a sector by code.
func (t *Taxonomy) Sector(code string) (Sector, bool) { panic("") }

// Group finds a group by code. Group and sector codes never collide.
func (t *Taxonomy) Group(code string) (Group, bool) { panic("") }

// InGroup lists the sectors of a group.
func (t *Taxonomy) InGroup(group string) []Sector { panic("") }

// ByNAF lists the sectors that a NAF sub-class maps to: none when it is
// deliberately unmapped (UnmappedNAF says why) or unknown.
func (t *Taxonomy) ByNAF(code string) []Sector { panic("") }

// UnmappedNAF gives the reason why a sub-class maps to no sector.
func (t *Taxonomy) UnmappedNAF(code string) (reason string, ok bool) { panic("") }

// NAFLabel gives the label of a sub-class (NAF rév. 2), with or without dot.
func (t *Taxonomy) NAFLabel(code string) (string, bool) { panic("") }

// ByCPV lists the sectors whose prefix starts the code, or which the code
// starts (a short code is a branch of the nomenclature); longest prefix first.
func (t *Taxonomy) ByCPV(code string) []Sector { panic("") }

// MatchSector finds the sector that another directory, or a person, means by a
// code, a label, a synonym or an alias: case, accents and punctuation ignored.
func (t *Taxonomy) MatchSector(text string) (Sector, bool) { panic("") }

// Characteristics lists them in the order in which they are shown.
func (t *Taxonomy) Characteristics() []Characteristic { panic("") }

// Characteristic finds one by code.
func (t *Taxonomy) Characteristic(code string) (Characteristic, bool) { panic("") }

// ESSOfLegalCategory gives the ESS family (ASSO, COOP, MUT, FOND) of an INSEE
// catégorie juridique, "" when it is none.
func (t *Taxonomy) ESSOfLegalCategory(code string) string { panic("") }
