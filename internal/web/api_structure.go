package web

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
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
	ESS             *structure.ESS       `json:"ess"` // ASSO, COOP, MUT, FOND, SCESS
	ESUS            bool                 `json:"esus"`
	RegieDeQuartier bool                 `json:"regie_de_quartier"`
	Size            *structure.Size      `json:"size"`
	Workforce       *structure.Workforce `json:"workforce"` // INSEE band
	NAF             *codeLabel           `json:"naf"`
	LegalCategory   *string              `json:"legal_category"` // INSEE catégorie juridique

	Agreements []apiAgreement  `json:"agreements"`
	LegalBases []apiLegalBasis `json:"legal_bases"`
	Labels     []apiLabel      `json:"labels"`

	Description *string       `json:"description"`
	References  []string      `json:"references"`
	Activities  []apiActivity `json:"activities"`

	Address apiAddress `json:"address"`
	Contact apiContact `json:"contact"`

	Origins map[structure.Field]apiOrigin `json:"origins"` // by field name

	Closed    bool      `json:"closed"` // the register says that it has ceased
	Demo      bool      `json:"demo"`   // fictional
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// apiAgreement is one agreement; dates are days, null when the source gives none.
type apiAgreement struct {
	Kind    structure.Kind  `json:"kind"`
	Number  *string         `json:"number"`
	Start   *structure.Date `json:"start"`
	End     *structure.Date `json:"end"` // last day
	InForce bool            `json:"in_force"`
	Origin  apiOrigin       `json:"origin"`
}

// apiLegalBasis is an article under which the structure is potentially eligible,
// and by what. The share of at least 50 % (R2113-7) is for the buyer to check.
type apiLegalBasis struct {
	Basis   structure.Basis `json:"basis"`   // value of the basis parameter
	Article string          `json:"article"` // French
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
	InForce bool            `json:"in_force"`
}

