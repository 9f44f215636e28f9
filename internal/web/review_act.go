package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/docx"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// itemFacts are those of a purchase in the room.
func itemFacts(euros int64, publication structure.Date, places string) []desk.Fact {
	amount, when := "non renseigné", "à préciser"
	if euros > 0 {
		amount = sourcing.Money(euros)
	}
	if publication != "" {
		when = format.Date(publication)
	}
	out := []desk.Fact{{Term: "Montant de tout le besoin", Text: amount}, {Term: "Publication prévue", Text: when}}
	if places != "" {
		out = append(out, desk.Fact{Term: "Lieux", Text: places})
	}
	return out
}

// reviewNote says something of a purchase.
func (s *site) reviewNote(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	id, purchase, values := c.Params("id"), c.Params("purchase"), sentForm(c)
	r, _, err := s.Programme.Review(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	if r.Item(purchase) == nil {
		return fiber.ErrNotFound
	}
	sent := reviewSent{noted: purchase, outcome: sourcing.Outcome(clip(values.Get(outcomeField))), note: typedText(values.Get(reviewNoteField))}
	rev, err := strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil {
		rev = -1 // of a form that is not ours: nothing was read
	}
	note, err := sourcing.Text("Cette note", sent.note, sourcing.MaxNote)
	if err == nil {
		err = s.Programme.NoteReview(c.UserContext(), m, id, purchase, sent.outcome, note, rev)
	}
	if status, ok := sent.refuse(err); ok {
		now, _, err := s.Programme.Review(c.UserContext(), m, id)
		if err != nil {
			return err
		}
		return s.renderReview(c.Status(status), m, &now, purchase, sent)
	}
	if err != nil {
		return err
	}
	if values.Get("suite") == "suivant" {
		if at := slices.IndexFunc(r.Items, func(x sourcing.Item) bool { return x.Purchase == purchase }); at+1 < len(r.Items) {
			purchase = r.Items[at+1].Purchase
		}
	}
	return c.Redirect(reviewAt(id, purchase)+"&"+doneField+"=note", fiber.StatusSeeOther)
}

// refuse says why a note was not written; false when that is no refusal.
func (sent *reviewSent) refuse(err error) (status int, refused bool) {
	text, status, ok := dossierRefused(err)
	if !ok {
		return 0, false
	}
	sent.stale = errors.Is(err, sourcing.ErrStale)
	switch {
	case sent.stale:
		sent.state.Refusal = "Quelqu’un d’autre a noté cet achat pendant que vous écriviez. Comparez, puis enregistrez ce que vous gardez."
	case status == fiber.StatusUnprocessableEntity:
		sent.state.Faults = []form.Fault{{Field: reviewNoteField, Text: text}}
	default:
		sent.state.Refusal = text
	}
	return status, true
}

// reviewMeet writes who is there.
func (s *site) reviewMeet(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	r, _, err := s.Programme.Review(c.UserContext(), m, id)
	if err != nil {
		return err
	}
	var sent reviewSent
	names, err := sent.readPresent(sentForm(c))
	if err == nil {
		err = s.Programme.MeetReview(c.UserContext(), m, id, sent.present, names)
	}
	if text, status, ok := dossierRefused(err); ok {
		if status == fiber.StatusUnprocessableEntity {
			sent.state.Faults = []form.Fault{{Field: othersField, Text: text}}
		} else {
			sent.state.Refusal = text
		}
		return s.renderReview(c.Status(status), m, &r, "", sent)
	}
	if err != nil {
		return err
	}
	return done(c, reviewURL(id), "presents")
}

// reviewClose ends it.
func (s *site) reviewClose(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	if err := s.Programme.CloseReview(c.UserContext(), m, c.Params("id")); err != nil {
		return err
	}
	return done(c, reviewURL(c.Params("id")), "close")
}

// minutes gathers what the page and the file say.
func (s *site) minutes(c *fiber.Ctx) (*sourcing.Review, *views.MinutesPage, error) {
	m, err := planner(c)
	if err != nil {
		return nil, nil, err
	}
	r, _, err := s.Programme.Review(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return nil, nil, err
	}
	names, err := s.namesOf(c.UserContext(), r.Persons())
	if err != nil {
		return nil, nil, err
	}
	heading := "Compte rendu de la revue de marchés"
	p := &views.MinutesPage{
		Base: s.base(heading, heading, ""), Heading: heading, Above: []part.Link{{Label: "Revues de marchés", URL: reviewsPath}, {Label: reviewName(&r), URL: reviewURL(r.ID)}},
		Names: presentNames(&r, names), Kept: namesKept, DOCX: reviewURL(r.ID) + "/compte-rendu.docx",
		Facts: []desk.Fact{{Term: "Organisation", Text: signedIn(c).Acting.Name}, {Term: "Service", Text: format.Text(r.ServiceName)}, {Term: "Jour", Text: format.Date(r.On)}, {Term: "État", Text: reviewMoment(&r)}},
	}
	p.Section = programmePath
	for i := range r.Items {
		x := &r.Items[i]
		facts := itemFacts(x.Euros, x.Publication, "")
		item := views.MinutesItem{Object: format.Text(x.Object), Outcome: x.Outcome.Label(), Note: x.Note,
			Says: "Montant : " + facts[0].Text + ". Publication : " + facts[1].Text + ". " + format.Count(max(1, x.Lots), "lot", "lots") + "."}
		item.Says = format.Text(item.Says)
		if !x.At.IsZero() {
			item.By = "Noté le " + format.Moment(x.At) + byWhom(names, x.By)
		}
		p.Items = append(p.Items, item)
	}
	if r.More > 0 {
		p.More = format.Text(format.Count(r.More, "autre achat du service n’a pas été repris", "autres achats du service n’ont pas été repris") + ".")
	}
	return &r, p, nil
}

// reviewMinutes answers the minutes as a page, which prints.
func (s *site) reviewMinutes(c *fiber.Ctx) error {
	_, p, err := s.minutes(c)
	if err != nil {
		return err
	}
	return render(c, views.MinutesView(*p))
}

// reviewDOCX answers the minutes as a text document.
func (s *site) reviewDOCX(c *fiber.Ctx) error {
	r, p, err := s.minutes(c)
	if err != nil {
		return err
	}
	d := docx.Document{Title: p.Heading + ", " + reviewName(r), Author: signedIn(c).Acting.Name, At: s.Now()}
	facts := [][]string{{"Fait", "Valeur"}}
	for _, f := range p.Facts {
		facts = append(facts, []string{f.Term, f.Text})
	}
	d.Blocks = append(d.Blocks, docx.Block{Table: facts}, docx.Block{Heading: 1, Text: "Personnes présentes"})
	if len(p.Names) == 0 {
		d.Blocks = append(d.Blocks, docx.Block{Text: "Personne n’est noté présent."})
	} else {
		d.Blocks = append(d.Blocks, docx.Block{List: p.Names}, docx.Block{Text: p.Kept})
	}
	d.Blocks = append(d.Blocks, docx.Block{Heading: 1, Text: "Achats"})
	for _, x := range p.Items {
		d.Blocks = append(d.Blocks, docx.Block{Heading: 2, Text: x.Object}, docx.Block{Text: x.Says}, docx.Block{Text: "Conclusion" + format.NNBSP + ": " + x.Outcome})
		if x.Note != "" {
			d.Blocks = append(d.Blocks, docx.Block{Text: format.Text(x.Note)})
		}
		if x.By != "" {
			d.Blocks = append(d.Blocks, docx.Block{Text: x.By})
		}
	}
	if p.More != "" {
		d.Blocks = append(d.Blocks, docx.Block{Text: p.More})
	}
	name := func(plain bool) string {
		return "revue-" + slug(r.ServiceName, plain) + "-" + string(r.On) + ".docx"
	}
	attach(c, docx.Type, name(true), url.PathEscape(name(false)))
	return d.Write(c.Response().BodyWriter())
}
