package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

const (
	contractsPath = programmePath + "/contrats"
	newContract   = contractsPath + "/nouveau"
	digestPath    = contractsPath + "/point"
	importPath    = programmePath + "/import"
)

// Parameters of the list of contracts.
const (
	serviceParam = "service"
	endParam     = "fin"
	followParam  = "suite"
	pageParam    = "page"
	noService    = "aucun"
	overValue    = "passes"
)

// contractsPage is how many contracts a page shows.
const contractsPage = 50

// contractEnds are the months within which a contract ends that the list can be narrowed to.
var contractEnds = []int{3, 6, 12, 24}

var contractDone = map[string]string{
	"ajoute": "Le marché est enregistré.", "modifie": "Le marché est à jour.", "termine": "Le marché est terminé.",
	"propose": "La suite est proposée : elle attend dans le programme, comme une idée.", "jour": "Le jour d’envoi est enregistré.",
}

// contractRoutes are those of running contracts.
func (s *site) contractRoutes(readers, writers door, limited fiber.Handler) {
	readers.Get(contractsPath, limited, s.contracts)
	writers.Post(digestPath, limited, s.digestDay)
	writers.Get(newContract, limited, s.contractNew)
	writers.Post(newContract, limited, s.contractCreate)
	readers.Get(contractsPath+"/:id", limited, s.contract)
	writers.Get(contractsPath+"/:id/modifier", limited, s.contractEdit)
	writers.Post(contractsPath+"/:id/modifier", limited, s.contractWrite)
	writers.Get(contractsPath+"/:id/terminer", limited, s.contractEndForm)
	writers.Post(contractsPath+"/:id/terminer", limited, s.contractEnd)
	writers.Post(contractsPath+"/:id/proposer", limited, s.contractPropose)
}

// contractFilter is what is asked of the list.
type contractFilter struct {
	text, service, follow string
	months                int  // within which it ends, 0 = any
	over                  bool // it has ended
}

func readContractFilter(values url.Values) contractFilter {
	f := contractFilter{text: typedLine(values.Get(textParam)), service: values.Get(serviceParam), follow: values.Get(followParam), over: values.Get(endParam) == overValue}
	if n, err := strconv.Atoi(values.Get(endParam)); err == nil && slices.Contains(contractEnds, n) {
		f.months = n
	}
	return f
}

func (f *contractFilter) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{textParam: f.text, serviceParam: f.service, followParam: f.follow} {
		if value != "" {
			out.Set(name, value)
		}
	}
	switch {
	case f.over:
		out.Set(endParam, overValue)
	case f.months > 0:
		out.Set(endParam, strconv.Itoa(f.months))
	}
	return out
}

// keeps reports whether a contract is asked for.
func (f *contractFilter) keeps(c *sourcing.Contract, on structure.Date) bool {
	over := isOver(c, on)
	service := c.Service
	if service == "" {
		service = noService
	}
	switch {
	case f.service != "" && service != f.service:
		return false
	case f.over && !over, f.months > 0 && (over || c.Over() > on.AddMonths(f.months)):
		return false
	case f.follow == string(sourcing.Yes) && c.Purchase == "", f.follow == string(sourcing.No) && c.Purchase != "":
		return false
	}
	return f.names(c)
}