// apiActivity is one row of what the structure sells.
type apiActivity struct {
	Sectors         []codeLabel      `json:"sectors"`
	Derived         bool             `json:"derived"` // deduced from the APE code, not declared
	Modes           []structure.Mode `json:"modes"`
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
	State      structure.AvailabilityState `json:"state"`
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

// apiStructure answers a sheet by id or by SIRET; a list when several
// structures share the SIRET.
func (s *site) apiStructure(c *fiber.Ctx) error {
	docs, err := s.findStructures(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	parts := []string{"sheet", string(s.today())}
	for _, d := range docs {
		parts = append(parts, d.ID, fmt.Sprint(d.Version))
	}
	if notModified(c, s.tag(parts...)) {
		return nil
	}
	if len(docs) == 1 {
		return c.JSON(s.apiSheetOf(&docs[0].Value))
	}
	return c.JSON(listOf[apiSheet]{Items: s.apiSheets(docs)})
}

func (s *site) apiSheets(docs []store.Doc[structure.Structure]) []apiSheet {
	out := make([]apiSheet, 0, len(docs))
	for i := range docs {
		out = append(out, s.apiSheetOf(&docs[i].Value))
	}
	return out
}

func (s *site) apiSheetOf(v *structure.Structure) apiSheet {
	day := s.today()
	sheet := apiSheet{
		ID: v.ID, SIRET: known(v.SIRET), SIREN: known(v.SIREN()), FINESS: known(v.FINESS), RNA: known(v.RNA),
		Name: v.Name, TradeName: known(v.TradeName),
		Kind: known(v.MainKind(day)), Kinds: listed(v.KindValues(day)), Family: v.Family(day),
		ESS: known(v.ESS), ESUS: v.ESUS, RegieDeQuartier: v.RegieDeQuartier,
		Size: known(v.Size), Workforce: known(v.Workforce),
		NAF: s.nafRef(v.NAF), LegalCategory: known(v.LegalCategory),
		Agreements: apiAgreements(v.Agreements, day), LegalBases: s.apiLegalBases(v, day), Labels: apiLabels(v.Labels, day),
		Description: known(v.Description), References: listed(v.References), Activities: s.apiActivities(v.Activities, day),
		Address: s.apiAddressOf(v.Address),
		Contact: apiContact{Phone: known(v.Contact.Phone), Email: known(v.Contact.Email), Website: known(v.Contact.Website)},
		Origins: make(map[structure.Field]apiOrigin, len(v.Origins)),
		Closed:  v.Closed, Demo: v.Demo, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
	}
	for field, o := range v.Origins {
		sheet.Origins[field] = originOf(o.Source, o.AsOf)
	}
	return sheet
}

func originOf(source structure.Source, asOf structure.Date) apiOrigin {
	return apiOrigin{Source: source, Label: source.Label(), AsOf: known(asOf)}
}

func (s *site) nafRef(code string) *codeLabel {
	if code == "" {
		return nil
	}
	label, ok := s.Taxonomy.NAFLabel(code)
	if !ok {
		label = code
	}
	return &codeLabel{Code: code, Label: label}
}

func apiAgreements(list []structure.Agreement, day structure.Date) []apiAgreement {
	out := make([]apiAgreement, 0, len(list))
	for _, a := range list {
		out = append(out, apiAgreement{
			Kind: a.Kind, Number: known(a.Number), Start: known(a.Start), End: known(a.End),
			InForce: a.InForce(day), Origin: originOf(a.Source, a.AsOf),
		})
	}
	return out
}

func (s *site) apiLegalBases(v *structure.Structure, day structure.Date) []apiLegalBasis {
	claims := s.Rules.Claims(v, day)
	out := make([]apiLegalBasis, 0, len(claims))
	for _, claim := range claims {
		basis := apiLegalBasis{
			Basis: claim.Basis, Article: article(claim.Basis), ToCheck: claim.ToCheck,
			Kind: known(claim.Agreement.Kind), Number: known(claim.Agreement.Number),
		}
		if claim.Agreement.Kind != "" {
			origin := originOf(claim.Agreement.Source, claim.Agreement.AsOf)
			basis.Origin = &origin
		} else if o, ok := v.Origins[structure.FieldESS]; ok {
			origin := originOf(o.Source, o.AsOf)
			basis.Origin = &origin
		}
		out = append(out, basis)
	}
	return out
}

// article cites a basis in full.
func article(b structure.Basis) string {
	return "article " + string(b) + " du Code de la commande publique"
}

func apiLabels(list []structure.Label, day structure.Date) []apiLabel {
	out := make([]apiLabel, 0, len(list))
	for _, l := range list {
		out = append(out, apiLabel{Code: l.Code, Name: l.Name, From: known(l.From), To: known(l.To), InForce: l.InForce(day)})
	}
	return out
}

func (s *site) apiActivities(list []structure.Activity, day structure.Date) []apiActivity {
	out := make([]apiActivity, 0, len(list))
	for _, a := range list {
		row := apiActivity{
			Sectors: s.sectorRefs(a.Sectors), Derived: a.Derived, Modes: listed(a.Modes), Zone: s.apiZoneOf(a.Zone),
			Characteristics: s.characteristicRefs(a.Characteristics), Offer: known(a.Offer),
		}
		if state := a.Availability.On(day); state != "" {
			row.Availability = &apiAvailability{State: state, Until: known(a.Availability.Until), DeclaredOn: a.Availability.DeclaredOn}
		}
		out = append(out, row)
	}
	return out
}

func (s *site) characteristicRefs(codes []string) []codeLabel {
	out := make([]codeLabel, 0, len(codes))
	for _, code := range codes {
		ref := codeLabel{Code: code, Label: code}
		if found, ok := s.Taxonomy.Characteristic(code); ok {
			ref.Label = found.Label
		}
		out = append(out, ref)
	}
	return out
}

func (s *site) apiZoneOf(z structure.Zone) apiZone {
	out := apiZone{Type: "undeclared", Territories: []territoryRef{}, RadiusKM: known(z.RadiusKM), Label: zoneText(s.Atlas, z)}
	switch {
	case z.France:
		out.Type = "france"
	case len(z.Territories) > 0:
		out.Type = "territories"
	case z.RadiusKM > 0:
		out.Type = "radius"
	}
	for _, v := range z.Territories {
		out.Territories = append(out.Territories, territoryRef{Value: v, Label: territoryLabel(s.Atlas, v)})
	}
	return out
}

func (s *site) apiAddressOf(a structure.Address) apiAddress {
	out := apiAddress{
		Street: known(a.Street), Complement: known(a.Complement), PostalCode: known(a.PostalCode), City: known(a.City),
		Commune: s.communeRef(a.Commune, a.City), Precision: known(a.Point.Precision),
	}
	if commune, ok := s.Atlas.Commune(a.Commune); ok {
		out.Department = &commune.Department
	}
	out.Lat, out.Lon = position(a.Point)
	return out
}
