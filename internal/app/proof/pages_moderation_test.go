package proof

import (
	"context"
	"errors"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/directory"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// moderationForPages makes something of each kind for a moderator, and gives the pages
// on each.
func moderationForPages(ctx context.Context, a *app.App, person string) (pages []string, err error) {
	const moderation, duplicates = "/administration/moderation", "/administration/doublons/"
	now, rules := a.Now(), structure.Rules{Atlas: a.Directory.Atlas, Sold: a.Directory.Taxonomy.Sold}
	var ids [6]string
	for i := range ids {
		ids[i] = structure.NewID("proof:" + string(rune('a'+i)))
		s := structure.Structure{ID: ids[i], CreatedAt: now, UpdatedAt: now}
		for j, source := range []structure.Source{structure.SourceSIRENE, structure.SourceLeMarche} {
			phone := []string{"0199000003", "0199000004"}[(i+j)%2]
			rules.Merge(&s, structure.NewClaim(structure.Origin{Source: source, AsOf: structure.Date([]string{"2026-10-01", "2026-11-01"}[j])}, &structure.Structure{
				Name: "Les Roses & Cie", Contact: structure.Contact{Phone: phone}, Address: structure.Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"},
			}, nil, ""))
		}
		if _, err := a.Structures.Insert(ctx, s, store.Change{}); err != nil {
			return nil, err
		}
	}
	moderator := account.Actor{Person: person, Administrator: true}
	err = errors.Join(
		a.Directory.Merge(ctx, moderator, directory.Merging{Kept: ids[0], Duplicate: ids[1], KeptVersion: 1, OtherVersion: 1}),
		a.Directory.Suspend(ctx, moderator, ids[2], 1, "Cette fiche n’est pas celle d’une structure."),
	)
	report := structure.Report{Structure: ids[3], Reason: structure.ReportWrong, Field: structure.FieldPhone, Text: "Le numéro sonne dans le vide.", Email: "passante@example.org", At: now}
	report.Ref = structure.NewReportRef(strings.Repeat("A", 26), &report)
	r := registration.New(structure.NewID("siret:98200004000014"), "98200004000014", "", "Atelier du Lac", now)
	q, asked := r.Ask("atelier", person, now)
	if err := errors.Join(err, asked, a.People.Reports.Add(ctx, report)); err != nil {
		return nil, err
	}
	q.Proof, q.Text = registration.ProofModerator, "Je la dirige depuis dix ans."
	r.Submission = &registration.Submission{ID: "envoi", Organisation: "atelier", By: person, At: now, Sheet: registration.Sheet{
		Name: "Atelier du Lac", Description: "Une <b>belle</b> blanchisserie.", Kinds: []registration.Declared{{Kind: structure.EA, Number: "12"}},
		Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{France: true}}}, Address: structure.Address{Commune: "94081", PostalCode: "94400", City: "Vitry-sur-Seine"},
	}}
	_, err = a.Directory.Registrations.Insert(ctx, r, store.Change{})
	return []string{
		moderation + "?genre=conflit", moderation + "/fiches/" + r.ID, moderation + "/conflits/" + ids[3], moderation + "/signalements/" + report.Ref,
		moderation + "/suspendues", moderation + "/suspendues/" + ids[2], moderation + "/suspendues/" + ids[3],
		duplicates + ids[4] + "/" + ids[5], duplicates + "reunions", duplicates + "reunions/" + ids[0] + "/" + ids[1],
	}, err
}