// names reports whether a contract has the words that are looked for.
func (f *contractFilter) names(c *sourcing.Contract) bool {
	text := territory.Fold(c.Object + "\n" + c.Holder.Name + "\n" + c.Holder.SIREN + "\n" + c.Reference)
	for _, word := range strings.Fields(territory.Fold(f.text)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// isOver reports whether a contract has ended by the day, or before its last one.
func isOver(c *sourcing.Contract, on structure.Date) bool {
	return !c.EndedAt.IsZero() || c.LastDay() < on
}

// contracts lists those of the organisation: what runs, by its last day, then what is over.
func (s *site) contracts(c *fiber.Ctx) error { return s.renderContracts(c, nil) }

func (s *site) renderContracts(c *fiber.Ctx, why error) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	list, set, err := s.Programme.ContractList(c.UserContext(), m)
	if err != nil {
		return err
	}
	purchases, _, err := s.Programme.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	f := readContractFilter(values)
	p := views.ContractListPage{
		Page: s.programmeDesk(c, "Marchés en cours", contractsPath, contractDone), State: form.State{Token: s.formToken(c)}, Action: contractsPath, Text: f.text,
		Filters: contractFilters(&f, &set), None: len(list) == 0,
		Note: format.Text("Leur renouvellement est proposé " + format.Count(set.Ahead(), "mois", "mois") + " avant."),
	}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	if sourcing.Buys(m) {
		p.New, p.Import, p.Digest = newContract, importPath, contractDigest(&set)
	}
	if len(f.values()) > 0 {
		p.Reset = contractsPath
	}
	law, err := s.Programme.Law(c.UserContext())
	if err != nil {
		return err
	}
	if err := s.fillContracts(c.UserContext(), &p, &f, values, contractShelf{list: list, set: &set, purchases: purchases, law: law}); err != nil {
		return err
	}
	return render(c, views.ContractsView(p))
}

// contractShelf is what the list is made from.
type contractShelf struct {
	list      []sourcing.Contract
	set       *sourcing.Programme
	purchases []sourcing.Purchase
	law       sourcing.Law
	longer    map[string]bool // followers shown whose publicity lasts longer, by id
}

// fillContracts puts the page of the list that is asked for.
func (s *site) fillContracts(ctx context.Context, p *views.ContractListPage, f *contractFilter, values url.Values, h contractShelf) (err error) {
	on := s.today()
	list := slices.DeleteFunc(h.list, func(c sourcing.Contract) bool { return !f.keeps(&c, on) })
	slices.SortStableFunc(list, func(a, b sourcing.Contract) int {
		x, y := isOver(&a, on), isOver(&b, on)
		switch {
		case x != y && x:
			return 1
		case x != y:
			return -1
		case x:
			return strings.Compare(string(b.Over()), string(a.Over())) // the newest first
		}
		return strings.Compare(string(a.Over()), string(b.Over()))
	})
	p.Summary = contractFigures(list, on)
	pages := (len(list) + contractsPage - 1) / contractsPage
	page := 1
	if n, err := strconv.Atoi(values.Get(pageParam)); err == nil && n >= 1 && n <= pages {
		page = n
	}
	list = list[min(len(list), (page-1)*contractsPage):min(len(list), page*contractsPage)]
	followers, shown := h.followers(list)
	if h.longer, err = s.Programme.Lengthened(ctx, shown); err != nil {
		return err
	}
	for _, c := range list {
		p.Lines = append(p.Lines, h.line(&c, followers[c.Purchase], on))
	}
	p.Pages = pagination(page, pages, func(n int) string { return searchAt(contractsPath, with(f.values(), pageParam, strconv.Itoa(n))) })
	return nil
}

// followers are the purchases that follow contracts, by id and in a row.
func (h *contractShelf) followers(list []sourcing.Contract) (byID map[string]*sourcing.Purchase, all []sourcing.Purchase) {
	byID = map[string]*sourcing.Purchase{}
	for i := range h.purchases {
		p := &h.purchases[i]
		if slices.ContainsFunc(list, func(c sourcing.Contract) bool { return c.Purchase == p.ID }) {
			byID[p.ID], all = p, append(all, *p)
		}
	}
	return byID, all
}

func contractFilters(f *contractFilter, set *sourcing.Programme) []views.ContractFilter {
	services := []part.Option{{Label: "Tous"}}
	for _, service := range set.Services {
		services = append(services, part.Option{Value: service.ID, Label: service.Name})
	}
	services = append(services, part.Option{Value: noService, Label: "Sans service"})
	ends := []part.Option{{Label: "Toutes"}}
	for _, n := range contractEnds {
		ends = append(ends, part.Option{Value: strconv.Itoa(n), Label: "Dans les " + strconv.Itoa(n) + " mois"})
	}
	ends = append(ends, part.Option{Value: overValue, Label: "Déjà passée"})
	follows := []part.Option{{Label: "Toutes"}, {Value: string(sourcing.Yes), Label: "Avec une suite"}, {Value: string(sourcing.No), Label: "Sans suite"}}
	asked := f.values()
	out := []views.ContractFilter{{Name: serviceParam, Label: "Service", Options: services}, {Name: endParam, Label: "Fin", Options: ends}, {Name: followParam, Label: "Suite", Options: follows}}
	for _, filter := range out {
		for i := range filter.Options {
			filter.Options[i].Selected = filter.Options[i].Value == asked.Get(filter.Name)
		}
	}
	return out
}

// contractFigures sum up what is listed.
func contractFigures(list []sourcing.Contract, on structure.Date) []views.ContractFigure {
	running, soon, alone, unsaid := 0, 0, 0, 0
	var annual int64
	for i := range list {
		c := &list[i]
		if isOver(c, on) {
			continue
		}
		running++
		annual += c.Annual()
		if c.Euros == 0 {
			unsaid++
		}
		if c.LastDay() <= on.AddMonths(12) {
			soon++
			if c.Purchase == "" {
				alone++
			}
		}
	}
	amount := sourcing.Money(annual)
	if unsaid > 0 {
		amount += ", " + format.Count(unsaid, "montant inconnu", "montants inconnus") + " à part"
	}
	return []views.ContractFigure{
		{Value: format.Number(running), Label: "En cours"}, {Value: amount, Label: "Montant annuel"},
		{Value: format.Number(soon), Label: "Finissent dans les 12 mois"}, {Value: format.Number(alone), Label: "Dont sans suite"},
	}
}

func (h *contractShelf) line(c *sourcing.Contract, follower *sourcing.Purchase, on structure.Date) views.ContractLine {
	l := views.ContractLine{
		Object: format.Text(c.Object), URL: contractURL(c.ID), Holder: orDash(format.Text(c.Holder.Name)), Amount: euros(c.Euros),
		LastDay: format.ShortDate(c.Over()), Ended: isOver(c, on), EndNote: contractEnd(c, on),
	}
	var notes []string
	if c.Reference != "" {
		notes = append(notes, c.Reference)
	}
	if service := h.set.Service(c.Service); service != nil {
		notes = append(notes, service.Name)
	}
	l.Note = strings.Join(notes, " · ")
	if annual := c.Annual(); annual > 0 && annual != c.Euros {
		l.AmountNote = sourcing.Money(annual) + " par an"
	}
	l.Follower, l.FollowNote = "Aucune", contractProposal(c, h.set, on)
	if c.Purchase != "" {
		l.Follower, l.FollowNote = "Proposée", ""
		if follower != nil {
			l.Follower, l.FollowerURL = follower.State().Label(), purchaseURL(follower.ID)
			plan := sourcing.BackPlanOf(follower, h.law, h.longer[follower.ID], on)
			if late := len(plan.Late()); late > 0 {
				l.FollowNote, l.FollowLate = format.Count(late, "étape en retard", "étapes en retard"), true
			}
		}
	}
	return l
}

// contractEnd says what is to be known of an end.
func contractEnd(c *sourcing.Contract, on structure.Date) string {
	switch {
	case !c.EndedAt.IsZero():
		return "terminé avant son terme"
	case c.LastDay() < on:
		return "terme dépassé"
	case c.ReconductionMissed(on):
		return "reconduction non notée depuis le " + format.ShortDate(c.CurrentEnd())
	case c.ReconductionBy(on) != "":
		return "reconduction à décider avant le " + format.ShortDate(c.ReconductionBy(on))
	}
	return ""
}

// contractProposal says when the renewal of a contract that nothing follows is proposed.
func contractProposal(c *sourcing.Contract, set *sourcing.Programme, on structure.Date) string {
	switch day := c.ProposedOn(set.Ahead()); {
	case isOver(c, on):
		return ""
	case day > on:
		return "sera proposée le " + format.ShortDate(day)
	}
	return "sera proposée sous peu"
}

func euros(n int64) string {
	if n == 0 {
		return "Inconnu"
	}
	return sourcing.Money(n)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func contractDigest(set *sourcing.Programme) *views.ContractDigest {
	d := &views.ContractDigest{
		Text:   "Chaque semaine, les acheteurs et les prescripteurs de chaque service reçoivent ce qui les attend : renouvellements proposés, étapes en retard ou proches, marchés sans suite. Sans nouvelle, pas de courriel ; chacun peut le couper dans ses notifications.",
		Action: digestPath,
	}
	for day := range 7 {
		n := day + 1
		o := part.Option{Value: strconv.Itoa(n), Label: format.Upper(programme.WeekdayName(time.Weekday(n % 7))), Selected: set.TellsOn() == time.Weekday(n%7)}
		d.Days = append(d.Days, o)
	}
	return d
}

// digestDay chooses the day on which the news of the week are told.
func (s *site) digestDay(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	day, _ := strconv.Atoi(sentForm(c).Get("jour"))
	err = s.Programme.SetDigestDay(c.UserContext(), m, day)
	if refusable(err) {
		return s.renderContracts(c, fieldFaults{{Field: "jour", Text: err.Error()}})
	}
	if err != nil {
		return err
	}
	return done(c, contractsPath, "jour")
}
