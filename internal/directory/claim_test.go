package directory_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// SIRET of one legal unit, and of another.
var (
	seat    = structure.WithLuhnKey(structure.WithLuhnKey("98200000") + "0001")
	other   = structure.WithLuhnKey(structure.WithLuhnKey("98200000") + "0002")
	foreign = "73282932000074"
)

// person makes an account.
func (w *world) person(t *testing.T, email string) account.Person {
	t.Helper()
	p := account.Person{ID: account.NewID(), Email: account.Email(email), CreatedAt: noon}
	if _, err := w.People.People.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return p
}

// known puts a structure into the directory as an official file tells it.
func (w *world) known(t *testing.T, siret string) (id string) {
	t.Helper()
	id = structure.NewID("siret:" + siret)
	st := structure.Structure{ID: id, SIRET: siret}
	rules := structure.Rules{Atlas: w.Atlas, Sold: w.Taxonomy.Sold}
	rules.Merge(&st, structure.NewClaim(structure.Origin{Source: structure.SourceFINESS, AsOf: "2026-11-01"}, &structure.Structure{
		Name: "ESAT du Lac", Contact: structure.Contact{Email: "contact@esat-du-lac.fr", Website: "https://www.esat-du-lac.fr"},
	}, nil, ""))
	if _, err := w.Structures.Insert(t.Context(), st, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return id
}

// asks opens a request for a sheet.
func (w *world) asks(t *testing.T, p *account.Person, id string) directory.Who {
	t.Helper()
	who, _, err := w.Begin(t.Context(), directory.Beginning{Person: p, Sheet: id})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// sentMails are the mails of a kind that writes have in hand, by recipient.
func (w *world) sentMails(t *testing.T, kind message.Kind) (to []string) {
	t.Helper()
	relay := store.NewRelay(w.db, slog.New(slog.DiscardHandler), slices.Concat(people.Sources, directory.Sources)...)
	if _, err := relay.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := w.People.Messages.All(t.Context(), func(d store.Doc[message.Message]) error {
		if d.Value.Kind == kind {
			to = append(to, d.Value.To)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(to)
	return to
}

// mailed are the token and the code of the newest mail of a request.
func (w *world) mailed(t *testing.T, who directory.Who, id string) (token, code string) {
	t.Helper()
	d, err := w.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	q := d.Value.Request(who.Organisation)
	return w.People.Secret.Token(message.PurposeClaim, q.Mail, 0), w.People.Secret.Code(q.Mail)
}

func (w *world) owner(t *testing.T, id string) (organisation string, proof registration.ProofKind) {
	t.Helper()
	d, err := w.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value.Owner, d.Value.Proof
}

// counts reports whether the roles of an organisation count.
func (w *world) counts(t *testing.T, organisation string) bool {
	t.Helper()
	o, err := w.People.Organisations.Get(t.Context(), organisation)
	if err != nil {
		t.Fatal(err)
	}
	return o.Value.Active()
}

// TestEachProofGrantsAndIsRefused: each of the proofs, by who has it and by who has not.
// A claim that is proved makes the organisation count; one that is not leaves it as it was.
func TestEachProofGrantsAndIsRefused(t *testing.T) {
	const network = "127.0.0.1"
	granted, refused := map[registration.ProofKind]int{}, 0
	defer func() {
		t.Logf("figure: the proofs %v grant a sheet, and are refused in %d ways", slices.Sorted(maps.Keys(granted)), refused)
	}()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		refused = 0
		unea := account.Organisation{ID: "unea", Kind: account.KindNetwork, Name: "UNEA", CreatedAt: noon, ConfirmedAt: noon}
		ada := w.person(t, "ada@unea.example")
		if err := unea.Enrol(ada.ID, []account.Role{account.Network}, true, noon); err != nil {
			t.Fatal(err)
		}
		if _, err := w.People.Organisations.Insert(ctx, unea, store.Change{}); err != nil {
			t.Fatal(err)
		}
		team := account.Actor{Person: "root", Administrator: true}
		id := ""
		for name, c := range map[string]struct {
			email string
			prove func(directory.Who, *account.Person) error
			want  error // nil: granted; errAny: some Fault
		}{
			"domain":               {"camille@esat-du-lac.fr", func(who directory.Who, _ *account.Person) error { return w.ProveDomain(ctx, who, id) }, nil},
			"domain, free mail":    {"esat-du-lac.fr@gmail.com", func(who directory.Who, _ *account.Person) error { return w.ProveDomain(ctx, who, id) }, registration.ErrFreeMail},
			"domain, another":      {"camille@esat-du-val.fr", func(who directory.Who, _ *account.Person) error { return w.ProveDomain(ctx, who, id) }, registration.ErrOtherDomain},
			"identity":             {"c@x.example", func(who directory.Who, _ *account.Person) error { return w.ProveIdentity(ctx, who, id, seat) }, nil},
			"identity, the unit's": {"c@x.example", func(who directory.Who, _ *account.Person) error { return w.ProveIdentity(ctx, who, id, other) }, registration.ErrOtherSIRET},
			"identity, none":       {"c@x.example", func(who directory.Who, _ *account.Person) error { return w.ProveIdentity(ctx, who, id, "") }, registration.ErrNoIdentity},
			"mail, code": {"c@gmail.com", func(who directory.Who, p *account.Person) error {
				if err := w.SendProof(ctx, who, p, id, network); err != nil {
					return err
				}
				_, code := w.mailed(t, who, id)
				return w.ProveCode(ctx, who, id, network, code)
			}, nil},
			"mail, link": {"c@gmail.com", func(who directory.Who, p *account.Person) error {
				if err := w.SendProof(ctx, who, p, id, network); err != nil {
					return err
				}
				token, _ := w.mailed(t, who, id)
				_, err := w.UseProof(ctx, token)
				return err
			}, nil},
			"mail, too late": {"c@gmail.com", func(who directory.Who, p *account.Person) error {
				if err := w.SendProof(ctx, who, p, id, network); err != nil {
					return err
				}
				token, _ := w.mailed(t, who, id)
				w.move(registration.ProofLife + time.Minute)
				_, err := w.UseProof(ctx, token)
				return err
			}, registration.ErrNoProof},
			"mail, a token of nothing": {"c@gmail.com", func(directory.Who, *account.Person) error {
				_, err := w.UseProof(ctx, strings.Repeat("A", 26))
				return err
			}, registration.ErrNoProof},
			"mail, not ours": {"c@gmail.com", func(who directory.Who, p *account.Person) error {
				if err := w.SendProof(ctx, who, p, id, network); err != nil {
					return err
				}
				token, _ := w.mailed(t, who, id)
				if _, err := w.DenyProof(ctx, token); err != nil {
					return err
				}
				_, err := w.UseProof(ctx, token)
				return err
			}, registration.ErrNoProof},
			"mail, who asked is suspended": {"c@gmail.com", func(who directory.Who, p *account.Person) error {
				if err := w.SendProof(ctx, who, p, id, network); err != nil {
					return err
				}
				token, _ := w.mailed(t, who, id)
				_, err := store.Update(ctx, w.People.People.Collection, p.ID, func(p *account.Person) (store.Change, error) {
					p.SuspendedAt = noon
					return store.Change{}, nil
				})
				if err != nil {
					return err
				}
				_, err = w.UseProof(ctx, token)
				return err
			}, registration.ErrNoProof},
			"network": {"c@x.example", func(who directory.Who, _ *account.Person) error {
				if err := w.AskNetwork(ctx, who, id, "unea"); err != nil {
					return err
				}
				return w.Vouch(ctx, account.Actor{Person: ada.ID}, "unea", id, who.Organisation)
			}, nil},
			"network, by who asks": {"c@x.example", func(who directory.Who, p *account.Person) error {
				return w.Vouch(ctx, account.Actor{Person: p.ID}, "unea", id, who.Organisation)
			}, account.ErrNotAllowed},
			"network, one's own organisation": {"c@x.example", func(who directory.Who, p *account.Person) error {
				return w.Vouch(ctx, account.Actor{Person: p.ID}, who.Organisation, id, who.Organisation)
			}, registration.ErrNoNetwork},
			"moderator": {"c@x.example", func(who directory.Who, _ *account.Person) error {
				if err := w.AskTeam(ctx, who, id, "Je dirige l’ESAT."); err != nil {
					return err
				}
				return w.Grant(ctx, team, id, who.Organisation)
			}, nil},
			"moderator, by who asks": {"c@x.example", func(who directory.Who, p *account.Person) error {
				return w.Grant(ctx, account.Actor{Person: p.ID}, id, who.Organisation)
			}, account.ErrNotAllowed},
			"unit, none held": {"c@x.example", func(who directory.Who, _ *account.Person) error { return w.ProveUnit(ctx, who, id) }, errAny},
		} {
			p := w.person(t, strings.Replace(c.email, "@", "."+account.NewID()[:4]+"@", 1))
			id = w.again(t, id, seat)
			who := w.asks(t, &p, id)
			err := c.prove(who, &p)
			var fault account.Fault
			if !errors.Is(err, c.want) && !(errors.Is(c.want, errAny) && errors.As(err, &fault)) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
			owner, proof := w.owner(t, id)
			holds := owner == who.Organisation
			if holds != (c.want == nil) || w.counts(t, who.Organisation) != holds {
				t.Errorf("%s: owner %q of %q, counts %v", name, owner, who.Organisation, w.counts(t, who.Organisation))
			}
			if holds {
				granted[proof]++
			} else {
				refused++
			}
		}
	})
}

var errAny = errors.New("any")

// again makes the sheet as if nobody had ever asked for it.
func (w *world) again(t *testing.T, id, siret string) string {
	t.Helper()
	if id == "" {
		return w.known(t, siret)
	}
	d, err := w.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Registrations.Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestOneClaimWins: many organisations prove at once; one holds the sheet, each of the
// others is told so, by the answer or by mail, and none of them counts.
func TestOneClaimWins(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.known(t, seat)
		const claimants = 8
		var who []directory.Who
		for i := range claimants {
			p := w.person(t, fmt.Sprintf("c%d@esat-du-lac.fr", i))
			who = append(who, w.asks(t, &p, id))
		}
		errs := make([]error, claimants)
		var group sync.WaitGroup
		for i := range who {
			group.Go(func() { errs[i] = w.ProveDomain(ctx, who[i], id) })
		}
		group.Wait()
		owner, _ := w.owner(t, id)
		won := 0
		for i, err := range errs {
			switch {
			case err == nil && owner == who[i].Organisation:
				won++
			case err == nil:
				t.Errorf("claimant %d believes to hold the sheet", i)
			case !errors.Is(err, registration.ErrOwned) && !errors.Is(err, store.ErrNotFound):
				t.Errorf("claimant %d: %v", i, err)
			}
			if w.counts(t, who[i].Organisation) != (owner == who[i].Organisation) {
				t.Errorf("claimant %d counts: %v", i, w.counts(t, who[i].Organisation))
			}
		}
		if won != 1 {
			t.Errorf("%d hold the sheet: %v", won, errs)
		}
		if told := w.sentMails(t, message.ClaimRefused); len(told) != claimants-1 {
			t.Errorf("told: %v", told)
		}
		if notice := w.sentMails(t, message.ClaimNotice); !slices.Equal(notice, []string{"contact@esat-du-lac.fr"}) {
			t.Errorf("the structure is told: %v", notice)
		}
	})
}

// TestProofLinkServesOnce: of many uses at once, by link and by code, one is granted.
func TestProofLinkServesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.known(t, seat)
		p := w.person(t, "c@gmail.com")
		who := w.asks(t, &p, id)
		if err := w.SendProof(ctx, who, &p, id, "n"); err != nil {
			t.Fatal(err)
		}
		if to := w.sentMails(t, message.ClaimProof); !slices.Equal(to, []string{"contact@esat-du-lac.fr"}) {
			t.Fatalf("sent to %v", to)
		}
		token, code := w.mailed(t, who, id)
		results := make(chan error, 20)
		for i := range cap(results) {
			go func() {
				if i%2 == 0 {
					_, err := w.UseProof(ctx, token)
					results <- err
				} else {
					results <- w.ProveCode(ctx, who, id, "n", code)
				}
			}()
		}
		granted := 0
		for range cap(results) {
			if err := <-results; err == nil {
				granted++
			} else if !errors.Is(err, registration.ErrNoProof) && !errors.Is(err, registration.ErrNoCode) {
				t.Error(err)
			}
		}
		if granted != 1 {
			t.Errorf("granted %d times", granted)
		}
	})
}

