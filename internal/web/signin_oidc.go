package web

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/oidc"
	"sourcier/internal/people"
	"sourcier/internal/store"
	views "sourcier/views/account"
	"sourcier/views/form"
)

// attempt is what a browser keeps, sealed in attemptCookie, on its way to the provider.
type attempt struct {
	oidc.Attempt
	Next   string `json:"p,omitempty"`
	Person string `json:"w,omitempty"` // who was signed in, and wants to link the account there
}

// arrived is what a browser keeps, sealed in arrivedCookie, of somebody whom the
// provider knows and the portal not: nothing of it is stored before a button is pressed.
type arrived struct {
	Issuer   string    `json:"i"`
	Subject  string    `json:"s"`
	Email    string    `json:"e,omitempty"`
	Verified bool      `json:"v,omitempty"`
	Name     string    `json:"n,omitempty"`
	SIREN    string    `json:"o,omitempty"`
	SIRET    string    `json:"q,omitempty"`
	IDToken  string    `json:"t,omitempty"`
	Next     string    `json:"p,omitempty"`
	At       time.Time `json:"a"`
}

const (
	sealAttempt = "oidc attempt"
	sealArrived = "oidc arrived"
	sealIDToken = "oidc id token" //nolint:gosec // a purpose

	arrivedLife = 15 * time.Minute
	// maxCookie is what browsers take of a cookie, less its name and attributes, in bytes.
	maxCookie = 3800
)

func (a arrived) identity() account.Identity {
	return account.Identity{Issuer: a.Issuer, Subject: a.Subject}
}

// email is the address that the provider vouches for; false when it does not, or
// when mail cannot be sent to it.
func (a arrived) email() (account.Email, bool) {
	e, err := account.ParseEmail(a.Email)
	return e, err == nil && a.Verified
}

// oidcBegin sends somebody to the provider.
func (s *site) oidcBegin(c *fiber.Ctx) error {
	if s.OIDC == nil {
		return store.ErrNotFound
	}
	begun, address, err := s.OIDC.Begin(c.UserContext())
	if err != nil {
		return s.refuseProvider(c, err)
	}
	a := attempt{Attempt: begun, Next: nextOf(sentForm(c).Get(nextField))}
	if who, err := whoIs(c); err == nil && who != nil {
		a.Person = who.Person.ID
	}
	if err := s.keepSealed(c, attemptCookie, sealAttempt, a); err != nil {
		return err
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}

// oidcBack takes somebody back from the provider. It opens a session for whose account
// it is (the one GET that does: state, PKCE and nonce say that it is the answer to a
// form of ours), and makes or links nothing.
func (s *site) oidcBack(c *fiber.Ctx) error {
	if s.OIDC == nil {
		return store.ErrNotFound
	}
	var a attempt
	kept := s.People.OpenJSON(sealAttempt, c.Cookies(s.cookieName(attemptCookie)), &a)
	s.dropCookie(c, attemptCookie) // an attempt serves once
	query, err := queryValues(c)
	if err != nil {
		return err
	}
	if kept != nil {
		return s.refuseProvider(c, &oidc.Error{Kind: oidc.ErrExpired, Detail: "no attempt in this browser"})
	}
	id, err := s.OIDC.Finish(c.UserContext(), a.Attempt, query)
	if err != nil {
		return s.refuseProvider(c, err)
	}
	in := s.arrivedAs(id, a.Next)
	d, err := s.People.People.ByIdentity(c.UserContext(), in.identity())
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.oidcNew(c, in)
	case err != nil:
		return err
	case a.Person != "" && d.ID != a.Person:
		return s.stop(c, fiber.StatusConflict, views.StopPage{Heading: "Déjà relié", Text: "Ce compte " + s.OIDC.Name() + " est déjà relié à un autre compte du portail. Rien n’est changé."})
	}
	return s.enterArrived(c, in)
}

func (s *site) arrivedAs(id oidc.Identity, next string) arrived {
	a := arrived{
		Issuer: id.Issuer, Subject: id.Subject, Email: id.Email, Verified: id.EmailVerified,
		Name: strings.TrimSpace(id.GivenName + " " + id.FamilyName), IDToken: id.IDToken, Next: next, At: s.Now().UTC(),
	}
	if len(id.SIRET) == 14 {
		a.SIREN, a.SIRET = id.SIRET[:9], id.SIRET
	}
	return a
}

// oidcNew keeps who arrived, and asks what to do. An ID token that fits in no cookie is
// left out: the provider then asks before it signs out.
func (s *site) oidcNew(c *fiber.Ctx, in arrived) error {
	text, err := s.People.SealJSON(sealArrived, in)
	if err == nil && len(text) > maxCookie {
		in.IDToken = ""
		text, err = s.People.SealJSON(sealArrived, in)
	}
	if err != nil {
		return err
	}
	s.setCookie(c, arrivedCookie, text)
	return c.Redirect(oidcJoinPath, fiber.StatusSeeOther)
}

// enterArrived opens the session of whose account at the provider is linked.
func (s *site) enterArrived(c *fiber.Ctx, in arrived) error {
	sealed, err := s.People.SealJSON(sealIDToken, in.IDToken)
	if err != nil {
		return err
	}
	token, err := s.People.EnterByIdentity(c.UserContext(), in.identity(), s.arrival(c, people.Arrival{Method: account.ByOIDC, IDToken: sealed, SIREN: in.SIREN, SIRET: in.SIRET}))
	s.dropCookie(c, arrivedCookie)
	return s.entered(c, token, err, in.Next)
}

