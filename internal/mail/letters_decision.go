package mail

import (
	"cmp"
	"strings"

	"sourcier/internal/message"
)

// bought is the object of a lot, between quotation marks.
func (d *draft) bought() string {
	return "« " + cmp.Or(d.detail(message.DetailPurchase), "sans objet") + " »"
}

// decisionPage is the page of a dossier, whose id is that of its purchase and of its lot.
func (d *draft) decisionPage() string {
	purchase, lot, _ := strings.Cut(d.m.Object, ".")
	return d.BaseURL + "/programme/achats/" + purchase + "/lots/" + lot + "/decision"
}

func (d *draft) opinionAsked() {
	d.l.Subject = "Votre avis sur " + d.bought()
	d.l.Preheader = d.by() + " demande l’avis de la mission insertion et handicap."
	until := ""
	if day := d.day(); day != "" {
		until = " Il est attendu pour le " + day + "."
	}
	d.l.Paragraphs = append([]string{d.by() + " demande votre avis sur la réservation du lot " + d.bought() + "." + until}, d.quoted("Sa question :")...)
	d.l.Action = &Link{"Donner mon avis", d.decisionPage()}
	d.l.Why = "Vous recevez ce message parce que vous êtes facilitateur de " + d.organisation() + "."
}

func (d *draft) opinionGiven() {
	d.l.Subject = "Avis rendu sur " + d.bought()
	d.l.Preheader = "Avis " + strings.ToLower(cmp.Or(d.detail(message.DetailChoice), "rendu")) + "."
	d.l.Paragraphs = append([]string{d.by() + " a rendu l’avis que vous avez demandé sur le lot " + d.bought() + " : " + strings.ToLower(cmp.Or(d.detail(message.DetailChoice), "à lire sur le portail")) + "."}, d.quoted("Ses raisons :")...)
	d.l.Action = &Link{"Voir le dossier", d.decisionPage()}
	d.l.Why = "Vous recevez ce message parce que vous avez demandé cet avis."
}

func (d *draft) proposalWaiting() {
	d.l.Subject = "Proposition à approuver : " + d.bought()
	d.l.Preheader = cmp.Or(d.detail(message.DetailChoice), "Une proposition") + "."
	d.l.Paragraphs = []string{
		d.by() + " propose pour le lot " + d.bought() + " : " + cmp.Or(d.detail(message.DetailChoice), "à lire sur le portail") + ".",
		"Une autre personne que l’auteur l’approuve ou la refuse. L’étude sur laquelle elle repose est gardée avec elle.",
	}
	d.l.Action = &Link{"Lire la proposition", d.decisionPage()}
	d.l.Why = "Vous recevez ce message parce que vous êtes acheteur de " + d.organisation() + "."
}

func (d *draft) proposalDecided() {
	what := strings.ToLower(cmp.Or(d.detail(message.DetailChoice), "à lire sur le portail"))
	d.l.Subject = "Décision sur votre proposition : " + d.bought()
	d.l.Preheader = "Votre proposition est " + what + "."
	d.l.Paragraphs = append([]string{d.by() + " a décidé de votre proposition pour le lot " + d.bought() + " : " + what + "."}, d.quoted("Le motif :")...)
	d.l.Action = &Link{"Voir le dossier", d.decisionPage()}
	d.l.Why = "Vous recevez ce message parce que vous êtes l’auteur de cette proposition."
}
