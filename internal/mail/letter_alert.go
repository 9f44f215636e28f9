package mail

import (
	"net/url"
	"strconv"

	"sourcier/internal/message"
	"sourcier/views/format"
)

// alert tells what is new of the searches of a person, in one letter a day.
func (d *draft) alert() {
	total := 0
	for n := 1; n <= message.MaxAlertParts; n++ {
		block, found := d.alertBlock(d.m.Details[message.DetailAlert(n)])
		if block.Heading.Label == "" {
			continue
		}
		total += found
		d.l.Blocks = append(d.l.Blocks, block)
	}
	one := len(d.l.Blocks) == 1
	switch {
	case total > 0 && one:
		d.l.Subject = newStructures(total) + " pour " + d.l.Blocks[0].Heading.Label
	case total > 0:
		d.l.Subject = newStructures(total) + " pour vos recherches"
	default:
		d.l.Subject = "Une alerte ne peut plus vous prévenir"
	}
	d.l.Preheader = "Les structures qui répondent à vos recherches depuis la dernière alerte."
	if total > 0 {
		d.l.Paragraphs = []string{"Vos recherches enregistrées sur " + d.Portal + " trouvent " + newStructures(total) + "."}
	} else {
		d.l.Paragraphs = []string{"Une de vos recherches enregistrées sur " + d.Portal + " demande votre attention."}
	}
	if more, err := strconv.Atoi(d.m.Details[message.DetailMore]); err == nil && more > 0 {
		d.l.After = []string{"Et " + format.Count(more, "autre recherche a", "autres recherches ont") + " du nouveau : voyez-les sur la page de vos recherches."}
	}
	d.l.Action = &Link{"Voir mes recherches", d.BaseURL + "/recherches"}
	d.l.Why = "Vous recevez ce message, une fois par jour au plus, parce que vous avez activé une alerte."
}

func newStructures(n int) string {
	return format.Count(n, "nouvelle structure", "nouvelles structures")
}

// alertBlock reads a part of the details; found is how many structures are new.
func (d *draft) alertBlock(text string) (b Block, found int) {
	for _, line := range message.AlertLines(text) {
		word := func(i int) string {
			if i < len(line) {
				return plain(line[i], maxName)
			}
			return ""
		}
		id := url.PathEscape(word(1))
		if line[0] != message.AlertStructure {
			b.Heading = Link{"« " + word(2) + " »", d.BaseURL + "/recherches/" + id}
			b.Stop = d.stopAlert(word(1))
		}
		switch line[0] {
		case message.AlertUnreadable:
			b.Text = "Cette recherche nomme un métier ou un lieu que l’annuaire ne connaît plus : elle ne trouve plus rien. Ouvrez-la pour la refaire."
		case message.AlertWide:
			b.Text = "Cette recherche trouve plus de 20 000 structures : son alerte attend qu’elle en trouve moins. Précisez-la."
		case message.AlertSearch:
			found, _ = strconv.Atoi(word(3))
		case message.AlertStructure:
			b.Items = append(b.Items, Item{Link{word(2), d.BaseURL + "/structures/" + id}, word(3)})
		}
	}
	if rest := found - len(b.Items); rest > 0 && len(b.Items) > 0 {
		b.More = "Et " + format.Count(rest, "autre", "autres") + "."
	} else if rest > 0 {
		b.More = newStructures(rest) + "."
	}
	return b, found
}

// stopAlert is where the alert of one search ends, without signing in.
func (d *draft) stopAlert(search string) *Link {
	if d.m.Person == "" {
		return nil
	}
	token := d.Tokens.Token(message.PurposeStopAlert, message.StopAlertObject(d.m.Person, search), 0)
	return &Link{"Arrêter l’alerte de cette recherche", d.BaseURL + "/desinscription/recherche/" + url.PathEscape(d.m.Person+"."+search+"."+token)}
}
