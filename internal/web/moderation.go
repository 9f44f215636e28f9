package web

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Pages of moderators.
const (
	moderationPath  = administrationPath + "/moderation"
	proposalPath    = moderationPath + "/fiches"       // of a registration
	conflictPath    = moderationPath + "/conflits"     // of a structure
	reportsPath     = moderationPath + "/signalements" // of a report
	suspendedPath   = moderationPath + "/suspendues"
	duplicatesPath  = administrationPath + "/doublons"
	mergesPath      = duplicatesPath + "/reunions"
	choiceField     = "choix"
	reasonField     = "raison"
	sheetParam      = "fiche"
	maxReasonLength = structure.MaxReason
)

// moderationRoutes are those of moderators.
func (s *site) moderationRoutes(app *fiber.App, limited fiber.Handler) {
	admins := door{site: s, app: app, access: only(account.Administrator)}
	admins.Get(moderationPath, limited, s.moderation)
	admins.Get(proposalPath+"/:id", limited, s.proposal)
	admins.Post(proposalPath+"/:id", limited, s.proposalDecide)
	admins.Post(proposalPath+"/:id/demandes/:organisation", limited, s.claimDecide)
	admins.Get(conflictPath+"/:id", limited, s.conflict)
	admins.Post(conflictPath+"/:id", limited, s.conflictSettle)
	admins.Get(reportsPath+"/:ref", limited, s.moderatedReport)
	admins.Post(reportsPath+"/:ref", limited, s.moderatedReportClose)
	admins.Get(suspendedPath, limited, s.suspended)
	admins.Get(suspendedPath+"/:id", limited, s.suspendForm)
	admins.Post(suspendedPath+"/:id", limited, s.suspend)
	admins.Post(suspendedPath+"/:id/retablir", limited, s.unsuspend)
	admins.Get(duplicatesPath, limited, s.duplicates)
	admins.Get(mergesPath, limited, s.merges)
	admins.Get(duplicatesPath+"/:kept/:duplicate", limited, s.pair)
	admins.Post(duplicatesPath+"/:kept/:duplicate", limited, s.merge)
	admins.Post(duplicatesPath+"/:kept/:duplicate/distinctes", limited, s.keepApart)
	admins.Get(mergesPath+"/:kept/:duplicate", limited, s.unmergeForm)
	admins.Post(mergesPath+"/:kept/:duplicate", limited, s.unmerge)
}

var taskWords = map[directory.TaskKind]struct{ tab, one string }{
	directory.TaskProposal: {"Propositions", "Proposition"}, directory.TaskClaim: {"Demandes", "Demande de tenir la fiche"},
	directory.TaskReport: {"Signalements", "Signalement"}, directory.TaskConflict: {"Conflits", "Conflit entre sources"}, directory.TaskDuplicate: {"Doublons", "Doublon possible"},
}

var moderationDone = map[string]string{
	"accepte": "Accepté : la fiche est publiée, et la structure en est prévenue.", "correction": "La structure est prévenue de la correction demandée. Son brouillon est gardé.",
	"refuse": "Refusé : la structure en reçoit la raison. Son brouillon est gardé.", "confie": "La fiche est confiée à l’organisation, qui en est prévenue.",
	"tranche": "Conflit tranché : la valeur choisie est montrée, quoi que disent les fichiers.", "clos": "Signalement clos ; l’adresse de qui l’a écrit est effacée.",
	"suspendue": "Fiche suspendue : elle n’est plus montrée nulle part.", "retablie": "Fiche rétablie : elle est de nouveau montrée.",
	"reunies": "Les deux fiches n’en font plus qu’une.", "defaite": "Réunion défaite : les deux fiches sont de nouveau montrées.", "distinctes": "C’est retenu : ces deux fiches ne seront plus proposées comme doublons.",
}

// taskURL leads to what a task is about.
func taskURL(t *directory.Task) string {
	switch t.Kind {
	case directory.TaskReport:
		return reportsPath + "/" + t.ID
	case directory.TaskConflict:
		return conflictPath + "/" + t.ID
	case directory.TaskDuplicate:
		a, b, _ := strings.Cut(t.ID, "-")
		return duplicatesPath + "/" + a + "/" + b
	}
	return proposalPath + "/" + t.ID
}

