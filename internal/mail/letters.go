package mail

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"sourcier/internal/message"
	"sourcier/internal/structure"
	"sourcier/views/format"
)

// ErrUnwritable is answered for a message from which no letter can be written.
var ErrUnwritable = errors.New("no letter can be written from the message")

// draft is a letter under way: a message, and what the letters of all kinds share.
type draft struct {
	Composer
	m *message.Message
	l Letter
}

// letters says what each kind writes, into the draft.
var letters = map[message.Kind]func(*draft){
	message.SignIn:                (*draft).signIn,
	message.Address:               (*draft).address,
	message.AddressChanged:        (*draft).addressChanged,
	message.Invitation:            (*draft).invitation,
	message.JoinRequest:           (*draft).joinRequest,
	message.JoinAccepted:          (*draft).joinAccepted,
	message.JoinRefused:           (*draft).joinRefused,
	message.RoleChanged:           (*draft).roleChanged,
	message.Removed:               (*draft).removed,
	message.DomainConfirmed:       (*draft).domainConfirmed,
	message.OrganisationConfirmed: (*draft).organisationConfirmed,
	message.ClaimProof:            (*draft).claimProof,
	message.ClaimNotice:           (*draft).claimNotice,
	message.ClaimGranted:          (*draft).claimGranted,
	message.ClaimRefused:          (*draft).claimRefused,
	message.GroupementInvitation:  (*draft).groupementInvitation,
	message.GroupementNews:        (*draft).groupementNews,
	message.SheetAccepted:         (*draft).sheetAccepted,
	message.SheetToChange:         (*draft).sheetToChange,
	message.SheetRefused:          (*draft).sheetRefused,
	message.SheetSuspended:        (*draft).sheetSuspended,
	message.SheetRestored:         (*draft).sheetRestored,
	message.NetworkMember:         (*draft).networkMember,
	message.Nudge:                 (*draft).nudge,
	message.Inactive:              (*draft).inactive,
	message.Erased:                (*draft).erased,
	message.AvailabilityEnding:    (*draft).availabilityEnding,
	message.Alert:                 (*draft).alert,
	message.Programme:             (*draft).programme,
	message.OpinionAsked:          (*draft).opinionAsked,
	message.OpinionGiven:          (*draft).opinionGiven,
	message.ProposalWaiting:       (*draft).proposalWaiting,
	message.ProposalDecided:       (*draft).proposalDecided,
	message.AheadNews:             (*draft).aheadNews,
	message.SourcingRequest:       (*draft).sourcingRequest,
	message.SourcingNews:          (*draft).sourcingNews,
	message.SourcingReminder:      (*draft).sourcingReminder,
	message.SourcingReceipt:       (*draft).sourcingReceipt,
	message.SourcingMinutes:       (*draft).sourcingMinutes,
	message.SourcingCode:          (*draft).sourcingCode,
	message.SourcingLast:          (*draft).sourcingLast,
	message.SourcingRefusal:       (*draft).sourcingRefusal,
	message.SourcingCandidacy:     (*draft).sourcingCandidacy,
	message.EventInvitation:       (*draft).eventInvitation,
	message.EventReminder:         (*draft).eventReminder,
	message.EventConfirmed:        (*draft).eventConfirmed,
	message.EventChanged:          (*draft).eventChanged,
	message.EventWaits:            (*draft).eventWaits,
	message.EventOffer:            (*draft).eventOffer,
	message.EventPassed:           (*draft).eventPassed,
	message.EventReleased:         (*draft).eventReleased,
	message.EventNoted:            (*draft).eventNoted,
	message.EventRegistered:       (*draft).eventRegistered,
	message.EventDetails:          (*draft).eventDetails,
	message.EventCalledOff:        (*draft).eventCalledOff,
	message.EventNews:             (*draft).eventNews,
	message.EventSurvey:           (*draft).eventSurvey,
	message.EventPoll:             (*draft).eventPoll,
	message.EventRefusal:          (*draft).eventRefusal,
}

// Letter writes the letter of a message. ErrUnwritable.
func (c Composer) Letter(m *message.Message) (Letter, error) {
	write, ok := letters[m.Kind]
	if !ok || m.To == "" {
		return Letter{}, fmt.Errorf("%s %s: %w", m.Kind, m.ID, ErrUnwritable)
	}
	d := &draft{Composer: c, m: m}
	d.l = Letter{Greeting: "Bonjour,", Closing: "L’équipe de " + c.Portal, Portal: Link{c.Portal, c.BaseURL}}
	if name := plain(m.ToName, maxName); name != "" {
		d.l.Greeting = "Bonjour " + name + ","
	}
	write(d)
	if stop := c.UnsubscribeURL(m); stop != "" {
		d.l.Stop = &Link{"Ne plus recevoir ce genre de message", stop}
	}
	return typeset(d.l), nil
}

