package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/reach"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/drawing"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
)

const (
	// reachPath is below the path of a sheet.
	reachPath = "/bilan"
	// reachMonths is how many months are told, this one included.
	reachMonths = 12
	// maxReachSteps is how many pieces are proposed: the overview has them all.
	maxReachSteps = 3
	// ratioFrom is the number of times from which a share of them means something.
	ratioFrom = 20
)

// reachRoutes are those of what the portal brings structures.
func (s *site) reachRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	public.PostUnchecked(measurePath, s.rateLimit(1), s.measure)
	own.Get(ownSheetRoute+reachPath, limited, s.ownReach)
}

// ownReach tells who holds a sheet what the portal brings it. Who only asks for the
// sheet is told nothing.
func (s *site) ownReach(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	if !o.Value.Holds(o.who.Organisation) {
		return store.ErrNotFound
	}
	months := reach.Months(o.day, reachMonths)
	stored, err := s.People.Reaches.Of(c.UserContext(), o.ID, months)
	if err != nil {
		return err
	}
	return render(c, ownsheet.ReachView(o.reachPage(reach.Summarise(stored, months))))
}

func (o *ownSheet) reachPage(sum reach.Summary) ownsheet.ReachPage {
	p := ownsheet.ReachPage{
		Page: o.desk("Ce que le portail m’apporte", reachPath, nil), URL: o.url(),
		Lead: format.Text("Combien de fois on vous a trouvé et lu depuis un an, et par quels mots."),
	}
	missing := o.measure().Missing()
	for _, step := range missing[:min(len(missing), maxReachSteps)] {
		p.Steps = append(p.Steps, ownsheet.Step{Label: format.Text(step.Label), Brings: format.Text(step.Brings), URL: o.url() + pieceScreens[step.Piece]})
	}
	if sum.Nothing() {
		o.nothingYet(&p)
		return p
	}
	p.Figures = []ownsheet.Figure{
		totalOf(sum.Found, "fois trouvée dans une recherche, en douze mois"), totalOf(sum.Viewed, "ouvertures de votre fiche"),
	}
	if sum.Invited != (reach.Figure{}) {
		p.Figures = append(p.Figures, totalOf(sum.Invited, "invitations reçues"))
	}
	p.Sentences = reachSentences(&sum)
	p.Charts = []drawing.Bars{
		reachChart("trouvee", "Fois où votre structure a été trouvée", sum.Rows, func(r *reach.Row) reach.Figure { return r.Found }),
		reachChart("ouverte", "Fois où votre fiche a été ouverte", sum.Rows, func(r *reach.Row) reach.Figure { return r.Viewed }),
	}
	for i := range sum.Rows {
		r := &sum.Rows[i]
		p.Rows = append(p.Rows, ownsheet.ReachRow{Month: format.Month(firstOf(r.Month)), Found: numberText(r.Found), Viewed: numberText(r.Viewed)})
	}
	for _, w := range sum.Words {
		p.Words = append(p.Words, ownsheet.ReachWord{Word: w.Word, Times: format.Count(int(w.N), "visite", "visites")})
	}
	return p
}

// nothingYet says what will be here, and how to begin.
func (o *ownSheet) nothingYet(p *ownsheet.ReachPage) {
	p.Empty = []string{format.Text("Ici vous verrez, mois par mois, combien de fois une recherche vous trouve, combien de fois votre fiche est ouverte, et les mots tapés par les acheteurs.")}
	if o.Shown.ID == "" {
		p.Empty = append(p.Empty, format.Text("Votre fiche n’est pas encore en ligne : personne ne peut la trouver."))
		p.Begin = &ownsheet.Step{Label: "Mettre ma fiche en ligne", URL: o.url()}
		return
	}
	p.Empty = append(p.Empty, format.Text("Votre fiche est en ligne, et personne ne l’a encore trouvée depuis un an."))
	if len(p.Steps) > 0 {
		p.Begin = &ownsheet.Step{Label: "Compléter ma fiche", URL: p.Steps[0].URL}
	}
}

func totalOf(f reach.Figure, label string) ownsheet.Figure {
	out := ownsheet.Figure{Number: format.Number(int(f.N)), Label: label}
	switch {
	case f.Few:
		out.About, out.Number = "moins de", format.Number(reach.Least)
	case f.AtLeast:
		out.About = "au moins"
	}
	return out
}

func firstOf(month string) structure.Date { return structure.Date(month + "-01") }

// numberText writes a count as it may be told.
func numberText(f reach.Figure) string {
	switch {
	case f.Few:
		return "moins de" + format.NBSP + "5"
	case f.AtLeast:
		return "au moins" + format.NBSP + format.Number(int(f.N))
	}
	return format.Number(int(f.N))
}

// reachSentences compares the last whole month with the one before, says where this
// one stands, and how many of those who find the structure open its sheet.
func reachSentences(sum *reach.Summary) []string {
	now, last, before := sum.Rows[reachMonths-1], sum.Rows[reachMonths-2], sum.Rows[reachMonths-3]
	text := "Trouvée " + timesText(last.Found) + " en " + format.MonthName(firstOf(last.Month))
	if !last.Found.Few && !before.Found.Few && before.Found.N > 0 {
		text += compared(last.Found.N-before.Found.N) + "en " + format.MonthName(firstOf(before.Month))
	}
	out := []string{text + ".", "Depuis le 1er" + format.NBSP + format.MonthName(firstOf(now.Month)) + " : trouvée " + timesText(now.Found) + ", fiche ouverte " + timesText(now.Viewed) + "."}
	if ofTen := openedOfTen(sum); ofTen > 0 {
		out = append(out, "Pour 10 fois où l’on vous trouve, votre fiche est ouverte "+format.Number(ofTen)+" fois environ.")
	}
	for i := range out {
		out[i] = format.Text(out[i])
	}
	return out
}

// openedOfTen is how often the sheet is opened for ten times that the structure is
// found, 0 when that means nothing.
func openedOfTen(sum *reach.Summary) int {
	if sum.Found.N < ratioFrom || sum.Viewed.N > sum.Found.N {
		return 0
	}
	return int((10*sum.Viewed.N + sum.Found.N/2) / sum.Found.N)
}

func timesText(f reach.Figure) string {
	if f == (reach.Figure{}) {
		return "zéro fois"
	}
	return numberText(f) + format.NBSP + "fois"
}

// compared words a difference, up to « qu’ ».
func compared(more int64) string {
	switch {
	case more > 0:
		return ", " + format.Number(int(more)) + " de plus qu’"
	case more < 0:
		return ", " + format.Number(int(-more)) + " de moins qu’"
	}
	return ", autant qu’"
}

func reachChart(id, title string, rows []reach.Row, of func(*reach.Row) reach.Figure) drawing.Bars {
	b := drawing.Bars{ID: id, Title: title + ", par mois", Text: title + "."}
	for i := range rows {
		f := of(&rows[i])
		b.List = append(b.List, drawing.Bar{Name: format.MonthName(firstOf(rows[i].Month)), Value: int(f.N), Number: numberText(f), Few: f.Few})
	}
	return b
}
