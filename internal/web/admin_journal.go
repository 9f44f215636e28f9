package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/export"
	"sourcier/internal/people"
	"sourcier/internal/spreadsheet"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/tempfile"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// Parameters of the journal.
const (
	whoParam      = "personne"
	partParam     = "part"
	byPart        = "auteur"
	aboutPart     = "concernee"
	objectParam   = "objet"
	documentParam = "document"
	fromParam     = "du"
	toParam       = "au"
)

var journalParams = []string{whoParam, partParam, objectParam, documentParam, fromParam, toParam}

// journalURL leads to what a person did, or to what was done about the person.
func journalURL(id, as string) string {
	return adminJournalPath + "?" + url.Values{whoParam: {id}, partParam: {as}}.Encode()
}

// journalFilter reads what is asked of the journal. A Fault says what was not
// understood: nothing is shown then, rather than everything.
func (s *site) journalFilter(ctx context.Context, values url.Values) (f store.AuditFilter, err error) {
	f.Collection, f.Document = values.Get(objectParam), values.Get(documentParam)
	if f.Document != "" && f.Collection == "" {
		return f, account.Fault("Choisissez de quel type est l’objet dont vous donnez l’identifiant.")
	}
	if f.From, f.To, err = journalDays(values); err != nil {
		return f, err
	}
	who := values.Get(whoParam)
	if who == "" {
		return f, nil
	}
	if strings.Contains(who, "@") {
		if who, err = s.personOf(ctx, who); err != nil {
			return f, err
		}
	}
	if values.Get(partParam) == aboutPart {
		f.Subject = who
	} else {
		f.Actor = who
	}
	return f, nil
}

// journalDays reads the days of a filter.
func journalDays(values url.Values) (from, to structure.Date, err error) {
	for param, day := range map[string]*structure.Date{fromParam: &from, toParam: &to} {
		if text := values.Get(param); text != "" {
			if *day, err = structure.ParseDate(text); err != nil {
				return from, to, account.Fault("Ce jour n’existe pas : il s’écrit comme 2026-05-31.")
			}
		}
	}
	if from != "" && to != "" && from > to {
		return from, to, account.Fault("Le premier jour est après le dernier.")
	}
	return from, to, nil
}

// personOf finds the account of an address.
func (s *site) personOf(ctx context.Context, address string) (string, error) {
	e, err := account.ParseEmail(address)
	if err != nil {
		return "", err
	}
	d, err := s.People.People.ByEmail(ctx, e)
	if errors.Is(err, store.ErrNotFound) {
		return "", account.Fault("Aucun compte n’a cette adresse. Le journal d’un compte effacé se lit par son identifiant.")
	}
	return d.ID, err
}

// adminJournal shows the audit lines of a filter.
func (s *site) adminJournal(c *fiber.Ctx) error {
	values, err := listValues(c, journalParams...)
	if err != nil {
		return err
	}
	return s.renderJournal(c, values, nil)
}

func (s *site) renderJournal(c *fiber.Ctx, values url.Values, why error) error {
	frame, err := s.adminDesk(c, "Journal", adminJournalPath, nil)
	if err != nil {
		return err
	}
	p := admin.Journal{
		Page: frame, State: form.State{Token: s.formToken(c)}, Filter: journalForm(values), Empty: "Aucune ligne pour ce choix.",
		Intro: format.Text("Ce que des personnes ont changé, la ligne la plus récente d’abord. Une ligne ne se modifie ni ne s’efface ; les noms sont ceux d’aujourd’hui, et les valeurs d’un compte effacé ne se lisent plus."),
		Note:  "50\u202f000 lignes au plus. L’export est lui-même inscrit au journal.",
	}
	refuseOnPage(c, &p.Page, &p.State, "Le journal n’est pas exporté", why)
	p.Export = form.Action{To: adminJournalCSV, Label: "Exporter ces lignes (CSV)"}
	for _, name := range journalParams {
		if v := values.Get(name); v != "" {
			p.Export.Values = append(p.Export.Values, part.Option{Value: name, Label: v})
		}
	}
	f, err := s.journalFilter(c.UserContext(), values)
	var fault account.Fault
	if errors.As(err, &fault) {
		p.Filter.Refusal = string(fault)
		c.Status(fiber.StatusUnprocessableEntity)
		return render(c, admin.JournalView(p))
	}
	if err != nil {
		return err
	}
	page, err := s.People.Journal(c.UserContext(), f, values.Get(afterParam), adminRows)
	if err != nil {
		return listPlace(err)
	}
	for i := range page.Lines {
		p.Lines = append(p.Lines, journalLine(&page.Lines[i]))
	}
	p.Pager = withPlaces(admin.Pager{}, adminJournalPath, values, page.Next)
	return render(c, admin.JournalView(p))
}

