package web_test

import (
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// sourcingLetters has each of the mails of a sourçage follow from what happens in one that
// runs, and the last from one that is launched.
func (c *correspondence) sourcingLetters() {
	c.Helper()
	ctx, s := c.Context(), c.Operation
	lead := buyer.Member{Person: c.person(c.T, "sourcage@ville.example", "mairie", false, account.Buyer), Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}
	o := c.asked(c.T, lead, "sourcage")
	alpha := o.Suppliers[0].ID
	on := func(id string, do func(*sourcing.Operation) ([]sourcing.Dispatch, error)) {
		c.Helper()
		c.must(s.On(ctx, lead, id, "operation.write", do))
	}
	on(o.ID, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		o.Notice, o.PublishedAt = "Nous cherchons qui entretiendrait douze écoles.", clock()
		return o.TellAll(lead, "Le site ferme en août.", clock())
	})
	on(o.ID, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Remind(lead, nil, "Votre réponse est attendue.", clock())
	})
	call := sourcing.Submission{Version: 1, Route: sourcing.ByCall, Came: structure.DateOf(clock()), Note: "Appel.", Name: "Jo", Values: []survey.Value{{Question: "k1", Number: "4"}}}
	c.must(s.EnterResponse(ctx, lead, o.ID, o.Suppliers[1].ID, call))
	on(o.ID, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Receive(o.Suppliers[1].ID, 1, "Votre réponse est arrivée.", clock())
	})
	meeting := strings.Repeat("e", 26)
	c.must(s.Meet(ctx, lead, o.ID, sourcing.Exchange{ID: meeting, Supplier: alpha, Kind: sourcing.ByVideo, At: clock(), Minutes: "Vu.", Theirs: []string{"Jo"}, Duration: 30}))
	c.must(s.SendMinutes(ctx, lead, o.ID, meeting, 1))
	reached, err := s.ByLink(ctx, s.LinkToken(o.ID, &o.Suppliers[0]))
	c.must(err)
	c.must(s.MailCode(ctx, reached, operation.Hand{Browser: account.NewID(), Network: "192.0.2.0/24"}))
	c.must(s.Knock(ctx, o.ID, sourcing.Candidacy{ID: account.NewID(), Name: "Zeta", Email: "zeta@structure.example"}, "192.0.2.0/24"))
	refused := ""
	on(o.ID, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		err := o.Apply(sourcing.Supplier{Name: "Oméga", Email: "omega@structure.example"}, clock())
		refused = o.Suppliers[len(o.Suppliers)-1].ID
		return nil, err
	})
	c.must(s.Hear(ctx, lead, o.ID, refused, false, "Le marché ne concerne pas votre activité."))

	launched := c.asked(c.T, lead, "sourcage-lance")
	on(launched.ID, func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Silence(lead, "La consultation est publiée.", clock())
	})
}
