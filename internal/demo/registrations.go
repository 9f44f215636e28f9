package demo

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// Registrations makes those of the owners of a crowd: each holds the sheets of its
// legal entity, as the demonstration has them; the first is writing, some await a
// moderator, and two structures that nobody holds are asked for.
func Registrations(opts Options, crowd Crowd, structures []structure.Structure) (out []registration.Registration) {
	opts = opts.withDefaults()
	c := &registering{now: opts.Today.Time().Add(8 * time.Hour), taxonomy: opts.Taxonomy}
	owners := map[string]*account.Organisation{}
	var first *account.Organisation
	for i := range crowd.Organisations {
		if o := &crowd.Organisations[i]; o.Kind == account.KindOwner && len(o.Members) > 0 {
			owners[o.SIREN] = o
			if first == nil {
				first = o
			}
		}
	}
	asked := 0
	for i := range structures {
		s := &structures[i]
		o := owners[s.SIREN()]
		switch {
		case o != nil:
			r := c.held(s, o, len(out))
			if o == first && r.Draft == nil {
				r.Draft = c.writing(s, o.Members[0].Person)
			}
			out = append(out, r)
		case asked < 2 && first != nil && s.SIRET != "":
			asked++
			out = append(out, c.asked(s, first))
		}
	}
	return out
}

// registering dates what registrations say.
type registering struct {
	now      time.Time
	taxonomy *taxonomy.Taxonomy
}

func (c *registering) past(days int) time.Time { return c.now.AddDate(0, 0, -days).UTC() }

// held is a sheet that its organisation has proved to be its own, and published once
// as the demonstration has it.
func (c *registering) held(s *structure.Structure, o *account.Organisation, n int) registration.Registration {
	person, at := o.Members[0].Person, c.past(40+n)
	r := registration.New(s.ID, s.SIRET, s.RNA, s.Name, at)
	r.Demo = true
	proofs := []registration.ProofKind{registration.ProofMail, registration.ProofDomain, registration.ProofVoucher, registration.ProofModerator}
	r.Owner, r.OwnedSince, r.Proof = o.ID, at, proofs[n%len(proofs)]
	sheet := registration.SheetOf(s)
	r.Versions = []registration.Version{{N: 1, Sheet: sheet, By: person, At: at, Rev: 1}}
	r.Applied = 1
	if n%3 != 2 {
		r.Contacts = c.contacts(s, n)
	}
	switch n {
	case 4: // a second agreement, told by its holder
		sheet.Kinds = []registration.Declared{{Kind: structure.EI}}
		r.Submission = &registration.Submission{ID: idOf("submission", s.ID), Organisation: o.ID, By: person, At: c.past(2), Sheet: sheet, Rev: 2,
			Fields: []structure.Field{structure.FieldAgreements}}
	case 7: // another name than the official one
		sheet.Name = "Nouvel élan " + s.Address.City
		r.Submission = &registration.Submission{ID: idOf("submission", s.ID), Organisation: o.ID, By: person, At: c.past(5), Sheet: sheet, Rev: 2,
			Fields: []structure.Field{structure.FieldName}}
	}
	return r
}

func (c *registering) contacts(s *structure.Structure, n int) (out []registration.Contact) {
	for i, topic := range registration.Topics {
		name := firstNames[(n*3+i)%len(firstNames)] + " " + surnames[(n*5+i)%len(surnames)]
		out = append(out, registration.Contact{
			Topic: topic, Name: name, Function: []string{"Direction", "Responsable commerciale", "Coordination"}[i],
			Email: account.Email(slug(firstNames[(n*3+i)%len(firstNames)]) + "@structure.example"), Phone: s.Contact.Phone,
			Frequency: registration.Frequencies[i],
		})
	}
	return out
}

// writing is a draft with two offers that its structure has yet to publish.
func (c *registering) writing(s *structure.Structure, person string) *registration.Draft {
	sheet := registration.SheetOf(s)
	for _, a := range s.Activities {
		if len(sheet.Offers) == 2 || len(a.Sectors) == 0 || a.Offer == "" {
			continue
		}
		sector, ok := c.taxonomy.Sector(a.Sectors[0])
		if !ok || slices.ContainsFunc(sheet.Offers, func(o structure.Offer) bool { return o.Title == sector.Label }) {
			continue
		}
		sheet.Offers = append(sheet.Offers, structure.Offer{Title: sector.Label, Description: a.Offer, LeadDays: 10, MinEuros: 500, MaxEuros: 20_000})
	}
	d := registration.NewDraft(sheet, person, c.past(1))
	d.Rev = 2
	d.Revs[registration.PartOffers] = 2
	return d
}

// asked is a sheet that an organisation asks a moderator for.
func (c *registering) asked(s *structure.Structure, o *account.Organisation) registration.Registration {
	r := registration.New(s.ID, s.SIRET, s.RNA, s.Name, c.past(3))
	r.Demo = true
	r.Requests = []registration.Request{{
		ID: idOf("request", s.ID), Organisation: o.ID, Person: o.Members[0].Person, At: c.past(3), Proof: registration.ProofModerator,
		Text: "Nous venons de reprendre cet atelier ; l’acte de cession est à votre disposition.",
	}}
	return r
}