// typeset gives every text its typographic spaces and apostrophes.
func typeset(l Letter) Letter {
	for _, text := range []*string{&l.Subject, &l.Preheader, &l.Greeting, &l.Before, &l.Closing, &l.Why} {
		*text = format.Text(*text)
	}
	for i := range l.Blocks {
		b := &l.Blocks[i]
		for _, text := range []*string{&b.Heading.Label, &b.Text, &b.More} {
			*text = format.Text(*text)
		}
	}
	for _, list := range [][]string{l.Paragraphs, l.After} {
		for i := range list {
			list[i] = format.Text(list[i])
		}
	}
	return l
}

func (d *draft) detail(name string) string { return plain(d.m.Details[name], maxName) }

// organisation is its name, between quotation marks.
func (d *draft) organisation() string {
	if name := d.detail(message.DetailOrganisation); name != "" {
		return "« " + name + " »"
	}
	return "votre organisation"
}

// by is who did it.
func (d *draft) by() string {
	if name := d.detail(message.DetailBy); name != "" {
		return name
	}
	return "Une personne de " + d.Portal
}

// team is whom to write to.
func (d *draft) team() string { return cmp.Or(d.Contact, "l’équipe du portail") }

// day is a day of the details, « le 3 décembre 2026 », "" when there is none.
func (d *draft) day() string {
	if day, err := structure.ParseDate(d.m.Details[message.DetailDay]); err == nil && day != "" {
		return format.Date(day)
	}
	return ""
}

// quoted is what a person wrote, as a paragraph.
func (d *draft) quoted(before string) []string {
	if text := plain(d.m.Details[message.DetailText], maxText); text != "" {
		return []string{before + " « " + text + " »"}
	}
	return nil
}

func (d *draft) roles(before string) []string {
	if roles := d.detail(message.DetailRoles); roles != "" {
		return []string{before + " " + roles + "."}
	}
	return nil
}

func (d *draft) organisationPage() string { return d.BaseURL + "/organisations/" + d.m.Object }

func (d *draft) signIn() {
	limit := "pendant 15 minutes"
	if !d.m.ExpiresAt.IsZero() {
		limit = "jusqu’à " + format.Clock(d.m.ExpiresAt)
	}
	d.l.Subject = "Votre connexion à " + d.Portal
	d.l.Preheader = "Un lien et un code, valables " + limit + "."
	d.l.Paragraphs = []string{
		"Vous avez demandé à vous connecter à " + d.Portal + ". Ouvrez le lien, puis confirmez sur la page qui s’affiche.",
	}
	d.l.Action = &Link{"Me connecter", d.BaseURL + "/connexion/lien/" + d.token(message.PurposeSignIn)}
	d.l.Before = "Ou tapez ce code sur la page où vous avez demandé à vous connecter :"
	d.l.Code = d.Tokens.Code(d.m.Object)
	d.l.After = []string{
		"Le lien et le code servent une seule fois, " + limit + ". Ne les transmettez à personne : " + d.Portal + " ne vous les demandera jamais.",
		"Vous n’avez rien demandé ? Ne faites rien : sans ce message, personne ne peut se connecter à votre place.",
	}
	d.l.Why = "Vous recevez ce message parce que votre adresse a été saisie sur la page de connexion."
}

func (d *draft) address() {
	d.l.Subject = "Confirmez votre nouvelle adresse"
	d.l.Preheader = "Votre compte n’utilise cette adresse qu’une fois confirmée."
	d.l.Paragraphs = []string{
		"Vous avez demandé à utiliser cette adresse pour votre compte " + d.Portal + ". Ouvrez le lien, puis confirmez sur la page qui s’affiche.",
	}
	d.l.Action = &Link{"Confirmer mon adresse", d.BaseURL + "/compte/adresse/" + d.token(message.PurposeAddress)}
	d.l.After = []string{"Vous n’avez rien demandé ? Ne faites rien : le compte gardera son adresse actuelle."}
	d.l.Why = "Vous recevez ce message parce que votre adresse a été donnée comme nouvelle adresse d’un compte."
}

