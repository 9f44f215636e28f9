package web_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/registration"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/store/sqlite"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/web"
)

// secretWord is in every word of the suppliers that another must learn nothing of, and
// secretNumber is their SIREN.
const secretWord, secretNumber = "zzmarque", "987654324"

// suppliers is a portal with a sourçage that a structure, « alpha », is asked in: alone,
// or with others of whom it must learn nothing.
type suppliers struct {
	*testing.T
	*crowd
	app    *fiber.App
	routes []web.Route
	reads  *storeReads
	lead   buyer.Member
	id     string // of the operation
	alpha  string // id of the structure
	cookie string // of who holds its sheet
	file   string // hash of the file that it gave
}

func newSuppliers(t *testing.T, others bool) *suppliers {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "people.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &suppliers{T: t, reads: &storeReads{}, id: strings.Repeat("o", 26), alpha: "00000000000000000000000alpha"}
	w.crowd = peopleOn(t, countingDB{db, w.reads})
	w.app, w.routes = newPortalWithRoutes(t, usePeople(w.crowd), func(d *web.Deps) { d.Structures = w.Directory.Structures })
	w.organisation(t, "mairie", account.KindPublic)
	w.organisation(t, "atelier", account.KindOwner)
	w.lead = buyer.Member{Person: w.person(t, "ada@ville.example", "mairie", true, account.Buyer), Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	w.person(t, "alpha@atelier.example", "atelier", true, account.Structure)
	w.cookie = w.signIn(t, "alpha@atelier.example")
	w.sheet()
	w.open(others)
	if others {
		w.whatOthersDo()
	}
	w.whatAlphaDoes()
	return w
}

func (w *suppliers) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// sheet puts alpha into the directory, held by its organisation.
func (w *suppliers) sheet() {
	w.Helper()
	v := structure.Structure{ID: w.alpha, Name: "Atelier Alpha", Contact: structure.Contact{Email: "contact@atelier.example"}}
	_, err := w.Directory.Structures.Insert(w.Context(), v, store.Change{})
	w.must(err)
	r := registration.New(v.ID, "", "", v.Name, clock())
	r.Owner, r.Vested, r.OwnedSince, r.Proof = "atelier", "atelier", clock(), registration.ProofModerator
	_, err = w.Directory.Registrations.Insert(w.Context(), r, store.Change{})
	w.must(err)
}

// on is an action of the buyer.
func (w *suppliers) on(do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) {
	w.Helper()
	w.must(w.Operation.On(w.Context(), w.lead, w.id, "operation.write", do))
}

func (w *suppliers) read() *sourcing.Operation {
	w.Helper()
	d, err := w.Operation.Operations.Get(w.Context(), w.id)
	w.must(err)
	return &d.Value
}

// named finds a supplier by the beginning of its name.
func (w *suppliers) named(name string) *sourcing.Supplier {
	w.Helper()
	o := w.read()
	i := slices.IndexFunc(o.Suppliers, func(s sourcing.Supplier) bool { return strings.Contains(s.Name, name) })
	if i < 0 {
		w.Fatalf("nobody is %s", name)
	}
	return &o.Suppliers[i]
}

func secret(name string) sourcing.Supplier {
	return sourcing.Supplier{Structure: secretWord + name, Name: secretWord + " " + name, SIREN: secretNumber, Email: name + "@" + secretWord + ".example"}
}

// open asks alpha, and others.
func (w *suppliers) open(others bool) {
	w.Helper()
	ctx := w.Context()
	_, err := w.Programme.Purchases.Insert(ctx, sourcing.Purchase{ID: "achat", Organisation: "mairie", Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, ProgrammedAt: clock(), Rev: 1}, store.Change{})
	w.must(err)
	w.must(w.Operation.Create(ctx, w.lead, sourcing.Operation{ID: w.id, Purchase: "achat", Title: "Nettoyage des écoles"}))
	chosen := []sourcing.Supplier{{Structure: w.alpha, Name: "Atelier Alpha", Email: "contact@atelier.example"}}
	if others {
		chosen = append(chosen, secret("beta"), secret("gamma"), secret("wrong"))
	}
	l := sourcing.Longlist{}
	for _, s := range chosen {
		l.Rows = append(l.Rows, sourcing.Row{Structure: s.Structure, Name: s.Name})
	}
	w.must(w.Operation.Freeze(ctx, w.lead, w.id, l))
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		panel, err := w.Operation.Panel(ctx, o)
		w.must(err)
		w.must(o.Declare(w.lead, "", clock()))
		w.must(o.Write(w.lead, sourcing.Operation{Title: o.Title, Message: "Bonjour, nous préparons un marché.", Notice: "Un marché de nettoyage.", Deadline: clock().AddDate(0, 0, 14)}, o.Rev, clock()))
		w.must(o.Choose(w.lead, panel, chosen, nil, o.Rev, clock()))
		o.PublishedAt = clock()
		o.Draft = &survey.Questionnaire{Title: "Nettoyage", Questions: []survey.Question{
			{ID: "effectif", Kind: survey.Number, Text: "Effectif", Unit: "personnes"}, {ID: "notes", Kind: survey.Text, Text: "Vos moyens"}, {ID: "documents", Kind: survey.File, Text: "Documents"},
		}}
		return o.Approve(w.lead, o.Rev, clock())
	})
	w.must(w.Operation.Open(ctx, w.lead, w.id, w.read().Rev))
}

