package web

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const factField = "information"

// conflict shows what sources dispute of a sheet; each value can be made the word of
// the portal.
func (s *site) conflict(c *fiber.Ctx) error { return s.renderConflict(c, nil) }

func (s *site) renderConflict(c *fiber.Ctx, why error) error {
	d, err := s.Directory.Structures.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	v := &d.Value
	p, err := s.moderating(c, v.Name)
	if err != nil {
		return err
	}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a été tranché", why)
	p.Facts, p.Ways = s.sheetFacts(v), []part.Link{suspendWay(v)}
	list := v.Undecided()
	if len(list) == 0 {
		p.Warning = "Rien n’attend plus de réponse sur cette fiche."
	}
	for _, f := range list {
		name := string(f.Field) + "-" + string(f.Against.Source)
		row := admin.SideRow{Label: f.Field.Label(), Name: name, Values: [2]admin.SideValue{
			{Text: s.valueText(f.Field, f.Kept), From: fromText(f.By), Value: string(f.By.Source), Picked: true}, {Text: s.valueText(f.Field, f.Other), From: fromText(f.Against), Value: string(f.Against.Source)},
		}}
		p.Boxes = append(p.Boxes, admin.Box{ID: "conflit-" + name, Heading: format.Upper(f.Field.Label()), Forms: []admin.Form{{
			To: conflictPath + "/" + url.PathEscape(d.ID), Version: versionOption(d.Version).Label, Button: "Retenir cette valeur", Sides: &admin.Sides{Heads: [2]string{"Montré", "Dit aussi"}, Rows: []admin.SideRow{row}},
			Hidden: []part.Option{{Value: factField, Label: name}},
		}}, Intro: "La valeur retenue devient la parole de l’équipe du portail : aucun fichier ne la remplace. Si une source dit ensuite autre chose, le conflit revient ici."})
	}
	return render(c, admin.DetailView(p))
}

// conflictSettle makes a value the word of the portal.
func (s *site) conflictSettle(c *fiber.Ctx) error {
	sent, id := sentForm(c), c.Params("id")
	name := sent.Get(factField)
	field, _, _ := cutLast(name, "-")
	err := s.Directory.SettleConflict(c.UserContext(), signedIn(c).Actor(), id, seenVersion(sent), structure.Field(field), structure.Source(sent.Get(name)))
	if refusable(err) {
		return s.renderConflict(c, err)
	}
	if err != nil {
		return err
	}
	return done(c, moderationPath, "tranche")
}

// moderatedReport shows what somebody says is wrong with a sheet.
func (s *site) moderatedReport(c *fiber.Ctx) error { return s.renderModeratedReport(c, nil, "") }

func (s *site) renderModeratedReport(c *fiber.Ctx, why error, typed string) error {
	d, err := s.People.Reports.Get(c.UserContext(), c.Params("ref"))
	if err != nil {
		return err
	}
	r := &d.Value
	p, err := s.moderating(c, "Signalement "+structure.Reference(r.Ref))
	if err != nil {
		return err
	}
	refuseOnPage(c, &p.Page, &p.State, "Le signalement n’est pas clos", why)
	st, err := s.Directory.Structures.Get(c.UserContext(), r.Structure)
	switch {
	case err == nil:
		p.Facts, p.Ways = s.sheetFacts(&st.Value), []part.Link{suspendWay(&st.Value)}
	case errors.Is(err, store.ErrNotFound):
		p.Facts = []desk.Fact{{Term: "Fiche", Text: "retirée depuis"}}
	default:
		return err
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Motif", Text: r.Reason.Label()}, desk.Fact{Term: "Reçu", Text: format.Moment(r.At)})
	if r.Field != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Information en cause", Text: r.Field.Label()})
		if now := s.valueText(r.Field, structure.ValueOf(&st.Value, r.Field)); now != "" {
			p.Facts = append(p.Facts, desk.Fact{Term: "Ce que dit la fiche", Text: now + " (" + fromText(st.Value.Origins[r.Field]) + ")"})
		}
	}
	if r.Text != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Texte", Text: format.Text(r.Text)})
	}
	if r.Email != "" {
		p.Facts = append(p.Facts, desk.Fact{Term: "Répondre à", Text: r.Email, URL: "mailto:" + r.Email})
	}
	if !r.Open() {
		p.Warning = "Ce signalement est clos depuis le " + format.Day(r.ClosedAt) + "."
		p.Facts = append(p.Facts, desk.Fact{Term: "Suite donnée", Text: r.Note})
		return render(c, admin.DetailView(p))
	}
	p.Boxes = []admin.Box{{ID: "clore", Heading: "Clore", Intro: "L’adresse de qui a écrit est effacée ; le reste est gardé douze mois.", Forms: []admin.Form{{
		To: reportsPath + "/" + url.PathEscape(r.Ref), Version: versionOption(d.Version).Label, Button: "Clore le signalement",
		Fields: []admin.FilterField{{Field: form.Field{Name: reasonField, Label: "Ce qui a été fait", Help: "Pour l’équipe : « adresse corrigée à la source », « rien à corriger »…", Value: typed, Optional: true}, Rows: "3"}},
	}}}}
	return render(c, admin.DetailView(p))
}