// arrivedHere is who came back from the provider in this browser.
func (s *site) arrivedHere(c *fiber.Ctx) (in arrived, ok bool) {
	text := c.Cookies(s.cookieName(arrivedCookie))
	if s.OIDC == nil || text == "" || s.People.OpenJSON(sealArrived, text, &in) != nil {
		return arrived{}, false
	}
	return in, s.Now().Sub(in.At).Abs() < arrivedLife
}

// oidcJoinForm asks whether an account is to be made, or linked.
func (s *site) oidcJoinForm(c *fiber.Ctx) error {
	in, ok := s.arrivedHere(c)
	if !ok {
		return c.Redirect(signInPath, fiber.StatusSeeOther)
	}
	p := views.IdentityPage{
		Base: s.base("Première connexion avec "+s.OIDC.Name(), "Créer ou relier son compte.", ""), State: form.State{Token: s.formToken(c)},
		Provider: s.OIDC.Name(), Name: in.Name, Email: in.Email,
	}
	p.Section = signInPath
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	email, vouched := in.email()
	switch {
	case who != nil:
		p.Signed = who.Person.Shown()
	case !vouched:
		p.Stop = s.OIDC.Name() + " confirme qui vous êtes, mais ne garantit pas votre adresse. Connectez-vous d’abord par courriel ; vous relierez ensuite " + s.OIDC.Name() + " depuis votre compte."
	default:
		_, err := s.People.People.ByEmail(c.UserContext(), email)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		p.Known = err == nil
	}
	return render(c, views.IdentityView(p))
}

// oidcJoinSend makes the account or links it, and signs in.
func (s *site) oidcJoinSend(c *fiber.Ctx) error {
	in, ok := s.arrivedHere(c)
	if !ok {
		return c.Redirect(signInPath, fiber.StatusSeeOther)
	}
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	if who != nil {
		if err := s.People.Connect(c.UserContext(), who.Person.ID, in.identity()); err != nil {
			return s.refuseJoin(c, err)
		}
		s.dropCookie(c, arrivedCookie)
		return done(c, accountPath, "relie")
	}
	email, vouched := in.email()
	if !vouched {
		return c.Redirect(oidcJoinPath, fiber.StatusSeeOther)
	}
	if err := s.join(c, email, in); err != nil {
		return s.refuseJoin(c, err)
	}
	return s.enterArrived(c, in)
}

// join links the account of an address, made where there is none, to who arrived. A
// name that was never told is that of the provider.
func (s *site) join(c *fiber.Ctx, email account.Email, in arrived) error {
	d, err := s.People.Ensure(c.UserContext(), email, "")
	if err != nil {
		return err
	}
	if !d.Value.Active() {
		return people.ErrSuspended
	}
	if err := s.People.Connect(c.UserContext(), d.ID, in.identity()); err != nil {
		return err
	}
	name, err := account.CleanName(in.Name)
	if err != nil || d.Value.Name != "" {
		return nil //nolint:nilerr // a name that cannot be shown is none
	}
	_, err = s.People.Rename(c.UserContext(), d.ID, name, d.ID)
	return err
}

func (s *site) refuseJoin(c *fiber.Ctx, err error) error {
	var fault account.Fault
	switch {
	case errors.Is(err, people.ErrSuspended):
		return s.entered(c, "", err, "")
	case errors.As(err, &fault):
		return s.stop(c, fiber.StatusConflict, views.StopPage{Heading: "Les comptes ne sont pas reliés", Text: err.Error()})
	}
	return err
}

// providerWords say why the provider let nobody in, by kind of failure; %s is its name.
var providerWords = []struct {
	kind          error
	status        int
	heading, text string
}{
	{oidc.ErrDenied, fiber.StatusForbidden, "Connexion abandonnée", "Vous avez renoncé chez %s, ou son compte ne vous l’a pas permis. Rien n’est changé ici ; vous pouvez aussi entrer par courriel."},
	{oidc.ErrExpired, fiber.StatusGone, "Connexion trop ancienne", "Dix minutes au plus séparent le bouton du retour de %s, dans le même navigateur. Recommencez."},
	{oidc.ErrUnreachable, fiber.StatusServiceUnavailable, "%s ne répond pas", "Le portail n’arrive pas à joindre %s. Réessayez dans une minute, ou entrez par courriel."},
	{oidc.ErrRefused, fiber.StatusForbidden, "%s a refusé la connexion", "%s n’a pas accepté cette connexion. Recommencez, ou entrez par courriel."},
	{oidc.ErrInvalid, fiber.StatusBadRequest, "Réponse non reconnue", "La réponse reçue ne correspond pas à une connexion demandée dans ce navigateur à %s. Recommencez depuis la page de connexion."},
}

// refuseProvider words a failure of the provider.
func (s *site) refuseProvider(c *fiber.Ctx, err error) error {
	for _, w := range providerWords {
		if errors.Is(err, w.kind) {
			s.Log.Info("sign-in elsewhere failed", "request_id", ensureRequestID(c), "err", err)
			if w.status == fiber.StatusServiceUnavailable {
				c.Set(fiber.HeaderRetryAfter, "60")
			}
			named := strings.NewReplacer("%s", s.OIDC.Name())
			return s.stop(c, w.status, views.StopPage{Heading: named.Replace(w.heading), Text: named.Replace(w.text)})
		}
	}
	return err
}

// endAtProvider is where the session at the provider ends too, when the one here came
// by it.
func (s *site) endAtProvider(c *fiber.Ctx, session account.Session) (address string, ok bool) {
	if s.OIDC == nil || session.Method != account.ByOIDC {
		return "", false
	}
	var idToken string
	if err := s.People.OpenJSON(sealIDToken, session.IDToken, &idToken); err != nil {
		idToken = "" // of a secret before this one
	}
	return s.OIDC.EndSession(c.UserContext(), idToken, s.Config.BaseURL+"/", rand.Text())
}
