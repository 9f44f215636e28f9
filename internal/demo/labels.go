package demo

import (
	"slices"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// homeLabel is the label that the first territory gives to inclusive employers.
var homeLabel = structure.Label{Code: "empl-itude", Name: "Empl’itude"}

// labels gives some structures labels of their trade, a few of them out of date.
func (f *draft) labels() {
	var codes []string
	if f.d.chance(0.38) {
		codes = pickSome(f.d, f.pack.labels, f.d.between(1, 2))
	}
	if f.d.chance(0.12) {
		codes = append(codes, pick(f.d, []string{"rsei", "iso-9001", "iso-14001", "lucie"}))
	}
	if f.isHome() && f.d.chance(0.13) {
		codes = append(codes, homeLabel.Code)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		f.Labels = append(f.Labels, f.label(code))
	}
}

func (f *draft) label(code string) structure.Label {
	l := homeLabel
	if code != l.Code {
		known, _ := taxonomy.NationalLabelOf(code)
		l = structure.Label{Code: known.Code, Name: known.Name}
	}
	today := f.g.opts.Today
	if f.d.chance(0.1) {
		return l // the source gives no dates
	}
	l.From = today.AddDays(-f.d.between(40, 1000))
	l.To = l.From.AddMonths(36).AddDays(-1)
	if f.d.chance(0.1) {
		l.To = l.From.AddMonths(12).AddDays(-1)
	}
	return l
}

// contact is below example.org (RFC 2606): mail to it goes nowhere.
func (f *draft) contact() {
	host := slug(f.bareName()) + ".example.org"
	if f.card.profile.size != "" && len(f.Activities) > 0 && f.Activities[0].Derived {
		return // the register gives no contact
	}
	if f.d.chance(0.93) {
		f.Contact.Phone = phone(f.d, f.commune.Region, f.head < 4 && f.d.chance(0.6))
	}
	if f.d.chance(0.9) {
		f.Contact.Email = pick(f.d, []string{"contact", "accueil", "commercial", "devis", "bonjour"}) + "@" + host
	}
	if f.d.chance(0.7) {
		f.Contact.Website = "https://www." + host
	}
}
