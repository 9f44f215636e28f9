package demo

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// portalID is the id of the organisation that runs the portal (store.Portal).
const portalID = "portal"

// Crowd is who uses the portal of the demonstration: organisations with their
// members, and persons. Ids follow from names, so that a second fill changes nothing.
type Crowd struct {
	Organisations []account.Organisation
	People        []account.Person
}

// Account is one of the few that somebody who tries the portal signs in with.
type Account struct {
	Email account.Email
	Name  string
}

// Sizes of the crowd: enough for lists to have pages.
const (
	teamOfHome    = 140
	teamOfCommune = 45
	teamOfOthers  = 12
	maxOwners     = 60
)

// crowd is a Crowd under way.
type crowd struct {
	Crowd
	opts  Options
	now   time.Time
	dice  dice
	taken map[string]bool // local parts, within a domain
}

// Domain is what the addresses of the demonstration end with: a name that no mail
// is delivered to (RFC 2606).
func Domain(name string) string {
	name, _, _ = strings.Cut(name, " ")
	if s := strings.Trim(slug(name), "-"); s != "" {
		return s + ".example"
	}
	return "territoire.example"
}

// Accounts lists who one signs in as, one for each role, in the order of
// account.Roles, and one with several.
func Accounts(opts Options) []Account {
	at := "@" + Domain(withoutCode(opts.Home.Label))
	mail := func(local string) account.Email { return account.Email(local + at) }
	return []Account{
		{mail("administration"), "Camille Laurent"},
		{mail("achats"), "Nadia Benali"},
		{mail("service"), "Hugo Martel"},
		{mail("evenements"), "Inès Carvalho"},
		{mail("spaser"), "Paul Renaudin"},
		{mail("clauses"), "Fatou Diarra"},
		{"reseau@reseau-solidaire.example", "Léa Monnier"},
		{"structure@structure.example", "Karim Haddad"},
		{mail("plusieurs"), "Anne Delorme"},
	}
}

// People makes the crowd; owners are structures of the demonstration whose legal
// entities get an account.
func People(opts Options, owners []structure.Structure) Crowd {
	opts = opts.withDefaults()
	c := &crowd{opts: opts, now: opts.Today.Time().Add(8 * time.Hour), dice: newDice(opts.Seed, forPeople, 0), taken: map[string]bool{}}
	accounts := Accounts(opts)
	for _, a := range accounts {
		c.person(a.Email, a.Name)
	}
	who := func(i int) string { return c.People[i].ID }
	const admin, buyer, service, events, spaser, clauses, network, owner, several = 0, 1, 2, 3, 4, 5, 6, 7, 8

	c.organisation(account.KindPortal, portalID, "Portail de démonstration", "")
	c.join(0, who(admin), true, account.Administrator)

	home := c.organisation(account.KindPublic, "", withoutCode(opts.Home.Label), opts.Home.Value)
	c.join(home, who(buyer), true, account.Buyer)
	c.join(home, who(service), false, account.Prescripteur)
	c.join(home, who(events), false, account.Organiser)
	c.join(home, who(spaser), false, account.SpaserLead)
	c.join(home, who(clauses), false, account.Facilitateur)
	c.join(home, who(several), false, account.Buyer, account.Organiser, account.SpaserLead)
	domain := accounts[buyer].Email.Domain()
	c.Organisations[home].Domains = []account.Domain{{Name: domain, By: who(buyer), At: c.past(40), ConfirmedAt: c.past(30), ConfirmedBy: who(admin)}}
	c.staff(home, domain, teamOfHome)

	communes := c.communes()
	if m := c.Organisations[home].Member(who(clauses)); m != nil {
		m.Covers = &account.Coverage{Territories: []string{opts.Home.Value}, Buyers: communes}
	}
	private := c.organisation(account.KindPrivate, "", "Bâtir et Rénover Sud-Est", "")
	c.staff(private, "batir-renover.example", teamOfOthers)
	c.networks(who(network), who(several))
	c.owners(owners, who(owner))
	c.waiting(home)
	return c.Crowd
}

// communes makes those of the most people, and gives their ids.
func (c *crowd) communes() (ids []string) {
	for n, commune := range newPlaces(c.opts.Atlas, c.opts.Home).ranked {
		if n == 2 {
			break
		}
		i := c.organisation(account.KindPublic, "", "Ville "+ofCity(cityName(commune.Name)), commune.Code)
		c.staff(i, Domain(commune.Name), teamOfCommune)
		if n == 1 { // one domain waits for an administrator
			c.Organisations[i].Domains = []account.Domain{{Name: Domain(commune.Name), By: c.Organisations[i].Members[0].Person, At: c.past(2)}}
		}
		ids = append(ids, c.Organisations[i].ID)
	}
	return ids
}

