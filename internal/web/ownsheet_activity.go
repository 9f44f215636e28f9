package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
	views "sourcier/views/registration"
)

// Fields of the form of an activity, beside those of its pickers.
const (
	baseField           = "base" // what the activity was when the form was opened
	modeField           = "mode"
	characteristicField = "atout"
	availabilityField   = "disponibilite"
	untilField          = "jusquau"
	offerField          = "offre"
	searchButton        = views.SearchButton
	unsaidState         = "non" // of an availability: a radio needs a value
)

// maxOffer bounds what an activity says in its own words, in letters.
const maxOffer = 1000

// activityScreen is the screen of one activity of the draft; index -1 is a new one.
func (o *ownSheet) activityScreen(index int) *ownScreen {
	sc := &ownScreen{
		part: registration.PartActivities, path: activitiesPath + "/" + newActivity, heading: "Nouvelle activité", back: activitiesPath,
		fields: []ownField{
			{name: sectorField, label: "Ce que vous proposez", words: sectorWords}, {name: modeField, label: "Comment", words: sentModeWords},
			{name: views.ZoneField, also: []string{views.RadiusField, views.TerritoryField}, label: "Où", words: sentZoneWords},
			{name: availabilityField, also: []string{untilField}, label: "Disponibilité", words: sentAvailabilityWords},
			{name: characteristicField, label: "Atouts", words: func(o *ownSheet, v url.Values) string { return o.characteristicWords(v[characteristicField]) }},
			{name: offerField, label: "Dans vos mots"},
		},
		values: func(o *ownSheet) url.Values {
			if index < 0 || index >= len(o.sheet.Activities) {
				return o.activityValues(nil)
			}
			return o.activityValues(&o.sheet.Activities[index])
		},
		read: func(o *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
			a, faults := o.readActivity(sent, sheet)
			if index < 0 || index >= len(sheet.Activities) {
				sheet.Activities = append(sheet.Activities, a)
			} else {
				sheet.Activities[index] = a
			}
			return faults
		},
		view: func(o *ownSheet, f ownsheet.Form, v url.Values) templ.Component { return o.activityView(f, v, index) },
	}
	if index >= 0 {
		sc.path = activitiesPath + "/" + strconv.Itoa(index+1)
		sc.heading = o.activityTitle(&o.sheet.Activities[index])
	}
	return sc
}

// activityValues is the form of an activity; nil is a new one, whose zone is that of
// the others when they share one.
func (o *ownSheet) activityValues(a *structure.Activity) url.Values {
	if a == nil {
		a = &structure.Activity{}
		if list := o.sheet.Activities; len(list) > 0 {
			a.Zone = list[len(list)-1].Zone
		}
	}
	v := url.Values{sectorField: a.Sectors, characteristicField: a.Characteristics, offerField: {a.Offer}, untilField: {string(a.Availability.Until)}}
	for _, m := range a.Modes {
		v.Add(modeField, string(m))
	}
	v.Set(availabilityField, unsaidState)
	if state := a.Availability.On(o.day); state != "" {
		v.Set(availabilityField, string(state))
	}
	zone := o.zoneFields(a.Zone)
	v.Set(views.ZoneField, zone.Way)
	v.Set(views.RadiusField, zone.RadiusKM)
	v[views.TerritoryField] = a.Zone.Territories
	return v
}

func (o *ownSheet) activityView(f ownsheet.Form, v url.Values, index int) templ.Component {
	p := ownsheet.ActivityPage{
		Form: f, Sectors: o.sectorPicker(v), Zone: o.zoneTyped(v), Map: o.zoneMap(), Until: v.Get(untilField), Offer: v.Get(offerField), Base: v.Get(baseField),
	}
	if index >= 0 && index < len(o.sheet.Activities) && p.Base == "" {
		p.Base = activityStamp(&o.sheet.Activities[index])
	}
	p.Derived = index >= 0 && index < len(o.sheet.Activities) && o.sheet.Activities[index].Derived
	if city := o.city(&structure.Structure{Address: o.sheet.Address}); city != "" {
		p.Zone.Around = format.OfCommune(city)
	}
	for _, m := range structure.Modes {
		p.Modes = append(p.Modes, part.Option{Value: string(m), Label: modeChoices[m], Selected: slices.Contains(v[modeField], string(m))})
	}
	for _, state := range []structure.AvailabilityState{structure.Available, structure.OnQuote, structure.BookedUp} {
		p.States = append(p.States, part.Option{Value: string(state), Label: availabilityChoices[state], Selected: v.Get(availabilityField) == string(state)})
	}
	p.States = append(p.States, part.Option{Value: unsaidState, Label: "Je ne le dis pas", Selected: v.Get(availabilityField) == unsaidState})
	for _, g := range o.Taxonomy.CharacteristicGroups() {
		group := ownsheet.Group{Label: format.Text(g.Label)}
		for _, code := range g.Codes {
			c, _ := o.Taxonomy.Characteristic(code)
			option := part.Option{Value: code, Label: format.Text(c.Label), Selected: slices.Contains(v[characteristicField], code)}
			group.Open = group.Open || option.Selected
			group.Options = append(group.Options, option)
		}
		p.Groups = append(p.Groups, group)
	}
	return ownsheet.ActivityView(p)
}

