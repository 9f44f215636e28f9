package people

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/store/mongo"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
)

// Settings of the process that TestErasure kills.
const (
	eraseIn    = "SOURCIER_PROOF_ERASE" // file of the store, or its mongodb:// address
	eraseUntil = "SOURCIER_PROOF_STEP"  // it stops after this step, to be killed
)

func TestMain(m *testing.M) {
	if where := os.Getenv(eraseIn); where != "" {
		err := eraseIt(where, os.Getenv(eraseUntil))
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// eraseIt carries on the erasures of a store, as a portal does at its start.
func eraseIt(where, until string) error {
	db, err := openAt(context.Background(), where)
	if err != nil {
		return err
	}
	s, err := serviceOn(context.Background(), db, time.Now)
	if err != nil {
		return err
	}
	s.passed = func(step string) {
		if step == until {
			fmt.Println(step)
			time.Sleep(time.Hour) // killed meanwhile
		}
	}
	_, err = s.FinishErasures(context.Background())
	return errors.Join(err, errors.New("nothing stopped it"))
}

func openAt(ctx context.Context, where string) (store.DB, error) {
	if strings.HasPrefix(where, "mongodb://") {
		return mongo.Open(ctx, where)
	}
	return sqlite.Open(ctx, where)
}

func serviceOn(ctx context.Context, db store.DB, now func() time.Time) (*Service, error) {
	return Open(ctx, db, account.Secret(strings.Repeat("k", account.SecretSize)), now)
}

// eachStore runs a test on SQLite, and on MongoDB where its server is given.
func eachStore(t *testing.T, test func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "sourcier.db")) })
	t.Run("mongo", func(t *testing.T) {
		server := os.Getenv("SOURCIER_TEST_MONGO")
		if server == "" && os.Getenv("CI") == "true" {
			t.Fatal("SOURCIER_TEST_MONGO is not set")
		}
		if server == "" {
			t.Skip("needs a MongoDB-compatible server: set SOURCIER_TEST_MONGO, or run scripts/prove erasure")
		}
		test(t, strings.TrimSuffix(server, "/")+"/erase_"+strings.ToLower(rand.Text()))
	})
}

// household is a store with a person who has left data everywhere, and others.
type household struct {
	*testing.T
	*Service
	where      string
	zelie      string // who is erased
	bob, admin string
	now        time.Time
}

// What must not be found any more.
const (
	zelieName   = "Zélie Quincampoix"
	zelieBefore = "Zélie Vaucresson" // her name of before
	zelieEmail  = account.Email("Zelie.Quincampoix@ville.example")
	zelieFormer = account.Email("zelie.v@ancienne.example")
	zelieNew    = account.Email("zq@nouvelle.example")
	zelieOIDC   = "sujet-zq-0001"
)

var traces = []string{"quincampoix", "vaucresson", "zelie.v@", "zq@nouvelle", zelieOIDC, "zélie"}

// newHousehold fills a store.
func newHousehold(t *testing.T, where string) *household {
	t.Helper()
	db, err := openAt(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h := &household{T: t, where: where, now: time.Now().UTC().Truncate(time.Millisecond)}
	if h.Service, err = serviceOn(t.Context(), db, func() time.Time { return h.now }); err != nil {
		t.Fatal(err)
	}
	h.settle()
	return h
}

func (h *household) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *household) person(e account.Email, name string) string {
	h.Helper()
	d, err := h.Ensure(h.Context(), e, "")
	h.must(err)
	h.rename(d.ID, name)
	return d.ID
}

func (h *household) rename(person, name string) {
	h.Helper()
	_, err := store.Update(h.Context(), h.People.Collection, person, func(p *account.Person) (store.Change, error) {
		patch, err := store.Patch(h.Context(), h.Keys, store.Personal(person, "name", p.Name, name))
		p.Name = name
		return store.Change{Actor: person, At: h.now, Audit: true, What: "person.name", Subject: person, Patch: patch}, err
	})
	h.must(err)
}

