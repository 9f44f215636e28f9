package web_test

import (
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
)

// eventLetters has each of the mails of an event follow from what happens in one: a matinale
// of two places that five are invited to, one that people ask to come to, one whose date is
// looked for, one that is over and one that is called off.
func (c *correspondence) eventLetters() {
	c.Helper()
	lead := buyer.Member{Person: c.person(c.T, "evenements@ville.example", "mairie", false, account.Organiser), Organisation: "mairie", Kind: account.KindPublic, Role: account.Organiser}
	c.invitationLetters(lead)
	c.registrationLetters(lead)
	c.pollLetters(lead)
	past := pastEvent(c.T, c.crowd, "mairie", "passee")
	_, err := c.Gathering.SendSurvey(c.Context(), lead, past.event.ID, "Merci.", 14)
	c.must(err)
	called := c.hosted(c.T, lead, "annulee", invitees("annulee@structure.example"), nil)
	c.onEvent(lead, called.ID, func(e *event.Event) error { return e.CallOff(lead, "Tempête.", clock()) })
	c.must(c.Gathering.CarryMails(c.Context()))
}

// onEvent has somebody do something to an event.
func (c *correspondence) onEvent(m buyer.Member, id string, do func(*event.Event) error) {
	c.Helper()
	c.must(c.Gathering.On(c.Context(), m, id, "event.write", do))
}

// invitationLetters has five answer for two places: one returns hers, the place is offered,
// and passes.
func (c *correspondence) invitationLetters(lead buyer.Member) {
	c.Helper()
	ctx, s := c.Context(), c.Gathering
	e := c.hosted(c.T, lead, "matinale", invitees("un@structure.example", "deux@structure.example", "trois@structure.example", "quatre@structure.example", "cinq@structure.example"), func(e *event.Event) { e.Needs = true })
	answers := func(address string, comes bool, needs string) {
		c.Helper()
		g := c.guestOf(c.T, e.ID, address)
		r, err := s.ByLink(ctx, s.GuestToken(&g))
		c.must(err)
		_, err = s.Answer(ctx, r, gathering.Reply{Comes: comes, Party: 1, Details: event.Details{Diet: needs}})
		c.must(err)
	}
	answers("un@structure.example", true, "")
	answers("un@structure.example", true, "Sans gluten.")
	answers("deux@structure.example", true, "")
	answers("trois@structure.example", true, "")
	answers("quatre@structure.example", false, "")
	five := c.guestOf(c.T, e.ID, "cinq@structure.example").ID
	c.onEvent(lead, e.ID, func(e *event.Event) error {
		later := clock().Add(event.ReminderPause + time.Hour)
		if _, err := e.Remind(lead, []string{five}, "", later); err != nil {
			return err
		}
		_, err := e.Tell(lead, []string{c.guestOf(c.T, e.ID, "deux@structure.example").ID}, "Venez en bus.", clock())
		return err
	})
	c.onEvent(lead, e.ID, func(e *event.Event) error {
		moved := e.Settings()
		moved.Starts, moved.Ends = moved.Starts.Add(time.Hour), moved.Ends.Add(time.Hour)
		return e.Write(lead, moved, e.Rev, clock())
	})
	answers("un@structure.example", false, "")
	c.must(s.CarryMails(ctx))
	c.onEvent(lead, e.ID, func(e *event.Event) error {
		if e.Lapse(e.NextLapse().Add(time.Second)) != 1 {
			c.Error("no offer passes")
		}
		return nil
	})
}

// registrationLetters has somebody ask to come and be refused, and somebody register.
func (c *correspondence) registrationLetters(lead buyer.Member) {
	c.Helper()
	moderated := c.hosted(c.T, lead, "moderee", nil, func(e *event.Event) { e.Access, e.PublishedAt = event.Moderated, clock() })
	open := c.hosted(c.T, lead, "ouverte", nil, func(e *event.Event) { e.Access, e.PublishedAt = event.OpenToAll, clock() })
	for _, e := range []event.Event{moderated, open} {
		g := event.Guest{ID: event.NewGuestID(), Name: "Bob", Email: "bob@" + e.ID + ".example", Role: event.AsStructure}
		c.must(c.Gathering.Register(c.Context(), &gathering.Publicly{Event: e}, g, "192.0.2.1"))
	}
	asks := c.guestOf(c.T, moderated.ID, "bob@moderee.example").ID
	c.onEvent(lead, moderated.ID, func(e *event.Event) error { return e.Admit(lead, asks, false, clock()) })
}

// pollLetters asks which date suits.
func (c *correspondence) pollLetters(lead buyer.Member) {
	c.Helper()
	e := c.hosted(c.T, lead, "sondage", invitees("sondee@structure.example"), func(e *event.Event) {
		first := e.Starts
		e.Starts, e.Ends = time.Time{}, time.Time{}
		e.Dates = []event.DateOption{{ID: "d1", Starts: first, Ends: first.Add(time.Hour)}, {ID: "d2", Starts: first.AddDate(0, 0, 1), Ends: first.AddDate(0, 0, 1).Add(time.Hour)}}
	})
	asked := c.guestOf(c.T, e.ID, "sondee@structure.example").ID
	c.onEvent(lead, e.ID, func(e *event.Event) error {
		_, err := e.AskDates(lead, []string{asked}, clock().AddDate(0, 0, 3), "", e.Rev, clock())
		return err
	})
}
