package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

// activitiesPath is below that of a sheet, activityField names one of the list.
const (
	activitiesPath = "/activites"
	activityField  = "activite"
	newActivity    = "nouvelle"
)

// maxCopied bounds what other establishments offer to be copied.
const maxCopied = 100

var activitiesDone = map[string]string{
	"enregistre": "Activité enregistrée dans votre brouillon.", "retiree": "Activité retirée de votre brouillon.", "copiee": "Activité copiée dans votre brouillon : relisez-la.",
}

// ownActivities answers the list of the activities.
func (s *site) ownActivities(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderActivities(o.state())
}

func (o *ownSheet) renderActivities(state form.State) error {
	p := ownsheet.ActivitiesPage{Page: o.desk("Activités", activitiesPath, activitiesDone), State: state, URL: o.url() + activitiesPath, Rev: o.revText()}
	if len(o.sheet.Activities) >= registration.MaxActivities {
		p.Full = format.Text("Une fiche a 20 activités au plus : regroupez celles qui se ressemblent.")
	}
	for i := range o.sheet.Activities {
		p.Activities = append(p.Activities, o.activityLine(i))
	}
	var err error
	if p.Copy, err = o.copiable(); err != nil {
		return err
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.ActivitiesView(p))
}

func (o *ownSheet) activityLine(i int) ownsheet.Activity {
	a := &o.sheet.Activities[i]
	line := ownsheet.Activity{Title: o.activityTitle(a), URL: o.activityURL(i), Index: strconv.Itoa(i + 1), Availability: availability(a.Availability, o.day)}
	facts := []desk.Fact{{Term: "Comment", Text: format.Upper(modeWords(a.Modes))}, {Term: "Où", Text: o.zoneWords(a.Zone)}}
	if a.Zone.RadiusKM > 0 && !o.sheet.Address.Point.Usable() {
		facts[1].Text += format.Text(" : votre position n’est pas connue, ce rayon ne touche aucune commune")
	}
	facts = append(facts, desk.Fact{Term: "Atouts", Text: o.characteristicWords(a.Characteristics)})
	for _, f := range facts {
		if f.Text != "" {
			line.Facts = append(line.Facts, f)
		}
	}
	if len(a.Modes) == 0 {
		line.Facts = append([]desk.Fact{{Term: "Comment", Text: "Non dit"}}, line.Facts...)
	}
	switch last := registration.Lapses(a.Availability); {
	case last != "" && last >= o.day:
		line.Note = "Déclaration valable jusqu’au " + format.Date(last)
	case a.Availability.State != "":
		line.Note = declaredOn(a.Availability, o.day)
	}
	if a.Derived {
		line.Note = strings.TrimSpace(line.Note + " Déduite du code APE : modifiez-la pour la déclarer.")
	}
	line.Note = format.Text(line.Note)
	return line
}

// copiable lists the activities of the other sheets of the organisation.
func (o *ownSheet) copiable() (*ownsheet.Copy, error) {
	list, err := o.Directory.Sheets(o.c.UserContext(), o.who)
	if err != nil {
		return nil, err
	}
	out := &ownsheet.Copy{}
	for _, own := range list {
		if own.ID == o.ID {
			continue
		}
		other := o.ownSheetAs(o.c, o.who, own)
		for i := range other.sheet.Activities {
			if len(out.From) < maxCopied {
				out.From = append(out.From, part.Option{Value: own.ID + "/" + strconv.Itoa(i+1), Label: other.name() + format.NNBSP + ": " + o.activityTitle(&other.sheet.Activities[i])})
			}
		}
	}
	if len(out.From) == 0 {
		return nil, nil //nolint:nilnil // nothing to copy: no box
	}
	return out, nil
}

// refusedList shows the list as it is now, with why nothing changed.
func (o *ownSheet) refusedList(err error) error {
	text, status, ok := ownRefusal(err)
	if !ok {
		return err
	}
	now, err := o.ownSheetOf(o.c)
	if err != nil {
		return err
	}
	state := now.state()
	state.Refusal = text
	o.c.Status(status)
	return now.renderActivities(state)
}

// errNoActivity is said of one that is not there any more.
const errNoActivity = account.Fault("Cette activité n’est plus là.")

