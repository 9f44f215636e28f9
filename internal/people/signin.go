package people

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// Asking is a request to sign in.
type Asking struct {
	Email   account.Email
	Browser string // token that the asking browser holds
	Network string // of the client, as it is counted
	Next    string // path to go to afterwards, "" for the account
}

// Ask stores a request to sign in and, with it, the mail that carries its link and
// code. It does the same whether the address has an account or not: who has none gets
// one by using the link. *TooManyError, ErrUncounted; whatever the error, nothing was sent.
func (s *Service) Ask(ctx context.Context, in Asking) error {
	if err := s.countRequest(ctx, in.Email, in.Network); err != nil {
		return err
	}
	now := s.Now().UTC()
	request := account.SignIn{
		ID: account.NewID(), Email: in.Email, Browser: account.HashToken(in.Browser), Next: LocalPath(in.Next), At: now,
	}
	request.Link = account.HashToken(s.Secret.Token(message.PurposeSignIn, request.ID, 0))
	known, err := s.knownAs(ctx, in.Email)
	if err != nil {
		return err
	}
	mail, err := mailEffect(message.Order{
		Key: message.Key{Kind: message.SignIn, Object: request.ID, Recipient: in.Email.Key()}, To: string(in.Email),
		Details: map[string]string{message.DetailAccount: known}, QueuedAt: now, ExpiresAt: now.Add(account.SignInLife),
	})
	if err != nil {
		return err
	}
	_, err = s.SignIns.Insert(ctx, request, store.Change{Actor: store.ActorVisitor, At: now, Effects: []store.Effect{mail}})
	return err
}

// knownAs tells the letter whom it is for.
func (s *Service) knownAs(ctx context.Context, e account.Email) (string, error) {
	p, err := s.People.ByEmail(ctx, e)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return message.AccountNew, nil
	case err != nil:
		return "", err
	case !p.Value.Active():
		return message.AccountSuspended, nil
	}
	return message.AccountKnown, nil
}

// LocalPath keeps a path of this portal, "" of anything else: nobody is led elsewhere
// after signing in.
func LocalPath(next string) string {
	const maxNext = 1000 // bytes: a search with its filters
	u, err := url.Parse(next)
	if err != nil || len(next) > maxNext || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return ""
	}
	return next
}

// Link finds the request that a link is of, without using it. An account.Fault says
// why it cannot be used; the request then is still told, to be asked for anew.
func (s *Service) Link(ctx context.Context, token string) (account.SignIn, error) {
	d, err := s.byLink(ctx, token)
	if err != nil {
		return account.SignIn{}, err
	}
	return d.Value, d.Value.Open(s.Now())
}

func (s *Service) byLink(ctx context.Context, token string) (store.Doc[account.SignIn], error) {
	const unknown = account.Fault("Ce lien n’est pas connu : il est peut-être coupé, ou trop ancien. Demandez-en un nouveau.")
	if !account.IsToken(token) {
		return store.Doc[account.SignIn]{}, unknown
	}
	d, err := s.SignIns.ByLink(ctx, account.HashToken(token))
	if errors.Is(err, store.ErrNotFound) {
		return d, unknown
	}
	return d, err
}

// UseLink spends a link. Of two uses at once one is refused.
func (s *Service) UseLink(ctx context.Context, token string) (account.SignIn, error) {
	d, err := s.byLink(ctx, token)
	if err != nil {
		return d.Value, err
	}
	if err := d.Value.Use(s.Now()); err != nil {
		return d.Value, err
	}
	_, err = s.SignIns.Replace(ctx, d, store.Change{})
	if errors.Is(err, store.ErrConflict) {
		return d.Value, account.Fault("Ce lien a déjà servi : il ne sert qu’une fois. Demandez-en un nouveau.")
	}
	return d.Value, err
}

// codeTries bounds how often a code is compared again when another try came between.
const codeTries = account.MaxTries + 1

// UseCode spends the code of the newest request of an address that this browser made.
// The wrong ones of a network are counted: five tries for each of a hundred addresses
// would be five hundred guesses. *TooManyError, ErrUncounted, an account.Fault.
func (s *Service) UseCode(ctx context.Context, network string, e account.Email, browser, code string) (request account.SignIn, err error) {
	err = s.Guess(ctx, network, func() (wrong bool, err error) {
		request, wrong, err = s.tryCode(ctx, e, browser, code)
		return wrong, err
	})
	if errors.Is(err, ErrWrong) {
		return request, wrongCode(account.MaxTries - request.Tries)
	}
	return request, err
}

// ErrWrong is answered for a wrong guess that was counted.
var ErrWrong = errors.New("wrong guess")

// Guess tries a code while its network may guess, and counts a wrong one. ErrWrong,
// *TooManyError, ErrUncounted, what try answers.
func (s *Service) Guess(ctx context.Context, network string, try func() (wrong bool, err error)) error {
	s.counting.Lock() // many guesses at once are judged one after another
	defer s.counting.Unlock()
	guesses := "codes:" + account.HashToken(network)
	wait, err := s.waits(ctx, guesses, PerGuessing)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUncounted, err)
	case wait > 0:
		return &TooManyError{Network: true, Wait: wait}
	}
	wrong, err := try()
	if err != nil || !wrong {
		return err
	}
	if _, err := s.count(ctx, guesses, PerGuessing); err != nil {
		return fmt.Errorf("%w: %w", ErrUncounted, err)
	}
	return ErrWrong
}

// tryCode compares a code. The try is stored before its outcome is told: five at once
// are five.
func (s *Service) tryCode(ctx context.Context, e account.Email, browser, code string) (request account.SignIn, wrong bool, err error) {
	for range codeTries {
		d, err := s.asked(ctx, e, browser)
		if err != nil {
			return d.Value, false, err
		}
		right, err := d.Value.Try(code, s.Secret.Code(d.ID), s.Now())
		if err != nil {
			return d.Value, false, err
		}
		_, err = s.SignIns.Replace(ctx, d, store.Change{})
		if !errors.Is(err, store.ErrConflict) {
			return d.Value, !right, err
		}
	}
	return account.SignIn{}, false, account.ErrTries
}

func wrongCode(left int) account.Fault {
	switch left {
	case 0:
		return account.ErrTries
	case 1:
		return "Ce code n’est pas le bon. Il reste un essai."
	}
	return account.Fault(fmt.Sprintf("Ce code n’est pas le bon. Il reste %d essais.", left))
}

// asked finds the newest request that a browser made for an address.
func (s *Service) asked(ctx context.Context, e account.Email, browser string) (newest store.Doc[account.SignIn], err error) {
	list, err := s.SignIns.Asked(ctx, account.HashToken(browser), e)
	if err != nil {
		return newest, err
	}
	for _, d := range list {
		if d.Value.At.After(newest.Value.At) {
			newest = d
		}
	}
	if newest.ID == "" {
		return newest, account.Fault("Ce navigateur n’a pas demandé de code pour cette adresse : ouvrez le lien du message, ou demandez un nouveau message ici.")
	}
	return newest, nil
}
