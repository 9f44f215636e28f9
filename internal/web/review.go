package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// Paths and fields of reviews.
const (
	reviewsPath     = programmePath + "/revues"
	newReviewPath   = reviewsPath + "/nouvelle"
	reviewParam     = "achat"
	maxStudied      = 12 // lots of a purchase whose study is made for the room
	othersField     = "autres"
	outcomeField    = "conclusion"
	reviewNoteField = "note"
)

// reviewRoutes are those of the revues de marchés.
func (s *site) reviewRoutes(app *fiber.App, limited, exported fiber.Handler) {
	readers := door{site: s, app: app, access: only(planRoles...)}
	writers := door{site: s, app: app, access: only(account.Buyer)}
	readers.Get(reviewsPath, limited, s.reviews)
	writers.Get(newReviewPath, limited, s.reviewNew)
	writers.Post(reviewsPath, limited, s.reviewBegin)
	readers.Get(reviewsPath+"/:id", limited, s.review)
	writers.Post(reviewsPath+"/:id/achats/:purchase", limited, s.reviewNote)
	writers.Post(reviewsPath+"/:id/presents", limited, s.reviewMeet)
	writers.Post(reviewsPath+"/:id/clore", limited, s.reviewClose)
	readers.Get(reviewsPath+"/:id/compte-rendu", limited, s.reviewMinutes)
	readers.Get(reviewsPath+"/:id/compte-rendu.docx", exported, s.reviewDOCX)
}

var reviewDone = map[string]string{
	"ouverte": "Revue commencée. Les achats passent un par un, dans l’ordre de leur publication.", "note": "Enregistré.", "presents": "Personnes présentes enregistrées.", "close": "Revue close : son compte rendu ne change plus.",
}

func reviewURL(id string) string { return reviewsPath + "/" + url.PathEscape(id) }

func reviewAt(id, purchase string) string {
	return reviewURL(id) + "?" + url.Values{reviewParam: {purchase}}.Encode()
}

func reviewName(r *sourcing.Review) string {
	return format.Text(r.ServiceName) + ", " + format.Date(r.On)
}

func reviewMoment(r *sourcing.Review) string {
	if r.ClosedAt.IsZero() {
		return "En cours"
	}
	return "Close le " + format.Day(r.ClosedAt)
}

// reviews lists them.
func (s *site) reviews(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	list, _, err := s.Programme.Reviews(c.UserContext(), m)
	if err != nil {
		return err
	}
	p := views.ReviewsPage{Page: s.programmeDesk(c, "Revues de marchés", reviewsPath, nil), None: "Aucune revue n’a encore eu lieu. Un acheteur de votre organisation en commence une, service par service."}
	if sourcing.Buys(m) {
		p.New, p.None = newReviewPath, "Aucune revue n’a encore eu lieu. Commencez par un service : ses achats à venir passeront un par un."
	}
	for i := range list {
		r := &list[i]
		noted := 0
		for j := range r.Items {
			if r.Items[j].Noted() {
				noted++
			}
		}
		p.Reviews = append(p.Reviews, views.ReviewLine{Name: reviewName(r), URL: reviewURL(r.ID), Minutes: reviewURL(r.ID) + "/compte-rendu", State: reviewMoment(r),
			Says: format.Count(len(r.Items), "achat", "achats") + ", " + format.Count(noted, "conclusion", "conclusions")})
	}
	return render(c, views.ReviewsView(p))
}

// reviewSent is what a form about a review held when it was refused.
type reviewSent struct {
	state   form.State
	once    string
	service string
	on      string
	present []string // nil = as stored
	others  string
	typed   bool // present and others are what was typed
	outcome sourcing.Outcome
	note    string
	noted   string // purchase whose form was refused
	stale   bool
}

// reviewNew asks which service, when, and who is there.
func (s *site) reviewNew(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	return s.renderReviewNew(c, m, reviewSent{once: account.NewID(), on: string(s.today()), present: []string{m.Person}})
}

func (s *site) renderReviewNew(c *fiber.Ctx, m buyer.Member, sent reviewSent) error {
	set, err := s.Programme.Of(c.UserContext(), m)
	if err != nil {
		return err
	}
	members, err := s.reviewMembers(c.UserContext(), m, sent.present)
	if err != nil {
		return err
	}
	sent.state.Token = s.formToken(c)
	p := views.ReviewNewPage{Page: s.programmeDesk(c, "Commencer une revue de marchés", reviewsPath, nil, part.Link{Label: "Revues de marchés", URL: reviewsPath}),
		State: sent.state, Once: sent.once, On: sent.on, People: views.ReviewPeople{Members: members, Others: sent.others}}
	for _, x := range set.Services {
		p.Services = append(p.Services, part.Option{Value: x.ID, Label: x.Name, Selected: x.ID == sent.service})
	}
	p.Services = append(p.Services, part.Option{Value: "", Label: "Achats sans service", Selected: sent.service == "" && len(set.Services) == 0})
	titleFaults(&p.Title, p.State)
	return render(c, views.ReviewNewView(p))
}

