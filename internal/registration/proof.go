package registration

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// official are the sources whose contact may prove: registers and lists that an
// authority keeps. What the structure said of itself, a network, a platform on which
// members write, or whoever made a file, proves nothing: a claimant may have written it.
var official = []structure.Source{
	structure.SourceSIRENE, structure.SourceASP, structure.SourceEA2, structure.SourceFINESS, structure.SourceESUS, structure.SourceRGE, structure.SourceRFAR,
}

// Official reports whether what a source says of a contact may prove a right. Of a
// fictional structure there is no authority: its fictional file stands for one.
func Official(source structure.Source, fictional bool) bool {
	return slices.Contains(official, source) || fictional && source == structure.SourceDemo
}

// told is what a source says of one fact.
type told struct {
	value  string
	origin structure.Origin
}

// officially lists what authorities that still list the structure say of a fact, the
// strongest first.
func officially(s *structure.Structure, field structure.Field, value func(*structure.Structure) string) (out []told) {
	add := func(facts *structure.Structure, origins map[structure.Field]structure.Origin) {
		o, said := origins[field]
		text := strings.TrimSpace(value(facts))
		if said && text != "" && Official(o.Source, s.Demo) && s.Sightings[o.Source].Stale == "" {
			out = append(out, told{text, o})
		}
	}
	add(s, s.Origins)
	for i := range s.Claims {
		add(&s.Claims[i].Facts, s.Claims[i].Origins)
	}
	slices.SortStableFunc(out, func(a, b told) int {
		return cmp.Or(b.origin.Source.Rank()-a.origin.Source.Rank(), cmp.Compare(b.origin.AsOf, a.origin.AsOf))
	})
	return out
}

// OfficialEmail is the address by which an authority reaches the structure, of the
// strongest that has one, and who says so; false when none has. Which mailbox it is
// does not matter: who reads it is reached by the authority too.
func OfficialEmail(s *structure.Structure) (account.Email, structure.Origin, bool) {
	for _, t := range officially(s, structure.FieldEmail, func(f *structure.Structure) string { return f.Contact.Email }) {
		if e, err := account.ParseEmail(t.value); err == nil {
			return e, t.origin, true
		}
	}
	return "", structure.Origin{}, false
}

// MaskedEmail shows an address to who knows it already, and to nobody else:
// c•••@esat-…fr.
func MaskedEmail(e account.Email) string {
	const shown = 5 // letters of the domain
	text := e.String()
	local, domain, ok := strings.Cut(text, "@")
	if !ok || local == "" {
		return "•••"
	}
	name, last, _ := strings.Cut(domain, ".")
	if dot := strings.LastIndexByte(domain, '.'); dot >= 0 {
		last = domain[dot+1:]
	}
	letters := []rune(name)
	return string([]rune(local)[:1]) + "•••@" + string(letters[:min(shown, len(letters))]) + "…" + last
}

// Why a proof cannot serve, in the words of the page that offers the others.
const (
	ErrNoAddress   = account.Fault("Aucun fichier officiel ne donne d’adresse pour cette structure.")
	ErrNoSite      = account.Fault("Aucun fichier officiel ne donne de site qui n’appartienne qu’à cette structure.")
	ErrFreeMail    = account.Fault("Votre adresse est d’une messagerie grand public : elle ne dit pas pour qui vous travaillez.")
	ErrOtherDomain = account.Fault("Votre adresse n’est pas du même domaine que le site officiel de la structure.")
	ErrNoIdentity  = account.Fault("Vous n’êtes pas connecté par une identité professionnelle.")
	ErrOtherSIRET  = account.Fault("Votre identité professionnelle est rattachée à un autre établissement.")
	ErrNoSIRET     = account.Fault("Cette structure n’a pas de SIRET : une identité professionnelle ne peut pas la désigner.")
	ErrNoNetwork   = account.Fault("Seul un réseau que le portail connaît peut se porter garant d’un membre.")
)

// ProvesByDomain reports whether the address of who is signed in, whom a mail or a
// provider has verified, is of the same registered domain as the site that an
// authority gives: the site, and who says so.
func ProvesByDomain(s *structure.Structure, e account.Email) (domain string, from structure.Origin, err error) {
	sites := map[string]structure.Origin{}
	for _, t := range officially(s, structure.FieldWebsite, func(f *structure.Structure) string { return f.Contact.Website }) {
		u := structure.Contact{Website: t.value}.Site()
		if u == nil {
			continue
		}
		if name, err := account.Registered(u.Hostname()); err == nil {
			if _, known := sites[name]; !known {
				sites[name] = t.origin
			}
		}
	}
	own, mine := account.Registered(e.Domain())
	switch from, same := sites[own]; {
	case len(sites) == 0:
		return "", structure.Origin{}, ErrNoSite
	case mine != nil:
		return "", structure.Origin{}, ErrFreeMail
	case !same:
		return "", structure.Origin{}, ErrOtherDomain
	default:
		return own, from, nil
	}
}

// ProvesByIdentity reports whether an identity that carries a SIRET ("" = none) is of
// the very establishment: the seat of a large association is no word for each of its own.
func ProvesByIdentity(siret, carried string) error {
	switch {
	case carried == "":
		return ErrNoIdentity
	case siret == "":
		return ErrNoSIRET
	case siret != carried:
		return ErrOtherSIRET
	}
	return nil
}

// ProvesByUnit reports whether an organisation holds another sheet of the same legal
// unit by a proof that speaks for all of it: the domain of its site, or what a moderator
// has checked. Who reads the mailbox of one establishment does not speak for its sisters.
func ProvesByUnit(siret string, held []*Registration, organisation string) bool {
	return len(siret) == siretLength && slices.ContainsFunc(held, func(r *Registration) bool {
		return r.Holds(organisation) && (r.Proof == ProofDomain || r.Proof == ProofModerator) && len(r.SIRET) == siretLength && r.SIRET[:sirenLength] == siret[:sirenLength]
	})
}

const (
	siretLength = 14
	sirenLength = 9
)

// Vouch is the word of a network for an organisation that asks: it grants the sheet as
// any proof does. Who speaks must be of the network, which an administrator has
// confirmed. ErrNotAllowed, ErrNoNetwork, ErrOwned, ErrDecided.
func (r *Registration) Vouch(network *account.Organisation, by account.Actor, organisation string, at time.Time) error {
	switch {
	case network.Kind != account.KindNetwork || !network.Active():
		return ErrNoNetwork
	case !network.Has(by.Person, account.Network):
		return account.ErrNotAllowed
	}
	if q := r.Request(organisation); q != nil {
		q.Network = network.ID
	}
	return r.Grant(organisation, ProofVoucher, at)
}

// Forget takes out what a person wrote with requests, and refuses those that are open:
// nobody is left to tell the outcome to. changed says whether there was any.
func (r *Registration) Forget(person string, at time.Time) (changed bool) {
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Person != person || !q.Open() && q.Text == "" {
			continue
		}
		if q.Open() {
			q.refuse("Compte supprimé.", at.UTC())
		}
		q.Text, changed = "", true
	}
	return changed
}

// Asking is who asks for the sheet, by organisation: the persons of the open requests.
func (r *Registration) Asking() map[string]string {
	out := map[string]string{}
	for i := range r.Requests {
		if q := &r.Requests[i]; q.Open() {
			out[q.Organisation] = q.Person
		}
	}
	return out
}
