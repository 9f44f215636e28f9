package web

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/drawing"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
)

var afterBudgetDone = map[string]string{"budget": "Le budget est enregistré."}

// Fields of a line of the budget begin with its key.
const costLineField = "ligne"

var costKey = regexp.MustCompile(`^l-[0-9]{1,3}$`)

// costFields are the amounts of a line.
var costFields = []string{"prevu", "engage", "paye"}

// afterBudget answers what an event costs.
func (s *site) afterBudget(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	return s.renderBudget(c, m, seen, form.State{}, typedBudget(&seen.Event))
}

// typedBudget is the budget as its form has it, with a line to fill in.
func typedBudget(e *event.Event) url.Values {
	out := url.Values{"version": {strconv.FormatInt(e.Rev, 10)}}
	for i := range e.Budget {
		l, key := &e.Budget[i], "l-"+strconv.Itoa(i)
		out.Add(costLineField, key)
		for name, value := range map[string]string{"id": l.ID, "quoi": l.Label, "imputation": l.Line, "prevu": centsTyped(l.Planned), "engage": centsTyped(l.Committed), "paye": centsTyped(l.Actual)} {
			out.Set(key+"-"+name, value)
		}
	}
	if len(e.Budget) < event.MaxBudget {
		out.Add(costLineField, "l-"+strconv.Itoa(len(e.Budget)))
	}
	return out
}

func costKeys(sent url.Values) (out []string) {
	for _, key := range sent[costLineField] {
		if costKey.MatchString(key) && !slices.Contains(out, key) && len(out) <= event.MaxBudget {
			out = append(out, key)
		}
	}
	return out
}

func (s *site) renderBudget(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, state form.State, sent url.Values) error {
	e := &seen.Event
	state.Token, state.Heading = s.formToken(c), "Le budget n’est pas enregistré"
	p := views.AfterBudgetPage{
		Page: s.eventFrame(c, seen, "Budget", afterBudgetTab, afterBudgetDone), State: state, To: eventURL(e.ID) + afterBudgetTab, Rev: sent.Get("version"), Reader: !afterWrites(m, seen),
	}
	came, err := s.Gathering.Attendance(c.UserContext(), e.ID)
	if err != nil {
		return err
	}
	s.costs(&p, seen, event.FiguresOf(e, came))
	if p.Reader {
		for i := range e.Budget {
			l := &e.Budget[i]
			p.Lines = append(p.Lines, views.AfterCost{Label: l.Label, Line: l.Line, Planned: centsText(l.Planned), Committed: centsText(l.Committed), Actual: centsText(l.Actual)})
		}
	} else {
		for i, key := range costKeys(sent) {
			get := func(name string) string { return typedLine(sent.Get(key + "-" + name)) }
			p.Lines = append(p.Lines, views.AfterCost{Key: key, ID: get("id"), Number: strconv.Itoa(i + 1), Label: get("quoi"), Line: get("imputation"), Planned: get("prevu"), Committed: get("engage"), Actual: get("paye")})
		}
	}
	titleFaults(&p.Title, state)
	return render(c, views.AfterBudgetView(p))
}

// costs sums the budget up, and says what one who came, and one who did not, cost.
func (s *site) costs(p *views.AfterBudgetPage, seen *gathering.Seen, f event.Figures) {
	e := &seen.Event
	sum := e.Costs()
	totals := []struct {
		name  string
		cents int64
	}{{"Prévu", sum.Planned}, {"Engagé", sum.Committed}, {"Payé", sum.Actual}}
	most := max(sum.Planned, sum.Committed, sum.Actual)
	if most > 0 {
		chart := drawing.Ranked{ID: "budget-figure", Title: "Prévu, engagé et payé", Of: int(most)}
		for _, t := range totals {
			chart.List = append(chart.List, drawing.Bar{Name: t.name, Value: int(t.cents), Number: centsText(t.cents)})
			p.ChartRows = append(p.ChartRows, [2]string{t.name, centsText(t.cents)})
		}
		p.Chart = &chart
	}
	p.Each = costEach(e, &f)
	if f.Present > 0 {
		if text := provisional(seen); text != "" {
			p.Notes = append(p.Notes, text)
		}
	}
}

