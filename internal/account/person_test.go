package account_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
)

func TestParseEmail(t *testing.T) {
	for text, want := range map[string]account.Email{
		"nom@exemple.fr":              "nom@exemple.fr",
		"  Nom.Prenom+orly@VILLE.fr ": "Nom.Prenom+orly@ville.fr",
		"o'neil_x-y@sub.exemple.fr":   "o'neil_x-y@sub.exemple.fr",
		"a@école.fr":                  "a@xn--cole-9oa.fr",
		"a@ÉCOLE.fr":                  "a@xn--cole-9oa.fr",
		"a@exemple.fr.":               "a@exemple.fr",
		"a@例え.テスト":                    "a@xn--r8jz45g.xn--zckzah",
	} {
		if got, err := account.ParseEmail(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "no sign": "nom.exemple.fr", "no local part": "@exemple.fr", "no domain": "nom@", "a bare host": "nom@localhost",
		"an address of a machine": "nom@127.0.0.1", "brackets": "nom@[127.0.0.1]", "accents before": "amélie@exemple.fr",
		"a space": "a b@exemple.fr", "quotes": `"a b"@exemple.fr`, "two signs": "a@b@exemple.fr", "a dot first": ".a@exemple.fr", "two dots": "a..b@exemple.fr",
		"an empty label": "a@b..fr", "a dot before the domain": "a@.fr", "a hyphen first": "a@-b.fr", "an underscore": "a@b_c.fr",
		"a header": "a@exemple.fr\r\nBcc: b@exemple.fr", "a line end before": "a\nb@exemple.fr", "a name and brackets": "Ada <a@exemple.fr>", "two addresses": "a@exemple.fr,b@exemple.fr",
		"a long local part": strings.Repeat("a", 65) + "@exemple.fr", "a long label": "a@" + strings.Repeat("b", 64) + ".fr",
		"a long domain": "a@" + strings.Repeat("b.", 130) + "fr", "10,000 letters": strings.Repeat("a", 10_000) + "@exemple.fr", "a NUL": "a\x00@exemple.fr", "bad UTF-8": "a@ex\xffemple.fr",
	} {
		var fault account.Fault
		if got, err := account.ParseEmail(text); got != "" || !errors.As(err, &fault) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestEmailForms(t *testing.T) {
	e := account.Email("Nom+x@xn--cole-9oa.fr")
	if e.Key() != "nom+x@xn--cole-9oa.fr" || e.Domain() != "xn--cole-9oa.fr" || e.String() != "Nom+x@école.fr" || e.Masked() != "N•••@école.fr" {
		t.Errorf("%s, %s, %s, %s", e.Key(), e.Domain(), e, e.Masked())
	}
	if e.Hash() != account.Email("nom+X@xn--cole-9oa.fr").Hash() || e.Hash() == account.Email("nom@xn--cole-9oa.fr").Hash() || strings.Contains(e.Hash(), "nom") {
		t.Errorf("hash %s", e.Hash())
	}
	if none := account.Email(""); none.String() != "" || none.Masked() != "•••" {
		t.Errorf("none: %q, %q", none, none.Masked())
	}
}

func FuzzParseEmail(f *testing.F) {
	f.Add("nom@exemple.fr")
	f.Add("a@école.fr")
	f.Add("a\r\n@b")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := account.ParseEmail(text)
		if err != nil {
			return
		}
		if strings.ContainsFunc(string(e), func(r rune) bool { return r <= ' ' || r > '~' }) || len(e) > account.MaxEmail {
			t.Errorf("%q gives %q", text, e)
		}
		if again, err := account.ParseEmail(string(e)); again != e || err != nil {
			t.Errorf("%q is read again as %q, %v", e, again, err)
		}
		if again, err := account.ParseEmail(e.String()); again.Key() != e.Key() || err != nil {
			t.Errorf("%q, shown as %q, is read as %q, %v", e, e.String(), again, err)
		}
	})
}

func TestCleanName(t *testing.T) {
	for text, want := range map[string]string{
		" Ada   Lovelace ": "Ada Lovelace", "Zoë d’Orly-Ville": "Zoë d’Orly-Ville", "A\u00a0B": "A B", strings.Repeat("é", 100): strings.Repeat("é", 100),
	} {
		if got, err := account.CleanName(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "spaces": " \u00a0 ", "a header": "Ada\r\nBcc: x@exemple.fr", "a line end": "Ada\nL", "a tab": "Ada\tL", "a NUL": "Ada\x00", "right to left": "Ada\u202e", "a line separator": "Ada\u2028L",
		"101 letters": strings.Repeat("é", 101), "10,000 letters": strings.Repeat("a", 10_000), "bad UTF-8": "Ad\xff",
	} {
		var fault account.Fault
		if got, err := account.CleanName(text); got != "" || !errors.As(err, &fault) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestNewAddress(t *testing.T) {
	p := account.Person{ID: "p", Email: "old@exemple.fr"}
	p.AskNewEmail("first@exemple.fr", noon)
	first := p.NewEmail.N
	p.AskNewEmail("second@exemple.fr", noon) // within the same millisecond
	second := p.NewEmail.N
	if first == second {
		t.Fatal("two requests have one number")
	}
	for name, c := range map[string]struct {
		n   int64
		now time.Time
	}{"the link before": {first, noon}, "a day later": {second, noon.Add(24 * time.Hour)}, "a clock a day back": {second, noon.Add(-24 * time.Hour)}} {
		if err := p.TakeNewEmail(c.n, c.now); err == nil || p.Email != "old@exemple.fr" {
			t.Errorf("%s: taken, %v", name, err)
		}
	}
	if err := p.TakeNewEmail(second, noon.Add(23*time.Hour)); err != nil || p.Email != "second@exemple.fr" || p.NewEmail != nil {
		t.Errorf("%v, %+v", err, p)
	}
	if err := p.TakeNewEmail(second, noon); err == nil {
		t.Error("taken twice")
	}
}

func TestIdentities(t *testing.T) {
	var p account.Person
	for n := range 10 {
		if err := p.Link(account.Identity{Issuer: "https://id.example", Subject: fmt.Sprint(n), At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Link(account.Identity{Issuer: "https://id.example", Subject: "3"}); err != nil || len(p.Identities) != 10 {
		t.Errorf("one that is there: %v, %d", err, len(p.Identities))
	}
	if err := p.Link(account.Identity{Issuer: "https://id.example", Subject: "11"}); err == nil {
		t.Error("an eleventh is taken")
	}
}

func TestErasedPerson(t *testing.T) {
	p := account.Person{ID: "p", Email: "ada@ville.example", Name: "Ada", Muted: []string{"removed"}, CreatedAt: noon, SeenAt: noon, NewEmail: &account.NewEmail{}}
	if p.Shown() != "Ada" || p.Wants("removed") || !p.Wants("signin") || !p.Active() {
		t.Errorf("%+v", p)
	}
	p.BeginErasure(noon)
	p.BeginErasure(noon.Add(time.Hour))
	if p.Active() || !p.ErasingAt.Equal(noon) || !p.SignedOutAt.Equal(noon) {
		t.Errorf("erasing: %+v", p)
	}
	p.CancelErasure()
	if !p.Active() {
		t.Error("taken back, and not active")
	}
	p.BeginErasure(noon)
	p.Erase(noon.Add(time.Hour))
	if !p.Erased() || p.Active() || p.Email != "" || p.Name != "" || p.Muted != nil || p.NewEmail != nil || !p.SeenAt.IsZero() || !p.CreatedAt.Equal(noon) || p.Shown() != "compte effacé" {
		t.Errorf("erased: %+v", p)
	}
	if p := (account.Person{Email: "a@xn--cole-9oa.fr"}); p.Shown() != "a@école.fr" {
		t.Errorf("without a name: %s", p.Shown())
	}
}