// TestProofMailsAreThrottled: the sixth mail to one address within a quarter of an hour
// is refused, whoever asks; five wrong codes end a mail.
func TestProofMailsAreThrottled(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.known(t, seat)
		var many *people.TooManyError
		for i := range people.PerAddress + 1 {
			p := w.person(t, fmt.Sprintf("c%d@gmail.com", i))
			last := w.asks(t, &p, id)
			err := w.SendProof(ctx, last, &p, id, fmt.Sprint("network", i))
			if refused := errors.As(err, &many); refused != (i == people.PerAddress) {
				t.Fatalf("mail %d: %v", i+1, err)
			}
			if i < people.PerAddress {
				_, code := w.mailed(t, last, id)
				wrong := "000000"
				if code == wrong {
					wrong = "000001"
				}
				for try := range registration.MaxProofTries + 1 {
					err := w.ProveCode(ctx, last, id, "guesser", wrong)
					if try == registration.MaxProofTries && !errors.Is(err, registration.ErrTriedOut) || err == nil {
						t.Fatalf("try %d: %v", try+1, err)
					}
				}
				if err := w.ProveCode(ctx, last, id, "guesser", code); !errors.Is(err, registration.ErrTriedOut) {
					t.Fatalf("the right code after five wrong ones: %v", err)
				}
			}
		}
	})
}

