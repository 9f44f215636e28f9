package groupement_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/groupement"
	"sourcier/internal/structure"
)

var at = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func brings(words string) groupement.Brings { return groupement.Brings{Words: words} }

// made is a groupement of « lead », with members that have accepted.
func made(t *testing.T, members ...string) *groupement.Groupement {
	t.Helper()
	g, err := groupement.New("g", groupement.Founder{Organisation: "org", Structure: "lead", Brings: brings("la coordination")},
		groupement.Draft{Name: "  Propreté   du Val  "}, structure.Conjoint, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		must(t, g.Invite("lead", m, at))
		must(t, g.Accept(m, g.Terms(), brings("le reste"), at))
	}
	return &g
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sound is what holds of any groupement, whatever was done to it.
func sound(g *groupement.Groupement) error {
	accepted := g.Accepted()
	seen := map[string]bool{}
	for _, m := range g.Members {
		if seen[m.Structure] {
			return fmt.Errorf("%s is twice a member", m.Structure)
		}
		seen[m.Structure] = true
		if m.State() == groupement.Accepted && m.Brings.Empty() {
			return fmt.Errorf("%s brings nothing", m.Structure)
		}
		if m.Times > groupement.MaxInvitations {
			return fmt.Errorf("%s was asked %d times", m.Structure, m.Times)
		}
	}
	switch {
	case g.Live() && (len(accepted) == 0 || accepted[0] != g.Mandataire):
		return fmt.Errorf("the mandataire %s is not among %v", g.Mandataire, accepted)
	case g.Presented() && len(accepted) < structure.MinMembers:
		return errors.New("one alone is presented")
	case len(g.Members) > structure.MaxMembers || len(g.History) > groupement.MaxHistory:
		return errors.New("a bound is passed")
	}
	return nil
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		members []string
		do      func(*groupement.Groupement) error
		want    error  // this very one
		says    string // or a refusal that says so
		then    func(*groupement.Groupement) bool
	}{
		"a member invites":   {members: []string{"a"}, do: func(g *groupement.Groupement) error { return g.Invite("a", "b", at) }, want: groupement.ErrNotMandataire},
		"a stranger invites": {do: func(g *groupement.Groupement) error { return g.Invite("x", "b", at) }, want: groupement.ErrNotMandataire},
		"invited twice": {do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "a", at), g.Invite("lead", "a", at))
		}, says: "déjà invitée"},
		"invited as a member": {members: []string{"a"}, do: func(g *groupement.Groupement) error { return g.Invite("lead", "a", at) }, says: "déjà membre"},
		"accepts uninvited":   {do: func(g *groupement.Groupement) error { return g.Accept("a", g.Terms(), brings("x"), at) }, want: groupement.ErrNoInvitation},
		"accepts what was taken back": {do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "a", at), g.TakeBack("lead", "a", at), g.Accept("a", g.Terms(), brings("x"), at))
		}, want: groupement.ErrNoInvitation},
		"accepts other terms": {members: []string{"b"}, do: func(g *groupement.Groupement) error {
			read := g.Terms()
			_, err := g.SetForm("lead", structure.Solidaire, "lead", read, at)
			return errors.Join(err, g.Invite("lead", "a", at), g.Accept("a", read, brings("x"), at))
		}, want: groupement.ErrStale},
		"accepts and brings nothing": {do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "a", at), g.Accept("a", g.Terms(), brings("  "), at))
		}, says: "ce que votre structure apporte"},
		"declines, and is asked again": {do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "a", at), g.Decline("a", "pas cette année", at), g.Invite("lead", "a", at))
		}, then: func(g *groupement.Groupement) bool {
			return g.StateOf("a") == groupement.Invited && slices.ContainsFunc(g.History, func(e groupement.Event) bool { return e.Text == "pas cette année" })
		}},
		"asked too often": {do: func(g *groupement.Groupement) error {
			for range groupement.MaxInvitations {
				if err := errors.Join(g.Invite("lead", "a", at), g.Decline("a", "", at)); err != nil {
					return err
				}
			}
			return g.Invite("lead", "a", at)
		}, says: "déjà été invitée"},
		"the mandataire leaves without another": {members: []string{"a"}, do: func(g *groupement.Groupement) error { return g.Leave("lead", "", at) }, says: "à votre place"},
		"the mandataire follows itself":         {members: []string{"a"}, do: func(g *groupement.Groupement) error { return g.Leave("lead", "lead", at) }, says: "à votre place"},
		"the mandataire names somebody invited": {members: []string{"a"}, do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "b", at), g.Leave("lead", "b", at))
		}, says: "à votre place"},
		"the mandataire names another and leaves": {members: []string{"a", "b"}, do: func(g *groupement.Groupement) error { return g.Leave("lead", "b", at) },
			then: func(g *groupement.Groupement) bool { return slices.Equal(g.Accepted(), []string{"b", "a"}) }},
		"the last leaves": {do: func(g *groupement.Groupement) error { return g.Leave("lead", "", at) },
			then: func(g *groupement.Groupement) bool { return !g.Live() && !g.Presented() }},
		"one is left of two": {members: []string{"a"}, do: func(g *groupement.Groupement) error { return errors.Join(g.Publish("lead", at), g.Leave("a", "", at)) },
			then: func(g *groupement.Groupement) bool { return g.Live() && !g.Presented() }},
		"who left leaves":       {members: []string{"a"}, do: func(g *groupement.Groupement) error { return errors.Join(g.Leave("a", "", at), g.Leave("a", "", at)) }, want: groupement.ErrNotAccepted},
		"published alone":       {do: func(g *groupement.Groupement) error { return g.Publish("lead", at) }, want: groupement.ErrTooFew},
		"published by a member": {members: []string{"a"}, do: func(g *groupement.Groupement) error { return g.Publish("a", at) }, want: groupement.ErrNotMandataire},
		"published, then hidden": {members: []string{"a"}, do: func(g *groupement.Groupement) error { return errors.Join(g.Publish("lead", at), g.Hide("lead", at)) },
			then: func(g *groupement.Groupement) bool { return !g.Presented() }},
		"described from what was": {members: []string{"a"}, do: func(g *groupement.Groupement) error {
			return g.Describe("lead", groupement.Draft{Name: "autre"}, g.Rev-1, at)
		}, want: groupement.ErrStale},
		"described without a name": {do: func(g *groupement.Groupement) error {
			return g.Describe("lead", groupement.Draft{Name: " "}, g.Rev, at)
		}, says: "Donnez un nom"},
		"described at length": {do: func(g *groupement.Groupement) error {
			return g.Describe("lead", groupement.Draft{Name: "x", About: strings.Repeat("é", groupement.MaxAbout+1)}, g.Rev, at)
		}, says: "dépasse"},
		"an unknown form": {members: []string{"a"}, do: func(g *groupement.Groupement) error {
			_, err := g.SetForm("lead", "autre", "a", g.Terms(), at)
			return err
		}, says: "la forme"},
		"led by who was only invited": {do: func(g *groupement.Groupement) error {
			_, err := g.SetForm("lead", structure.Conjoint, "a", g.Terms(), at)
			return err
		}, says: "qui ont accepté"},
		"led by another": {members: []string{"a"}, do: func(g *groupement.Groupement) error {
			_, err := g.SetForm("lead", structure.Solidaire, "a", g.Terms(), at)
			return err
		}, then: func(g *groupement.Groupement) bool { return g.Mandataire == "a" && g.Form == structure.Solidaire }},
		"changed once dissolved": {members: []string{"a"}, do: func(g *groupement.Groupement) error {
			return errors.Join(g.Dissolve("lead", at), g.SetBrings("a", brings("x"), at))
		}, want: groupement.ErrDissolved},
		"accepted once dissolved": {do: func(g *groupement.Groupement) error {
			return errors.Join(g.Invite("lead", "a", at), g.Dissolve("lead", at), g.Accept("a", g.Terms(), brings("x"), at))
		}, want: groupement.ErrDissolved},
	} {
		t.Run(name, func(t *testing.T) {
			g := made(t, c.members...)
			err := c.do(g)
			var fault account.Fault
			switch {
			case c.want != nil && !errors.Is(err, c.want), c.says != "" && (!errors.As(err, &fault) || !strings.Contains(fault.Error(), c.says)):
				t.Errorf("%v, want %v%s", err, c.want, c.says)
			case c.want == nil && c.says == "" && err != nil:
				t.Error(err)
			case c.then != nil && !c.then(g):
				t.Errorf("became %+v", g)
			}
			if err := sound(g); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFull fills every bound: the document stays far below 1 MB.
func TestFull(t *testing.T) {
	g := made(t)
	words := groupement.Brings{Words: strings.Repeat("é", groupement.MaxWords)}
	for i := range groupement.MaxSectors {
		words.Sectors = append(words.Sectors, fmt.Sprintf("secteur-assez-long-%d", i))
	}
	for i := range structure.MaxMembers - 1 {
		id := fmt.Sprintf("structure-%06d", i)
		must(t, g.Invite("lead", id, at))
		must(t, g.Accept(id, g.Terms(), words, at))
	}
	var fault account.Fault
	if err := g.Invite("lead", "one-more", at); !errors.As(err, &fault) {
		t.Errorf("one more than the most: %v", err)
	}
	for range groupement.MaxHistory {
		must(t, g.Leave("structure-000000", "", at))
		m := g.Member("structure-000000")
		m.Times = 1 // for the sake of the history alone
		must(t, g.Invite("lead", "structure-000000", at))
		must(t, g.Decline("structure-000000", words.Words, at))
		m.Times = 1
		must(t, g.Invite("lead", "structure-000000", at))
		must(t, g.Accept("structure-000000", g.Terms(), words, at))
	}
	if err := sound(g); err != nil {
		t.Error(err)
	}
	body, err := json.Marshal(g)
	if err != nil || len(body) > 300_000 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

// TestAnyOrder does random things: what must hold always does.
func TestAnyOrder(t *testing.T) {
	who := []string{"lead", "a", "b", "c"}
	for seed := range uint64(300) {
		g, x := made(t), seed*2654435761+1
		pick := func(n int) int { x = x*6364136223846793005 + 1442695040888963407; return int(x>>33) % n }
		one := func() string { return who[pick(len(who))] }
		for step := range 60 {
			before := g.Rev
			var err error
			switch pick(9) {
			case 0, 1:
				err = g.Invite(one(), one(), at)
			case 2, 3:
				err = g.Accept(one(), g.Terms(), brings("x"), at)
			case 4:
				err = g.Decline(one(), "", at)
			case 5:
				err = g.Leave(one(), one(), at)
			case 6:
				_, err = g.SetForm(one(), structure.Forms[pick(3)], one(), g.Terms(), at)
			case 7:
				err = g.Publish(one(), at)
			case 8:
				err = g.TakeBack(one(), one(), at)
			}
			if bad := sound(g); bad != nil {
				t.Fatalf("seed %d step %d: %v (%v)", seed, step, bad, err)
			}
			if err != nil && g.Rev != before {
				t.Fatalf("seed %d step %d: refused (%v) and changed", seed, step, err)
			}
		}
	}
}
