package account_test

import (
	"strings"
	"testing"

	"sourcier/internal/account"
)

func TestDomains(t *testing.T) {
	for text, want := range map[string]string{
		"ville.fr": "ville.fr", " @Ville.FR ": "ville.fr", "ville.fr.": "ville.fr", "mairie.ville.fr": "mairie.ville.fr", "éville.fr": "xn--ville-9ra.fr",
		"ville.gouv.fr": "ville.gouv.fr", "vitry.asso.fr": "vitry.asso.fr", "ville.example": "ville.example", "freelance-conseil.fr": "freelance-conseil.fr",
	} {
		if got, err := account.ParseDomain(text); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for why, list := range map[string][]string{
		"n’est pas valable":       {"", "ville", "@", "ville.fr/x", "a b.fr", "ville..fr", "-ville.fr", "127.0.0.1", "nom@ville.fr", "ville.fr\r\nBcc: x", strings.Repeat("a", 64) + ".fr", strings.Repeat("a.", 130) + "fr", strings.Repeat("é", 100_000), "ville\u200b.fr\x00"},
		"est une extension":       {"gouv.fr", "asso.fr", "co.uk", "com.fr"},
		"hébergeur partagé":       {"ville.github.io", "ville.blogspot.com", "ville.herokuapp.com", "x.ville.github.io"},
		"ouverte à tout le monde": {"gmail.com", "orange.fr", "mail.yahoo.co.uk", "hotmail.fr", "laposte.net", "free.fr", "ik.me", "proton.me"},
	} {
		for _, text := range list {
			got, err := account.ParseDomain(text)
			if err == nil || !strings.Contains(err.Error(), why) || len(err.Error()) > 1000 {
				t.Errorf("%.60q: %q, %.200v, want %q", text, got, err, why)
			}
		}
	}
}

func TestDomainsOfAnOrganisation(t *testing.T) {
	o := townHall(t)
	must(t, o.Declare(boss, "ville.fr", day))
	must(t, o.Declare(boss, "ville.fr", day))
	if len(o.Domains) != 1 {
		t.Errorf("domains %+v", o.Domains)
	}
	bea := account.Person{ID: "bea", Email: "Bea@ville.fr"}
	if o.Opens(bea.Email) {
		t.Error("opens before it is confirmed")
	}
	check(t, "another one", o.ConfirmDomain(admin, "autre.fr", day), errAny)
	must(t, o.ConfirmDomain(admin, "ville.fr", day))
	for email, opens := range map[account.Email]bool{"x@ville.fr": true, "x@mairie.ville.fr": false, "x@ville.fr.example": false, "x@autreville.fr": false} {
		if o.Opens(email) != opens {
			t.Errorf("%s: opens %v", email, !opens)
		}
	}
	must(t, o.JoinByDomain(&bea, day))
	check(t, "twice", o.JoinByDomain(&bea, day), account.ErrMember)
	if m := o.Member("bea"); m.Manager || len(m.Roles) != 1 || m.Roles[0] != account.Prescripteur {
		t.Errorf("member %+v", m)
	}
	must(t, o.DropDomain(boss, "ville.fr"))
	check(t, "twice", o.DropDomain(boss, "ville.fr"), errAny)
	if o.Member("bea") == nil {
		t.Error("who joined by it is gone")
	}
	for n := range account.MaxDomains {
		must(t, o.Declare(boss, string(rune('a'+n))+".fr", day))
	}
	check(t, "one more", o.Declare(boss, "z.fr", day), errAny)
	o = townHall(t)
	o.Domains = []account.Domain{{Name: "ville.fr", ConfirmedAt: day}}
	must(t, o.Close(admin, day))
	if o.Opens("x@ville.fr") {
		t.Error("a closed one opens")
	}
}

// FuzzParseDomain: what is taken is taken again as it is, is a domain that addresses
// have, and nobody's mailbox provider.
func FuzzParseDomain(f *testing.F) {
	for _, seed := range []string{"ville.fr", "@Ville.FR.", "éville.fr", "gmail.com", "ville.github.io", "xn--ville-9ra.fr", "gouv.fr", "a.b.c.d.fr", "ville。fr", "ß.fr", "\u200d.fr"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := account.ParseDomain(text)
		if err != nil {
			if name != "" || err.Error() == "" {
				t.Fatalf("%q: %q, %v", text, name, err)
			}
			return
		}
		again, err := account.ParseDomain(name)
		if err != nil || again != name {
			t.Fatalf("%q: %q, then %q, %v", text, name, again, err)
		}
		email, err := account.ParseEmail("nom@" + name)
		if err == nil && email.Domain() != name {
			t.Fatalf("%q: the domain of %q", name, email)
		}
		if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || r >= 'A' && r <= 'Z' }) || len(name) > 253 {
			t.Fatalf("%q is %q", text, name)
		}
	})
}

func TestRegistered(t *testing.T) {
	for host, want := range map[string]string{
		"esat-du-lac.fr": "esat-du-lac.fr", "www.ESAT-du-Lac.fr": "esat-du-lac.fr", "mail.ateliers.asso.fr": "ateliers.asso.fr", "www.atelier-été.fr": "xn--atelier-t-i4ab.fr", "boutique.google-atelier.fr": "google-atelier.fr",
	} {
		if got, err := account.Registered(host); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", host, got, err, want)
		}
	}
	for _, host := range []string{"", "fr", "asso.fr", "gmail.com", "perso.orange.fr", "www.facebook.com", "sites.google.com", "esat.wixsite.com", "esat.wordpress.com", "esat.github.io", "localhost", "10.0.0.1", "linktr.ee"} {
		if got, err := account.Registered(host); err == nil {
			t.Errorf("%s: %q is let through", host, got)
		}
	}
}