func (d *draft) addressChanged() {
	d.l.Subject = "L’adresse de votre compte a changé"
	d.l.Preheader = "Ce message est envoyé à l’ancienne adresse."
	now := "une nouvelle adresse"
	if address := d.detail(message.DetailAddress); address != "" {
		now = address
	}
	d.l.Paragraphs = []string{
		"L’adresse de votre compte " + d.Portal + " est désormais " + now + ". Les prochains messages y seront envoyés ; celui-ci est le dernier à arriver ici.",
		"Vous n’avez rien changé ? Écrivez sans attendre à " + d.team() + " : quelqu’un a utilisé votre compte.",
	}
	d.l.Action = &Link{"Ouvrir " + d.Portal, d.BaseURL + "/"}
	d.l.Why = "Vous recevez ce message parce que cette adresse était celle d’un compte."
}

func (d *draft) invitation() {
	d.l.Subject = d.by() + " vous invite sur " + d.Portal
	d.l.Preheader = "Pour rejoindre " + d.organisation() + "."
	d.l.Paragraphs = append([]string{
		d.by() + " vous invite à rejoindre " + d.organisation() + " sur " + d.Portal + ", l’annuaire des structures du territoire et de leurs offres.",
	}, d.roles("Vous y serez :")...)
	d.l.Action = &Link{"Voir l’invitation", d.BaseURL + "/invitations/" + d.token(message.PurposeInvitation)}
	if day := d.day(); day != "" {
		d.l.After = append(d.l.After, "L’invitation est valable jusqu’au "+day+".")
	}
	d.l.After = append(d.l.After, "Vous ne connaissez pas cette personne ? Ne faites rien : rien ne sera créé à votre nom.")
	d.l.Why = "Vous recevez ce message parce que cette personne a donné votre adresse. Elle n’est utilisée que pour cette invitation."
}

func (d *draft) joinRequest() {
	d.l.Subject = d.by() + " demande à rejoindre " + d.organisation()
	d.l.Preheader = "Votre réponse est attendue."
	d.l.Paragraphs = append([]string{
		d.by() + " demande à rejoindre " + d.organisation() + ". Vous pouvez accepter ou refuser : vérifiez d’abord que vous connaissez cette personne.",
	}, d.quoted("Son message :")...)
	d.l.Action = &Link{"Répondre à la demande", d.organisationPage()}
	d.l.Why = "Vous recevez ce message parce que vous pouvez accepter des membres dans cette organisation."
}

func (d *draft) joinAccepted() {
	d.l.Subject = "Bienvenue dans " + d.organisation()
	d.l.Preheader = "Votre demande a été acceptée."
	d.l.Paragraphs = append([]string{"Votre demande a été acceptée : vous êtes membre de " + d.organisation() + "."}, d.roles("Vous y êtes :")...)
	d.l.Action = &Link{"Voir mon organisation", d.organisationPage()}
	d.l.Why = "Vous recevez ce message parce que vous aviez demandé à rejoindre cette organisation."
}

func (d *draft) joinRefused() {
	d.l.Subject = "Votre demande pour rejoindre " + d.organisation()
	d.l.Preheader = "Elle n’a pas été acceptée."
	d.l.Paragraphs = append([]string{"Votre demande pour rejoindre " + d.organisation() + " n’a pas été acceptée."}, d.quoted("La raison donnée :")...)
	d.l.After = []string{"Votre compte reste ouvert. En cas d’erreur, adressez-vous directement à un membre de l’organisation."}
	d.l.Action = &Link{"Voir mon compte", d.BaseURL + "/compte"}
	d.l.Why = "Vous recevez ce message parce que vous aviez demandé à rejoindre cette organisation."
}

func (d *draft) roleChanged() {
	d.l.Subject = "Vos rôles dans " + d.organisation() + " ont changé"
	d.l.Preheader = "Ils s’appliquent dès maintenant."
	d.l.Paragraphs = append([]string{d.by() + " a modifié vos rôles dans " + d.organisation() + "."}, d.roles("Vous y êtes maintenant :")...)
	d.l.Action = &Link{"Voir mon organisation", d.organisationPage()}
	d.l.Why = "Vous recevez ce message parce que vous êtes membre de cette organisation."
}

func (d *draft) removed() {
	d.l.Subject = "Vous n’êtes plus membre de " + d.organisation()
	d.l.Preheader = "Votre compte reste ouvert."
	d.l.Paragraphs = []string{
		d.by() + " a mis fin à votre participation à " + d.organisation() + ". Vous ne voyez plus ce qui est réservé à ses membres.",
		"Votre compte reste ouvert. En cas d’erreur, adressez-vous directement à un membre de l’organisation.",
	}
	d.l.Action = &Link{"Voir mon compte", d.BaseURL + "/compte"}
	d.l.Why = "Vous recevez ce message parce que vous étiez membre de cette organisation."
}

