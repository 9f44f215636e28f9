package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/groupement"
	"sourcier/views/organisation"
	"sourcier/views/part"
)

// groupementInvite asks a structure to join, by its SIRET or the address of its sheet.
func (s *site) groupementInvite(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	typed := typedLine(sentForm(c).Get(invitedField))
	sent := groupementSent{invite: typed}
	id, err := s.invitedStructure(c, typed)
	if err != nil {
		return s.groupementActed(c, g, err, "", invitedField, sent)
	}
	held, err := s.Directory.InviteStructure(c.UserContext(), groupementActor(c), g.ID, g.As, id)
	what := "attend"
	if held {
		what = "invite"
	}
	return s.groupementActed(c, g, err, what, invitedField, sent)
}

// invitedStructure finds the structure that was typed.
func (s *site) invitedStructure(c *fiber.Ctx, typed string) (string, error) {
	ref := typed
	if u, err := url.Parse(typed); err == nil && strings.Contains(u.Path, searchPath+"/") {
		ref = u.Path[strings.LastIndex(u.Path, searchPath+"/")+len(searchPath)+1:]
	}
	docs, err := s.findStructures(c.UserContext(), ref)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", account.Fault("Cette structure n’est pas dans l’annuaire : donnez son SIRET, ou l’adresse de sa fiche.")
	case err != nil:
		return "", err
	case len(docs) > 1:
		return "", account.Fault("Plusieurs structures partagent ce SIRET : donnez l’adresse de la fiche de celle que vous invitez.")
	}
	return docs[0].ID, nil
}

// groupementTakeBack ends an invitation.
func (s *site) groupementTakeBack(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	err = s.Directory.TakeBackInvitation(c.UserContext(), groupementActor(c), g.ID, g.As, sentForm(c).Get(invitedField))
	return s.groupementActed(c, g, err, "retire", "", groupementSent{})
}

// groupementAnswer accepts or declines.
func (s *site) groupementAnswer(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	sent, who := sentForm(c), groupementActor(c)
	switch sent.Get("reponse") {
	case "accepter":
		b := readBrings(sent)
		err = s.Directory.AcceptGroupement(c.UserContext(), who, g.ID, g.As, sent.Get(seenField), b)
		return s.groupementActed(c, g, err, "accepte", "apport", groupementSent{part: &b})
	case "decliner":
		word := typedLine(sent.Get("mot"))
		err = s.Directory.DeclineGroupement(c.UserContext(), who, g.ID, g.As, word)
		if err == nil {
			return done(c, groupementsPath, "decline")
		}
		return s.groupementActed(c, g, err, "", "mot", groupementSent{decline: word})
	}
	return s.groupementActed(c, g, errNoAnswer, "", "", groupementSent{})
}

// groupementBrings changes what one's structure brings.
func (s *site) groupementBrings(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	b := readBrings(sentForm(c))
	err = s.Directory.SetBrings(c.UserContext(), groupementActor(c), g.ID, g.As, b)
	return s.groupementActed(c, g, err, "apport", "apport", groupementSent{part: &b})
}

// groupementDescribe changes name, need and presentation.
func (s *site) groupementDescribe(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in, faults := s.readDraft(sent)
	if len(faults) > 0 {
		state := form.State{Heading: "Rien n’a changé", Faults: faults}
		return s.renderGroupement(c.Status(fiber.StatusUnprocessableEntity), g, groupementSent{state: state, draft: &in})
	}
	rev, err := strconv.ParseInt(sent.Get("version"), 10, 64)
	if err != nil {
		rev = 0 // of a form that is not ours: nothing was read
	}
	err = s.Directory.DescribeGroupement(c.UserContext(), groupementActor(c), g.ID, g.As, in.Draft, rev)
	return s.groupementActed(c, g, err, "presentation", "nom", groupementSent{draft: &in})
}

// groupementForm changes the form and the mandataire.
func (s *site) groupementForm(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	chosen, lead := structure.Form(clip(sent.Get(formField))), clip(sent.Get(leadField))
	err = s.Directory.SetForm(c.UserContext(), groupementActor(c), g.ID, g.As, chosen, lead, sent.Get(seenField))
	return s.groupementActed(c, g, err, "forme", leadField, groupementSent{form: chosen, lead: lead})
}

