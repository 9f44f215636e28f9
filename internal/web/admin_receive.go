package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/reception"
	"sourcier/internal/structure"
	"sourcier/internal/upload"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/part"
)

const (
	// maxForm is what the fields and the lines between files may take beside them, in bytes.
	maxForm = 1 << 20
	// maxUploadField bounds one field.
	maxUploadField = 4 << 10
	maxUploadParts = 60
	// refusedBytes of an upload that was refused are read, for refusedTime at most, so
	// that its sender sees why: a browser that is still sending shows no answer.
	refusedBytes = 256 << 20
	refusedTime  = 10 * time.Second
	// keepTime is how long the store may take to note an upload that has come.
	keepTime = 30 * time.Second
)

// Fields of the form.
const (
	filesField   = "fichiers"
	formatField  = "format"
	dayField     = "jour"
	natureField  = "nature"
	partialValue = "extrait"
	acceptValue  = "admise"
)

// adminImportForm is the form that sends files.
func (s *site) adminImportForm(c *fiber.Ctx) error {
	return s.renderImportForm(c, nil, url.Values{})
}

func (s *site) renderImportForm(c *fiber.Ctx, why error, typed url.Values) error {
	frame, err := s.adminDesk(c, "Importer des fichiers", adminImportsPath, nil, part.Link{Label: "Imports", URL: adminImportsPath})
	if err != nil {
		return err
	}
	p := admin.ImportForm{Page: frame, State: form.State{Token: s.formToken(c)}, To: adminImportsPath}
	refuseOnPage(c, &p.Page, &p.State, "Les fichiers n’ont pas été gardés", why)
	if p.Once = typed.Get(onceField); !oncePattern.MatchString(p.Once) || why == nil {
		p.Once = rand.Text()
	}
	p.Files = form.Field{
		Name: filesField, Label: "Fichiers",
		Help: "CSV, XLSX, JSON, simples ou compressés (.zip, .gz), 4 Go en tout, 20 fichiers au plus. Le format est reconnu au contenu. Les deux fichiers de l’ASP, ou ceux de Sirene, se déposent ensemble.",
	}
	p.Choices = choiceFields(typed)
	p.Partial = typed.Get(natureField) == partialValue
	p.Open = p.Partial || typed.Get(formatField)+typed.Get(placeField)+typed.Get(dayField) != ""
	return render(c, admin.ImportFormView(p))
}

// choiceFields are the choices of the command line.
func choiceFields(typed url.Values) []admin.FilterField {
	formats := []part.Option{{Value: "", Label: "Le reconnaître au contenu"}}
	for _, f := range intake.Formats() {
		label := string(f)
		if f == intake.Generic {
			label = "tableau de Sourcier"
		}
		formats = append(formats, part.Option{Value: string(f), Label: label, Selected: typed.Get(formatField) == string(f)})
	}
	return []admin.FilterField{
		{Field: form.Field{Name: formatField, Label: "Format", Optional: true, Help: "À choisir seulement pour refuser un fichier d’un autre format."}, Options: formats},
		{Field: form.Field{Name: placeField, Label: "Territoire gardé", Optional: true, Value: typed.Get(placeField), Help: "Commune, département ou région ; plusieurs, séparés par des virgules. Vide : tout, ou pour Sirene les départements du territoire d’attache."}},
		{Field: form.Field{Name: dayField, Label: "Jour des fichiers", Type: "date", Optional: true, Short: true, Value: typed.Get(dayField), Help: "Celui où la source les a établis, pour ceux qui ne le disent pas. Vide : aujourd’hui."}},
	}
}

// sentUpload is what was sent: the fields, and the files, which are on the disk.
type sentUpload struct {
	fields url.Values
	*reception.Receiving
}

// adminReceive takes files. They go to the disk as they come; the token of the form
// comes before them.
func (s *site) adminReceive(c *fiber.Ctx) error {
	stream := filesOf(c)
	if stream == nil {
		return errForeign
	}
	body := &patient{Reader: stream, conn: c.Context().Conn(), until: time.Now().Add(reception.ReceiveTime)}
	sent := sentUpload{fields: url.Values{}}
	var err error
	if c.Request().Header.ContentLength() > reception.MaxBytes+maxForm {
		err = reception.ErrTooLarge
	}
	if err == nil {
		err = s.readUpload(c, body, &sent)
	}
	if sent.Receiving != nil {
		defer sent.Drop()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), keepTime)
	defer cancel()
	c.SetUserContext(ctx) // that of the request is over since the files began to come
	var choices upload.Choices
	if err == nil {
		choices, err = s.readChoices(sent.fields)
	}
	id := ""
	if err == nil {
		id, err = s.keepUpload(ctx, signedIn(c).Actor().Person, &sent, choices)
	}
	if err == nil {
		return c.Redirect(adminImportURL(id), fiber.StatusSeeOther)
	}
	if !stream.ended {
		stream.discard(c.Context().Conn(), refusedBytes, refusedTime)
	}
	return s.refuseUpload(c, err, sent.fields)
}

