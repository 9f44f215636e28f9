package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/taxonomy"
)

// Sourced is what the home organisation asks suppliers: a sourçage that runs, and one
// whose consultation is launched.
type Sourced struct {
	Operations []sourcing.Operation
	Longlists  []sourcing.Longlist
	Answers    []sourcing.Answer
	Exchanges  []sourcing.Exchange
	Mails      []SourcingMail // in the order in which they went
}

// SourcingMail is a mail of a sourçage that has gone.
type SourcingMail struct {
	Operation string // id
	Sender    string // id of the person who caused it
	Dispatch  sourcing.Dispatch
	At        time.Time
	Wrong     bool // its address does not exist
}

// Sourcings carries the sourçages of the home organisation on, by the rules and with a
// moving clock. A lot that is gone has none, nor has an organisation with one buyer.
func Sourcings(opts Options, crowd Crowd, plans Plans, structures []structure.Structure, study StudyLot, gone func(error) bool) (out Sourced, err error) {
	opts = opts.withDefaults()
	if len(plans.Programmes) == 0 {
		return out, nil
	}
	home := plans.Programmes[0].Organisation
	i := slices.IndexFunc(crowd.Organisations, func(o account.Organisation) bool { return o.ID == home })
	d := deciding{planning: planning{opts: opts, org: &crowd.Organisations[i]}, study: study}
	d.first, d.second, d.advises = d.as(account.Buyer, 0), d.as(account.Buyer, 1), d.as(account.Facilitateur, 0)
	if d.second.Person == "" || d.advises.Person == "" {
		return out, nil
	}
	names := map[string]string{}
	for i := range crowd.People {
		names[crowd.People[i].ID] = crowd.People[i].Name
	}
	for _, in := range homeSourcings {
		id := idOf("purchase", home+"/"+in.purchase)
		n := slices.IndexFunc(plans.Purchases, func(p sourcing.Purchase) bool { return p.ID == id })
		a := &asking{deciding: d, in: in, purchase: &plans.Purchases[n], out: &out, held: heldByAccount(crowd, structures), names: names}
		a.begin()
		err := a.panel(structures)
		if gone(err) {
			continue
		}
		if err != nil {
			return out, err
		}
		if len(a.asked) < in.least() { // a directory of a few structures
			continue
		}
		in.story(a)
		if a.err != nil {
			return out, fmt.Errorf("demo: sourçage %s: %w", in.purchase, a.err)
		}
		a.keep()
	}
	return out, nil
}

// moment is when something of a sourçage happens.
type moment = time.Time

// sourced is a sourçage of the demonstration.
type sourced struct {
	purchase        string // key
	lots            []int  // none = the whole purchase
	title, purpose  string
	message, notice string
	express         bool
	sector          string // of those whom a list adds to the study
	template        string // of the questionnaire
	opening         int    // days ago
	contacted       int    // at the opening
	excluded        []sourcing.Exclusion
	answers         map[string][]string // by question: what suppliers answer, each in turn
	story           func(*asking)
}

func (in *sourced) least() int { return in.contacted + 1 } // and one who comes late

// heldByAccount is the structure of the account that one tries the side of structures
// with.
func heldByAccount(crowd Crowd, structures []structure.Structure) *structure.Structure {
	o := slices.IndexFunc(crowd.Organisations, func(o account.Organisation) bool { return o.Kind == account.KindOwner && len(o.Members) > 0 })
	if o < 0 {
		return nil
	}
	i := slices.IndexFunc(structures, func(s structure.Structure) bool {
		return s.SIREN() == crowd.Organisations[o].SIREN && s.SIREN() != "" && !s.Closed
	})
	if i < 0 {
		return nil
	}
	return &structures[i]
}

// asking is a sourçage under way: the first fault ends it.
type asking struct {
	deciding
	in       *sourced
	purchase *sourcing.Purchase
	held     *structure.Structure
	names    map[string]string // of persons
	out      *Sourced
	err      error

	o         sourcing.Operation
	list      sourcing.Longlist
	asked     []*structure.Structure // of the panel, with an address
	answers   []sourcing.Answer
	exchanges []sourcing.Exchange
	wrong     string // id of the supplier whose address is wrong
}

// step does one thing at a moment, and keeps the mails that follow from it.
func (a *asking) step(m buyer.Member, at time.Time, do func(at time.Time) ([]sourcing.Dispatch, error)) {
	if a.err != nil {
		return
	}
	if n := len(a.o.History); n > 0 && at.Before(a.o.History[n-1].At) {
		a.err = fmt.Errorf("the clock goes back to %s", at)
		return
	}
	sent, err := do(at)
	if err != nil {
		a.err = err
		return
	}
	for _, d := range sent {
		a.out.Mails = append(a.out.Mails, SourcingMail{Operation: a.o.ID, Sender: m.Person, Dispatch: d, At: at, Wrong: d.Supplier == a.wrong})
	}
}

