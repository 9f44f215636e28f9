package structure

import "slices"

// Kind is the kind of an agreement (agrément, conventionnement or label) held
// by an establishment.
type Kind string

// Agreement kinds.
const (
	EI   Kind = "EI"   // entreprise d'insertion
	AI   Kind = "AI"   // association intermédiaire
	ACI  Kind = "ACI"  // atelier et chantier d'insertion
	ETTI Kind = "ETTI" // entreprise de travail temporaire d'insertion
	EITI Kind = "EITI" // entreprise d'insertion par le travail indépendant
	GEIQ Kind = "GEIQ" // groupement d'employeurs pour l'insertion et la qualification
	SEP  Kind = "SEP"  // production en établissement pénitentiaire
	EA   Kind = "EA"   // entreprise adaptée
	EATT Kind = "EATT" // entreprise adaptée de travail temporaire
	ESAT Kind = "ESAT" // établissement ou service d'accompagnement par le travail
)

// Kinds lists every agreement kind in the order in which they are shown; it is
// also the order that decides between two agreements in force for MainKind.
var Kinds = []Kind{ESAT, EA, EATT, EI, ACI, AI, ETTI, EITI, GEIQ, SEP}

// ESS is the family of the économie sociale et solidaire (loi 2014-856 art. 1).
type ESS string

// ESS families.
const (
	ASSO  ESS = "ASSO"
	COOP  ESS = "COOP"
	MUT   ESS = "MUT"
	FOND  ESS = "FOND"
	SCESS ESS = "SCESS" // société commerciale de l'ESS
)

// ESSFamilies lists every ESS family in the order in which they are shown.
var ESSFamilies = []ESS{ASSO, COOP, MUT, FOND, SCESS}

// Size is the category of enterprise (décret 2008-1354), with TPE cut out of
// PME by the workforce band.
type Size string

// Sizes.
const (
	TPE Size = "TPE"
	PME Size = "PME"
	ETI Size = "ETI"
	GE  Size = "GE"
)

// Sizes lists every size, smallest first.
var Sizes = []Size{TPE, PME, ETI, GE}

// Workforce is an INSEE tranche d'effectifs: NN, 00, 01 … 53; "" is unknown.
type Workforce string

// Workforces lists the bands, smallest first.
var Workforces = []Workforce{"NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"}

// SizeOf derives the size from the workforce band and the INSEE
// categorieEntreprise: fewer than 10 people is TPE whatever the category.
func SizeOf(w Workforce, category string) Size {
	if i := slices.Index(Workforces, w); i >= 0 && i <= slices.Index(Workforces, "03") {
		return TPE
	}
	switch Size(category) {
	case PME, ETI, GE:
		return Size(category)
	}
	return ""
}

// Family groups structures the way buyers think of them.
type Family string

// Families.
const (
	Insertion  Family = "insertion"
	Handicap   Family = "handicap"
	FamilyESS  Family = "ess"
	Entreprise Family = "entreprise"
)

// Families lists every family in the order in which they are shown.
var Families = []Family{Insertion, Handicap, FamilyESS, Entreprise}

// Family of an agreement kind.
func (k Kind) Family() Family {
	switch k {
	case EA, EATT, ESAT:
		return Handicap
	}
	return Insertion
}

// Agreement says that an authority recognised the establishment. The official
// key is Number and Kind: one SIRET may hold two.
type Agreement struct {
	Kind   Kind   `json:"kind"`
	Number string `json:"number,omitempty"`
	Source Source `json:"source"`
	AsOf   Date   `json:"as_of,omitempty"` // day on which the source said so
	Start  Date   `json:"start,omitempty"`
	End    Date   `json:"end,omitempty"` // last day; "" when the source gives none
	// Ended is set when the source says that it is over without a last day: End is
	// then the day before it first said so.
	Ended bool `json:"ended,omitempty"`
	// Least is set when the file that says so was cut short: it may hold longer than
	// End, which another file may know. Kept beside what a whole file says.
	Least bool `json:"least,omitempty"`
	// Seen is the newest file of the source that lists it (NewRef), Stale the day
	// of the first complete list of the source that no longer does, "" as long as
	// all do: from that day on nothing may rest on it.
	Seen  string `json:"seen,omitempty"`
	Stale Date   `json:"stale,omitempty"`
	// Told is the file whose record this is, where a newer one of the source lists
	// the agreement with an older record: "" is Seen.
	Told string `json:"told,omitempty"`
}

// InForce reports whether the agreement holds on the day.
func (a Agreement) InForce(on Date) bool { return inForce(a.Start, a.LastDay(), on) }

// LastDay is the last day on which the agreement may be relied on: its end, or
// the eve of the day from which its source no longer confirms it; "" when none
// is known.
func (a Agreement) LastDay() Date { return lastDay(a.End, a.Stale) }

// Prolongs reports whether an agreement told by a file that was cut short is to be
// believed rather than the same told by a whole one: when it is newer and holds
// longer, or when a list that is newer than the whole one no longer has it.
func (a Agreement) Prolongs(whole Agreement) bool {
	return a.Stale == "" && (whole.Stale != "" || a.AsOf > whole.AsOf && CompareEnds(a.End, whole.End) > 0)
}

// KindsInForce lists the kinds of the agreements in force on the day, each
// once, in the order of Kinds.
func (s *Structure) KindsInForce(on Date) []Kind {
	var out []Kind
	for _, k := range Kinds {
		if slices.ContainsFunc(s.Agreements, func(a Agreement) bool { return a.Kind == k && a.InForce(on) }) {
			out = append(out, k)
		}
	}
	return out
}

// KindValues is what the kind filter and facet see: agreement kinds in force
// and the ESS family; of a groupement that it is one.
func (s *Structure) KindValues(on Date) []string {
	if s.Groupement != nil {
		return []string{KindGroupement}
	}
	var out []string
	for _, k := range s.KindsInForce(on) {
		out = append(out, string(k))
	}
	if s.ESS != "" {
		out = append(out, string(s.ESS))
	}
	return out
}

// MainKind is the kind shown first: the first agreement in force, else the ESS
// family, else the size; "" when none is known.
func (s *Structure) MainKind(on Date) string {
	if v := s.KindValues(on); len(v) > 0 {
		return v[0]
	}
	return string(s.Size)
}

// Family is the single family of the structure, that of its main kind.
func (s *Structure) Family(on Date) Family {
	if s.Groupement != nil {
		return s.Groupement.family(on)
	}
	if k := s.KindsInForce(on); len(k) > 0 {
		return k[0].Family()
	}
	if s.ESS != "" {
		return FamilyESS
	}
	return Entreprise
}

// Mode is how the work is delivered.
type Mode string

// Modes.
const (
	DISP  Mode = "DISP"  // mise à disposition
	PREST Mode = "PREST" // prestation de service
	BUILD Mode = "BUILD" // fabrication
)

// Modes lists every mode in the order in which they are shown.
var Modes = []Mode{PREST, DISP, BUILD}
