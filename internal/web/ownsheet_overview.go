package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/registration"
	"sourcier/internal/structure"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/organisation"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// ownDone words what was done before the overview is shown.
var ownDone = map[string]string{
	"enregistre": "Enregistré dans votre brouillon.", "publie": "C’est en ligne : les acheteurs voient vos changements.",
	"cache":    "C’est publié, mais personne ne le voit tant que la fiche n’est pas montrée dans l’annuaire.",
	"soumis":   "C’est envoyé à l’équipe du portail, qui vous répondra par courriel.",
	"partie":   "C’est en ligne, sauf ce que l’équipe du portail vérifie d’abord.",
	"abandon":  "Le brouillon est abandonné : la fiche en ligne n’a pas changé.",
	"contacts": "Contacts enregistrés : les acheteurs connectés les voient dès maintenant.",
}

// ownOverview answers one sheet: what is published, what is not, what to do next.
func (s *site) ownOverview(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderOverview(o.state())
}

func (o *ownSheet) renderOverview(state form.State) error {
	p := ownsheet.OverviewPage{
		Page: o.desk(o.name(), "", ownDone), State: state, URL: o.url(), Preview: o.url() + "/apercu",
		States: o.states(), Notices: o.notices(), Rev: o.revText(), Screens: o.screens(),
	}
	if o.online() {
		p.Public = sheetURL(o.ID, "")
	}
	o.toPublish(&p)
	m := o.measure()
	p.Meter.Score = m.Score
	for _, step := range o.missing(m) {
		p.Missing = append(p.Missing, ownsheet.Step{Label: format.Text(step.Label), Brings: format.Text(step.Brings), URL: o.url() + pieceScreens[step.Piece]})
	}
	if len(p.Missing) > 0 {
		p.Next, p.Missing = &p.Missing[0], p.Missing[1:]
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.OverviewView(p))
}

// toPublish says what publishing would change, and what would be checked first.
func (o *ownSheet) toPublish(p *ownsheet.OverviewPage) {
	if o.Value.DraftOf(o.who.Organisation) == nil {
		return
	}
	online := registration.SheetOf(&o.Shown)
	if last := o.Value.Last(); last != nil {
		online.Kinds = last.Sheet.Kinds
	}
	p.Changes, p.Discard = o.changes(&online, &o.sheet), o.Value.Holds(o.who.Organisation)
	held := registration.Held(&o.sheet, &o.Shown, o.day)
	switch {
	case len(o.sheet.Needs()) > 0:
		return // the notices say what is missing
	case !o.Value.Holds(o.who.Organisation):
		p.Publish, p.Checked = "Envoyer à l’équipe du portail", "L’équipe vérifie que cette fiche est bien à vous, puis la met en ligne."
	case len(p.Changes) == 0:
		return
	case o.Shown.ID != "" && !o.online():
		p.Publish, p.Checked = "Publier ces changements", "Personne ne les voit tant que la fiche n’est pas montrée dans l’annuaire."
	case len(held) > 0:
		p.Publish, p.Checked = "Publier ces changements", "L’équipe du portail vérifiera d’abord : "+heldWords(held)+". Le reste est en ligne aussitôt."
	case o.Shown.ID == "":
		p.Publish = "Publier ma fiche"
	default:
		p.Publish = "Publier ces changements"
	}
	p.Checked = format.Text(p.Checked)
}

// heldWords name what a moderator checks.
func heldWords(fields []structure.Field) string {
	var out []string
	for _, f := range fields {
		if f == structure.FieldName {
			out = append(out, "le nom, différent de celui du registre")
		} else {
			out = append(out, "les "+f.Label()+" déclarés")
		}
	}
	return format.List(out)
}

var needWords = map[registration.Need]string{
	registration.NeedWhat: "Ce que vous proposez : une activité et son secteur.", registration.NeedWhere: "Où : votre commune, et la zone d’une activité.",
	registration.NeedContact: "Comment vous joindre : un téléphone, une adresse e-mail ou un site.",
}