// TestWhatCannotBeClaimed: what is closed, opposed, held by another, or of another's
// organisation.
func TestWhatCannotBeClaimed(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.person(t, "c@esat-du-lac.fr")
		id := w.known(t, seat)
		q := w.person(t, "d@esat-du-lac.fr")
		holder := w.asks(t, &q, id)
		if err := w.ProveDomain(ctx, holder, id); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: id}); !errors.Is(err, registration.ErrOwned) {
			t.Errorf("held by another: %v", err)
		}
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: id, Organisation: holder.Organisation}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("in the name of another's organisation: %v", err)
		}
		closed := w.known(t, foreign)
		if _, err := store.Update(ctx, w.Structures, closed, func(s *structure.Structure) (store.Change, error) {
			s.Closed = true
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: closed}); !errors.Is(err, directory.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
		for name, c := range map[string]struct {
			set  func(*structure.Structure)
			want error
		}{
			"suspended":    {func(s *structure.Structure) { s.Suspend("root", "Signalée trois fois.", noon, false) }, directory.ErrHidden},
			"a duplicate":  {func(s *structure.Structure) { s.MergedInto = id }, registration.ErrOwned}, // the one that stands for it is held
			"a groupement": {func(s *structure.Structure) { s.Groupement = &structure.Groupement{} }, directory.ErrGroupement},
			"withdrawn":    {func(s *structure.Structure) { s.Closed, s.Groupement = true, &structure.Groupement{} }, store.ErrNotFound},
		} {
			if _, err := store.Update(ctx, w.Structures, closed, func(s *structure.Structure) (store.Change, error) {
				s.Closed, s.Suspended, s.MergedInto, s.Groupement = false, nil, "", nil
				c.set(s)
				return store.Change{}, nil
			}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: closed}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: "aaaaaaaaaaaaaaaa"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("nothing: %v", err)
		}
		w.Objects = func(_ context.Context, number string) (bool, error) { return number == "siren:"+other[:9], nil }
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Number: registration.Number{SIRET: other}, Name: "Neuf"}); !errors.Is(err, directory.ErrOpposed) {
			t.Errorf("opposed: %v", err)
		}
		w.Objects = nil
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Number: registration.Number{SIRET: seat}, Name: "Neuf"}); err == nil {
			t.Error("a second sheet of one SIRET")
		}
	})
}

