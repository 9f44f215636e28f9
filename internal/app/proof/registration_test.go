package proof

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TestRegistration registers new and known structures, on one portal with the embedded
// store and in turns on two portals of one MongoDB: what is published is found by
// search on each within visibleWithin; what nobody has proved is found nowhere; a
// free-mail address proves nothing by its domain.
func TestRegistration(t *testing.T) {
	uri := fmt.Sprintf("%s/registration%d", testMongo(t), time.Now().UnixNano())
	single, addr := portal(t, "")
	first, addr1 := portal(t, uri)
	second, addr2 := portal(t, uri)
	var slowest time.Duration
	registered := 0
	for _, c := range []struct {
		portals []*app.App
		addrs   []string
		n       int
	}{{[]*app.App{single}, []string{addr}, 6}, {[]*app.App{first, second}, []string{addr1, addr2}, 12}} {
		for i := range c.n {
			slowest = max(slowest, registers(t, c.portals[i%len(c.portals)], c.addrs, i))
			registered++
		}
		unprovenIsNowhere(t, c.portals[0], c.addrs)
	}
	if slowest > visibleWithin {
		t.Errorf("a sheet took %v to be found, must be within %v", slowest, visibleWithin)
	}
	figure(t, "%d structures registered, new and known, the slowest found on every portal %v after its publication", registered, slowest.Round(time.Millisecond))
}

// claimant makes a person who may ask for sheets.
func claimant(t *testing.T, a *app.App, email account.Email) account.Person {
	t.Helper()
	d, err := a.People.Ensure(t.Context(), email, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.Value
}

func numbered(n int) string {
	return structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("98%06d", n)) + "0001")
}

// official puts a structure into the directory as a register tells it.
func official(t *testing.T, a *app.App, siret, name, domain string) string {
	t.Helper()
	s := structure.Structure{ID: structure.NewID("siret:" + siret), SIRET: siret}
	rules := structure.Rules{Atlas: a.Directory.Atlas, Sold: a.Directory.Taxonomy.Sold}
	rules.Merge(&s, structure.NewClaim(structure.Origin{Source: structure.SourceASP, AsOf: "2026-11-01"}, &structure.Structure{
		Name: name, Address: structure.Address{Commune: "94081", City: "Vitry-sur-Seine"}, Contact: structure.Contact{Website: "https://www." + domain},
	}, nil, ""))
	if _, err := a.Structures.Insert(t.Context(), s, store.Change{At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return s.ID
}

// registers takes a sheet from nothing to the results of a search on every portal: a
// known one by the domain of its site, a new one by an identity that carries its SIRET.
func registers(t *testing.T, a *app.App, addrs []string, i int) (took time.Duration) {
	t.Helper()
	ctx, siret := t.Context(), numbered(1000*len(addrs)+i)
	domain := fmt.Sprintf("atelier%d.example", i)
	p := claimant(t, a, account.Email("camille@"+domain))
	b := directory.Beginning{Person: &p, Number: registration.Number{SIRET: siret}, Name: fmt.Sprintf("Atelier neuf %d", i)}
	prove := func(w directory.Who, id string) error { return a.Directory.ProveIdentity(ctx, w, id, siret) }
	if i%2 == 0 {
		b = directory.Beginning{Person: &p, Sheet: official(t, a, siret, fmt.Sprintf("Atelier connu %d", i), domain)}
		free := claimant(t, a, account.Email(fmt.Sprintf("camille%d@gmail.com", i)))
		prove = func(w directory.Who, id string) error {
			other, _, err := a.Directory.Begin(ctx, directory.Beginning{Person: &free, Sheet: id})
			if err != nil {
				return err
			}
			if err := a.Directory.ProveDomain(ctx, other, id); !errors.Is(err, registration.ErrFreeMail) {
				t.Errorf("a free-mail address: %v", err)
			}
			if err := a.Directory.Withdraw(ctx, other, id); err != nil {
				return err
			}
			return a.Directory.ProveDomain(ctx, w, id)
		}
	}
	w, id, err := a.Directory.Begin(ctx, b)
	if err == nil {
		err = prove(w, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	word := fmt.Sprintf("savoirfaire%d%s", i, strings.Repeat("x", len(addrs)))
	rev := answers(t, a, w, id, word)
	start := time.Now()
	own, err := a.Directory.Publish(ctx, w, id, rev)
	if err != nil || own.Shown.OwnVersion != 1 {
		t.Fatalf("%+v, %v", own, err)
	}
	for _, addr := range addrs {
		took = max(took, waitFound(t, addr, word, start))
	}
	return took
}

// answers gives the three answers, and a word that nobody else says.
func answers(t *testing.T, a *app.App, w directory.Who, id, word string) (rev int64) {
	t.Helper()
	own, err := a.Directory.Own(t.Context(), w, id)
	if err != nil {
		t.Fatal(err)
	}
	rev, err = a.Directory.Save(t.Context(), w, id, registration.PartActivities, own.Rev(w.Organisation), func(s *registration.Sheet) error {
		s.Description, s.Contact.Phone = "Nous faisons "+word+".", "01 99 00 00 01"
		s.Address = structure.Address{Commune: "94081", City: "Vitry-sur-Seine"}
		s.Activities = []structure.Activity{{Sectors: []string{"espaces-verts"}, Zone: structure.Zone{RadiusKM: 30}}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// unprovenIsNowhere sends a sheet without any proof: it waits, and no search finds it.
func unprovenIsNowhere(t *testing.T, a *app.App, addrs []string) {
	t.Helper()
	p := claimant(t, a, "inconnue@gmail.com")
	w, id, err := a.Directory.Begin(t.Context(), directory.Beginning{Person: &p, Number: registration.Number{SIRET: numbered(999)}, Name: "Atelier sans preuve"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := a.Directory.Publish(t.Context(), w, id, answers(t, a, w, id, "invisiblepartout"))
	if err != nil || own.Value.Submission == nil || own.Shown.ID != "" {
		t.Fatalf("%+v, %v", own, err)
	}
	if err := a.Directory.Carry(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, addr := range addrs {
		if n := total(t, addr, "invisiblepartout"); n != 0 {
			t.Errorf("%d found before anybody checked", n)
		}
	}
}
