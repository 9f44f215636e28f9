package web_test

import (
	"net/url"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/groupement"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Sheets of the matrix: of the organisation « esat », and of who it has invited.
var (
	matrixSheet   = structure.NewID("matrix:esat")
	matrixInvited = structure.NewID("matrix:invited")
	matrixTerms   = (&groupement.Groupement{Form: structure.Conjoint, Mandataire: matrixSheet}).Terms()
)

// inName is a form in the name of the sheet of « esat ».
func inName(pairs ...string) url.Values {
	form := url.Values{"au-nom": {matrixSheet}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// directory is what structures do with their sheets, on the store of who signs in.
func (w *crowd) directory(t *testing.T) *directory.Service {
	t.Helper()
	d, err := directory.Open(t.Context(), w.db, w.Service, clock)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holds makes a sheet, held by an organisation unless it is "".
func (w *crowd) holds(t *testing.T, d *directory.Service, organisation string, v structure.Structure) {
	t.Helper()
	if _, err := d.Structures.Insert(t.Context(), v, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if organisation == "" {
		return
	}
	r := registration.New(v.ID, v.SIRET, "", v.Name, clock())
	if _, err := r.Ask(organisation, "p", clock()); err != nil {
		t.Fatal(err)
	}
	if err := r.Grant(organisation, registration.ProofMail, clock()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
		t.Fatal(err)
	}
}

// groupementLetters are an invitation and its answer.
func (c *correspondence) groupementLetters(d *directory.Service) {
	c.Helper()
	ctx := c.Context()
	acts := func(organisation string) (directory.Who, string) {
		c.organisation(c.T, organisation, account.KindOwner)
		who := directory.Who{Person: c.person(c.T, organisation+"@ville.example", organisation, true, account.Structure), Organisation: organisation}
		c.who(organisation + "@ville.example")
		id := structure.NewID("letters:" + organisation)
		c.holds(c.T, d, organisation, structure.Structure{ID: id, Name: "Structure " + organisation})
		return who, id
	}
	lead, leads := acts("mandataire")
	other, invited := acts("invitee-structure")
	one := groupement.Brings{Words: "une équipe"}
	id, err := d.Found(ctx, lead, groupement.Founder{Structure: leads, Brings: one}, groupement.Draft{Name: "Ensemble"}, structure.Conjoint)
	c.must(err)
	_, err = d.InviteStructure(ctx, lead, id, leads, invited)
	c.must(err)
	g, err := d.Groupements.Get(ctx, id)
	c.must(err)
	c.must(d.AcceptGroupement(ctx, other, id, invited, g.Value.Terms(), one))
}

// groupements makes one of « esat », and one that is foreign to all.
func (m *matrix) groupements(t *testing.T) {
	t.Helper()
	d := m.crowd.directory(t)
	for id, organisation := range map[string]string{matrixSheet: "esat", matrixInvited: "", idProprete: "", structure.NewID("matrix:foreign"): "ailleurs"} {
		m.crowd.holds(t, d, organisation, structure.Structure{ID: id, Name: "Structure " + id})
	}
	for id, lead := range map[string]string{"esat": matrixSheet, "ailleurs": structure.NewID("matrix:foreign")} {
		g, err := groupement.New(id, groupement.Founder{Organisation: id, Structure: lead, Brings: groupement.Brings{Words: "une équipe"}}, groupement.Draft{Name: "Ensemble"}, structure.Conjoint, clock())
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Invite(lead, matrixInvited, clock()); err != nil {
			t.Fatal(err)
		}
		m.crowd.groupement(t, d, g)
	}
}

// groupement stores one.
func (w *crowd) groupement(t *testing.T, d *directory.Service, g groupement.Groupement) {
	t.Helper()
	if _, err := d.Groupements.Insert(t.Context(), g, store.Change{}); err != nil {
		t.Fatal(err)
	}
}

// groupementOf is one's own, that of others, or none.
func (q *question) groupementOf() string {
	switch {
	case q.about == absent:
		return missing
	case q.about == own && q.who == asking(account.Structure):
		return "esat"
	}
	return "ailleurs"
}
