package sourcing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// MaxLawServices bounds the list of L2113-15: the notice has some dozens of lines.
const MaxLawServices = 300

// Key tells a range from the others.
func (r ServiceRange) Key() string { return r.First + "-" + r.Last + "-" + string(r.From) }

// Text is the range with its days, as the journal tells it.
func (r ServiceRange) Text() string {
	text := r.First + " à " + r.Last + ", à partir du " + string(r.From)
	if r.To != "" {
		text += " et jusqu’au " + string(r.To)
	}
	return text + " (" + r.Source + ")"
}

// Check says what of a range cannot be listed, by field.
func (r ServiceRange) Check() map[string]account.Fault {
	faults := map[string]account.Fault{}
	isCode := func(code string) bool { return len(code) == 8 && strings.Trim(code, "0123456789") == "" }
	switch {
	case !isCode(r.First):
		faults["first"] = "Donnez le premier code CPV de la plage : 8 chiffres, 85000000 par exemple."
	case !isCode(r.Last):
		faults["last"] = "Le dernier code CPV de la plage a 8 chiffres, 85999999 par exemple."
	case r.Last < r.First:
		faults["last"] = "Le dernier code vient après le premier."
	}
	if r.From < firstLawDay || r.From > lastLawDay {
		faults["from"] = "La date d’effet va de 2000 à 2099."
	}
	if r.To != "" && (r.To < r.From || r.To > lastLawDay) {
		faults["to"] = "Le dernier jour vient après la date d’effet, avant 2100."
	}
	switch n := utf8.RuneCountInString(r.Source); {
	case n < 3:
		faults["source"] = "Indiquez la source : l’avis annexé au code, et sa date."
	case n > MaxLawSource:
		faults["source"] = account.Fault(fmt.Sprintf("La source est trop longue : %d caractères au plus.", MaxLawSource))
	}
	return faults
}

// List adds a range to the services that may be reserved under L2113-15. ErrUnchanged
// when it is there.
func (b *LawBook) List(r ServiceRange) error {
	for _, fault := range r.Check() {
		return fault
	}
	old := b.Listed(r.Key())
	switch {
	case old != nil && *old == r:
		return ErrUnchanged
	case old != nil:
		return account.Fault("Cette plage est déjà listée à partir de ce jour : retirez-la d’abord.")
	case len(b.Services) >= MaxLawServices:
		return account.Fault("La liste tient 300 plages : retirez-en qui ne servent plus.")
	}
	b.Services = append(b.Services, r)
	slices.SortFunc(b.Services, func(x, y ServiceRange) int { return cmp.Compare(x.Key(), y.Key()) })
	b.Rev++
	return nil
}

// Unlist takes a range out. ErrUnchanged when it is not there.
func (b *LawBook) Unlist(key string) (ServiceRange, error) {
	old := b.Listed(key)
	if old == nil {
		return ServiceRange{}, ErrUnchanged
	}
	dropped := *old
	b.Services = slices.DeleteFunc(b.Services, func(r ServiceRange) bool { return r.Key() == key })
	b.Rev++
	return dropped, nil
}

// Listed finds a range, nil when there is none.
func (b *LawBook) Listed(key string) *ServiceRange {
	i := slices.IndexFunc(b.Services, func(r ServiceRange) bool { return r.Key() == key })
	if i < 0 {
		return nil
	}
	return &b.Services[i]
}

// InForce reports whether the range is of the list on a day.
func (r ServiceRange) InForce(on structure.Date) bool {
	return r.From <= on && (r.To == "" || on <= r.To)
}
