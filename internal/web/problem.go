package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/reach"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/views/format"
)

// problem is a failure as its reader sees it: an RFC 9457 document under /api,
// the error page elsewhere. It never holds the text of an internal error.
type problem struct {
	Type      string         `json:"type" doc:"about:blank : le statut dit tout."`
	Title     string         `json:"title" doc:"En français, le même pour un même statut."`
	Status    int            `json:"status" doc:"Statut HTTP."`
	Detail    string         `json:"detail" doc:"Ce qui n’allait pas, et que faire."`
	RequestID string         `json:"request_id,omitempty" doc:"À citer pour signaler l’erreur."`
	Errors    []paramProblem `json:"errors,omitempty" doc:"D’un statut 422, les paramètres en cause."`
}

// problemType is the media type of a problem.
const problemType = "application/problem+json"

// paramProblem says what is wrong with one parameter.
type paramProblem struct {
	Parameter string   `json:"parameter" doc:"Nom du paramètre."`
	Value     string   `json:"value" doc:"Valeur reçue, raccourcie, rendue lisible."`
	Message   string   `json:"message" doc:"Ce qui ne va pas."`
	Allowed   []string `json:"allowed,omitempty" doc:"Les valeurs possibles, quand il y en a peu."`
	plain     string   // French, for a page; "" when Message is
}

// wording is the French text of each status that the portal answers.
var wording = map[int][2]string{
	fiber.StatusBadRequest:                  {"Requête illisible", "L’adresse ou les en-têtes de la requête sont mal formés."},
	fiber.StatusUnauthorized:                {"Connexion nécessaire", "Cette page est pour les personnes connectées, ou votre session est terminée. Connectez-vous, puis recommencez : rien n’a été enregistré."},
	fiber.StatusForbidden:                   {"Accès réservé", "Cette page n’est pas ouverte au rôle dans lequel vous agissez."},
	fiber.StatusConflict:                    {"Modifié entre-temps", "Quelqu’un d’autre a changé la même chose pendant que vous l’aviez sous les yeux. Rien n’a été enregistré : revenez à la page, relisez, recommencez."},
	fiber.StatusNotFound:                    {"Introuvable", "Cette adresse ne correspond à rien, ou plus à rien. Vérifiez-la, ou reprenez la recherche."},
	fiber.StatusGone:                        {"Fiche non publiée", "L’équipe du portail a suspendu cette fiche : rien de ce qu’elle disait n’est plus montré ici. Si elle est la vôtre, la raison vous a été écrite, et la lever dépend de cette équipe."},
	fiber.StatusMethodNotAllowed:            {"Méthode non prise en charge", "Cette adresse ne se consulte qu’en lecture (GET ou HEAD)."},
	fiber.StatusRequestTimeout:              {"Requête trop lente", "La requête n’est pas arrivée en entier à temps. Vérifiez la connexion, puis réessayez."},
	fiber.StatusRequestEntityTooLarge:       {"Requête trop volumineuse", "Le corps de la requête dépasse ce que le portail accepte."},
	fiber.StatusRequestURITooLong:           {"Adresse trop longue", "La recherche dépasse 8 000 caractères. Raccourcissez le texte ou retirez des filtres."},
	fiber.StatusUnsupportedMediaType:        {"Contenu compressé refusé", "Le portail n’accepte pas de requête compressée : retirez l’en-tête Content-Encoding."},
	fiber.StatusUnprocessableEntity:         {"Recherche impossible", "Un paramètre n’a pas été compris."},
	fiber.StatusTooManyRequests:             {"Trop de requêtes", "Cette adresse réseau a envoyé trop de requêtes. Attendez quelques secondes, puis réessayez."},
	fiber.StatusRequestHeaderFieldsTooLarge: {"Adresse ou en-têtes trop longs", "La requête dépasse 16 ko. Raccourcissez le texte cherché ou retirez des filtres."},
	fiber.StatusInternalServerError:         {"Erreur du portail", "Une erreur est survenue de notre côté. Réessayez dans un instant ; si elle persiste, signalez-la avec l’identifiant de la requête."},
	fiber.StatusInsufficientStorage:         {"Plus de place", "Le disque du portail est plein : rien n’a été gardé. Prévenez l’exploitant, puis recommencez."},
	fiber.StatusServiceUnavailable:          {"Portail en cours de démarrage", "L’annuaire se charge. Réessayez dans quelques instants."},
	fiber.StatusGatewayTimeout:              {"Recherche trop longue", "La recherche n’a pas abouti à temps. Précisez-la ou retirez des mots, puis réessayez."},
}

