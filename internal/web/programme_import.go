package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/programme"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/spreadsheet"
	"sourcier/internal/tempfile"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// importsPath is where files of purchases are imported.
const importsPath = programmePath + "/import"

func importURL(id string) string { return importsPath + "/" + url.PathEscape(id) }

// purchaseImportRoutes are those of the imports of the programme.
func (s *site) purchaseImportRoutes(app *fiber.App, limited fiber.Handler) {
	d := door{site: s, app: app, access: only(account.Buyer)}
	d.Get(importsPath, limited, s.importForm)
	d.PostFile(importsPath, table.MaxBytes, s.rateLimit(uploadShare), ofPlanner, s.importReceive)
	d.Get(importsPath+"/:id", limited, s.importShow)
	d.Post(importsPath+"/:id/colonnes", limited, s.importMap)
	d.Post(importsPath+"/:id/titres", limited, s.importHeads)
	d.Get(importsPath+"/:id/apercu", limited, s.importPlan)
	d.Get(importsPath+"/:id/lignes-refusees.csv", limited, s.importRefused)
	d.Post(importsPath+"/:id/importer", limited, s.importAccept)
	d.Post(importsPath+"/:id/abandonner", limited, s.importDrop)
}

// takesProgramme reports whether a request sends a file of purchases.
func takesProgramme(c *fiber.Ctx) bool {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	return err == nil && kind == fiber.MIMEMultipartForm && c.Path() == importsPath
}

// ofPlanner lets in who plans for an organisation, before a file is read.
func ofPlanner(c *fiber.Ctx) error {
	if _, err := planner(c); err != nil {
		return err
	}
	return c.Next()
}

// importKind is what a file can hold.
type importKind struct {
	code, label, one, many string
}

var importKinds = []importKind{
	{string(table.Purchases), "Des achats prévus", "achat", "achats"},
	{string(table.Contracts), "Des marchés en cours", "marché", "marchés"},
	{programme.ImportProjects, "Des projets d’achat de l’État (APProch, en JSON), qui se consulteront sans se modifier", "projet", "projets"},
}

func importKindOf(code string) importKind {
	i := slices.IndexFunc(importKinds, func(k importKind) bool { return k.code == code })
	return importKinds[max(i, 0)]
}

var importDone = map[string]string{"colonnes": "Le choix des colonnes est gardé : il sera proposé au prochain fichier de mêmes titres.", "abandonne": "L’import est abandonné : le fichier est effacé."}

// importForm asks for a file.
func (s *site) importForm(c *fiber.Ctx) error {
	return s.renderImports(c, string(table.Purchases), account.NewID(), nil)
}

func (s *site) renderImports(c *fiber.Ctx, kind, once string, why error) error {
	list, err := s.Programme.ImportsOf(c.UserContext(), deskMember(c))
	if err != nil {
		return err
	}
	p := views.ImportsPage{Page: s.programmeDesk(c, "Importer un fichier", importsPath, importDone), State: form.State{Token: s.formToken(c)}, To: importsPath, Once: once}
	refuseOnPage(c, &p.Page, &p.State, "Le fichier n’est pas lu", why)
	for _, k := range importKinds {
		p.Kinds = append(p.Kinds, part.Option{Value: k.code, Label: k.label, Selected: k.code == kind})
	}
	p.Files = admin.Table{Caption: "Fichiers des dernières 24 heures", Heads: []string{"Fichier", "Contenu", "Reçu", "État"}}
	for i := range list {
		f := &list[i]
		state := admin.Cell{Text: "à relire", Tone: "wait"}
		switch {
		case !f.DoneAt.IsZero():
			state = admin.Cell{Text: "importé", Tone: "good"}
		case !f.AcceptAt.IsZero():
			state = admin.Cell{Text: "interrompu", Tone: "bad"}
		}
		p.Files.Rows = append(p.Files.Rows, admin.Row{Cells: []admin.Cell{{Text: f.File, URL: importURL(f.ID)}, {Text: format.Upper(importKindOf(f.Kind).many)}, {Text: format.Moment(f.At)}, state}})
	}
	return render(c, views.ImportsView(p))
}

// importReceive reads a file.
func (s *site) importReceive(c *fiber.Ctx) error {
	sent, up := sentForm(c), sentFile(c)
	kind, once := sent.Get("nature"), sentOnce(sent.Get("envoi"))
	err := s.stage(c, kind, once, up)
	if refusable(err) {
		if err := s.renderImports(c, kind, account.NewID(), err); err != nil || !up.over {
			return err
		}
		c.Status(fiber.StatusRequestEntityTooLarge)
		return nil
	}
	if err != nil {
		return err
	}
	return c.Redirect(importURL(once), fiber.StatusSeeOther)
}

