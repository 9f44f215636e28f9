package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"text/tabwriter"

	"sourcier/internal/account"
	"sourcier/internal/app/control"
	"sourcier/internal/buyer"
	"sourcier/internal/demo"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// demoOwners bounds the fictional structures among which owners are chosen.
const demoOwners = 1000

// trial reports whether this is a portal for trials, where accounts of the
// demonstration are no door: nobody but this machine's user reads their mails.
func (c Config) trial() bool { return c.SMTP == "" && !c.Production && c.onThisMachine() }

// DemoPeople fills a portal for trials with the accounts of the demonstration; a
// second fill changes nothing. The team of a real portal gets no fictional member.
func (a *App) DemoPeople(ctx context.Context) (n int, err error) {
	if !a.Config.trial() {
		return 0, nil
	}
	fictional, err := a.fictional(ctx)
	if err != nil {
		return 0, err
	}
	owners := slices.DeleteFunc(slices.Clone(fictional), func(s structure.Structure) bool { return len(s.Agreements) == 0 })
	opts := DemoOptions(a.Config, 0, a.Now())
	crowd := demo.People(opts, owners)
	if err := a.People.FillDemo(ctx, crowd.People, crowd.Organisations); err != nil {
		return 0, Explain(err, a.Config)
	}
	sheets := demo.Registrations(opts, crowd, fictional)
	if err := store.PutNew(ctx, a.Directory.Registrations.Collection, sheets, store.ActorDemo); err != nil {
		return 0, Explain(err, a.Config)
	}
	if err := store.PutNew(ctx, a.People.Reaches.Collection, demo.Visits(opts, sheets), store.ActorDemo); err != nil {
		return 0, Explain(err, a.Config)
	}
	desk, plans := demo.Buyers(opts, crowd, fictional), demo.Programme(opts, crowd, fictional)
	err = errors.Join(
		store.PutNew(ctx, a.Desk.Binders, desk.Binders, store.ActorDemo),
		store.PutNew(ctx, a.Desk.Lists, desk.Lists, store.ActorDemo),
		store.PutNew(ctx, a.Desk.Searches, desk.Searches, store.ActorDemo),
		store.PutNew(ctx, a.Directory.Groupements.Collection, demo.Groupements(opts, sheets, fictional), store.ActorDemo),
		store.PutNew(ctx, a.Programme.Programmes, plans.Programmes, store.ActorDemo),
		store.PutNew(ctx, a.Programme.Purchases, plans.Purchases, store.ActorDemo),
		store.PutNew(ctx, a.Programme.Contracts, plans.Contracts, store.ActorDemo),
	)
	if err == nil {
		err = a.Directory.CarryGroupements(ctx)
	}
	if err == nil {
		err = a.demoDecisions(ctx, opts, crowd, plans)
	}
	if err == nil {
		err = a.demoSourcings(ctx, opts, crowd, plans, fictional)
	}
	if err == nil {
		err = a.demoEvents(ctx, opts, crowd, plans, fictional)
	}
	return len(crowd.People), Explain(err, a.Config)
}

// demoDecisions decides on some lots of the demonstration: what a decision keeps as its
// evidence is a study of the directory as it is.
func (a *App) demoDecisions(ctx context.Context, opts demo.Options, crowd demo.Crowd, plans demo.Plans) error {
	decided, err := demo.Decisions(opts, crowd, plans, a.studyLot(ctx), isGone)
	if err != nil {
		return err
	}
	return errors.Join(
		store.PutNew(ctx, a.Programme.Dossiers, decided.Dossiers, store.ActorDemo),
		store.PutNew(ctx, a.Programme.Planning.Reviews, decided.Reviews, store.ActorDemo),
	)
}

// demoSourcings asks suppliers what the home organisation wants to know.
func (a *App) demoSourcings(ctx context.Context, opts demo.Options, crowd demo.Crowd, plans demo.Plans, fictional []structure.Structure) error {
	all, err := demo.Sourcings(opts, crowd, plans, fictional, a.studyLot(ctx), isGone)
	if err != nil {
		return err
	}
	var mails []message.Message
	for i := range all.Operations {
		o := &all.Operations[i]
		a.Operation.Link(o)
		organisation := slices.IndexFunc(crowd.Organisations, func(x account.Organisation) bool { return x.ID == o.Organisation })
		for _, m := range all.Mails {
			if m.Operation != o.ID {
				continue
			}
			sent, err := a.Operation.Delivered(o, crowd.Organisations[organisation].Name, m.Sender, m.Dispatch, m.At, m.Wrong)
			if err != nil {
				return err
			}
			mails = append(mails, sent)
		}
	}
	err = errors.Join(
		store.PutNew(ctx, a.Operation.Longlists, all.Longlists, store.ActorDemo),
		store.PutNew(ctx, a.Operation.Operations, all.Operations, store.ActorDemo),
		store.PutNew(ctx, a.Operation.Answers, all.Answers, store.ActorDemo),
		store.PutNew(ctx, a.Operation.Exchanges, all.Exchanges, store.ActorDemo),
		store.PutNew(ctx, a.People.Messages.Collection, mails, store.ActorDemo),
	)
	for i := range all.Operations {
		if err == nil {
			err = a.demoReport(ctx, &all.Operations[i])
		}
	}
	return err
}