// settle makes everybody and everything.
func (h *household) settle() {
	h.Helper()
	ctx := h.Context()
	h.zelie = h.person(zelieFormer, zelieBefore)
	h.rename(h.zelie, zelieName)
	_, err := store.Update(ctx, h.People.Collection, h.zelie, func(p *account.Person) (store.Change, error) {
		patch, err := store.Patch(ctx, h.Keys, store.Personal(h.zelie, "email", string(p.Email), string(zelieEmail)))
		p.Email = zelieEmail
		p.AskNewEmail(zelieNew, h.now)
		return store.Change{Actor: h.zelie, At: h.now, Audit: true, What: "person.email", Subject: h.zelie, Patch: patch},
			errors.Join(err, p.Link(account.Identity{Issuer: "https://idp.example", Subject: zelieOIDC, At: h.now}))
	})
	h.must(err)
	h.bob = h.person("bob@ville.example", "Bob Martin")
	h.admin = h.person("admin@portail.example", "Ada Min")

	buyer := []account.Role{account.Buyer}
	h.organisation(store.Portal, account.KindPortal, func(o *account.Organisation) error {
		return errors.Join(o.Enrol(h.admin, []account.Role{account.Administrator}, true, h.now), o.Enrol(h.zelie, []account.Role{account.Administrator}, true, h.now))
	})
	h.organisation("mairie", account.KindPublic, func(o *account.Organisation) error {
		return errors.Join(o.Enrol(h.bob, buyer, true, h.now), o.Enrol(h.zelie, buyer, true, h.now))
	})
	h.organisation("agglo", account.KindPublic, func(o *account.Organisation) error {
		o.Requests = append(o.Requests, account.Request{Person: h.zelie, At: h.now}, account.Request{Person: h.bob, At: h.now})
		for i, e := range []account.Email{zelieEmail, zelieFormer, "autre@ville.example"} {
			o.Invitations = append(o.Invitations, account.Invitation{ID: fmt.Sprint("i", i), Email: e, Roles: buyer, By: h.bob, At: h.now, Link: fmt.Sprint("l", i)})
		}
		return nil
	})
	h.organisation("ailleurs", account.KindPublic, func(o *account.Organisation) error { return o.Enrol(h.bob, buyer, true, h.now) })
	h.connect()
	h.write()
	h.rest()
	// One mail and one line are still on their way when the erasure begins.
	mail, err := mailEffect(h.order(message.RoleChanged, "pending", zelieEmail, h.zelie))
	h.must(err)
	_, err = store.Update(ctx, h.Organisations.Collection, "mairie", func(*account.Organisation) (store.Change, error) {
		return store.Change{Actor: h.bob, At: h.now, Audit: true, What: "organisation.member.roles", Subject: h.zelie, Effects: []store.Effect{mail}}, nil
	})
	h.must(err)
}

func (h *household) organisation(id string, kind account.OrganisationKind, fill func(*account.Organisation) error) {
	h.Helper()
	o := account.Organisation{ID: id, Kind: kind, Name: "Organisation " + id, CreatedAt: h.now, ConfirmedAt: h.now}
	h.must(fill(&o))
	_, err := h.Organisations.Insert(h.Context(), o, store.Change{Actor: h.bob, At: h.now, Audit: true, What: "organisation.create"})
	h.must(err)
}

// connect makes sessions, requests and counters.
func (h *household) connect() {
	h.Helper()
	for range 3 {
		_, err := h.Enter(h.Context(), zelieEmail, Arrival{Method: account.ByLink, Browser: "Firefox"})
		h.must(err)
	}
	_, err := h.Enter(h.Context(), "bob@ville.example", Arrival{Method: account.ByLink})
	h.must(err)
	h.must(h.Ask(h.Context(), Asking{Email: zelieEmail, Browser: rand.Text(), Network: "203.0.113.0/24"}))
	h.must(h.Ask(h.Context(), Asking{Email: "bob@ville.example", Browser: rand.Text(), Network: "203.0.113.0/24"}))
}

