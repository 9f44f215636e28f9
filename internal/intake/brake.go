package intake

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// A list that would no longer confirm much of what its source listed before is
// likelier an extract than a list.
const (
	// maxNewlyStale is the share, in percent, of what was listed in its scope that
	// one file may stop listing.
	maxNewlyStale = 20
	// In a department of which the source listed at least leastOfDepartment, it may
	// stop listing maxOfDepartment percent: a department that is missing from a
	// national list is little of the whole. Of fewer, two or three may well close.
	leastOfDepartment = 10
	maxOfDepartment   = 50
)

// share is what the source listed before, and what of it is newly stale.
type share struct{ listed, newly int64 }

func (s *share) add(newly bool) {
	s.listed++
	if newly {
		s.newly++
	}
}

// tally is what an edition would do.
type tally struct {
	all         share
	departments map[string]*share
	named       int64 // that the edition lists
	behind      int64 // of these, what a newer edition does not list
}

func (t *tally) note(department string, newly bool) {
	t.all.add(newly)
	if department == "" {
		return
	}
	if t.departments[department] == nil {
		t.departments[department] = &share{}
	}
	t.departments[department].add(newly)
}

// compare counts what the edition lists and a newer one, imported before, does not.
func (t *tally) compare(named, stale bool) {
	if !named {
		return
	}
	t.named++
	if stale {
		t.behind++
	}
}

// described is how a refusal names an edition.
type described struct{ source, areas, one, many string }

func (s *session) scopeOf(e *edition) described {
	d := described{e.scope.source.Label(), describeAreas(s.areasOf(e)), "fiche", "fiches"}
	if e.scope.units {
		d.one, d.many = "fiche ou unité légale", "fiches ou unités légales"
	}
	return d
}

// tooMuch says in French why nothing is marked, "" when the list may do it.
func (t *tally) tooMuch(d described) string {
	const then = ". Les lignes lues sont enregistrées, mais rien n’est marqué. Si le fichier est un extrait, relancer avec --partial ; s’il est bien complet, avec --accept-stale"
	counted := func(s *share) string {
		return fmt.Sprintf("cette liste ne confirme plus %s sur les %s que %s donnait", count(s.newly, d.one, d.many), number(s.listed), d.source)
	}
	if t.all.newly*100 > t.all.listed*maxNewlyStale {
		return counted(&t.all) + fmt.Sprintf(" dans son périmètre (%s), plus de %d %%", d.areas, maxNewlyStale) + then
	}
	var worst []string
	for department, s := range t.departments {
		if s.listed >= leastOfDepartment && s.newly*100 > s.listed*maxOfDepartment {
			worst = append(worst, department)
		}
	}
	if len(worst) == 0 {
		return ""
	}
	slices.Sort(worst)
	text := counted(t.departments[worst[0]]) + fmt.Sprintf(" dans le département %s, plus de %d %%", worst[0], maxOfDepartment)
	if len(worst) > 1 {
		text += " (de même : " + describeAreas(worst[1:]) + ")"
	}
	return text + then
}

// each gives the structures of which the source says something.
func (s *session) each(ctx context.Context, source structure.Source, take func(store.Doc[structure.Structure]) error) error {
	word := []byte(`"` + string(source) + `"`)
	err := s.writer.dir.each(ctx, func(e store.Envelope) error {
		if !bytes.Contains(e.Doc, word) {
			return ctx.Err()
		}
		d, err := s.imp.opts.Structures.Decode(e)
		if err != nil {
			return err
		}
		return take(d)
	})
	if err != nil && ctx.Err() == nil {
		return &storeError{err}
	}
	return err
}

// count tells what the edition would do under the rules that it makes.
func (s *session) count(ctx context.Context, e *edition, rules *structure.Rules) (*tally, error) {
	t := &tally{departments: map[string]*share{}}
	sheets := map[string]bool{} // legal units that have one
	err := s.each(ctx, e.scope.source, func(d store.Doc[structure.Structure]) error {
		now, key := d.Value, listedKey(d.ID)
		rules.Merge(&now)
		stale := staleItems(&now, e.scope.source)
		newly := stale > staleItems(&d.Value, e.scope.source)
		if newly || s.known(e, key) {
			t.note(rules.DepartmentOf(now.Address), newly)
		}
		t.compare(e.named[key], stale > 0)
		if e.scope.units {
			sheets[now.SIREN()] = true
		}
		return nil
	})
	if err == nil && e.scope.units {
		err = s.countUnits(ctx, e, rules, t, sheets)
	}
	t.all.listed += e.unread // they name structures, though nobody knows which
	return t, err
}

// countUnits counts the legal units without a sheet: what is said of them goes to
// the sheets to come.
func (s *session) countUnits(ctx context.Context, e *edition, rules *structure.Rules, t *tally, sheets map[string]bool) error {
	err := s.writer.dir.eachUnit(ctx, func(envelope store.Envelope) error {
		if sheets[envelope.ID] {
			return ctx.Err()
		}
		doc, err := s.imp.opts.Provenance.Units.Decode(envelope)
		if err != nil {
			return err
		}
		for _, c := range doc.Value.Claims {
			if c.Source != e.scope.source {
				continue
			}
			key, stale := listedKey(unitID(doc.ID)), rules.Listings.StaleItems(c)
			newly := stale > s.rules.Listings.StaleItems(c)
			if newly || s.known(e, key) {
				t.note("", newly)
			}
			t.compare(e.named[key], stale > 0)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return &storeError{err}
	}
	return err
}

// unitID tells a legal unit from a structure among what an edition names.
func unitID(siren string) string { return "siren:" + siren }

// noteUnit remembers that the list names a legal unit, known being what its
// source said of it before.
func (e *edition) noteUnit(siren string, known []structure.Claim, rules *structure.Rules) {
	key := listedKey(unitID(siren))
	if !e.named[key] && slices.ContainsFunc(known, func(c structure.Claim) bool {
		return c.Source == e.scope.source && rules.Listings.StaleItems(c) == 0
	}) {
		e.confirmed[key] = true
	}
	e.named[key] = true
}

func (d stored) eachUnit(ctx context.Context, take func(store.Envelope) error) error {
	return scan(ctx, d.provenance.Units.Raw(), take)
}

func (s *shadow) eachUnit(ctx context.Context, take func(store.Envelope) error) error {
	err := s.below.eachUnit(ctx, func(e store.Envelope) error {
		if _, changed := s.unitDocs[e.ID]; changed {
			return nil
		}
		return take(e)
	})
	for _, e := range s.unitDocs {
		if err != nil {
			return err
		}
		err = take(e)
	}
	return err
}

func staleItems(s *structure.Structure, source structure.Source) (n int) {
	for _, a := range s.Agreements {
		if a.Source == source && a.Stale != "" {
			n++
		}
	}
	for _, l := range s.Labels {
		if l.Source == source && l.Stale != "" {
			n++
		}
	}
	if s.Sightings[source].Stale != "" {
		n++
	}
	return n
}

// describeAreas names some departments or communes.
func describeAreas(areas []string) string {
	const most = 8
	switch {
	case slices.Contains(areas, structure.Everywhere):
		return "toute la France"
	case len(areas) > most:
		return strings.Join(areas[:most], ", ") + fmt.Sprintf(" et %d autres", len(areas)-most)
	}
	return strings.Join(areas, ", ")
}
