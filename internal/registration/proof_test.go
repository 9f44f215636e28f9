package registration_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

var proofDay = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// contact makes what a source says of how to reach a structure.
func contact(source structure.Source, email, site string) structure.Claim {
	return structure.NewClaim(structure.Origin{Source: source, AsOf: "2026-11-01"}, &structure.Structure{Contact: structure.Contact{Email: email, Website: site}}, nil, "")
}

// known is a structure as sources tell it.
func known(t *testing.T, claims ...structure.Claim) *structure.Structure {
	t.Helper()
	s := &structure.Structure{ID: structure.NewID("siret:73282932000074"), SIRET: "73282932000074", Name: "ESAT du Lac"}
	rules := structure.Rules{Atlas: territory.Default(), Sold: func(string) (bool, bool) { return false, false }}
	rules.Merge(s, claims...)
	return s
}

func TestOfficialEmail(t *testing.T) {
	const good, other = "contact@esat-du-lac.fr", "direction@esat-du-lac.fr"
	stale := known(t, contact(structure.SourceFINESS, good, ""))
	stale.Sightings = map[structure.Source]structure.Sighting{structure.SourceFINESS: {Stale: "2026-11-20"}}
	fictional := known(t, contact(structure.SourceDemo, good, ""))
	fictional.Demo = true
	for name, c := range map[string]struct {
		s    *structure.Structure
		want account.Email
	}{
		"a register":                     {known(t, contact(structure.SourceFINESS, good, "")), good},
		"the strongest register":         {known(t, contact(structure.SourceFINESS, other, ""), contact(structure.SourceASP, good, "")), good},
		"not what is shown":              {known(t, contact(structure.SourceSelf, "pirate@evil.example", ""), contact(structure.SourceFINESS, good, "")), good},
		"the structure itself":           {known(t, contact(structure.SourceSelf, good, "")), ""},
		"a moderator, who was told":      {known(t, contact(structure.SourceModerator, good, "")), ""},
		"a platform of members":          {known(t, contact(structure.SourceLeMarche, good, "")), ""},
		"a network":                      {known(t, contact(structure.SourceGesat, good, "")), ""},
		"anybody's file":                 {known(t, contact(structure.SourceGeneric, good, "")), ""},
		"a register that is out of date": {stale, ""},
		"a fictional file of a real one": {known(t, contact(structure.SourceDemo, good, "")), ""},
		"a fictional one":                {fictional, good},
		"no address":                     {known(t, contact(structure.SourceFINESS, "voir site", "")), ""},
		"nothing":                        {known(t), ""},
	} {
		got, from, ok := registration.OfficialEmail(c.s)
		if got != c.want || ok != (c.want != "") || ok && from.Source == "" {
			t.Errorf("%s: %q from %q, %v, want %q", name, got, from.Source, ok, c.want)
		}
	}
}

func TestMaskedEmail(t *testing.T) {
	for e, want := range map[account.Email]string{
		"contact@esat-du-lac.fr": "c•••@esat-…fr", "a@b.fr": "a•••@b…fr", "accueil@ateliers.asso.fr": "a•••@ateli…fr", "": "•••",
	} {
		if got := registration.MaskedEmail(e); got != want {
			t.Errorf("%s: %q, want %q", e, got, want)
		}
	}
}

