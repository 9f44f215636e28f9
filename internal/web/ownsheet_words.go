package web

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

// sheetFields word each field of a sheet, in the order in which changes are told;
// activities are told one by one.
var sheetFields = []struct {
	label string
	path  string // screen, below that of the sheet
	words func(*registration.Sheet) string
	// content tells apart what the words do not: other images, other files; nil = the
	// words say all.
	content func(*registration.Sheet) any
}{
	{"Nom", presentationPath, func(s *registration.Sheet) string { return format.Text(s.Name) }, nil},
	{"Enseigne", presentationPath, func(s *registration.Sheet) string { return format.Text(s.TradeName) }, nil},
	{"Présentation", presentationPath, func(s *registration.Sheet) string { return format.Text(s.Description) }, nil},
	{"Adresse", addressPath, func(s *registration.Sheet) string { return addressWords(s.Address) }, nil},
	{"Téléphone", waysPath, func(s *registration.Sheet) string { return format.Phone(s.Contact.Phone) }, nil},
	{"Adresse e-mail", waysPath, func(s *registration.Sheet) string { return s.Contact.Email }, nil},
	{"Site", waysPath, func(s *registration.Sheet) string { return s.Contact.Website }, nil},
	{"Offres", offersPath, func(s *registration.Sheet) string { return offerWords(s.Offers) }, func(s *registration.Sheet) any { return s.Offers }},
	{"Références", referencesPath, func(s *registration.Sheet) string { return format.Text(strings.Join(s.References, ", ")) }, nil},
	{"Labels", labelsPath, func(s *registration.Sheet) string { return labelWords(s.Labels) }, func(s *registration.Sheet) any { return s.Labels }},
	{"Logo", logoPath, func(s *registration.Sheet) string { return logoWords(s.Logo) }, func(s *registration.Sheet) any { return s.Logo }},
	{"Statuts déclarés", "", func(s *registration.Sheet) string { return kindWords(s.Kinds) }, nil},
}

// changes words what differs between two sheets. A field whose words are the same and
// whose content is not is told too: « 3 offres modifiées » is no word of it, the
// screen is.
func (o *ownSheet) changes(before, after *registration.Sheet) (out []ownsheet.Change) {
	out = o.activityChanges(before.Activities, after.Activities)
	for _, f := range sheetFields {
		was, is := f.words(before), f.words(after)
		if f.content != nil && was == is && !reflect.DeepEqual(f.content(before), f.content(after)) {
			is += " (changé)"
		}
		if was != is {
			out = append(out, ownsheet.Change{Field: f.label, Before: was, After: is, URL: o.changeURL(f.path)})
		}
	}
	return out
}

func (o *ownSheet) changeURL(path string) string {
	if path == "" {
		return ""
	}
	return o.url() + path
}

// activityChanges pairs activities of the same sectors, whatever their order.
func (o *ownSheet) activityChanges(before, after []structure.Activity) (out []ownsheet.Change) {
	left := slices.Clone(before)
	for i := range after {
		a := &after[i]
		was := ""
		if at := slices.IndexFunc(left, func(b structure.Activity) bool { return slices.Equal(a.Sectors, b.Sectors) }); at >= 0 {
			was = o.activityWords(&left[at])
			left = slices.Delete(left, at, at+1)
		}
		if is := o.activityWords(a); was != is {
			out = append(out, ownsheet.Change{Field: o.activityTitle(a), Before: was, After: is, URL: o.activityURL(i)})
		}
	}
	for i := range left {
		out = append(out, ownsheet.Change{Field: o.activityTitle(&left[i]), Before: o.activityWords(&left[i]), URL: o.url() + activitiesPath})
	}
	return out
}

func (o *ownSheet) activityURL(index int) string {
	return o.url() + activitiesPath + "/" + strconv.Itoa(index+1)
}

// activityTitle names the sectors.
func (o *ownSheet) activityTitle(a *structure.Activity) string {
	var names []string
	for _, code := range a.Sectors {
		names = append(names, o.sectorLabel(code))
	}
	return cmp.Or(strings.Join(names, titleDot), "Activité sans secteur")
}

