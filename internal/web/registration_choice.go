package web

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/registration"
)

// Where a picker gets its proposals from.
const (
	registrationPath  = "/inscription"
	choicePath        = registrationPath + "/choix"
	sectorChoices     = choicePath + "/secteurs"
	territoryChoices  = choicePath + "/territoires"
	sectorField       = "secteur"
	maxPickedSectors  = 20 // of one activity
	maxPickedPlaces   = 50 // of one zone
	maxProposals      = 8
	maxProposedGroups = 1 // groups whose sectors are proposed
	maxWordsApart     = 8 // words looked up one by one
	minWordApart      = 4 // letters of such a word
)

// pickerID bounds what a fragment may call itself.
var pickerID = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// chooseSectors answers the sectors that words bring, as a fragment.
func (s *site) chooseSectors(c *fiber.Ctx) error {
	return s.choose(c, sectorField, s.sectorPicker)
}

// chooseTerritories answers the territories that words bring.
func (s *site) chooseTerritories(c *fiber.Ctx) error {
	return s.choose(c, registration.TerritoryField, s.territoryPicker)
}

func (s *site) choose(c *fiber.Ctx, name string, picker func(url.Values) registration.Picker) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	p := picker(values)
	if id := values.Get(registration.IDField); id != name && pickerID.MatchString(id) {
		p.ID = id
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Robots-Tag", "noindex")
	return render(c, registration.PickerChoices(p))
}

// sectorPicker reads what a picker of sectors sent: the codes that are known, and what
// its words bring beside them.
func (s *site) sectorPicker(sent url.Values) registration.Picker {
	p := registration.Picker{
		Name: sectorField, From: sectorChoices, Label: "Que proposez-vous ?", Placeholder: "Ex. blanchisserie",
		Help: "Dites-le avec vos mots, un métier à la fois, puis cochez.", Words: typedLine(sent.Get(sectorField + registration.WordsSuffix)),
	}
	codes := s.pickedSectors(sent)
	for _, code := range codes {
		sector, _ := s.Taxonomy.Sector(code)
		p.Chosen = append(p.Chosen, part.Option{Value: code, Label: format.Text(sector.Label)})
	}
	if p.Words == "" {
		return p
	}
	p.Asked = true
	for _, sector := range s.sectorsFor(p.Words) {
		if len(p.Found) < maxProposals && !slices.Contains(codes, sector.Code) {
			p.Found = append(p.Found, part.Option{Value: sector.Code, Label: format.Text(sector.Label)})
		}
	}
	return p
}

// sectorsFor are the sectors that words bring, the best first: of a group that they
// name, its own.
func (s *site) sectorsFor(words string) (out []taxonomy.Sector) {
	add := func(sector taxonomy.Sector) {
		if !slices.ContainsFunc(out, func(o taxonomy.Sector) bool { return o.Code == sector.Code }) {
			out = append(out, sector)
		}
	}
	groups := 0
	for _, m := range s.Taxonomy.Search(words, 2*maxProposals) {
		if sector, ok := s.Taxonomy.Sector(m.Code); ok {
			add(sector)
		} else if groups++; groups <= maxProposedGroups {
			for _, sector := range s.Taxonomy.InGroup(m.Code) {
				add(sector)
			}
		}
	}
	if len(out) == 0 {
		if sector, ok := s.Taxonomy.MatchSector(words); ok {
			add(sector)
		}
	}
	if len(out) == 0 {
		return s.sectorsForAny(words)
	}
	return out
}