// ofCity is « d’Orly », « de Vitry-sur-Seine », « du Kremlin-Bicêtre ».
func ofCity(name string) string {
	switch {
	case strings.HasPrefix(name, "Le "):
		return "du " + name[3:]
	case strings.HasPrefix(name, "Les "):
		return "des " + name[4:]
	case strings.ContainsAny(name[:1], "AEIOUYH") || strings.HasPrefix(name, "É"):
		return "d’" + name
	}
	return "de " + name
}

func (c *crowd) networks(network, several string) {
	i := c.organisation(account.KindNetwork, "", "Réseau des ateliers solidaires", "")
	c.join(i, network, true, account.Network)
	c.join(i, several, false, account.Network)
	c.staff(i, "reseau-solidaire.example", teamOfOthers)
	proposed := c.organisation(account.KindNetwork, "", "Fédération des régies du territoire", "")
	c.Organisations[proposed].ConfirmedAt = time.Time{} // waits for an administrator
	c.staff(proposed, "federation-regies.example", 1)
}

// owners makes the legal entity of each structure, with one or two members.
func (c *crowd) owners(list []structure.Structure, first string) {
	seen := map[string]bool{}
	for _, s := range list {
		siren := s.SIREN()
		if siren == "" || seen[siren] {
			continue
		}
		if len(seen) == maxOwners {
			return
		}
		seen[siren] = true
		i := c.organisation(account.KindOwner, "", s.Name, "")
		c.Organisations[i].SIREN = siren
		if len(seen) == 1 {
			c.join(i, first, true, account.Structure)
		}
		c.staff(i, fmt.Sprintf("structure%02d.example", len(seen)), 1+c.dice.IntN(2))
	}
}

// waiting puts persons before the doors of the home organisation.
func (c *crowd) waiting(home int) {
	o := &c.Organisations[home]
	for n := range 3 {
		id := c.person(account.Email(fmt.Sprintf("candidature%d@autre-mairie.example", n+1)), c.name())
		o.Requests = append(o.Requests, account.Request{Person: id, At: c.past(3 - n)})
	}
	for n := range 2 {
		email := account.Email(fmt.Sprintf("invitation%d@%s", n+1, o.Domains[0].Name))
		o.Invitations = append(o.Invitations, account.Invitation{
			ID: idOf("invitation", string(email)), Email: email, Roles: []account.Role{account.Prescripteur}, By: o.Members[0].Person, At: c.past(1 + n),
			Link: account.HashToken(idOf("link", string(email))), // of no token: nobody has it
		})
	}
}

// staff makes members with the roles of the kind, the first of whom manages unless
// somebody does.
func (c *crowd) staff(i int, domain string, n int) {
	kind := c.Organisations[i].Kind
	for range n {
		name := c.name()
		id := c.person(c.email(name, domain), name)
		role := kind.Least()
		if c.dice.chance(0.3) {
			role = kind.Roles()[c.dice.IntN(len(kind.Roles()))]
		}
		managed := slices.ContainsFunc(c.Organisations[i].Members, func(m account.Member) bool { return m.Manager })
		c.join(i, id, !managed, role)
	}
}

func (c *crowd) organisation(kind account.OrganisationKind, id, name, territory string) int {
	if id == "" {
		id = idOf("organisation", string(kind)+"/"+name)
	}
	at := c.past(700)
	c.Organisations = append(c.Organisations, account.Organisation{ID: id, Kind: kind, Name: name, Territory: territory, Demo: true, CreatedAt: at, ConfirmedAt: at})
	return len(c.Organisations) - 1
}

func (c *crowd) join(i int, person string, manager bool, roles ...account.Role) {
	// Roles and sizes are ours: what a rule would refuse is a fault of the test below.
	_ = c.Organisations[i].Enrol(person, roles, manager, c.past(c.dice.between(1, 600)))
}

func (c *crowd) person(email account.Email, name string) string {
	p := account.Person{ID: idOf("person", string(email)), Email: email, Name: name, Demo: true, CreatedAt: c.past(c.dice.between(30, 700))}
	if c.dice.chance(0.8) {
		p.SeenAt = c.past(c.dice.between(0, 29))
	}
	c.People = append(c.People, p)
	return p.ID
}

func (c *crowd) past(days int) time.Time { return c.now.AddDate(0, 0, -days).UTC() }

func (c *crowd) name() string {
	return firstNames[c.dice.IntN(len(firstNames))] + " " + surnames[c.dice.IntN(len(surnames))]
}

// email makes « prenom.nom@domain », with a number when it is taken.
func (c *crowd) email(name, domain string) account.Email {
	local := strings.ReplaceAll(slug(strings.ReplaceAll(name, "-", "")), "-", ".")
	address := local + "@" + domain
	for n := 2; c.taken[address]; n++ {
		address = fmt.Sprintf("%s%d@%s", local, n, domain)
	}
	c.taken[address] = true
	return account.Email(address)
}

var idLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

func idOf(what, name string) string {
	sum := sha256.Sum256([]byte("demo\x00" + what + "\x00" + name))
	return strings.ToLower(idLetters.EncodeToString(sum[:])[:26])
}