// costEach is the cost of an event, of a person who came, and of a place that stayed empty.
func costEach(e *event.Event, f *event.Figures) []views.AfterFigure {
	cost := e.Cost()
	if cost == 0 {
		return []views.AfterFigure{{Label: "Coût connu", Value: "–", How: "Aucune dépense n’est notée au budget."}}
	}
	out := []views.AfterFigure{{Label: "Coût connu", Value: centsText(cost), How: "Toutes taxes comprises. Pour chaque dépense : le payé, sinon l’engagé, sinon le prévu."}}
	if f.People > 0 {
		out = append(out, views.AfterFigure{Label: "Par personne venue", Value: centsText(cost / int64(f.People)), How: "Le coût connu, partagé entre " + format.Count(f.People, "personne présente", "personnes présentes") + "."})
	}
	if f.Absent > 0 && f.Accepted > 0 {
		each := cost / int64(f.Accepted)
		out = append(out, views.AfterFigure{
			Label: "Par place restée vide", Value: centsText(each),
			How: "Le coût connu, partagé entre " + format.Count(f.Accepted, "place prise", "places prises") + ", soit " + centsText(each*int64(f.Absent)) + " pour " + format.Count(f.Absent, "absence", "absences") + ".",
		})
	}
	return out
}

// readBudget reads the lines of the form; one of which nothing is said is gone.
func readBudget(sent url.Values) (lines []event.BudgetLine, faults []form.Fault) {
	for _, key := range costKeys(sent) {
		get := func(name string) string { return typedLine(sent.Get(key + "-" + name)) }
		l := event.BudgetLine{ID: get("id"), Label: get("quoi"), Line: get("imputation")}
		for i, name := range costFields {
			cents, err := readCents(get(name))
			if err != nil {
				faults = append(faults, form.Fault{Field: key + "-" + name, Text: err.Error()})
			}
			*[]*int64{&l.Planned, &l.Committed, &l.Actual}[i] = cents
		}
		said := strings.TrimSpace(get("quoi")+get("imputation")+get("prevu")+get("engage")+get("paye")) != ""
		switch {
		case !said:
			continue
		case l.Label == "":
			faults = append(faults, form.Fault{Field: key + "-quoi", Text: "Dites de quelle dépense il s’agit."})
		case len([]rune(l.Label)) > event.MaxTitle:
			faults = append(faults, form.Fault{Field: key + "-quoi", Text: "150 caractères au plus."})
		}
		if len([]rune(l.Line)) > event.MaxTitle {
			faults = append(faults, form.Fault{Field: key + "-imputation", Text: "150 caractères au plus."})
		}
		lines = append(lines, l)
	}
	return lines, faults
}

// readCents reads an amount in euros.
func readCents(text string) (int64, error) {
	text = strings.TrimSpace(strings.TrimSuffix(text, "€"))
	n, err := survey.ParseNumber(text)
	if err != nil || n == "" {
		return 0, err
	}
	euros, err := strconv.ParseFloat(n, 64)
	if err != nil || euros < 0 || euros*100 > event.MaxCost {
		return 0, account.Fault("Donnez un montant en euros, « 324,50 » par exemple.")
	}
	return int64(euros*100 + 0.5), nil
}

// afterBudgetWrite stores it, or adds a line to its form.
func (s *site) afterBudgetWrite(c *fiber.Ctx) error {
	m, seen, err := s.afterSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	if keys := costKeys(sent); sent.Has(addButton) {
		for n := 0; len(keys) < event.MaxBudget; n++ {
			if key := "l-" + strconv.Itoa(n); !slices.Contains(keys, key) {
				sent.Add(costLineField, key)
				break
			}
		}
		return s.renderBudget(c, m, seen, form.State{}, sent)
	}
	lines, faults := readBudget(sent)
	if len(faults) > 0 {
		return s.renderBudget(c.Status(fiber.StatusUnprocessableEntity), m, seen, form.State{Faults: faults}, sent)
	}
	err = s.Gathering.On(c.UserContext(), m, seen.Event.ID, "event.budget", func(e *event.Event) error {
		return e.WriteBudget(m, lines, operationRev(sent.Get("version")), s.Now())
	})
	if err == nil {
		return done(c, eventURL(seen.Event.ID)+afterBudgetTab, "budget")
	}
	return s.afterStale(c, m, seen, err, sent, s.renderBudget)
}

// afterStale answers a form of an event again with why not. Of one that was written
// meanwhile it holds what was typed over the newest revision: sent again, it replaces that.
func (s *site) afterStale(c *fiber.Ctx, m buyer.Member, seen *gathering.Seen, err error, sent url.Values, show func(*fiber.Ctx, buyer.Member, *gathering.Seen, form.State, url.Values) error) error {
	return s.afterRefused(c, err, "", func(state form.State) error {
		if errors.Is(err, sourcing.ErrStale) {
			now, err := s.Gathering.Event(c.UserContext(), m, seen.Event.ID)
			if err != nil {
				return err
			}
			seen = now
			sent.Set("version", strconv.FormatInt(now.Event.Rev, 10))
			state.Refusal = "L’événement a changé pendant que vous écriviez. Ce que vous avez tapé est gardé ci-dessous : relisez-le, puis enregistrez de nouveau."
		}
		return show(c, m, seen, state, sent)
	})
}
