package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

// ownScreen is one screen of fields: what it shows of a sheet, how it is read, and how
// each field is told beside the one of somebody else.
type ownScreen struct {
	part    registration.Part
	path    string // below that of the sheet
	heading string
	lead    string
	fields  []ownField
	values  func(*ownSheet) url.Values                                    // as the form shows what is kept
	read    func(*ownSheet, url.Values, *registration.Sheet) []form.Fault // into the sheet, when nothing is at fault
	view    func(*ownSheet, ownsheet.Form, url.Values) templ.Component
	// rev and save are those of the draft when nil.
	rev  func(*ownSheet) int64
	save func(context.Context, *ownSheet, int64, url.Values) ([]form.Fault, error)
	held bool   // there for who holds the sheet alone, not for who asks for it
	done string // what is said after, "" = that the draft has it
	back string // path of the page that follows, below that of the sheet
}

// ownField is a field of a screen, with those that mean nothing without it. words
// tells what they hold; nil = as it is typed.
type ownField struct {
	name, label string
	also        []string
	words       func(*ownSheet, url.Values) string
}

func (f ownField) names() []string { return append([]string{f.name}, f.also...) }

func (f ownField) said(o *ownSheet, values url.Values) string {
	if f.words != nil {
		return f.words(o, values)
	}
	return format.Text(strings.Join(values[f.name], ", "))
}

// same reports whether two forms say the same here.
func (f ownField) same(o *ownSheet, a, b url.Values) bool {
	alike := func(name string) bool { return strings.Join(a[name], "\x00") == strings.Join(b[name], "\x00") }
	return !slices.ContainsFunc(f.names(), func(name string) bool { return !alike(name) }) || f.words != nil && f.words(o, a) == f.words(o, b)
}

// carried are the values of a field, to be sent again under a prefix.
func (f ownField) carried(values url.Values) (out []part.Option) {
	for _, name := range f.names() {
		for _, v := range values[name] {
			out = append(out, part.Option{Value: minePrefix + name, Label: v})
		}
	}
	return out
}

// errFaults ends a save that has faults at its fields.
var errFaults = errors.New("faults at fields")

func (sc *ownScreen) shownRev(o *ownSheet) int64 {
	if sc.rev != nil {
		return sc.rev(o)
	}
	return o.rev
}

// of finds the sheet of the address. store.ErrNotFound for who may not see the screen.
func (sc *ownScreen) of(s *site, c *fiber.Ctx) (*ownSheet, error) {
	o, err := s.ownSheetOf(c)
	if err == nil && sc.held && !o.Value.Holds(o.who.Organisation) {
		return nil, store.ErrNotFound
	}
	return o, err
}

// showScreen answers a screen as it is kept.
func (s *site) showScreen(sc *ownScreen) fiber.Handler {
	return func(c *fiber.Ctx) error {
		o, err := sc.of(s, c)
		if err != nil {
			return err
		}
		return sc.show(o)
	}
}

func (sc *ownScreen) show(o *ownSheet) error {
	return sc.render(o, o.state(), sc.values(o), sc.shownRev(o))
}

func (sc *ownScreen) render(o *ownSheet, state form.State, values url.Values, rev int64) error {
	f := ownsheet.Form{
		Page: o.desk(sc.heading, sc.path, nil, sc.above(o)...), State: state, URL: o.url() + sc.path, Rev: strconv.FormatInt(rev, 10), Lead: format.Text(sc.lead),
	}
	titleFaults(&f.Title, state)
	return render(o.c, sc.view(o, f, values))
}

// listNames are the lists that have screens below them.
var listNames = map[string]string{activitiesPath: "Activités", offersPath: "Offres", labelsPath: "Labels"}

// above are the pages between the sheet and a screen below another.
func (sc *ownScreen) above(o *ownSheet) []part.Link { return o.listAbove(sc.path) }

func (o *ownSheet) listAbove(path string) []part.Link {
	for list, name := range listNames {
		if strings.HasPrefix(path, list+"/") {
			return []part.Link{{Label: name, URL: o.url() + list}}
		}
	}
	return nil
}

// saveScreen keeps what a screen sent.
func (s *site) saveScreen(sc *ownScreen) fiber.Handler {
	return func(c *fiber.Ctx) error {
		o, err := sc.of(s, c)
		if err != nil {
			return err
		}
		return sc.keep(o, sentForm(c))
	}
}

