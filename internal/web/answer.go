package web

import (
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
)

const (
	// answerCookie tells the browser that has answered from one to which a link was
	// passed on. One serves all links; the store knows it otherwise for each.
	answerCookie = "sourcier_reponse"
	answerAge    = 180 * 24 * time.Hour
	// maxAnswerFile bounds a file of an answer, and the evidence of one, in bytes.
	maxAnswerFile = 10 << 20

	answerRoute     = answerLinkPath + "/:token"
	responsesRoute  = operationsPath + "/:id" + responsesPath
	responsesPath   = "/reponses"
	enterSegment    = "/saisir"
	attachedSegment = "/fichier" // ends the addresses that send one
)

// answerRoutes are those of the personal page of a supplier, and of the answers as the buyer
// reads them.
func (s *site) answerRoutes(d operationDoors) {
	public, uploads := d.public, s.rateLimit(uploadShare)
	public.Get(answerRoute, d.limited, s.withOperation, s.answerShow)
	public.Post(answerRoute, d.limited, s.withOperation, s.answerSend)
	public.Post(answerRoute+"/question", d.limited, s.withOperation, s.answerAsk)
	public.Post(answerRoute+"/refus", d.limited, s.withOperation, s.answerDecline)
	public.Post(answerRoute+"/reprendre", d.limited, s.withOperation, s.answerTakeOver)
	public.Post(answerRoute+"/confirmation", d.limited, s.withOperation, s.answerConfirm)
	public.Post(answerRoute+"/entretiens/:exchange", d.limited, s.withOperation, s.answerMinutes)
	public.Get(answerRoute+"/code", d.limited, s.withOperation, s.answerCode)
	public.Post(answerRoute+"/code", d.limited, s.withOperation, s.answerCodeAsk)
	public.Post(answerRoute+"/code/saisie", d.limited, s.withOperation, s.answerCodeUse)
	public.Get(answerRoute+"/questions/:question"+attachedSegment, d.limited, s.withOperation, s.answerAttach)
	public.PostFile(answerRoute+"/questions/:question"+attachedSegment, maxAnswerFile, uploads, s.ownsAnswer, s.answerAttached)
	public.Get(answerRoute+filesSegment+"/:hash", d.limited, s.withOperation, s.answerFile)
	d.readers.Get(responsesRoute, d.limited, s.responses)
	d.readers.Get(responsesRoute+"/:supplier", d.limited, s.response)
	d.readers.Get(responsesRoute+"/:supplier"+filesSegment+"/:hash", d.limited, s.responseFile)
	d.writers.Get(responsesRoute+"/:supplier"+enterSegment, d.limited, s.responseForm)
	d.writers.PostFile(responsesRoute+"/:supplier"+enterSegment, maxAnswerFile, uploads, s.ownsResponse, s.responseEnter)
}

// isAnswerForm reports whether a form of the page may hold the answers to a questionnaire.
func isAnswerForm(path string) bool {
	return strings.HasPrefix(path, answerLinkPath+"/") || strings.HasPrefix(path, operationsPath+"/") || isSurveyForm(path)
}

// takesAnswerFile reports whether a form of the page sends a file of an answer.
func takesAnswerFile(path string) bool {
	return strings.HasPrefix(path, answerLinkPath+"/") && strings.HasSuffix(path, attachedSegment) ||
		strings.HasPrefix(path, operationsPath+"/") && strings.HasSuffix(path, enterSegment)
}