// stage reads what came; what is wrong stands at its field.
func (s *site) stage(c *fiber.Ctx, kind, id string, up *sheetUpload) error {
	var faults fieldFaults
	if !slices.ContainsFunc(importKinds, func(k importKind) bool { return k.code == kind }) {
		faults = append(faults, form.Fault{Field: "nature", Text: "Dites ce que contient le fichier.", To: "nature-" + importKinds[0].code})
	}
	switch {
	case up.over:
		faults = append(faults, form.Fault{Field: "fichier", Text: "Ce fichier dépasse 5 Mo : retirez les images et les feuilles qui ne servent pas, ou enregistrez-le en CSV."})
	case up.file == nil || up.size == 0:
		faults = append(faults, form.Fault{Field: "fichier", Text: "Choisissez un fichier, qui ne soit pas vide."})
	}
	if len(faults) > 0 {
		return faults
	}
	err := s.Programme.StageImport(c.UserContext(), deskMember(c), id, kind, up.name, tempfile.Path(up.file))
	if err := faults.check("fichier", err); err != nil {
		return err
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// importPage is the frame of a page on one file.
func (s *site) importPage(c *fiber.Ctx, i *sourcing.Import, heading string) views.ImportPage {
	p := views.ImportPage{
		Page:  s.programmeDesk(c, heading, importsPath, importDone, part.Link{Label: "Importer un fichier", URL: importsPath}),
		State: form.State{Token: s.formToken(c)}, URL: importURL(i.ID),
	}
	return p
}

// importShow shows the step at which a file is.
func (s *site) importShow(c *fiber.Ctx) error {
	i, err := s.Programme.ImportOf(c.UserContext(), deskMember(c), c.Params("id"))
	switch {
	case err != nil:
		return err
	case !i.AcceptAt.IsZero():
		return s.renderImportDone(c, i, nil)
	case i.Kind == programme.ImportProjects:
		return c.Redirect(importURL(i.ID)+"/apercu", fiber.StatusSeeOther)
	}
	return s.renderImportMap(c, i, i.Fields, nil)
}

// columnField names the field of a column in the form.
func columnField(n int) string { return "colonne-" + strconv.Itoa(n+1) }

func (s *site) renderImportMap(c *fiber.Ctx, i *programme.Imported, fields []string, why error) error {
	h := i.Heads()
	p := views.ImportMapPage{ImportPage: s.importPage(c, &i.Import, "Les colonnes de "+format.Quote(i.File)), Notes: importNotes(i, h)}
	refuseOnPage(c, &p.Page, &p.State, "Les colonnes ne sont pas enregistrées", why)
	known := table.Fields(table.Kind(i.Kind))
	for n := range fields {
		column := views.ImportColumn{Name: columnField(n), Letter: table.Column(n), Guessed: fields[n] != ""}
		if n < len(h.Names) {
			column.Head = clipped(h.Names[n], 80)
		}
		for _, v := range i.Table.Samples(h, n, 3) {
			column.Samples = append(column.Samples, sampleText(table.Field(fields[n]), v))
		}
		column.Fields = []part.Option{{Value: "", Label: "— laissée de côté —", Selected: fields[n] == ""}}
		for _, f := range known {
			column.Fields = append(column.Fields, part.Option{Value: string(f), Label: f.Label(), Selected: fields[n] == string(f)})
		}
		p.Columns = append(p.Columns, column)
	}
	p.Heads = headOptions(i)
	return render(c, views.ImportMapView(p))
}

// sampleText shows a value; a day as people read it, not as a workbook counts it.
func sampleText(f table.Field, text string) string {
	if f == table.Publication || f == table.Start || f == table.End {
		if day, err := sourcing.ParseDay(text); err == nil && day != "" && strings.Trim(text, "0123456789.") == "" && len(text) > 4 {
			return format.ShortDate(day)
		}
	}
	return clipped(text, 60)
}

// clipped shortens a value for a page.
func clipped(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// importNotes say what was found around the heads.
func importNotes(i *programme.Imported, h table.Heads) (out []string) {
	t := &i.Table
	if t.Sheet != "" {
		text := "Feuille lue : " + format.Quote(clipped(t.Sheet, 40))
		if len(t.Others) > 0 {
			text += ". Les autres feuilles du classeur ne sont pas lues : " + clipped(strings.Join(t.Others, ", "), 120)
		}
		out = append(out, text+".")
	}
	first, last := t.Lines[h.First].N, t.Lines[h.Last].N
	where := fmt.Sprintf("Titres des colonnes à la ligne %d", first)
	if last > first {
		where = fmt.Sprintf("Titres des colonnes sur deux lignes, %d et %d, lues ensemble", first, last)
	}
	if first > 1 {
		where += ". Ce qui est au-dessus est laissé de côté"
	}
	out = append(out, where+".")
	lines := format.Count(len(t.Body(h)), "ligne remplie", "lignes remplies") + " en dessous"
	if body := t.Body(h); len(body) > 0 && body[len(body)-1].N-last > len(body) {
		lines += ", les lignes vides sont sautées"
	}
	out = append(out, lines+".")
	if t.Filled > 0 {
		out = append(out, "Cellules fusionnées : leur valeur compte pour chacune des lignes qu’elles couvrent ("+format.Count(t.Filled, "cellule complétée", "cellules complétées")+").")
	}
	if t.Encode {
		out = append(out, "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252, vérifiez les accents.")
	}
	if i.Remembered {
		out = append(out, "Votre organisation a déjà importé un fichier de mêmes titres : ses choix sont repris.")
	}
	return out
}

// headOptions are the lines that may be the heads.
func headOptions(i *programme.Imported) (out []part.Option) {
	t := &i.Table
	add := func(first, last int, label string) {
		out = append(out, part.Option{Value: fmt.Sprintf("%d-%d", first, last), Label: label, Selected: i.First == first && i.Last == last})
	}
	for n := range t.Lines[:min(len(t.Lines), 15)] {
		cells := slices.DeleteFunc(slices.Clone(t.Lines[n].Cells), func(v string) bool { return v == "" })
		add(n, n, fmt.Sprintf("Ligne %d : %s", t.Lines[n].N, clipped(strings.Join(cells, ", "), 60)))
		if n+1 < len(t.Lines) && n < 6 {
			add(n, n+1, fmt.Sprintf("Lignes %d et %d ensemble", t.Lines[n].N, t.Lines[n+1].N))
		}
	}
	return out
}

// importMap keeps what the columns hold.
func (s *site) importMap(c *fiber.Ctx) error {
	i, err := s.Programme.ImportOf(c.UserContext(), deskMember(c), c.Params("id"))
	if err != nil {
		return err
	}
	sent := sentForm(c)
	fields := make([]string, len(i.Fields))
	for n := range fields {
		fields[n] = clipped(sent.Get(columnField(n)), 40)
	}
	err = s.Programme.MapImport(c.UserContext(), deskMember(c), i.ID, fields)
	if refusable(err) && i.AcceptAt.IsZero() && i.Kind != programme.ImportProjects {
		return s.renderImportMap(c, i, fields, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(importURL(i.ID)+"/apercu", fiber.StatusSeeOther)
}

// importHeads takes other lines for the heads.
func (s *site) importHeads(c *fiber.Ctx) error {
	i, err := s.Programme.ImportOf(c.UserContext(), deskMember(c), c.Params("id"))
	if err != nil {
		return err
	}
	var first, last int
	if _, err := fmt.Sscanf(sentForm(c).Get("titres"), "%d-%d", &first, &last); err != nil {
		first = -1
	}
	err = s.Programme.HeadImport(c.UserContext(), deskMember(c), i.ID, first, last)
	if refusable(err) && i.AcceptAt.IsZero() && i.Kind != programme.ImportProjects {
		return s.renderImportMap(c, i, i.Fields, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(importURL(i.ID), fiber.StatusSeeOther)
}

// importDrop forgets a file.
func (s *site) importDrop(c *fiber.Ctx) error {
	if err := s.Programme.DropImport(c.UserContext(), deskMember(c), c.Params("id")); err != nil {
		return err
	}
	return done(c, importsPath, "abandonne")
}

// importRefused answers the lines that are not taken, as a file to mend.
func (s *site) importRefused(c *fiber.Ctx) error {
	heads, rows, err := s.Programme.ImportRefused(c.UserContext(), deskMember(c), c.Params("id"))
	if err != nil {
		return err
	}
	attach(c, csvType, "lignes-refusees.csv", "lignes-refusees.csv")
	return writeRefused(c.Response().BodyWriter(), heads, rows)
}

func writeRefused(w io.Writer, heads []string, rows [][]string) error {
	out, err := spreadsheet.NewCSV(w, heads...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := out.Write(row...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// importAccept writes what the page showed. It may take longer than a page.
func (s *site) importAccept(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), importTime)
	defer cancel()
	m, id := deskMember(c), c.Params("id")
	err := s.Programme.AcceptImport(ctx, m, id, clipped(sentForm(c).Get("vu"), 40))
	switch {
	case errors.Is(err, programme.ErrMoved):
		return s.renderImportPlan(c, account.Fault("Le programme, ou le choix des colonnes, a changé depuis l’affichage. Voici ce qui serait écrit maintenant : relisez, puis écrivez."), fiber.StatusConflict)
	case refusable(err):
		return s.renderImportPlan(c, err, 0)
	case err != nil:
		return err
	}
	return c.Redirect(importURL(id), fiber.StatusSeeOther)
}

// importTime is how long the writing of a file may take: 5,000 lines take some seconds. What
// is not written by then is by who comes next.
const importTime = exportTime

func (s *site) renderImportDone(c *fiber.Ctx, i *programme.Imported, why error) error {
	p := views.ImportDonePage{ImportPage: s.importPage(c, &i.Import, "Import de "+format.Quote(i.File)), Running: i.DoneAt.IsZero(), Untouched: i.Untouched}
	refuseOnPage(c, &p.Page, &p.State, "L’import n’est pas terminé", why)
	k := importKindOf(i.Kind)
	p.Outcome = views.Figures(i.Outcome, k.one, k.many, true)
	p.Ways = []part.Link{{Label: "Voir le programme d’achats", URL: programmePath}, {Label: "Importer un autre fichier", URL: importsPath}}
	if i.Kind == string(table.Contracts) {
		p.Ways[0] = part.Link{Label: "Voir les marchés en cours", URL: programmePath + "/contrats"}
	}
	return render(c, views.ImportDoneView(p))
}