// quiet is a step that sends nothing.
func (a *asking) quiet(m buyer.Member, at time.Time, do func(at time.Time) error) {
	a.step(m, at, func(at time.Time) ([]sourcing.Dispatch, error) { return nil, do(at) })
}

// begin makes the operation and its team: the service that needs has not declared yet.
func (a *asking) begin() {
	in, day := a.in, a.in.opening+4
	a.o = sourcing.Operation{ID: idOf("operation", a.org.ID+"/"+in.purchase), Purchase: a.purchase.ID, Title: in.title, Express: in.express, Demo: true}
	for _, n := range in.lots {
		a.o.Lots = append(a.o.Lots, a.purchase.Lots[n].ID)
	}
	a.quiet(a.first, a.at(day, 0), func(at time.Time) error { return a.o.Begin(a.first, at) })
	a.quiet(a.first, a.at(day, 1), func(at time.Time) error { return a.o.Declare(a.first, "", at) })
	team := []struct {
		person   string
		part     sourcing.Part
		declares bool
		interest string
	}{
		{a.second.Person, sourcing.Helps, true, "Ma sœur travaille dans une entreprise adaptée du département, hors de ce panel."},
		{a.advises.Person, sourcing.Advices, true, ""}, {a.having(account.Prescripteur, 0), sourcing.Needs, false, ""},
	}
	for _, mate := range team {
		if mate.person != "" {
			a.quiet(a.first, a.at(day, 2), func(at time.Time) error { return a.o.Enrol(a.first, mate.person, mate.part, at) })
		}
	}
	for n, mate := range team {
		if m := (buyer.Member{Person: mate.person, Organisation: a.org.ID, Kind: a.org.Kind, Role: account.Buyer}); mate.declares {
			a.quiet(m, a.at(day, 3+n), func(at time.Time) error { return a.o.Declare(m, mate.interest, at) })
		}
	}
}

// counted are the structures that a study counts, basis by basis.
func counted(study *sourcing.Study, structures []structure.Structure) (found []*structure.Structure) {
	byID := map[string]*structure.Structure{}
	for i := range structures {
		byID[structures[i].ID] = &structures[i]
	}
	for _, b := range study.Bases {
		for _, c := range b.Candidates {
			if c.Counted && len(c.Structures) > 0 && !c.Groupement {
				found = append(found, byID[c.Structures[0]])
			}
		}
	}
	return found
}

// lot is the first of those that are asked about.
func (a *asking) lot() *sourcing.Lot {
	if len(a.in.lots) > 0 {
		return &a.purchase.Lots[a.in.lots[0]]
	}
	return &a.purchase.Lots[0]
}

// panel freezes those whom the study found, and those whom a list adds: the structure of
// the account, and who else sells it.
func (a *asking) panel(structures []structure.Structure) error {
	lot := a.lot()
	study, err := a.study(a.first, a.purchase.ID, lot.ID)
	if err != nil {
		return err
	}
	most := a.in.contacted + 1 + len(a.in.excluded)
	taken := map[string]bool{}
	add := func(s *structure.Structure, why string) {
		if s == nil || taken[s.SIREN()] || s.SIREN() == "" || len(a.list.Rows) >= most {
			return
		}
		taken[s.SIREN()] = true
		a.list.Rows = append(a.list.Rows, sourcing.Row{Structure: s.ID, Name: s.Name, SIREN: s.SIREN(), Kind: taxonomy.TypeName(s.MainKind(study.On)).Short, City: s.Address.City, Why: why})
		a.asked = append(a.asked, s)
	}
	add(a.held, "Ajoutée de la liste de l’acheteur")
	listed := len(a.list.Rows)
	for _, s := range counted(&study, structures) {
		add(s, "Trouvée par l’étude de réservation du lot")
	}
	found := len(a.list.Rows) - listed
	for _, known := range []func(*structure.Structure) bool{
		func(s *structure.Structure) bool { return sells(s, a.in.sector) },
		func(s *structure.Structure) bool { return s.Contact.Email != "" }, // of a small directory
	} {
		for i := range structures {
			if s := &structures[i]; s.Groupement == nil && !s.Closed && known(s) {
				add(s, "Ajoutée de la liste de l’acheteur")
			}
		}
	}
	day := a.at(a.in.opening+3, 0)
	on, _, _ := strings.Cut(sourcing.Moment(day), " à ")
	a.list.Sources = []sourcing.PanelSource{
		{Kind: sourcing.FromStudy, Label: lot.Object, Data: "annuaire du " + on, Found: found},
		{Kind: sourcing.FromList, Label: "Structures connues du service", Data: "annuaire du " + on, Found: len(a.list.Rows) - found},
	}
	l := &a.list
	l.Organisation, l.Operation, l.By, l.At = a.org.ID, a.o.ID, a.first.Person, day
	l.Hash = l.Seal()
	l.ID = a.o.ID + "." + l.Hash[:16]
	a.quiet(a.first, day, func(at time.Time) error { return a.o.Freeze(a.first, l, at) })
	return nil
}