// notices are what to know first: what is missing, what waits and why, what was
// answered.
func (o *ownSheet) notices() (out []ownsheet.Notice) {
	r := &o.Value
	if n, hidden := o.hiddenNotice(); hidden {
		out = append(out, n)
	}
	if needs := o.sheet.Needs(); len(needs) > 0 {
		n := ownsheet.Notice{Title: "Pour être en ligne, il manque encore" + format.NNBSP + ":"}
		for _, need := range needs {
			n.Lines = append(n.Lines, format.Text(needWords[need]))
		}
		out = append(out, n)
	}
	if p := r.Submission; p != nil && p.Organisation == o.who.Organisation {
		n := ownsheet.Notice{Title: "Envoyé à l’équipe du portail le " + format.Day(p.At)}
		if len(p.Fields) > 0 {
			n.Lines = append(n.Lines, format.Text("Elle vérifie "+heldWords(p.Fields)+". Le reste est en ligne."))
		} else {
			n.Lines = append(n.Lines, format.Text("Elle vérifie que cette fiche est bien à vous, puis la met en ligne."))
		}
		n.Lines = append(n.Lines, format.Text("Vous pouvez continuer à écrire : ce qui est envoyé ne change plus."))
		out = append(out, n)
	} else if !r.Holds(o.who.Organisation) {
		text := "Vous pouvez la préparer : elle ne sera en ligne qu’ensuite."
		if o.online() {
			text = "Vous pouvez préparer vos changements : ils ne seront en ligne qu’ensuite."
		}
		out = append(out, ownsheet.Notice{Title: "Votre droit d’écrire cette fiche n’est pas encore prouvé", Lines: []string{format.Text(text)}, Link: &part.Link{Label: "Donner une preuve", URL: registrationURL(o.ID)}})
	}
	if d := o.answer(); d != nil {
		title := "L’équipe du portail n’a pas accepté votre envoi, le "
		if d.Outcome == registration.ToChange {
			title = "L’équipe du portail vous demande un changement, le "
		}
		lines := []string{format.Quote(format.Text(d.Reason)), format.Text("Votre brouillon est gardé : corrigez-le, puis envoyez-le de nouveau.")}
		out = append(out, ownsheet.Notice{Title: title + format.Day(d.At), Lines: lines, Warn: true})
	}
	if o.Shown.Closed {
		out = append(out, ownsheet.Notice{Title: "Le registre dit que cet établissement est fermé", Warn: true, Lines: []string{format.Text("Les acheteurs le lisent sur la fiche. Si c’est une erreur, signalez-la.")}, Link: &part.Link{Label: "Signaler une erreur", URL: reportURL(&o.Shown)}})
	}
	return out
}

// hiddenNotice says why nobody is shown the sheet, though it was published.
func (o *ownSheet) hiddenNotice() (n ownsheet.Notice, hidden bool) {
	switch st := &o.Shown; {
	case st.MergedInto != "":
		return ownsheet.Notice{
			Title: "Cette fiche est réunie à une autre", Warn: true,
			Lines: []string{format.Text("L’équipe du portail a reconnu deux fiches de la même structure : les acheteurs voient l’autre.")},
			Link:  &part.Link{Label: "Voir la fiche montrée", URL: sheetURL(st.MergedInto, "")},
		}, true
	case st.Suspended != nil:
		return ownsheet.Notice{
			Title: "L’équipe du portail a suspendu cette fiche le " + format.Day(st.Suspended.At), Warn: true,
			Lines: []string{format.Quote(format.Text(st.Suspended.Reason)), format.Text("Elle n’est plus dans l’annuaire. Corrigez ce qui est en cause, publiez, puis répondez au message qui vous l’a dit.")},
		}, true
	}
	return n, false
}