// answers sends an answer of a supplier.
func (w *suppliers) answers(s *sourcing.Supplier, text string, file *survey.Upload) {
	w.Helper()
	o := w.read()
	a := sourcing.Answer{ID: sourcing.AnswerID(w.id, s.ID), Organisation: "mairie", Operation: w.id, Supplier: s.ID, Structure: s.Structure}
	values := []survey.Value{{Question: "notes", Text: text}}
	if file != nil {
		values = append(values, survey.Value{Question: "documents", Files: []survey.Upload{*file}})
	}
	w.must(a.Put(sourcing.Submission{Version: 1, Values: values, Hash: text, Name: text, Route: sourcing.ByPortal}, o, clock()))
	_, err := w.Operation.Answers.Insert(w.Context(), a, store.Change{})
	w.must(err)
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Receive(s.ID, 1, "Votre réponse est arrivée.", clock())
	})
}

// meets notes an exchange whose minutes are sent.
func (w *suppliers) meets(s *sourcing.Supplier, text string) string {
	w.Helper()
	id := account.HashToken(text)[:26]
	x := sourcing.Exchange{ID: id, Supplier: s.ID, Kind: sourcing.ByVideo, At: clock(), Minutes: text, Theirs: []string{text}, Duration: 30}
	w.must(w.Operation.Meet(w.Context(), w.lead, w.id, x))
	w.must(w.Operation.SendMinutes(w.Context(), w.lead, w.id, id, 1))
	return id
}

// whatOthersDo: they answer, ask, decline, are told things apart, come late, apply, are
// refused; and the team writes about them. None of it is alpha's.
func (w *suppliers) whatOthersDo() {
	w.Helper()
	beta, gamma := w.named("beta"), w.named("gamma")
	w.answers(beta, secretWord+" répond", &survey.Upload{Hash: account.HashToken(secretWord), Name: secretWord + ".pdf", Media: "application/pdf", Size: 3})
	meeting := w.meets(gamma, secretWord+" compte rendu")
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		w.must(o.Ask(beta.ID, secretWord+" demande", clock()))
		w.must(o.NoteSaid(w.lead, secretWord+" retenue", meeting, []string{gamma.ID}, clock()))
		w.must(o.Withhold(w.lead, o.Ledger[len(o.Ledger)-1].ID, []string{o.Suppliers[0].ID}, secretWord+" : elle ne concerne que le lot de cette structure", clock()))
		w.must(o.NoteSaid(w.lead, secretWord+" manque", meeting, []string{gamma.ID}, clock()))
		w.must(o.NoteSaid(w.lead, secretWord+" au DCE", "", []string{beta.ID}, clock()))
		w.must(o.PutInDCE(w.lead, o.Ledger[len(o.Ledger)-1].ID, sourcing.DCE{Document: secretWord, Article: "3", Day: structure.DateOf(clock())}, clock()))
		w.must(o.Decline(gamma.ID, clock()))
		w.must(o.Apply(secret("candidate"), clock()))
		w.must(o.Apply(secret("refused"), clock()))
		w.must(o.Find(w.lead, sourcing.Finding{Text: secretWord, Effect: sourcing.OnNeed, Consequence: secretWord}, o.Rev, clock()))
		w.must(o.Remark(w.lead, sourcing.Note{Supplier: beta.ID, Text: secretWord}, clock()))
		return nil, nil
	})
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Add(w.lead, secret("late"), clock())
	})
	refused := w.named("refused").ID
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Hear(w.lead, refused, false, secretWord+" : le marché ne concerne pas votre activité.", clock())
	})
	wrong := w.named("wrong").ID
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Readdress(w.lead, wrong, "encore@"+secretWord+".example", clock())
	})
}