// reviewMembers offers the members of the organisation, those present ticked.
func (s *site) reviewMembers(ctx context.Context, m buyer.Member, present []string) (out []part.Option, err error) {
	list, err := s.Programme.Members(ctx, m)
	for i := range list {
		out = append(out, part.Option{Value: list[i].ID, Label: list[i].Shown(), Selected: slices.Contains(present, list[i].ID)})
	}
	return out, err
}

// readPresent reads who is there.
func (sent *reviewSent) readPresent(values url.Values) (names []string, err error) {
	sent.typed, sent.present, sent.others = true, []string{}, typedText(values.Get(othersField))
	for _, id := range values["present"] {
		if len(sent.present) <= sourcing.MaxPresent && !slices.Contains(sent.present, id) {
			sent.present = append(sent.present, clip(id))
		}
	}
	slices.Sort(sent.present)
	return sourcing.Names(sent.others)
}

// reviewBegin begins one.
func (s *site) reviewBegin(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	values := sentForm(c)
	sent := reviewSent{once: sentOnce(values.Get(onceField)), service: clip(values.Get("service")), on: typedLine(values.Get("jour"))}
	r := sourcing.Review{ID: sent.once, Service: sent.service}
	r.Others, err = sent.readPresent(values)
	r.Present = sent.present
	if err != nil {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: othersField, Text: err.Error()})
	}
	if day, err := structure.ParseDate(sent.on); err == nil {
		r.On = day
	}
	wrong := r.Check()
	for _, field := range []string{"jour", othersField} {
		if text := wrong[field]; text != "" && sent.state.Fault(field) == "" {
			sent.state.Faults = append(sent.state.Faults, form.Fault{Field: field, Text: text.Error()})
		}
	}
	sent.state.Heading = "La revue n’est pas commencée"
	if len(sent.state.Faults) > 0 {
		return s.renderReviewNew(c.Status(fiber.StatusUnprocessableEntity), m, sent)
	}
	err = s.Programme.BeginReview(c.UserContext(), m, r)
	if text, status, ok := dossierRefused(err); ok {
		sent.state.Refusal = text
		return s.renderReviewNew(c.Status(status), m, sent)
	}
	if err != nil {
		return err
	}
	return done(c, reviewURL(r.ID), "ouverte")
}

// review shows one purchase of it at a time, for the room.
func (s *site) review(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	r, _, err := s.Programme.Review(c.UserContext(), m, c.Params("id"))
	if err != nil {
		return err
	}
	return s.renderReview(c, m, &r, c.Query(reviewParam), reviewSent{})
}

func (s *site) renderReview(c *fiber.Ctx, m buyer.Member, r *sourcing.Review, purchase string, sent reviewSent) error {
	ctx := c.UserContext()
	names, err := s.namesOf(ctx, r.Persons())
	if err != nil {
		return err
	}
	sent.state.Token, sent.state.Heading = s.formToken(c), "Rien n’est enregistré"
	heading := "Revue de marchés" + format.NNBSP + ": " + format.Text(r.ServiceName)
	p := views.ReviewPage{
		Base: s.base(heading, heading, ""), Heading: heading, Done: doneText(c, reviewDone), State: sent.state, URL: reviewURL(r.ID), On: format.Date(r.On), Reviews: reviewsPath, Minutes: reviewURL(r.ID) + "/compte-rendu",
		Writes: sourcing.Buys(m) && r.ClosedAt.IsZero(), Empty: "Ce service n’a aucun achat à venir dans les vingt-quatre mois.", Names: presentNames(r, names), Kept: namesKept,
	}
	p.Section = programmePath
	if !r.ClosedAt.IsZero() {
		p.Closed = reviewMoment(r) + byWhom(names, r.ClosedBy)
	}
	if r.More > 0 {
		p.More = format.Text(format.Count(r.More, "autre achat n’est pas repris", "autres achats ne sont pas repris") + " : une revue en passe " + strconv.Itoa(sourcing.MaxItems) + " au plus.")
	}
	if p.Writes {
		p.CloseAction = &form.Action{To: p.URL + "/clore", Label: "Clore la revue"}
		p.People = views.ReviewPeople{Others: strings.Join(r.Others, "\n")}
		present := r.Present
		if sent.typed {
			present, p.People.Others = sent.present, sent.others
		}
		if p.People.Members, err = s.reviewMembers(ctx, m, present); err != nil {
			return err
		}
	}
	if len(r.Items) > 0 {
		at := max(0, slices.IndexFunc(r.Items, func(x sourcing.Item) bool { return x.Purchase == purchase }))
		reviewIndex(&p, r, at)
		if p.Item, err = s.reviewItem(ctx, m, r, &r.Items[at], names, sent); err != nil {
			return err
		}
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ReviewView(p))
}

// reviewIndex lists the purchases of a review, and leads from the one at a place to
// those beside it.
func reviewIndex(p *views.ReviewPage, r *sourcing.Review, at int) {
	for i := range r.Items {
		x := &r.Items[i]
		link := views.ReviewLink{Object: format.Text(x.Object), URL: reviewAt(r.ID, x.Purchase), Says: "sans conclusion", Noted: x.Noted(), Current: i == at}
		if x.Noted() {
			link.Says = x.Outcome.Label()
		}
		p.Index = append(p.Index, link)
	}
	p.Place = strconv.Itoa(at+1) + " sur " + strconv.Itoa(len(r.Items))
	if at > 0 {
		p.Previous = reviewAt(r.ID, r.Items[at-1].Purchase)
	}
	if at+1 < len(r.Items) {
		p.Next = reviewAt(r.ID, r.Items[at+1].Purchase)
	}
}

