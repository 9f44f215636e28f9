package mail

import (
	"net/url"
	"strconv"
	"strings"

	"sourcier/internal/message"
	"sourcier/internal/structure"
	"sourcier/views/format"
)

// digestWords are the parts of the letter on a week: their heading, what the subject
// says of their number, how a line says its day, and where they are seen whole.
var digestWords = []struct {
	part               message.DigestPart
	heading, one, many string
	day, path          string
}{
	{message.DigestLate, "Étapes en retard", "achat en retard", "achats en retard", "attendu pour le ", "/programme"},
	{message.DigestDue, "Étapes des 30 prochains jours", "achat avec une étape proche", "achats avec une étape proche", "à faire pour le ", "/programme"},
	{message.DigestProposed, "Renouvellements proposés", "renouvellement proposé", "renouvellements proposés", "pour commencer le ", "/programme"},
	{message.DigestUnfollowed, "Marchés qui se terminent sans suite", "marché sans suite", "marchés sans suite", "dernier jour le ", "/programme/contrats"},
	{message.DigestReconductions, "Reconductions à décider", "reconduction à décider", "reconductions à décider", "à décider avant le ", "/programme/contrats"},
}

// programme tells the week of the programme of an organisation.
func (d *draft) programme() {
	var counts []string
	for _, w := range digestWords {
		n, items := d.digestItems(d.m.Details[message.DetailDigest(w.part)], w.day)
		if n == 0 {
			continue
		}
		b := Block{Heading: Link{w.heading, d.BaseURL + w.path}, Items: items}
		if rest := n - len(items); rest > 0 {
			b.More = "Et " + format.Count(rest, "autre", "autres") + "."
		}
		d.l.Blocks = append(d.l.Blocks, b)
		counts = append(counts, format.Count(n, w.one, w.many))
	}
	d.l.Subject = "Programme d’achats : le point de la semaine"
	if len(counts) > 0 {
		d.l.Subject = "Programme d’achats : " + strings.Join(counts[:min(2, len(counts))], ", ")
	}
	d.l.Preheader = "Ce qui attend dans le programme de " + d.organisation() + "."
	d.l.Paragraphs = []string{"Voici ce qui attend cette semaine dans le programme d’achats de " + d.organisation() + "."}
	d.l.Action = &Link{"Ouvrir le programme", d.BaseURL + "/programme"}
	d.l.Why = "Vous recevez ce message, une fois par semaine au plus, parce que vous préparez des achats de " + d.organisation() + "."
}

// digestItems reads a part: how many there are, and those that are named.
func (d *draft) digestItems(text, day string) (n int, items []Item) {
	for _, line := range message.AlertLines(text) {
		word := func(i int) string {
			if i < len(line) {
				return plain(line[i], maxName)
			}
			return ""
		}
		path := "/programme/achats/"
		switch line[0] {
		case message.DigestCount:
			n, _ = strconv.Atoi(word(1))
			continue
		case message.DigestContract:
			path = "/programme/contrats/"
		}
		var notes []string
		if step := word(3); step != "" {
			notes = append(notes, step)
		}
		if on, err := structure.ParseDate(word(4)); err == nil {
			notes = append(notes, day+format.Date(on))
		}
		if more, err := strconv.Atoi(word(5)); err == nil && more > 0 {
			notes = append(notes, "et "+format.Count(more, "autre étape", "autres étapes"))
		}
		items = append(items, Item{Link{word(2), d.BaseURL + path + url.PathEscape(word(1))}, strings.Join(notes, ", ")})
	}
	return n, items
}
