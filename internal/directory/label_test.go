package directory_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/label"
	"sourcier/internal/message"
	"sourcier/internal/network"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// of makes a confirmed organisation, and somebody who acts for it.
func (w *world) of(t *testing.T, kind account.OrganisationKind, role account.Role) directory.Who {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(account.NewID() + "@ville.example"), CreatedAt: noon}
	o := account.Organisation{ID: account.NewID(), Kind: kind, Name: "Organisation", CreatedAt: noon, ConfirmedAt: noon}
	err := o.Enrol(p.ID, []account.Role{role}, true, noon)
	_, err1 := w.People.People.Insert(t.Context(), p, store.Change{})
	_, err2 := w.People.Organisations.Insert(t.Context(), o, store.Change{})
	if err := errors.Join(err, err1, err2); err != nil {
		t.Fatal(err)
	}
	return directory.Who{Person: p.ID, Organisation: o.ID}
}

func filed(w *world, st *structure.Structure, labels ...structure.Label) {
	rules := structure.Rules{Atlas: w.Atlas, Sold: w.Taxonomy.Sold}
	rules.Merge(st, structure.NewClaim(structure.Origin{Source: structure.SourceGeneric, AsOf: "2026-11-01"},
		&structure.Structure{Name: "Jardins du Lac", Contact: structure.Contact{Email: "contact@jardins.example"}, Labels: labels}, nil, ""))
}

