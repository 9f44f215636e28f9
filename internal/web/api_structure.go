package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// apiStructure answers a sheet by id or by SIRET; a list when several
// structures share the SIRET.
func (s *site) apiStructure(c *fiber.Ctx) error {
	docs, err := s.findStructures(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if to := movedTo(c, docs); to != "" {
		return redirectMoved(c, apiRoot+searchPath+"/"+to)
	}
	parts := []string{"sheet", string(s.today()), s.outlines().Stamp()}
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
		ESS: known(v.ESS), ESUS: v.HasESUS(day), ESUSEnd: known(v.ESUSEnd), RegieDeQuartier: v.RegieDeQuartier,
		Size: known(v.Size), Workforce: known(v.Workforce),
		NAF: s.nafRef(taxonomy.NAFRev2, v.NAF), NAF2025: s.nafRef(taxonomy.NAF2025, v.NAF2025), LegalCategory: known(v.LegalCategory),
		Agreements: apiAgreements(v.Agreements, day), LegalBases: s.apiLegalBases(v, day), Labels: apiLabels(v.Labels, day), Lapses: lapsesList(v.Lapses(day)),
		Description: known(v.Description), References: listed(v.References), Activities: s.apiActivities(v.Activities, day),
		Offers: s.apiOffers(v), Logo: s.apiPictureOf(v.ID, v.Logo),
		Address: s.apiAddressOf(v.Address), Quarter: s.apiQuarterOf(v.Address),
		Contact: apiContactOf(v),
		Origins: make(map[structure.Field]apiOrigin, len(v.Origins)), Unconfirmed: unconfirmedOf(v), Conflicts: s.conflictsOf(v), History: s.historyOf(v),
		Groupement: apiGroupementOf(v.Groupement),
		Closed:     v.Closed, Demo: v.Demo, CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC(),
	}
	for field, o := range v.Origins {
		sheet.Origins[field] = originOf(o.Source, o.AsOf)
	}
	return sheet
}

func originOf(source structure.Source, asOf structure.Date) apiOrigin {
	return apiOrigin{Source: source, Label: source.Label(), AsOf: known(asOf)}
}

func (s *site) nafRef(of taxonomy.Nomenclature, code string) *codeLabel {
	if code == "" {
		return nil
	}
	label, ok := s.Taxonomy.Label(of, code)
	if !ok {
		label = code
	}
	return &codeLabel{Code: code, Label: label}
}

func apiAgreements(list []structure.Agreement, day structure.Date) []apiAgreement {
	out := make([]apiAgreement, 0, len(list))
	for _, a := range list {
		out = append(out, apiAgreement{
			Kind: a.Kind, Label: taxonomy.KindName(a.Kind).Long, Number: known(a.Number), Start: known(a.Start), End: known(a.End),
			InForce: a.InForce(day), Origin: originOf(a.Source, a.AsOf), Unconfirmed: known(a.Stale),
		})
	}
	return out
}

func (s *site) apiLegalBases(v *structure.Structure, day structure.Date) []apiLegalBasis {
	claims := s.Rules.Claims(v, day)
	out := make([]apiLegalBasis, 0, len(claims))
	for _, claim := range claims {
		out = append(out, apiLegalBasis{
			Basis: claim.Basis, Article: article(claim.Basis), Label: taxonomy.BasisInfo(claim.Basis).Long, ToCheck: claim.Doubtful(day),
			Kind: known(claim.Agreement.Kind), Number: known(claim.Agreement.Number), Member: known(claim.Member), Origin: claimOrigin(v.FoundedOn(claim)),
		})
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
		label := apiLabel{Code: l.Code, Name: l.Name, From: known(l.From), To: known(l.To), Scope: known(l.Scope), Proof: l.Proof != "", InForce: l.InForce(day), Unconfirmed: known(l.Stale)}
		if l.Source != "" {
			origin := originOf(l.Source, l.AsOf)
			label.Origin = &origin
		}
		out = append(out, label)
	}
	return out
}

func (s *site) apiActivities(list []structure.Activity, day structure.Date) []apiActivity {
	out := make([]apiActivity, 0, len(list))
	for _, a := range list {
		row := apiActivity{
			Sectors: s.sectorRefs(a.Sectors), Derived: a.Derived, Modes: modeRefs(a.Modes), Zone: s.apiZoneOf(a.Zone),
			Characteristics: s.characteristicRefs(a.Characteristics), Offer: known(a.Offer),
		}
		if state := a.Availability.On(day); state != "" {
			row.Availability = &apiAvailability{
				State: state, Label: taxonomy.AvailabilityLabel(state), Until: known(a.Availability.Until), DeclaredOn: a.Availability.DeclaredOn,
			}
		}
		out = append(out, row)
	}
	return out
}

func (s *site) apiOffers(v *structure.Structure) []apiOffer {
	out := make([]apiOffer, 0, len(v.Offers))
	for _, o := range v.Offers {
		row := apiOffer{
			Title: o.Title, Description: known(o.Description), Capacity: known(o.Capacity), LeadDays: known(o.LeadDays),
			MinEuros: known(o.MinEuros), MaxEuros: known(o.MaxEuros), Pictures: make([]apiPicture, 0, len(o.Pictures)),
		}
		for i := range o.Pictures {
			row.Pictures = append(row.Pictures, *s.apiPictureOf(v.ID, &o.Pictures[i]))
		}
		out = append(out, row)
	}
	return out
}

// apiPictureOf is an image with its whole address, nil for none.
func (s *site) apiPictureOf(id string, p *structure.Picture) *apiPicture {
	if p == nil {
		return nil
	}
	at := func(hash string) string { return s.Config.BaseURL + pictureURL(id, hash) }
	return &apiPicture{URL: at(p.Large), SmallURL: at(p.Small), Media: p.Media, Width: p.Width, Height: p.Height, Alt: p.Alt}
}

func modeRefs(modes []structure.Mode) []codeLabel {
	out := make([]codeLabel, 0, len(modes))
	for _, m := range modes {
		out = append(out, codeLabel{Code: string(m), Label: taxonomy.ModeName(m).Short})
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

// apiContactOf gives no site that is not a web address: the sheet links to none either.
func apiContactOf(v *structure.Structure) apiContact {
	out := apiContact{Phone: known(v.Contact.Phone), Email: known(v.Contact.Email)}
	if u := v.Contact.Site(); u != nil {
		out.Website = known(u.String())
	}
	return out
}
