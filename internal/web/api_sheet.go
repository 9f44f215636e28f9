package web

import (
	"time"

	"sourcier/internal/structure"
)

// apiSheet is all that the directory says of a structure, with where it comes from.
type apiSheet struct {
	ID        string  `json:"id"`
	SIRET     *string `json:"siret"`
	SIREN     *string `json:"siren"`
	FINESS    *string `json:"finess"`
	RNA       *string `json:"rna"`
	Name      string  `json:"name"`
	TradeName *string `json:"trade_name"`

	Kind            *string              `json:"kind"`  // as in a search
	Kinds           []string             `json:"kinds"` // as in a search
	Family          structure.Family     `json:"family"`
	ESS             *structure.ESS       `json:"ess"`      // ASSO, COOP, MUT, FOND, SCESS
	ESUS            bool                 `json:"esus"`     // in force
	ESUSEnd         *structure.Date      `json:"esus_end"` // last day
	RegieDeQuartier bool                 `json:"regie_de_quartier"`
	Size            *structure.Size      `json:"size"`
	Workforce       *structure.Workforce `json:"workforce"`      // INSEE band
	NAF             *codeLabel           `json:"naf"`            // of NAF rév. 2
	NAF2025         *codeLabel           `json:"naf_2025"`       // of NAF 2025: no table translates one into the other
	LegalCategory   *string              `json:"legal_category"` // INSEE catégorie juridique

	Agreements []apiAgreement  `json:"agreements"`
	LegalBases []apiLegalBasis `json:"legal_bases"`
	Labels     []apiLabel      `json:"labels"`

	Description *string       `json:"description"`
	References  []string      `json:"references"`
	Activities  []apiActivity `json:"activities"`

	Address apiAddress  `json:"address"`
	Quarter *apiQuarter `json:"quarter"` // null where the commune has no quartier prioritaire (QPV)
	Contact apiContact  `json:"contact"`

	Origins map[structure.Field]apiOrigin `json:"origins"` // by field name

	Closed    bool      `json:"closed"` // the register says that it has ceased
	Demo      bool      `json:"demo"`   // fictional
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// apiAgreement is one agreement; dates are days, null when the source gives none.
type apiAgreement struct {
	Kind    structure.Kind  `json:"kind"`
	Label   string          `json:"label"` // French
	Number  *string         `json:"number"`
	Start   *structure.Date `json:"start"`
	End     *structure.Date `json:"end"` // last day
	InForce bool            `json:"in_force"`
	Origin  apiOrigin       `json:"origin"`
	// Unconfirmed is the day since which the source no longer lists it, null as
	// long as it does; from that day on it is not in force.
	Unconfirmed *structure.Date `json:"unconfirmed_since"`
}

// apiLegalBasis is an article under which the structure is potentially eligible,
// and by what. The share of at least 50 % (R2113-7) is for the buyer to check.
type apiLegalBasis struct {
	Basis   structure.Basis `json:"basis"`   // value of the basis parameter
	Article string          `json:"article"` // French
	Label   string          `json:"label"`   // French
	Kind    *structure.Kind `json:"kind"`    // of the agreement; null when the ESS family is the ground
	Number  *string         `json:"number"`
	ToCheck bool            `json:"to_check"` // « à vérifier »: the law or its application needs a check
	Origin  *apiOrigin      `json:"origin"`
}

// apiLabel is a recognition by a third party.
type apiLabel struct {
	Code    string          `json:"code"`
	Name    string          `json:"name"`
	From    *structure.Date `json:"from"`
	To      *structure.Date `json:"to"`
	Scope   *string         `json:"scope"` // what it covers, in the words of its source
	InForce bool            `json:"in_force"`

	Unconfirmed *structure.Date `json:"unconfirmed_since"` // as in apiAgreement
}

// apiActivity is one row of what the structure sells.
type apiActivity struct {
	Sectors         []codeLabel      `json:"sectors"`
	Derived         bool             `json:"derived"` // deduced from the APE code, not declared
	Modes           []codeLabel      `json:"modes"`   // empty when undeclared
	Zone            apiZone          `json:"zone"`
	Characteristics []codeLabel      `json:"characteristics"`
	Availability    *apiAvailability `json:"availability"` // null when undeclared or expired
	Offer           *string          `json:"offer"`
}

// apiZone is where the activity is offered.
type apiZone struct {
	Type        string         `json:"type"` // france, territories, radius, undeclared
	Territories []territoryRef `json:"territories"`
	RadiusKM    *float64       `json:"radius_km"`
	Label       string         `json:"label"` // French
}

// territoryRef names a territory.
type territoryRef struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// apiAvailability is what the structure says of its capacity, today.
type apiAvailability struct {
	State      structure.AvailabilityState `json:"state"` // disponible, complet, devis
	Label      string                      `json:"label"` // French
	Until      *structure.Date             `json:"until"`
	DeclaredOn structure.Date              `json:"declared_on"`
}

// apiAddress is where the establishment is.
type apiAddress struct {
	Street     *string              `json:"street"`
	Complement *string              `json:"complement"`
	PostalCode *string              `json:"postal_code"`
	City       *string              `json:"city"`
	Commune    *communeRef          `json:"commune"`
	Department *string              `json:"department"`
	Lat        *float64             `json:"lat"`
	Lon        *float64             `json:"lon"`
	Precision  *structure.Precision `json:"precision"`
}

// apiContact is how to reach the structure.
type apiContact struct {
	Phone   *string `json:"phone"`
	Email   *string `json:"email"`
	Website *string `json:"website"`
}

// apiOrigin says who gave a fact and the day it was true for them.
type apiOrigin struct {
	Source structure.Source `json:"source"`
	Label  string           `json:"label"`
	AsOf   *structure.Date  `json:"as_of"`
}
