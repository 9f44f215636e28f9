package web

import (
	"mime"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/tempfile"
	"sourcier/views/admin"
	"sourcier/views/desk"
	views "sourcier/views/event"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// takesGuestFile reports whether a request sends a file of guests.
func takesGuestFile(c *fiber.Ctx) bool {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	return err == nil && kind == fiber.MIMEMultipartForm && strings.HasPrefix(c.Path(), eventsPath+"/") && strings.HasSuffix(c.Path(), guestsSegment+"/import")
}

// guestImportForm asks for a file of guests.
func (s *site) guestImportForm(c *fiber.Ctx) error {
	_, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	return s.renderGuestImport(c, seen, url.Values{}, form.State{})
}

func (s *site) renderGuestImport(c *fiber.Ctx, seen *gathering.Seen, sent url.Values, state form.State) error {
	state.Heading = "Le fichier n’est pas lu"
	p := s.guestForms(c, seen, "Importer une liste d’invités", state)
	p.Lead = []string{"Une ligne par personne, dans l’ordre de colonnes que vous voulez : les titres sont reconnus. Les lignes justes entrent sur la liste, les autres vous sont rendues avec ce qu’il faut corriger. Rien n’est envoyé."}
	p.Forms = []views.GuestForm{{To: guestsURL(seen.Event.ID) + "/import", Files: true, Button: "Lire le fichier", Cancel: guestsURL(seen.Event.ID), Fields: []views.GuestField{
		{Field: form.Field{Name: "envoi", Value: account.NewID()}, Kind: views.GuestHidden},
		{Field: form.Field{Name: "fichier", Label: "Fichier", Help: "Tableur (XLSX) ou CSV, 5 000 lignes et 5 Mo au plus. Une colonne « Courriel » suffit ; nom, prénom, organisme, fonction, téléphone, SIRET et rôle sont lus aussi."}, Kind: views.GuestFile},
		{Field: form.Field{Name: "role", Label: "Viennent comme", Help: "Pour les lignes qui ne le disent pas."}, Kind: views.GuestSelect, Options: guestRoleOptions(event.Role(sent.Get("role")), "Choisir…")},
	}}}
	return render(c, views.GuestFormsView(p))
}

// guestImport reads a file of guests.
func (s *site) guestImport(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	sent, up := sentForm(c), sentFile(c)
	role, once := event.Role(sent.Get("role")), sentOnce(sent.Get("envoi"))
	faults := guestImportFaults(up, role)
	if len(faults) == 0 {
		err = s.Gathering.ImportGuests(c.UserContext(), m, seen.Event.ID, once, clipped(typedLine(up.name), 80), tempfile.Path(up.file), role)
		if text, status, ok := guestRefused(err); ok && status == fiber.StatusUnprocessableEntity {
			faults = append(faults, form.Fault{Field: "fichier", Text: text})
		} else if ok {
			return s.renderGuestImport(c.Status(status), seen, sent, form.State{Refusal: text})
		} else if err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		status := fiber.StatusUnprocessableEntity
		if up.over {
			status = fiber.StatusRequestEntityTooLarge
		}
		return s.renderGuestImport(c.Status(status), seen, sent, form.State{Faults: faults})
	}
	return c.Redirect(guestsURL(seen.Event.ID)+"/import/"+url.PathEscape(once), fiber.StatusSeeOther)
}

// guestImportFaults are what is wrong before the file is opened.
func guestImportFaults(up *sheetUpload, role event.Role) (faults fieldFaults) {
	switch {
	case up.over:
		faults = append(faults, form.Fault{Field: "fichier", Text: "Ce fichier dépasse 5 Mo : retirez les images et les feuilles qui ne servent pas, ou enregistrez-le en CSV."})
	case up.file == nil || up.size == 0:
		faults = append(faults, form.Fault{Field: "fichier", Text: "Choisissez un fichier, qui ne soit pas vide."})
	}
	if role.Label() == "" {
		faults = append(faults, form.Fault{Field: "role", Text: "Dites comme quoi ces personnes viennent."})
	}
	return faults
}

// guestFaultRows is how many lines at fault a page shows: the file has them all.
const guestFaultRows = 100

// guestImported shows what came of a file.
func (s *site) guestImported(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	f, err := s.Gathering.GuestFile(c.UserContext(), m, seen.Event.ID, c.Params("import"))
	if err != nil {
		return err
	}
	p := s.guestForms(c, seen, "Import de "+format.Quote(f.File), form.State{})
	p.Facts = []desk.Fact{{Term: "Lignes lues", Text: format.Number(f.Lines)}, {Term: "Ajoutés à la liste", Text: format.Count(f.Added, "invité", "invités")}}
	for _, x := range []struct {
		term string
		n    int
	}{{"Déjà sur la liste", f.Known}, {"Adresses en double dans le fichier", f.Twice}, {"Lignes en erreur", len(f.Faults)}} {
		if x.n > 0 {
			p.Facts = append(p.Facts, desk.Fact{Term: x.term, Text: format.Number(x.n)})
		}
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Colonnes lues", Text: format.Text(strings.Join(f.Columns, ", "))})
	if len(f.Left) > 0 {
		p.Facts = append(p.Facts, desk.Fact{Term: "Colonnes laissées de côté", Text: format.Text(clipped(strings.Join(f.Left, ", "), 200))})
	}
	if f.Decoded {
		p.Facts = append(p.Facts, desk.Fact{Term: "Accents", Text: "Le fichier n’est pas en UTF-8 : il a été lu en Windows-1252, vérifiez-les."})
	}
	p.Next = []part.Link{{Label: "Voir la liste", URL: guestsURL(seen.Event.ID)}, {Label: "Importer un autre fichier", URL: guestsURL(seen.Event.ID) + "/import"}}
	if len(f.Faults) > 0 {
		t := guestLinesTable("Lignes en erreur", "À corriger", f.Faults)
		t.ID, t.Heading = "erreurs", format.Count(len(f.Faults), "ligne en erreur", "lignes en erreur")
		t.Text = "Corrigez-les dans votre fichier, puis importez-le de nouveau : les adresses déjà sur la liste n’y entrent pas deux fois. Ce compte rendu est gardé 24 heures."
		t.File = &part.Link{Label: "Télécharger les erreurs (CSV)", URL: guestsURL(seen.Event.ID) + "/import/" + url.PathEscape(c.Params("import")) + "/erreurs.csv"}
		p.Tables = append(p.Tables, t)
	}
	if len(f.Notes) > 0 {
		t := guestLinesTable("Remarques", "Ce qui a été fait", f.Notes)
		t.ID, t.Heading = "remarques", format.Count(len(f.Notes), "remarque", "remarques")
		p.Tables = append(p.Tables, t)
	}
	return render(c, views.GuestFormsView(p))
}

func guestLinesTable(caption, last string, list []gathering.GuestLine) views.GuestTable {
	t := admin.Table{Caption: caption, Heads: []string{"Ligne", "Colonne", "Valeur", last}}
	for _, l := range list[:min(len(list), guestFaultRows)] {
		t.Rows = append(t.Rows, admin.Row{Cells: []admin.Cell{{Text: "Ligne " + strconv.Itoa(l.Line)}, {Text: l.Column, Note: clipped(l.Head, 40)}, {Text: clipped(l.Value, 60)}, {Text: format.Text(l.Text)}}})
	}
	return views.GuestTable{Rows: t}
}

// guestImportErrors answers the lines at fault as a file.
func (s *site) guestImportErrors(c *fiber.Ctx) error {
	m, seen, err := s.guestHost(c)
	if err != nil {
		return err
	}
	f, err := s.Gathering.GuestFile(c.UserContext(), m, seen.Event.ID, c.Params("import"))
	if err != nil {
		return err
	}
	if len(f.Faults) == 0 {
		return fiber.ErrNotFound
	}
	rows := make([][]string, len(f.Faults))
	for i, l := range f.Faults {
		rows[i] = []string{strconv.Itoa(l.Line), l.Column, l.Head, l.Value, l.Text}
	}
	attach(c, csvType, "invites-erreurs.csv", "invites-erreurs.csv")
	return writeRefused(c.Response().BodyWriter(), []string{"Ligne", "Colonne", "Titre", "Valeur", "À corriger"}, rows)
}