// listed puts a structure into the directory.
func (w *world) listed(t *testing.T, siret string) (id string) {
	t.Helper()
	st := structure.Structure{ID: structure.NewID("siret:" + siret), SIRET: siret}
	filed(w, &st)
	if _, err := w.Structures.Insert(t.Context(), st, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return st.ID
}

func (w *world) labelled(t *testing.T, id string) (names []string) {
	t.Helper()
	d, err := w.Structures.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range d.Value.Labels {
		names = append(names, l.Name+" "+string(l.Source))
	}
	return names
}

var words = label.Words{Name: "Empl’itude", Criteria: "Employer des personnes du territoire."}

const gone = "Les critères ne sont plus remplis"

func TestLabelOfAnOrganisation(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, ept, other := t.Context(), w.of(t, account.KindPublic, account.Buyer), w.of(t, account.KindPublic, account.Buyer)
		st := w.listed(t, siret)
		id, err := w.DefineLabel(ctx, ept, words)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.DefineLabel(ctx, other, words); !errors.Is(err, label.ErrNameUsed) {
			t.Errorf("the name of another: %v", err)
		}
		for name, err := range map[string]error{
			"give": w.GiveLabel(ctx, other, id, st, "2026-11-28", ""), "describe": w.DescribeLabel(ctx, other, id, words), "end": w.EndLabel(ctx, other, id, gone),
			"withdraw": w.WithdrawLabel(ctx, other, id, st, gone), "to nobody": w.GiveLabel(ctx, ept, id, "nothing", "2026-11-28", ""),
			"of no organisation": w.GiveLabel(ctx, directory.Who{}, id, st, "2026-11-28", ""),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		shows := func(want ...string) {
			t.Helper()
			if got := w.labelled(t, st); !slices.Equal(got, want) {
				t.Errorf("shows %q, want %q", got, want)
			}
		}
		for range 2 { // sent twice it is done once
			if err := w.GiveLabel(ctx, ept, id, st, "2026-11-28", ""); err != nil {
				t.Fatal(err)
			}
		}
		shows("Empl’itude organisation")
		// A file changes nothing of it, and nobody else can say it.
		_, err = store.Update(ctx, w.Structures, st, func(s *structure.Structure) (store.Change, error) {
			filed(w, s, structure.Label{Code: "o_empl-itude", Name: "Autre"}, structure.Label{Code: "o_faux", Name: "Faux"}, structure.Label{Code: "rge", Name: "RGE"})
			return store.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		shows("Empl’itude organisation", "RGE generic")
		if err := w.DescribeLabel(ctx, ept, id, label.Words{Name: "Empl’itude 94", Criteria: words.Criteria}); err != nil {
			t.Fatal(err)
		}
		shows("Empl’itude 94 organisation", "RGE generic")
		if err := w.WithdrawLabel(ctx, ept, id, st, gone); err != nil {
			t.Fatal(err)
		}
		shows("RGE generic")
		if err := w.GiveLabel(ctx, ept, id, st, "2026-11-28", "2027-11-27"); err != nil {
			t.Fatal(err)
		}
		shows("Empl’itude 94 organisation", "RGE generic")
		if err := w.EndLabel(ctx, ept, id, "Le label est remplacé"); err != nil {
			t.Fatal(err)
		}
		shows("RGE generic")
	})
}

// TestTwentyLabels has an organisation define labels at once: never more than it may.
func TestTwentyLabels(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ept := w.of(t, account.KindPublic, account.Buyer)
		var wait sync.WaitGroup
		var made atomic.Int64
		for i := range label.MaxLabels + 4 {
			wait.Go(func() {
				_, err := w.DefineLabel(t.Context(), ept, label.Words{Name: "Label " + strconv.Itoa(i), Criteria: words.Criteria})
				if err == nil {
					made.Add(1)
				} else if !errors.Is(err, label.ErrTooMany) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		docs, err := w.Labels(t.Context(), ept.Organisation)
		if err != nil || made.Load() != label.MaxLabels || len(docs) != label.MaxLabels {
			t.Errorf("%d made, %d there, %v", made.Load(), len(docs), err)
		}
	})
}

// TestLabelKilledOnItsWay kills the portal before each write of a gift and of a
// withdrawal: whoever comes next does the rest, once.
func TestLabelKilledOnItsWay(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, ept, st := t.Context(), w.of(t, account.KindPublic, account.Buyer), w.listed(t, siret)
		id, err := w.DefineLabel(ctx, ept, words)
		if err != nil {
			t.Fatal(err)
		}
		for _, give := range []bool{true, false} {
			for writes := range int64(4) {
				left := &atomic.Int64{}
				left.Store(writes)
				p := portalOn(t, mortalDB{w.db, left}, w.clock)
				if give {
					err = p.GiveLabel(ctx, ept, id, st, structure.Date("2026-11-2"+strconv.Itoa(int(writes))), "")
				} else {
					err = p.WithdrawLabel(ctx, ept, id, st, gone)
				}
				if writes < 3 && err == nil {
					t.Errorf("give %v, killed before write %d, and nothing is said", give, writes)
				}
				for range 2 {
					if err := w.Carry(ctx); err != nil {
						t.Fatal(err)
					}
				}
				d, err := w.LabelDocs.Get(ctx, id)
				if err != nil || d.Value.Pending() {
					t.Fatalf("give %v, write %d: %v, pending %v", give, writes, err, d.Value.Pending())
				}
				if got, want := len(w.labelled(t, st)) == 1, d.Value.Holder(st).Held(); got != want {
					t.Errorf("give %v, write %d: the sheet shows it: %v, the label says %v", give, writes, got, want)
				}
				if !give {
					_ = w.GiveLabel(ctx, ept, id, st, "2026-11-20", "")
				}
			}
		}
	})
}

// TestWithdrawnNeverComesBack gives and withdraws while others carry.
func TestWithdrawnNeverComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, ept, st := t.Context(), w.of(t, account.KindPublic, account.Buyer), w.listed(t, siret)
		id, err := w.DefineLabel(ctx, ept, words)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			var wait sync.WaitGroup
			for range 3 {
				wait.Go(func() {
					if err := w.Carry(context.WithoutCancel(ctx)); err != nil {
						t.Error(err)
					}
				})
			}
			if err := w.GiveLabel(ctx, ept, id, st, "2026-11-28", ""); err != nil {
				t.Fatal(err)
			}
			if err := w.WithdrawLabel(ctx, ept, id, st, gone); err != nil {
				t.Fatal(err)
			}
			wait.Wait()
			if got := w.labelled(t, st); len(got) > 0 {
				t.Fatalf("shows %q", got)
			}
		}
	})
}

