package mail

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/calendar"
	"sourcier/internal/message"
)

// eventTitle is the title of the event, short enough for a subject, between quotation
// marks; those that it holds itself become the inner ones.
func (d *draft) eventTitle() string {
	title := plain(d.m.Details[message.DetailTitle], 60)
	for _, space := range []string{" ", "\u00a0", "\u202f", ""} {
		title = strings.NewReplacer("«"+space, "“", space+"»", "”").Replace(title)
	}
	return "« " + cmp.Or(title, "sans titre") + " »"
}

// eventPage is the personal link of the guest, surveyPage that to the survey: the event and
// a token that does not say whose it is.
func (d *draft) eventPage() string {
	return d.BaseURL + "/participation/" + d.Tokens.Token(message.PurposeGuest, d.m.Object, 0)
}

func (d *draft) surveyPage() string {
	id, _, _ := strings.Cut(d.m.Object, ".")
	return d.BaseURL + "/enquete/" + id + "." + d.Tokens.Token(message.PurposeSurvey, d.m.Object, 0)
}

// eventFacts says when and where it is.
func (d *draft) eventFacts() string {
	when, place := d.detail(message.DetailWhen), plain(d.m.Details[message.DetailPlace], maxText)
	switch {
	case when == "":
		return ""
	case place == "":
		return "Quand : " + when + "."
	}
	return "Quand : " + when + ". Où : " + place + "."
}

// toGuest fills what the letters to guests share.
func (d *draft) toGuest(subject, preheader, action string, paragraphs ...string) {
	d.l.Subject, d.l.Preheader = subject, preheader
	for _, p := range paragraphs {
		if p != "" {
			d.l.Paragraphs = append(d.l.Paragraphs, p)
		}
	}
	if action != "" {
		d.l.Action = &Link{action, d.eventPage()}
		d.l.After = []string{"Ce lien est le vôtre : pour qu’un collègue vienne à votre place, proposez-le depuis cette page."}
	}
	d.l.Why = "Vous recevez ce message parce que " + d.organisation() + " vous invite à un événement, ou parce que vous avez demandé à y venir."
	if contact := d.detail(message.DetailReply); contact != "" {
		d.l.After = append(d.l.After, "Une question ? Écrivez à "+contact+".")
	}
}

