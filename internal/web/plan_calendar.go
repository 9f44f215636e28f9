package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

const (
	calendarMonths = 36
	calendarFrom   = "depuis" // parameter: first quarter
	calendarMonth  = 60       // things that one month shows
)

// happening is one thing of the calendar.
type happening struct {
	day   structure.Date
	entry views.CalendarEntry
}

// planCalendar shows 36 months: publications, starts of performance, ends of contracts.
func (s *site) planCalendar(c *fiber.Ctx) error {
	p, err := s.openPlan(c)
	if err != nil {
		return err
	}
	first := quarterStart(p.day)
	if d := quarterOf(c.Query(calendarFrom)); d != "" {
		first = d
	}
	out := views.CalendarPage{Head: p.head(c, "Calendrier du programme", planCalendarPath)}
	list, err := p.happenings(c)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		out.Empty = nil // an end of contract alone is worth a calendar
	}
	p.span(&out, first)
	p.fill(&out, list, first)
	return render(c, views.CalendarView(out))
}

// quarterStart is the first day of the quarter of a day.
func quarterStart(d structure.Date) structure.Date {
	return quarterOf(string(sourcing.QuarterOf(d)))
}

// quarterOf reads « 2027-T1 », "" when it is none.
func quarterOf(text string) structure.Date {
	year, n, ok := strings.Cut(text, "-T")
	q, err := strconv.Atoi(n)
	if y, bad := strconv.Atoi(year); !ok || err != nil || bad != nil || q < 1 || q > 4 || y < 2000 || y > 2100 || len(year) != 4 {
		return ""
	}
	return structure.Date(year + "-" + pad(3*q-2) + "-01")
}

func pad(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// publicationLate reports whether its publication was to come and it is not launched.
func (p *planned) publicationLate(v *sourcing.Purchase) bool {
	return v.Overdue(p.day) && v.State() != sourcing.Launched && v.Publication != "" && v.Publication < p.day
}

// happenings are all that the calendar may show, in the order of their days.
func (p *planned) happenings(c *fiber.Ctx) (out []happening, err error) {
	for i := range p.found.List {
		v := &p.found.List[i]
		if state := v.State(); state == sourcing.Abandoned || state == sourcing.Unsuccessful {
			continue // nothing comes of it
		}
		line := p.line(v)
		note := line.Amount
		if line.External != "" {
			note = line.External
		}
		add := func(kind, what string, day structure.Date, late bool) {
			out = append(out, happening{day, views.CalendarEntry{Kind: kind, What: what, Label: line.Object, URL: line.URL, Note: note, Late: late}})
		}
		if v.Publication != "" || v.Start == "" {
			add("publication", "Publication", v.Publication, p.publicationLate(v))
		}
		if v.Start != "" {
			add("debut", "Début", v.Start, v.Overdue(p.day) && v.Start < p.day)
		}
	}
	ends, err := p.ends(c)
	if err != nil {
		return nil, err
	}
	out = append(out, ends...)
	slices.SortStableFunc(out, func(a, b happening) int { return cmp.Compare(a.day, b.day) })
	return out, nil
}

// ends are the last days of running contracts, as long as nothing but a service narrows the
// programme: a contract has neither state nor publication.
func (p *planned) ends(c *fiber.Ctx) (out []happening, err error) {
	of := p.filter.Service
	if p.filter != (programme.Filter{Service: of}) {
		return nil, nil
	}
	list, _, err := p.Programme.ContractList(c.UserContext(), p.m)
	for i := range list {
		v := &list[i]
		if isOver(v, p.day) || of != "" && of != v.Service {
			continue
		}
		out = append(out, happening{v.LastDay(), views.CalendarEntry{Kind: "fin", What: "Fin de marché", Label: format.Text(v.Object), URL: contractURL(v.ID), Note: v.Holder.Name}})
	}
	return out, err
}

// span says which months are shown, and leads to others.
func (p *planned) span(out *views.CalendarPage, first structure.Date) {
	last := first.AddMonths(calendarMonths - 1)
	from := format.Month(first)
	if strings.ContainsAny(from[:1], "ao") {
		from = "D’" + from
	} else {
		from = "De " + from
	}
	out.Span = from + " à " + format.Month(last)
	to := func(d structure.Date) string {
		values := p.values()
		values.Set(calendarFrom, string(sourcing.QuarterOf(d)))
		return searchAt(planCalendarPath, values)
	}
	out.Earlier = &part.Link{Label: "12 mois plus tôt", URL: to(first.AddMonths(-12))}
	out.Later = &part.Link{Label: "12 mois plus tard", URL: to(first.AddMonths(12))}
}

// fill puts what happens into its month; what is planned before the first of them and
// is not launched comes before, what has no day at the end.
func (p *planned) fill(out *views.CalendarPage, list []happening, first structure.Date) {
	byMonth := map[string][]views.CalendarEntry{}
	end := first.AddMonths(calendarMonths)
	for _, h := range list {
		e := h.entry
		switch {
		case h.day == "":
			out.Undated = append(out.Undated, e)
			continue
		case h.day < first:
			if e.Late {
				e.Day = format.ShortDate(h.day)
				out.Outside = append(out.Outside, e)
			}
			continue
		case h.day >= end:
			continue
		}
		e.Day = strings.TrimSuffix(format.Date(h.day), format.NBSP+string(h.day)[:4])
		byMonth[string(h.day)[:7]] = append(byMonth[string(h.day)[:7]], e)
	}
	year := ""
	for q := 0; q < calendarMonths; q += 3 {
		start := first.AddMonths(q)
		quarter := views.CalendarQuarter{ID: "t-" + strings.ToLower(string(sourcing.QuarterOf(start))), Label: periodWords(string(sourcing.QuarterOf(start)))}
		n := 0
		for i := range 3 {
			month := start.AddMonths(i)
			entries := byMonth[string(month)[:7]]
			n += len(entries)
			quarter.Months = append(quarter.Months, views.CalendarMonth{Label: format.Upper(format.Month(month)), Entries: entries[:min(len(entries), calendarMonth)]})
		}
		quarter.Count = format.Count(n, "échéance", "échéances")
		out.Quarters = append(out.Quarters, quarter)
		if y := string(start)[:4]; y != year {
			year = y
			out.Years = append(out.Years, part.Link{Label: y, URL: "#" + url.PathEscape(quarter.ID)})
		}
	}
	out.Outside, out.Undated = out.Outside[:min(len(out.Outside), calendarMonth)], out.Undated[:min(len(out.Undated), calendarMonth)]
}
