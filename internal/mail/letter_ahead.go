package mail

import (
	"net/url"
	"strconv"

	"sourcier/internal/message"
	"sourcier/views/format"
)

// aheadNews tells which purchases were announced, in one letter a day.
func (d *draft) aheadNews() {
	const path = "/achats-a-venir"
	var b Block
	for _, line := range message.AlertLines(d.m.Details[message.DetailAhead]) {
		if len(line) < 5 || line[0] != message.AheadPurchase {
			continue
		}
		item := Item{Link{format.Text(plain(line[2], maxName)), d.BaseURL + path + "/" + url.PathEscape(line[1])}, format.Text(plain(line[3], maxName) + " · " + plain(line[4], maxName))}
		b.Items = append(b.Items, item)
	}
	total, _ := strconv.Atoi(d.m.Details[message.DetailTotal])
	total = max(total, len(b.Items))
	if rest := total - len(b.Items); rest > 0 {
		b.More = "Et " + format.Count(rest, "autre", "autres") + " sur la page des achats à venir."
	}
	b.Heading = Link{"Achats à venir", d.BaseURL + path}
	said := format.Count(total, "achat annoncé vous concerne", "achats annoncés vous concernent")
	d.l.Subject = said
	d.l.Preheader = "Ce que des acheteurs publics prévoient, dans vos secteurs et sur votre territoire."
	d.l.Paragraphs = []string{said + ". Ces annonces sont prévisionnelles et n’engagent pas les acheteurs : la consultation, si elle a lieu, sera publiée par eux."}
	d.l.Blocks = []Block{b}
	d.l.Action = &Link{"Régler mon alerte", d.BaseURL + path + "/suivre"}
	d.l.Why = "Vous recevez ce message, une fois par jour au plus, parce que vous suivez les achats à venir. Toutes les structures concernées sont prévenues en même temps."
}
