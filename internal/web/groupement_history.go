package web

import (
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
)

// eventWords say what a structure did; the second is the structure, or the form, that it
// was about.
var eventWords = map[string]string{
	groupement.EventCreated: "a créé le groupement", groupement.EventInvited: "a invité", groupement.EventWithdrawn: "a retiré l’invitation de",
	groupement.EventAccepted: "a accepté l’invitation", groupement.EventDeclined: "a décliné l’invitation", groupement.EventLeft: "a quitté le groupement",
	groupement.EventBrings: "a changé ce qu’elle apporte", groupement.EventForm: "a choisi la forme", groupement.EventLead: "a désigné comme mandataire",
	groupement.EventDescribed: "a changé le nom, le besoin ou la présentation", groupement.EventPublished: "a présenté le groupement aux acheteurs",
	groupement.EventHidden: "a retiré le groupement de l’annuaire", groupement.EventDissolved: "a dissous le groupement",
}

// historyOfGroupement words the history, the newest first.
func historyOfGroupement(g *directory.Seen) (out []string) {
	list := g.Value.History
	for i := range list {
		e := &list[len(list)-1-i]
		line := format.Day(e.At) + format.NNBSP + ": " + nameIn(g, e.By) + " " + eventWords[e.What]
		switch {
		case e.What == groupement.EventForm:
			line += " " + format.Quote(taxonomy.FormName(structure.Form(e.About)).Short)
		case e.About != "":
			line += " " + nameIn(g, e.About)
		}
		if e.Text != "" {
			line += format.NNBSP + ": " + format.Quote(format.Text(e.Text))
		}
		out = append(out, line)
	}
	return out
}
