package people

import (
	"encoding/json"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/structure"
)

// ToldSchema names the shape of Told. A member is only ever added to it; one that
// changes its meaning, or goes, makes a new name.
const ToldSchema = "sourcier.personal-data/1"

// Told is everything that the portal holds on one person, as it is exported. Of other
// persons it holds their ids, nothing else.
type Told struct {
	Schema    string    `json:"schema"`
	Portal    string    `json:"portal"` // its address
	At        time.Time `json:"generated_at"`
	Truncated []Cut     `json:"truncated"` // sections that are not whole

	Account       ToldAccount       `json:"account"`
	Organisations []ToldMembership  `json:"organisations"`
	Requests      []ToldRequest     `json:"join_requests"`
	Invitations   []ToldInvitation  `json:"invitations"`
	Sessions      []ToldSession     `json:"sessions"`
	SignIns       []ToldSignIn      `json:"sign_in_requests"`
	Received      []ToldMail        `json:"mails_received"`
	Caused        []ToldMail        `json:"mails_caused"`
	Refusal       *ToldSuppression  `json:"mail_refusal,omitempty"`
	Reports       []ToldReport      `json:"reports"`
	Files         []ToldFile        `json:"files"`
	Audit         []ToldChange      `json:"audit"`
	More          map[string][]any  `json:"more,omitempty"` // by Holder.Name
	Sentences     map[string]string `json:"explanations"`   // by member, in French
}

// Cut says that a section holds the first of what there is.
type Cut struct {
	Section string `json:"section"`
	Kept    int    `json:"kept"`
	Text    string `json:"text"` // French
}

// ToldAccount is the account itself.
type ToldAccount struct {
	ID          string             `json:"id"`
	Email       string             `json:"email"`
	Name        string             `json:"name,omitempty"`
	Identities  []account.Identity `json:"identities"`
	NewEmail    *account.NewEmail  `json:"new_email,omitempty"`
	Muted       []string           `json:"muted"`
	Created     time.Time          `json:"created_at"`
	Seen        time.Time          `json:"signed_in_at,omitzero"`
	SignedOut   time.Time          `json:"signed_out_at,omitzero"`
	Suspended   time.Time          `json:"suspended_at,omitzero"`
	Warned      time.Time          `json:"warned_at,omitzero"`
	LastVersion int64              `json:"version"`
}

// ToldMembership is an organisation that the person belongs to.
type ToldMembership struct {
	Organisation string                   `json:"organisation"`
	Name         string                   `json:"name"`
	Kind         account.OrganisationKind `json:"kind"`
	Roles        []account.Role           `json:"roles"`
	Manager      bool                     `json:"manager"`
	Since        time.Time                `json:"since"`
	Covers       *account.Coverage        `json:"covers,omitempty"`
}

// ToldRequest is a wish to join.
type ToldRequest struct {
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	At           time.Time `json:"at"`
}

// ToldInvitation is an invitation to an address of the person.
type ToldInvitation struct {
	Organisation string         `json:"organisation"`
	Name         string         `json:"name"`
	Email        string         `json:"email"`
	Roles        []account.Role `json:"roles"`
	Manager      bool           `json:"manager"`
	By           string         `json:"by"`
	At           time.Time      `json:"at"`
}

// ToldSession is a browser in which the person is signed in.
type ToldSession struct {
	Method  account.Method `json:"method"`
	At      time.Time      `json:"at"`
	Seen    time.Time      `json:"seen_at"`
	Browser string         `json:"browser,omitempty"`
	Network string         `json:"network,omitempty"`
	Acting  account.Acting `json:"acting,omitzero"`
}

// ToldSignIn is a request to sign in.
type ToldSignIn struct {
	At    time.Time `json:"at"`
	Used  time.Time `json:"used_at,omitzero"`
	Tries int       `json:"wrong_codes"`
	Next  string    `json:"next,omitempty"`
}

