package mail

import "sourcier/internal/message"

// structure is the name of the structure that a letter is about, between quotation marks.
func (d *draft) structure() string {
	if name := d.detail(message.DetailStructure); name != "" {
		return "« " + name + " »"
	}
	return "votre structure"
}

// claimProof goes to the address that an official file gives: who reads it may know
// nothing of the portal, nor of who asks.
func (d *draft) claimProof() {
	d.l.Subject = d.by() + " demande à tenir la fiche de " + d.structure()
	d.l.Preheader = "Une confirmation de votre part suffit."
	d.l.Paragraphs = []string{
		d.by() + " demande à tenir la fiche de " + d.structure() + " sur " + d.Portal + ", l’annuaire où les acheteurs publics cherchent leurs fournisseurs.",
		"Un fichier officiel donne votre adresse comme celle de la structure : votre accord suffit. Ouvrez le lien, lisez qui demande, puis confirmez ou refusez sur la page qui s’affiche.",
	}
	d.l.Action = &Link{"Répondre à la demande", d.BaseURL + "/inscription/preuve/" + d.token(message.PurposeClaim)}
	d.l.Before = "Ou donnez ce code à la personne qui demande, si vous la connaissez :"
	d.l.Code = d.Tokens.Code(d.m.Object)
	d.l.After = []string{
		"Le lien et le code servent une seule fois, pendant 24 heures.",
		"Vous ne connaissez pas cette personne ? Refusez depuis le lien, ou ne faites rien : sans votre accord, elle n’écrit rien au nom de la structure par ce moyen.",
	}
	d.l.Why = "Vous recevez ce message parce qu’un fichier officiel donne cette adresse pour la structure. Elle n’est utilisée que pour cette demande."
}

func (d *draft) claimNotice() {
	d.l.Subject = "La fiche de " + d.structure() + " est désormais tenue"
	d.l.Preheader = "Par " + d.organisation() + "."
	how := ""
	if proof := d.detail(message.DetailProof); proof != "" {
		how = " Ce qui l’a montré : " + proof + "."
	}
	d.l.Paragraphs = []string{
		d.organisation() + " écrit désormais la fiche de " + d.structure() + " sur " + d.Portal + ", l’annuaire où les acheteurs publics cherchent leurs fournisseurs." + how,
		"C’est bien votre organisation ? Vous n’avez rien à faire. Sinon, écrivez sans attendre à " + d.team() + ".",
	}
	d.l.Action = &Link{"Voir la fiche", d.BaseURL + "/structures/" + d.m.Object}
	d.l.Why = "Vous recevez ce message parce qu’un fichier officiel donne cette adresse pour la structure."
}

func (d *draft) claimGranted() {
	d.l.Subject = "La fiche de " + d.structure() + " est à vous"
	d.l.Preheader = "Vous pouvez la compléter et la publier."
	d.l.Paragraphs = []string{
		"Votre demande est acceptée : " + d.organisation() + " tient la fiche de " + d.structure() + ".",
		"Complétez-la et publiez-la quand vous voulez : ce que vous dites l’emporte sur tous les fichiers.",
	}
	d.l.Action = &Link{"Ouvrir ma fiche", d.BaseURL + "/inscription/" + d.m.Object + "/fin"}
	d.l.Why = "Vous recevez ce message parce que vous aviez demandé à tenir cette fiche."
}

func (d *draft) claimRefused() {
	d.l.Subject = "Votre demande sur la fiche de " + d.structure()
	d.l.Preheader = "Elle n’est pas acceptée."
	d.l.Paragraphs = append([]string{"Votre demande pour tenir la fiche de " + d.structure() + " n’est pas acceptée."}, d.quoted("La raison :")...)
	d.l.After = []string{"Votre compte reste ouvert. Si la structure est la vôtre, montrez-le d’une autre façon, ou écrivez à " + d.team() + "."}
	d.l.Action = &Link{"Voir les autres façons", d.BaseURL + "/inscription?fiche=" + d.m.Object}
	d.l.Why = "Vous recevez ce message parce que vous aviez demandé à tenir cette fiche."
}
