package people_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
)

// town is a world with organisations.
type town struct {
	*world
	t testing.TB
}

// inEachStore runs a test on both stores.
func inEachStore(t *testing.T, test func(t *testing.T, w *town)) {
	t.Helper()
	onBoth(t, func(t *testing.T, w *world) { test(t, &town{w, t}) })
}

// set moves the clock to a time.
func (w *town) set(at time.Time) { w.move(at.Sub(w.clock.now())) }

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// person makes an account at ville.fr.
func (w *town) person(name string) account.Person {
	w.t.Helper()
	d, err := w.Ensure(w.t.Context(), account.Email(name+"@ville.fr"), "")
	w.must(err)
	return d.Value
}

// organisation makes a confirmed one.
func (w *town) organisation(id string, kind account.OrganisationKind) {
	w.t.Helper()
	_, err := w.Organisations.Insert(w.t.Context(), account.Organisation{
		ID: id, Kind: kind, Name: "Mairie de " + id, CreatedAt: noon, ConfirmedAt: noon,
	}, store.Change{})
	w.must(err)
}

// member makes an account that belongs to an organisation.
func (w *town) member(name, id string, manager bool, roles ...account.Role) account.Person {
	w.t.Helper()
	p := w.person(name)
	_, err := store.Update(w.t.Context(), w.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(p.ID, roles, manager, noon)
	})
	w.must(err)
	return p
}

func (w *town) get(id string) account.Organisation {
	w.t.Helper()
	d, err := w.Organisations.Get(w.t.Context(), id)
	w.must(err)
	return d.Value
}

// carry takes what follows from writes where it belongs.
func (w *town) carry() {
	w.t.Helper()
	_, err := store.NewRelay(w.db, slog.New(slog.NewTextHandler(io.Discard, nil)), people.Sources...).Once(w.t.Context())
	w.must(err)
}

// mails are those of a kind, by recipient.
func (w *town) mails(kind message.Kind) []message.Message {
	w.t.Helper()
	w.carry()
	docs, err := w.Messages.FindLookup(w.t.Context(), store.MessagesAbout(kind), 500)
	w.must(err)
	var out []message.Message
	for _, d := range docs {
		out = append(out, d.Value)
	}
	slices.SortFunc(out, func(a, b message.Message) int { return strings.Compare(a.To, b.To) })
	return out
}

// audited are the lines on an organisation, newest first.
func (w *town) audited(id string) []store.AuditLine {
	w.t.Helper()
	w.carry()
	page, err := w.Audit.Page(w.t.Context(), store.AuditFilter{Collection: store.OrganisationCollection, Document: id}, "", 500)
	w.must(err)
	return page.Lines
}

// lastLine asserts the newest audit line of an organisation.
func (w *town) lastLine(id, what, actor, subject string) store.AuditLine {
	w.t.Helper()
	lines := w.audited(id)
	if len(lines) == 0 {
		w.t.Fatalf("no audit line, want %s", what)
	}
	for _, l := range lines {
		if l.What == what {
			if l.Actor != actor || l.Subject != subject {
				w.t.Errorf("%s: actor %s, subject %s", what, l.Actor, l.Subject)
			}
			if strings.Contains(string(l.Patch), "@") {
				w.t.Errorf("%s: an address in the patch: %s", what, l.Patch)
			}
			return l
		}
	}
	w.t.Fatalf("no audit line %s", what)
	return store.AuditLine{}
}

// field is what a patch says of a field.
func field(t testing.TB, l store.AuditLine, name string) [2]string {
	t.Helper()
	var patch map[string][2]json.RawMessage
	if err := json.Unmarshal(l.Patch, &patch); err != nil {
		t.Fatalf("%s: %v", l.Patch, err)
	}
	return [2]string{string(patch[name][0]), string(patch[name][1])}
}

func actor(p account.Person) account.Actor { return account.Actor{Person: p.ID} }

var root = account.Actor{Person: "root", Administrator: true}

// invitationToken is that of the only mail to an address.
func (w *town) invitationToken(to string) string {
	w.t.Helper()
	list := w.mails(message.Invitation)
	i := slices.IndexFunc(list, func(m message.Message) bool { return m.To == to })
	if i < 0 {
		w.t.Fatalf("no invitation to %s", to)
	}
	return w.InvitationToken(list[i].Object)
}

func background() context.Context { return context.Background() }