func (h *household) order(kind message.Kind, object string, to account.Email, person string) message.Order {
	return message.Order{
		Key: message.Key{Kind: kind, Object: object, Recipient: to.Key()}, To: string(to), ToName: "x", Person: person, QueuedAt: h.now,
		Details: map[string]string{message.DetailBy: "x", message.DetailOrganisation: "Organisation mairie"},
	}
}

// write makes mails in every state.
func (h *household) write() {
	h.Helper()
	at, later := h.now, h.now.Add(time.Minute)
	said := message.Attempt{At: at, Stage: message.StageReply, Code: 550}
	states := map[string]func(*message.Message) error{
		"queued": func(*message.Message) error { return nil },
		"retried": func(m *message.Message) error {
			return errors.Join(m.Lease(at, "w", later), m.Retry("w", said, later))
		},
		"sent": func(m *message.Message) error {
			return errors.Join(m.Lease(at, "w", later), m.Accept("w", said))
		},
		"bounced": func(m *message.Message) error {
			return errors.Join(m.Lease(at, "w", later), m.Accept("w", said), m.Bounce(later, said.Text))
		},
		"refused": func(m *message.Message) error {
			return errors.Join(m.Lease(at, "w", later), m.Reject("w", said, message.ByServer))
		},
		"abandoned": func(m *message.Message) error { return m.Lease(at.Add(-2*time.Hour), "w", at.Add(-time.Hour)) },
		"lost": func(m *message.Message) error {
			err := m.Lease(at.Add(-2*time.Hour), "w", at.Add(-time.Hour))
			m.HandedAt = at.Add(-90 * time.Minute)
			return err
		},
	}
	for name, state := range states {
		for i, o := range []message.Order{
			h.order(message.RoleChanged, name, zelieEmail, h.zelie),
			h.order(message.SignIn, name, zelieFormer, ""),               // of before there was an account
			h.order(message.Invitation, name, "autre@ville.example", ""), // that she caused
			h.order(message.RoleChanged, name, "bob@ville.example", h.bob),
		} {
			o.ToName = map[int]string{0: zelieName, 1: zelieBefore}[i]
			o.Details[message.DetailBy] = zelieName
			if i == 2 {
				o.Sender = h.zelie
			}
			if i == 3 {
				o.ToName, o.Details[message.DetailBy] = "Bob Martin", "Ada Min"
			}
			said.Text = "550 <" + o.To + "> unknown"
			m, err := message.New(o)
			h.must(errors.Join(err, state(&m)))
			_, err = h.Messages.Insert(h.Context(), m, store.Change{})
			h.must(err)
		}
	}
}

// rest makes what is neither account nor mail.
func (h *household) rest() {
	h.Helper()
	ctx := h.Context()
	for _, e := range []account.Email{zelieEmail, zelieFormer, "bob@ville.example"} {
		if e != zelieEmail { // who gets the last message
			h.must(h.Suppressions.Suppress(ctx, message.AddressHash(e.Key()), "5.1.1", h.now))
		}
		h.must(h.Reports.Add(ctx, structure.Report{
			Ref: structure.NewReportRef(string(e), &structure.Report{}), Structure: "abcdefghij234567", Reason: structure.ReportWrong, Text: "Le nom a changé.", Email: string(e), At: h.now,
		}))
	}
	for _, owner := range []string{BlobOwner(h.zelie), BlobOwner(h.bob)} {
		_, err := h.Blobs.Put(ctx, strings.NewReader("shared"), store.BlobUpload{Owner: owner, Media: "text/plain", Limit: 100})
		h.must(err)
	}
	_, err := h.Blobs.Put(ctx, strings.NewReader("her own"), store.BlobUpload{Owner: BlobOwner(h.zelie), Media: "text/plain", Limit: 100})
	h.must(err)
}

