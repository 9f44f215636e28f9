package browser

import (
	"bytes"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/app/control"
)

// TestFirstAdministrator: the command, done by the portal in service, prints a link;
// who opens it and presses the button administers the portal.
func TestFirstAdministrator(t *testing.T) {
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		args := app.NewUserArgs(app.UserAdd)
		args.Email, args.Name, args.Roles = account.Email("premiere."+account.NewID()[:6]+"@ville.example"), "Ada Morel", []account.Role{account.Administrator}
		var out bytes.Buffer
		err := app.Do(b.ctx, portal.Config, slog.New(slog.DiscardHandler), "user", args, control.Out{Stdout: &out, Stderr: io.Discard, Progress: func(control.Progress) {}})
		if err != nil {
			b.Fatal(err)
		}
		link := regexp.MustCompile(`http://\S+`).FindString(out.String())
		b.open(strings.TrimPrefix(link, base))
		b.waitHeading("Confirmer la connexion")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("main form .btn-act")))
		b.waitLocation("/compte")
		b.waitSettled()
		if got := b.text(".site-account"); !strings.Contains(got, "Ada Morel") || !strings.Contains(got, "Administration") {
			b.Errorf("the header says %q", got)
		}
	})
}

// TestDemoAccountThroughTheMailbox goes the way that scripts/run tells: an address of
// the demonstration, its message on this machine, its link, its button.
func TestDemoAccountThroughTheMailbox(t *testing.T) {
	who := [][3]string{{"spaser", "Paul Renaudin", "Pilote du SPASER"}, {"achats", "Nadia Benali", "Acheteur"}, {"clauses", "Fatou Diarra", "Facilitateur des clauses"}, {"service", "Hugo Martel", "Prescripteur"}}
	eachScreen(t, func(b *tab, javascript bool, _ int64) {
		local, name, role := who[0][0], who[0][1], who[0][2]
		who = who[1:] // one message each: the newest is the one
		b.open("/connexion")
		b.do(chromedp.SendKeys(chromedp.CSS("#courriel"), local+"@grand-orly.example"+kb.Enter))
		b.waitLocation("/connexion/code")
		b.waitHeading("Consultez votre messagerie")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS(`main a[href^="/boite"]`)))
		b.waitLocation("/boite?destinataire=" + local)
		for start := 0; start < 40 && !strings.Contains(b.text("main"), "Votre connexion"); start++ { // sent within the second
			b.open("/boite?destinataire=" + local + "%40grand-orly.example")
		}
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS("tbody tr:first-child a")))
		b.waitHeading("Votre connexion à Sourcier")
		b.looksRight(javascript)
		b.do(chromedp.Click(chromedp.CSS(".desk-box .btn-act")))
		b.waitHeading("Confirmer la connexion")
		b.do(chromedp.Click(chromedp.CSS("main form .btn-act")))
		b.waitLocation("/compte")
		b.waitSettled()
		if got := b.text(".site-account"); !strings.Contains(got, name) || !strings.Contains(got, role) {
			b.Errorf("the header says %q", got)
		}
	})
}