// groupementPublish presents a groupement to buyers, or no longer.
func (s *site) groupementPublish(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	shown, what := sentForm(c).Get("public") == "oui", "cache"
	if shown {
		what = "publie"
	}
	err = s.Directory.PublishGroupement(c.UserContext(), groupementActor(c), g.ID, g.As, shown)
	return s.groupementActed(c, g, err, what, "", groupementSent{})
}

// groupementLeaveForm asks before one leaves.
func (s *site) groupementLeaveForm(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	return s.renderGroupementLeave(c, g, form.State{})
}

func (s *site) renderGroupementLeave(c *fiber.Ctx, g *directory.Seen, state form.State) error {
	v := &g.Value
	if !v.Live() || v.StateOf(g.As) != groupement.Accepted {
		return fiber.ErrNotFound
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := views.LeavePage{
		Page:  s.groupementsDesk(c, "Quitter "+format.Quote(format.Text(v.Name)), "", groupementTrail(g)...),
		State: state, URL: groupementURL(g.ID), As: g.As, Text: []string{"Votre structure ne sera plus membre, et les autres membres en seront prévenus. Pour revenir, il faudra une nouvelle invitation."},
	}
	others := v.Accepted()
	switch {
	case len(others) == 1:
		p.Text = append(p.Text, "Votre structure est le dernier membre : le groupement sera dissous.")
	case v.Mandataire == g.As:
		for _, id := range others[1:] {
			p.Next = append(p.Next, part.Option{Value: id, Label: nameIn(g, id)})
		}
	}
	titleFaults(&p.Title, state)
	return render(c, views.LeaveView(p))
}

// groupementTrail leads back to a groupement.
func groupementTrail(g *directory.Seen) []part.Link {
	return []part.Link{{Label: "Mes groupements", URL: groupementsPath}, {Label: format.Text(g.Value.Name), URL: asAddress(groupementURL(g.ID), g.As)}}
}

// groupementLeave ends a membership.
func (s *site) groupementLeave(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	err = s.Directory.LeaveGroupement(c.UserContext(), groupementActor(c), g.ID, g.As, clip(sentForm(c).Get(leadField)))
	if text, status, ok := refusalOf(err); ok {
		return s.renderGroupementLeave(c.Status(status), g, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, groupementsPath, "quitte")
}

// groupementDissolveForm asks before a groupement ends.
func (s *site) groupementDissolveForm(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	return s.renderGroupementDissolve(c, g, form.State{})
}

func (s *site) renderGroupementDissolve(c *fiber.Ctx, g *directory.Seen, state form.State) error {
	v := &g.Value
	if !v.Live() || v.Mandataire != g.As {
		return fiber.ErrNotFound
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := organisation.ConfirmPage{
		Page: s.groupementsDesk(c, "Dissoudre "+format.Quote(format.Text(v.Name)), "", groupementTrail(g)...), State: state,
		Text:   []string{"Le groupement quitte l’annuaire tout de suite et rien n’y change plus : ni invitation, ni retour. Ses membres sont prévenus.", "Vos structures et leurs fiches restent ce qu’elles sont."},
		Action: form.Action{To: groupementURL(g.ID) + "/dissoudre", Label: "Dissoudre le groupement", Style: "btn-act", Values: []part.Option{{Value: asField, Label: g.As}}},
		Back:   asAddress(groupementURL(g.ID), g.As),
	}
	titleFaults(&p.Title, state)
	return render(c, organisation.ConfirmView(p))
}

// groupementDissolve ends it.
func (s *site) groupementDissolve(c *fiber.Ctx) error {
	g, err := s.groupementSeen(c)
	if err != nil {
		return err
	}
	err = s.Directory.DissolveGroupement(c.UserContext(), groupementActor(c), g.ID, g.As)
	if text, status, ok := refusalOf(err); ok {
		return s.groupementActed(c.Status(status), g, account.Fault(text), "", "", groupementSent{})
	}
	if err != nil {
		return err
	}
	return done(c, groupementsPath, "dissous")
}
