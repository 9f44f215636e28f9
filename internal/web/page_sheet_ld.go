package web

import (
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/format"
)

// linked is a structure in the words of schema.org, for search engines: nothing
// that the page does not show.
type linked struct {
	Context     string       `json:"@context"`
	Type        string       `json:"@type"`
	ID          string       `json:"@id"`
	Page        string       `json:"mainEntityOfPage"`
	Name        string       `json:"name"`
	Alternate   string       `json:"alternateName,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Telephone   string       `json:"telephone,omitempty"`
	Email       string       `json:"email,omitempty"`
	Identifiers []linkedID   `json:"identifier,omitempty"`
	Address     *linkedPlace `json:"address,omitempty"`
	Geo         *linkedPoint `json:"geo,omitempty"`
	Trades      []string     `json:"knowsAbout,omitempty"`
	Served      []any        `json:"areaServed,omitempty"`
}

type linkedID struct {
	Type  string `json:"@type"`
	Of    string `json:"propertyID"`
	Value string `json:"value"`
}

type linkedPlace struct {
	Type    string `json:"@type"`
	Street  string `json:"streetAddress,omitempty"`
	Postal  string `json:"postalCode,omitempty"`
	City    string `json:"addressLocality,omitempty"`
	Country string `json:"addressCountry"`
}

type linkedPoint struct {
	Type string  `json:"@type"`
	Lat  float64 `json:"latitude"`
	Lon  float64 `json:"longitude"`
}

type linkedArea struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type linkedCircle struct {
	Type   string      `json:"@type"`
	Middle linkedPoint `json:"geoMidpoint"`
	Metres float64     `json:"geoRadius"`
}

// linkedData is nil for what the world must not take for an open, real structure.
func (s *site) linkedData(v *structure.Structure) any {
	if v.Demo || v.Closed {
		return nil
	}
	address := s.Config.BaseURL + sheetURL(v.ID, "")
	out := &linked{
		Context: "https://schema.org", Type: "Organization", ID: address, Page: address, Name: v.Name, Description: format.Text(v.Description),
		Telephone: format.Dial(v.Contact.Phone), Email: v.Contact.Email, Trades: s.sectorsOf(v),
	}
	if v.TradeName != v.Name {
		out.Alternate = v.TradeName
	}
	if u := v.Contact.Site(); u != nil {
		out.URL = u.String()
	}
	for _, id := range []linkedID{{Of: "SIRET", Value: v.SIRET}, {Of: "FINESS", Value: v.FINESS}, {Of: "RNA", Value: v.RNA}} {
		if id.Type = "PropertyValue"; id.Value != "" {
			out.Identifiers = append(out.Identifiers, id)
		}
	}
	if a := v.Address; a.PostalCode != "" || a.City != "" {
		street := strings.Trim(a.Street+", "+a.Complement, ", ")
		out.Address = &linkedPlace{Type: "PostalAddress", Street: format.Text(street), Postal: a.PostalCode, City: format.Text(s.city(v)), Country: "FR"}
	}
	if p := v.Address.Point; p.Precision == structure.PrecisionExact {
		out.Type = "LocalBusiness" // a place, which may have a position
		out.Geo = &linkedPoint{"GeoCoordinates", p.Lat, p.Lon}
	}
	out.Served = s.linkedAreas(v, out.Geo)
	return out
}

// linkedAreas lists where the structure says that it works, each once.
func (s *site) linkedAreas(v *structure.Structure, at *linkedPoint) []any {
	var out []any
	seen := map[any]bool{}
	add := func(area any) {
		if !seen[area] {
			seen[area] = true
			out = append(out, area)
		}
	}
	for _, a := range v.Activities {
		if a.Zone.France {
			add(linkedArea{"Country", "France"})
		}
		for _, value := range a.Zone.Territories {
			if t, err := s.Atlas.Resolve(value); err == nil {
				kind := "AdministrativeArea"
				if t.Kind == territory.KindCommune {
					kind = "City"
				}
				add(linkedArea{kind, format.Text(t.Label)})
			}
		}
		if a.Zone.RadiusKM > 0 && at != nil {
			add(linkedCircle{"GeoCircle", *at, a.Zone.RadiusKM * 1000})
		}
	}
	return out
}
