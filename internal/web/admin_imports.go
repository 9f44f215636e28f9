package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/export"
	"sourcier/internal/people"
	"sourcier/internal/reception"
	"sourcier/internal/store"
	"sourcier/internal/tempfile"
	"sourcier/internal/upload"
	"sourcier/views/admin"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

const (
	adminImportsPath   = administrationPath + "/imports"
	adminImportNewPath = adminImportsPath + "/nouveau"
	// importsListed are the newest ones.
	importsListed = 100
	// runField says of which run the rejects are wanted.
	runField   = "de"
	trialValue = "essai"
)

func adminImportURL(id string) string { return adminImportsPath + "/" + url.PathEscape(id) }

// withReception answers that there is no such page on a portal that takes no files.
func (s *site) withReception(c *fiber.Ctx) error {
	if s.Reception == nil {
		return store.ErrNotFound
	}
	return c.Next()
}

// importStates word the states, with their tone.
var importStates = map[upload.State][2]string{
	upload.Trying: {"essai en cours", "wait"}, upload.Tried: {"essai terminé, à importer", "wait"}, upload.Importing: {"import en cours", "wait"},
	upload.Imported: {"importé", "good"}, upload.Stopped: {"arrêté", "bad"}, upload.Failed: {"en échec", "bad"}, upload.Cut: {"interrompu", "bad"},
	upload.Abandoned: {"abandonné", ""}, upload.Expired: {"fichiers supprimés après une semaine", ""},
}

// adminImports lists imports, the newest first.
func (s *site) adminImports(c *fiber.Ctx) error {
	frame, err := s.adminDesk(c, "Imports", adminImportsPath, map[string]string{"abandonne": "Les fichiers sont supprimés du portail."})
	if err != nil {
		return err
	}
	docs, more, err := s.Reception.List(c.UserContext(), importsListed)
	if err != nil {
		return err
	}
	names, err := s.uploaders(c.UserContext(), docs)
	if err != nil {
		return err
	}
	p := admin.List{
		Page: frame, Intro: []string{"Des fichiers officiels entrent dans l’annuaire en deux temps : un essai, qui n’y écrit rien, puis l’import, quand vous avez lu son rapport."},
		Act: part.Link{Label: "Importer des fichiers", URL: adminImportNewPath},
		Table: admin.Table{
			Caption: "Imports, du plus récent au plus ancien", Heads: []string{"Fichiers", "Déposés", "État", "Créées", "Mises à jour", "Rejetées"},
			Empty: "Aucun import depuis ces pages pour l’instant. Ceux de la ligne de commande n’y figurent pas.",
		},
	}
	if more {
		p.Note = "Seuls les " + format.Number(importsListed) + " plus récents sont montrés."
	}
	for _, d := range docs {
		p.Table.Rows = append(p.Table.Rows, importRow(&d.Value, names))
	}
	return render(c, admin.ListView(p))
}

// uploaders are the names of who sent, tried and imported.
func (s *site) uploaders(ctx context.Context, docs []store.Doc[upload.Upload]) (map[string]string, error) {
	var ids []string
	for _, d := range docs {
		ids = append(ids, d.Value.By, d.Value.StopBy)
		for _, r := range []*upload.Run{d.Value.Trial, d.Value.Import} {
			if r != nil {
				ids = append(ids, r.By)
			}
		}
	}
	return s.People.Names(ctx, ids)
}

func importRow(u *upload.Upload, names map[string]string) admin.Row {
	state := importStates[u.State]
	created, updated, rejected := "", "", ""
	if r := reception.ReportOf(u.Current()); r != nil {
		total := r.Total()
		created, updated, rejected = format.Number(int(total.Created)), format.Number(int(total.Updated)), format.Number(int(total.Rejected))
	}
	return admin.Row{Cells: []admin.Cell{
		{Text: filesText(u.Files), URL: adminImportURL(u.ID), Note: foundFormats(u)},
		{Text: format.Moment(u.At), Note: "par " + people.Called(names, u.By)}, {Text: state[0], Tone: state[1]},
		{Text: created}, {Text: updated}, {Text: rejected},
	}}
}

