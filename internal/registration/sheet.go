package registration

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Sheet is what a structure says of itself.
type Sheet struct {
	Name        string               `json:"name,omitempty"`
	TradeName   string               `json:"trade_name,omitempty"`
	Description string               `json:"description,omitempty"`
	Address     structure.Address    `json:"address,omitzero"`
	Contact     structure.Contact    `json:"contact,omitzero"` // public
	Activities  []structure.Activity `json:"activities,omitempty"`
	Offers      []structure.Offer    `json:"offers,omitempty"`
	References  []string             `json:"references,omitempty"`
	Labels      []structure.Label    `json:"labels,omitempty"`
	Logo        *structure.Picture   `json:"logo,omitempty"`
	// Kinds are agreements that the structure says it holds. They count for nothing
	// before somebody of the portal has checked them (Version.Checked).
	Kinds []Declared `json:"kinds,omitempty"`
}

// Declared is an agreement as its holder tells it.
type Declared struct {
	Kind   structure.Kind `json:"kind"`
	Number string         `json:"number,omitempty"`
	End    structure.Date `json:"end,omitempty"`
}

// Bounds of a sheet. The whole of it is bounded too: a document keeps MaxVersions of them.
const (
	MaxActivities  = 20
	MaxOffers      = 20
	MaxPictures    = 4
	MaxReferences  = 40
	MaxLabels      = 20
	MaxTerritories = 200    // of one zone
	MaxTitle       = 120    // letters
	MaxDescription = 4000   // letters
	MaxOfferText   = 2000   // letters
	MaxLine        = 200    // letters, of what stands on one line
	maxSheet       = 40_000 // bytes of JSON
)

// SheetOf is what is shown of a structure, as its owner begins to write.
func SheetOf(s *structure.Structure) Sheet {
	labels := slices.DeleteFunc(slices.Clone(s.Labels), func(l structure.Label) bool { _, granted := l.Granted(); return granted })
	return Sheet{
		Name: s.Name, TradeName: s.TradeName, Description: s.Description, Address: s.Address, Contact: s.Contact,
		Activities: s.Activities, Offers: s.Offers, References: s.References, Labels: labels, Logo: s.Logo,
	}.clone()
}

// clone copies what a change of a part may write to.
func (s Sheet) clone() Sheet {
	s.Activities = slices.Clone(s.Activities)
	for i := range s.Activities {
		a := &s.Activities[i]
		a.Sectors, a.Modes, a.Characteristics = slices.Clone(a.Sectors), slices.Clone(a.Modes), slices.Clone(a.Characteristics)
		a.Zone.Territories = slices.Clone(a.Zone.Territories)
	}
	s.Offers = slices.Clone(s.Offers)
	for i := range s.Offers {
		s.Offers[i].Pictures = slices.Clone(s.Offers[i].Pictures)
	}
	s.References, s.Labels, s.Kinds = slices.Clone(s.References), slices.Clone(s.Labels), slices.Clone(s.Kinds)
	return s
}

// check holds the bounds, whatever screen the change came from.
func (s *Sheet) check() error {
	switch {
	case len(s.Activities) > MaxActivities:
		return account.Fault("Une fiche a 20 activités au plus : regroupez celles qui se ressemblent.")
	case len(s.Offers) > MaxOffers:
		return account.Fault("Une fiche a 20 offres au plus : regroupez celles qui se ressemblent.")
	case len(s.References) > MaxReferences:
		return account.Fault("Une fiche a 40 références au plus : gardez les plus parlantes.")
	case len(s.Labels) > MaxLabels:
		return account.Fault("Une fiche a 20 labels au plus.")
	}
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if len(body) > maxSheet {
		return account.Fault("Cette fiche est trop longue : raccourcissez les descriptions.")
	}
	return nil
}

// CleanLine reads what stands on one line: spaces joined, nothing invisible.
func CleanLine(text string, most int) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	return text, checkText(text, most)
}

// CleanText reads a text of several lines: line ends are \n, three blank lines are one.
func CleanText(text string, most int) (string, error) {
	text = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text))
	for strings.Contains(text, "\n\n\n") {
		text = strings.ReplaceAll(text, "\n\n\n", "\n\n")
	}
	return text, checkText(text, most)
}

func checkText(text string, most int) error {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf)) }) {
		return account.Fault("Ce texte contient des caractères invisibles : recopiez-le sans mise en forme.")
	}
	if n := utf8.RuneCountInString(text); n > most {
		return tooLong(n, most)
	}
	return nil
}

// Need is one of the three answers without which a sheet cannot be published.
type Need string

// What, where, contact.
const (
	NeedWhat    Need = "what"
	NeedWhere   Need = "where"
	NeedContact Need = "contact"
)

// Needs lists what the sheet still lacks to be published, in the order of the questions.
func (s *Sheet) Needs() (out []Need) {
	if !slices.ContainsFunc(s.Activities, func(a structure.Activity) bool { return len(a.Sectors) > 0 }) {
		out = append(out, NeedWhat)
	}
	if s.Address.Commune == "" || !slices.ContainsFunc(s.Activities, func(a structure.Activity) bool { return a.Zone.Declared() }) {
		out = append(out, NeedWhere)
	}
	if s.Contact.Phone == "" && s.Contact.Email == "" && s.Contact.Site() == nil {
		out = append(out, NeedContact)
	}
	return out
}

// Facts gives the sheet as facts of a structure: not the declared agreements.
func (s *Sheet) Facts() structure.Structure {
	return structure.Structure{
		Name: s.Name, TradeName: s.TradeName, Description: s.Description, Address: s.Address, Contact: s.Contact,
		Activities: s.Activities, Offers: s.Offers, References: s.References, Labels: s.Labels, Logo: s.Logo,
	}
}

// Claim is what the structure says on a day.
func (s *Sheet) Claim(on structure.Date) structure.Claim {
	facts := s.Facts()
	return structure.NewClaim(structure.Origin{Source: structure.SourceSelf, AsOf: on}, &facts, nil, "")
}