// sectorsForAny are the sectors that some of the words bring, where no sector has them
// all, those that most of them bring first: « tonte de pelouses », « laver du linge ».
func (s *site) sectorsForAny(words string) (out []taxonomy.Sector) {
	list := strings.Fields(words)
	if len(list) > maxWordsApart {
		list = list[:maxWordsApart]
	}
	brought := map[string]int{}
	for _, word := range list {
		if utf8.RuneCountInString(word) < minWordApart {
			continue
		}
		for _, m := range s.Taxonomy.Search(word, maxProposals) {
			sector, ok := s.Taxonomy.Sector(m.Code)
			if !ok {
				continue
			}
			if brought[m.Code]++; brought[m.Code] == 1 {
				out = append(out, sector)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b taxonomy.Sector) int { return brought[b.Code] - brought[a.Code] })
	return out
}

// pickedSectors are the codes that a picker sent, each once, those that there are.
func (s *site) pickedSectors(sent url.Values) (codes []string) {
	for _, code := range sent[sectorField] {
		if _, ok := s.Taxonomy.Sector(code); ok && !slices.Contains(codes, code) && len(codes) < maxPickedSectors {
			codes = append(codes, code)
		}
	}
	return codes
}

// territoryPicker reads what a picker of territories sent.
func (s *site) territoryPicker(sent url.Values) registration.Picker {
	p := registration.Picker{
		Name: registration.TerritoryField, From: territoryChoices, Label: "Lesquels ?", Placeholder: "Ex. Val-de-Marne",
		Help: "Un nom ou un code postal à la fois, puis cochez.", Words: typedLine(sent.Get(registration.TerritoryField + registration.WordsSuffix)),
	}
	values := s.pickedTerritories(sent)
	for _, value := range values {
		p.Chosen = append(p.Chosen, part.Option{Value: value, Label: s.placeName(value)})
	}
	if p.Words == "" {
		return p
	}
	p.Asked = true
	for _, t := range s.Atlas.Search(p.Words, s.Home, maxProposals) {
		if !slices.Contains(values, t.Value) {
			p.Found = append(p.Found, part.Option{Value: t.Value, Label: format.Text(t.Label)})
		}
	}
	return p
}

func (s *site) pickedTerritories(sent url.Values) (values []string) {
	for _, value := range sent[registration.TerritoryField] {
		if t, err := s.Atlas.Resolve(value); err == nil && t.Value == value && !slices.Contains(values, value) && len(values) < maxPickedPlaces {
			values = append(values, value)
		}
	}
	return values
}

// usualRadius is proposed to who has said nothing of a zone, in kilometres: what most
// structures of a town declare.
const usualRadius = 30

// zoneFields is the form of a zone that is stored; one that is undeclared proposes a radius.
func (s *site) zoneFields(z structure.Zone) registration.Zone {
	sent := url.Values{registration.TerritoryField: z.Territories}
	switch {
	case z.France:
		sent.Set(registration.ZoneField, registration.ZoneFrance)
	case len(z.Territories) > 0:
		sent.Set(registration.ZoneField, registration.ZoneTerritories)
	default:
		sent.Set(registration.ZoneField, registration.ZoneRadius)
		sent.Set(registration.RadiusField, strconv.Itoa(usualRadius))
	}
	if z.RadiusKM > 0 {
		sent.Set(registration.RadiusField, strings.Replace(strconv.FormatFloat(z.RadiusKM, 'f', -1, 64), ".", ",", 1))
	}
	return s.zoneTyped(sent)
}

// zoneTyped is the form of a zone as it was sent.
func (s *site) zoneTyped(sent url.Values) registration.Zone {
	return registration.Zone{
		Way: sent.Get(registration.ZoneField), RadiusKM: typedLine(sent.Get(registration.RadiusField)), Territories: s.territoryPicker(sent),
	}
}

// readZone reads a zone as it was sent: what belongs to another way than the one that
// is chosen is left out.
func (s *site) readZone(sent url.Values) (z structure.Zone, faults []form.Fault) {
	switch sent.Get(registration.ZoneField) {
	case registration.ZoneFrance:
		return structure.Zone{France: true}, nil
	case registration.ZoneTerritories:
		z.Territories = s.pickedTerritories(sent)
		if len(z.Territories) == 0 {
			faults = append(faults, form.Fault{Field: registration.TerritoryField, To: registration.TerritoryField + registration.WordsSuffix, Text: "Cochez au moins un territoire, ou choisissez un rayon."})
		}
		return z, faults
	case registration.ZoneRadius:
		km, err := strconv.ParseFloat(strings.Replace(strings.TrimSuffix(strings.ToLower(strings.Join(strings.Fields(typedLine(sent.Get(registration.RadiusField))), "")), "km"), ",", ".", 1), 64)
		if err != nil || !(km >= 1 && km <= structure.MaxRadiusKM) {
			return z, []form.Fault{{Field: registration.RadiusField, Text: "Donnez un rayon de 1 à 500 kilomètres, en chiffres."}}
		}
		return structure.Zone{RadiusKM: km}, nil
	}
	return z, []form.Fault{{Field: registration.ZoneField, To: registration.ZoneField + "-" + registration.ZoneRadius, Text: "Dites où vous intervenez : un rayon, des territoires ou toute la France."}}
}
