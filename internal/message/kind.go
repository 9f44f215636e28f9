// Package message holds one mail to one recipient: what it is about, its key, the
// states that its dates give it, and the steps from one to the next. It sends nothing.
package message

import (
	"slices"
	"strconv"
	"strings"
)

// Kind is what a message is about.
type Kind string

// The kinds.
const (
	SignIn                Kind = "signin"
	Address               Kind = "address"
	AddressChanged        Kind = "address-changed"
	Invitation            Kind = "invitation"
	JoinRequest           Kind = "join-request"
	JoinAccepted          Kind = "join-accepted"
	JoinRefused           Kind = "join-refused"
	RoleChanged           Kind = "role-changed"
	Removed               Kind = "removed"
	DomainConfirmed       Kind = "domain-confirmed"
	OrganisationConfirmed Kind = "organisation-confirmed"
	ClaimProof            Kind = "claim-proof"   // to the official address of a structure, whoever reads it
	ClaimNotice           Kind = "claim-notice"  // to the same: somebody now holds the sheet
	ClaimGranted          Kind = "claim-granted" // to who asked
	ClaimRefused          Kind = "claim-refused"
	GroupementInvitation  Kind = "groupement-invitation"
	GroupementNews        Kind = "groupement-news"
	SheetAccepted         Kind = "sheet-accepted" // to who sent what a moderator has decided on
	SheetToChange         Kind = "sheet-to-change"
	SheetRefused          Kind = "sheet-refused"
	SheetSuspended        Kind = "sheet-suspended" // to who holds the sheet
	SheetRestored         Kind = "sheet-restored"
	NetworkMember         Kind = "network-member" // to who writes a sheet: a network calls the structure a member
	Nudge                 Kind = "nudge"          // to the same, or to the public address of a sheet that nobody writes
	Inactive              Kind = "inactive"
	Erased                Kind = "erased"
	AvailabilityEnding    Kind = "availability-ending"
	Alert                 Kind = "alert"
	Programme             Kind = "programme"        // the week of a programme of purchases
	OpinionAsked          Kind = "opinion-asked"    // to the facilitateur
	OpinionGiven          Kind = "opinion-given"    // to who asked
	ProposalWaiting       Kind = "proposal-waiting" // to the buyers but its author
	ProposalDecided       Kind = "proposal-decided" // to its author
	AheadNews             Kind = "ahead-news"       // to who follows the public forward programme

	// To suppliers of a sourçage, whose object is a SupplierObject.
	SourcingRequest  Kind = "sourcing-request"
	SourcingNews     Kind = "sourcing-news"
	SourcingReminder Kind = "sourcing-reminder"
	SourcingReceipt  Kind = "sourcing-receipt"
	SourcingMinutes  Kind = "sourcing-minutes"
	SourcingCode     Kind = "sourcing-code"
	SourcingLast     Kind = "sourcing-last"
	SourcingRefusal  Kind = "sourcing-refusal"

	// To guests of an event, whose object is a GuestObject.
	EventInvitation Kind = "event-invitation"
	EventReminder   Kind = "event-reminder"
	EventConfirmed  Kind = "event-confirmed" // with the calendar's REQUEST
	EventChanged    Kind = "event-changed"   // with its update
	EventWaits      Kind = "event-waits"
	EventOffer      Kind = "event-offer"
	EventPassed     Kind = "event-passed"
	EventReleased   Kind = "event-released"   // with its CANCEL
	EventCalledOff  Kind = "event-called-off" // with its CANCEL for who has a place
	EventNews       Kind = "event-news"
	EventSurvey     Kind = "event-survey"
	EventPoll       Kind = "event-poll"
	EventRefusal    Kind = "event-refusal"
	EventNoted      Kind = "event-noted"      // an answer of who had no place
	EventRegistered Kind = "event-registered" // the link of who asked to come
	EventDetails    Kind = "event-details"    // what a guest said beside the answer has changed

	// SourcingCandidacy goes to who asks to take part, before the address counts: of a
	// CandidacyObject.
	SourcingCandidacy Kind = "sourcing-candidacy"
)

// Trait is what every message of a kind has in common.
type Trait struct {
	Kind  Kind
	Label string // French
	// Optional: a person may switch the kind off, and its letters carry the
	// one-click unsubscribe of RFC 8058. What somebody asked for, what is needed to
	// come in, and what takes something away from a person is never optional.
	Optional bool
}