func (sc *ownScreen) keep(o *ownSheet, sent url.Values) error {
	if sent.Get(chosenField) != "" {
		sent = sc.chosen(o, sent)
	}
	faults, err := sc.write(o, sentRev(sent), sent)
	switch {
	case len(faults) > 0:
		state := o.state()
		state.Faults = faults
		o.c.Status(fiber.StatusUnprocessableEntity)
		return sc.render(o, state, typedForm(sent), sentRev(sent))
	case errors.Is(err, registration.ErrStale):
		return sc.conflict(o, sent)
	case err != nil:
		text, status, ok := ownRefusal(err)
		if !ok {
			return err
		}
		state := o.state()
		state.Refusal = text
		o.c.Status(status)
		return sc.render(o, state, typedForm(sent), sentRev(sent))
	}
	what := sc.done
	if what == "" {
		what = "enregistre"
	}
	return done(o.c, o.url()+sc.back, what)
}

// write reads a form into the draft. Where the draft begins is not known before it is
// read under its own lock, so that faults are found there.
func (sc *ownScreen) write(o *ownSheet, rev int64, sent url.Values) (faults []form.Fault, err error) {
	if sc.save != nil {
		return sc.save(o.c.UserContext(), o, rev, sent)
	}
	_, err = o.Directory.Save(o.c.UserContext(), o.who, o.ID, sc.part, rev, func(sheet *registration.Sheet) error {
		faults = sc.read(o, sent, sheet)
		if len(faults) > 0 {
			return errFaults
		}
		return nil
	})
	return faults, err
}

// typedForm is what comes back of a form that is refused: no line without end, texts
// of several lines whole.
func typedForm(sent url.Values) url.Values {
	out := url.Values{}
	for name, list := range sent {
		for _, v := range list[:min(len(list), 200)] {
			out.Add(name, typedText(v))
		}
	}
	return out
}

// ---- two people, one screen

// Names of what the page of a conflict sends.
const (
	chosenField = "choisi"
	minePrefix  = "mien."
	choice      = "choix."
	chooseMine  = "mien"
)

// conflict shows both versions of the screen, field by field.
func (sc *ownScreen) conflict(o *ownSheet, sent url.Values) error {
	now, err := o.ownSheetOf(o.c)
	if err != nil {
		return err
	}
	theirs := sc.values(now)
	p := ownsheet.ConflictPage{
		Page: now.desk(sc.heading+format.NNBSP+": deux versions", sc.path, nil, sc.above(now)...), State: now.state(), URL: now.url() + sc.path, Rev: strconv.FormatInt(sc.shownRev(now), 10),
	}
	typed := typedForm(sent)
	for _, f := range sc.fields {
		if f.same(now, typed, theirs) {
			p.Kept = append(p.Kept, f.carried(typed)...)
			continue
		}
		p.Fields = append(p.Fields, ownsheet.Clash{Field: f.name, Label: f.label, Mine: f.said(now, typed), Theirs: f.said(now, theirs), Values: f.carried(typed)})
	}
	if len(p.Fields) == 0 { // both wrote the same
		return done(o.c, now.url()+sc.back, "enregistre")
	}
	o.c.Status(fiber.StatusConflict)
	p.Title = "Deux versions" + format.NNBSP + ": " + p.Title
	return render(o.c, ownsheet.ConflictView(p))
}

// chosen is the form that somebody chose of two versions: the own value of a field
// where it was preferred, else what is kept now.
func (sc *ownScreen) chosen(o *ownSheet, sent url.Values) url.Values {
	out, kept := url.Values{revField: sent[revField]}, sc.values(o)
	for _, f := range sc.fields {
		from, prefix := kept, ""
		if choose := sent.Get(choice + f.name); choose == chooseMine || choose == "" {
			from, prefix = sent, minePrefix
		}
		for _, name := range f.names() {
			out[name] = from[prefix+name]
		}
	}
	return out
}

// formLines reads the fields of a form, with their faults.
type formLines struct {
	sent   url.Values
	faults []form.Fault
}

func (l *formLines) fault(field, text string) {
	l.faults = append(l.faults, form.Fault{Field: field, Text: text})
}

func (l *formLines) failed(field string, err error) {
	var fault account.Fault
	if errors.As(err, &fault) {
		l.fault(field, fault.Error())
	}
}

func (l *formLines) line(field string, most int) string {
	text, err := registration.CleanLine(l.sent.Get(field), most)
	l.failed(field, err)
	return text
}

func (l *formLines) text(field string, most int) string {
	text, err := registration.CleanText(l.sent.Get(field), most)
	l.failed(field, err)
	return text
}