// filesText names the first file, and counts the others.
func filesText(files []upload.File) string {
	if len(files) == 0 {
		return ""
	}
	if n := len(files) - 1; n > 0 {
		return files[0].Name + " et " + format.Count(n, "autre", "autres")
	}
	return files[0].Name
}

// foundFormats are what the contents looked like.
func foundFormats(u *upload.Upload) string {
	r := reception.ReportOf(u.Current())
	if r == nil {
		return ""
	}
	var out []string
	for _, f := range r.Files {
		if f.Layout != "" && !slices.Contains(out, f.Layout) {
			out = append(out, f.Layout)
		}
	}
	return strings.Join(out, ", ")
}

// adminImport is the page of an import. While a run is under way its progress asks for
// the page again; what comes when it has ended is the whole page.
func (s *site) adminImport(c *fiber.Ctx) error { return s.renderImport(c, nil) }

func (s *site) renderImport(c *fiber.Ctx, why error) error {
	d, err := s.Reception.Uploads.Get(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	u := &d.Value
	if c.Get("HX-Request") != "" && !u.Running() {
		c.Set("HX-Refresh", "true")
		return nil
	}
	frame, err := s.adminDesk(c, "Import de "+filesText(u.Files), adminImportsPath, nil, part.Link{Label: "Imports", URL: adminImportsPath})
	if err != nil {
		return err
	}
	names, err := s.uploaders(c.UserContext(), []store.Doc[upload.Upload]{d})
	if err != nil {
		return err
	}
	p := admin.Import{Page: frame, State: form.State{Token: s.formToken(c)}, Here: adminImportURL(u.ID)}
	refuseOnPage(c, &p.Page, &p.State, "Rien n’a changé", why)
	p.Facts = s.importFacts(u, names)
	s.importState(&p, u, names)
	s.importActs(&p, &d)
	for _, r := range []struct {
		run   *upload.Run
		trial bool
	}{{u.Import, false}, {u.Trial, true}} {
		report, err := s.importReport(u, r.run, r.trial)
		if err != nil {
			return err
		}
		if report != nil {
			p.Reports = append(p.Reports, *report)
		}
	}
	return render(c, admin.ImportView(p))
}

func (s *site) importFacts(u *upload.Upload, names map[string]string) []desk.Fact {
	out := []desk.Fact{
		{Term: "État", Text: importStates[u.State][0]},
		{Term: "Déposés", Text: format.Moment(u.At) + ", par " + people.Called(names, u.By)},
	}
	if u.Choices.Format != "" {
		out = append(out, desk.Fact{Term: "Format demandé", Text: u.Choices.Format})
	}
	if len(u.Choices.Territory) > 0 {
		out = append(out, desk.Fact{Term: "Territoire gardé", Text: s.placesText(u.Choices.Territory)})
	}
	if u.Choices.Day != "" {
		out = append(out, desk.Fact{Term: "Jour des fichiers", Text: format.Date(u.Choices.Day)})
	}
	switch {
	case u.Choices.Partial:
		out = append(out, desk.Fact{Term: "Nature", Text: "extrait : ce qu’il ne liste pas garde son état"})
	case u.Choices.AcceptStale:
		out = append(out, desk.Fact{Term: "Nature", Text: "liste complète, admise même si elle ne confirme plus plus d’un cinquième de ce que sa source donnait"})
	}
	for _, f := range u.Files {
		out = append(out, desk.Fact{Term: f.Name, Text: sizeText(f.Size) + ", SHA-256 " + f.SHA256})
	}
	for i := range out {
		out[i].Text = format.Text(out[i].Text)
	}
	return out
}

// sizeText writes a number of bytes.
func sizeText(n int64) string {
	switch {
	case n < 1000:
		return format.Count(int(n), "octet", "octets")
	case n < 1_000_000:
		return format.Number(int((n+500)/1000)) + format.NBSP + "ko"
	case n < 1_000_000_000:
		return strings.Replace(fmt.Sprintf("%.1f", float64(n)/1e6), ".", ",", 1) + format.NBSP + "Mo"
	}
	return strings.Replace(fmt.Sprintf("%.1f", float64(n)/1e9), ".", ",", 1) + format.NBSP + "Go"
}

// importState says where the work is.
func (s *site) importState(p *admin.Import, u *upload.Upload, names map[string]string) {
	what := "L’essai"
	if u.Import != nil {
		what = "L’import"
	}
	if u.Running() {
		p.Progress = s.importProgress(u, what, names)
		return
	}
	switch u.State {
	case upload.Tried:
		p.Notice = "L’essai est terminé : rien n’est encore écrit dans l’annuaire. Lisez son rapport, puis importez ou abandonnez."
	case upload.Imported:
		p.Notice = "L’import est terminé : l’annuaire montre ce que ces fichiers disent. Les fichiers ne sont plus sur le portail."
	case upload.Abandoned, upload.Expired:
		p.Notice = "Ces fichiers ne sont plus sur le portail : pour les importer, il faut les déposer à nouveau."
	case upload.Cut:
		p.Warning = what + " a été interrompu : " + u.Current().Failure + ". " + afterwards(u)
	case upload.Stopped, upload.Failed:
		p.Warning = what + " n’est pas allé à son terme : " + inBrowser(u.Current().Failure) + ". " + afterwards(u)
	}
	if u.Kept() && !s.Reception.Here(u) {
		p.Elsewhere = "Les fichiers sont sur un autre portail (" + u.Place + ") : c’est de là qu’ils s’essaient et s’importent."
	}
}

// afterwards says what there is of a run that did not end, and how to go on.
func afterwards(u *upload.Upload) string {
	if u.Import == nil {
		return "Rien n’a été écrit dans l’annuaire : l’essai peut être refait."
	}
	return "Ce qui a été enregistré l’est en entier ; importer à nouveau reprend où il faut, sans rien doubler."
}

func (s *site) importProgress(u *upload.Upload, what string, names map[string]string) *admin.Progress {
	r := u.Current()
	p := &admin.Progress{
		Label: what + " est en cours, demandé par " + people.Called(names, r.By) + " le " + format.Moment(r.Began) + ".",
		Text:  "En attente : le travail va commencer.",
	}
	if now := r.Progress; now.Total > 0 {
		p.Value, p.Max = min(now.Bytes, now.Total), now.Total
		p.Text = format.Count(int(now.Rows), "ligne lue", "lignes lues")
		if now.File != "" {
			p.Text = now.File + " : " + p.Text
		}
		if left := now.Remaining.Round(time.Second); left > 0 {
			p.Text += ", reste environ " + leftText(left)
		}
	}
	switch {
	case u.Lost(s.Now()):
		p.Text = "Sans nouvelle depuis le " + format.Moment(r.Heard) + " : le portail qui y travaillait (" + u.Place + ") ne répond plus. Les fichiers peuvent être abandonnés."
	case u.StopBy != "":
		p.Text += ". L’arrêt est demandé : le lot en cours s’achève."
	case u.State == upload.Importing:
		p.Help = "L’import s’arrête à la fin d’un lot : ce qui est enregistré l’est en entier. Il continue si vous quittez cette page."
	default:
		p.Help = "L’essai lit et compare tout sans rien écrire dans l’annuaire. Il continue si vous quittez cette page."
	}
	return p
}

func leftText(d time.Duration) string {
	if d < time.Minute {
		return format.Count(int(d.Seconds()), "seconde", "secondes")
	}
	return format.Count(int(d.Minutes()), "minute", "minutes")
}

// importActs are what can be done now.
func (s *site) importActs(p *admin.Import, d *store.Doc[upload.Upload]) {
	u, version := &d.Value, []part.Option{versionOption(d.Version)}
	if u.Running() {
		p.Acts = append(p.Acts, form.Action{To: p.Here + "/arreter", Label: "Arrêter"})
	}
	here := s.Reception.Here(u)
	if here && u.Importable() == nil {
		p.Acts = append(p.Acts, form.Action{To: p.Here + "/importer", Label: "Importer", Style: "btn-act", Values: version})
	}
	if here && u.Kept() && !u.Running() {
		p.Again = s.tryAgain(p, u, version)
	}
	if u.Kept() && (!u.Running() || u.Lost(s.Now())) {
		p.Acts = append(p.Acts, form.Action{To: p.Here + "/abandonner", Label: "Abandonner", Hidden: "et supprimer les fichiers", Values: version})
	}
}

// tryAgain is another trial under other choices: what a list that was refused needs.
func (s *site) tryAgain(p *admin.Import, u *upload.Upload, version []part.Option) *admin.Again {
	again := &admin.Again{To: p.Here + "/essai", Version: version[0].Label, Button: "Refaire l’essai"}
	again.Choices = choiceFields(url.Values{formatField: {u.Choices.Format}, placeField: {s.placesText(u.Choices.Territory)}, dayField: {string(u.Choices.Day)}})
	again.Nature = form.Field{
		Name: natureField, Label: "Ces fichiers sont",
		Help: "Une liste complète fait perdre leur confirmation aux fiches qu’elle ne cite plus. Quand elles sont plus d’un cinquième de ce que sa source donnait, le portail ne marque rien tant que vous ne l’admettez pas : c’est le plus souvent un extrait.",
	}
	again.Natures = []part.Option{
		{Value: "liste", Label: "ce que leur contenu en dit (liste complète ou non)", Selected: !u.Choices.Partial && !u.Choices.AcceptStale},
		{Value: partialValue, Label: "des extraits : ce qu’ils ne listent pas garde son état", Selected: u.Choices.Partial},
		{Value: acceptValue, Label: "des listes complètes, admises même si elles ne confirment plus plus d’un cinquième", Selected: u.Choices.AcceptStale},
	}
	again.Open = braked(u) || u.Importable() != nil
	return again
}

func (s *site) adminTry(c *fiber.Ctx) error {
	sent := sentForm(c)
	choices, err := s.readChoices(sent)
	if err == nil {
		err = s.Reception.Try(c.UserContext(), signedIn(c).Actor().Person, c.Params("id"), seenVersion(sent), choices)
	}
	return s.importAnswer(c, err)
}

func (s *site) adminBegin(c *fiber.Ctx) error {
	return s.importAnswer(c, s.Reception.Begin(c.UserContext(), signedIn(c).Actor().Person, c.Params("id"), seenVersion(sentForm(c))))
}

func (s *site) adminStop(c *fiber.Ctx) error {
	return s.importAnswer(c, s.Reception.Stop(c.UserContext(), signedIn(c).Actor().Person, c.Params("id")))
}

// importAnswer leads back to the import, or says why nothing was done.
func (s *site) importAnswer(c *fiber.Ctx, err error) error {
	if refusable(err) {
		return s.renderImport(c, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(adminImportURL(c.Params("id")), fiber.StatusSeeOther)
}

func (s *site) adminAbandon(c *fiber.Ctx) error {
	err := s.Reception.Abandon(c.UserContext(), signedIn(c).Actor().Person, c.Params("id"), seenVersion(sentForm(c)))
	if err != nil {
		return s.importAnswer(c, err)
	}
	return done(c, adminImportsPath, "abandonne")
}

// adminRejects answers the file of rejects: a POST, since it is written down who took
// it out.
func (s *site) adminRejects(c *fiber.Ctx) error {
	trial := sentForm(c).Get(runField) == trialValue
	f, err := s.Reception.OpenRejects(c.UserContext(), signedIn(c).Actor().Person, c.Params("id"), trial)
	if err != nil {
		return err
	}
	name := filepath.Base(f.Name())
	err = s.sendMade(c.UserContext(), c, func() (*export.Done, error) { return s.copied(f) })
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return nil
}

// copied is a copy of a file, which is gone when it is sent.
func (s *site) copied(f *os.File) (*export.Done, error) {
	out, err := tempfile.Create(s.Config.TempDir, "rejets")
	if err != nil {
		return nil, err
	}
	if _, err = io.Copy(out, f); err != nil {
		return nil, errors.Join(err, tempfile.Close(out))
	}
	return export.Made(out)
}
