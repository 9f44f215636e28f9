package sourcing

import "sourcier/internal/structure"

// Need is a lot as it is judged: what a decision froze of it.
type Need struct {
	Purchase    string         `json:"purchase"`
	Lot         string         `json:"lot"`
	Object      string         `json:"object"`
	Nature      Nature         `json:"nature,omitempty"`
	CPV         string         `json:"cpv,omitempty"`
	Sectors     []string       `json:"sectors,omitempty"`
	Mode        structure.Mode `json:"mode,omitempty"`
	Places      []string       `json:"places,omitempty"`
	Euros       int64          `json:"euros,omitempty"`      // of the lot, with renewals
	Annual      int64          `json:"annual,omitempty"`     // of the lot, for twelve months
	Whole       int64          `json:"whole,omitempty"`      // of all lots, with renewals: what thresholds are compared with
	SmallLots   int64          `json:"small_lots,omitempty"` // of all lots of the purchase that are small by R2123-1 2° on the day of the study
	Months      int            `json:"months,omitempty"`     // with renewals
	Lots        int            `json:"lots"`
	TakeOver    Said           `json:"take_over,omitempty"`
	SetAside    string         `json:"set_aside,omitempty"` // reason why social considerations are set aside
	Publication structure.Date `json:"publication,omitempty"`
}

// Study says who could answer a lot and whether it can be reserved, as judged on a day.
// A decision freezes it.
type Study struct {
	Need     Need           `json:"need"`
	On       structure.Date `json:"on"`
	Asked    int            `json:"asked"`    // independent answerers that make a competition
	Bases    []BasisStudy   `json:"bases"`    // every basis, in the order of structure.Bases
	Verdicts []Verdict      `json:"verdicts"` // the most telling first, never empty
	Warnings []Warning      `json:"warnings,omitempty"`
	Rules    Law            `json:"rules,omitempty"` // figures of the law that it was judged by
}

// BasisStudy is what the directory says of one legal basis.
type BasisStudy struct {
	Basis      structure.Basis `json:"basis"`
	Answerers  int             `json:"answerers"`        // independent, counted for the verdict
	Joint      int             `json:"joint,omitempty"`  // of them, declared groupements
	France     int             `json:"france,omitempty"` // of them, those whose zone is all of France
	Unsure     int             `json:"unsure,omitempty"` // not counted, but that an answer to a question could make so
	Short      int             `json:"short,omitempty"`  // not counted for their capacity alone
	Lacks      string          `json:"lacks,omitempty"`  // why the basis cannot be judged, in French
	Circles    []Circle        `json:"circles"`          // from the nearest to the widest; each holds those before it
	Candidates []Candidate     `json:"candidates"`       // MaxCandidates at most, those counted first
	More       int             `json:"more,omitempty"`   // candidates beyond them
}

// MaxCandidates of a basis are kept in a study.
const MaxCandidates = 60

// CircleCode names a circle around the place of execution.
type CircleCode string

// Circles.
const (
	InHome       CircleCode = "home"       // the home territory
	InDepartment CircleCode = "department" // the departments of the place
	InNeighbours CircleCode = "neighbours" // those that touch them
	InRegion     CircleCode = "region"
	Beyond       CircleCode = "beyond"
)

// Circle counts independent answerers established within it.
type Circle struct {
	Code       CircleCode `json:"code"`
	Declared   int        `json:"declared"`   // sector and zone declared, the zone serves the place
	France     int        `json:"france"`     // the same, the zone being all of France
	Undeclared int        `json:"undeclared"` // zone not declared
	Derived    int        `json:"derived"`    // sector deduced from the APE code: no evidence of capacity
}

// ZoneCode says how the zone of a candidate serves the place.
type ZoneCode string

// Zones.
const (
	ZoneDeclared   ZoneCode = "declared"
	ZoneFrance     ZoneCode = "france"
	ZoneUndeclared ZoneCode = "undeclared"
)

// CapacityCode compares the annual amount with what a candidate can do.
type CapacityCode string

// Capacities.
const (
	CapacityEnough  CapacityCode = "enough"
	CapacityShort   CapacityCode = "short"
	CapacityUnknown CapacityCode = "unknown" // of the candidate, or the lot has no amount
)

// Candidate is an independent answerer: one legal unit, or several that answer as one.
type Candidate struct {
	Structures []string       `json:"structures"` // ids of its establishments that could
	Name       string         `json:"name"`
	SIREN      string         `json:"siren,omitempty"`
	Groupement bool           `json:"groupement,omitempty"`
	Members    []string       `json:"members,omitempty"` // SIREN of those of a groupement
	Circle     CircleCode     `json:"circle"`
	Zone       ZoneCode       `json:"zone"`
	Covers     bool           `json:"covers,omitempty"`  // the whole place
	Derived    bool           `json:"derived,omitempty"` // sector deduced from the APE code
	Capacity   CapacityCode   `json:"capacity"`
	Euros      int64          `json:"euros,omitempty"`    // a year, that it could do, less Held; 0 = not known, or none left when it is short
	Held       int64          `json:"held,omitempty"`     // a year, of the contracts of this organisation that it holds
	Until      structure.Date `json:"until,omitempty"`    // last day of the agreement that the basis rests on; "" = none known
	ToCheck    bool           `json:"to_check,omitempty"` // its agreement, or the law, is to be checked
	Counted    bool           `json:"counted"`
	Why        string         `json:"why,omitempty"` // it is not counted, in French

	tooSmall bool // nothing but its capacity is against it
}

// VerdictCode names a way to buy.
type VerdictCode string

// Verdicts.
const (
	Reservable       VerdictCode = "reservable"
	ReservableJoint  VerdictCode = "reservable_joint" // by groupements
	ToDivide         VerdictCode = "to_divide"
	SmallLot         VerdictCode = "small_lot" // adapted procedure (R2123-1 2°)
	Clause           VerdictCode = "clause"
	Criterion        VerdictCode = "criterion"
	InsertionService VerdictCode = "insertion_service" // marché d'insertion
	Insufficient     VerdictCode = "insufficient"
	NotReservable    VerdictCode = "none"
)

// VerdictCodes lists them, the most telling first (verdicts in verdict.go).
var VerdictCodes = []VerdictCode{Reservable, ReservableJoint, ToDivide, Insufficient, SmallLot, Clause, InsertionService, Criterion, NotReservable}

var verdictLabels = map[VerdictCode]string{
	Reservable: "Réservable", ReservableJoint: "Réservable en groupement", ToDivide: "À allotir",
	SmallLot: "Petit lot en procédure adaptée", Clause: "Clause d’insertion", Criterion: "Critère de performance en insertion",
	InsertionService: "Marché d’insertion", Insufficient: "Informations insuffisantes", NotReservable: "Non réservable en l’état",
}

// Label is the verdict as shown to people, in French.
func (v VerdictCode) Label() string { return verdictLabels[v] }

// Verdict is a way to buy a lot, and why.
type Verdict struct {
	Code    VerdictCode     `json:"code"`
	Basis   structure.Basis `json:"basis,omitempty"` // of Reservable and ReservableJoint
	Reasons []string        `json:"reasons"`         // sentences in French, each with its figures
}

// Warning is what a buyer must look at before deciding.
type Warning struct {
	Code string `json:"code"`
	Text string `json:"text"` // in French, with its article
}