func (s *site) moderatedReportClose(c *fiber.Ctx) error {
	sent := sentForm(c)
	note := typedText(sent.Get(reasonField))
	err := s.Directory.CloseReport(c.UserContext(), signedIn(c).Person.ID, c.Params("ref"), seenVersion(sent), note)
	var faults fieldFaults
	if err = faults.check(reasonField, err); err == nil {
		err = faults.err()
	}
	if refusable(err) {
		return s.renderModeratedReport(c, err, note)
	}
	if err != nil {
		return err
	}
	return done(c, moderationPath, "clos")
}

// maxSuspendedListed bounds the list of suspended sheets.
const maxSuspendedListed = 200

// suspended lists the sheets that are kept from being shown, and leads to the one that
// a number or an address names.
func (s *site) suspended(c *fiber.Ctx) error {
	values, err := listValues(c, sheetParam)
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Fiches suspendues", moderationPath, moderationDone, part.Link{Label: "Modération", URL: moderationPath})
	if err != nil {
		return err
	}
	p := admin.List{Page: frame, Intro: []string{"Une fiche suspendue n’est plus montrée nulle part : ni recherche, ni page, ni API, ni export. Rien n’en est effacé, et les imports continuent de la tenir à jour."}}
	typed := values.Get(sheetParam)
	p.Filter = &admin.Filter{Action: suspendedPath, Button: "Ouvrir", Fields: []admin.FilterField{
		{Field: form.Field{Name: sheetParam, Label: "Suspendre une fiche", Help: "Son SIRET, son numéro FINESS, ou l’adresse de sa page.", Value: typed}},
	}}
	if typed != "" {
		id, err := s.sheetNamed(c, typed)
		if err != nil {
			return err
		}
		if id != "" {
			return c.Redirect(suspendedPath+"/"+id, fiber.StatusSeeOther)
		}
		p.Filter.Refusal = "Aucune fiche, ou plusieurs, ne répondent à cela : donnez l’adresse de sa page."
	}
	docs, err := s.Directory.Structures.FindLookup(c.UserContext(), store.SuspendedKey, maxSuspendedListed)
	if err != nil {
		return err
	}
	p.Table = admin.Table{Caption: "Fiches suspendues", Heads: []string{"Fiche", "Depuis", "Raison"}, Empty: "Aucune fiche n’est suspendue."}
	for i := range docs {
		v := &docs[i].Value
		p.Table.Rows = append(p.Table.Rows, admin.Row{Cells: []admin.Cell{{Text: v.Name, URL: suspendedPath + "/" + v.ID}, {Text: format.Day(v.Suspended.At)}, {Text: format.Text(v.Suspended.Reason)}}})
	}
	total, err := s.Directory.Structures.CountLookup(c.UserContext(), store.SuspendedKey)
	if total > 0 {
		p.Pager.Shown = format.Number(len(docs)) + " sur " + format.Count(int(total), "fiche", "fiches")
	}
	return errors.Join(err, render(c, admin.ListView(p)))
}

// suspendForm asks why a sheet is to be kept from being shown, or whether it may be again.
func (s *site) suspendForm(c *fiber.Ctx) error { return s.renderSuspendSheet(c, nil, "") }