// demoEvents invites to what the home organisation holds. Guests come before their event: a
// seat always has its guest.
func (a *App) demoEvents(ctx context.Context, opts demo.Options, crowd demo.Crowd, plans demo.Plans, fictional []structure.Structure) error {
	all, err := demo.Events(opts, crowd, plans, fictional, func(g *event.Guest) string {
		a.Gathering.Link(g)
		_, token, _ := strings.Cut(a.Gathering.SurveyLink(g), ".")
		return token
	})
	if err != nil {
		return err
	}
	guests, events := map[string]*event.Guest{}, map[string]*event.Event{}
	for i := range all.Guests {
		guests[all.Guests[i].ID] = &all.Guests[i]
	}
	for i := range all.Events {
		events[all.Events[i].ID] = &all.Events[i]
	}
	var mails []message.Message
	for i := range all.Mails {
		m := &all.Mails[i]
		g := guests[m.Seat.Guest]
		e := events[g.Event]
		organisation := slices.IndexFunc(crowd.Organisations, func(x account.Organisation) bool { return x.ID == e.Organisation })
		sent, err := a.Gathering.Delivered(e, &m.Seat, g, crowd.Organisations[organisation].Name, m.Due, m.At, m.Wrong)
		if err != nil {
			return err
		}
		mails = append(mails, sent)
	}
	return errors.Join(
		store.PutNew(ctx, a.Gathering.Guests, all.Guests, store.ActorDemo),
		store.PutNew(ctx, a.Gathering.Checkins, all.Checkins, store.ActorDemo),
		store.PutNew(ctx, a.Gathering.Feedbacks, all.Feedbacks, store.ActorDemo),
		store.PutNew(ctx, a.Gathering.Events.Encounters, all.Encounters, store.ActorDemo),
		store.PutNew(ctx, a.Gathering.Events.Events, all.Events, store.ActorDemo),
		store.PutNew(ctx, a.People.Messages.Collection, mails, store.ActorDemo),
	)
}

// demoReport freezes the report of an operation of the demonstration whose consultation is
// launched, as long as nobody has gone on with it.
func (a *App) demoReport(ctx context.Context, o *sourcing.Operation) error {
	lead := buyer.Member{Person: o.Team[0].Person, Organisation: o.Organisation, Kind: account.KindPublic, Role: account.Buyer}
	seen, err := a.Operation.Operation(ctx, lead, o.ID)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if now := &seen.Operation; now.State() != sourcing.Analysing || !now.Silent() || now.Rev != o.Rev {
		return nil
	}
	return a.Operation.Report(ctx, lead, o.ID, o.Rev)
}

// studyLot makes the study of a lot of the demonstration.
func (a *App) studyLot(ctx context.Context) demo.StudyLot {
	return func(m buyer.Member, purchase, lot string) (sourcing.Study, error) {
		s, err := a.Programme.Study(ctx, m, purchase, lot)
		return s.Study, err
	}
}

// isGone is told of a lot that somebody has taken out of the demonstration.
func isGone(err error) bool { return errors.Is(err, store.ErrNotFound) }

// fictional are the structures among which owners are chosen.
func (a *App) fictional(ctx context.Context) (out []structure.Structure, err error) {
	docs, err := a.Structures.FindLookup(ctx, store.DemoKey, demoOwners)
	for _, d := range docs {
		if d.Value.Shown() {
			out = append(out, d.Value)
		}
	}
	return out, err
}

// removeDemoPeople takes the accounts of the demonstration out and tells what stays.
func (a *App) removeDemoPeople(ctx context.Context, out control.Out) error {
	if err := a.Directory.RemoveDemo(ctx); err != nil {
		return Explain(err, a.Config)
	}
	done, err := a.People.RemoveDemo(ctx, func(ctx context.Context, organisation string) error {
		return errors.Join(a.Desk.DropOrganisation(ctx, organisation), a.Gathering.DropOrganisation(ctx, organisation), a.Operation.DropOrganisation(ctx, organisation), a.Programme.DropOrganisation(ctx, organisation))
	})
	if err == nil || done.People > 0 {
		_, _ = fmt.Fprintf(out.Stdout, "Retiré : %s, %s.\n", count(done.People, "compte fictif", "comptes fictifs"), count(done.Organisations, "organisation fictive", "organisations fictives"))
	}
	for _, what := range done.Kept {
		_, _ = fmt.Fprintf(out.Stdout, "Gardé : %s.\n", what)
	}
	return Explain(err, a.Config)
}

// tellAccounts prints the accounts that one tries the portal with, nothing when
// there is none.
func (a *App) tellAccounts(ctx context.Context, w io.Writer) error {
	list := demo.Accounts(DemoOptions(a.Config, 0, a.Now()))
	there, err := a.users(ctx, func(p *account.Person) bool {
		return p.Demo && slices.ContainsFunc(list, func(d demo.Account) bool { return d.Email == p.Email })
	})
	if err != nil || len(there) == 0 {
		return Explain(err, a.Config)
	}
	_, _ = fmt.Fprintln(w, "\nComptes de démonstration :")
	columns := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, d := range list {
		i := slices.IndexFunc(there, func(l userLine) bool { return l.Email == d.Email })
		if i >= 0 && len(there[i].roles) > 0 {
			_, _ = fmt.Fprintf(columns, "  %s\t%s\n", d.Email, strings.Join(there[i].roles, " ; "))
		}
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w, a.howToSignIn())
	return nil
}

func (a *App) howToSignIn() string {
	host, _, _ := net.SplitHostPort(a.Config.Addr)
	if a.Config.SMTP == "" && isLoopback(host) {
		return fmt.Sprintf("Pour entrer : saisir une de ces adresses sur %s/connexion,\npuis ouvrir le message qui arrive dans la boîte de cette machine, %s/boite", a.Config.BaseURL, a.Config.BaseURL)
	}
	return "Pour entrer : « sourcier user link ADRESSE » donne un lien, valable une fois."
}