// TestClosedMeanwhile: a proof that comes after the establishment has closed, or its
// number has gone on the opposition list, grants and publishes nothing.
func TestClosedMeanwhile(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p, id := t.Context(), w.person(t, "c@esat-du-lac.fr"), w.known(t, seat)
		who := w.asks(t, &p, id)
		if err := w.SendProof(ctx, who, &p, id, "n"); err != nil {
			t.Fatal(err)
		}
		token, code := w.mailed(t, who, id)
		if _, err := store.Update(ctx, w.Structures, id, func(s *structure.Structure) (store.Change, error) {
			s.Closed = true
			return store.Change{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"link": func() error { _, err := w.UseProof(ctx, token); return err }(), "code": w.ProveCode(ctx, who, id, "n", code), "domain": w.ProveDomain(ctx, who, id),
		} {
			if !errors.Is(err, directory.ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if owner, _ := w.owner(t, id); owner != "" {
			t.Errorf("held by %s", owner)
		}
	})
}

// TestSecondEstablishment: an organisation that holds a sheet takes another of the same
// legal unit, known or new, without another proof; nobody else does.
func TestSecondEstablishment(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.person(t, "c@esat-du-lac.fr")
		first, second := w.known(t, seat), w.known(t, other)
		who := w.asks(t, &p, first)
		if err := w.ProveUnit(ctx, who, first); err == nil {
			t.Error("a sheet that is asked for proves itself")
		}
		if err := w.ProveDomain(ctx, who, first); err != nil {
			t.Fatal(err)
		}
		again, _, err := w.Begin(ctx, directory.Beginning{Person: &p, Sheet: second})
		if err != nil || again.Organisation != who.Organisation {
			t.Fatalf("%+v, %v", again, err)
		}
		if err := w.ProveUnit(ctx, again, second); err != nil {
			t.Fatal(err)
		}
		if owner, proof := w.owner(t, second); owner != who.Organisation || proof != registration.ProofUnit {
			t.Errorf("%s by %s", owner, proof)
		}
		o, err := w.People.Organisations.Get(ctx, who.Organisation)
		if err != nil || o.Value.SIREN != seat[:9] || o.Value.Name != "ESAT du Lac" {
			t.Errorf("%+v, %v", o.Value, err)
		}
		// Who proposed an organisation under a famous number counts under the one it proved.
		q := w.person(t, "d@x.example")
		fake, err := w.People.Propose(ctx, &q, account.Founding{Kind: account.KindOwner, Name: "Grand groupe", SIREN: "552100554"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Begin(ctx, directory.Beginning{Person: &q, Sheet: w.known(t, foreign), Organisation: fake}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an organisation that nobody has confirmed claims: %v", err)
		}
	})
}

// TestNewSheet: of a new one nothing is published before somebody of the portal has
// answered; then the organisation counts, and what was declared is checked.
func TestNewSheet(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.person(t, "c@gmail.com")
		begin := func() (directory.Who, string) {
			who, id, err := w.Begin(ctx, directory.Beginning{
				Person: &p, Number: registration.Number{SIRET: seat}, Name: "ESAT neuf", Kinds: []registration.Declared{{Kind: structure.ESAT}},
			})
			if err != nil {
				t.Fatal(err)
			}
			return who, id
		}
		who, id := begin()
		if again, same := begin(); again != who || same != id {
			t.Errorf("begun twice: %+v %s, %+v %s", who, id, again, same)
		}
		if err := w.ProveAtOnce(ctx, who, id, ""); err != nil {
			t.Fatal(err)
		}
		rev, err := w.Save(ctx, who, id, registration.PartActivities, 9, ready)
		if err != nil {
			t.Fatal(err)
		}
		own, err := w.Publish(ctx, who, id, rev)
		if err != nil || own.Value.Submission == nil || own.Shown.ID != "" || w.counts(t, who.Organisation) {
			t.Fatalf("%+v, %v", own, err)
		}
		w.Objects = func(_ context.Context, number string) (bool, error) { return number == "siret:"+seat, nil }
		if err := w.Decide(ctx, account.Actor{Person: "root", Administrator: true}, id, own.Value.Submission.ID, registration.Accepted, ""); !errors.Is(err, directory.ErrOpposed) {
			t.Errorf("accepted though on the opposition list: %v", err)
		}
		w.Objects = nil
		if err := w.Decide(ctx, account.Actor{Person: "root", Administrator: true}, id, own.Value.Submission.ID, registration.Accepted, ""); err != nil {
			t.Fatal(err)
		}
		own, err = w.Own(ctx, who, id)
		if err != nil || !w.counts(t, who.Organisation) || !slices.Contains(own.Shown.KindsInForce("2026-11-28"), structure.ESAT) || own.Value.Pending() {
			t.Errorf("%+v, counts %v, %v", own.Shown, w.counts(t, who.Organisation), err)
		}
	})
}

