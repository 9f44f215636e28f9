package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/people"
	"sourcier/internal/store"
	views "sourcier/views/account"
	"sourcier/views/form"
	"sourcier/views/format"
)

// Parts of the sign-in below signInPath.
const (
	codePath     = signInPath + "/code"
	linkPath     = signInPath + "/lien"
	oidcPath     = signInPath + "/oidc"
	oidcBackPath = oidcPath + "/retour"
	oidcJoinPath = oidcPath + "/compte"
)

// Fields of the forms of signing in.
const (
	emailField = "courriel"
	nextField  = "suite"
	codeField  = "code"
	doneField  = "fait" // of an address: what was just done, by a word of the page's table
)

// asking is what the browser that asked to sign in keeps, sealed, in askingCookie.
type asking struct {
	Email   account.Email `json:"e"`
	Browser string        `json:"b"`
	Next    string        `json:"n,omitempty"`
	At      time.Time     `json:"t"`
}

const sealAsking = "asking"

// askedHere is what this browser asked for; false when it did not, or long ago.
func (s *site) askedHere(c *fiber.Ctx) (a asking, ok bool) {
	text := c.Cookies(s.cookieName(askingCookie))
	if text == "" || s.People == nil || s.People.OpenJSON(sealAsking, text, &a) != nil {
		return asking{}, false
	}
	return a, s.Now().Sub(a.At).Abs() < 2*account.SignInLife
}

