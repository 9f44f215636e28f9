package account

import (
	"slices"
	"time"
)

// Person is somebody who signs in. Erasure leaves the id and the dates (DESIGN
// rule 11: audit lines and counts stay).
type Person struct {
	ID         string     `json:"id"`
	Email      Email      `json:"email,omitempty"`
	Name       string     `json:"name,omitempty"` // as shown to colleagues, "" until told
	Identities []Identity `json:"identities,omitempty"`
	NewEmail   *NewEmail  `json:"new_email,omitempty"`
	Muted      []string   `json:"muted,omitempty"` // kinds of mails that are not wanted
	Demo       bool       `json:"demo,omitempty"`  // of the demonstration

	CreatedAt   time.Time `json:"created_at"`
	SeenAt      time.Time `json:"seen_at,omitzero"`       // last sign-in
	SignedOutAt time.Time `json:"signed_out_at,omitzero"` // sessions begun before are over
	SuspendedAt time.Time `json:"suspended_at,omitzero"`
	WarnedAt    time.Time `json:"warned_at,omitzero"`  // told that the account will be erased
	ErasingAt   time.Time `json:"erasing_at,omitzero"` // asked to be; the steps that follow may still run
	ErasedAt    time.Time `json:"erased_at,omitzero"`
}

// Identity is an account at an OpenID Connect provider.
type Identity struct {
	Issuer  string    `json:"issuer"`
	Subject string    `json:"subject"`
	At      time.Time `json:"at"`
}

// Key tells identities apart.
func (i Identity) Key() string { return i.Issuer + "|" + i.Subject }

// NewEmail is an address that awaits its owner's confirmation.
type NewEmail struct {
	Email Email     `json:"email"`
	At    time.Time `json:"at"`
	N     int64     `json:"n"` // number of the request: a new one ends the link of the one before
}

const (
	maxIdentities = 10
	// NewEmailLife is how long a new address may be confirmed.
	NewEmailLife = 24 * time.Hour
)

// Active reports whether the person may sign in.
func (p *Person) Active() bool { return p.SuspendedAt.IsZero() && p.ErasingAt.IsZero() }

// Erased reports whether nothing of the person is left.
func (p *Person) Erased() bool { return !p.ErasedAt.IsZero() }

// Shown is how others see the person: the name, else the address.
func (p *Person) Shown() string {
	switch {
	case p.Erased():
		return "compte effacé"
	case p.Name != "":
		return p.Name
	}
	return p.Email.String()
}

// Wants reports whether a kind of optional mails is sent to the person.
func (p *Person) Wants(kind string) bool { return !slices.Contains(p.Muted, kind) }

// Link adds an identity; one that is there already is no failure.
func (p *Person) Link(id Identity) error {
	for _, known := range p.Identities {
		if known.Key() == id.Key() {
			return nil
		}
	}
	if len(p.Identities) == maxIdentities {
		return Fault("Ce compte est déjà relié à dix identités.")
	}
	p.Identities = append(p.Identities, id)
	return nil
}

// AskNewEmail notes an address to confirm.
func (p *Person) AskNewEmail(e Email, at time.Time) {
	n := int64(1)
	if p.NewEmail != nil {
		n = p.NewEmail.N + 1
	}
	p.NewEmail = &NewEmail{Email: e, At: at.UTC(), N: max(n, at.UnixMilli())}
}

// TakeNewEmail makes the awaited address that of the account.
func (p *Person) TakeNewEmail(n int64, now time.Time) error {
	if p.NewEmail == nil || p.NewEmail.N != n || over(now, p.NewEmail.At, NewEmailLife) {
		return Fault("Ce lien n’est plus valable : une adresse se confirme en 24 heures, avec le dernier lien reçu.")
	}
	p.Email, p.NewEmail = p.NewEmail.Email, nil
	return nil
}

// BeginErasure ends every use of the account at once.
func (p *Person) BeginErasure(at time.Time) {
	if p.ErasingAt.IsZero() {
		p.ErasingAt, p.SignedOutAt = at.UTC(), at.UTC()
	}
}

// CancelErasure takes the intent back, when nothing was erased yet.
func (p *Person) CancelErasure() { p.ErasingAt = time.Time{} }

// Erase removes every personal value.
func (p *Person) Erase(at time.Time) {
	*p = Person{ID: p.ID, CreatedAt: p.CreatedAt, Demo: p.Demo, SignedOutAt: p.SignedOutAt, ErasingAt: p.ErasingAt, ErasedAt: at.UTC()}
}