// whatAlphaDoes is the same whoever else is asked.
func (w *suppliers) whatAlphaDoes() {
	w.Helper()
	alpha := w.named("Alpha")
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Remind(w.lead, nil, "Vous n’avez pas encore répondu.", clock())
	})
	blob, err := w.Operation.Blobs.Put(w.Context(), strings.NewReader("%PDF"), store.BlobUpload{Owner: "test", Media: "application/pdf", Limit: 100})
	w.must(err)
	w.file = blob.Hash
	w.answers(alpha, "Réponse d’alpha", &survey.Upload{Hash: blob.Hash, Name: "plaquette.pdf", Media: "application/pdf", Size: 4})
	w.meets(alpha, "Compte rendu d’alpha")
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		w.must(o.Ask(alpha.ID, "Combien de sites ?", clock()))
		return o.Reply(w.lead, o.Asked[len(o.Asked)-1].ID, "Combien de sites ?", "Douze.", clock())
	})
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.TellAll(w.lead, "Le site ferme en août.", clock())
	})
	_, err = store.NewRelay(w.db, quiet(), operation.Sources...).Once(w.Context())
	w.must(err)
}

// launch ends it.
func (w *suppliers) launch() {
	w.Helper()
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Silence(w.lead, "La consultation est publiée.", clock())
	})
	_, err := store.NewRelay(w.db, quiet(), operation.Sources...).Once(w.Context())
	w.must(err)
}

// mails are what alpha was sent, by what they are.
func (w *suppliers) mails() []message.Message {
	w.Helper()
	docs, err := w.Messages.FindLookup(w.Context(), store.MessagesTo(message.AddressHash("contact@atelier.example")), 100)
	w.must(err)
	var out []message.Message
	for _, d := range docs {
		out = append(out, d.Value)
	}
	return out
}

// storeReads counts what is asked of a store, and what it gives.
type storeReads struct {
	mu           sync.Mutex
	calls, found map[string]int
}

func (r *storeReads) add(what string, found int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls, r.found = map[string]int{}, map[string]int{}
	}
	r.calls[what]++
	r.found[what] += found
}

// take gives what was counted since the last time.
func (r *storeReads) take() (calls, found map[string]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls, found = r.calls, r.found
	r.calls, r.found = nil, nil
	return calls, found
}

type countingDB struct {
	store.DB
	reads *storeReads
}

func (d countingDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := d.DB.Collection(ctx, name)
	return countingRaw{raw, d.reads}, err
}

type countingRaw struct {
	store.Raw
	reads *storeReads
}

func (c countingRaw) Get(ctx context.Context, id string) (store.Envelope, error) {
	c.reads.add(c.Name()+".get", 1)
	return c.Raw.Get(ctx, id)
}

func (c countingRaw) GetSome(ctx context.Context, ids []string) ([]store.Envelope, error) {
	list, err := c.Raw.GetSome(ctx, ids)
	c.reads.add(c.Name()+".some", len(list))
	return list, err
}

func (c countingRaw) FindUnique(ctx context.Context, key string) (store.Envelope, error) {
	c.reads.add(c.Name()+".unique", 1)
	return c.Raw.FindUnique(ctx, key)
}

func (c countingRaw) FindLookup(ctx context.Context, key, after string, limit int) ([]store.Envelope, error) {
	list, err := c.Raw.FindLookup(ctx, key, after, limit)
	c.reads.add(c.Name()+".lookup", len(list))
	return list, err
}

func (c countingRaw) CountLookup(ctx context.Context, key string) (int64, error) {
	n, err := c.Raw.CountLookup(ctx, key)
	c.reads.add(c.Name()+".count", int(n))
	return n, err
}

func (c countingRaw) Scan(ctx context.Context, after string, limit int) ([]store.Envelope, error) {
	list, err := c.Raw.Scan(ctx, after, limit)
	c.reads.add(c.Name()+".scan", len(list))
	return list, err
}
