package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/docx"
	"sourcier/internal/event"
	"sourcier/internal/export"
	"sourcier/internal/gathering"
	"sourcier/internal/pdf"
	"sourcier/views/drawing"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
)

var afterBalanceDone = map[string]string{"bilan": "Le bilan est enregistré."}

// balanced is what an event gave, read to be shown.
type balanced struct {
	m    buyer.Member
	seen *gathering.Seen
	*gathering.Balance
}

func (s *site) afterBalanced(c *fiber.Ctx) (*balanced, error) {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return nil, err
	}
	b, err := s.Gathering.Balance(c.UserContext(), seen)
	return &balanced{m, seen, b}, err
}

// afterBalance answers what an event gave.
func (s *site) afterBalance(c *fiber.Ctx) error {
	b, err := s.afterBalanced(c)
	if err != nil {
		return err
	}
	e := &b.seen.Event
	return s.renderBalance(c, b, form.State{}, url.Values{"version": {strconv.FormatInt(e.Rev, 10)}, "bilan": {e.Balance}, "prochaine": {e.Next}})
}

func (s *site) renderBalance(c *fiber.Ctx, b *balanced, state form.State, sent url.Values) error {
	own := eventURL(b.seen.Event.ID) + afterBalanceTab
	state.Token, state.Heading = s.formToken(c), "Le bilan n’est pas enregistré"
	p := views.AfterBalancePage{
		Page: s.eventFrame(c, b.seen, "Bilan", afterBalanceTab, afterBalanceDone), State: state, To: own, Rev: sent.Get("version"), Reader: !afterWrites(b.m, b.seen),
		Provisional: provisional(b.seen), Sections: b.sections(), Balance: typedText(sent.Get("bilan")), Next: typedText(sent.Get("prochaine")), PDF: own + "/bilan.pdf", XLSX: own + "/bilan.xlsx", Asked: b.Wishes(),
	}
	for _, r := range b.rows() {
		p.Roles = append(p.Roles, views.AfterRole{Role: r[0], Invited: r[1], Accepted: r[2], Present: r[3], Absent: r[4]})
	}
	p.Chart = b.chart()
	titleFaults(&p.Title, state)
	return render(c, views.AfterBalanceView(p))
}

// chart draws who came, by role.
func (b *balanced) chart() *drawing.Ranked {
	if b.Present == 0 {
		return nil
	}
	out := &drawing.Ranked{ID: "presence-figure", Title: "Présents par rôle", Of: b.Present}
	for _, r := range b.Roles {
		out.List = append(out.List, drawing.Bar{Name: r.Role.Label(), Value: r.Present, Number: format.Number(r.Present) + " (" + percentText(r.Present, b.Present) + ")"})
	}
	return out
}

// rows are the turnout of each role, and of all.
func (b *balanced) rows() (out [][]string) {
	for _, r := range append(append([]event.Turnout(nil), b.Roles...), b.Turnout) {
		label := r.Role.Label()
		if r.Role == "" {
			label = "Tous"
		}
		n := format.Number
		out = append(out, []string{label, n(r.Invited), n(r.Accepted), n(r.Present), n(r.Absent)})
	}
	return out
}

// sections are the figures of the report, each with how it is counted.
func (b *balanced) sections() []views.AfterSection {
	return []views.AfterSection{
		{ID: "invitation", Heading: "Invitations et réponses", Lines: b.answers()},
		{ID: "presence", Heading: "Présence", Lines: b.presence()},
		{ID: "structures-presentes", Heading: "Structures et services présents", Lines: b.rooms()},
		{ID: "avis", Heading: "Avis et suites", Lines: b.sequel()},
		{ID: "cout", Heading: "Coût", Lines: costEach(&b.seen.Event, &b.Figures)},
	}
}

