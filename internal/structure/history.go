package structure

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Change is one line of the history of a sheet: a value that an import replaced.
type Change struct {
	On     Date   `json:"on"` // day of the import, not that of the fact
	Field  Field  `json:"field"`
	Old    string `json:"old,omitempty"` // "" when there was none
	New    string `json:"new,omitempty"` // "" when it was taken away
	Source Source `json:"source"`
	File   string `json:"file,omitempty"` // its name
}

const (
	// MaxHistory bounds the changes kept of a structure; the oldest go first.
	MaxHistory = 40
	// maxValue bounds a value shown in the history and in conflicts, in characters.
	maxValue = 160
)

// Note adds to the history what an import has changed, before being the structure
// as it was. Lines of one file that contradict each other are not history.
func (s *Structure) Note(before *Structure, d Diff, on Date, source Source, file string) {
	for _, field := range d.Fields {
		from, to := before.Origins[field], s.Origins[field]
		if from.File != "" && from.File == to.File {
			continue
		}
		c := Change{On: on, Field: field, Old: valueOf(before, field), New: valueOf(s, field), Source: source, File: file}
		if c.Old != c.New {
			s.History = append(slices.Clip(s.History), c)
		}
	}
	s.forgetOldest()
}

// Inherit takes over the history of another sheet of the same structure.
func (s *Structure) Inherit(o *Structure) {
	all := slices.Clone(s.History)
	for _, c := range o.History {
		if !slices.Contains(s.History, c) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(a.On, b.On) })
	s.History = all
	s.forgetOldest()
}

func (s *Structure) forgetOldest() {
	if extra := len(s.History) - MaxHistory; extra > 0 {
		s.History = slices.Clone(s.History[extra:])
	}
}

// ValueOf words a value for people, whole: codes stay codes.
func ValueOf(s *Structure, field Field) string { return wholeValue(s, field) }

// valueOf words a value for people: codes stay codes.
func valueOf(s *Structure, field Field) string {
	switch field {
	case FieldAgreements:
		return agreementsText(s.Agreements)
	case FieldLabels:
		return labelsText(s.Labels)
	}
	for i := range facts {
		if f := &facts[i]; f.field == field && f.text != nil {
			return cut(f.text(s))
		}
	}
	return ""
}

func agreementsText(list []Agreement) string {
	var out []string
	for _, a := range list {
		text := string(a.Kind)
		if a.Number != "" {
			text += " " + a.Number
		}
		switch {
		case a.Stale != "":
			text += " (plus confirmé par " + a.Source.Label() + " depuis le " + frenchDay(a.Stale) + ")"
		case a.End != "":
			text += " (jusqu’au " + frenchDay(a.End) + ")"
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return cut(strings.Join(out, ", "))
}

func labelsText(list []Label) string {
	var out []string
	for _, l := range list {
		text := l.Name
		if l.Stale != "" {
			text += " (plus confirmé depuis le " + frenchDay(l.Stale) + ")"
		}
		out = append(out, text)
	}
	return cut(strings.Join(out, ", "))
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue-1]) + "…"
}