func (d *draft) domainConfirmed() {
	domain := d.detail(message.DetailDomain)
	d.l.Subject = "Un domaine de messagerie de " + d.organisation() + " est confirmé"
	d.l.Preheader = "Les personnes qui ont une adresse de ce domaine peuvent rejoindre l’organisation."
	d.l.Paragraphs = []string{
		"Le domaine « " + domain + " » est confirmé pour " + d.organisation() + ". Une personne qui se connecte avec une adresse de ce domaine peut désormais rejoindre l’organisation sans attendre l’accord d’un membre.",
	}
	d.l.Action = &Link{"Voir mon organisation", d.organisationPage()}
	d.l.Why = "Vous recevez ce message parce que vous gérez cette organisation."
}

func (d *draft) organisationConfirmed() {
	d.l.Subject = "Votre organisation est confirmée"
	d.l.Preheader = "Vous pouvez inviter vos collègues."
	d.l.Paragraphs = []string{
		"Bonne nouvelle : " + d.organisation() + " est confirmée par l’équipe de " + d.Portal + ".",
		"Vous pouvez inviter vos collègues et leur donner des rôles depuis la page de l’organisation.",
	}
	d.l.Action = &Link{"Voir mon organisation", d.organisationPage()}
	d.l.Why = "Vous recevez ce message parce que vous gérez cette organisation."
}

func (d *draft) inactive() {
	when := "prochainement"
	if day := d.day(); day != "" {
		when = "le " + day
	}
	d.l.Subject = "Votre compte sera supprimé " + when
	d.l.Preheader = "Il n’a pas servi depuis longtemps. Une connexion suffit pour le garder."
	d.l.Paragraphs = []string{
		"Votre compte " + d.Portal + " n’a pas servi depuis longtemps. Comme nous ne gardons pas de données personnelles sans raison, il sera supprimé " + when + ".",
		"Pour le garder, connectez-vous une fois avant cette date. Sinon, vous n’avez rien à faire.",
	}
	d.l.Action = &Link{"Me connecter", d.BaseURL + "/compte"}
	d.l.After = []string{"Vos données peuvent aussi être consultées, téléchargées ou supprimées dès maintenant : " + d.BaseURL + "/compte/donnees"}
	d.l.Why = "Vous recevez ce message parce que votre adresse est celle d’un compte."
}

func (d *draft) erased() {
	d.l.Subject = "Votre compte est supprimé"
	d.l.Preheader = "Vos données personnelles ne sont plus lisibles."
	d.l.Paragraphs = []string{
		"Votre compte " + d.Portal + " est supprimé. Votre nom, votre adresse et ce que vous aviez écrit sur vous ne peuvent plus être lus par personne.",
		"Ce message est le dernier. Vous pourrez ouvrir un nouveau compte quand vous le voudrez.",
	}
	d.l.Why = "Vous recevez ce message parce que cette adresse était celle d’un compte."
}

// availabilityEnding leads to a page with one button. Its address is
// STRUCTURE.PERSON.VERSION.TOKEN, which directory.Service.ReadRenewal reads.
func (d *draft) availabilityEnding() {
	sheet := "votre structure"
	if name := d.detail(message.DetailStructure); name != "" {
		sheet = "« " + name + " »"
	}
	when := "prochainement"
	if day := d.day(); day != "" {
		when = "le " + day
	}
	token := d.Tokens.Token(message.PurposeRenew, message.RenewObject(d.m.Object, d.m.Person), d.m.Version)
	d.l.Subject = "Toujours disponible ? La fiche de " + sheet + " ne le dira plus bientôt"
	d.l.Preheader = "Un clic suffit pour prolonger de trois mois."
	d.l.Paragraphs = []string{
		"La disponibilité que la fiche de " + sheet + " annonce a été déclarée il y a près de trois mois. Sans réponse de votre part, elle cessera d’être affichée " + when + " : les acheteurs qui cherchent une structure disponible ne la verront plus.",
	}
	d.l.Action = &Link{"Prolonger de trois mois", d.BaseURL + "/disponibilite/" + url.PathEscape(d.m.Object+"."+d.m.Person+"."+strconv.FormatInt(d.m.Version, 10)+"."+token)}
	d.l.After = []string{"Elle a changé ? Corrigez-la sur votre fiche : " + d.BaseURL + "/mes-fiches/" + d.m.Object + "/activites"}
	d.l.Why = "Vous recevez ce message, une seule fois pour cette date, parce que vous tenez la fiche de cette structure."
}
