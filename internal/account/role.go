package account

import "slices"

// Role is what somebody does in an organisation.
type Role string

// Roles. An administrator of the portal also moderates the directory.
const (
	Administrator Role = "administrator" // of the portal
	Buyer         Role = "buyer"
	Prescripteur  Role = "prescripteur" // sees its service's purchases, joins an operation, sends nothing
	Organiser     Role = "organiser"    // of events
	SpaserLead    Role = "spaser"
	Facilitateur  Role = "facilitateur" // clauses: of a territory and of buyers (Coverage)
	Network       Role = "reseau"       // vouches for its members, nudges, relays; never sees answers
	Structure     Role = "structure"    // member of a structure
)

// Roles lists them in the order in which they are shown.
var Roles = []Role{Administrator, Buyer, Prescripteur, Organiser, SpaserLead, Facilitateur, Network, Structure}

var roleLabels = map[Role][2]string{
	Administrator: {"Administration du portail", "Charge les fichiers, modère les fiches, gère les comptes et les organisations."},
	Buyer:         {"Acheteur", "Cherche des structures, décide des réservations, conduit le sourçage."},
	Prescripteur:  {"Prescripteur", "Voit les achats de son service et participe à un sourçage, sans rien envoyer."},
	Organiser:     {"Organisateur d’événements", "Invite acheteurs et structures, tient les présences."},
	SpaserLead:    {"Pilote du SPASER", "Suit les actions et les chiffres du schéma."},
	Facilitateur:  {"Facilitateur des clauses", "Conseille les acheteurs d’un territoire."},
	Network:       {"Réseau", "Se porte garant de ses membres, relaie les invitations."},
	Structure:     {"Membre d’une structure", "Tient la fiche de la structure, répond au sourçage."},
}

// Label is the role as shown to people, in French.
func (r Role) Label() string { return roleLabels[r][0] }

// Help says in one sentence what the role does.
func (r Role) Help() string { return roleLabels[r][1] }

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// OrganisationKind is what an organisation is to the portal.
type OrganisationKind string

// Kinds of organisations.
const (
	KindPortal  OrganisationKind = "portal"  // who runs it: one
	KindPublic  OrganisationKind = "public"  // public buyer: the EPT, its communes, other bodies
	KindPrivate OrganisationKind = "private" // private buyer
	KindNetwork OrganisationKind = "network" // UNEA, Hosmoz, a chamber…
	KindOwner   OrganisationKind = "owner"   // legal entity that owns structures
)

// OrganisationKinds lists those that people may make, in the order in which they are shown.
var OrganisationKinds = []OrganisationKind{KindPublic, KindPrivate, KindNetwork, KindOwner}

var kindLabels = map[OrganisationKind]string{
	KindPortal: "Équipe du portail", KindPublic: "Acheteur public", KindPrivate: "Acheteur privé",
	KindNetwork: "Réseau", KindOwner: "Structure ou groupe de structures",
}

// Label is the kind as shown to people, in French.
func (k OrganisationKind) Label() string { return kindLabels[k] }

// Known reports whether people may make such an organisation.
func (k OrganisationKind) Known() bool { return slices.Contains(OrganisationKinds, k) }

// kindRoles are the roles of each kind of organisation, the least first: that is
// the one of who joins without being given another.
var kindRoles = map[OrganisationKind][]Role{
	KindPortal:  {Administrator},
	KindPublic:  {Prescripteur, Buyer, Organiser, SpaserLead, Facilitateur},
	KindPrivate: {Prescripteur, Buyer, Organiser},
	KindNetwork: {Network, Facilitateur, Organiser},
	KindOwner:   {Structure},
}

// Roles are those that its members may have, the least first.
func (k OrganisationKind) Roles() []Role { return kindRoles[k] }

// Buys reports whether its members buy.
func (k OrganisationKind) Buys() bool { return k == KindPublic || k == KindPrivate }

// Least is the role of who joins without being given another.
func (k OrganisationKind) Least() Role { return kindRoles[k][0] }

// cleanRoles are the roles that an organisation knows, each once, in the order of
// Roles; none is a Fault.
func (k OrganisationKind) cleanRoles(roles []Role) ([]Role, error) {
	var out []Role
	for _, r := range Roles {
		if slices.Contains(roles, r) {
			out = append(out, r)
		}
	}
	for _, r := range roles {
		if !slices.Contains(k.Roles(), r) {
			return nil, Fault("Ce rôle n’existe pas dans cette organisation.")
		}
	}
	if len(out) == 0 {
		return nil, Fault("Choisissez au moins un rôle.")
	}
	return out, nil
}