var traits = []Trait{
	{SignIn, "Lien et code de connexion", false},
	{Address, "Confirmation d’une nouvelle adresse", false},
	{AddressChanged, "Changement d’adresse", false},
	{Invitation, "Invitation dans une organisation", false},
	{JoinRequest, "Demande pour rejoindre votre organisation", true},
	{JoinAccepted, "Demande acceptée", true},
	{JoinRefused, "Demande refusée", true},
	{RoleChanged, "Changement de vos rôles", true},
	{Removed, "Retrait d’une organisation", false},
	{DomainConfirmed, "Domaine de messagerie confirmé", true},
	{OrganisationConfirmed, "Organisation confirmée", true},
	{ClaimProof, "Confirmation d’une demande sur une fiche", false},
	{ClaimNotice, "Fiche désormais tenue", false},
	{ClaimGranted, "Fiche confiée à votre organisation", true},
	{ClaimRefused, "Demande sur une fiche non acceptée", true},
	{GroupementInvitation, "Invitation dans un groupement", true},
	{GroupementNews, "Nouvelle d’un groupement", true},
	{SheetAccepted, "Proposition de fiche acceptée", true},
	{SheetToChange, "Correction demandée sur une fiche", false},
	{SheetRefused, "Proposition de fiche refusée", false},
	{SheetSuspended, "Fiche suspendue", false},
	{SheetRestored, "Fiche de nouveau publiée", false},
	{NetworkMember, "Structure indiquée comme membre d’un réseau", true},
	{Nudge, "Relance d’un réseau pour compléter votre fiche", true},
	{Inactive, "Suppression prochaine d’un compte inactif", false},
	{Erased, "Compte supprimé", false},
	{AvailabilityEnding, "Fin prochaine de la disponibilité que votre fiche annonce", true},
	{Alert, "Nouvelles structures de mes recherches", true},
	{Programme, "Point de la semaine sur le programme d’achats", true},
	{OpinionAsked, "Avis demandé sur la réservation d’un lot", true},
	{OpinionGiven, "Avis rendu sur la réservation d’un lot", true},
	{ProposalWaiting, "Proposition à approuver pour un lot", true},
	{ProposalDecided, "Décision sur votre proposition", true},
	{AheadNews, "Nouveaux achats annoncés", true},
	{SourcingRequest, "Demande d’un acheteur lors d’un sourçage", false},
	{SourcingNews, "Information donnée à tous lors d’un sourçage", false},
	{SourcingReminder, "Relance d’un sourçage", false},
	{SourcingReceipt, "Réponse reçue à un sourçage", false},
	{SourcingMinutes, "Compte rendu d’entretien à relire", false},
	{SourcingCode, "Code pour ouvrir une réponse", false},
	{SourcingLast, "Fin d’un sourçage", false},
	{SourcingRefusal, "Candidature à un sourçage non retenue", false},
	{SourcingCandidacy, "Candidature à un sourçage à confirmer", false},
	{EventInvitation, "Invitation à un événement", false},
	{EventReminder, "Relance d’une invitation à un événement", false},
	{EventConfirmed, "Place confirmée à un événement", false},
	{EventChanged, "Changement d’un événement", false},
	{EventWaits, "Liste d’attente d’un événement", false},
	{EventOffer, "Place proposée à un événement", false},
	{EventPassed, "Place proposée et non prise", false},
	{EventReleased, "Place rendue à un événement", false},
	{EventCalledOff, "Annulation d’un événement", false},
	{EventNews, "Information d’un événement", false},
	{EventSurvey, "Enquête après un événement", false},
	{EventPoll, "Sondage sur la date d’un événement", false},
	{EventRefusal, "Demande de venir à un événement non retenue", false},
	{EventNoted, "Réponse à une invitation notée", false},
	{EventRegistered, "Demande de venir à un événement", false},
	{EventDetails, "Précisions d’un invité modifiées", false},
}

// Traits lists every kind, in the order in which pages show them.
func Traits() []Trait { return slices.Clone(traits) }

// Trait is what the kind is; false when there is no such kind.
func (k Kind) Trait() (Trait, bool) {
	i := slices.IndexFunc(traits, func(t Trait) bool { return t.Kind == k })
	if i < 0 {
		return Trait{Kind: k, Label: string(k)}, false
	}
	return traits[i], true
}

// Valid reports whether there is such a kind.
func (k Kind) Valid() bool { _, ok := k.Trait(); return ok }

// Label is the French name of the kind.
func (k Kind) Label() string { t, _ := k.Trait(); return t.Label }

// Optional reports whether a person may switch the kind off.
func (k Kind) Optional() bool { t, _ := k.Trait(); return t.Optional }

