package structure

import (
	"maps"
	"slices"
)

// Unit holds what lists of legal units say of one (families of the ESS, ESUS,
// labels by SIREN): it goes to every establishment that the directory has of it,
// those that come later included.
type Unit struct {
	SIREN  string  `json:"siren"`
	Claims []Claim `json:"claims,omitempty"` // one a source
	// Awaited holds, by SIRET, what was said of establishments that the directory
	// does not have: that they closed, that their agreement is over, that their holder
	// objects to publication. A source that lists one later is then known to be
	// behind. At most MaxAwaited, those of the smallest numbers: which ones stay does
	// not depend on what came first.
	Awaited map[string][]Claim `json:"awaited,omitempty"`
}

// MaxAwaited bounds the establishments of a legal unit that are not in the
// directory and of which something is kept.
const MaxAwaited = 500

// Await keeps what a source says of an establishment that is not in the directory;
// left is set when it, or another in its stead, is not kept.
func (u *Unit) Await(siret string, c Claim) (changed, left bool) {
	one := Unit{Claims: u.Awaited[siret]}
	if !one.Join(c) {
		return false, false
	}
	all := make(map[string][]Claim, len(u.Awaited)+1)
	maps.Copy(all, u.Awaited)
	all[siret] = one.Claims
	if len(all) > MaxAwaited {
		last := slices.Max(slices.Collect(maps.Keys(all)))
		if left = true; last == siret {
			return false, left
		}
		delete(all, last)
	}
	u.Awaited = all
	return true, left
}

// HiddenUntil is Structure.HiddenUntil of an establishment that is awaited.
func (u *Unit) HiddenUntil(siret string, source Source) Date {
	for _, c := range u.Awaited[siret] {
		if c.Source == source {
			return c.Hidden
		}
	}
	return ""
}

// Join adds what a source says and reports whether that changed anything.
func (u *Unit) Join(c Claim) (changed bool) {
	at := slices.IndexFunc(u.Claims, func(x Claim) bool { return x.Source == c.Source })
	if at < 0 {
		u.Claims = append(slices.Clip(u.Claims), c)
		slices.SortFunc(u.Claims, byRank)
		return true
	}
	joined := u.Claims[at]
	joined.Join(c)
	if joined.equal(&u.Claims[at]) {
		return false
	}
	u.Claims = slices.Clone(u.Claims)
	u.Claims[at] = joined
	return true
}