func (b *balanced) answers() []views.AfterFigure {
	n := format.Number
	return []views.AfterFigure{
		{Label: "Invités", Value: n(b.Invited), How: "Personnes à qui une invitation est partie, ou qui se sont inscrites. Qui a proposé un collègue est compté par ce collègue."},
		{Label: "Ont répondu", Value: n(b.Answered) + " (" + percentText(b.Answered, b.Invited) + ")", How: "Ont pris une place, l’ont déclinée, ou attendent une place. La part est celle des invités."},
		{Label: "Places prises", Value: n(b.Accepted), How: "Places tenues au moment de l’événement."},
		{Label: "Ont décliné", Value: n(b.Declined), How: "Ont dit non."},
		{Label: "Sans réponse", Value: n(b.Silent), How: "Invités qui n’ont rien dit."},
	}
}

func (b *balanced) presence() []views.AfterFigure {
	n := format.Number
	out := []views.AfterFigure{
		{Label: "Présents", Value: n(b.Present), How: "Invités qui ont émargé, chacun une fois quel que soit le nombre de passages."},
		{Label: "Personnes dans la salle", Value: n(b.People), How: "Les présents, avec les personnes qui les accompagnaient."},
		{Label: "Absents", Value: n(b.Absent) + " (" + percentText(b.Absent, b.Accepted) + ")", How: "Tenaient une place et n’ont pas émargé. La part est celle des places prises."},
	}
	if b.Walked > 0 {
		out = append(out, views.AfterFigure{Label: "Venus sans inscription", Value: n(b.Walked), How: "Notés à l’accueil. Comptés parmi les présents, pas parmi les invités."})
	}
	if b.Late > 0 {
		out = append(out, views.AfterFigure{Label: "Venus sans place", Value: n(b.Late), How: "Invités sans réponse, ou qui avaient décliné, et qui ont émargé."})
	}
	return out
}

// balanceText is how many structures there were for a buyer.
func (b *balanced) balanceText() string {
	var buyers, structures int
	for _, r := range b.Roles {
		switch r.Role {
		case event.AsBuyer:
			buyers = r.Present
		case event.AsStructure:
			structures = r.Present
		case event.AsPartner, event.AsSpeaker, event.AsOther:
		}
	}
	return format.Count(buyers, "acheteur", "acheteurs") + ", " + format.Count(structures, "personne d’une structure", "personnes de structures")
}

func (b *balanced) rooms() []views.AfterFigure {
	out := []views.AfterFigure{}
	here := views.AfterFigure{Label: "Structures présentes", How: "Structures dont une personne au moins a émargé, chacune une fois : par sa fiche, sinon son SIREN, sinon son nom."}
	count := len(b.Structures)
	if b.Structures == nil {
		for _, k := range b.Kinds {
			count += k.N
		}
		count += b.Unknown
	}
	here.Value = format.Number(count)
	for _, h := range b.Structures {
		if h.Name != "" {
			here.List = append(here.List, h.Name)
		}
	}
	out = append(out, here)
	kinds := views.AfterFigure{Label: "Par type", How: "Type principal de la fiche dans l’annuaire, aujourd’hui."}
	for _, k := range b.Kinds {
		kinds.List = append(kinds.List, k.Kind+" : "+format.Number(k.N))
	}
	if b.Unknown > 0 {
		kinds.List = append(kinds.List, "Hors de l’annuaire : "+format.Number(b.Unknown))
	}
	kinds.Value = format.Count(len(b.Kinds), "type", "types")
	if count > 0 {
		out = append(out, kinds)
	}
	out = append(out,
		views.AfterFigure{Label: "Services opérationnels présents", Value: format.Number(len(b.Services)) + " sur " + format.Count(b.Asked, "invité", "invités"), List: b.Services, How: "Services du programme d’achats dont une personne au moins a émargé : par son compte, sinon par le service ou la fonction notés dans la liste."},
		views.AfterFigure{Label: "Autres organismes d’acheteurs", Value: format.Number(b.Bodies), How: "Organismes différents des acheteurs présents, hors services de l’organisation."},
		views.AfterFigure{Label: "Équilibre de la salle", Value: b.balanceText(), How: "Présents par rôle."},
	)
	return out
}