// withOperation answers as if the route were not there where there are no sourçages, and
// keeps what a link shows out of caches.
func (s *site) withOperation(c *fiber.Ctx) error {
	if s.Operation == nil {
		return store.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}

func answerURL(token string) string { return answerLinkPath + "/" + url.PathEscape(token) }

// answering is the personal page of a supplier under way.
type answering struct {
	*site
	c    *fiber.Ctx
	hand operation.Hand
	own  *operation.Own
	now  time.Time
}

// answeringOf reads what the link of the address leads to, for who asks.
func (s *site) answeringOf(c *fiber.Ctx) (*answering, error) {
	a := &answering{site: s, c: c, now: s.Now(), hand: operation.Hand{Network: clientAddr(c.IP()).String()}}
	if held := c.Cookies(s.cookieName(answerCookie)); account.IsToken(held) {
		a.hand.Browser = held
	}
	r, err := s.Operation.ByLink(c.UserContext(), c.Params("token"))
	if err != nil {
		return nil, err
	}
	if err := a.holder(r.Supplier.Structure); err != nil {
		return nil, err
	}
	a.own, err = s.Operation.OwnBy(c.UserContext(), c.Params("token"), a.hand)
	return a, err
}

// holder finds whether who is signed in is of the structure that holds the sheet.
func (a *answering) holder(structure string) error {
	who, err := whoIs(a.c)
	if err != nil || who == nil || structure == "" || a.Directory == nil {
		return err
	}
	d, err := a.Directory.Registrations.Get(a.c.UserContext(), structure)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	owners, err := a.Directory.Owners(a.c.UserContext(), who.Person.ID)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if d.Value.Holds(o.ID) {
			a.hand.Holder, a.hand.Account = true, who.Person.ID
		}
	}
	return nil
}

// keepBrowser gives the browser what it is known by, before it writes.
func (a *answering) keepBrowser() {
	if a.hand.Browser == "" {
		a.hand.Browser = rand.Text()
	}
	a.c.Cookie(&fiber.Cookie{
		Name: a.cookieName(answerCookie), Value: a.hand.Browser, Path: "/", HTTPOnly: true, Secure: a.secure(),
		SameSite: fiber.CookieSameSiteLaxMode, Expires: a.now.Add(answerAge),
	})
}

func (a *answering) url() string { return answerURL(a.c.Params("token")) }

// answerDone words what was done before the page is shown.
var answerDone = map[string]string{
	"envoyee": "Votre réponse est envoyée. Un reçu part à l’adresse qui a été contactée.", "brouillon": "Brouillon enregistré. Rien n’est parti : l’acheteur ne le voit pas.",
	"joint": "Fichier joint à votre brouillon. Envoyez votre réponse quand elle est prête.", "retire": "Fichier retiré de votre brouillon.", "question": "Question envoyée. La réponse ira à toutes les structures consultées, sans vous nommer.",
	"refus": "Nous avons noté que vous ne répondrez pas. Vous pouvez encore changer d’avis.", "repris": "Réponses reprises dans votre brouillon. Relisez-les, puis envoyez.",
	"compte-rendu": "Votre avis sur le compte rendu est enregistré.", "confirmation": "Votre avis sur la réponse saisie est enregistré.", "ouvert": "Ce navigateur montre désormais votre réponse.",
}

// answerSent is what a form of the page held when it was refused.
type answerSent struct {
	state    form.State
	status   int
	typed    *answerTyped // nil: as it is stored
	question string
	motive   string
	word     string
	minutes  map[string]string // words on minutes, by exchange
}

// answerRefused words why something was refused on the personal page; what is not there is
// the affair of the caller.
func answerRefused(err error) (text string, status int, ok bool) {
	switch {
	case errors.Is(err, sourcing.ErrSilenced):
		return "La consultation est lancée : ce sourçage ne reçoit plus rien. Vous pourrez répondre à la consultation elle-même, comme tous.", fiber.StatusConflict, true
	case errors.Is(err, sourcing.ErrNotOpen), errors.Is(err, sourcing.ErrClosedOp):
		return "Ce sourçage est terminé : il ne reçoit plus de réponse.", fiber.StatusConflict, true
	case errors.Is(err, sourcing.ErrLocked):
		return string(sourcing.ErrLocked), fiber.StatusForbidden, true
	case errors.Is(err, sourcing.ErrStale), errors.Is(err, store.ErrConflict):
		return "Cette réponse a changé ailleurs depuis que vous avez ouvert cette page, dans un autre onglet ou sur un autre appareil. Ce que vous avez écrit ici est gardé ci-dessous et n’est pas enregistré : l’enregistrer maintenant remplacera l’autre version.", fiber.StatusConflict, true
	}
	return refusalOf(err)
}

