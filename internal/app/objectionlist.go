package app

import (
	"context"
	"slices"
	"strings"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// objectionList is the opposition list as one work sees it, which holds the lease
// of imports: nobody else changes it meanwhile.
type objectionList struct {
	app   *App
	key   structure.ObjectionKey
	known map[string]store.Doc[structure.Objection] // by mark
	dry   bool                                      // changes stay in memory
}

// openObjections reads the list. Without create it gives nil when nobody objects;
// with create a first objection makes the key: under the lease alone, or a command
// that is refused would leave a key that nothing is marked with.
func (a *App) openObjections(ctx context.Context, create bool) (*objectionList, error) {
	l := &objectionList{app: a, known: map[string]store.Doc[structure.Objection]{}}
	err := a.Provenance.Objections.All(ctx, func(d store.Doc[structure.Objection]) error {
		l.known[d.ID] = d
		return nil
	})
	if err != nil || len(l.known) == 0 && !create {
		return nil, err
	}
	fresh := len(l.known) == 0 // a list that there is has a key, which another one cannot replace
	if l.key, err = a.objectionKey(fresh); err != nil {
		return nil, err
	}
	if fresh {
		_, err := l.put(ctx, objectionCheck, l.mark(objectionCheck))
		return l, err
	}
	if !l.has(objectionCheck) {
		return nil, wrongKey(a.keyPath())
	}
	return l, nil
}

func (l *objectionList) mark(number string) string { return l.key.Mark(number) }

// has reports whether a number, or a name (structure.NameKey), is on the list.
func (l *objectionList) has(number string) bool {
	_, ok := l.known[l.mark(number)]
	return ok
}

// put marks a number on behalf of objections; known tells that they had it there.
func (l *objectionList) put(ctx context.Context, number string, by ...string) (known bool, err error) {
	mark := l.mark(number)
	what, _, _ := strings.Cut(number, ":")
	d, ok := l.known[mark]
	if !ok {
		o := structure.Objection{Mark: mark, What: what, On: structure.DateOf(l.app.Now())}
		if !slices.Equal(by, []string{mark}) {
			o.Of = by
		}
		return false, l.write(ctx, store.Doc[structure.Objection]{ID: mark, Value: o})
	}
	asked := d.Value.Asked()
	if !d.Value.Keep(by...) {
		return true, nil
	}
	if !asked && d.Value.Asked() {
		d.Value.On = structure.DateOf(l.app.Now())
	}
	return false, l.write(ctx, d)
}

func (l *objectionList) write(ctx context.Context, d store.Doc[structure.Objection]) (err error) {
	change := store.Change{Actor: "objection", At: l.app.Now()}
	switch {
	case l.dry:
	case d.Version == 0:
		d, err = l.app.Provenance.Objections.Insert(ctx, d.Value, change)
	default:
		d, err = l.app.Provenance.Objections.Replace(ctx, d, change)
	}
	if err == nil {
		l.known[d.ID] = d
	}
	return err
}

// follow marks names and numbers that follow from one that is on the list.
func (l *objectionList) follow(ctx context.Context, from string, numbers ...string) error {
	d := l.known[l.mark(from)]
	for _, number := range numbers {
		if _, err := l.put(ctx, number, d.Value.Keepers()...); err != nil {
			return err
		}
	}
	return nil
}

// remove takes an objection off, and every mark that it alone keeps.
func (l *objectionList) remove(ctx context.Context, number string) (asked, stays bool, err error) {
	mark := l.mark(number)
	own := l.known[mark].Value
	asked = own.Mark != "" && own.Asked()
	if !asked {
		return false, own.Mark != "", nil
	}
	for id, d := range l.known {
		if id == mark || !slices.Contains(d.Value.Keepers(), mark) {
			continue
		}
		if err := l.leave(ctx, d, mark); err != nil {
			return true, false, err
		}
	}
	// The mark itself goes last: cut short before, the command is run again.
	err = l.leave(ctx, l.known[mark], mark)
	_, stays = l.known[mark]
	return true, stays, err
}

func (l *objectionList) leave(ctx context.Context, d store.Doc[structure.Objection], keeper string) error {
	if d.Value.Leave(keeper) {
		return l.write(ctx, d)
	}
	delete(l.known, d.ID)
	return l.app.Provenance.Objections.Delete(ctx, d)
}