func (b *balanced) sequel() []views.AfterFigure {
	f := &b.Feedback
	out := []views.AfterFigure{}
	switch satisfied, of := b.Satisfied(); {
	case of > 0:
		out = append(out, views.AfterFigure{Label: "Satisfaits", Value: percentText(satisfied, of), How: "« Très » ou « plutôt satisfait », sur " + format.Count(of, "réponse comptée", "réponses comptées") + " à cette question."})
	default:
		out = append(out, views.AfterFigure{Label: "Satisfaits", Value: "–", How: "Pas d’enquête, ou moins de cinq réponses comptées."})
	}
	return append(out,
		views.AfterFigure{Label: "Réponses à l’enquête", Value: format.Number(len(f.Answered)) + " sur " + format.Number(len(f.Asked)), How: "Liens utilisés, sur ceux qui sont partis. L’enquête est anonyme."},
		views.AfterFigure{Label: "Demandes de formation", Value: format.Number(b.Trainings), How: "Invités qui l’ont demandée à leur nom, à part de l’enquête."},
		views.AfterFigure{Label: "Rencontres notées", Value: format.Number(b.Met), How: "Entre un acheteur et une structure. " + format.Count(b.Agreed, "confirmée", "confirmées") + " par les deux, " + format.Count(b.Used, "versée", "versées") + " comme entretien à un sourçage."},
		views.AfterFigure{Label: "Visites d’entreprise", Value: format.Number(b.Visits), How: "Notées dans les rencontres de cet événement."},
	)
}