// supplier is a structure of the panel as it is written to.
func (a *asking) supplier(s *structure.Structure) sourcing.Supplier {
	email := cmp.Or(s.Contact.Email, "contact@"+strings.TrimSuffix(slug(s.Name), "-")+".example")
	return sourcing.Supplier{Structure: s.ID, Name: s.Name, SIREN: s.SIREN(), Email: email}
}

// open approves the questionnaire, says who is contacted, and opens. The last of the
// panel are excluded, each for its reason.
func (a *asking) open(deadline int) {
	in, day := a.in, a.in.opening+1
	write := in.write(a.deadline(deadline))
	a.quiet(a.first, a.at(day, 0), func(at time.Time) error { return a.o.Write(a.first, write, a.o.Rev, at) })
	a.step(a.first, a.at(day, 1), func(at time.Time) ([]sourcing.Dispatch, error) {
		q := survey.FindTemplate(in.template).Questionnaire
		a.o.Draft = &q
		return a.o.Approve(a.first, a.o.Rev, at)
	})
	var chosen []sourcing.Supplier
	var excluded []sourcing.Exclusion
	for i, s := range a.asked {
		if i < in.contacted {
			chosen = append(chosen, a.supplier(s))
			continue
		}
		e := in.excluded[min(i-in.contacted, len(in.excluded)-1)]
		e.Structure = s.ID
		excluded = append(excluded, e)
	}
	a.quiet(a.first, a.at(day, 2), func(at time.Time) error { return a.o.Choose(a.first, &a.list, chosen, excluded, a.o.Rev, at) })
	a.quiet(a.first, a.at(day, 3), func(at time.Time) error { return a.o.Propose(a.first, agenda, 0, at) })
	a.step(a.first, a.at(in.opening, 0), func(at time.Time) ([]sourcing.Dispatch, error) {
		a.wrong = a.nth(in.contacted - 1)
		return a.o.Open(a.first, &a.list, a.o.Rev, at)
	})
}

func (in *sourced) write(deadline time.Time) sourcing.Operation {
	return sourcing.Operation{Title: in.title, Purpose: in.purpose, Message: in.message, Notice: in.notice, Deadline: deadline}
}

// deadline is noon in Paris, some days ago; fewer than none are days to come.
func (a *asking) deadline(days int) time.Time {
	t := a.opts.Today.Time().AddDate(0, 0, -days)
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, structure.Paris).UTC()
}

// nth is the id of the nth supplier.
func (a *asking) nth(n int) string {
	if n >= len(a.o.Suppliers) {
		return ""
	}
	return a.o.Suppliers[n].ID
}

// answer is the answer of a supplier, from its first draft on.
func (a *asking) answer(n int) *sourcing.Answer {
	id := sourcing.AnswerID(a.o.ID, a.nth(n))
	i := slices.IndexFunc(a.answers, func(x sourcing.Answer) bool { return x.ID == id })
	if i < 0 {
		a.answers = append(a.answers, sourcing.Answer{}) // its first writing says whose it is
		i = len(a.answers) - 1
	}
	return &a.answers[i]
}

// hand is a browser of the nth supplier, which nobody has.
func (a *asking) hand(n int) sourcing.Right {
	return sourcing.Right{Browser: account.HashToken(idOf("browser", a.o.ID+a.nth(n))), Link: a.o.Suppliers[n].LinkNumber}
}

// values is what the nth supplier answers to all questions, or to the first of them.
func (a *asking) values(n, most int) (out []survey.Value) {
	for i := range a.o.Approved.Questions[:min(most, len(a.o.Approved.Questions))] {
		x := &a.o.Approved.Questions[i]
		said := a.in.answers[x.ID]
		if len(said) == 0 || said[n%len(said)] == "" {
			continue
		}
		v, text := survey.Value{Question: x.ID}, said[n%len(said)]
		switch x.Kind {
		case survey.Number:
			v.Number = text
		case survey.YesNo:
			v.Yes = text
		case survey.Choice, survey.Choices:
			v.Chosen = strings.Split(text, "|")
		case survey.Text:
			v.Text = text
		case survey.File:
		}
		out = append(out, v)
	}
	return out
}

