package programme

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

const (
	// organisationPage is how many organisations a run reads at a time.
	organisationPage = 100
	// maxDigestReaders bounds the members of an organisation that its news go to.
	maxDigestReaders = 200
	// maxDigestName bounds a name in a letter, so that what a part may hold is never cut.
	maxDigestName = 100
)

// DigestRun is what came of a run.
type DigestRun struct {
	Organisations int // whose week was told
	Letters       int // queued
	Failed        int
}

// TellWeek writes to the buyers and prescripteurs of each organisation what the week has
// to tell of its programme. That the week was told, and the mails, are one write: twice,
// or by two portals, it does nothing more. An error says that it has to be run again.
func (s *Service) TellWeek(ctx context.Context) (run DigestRun, err error) {
	var failed error
	for after := ""; ; {
		docs, err := s.People.Organisations.Scan(ctx, after, organisationPage)
		if err != nil {
			return run, err
		}
		for i := range docs {
			after = docs[i].ID
			told, letters, err := s.tellOrganisation(ctx, &docs[i].Value)
			switch {
			case ctx.Err() != nil:
				return run, ctx.Err()
			case err != nil:
				run.Failed++
				failed = fmt.Errorf("organisation %s: %w", docs[i].ID, err)
			case told:
				run.Organisations++
				run.Letters += letters
			}
		}
		if len(docs) < organisationPage {
			return run, failed
		}
	}
}

// tellOrganisation tells one of them, when its day has come and it plans anything.
func (s *Service) tellOrganisation(ctx context.Context, o *account.Organisation) (told bool, letters int, err error) {
	if !o.Active() || !o.Kind.Buys() {
		return false, 0, nil
	}
	now := s.Now()
	d, err := s.Programmes.Get(ctx, o.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, 0, err
	}
	if _, due := d.Value.DigestDue(now); !due {
		return false, 0, nil
	}
	purchases, contracts, err := s.planned(ctx, o.ID)
	if err != nil || len(purchases)+len(contracts) == 0 {
		return false, 0, err
	}
	law, err := s.Law(ctx)
	if err != nil {
		return false, 0, err
	}
	longer, err := s.Lengthened(ctx, purchases)
	if err != nil {
		return false, 0, err
	}
	_, err = store.UpdateOrInsert(ctx, s.Programmes, o.ID, func(p *sourcing.Programme) (store.Change, error) {
		week, due := p.DigestDue(now)
		if !due {
			return store.Change{}, sourcing.ErrUnchanged
		}
		news := p.NewsOf(purchases, contracts, law, longer, now)
		p.Organisation, p.DigestAt = o.ID, now.UTC()
		effects, err := s.digestLetters(ctx, o, p, &news, week)
		letters = len(effects)
		return store.Change{Actor: store.ActorSystem, At: now.UTC(), Effects: effects}, err
	})
	if errors.Is(err, sourcing.ErrUnchanged) { // another portal was quicker
		return false, 0, nil
	}
	return err == nil, letters, err
}

// planned reads all that an organisation plans.
func (s *Service) planned(ctx context.Context, organisation string) ([]sourcing.Purchase, []sourcing.Contract, error) {
	docs, err := s.Purchases.FindLookup(ctx, store.PurchasesOf(organisation), sourcing.MaxPurchases)
	if err != nil {
		return nil, nil, err
	}
	purchases := make([]sourcing.Purchase, 0, len(docs))
	for i := range docs {
		purchases = append(purchases, docs[i].Value)
	}
	slices.SortFunc(purchases, func(a, b sourcing.Purchase) int { return strings.Compare(string(a.Start)+a.ID, string(b.Start)+b.ID) })
	contracts, err := s.contractsOf(ctx, organisation)
	return purchases, contracts, err
}