func journalForm(values url.Values) admin.Filter {
	objects := []part.Option{{Label: "Tous", Selected: values.Get(objectParam) == ""}}
	for _, o := range people.Objects() {
		objects = append(objects, part.Option{Value: o, Label: people.ObjectWords(o), Selected: o == values.Get(objectParam)})
	}
	about := values.Get(partParam) == aboutPart
	fields := []admin.FilterField{
		{Field: form.Field{Name: whoParam, Label: "Adresse ou identifiant", Value: values.Get(whoParam)}},
		{Field: form.Field{Name: partParam, Label: "Sa part"}, Options: []part.Option{{Value: byPart, Label: "Elle a agi", Selected: !about}, {Value: aboutPart, Label: "Elle est concernée", Selected: about}}},
		{Field: form.Field{Name: objectParam, Label: "Objet"}, Options: objects},
		{Field: form.Field{Name: fromParam, Label: "Du", Type: "date", Value: values.Get(fromParam)}},
		{Field: form.Field{Name: toParam, Label: "Au", Type: "date", Value: values.Get(toParam)}},
	}
	if id := values.Get(documentParam); id != "" {
		fields = append(fields, admin.FilterField{Field: form.Field{Name: documentParam, Label: "Identifiant de l’objet", Value: id}})
	}
	return admin.Filter{Action: adminJournalPath, Button: "Filtrer", Reset: resetOf(adminJournalPath, values), Fields: fields}
}

// journalLine is a line as the page shows it.
func journalLine(l *people.JournalLine) admin.Line {
	out := admin.Line{
		When: format.Moment(l.At), Stamp: l.At.UTC().Format(time.RFC3339), What: format.Text(l.Words), Who: personLink(l.Who, l.Actor),
		Object: part.Link{Label: l.Object, URL: objectURL(l.Collection, l.Document)}, Unreadable: l.Unreadable,
	}
	if l.About != "" && l.Subject != l.Actor {
		out.About = personLink(l.About, l.Subject)
	}
	for _, f := range l.Fields {
		change := admin.Change{Label: format.Text(f.Label), Before: f.Before, After: f.After}
		if f.Erased {
			change.Before, change.After = "", "valeur effacée"
		}
		out.Fields = append(out.Fields, change)
	}
	return out
}

func shownValue(v string) string {
	if v == "" {
		return "rien"
	}
	return v
}

// idLength is that of the id of a person: who is none has a word for one.
const idLength = 26

func personLink(name, id string) part.Link {
	l := part.Link{Label: name}
	if len(id) == idLength {
		l.URL = adminPersonURL(id)
	}
	return l
}

// objectURL is the page on a document, "" when there is none.
func objectURL(collection, id string) string {
	switch collection {
	case store.PersonCollection:
		return adminPersonURL(id)
	case store.OrganisationCollection:
		return adminOrganisationURL(id)
	case store.MessageCollection:
		return adminMessageURL(id)
	case store.UploadCollection:
		return adminImportURL(id)
	}
	return ""
}

var journalHeads = []string{"date", "heure", "auteur", "identifiant de l’auteur", "action", "code", "personne concernée", "identifiant de la personne", "objet", "identifiant de l’objet", "version", "changements"}

// adminExportJournal answers the lines of a filter as a file. It is a POST, since it
// leaves a line of its own in the journal: who took what out, and when. The line is
// written before the first byte leaves.
func (s *site) adminExportJournal(c *fiber.Ctx) error {
	sent := sentForm(c)
	values := url.Values{}
	for _, name := range journalParams {
		if v := typedText(sent.Get(name)); v != "" {
			values.Set(name, v)
		}
	}
	f, err := s.journalFilter(c.UserContext(), values)
	var fault account.Fault
	if errors.As(err, &fault) {
		return s.renderJournal(c, values, err)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	err = s.sendMade(ctx, c, func() (*export.Done, error) { return s.writeJournal(ctx, signedIn(c).Actor(), f) })
	if errors.As(err, &fault) {
		return s.renderJournal(c, values, err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="journal-`+string(structure.DateOf(s.Now()))+`.csv"`)
	return nil
}

// writeJournal makes the file and notes that it was made.
func (s *site) writeJournal(ctx context.Context, a account.Actor, f store.AuditFilter) (done *export.Done, err error) {
	file, err := tempfile.Create(s.Config.TempDir, "journal")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tempfile.Close(file))
		}
	}()
	n, err := s.journalRows(ctx, file, f)
	if err != nil {
		return nil, err
	}
	if err := s.People.NoteExport(ctx, a, f, n); err != nil {
		return nil, err
	}
	return export.Made(file)
}

func (s *site) journalRows(ctx context.Context, file *os.File, f store.AuditFilter) (int, error) {
	out, err := spreadsheet.NewCSV(file, journalHeads...)
	if err != nil {
		return 0, err
	}
	n, err := s.People.ExportJournal(ctx, f, func(l people.JournalLine) error {
		at := l.At.In(structure.Paris)
		return out.Write(at.Format("02/01/2006"), at.Format("15:04:05"), l.Who, l.Actor, l.Words, l.What, l.About, l.Subject,
			l.Object, l.Document, fmt.Sprint(l.Version), changesText(&l))
	})
	if err != nil {
		return n, err
	}
	return n, out.Flush()
}

// changesText writes what changed in one cell.
func changesText(l *people.JournalLine) string {
	if l.Unreadable {
		return "illisible"
	}
	var parts []string
	for _, f := range l.Fields {
		if f.Erased {
			parts = append(parts, f.Label+format.NNBSP+": valeur effacée")
			continue
		}
		parts = append(parts, f.Label+format.NNBSP+": "+shownValue(f.Before)+" → "+shownValue(f.After))
	}
	return strings.Join(parts, "\u202f; ")
}
