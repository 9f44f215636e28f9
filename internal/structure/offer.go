package structure

import (
	"slices"
	"strings"
)

// Offer is one thing that a structure sells, told in its own words.
type Offer struct {
	Title       string    `json:"title"`
	Description string    `json:"description,omitempty"`
	Capacity    string    `json:"capacity,omitempty"`  // in words: « 200 repas par jour »
	LeadDays    int       `json:"lead_days,omitempty"` // days between the order and the delivery; 0 = not said
	MinEuros    int       `json:"min_euros,omitempty"` // of one order, before tax; 0 = not said
	MaxEuros    int       `json:"max_euros,omitempty"` // of one order, before tax; 0 = not said
	Pictures    []Picture `json:"pictures,omitempty"`
}

// Picture is an image that the portal has encoded anew, in two sizes.
type Picture struct {
	Large  string `json:"large"` // hash of the content, by which store.Blobs knows it
	Small  string `json:"small"` // the same, for lists
	Media  string `json:"media"` // image/jpeg or image/png
	Width  int    `json:"width"` // of Large, in pixels
	Height int    `json:"height"`
	Alt    string `json:"alt,omitempty"` // what it shows, for who does not see it
}

// Files lists the hashes of the files that a structure names: logo, pictures, proofs.
func (s *Structure) Files() (hashes []string) {
	add := func(list ...string) {
		for _, hash := range list {
			if hash != "" && !slices.Contains(hashes, hash) {
				hashes = append(hashes, hash)
			}
		}
	}
	if s.Logo != nil {
		add(s.Logo.Large, s.Logo.Small)
	}
	for _, o := range s.Offers {
		for _, p := range o.Pictures {
			add(p.Large, p.Small)
		}
	}
	for _, l := range s.Labels {
		add(l.Proof)
	}
	return hashes
}

func sameOffer(a, b Offer) bool {
	return slices.Equal(a.Pictures, b.Pictures) && a.Title == b.Title && a.Description == b.Description && a.Capacity == b.Capacity &&
		a.LeadDays == b.LeadDays && a.MinEuros == b.MinEuros && a.MaxEuros == b.MaxEuros
}

func offersFact() fact {
	return fact{
		field: FieldOffers,
		given: func(s *Structure) bool { return len(s.Offers) > 0 },
		same:  func(a, b *Structure) bool { return slices.EqualFunc(a.Offers, b.Offers, sameOffer) },
		copy:  func(to, from *Structure) { to.Offers = from.Offers },
		text: func(s *Structure) string {
			var titles []string
			for _, o := range s.Offers {
				titles = append(titles, o.Title)
			}
			return strings.Join(titles, ", ")
		},
	}
}

func logoFact() fact {
	return fact{
		field: FieldLogo,
		given: func(s *Structure) bool { return s.Logo != nil },
		same: func(a, b *Structure) bool {
			return a.Logo == b.Logo || a.Logo != nil && b.Logo != nil && *a.Logo == *b.Logo
		},
		copy: func(to, from *Structure) { to.Logo = from.Logo },
		text: func(s *Structure) string {
			if s.Logo == nil {
				return ""
			}
			return "une image"
		},
	}
}
