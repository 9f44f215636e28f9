package mail

import (
	"cmp"

	"sourcier/internal/message"
)

// groupement is its name, between quotation marks.
func (d *draft) groupement() string {
	return "« " + cmp.Or(d.detail(message.DetailGroupement), "sans nom") + " »"
}

// acting is the name of the structure that acted.
func (d *draft) acting() string { return cmp.Or(d.detail(message.DetailStructure), "Une structure") }

func (d *draft) groupementPage() string { return d.BaseURL + "/groupements/" + d.m.Object }

func (d *draft) groupementInvitation() {
	d.l.Subject = d.acting() + " vous invite dans un groupement"
	d.l.Preheader = "Le groupement " + d.groupement() + "."
	form := ""
	if text := d.detail(message.DetailForm); text != "" {
		form = " C’est un " + text + "."
	}
	d.l.Paragraphs = []string{
		d.acting() + " invite votre structure dans le groupement " + d.groupement() + ", pour répondre ensemble à des marchés publics." + form,
		"Lisez ce que chacun apporte et ce que la forme engage, puis acceptez ou déclinez : rien n’est fait sans votre réponse.",
	}
	d.l.Action = &Link{"Voir l’invitation", d.groupementPage()}
	d.l.Why = "Vous recevez ce message parce que votre organisation tient la fiche de la structure invitée."
}

func (d *draft) groupementNews() {
	event := cmp.Or(d.detail(message.DetailEvent), "a changé quelque chose")
	d.l.Subject = "Groupement " + d.groupement()
	d.l.Preheader = d.acting() + " " + event + "."
	d.l.Paragraphs = append([]string{d.acting() + " " + event + ", dans le groupement " + d.groupement() + "."}, d.quoted("Son message :")...)
	d.l.Action = &Link{"Voir le groupement", d.groupementPage()}
	d.l.Why = "Vous recevez ce message parce que votre structure fait partie de ce groupement."
}
