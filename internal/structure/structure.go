// Package structure holds what the directory knows about a structure (one
// establishment) and the rules on it: identity, agreements, activities, zones,
// legal bases, provenance. It does no I/O.
package structure

import (
	"net/url"
	"strings"
	"time"
)

// Structure is one establishment of the directory. Agreements, ESS family,
// size and labels are independent of each other; MainKind and Families derive
// from them.
type Structure struct {
	ID     string `json:"id,omitempty"`     // NewID of the identity it was first known by; never reused
	SIRET  string `json:"siret,omitempty"`  // 14 digits
	FINESS string `json:"finess,omitempty"` // 9 characters; when present it is the identity
	RNA    string `json:"rna,omitempty"`    // W + 9 digits, for an association that awaits its SIRET

	Name      string `json:"name,omitempty"`
	TradeName string `json:"trade_name,omitempty"`

	Agreements      []Agreement `json:"agreements,omitempty"`
	ESS             ESS         `json:"ess,omitempty"`
	ESUS            bool        `json:"esus,omitempty"`     // given; see HasESUS
	ESUSEnd         Date        `json:"esus_end,omitempty"` // last day; "" when the source gives none
	RegieDeQuartier bool        `json:"regie_de_quartier,omitempty"`
	Size            Size        `json:"size,omitempty"`
	Workforce       Workforce   `json:"workforce,omitempty"`
	Labels          []Label     `json:"labels,omitempty"`

	NAF           string `json:"naf,omitempty"`            // sub-class of NAF rév. 2 with its dot removed: 8121Z
	NAF2025       string `json:"naf_2025,omitempty"`       // of NAF 2025, as the register gives it: neither follows from the other
	LegalCategory string `json:"legal_category,omitempty"` // INSEE catégorie juridique, 4 digits

	Description string     `json:"description,omitempty"`
	References  []string   `json:"references,omitempty"` // customers it names
	Activities  []Activity `json:"activities,omitempty"`
	Offers      []Offer    `json:"offers,omitempty"`
	Logo        *Picture   `json:"logo,omitempty"`

	Address Address `json:"address,omitzero"`
	Contact Contact `json:"contact,omitzero"`

	// Origins says, for each field that has a value, which source gave it and when.
	Origins map[Field]Origin `json:"origins,omitempty"`
	// Claims holds what sources say beside what is shown: other values, values
	// that no longer stand. At most one a source.
	Claims []Claim `json:"claims,omitempty"`
	// Sightings says which file of each source was the last to list the structure.
	Sightings map[Source]Sighting `json:"sightings,omitempty"`
	// History is what imports have changed, the last MaxHistory changes.
	History []Change `json:"history,omitempty"`

	// Groupement is set for several structures that answer together, nil for one.
	Groupement *Groupement `json:"groupement,omitempty"`
	// Suspended is set while the portal keeps the sheet from being shown.
	Suspended *Suspension `json:"suspended,omitempty"`
	// MergedInto is the id of the sheet that stands for this one, its duplicate.
	MergedInto string `json:"merged_into,omitempty"`
	// Absorbed are the duplicates that this sheet stands for, the newest last.
	Absorbed []Absorbed `json:"absorbed,omitempty"`

	// OwnVersion is the number of the version that the structure itself has
	// published (registration.Version) and that is shown; 0 when it has none.
	OwnVersion int64 `json:"own_version,omitempty"`
	// Grants is, by code, the change of each label of an organisation that the document
	// has: an older one never comes after it.
	Grants map[string]int64 `json:"grants,omitempty"`

	// Closed is set when the register says that the establishment has ceased.
	Closed    bool      `json:"closed,omitempty"`
	Demo      bool      `json:"demo,omitempty"` // fictional, made by `sourcier demo`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"` // last change of a fact, not of a re-import that changed nothing
}

