package sourcing

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

// Bounds of the public page of an operation.
const (
	MinNoticeText  = 40 // letters of the notice
	MaxNoticeText  = 2000
	MaxCandidate   = 600 // letters that a candidate writes
	MaxCandidacies = 40  // that wait for their address to be confirmed
	CandidacyLife  = 48 * time.Hour
)

// ErrNoCall is answered to who asks to take part where nobody may, for whatever reason:
// it does not tell how many have.
const ErrNoCall = account.Fault("Ce sourçage ne reçoit plus de candidatures.")

// Candidacy is what somebody wrote on the public page and whose address is not confirmed
// yet: the buyer does not see it.
type Candidacy struct {
	ID    string    `json:"id"`
	Link  string    `json:"link"` // account.HashToken of the token in its mail
	Name  string    `json:"name"`
	SIREN string    `json:"siren,omitempty"`
	Email string    `json:"email"`
	Word  string    `json:"word,omitempty"`
	At    time.Time `json:"at"`
}

// Calls reports whether the public page takes candidates.
func (o *Operation) Calls(at time.Time) bool {
	return !o.PublishedAt.IsZero() && o.Asking(at) == ""
}

var amountText = regexp.MustCompile(`(?i)[0-9][0-9\s\x{a0}\x{202f}.,]*\s*(€|k€|m€|euros?\b|ke\b)`)

// Publish puts the operation on the public page, or writes its notice anew.
func (o *Operation) Publish(m buyer.Member, notice string, rev int64, at time.Time) error {
	letters := utf8.RuneCountInString(strings.TrimSpace(notice))
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.Asking(at) != "":
		return o.Asking(at)
	case o.Rev != rev:
		return ErrStale
	case letters < MinNoticeText:
		return account.Fault("Décrivez ce que vous cherchez en 40 caractères au moins.")
	case letters > MaxNoticeText:
		return account.Fault("Cette annonce est trop longue : 2 000 caractères au plus.")
	case amountText.MatchString(notice):
		return account.Fault("Retirez le montant : l’annonce n’en donne aucun, pour ne pas orienter les prix.")
	case !o.PublishedAt.IsZero() && o.Notice == notice:
		return ErrUnchanged
	}
	o.Notice = notice
	if o.PublishedAt.IsZero() {
		o.PublishedAt = at.UTC()
	}
	o.written(m, "operation.publish", "", at)
	return nil
}

// Unpublish takes it off the public page: who has asked stays.
func (o *Operation) Unpublish(m buyer.Member, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.PublishedAt.IsZero():
		return ErrUnchanged
	}
	o.PublishedAt, o.Candidacies = time.Time{}, nil
	o.written(m, "operation.unpublish", "", at)
	return nil
}

// Knock keeps what somebody wrote until the mail to the address is confirmed. The same
// address again replaces what it wrote.
func (o *Operation) Knock(k Candidacy, at time.Time) error {
	if !o.Calls(at) {
		return ErrNoCall
	}
	if slices.ContainsFunc(o.Candidacies, func(x Candidacy) bool { return x.ID == k.ID }) {
		return ErrUnchanged
	}
	o.Candidacies = slices.DeleteFunc(o.Candidacies, func(x Candidacy) bool {
		return at.Sub(x.At) > CandidacyLife || strings.EqualFold(x.Email, k.Email)
	})
	if len(o.Candidacies) >= MaxCandidacies {
		return account.Fault("Cette page ne peut pas recevoir votre candidature pour le moment : recommencez demain.")
	}
	k.At = at.UTC()
	o.Candidacies = append(o.Candidacies, k)
	return nil
}

// Fade takes out the candidacies that nobody can confirm any more, as their mails promise.
// ErrUnchanged when there are none.
func (o *Operation) Fade(at time.Time) error {
	n := len(o.Candidacies)
	o.Candidacies = slices.DeleteFunc(o.Candidacies, func(x Candidacy) bool { return at.Sub(x.At) > CandidacyLife })
	if len(o.Candidacies) == n {
		return ErrUnchanged
	}
	return nil
}

// Knocked finds what a link confirms, nil when it confirms nothing any more.
func (o *Operation) Knocked(hash string, at time.Time) *Candidacy {
	i := slices.IndexFunc(o.Candidacies, func(k Candidacy) bool { return k.Link == hash && at.Sub(k.At) <= CandidacyLife })
	if i < 0 || hash == "" {
		return nil
	}
	return &o.Candidacies[i]
}

// Confirm makes a candidate of what a link confirms. ErrUnchanged when it was done.
func (o *Operation) Confirm(hash string, at time.Time) error {
	k := o.Knocked(hash, at)
	if k == nil {
		return ErrNoCall
	}
	s := Supplier{Name: k.Name, SIREN: k.SIREN, Email: k.Email, Word: k.Word}
	o.Candidacies = slices.DeleteFunc(o.Candidacies, func(x Candidacy) bool { return x.Link == hash })
	err := o.Apply(s, at)
	if errors.Is(err, ErrUnchanged) {
		return nil // the address has asked before: what waited is gone
	}
	return err
}

// Apply notes that somebody asks, by the public page, to take part: one who reads the
// mail of the address.
func (o *Operation) Apply(s Supplier, at time.Time) error {
	switch {
	case !o.Calls(at):
		return ErrNoCall
	case slices.ContainsFunc(o.Suppliers, func(x Supplier) bool {
		return (x.Spontaneous || x.Contacted()) && (strings.EqualFold(x.Email, s.Email) || s.Structure != "" && x.Structure == s.Structure)
	}):
		return ErrUnchanged
	case len(o.Suppliers) >= MaxSuppliers:
		return ErrNoCall
	}
	s.ID, s.AddedAt, s.AddedBy, s.Spontaneous = o.nextID("s"), at.UTC(), "", true
	o.Suppliers = append(o.Suppliers, s)
	o.note(at, "", "operation.apply", s.Name)
	return nil
}

// join makes one of a candidate and the supplier that the buyer has chosen of the same
// address or structure: nobody is asked twice.
func (o *Operation) join() {
	joined := map[string]bool{}
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		if s.AddedBy != "" || !s.RefusedAt.IsZero() {
			continue
		}
		if c := o.chosenAs(s); c != nil {
			c.Spontaneous, c.Word, joined[s.ID] = true, s.Word, true
		}
	}
	o.Suppliers = slices.DeleteFunc(o.Suppliers, func(s Supplier) bool { return joined[s.ID] })
}

func (o *Operation) chosenAs(s *Supplier) *Supplier {
	i := slices.IndexFunc(o.Suppliers, func(x Supplier) bool {
		return x.ID != s.ID && x.AddedBy != "" && (strings.EqualFold(x.Email, s.Email) || s.Structure != "" && x.Structure == s.Structure)
	})
	if i < 0 {
		return nil
	}
	return &o.Suppliers[i]
}