func TestProvesByDomain(t *testing.T) {
	official := known(t, contact(structure.SourceFINESS, "", "https://www.esat-du-lac.fr/accueil"))
	for name, c := range map[string]struct {
		s     *structure.Structure
		email account.Email
		want  error
	}{
		"the same":                    {official, "camille@esat-du-lac.fr", nil},
		"below it":                    {official, "camille@mail.ESAT-du-Lac.fr", nil},
		"another":                     {official, "camille@esat-du-val.fr", registration.ErrOtherDomain},
		"its end alone":               {official, "camille@faux-esat-du-lac.fr", registration.ErrOtherDomain},
		"its beginning alone":         {official, "camille@esat-du-lac.fr.evil.example", registration.ErrOtherDomain},
		"a free mailbox":              {official, "esat-du-lac.fr@gmail.com", registration.ErrFreeMail},
		"a site of a free mailbox":    {known(t, contact(structure.SourceFINESS, "", "http://perso.orange.fr/esat")), "camille@orange.fr", registration.ErrNoSite},
		"a page of a shared site":     {known(t, contact(structure.SourceASP, "", "https://www.facebook.com/esat")), "camille@facebook.com", registration.ErrNoSite},
		"what the structure said":     {known(t, contact(structure.SourceSelf, "", "https://evil.example")), "camille@evil.example", registration.ErrNoSite},
		"what a private list said":    {known(t, contact(structure.SourceLeMarche, "", "https://evil.example")), "camille@evil.example", registration.ErrNoSite},
		"hidden behind another":       {known(t, contact(structure.SourceSelf, "", "https://neuf.example"), contact(structure.SourceFINESS, "", "esat-du-lac.fr")), "c@esat-du-lac.fr", nil},
		"no site that can be read":    {known(t, contact(structure.SourceFINESS, "", "en construction")), "c@esat-du-lac.fr", registration.ErrNoSite},
		"an address within a suffix":  {known(t, contact(structure.SourceFINESS, "", "https://lac.asso.fr")), "c@val.asso.fr", registration.ErrOtherDomain},
		"a site, a port and a path":   {known(t, contact(structure.SourceFINESS, "", "http://esat-du-lac.fr:8080/x?y=@evil.example")), "c@evil.example", registration.ErrOtherDomain},
		"an address beyond ASCII":     {known(t, contact(structure.SourceFINESS, "", "https://atelier-été.fr")), "c@xn--atelier-t-i4ab.fr", nil},
		"a site that names a visitor": {known(t, contact(structure.SourceFINESS, "", "https://evil.example@esat-du-lac.fr/")), "c@evil.example", registration.ErrOtherDomain},
	} {
		if _, _, err := registration.ProvesByDomain(c.s, c.email); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestProvesByIdentity(t *testing.T) {
	const here, seat = "73282932000074", "73282932000017"
	for _, c := range []struct {
		siret, carried string
		want           error
	}{{here, here, nil}, {here, "", registration.ErrNoIdentity}, {here, seat, registration.ErrOtherSIRET}, {"", here, registration.ErrNoSIRET}, {"", "", registration.ErrNoIdentity}} {
		if err := registration.ProvesByIdentity(c.siret, c.carried); !errors.Is(err, c.want) {
			t.Errorf("%q by %q: %v, want %v", c.siret, c.carried, err, c.want)
		}
	}
}

func TestProvesByUnit(t *testing.T) {
	seat := registration.New("a", "73282932000017", "", "Siège", proofDay)
	seat.Owner, seat.Proof = "lac", registration.ProofDomain
	mailbox := seat
	mailbox.Proof = registration.ProofMail
	asked := registration.New("b", "73282932000017", "", "Siège", proofDay)
	if _, err := asked.Ask("lac", "camille", proofDay); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		siret, organisation string
		held                *registration.Registration
		want                bool
	}{
		"the same unit": {"73282932000074", "lac", &seat, true}, "another unit": {"55210055400013", "lac", &seat, false},
		"held by another": {"73282932000074", "val", &seat, false}, "only asked for": {"73282932000074", "lac", &asked, false},
		"by the mailbox of one establishment": {"73282932000074", "lac", &mailbox, false},
		"no SIRET":                            {"", "lac", &seat, false}, "nobody": {"73282932000074", "", &registration.Registration{SIRET: "73282932000017"}, false},
	} {
		if got := registration.ProvesByUnit(c.siret, []*registration.Registration{c.held}, c.organisation); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func asking(t *testing.T, organisations ...string) *registration.Registration {
	t.Helper()
	r := registration.New("a", "73282932000074", "", "ESAT du Lac", proofDay)
	for _, o := range organisations {
		if _, err := r.Ask(o, "person of "+o, proofDay); err != nil {
			t.Fatal(err)
		}
	}
	return &r
}

func TestVouch(t *testing.T) {
	network := account.Organisation{ID: "unea", Kind: account.KindNetwork, ConfirmedAt: proofDay}
	if err := network.Enrol("ada", []account.Role{account.Network}, false, proofDay); err != nil {
		t.Fatal(err)
	}
	proposed, buyers := network, network
	proposed.ConfirmedAt, buyers.Kind = time.Time{}, account.KindPublic
	for name, c := range map[string]struct {
		network      *account.Organisation
		person, whom string
		want         error
	}{
		"one of the network": {&network, "ada", "lac", nil}, "somebody else": {&network, "bea", "lac", account.ErrNotAllowed},
		"a network that nobody confirmed": {&proposed, "ada", "lac", registration.ErrNoNetwork}, "buyers": {&buyers, "ada", "lac", registration.ErrNoNetwork},
		"for who asks nothing": {&network, "ada", "val", registration.ErrDecided},
	} {
		r := asking(t, "lac")
		err := r.Vouch(c.network, account.Actor{Person: c.person}, c.whom, proofDay)
		if !errors.Is(err, c.want) || r.Holds("lac") != (c.want == nil) {
			t.Errorf("%s: %v, want %v; owner %q", name, err, c.want, r.Owner)
		}
		if c.want == nil && (r.Proof != registration.ProofVoucher || r.Requests[0].Network != "unea") {
			t.Errorf("%s: %+v", name, r.Requests[0])
		}
	}
}

// TestProofByMail: a link and a code serve once, for the request that they were sent
// for, for a day; five wrong codes end them, and a new mail ends the one before.
func TestProofByMail(t *testing.T) {
	sent := func(t *testing.T) *registration.Registration {
		t.Helper()
		r := asking(t, "lac", "val")
		if err := r.Send("lac", "m1", "hash1", "contact@esat-du-lac.fr", proofDay); err != nil {
			t.Fatal(err)
		}
		return r
	}
	later := proofDay.Add(registration.ProofLife + time.Second)
	t.Run("link", func(t *testing.T) {
		r := sent(t)
		for _, link := range []string{"", "hash2"} {
			if _, err := r.UseLink(link, proofDay); !errors.Is(err, registration.ErrNoProof) {
				t.Errorf("%q: %v", link, err)
			}
		}
		if _, err := r.UseLink("hash1", later); !errors.Is(err, registration.ErrNoProof) {
			t.Errorf("a day later: %v", err)
		}
		if o, err := r.UseLink("hash1", proofDay); err != nil || o != "lac" || !r.Holds("lac") || r.Proof != registration.ProofMail {
			t.Errorf("%q, %v, owner %q", o, err, r.Owner)
		}
		if _, err := r.UseLink("hash1", proofDay); !errors.Is(err, registration.ErrNoProof) {
			t.Errorf("again: %v", err)
		}
		if r.Request("val") != nil {
			t.Error("the other still asks")
		}
	})
	t.Run("code", func(t *testing.T) {
		r := sent(t)
		if _, _, err := r.TryCode("val", "012345", "012345", proofDay); !errors.Is(err, registration.ErrNoCode) {
			t.Errorf("of another request: %v", err)
		}
		if right, left, err := r.TryCode("lac", "000000", "012345", proofDay); right || left != 4 || err != nil {
			t.Errorf("wrong: %v, %d, %v", right, left, err)
		}
		if _, _, err := r.TryCode("lac", "012345", "012345", later); !errors.Is(err, registration.ErrNoCode) {
			t.Errorf("a day later: %v", err)
		}
		if right, _, err := r.TryCode("lac", "012345", "012345", proofDay); !right || err != nil || !r.Holds("lac") {
			t.Errorf("right: %v, %v", right, err)
		}
		if _, _, err := r.TryCode("lac", "012345", "012345", proofDay); !errors.Is(err, registration.ErrNoCode) {
			t.Errorf("again: %v", err)
		}
	})
	t.Run("five wrong codes", func(t *testing.T) {
		r := sent(t)
		var lefts []int
		for range registration.MaxProofTries {
			_, left, err := r.TryCode("lac", "000000", "012345", proofDay)
			if err != nil {
				t.Fatal(err)
			}
			lefts = append(lefts, left)
		}
		if !slices.Equal(lefts, []int{4, 3, 2, 1, 0}) {
			t.Error(lefts)
		}
		if right, _, err := r.TryCode("lac", "012345", "012345", proofDay); right || !errors.Is(err, registration.ErrTriedOut) {
			t.Errorf("the sixth: %v, %v", right, err)
		}
	})
	t.Run("a new mail", func(t *testing.T) {
		r := sent(t)
		if err := r.Send("lac", "m2", "hash2", "contact@esat-du-lac.fr", proofDay); err != nil {
			t.Fatal(err)
		}
		if _, err := r.UseLink("hash1", proofDay); !errors.Is(err, registration.ErrNoProof) {
			t.Errorf("the link before: %v", err)
		}
	})
	t.Run("not ours", func(t *testing.T) {
		r := sent(t)
		if o, err := r.DenyLink("hash1", proofDay); err != nil || o != "lac" || r.Request("lac") != nil {
			t.Errorf("%q, %v", o, err)
		}
		if _, err := r.UseLink("hash1", proofDay); !errors.Is(err, registration.ErrNoProof) {
			t.Errorf("then confirmed: %v", err)
		}
	})
	t.Run("taken meanwhile", func(t *testing.T) {
		r := sent(t)
		if err := r.Grant("val", registration.ProofDomain, proofDay); err != nil {
			t.Fatal(err)
		}
		if _, err := r.UseLink("hash1", proofDay); !errors.Is(err, registration.ErrNoProof) {
			t.Errorf("link: %v", err)
		}
		if _, _, err := r.TryCode("lac", "012345", "012345", proofDay); !errors.Is(err, registration.ErrOwned) {
			t.Errorf("code: %v", err)
		}
		if err := r.Send("lac", "m2", "hash2", "x@y.fr", proofDay); !errors.Is(err, registration.ErrOwned) {
			t.Errorf("mail: %v", err)
		}
	})
}

// Whoever asks and proves nothing keeps nobody else from asking: after a day the oldest
// of them makes room, but for what awaits somebody's answer.
func TestRequestsThatProveNothingMakeRoom(t *testing.T) {
	r := asking(t, "a", "b", "c", "d", "e", "f", "g", "h")
	r.Request("a").Proof = registration.ProofModerator
	if _, err := r.Ask("lac", "camille", proofDay.Add(time.Hour)); err == nil {
		t.Error("room is made at once")
	}
	if _, err := r.Ask("lac", "camille", proofDay.Add(registration.ProofLife+time.Hour)); err != nil {
		t.Error(err)
	}
	if r.Request("a") == nil || r.Request("b") != nil || r.Request("lac") == nil {
		t.Errorf("%+v", r.Requests)
	}
}