// afterBalanceWrite stores what the organiser makes of it.
func (s *site) afterBalanceWrite(c *fiber.Ctx) error {
	b, err := s.afterBalanced(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	var faults []form.Fault
	for _, field := range []string{"bilan", "prochaine"} {
		if utf8.RuneCountInString(typedText(sent.Get(field))) > event.MaxText {
			faults = append(faults, form.Fault{Field: field, Text: "4 000 caractères au plus."})
		}
	}
	if len(faults) > 0 {
		return s.renderBalance(c.Status(fiber.StatusUnprocessableEntity), b, form.State{Faults: faults}, sent)
	}
	err = s.Gathering.On(c.UserContext(), b.m, b.seen.Event.ID, "event.balance", func(e *event.Event) error {
		return e.WriteBalance(b.m, typedText(sent.Get("bilan")), typedText(sent.Get("prochaine")), operationRev(sent.Get("version")), s.Now())
	})
	if err == nil {
		return done(c, eventURL(b.seen.Event.ID)+afterBalanceTab, "bilan")
	}
	return s.afterStale(c, b.m, b.seen, err, sent, func(c *fiber.Ctx, _ buyer.Member, seen *gathering.Seen, state form.State, sent url.Values) error {
		b.seen = seen
		return s.renderBalance(c, b, state, sent)
	})
}

// document is the report as a text document.
func (b *balanced) document(organisation string, s *site) *docx.Document {
	e := &b.seen.Event
	d := &docx.Document{Title: "Bilan : " + e.Title, Author: organisation, At: s.Now(), Foot: organisation + ", bilan établi le " + format.Day(s.Now())}
	add := func(k docx.Block) { d.Blocks = append(d.Blocks, k) }
	add(docx.Block{Text: e.Kind.Label() + ". " + eventWhen(e) + "."})
	if text := provisional(b.seen); text != "" {
		add(docx.Block{Text: text})
	}
	if e.Balance != "" {
		add(docx.Block{Heading: 1, Text: "Ce que l’événement a donné"})
		add(docx.Block{Text: e.Balance})
	}
	for _, section := range b.sections() {
		add(docx.Block{Heading: 1, Text: section.Heading})
		if section.ID == "presence" {
			add(docx.Block{Table: append([][]string{{"Rôle", "Invités", "Places prises", "Présents", "Absents"}}, b.rows()...), Widths: []int{3, 2, 2, 2, 2}})
		}
		table := [][]string{{"Chiffre", "Valeur", "Comment il est compté"}}
		for _, l := range section.Lines {
			table = append(table, []string{format.Text(l.Label), format.Text(l.Value), format.Text(l.How)})
		}
		add(docx.Block{Table: table, Widths: []int{3, 3, 6}})
		for _, l := range section.Lines {
			if len(l.List) > 0 {
				add(docx.Block{Heading: 2, Text: l.Label})
				add(docx.Block{List: l.List})
			}
		}
	}
	if wishes := b.Wishes(); len(wishes) > 0 {
		add(docx.Block{Heading: 1, Text: "Améliorations demandées"})
		add(docx.Block{List: wishes})
	}
	if e.Next != "" {
		add(docx.Block{Heading: 1, Text: "La prochaine fois"})
		add(docx.Block{Text: e.Next})
	}
	return d
}

func (b *balanced) name(extension string, plain bool) string {
	return "bilan-" + slug(b.seen.Event.Title, plain) + "." + extension
}

// afterBalancePDF answers the report.
func (s *site) afterBalancePDF(c *fiber.Ctx) error {
	b, err := s.afterBalanced(c)
	if err != nil {
		return err
	}
	org, err := s.People.Organisations.Get(c.UserContext(), b.seen.Event.Organisation)
	if err != nil {
		return err
	}
	attach(c, pdf.Type, b.name("pdf", true), url.PathEscape(b.name("pdf", false)))
	return pdf.Write(c.Response().BodyWriter(), b.document(org.Value.Name, s))
}

// afterBalanceXLSX answers its figures, a line each.
func (s *site) afterBalanceXLSX(c *fiber.Ctx) error {
	b, err := s.afterBalanced(c)
	if err != nil {
		return err
	}
	table := &export.Plain{
		Title: "Bilan", TempDir: s.Config.TempDir,
		Heads: []export.Head{{Label: "Partie", Width: 30}, {Label: "Chiffre", Width: 36}, {Label: "Valeur", Width: 44}, {Label: "Comment il est compté", Width: 80}},
		About: [][2]string{{"Événement", b.seen.Event.Title}, {"Quand et où", eventWhen(&b.seen.Event)}, {"Extrait le", format.Day(s.Now())}},
		Rows:  b.table,
	}
	if text := provisional(b.seen); text != "" {
		table.About = append(table.About, [2]string{"À savoir", text})
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	if err := s.sendMade(ctx, c, func() (*export.Done, error) { return export.PlainXLSX(ctx, table) }); err != nil {
		return err
	}
	attach(c, xlsxType, b.name("xlsx", true), url.PathEscape(b.name("xlsx", false)))
	return nil
}

// balanceCell is a value of the file: a count is a number there, so that it can be summed.
func balanceCell(text string) export.Value {
	n, err := strconv.ParseInt(strings.NewReplacer(format.NBSP, "", format.NNBSP, "").Replace(text), 10, 64)
	if err != nil {
		return export.Words(format.Text(text))
	}
	return export.Amount(n)
}

// table gives the lines of the file.
func (b *balanced) table(yield func([]export.Value) bool) {
	w := export.Words
	line := func(section, label, value, how string) bool {
		return yield([]export.Value{w(section), w(format.Text(label)), balanceCell(value), w(format.Text(how))})
	}
	for _, r := range b.rows() {
		for i, head := range []string{"Invités", "Places prises", "Présents", "Absents"} {
			if !line("Par rôle", r[0]+" : "+head, r[i+1], "") {
				return
			}
		}
	}
	for _, section := range b.sections() {
		for _, l := range section.Lines {
			if !line(section.Heading, l.Label, l.Value, l.How) {
				return
			}
			for _, one := range l.List {
				if !line(section.Heading, l.Label, one, "") {
					return
				}
			}
		}
	}
}