// eventText is what the organiser wrote.
func (d *draft) eventText() (out []string) {
	for part := range strings.SplitSeq(d.m.Details[message.DetailText], "\n") {
		if text := plain(part, maxSourcing); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func (d *draft) eventInvitation() {
	d.toGuest("Invitation : "+d.eventTitle(), d.detail(message.DetailWhen), "Répondre à l’invitation", append([]string{d.organisation() + " vous invite : " + d.eventTitle() + ".", d.eventFacts()}, d.eventText()...)...)
}

func (d *draft) eventReminder() {
	d.toGuest("Rappel : "+d.eventTitle(), "Votre réponse est encore attendue.", "Répondre à l’invitation", append([]string{"Viendrez-vous à " + d.eventTitle() + " ? Nous n’avons pas encore votre réponse.", d.eventFacts()}, d.eventText()...)...)
}

func (d *draft) eventConfirmed() {
	shows := "Votre page montre le code à présenter à l’entrée."
	if d.m.Details[message.DetailPlace] == message.OnLine {
		shows = "Votre page donne le lien pour vous connecter."
	}
	d.toGuest("Votre place : "+d.eventTitle(), d.detail(message.DetailWhen), "Voir ma place", "Votre place est réservée pour "+d.eventTitle()+".", d.eventFacts(), shows+" Un empêchement ? Rendez votre place depuis cette page : quelqu’un d’autre pourra venir.")
	d.invite(calendar.Request)
}

func (d *draft) eventChanged() {
	d.toGuest("Changement : "+d.eventTitle(), d.detail(message.DetailWhen), "Voir ma place", "La date ou le lieu de "+d.eventTitle()+" a changé. Votre place reste réservée.", d.eventFacts())
	d.invite(calendar.Request)
}

func (d *draft) eventWaits() {
	if d.m.Details[message.DetailEvent] == message.AskedEvent {
		d.toGuest("Votre demande : "+d.eventTitle(), "L’organisateur vous répondra.", "Voir ma demande", "Votre demande de venir à "+d.eventTitle()+" est transmise à "+d.organisation()+", qui vous répondra par courriel.", d.eventFacts())
		return
	}
	d.toGuest("Liste d’attente : "+d.eventTitle(), "Toutes les places sont prises pour l’instant.", "Voir ma demande", "Toutes les places qui vous conviennent sont prises pour "+d.eventTitle()+". Vous êtes sur la liste d’attente.", d.eventFacts(), plain(d.m.Details[message.DetailRule], maxText))
}

func (d *draft) eventOffer() {
	d.toGuest("Une place pour vous : "+d.eventTitle(), "À confirmer avant le "+d.detail(message.DetailUntil)+".", "Prendre la place", "Une place s’est libérée pour "+d.eventTitle()+" : elle vous est réservée jusqu’au "+d.detail(message.DetailUntil)+". Ensuite, elle ira à la personne suivante.", d.eventFacts())
}

func (d *draft) eventPassed() {
	d.toGuest("Place non prise : "+d.eventTitle(), "Le délai est passé.", "Voir ma page", "La place qui vous était réservée pour "+d.eventTitle()+" est allée à la personne suivante. Vous pouvez toujours répondre à l’invitation : vous reprendrez un rang sur la liste d’attente s’il n’y a plus de place.")
}

func (d *draft) eventReleased() {
	d.toGuest("Place rendue : "+d.eventTitle(), "Votre place n’est plus réservée.", "", "Votre place pour "+d.eventTitle()+" n’est plus réservée.", "Si vous n’êtes pas à l’origine de ce changement, prévenez "+d.organisation()+".")
	d.invite(calendar.Cancel)
}

func (d *draft) eventCalledOff() {
	d.toGuest("Annulé : "+d.eventTitle(), d.detail(message.DetailWhen), "", append([]string{"L’événement " + d.eventTitle() + " est annulé.", d.eventFacts()}, d.eventText()...)...)
	d.invite(calendar.Cancel)
}

func (d *draft) eventNews() {
	d.toGuest("À savoir : "+d.eventTitle(), d.detail(message.DetailWhen), "Voir ma place", append([]string{d.eventFacts()}, d.eventText()...)...)
}

func (d *draft) eventSurvey() {
	d.toGuest("Votre avis : "+d.eventTitle(), "Trois minutes, sans nom.", "", append([]string{"Merci d’être venu à " + d.eventTitle() + ". Votre avis aide à mieux préparer la suite.", "L’enquête est anonyme : rien ne relie une réponse à une personne, et aucun résultat ne s’affiche sous cinq réponses."}, d.eventText()...)...)
	d.l.Action = &Link{"Donner mon avis", d.surveyPage()}
	d.l.After = append([]string{"À part, et à votre nom : demander une formation ou noter qui vous avez rencontré, sur votre page " + d.eventPage() + "/suites"}, d.l.After...)
}

func (d *draft) eventPoll() {
	d.toGuest("Quelle date ? "+d.eventTitle(), "Dites quelles dates vous conviennent.", "Choisir mes dates", append([]string{d.organisation() + " prépare " + d.eventTitle() + " et cherche la date qui convient au plus grand nombre."}, d.eventText()...)...)
}

func (d *draft) eventRefusal() {
	d.toGuest("Votre demande : "+d.eventTitle(), "L’organisateur vous répond.", "", d.organisation()+" ne peut pas donner suite à votre demande de venir à "+d.eventTitle()+".")
}

func (d *draft) eventNoted() {
	text := "Vous ne venez pas à " + d.eventTitle() + " : c’est noté."
	if d.m.Details[message.DetailEvent] == delegatedEvent {
		text = "Un collègue est proposé à votre place pour " + d.eventTitle() + " : l’invitation lui est envoyée."
	}
	d.toGuest("Réponse notée : "+d.eventTitle(), "Une réponse vient d’être donnée par votre lien.", "Voir ma page", text, "Cette réponse vient d’être donnée par votre lien personnel. Si ce n’est pas vous, prévenez "+d.organisation()+".")
}

// delegatedEvent is DetailEvent of who proposes a colleague.
const delegatedEvent = "g"

// eventRegistered goes to whoever is said to ask to come, known or not: the words are the
// same, and nothing is done yet.
func (d *draft) eventRegistered() {
	d.toGuest("Votre inscription : "+d.eventTitle(), "À confirmer depuis votre page.", "Ouvrir ma page", "Une inscription à "+d.eventTitle()+" vient d’être demandée avec votre adresse.", d.eventFacts(), "Votre page prend votre place, ou dit où en est votre réponse. Tant que vous n’y répondez pas, rien ne change.", "Vous n’avez rien demandé ? Ne faites rien.")
}

func (d *draft) eventDetails() {
	d.toGuest("Précisions modifiées : "+d.eventTitle(), "Elles ont été modifiées par votre lien.", "Voir ma page", "Ce que vous aviez précisé pour "+d.eventTitle()+" vient d’être modifié par votre lien personnel : "+cmp.Or(d.detail(message.DetailEvent), "vos précisions")+".", "Si ce n’est pas vous, prévenez "+d.organisation()+".")
}

// answerAddress is where calendar programs answer for a guest. It is the same in every mail:
// a CANCEL counts only from the ORGANIZER of its REQUEST.
func (d *draft) answerAddress() string {
	_, rest, _ := strings.Cut(d.m.Object, ".")
	guest, _, _ := strings.Cut(rest, ".")
	local, domain, _ := splitAddress(d.From)
	return local + "+" + guest + message.GuestProof(d.Tokens, d.m.Object) + "@" + domain
}

// invite adds what the reader's calendar is told. A message without times has none.
func (d *draft) invite(m calendar.Method) {
	starts, err := time.Parse(time.RFC3339, d.m.Details[message.DetailStarts])
	if err != nil || d.m.Details[message.DetailUID] == "" {
		return
	}
	ends, err := time.Parse(time.RFC3339, d.m.Details[message.DetailEnds])
	if err != nil {
		return
	}
	sequence, err := strconv.ParseInt(d.m.Details[message.DetailSequence], 10, 64)
	if err != nil {
		return
	}
	organiser := cmp.Or(d.m.Details[message.DetailReply], d.Contact, d.From)
	if d.Verp { // an inbox is read: programs answer to an address that names the guest
		organiser = d.answerAddress()
	}
	d.l.Calendar = &calendar.Invite{
		Method: m, UID: d.m.Details[message.DetailUID], Sequence: sequence, Stamp: d.m.QueuedAt, Starts: starts, Ends: ends,
		Summary: plain(d.m.Details[message.DetailTitle], maxText), Location: plain(d.m.Details[message.DetailPlace], maxText), URL: d.eventPage(),
		Organiser: calendar.Party{Name: plain(d.m.Details[message.DetailOrganisation], maxName), Email: organiser},
		Attendee:  calendar.Party{Name: plain(d.m.ToName, maxName), Email: d.m.To},
	}
}