// put sends the answer of a supplier, or has a buyer enter it, and thanks for it.
func (a *asking) put(n int, s sourcing.Submission, at time.Time) {
	s.Version, s.Values, s.Route = a.o.Approved.Version, a.values(n, survey.MaxQuestions), cmp.Or(s.Route, sourcing.ByPortal)
	s.Name = cmp.Or(s.Name, firstNames[(7*n+3)%len(firstNames)]+" "+surnames[(5*n+11)%len(surnames)])
	a.step(buyer.Member{Person: s.By}, at, func(at time.Time) ([]sourcing.Dispatch, error) {
		x, v := a.answer(n), &a.o.Suppliers[n]
		var err error
		if s.Entered() {
			s.Came = structure.DateOf(at)
			err = x.Enter(s, &a.o, v, at)
		} else {
			err = x.Send(s, a.hand(n), &a.o, v, x.Rev, at)
		}
		if err != nil {
			return nil, err
		}
		x.Carried = x.Newest().Number
		return a.o.Receive(v.ID, x.Carried, "Votre réponse du "+sourcing.Moment(at)+" est arrivée.", at)
	})
}

// drafted is an answer that is being written.
func (a *asking) drafted(n, questions int, at time.Time) {
	a.quiet(buyer.Member{}, at, func(at time.Time) error {
		return a.answer(n).Keep(a.values(n, questions), a.hand(n), &a.o, &a.o.Suppliers[n], 0, at)
	})
}

func (a *asking) declined(n int, why string, at time.Time) {
	a.quiet(buyer.Member{}, at, func(at time.Time) error {
		if err := a.answer(n).Abstain(why, a.hand(n), &a.o, &a.o.Suppliers[n], at); err != nil {
			return err
		}
		return a.o.Decline(a.nth(n), at)
	})
}

// meet notes an exchange with a supplier, two hours after it began.
func (a *asking) meet(n, days int, in sourcing.Exchange) {
	in.ID, in.Supplier = idOf("exchange", fmt.Sprintf("%s/%d/%d", a.o.ID, n, days)), a.nth(n)
	in.AgendaVersion, in.At, in.Ours = 1, a.at(days, 5), []string{a.names[a.first.Person], a.names[a.second.Person]}
	a.quiet(a.first, a.at(days, 7), func(at time.Time) error {
		a.exchanges = append(a.exchanges, in)
		return a.exchange().Begin(a.first, &a.o, at)
	})
}

// exchange is the last one.
func (a *asking) exchange() *sourcing.Exchange { return &a.exchanges[len(a.exchanges)-1] }

// minutes sends those of the last exchange.
func (a *asking) minutes(at time.Time) {
	a.marked(at, func(at time.Time) ([]sourcing.Dispatch, error) { return a.o.SendMinutes(a.first, a.exchange(), at) })
}

// responds is what the buyer says to minutes that were contested.
func (a *asking) responds(text string, at time.Time) {
	a.marked(at, func(at time.Time) ([]sourcing.Dispatch, error) {
		return a.o.AnswerMinutes(a.first, a.exchange(), text, at)
	})
}

// marked is a step that the last exchange then says too.
func (a *asking) marked(at time.Time, do func(at time.Time) ([]sourcing.Dispatch, error)) {
	a.step(a.first, at, func(at time.Time) ([]sourcing.Dispatch, error) {
		out, err := do(at)
		if err != nil {
			return nil, err
		}
		g := a.o.Sending[0]
		if err := a.exchange().Carry(&g); err != nil {
			return nil, err
		}
		return out, a.o.Carried(&g)
	})
}

// judge is what the supplier says of the minutes of the last exchange.
func (a *asking) judge(agrees bool, word, name string, at time.Time) {
	a.quiet(buyer.Member{}, at, func(at time.Time) error {
		x := a.exchange()
		return x.Judge(agrees, word, name, x.SentRev, at)
	})
}

// said puts into the ledger what was said to a supplier in the last exchange.
func (a *asking) said(n int, text string, at time.Time) string {
	a.quiet(a.first, at, func(at time.Time) error {
		return a.o.NoteSaid(a.first, text, a.exchange().ID, []string{a.nth(n)}, at)
	})
	return a.o.Ledger[len(a.o.Ledger)-1].ID
}

// reply answers, to all, the last question that was asked.
func (a *asking) reply(question, answer string, at time.Time) {
	a.step(a.first, at, func(at time.Time) ([]sourcing.Dispatch, error) {
		return a.o.Reply(a.first, a.o.Asked[len(a.o.Asked)-1].ID, question, answer, at)
	})
}

// keep hands over what was made.
func (a *asking) keep() {
	a.out.Operations = append(a.out.Operations, a.o)
	a.out.Longlists = append(a.out.Longlists, a.list)
	a.out.Answers = append(a.out.Answers, a.answers...)
	a.out.Exchanges = append(a.out.Exchanges, a.exchanges...)
}