// answerShow answers the page.
func (s *site) answerShow(c *fiber.Ctx) error {
	a, err := s.answeringOf(c)
	if err != nil {
		return err
	}
	return a.render(answerSent{})
}

// refuse shows the page with why not, as things are now.
func (a *answering) refuse(err error, field string, sent answerSent) error {
	text, status, ok := answerRefused(err)
	if !ok {
		return err
	}
	if field != "" && status == fiber.StatusUnprocessableEntity {
		sent.state.Faults = append(sent.state.Faults, form.Fault{Field: field, Text: text})
	} else {
		sent.state.Refusal = text
	}
	sent.status = status
	own, err := a.Operation.OwnBy(a.c.UserContext(), a.c.Params("token"), a.hand)
	if err != nil {
		return err
	}
	a.own = own
	return a.render(sent)
}

func (a *answering) render(sent answerSent) error {
	o := &a.own.Operation
	sent.state.Token, sent.state.Heading = a.formToken(a.c), "Rien n’est enregistré"
	p := views.AnswerPage{
		Base: a.base(o.Title, "Répondre à un sourçage, sans compte.", ""), State: sent.state, Done: doneText(a.c, answerDone), URL: a.url(),
		Organisation: a.own.Organisation, Heading: format.Text(o.Title), Message: paragraphs(o.Message), Deadline: format.Text(sourcing.Moment(o.Deadline)),
		Locked: a.own.Locked, Whole: a.own.Whole, Proven: a.own.Proven, CodeURL: a.url() + "/code",
	}
	if who, err := whoIs(a.c); err == nil && who == nil {
		p.SignIn = toSignIn(a.c)
	}
	a.when(&p)
	a.told(&p)
	a.sent(&p, sent.word)
	a.minutes(&p, sent.minutes)
	if p.Closed == "" {
		a.form(&p, sent.typed)
		a.others(&p, &sent)
	}
	if err := a.claim(&p); err != nil {
		return err
	}
	titleFaults(&p.Title, p.State)
	if sent.status != 0 {
		a.c.Status(sent.status)
	}
	return render(a.c, views.AnswerView(p))
}

// paragraphs are those of a text that somebody wrote.
func paragraphs(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, format.Text(line))
		}
	}
	return out
}

// leftWords says how long there is until a time, in words.
func leftWords(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return "il vous reste " + format.Count(int(d/(24*time.Hour)), "jour", "jours")
	case d >= 2*time.Hour:
		return "il vous reste " + format.Count(int(d/time.Hour), "heure", "heures")
	}
	return "il vous reste " + format.Count(max(1, int(d/time.Minute)), "minute", "minutes")
}

// when says how long there is, and why nothing is taken any more.
func (a *answering) when(p *views.AnswerPage) {
	o := &a.own.Operation
	switch {
	case o.Silent():
		p.Left, p.Closed = "La consultation est lancée.", "Ce sourçage est terminé : la consultation est lancée. Plus rien de nouveau n’est dit à une structure ni reçu d’elle ici. Les questions se posent désormais par la consultation, comme pour tous."
	case !o.Takes():
		p.Left, p.Closed = "Ce sourçage est terminé.", "Ce sourçage est terminé : il ne reçoit plus de réponse."
	case a.now.After(o.Deadline):
		p.Left, p.Late = "Cette date est passée. Vous pouvez encore répondre : votre réponse sera marquée « hors délai ».", true
	default:
		p.Left = "Il" + strings.TrimPrefix(leftWords(o.Deadline.Sub(a.now)), "il") + "."
	}
	if last := o.Last; o.Silent() && last != "" {
		p.Told = append(p.Told, views.AnswerTold{Day: format.Moment(o.SilencedAt), Origin: "Dernier message", Text: paragraphs(last)})
		for _, x := range o.Corrections {
			p.Told = append(p.Told, views.AnswerTold{Day: format.Moment(x.At), Origin: "Correction du dernier message", Text: paragraphs(x.Text)})
		}
	}
}