// collections are all that hold documents, those also that no backup holds.
func (h *household) collections() []string {
	h.Helper()
	snap, err := h.db.Snapshot(h.Context())
	h.must(err)
	names, err := snap.Collections(h.Context())
	h.must(errors.Join(err, snap.Close()))
	return append(names, store.Ephemeral()...)
}

// everything reads every document as it lies there, tombstones with what is pending
// included.
func (h *household) everything() map[string][]store.Envelope {
	h.Helper()
	out := map[string][]store.Envelope{}
	for _, name := range h.collections() {
		raw, err := h.db.Collection(h.Context(), name)
		h.must(err)
		for after := ""; ; {
			list, err := raw.Scan(h.Context(), after, 500)
			h.must(err)
			out[name] = append(out[name], list...)
			if len(list) < 500 {
				break
			}
			after = list[len(list)-1].ID
		}
		pending, err := raw.ListPending(h.Context(), "", 500)
		h.must(err)
		for _, e := range pending {
			if e.Deleted {
				out[name] = append(out[name], e)
			}
		}
	}
	return out
}

// left lists what still says something of the person.
func (h *household) left() (out []string) {
	h.Helper()
	var hashes []string
	for _, e := range []account.Email{zelieEmail, zelieFormer, zelieNew} {
		hashes = append(hashes, e.Hash(), message.AddressHash(e.Key()))
	}
	for name, docs := range h.everything() {
		for _, e := range docs {
			text := strings.ToLower(fmt.Sprintf("%s %v %s %v", e.ID, e.Keys, e.Doc, e.Pending))
			for _, p := range e.Pending {
				text += strings.ToLower(string(p.Effect.Doc))
			}
			for _, trace := range append(slices.Clone(traces), hashes...) {
				if strings.Contains(text, trace) {
					out = append(out, fmt.Sprintf("%s/%s holds %q", name, e.ID, trace))
				}
			}
		}
	}
	if list, err := h.Sessions.Of(h.Context(), h.zelie); err != nil || len(list) > 0 {
		out = append(out, fmt.Sprintf("%d sessions, %v", len(list), err))
	}
	if list, err := h.Blobs.Owned(h.Context(), BlobOwner(h.zelie), 10); err != nil || len(list) > 0 {
		out = append(out, fmt.Sprintf("%d files, %v", len(list), err))
	}
	if list, err := h.Organisations.Of(h.Context(), h.zelie); err != nil || len(list) > 0 {
		out = append(out, fmt.Sprintf("member of %d, %v", len(list), err))
	}
	return append(append(out, h.readable()...), h.inFile()...)
}

// readable lists sealed values of hers that can be read.
func (h *household) readable() (out []string) {
	h.Helper()
	sealed := 0
	h.must(h.Audit.Export(h.Context(), store.AuditFilter{Subject: h.zelie}, func(line store.AuditLine) error {
		fields, err := store.ReadPatch(h.Context(), h.Keys, line.Patch)
		for _, f := range fields {
			if f.Person == h.zelie {
				sealed++
				if !f.Erased {
					out = append(out, fmt.Sprintf("audit: %s of %s is readable: %s", f.Field, line.What, f.Before))
				}
			}
		}
		return err
	}))
	if sealed < 3 {
		h.Errorf("%d sealed values in the audit, the proof shows nothing", sealed)
	}
	return out
}

// inFile looks into the files of an embedded store.
func (h *household) inFile() (out []string) {
	h.Helper()
	if strings.HasPrefix(h.where, "mongodb://") {
		return nil
	}
	h.must(h.db.Scrub(h.Context())) // what the tests wrote since
	for _, name := range []string{h.where, h.where + "-wal"} {
		text, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			h.Fatal(err)
		}
		for _, trace := range traces {
			if bytes.Contains(bytes.ToLower(text), []byte(trace)) {
				out = append(out, fmt.Sprintf("the file %s holds %q", filepath.Base(name), trace))
			}
		}
	}
	return out
}

