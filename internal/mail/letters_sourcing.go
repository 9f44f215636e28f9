package mail

import (
	"cmp"
	"net/url"
	"strings"
	"unicode/utf8"

	"sourcier/internal/message"
)

// maxSourcing is how many letters of what a buyer tells all are sent: as many as the
// ledger takes (sourcing.MaxMessage), with some room for a difference of questionnaires.
const maxSourcing = 2400

// sourcingTitle is the title of the sourçage, short enough for a subject, between
// quotation marks.
func (d *draft) sourcingTitle() string {
	return "« " + cmp.Or(plain(d.m.Details[message.DetailPurchase], 50), "sans objet") + " »"
}

// sourcingPage is the personal link of the supplier.
func (d *draft) sourcingPage() string {
	return d.BaseURL + "/sourcage/" + d.Tokens.Token(message.PurposeSourcing, d.m.Object, 0)
}

// sourcingText is what the buyer wrote, a paragraph for each of its own. Everybody reads
// the same.
func (d *draft) sourcingText() (out []string) {
	left := maxSourcing
	for part := range strings.SplitSeq(d.m.Details[message.DetailText], "\n") {
		if text := plain(part, max(left, 0)); text != "" && left > 0 {
			out = append(out, text)
			left -= utf8.RuneCountInString(text)
		}
	}
	return out
}

// toSupplier fills what the letters to suppliers share.
func (d *draft) toSupplier(subject, preheader, action string) {
	d.l.Subject, d.l.Preheader = subject, preheader
	if action != "" && d.m.Details[message.DetailNoPage] == "" {
		d.l.Action = &Link{action, d.sourcingPage()}
		d.l.After = []string{"Ce lien est le vôtre : ne le transmettez pas hors de votre structure."}
	}
	d.l.Why = "Vous recevez ce message parce que " + d.organisation() + " consulte des structures avant un marché public."
}

func (d *draft) sourcingRequest() {
	d.toSupplier(d.organisation()+" vous consulte : "+d.sourcingTitle(), "Répondez avant le "+d.detail(message.DetailDeadline)+", sans créer de compte.", "Lire et répondre")
	d.l.Paragraphs = append(d.sourcingText(),
		"Réponse attendue le "+d.detail(message.DetailDeadline)+" au plus tard. Le questionnaire et la date limite sont les mêmes pour tous. Répondre ne vous engage pas et ne donne aucun avantage lors de la consultation.",
		"La charte de déontologie de ce sourçage : "+d.BaseURL+"/charte-du-sourcage")
}

func (d *draft) sourcingNews() {
	d.toSupplier("Information pour tous : "+d.sourcingTitle(), "Chaque structure consultée reçoit ce message.", "Voir ma page")
	d.l.Paragraphs = append([]string{"Dans le cadre du sourçage " + d.sourcingTitle() + ", chaque structure consultée reçoit cette information :"}, d.sourcingText()...)
}

func (d *draft) sourcingReminder() {
	d.toSupplier("Rappel : "+d.sourcingTitle()+" se termine le "+d.detail(message.DetailDeadline), "Votre réponse est encore attendue.", "Répondre")
	d.l.Paragraphs = append(d.sourcingText(), "La date limite est le "+d.detail(message.DetailDeadline)+", la même pour tous. C’est la seule relance.")
}

func (d *draft) sourcingReceipt() {
	d.toSupplier("Réponse reçue : "+d.sourcingTitle(), "Votre réponse est enregistrée.", "Relire ma réponse")
	d.l.Paragraphs = append(d.sourcingText(), "Si vous n’êtes pas à l’origine de cette réponse, prévenez "+d.organisation()+".")
}

func (d *draft) sourcingMinutes() {
	d.toSupplier("Compte rendu d’entretien : "+d.sourcingTitle(), "Il vous attend sur votre page.", "Lire le compte rendu")
	d.l.Paragraphs = d.sourcingText()
}

func (d *draft) sourcingCode() {
	d.toSupplier("Code pour ouvrir votre réponse : "+d.sourcingTitle(), "Un code pour lire ou reprendre votre réponse dans un autre navigateur.", "")
	d.l.Paragraphs = []string{"Quelqu’un demande à lire ou à reprendre, dans un autre navigateur, la réponse de votre structure au sourçage " + d.sourcingTitle() + "."}
	d.l.Before = "Si c’est vous ou un collègue, tapez ce code sur la page qui l’attend :"
	d.l.Code = d.Tokens.Code(message.SupplierCodeObject(d.m.Object, d.m.Version))
	d.l.After = []string{"Il sert une fois, pendant quinze minutes.", "Ce n’est pas vous ? Ne donnez ce code à personne : sans lui, votre réponse reste fermée."}
}

func (d *draft) sourcingLast() {
	d.toSupplier("Fin du sourçage : "+d.sourcingTitle(), "Chaque structure consultée reçoit ce message, au même moment.", "Voir ma page")
	d.l.Paragraphs = append(d.sourcingText(), "Chaque structure consultée, et chaque candidat spontané, reçoit ce même message au même moment. Désormais, les questions se posent par la consultation elle-même, comme pour tous.")
}

func (d *draft) sourcingRefusal() {
	d.toSupplier("Votre candidature au sourçage "+d.sourcingTitle(), "L’acheteur vous répond.", "")
	d.l.Paragraphs = append([]string{d.organisation() + " n’a pas retenu votre candidature à ce sourçage. Son motif :"}, d.sourcingText()...)
	d.l.Paragraphs = append(d.l.Paragraphs, "La consultation qui suivra reste ouverte à tous : vous serez prévenu de son lancement en même temps que les structures consultées.")
}

// sourcingCandidacy goes to an address that somebody typed: who reads it may know nothing
// of the portal.
func (d *draft) sourcingCandidacy() {
	operation, _, _ := strings.Cut(d.m.Object, ".")
	d.l.Subject = "Confirmez votre candidature au sourçage " + d.sourcingTitle()
	d.l.Preheader = "Sans votre accord, l’acheteur ne voit rien."
	d.l.Paragraphs = []string{
		"Quelqu’un a demandé, avec votre adresse, que " + d.structure() + " soit consultée par " + d.organisation() + " dans le cadre du sourçage " + d.sourcingTitle() + ".",
		"Ouvrez le lien, relisez la demande, puis confirmez-la sur la page qui s’affiche. L’acheteur vous répondra à cette adresse.",
	}
	d.l.Action = &Link{"Relire et confirmer", d.BaseURL + "/sourcages-ouverts/" + url.PathEscape(operation) + "/confirmer/" + d.token(message.PurposeCandidacy)}
	d.l.After = []string{
		"Le lien sert une seule fois, pendant 48 heures.",
		"Vous n’avez rien demandé ? Ne faites rien : la demande s’efface d’elle-même.",
	}
	d.l.Why = "Vous recevez ce message parce que cette adresse a été écrite sur " + d.Portal + ", l’annuaire où les acheteurs publics cherchent leurs fournisseurs. Elle n’est utilisée que pour cette demande."
}
