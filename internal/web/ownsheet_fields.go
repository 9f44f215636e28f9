package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

// Paths of the screens, below that of a sheet.
const (
	presentationPath = "/presentation"
	waysPath         = "/coordonnees"
	addressPath      = "/adresse"
)

// maxPresentation is how much a reader reads of a structure, in letters.
const maxPresentation = 2000

var presentationScreen = &ownScreen{
	part: registration.PartPresentation, path: presentationPath, heading: "Présentation",
	fields: []ownField{{name: "nom", label: "Nom de la structure"}, {name: "enseigne", label: "Nom d’usage, ou enseigne"}, {name: "presentation", label: "Présentation"}},
	values: func(o *ownSheet) url.Values {
		return url.Values{"nom": {o.sheet.Name}, "enseigne": {o.sheet.TradeName}, "presentation": {o.sheet.Description}}
	},
	read: func(_ *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
		in := formLines{sent: sent}
		name, trade := in.line("nom", registration.MaxLine), in.line("enseigne", registration.MaxLine)
		text := in.text("presentation", maxPresentation)
		if name == "" {
			in.fault("nom", "Écrivez le nom de la structure.")
		}
		sheet.Name, sheet.TradeName, sheet.Description = name, trade, text
		return in.faults
	},
	view: func(o *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
		p := ownsheet.PresentationPage{Form: f, Name: v.Get("nom"), TradeName: v.Get("enseigne"), Description: v.Get("presentation")}
		if origin, ok := o.Shown.Origins[structure.FieldName]; ok && origin.Source != structure.SourceSelf {
			p.Official = format.Text(o.Shown.Name)
		}
		return ownsheet.PresentationView(p)
	},
}

var waysScreen = &ownScreen{
	part: registration.PartContact, path: waysPath, heading: "Coordonnées",
	lead:   "Elles sont publiques : tout visiteur de la fiche les voit.",
	fields: []ownField{{name: "telephone", label: "Téléphone"}, {name: "courriel", label: "Adresse e-mail"}, {name: "site", label: "Site internet"}},
	values: func(o *ownSheet) url.Values {
		return url.Values{"telephone": {format.Phone(o.sheet.Contact.Phone)}, "courriel": {o.sheet.Contact.Email}, "site": {o.sheet.Contact.Website}}
	},
	read: func(_ *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
		in := formLines{sent: sent}
		to := structure.Contact{Phone: in.phone("telephone"), Email: in.email("courriel"), Website: in.line("site", registration.MaxLine)}
		if to.Website != "" && (to.Site() == nil || !strings.Contains(to.Site().Host, ".") || strings.Contains(to.Website, " ")) {
			in.fault("site", "Cette adresse n’est pas celle d’un site : elle s’écrit comme www.exemple.fr.")
		}
		sheet.Contact = to
		return in.faults
	},
	view: func(o *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
		return ownsheet.ContactView(ownsheet.ContactPage{
			Form: f, Phone: v.Get("telephone"), Email: v.Get("courriel"), Website: v.Get("site"),
			PhoneHelp: o.from(structure.FieldPhone), WebsiteHelp: o.from(structure.FieldWebsite),
			EmailHelp: strings.TrimSpace("Plutôt une adresse de la structure que celle d’une personne. " + o.from(structure.FieldEmail)),
		})
	},
}

// from says which source gave a fact that is on line, "" when the structure did.
func (o *ownSheet) from(field structure.Field) string {
	origin, ok := o.Shown.Origins[field]
	if !ok || origin.Source == structure.SourceSelf {
		return ""
	}
	return "En ligne " + lowerFirst(originNote(&o.Shown, origin)) + "."
}

// phone reads a number: kept as it is written, shown as all are.
func (l *formLines) phone(field string) string {
	text := l.line(field, 40)
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ .-()/\u00a0\u202f", r):
			digits = -100
		}
	}
	if text != "" && (digits < 4 || digits > 15) {
		l.fault(field, "Ce n’est pas un numéro de téléphone : il s’écrit comme 01 23 45 67 89.")
	}
	return text
}

// email reads an address that may be left out.
func (l *formLines) email(field string) string {
	text := l.line(field, 254)
	if text == "" {
		return ""
	}
	e, err := account.ParseEmail(text)
	l.failed(field, err)
	return string(e)
}

var addressScreen = &ownScreen{
	part: registration.PartPlace, path: addressPath, heading: "Adresse",
	fields: []ownField{{name: "rue", label: "Numéro et rue"}, {name: "complement", label: "Complément"}, {name: "postal", label: "Code postal"}, {name: "ville", label: "Commune"}},
	values: func(o *ownSheet) url.Values {
		a := o.sheet.Address
		return url.Values{"rue": {a.Street}, "complement": {a.Complement}, "postal": {a.PostalCode}, "ville": {a.City}}
	},
	read: func(o *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
		in := formLines{sent: sent}
		if o.officialAddress() != "" {
			in.fault("ville", "L’adresse vient d’un registre : elle se corrige auprès de lui.")
			return in.faults
		}
		to := structure.Address{Street: in.line("rue", registration.MaxLine), Complement: in.line("complement", registration.MaxLine), PostalCode: in.line("postal", 10), City: in.line("ville", 100)}
		commune, ok := o.Atlas.Locate(to.City, to.PostalCode)
		if !ok {
			in.fault("ville", "Cette commune n’est pas connue sous ce nom et ce code postal.")
			return in.faults
		}
		to.Commune, to.City = commune.Code, commune.Name
		if old := sheet.Address; old.Commune == to.Commune && old.Street == to.Street {
			to.Point = old.Point
		} else {
			to.Point = structure.Point{Lat: commune.Lat, Lon: commune.Lon, Precision: structure.Precision(commune.Precision)}
		}
		sheet.Address = to
		return in.faults
	},
	view: func(o *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
		return ownsheet.AddressView(ownsheet.AddressPage{
			Form: f, Official: o.officialAddress(), Shown: addressWords(o.sheet.Address), Report: reportURL(&o.Shown),
			Street: v.Get("rue"), Complement: v.Get("complement"), PostalCode: v.Get("postal"), City: v.Get("ville"),
		})
	},
}

// officialAddress says which register gave the address, "" where the structure may
// write it: a register that knows where an establishment is knows better.
func (o *ownSheet) officialAddress() string {
	origin, ok := o.Shown.Origins[structure.FieldAddress]
	if !ok || origin.Source == structure.SourceSelf || o.Shown.Address.Commune == "" {
		return ""
	}
	return originNote(&o.Shown, origin)
}