// census is what must not change: how many there are of everything that is counted,
// and what is of others, word for word.
type census struct {
	counts map[string]int
	others map[string]string
}

func (h *household) census() census {
	h.Helper()
	c := census{map[string]int{}, map[string]string{}}
	for name, docs := range h.everything() {
		for _, e := range docs {
			if e.Deleted {
				continue
			}
			counted := name == store.PersonCollection || name == store.OrganisationCollection || name == store.ReportCollection || name == store.MessageCollection
			if counted {
				c.counts[name]++
			}
			text := string(e.Doc)
			if name == store.AuditCollection || strings.Contains(text, h.bob) && !strings.Contains(text, h.zelie) && name != store.OrganisationCollection {
				c.others[name+"/"+e.ID] = text
			}
		}
	}
	return c
}

// killAfter runs the portal's work until a step is done and kills it there.
func (h *household) killAfter(step string) {
	h.Helper()
	cmd := exec.CommandContext(h.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), eraseIn+"="+h.where, eraseUntil+"="+step)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	h.must(err)
	h.must(cmd.Start())
	said := make([]byte, len(step))
	if _, err := out.Read(said); err != nil || string(said) != step {
		h.Fatalf("after %s: said %q, %v; %s", step, said, err, &errs)
	}
	h.must(cmd.Process.Kill()) // SIGKILL
	_ = cmd.Wait()
}

// TestErasure kills the erasure of a person between every two steps.
func TestErasure(t *testing.T) {
	kills := 0
	eachStore(t, func(t *testing.T, where string) {
		h := newHousehold(t, where)
		ctx := t.Context()
		h.must(h.carryPending(ctx, nil))
		before := h.census()
		if len(h.left()) < 20 {
			t.Fatalf("before the erasure only %v is found", h.left())
		}
		// Pending again: a mail that is carried by the erasure itself.
		h.must(h.Ask(ctx, Asking{Email: zelieEmail, Browser: rand.Text(), Network: "203.0.113.0/24"}))
		before.counts[store.MessageCollection]++
		_, err := h.beginErasure(ctx, h.zelie, h.zelie, func(*account.Person) bool { return true })
		h.must(err)
		if _, err := h.Enter(ctx, zelieEmail, Arrival{}); !errors.Is(err, ErrSuspended) {
			t.Errorf("a sign-in to an account that is being erased: %v", err)
		}
		for _, step := range h.erasure() {
			h.killAfter(step.name)
			kills++
		}
		finished, err := h.FinishErasures(ctx)
		h.must(err)
		t.Logf("%d erasures were left to finish", finished)

		h.farewell()
		if left := h.left(); len(left) > 0 {
			t.Errorf("left after the erasure:\n%s", strings.Join(left, "\n"))
		}
		h.must(h.carryPending(ctx, nil))
		before.counts[store.MessageCollection]++ // the last message
		h.unchanged(before)
		h.comesBack()
	})
	t.Logf("figure: %d kills between the steps, on each store nothing of the person found in any document, key or effect, every audit line and count there", kills)
}

// farewell: one last message, which holds the address until it has left.
func (h *household) farewell() {
	h.Helper()
	docs, err := h.Messages.FindLookup(h.Context(), store.UnscrubbedFarewells, 10)
	h.must(err)
	if len(docs) != 1 || docs[0].Value.To != string(zelieEmail) || docs[0].Value.ToName != "" || docs[0].Value.State(h.now) != message.Queued {
		h.Fatalf("last messages: %+v", docs)
	}
	queued := 0
	h.must(h.eachMessage(h.Context(), store.MessagesIn(message.Queued), func(d store.Doc[message.Message]) error {
		if d.Value.Person == h.zelie {
			queued++
		}
		return nil
	}))
	if queued != 1 {
		h.Errorf("%d messages to her wait, the last one alone may", queued)
	}
	_, err = changed(h.Context(), h.Messages, docs[0].ID, func(m *message.Message) error {
		return errors.Join(m.Lease(h.now, "w", h.now.Add(time.Minute)), m.Accept("w", message.Attempt{At: h.now, Stage: message.StageReply, Code: 250, Text: "ok " + string(zelieEmail)}))
	})
	h.must(err)
	_, err = h.FinishErasures(h.Context())
	h.must(err)
}

