package structure

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
)

// Objection says that the holder of a number does not want to be in the
// directory. The number is not kept, only its Mark: the list of those who object
// must not become a list of them.
type Objection struct {
	Mark string `json:"mark"`
	What string `json:"what"` // "siret", "siren", "finess", or "name" of a sheet that was withdrawn
	On   Date   `json:"on"`
	// Of are the marks of the objections that keep this one on the list, its own
	// among them when it was asked for; empty: its own alone. The other numbers of a
	// sheet that is withdrawn follow, or a file that gives those would make it again.
	Of []string `json:"of,omitempty"`
}

// Keepers are the marks of the objections that keep this one on the list.
func (o *Objection) Keepers() []string {
	if len(o.Of) == 0 {
		return []string{o.Mark}
	}
	return o.Of
}

// Asked reports whether the number was put on the list for itself.
func (o *Objection) Asked() bool { return slices.Contains(o.Keepers(), o.Mark) }

// Keep adds keepers and reports whether one is new.
func (o *Objection) Keep(marks ...string) (changed bool) {
	before := o.Keepers()
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(before, marks))))
	o.Of = all
	return len(all) > len(before)
}

// Leave takes a keeper off and reports whether one is left.
func (o *Objection) Leave(mark string) (kept bool) {
	o.Of = slices.DeleteFunc(slices.Clone(o.Keepers()), func(m string) bool { return m == mark })
	return len(o.Of) > 0
}

// ObjectionKey keys the marks: without it, every number could be tried.
type ObjectionKey []byte

// Mark is what stands for a number ("siret:…", "siren:…", "finess:…") on the list.
func (k ObjectionKey) Mark(number string) string {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(number))
	return hex.EncodeToString(h.Sum(nil))
}

// Forget removes what is kept of an establishment of the legal unit.
func (u *Unit) Forget(siret string) (changed bool) {
	if _, ok := u.Awaited[siret]; !ok {
		return false
	}
	u.Awaited = maps.Clone(u.Awaited)
	delete(u.Awaited, siret)
	return true
}

// Numbers lists what an objection to a structure may name, those of its duplicates
// included.
func (s *Structure) Numbers() []string {
	var out []string
	for _, a := range s.Absorbed {
		out = append(out, a.Numbers...)
	}
	if s.SIRET != "" {
		out = append(out, "siret:"+s.SIRET, "siren:"+s.SIREN())
	}
	if s.FINESS != "" {
		out = append(out, "finess:"+s.FINESS)
	}
	return out
}