// told lists what the supplier was given: what went to all, and, where it is known who
// reads, what was told to it alone.
func (a *answering) told(p *views.AnswerPage) {
	o := &a.own.Operation
	last := p.Told
	p.Told = nil
	for i := range o.Ledger {
		it := &o.Ledger[i]
		state, at := it.Of(&a.own.Supplier)
		switch shared := !it.SharedAt.IsZero(); {
		case it.Origin == sourcing.FromMessage, state != sourcing.CellGiven, !shared && !a.own.Shows(at):
		case shared:
			p.Told = append(p.Told, views.AnswerTold{Day: format.Moment(at), Origin: it.Origin.Label(), Text: paragraphs(it.Text)})
		default:
			p.Told = append(p.Told, views.AnswerTold{Day: format.Moment(at), Origin: it.Origin.Label(), Text: paragraphs(it.Text), Alone: true})
		}
	}
	p.Told = append(p.Told, last...)
}

// sent says what of the answer is stored, where it may be shown.
func (a *answering) sent(p *views.AnswerPage, word string) {
	x := &a.own.Answer
	add := func(tone, text string) { p.Status = append(p.Status, views.AnswerStatus{Text: text, Tone: tone}) }
	if n := x.Newest(); n != nil && a.own.Whole {
		say := "Votre réponse du " + sourcing.Moment(n.At) + " est enregistrée."
		if n.Entered() {
			say = "Une réponse saisie par l’acheteur le " + sourcing.Moment(n.At) + " est enregistrée (" + strings.ToLower(n.Route.Label()) + ")."
		}
		add("good", say)
		if n.Late() {
			add("warn", "Hors délai : elle est arrivée après la date limite.")
		}
		q, _ := a.own.Operation.Version(n.Version)
		p.Sent, p.SentSay = answerLines(&q, n.Values, nil, a.fileURL), say
		if n.Name != "" {
			p.SentSay += " Signée par " + n.Name + "."
		}
		a.entered(p, n, word)
	}
	switch {
	case a.own.Draft != nil && len(x.Submissions) > 0:
		add("", "Vos modifications du "+sourcing.Moment(x.DraftAt)+" sont en brouillon : elles ne sont pas envoyées.")
	case a.own.Draft != nil:
		add("", "Brouillon enregistré le "+sourcing.Moment(x.DraftAt)+" : il n’est pas envoyé.")
	}
	if a.own.Wrote && !x.DeclineAt.IsZero() {
		add("", "Vous avez indiqué le "+sourcing.Moment(x.DeclineAt)+" que vous ne répondrez pas.")
	}
}

// entered asks to confirm what the buyer entered, or says what the supplier said of it.
func (a *answering) entered(p *views.AnswerPage, n *sourcing.Submission, word string) {
	switch {
	case !n.Entered():
	case !n.ConfirmedAt.IsZero():
		p.Status = append(p.Status, views.AnswerStatus{Text: "Vous avez confirmé cette réponse le " + sourcing.Moment(n.ConfirmedAt) + ".", Tone: "good"})
	case !n.ContestedAt.IsZero():
		p.Status = append(p.Status, views.AnswerStatus{Text: "Vous avez contesté cette réponse le " + sourcing.Moment(n.ContestedAt) + " : « " + n.Word + " »", Tone: "warn"})
	default:
		p.Entered = &views.AnswerEntered{Number: strconv.Itoa(n.Number), Word: word,
			Say: "Elle est venue ainsi : " + strings.ToLower(n.Route.Label()) + ", le " + format.Date(n.Came) + ". L’acheteur l’a saisie le " + sourcing.Moment(n.At) + " ; c’est cette heure qui compte pour la date limite. Elle est marquée « saisie par l’acheteur ». Relisez-la ci-dessous."}
	}
}

// fileURL is where a file of the answer is.
func (a *answering) fileURL(hash string) string { return a.url() + filesSegment + "/" + hash }

