package intake

import (
	"cmp"
	"slices"

	"sourcier/internal/structure"
)

// mergeAgreements joins the agreements that each source knows, by kind and
// number. A source that gives no number knows one agreement of a kind; once it
// gives numbers, the one without is the same as one of them.
func mergeAgreements(s *structure.Structure, d *Draft) (changed, dirty bool) {
	if len(d.Facts.Agreements) == 0 || protected(s.Origins[structure.FieldAgreements].Source) {
		return false, false
	}
	list := slices.Clone(s.Agreements)
	for _, a := range d.Facts.Agreements {
		list = addAgreement(list, a, d)
	}
	slices.SortFunc(list, func(a, b structure.Agreement) int {
		return cmp.Or(slices.Index(structure.Kinds, a.Kind)-slices.Index(structure.Kinds, b.Kind),
			cmp.Compare(a.Number, b.Number), b.Source.Rank()-a.Source.Rank())
	})
	dirty = !slices.Equal(list, s.Agreements)
	changed = !slices.Equal(undated(list), undated(s.Agreements))
	s.Agreements = list
	if len(list) > 0 {
		s.Origins[structure.FieldAgreements] = strongest(list)
	}
	return changed, dirty
}

func addAgreement(list []structure.Agreement, a structure.Agreement, d *Draft) []structure.Agreement {
	mine := func(b structure.Agreement) bool { return b.Kind == a.Kind && b.Source == a.Source }
	at := slices.IndexFunc(list, func(b structure.Agreement) bool { return mine(b) && b.Number == a.Number })
	switch {
	case d.Ended && (at < 0 || list[at].End != "" && list[at].End <= a.End):
		return list // never known, or seen to be over before
	case at >= 0:
		list[at] = laterAgreement(list[at], a, d.Dated)
		return list
	case a.Number == "" && slices.ContainsFunc(list, mine):
		return list
	case a.Number != "":
		list = slices.DeleteFunc(list, func(b structure.Agreement) bool { return mine(b) && b.Number == "" })
	}
	return append(list, a)
}

// laterAgreement keeps what was said last; on one day, the version that holds
// longest, so that the order of two records does not matter.
func laterAgreement(now, said structure.Agreement, dated bool) structure.Agreement {
	same := now.Start == said.Start && now.End == said.End
	if same && !dated {
		return now
	}
	c := cmp.Or(cmp.Compare(said.AsOf, now.AsOf), compareEnds(said.End, now.End), -cmp.Compare(said.Start, now.Start))
	if c > 0 {
		return said
	}
	return now
}

// compareEnds puts an unknown end last.
func compareEnds(a, b structure.Date) int {
	if a == "" || b == "" {
		return weigh(a == "") - weigh(b == "")
	}
	return cmp.Compare(a, b)
}

// strongest is the origin shown for the agreements as a whole.
func strongest(list []structure.Agreement) structure.Origin {
	a := slices.MaxFunc(list, func(a, b structure.Agreement) int {
		return cmp.Or(a.Source.Rank()-b.Source.Rank(), cmp.Compare(a.AsOf, b.AsOf))
	})
	return structure.Origin{Source: a.Source, AsOf: a.AsOf}
}

func undated(list []structure.Agreement) []structure.Agreement {
	out := slices.Clone(list)
	for i := range out {
		out[i].AsOf = ""
	}
	return out
}

// mergeLabels joins labels by code. Of two spellings of one label that of the
// stronger source stays.
func mergeLabels(s *structure.Structure, d *Draft) (changed, dirty bool) {
	now := s.Origins[structure.FieldLabels]
	if len(d.Facts.Labels) == 0 || protected(now.Source) {
		return false, false
	}
	list := slices.Clone(s.Labels)
	for _, l := range d.Facts.Labels {
		at := slices.IndexFunc(list, func(x structure.Label) bool { return x.Code == l.Code })
		switch {
		case at < 0:
			list = append(list, l)
		case cmp.Or(d.Origin.Source.Rank()-now.Source.Rank(), cmp.Compare(d.Origin.AsOf, now.AsOf)) > 0:
			list[at] = l
		}
	}
	slices.SortFunc(list, func(a, b structure.Label) int { return cmp.Compare(a.Code, b.Code) })
	changed = !slices.Equal(list, s.Labels)
	s.Labels = list
	better := cmp.Or(d.Origin.Source.Rank()-now.Source.Rank(), weigh(d.Dated || changed)*cmp.Compare(d.Origin.AsOf, now.AsOf))
	if now.Source != "" && better <= 0 {
		return changed, false
	}
	s.Origins[structure.FieldLabels] = structure.Origin{Source: d.Origin.Source, AsOf: d.Origin.AsOf}
	return changed, true
}