func (s *site) keepUpload(ctx context.Context, actor string, sent *sentUpload, choices upload.Choices) (string, error) {
	once := sent.fields.Get(onceField)
	if !oncePattern.MatchString(once) {
		once = ""
	}
	if sent.Receiving == nil {
		return "", fieldFaults{{Field: filesField, Text: "Choisissez au moins un fichier."}}
	}
	d, err := sent.Keep(ctx, actor, reception.NewID(once), choices)
	return d.ID, err
}

// refuseUpload says on the page of the form why nothing was kept.
func (s *site) refuseUpload(c *fiber.Ctx, err error, typed url.Values) error {
	status := 0
	switch {
	case errors.Is(err, reception.ErrTooLarge):
		status, err = fiber.StatusRequestEntityTooLarge, fieldFaults{{Field: filesField, Text: "Ces fichiers dépassent 4 Go en tout : compressez-les, déposez-les en plusieurs fois, ou importez-les par la commande « sourcier import »."}}
	case errors.Is(err, reception.ErrFull):
		status, err = fiber.StatusInsufficientStorage, account.Fault("Le disque du portail n’a plus de place : rien n’a été gardé. Prévenez l’exploitant, puis recommencez.")
	}
	if !refusable(err) {
		return err
	}
	err = s.renderImportForm(c, err, typed)
	if status != 0 {
		c.Status(status)
	}
	return err
}

// errBroken is an upload that ended before its end.
var errBroken = fiber.NewError(fiber.StatusBadRequest)

// readUpload reads the parts of the form.
func (s *site) readUpload(c *fiber.Ctx, body io.Reader, sent *sentUpload) error {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm || params["boundary"] == "" {
		return errForeign
	}
	parts := multipart.NewReader(body, params["boundary"])
	for range maxUploadParts {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			if sent.Receiving == nil && !s.ownForm(c, sent.fields) {
				return errForeign
			}
			_, err = io.Copy(io.Discard, io.LimitReader(body, maxForm)) // what follows the last line
			return err
		}
		if err != nil {
			return errBroken
		}
		if err := s.readPart(c, p, sent); err != nil {
			return err
		}
	}
	return errBroken
}

func (s *site) readPart(c *fiber.Ctx, p *multipart.Part, sent *sentUpload) error {
	_, params, _ := mime.ParseMediaType(p.Header.Get(fiber.HeaderContentDisposition))
	name, isFile := params["filename"]
	switch {
	case !isFile:
		text, err := io.ReadAll(io.LimitReader(p, maxUploadField+1))
		if err != nil || len(text) > maxUploadField {
			return errBroken
		}
		sent.fields.Add(p.FormName(), string(text))
		return nil
	case p.FormName() != filesField || name == "": // a field that was left empty
		return nil
	case sent.Receiving == nil:
		if !s.ownForm(c, sent.fields) {
			return errForeign
		}
		var err error
		if sent.Receiving, err = s.Reception.Receive(); err != nil {
			return err
		}
	}
	return atFiles(sent.File(name, p))
}

// atFiles puts what is wrong with a file at its field, and calls an upload that breaks
// off one.
func atFiles(err error) error {
	var fault account.Fault
	switch {
	case errors.As(err, &fault):
		return fieldFaults{{Field: filesField, Text: string(fault)}}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errBroken
	}
	return err
}

// readChoices reads what the command line calls its options.
func (s *site) readChoices(sent url.Values) (upload.Choices, error) {
	var faults fieldFaults
	out := upload.Choices{Format: sent.Get(formatField), Partial: sent.Get(natureField) == partialValue, AcceptStale: sent.Get(natureField) == acceptValue}
	if out.Format != "" && !slices.Contains(intake.Formats(), intake.Format(out.Format)) {
		faults = append(faults, form.Fault{Field: formatField, Text: "Ce format n’est pas de la liste."})
	}
	for words := range strings.SplitSeq(typedLine(sent.Get(placeField)), ",") {
		value, err := s.sentPlace(words, "")
		if err := faults.check(placeField, err); err != nil {
			return out, err
		}
		if value != "" {
			out.Territory = append(out.Territory, value)
		}
	}
	if text := strings.TrimSpace(sent.Get(dayField)); text != "" {
		day, err := structure.ParseDate(text)
		switch {
		case err != nil:
			faults = append(faults, form.Fault{Field: dayField, Text: "Ce jour n’existe pas : l’écrire comme 2026-11-30."})
		case day > s.today():
			faults = append(faults, form.Fault{Field: dayField, Text: "Ce jour est à venir : donner celui où la source a établi le fichier."})
		default:
			out.Day = day
		}
	}
	return out, faults.err()
}
