package structure

import "slices"

// Unit holds what lists of legal units say of one (families of the ESS, ESUS,
// labels by SIREN): it goes to every establishment that the directory has of it,
// those that come later included.
type Unit struct {
	SIREN  string  `json:"siren"`
	Claims []Claim `json:"claims"` // one a source
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
