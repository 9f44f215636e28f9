package intake

import (
	"cmp"
	"slices"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// merge writes the facts of a draft into a structure. changed reports that a
// fact is no longer the same, dirty that the document is no longer the same:
// a fact found again by a better source, or at a later date, keeps its value
// and takes the new origin.
//
// Whatever the order of the imports the same facts win: they are compared by
// weight, rank of the source, date, then, for two records of one day, by the
// last change of their files and by their lines.
func merge(s *structure.Structure, d *Draft, atlas *territory.Atlas, sectors *taxonomy.Taxonomy) (changed, dirty bool) {
	if s.Origins == nil {
		s.Origins = map[structure.Field]structure.Origin{}
	}
	note := func(c, d bool) { changed, dirty = changed || c, dirty || c || d }
	note(mergeIdentity(s, d), false)
	for i := range facts {
		if facts[i].field == structure.FieldActivities && outdated(s, &d.Facts, d.Origin, sectors) {
			continue // the APE code was merged before
		}
		note(facts[i].merge(s, d))
	}
	note(dropOutdated(s, sectors), false)
	note(mergeAgreements(s, d))
	note(mergeLabels(s, d))
	note(finishPoint(s, atlas), false)
	return changed, dirty
}

// mergeIdentity adds a number that was not known.
func mergeIdentity(s *structure.Structure, d *Draft) (changed bool) {
	if s.SIRET == "" && d.SIRET != "" {
		s.SIRET, changed = d.SIRET, true
	}
	if s.FINESS == "" && d.FINESS != "" {
		s.FINESS, changed = d.FINESS, true
	}
	return changed
}

func (f *fact) merge(s *structure.Structure, d *Draft) (changed, dirty bool) {
	denied := slices.Contains(d.Denied, f.field)
	if !f.given(&d.Facts) && !denied {
		return false, false
	}
	now, known := s.Origins[f.field]
	if known && !f.wins(s, now, d) {
		return false, false
	}
	if f.same(s, &d.Facts) {
		if known && now.Source == d.Origin.Source && (!d.Dated || now.AsOf >= d.Origin.AsOf) {
			return false, false // told before
		}
		s.Origins[f.field] = d.Origin
		return false, true
	}
	f.copy(s, &d.Facts)
	s.Origins[f.field] = d.Origin
	return true, true
}

// wins reports whether the draft is to be believed over what is stored.
func (f *fact) wins(s *structure.Structure, now structure.Origin, d *Draft) bool {
	if protected(now.Source) {
		return false
	}
	if f.weight != nil {
		if c := f.weight(&d.Facts) - f.weight(s); c != 0 {
			return c > 0
		}
	}
	return stronger(d.Origin, now)
}

// outdated reports whether the activities that from holds only follow from an APE
// code that the structure no longer has: the one it has now, told by a source at
// least as strong, is in no sector.
func outdated(s, from *structure.Structure, told structure.Origin, sectors *taxonomy.Taxonomy) bool {
	if activityWeight(from) != derivedAlone || !stronger(s.Origins[structure.FieldNAF], told) {
		return false
	}
	_, known := sectors.NAFLabel(s.NAF)
	return known && len(sectors.ByNAF(s.NAF)) == 0
}

// dropOutdated forgets them.
func dropOutdated(s *structure.Structure, sectors *taxonomy.Taxonomy) (changed bool) {
	if !outdated(s, s, s.Origins[structure.FieldActivities], sectors) {
		return false
	}
	s.Activities = nil
	delete(s.Origins, structure.FieldActivities)
	return true
}

// protected facts are those that a person has set: no file replaces them.
func protected(s structure.Source) bool {
	return s == structure.SourceSelf || s == structure.SourceModerator
}

// stronger reports whether a fact from a is believed over one from b. The same
// origin is: that is the same record read again.
func stronger(a, b structure.Origin) bool {
	return cmp.Or(a.Source.Rank()-b.Source.Rank(), cmp.Compare(a.AsOf, b.AsOf),
		cmp.Compare(a.File, b.File), a.Line-b.Line) >= 0
}

// finishPoint gives a structure without an exact position the reference point
// of its commune, which follows from the address.
func finishPoint(s *structure.Structure, atlas *territory.Atlas) bool {
	if p := s.Address.Point.Precision; p == structure.PrecisionExact || protected(s.Origins[structure.FieldPoint].Source) {
		return false
	}
	c, ok := atlas.Commune(s.Address.Commune)
	if !ok {
		return false
	}
	point := structure.Point{Lat: c.Lat, Lon: c.Lon, Precision: structure.Precision(c.Precision)}
	changed := s.Address.Point != point
	s.Address.Point = point
	s.Origins[structure.FieldPoint] = s.Origins[structure.FieldAddress]
	return changed
}
