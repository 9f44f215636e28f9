package account

import "time"

const (
	// SessionLife is how long a session lasts without a request.
	SessionLife = 12 * time.Hour
	// SessionTouch is how often a session notes that it is used (DESIGN rule 10).
	SessionTouch = 15 * time.Minute
)

// Session is a browser in which somebody has signed in. Its id is the hash of the
// token in the cookie.
type Session struct {
	ID      string    `json:"id"`
	Person  string    `json:"person"`
	Method  Method    `json:"method"`
	At      time.Time `json:"at"`
	SeenAt  time.Time `json:"seen_at"`
	Acting  Acting    `json:"acting,omitzero"`
	Browser string    `json:"browser,omitempty"`  // "Firefox, Windows"
	Network string    `json:"network,omitempty"`  // /24 or /48, never the whole address
	IDToken string    `json:"id_token,omitempty"` // of the provider, sealed, to sign out there too
	SIREN   string    `json:"siren,omitempty"`    // of the employer, as the provider says: a suggestion, no right
	SIRET   string    `json:"siret,omitempty"`    // of the same: proves a claim on the sheet of that very establishment
}

// Acting is the role that a session has chosen among those of the person.
type Acting struct {
	Organisation string `json:"organisation,omitempty"`
	Role         Role   `json:"role,omitempty"`
}

// Method is how somebody signed in.
type Method string

// Methods.
const (
	ByLink  Method = "link"
	ByCode  Method = "code"
	ByOIDC  Method = "oidc"
	ByFirst Method = "first" // link printed by the command that made the account
)

var methodLabels = map[Method]string{
	ByLink: "lien reçu par courriel", ByCode: "code reçu par courriel", ByOIDC: "fournisseur d’identité", ByFirst: "lien donné par l’exploitant",
}

// Label is the method as shown to people, in French.
func (m Method) Label() string { return methodLabels[m] }

// Live reports whether the session still counts for its person.
func (s *Session) Live(p *Person, now time.Time) bool {
	return p.Active() && !s.Lapsed(now) && s.At.After(p.SignedOutAt)
}

// Due reports whether its use should be noted.
func (s *Session) Due(now time.Time) bool { return over(now, s.SeenAt, SessionTouch) }

// Lapsed reports whether it can be deleted, whoever it is of.
func (s *Session) Lapsed(now time.Time) bool { return over(now, s.SeenAt, SessionLife) }