// moderation lists what waits, the oldest first.
func (s *site) moderation(c *fiber.Ctx) error {
	values, err := listValues(c, kindParam)
	if err != nil {
		return err
	}
	kind := directory.TaskKind(values.Get(kindParam))
	q, err := s.Directory.Tasks(c.UserContext(), kind, values.Get(afterParam), adminRows)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Modération", moderationPath, moderationDone)
	if err != nil {
		return err
	}
	p := admin.List{Page: frame}
	p.Table = admin.Table{Caption: "Ce qui attend", Heads: []string{"Fiche", "Nature", "Depuis"}, Empty: format.Text("Rien n’attend ici : tout a reçu une réponse.")}
	total := int64(0)
	for _, k := range directory.TaskKinds {
		total += q.Counts[k]
		p.Tabs = append(p.Tabs, admin.Tab{Label: taskWords[k].tab, N: format.Number(int(q.Counts[k])), URL: moderationPath + "?" + kindParam + "=" + string(k), Current: kind == k})
	}
	p.Tabs = append([]admin.Tab{{Label: "Tout", N: format.Number(int(total)), URL: moderationPath, Current: kind == ""}}, p.Tabs...)
	found := total
	if kind != "" {
		found = q.Counts[kind]
	}
	for i := range q.Tasks {
		t := &q.Tasks[i]
		p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{
			{Text: format.Text(t.Name), URL: taskURL(t), Note: format.Text(format.Upper(t.What))}, {Text: taskWords[t.Kind].one}, {Text: format.Day(t.At)},
		}})
	}
	if q.Partial {
		p.Note = "De chaque nature, seules 500 tâches sont mises en ordre ici. Les suivantes viendront à mesure qu’elles reçoivent une réponse."
	}
	p.Pager = listPager(moderationPath, values, len(q.Tasks), int(found), q.Next, "tâche", "tâches")
	p.More = []part.Link{{Label: "Suspendre une fiche, fiches suspendues", URL: suspendedPath}, {Label: "Fiches réunies", URL: mergesPath}}
	return render(c, admin.ListView(p))
}

// moderating is the frame of a page on one task.
func (s *site) moderating(c *fiber.Ctx, heading string, above ...part.Link) (admin.Detail, error) {
	frame, err := s.adminDesk(c, heading, moderationPath, moderationDone, append([]part.Link{{Label: "Modération", URL: moderationPath}}, above...)...)
	return admin.Detail{Page: frame, State: form.State{Token: s.formToken(c)}}, err
}

// sheetFacts says of which sheet a page speaks, with the ways to it.
func (s *site) sheetFacts(v *structure.Structure) (facts []desk.Fact) {
	facts = []desk.Fact{{Term: "Fiche", Text: v.Name, URL: sheetAddress(v.ID)}}
	for _, n := range []struct{ term, text string }{{"SIRET", format.SIRET(v.SIRET)}, {"FINESS", v.FINESS}, {"RNA", v.RNA}} {
		if n.text != "" {
			facts = append(facts, desk.Fact{Term: n.term, Text: n.text})
		}
	}
	if v.Suspended != nil {
		facts = append(facts, desk.Fact{Term: "Suspendue", Text: "depuis le " + format.Day(v.Suspended.At) + format.NNBSP + ": " + v.Suspended.Reason})
	}
	return facts
}

// fromText says who gives a fact and when: « INSEE, base Sirene, 3 novembre 2026 ».
func fromText(o structure.Origin) string {
	if o.Source == "" {
		return ""
	}
	text := format.Text(o.Source.Label())
	if o.AsOf != "" {
		text += ", " + format.Date(o.AsOf)
	}
	return text
}

// sidesOf puts compared facts beside each other.
func (s *site) sidesOf(list []structure.Compared, heads [2]string) *admin.Sides {
	out := &admin.Sides{Heads: heads}
	for _, f := range list {
		kept, other := s.valueText(f.Field, f.Kept), s.valueText(f.Field, f.Duplicate)
		if f.Same {
			out.Same = append(out.Same, desk.Fact{Term: format.Upper(f.Field.Label()), Text: kept + " (" + fromText(f.By) + ")"})
			continue
		}
		out.Rows = append(out.Rows, admin.SideRow{Label: f.Field.Label(), Values: [2]admin.SideValue{{Text: kept, From: fromText(f.By)}, {Text: other, From: fromText(f.Against)}}})
	}
	return out
}

// organisationName is what an organisation is called.
func (s *site) organisationName(ctx context.Context, id string) (string, error) {
	d, err := s.People.Organisations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "Organisation disparue", nil
	}
	return d.Value.Name, err
}

func reasonInput(value, label, help string) admin.FilterField {
	return admin.FilterField{Field: form.Field{Name: reasonField, Label: label, Help: help, Value: value}, Rows: "4"}
}

// suspendWay leads to the page that suspends a sheet, or restores it.
func suspendWay(v *structure.Structure) part.Link {
	label := "Suspendre la fiche"
	if v.Suspended != nil {
		label = "Rétablir la fiche"
	}
	return part.Link{Label: label, URL: suspendedPath + "/" + url.PathEscape(v.ID)}
}