// activityWords says all of an activity but its sectors.
func (o *ownSheet) activityWords(a *structure.Activity) string {
	zone := o.zoneWords(a.Zone)
	if a.Zone.RadiusKM > 0 || !a.Zone.Declared() { // the others begin with a name
		zone = lowerFirst(zone)
	}
	words := []string{cmp.Or(modeWords(a.Modes), "mode non dit"), zone}
	if text := availability(a.Availability, o.day).Text; a.Availability.State != "" {
		if last := registration.Lapses(a.Availability); last >= o.day {
			text += ", dit jusqu’au " + format.ShortDate(last)
		}
		words = append(words, lowerFirst(text))
	}
	if list := o.characteristicWords(a.Characteristics); list != "" {
		words = append(words, lowerFirst(list))
	}
	if a.Offer != "" {
		words = append(words, format.Quote(format.Text(a.Offer)))
	}
	if a.Derived {
		words = append(words, "déduite du code APE")
	}
	return format.Upper(strings.Join(words, format.NNBSP+"; "))
}

func modeWords(modes []structure.Mode) string {
	var out []string
	for _, m := range modes {
		out = append(out, lowerFirst(taxonomy.ModeName(m).Long))
	}
	return strings.Join(out, ", ")
}

func (o *ownSheet) zoneWords(z structure.Zone) string {
	if !z.Declared() {
		return "Zone non déclarée"
	}
	return o.zoneLabel(z, &structure.Structure{Address: o.sheet.Address})
}

func (o *ownSheet) characteristicWords(codes []string) string {
	var out []string
	for _, code := range codes {
		if c, ok := o.Taxonomy.Characteristic(code); ok {
			out = append(out, format.Text(c.Label))
		}
	}
	return strings.Join(out, ", ")
}

func addressWords(a structure.Address) string {
	return format.Text(strings.Join(slices.DeleteFunc([]string{a.Street, a.Complement, strings.TrimSpace(a.PostalCode + " " + a.City)}, func(s string) bool { return s == "" }), ", "))
}

func waysWords(c structure.Contact) string {
	return strings.Join(slices.DeleteFunc([]string{format.Phone(c.Phone), c.Email, c.Website}, func(s string) bool { return s == "" }), " · ")
}

// offerWords tells offers apart by all that they say.
func offerWords(list []structure.Offer) string {
	var out []string
	for _, offer := range list {
		text := format.Text(offer.Title)
		var more []string
		for _, part := range []string{offer.Description, offer.Capacity} {
			if part != "" {
				more = append(more, format.Text(strings.TrimSuffix(part, ".")))
			}
		}
		if offer.LeadDays > 0 {
			more = append(more, "délai de "+format.Count(offer.LeadDays, "jour", "jours"))
		}
		if offer.MinEuros > 0 {
			more = append(more, "à partir de "+format.Number(offer.MinEuros)+format.NBSP+"€")
		}
		if offer.MaxEuros > 0 {
			more = append(more, "jusqu’à "+format.Number(offer.MaxEuros)+format.NBSP+"€")
		}
		if n := len(offer.Pictures); n > 0 {
			more = append(more, format.Count(n, "image", "images"))
		}
		if len(more) > 0 {
			text += " (" + strings.Join(more, ", ") + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, format.NNBSP+"; ")
}

func labelWords(list []structure.Label) string {
	var out []string
	for _, l := range list {
		text := format.Text(l.Name)
		if l.To != "" {
			text += " (jusqu’au " + format.ShortDate(l.To) + ")"
		}
		if l.Proof != "" {
			text += ", avec preuve"
		}
		out = append(out, text)
	}
	return strings.Join(out, format.NNBSP+"; ")
}

func logoWords(p *structure.Picture) string {
	if p == nil {
		return ""
	}
	return strings.TrimSuffix("Une image : "+p.Alt, " : ")
}

func kindWords(list []registration.Declared) string {
	var out []string
	for _, d := range list {
		text := taxonomy.KindName(d.Kind).Short
		if d.Number != "" {
			text += " " + d.Number
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}
