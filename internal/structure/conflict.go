package structure

import (
	"slices"
	"strings"
	"time"

	"sourcier/internal/territory"
)

// Conflict is a fact on which two sources disagree: what is shown, and what
// another source says.
type Conflict struct {
	Field       Field
	Kept, Other string // for people; codes stay codes
	By, Against Origin
}

// disputable are the facts that have one right answer. Descriptions, references
// and activities of several sources complete each other.
var disputable = []Field{
	FieldSIRET, FieldName, FieldESS, FieldESUS, FieldSize, FieldWorkforce, FieldNAF, FieldLegal,
	FieldAddress, FieldPhone, FieldEmail, FieldWebsite, FieldClosed,
}

// Conflicts lists what sources disagree on, but what their own source no longer
// confirms: it is out of date, and says so elsewhere. Spelling apart (case,
// accents, spaces), values are compared as they are.
func (s *Structure) Conflicts() []Conflict {
	var out []Conflict
	for i := range facts {
		f := &facts[i]
		by, shown := s.Origins[f.field]
		if !shown || !slices.Contains(disputable, f.field) {
			continue
		}
		for _, c := range s.Claims {
			o, ok := c.Origins[f.field]
			if !ok || s.Sightings[c.Source].Stale != "" || f.same(s, &c.Facts) {
				continue
			}
			kept, other := f.text(s), f.text(&c.Facts)
			if alike(f.field, s, kept, other) {
				continue
			}
			out = append(out, Conflict{f.field, cut(kept), cut(other), by, o})
		}
	}
	return append(out, s.agreementConflicts()...)
}

// alike reports whether two values differ in their spelling alone.
func alike(field Field, s *Structure, a, b string) bool {
	switch field {
	case FieldPhone:
		return lastDigits(a) == lastDigits(b)
	case FieldWebsite:
		return site(a) == site(b)
	case FieldName:
		return territory.Fold(b) == territory.Fold(s.TradeName) || territory.Fold(a) == territory.Fold(b)
	}
	return territory.Fold(a) == territory.Fold(b)
}

// lastDigits compares 01 99 00 00 09 with +33 1 99 00 00 09.
func lastDigits(s string) string {
	var digits []byte
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits = append(digits, s[i])
		}
	}
	return string(digits[max(0, len(digits)-9):])
}

func site(s string) string {
	_, after, found := strings.Cut(s, "://")
	if !found {
		after = s
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(after), "www."), "/")
}

// agreementConflicts lists the agreements that sources give beside those that a
// person has set, or that a stronger source has ended.
func (s *Structure) agreementConflicts() (out []Conflict) {
	by := s.Origins[FieldAgreements]
	for _, c := range s.Claims {
		fresh := slices.DeleteFunc(slices.Clone(c.Facts.Agreements), func(a Agreement) bool {
			return a.Stale != "" || !by.Source.Protected() && (a.overSince() != "" || s.numbered(a))
		})
		if len(fresh) == 0 {
			continue
		}
		shown, from := s.Agreements, by
		if !by.Source.Protected() {
			shown = slices.DeleteFunc(slices.Clone(s.Agreements), func(a Agreement) bool {
				return !slices.ContainsFunc(fresh, func(b Agreement) bool { return a.Kind == b.Kind && a.Source.Rank() > b.Source.Rank() })
			})
			if len(shown) == 0 {
				continue
			}
			from = strongest(shown)
		}
		if kept, other := agreementsText(shown), agreementsText(fresh); kept != other {
			out = append(out, Conflict{FieldAgreements, kept, other, from, Origin{Source: c.Source, AsOf: fresh[0].AsOf}})
		}
	}
	return out
}

// numbered reports whether an agreement without a number is left out because its
// source gives it by number.
func (s *Structure) numbered(a Agreement) bool {
	return a.Number == "" && slices.ContainsFunc(s.Agreements, func(b Agreement) bool {
		return b.Source == a.Source && b.Kind == a.Kind && b.Number != ""
	})
}

// Lapse is a recognition that its source no longer confirms, and that nobody
// else confirms.
type Lapse struct {
	Field  Field // FieldAgreements, FieldESS, FieldESUS or FieldRegie
	Kind   Kind  // of FieldAgreements
	ESS    ESS   // of FieldESS
	Source Source
	Since  Date // day of the first complete list that no longer had it
}

// Lapses lists them, on a day.
func (s *Structure) Lapses(on Date) (out []Lapse) {
	held := s.KindsInForce(on)
	for _, a := range s.Agreements {
		if a.lapsed(on) && !slices.Contains(held, a.Kind) {
			out = append(out, Lapse{Field: FieldAgreements, Kind: a.Kind, Source: a.Source, Since: a.Stale})
		}
	}
	for i := range facts {
		if f := &facts[i]; f.standing && !f.given(s) {
			out = append(out, s.lapsesOf(f)...)
		}
	}
	return slices.CompactFunc(out, func(a, b Lapse) bool { return a.Field == b.Field && a.Kind == b.Kind && a.ESS == b.ESS })
}

// lapsed reports whether nothing but its source makes the agreement no longer hold.
func (a Agreement) lapsed(on Date) bool {
	return a.Stale != "" && a.Stale <= on && (a.End == "" || a.End >= a.Stale)
}

func (s *Structure) lapsesOf(f *fact) (out []Lapse) {
	for _, c := range s.Claims {
		if stale := s.Sightings[c.Source].Stale; stale != "" && f.given(&c.Facts) {
			out = append(out, Lapse{Field: f.field, ESS: c.Facts.ESS, Source: c.Source, Since: stale})
		}
	}
	return out
}

// Undecided lists the conflicts that somebody of the portal has to decide on: not
// those about what the structure says itself, nor what was decided since the other
// source spoke. Agreements follow from the ranks of their sources.
func (s *Structure) Undecided() []Conflict {
	return slices.DeleteFunc(s.Conflicts(), func(c Conflict) bool {
		return c.Field == FieldAgreements || c.By.Source == SourceSelf || c.By.Source == SourceModerator && c.By.AsOf >= c.Against.AsOf
	})
}

// Settle makes the value that a source gives the word of the portal. It reports
// whether there is such a conflict.
func (r *Rules) Settle(s *Structure, field Field, source Source, at time.Time) (Diff, bool) {
	disputed := slices.ContainsFunc(s.Undecided(), func(c Conflict) bool {
		return c.Field == field && (c.By.Source == source || c.Against.Source == source)
	})
	if !disputed {
		return Diff{}, false
	}
	said, o := s.ClaimOf(source), WordOfPortal(at)
	c := Claim{Source: o.Source}
	c.Take(field, &said.Facts, o)
	return r.Merge(s, c), true
}