// digestLetters are the mails to who reads the news: to each what the person sees.
func (s *Service) digestLetters(ctx context.Context, o *account.Organisation, p *sourcing.Programme, news *sourcing.News, week int64) (out []store.Effect, err error) {
	if news.None() {
		return nil, nil
	}
	for _, m := range digestReaders(o) {
		seen := news.For(p, m)
		if seen.None() {
			continue
		}
		d, err := s.People.People.Get(ctx, m.Person)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		effects, err := people.Notify(&d.Value, message.Order{
			Key: message.Key{Kind: message.Programme, Object: o.ID, Version: week}, Details: digestDetails(o, &seen), QueuedAt: p.DigestAt,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, effects...)
	}
	return out, nil
}

// digestReaders are the buyers and the prescripteurs of an organisation.
func digestReaders(o *account.Organisation) (out []buyer.Member) {
	for _, m := range o.Members {
		role := account.Buyer
		if !slices.Contains(m.Roles, role) {
			role = account.Prescripteur
		}
		if slices.Contains(m.Roles, role) && len(out) < maxDigestReaders {
			out = append(out, buyer.Member{Person: m.Person, Organisation: o.ID, Kind: o.Kind, Role: role})
		}
	}
	return out
}

// digestDetails is what the letter tells, a detail a part; no amount leaves the portal.
func digestDetails(o *account.Organisation, n *sourcing.News) map[string]string {
	out := map[string]string{message.DetailOrganisation: o.Name}
	add := func(part message.DigestPart, count int, line func(i int) string) {
		if count == 0 {
			return
		}
		var text strings.Builder
		text.WriteString(message.AlertLine(message.DigestCount, strconv.Itoa(count)))
		for i := range min(count, message.MaxDigestLines) {
			text.WriteString(line(i))
		}
		out[message.DetailDigest(part)] = text.String()
	}
	steps := func(list []sourcing.StepNews) func(int) string {
		return func(i int) string {
			first := list[i].Steps[0]
			return message.AlertLine(message.DigestPurchase, list[i].Purchase.ID, cutName(list[i].Purchase.Object), first.Code.Label(), string(first.Day), strconv.Itoa(len(list[i].Steps)-1))
		}
	}
	contracts := func(list []sourcing.Contract, day func(*sourcing.Contract) structure.Date) func(int) string {
		return func(i int) string {
			return message.AlertLine(message.DigestContract, list[i].ID, cutName(list[i].Object), "", string(day(&list[i])))
		}
	}
	add(message.DigestLate, len(n.Late), steps(n.Late))
	add(message.DigestDue, len(n.Due), steps(n.Due))
	add(message.DigestProposed, len(n.Proposed), func(i int) string {
		return message.AlertLine(message.DigestPurchase, n.Proposed[i].ID, cutName(n.Proposed[i].Object), "", string(n.Proposed[i].Start))
	})
	add(message.DigestUnfollowed, len(n.Unfollowed), contracts(n.Unfollowed, (*sourcing.Contract).LastDay))
	add(message.DigestReconductions, len(n.Reconductions), contracts(n.Reconductions, (*sourcing.Contract).CurrentEnd))
	return out
}

func cutName(s string) string {
	letters := []rune(s)
	if len(letters) <= maxDigestName {
		return s
	}
	return string(letters[:maxDigestName-1]) + "…"
}

// SetDigestDay chooses the day of the week on which the news of the organisation are
// told, 1 = Monday.
func (s *Service) SetDigestDay(ctx context.Context, m buyer.Member, day int) error {
	switch {
	case !sourcing.Buys(m):
		return account.ErrNotAllowed
	case day < 1 || day > 7:
		return account.Fault("Choisissez un jour de la semaine.")
	}
	_, err := store.UpdateOrInsert(ctx, s.Programmes, m.Organisation, func(p *sourcing.Programme) (store.Change, error) {
		before := p.TellsOn()
		if before == time.Weekday(day%7) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		p.Organisation, p.DigestDay = m.Organisation, day
		return s.change(m, "programme.digest", m.Organisation, store.Changed{Field: "digest_day", Before: WeekdayName(before), After: WeekdayName(p.TellsOn())})
	})
	return settled(err)
}

var weekdayNames = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// WeekdayName is a day of the week in French.
func WeekdayName(d time.Weekday) string { return weekdayNames[d] }