// screens list the parts of the sheet and what each holds.
func (o *ownSheet) screens() []ownsheet.Screen {
	line := func(label, path, holds string) ownsheet.Screen {
		out := ownsheet.Screen{Label: label, URL: o.url() + path, Holds: holds, Missing: holds == ""}
		if out.Missing {
			out.Holds = "Rien encore"
		}
		return out
	}
	counted := func(n int, one, many string) string {
		if n == 0 {
			return ""
		}
		return format.Count(n, one, many)
	}
	versions := "Aucune publication"
	if n := len(o.Value.Versions); n > 0 {
		versions = format.Count(n, "version", "versions")
	}
	out := []ownsheet.Screen{
		line("Activités", activitiesPath, counted(len(o.sheet.Activities), "activité", "activités")),
		line("Présentation", presentationPath, format.Cut(format.Text(o.sheet.Description), 60)),
		line("Offres", offersPath, counted(len(o.sheet.Offers), "offre", "offres")),
		line("Références", referencesPath, counted(len(o.sheet.References), "référence", "références")),
		line("Labels", labelsPath, counted(len(o.sheet.Labels), "label", "labels")),
		line("Logo", logoPath, logoWords(o.sheet.Logo)),
		line("Coordonnées", waysPath, waysWords(o.sheet.Contact)),
		line("Adresse", addressPath, addressWords(o.sheet.Address)),
		line("Historique", "/historique", versions),
	}
	if o.Value.Holds(o.who.Organisation) { // narrow screens have no menu beside the page
		out = slices.Insert(out, len(out)-1, line("Contacts par sujet", topicsPath, counted(len(o.named()), "contact", "contacts")))
		out = append(out, line("Ce que le portail m’apporte", reachPath, "Vues de la fiche, recherches et mots qui vous trouvent"))
	}
	return out
}

// ownPublish puts the draft on line.
func (s *site) ownPublish(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	after, err := s.Directory.Publish(c.UserContext(), o.who, o.ID, sentRev(sentForm(c)))
	if err == nil {
		what := "publie"
		switch p := after.Value.Submission; {
		case p != nil && len(p.Fields) > 0:
			what = "partie"
		case p != nil:
			what = "soumis"
		case after.Shown.Suspended != nil:
			what = "cache"
		}
		return done(c, o.url(), what)
	}
	return o.refused(err, "Rien n’est publié")
}

// refused shows the overview as it is now, with why nothing was done.
func (o *ownSheet) refused(err error, heading string) error {
	text, status, ok := ownRefusal(err)
	if !ok {
		return err
	}
	now, err := o.ownSheetOf(o.c)
	if err != nil {
		return err
	}
	state := now.state()
	state.Heading, state.Refusal = heading, text
	o.c.Status(status)
	return now.renderOverview(state)
}

// ownRefusal is refusalOf, where what is stale is a conflict.
func ownRefusal(err error) (text string, status int, ok bool) {
	if errors.Is(err, registration.ErrStale) {
		return "La fiche a été modifiée entre-temps par quelqu’un d’autre. Relisez-la ci-dessous, puis recommencez.", fiber.StatusConflict, true
	}
	if errors.Is(err, registration.ErrNothing) {
		return err.Error(), fiber.StatusConflict, true
	}
	return refusalOf(err)
}

// ownDiscardForm asks before a draft is thrown away.
func (s *site) ownDiscardForm(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	p := organisation.ConfirmPage{
		Page: o.desk("Abandonner le brouillon", "/abandonner", nil), State: o.state(),
		Text:   []string{format.Text("La fiche en ligne ne change pas. Ce que votre brouillon contient de plus est perdu.")},
		Action: form.Action{To: o.url() + "/abandonner", Label: "Abandonner le brouillon", Style: "btn-act", Values: []part.Option{{Value: revField, Label: o.revText()}}}, Back: o.url(),
	}
	return render(c, organisation.ConfirmView(p))
}

func (s *site) ownDiscard(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	if err := s.Directory.Discard(c.UserContext(), o.who, o.ID, sentRev(sentForm(c))); err != nil {
		return o.refused(err, "Rien n’est abandonné")
	}
	return done(c, o.url(), "abandon")
}

// ownPreview is the page of the sheet as publishing the draft would make it.
func (s *site) ownPreview(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	v, err := s.Directory.Preview(c.UserContext(), o.Own, o.who.Organisation)
	if err != nil {
		return err
	}
	p := s.sheetPage(v, part.Link{Label: o.name(), URL: o.url()})
	p.NoIndex, p.Canonical, p.Linked, p.Report, p.API, p.History = true, "", nil, "", "", nil
	p.Preview = &sheet.Preview{Back: o.url()}
	p.FilesAt(pictureURL(v.ID, ""), o.url()+filesSegment+"/")
	p.People = topicLines(o.named())
	p.Title = fitted("Aperçu"+format.NNBSP+": "+strings.TrimSpace(o.name()), "")
	return render(c, sheet.View(p))
}
