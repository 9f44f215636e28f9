package mail_test

import (
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"sourcier/internal/account"
	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/people"
)

var update = flag.Bool("update", false, "write the golden files anew")

var day = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// tokens derives words that golden files can hold.
type tokens struct{}

func (tokens) Token(purpose, object string, _ int64) string {
	return purpose + "-" + strings.ReplaceAll(object, "/", "_")
}
func (tokens) Code(string) string { return "012345" }

func composer() mail.Composer {
	return mail.Composer{BaseURL: "https://sourcier.exemple.fr", Portal: "Sourcier", From: "portail@exemple.fr", Contact: "equipe@exemple.fr", Tokens: tokens{}}
}

func newMessage(t testing.TB, kind message.Kind, change func(*message.Order)) message.Message {
	t.Helper()
	o := message.Order{
		Key: message.Key{Kind: kind, Object: "obj1", Recipient: "camille.durand@exemple.fr", Version: 3},
		To:  "camille.durand@exemple.fr", ToName: "Camille Durand", Person: "pers1", Sender: "pers2",
		QueuedAt: day, ExpiresAt: day.Add(15 * time.Minute),
		Details: map[string]string{
			message.DetailOrganisation: "Ville d'Ivry-sur-Seine", message.DetailRoles: "acheteuse, organisatrice",
			message.DetailBy: "Dominique Martin", message.DetailDomain: "ivry94.fr", message.DetailAddress: "camille@vitry94.fr",
			message.DetailStructure: "ESAT du Lac", message.DetailGroupement: "Propreté du Val", message.DetailForm: "groupement conjoint", message.DetailEvent: "a accepté l’invitation", message.DetailPurchase: "Nettoyage, lot Nord", message.DetailChoice: "Favorable avec réserve", message.DetailProof: "identité professionnelle", message.DetailDay: "2026-12-12", message.DetailDeadline: "12 décembre 2026 à 12 h 00", message.DetailText: "Bonjour, je suis la nouvelle acheteuse : merci !",
			message.DetailAlert(1): message.AlertLine(message.AlertSearch, "rech1", "Nettoyage à Vitry-sur-Seine", "24") +
				message.AlertLine(message.AlertStructure, "aaaaaaaaaaaaaaaa", "ESAT Les Tilleuls", "ESAT · Vitry-sur-Seine") +
				message.AlertLine(message.AlertStructure, "bbbbbbbbbbbbbbbb", "Propre & Net", "EI, ACI · Ivry-sur-Seine"),
			message.DetailAlert(2): message.AlertLine(message.AlertUnreadable, "rech2", "Menuiserie"),
			message.DetailMore:     "3",
			message.DetailDigest(message.DigestLate): message.AlertLine(message.DigestCount, "2") +
				message.AlertLine(message.DigestPurchase, "achat1", "Nettoyage des locaux", "Sourçage", "2026-11-02", "1") +
				message.AlertLine(message.DigestPurchase, "achat2", "Transport d’élèves", "Revue de marchés", "2026-11-20", "0"),
			message.DetailDigest(message.DigestProposed): message.AlertLine(message.DigestCount, "10") +
				message.AlertLine(message.DigestPurchase, "achat3", "Entretien des espaces verts", "", "2027-11-28"),
			message.DetailDigest(message.DigestUnfollowed): message.AlertLine(message.DigestCount, "1") +
				message.AlertLine(message.DigestContract, "marche1", "Gardiennage", "", "2027-02-28"),
			message.DetailTotal: "3",
			message.DetailAhead: message.AlertLine(message.AheadPurchase, "achat1", "Nettoyage des écoles", "Ville d'Ivry-sur-Seine", "2e trimestre 2027") +
				message.AlertLine(message.AheadPurchase, "achat2", "Entretien des espaces verts : tonte", "EPT", "3e trimestre 2027"),
		},
	}
	if change != nil {
		change(&o)
	}
	m, err := message.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func compose(t testing.TB, m message.Message) mail.Composed {
	t.Helper()
	c, err := composer().Compose(&m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEventTitleInQuotationMarks has quotation marks within others be the inner ones.
func TestEventTitleInQuotationMarks(t *testing.T) {
	for title, want := range map[string]string{
		"Atelier « Écrire une clause »":           "Votre place : « Atelier “Écrire une clause” »",
		"Atelier «\u00a0Écrire une clause\u00a0»": "Votre place : « Atelier “Écrire une clause” »",
		"Atelier «Écrire une clause»":             "Votre place : « Atelier “Écrire une clause” »",
	} {
		m := newMessage(t, message.EventConfirmed, func(o *message.Order) { o.Details[message.DetailTitle] = title })
		if got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(compose(t, m).Letter.Subject); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	m := newMessage(t, message.EventConfirmed, func(o *message.Order) { o.Details[message.DetailPlace] = message.OnLine })
	if strings.Contains(compose(t, m).Text, "code") {
		t.Error("a code for the door of an event on line")
	}
}

func TestLettersAreThoseOfTheGoldenFiles(t *testing.T) {
	for _, k := range message.Traits() {
		c := compose(t, newMessage(t, k.Kind, nil))
		golden(t, string(k.Kind)+".txt", c.Letter.Subject+"\n\n"+strings.ReplaceAll(c.Text, "\r\n", "\n"))
		golden(t, string(k.Kind)+".html", strings.ReplaceAll(c.HTML, "\r\n", "\n"))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v), see -update:\n%s", name, err, got)
	}
}

// Every letter says the same as text and as HTML, is well made, takes nothing from
// elsewhere, and keeps French typography.
func TestLettersAreSound(t *testing.T) {
	for _, k := range message.Traits() {
		t.Run(string(k.Kind), func(t *testing.T) {
			m := newMessage(t, k.Kind, nil)
			c := compose(t, m)
			doc, err := html.Parse(strings.NewReader(c.HTML))
			if err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			for n := range doc.Descendants() {
				look(t, n)
				if n.Type == html.TextNode {
					shown.WriteString(n.Data + " ")
				}
			}
			for _, p := range append(append(c.Letter.Paragraphs, c.Letter.After...), c.Letter.Why, c.Letter.Subject) {
				if !strings.Contains(squash(shown.String()), squash(p)) {
					t.Errorf("the HTML lacks %q", p)
				}
				if p != c.Letter.Subject && !strings.Contains(squash(c.Text), squash(p)) {
					t.Errorf("the text lacks %q", p)
				}
			}
			if bad := regexp.MustCompile(`[^\x{a0}\x{202f}] ?[;!?»]|\w :|« |'`).FindString(textOnly(c.Text)); bad != "" {
				t.Errorf("typography: %q", bad)
			}
			for line := range strings.SplitSeq(c.Text, "\r\n") {
				if utf8.RuneCountInString(line) > 78 && !strings.HasPrefix(line, "https://") {
					t.Errorf("line of %d letters: %s", utf8.RuneCountInString(line), line)
				}
			}
			if has := strings.Contains(c.Text, "/desinscription/"); has != k.Optional {
				t.Errorf("a way to unsubscribe: %v, optional: %v", has, k.Optional)
			}
		})
	}
}

// textOnly leaves out addresses, whose signs are not French.
func textOnly(text string) string {
	return regexp.MustCompile(`https?://\S+`).ReplaceAllString(text, "")
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

func look(t *testing.T, n *html.Node) {
	t.Helper()
	for _, a := range n.Attr {
		switch {
		case a.Key == "src" || a.Key == "background" || a.Key == "srcset" || strings.HasPrefix(a.Key, "on"):
			t.Errorf("<%s %s>", n.Data, a.Key)
		case a.Key == "href" && !strings.HasPrefix(a.Val, "https://sourcier.exemple.fr"):
			t.Errorf("a link leads to %q", a.Val)
		case a.Key == "style" && strings.Contains(a.Val, "url("):
			t.Errorf("style %q", a.Val)
		}
	}
	if n.Type == html.ElementNode && (n.Data == "img" || n.Data == "script" || n.Data == "link" || n.Data == "iframe") {
		t.Errorf("<%s> in a mail", n.Data)
	}
}

func read(t testing.TB, m message.Message) *netmail.Message {
	t.Helper()
	made, err := composer().Mail(&m, day)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(string(made.Content)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, made.Content)
	}
	return parsed
}

func TestMailHasItsHeadersAndParts(t *testing.T) {
	m := newMessage(t, message.JoinRequest, nil)
	parsed := read(t, m)
	for name, want := range map[string]string{
		"From": `"Sourcier" <portail@exemple.fr>`, "To": `"Camille Durand" <camille.durand@exemple.fr>`,
		"Message-Id": "<" + mail.Reference(tokens{}, m.ID) + "@exemple.fr>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"List-Unsubscribe":      "<https://sourcier.exemple.fr/desinscription/pers1.join-request.unsubscribe-pers1_join-request>",
	} {
		if got := parsed.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if date, err := parsed.Header.Date(); err != nil || !date.Equal(day) {
		t.Errorf("date %v, %v", date, err)
	}
	media, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || media != "multipart/alternative" {
		t.Fatalf("%s, %v", media, err)
	}
	want := compose(t, m)
	parts := multipart.NewReader(parsed.Body, params["boundary"])
	for _, part := range []struct{ media, content string }{{"text/plain; charset=UTF-8", want.Text}, {"text/html; charset=UTF-8", want.HTML}} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if p.Header.Get("Content-Type") != part.media || p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Errorf("part %v", p.Header)
		}
		content, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || strings.TrimSpace(string(content)) != strings.TrimSpace(part.content) {
			t.Errorf("%s: %v\n%s", part.media, err, content)
		}
	}
	if read(t, newMessage(t, message.SignIn, nil)).Header.Get("List-Unsubscribe") != "" {
		t.Error("a sign-in can be unsubscribed from")
	}
	withoutAccount := newMessage(t, message.JoinRequest, func(o *message.Order) { o.Person = "" })
	if read(t, withoutAccount).Header.Get("List-Unsubscribe") != "" {
		t.Error("somebody without an account can be unsubscribed")
	}
}

// What people write stays what it is: no header of its own, no markup, no link, no
// letter that hides or turns others, no length without end.
func TestLettersBearWhatPeopleWrite(t *testing.T) {
	for name, word := range map[string]string{
		"a second header": "Camille\r\nBcc: pirate@exemple.org\r\n\r\nAchetez",
		"10,000 letters":  strings.Repeat("Camille-é ", 1000),
		"one word":        strings.Repeat("é", 10_000),
		"markup":          `<script>alert(1)</script>"><a href="https://pirate.exemple.org">ici</a>`,
		"direction":       "Camille\u202egro.elpmexe\u202c\u2066\u200b\u0000\u0007",
		"not UTF-8":       "Camille\xff\xfe",
		"quotes":          `Camille "la reine" <x@y>, \ autre@exemple.fr`,
	} {
		for _, k := range message.Traits() {
			m := newMessage(t, k.Kind, func(o *message.Order) {
				o.ToName = word
				for detail := range o.Details {
					o.Details[detail] = word
				}
			})
			parsed := read(t, m)
			if parsed.Header.Get("Bcc") != "" {
				t.Errorf("%s, %s: a header of its own", name, k.Kind)
			}
			to, err := parsed.Header.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != m.To || utf8.RuneCountInString(to[0].Name) > 120 {
				t.Errorf("%s, %s: To %v, %v", name, k.Kind, to, err)
			}
			c := compose(t, m)
			if len(c.Text) > 8000 || utf8.RuneCountInString(c.Letter.Subject) > 400 {
				t.Errorf("%s, %s: %d bytes, subject of %d letters", name, k.Kind, len(c.Text), utf8.RuneCountInString(c.Letter.Subject))
			}
			if strings.ContainsAny(c.Text+c.HTML, "\u202e\u2066\u200b\x00\x07\ufffd") || strings.Contains(c.HTML, "<script") || strings.Contains(c.Text, "https://pirate") {
				t.Errorf("%s, %s:\n%s", name, k.Kind, c.Text)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	for to, want := range map[string]struct {
		rcpt, domain string
		utf8         bool
	}{
		"nom@Exemple.fr":            {"nom@exemple.fr", "exemple.fr", false},
		"nom+achats@exemple.fr":     {"nom+achats@exemple.fr", "exemple.fr", false},
		"nom@mairie-évry.fr":        {"nom@xn--mairie-vry-h7a.fr", "xn--mairie-vry-h7a.fr", false},
		"rené@exemple.fr":           {"rené@exemple.fr", "exemple.fr", true},
		"nom@xn--mairie-vry-h7a.fr": {"nom@xn--mairie-vry-h7a.fr", "xn--mairie-vry-h7a.fr", false},
	} {
		m := newMessage(t, message.SignIn, func(o *message.Order) { o.To = to })
		made, err := composer().Mail(&m, day)
		if err != nil || made.To != want.rcpt || made.Domain != want.domain || made.UTF8 != want.utf8 || made.From != "portail@exemple.fr" {
			t.Errorf("%s: %+v, %v", to, made.To, err)
		}
	}
	m := newMessage(t, message.SignIn, func(o *message.Order) { o.To = "nom@exe mple.fr"[:7] + "_.fr" })
	if _, err := composer().Mail(&m, day); err == nil {
		t.Error("a domain that is none")
	}
	m = newMessage(t, message.SignIn, nil)
	verp := composer()
	verp.Verp = true
	if made, err := verp.Mail(&m, day); err != nil || made.From != "portail+"+mail.Reference(tokens{}, m.ID)+"@exemple.fr" {
		t.Errorf("VERP: %s, %v", made.From, err)
	}
	m.Scrub(day)
	if _, err := composer().Mail(&m, day); err == nil {
		t.Error("a letter to nobody")
	}
}

// What a letter carries is what the portal reads, and nothing else is.
func TestUnsubscribeWord(t *testing.T) {
	portal := people.Service{Secret: account.Secret(strings.Repeat("k", account.SecretSize))}
	c := composer()
	c.Tokens = portal.Secret
	m := newMessage(t, message.RoleChanged, nil)
	_, word, _ := strings.Cut(c.UnsubscribeURL(&m), "/desinscription/")
	person, kind, ok := portal.ReadUnsubscribe(word)
	if !ok || person != "pers1" || kind != message.RoleChanged {
		t.Errorf("%s: %s %s %v", word, person, kind, ok)
	}
	token := func(person string, kind message.Kind) string {
		return portal.Secret.Token(message.PurposeUnsubscribe, message.UnsubscribeObject(person, kind), 0)
	}
	for _, forged := range []string{
		"", "a", "pers1.role-changed.", "pers2.role-changed." + token("pers1", message.RoleChanged), "pers1.signin." + token("pers1", message.SignIn),
		".role-changed." + token("", message.RoleChanged), word + "x", word + ".x", strings.Repeat("a.", 500),
	} {
		if _, _, ok := portal.ReadUnsubscribe(forged); ok {
			t.Errorf("%q is taken", forged)
		}
	}
}

// The personal link of a candidate who was never contacted leads nowhere.
func TestLastLetterWithoutPage(t *testing.T) {
	for _, none := range []string{"", "1"} {
		c := compose(t, newMessage(t, message.SourcingLast, func(o *message.Order) { o.Details[message.DetailNoPage] = none }))
		if strings.Contains(c.Text, "/sourcage/") != (none == "") || strings.Contains(c.Text, "Ce lien est le vôtre") != (none == "") {
			t.Errorf("%q:\n%s", none, c.Text)
		}
	}
}

// The hour of a letter is written as on the pages: « 6 h 05 ».
func TestHoursOfLetters(t *testing.T) {
	m := newMessage(t, message.SignIn, func(o *message.Order) {
		o.QueuedAt = time.Date(2026, 11, 28, 4, 50, 0, 0, time.UTC)
		o.ExpiresAt = o.QueuedAt.Add(15 * time.Minute)
	})
	composed, err := composer().Compose(&m)
	if err != nil {
		t.Fatal(err)
	}
	if want := "jusqu’à 6\u00a0h\u00a005"; !strings.Contains(composed.HTML, want) {
		t.Errorf("lacks %q:\n%s", want, composed.Text)
	}
}