const namesKept = "Les noms saisis restent avec ce compte rendu et s’effacent cinq ans après le jour de la revue."

// presentNames are the names of who is there, members first.
func presentNames(r *sourcing.Review, names map[string]string) (out []string) {
	for _, id := range r.Present {
		if name := names[id]; name != "" {
			out = append(out, name)
		}
	}
	return append(out, r.Others...)
}

// reviewItem is what the room sees of a purchase: as it is now, with its lots, and what
// was noted.
func (s *site) reviewItem(ctx context.Context, m buyer.Member, r *sourcing.Review, x *sourcing.Item, names map[string]string, sent reviewSent) (*views.ReviewItem, error) {
	out := &views.ReviewItem{Object: format.Text(x.Object), To: reviewURL(r.ID) + "/achats/" + url.PathEscape(x.Purchase), Rev: strconv.FormatInt(x.Rev, 10), Outcome: x.Outcome.Label(), Note: x.Note}
	if !x.At.IsZero() {
		out.By = "Noté le " + format.Moment(x.At) + byWhom(names, x.By)
	}
	chosen := x.Outcome
	if sent.noted == x.Purchase {
		if sent.stale {
			out.Theirs = &views.ReviewTheirs{Outcome: x.Outcome.Label(), Note: x.Note, By: out.By}
		}
		chosen, out.Note = sent.outcome, sent.note
	}
	for _, o := range sourcing.Outcomes {
		out.Outcomes = append(out.Outcomes, part.Option{Value: string(o), Label: o.Label(), Selected: o == chosen})
	}
	d, _, err := s.Programme.Purchase(ctx, m, x.Purchase)
	if errors.Is(err, store.ErrNotFound) {
		out.Gone = true
		out.Facts = itemFacts(x.Euros, x.Publication, "")
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	v := &d.Value
	out.Object, out.URL = format.Text(v.Object), purchaseURL(v.ID)
	out.Facts = itemFacts(v.Total(), v.Publication, s.placesText(v.Places))
	if v.TakeOver != "" {
		out.Facts = append(out.Facts, desk.Fact{Term: "Reprise du personnel", Text: string(v.TakeOver)})
	}
	if v.Holder.Name != "" {
		out.Facts = append(out.Facts, desk.Fact{Term: "Titulaire actuel", Text: v.Holder.Name})
	}
	for i := range v.Lots {
		l, err := s.reviewLot(ctx, m, v, &v.Lots[i], i < maxStudied)
		if err != nil {
			return nil, err
		}
		out.Lots = append(out.Lots, l)
	}
	return out, nil
}

// reviewLot is a lot in the room: its first verdict, and where its decision is.
func (s *site) reviewLot(ctx context.Context, m buyer.Member, p *sourcing.Purchase, l *sourcing.Lot, studied bool) (views.ReviewLot, error) {
	out := views.ReviewLot{Name: format.Text(p.ObjectOf(l)), Study: lotURL(p.ID, l.ID), Decision: decisionURL(p.ID, l.ID)}
	if l.Number != "" && p.Divided() {
		out.Name = "Lot " + l.Number + format.NNBSP + ": " + out.Name
	}
	if n := p.EurosOf(l); n > 0 {
		out.Euros = sourcing.Money(n)
	}
	seen, err := s.Programme.Dossier(ctx, m, p.ID, l.ID)
	if err != nil {
		return out, err
	}
	if d := seen.Dossier.Standing(); d != nil {
		out.Decided = d.Proposal.Says()
	}
	out.OpinionOrWaiting = dossierWords(&seen.Dossier)
	if s.Programme.StudyLot == nil || !studied || p.External != nil {
		return out, nil
	}
	study, err := s.Programme.StudyLot(ctx, m, p.ID, l.ID)
	if err == nil && len(study.Verdicts) > 0 {
		out.Verdict, out.Reason = verdictWords(&study.Verdicts[0])
	}
	return out, err
}

// dossierWords are the last step of a dossier before its decision, "" for none.
func dossierWords(d *sourcing.Dossier) string {
	switch {
	case d.Proposal != nil:
		return "Proposition à décider : " + d.Proposal.Says()
	case d.LastView() != nil:
		return "Avis : " + d.LastView().View.Label()
	case d.Waiting() != nil:
		return "Avis attendu pour le " + format.Date(d.Waiting().Due)
	}
	return ""
}

// verdictWords are a verdict and its first reason.
func verdictWords(v *sourcing.Verdict) (verdict, reason string) {
	verdict = v.Code.Label()
	if v.Basis != "" {
		verdict += " (" + string(v.Basis) + ")"
	}
	if len(v.Reasons) > 0 {
		reason = v.Reasons[0]
	}
	return verdict, reason
}