// TestNewSheetByIdentity is on line at once, but for the agreement that it declares.
func TestNewSheetByIdentity(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.person(t, "c@x.example")
		who, id, err := w.Begin(ctx, directory.Beginning{
			Person: &p, Number: registration.Number{SIRET: seat}, Name: "ESAT neuf", Kinds: []registration.Declared{{Kind: structure.ESAT}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.ProveAtOnce(ctx, who, id, seat); err != nil {
			t.Fatal(err)
		}
		rev, err := w.Save(ctx, who, id, registration.PartActivities, 9, ready)
		if err != nil {
			t.Fatal(err)
		}
		w.Objects = func(_ context.Context, number string) (bool, error) { return number == "siret:"+seat, nil }
		if _, err := w.Publish(ctx, who, id, rev); !errors.Is(err, directory.ErrOpposed) {
			t.Errorf("published though on the opposition list: %v", err)
		}
		w.Objects = nil
		own, err := w.Publish(ctx, who, id, rev)
		if err != nil {
			t.Fatal(err)
		}
		if own.Shown.SIRET != seat || len(own.Shown.KindsInForce("2026-11-28")) != 0 || own.Value.Submission == nil || !w.counts(t, who.Organisation) {
			t.Errorf("%+v, submitted %v", own.Shown, own.Value.Submission)
		}
	})
}

// TestForgetRequests: what a person wrote is told, then gone; what waits is refused.
func TestForgetRequests(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, p, id := t.Context(), w.person(t, "c@gmail.com"), w.known(t, seat)
		who := w.asks(t, &p, id)
		if err := w.AskTeam(ctx, who, id, "Je dirige l’ESAT."); err != nil {
			t.Fatal(err)
		}
		told, err := w.People.Tell(ctx, p.ID, people.TellPage)
		if err != nil || len(told.More["sheet_requests"]) != 1 || !strings.Contains(fmt.Sprint(told.More["sheet_requests"]), "Je dirige") {
			t.Errorf("told %v, %v", told.More, err)
		}
		for _, h := range w.People.Holders {
			for range 2 { // again after a kill
				if err := h.Forget(ctx, &p, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		d, err := w.Registrations.Get(ctx, id)
		if err != nil || len(d.Value.Requests) != 1 || d.Value.Requests[0].Text != "" || d.Value.Requests[0].Open() {
			t.Errorf("%+v, %v", d.Value.Requests, err)
		}
	})
}
