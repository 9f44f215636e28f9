package web

import (
	"context"
	"mime"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/picture"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
	"sourcier/views/form"
	views "sourcier/views/operation"
)

// answerAttach answers the page that sends a file for a question.
func (s *site) answerAttach(c *fiber.Ctx) error {
	a, x, err := s.attaching(c)
	if err != nil {
		return err
	}
	return a.renderAttach(x, form.State{})
}

// attaching finds the question that a file is for.
func (s *site) attaching(c *fiber.Ctx) (*answering, *survey.Question, error) {
	a, err := s.answeringOf(c)
	if err != nil {
		return nil, nil, err
	}
	o := &a.own.Operation
	if o.Approved == nil || !o.Takes() || a.own.Locked {
		return nil, nil, store.ErrNotFound
	}
	x := o.Approved.Question(c.Params("question"))
	if x == nil || x.Kind != survey.File {
		return nil, nil, store.ErrNotFound
	}
	return a, x, nil
}

func (a *answering) renderAttach(x *survey.Question, state form.State) error {
	state.Token, state.Heading = a.formToken(a.c), "Le fichier n’est pas joint"
	p := views.AnswerFilePage{
		Base: a.base("Joindre un fichier", "Joindre un fichier à une réponse.", ""), State: state, URL: a.url(), Question: x.Text,
		Action: a.url() + "/questions/" + x.ID + attachedSegment, Help: "10 Mo au plus : " + picture.Attachments + ".",
	}
	titleFaults(&p.Title, state)
	return render(a.c, views.AnswerFileView(p))
}

// tooHeavy is said of a file that is not even read.
const tooHeavy = "Ce fichier est trop lourd : 10 Mo au plus. Envoyez-en un plus léger, ou en plusieurs parties."

// ownsAnswer judges who sends a file before any of it is read, and the length that it is
// said to have.
func (s *site) ownsAnswer(c *fiber.Ctx) error {
	if s.Operation == nil {
		return store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	a, x, err := s.attaching(c)
	if err != nil {
		return err
	}
	if c.Request().Header.ContentLength() > sheetUploadBody {
		c.Status(fiber.StatusRequestEntityTooLarge)
		return a.renderAttach(x, form.State{Faults: []form.Fault{{Field: fileField, Text: tooHeavy}}})
	}
	return c.Next()
}

// answerAttached keeps a file in the draft.
func (s *site) answerAttached(c *fiber.Ctx) error {
	a, x, err := s.attaching(c)
	if err != nil {
		return err
	}
	up, fault, err := s.keepAnswerFile(c, sourcing.AnswerID(a.own.Operation.ID, a.own.Supplier.ID))
	if err != nil {
		return err
	}
	if fault != "" {
		return a.renderAttach(x, form.State{Faults: []form.Fault{{Field: fileField, Text: fault}}})
	}
	values := slices.Clone(a.begins())
	v := survey.Find(values, x.ID)
	if !slices.ContainsFunc(v.Files, func(f survey.Upload) bool { return f.Hash == up.Hash }) {
		v.Files = append(slices.Clone(v.Files), up)
	}
	values = append(slices.DeleteFunc(values, func(v survey.Value) bool { return v.Question == x.ID }), v)
	a.keepBrowser()
	_, err = s.Operation.SaveDraft(c.UserContext(), &a.own.Reached, a.hand, a.own.Operation.Approved.InOrder(values), a.own.Answer.Rev)
	if text, status, ok := answerRefused(err); ok {
		c.Status(status)
		return a.renderAttach(x, form.State{Faults: []form.Fault{{Field: fileField, Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, a.url(), "joint")
}

// keepAnswerFile reads the file of a form and stores it for an answer; fault says why it is
// refused, with the status that goes with it.
func (s *site) keepAnswerFile(c *fiber.Ctx, answer string) (up survey.Upload, fault string, err error) {
	sent := sentFile(c)
	if sent.over {
		c.Status(fiber.StatusRequestEntityTooLarge)
		return up, tooHeavy, nil
	}
	if sent.file == nil {
		c.Status(fiber.StatusUnprocessableEntity)
		return up, "Choisissez un fichier sur votre appareil.", nil
	}
	document, err := s.press.Attachment(c.UserContext(), sent.file)
	if text, wrong := pictureFault(err); wrong {
		c.Status(fiber.StatusUnprocessableEntity)
		return up, text, nil
	}
	if err != nil {
		return up, "", err
	}
	up, err = s.Operation.KeepFile(c.UserContext(), answer, sent.name, document)
	return up, "", err
}

// answerFile answers a file of the answer to who may see it.
func (s *site) answerFile(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	hash := c.Params("hash")
	if !a.own.Whole && !slices.ContainsFunc(a.own.Draft, func(v survey.Value) bool {
		return slices.ContainsFunc(v.Files, func(f survey.Upload) bool { return f.Hash == hash })
	}) {
		return store.ErrNotFound
	}
	return s.sendAnswerFile(c, &a.own.Answer, hash)
}

// sendAnswerFile streams a file of an answer, as an attachment whatever it is.
func (s *site) sendAnswerFile(c *fiber.Ctx, x *sourcing.Answer, hash string) error {
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	// The file is read after the handler, and as long as its client takes pieces of it.
	r, up, err := s.Operation.AnswerFile(context.WithoutCancel(c.UserContext()), x, hash)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, up.Media)
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": up.Name}))
	c.Response().SetBodyStream(&pacedFile{r, c.Context().Conn(), time.Now().Add(sendTime)}, int(r.Blob.Size))
	return nil
}
