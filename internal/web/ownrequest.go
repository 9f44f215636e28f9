package web

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/directory"
	"sourcier/internal/operation"
	"sourcier/internal/picture"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
	"sourcier/views/desk"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const ownRequestsName = "Mes sourçages"

// ownRequestRoutes are those of what structures that are signed in are asked.
func (s *site) ownRequestRoutes(d operationDoors) {
	d.suppliers.Get(ownRequestsPath, d.limited, s.ownRequests)
	d.suppliers.Get(ownRequestsPath+"/:id", d.limited, s.ownRequest)
	d.suppliers.Get(ownRequestsPath+"/:id/fichiers/:hash", d.limited, s.ownRequestFile)
}

// heldSheets are the names of the structures whose sheets the person holds, by id.
func (s *site) heldSheets(c *fiber.Ctx) (map[string]string, error) {
	writers, err := s.writers(c)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, w := range writers {
		list, err := s.Directory.Sheets(c.UserContext(), directory.Who{Person: signedIn(c).Person.ID, Organisation: w.ID})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		for _, own := range list {
			if own.Value.Holds(w.ID) {
				out[own.ID] = cmp.Or(own.Shown.Name, own.Value.Name)
			}
		}
	}
	return out, nil
}

func sheetIDs(held map[string]string) []string {
	var ids []string
	for id := range held {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func ownRequestURL(ref string) string { return ownRequestsPath + "/" + url.PathEscape(ref) }

func (s *site) ownRequestDesk(heading string, above ...part.Link) desk.Page {
	p := s.accountDesk(heading, "Ce que des acheteurs publics demandent à votre structure.", ownRequestsPath)
	p.Area, p.Section, p.Above = desk.Supplying, ownRequestsPath, above
	return p
}

// ownRequests lists them.
func (s *site) ownRequests(c *fiber.Ctx) error {
	held, err := s.heldSheets(c)
	if err != nil {
		return err
	}
	list, err := s.Operation.Requests(c.UserContext(), sheetIDs(held))
	if err != nil {
		return err
	}
	p := views.OwnList{Page: s.ownRequestDesk(ownRequestsName), Sheets: len(held) > 0}
	if len(list) > operation.MaxRequests {
		list, p.More = list[:operation.MaxRequests], format.Text("Les plus récents seulement.")
	}
	for i := range list {
		r := &list[i]
		line := views.OwnLine{Title: format.Text(r.Operation.Title), URL: ownRequestURL(r.Ref), Buyer: format.Text(r.Organisation), State: ownState(r, s.Now()), When: ownWhen(r, s.Now())}
		if len(held) > 1 {
			line.For = format.Text(held[r.Supplier.Structure])
		}
		p.Requests = append(p.Requests, line)
	}
	return render(c, views.OwnListView(p))
}

// ownState is how far a request is for its supplier. It says nothing of the others.
func ownState(r *operation.Request, now time.Time) part.Answer {
	v, o := &r.Supplier, &r.Operation
	switch {
	case !v.RefusedAt.IsZero():
		return part.Answer{Text: "Candidature non retenue", Tone: part.Warn}
	case o.Silent() && v.AnsweredAt.IsZero():
		return part.Answer{Text: "Terminé : la consultation est lancée", Tone: part.Muted}
	case !v.Contacted():
		return part.Answer{Text: "Candidature transmise", Tone: part.Muted}
	case !v.AnsweredAt.IsZero():
		return part.Answer{Text: "Réponse envoyée", Tone: part.Good}
	case !v.DeclinedAt.IsZero():
		return part.Answer{Text: "Vous avez dit ne pas répondre", Tone: part.Muted}
	case o.Takes() && now.After(o.Deadline):
		return part.Answer{Text: "Date limite passée", Tone: part.Warn}
	case o.Takes():
		return part.Answer{Text: "À répondre", Tone: part.Warn}
	}
	return part.Answer{Text: "Terminé", Tone: part.Muted}
}

func ownWhen(r *operation.Request, now time.Time) string {
	o := &r.Operation
	switch {
	case o.Silent():
		return format.Text("Consultation lancée le " + format.Day(o.SilencedAt) + ".")
	case !r.Supplier.Contacted():
		return format.Text("Envoyée le " + format.Day(r.Supplier.AddedAt) + ".")
	case !o.Takes():
		return ""
	case now.After(o.Deadline):
		return format.Text("Vous pouvez encore répondre : la réponse sera marquée en retard.")
	}
	return format.Text("Jusqu’au " + sourcing.Moment(o.Deadline) + ".")
}

// ownRequestOf is the request of the address. store.ErrNotFound for one of others.
func (s *site) ownRequestOf(c *fiber.Ctx) (*operation.Detail, map[string]string, error) {
	held, err := s.heldSheets(c)
	if err != nil {
		return nil, nil, err
	}
	d, err := s.Operation.Request(c.UserContext(), sheetIDs(held), c.Params("id"))
	return d, held, err
}

// ownRequest is one request, with all that its supplier may know of it.
func (s *site) ownRequest(c *fiber.Ctx) error {
	d, held, err := s.ownRequestOf(c)
	if err != nil {
		return err
	}
	o, v := &d.Operation, &d.Supplier
	p := views.OwnPage{
		Page:  s.ownRequestDesk(format.Text(o.Title), part.Link{Label: ownRequestsName, URL: ownRequestsPath}),
		State: ownState(&d.Request, s.Now()), When: ownWhen(&d.Request, s.Now()),
		Facts: []desk.Fact{{Term: "Acheteur", Text: format.Text(d.Organisation)}, {Term: "Votre structure", Text: format.Text(held[v.Structure])}},
	}
	if v.Spontaneous {
		p.Word = format.Text(v.Word)
		p.Facts = append(p.Facts, desk.Fact{Term: "Candidature envoyée le", Text: format.Moment(v.AddedAt)})
	}
	if !v.RefusedAt.IsZero() {
		p.Refused = format.Text("L’acheteur ne vous a pas retenu parmi les structures interrogées, le " + format.Day(v.RefusedAt) + ". Son motif : " + v.Reason)
	}
	if o.Silent() {
		p.Last = append(p.Last, views.OwnTold{Label: "Le dernier message", Text: format.Text(o.Last), At: format.Moment(o.SilencedAt)})
		for _, x := range o.Corrections {
			p.Last = append(p.Last, views.OwnTold{Label: "Correction du dernier message", Text: format.Text(x.Text), At: format.Moment(x.At)})
		}
	}
	if v.Contacted() {
		s.ownAsked(d, &p)
	}
	return render(c, views.OwnView(p))
}

// ownAsked fills what is known of a request that has come.
func (s *site) ownAsked(d *operation.Detail, p *views.OwnPage) {
	o, v := &d.Operation, &d.Supplier
	p.Message = format.Text(o.Message)
	p.Answer = part.Link{Label: "Lire ma page personnelle", URL: answerLinkPath + "/" + s.Operation.LinkToken(o.ID, v)}
	if o.Takes() {
		p.Answer.Label = "Répondre sur ma page personnelle"
		if !v.AnsweredAt.IsZero() {
			p.Answer.Label = "Compléter ma réponse"
		}
	}
	p.Facts = append(p.Facts, desk.Fact{Term: "Reçue le", Text: format.Moment(v.ContactedAt)}, desk.Fact{Term: "Envoyée à", Text: v.Email}, desk.Fact{Term: "Date limite, la même pour tous", Text: format.Text(sourcing.Moment(o.Deadline))})
	if !v.RemindedAt.IsZero() {
		p.Facts = append(p.Facts, desk.Fact{Term: "Relance reçue le", Text: format.Moment(v.RemindedAt)})
	}
	if !v.DeclinedAt.IsZero() {
		p.Declined = format.Text("Vous avez dit ne pas répondre, le " + format.Moment(v.DeclinedAt) + cmp.Or(prefixed(" : ", d.Answer.Decline), "."))
	}
	for _, t := range d.Told() {
		p.Told = append(p.Told, views.OwnTold{Label: t.Info.Origin.Label(), Text: format.Text(t.Info.Text), At: format.Moment(t.At)})
	}
	for i := len(d.Answer.Submissions) - 1; i >= 0; i-- {
		p.Sent = append(p.Sent, ownSent(d, i))
	}
	for i := range d.Exchanges {
		p.Exchanges = append(p.Exchanges, ownExchange(&d.Exchanges[i]))
	}
	for i := range o.Asked {
		if q := &o.Asked[i]; q.Supplier == v.ID {
			line := views.OwnQuestion{Text: format.Text(q.Text), At: format.Moment(q.At)}
			if it := o.Info(q.Item); it != nil {
				line.Answer = format.Text(it.Text)
			}
			p.Questions = append(p.Questions, line)
		}
	}
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// ownSent is the ith answer that was sent.
func ownSent(d *operation.Detail, i int) views.OwnSent {
	sub := &d.Answer.Submissions[i]
	out := views.OwnSent{Heading: format.Text("Envoyée le " + format.Moment(sub.At))}
	if sub.Late() {
		out.Facts = append(out.Facts, format.Text("En retard : la date limite était le "+sourcing.Moment(sub.Deadline)+"."))
	} else {
		out.Facts = append(out.Facts, format.Text("Dans les temps : la date limite était le "+sourcing.Moment(sub.Deadline)+"."))
	}
	if sub.Name != "" {
		out.Facts = append(out.Facts, format.Text("Par "+sub.Name+"."))
	}
	if sub.Entered() {
		out.Heading = format.Text("Saisie par l’acheteur le " + format.Moment(sub.At))
		out.Facts = append(out.Facts, format.Text("Reçue autrement que par le portail ("+strings.ToLower(sub.Route.Label())+"), "+ownJudged(sub)+"."))
	}
	q, ok := d.Operation.Version(sub.Version)
	if !ok || len(sub.Values) == 0 {
		return out
	}
	for k := range q.Questions {
		x := &q.Questions[k]
		if v := survey.Find(sub.Values, x.ID); !v.Empty() {
			out.Values = append(out.Values, ownValue(d, x, &v))
		}
	}
	return out
}

// ownJudged says what the structure has said of an answer that was entered for it.
func ownJudged(sub *sourcing.Submission) string {
	switch {
	case !sub.ConfirmedAt.IsZero():
		return "que vous avez confirmée le " + format.Moment(sub.ConfirmedAt)
	case !sub.ContestedAt.IsZero():
		return "que vous avez contestée le " + format.Moment(sub.ContestedAt)
	}
	return "à confirmer sur votre page personnelle"
}

// ownValue is what was answered to a question.
func ownValue(d *operation.Detail, x *survey.Question, v *survey.Value) views.OwnValue {
	line := views.OwnValue{Question: format.Text(x.Text)}
	if why, secret := survey.Masked(x, v); secret {
		line.Secret = format.Text(why)
	}
	for _, f := range v.Files {
		line.Files = append(line.Files, part.Link{Label: f.Name, URL: ownRequestURL(d.Ref) + "/fichiers/" + f.Hash})
	}
	if len(v.Files) == 0 {
		line.Text = format.Text(x.Said(v))
	}
	return line
}

func ownExchange(x *sourcing.Exchange) views.OwnExchange {
	out := views.OwnExchange{
		Heading: format.Text(x.Kind.Label() + ", le " + format.Moment(x.At)), Minutes: format.Text(x.Minutes), Word: format.Text(x.Word), Answer: format.Text(x.Answer),
		State: part.Answer{Text: "Compte rendu à relire sur votre page personnelle", Tone: part.Warn},
	}
	switch x.State() {
	case sourcing.MinutesAgreed:
		out.State = part.Answer{Text: "Compte rendu que vous avez accepté le " + format.Day(x.AgreedAt), Tone: part.Good}
	case sourcing.MinutesDenied:
		out.State = part.Answer{Text: "Compte rendu que vous avez contesté le " + format.Day(x.DeniedAt), Tone: part.Warn}
	case sourcing.NoMinutes, sourcing.MinutesKept, sourcing.MinutesSent:
	}
	var facts []string
	for _, f := range []string{x.Place, strings.Join(slices.Concat(x.Ours, x.Theirs), ", ")} {
		if f != "" {
			facts = append(facts, f)
		}
	}
	if x.Duration > 0 {
		facts = append(facts, format.Count(x.Duration, "minute", "minutes"))
	}
	out.Facts = format.Text(strings.Join(facts, " · "))
	return out
}

// ownRequestFile is a file that the structure gave with an answer.
func (s *site) ownRequestFile(c *fiber.Ctx) error {
	d, _, err := s.ownRequestOf(c)
	if err != nil {
		return err
	}
	upload, ok := ownUpload(&d.Answer, c.Params("hash"))
	if !ok {
		return store.ErrNotFound
	}
	r, err := s.Operation.Blobs.Open(context.WithoutCancel(c.UserContext()), upload.Hash)
	if err != nil {
		return err
	}
	attach(c, upload.Media, "fichier"+picture.Extension(upload.Media), url.PathEscape(upload.Name))
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Response().SetBodyStream(&pacedFile{r, c.Context().Conn(), time.Now().Add(sendTime)}, int(r.Blob.Size))
	return nil
}

// ownUpload finds a file of what was sent: a draft is seen on the personal page alone.
func ownUpload(a *sourcing.Answer, hash string) (survey.Upload, bool) {
	for i := range a.Submissions {
		for _, v := range a.Submissions[i].Values {
			for _, f := range v.Files {
				if f.Hash == hash {
					return f, true
				}
			}
		}
	}
	return survey.Upload{}, false
}