// ToldMail is a mail to the person, or one that the person caused.
type ToldMail struct {
	ID         string             `json:"id"`
	Kind       message.Kind       `json:"kind"`
	State      message.State      `json:"state"`
	To         string             `json:"to,omitempty"`        // of the person's own
	ToPerson   string             `json:"to_person,omitempty"` // id of another
	Details    map[string]string  `json:"details,omitempty"`   // without what another person wrote or is called
	Queued     time.Time          `json:"queued_at"`
	Sent       time.Time          `json:"sent_at,omitzero"`
	Refused    time.Time          `json:"refused_at,omitzero"`
	Why        message.Reason     `json:"why,omitempty"`
	Uncertain  time.Time          `json:"uncertain_at,omitzero"`
	Bounced    time.Time          `json:"bounced_at,omitzero"`
	Diagnostic string             `json:"diagnostic,omitempty"`
	Scrubbed   time.Time          `json:"scrubbed_at,omitzero"`
	Attempts   []message.Attempt  `json:"attempts,omitempty"`
	Decisions  []message.Decision `json:"decisions,omitempty"`
}

// ToldSuppression says that the address takes no mail.
type ToldSuppression struct {
	Since  time.Time `json:"since"`
	Reason string    `json:"reason"`
	Lifted time.Time `json:"lifted_at,omitzero"`
}

// ToldReport is an open report that asks for an answer to the person's address.
type ToldReport struct {
	Reference string                `json:"reference"`
	Structure string                `json:"structure"`
	Reason    structure.ReportCause `json:"reason"`
	Text      string                `json:"text,omitempty"`
	Email     string                `json:"email"`
	At        time.Time             `json:"at"`
}

// ToldFile is a file that the person owns.
type ToldFile struct {
	Hash string    `json:"sha256"`
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
}

// ToldChange is a line of the audit by the person, or about the person. The version of its
// document is not told: it counts what others did to it, and so the suppliers of a sourçage.
type ToldChange struct {
	At         time.Time   `json:"at"`
	What       string      `json:"what"`
	Actor      string      `json:"actor"`
	Subject    string      `json:"subject,omitempty"`
	Collection string      `json:"collection"`
	Document   string      `json:"document"`
	Fields     []ToldField `json:"fields,omitempty"`
}

// ToldField is what a change did to a field. Personal values of another person are
// left out, and said to be.
type ToldField struct {
	Field   string          `json:"field"`
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
	Another string          `json:"of_another_person,omitempty"` // id
}

// toldSentences explain the members of the JSON to who reads it.
var toldSentences = map[string]string{
	"account":          "Le compte : adresse, nom affiché, identités reliées chez des fournisseurs, dates. Nécessaire pour se connecter.",
	"organisations":    "Les organisations dont vous êtes membre, avec vos rôles.",
	"join_requests":    "Les organisations que vous demandez à rejoindre.",
	"invitations":      "Les invitations qui attendent votre réponse.",
	"sessions":         "Les navigateurs où vous êtes connecté. Le réseau est tronqué.",
	"sign_in_requests": "Vos demandes de connexion, gardées un jour au plus.",
	"mails_received":   "Les courriels que le portail vous a adressés.",
	"mails_caused":     "Les courriels partis parce que vous l’avez demandé ; l’adresse de leurs destinataires n’est pas la vôtre et n’y figure pas.",
	"mail_refusal":     "Présent quand votre adresse a refusé un courriel : le portail n’y écrit plus.",
	"reports":          "Les signalements ouverts où vous demandez une réponse à cette adresse.",
	"files":            "Les fichiers que vous avez déposés.",
	"audit":            "Le journal : ce que vous avez fait, et ce que d’autres ont fait qui vous concerne. Les autres personnes n’y ont qu’un identifiant.",
	"truncated":        "Les parties qui ne sont pas entières, avec ce qui en est gardé ici. Vide : tout y est.",
	"more":             "Ce que d’autres parties du portail gardent sur vous.",
}
