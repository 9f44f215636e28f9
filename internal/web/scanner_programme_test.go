package web_test

import (
	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
)

// programmeLetters has a lot decided on, from the opinion to the approval, and the week
// of the programme and a day of announcements told, as their runs do.
func (c *correspondence) programmeLetters() {
	c.Helper()
	ctx := c.Context()
	member := func(email string, role account.Role) buyer.Member {
		return buyer.Member{Person: c.person(c.T, email, "mairie", false, role), Organisation: "mairie", Kind: account.KindPublic, Role: role}
	}
	author, other, adviser := member("achats@ville.example", account.Buyer), member("adjointe@ville.example", account.Buyer), member("clauses@ville.example", account.Facilitateur)
	c.must(c.Programme.Create(ctx, author, sourcing.Purchase{ID: "achatecrit", Object: "Nettoyage des écoles", CPV: "90911200", Euros: 90_000, Places: []string{"94081"}, Lots: []sourcing.Lot{{ID: "l1"}}}))
	c.must(c.Programme.AskOpinion(ctx, author, "achatecrit", "l1", sourcing.Opinion{ID: "avis", Asked: adviser.Person, Due: structure.DateOf(clock()).AddDays(10), Question: "Qui pourrait répondre ?"}))
	c.must(c.Programme.GiveOpinion(ctx, adviser, "achatecrit", "l1", "avis", sourcing.Favourable, "Trois structures du territoire."))
	_, evidence, err := c.Programme.Evidence(ctx, author, "achatecrit", "l1")
	c.must(err)
	lot, err := c.Programme.Dossier(ctx, author, "achatecrit", "l1")
	c.must(err)
	stamp := sourcing.Stamp(evidence, sourcing.JudgedOf(&lot.Purchase, &lot.Lot))
	c.must(c.Programme.Propose(ctx, author, "achatecrit", "l1", stamp, sourcing.Proposal{ID: "proposition", Choice: sourcing.NotToReserve, Reasons: "Le besoin est trop petit pour une procédure."}))
	c.must(c.Programme.Approve(ctx, other, "achatecrit", "l1", "proposition"))

	c.queued(message.Programme, author, map[string]string{
		message.DetailDigest(message.DigestLate):       message.AlertLine(message.DigestCount, "1") + message.AlertLine(message.DigestPurchase, "achatecrit", "Nettoyage des écoles", "Sourçage", "2026-11-02", "1"),
		message.DetailDigest(message.DigestUnfollowed): message.AlertLine(message.DigestCount, "1") + message.AlertLine(message.DigestContract, "marche", "Gardiennage", "", "2027-02-28"),
	})
	c.announce(c.T, author, "annoncee", nil)
	c.queued(message.AheadNews, other, map[string]string{
		message.DetailTotal: "1", message.DetailAhead: message.AlertLine(message.AheadPurchase, "annoncee", "Nettoyage des écoles", "Mairie", "2e trimestre 2027"),
	})
}

// queued has a letter to a member queued.
func (c *correspondence) queued(kind message.Kind, to buyer.Member, details map[string]string) {
	c.Helper()
	p, err := c.People.Get(c.Context(), to.Person)
	c.must(err)
	m, err := message.New(message.Order{
		Key: message.Key{Kind: kind, Object: to.Person, Recipient: p.Value.Email.Key(), Version: 20261128}, To: string(p.Value.Email), Person: to.Person, QueuedAt: clock(), Details: details,
	})
	c.must(err)
	c.must(c.Messages.Queue(c.Context(), m))
}