func (s *site) renderSuspendSheet(c *fiber.Ctx, why error, typed string) error {
	d, err := s.Directory.Structures.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	v := &d.Value
	heading := "Suspendre « " + v.Name + " »"
	if v.Suspended != nil {
		heading = "Rétablir « " + v.Name + " »"
	}
	p, err := s.moderating(c, heading, part.Link{Label: "Fiches suspendues", URL: suspendedPath})
	if err != nil {
		return err
	}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	p.Facts = s.sheetFacts(v)
	to := suspendedPath + "/" + url.PathEscape(d.ID)
	switch {
	case v.MergedInto != "":
		p.Warning = "Cette fiche est réunie à une autre, qui est montrée à sa place."
		p.Ways = []part.Link{{Label: "L’autre fiche", URL: suspendedPath + "/" + v.MergedInto}}
	case v.Suspended != nil:
		p.Boxes = []admin.Box{{ID: "retablir", Heading: "Rétablir", Intro: "La fiche est de nouveau montrée telle qu’elle est aujourd’hui, et qui la tient en est prévenu par courriel.",
			Forms: []admin.Form{{To: to + "/retablir", Version: versionOption(d.Version).Label, Button: "Rétablir la fiche"}}}}
	default:
		p.Boxes = []admin.Box{{ID: "suspendre", Heading: "Suspendre", Intro: "La fiche disparaît de la recherche, des pages, de l’API et des exports. Rien n’est effacé : elle se rétablit d’un geste.",
			Forms: []admin.Form{{To: to, Version: versionOption(d.Version).Label, Button: "Suspendre la fiche",
				Fields: []admin.FilterField{reasonInput(typed, "Pourquoi", "Qui tient la fiche le reçoit par courriel, tel quel.")}}}}}
	}
	return render(c, admin.DetailView(p))
}

func (s *site) suspend(c *fiber.Ctx) error {
	sent := sentForm(c)
	reason := typedText(sent.Get(reasonField))
	var faults fieldFaults
	err := faults.check(reasonField, reasonFault(reason))
	if err == nil {
		err = faults.err()
	}
	if err == nil {
		err = s.Directory.Suspend(c.UserContext(), signedIn(c).Actor(), c.Params("id"), seenVersion(sent), reason)
	}
	if refusable(err) {
		return s.renderSuspendSheet(c, err, reason)
	}
	if err != nil {
		return err
	}
	return done(c, suspendedPath, "suspendue")
}

func reasonFault(reason string) error {
	if why := structure.CheckReason(reason); why != "" {
		return account.Fault(why)
	}
	return nil
}

func (s *site) unsuspend(c *fiber.Ctx) error {
	err := s.Directory.Unsuspend(c.UserContext(), signedIn(c).Actor(), c.Params("id"), seenVersion(sentForm(c)))
	if refusable(err) {
		return s.renderSuspendSheet(c, err, "")
	}
	if err != nil {
		return err
	}
	return done(c, suspendedPath, "retablie")
}

// sheetNamed is the one sheet that a number or an address names, "" for none or several.
func (s *site) sheetNamed(c *fiber.Ctx, text string) (string, error) {
	if u, err := url.Parse(text); err == nil && u.Path != "" {
		if _, after, ok := cutLast(u.Path, "/"); ok {
			text = after
		}
	}
	ctx := c.UserContext()
	if idPattern.MatchString(text) {
		d, err := s.Directory.Structures.Get(ctx, text)
		if errors.Is(err, store.ErrNotFound) {
			return "", nil
		}
		return d.ID, err
	}
	if n, err := structure.ParseFINESS(text); err == nil {
		d, err := s.Directory.Structures.FindUnique(ctx, "finess:"+n)
		if !errors.Is(err, store.ErrNotFound) {
			return d.ID, err
		}
	}
	n, _, err := structure.ParseSIRET(text)
	if err != nil {
		return "", nil
	}
	docs, err := s.Directory.Structures.FindLookup(ctx, "siret:"+n, 2)
	if err != nil || len(docs) != 1 {
		return "", err
	}
	return docs[0].ID, nil
}

// cutLast cuts a text at the last of a sign.
func cutLast(text, sign string) (before, after string, found bool) {
	for i := len(text) - len(sign); i >= 0; i-- {
		if text[i:i+len(sign)] == sign {
			return text[:i], text[i+len(sign):], true
		}
	}
	return text, "", false
}

// versionIn reads the version of one of several things that a form was made from.
func versionIn(sent url.Values, name string) int64 {
	n, _ := strconv.ParseInt(sent.Get(name), 10, 64)
	return n
}