// Names of what letters need to know, in Message.Details. All are French text as it
// is shown, but Day.
const (
	DetailOrganisation = "organisation" // name of the organisation
	DetailRoles        = "roles"        // the roles given, « acheteur, organisateur »
	DetailBy           = "by"           // name of the person who did or asked it
	DetailDomain       = "domain"       // e-mail domain that was confirmed
	DetailAddress      = "address"      // the new address
	DetailDay          = "day"          // AAAA-MM-JJ: when it ends, or when the account is erased
	DetailAccount      = "account"      // whom a sign-in letter is for: AccountNew, AccountKnown or AccountSuspended
	DetailStructure    = "structure"    // name of a structure
	DetailGroupement   = "groupement"   // name of the groupement
	DetailForm         = "form"         // its form, « groupement conjoint »
	DetailEvent        = "event"        // what the structure did, « a accepté l’invitation »
	DetailText         = "text"         // what the person wrote with the request, or the reason of a refusal
)

// DetailDeadline is the deadline of the answers of a sourçage, in words.
const DetailDeadline = "deadline"

// DetailNoPage tells that who reads a mail of a sourçage has no page of it: a spontaneous
// candidate who was never contacted.
const DetailNoPage = "no-page"

// What letters about an event say of it.
const (
	DetailTitle    = "title"
	DetailWhen     = "when"     // in words
	DetailPlace    = "place"    // on one line
	DetailUntil    = "until"    // of an offer, in words
	DetailStarts   = "starts"   // RFC 3339
	DetailEnds     = "ends"     // RFC 3339
	DetailUID      = "uid"      // of the calendar; with it, the letter carries a file for it
	DetailSequence = "sequence" // a number
	DetailReply    = "reply"    // address of the organiser
	DetailRule     = "rule"     // of the waiting list
)

// AskedEvent is DetailEvent of a letter to who waits for the organiser's yes.
const AskedEvent = "demande"

// OnLine is DetailPlace of an event that one comes to by a link alone.
const OnLine = "En ligne"

// DetailPurchase is the object of a purchase, or of one of its lots.
const DetailPurchase = "purchase"

// DetailChoice is what was said of it: « Favorable avec réserve », « Réserver le lot
// (L2113-12) », « refusée ».
const DetailChoice = "choice"

// DetailProof is what showed that an organisation may write a sheet, within a sentence.
const DetailProof = "proof"

// MaxAlertParts is how many searches the letter of an alert tells of.
const MaxAlertParts = 10

// DetailAlert is the nth part of an alert, from 1: what is new of one search, as lines
// of AlertLine.
func DetailAlert(n int) string { return "alert." + strconv.Itoa(n) }

// DetailMore is how many searches an alert leaves out, when it does.
const DetailMore = "more"

// DetailAhead are the purchases that a digest of the public forward programme names, as
// lines of AlertLine, and DetailTotal how many there are.
const (
	DetailAhead = "ahead"
	DetailTotal = "total"
)

// AheadPurchase begins a line of DetailAhead: id, object, buyer, quarter.
const AheadPurchase = "purchase"

// What a line of an alert says.
const (
	AlertSearch     = "search"     // id, name, how many structures are new
	AlertStructure  = "structure"  // id, name, what it is and where
	AlertUnreadable = "unreadable" // id, name: of a search that can be read no more
	AlertWide       = "wide"       // id, name: of one that finds more than an alert follows
)

// AlertLine writes a line of an alert; a word holds no tab and no line end.
func AlertLine(words ...string) string {
	clean := make([]string, 0, len(words))
	for _, w := range words {
		clean = append(clean, strings.Join(strings.Fields(w), " "))
	}
	return strings.Join(clean, "\t") + "\n"
}

// AlertLines reads them: of each the words.
func AlertLines(text string) (lines [][]string) {
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return lines
}

// MaxDigestLines is how many lines a part of the week of a programme names.
const MaxDigestLines = 8

// DigestPart is a part of the letter on the week of a programme.
type DigestPart string

// Parts, in their order.
const (
	DigestLate          DigestPart = "late"
	DigestDue           DigestPart = "due"
	DigestProposed      DigestPart = "proposed"
	DigestUnfollowed    DigestPart = "unfollowed"
	DigestReconductions DigestPart = "reconductions"
)

// DetailDigest is a part of it, as lines of AlertLine.
func DetailDigest(p DigestPart) string { return "digest." + string(p) }

// What a line of it says.
const (
	DigestCount    = "count"    // how many there are
	DigestPurchase = "purchase" // id, object, step, day, how many other steps
	DigestContract = "contract" // id, object, "", day
)

// What an address that asks to sign in is known as. Only the letter says it, to who
// owns the address.
const (
	AccountNew       = "new"       // signing in makes the account
	AccountKnown     = "known"     // there is one
	AccountSuspended = "suspended" // there is one, and it is closed to its owner: no link
)