// withPeople answers as if the route were not there where nobody can sign in.
func (s *site) withPeople(c *fiber.Ctx) error {
	if s.People == nil {
		return store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}

// nextOf is where a form leads to afterwards: a page of ours, and none of signing in.
func nextOf(path string) string {
	next := people.LocalPath(path)
	for _, loop := range []string{signInPath, signOutPath} {
		if next == loop || strings.HasPrefix(next, loop+"/") || strings.HasPrefix(next, loop+"?") {
			return ""
		}
	}
	return next
}

// doneText is what a page says of what was just done, by its table.
func doneText(c *fiber.Ctx, texts map[string]string) string { return texts[c.Query(doneField)] }

// done leads to a page that says what was just done.
func done(c *fiber.Ctx, path, what string) error {
	return c.Redirect(path+"?"+doneField+"="+what, fiber.StatusSeeOther)
}

// waitText says how long to wait, in whole minutes.
func waitText(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	if minutes <= 1 {
		return "une minute"
	}
	return strconv.Itoa(minutes) + " minutes"
}

// signInForm answers the form that asks for an address.
func (s *site) signInForm(c *fiber.Ctx) error {
	return s.renderSignIn(c, views.SignInPage{Next: nextOf(c.Query(nextField)), Done: doneText(c, map[string]string{
		"deconnexion": "Votre compte est fermé dans ce navigateur.",
		"partout":     "Votre compte est fermé dans tous les navigateurs.",
	})})
}

func (s *site) renderSignIn(c *fiber.Ctx, p views.SignInPage) error {
	p.Base = s.base("Se connecter", "Se connecter au portail par un lien ou un code reçu par courriel, sans mot de passe.", "")
	p.Section = signInPath
	p.Token, p.Heading = s.formToken(c), "Aucun message n’est parti"
	if who, err := whoIs(c); err == nil && who != nil {
		p.Signed = who.Person.Shown()
	}
	if s.OIDC != nil {
		p.Provider = s.OIDC.Name()
	}
	titleFaults(&p.Title, p.State)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return render(c, views.SignInView(p))
}

// titleFaults says in the title of a page that what was sent is refused.
func titleFaults(title *string, state form.State) {
	if state.Refused() {
		*title = fitted("Erreur"+format.NNBSP+": "+*title, "")
	}
}

// signInSend has a message sent to an address. What it answers does not depend on
// whether the address has an account.
func (s *site) signInSend(c *fiber.Ctx) error {
	sent := sentForm(c)
	p := views.SignInPage{Email: typedLine(sent.Get(emailField)), Next: nextOf(sent.Get(nextField))}
	email, err := account.ParseEmail(sent.Get(emailField))
	if err != nil {
		p.Faults = []form.Fault{{Field: emailField, Text: err.Error()}}
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderSignIn(c, p)
	}
	a, ok := s.askedHere(c)
	if !ok {
		a.Browser = account.NewID()
	}
	a = asking{Email: email, Browser: a.Browser, Next: p.Next, At: s.Now().UTC().Truncate(time.Second)} // as long as any other
	err = s.People.Ask(c.UserContext(), people.Asking{Email: email, Browser: a.Browser, Network: clientAddr(c.IP()).String(), Next: p.Next})
	if refusal := s.refuseMail(c, err); refusal != "" {
		p.Refusal = refusal
		return s.renderSignIn(c, p)
	}
	if err != nil {
		return err
	}
	if err := s.keepSealed(c, askingCookie, sealAsking, a); err != nil {
		return err
	}
	return c.Redirect(codePath, fiber.StatusSeeOther)
}

// refuseMail words why a mail that somebody asked for is not sent, and sets the
// status; "" for an error that has no words.
func (s *site) refuseMail(c *fiber.Ctx, err error) string {
	var many *people.TooManyError
	switch {
	case errors.As(err, &many):
		c.Status(fiber.StatusTooManyRequests)
		c.Set(fiber.HeaderRetryAfter, wholeSeconds(many.Wait))
		if many.Network {
			return "Cent messages ont été demandés depuis votre réseau en un quart d’heure, le portail n’en envoie pas plus. Réessayez dans " + waitText(many.Wait) + ", ou depuis un autre réseau."
		}
		return "Cinq messages ont été demandés pour cette adresse en un quart d’heure, le portail n’en envoie pas plus. Regardez ceux qui sont arrivés, ou réessayez dans " + waitText(many.Wait) + "."
	case errors.Is(err, people.ErrUncounted):
		s.Log.Error("mail refused: requests are not counted", "request_id", ensureRequestID(c), "err", err)
		c.Status(fiber.StatusServiceUnavailable)
		c.Set(fiber.HeaderRetryAfter, "60")
		return "Le portail ne peut pas compter les demandes en ce moment, et n’envoie donc aucun message. Réessayez dans une minute."
	}
	return ""
}

// keepSealed gives the browser a cookie that only the portal reads.
func (s *site) keepSealed(c *fiber.Ctx, name, purpose string, value any) error {
	text, err := s.People.SealJSON(purpose, value)
	if err == nil {
		s.setCookie(c, name, text)
	}
	return err
}

// codeForm answers the page that awaits the code.
func (s *site) codeForm(c *fiber.Ctx) error {
	a, ok := s.askedHere(c)
	if !ok {
		return c.Redirect(signInPath, fiber.StatusSeeOther)
	}
	return s.renderCode(c, a, form.State{})
}

func (s *site) renderCode(c *fiber.Ctx, a asking, state form.State) error {
	state.Token, state.Heading = s.formToken(c), "La connexion n’a pas eu lieu"
	p := views.CodePage{
		Base: s.base("Consultez votre messagerie", "Le code reçu par courriel termine la connexion.", ""), State: state,
		Email: a.Email.String(), Until: format.Clock(a.At.Add(account.SignInLife)), Next: a.Next,
	}
	p.Section = signInPath
	if s.hasMailbox(c) {
		p.Local = mailboxPath + "?" + url.Values{paramTo: {string(a.Email)}}.Encode()
	}
	titleFaults(&p.Title, state)
	return render(c, views.CodeView(p))
}

// codeSend signs in by the code.
func (s *site) codeSend(c *fiber.Ctx) error {
	a, ok := s.askedHere(c)
	if !ok {
		return s.stop(c, fiber.StatusGone, views.StopPage{
			Heading: "Demandez un nouveau message", Text: "Ce navigateur n’attend pas de code, ou l’a attendu trop longtemps. Un code ne sert que dans le navigateur qui l’a demandé, dans les quinze minutes.",
		})
	}
	code, ok := typedCode(sentForm(c).Get(codeField))
	if !ok {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderCode(c, a, form.State{Faults: []form.Fault{{Field: codeField, Text: "Tapez les six chiffres du message."}}})
	}
	request, err := s.People.UseCode(c.UserContext(), clientAddr(c.IP()).String(), a.Email, a.Browser, code)
	if state := s.refuseCode(c, err); state.Refused() {
		return s.renderCode(c, a, state)
	}
	if err != nil {
		return err
	}
	return s.enter(c, request.Email, people.Arrival{Method: account.ByCode}, request.Next)
}

// typedCode reads six digits as people copy them.
func typedCode(text string) (code string, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, text)
	return code, len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// refuseCode words why a code lets nobody in, and sets the status; nothing for an error
// that has no words.
func (s *site) refuseCode(c *fiber.Ctx, err error) form.State {
	var many *people.TooManyError
	var fault account.Fault
	switch {
	case errors.As(err, &many):
		c.Status(fiber.StatusTooManyRequests)
		c.Set(fiber.HeaderRetryAfter, wholeSeconds(many.Wait))
		return form.State{Refusal: "Trente codes faux ont été saisis depuis votre réseau en un quart d’heure. Ouvrez le lien du message, ou réessayez dans " + waitText(many.Wait) + "."}
	case errors.Is(err, people.ErrUncounted):
		s.Log.Error("code refused: tries are not counted", "request_id", ensureRequestID(c), "err", err)
		c.Status(fiber.StatusServiceUnavailable)
		c.Set(fiber.HeaderRetryAfter, "60")
		return form.State{Refusal: "Le portail ne peut pas compter les essais en ce moment, et n’en prend donc aucun. Réessayez dans une minute."}
	case errors.Is(err, account.ErrTries):
		c.Status(fiber.StatusTooManyRequests)
		return form.State{Refusal: err.Error()}
	case errors.As(err, &fault):
		c.Status(fiber.StatusUnprocessableEntity)
		return form.State{Faults: []form.Fault{{Field: codeField, Text: err.Error()}}}
	}
	return form.State{}
}

// enter opens a session for the owner of an address.
func (s *site) enter(c *fiber.Ctx, e account.Email, in people.Arrival, next string) error {
	token, err := s.People.Enter(c.UserContext(), e, s.arrival(c, in))
	return s.entered(c, token, err, next)
}

// arrival adds to how somebody signs in from where.
func (s *site) arrival(c *fiber.Ctx, in people.Arrival) people.Arrival {
	in.Browser, in.Network = browserName(c.Get(fiber.HeaderUserAgent)), network(c.IP())
	return in
}

// entered gives the browser its session, ends the one it had, and goes on. The token
// of forms is renewed with it: nobody who knew the one before can use the session.
func (s *site) entered(c *fiber.Ctx, token string, err error, next string) error {
	if errors.Is(err, people.ErrSuspended) {
		return s.stop(c, fiber.StatusForbidden, views.StopPage{Heading: "Compte suspendu", Text: "Ce compte est suspendu : il n’est pas ouvert. L’équipe du portail vous dira pourquoi, et pour combien de temps.", Contact: s.Config.ContactEmail})
	}
	if err != nil {
		return err
	}
	if before, err := whoIs(c); err == nil && before != nil {
		if err := s.People.SignOut(c.UserContext(), before.Person.ID, before.Session.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	s.setCookie(c, sessionCookie, token)
	s.dropCookie(c, askingCookie)
	s.renewFormToken(c)
	if next = nextOf(next); next == "" {
		return done(c, accountPath, "connexion")
	}
	return c.Redirect(next, fiber.StatusSeeOther)
}

// stop says why somebody is not let in, and what to do.
func (s *site) stop(c *fiber.Ctx, status int, p views.StopPage) error {
	p.Base = s.base(p.Heading, "La connexion n’a pas eu lieu.", "")
	p.Section, p.Token = signInPath, s.formToken(c)
	return render(c.Status(status), views.StopView(p))
}

// linkAddress is the page that a link of a mail opens.
func linkAddress(token string) string { return linkPath + "/" + url.PathEscape(token) }

// linkForm answers the page of a link: it changes nothing, since programs that check
// mails open links too.
func (s *site) linkForm(c *fiber.Ctx) error {
	request, err := s.People.Link(c.UserContext(), c.Params("token"))
	if err != nil {
		return s.refuseLink(c, request, err)
	}
	p := views.LinkPage{
		Base: s.base("Confirmer la connexion", "Le lien reçu par courriel termine la connexion.", ""), State: form.State{Token: s.formToken(c)},
		Action: linkAddress(c.Params("token")), Email: request.Email.String(), First: request.First(), Elsewhere: !request.First() && !s.askedBy(c, request),
	}
	p.Section = signInPath
	if who, err := whoIs(c); err == nil && who != nil && who.Person.Email.Key() != request.Email.Key() {
		p.Signed = who.Person.Shown()
	}
	return render(c, views.LinkView(p))
}

// askedBy reports whether this browser made the request.
func (s *site) askedBy(c *fiber.Ctx, request account.SignIn) bool {
	a, ok := s.askedHere(c)
	return ok && account.HashToken(a.Browser) == request.Browser
}

// linkSend signs in by the link.
func (s *site) linkSend(c *fiber.Ctx) error {
	request, err := s.People.UseLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return s.refuseLink(c, request, err)
	}
	method := account.ByLink
	if request.First() {
		method = account.ByFirst
	}
	return s.enter(c, request.Email, people.Arrival{Method: method}, request.Next)
}

// refuseLink words why a link does not serve.
func (s *site) refuseLink(c *fiber.Ctx, request account.SignIn, err error) error {
	var fault account.Fault
	if !errors.As(err, &fault) {
		return err
	}
	p := views.StopPage{Heading: "Ce lien ne sert plus", Text: err.Error(), Next: nextOf(request.Next)}
	if request.Email == "" {
		p.Heading = "Lien inconnu"
		return s.stop(c, fiber.StatusNotFound, p)
	}
	p.Email, p.Again = request.Email.String(), true
	return s.stop(c, fiber.StatusGone, p)
}