// inputError carries what is wrong with the parameters of a request.
type inputError struct{ errors []paramProblem }

func (e *inputError) Error() string {
	return fmt.Sprintf("%d invalid parameters, first %s", len(e.errors), e.errors[0].Parameter)
}

// errNotReady is returned while the index loads.
var errNotReady = errors.New("not ready")

// newProblem gives the French problem of a status; one without wording is a 500.
func newProblem(status int) problem {
	text, ok := wording[status]
	if !ok {
		status = fiber.StatusInternalServerError
		text = wording[status]
	}
	return problem{Type: "about:blank", Title: format.Text(text[0]), Status: status, Detail: format.Text(text[1])}
}

// knownErrors are the errors that say by themselves what is answered; no title, that
// of the status.
var knownErrors = []struct {
	err           error
	status        int
	title, detail string
}{
	{errSignedOut, fiber.StatusUnauthorized, "", ""},
	{errForeign, fiber.StatusForbidden, "Envoi refusé", "Cet envoi ne vient pas de la page que vous aviez ouverte, ou votre navigateur refuse le cookie qui le prouve. Rien n’a été enregistré : revenez à la page, rechargez-la, recommencez."},
	{reach.ErrForged, fiber.StatusForbidden, "Envoi refusé", "Cet envoi ne vient d’aucune page du portail. Rien n’a été compté."},
	{reach.ErrStale, fiber.StatusForbidden, "Page d’un autre jour", "Cette page a été ouverte un autre jour. Rien n’a été compté : rechargez-la."},
	{store.ErrConflict, fiber.StatusConflict, "", ""},
	{store.ErrNotFound, fiber.StatusNotFound, "", ""},
	{errSuspended, fiber.StatusGone, "", ""},
	{errBusy, fiber.StatusServiceUnavailable, "Trop d’exports à la fois", "Le portail prépare déjà plusieurs fichiers. Réessayez dans une minute."},
	{errCrowded, fiber.StatusServiceUnavailable, "Trop de demandes à la fois", "Le portail prépare déjà plusieurs pages aussi longues à faire. Réessayez dans quelques instants."},
	{errUploads, fiber.StatusServiceUnavailable, "Trop d’envois à la fois", "Le portail reçoit déjà beaucoup de fichiers. Rien n’a été enregistré : recommencez dans une minute."},
	{errUploadTooLarge, fiber.StatusRequestEntityTooLarge, "Fichier trop lourd", "Ce fichier dépasse tout ce que le portail accepte : 5 Mo pour un logo ou un tableau d’achats, 10 Mo pour une image ou un justificatif. Rien n’a été enregistré. Choisissez-en un plus léger, ou réduisez l’image, puis recommencez."},
	{errNotReady, fiber.StatusServiceUnavailable, "", ""},
}

// problemOf is the one way from errors to what is answered. internal reports
// that the error must be logged with its text.
func problemOf(err error) (p problem, internal bool) {
	for _, k := range knownErrors {
		if errors.Is(err, k.err) {
			p = newProblem(k.status)
			p.Title, p.Detail = cmp.Or(k.title, p.Title), cmp.Or(k.detail, p.Detail)
			return p, false
		}
	}
	var param *query.ParamError
	var input *inputError
	var http *fiber.Error
	var forbidden *forbiddenError
	switch {
	case errors.As(err, &forbidden):
		p = newProblem(fiber.StatusForbidden)
		p.Detail = format.Text(forbidden.detail())
	case errors.As(err, &param):
		p = inputProblem([]paramProblem{{Parameter: param.Param, Value: clip(param.Value), Message: format.Text(param.Message), Allowed: param.Allowed, plain: format.Text(param.Plain)}})
	case errors.As(err, &input):
		p = inputProblem(input.errors)
	case errors.Is(err, context.DeadlineExceeded):
		p, internal = newProblem(fiber.StatusGatewayTimeout), true
	case errors.As(err, &http):
		p = newProblem(http.Code)
		internal = p.Status >= fiber.StatusInternalServerError
	default:
		p, internal = newProblem(fiber.StatusInternalServerError), true
	}
	return p, internal
}

