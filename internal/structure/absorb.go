package structure

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Absorbed is a duplicate that a sheet stands for. The duplicate keeps its document,
// hidden (MergedInto), where its own files still write; what they say is joined to
// the sheet that stands for it (Rules.Renew). Own is what this sheet would be without
// it: what is said of this sheet since is said of Own too, so that taking the merge
// back loses no fact of either.
type Absorbed struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`              // when it was merged
	Numbers []string  `json:"numbers,omitempty"` // Structure.Numbers of it
	Version int64     `json:"version"`           // of its document, when its claims were joined last
	At      time.Time `json:"at"`
	By      string    `json:"by"` // person
	Own     Structure `json:"own"`
	Newer   bool      `json:"newer,omitempty"` // Own was changed by what was said since

	// The merge is two writes: HiddenAt is set after the second. UndoneAt is set by
	// the first write that takes it back; the second removes this.
	HiddenAt time.Time `json:"hidden_at,omitzero"`
	UndoneAt time.Time `json:"undone_at,omitzero"`
}

// Pending reports whether a write is still to come.
func (a *Absorbed) Pending() bool { return a.HiddenAt.IsZero() || !a.UndoneAt.IsZero() }

// MaxAbsorbed bounds the duplicates of a sheet, each of which keeps a copy of it.
const MaxAbsorbed = 6

// MaxHops bounds how far merges of merged sheets are followed.
const MaxHops = 8

// ofNumber are the facts that belong to a number rather than to the structure: a
// duplicate's old SIRET that is closed does not close the sheet.
var ofNumber = []Field{FieldSIRET, FieldClosed}

// alone merges claims that are said of the sheet itself, and of what it would be
// without its duplicates from a place on.
func (r *Rules) alone(s *Structure, from int, said []Claim) Diff {
	d := r.merge(s, said)
	if from < len(s.Absorbed) {
		s.Absorbed = slices.Clone(s.Absorbed)
	}
	for i := from; i < len(s.Absorbed); i++ {
		a := &s.Absorbed[i]
		own := r.merge(&a.Own, said)
		a.Newer = a.Newer || own.Changed
		d.Dirty = d.Dirty || own.Dirty
	}
	return d
}

// absorbedAt is the place of a duplicate that counts, -1 when there is none.
func (s *Structure) absorbedAt(id string) int {
	return slices.IndexFunc(s.Absorbed, func(a Absorbed) bool { return a.ID == id && a.UndoneAt.IsZero() })
}

// Absorbs reports whether the sheet stands for another.
func (s *Structure) Absorbs(id string) bool { return s.absorbedAt(id) >= 0 }

// Twins lists the sheets that hold what this one says: those that it stands for, and
// the one that stands for it.
func (s *Structure) Twins() (ids []string) {
	for _, a := range s.Absorbed {
		ids = append(ids, a.ID)
	}
	if s.MergedInto != "" {
		ids = append(ids, s.MergedInto)
	}
	return ids
}

// Renew joins to a sheet what its duplicate says by now.
func (r *Rules) Renew(s, duplicate *Structure) Diff {
	i := s.absorbedAt(duplicate.ID)
	if i < 0 {
		return Diff{}
	}
	return r.alone(s, i+1, claimsOf(duplicate))
}

// NoteVersion keeps up to which version of its duplicate a sheet has joined what it
// says. It reports whether that changed.
func (s *Structure) NoteVersion(id string, version int64) bool {
	i := s.absorbedAt(id)
	if i < 0 || s.Absorbed[i].Version == version {
		return false
	}
	s.Absorbed = slices.Clone(s.Absorbed)
	s.Absorbed[i].Version = version
	return true
}

// Lose has a sheet take notice of what its duplicate may no longer say.
func (r *Rules) Lose(s *Structure, id string, said ...Claim) Diff {
	i := s.absorbedAt(id)
	if i < 0 {
		return Diff{}
	}
	return r.alone(s, i+1, said)
}

// claimsOf is what a duplicate gives to the sheet that stands for it.
func claimsOf(s *Structure) []Claim {
	claims := unfold(s)
	for i := range claims {
		c := &claims[i]
		c.Origins = maps.Clone(c.Origins)
		for j := range facts {
			if f := &facts[j]; slices.Contains(ofNumber, f.field) {
				f.copy(&c.Facts, &none)
				delete(c.Origins, f.field)
			}
		}
	}
	return claims
}

// own copies what a fold makes of a structure, without its identity and its past.
func (s *Structure) own() Structure {
	out := Structure{FINESS: s.FINESS, SIRET: s.SIRET, UpdatedAt: s.UpdatedAt}
	out.take(s)
	return out
}

// take takes over everything that a fold makes.
func (s *Structure) take(from *Structure) {
	for i := range facts {
		if f := &facts[i]; f.field != FieldSIRET {
			f.copy(s, from)
		}
	}
	if s.FINESS != "" && s.FINESS == from.FINESS {
		s.SIRET = from.SIRET
	}
	s.Agreements, s.Labels, s.Origins, s.Claims, s.Sightings = from.Agreements, from.Labels, from.Origins, from.Claims, from.Sightings
}

// Side says which of two sheets a fact is taken from.
type Side string

// Sides.
const (
	OfKept      Side = "kept"
	OfDuplicate Side = "duplicate"
)

// Picks says of facts which of two sheets they are taken from; what is not named
// follows from the fold.
type Picks map[Field]Side

// MayAbsorb says in French why two sheets cannot be one, "" when they can.
func MayAbsorb(s, duplicate *Structure) string {
	switch {
	case s.ID == duplicate.ID:
		return "Une fiche n’est pas son propre doublon."
	case !s.Shown() || !duplicate.Shown():
		return "L’une des deux fiches n’est plus publiée : suspendue, ou déjà réunie à une autre."
	case s.Groupement != nil || duplicate.Groupement != nil:
		return "Un groupement n’est pas le doublon de ses membres."
	case s.Demo != duplicate.Demo:
		return "Une fiche de démonstration ne se réunit pas à une vraie."
	case len(s.Absorbed) >= MaxAbsorbed:
		return fmt.Sprintf("Cette fiche réunit déjà %d doublons : défaites d’abord une de ces réunions.", MaxAbsorbed)
	case slices.ContainsFunc(s.Absorbed, func(a Absorbed) bool { return a.Pending() }), slices.ContainsFunc(duplicate.Absorbed, func(a Absorbed) bool { return a.Pending() }):
		return "Une réunion de ces fiches est en cours : recommencez dans un instant."
	}
	return ""
}

// Absorb makes a sheet stand for its duplicate, of a version: what sources say of
// both is joined, and what somebody picks otherwise than the fold is the word of the
// portal from that moment. The duplicate is hidden by another write.
func (r *Rules) Absorb(s, duplicate *Structure, version int64, picks Picks, by string, at time.Time) Diff {
	before, at := *s, at.UTC()
	s.Absorbed = append(slices.Clip(s.Absorbed), Absorbed{
		ID: duplicate.ID, Name: duplicate.Name, Numbers: duplicate.Numbers(), Version: version, At: at, By: by, Own: s.own(),
	})
	said := claimsOf(duplicate)
	r.merge(s, said)
	if c := picked(s, &before, duplicate, picks, at); c.says() {
		r.merge(s, []Claim{c})
	}
	d := Compare(&before, s)
	d.Dirty = true
	return d
}

// picked is the word of the portal on what the fold would show otherwise. A number
// that only the duplicate has is one.
func picked(s, kept, duplicate *Structure, picks Picks, at time.Time) Claim {
	o := WordOfPortal(at)
	c := Claim{Source: o.Source, Origins: map[Field]Origin{}}
	take := func(f *fact, from *Structure) {
		f.copy(&c.Facts, from)
		c.Origins[f.field] = o
	}
	for i := range facts {
		f := &facts[i]
		from := kept
		if picks[f.field] == OfDuplicate {
			from = duplicate
		}
		if _, chosen := picks[f.field]; chosen && f.field != FieldSIRET && !f.same(s, from) {
			take(f, from)
		}
	}
	if kept.FINESS != "" && kept.SIRET == "" && duplicate.SIRET != "" {
		take(factOf(FieldSIRET), duplicate)
	}
	if from, chosen := picks[FieldAddress]; chosen && c.Origins[FieldAddress] != (Origin{}) {
		pointOf(&c, from, kept, duplicate, o) // which goes with the address
	}
	return c
}

func pointOf(c *Claim, from Side, kept, duplicate *Structure, o Origin) {
	point := kept.Address.Point
	if from == OfDuplicate {
		point = duplicate.Address.Point
	}
	if point.Precision == PrecisionExact {
		c.Facts.Address.Point = point
		c.Origins[FieldPoint] = o
	}
}

// WordOfPortal is the origin of what somebody of the portal says at an instant: of
// two words of one day the later holds.
func WordOfPortal(at time.Time) Origin {
	return Origin{Source: SourceModerator, AsOf: DateOf(at), File: fmt.Sprintf("%012x", at.UnixMilli())}
}

// Release takes the last merge back: the sheet is what it would be without the
// duplicate, by what was said of it since. The duplicate is shown by another write. It
// reports whether there was such a merge to take back.
func (s *Structure) Release(id string, at time.Time) bool {
	last := len(s.Absorbed) - 1
	if last < 0 || s.Absorbed[last].ID != id || s.Absorbed[last].HiddenAt.IsZero() || !s.Absorbed[last].UndoneAt.IsZero() {
		return false
	}
	s.Absorbed = slices.Clone(s.Absorbed)
	a := &s.Absorbed[last]
	a.UndoneAt = at.UTC()
	s.giveBack(a)
	return true
}

// giveBack makes the sheet what it was, with what was said of it since.
func (s *Structure) giveBack(a *Absorbed) {
	if !a.Newer {
		s.UpdatedAt = a.Own.UpdatedAt
	}
	s.take(&a.Own)
}

// Abandon ends a merge whose second write cannot be done any more.
func (s *Structure) Abandon(id string) bool {
	last := len(s.Absorbed) - 1
	if last < 0 || s.Absorbed[last].ID != id || !s.Absorbed[last].HiddenAt.IsZero() {
		return false
	}
	s.giveBack(&s.Absorbed[last])
	s.forgetAbsorbed(id)
	return true
}

// forgetAbsorbed ends what is kept of a duplicate.
func (s *Structure) forgetAbsorbed(id string) {
	s.Absorbed = slices.DeleteFunc(slices.Clone(s.Absorbed), func(a Absorbed) bool { return a.ID == id })
	if len(s.Absorbed) == 0 {
		s.Absorbed = nil
	}
}

// Settle notes that the second write of the merge of a duplicate, or of its end, is
// done. It reports whether something was to be noted.
func (s *Structure) Settle(id string, at time.Time) bool {
	i := slices.IndexFunc(s.Absorbed, func(a Absorbed) bool { return a.ID == id && a.Pending() })
	if i < 0 {
		return false
	}
	if !s.Absorbed[i].UndoneAt.IsZero() {
		s.forgetAbsorbed(id)
		return true
	}
	s.Absorbed = slices.Clone(s.Absorbed)
	s.Absorbed[i].HiddenAt = at.UTC()
	return true
}

// Compared is a fact of two sheets, side by side.
type Compared struct {
	Field           Field
	Kept, Duplicate string // for people; codes stay codes
	By, Against     Origin
	Default         Side // what the fold would show
	Same            bool // they differ in spelling alone, or not at all
	Own             bool // the structure says it itself: nobody of the portal says otherwise
	Both            bool // they add up: nothing is picked
}

// Compare puts two sheets side by side, fact by fact, those alone that one of them has.
func (r *Rules) Compare(kept, duplicate *Structure) (out []Compared) {
	both := *kept
	both.Absorbed = nil
	r.merge(&both, claimsOf(duplicate))
	for _, field := range Fields {
		c := Compared{Field: field, By: kept.Origins[field], Against: duplicate.Origins[field], Default: OfKept}
		c.Kept, c.Duplicate = wholeValue(kept, field), wholeValue(duplicate, field)
		if slices.Contains(ofNumber, field) || field == FieldPoint || c.Kept == "" && c.Duplicate == "" {
			continue
		}
		c.Both = field == FieldAgreements || field == FieldLabels
		c.Same = c.Kept == c.Duplicate || alike(field, kept, c.Kept, c.Duplicate)
		c.Own = both.Origins[field].Source == SourceSelf
		if f := factOf(field); f != nil && f.same(&both, duplicate) && !f.same(&both, kept) {
			c.Default = OfDuplicate
		}
		out = append(out, c)
	}
	return out
}

// wholeValue is valueOf of which nothing is cut.
func wholeValue(s *Structure, field Field) string {
	if f := factOf(field); f != nil && f.text != nil {
		return f.text(s)
	}
	return valueOf(s, field)
}

// since is what a claim says that an earlier one of its source did not.
func (c Claim) since(was *Claim) Claim {
	c.Origins = maps.Clone(c.Origins)
	for field, o := range c.Origins {
		if f := factOf(field); was.Origins[field] == o {
			delete(c.Origins, field)
			if f != nil {
				f.copy(&c.Facts, &none)
			}
		}
	}
	c.Facts.Agreements = slices.DeleteFunc(slices.Clone(c.Facts.Agreements), func(a Agreement) bool { return slices.Contains(was.Facts.Agreements, a) })
	c.Facts.Labels = slices.DeleteFunc(slices.Clone(c.Facts.Labels), func(l Label) bool { return slices.Contains(was.Facts.Labels, l) })
	return c
}

// Proposed puts what is published beside what a claim of the structure would make of
// it, fact by fact, those alone that the claim speaks of.
func (r *Rules) Proposed(shown *Structure, c Claim) (out []Compared) {
	next := Structure{ID: shown.ID}
	r.merge(&next, []Claim{c})
	for _, field := range Fields {
		f := Compared{Field: field, Kept: wholeValue(shown, field), Duplicate: wholeValue(&next, field), By: shown.Origins[field], Against: next.Origins[field]}
		if f.Duplicate == "" || field == FieldPoint {
			continue
		}
		if of := factOf(field); of != nil {
			f.Same = of.same(shown, &next)
		} else {
			f.Same = f.Kept == f.Duplicate
		}
		out = append(out, f)
	}
	return out
}