// answerLines are questions with their answers, to be read; before, not nil, are those of
// the submission before.
func answerLines(q *survey.Questionnaire, values, before []survey.Value, at func(hash string) string) (out []views.AnswerLine) {
	for i := range q.Questions {
		x := &q.Questions[i]
		v := survey.Find(values, x.ID)
		line := views.AnswerLine{Number: i + 1, Question: x.Text}
		if x.Kind == survey.File {
			line.Files = answerFiles(v.Files, at)
		} else {
			line.Text = paragraphs(x.Said(&v))
		}
		if why, masked := survey.Masked(x, &v); masked {
			line.Secret = why
		}
		if before != nil {
			was := survey.Find(before, x.ID)
			if old, now := x.Said(&was), x.Said(&v); old != now {
				line.Before = old
				if old == "" {
					line.Before = "sans réponse"
				}
			}
		}
		out = append(out, line)
	}
	return out
}

func answerFiles(files []survey.Upload, at func(hash string) string) (out []views.AnswerFile) {
	for _, f := range files {
		out = append(out, views.AnswerFile{Hash: f.Hash, Name: f.Name, Size: weight(f.Size), URL: at(f.Hash)})
	}
	return out
}

// weight is how heavy a file is, in words.
func weight(n int64) string {
	if n < 1<<20 {
		return format.Number(int((n+1023)>>10)) + format.NBSP + "Ko"
	}
	return megabytes(n)
}

// minutes are those that the supplier was sent.
func (a *answering) minutes(p *views.AnswerPage, typed map[string]string) {
	for i := range a.own.Exchanges {
		x := &a.own.Exchanges[i]
		m := views.AnswerMinutes{
			ID: x.ID, Title: x.Kind.Label() + " du " + format.Moment(x.At), Text: paragraphs(x.Minutes), Word: x.Word, Reply: x.Answer,
			Rev: strconv.FormatInt(x.SentRev, 10), Typed: typed[x.ID],
		}
		if who := slices.Concat(x.Ours, x.Theirs); len(who) > 0 {
			m.People = "Présents" + format.NNBSP + ": " + strings.Join(who, ", ")
		}
		switch x.State() {
		case sourcing.MinutesAgreed:
			m.State = "Vous l’avez accepté le " + format.Day(x.AgreedAt)
		case sourcing.MinutesDenied:
			m.State = "Vous l’avez contesté le " + format.Day(x.DeniedAt)
		default:
			m.State, m.Open = "Reçu le "+format.Day(x.SentAt)+" : acceptez-le ou contestez-le", true
			m.State = format.Text(m.State)
		}
		p.Minutes = append(p.Minutes, m)
	}
}

// others are the small forms of the page.
func (a *answering) others(p *views.AnswerPage, sent *answerSent) {
	o, x := &a.own.Operation, &a.own.Answer
	if o.State() == sourcing.Opened {
		p.Ask = &views.AnswerAsk{Typed: sent.question}
	}
	if len(x.Submissions) == 0 && x.DeclineAt.IsZero() && !a.own.Locked {
		p.Decline = &views.AnswerDecline{Typed: sent.motive}
	}
}

// claim offers the sheet of the structure to who has answered, where nobody holds it.
func (a *answering) claim(p *views.AnswerPage) error {
	id := a.own.Supplier.Structure
	if id == "" || !a.own.Whole || len(a.own.Answer.Submissions) == 0 || a.Directory == nil {
		return nil
	}
	d, err := a.Directory.Registrations.Get(a.c.UserContext(), id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if d.Value.Owner == "" {
		p.Claim = registrationPath + "?" + url.Values{sheetField: {id}}.Encode()
	}
	return nil
}

// wrongGuess words a code that opens nothing; nothing for an error that has no words.
func (a *answering) wrongGuess(err error) form.State {
	if errors.Is(err, people.ErrWrong) {
		a.c.Status(fiber.StatusUnprocessableEntity)
		return form.State{Faults: []form.Fault{{Field: codeField, Text: "Ce code n’est pas le bon. Relisez le dernier message reçu."}}}
	}
	return a.refuseCode(a.c, err)
}