// inputProblem says the first fault in its detail, and all of them in its list.
func inputProblem(faults []paramProblem) problem {
	p := newProblem(fiber.StatusUnprocessableEntity)
	if faults[0].Parameter == columnsParam {
		p.Title = "Export impossible"
	}
	p.Errors = faults
	p.Detail = format.Text(fmt.Sprintf("Paramètre « %s » : %s.", faults[0].Parameter, strings.TrimSuffix(faults[0].Message, ".")))
	return p
}

// fail answers an error. It is the server's ErrorHandler too, so it may run
// before any middleware has. Who reads a page and is not signed in is led to where
// one signs in, and back.
func (s *site) fail(c *fiber.Ctx, err error) error {
	if errors.Is(err, errSignedOut) && (c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead) {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Redirect(toSignIn(c), fiber.StatusSeeOther)
	}
	p, internal := problemOf(err)
	early := c.Locals(requestIDKey) == nil
	p.RequestID = ensureRequestID(c)
	if early { // the server refused it half-way, and no access log will follow
		drain(c)
		s.Observe(c.Method(), "", p.Status, 0)
		s.Log.Info("request refused", "request_id", p.RequestID, "status", p.Status, "client", network(c.IP()))
	}
	if internal {
		s.Log.Error("request failed", "request_id", p.RequestID, "status", p.Status, "err", err)
	}
	c.Response().ResetBody()
	s.setSecureHeaders(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().Header.Del(fiber.HeaderETag)
	if p.Status == fiber.StatusServiceUnavailable && len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	if isAPI(c) {
		return c.Status(p.Status).JSON(p, problemType)
	}
	if pageErr := s.errorPage(c, p); pageErr != nil {
		s.Log.Error("error page failed", "request_id", p.RequestID, "err", pageErr)
		return lastResort(c, p)
	}
	return nil
}

const (
	drainBytes = 1 << 20                // of a refused request that are still read
	drainTime  = 200 * time.Millisecond // how long they may take to come
)

// drain reads what the client is still sending of a request refused half-way:
// closing on unread bytes resets the connection, and the client would lose the
// answer that says what was wrong.
func drain(c *fiber.Ctx) {
	conn := c.Context().Conn()
	if conn.SetReadDeadline(time.Now().Add(drainTime)) == nil {
		_, _ = io.CopyN(io.Discard, conn, drainBytes) // ends at the deadline, by design
	}
}

// errorPage renders the page of a problem; a panic in it is an error, since
// nobody above would catch it.
func (s *site) errorPage(c *fiber.Ctx, p problem) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	c.SetUserContext(context.WithoutCancel(c.UserContext())) // that of the request is over, and may be why we are here
	return s.renderError(c.Status(p.Status), p.Status, p)
}

// isAPI reports whether the answer must be JSON.
func isAPI(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Path(), "/api/")
}

// maxEcho bounds a value repeated in an error, in bytes.
const maxEcho = 80

// clip makes a received value safe to repeat: valid UTF-8, no control
// character, cut.
func clip(v string) string {
	v = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(v, "\uFFFD"))
	if len(v) <= maxEcho {
		return v
	}
	return strings.ToValidUTF8(v[:maxEcho], "") + "…"
}

// lastResort answers without templates, assets or anything else that may fail.
func lastResort(c *fiber.Ctx, p problem) error {
	page, ok := lastResortPages[p.Status]
	if !ok {
		page = lastResortPages[fiber.StatusInternalServerError]
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Status(p.Status).Response().SetBodyString(page)
	return nil
}

// lastResortPages are made once, from constants only.
var lastResortPages = func() map[int]string {
	out := map[int]string{}
	for status := range wording {
		p := newProblem(status)
		out[status] = "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>" + p.Title +
			"</title></head><body><main><h1>" + p.Title + "</h1><p>" + p.Detail + "</p><p><a href=\"/\">Accueil</a></p></main></body></html>\n"
	}
	return out
}()
