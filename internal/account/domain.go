package account

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// publicMail are providers of mailboxes for anybody, by the name before their public
// suffix: an address there says nothing of who employs its owner.
var publicMail = []string{
	"gmail", "googlemail", "orange", "wanadoo", "free", "aliceadsl", "laposte", "sfr", "neuf", "cegetel", "club-internet", "numericable", "noos",
	"bbox", "outlook", "hotmail", "live", "msn", "yahoo", "ymail", "rocketmail", "icloud", "me", "mac", "aol", "gmx", "mail", "proton", "protonmail", "pm",
	"tutanota", "tuta", "zoho", "fastmail", "hey", "yandex", "qq", "163", "126", "mailo", "netcourrier", "voila", "caramail", "libertysurf", "lilo", "yopmail", "mailinator", "riseup", "posteo", "mailbox", "disroot", "infomaniak", "ik", "duck", "relay",
}

// ParseDomain reads an e-mail domain that an organisation may declare as its own:
// a registered name or one below it, no public suffix, no shared host (the private
// part of the public suffix list), no provider of mailboxes for anybody.
func ParseDomain(text string) (string, error) {
	text = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "@")
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(text, "."))
	if err != nil || !utf8.ValidString(text) || !isDomain(ascii) {
		return "", Fault("Ce nom de domaine n’est pas valable : il s’écrit comme ville.fr.")
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	registered, err := publicsuffix.EffectiveTLDPlusOne(ascii)
	switch {
	case err != nil:
		return "", Fault("« " + text + " » est une extension, commune à tout le monde : donnez le domaine de l’organisation, comme ville.fr.")
	case !icann && strings.Contains(suffix, "."):
		return "", Fault("« " + text + " » est chez un hébergeur partagé : n’importe qui peut y ouvrir une adresse.")
	case slices.Contains(publicMail, strings.TrimSuffix(registered, "."+suffix)):
		return "", Fault("« " + text + " » est une messagerie ouverte à tout le monde : elle ne dit pas où travaille une personne.")
	}
	return ascii, nil
}

// sharedSites are where anybody opens a page: an address there says nothing of whose
// the name is. The public suffix list has only those that give a name of its own.
var sharedSites = []string{
	"facebook", "fb", "instagram", "linkedin", "twitter", "x", "youtube", "tiktok", "google", "goo", "pagesjaunes", "societe", "helloasso",
	"wix", "wixsite", "wordpress", "jimdo", "e-monsite", "over-blog", "canalblog", "skyrock", "tumblr", "webnode", "sitew", "linktr", "bit",
}

// Registered is the name under which a host or an e-mail domain is registered: who
// holds it answers for all that is below. What is open to anybody is a Fault: a public
// suffix, a shared host, a provider of mailboxes, a site on which anybody opens a page.
func Registered(host string) (string, error) {
	name, err := ParseDomain(host)
	if err != nil {
		return "", err
	}
	registered, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return "", err // not after ParseDomain
	}
	suffix, _ := publicsuffix.PublicSuffix(name)
	if slices.Contains(sharedSites, strings.TrimSuffix(registered, "."+suffix)) {
		return "", Fault("« " + registered + " » est un site où n’importe qui ouvre une page : il ne dit pas de qui elle est.")
	}
	return registered, nil
}

// Declare notes a domain, to be confirmed by an administrator.
func (o *Organisation) Declare(a Actor, name string, at time.Time) error {
	if err := o.mayManage(a); err != nil {
		return err
	}
	switch {
	case o.Kind == KindPortal:
		return Fault("Nul ne rejoint l’équipe du portail par son adresse.")
	case o.domain(name) != nil:
		return nil
	case len(o.Domains) >= MaxDomains:
		return Fault("Une organisation déclare dix domaines au plus.")
	}
	o.Domains = append(o.Domains, Domain{Name: name, By: a.Person, At: at.UTC()})
	return nil
}

const errNoDomain = Fault("Ce domaine n’est plus déclaré par l’organisation.")

func (o *Organisation) domain(name string) *Domain {
	i := slices.IndexFunc(o.Domains, func(d Domain) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return &o.Domains[i]
}

// ConfirmDomain lets owners of addresses of the domain join by themselves.
func (o *Organisation) ConfirmDomain(a Actor, name string, at time.Time) error {
	d := o.domain(name)
	switch {
	case !a.Administrator:
		return ErrNotAllowed
	case d == nil:
		return errNoDomain
	case d.ConfirmedAt.IsZero():
		d.ConfirmedAt, d.ConfirmedBy = at.UTC(), a.Person
	}
	return nil
}

// DropDomain takes a domain back, or refuses it. Who joined by it stays.
func (o *Organisation) DropDomain(a Actor, name string) error {
	if err := o.mayManage(a); err != nil {
		return err
	}
	if o.domain(name) == nil {
		return errNoDomain
	}
	o.Domains = slices.DeleteFunc(o.Domains, func(d Domain) bool { return d.Name == name })
	return nil
}

// Opens reports whether an address lets its owner join without being approved. The
// domain must be the same: below ville.fr there may be names given to others.
func (o *Organisation) Opens(e Email) bool {
	return o.Active() && o.Confirmed(e.Domain())
}

// Confirmed reports whether an administrator has confirmed the domain.
func (o *Organisation) Confirmed(name string) bool {
	d := o.domain(name)
	return d != nil && !d.ConfirmedAt.IsZero()
}

// MayJoin reports whether a person becomes a member by asking nobody.
func (o *Organisation) MayJoin(p *Person) bool {
	return o.Opens(p.Email) && o.Member(p.ID) == nil && !slices.Contains(o.Barred, p.ID)
}

// JoinByDomain makes the owner of an address of a confirmed domain a member, with
// the least role.
func (o *Organisation) JoinByDomain(p *Person, at time.Time) error {
	switch {
	case !o.Opens(p.Email):
		return Fault("Votre adresse n’est pas d’un domaine que cette organisation a déclaré : demandez à la rejoindre.")
	case o.Member(p.ID) != nil:
		return ErrMember
	case slices.Contains(o.Barred, p.ID):
		return Fault("Un gestionnaire vous a retiré de cette organisation : demandez à la rejoindre, un membre répondra.")
	}
	return o.add(p.ID, []Role{o.Kind.Least()}, false, at)
}

// DomainWords says what the public suffix list knows of a domain, for who confirms it.
func DomainWords(name string) string {
	suffix, icann := publicsuffix.PublicSuffix(name)
	registered, err := publicsuffix.EffectiveTLDPlusOne(name)
	switch {
	case err != nil:
		return "C’est une extension, commune à tout le monde : à refuser."
	case !icann && strings.Contains(suffix, "."):
		return "Hébergement partagé sous « " + suffix + " » : à refuser."
	case registered == name:
		return "Nom enregistré sous « ." + suffix + " » : un seul titulaire."
	}
	return "Sous-domaine de « " + registered + " », dont le titulaire répond."
}

// ShownDomain is a domain in its own letters.
func ShownDomain(name string) string {
	shown, err := idna.Display.ToUnicode(name)
	if err != nil {
		return name
	}
	return shown
}
