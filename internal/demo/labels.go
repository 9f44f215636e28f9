package demo

import (
	"slices"

	"sourcier/internal/structure"
)

// labelNames are the labels that the demo knows, by slug.
var labelNames = map[string]string{
	"iso-9001": "ISO 9001", "iso-14001": "ISO 14001", "iso-26000": "RSE évaluée ISO 26000", "rsei": "Label RSEi", "qualiopi": "Qualiopi",
	"rge": "RGE", "qualibat": "Qualibat", "qualipropre": "Qualipropre", "imprim-vert": "Imprim’Vert", "ecolabel-europeen": "Écolabel européen",
	"agriculture-biologique": "Agriculture biologique", "ecocert-en-cuisine": "Ecocert En Cuisine", "qualirepar": "QualiRépar",
	"handibat": "Handibat", "mase": "MASE", "certiphyto": "Certiphyto", "label-numerique-responsable": "Numérique responsable",
	"fleurs-de-france": "Fleurs de France", "emplitude": "Empl’itude", "epv": "Entreprise du patrimoine vivant", "certibiocide": "Certibiocide",
	"commerce-equitable": "Commerce équitable", "rabc": "Hygiène du linge RABC", "b-corp": "B Corp", "oekotex": "Oeko-Tex Standard 100",
	"pefc": "PEFC", "qualite-tourisme": "Qualité Tourisme", "cap-handeo": "Cap’Handéo", "nf-service": "NF Service", "lucie": "Lucie 26000",
}

// homeLabel is the label that the first territory gives to inclusive employers.
const homeLabel = "emplitude"

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
		codes = append(codes, homeLabel)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		f.Labels = append(f.Labels, f.label(code))
	}
}

func (f *draft) label(code string) structure.Label {
	l := structure.Label{Code: code, Name: labelNames[code]}
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