// modeChoices say each mode as its structure would.
var modeChoices = map[structure.Mode]string{
	structure.PREST: "Nous réalisons le travail (prestation de service)",
	structure.DISP:  "Nous mettons des salariés à la disposition du client",
	structure.BUILD: "Nous fabriquons et vendons des biens",
}

var availabilityChoices = map[structure.AvailabilityState]string{
	structure.Available: "Oui, nous pouvons prendre de nouveaux clients", structure.OnQuote: "Cela dépend de la demande (sur devis)", structure.BookedUp: "Non, nous sommes complets",
}

// readActivity reads an activity as it was sent.
func (o *ownSheet) readActivity(sent url.Values, sheet *registration.Sheet) (a structure.Activity, faults []form.Fault) {
	in := formLines{sent: sent}
	a.Sectors = o.pickedSectors(sent)
	if len(a.Sectors) == 0 {
		in.faults = append(in.faults, form.Fault{Field: sectorField, To: sectorField + views.WordsSuffix, Text: "Dites ce que vous proposez, puis cochez au moins un secteur."})
	}
	for _, m := range structure.Modes {
		if slices.Contains(sent[modeField], string(m)) {
			a.Modes = append(a.Modes, m)
		}
	}
	var zone []form.Fault
	a.Zone, zone = o.readZone(sent)
	in.faults = append(in.faults, zone...)
	if len(zone) == 0 {
		in.faults = append(in.faults, o.emptyZone(sent, a.Zone, sheet.Address)...)
	}
	a.Availability = o.readAvailability(&in)
	for _, c := range o.Taxonomy.Characteristics() {
		if slices.Contains(sent[characteristicField], c.Code) {
			a.Characteristics = append(a.Characteristics, c.Code)
		}
	}
	a.Offer = in.text(offerField, maxOffer)
	return a, in.faults
}

// emptyZone refuses a zone of no commune: a radius around a place that is not known,
// a territory that is not there.
func (o *ownSheet) emptyZone(sent url.Values, z structure.Zone, from structure.Address) []form.Fault {
	if z.RadiusKM > 0 && !from.Point.Usable() {
		return []form.Fault{{Field: views.RadiusField, Text: "La position de votre établissement n’est pas connue : un rayon ne toucherait aucune commune. Choisissez des territoires, ou donnez d’abord votre adresse."}}
	}
	if len(z.Territories) == 0 {
		return nil
	}
	for _, value := range sent[views.TerritoryField] {
		if t, err := o.Atlas.Resolve(value); err != nil || t.Communes.Len() == 0 {
			return []form.Fault{{Field: views.TerritoryField, To: views.TerritoryField + views.WordsSuffix, Text: "« " + clip(value) + " » n’est pas un territoire connu."}}
		}
	}
	return nil
}

// readAvailability reads what is said today: to save it is to declare it.
func (o *ownSheet) readAvailability(in *formLines) (a structure.Availability) {
	state := structure.AvailabilityState(in.sent.Get(availabilityField))
	switch state {
	case structure.Available, structure.OnQuote:
		return structure.Availability{State: state, DeclaredOn: o.day}
	case structure.BookedUp:
		until, err := structure.ParseDate(in.sent.Get(untilField))
		if err != nil {
			in.fault(untilField, "Cette date n’existe pas : elle s’écrit jour, mois, année.")
		} else if until != "" && until < o.day {
			in.fault(untilField, "Cette date est passée : donnez le dernier jour où vous êtes complets, ou choisissez une autre réponse.")
		}
		return structure.Availability{State: state, Until: until, DeclaredOn: o.day}
	case unsaidState, "":
		return a
	}
	in.faults = append(in.faults, form.Fault{Field: availabilityField, To: availabilityField + "-" + string(structure.Available), Text: "Choisissez une réponse de la liste."})
	return a
}

// ---- what was sent, in words

func sectorWords(o *ownSheet, v url.Values) string {
	var out []string
	for _, code := range o.pickedSectors(v) {
		out = append(out, o.sectorLabel(code))
	}
	return format.List(out)
}

func sentModeWords(_ *ownSheet, v url.Values) string {
	var modes []structure.Mode
	for _, m := range structure.Modes {
		if slices.Contains(v[modeField], string(m)) {
			modes = append(modes, m)
		}
	}
	return format.Upper(modeWords(modes))
}

func sentZoneWords(o *ownSheet, v url.Values) string {
	z, faults := o.readZone(v)
	if len(faults) > 0 {
		return ""
	}
	return o.zoneWords(z)
}

func sentAvailabilityWords(_ *ownSheet, v url.Values) string {
	state := structure.AvailabilityState(v.Get(availabilityField))
	if state == unsaidState || state == "" {
		return taxonomy.AvailabilityLabel("")
	}
	text := taxonomy.AvailabilityLabel(state)
	if until, err := structure.ParseDate(v.Get(untilField)); err == nil && until != "" && state == structure.BookedUp {
		text += " jusqu’au " + format.ShortDate(until)
	}
	return format.Upper(text)
}