// copyActivity adds a copy of an activity, of this sheet or of another of the same
// organisation, to be corrected.
func (s *site) copyActivity(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	a, err := o.activityToCopy(sent.Get(activityField))
	if err != nil {
		return o.refusedList(err)
	}
	at := 0
	_, err = s.Directory.Save(c.UserContext(), o.who, o.ID, registration.PartActivities, always, func(sheet *registration.Sheet) error {
		sheet.Activities = append(sheet.Activities, a)
		at = len(sheet.Activities)
		return nil
	})
	if err != nil {
		return o.refusedList(err)
	}
	return done(c, o.url()+activitiesPath+"/"+strconv.Itoa(at), "copiee")
}

// always is the revision of what is added to a list: nobody's work is in its way.
const always = math.MaxInt64

// activityToCopy reads « 2 », or « SHEET/2 » for that of another establishment, whose
// availability says nothing here.
func (o *ownSheet) activityToCopy(value string) (a structure.Activity, err error) {
	from := o
	id, index, other := strings.Cut(value, "/")
	if other {
		own, err := o.Directory.Own(o.c.UserContext(), o.who, id)
		if errors.Is(err, store.ErrNotFound) {
			return a, errNoActivity
		}
		if err != nil {
			return a, err
		}
		from = o.ownSheetAs(o.c, o.who, own)
	} else {
		index = id
	}
	n, err := strconv.Atoi(index)
	if err != nil || n < 1 || n > len(from.sheet.Activities) {
		return a, errNoActivity
	}
	a = from.sheet.Activities[n-1]
	if other {
		a.Availability = structure.Availability{}
	}
	return a, nil
}

// removeActivity takes an activity out of the draft.
func (s *site) removeActivity(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Params("activity"))
	if err != nil || n < 1 || n > registration.MaxActivities {
		return fiber.ErrNotFound
	}
	_, err = s.Directory.Save(c.UserContext(), o.who, o.ID, registration.PartActivities, sentRev(sentForm(c)), func(sheet *registration.Sheet) error {
		if n > len(sheet.Activities) {
			return errNoActivity
		}
		sheet.Activities = slices.Delete(sheet.Activities, n-1, n)
		return nil
	})
	if err != nil {
		return o.refusedList(err)
	}
	return done(c, o.url()+activitiesPath, "retiree")
}

// activityStamp tells an activity from what somebody made of it since.
func activityStamp(a *structure.Activity) string { return stamp(a) }

// stamp is short and differs with what a plain value holds.
func stamp(v any) string {
	text, _ := json.Marshal(v)
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// activityIndex reads which activity the address means: -1 is a new one.
func (o *ownSheet) activityIndex() (int, error) {
	text := o.c.Params("activity")
	if text == newActivity {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(o.sheet.Activities) {
		return 0, fiber.ErrNotFound
	}
	return n - 1, nil
}

// activityForm answers the form of one activity.
func (s *site) activityForm(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	index, err := o.activityIndex()
	if err != nil {
		return err
	}
	if index < 0 && len(o.sheet.Activities) >= registration.MaxActivities {
		return c.Redirect(o.url()+activitiesPath, fiber.StatusSeeOther)
	}
	return o.activityScreen(index).show(o)
}

// activitySave keeps one activity in the draft. Where the list has changed meanwhile,
// the activity is found again by what it was; one that somebody has removed is added.
func (s *site) activitySave(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	index, err := o.activitySent(sent)
	if err != nil {
		return err
	}
	sc := o.activityScreen(index)
	if sent.Get(searchButton) != "" {
		return sc.render(o, o.state(), typedForm(sent), sentRev(sent))
	}
	return sc.keep(o, sent)
}

// activitySent finds the activity that a form is of, and the revision that it counts as.
func (o *ownSheet) activitySent(sent url.Values) (index int, err error) {
	index, err = o.activityIndex()
	base := sent.Get(baseField)
	at := slices.IndexFunc(o.sheet.Activities, func(a structure.Activity) bool { return activityStamp(&a) == base })
	switch {
	case base != "" && at >= 0: // nobody touched this one
		sent.Set(revField, o.revText())
		return at, nil
	case base != "" && err != nil: // somebody removed it
		index, err = -1, nil
	}
	if index < 0 {
		sent.Set(revField, strconv.FormatInt(always, 10))
	}
	return index, err
}