// unchanged compares with the census.
func (h *household) unchanged(before census) {
	h.Helper()
	after := h.census()
	if !reflect.DeepEqual(before.counts, after.counts) {
		h.Errorf("counts %v, were %v", after.counts, before.counts)
	}
	for id, text := range before.others {
		if after.others[id] != text {
			h.Errorf("%s was\n%s\nis\n%s", id, text, after.others[id])
		}
	}
}

// comesBack: the same address makes a new account, which reads nothing of the old one.
func (h *household) comesBack() {
	h.Helper()
	d, err := h.Ensure(h.Context(), zelieEmail, "")
	h.must(err)
	if d.ID == h.zelie || d.Value.Name != "" {
		h.Errorf("a new account is the old one: %+v", d.Value)
	}
	h.rename(d.ID, "Zoé")
	if list := h.readable(); len(list) > 0 {
		h.Error(list)
	}
	if _, err := h.FinishErasures(h.Context()); err != nil {
		h.Error(err)
	}
	if d, err = h.People.Get(h.Context(), d.ID); err != nil || d.Value.Name != "Zoé" {
		h.Errorf("the new account: %+v, %v", d.Value, err)
	}
}

// Every step is needed: without it, something is left. This is how TestErasure is
// known to be able to fail.
func TestEveryStepOfAnErasureIsNeeded(t *testing.T) {
	for _, skipped := range []string{"none", "carry", "organisations", "sessions", "sign-ins", "mails", "suppressions", "reports", "files", "key", "person"} {
		t.Run(skipped, func(t *testing.T) {
			h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
			d, err := h.beginErasure(t.Context(), h.zelie, h.zelie, func(*account.Person) bool { return true })
			h.must(err)
			l, err := h.leaving(t.Context(), &d.Value)
			h.must(err)
			h.must(h.Ask(t.Context(), Asking{Email: zelieEmail, Browser: rand.Text(), Network: "203.0.113.0/24"})) // in that moment
			for _, step := range h.erasure() {
				if step.name != skipped {
					h.must(step.do(t.Context(), l))
				}
			}
			h.now = h.now.Add(goodbyeLife)
			h.must(h.scrubFarewells(t.Context()))
			h.must(h.carryPending(t.Context(), nil))
			if left := h.left(); (len(left) == 0) != (skipped == "none") {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// The portal keeps an administrator, an organisation its manager: whoever wants to go
// is told, and nothing has changed.
func TestErasureIsRefused(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	ctx := t.Context()
	blocked := func(person string, want ...account.Fault) {
		t.Helper()
		blocks, err := h.EraseBlocks(ctx, person)
		h.must(err)
		var got []account.Fault
		for _, b := range blocks {
			got = append(got, b.Why)
		}
		if !slices.Equal(got, want) {
			t.Errorf("blocks %v, want %v", got, want)
		}
	}
	blocked(h.zelie)
	blocked(h.admin)
	blocked(h.bob) // alone in « ailleurs », beside Zélie in « mairie »
	h.must(h.Erase(ctx, h.zelie, h.zelie))
	blocked(h.admin, account.ErrLastAdmin)
	if err := h.Erase(ctx, h.admin, h.admin); !errors.Is(err, account.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	d, err := h.People.Get(ctx, h.admin)
	if err != nil || !d.Value.Active() || d.Version != 2 {
		t.Errorf("the last administrator is %+v at version %d, %v", d.Value, d.Version, err)
	}

	carl := h.person("carl@ville.example", "Carl")
	_, err = store.Update(ctx, h.Organisations.Collection, "mairie", func(o *account.Organisation) (store.Change, error) {
		return store.Change{}, o.Enrol(carl, []account.Role{account.Buyer}, false, h.now)
	})
	h.must(err)
	blocked(h.bob, account.ErrLastOne)
	if err := h.Erase(ctx, h.bob, h.bob); !errors.Is(err, account.ErrLastOne) {
		t.Errorf("the last manager: %v", err)
	}
	blocked(carl)
}

// Two administrators who go at the same moment: one stays, with everything.
func TestTheLastOfTwoAdministratorsIsBroughtBack(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	ctx := t.Context()
	for _, person := range []string{h.zelie, h.admin} { // both passed the check
		_, err := h.beginErasure(ctx, person, person, func(*account.Person) bool { return true })
		h.must(err)
	}
	h.must(h.finishErasure(ctx, h.zelie))
	if _, err := h.FinishErasures(ctx); !errors.Is(err, account.ErrLastAdmin) {
		t.Errorf("the second: %v", err)
	}
	d, err := h.People.Get(ctx, h.admin)
	if err != nil || !d.Value.Active() || d.Value.Name != "Ada Min" {
		t.Errorf("the second is %+v, %v", d.Value, err)
	}
	if _, err := h.FinishErasures(ctx); err != nil {
		t.Error(err)
	}
}

// A mail that is being sent at that moment is waited for, and its outcome kept.
func TestErasureWaitsForAMailUnderWay(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	ctx := t.Context()
	m, err := message.New(h.order(message.RoleChanged, "under way", zelieEmail, h.zelie))
	h.must(errors.Join(err, m.Lease(h.now, "w", h.now.Add(time.Minute))))
	_, err = h.Messages.Insert(ctx, m, store.Change{})
	h.must(err)
	if err := h.Erase(ctx, h.zelie, h.zelie); !errors.Is(err, ErrErasing) || !errors.Is(err, errUnderWay) {
		t.Fatalf("erased while a mail is being sent: %v", err)
	}
	if _, err := h.People.ByEmail(ctx, zelieEmail); err != nil {
		t.Fatal("the person is gone before the mail is")
	}
	_, err = changed(ctx, h.Messages, m.ID, func(m *message.Message) error {
		return m.Accept("w", message.Attempt{At: h.now, Stage: message.StageReply, Code: 250})
	})
	h.must(err)
	if n, err := h.FinishErasures(ctx); n != 1 || err != nil {
		t.Errorf("%d finished, %v", n, err)
	}
	if d, err := h.Messages.Get(ctx, m.ID); err != nil || d.Value.State(h.now) != message.Sent || d.Value.To != "" {
		t.Errorf("the mail is %+v, %v", d.Value, err)
	}
}

// A report that comes back after the erasure repeats the address: it is not kept.
func TestABounceAfterwardsBringsNothingBack(t *testing.T) {
	h := newHousehold(t, filepath.Join(t.TempDir(), "sourcier.db"))
	h.must(h.Erase(t.Context(), h.zelie, h.zelie))
	sent := message.Key{Kind: message.RoleChanged, Object: "sent", Recipient: zelieEmail.Key()}.ID()
	d, err := changed(t.Context(), h.Messages, sent, func(m *message.Message) error {
		return m.Bounce(h.now, "550 <"+string(zelieEmail)+"> unknown")
	})
	if err != nil || d.Value.BouncedAt.IsZero() || d.Value.Diagnostic != "" {
		t.Errorf("bounced: %+v, %v", d.Value, err)
	}
}

// changed takes a step of a message, as the store has it now.
func changed(ctx context.Context, messages *store.Messages, id string, step func(*message.Message) error) (store.Doc[message.Message], error) {
	return store.Update(ctx, messages.Collection, id, func(m *message.Message) (store.Change, error) { return store.Change{}, step(m) })
}
