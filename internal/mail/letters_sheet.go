package mail

const (
	whySent = "Vous recevez ce message parce que votre organisation a proposé cette fiche."
	whyHeld = "Vous recevez ce message parce que votre organisation tient cette fiche."
)

// ownSheet is where an organisation works on the sheet.
func (d *draft) ownSheet() *Link {
	return &Link{"Ouvrir ma fiche", d.BaseURL + "/mes-fiches/" + d.m.Object}
}

func (d *draft) sheetAccepted() {
	d.l.Subject = "Ce que vous avez proposé pour " + d.structure() + " est publié"
	d.l.Preheader = "L’équipe du portail l’a accepté."
	d.l.Paragraphs = append([]string{
		"L’équipe de " + d.Portal + " a relu et accepté ce que vous avez proposé pour la fiche de " + d.structure() + " : c’est en ligne, et les acheteurs le trouvent.",
	}, d.quoted("Son mot :")...)
	d.l.Action = d.ownSheet()
	d.l.Why = whySent
}

func (d *draft) sheetToChange() {
	d.l.Subject = "Une correction est demandée sur la fiche de " + d.structure()
	d.l.Preheader = "Votre brouillon est gardé tel que vous l’avez laissé."
	d.l.Paragraphs = append([]string{
		"L’équipe de " + d.Portal + " a lu ce que vous avez proposé pour la fiche de " + d.structure() + ", et vous demande une correction avant de le publier.",
	}, d.quoted("Ce qu’elle demande :")...)
	d.l.After = []string{"Votre brouillon est gardé : corrigez-le, puis envoyez-le de nouveau. Rien de ce qui était déjà en ligne n’a changé."}
	d.l.Action = d.ownSheet()
	d.l.Why = whySent
}

func (d *draft) sheetRefused() {
	d.l.Subject = "Votre proposition pour " + d.structure() + " n’est pas publiée"
	d.l.Preheader = "La raison est dans ce message."
	d.l.Paragraphs = append([]string{
		"L’équipe de " + d.Portal + " ne publie pas ce que vous avez proposé pour la fiche de " + d.structure() + ".",
	}, d.quoted("La raison :")...)
	d.l.After = []string{"Votre brouillon est gardé, et rien de ce qui était déjà en ligne n’a changé. Si la raison vous paraît fausse, écrivez à " + d.team() + "."}
	d.l.Action = d.ownSheet()
	d.l.Why = whySent
}

func (d *draft) sheetSuspended() {
	d.l.Subject = "La fiche de " + d.structure() + " n’est plus montrée"
	d.l.Preheader = "L’équipe du portail l’a suspendue. La raison est dans ce message."
	d.l.Paragraphs = append([]string{
		"L’équipe de " + d.Portal + " a suspendu la fiche de " + d.structure() + " : elle n’est plus dans la recherche, et son adresse dit seulement qu’elle n’est pas publiée.",
	}, d.quoted("La raison :")...)
	d.l.After = []string{"Rien n’est effacé. Pour que la fiche soit de nouveau montrée, ou si la raison vous paraît fausse, écrivez à " + d.team() + "."}
	d.l.Action = d.ownSheet()
	d.l.Why = whyHeld
}

func (d *draft) sheetRestored() {
	d.l.Subject = "La fiche de " + d.structure() + " est de nouveau montrée"
	d.l.Preheader = "Sa suspension est levée."
	d.l.Paragraphs = []string{
		"L’équipe de " + d.Portal + " a levé la suspension de la fiche de " + d.structure() + " : elle est de nouveau dans la recherche, telle que vous l’aviez laissée.",
	}
	d.l.Action = &Link{"Voir la fiche", d.BaseURL + "/structures/" + d.m.Object}
	d.l.Why = whyHeld
}
