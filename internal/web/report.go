package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/sheet"
)

// reportSegment ends the address at which an error on a sheet is reported.
const reportSegment = "/signaler"

// How much one client may send. Refused forms count too: they cost as much.
const (
	triesAMinute = 20
	reportsADay  = 20
)

// reportLimits are nil when there is no limit.
type reportLimits struct{ tries, sent *limiter }

func (s *site) newReportLimits() reportLimits {
	if s.Config.RateLimit < 0 {
		return reportLimits{}
	}
	return reportLimits{newLimiter(triesAMinute, time.Minute, s.Now), newLimiter(reportsADay, 24*time.Hour, s.Now)}
}

// allow spends one of what the client may do.
func (l *limiter) allow(c *fiber.Ctx) bool { return l == nil || l.take(clientAddr(c.IP())).allowed }

// reportInput is the form as it was sent.
type reportInput struct {
	Cause string `form:"motif" validate:"required,oneof=wrong missing closed withdrawal other"`
	Field string `form:"information" validate:"omitempty,reportfield"`
	Text  string `form:"texte" validate:"required_unless=Cause withdrawal,max=2000"`
	Email string `form:"courriel" validate:"omitempty,max=254,email"`
	Trap  string `form:"site_web" validate:"max=0"` // hidden: only a program fills it in
	Once  string `form:"envoi"`
}

// reportFields are the facts that people can name, in the order of a sheet.
var reportFields = []structure.Field{
	structure.FieldName, structure.FieldAddress, structure.FieldPhone, structure.FieldEmail, structure.FieldWebsite,
	structure.FieldActivities, structure.FieldAgreements, structure.FieldLabels, structure.FieldESS, structure.FieldWorkforce,
	structure.FieldDescription, structure.FieldReferences, structure.FieldSIRET, structure.FieldNAF, structure.FieldPoint,
}

// reported finds the one structure that is spoken of.
func (s *site) reported(c *fiber.Ctx) (*structure.Structure, error) {
	docs, err := s.findStructures(c.UserContext(), c.Params("id"))
	if err != nil {
		return nil, err
	}
	if len(docs) != 1 {
		return nil, store.ErrNotFound // a SIRET of several: each has its own address
	}
	return &docs[0].Value, nil
}

// reportForm answers the empty form.
func (s *site) reportForm(c *fiber.Ctx) error {
	v, err := s.reported(c)
	if err != nil {
		return err
	}
	return s.renderReport(c, v, reportInput{}, "", nil)
}

// reportSend stores what was written and leads to the confirmation. Whatever it
// refuses comes back as it was typed.
func (s *site) reportSend(c *fiber.Ctx) error {
	v, err := s.reported(c)
	if err != nil {
		return err
	}
	form := sentForm(c)
	in := readReport(form)
	if !s.reports.tries.allow(c) {
		return s.refuseReport(c, v, in, fiber.StatusTooManyRequests, "Trop d’envois en peu de temps depuis ce réseau. Attendez une minute, puis envoyez de nouveau.")
	}
	if !s.ownForm(c, form) {
		return s.refuseReport(c, v, in, fiber.StatusForbidden, "Cet envoi ne vient pas de la page que vous aviez ouverte, ou votre navigateur refuse le cookie qui le prouve. Relisez ce qui suit, puis envoyez de nouveau.")
	}
	if faults := in.faults(); len(faults) > 0 {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.renderReport(c, v, in, "", faults)
	}
	if !s.reports.sent.allow(c) {
		return s.refuseReport(c, v, in, fiber.StatusTooManyRequests, "Ce réseau a déjà envoyé vingt signalements en un jour. Recommencez demain, ou écrivez à l’équipe du portail.")
	}
	report := in.report(v, s.Now())
	switch err := s.Reports.Add(c.UserContext(), report); {
	case errors.Is(err, store.ErrTooMany):
		s.Log.Error("reports refused: a bound is reached", "max", store.MaxReports, "daily", store.MaxDailyReports)
		return s.refuseReport(c, v, in, fiber.StatusServiceUnavailable, "Le portail a reçu plus de signalements qu’il n’en garde. Recommencez demain, ou écrivez à l’équipe du portail.")
	case err != nil && !errors.Is(err, store.ErrDuplicate): // the same form, sent twice at once
		return fmt.Errorf("report: %w", err)
	}
	return c.Redirect(reportURL(v)+"/"+report.Ref, fiber.StatusSeeOther)
}

// refuseReport gives the form back for a reason that is in none of its fields.
func (s *site) refuseReport(c *fiber.Ctx, v *structure.Structure, in reportInput, status int, why string) error {
	c.Status(status)
	return s.renderReport(c, v, in, why, nil)
}

// reportDone confirms what was stored, without a word of it: the address may be
// passed on.
func (s *site) reportDone(c *fiber.Ctx) error {
	v, err := s.reported(c)
	if err != nil {
		return err
	}
	ref, ok := structure.ParseReference(c.Params("ref"))
	if !ok {
		return store.ErrNotFound
	}
	doc, err := s.Reports.Get(c.UserContext(), ref)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if doc.Value.Structure != v.ID {
		return store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return render(c, sheet.ReportedView(s.reportedPage(v, &doc.Value)))
}

func reportURL(v *structure.Structure) string { return sheetURL(v.ID, "") + reportSegment }

var oncePattern = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// readReport takes what was typed, less what no store or terminal should hold.
func readReport(form url.Values) reportInput {
	in := reportInput{
		Cause: form.Get("motif"), Field: form.Get("information"), Text: typedText(form.Get("texte")),
		Email: strings.TrimSpace(typedText(form.Get("courriel"))), Trap: form.Get("site_web"), Once: form.Get("envoi"),
	}
	if !oncePattern.MatchString(in.Once) {
		in.Once = rand.Text()
	}
	return in
}

// typedText keeps line ends as one sign each, drops other control characters, and
// makes the text valid.
func typedText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u00ad') {
			return -1
		}
		return r
	}, s))
}

func (in *reportInput) report(v *structure.Structure, at time.Time) structure.Report {
	r := structure.Report{
		Structure: v.ID, Reason: structure.ReportCause(in.Cause), Field: structure.Field(in.Field), Text: in.Text, Email: in.Email, At: at.UTC(),
	}
	r.Ref = structure.NewReportRef(in.Once, &r)
	return r
}

// letters counts what a reader counts.
func letters(s string) int { return utf8.RuneCountInString(s) }
