package mail

func (d *draft) networkMember() {
	d.l.Subject = d.structure() + " est indiquée comme membre d’un réseau"
	d.l.Preheader = "Dites non si ce n’est pas le cas."
	d.l.Paragraphs = []string{
		d.organisation() + " indique que " + d.structure() + " est membre de son réseau. Le réseau voit ce que votre fiche publie et si elle est complète, peut vous écrire une fois par mois, et se porter garant de qui demande à la tenir.",
		"Il ne voit ni vos brouillons ni vos réponses.",
	}
	d.l.Action = &Link{"Répondre", d.BaseURL + "/adhesions"}
	d.l.After = []string{"C’est juste ? Vous n’avez rien à faire."}
	d.l.Why = "Vous recevez ce message parce que votre organisation tient la fiche de cette structure."
}

func (d *draft) nudge() {
	d.l.Subject = "Votre fiche sur " + d.Portal
	d.l.Preheader = "Un message de votre réseau."
	d.l.Paragraphs = append([]string{d.organisation() + " vous invite à compléter la fiche de " + d.structure() + ", que les acheteurs consultent."}, d.quoted("Le réseau vous écrit :")...)
	if d.m.Person != "" {
		d.l.Action = &Link{"Ouvrir ma fiche", d.BaseURL + "/inscription/" + d.m.Object + "/fin"}
		d.l.Why = "Vous recevez ce message parce que votre organisation tient la fiche de cette structure, et que ce réseau la compte parmi ses membres."
		return
	}
	d.l.Action = &Link{"Prendre la fiche en main", d.BaseURL + "/inscription?fiche=" + d.m.Object}
	d.l.After = []string{"Personne ne tient encore cette fiche. Si vous ne voulez plus recevoir ce genre de message, ou si elle n’a pas à figurer dans l’annuaire, écrivez à " + d.team() + "."}
	d.l.Why = "Vous recevez ce message parce que la fiche publique de la structure donne cette adresse, et qu’un réseau la compte parmi ses membres."
}
