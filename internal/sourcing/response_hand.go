package sourcing

import (
	"crypto/subtle"
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/survey"
)

const (
	maxHands = 8 // browsers of one answer; the one that came first leaves
	// CodeLife is how long the code that opens an answer in another browser serves, and
	// maxCodeTries how often it may be tried.
	CodeLife     = 15 * time.Minute
	maxCodeTries = 5
)

// Hand is a browser that has written in an answer. Only one that has sent it, or has proved
// to read the mail of the address that was written to, sees what was sent. Who proves it
// ends what others have by sending alone: they may have had a link that was passed on.
type Hand struct {
	Browser string    `json:"browser"` // account.HashToken of what it holds
	Link    int       `json:"link"`    // number of the link that it came by: another address ends it
	At      time.Time `json:"at"`      // when it wrote first, or sent
	Sent    bool      `json:"sent,omitempty"`
	Proven  bool      `json:"proven,omitempty"` // by a code
}

// PassCode is a code that was mailed to the address that was written to. It serves the
// browser that asked for it, once.
type PassCode struct {
	Number  int64     `json:"number"` // of its sending
	Browser string    `json:"browser"`
	Link    int       `json:"link"`
	At      time.Time `json:"at"`
	Tries   int       `json:"tries,omitempty"`
}

// Open says why the code serves no more, or nil.
func (p *PassCode) Open(browser string, link int, now time.Time) error {
	switch {
	case p == nil || p.Browser != browser || browser == "" || p.Link != link:
		return account.Fault("Ce navigateur n’attend pas de code. Demandez-en un.")
	case p.Tries >= maxCodeTries:
		return account.Fault("Cinq codes faux ont été saisis : ce code ne sert plus. Demandez-en un autre.")
	case now.Sub(p.At).Abs() > CodeLife:
		return account.Fault("Ce code n’est plus valable : il sert quinze minutes. Demandez-en un autre.")
	}
	return nil
}

// TryCode spends the code, or one try of it; either way the answer must be stored.
func (a *Answer) TryCode(browser string, link int, code, want string, now time.Time) (right bool, err error) {
	if err := a.Code.Open(browser, link, now); err != nil {
		return false, err
	}
	a.Rev, a.UpdatedAt = a.Rev+1, now.UTC()
	if subtle.ConstantTimeCompare([]byte(code), []byte(want)) != 1 {
		a.Code.Tries++
		return false, nil
	}
	a.Code = nil
	a.take(Hand{Browser: browser, Link: link, Proven: true}, now)
	return true, nil
}

// Right is by what right somebody acts on the answer of a supplier.
type Right struct {
	Browser string // account.HashToken of what the browser holds, "" = nothing yet
	Link    int    // number of the link by which it came
	Holder  bool   // signed in, of the structure that holds the sheet
}

func (a *Answer) hand(r Right) *Hand {
	i := slices.IndexFunc(a.Hands, func(h Hand) bool { return h.Browser == r.Browser && h.Link == r.Link })
	if i < 0 || r.Browser == "" {
		return nil
	}
	return &a.Hands[i]
}

// Whole reports whether all of the answer may be shown, and what the buyer told this
// supplier alone.
func (a *Answer) Whole(r Right) bool {
	h := a.hand(r)
	return r.Holder || h != nil && (h.Sent || h.Proven)
}

// Proven reports whether it is known that the supplier itself acts.
func (a *Answer) Proven(r Right) bool {
	h := a.hand(r)
	return r.Holder || h != nil && h.Proven
}

// Shows reports whether what was told to this supplier alone at a time, or sent to it as
// minutes, may be shown. To have sent an answer by the link shows nothing of before: the
// link may have been passed on to who sends.
func (a *Answer) Shows(r Right, at time.Time) bool {
	h := a.hand(r)
	return a.Proven(r) || h != nil && h.Sent && !at.Before(h.At)
}

// Wrote reports whether who asks has written in it.
func (a *Answer) Wrote(r Right) bool { return r.Holder || a.hand(r) != nil }

// begun reports whether somebody has drafted or sent something, by the link that is in
// force as far as drafts go: the draft of a wrong address is nobody's.
func (a *Answer) begun(link int) bool {
	return len(a.Submissions) > 0 || !a.DraftAt.IsZero() && a.DraftLink == link
}

// Locked reports whether something is there that who asks may not see, nor replace.
func (a *Answer) Locked(r Right) bool {
	switch {
	case a.Whole(r):
		return false
	case len(a.Submissions) > 0:
		return true
	}
	return a.begun(r.Link) && a.hand(r) == nil
}

// Drafted is the draft that who asks may see.
func (a *Answer) Drafted(r Right) []survey.Value {
	if a.Locked(r) || a.DraftLink != r.Link || !a.Whole(r) && a.hand(r) == nil {
		return nil
	}
	return a.Draft
}

// ErrLocked is answered to a browser that did not write the answer.
const ErrLocked = account.Fault("Une réponse a déjà été commencée ou envoyée dans un autre navigateur. Recevez un code à l’adresse qui a été contactée pour continuer ici : ce que vous avez écrit est gardé ci-dessous.")

// take notes that a browser has written.
func (a *Answer) take(h Hand, at time.Time) {
	if h.Proven {
		for i := range a.Hands {
			a.Hands[i].Sent = false
		}
	}
	if h.Browser == "" {
		return // who is signed in
	}
	h.At = at.UTC()
	if was := a.hand(Right{Browser: h.Browser, Link: h.Link}); was != nil {
		if h.Sent && !was.Sent {
			was.At = h.At
		}
		was.Sent, was.Proven = was.Sent || h.Sent, was.Proven || h.Proven
		return
	}
	a.Hands = append(a.Hands, h)
	if extra := len(a.Hands) - maxHands; extra > 0 {
		a.Hands = slices.Delete(a.Hands, 0, extra)
	}
}