func TestNetworkAndItsMembers(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, unea, other := t.Context(), w.of(t, account.KindNetwork, account.Network), w.of(t, account.KindNetwork, account.Network)
		st := w.listed(t, siret)
		id := network.ID(unea.Organisation, st)
		for range 2 {
			if err := w.Declare(ctx, unea, st); err != nil {
				t.Fatal(err)
			}
		}
		home := territory.Territory{}
		list, err := w.Members(ctx, unea, home)
		if err != nil || len(list) != 1 || list[0].Owner != "" || list[0].Complete.Score == 0 {
			t.Fatal(err, list)
		}
		owner := w.employer(t, "Jardins")
		r := registration.New(st, siret, "", "", noon)
		if _, err := r.Ask(owner.Organisation, owner.Person, noon); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Registrations.Insert(ctx, r, store.Change{}); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"vouch": w.VouchFor(ctx, other, id, owner.Organisation), "nudge": w.Nudge(ctx, other, id, "Complétez."), "remove": w.RemoveMember(ctx, other, id),
			"declare nobody": w.Declare(ctx, unea, "nothing"), "answer before the sheet is held": w.AnswerNetwork(ctx, owner, id, false), "answer of a network": w.AnswerNetwork(ctx, unea, id, false),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Two reminders at once: one leaves, to the public address.
		var wait sync.WaitGroup
		var sent atomic.Int64
		for range 4 {
			wait.Go(func() {
				if err := w.Nudge(ctx, unea, id, "Complétez votre fiche."); err == nil {
					sent.Add(1)
				} else if !errors.Is(err, network.ErrNudged) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if mails := w.sentMails(t, message.Nudge); sent.Load() != 1 || len(mails) != 1 || mails[0] != "contact@jardins.example" {
			t.Errorf("%d sent, %+v", sent.Load(), mails)
		}
		if err := w.VouchFor(ctx, unea, id, owner.Organisation); err != nil {
			t.Fatal(err)
		}
		d, err := w.Registrations.Get(ctx, st)
		if err != nil || d.Value.Owner != owner.Organisation || d.Value.Proof != registration.ProofVoucher {
			t.Errorf("%v, %+v", err, d.Value)
		}
		w.move(network.NudgeEvery + time.Hour)
		if err := w.Nudge(ctx, unea, id, "Encore un effort."); err != nil {
			t.Error(err)
		}
		if mails := w.sentMails(t, message.Nudge); len(mails) != 2 {
			t.Errorf("%d reminders", len(mails))
		}
		if err := w.Declare(ctx, other, st); err != nil {
			t.Fatal(err)
		}
		if mails := w.sentMails(t, message.NetworkMember); len(mails) != 1 {
			t.Errorf("who holds the sheet is told of its network: %+v", mails)
		}
		said, err := w.Affiliations(ctx, owner)
		if err != nil || len(said) != 2 {
			t.Fatal(err, said)
		}
		if err := w.AnswerNetwork(ctx, owner, id, false); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"vouch": w.VouchFor(ctx, unea, id, owner.Organisation), "nudge": w.Nudge(ctx, unea, id, "Complétez.")} {
			if !errors.Is(err, network.ErrGone) {
				t.Errorf("%s for who said no: %v", name, err)
			}
		}
		if err := w.Declare(ctx, unea, st); !errors.Is(err, network.ErrRefused) {
			t.Errorf("declared again: %v", err)
		}
	})
}

// slowDB is the store of a portal that is overtaken between what a label says and the
// structure that shall show it.
type slowDB struct {
	store.DB
	meanwhile func()
}

func (d slowDB) Collection(ctx context.Context, name string) (store.Raw, error) {
	raw, err := d.DB.Collection(ctx, name)
	if name == "structure" {
		raw = &slow{raw, d.meanwhile}
	}
	return raw, err
}

type slow struct {
	store.Raw
	meanwhile func()
}

func (s *slow) Get(ctx context.Context, id string) (store.Envelope, error) {
	if s.meanwhile != nil {
		s.meanwhile()
		s.meanwhile = nil
	}
	return s.Raw.Get(ctx, id)
}

// TestOvertakenCarrier has a portal that read the gift of a label write after another
// has withdrawn it: the withdrawal holds.
func TestOvertakenCarrier(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, ept, st := t.Context(), w.of(t, account.KindPublic, account.Buyer), w.listed(t, siret)
		id, err := w.DefineLabel(ctx, ept, words)
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Update(ctx, w.LabelDocs, id, func(l *label.Label) (store.Change, error) {
			_, err := l.Give(st, "2026-11-28", "")
			return store.Change{}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		overtaken := portalOn(t, slowDB{w.db, func() {
			if err := w.WithdrawLabel(ctx, ept, id, st, gone); err != nil {
				t.Error(err)
			}
		}}, w.clock)
		if err := overtaken.Carry(ctx); err != nil {
			t.Fatal(err)
		}
		d, err := w.LabelDocs.Get(ctx, id)
		if got := w.labelled(t, st); err != nil || len(got) > 0 || d.Value.Pending() {
			t.Errorf("%v, shows %q, pending %v", err, got, d.Value.Pending())
		}
	})
}