// Address is where the establishment is.
type Address struct {
	Street     string `json:"street,omitempty"`
	Complement string `json:"complement,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	City       string `json:"city,omitempty"`    // as the source spells it
	Commune    string `json:"commune,omitempty"` // current INSEE code, "" when unknown
	Point      Point  `json:"point,omitzero"`
}

// Point is a WGS84 position with the trust it deserves.
type Point struct {
	Lat       float64   `json:"lat,omitempty"`
	Lon       float64   `json:"lon,omitempty"`
	Precision Precision `json:"precision,omitempty"` // "" = no point
}

// Precision says how a point was obtained.
type Precision string

// From the best to the worst. A PrecisionDepartment point is never drawn, and
// neither matches a radius nor carries one.
const (
	PrecisionExact       Precision = "exact"       // given for the establishment
	PrecisionCommune     Precision = "commune"     // reference point of the commune
	PrecisionApproximate Precision = "approximate" // mean of communes that share the postal code
	PrecisionDepartment  Precision = "department"  // mean of the department
)

// Precisions lists them, from the best to the worst.
var Precisions = []Precision{PrecisionExact, PrecisionCommune, PrecisionApproximate, PrecisionDepartment}

// Usable reports whether distances from the point make sense.
func (p Point) Usable() bool {
	return p.Precision == PrecisionExact || p.Precision == PrecisionCommune || p.Precision == PrecisionApproximate
}

// Contact is how to reach the structure; it is shown publicly.
type Contact struct {
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
	Website string `json:"website,omitempty"`
}

// Site is the address of the website, which sources write with or without its
// scheme; nil for anything that is not a web address, which is not published.
func (c Contact) Site() *url.URL {
	site := c.Website
	if site != "" && !strings.Contains(site, "://") {
		site = "https://" + site
	}
	u, err := url.Parse(site)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil
	}
	return u
}

// Label is a recognition given by a third party.
type Label struct {
	Code string `json:"code"` // slug, e.g. "rge"
	Name string `json:"name"`
	From Date   `json:"from,omitempty"`
	To   Date   `json:"to,omitempty"` // last day of validity; "" when the source gives none
	// Scope is what the label covers, in the words of its source: « Chauffage au bois ; Fenêtres ».
	Scope string `json:"scope,omitempty"`
	Proof string `json:"proof,omitempty"` // hash of the file that the structure gave, for who moderates

	Source Source `json:"source,omitempty"`
	AsOf   Date   `json:"as_of,omitempty"` // day on which the source said so
	Seen   string `json:"seen,omitempty"`  // as in Agreement
	Stale  Date   `json:"stale,omitempty"` // as in Agreement
}

// grantedMark begins the codes of labels that an organisation of the portal defines. No
// name becomes such a code: files and structures cannot give themselves one.
const grantedMark = "o_"

// GrantedCode is the code of the label of an organisation.
func GrantedCode(slug string) string { return grantedMark + slug }

// Granted is the slug of the label of an organisation; false of any other label.
func (l Label) Granted() (slug string, ok bool) { return strings.CutPrefix(l.Code, grantedMark) }

// InForce reports whether the label is valid on the day.
func (l Label) InForce(on Date) bool { return inForce(l.From, l.LastDay(), on) }

// LastDay is the last day on which the label may be relied on, "" when none is known.
func (l Label) LastDay() Date { return lastDay(l.To, l.Stale) }

// HasESUS reports whether the ESUS agreement holds on the day.
func (s *Structure) HasESUS(on Date) bool { return s.ESUS && inForce("", s.ESUSEnd, on) }

// Activity is one row of what a structure sells: sector, mode, zone,
// characteristic and availability asked for together must hold on one Activity.
type Activity struct {
	Sectors []string `json:"sectors"` // taxonomy sector codes
	// Derived is set when the sectors come from the APE code, not from the
	// structure: shown as « déduit du code APE », ranked below declared ones,
	// never capacity evidence.
	Derived         bool         `json:"derived,omitempty"`
	Modes           []Mode       `json:"modes,omitempty"` // empty = undeclared, matches no mode filter
	Zone            Zone         `json:"zone"`
	Characteristics []string     `json:"characteristics,omitempty"` // taxonomy characteristic codes
	Availability    Availability `json:"availability"`
	Offer           string       `json:"offer,omitempty"` // what is sold, in the structure's words
}

// AvailabilityState is what a structure says of its capacity.
type AvailabilityState string

// States of availability; "" is undeclared.
const (
	Available AvailabilityState = "disponible"
	BookedUp  AvailabilityState = "complet"
	OnQuote   AvailabilityState = "devis"
)

// Availability of one activity. A declaration expires 3 months after it was made.
type Availability struct {
	State      AvailabilityState `json:"state,omitempty"`
	Until      Date              `json:"until,omitempty"` // BookedUp only: last day of the full book
	DeclaredOn Date              `json:"declared_on,omitempty"`
}

// On gives the state that holds on the day: a BookedUp period that is over and
// a declaration older than 3 months say nothing any more.
func (a Availability) On(day Date) AvailabilityState {
	if a.State == "" || a.DeclaredOn == "" || day > a.DeclaredOn.AddMonths(3) {
		return ""
	}
	if a.State == BookedUp && a.Until != "" && day > a.Until {
		return ""
	}
	return a.State
}
