package gathering

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// purposeBox is what the answers that wait to be counted are sealed for.
const purposeBox = "survey-box"

// boxSize is that of the box before it is sealed: as many answers as wait at most, each as
// long as it gets. It never says by its size what is in it.
const boxSize = (event.MaxPool+1)*survey.MaxOpinionBytes + 1024

// maxScans is how many scans at the door are read of an event.
const maxScans = 30_000

// Attendance is who was let in, from the scans at the door.
func (s *Service) Attendance(ctx context.Context, id string) ([]event.Entry, error) {
	docs, err := s.Checkins.FindLookup(ctx, store.GuestsOf(id), maxScans)
	if err != nil {
		return nil, err
	}
	scans := make([]event.Checkin, len(docs))
	for i := range docs {
		scans[i] = docs[i].Value
	}
	return event.Entries(scans), nil
}

// Feedback is the survey of an event that the member prepares; one that nobody has written
// yet is empty. The organiser's own people alone see it.
func (s *Service) Feedback(ctx context.Context, seen *Seen) (*event.Feedback, error) {
	if seen.Side != "" {
		return nil, fmt.Errorf("survey of event %s: %w", seen.Event.ID, store.ErrNotFound)
	}
	d, err := s.Feedbacks.Get(ctx, seen.Event.ID)
	if errors.Is(err, store.ErrNotFound) {
		return s.newFeedback(&seen.Event), nil
	}
	return &d.Value, err
}

func (s *Service) newFeedback(e *event.Event) *event.Feedback {
	return &event.Feedback{ID: e.ID, Organisation: e.Organisation, Demo: e.Demo}
}

// writesFeedback refuses who does not prepare the event.
func (s *Service) writesFeedback(ctx context.Context, m buyer.Member, id string) (*Seen, error) {
	seen, err := s.Event(ctx, m, id)
	switch {
	case err != nil:
		return nil, err
	case seen.Side != "" || !event.Hosts(m):
		return nil, account.ErrNotAllowed
	}
	return seen, nil
}

// WriteSurvey sets the questions, over the revision that the page showed.
func (s *Service) WriteSurvey(ctx context.Context, m buyer.Member, id string, q survey.Questionnaire, rev int64) error {
	seen, err := s.writesFeedback(ctx, m, id)
	if err != nil {
		return err
	}
	_, err = store.UpdateOrInsert(ctx, s.Feedbacks, id, func(f *event.Feedback) (store.Change, error) {
		if f.ID == "" {
			*f = *s.newFeedback(&seen.Event)
		}
		return store.Change{Actor: m.Person, At: s.Now().UTC()}, f.Write(q, rev)
	})
	return err
}

// SendSurvey sends the survey to whoever came and has not had it yet, and tells to how
// many. The survey knows whom it asks before anybody is owed the mail: stopped in between,
// it is sent again the same.
func (s *Service) SendSurvey(ctx context.Context, m buyer.Member, id, text string, days int) (count int, err error) {
	seen, err := s.writesFeedback(ctx, m, id)
	if err != nil {
		return 0, err
	}
	if days < 1 || days > event.MaxSurvey {
		return 0, account.Fault("L’enquête reste ouverte de 1 à 90 jours.")
	}
	until := s.Now().AddDate(0, 0, days).UTC()
	came, err := s.Attendance(ctx, id)
	if err != nil {
		return 0, err
	}
	guests, err := unasked(&seen.Event, came)
	if err != nil {
		return 0, err
	}
	trial := seen.Event // what the event would refuse is refused before the survey opens
	trial.Seats = slices.Clone(trial.Seats)
	if _, err := trial.AskOpinions(m, guests, text, until, s.Now()); err != nil {
		return 0, err
	}
	if until, err = s.openSurvey(ctx, m, id, guests, until); err != nil {
		return 0, err
	}
	if err := s.passed("survey"); err != nil {
		return 0, err
	}
	err = s.On(ctx, m, id, "event.survey", func(e *event.Event) (err error) {
		count, err = e.AskOpinions(m, guests, strings.TrimSpace(text), until, s.Now())
		return err
	})
	return count, err
}

// unasked are the guests who came and have not had the survey: an error when there are none.
func unasked(e *event.Event, came []event.Entry) ([]string, error) {
	if len(came) == 0 {
		return nil, event.ErrNobodyCame
	}
	var guests []string
	for i := range came {
		if seat := e.Seat(came[i].Guest); seat != nil && !seat.Surveyed {
			guests = append(guests, seat.Guest)
		}
	}
	if len(guests) == 0 {
		return nil, account.Fault("Tous ceux qui sont venus ont déjà reçu l’enquête.")
	}
	return guests, nil
}

// openSurvey lets guests answer, and tells until when all may.
func (s *Service) openSurvey(ctx context.Context, m buyer.Member, id string, guests []string, until time.Time) (time.Time, error) {
	known, err := s.GuestsByID(ctx, guests)
	if err != nil {
		return until, err
	}
	var asked []string
	for _, g := range known {
		asked = append(asked, event.Participation(s.surveyToken(g)))
	}
	d, err := store.Update(ctx, s.Feedbacks, id, func(f *event.Feedback) (store.Change, error) {
		return store.Change{Actor: m.Person, At: s.Now().UTC()}, f.Open(asked, until, s.Now())
	})
	if errors.Is(err, store.ErrNotFound) {
		return until, event.ErrNoQuestions
	}
	return d.Value.ShutAt, err
}

// surveyToken is the token of a guest's link to the survey, as the letter makes it.
func (s *Service) surveyToken(g *event.Guest) string {
	return s.People.Secret.Token(message.PurposeSurvey, message.GuestObject(g.Event, g.ID, g.LinkNumber), 0)
}

// SurveyLink is the end of the address by which a guest answers: the event, and a token
// that says nothing of who follows it.
func (s *Service) SurveyLink(g *event.Guest) string { return g.Event + "." + s.surveyToken(g) }

// Surveyed is what a link to a survey leads to. Nothing in it says whose link it is.
type Surveyed struct {
	Feedback     event.Feedback
	Event        event.Event
	Organisation string // name
	Answered     bool
	token        string
}

// BySurvey finds what a link to a survey leads to. store.ErrNotFound for one that leads
// nowhere.
func (s *Service) BySurvey(ctx context.Context, link string) (*Surveyed, error) {
	none := fmt.Errorf("link to a survey: %w", store.ErrNotFound)
	id, token, ok := strings.Cut(link, ".")
	if !ok || !account.IsToken(token) {
		return nil, none
	}
	d, err := s.Feedbacks.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	asked, answered := d.Value.Knows(token)
	if !asked {
		return nil, none
	}
	e, err := s.Events.Events.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	org, err := s.People.Organisations.Get(ctx, e.Value.Organisation)
	if err != nil {
		return nil, err
	}
	return &Surveyed{d.Value, e.Value, org.Value.Name, answered, token}, nil
}

// Opine counts the answer of a link, once. The write names nobody: no actor, no audit line.
func (s *Service) Opine(ctx context.Context, x *Surveyed, values []survey.Value) error {
	_, err := store.Update(ctx, s.Feedbacks, x.Feedback.ID, func(f *event.Feedback) (store.Change, error) {
		pool, err := s.openBox(f)
		if err != nil {
			return store.Change{}, err
		}
		if pool, err = f.Take(x.token, pool, values, s.Now()); err != nil {
			return store.Change{}, err
		}
		return store.Change{}, s.shutBox(f, pool)
	})
	return err
}

// EndSurvey ends it before its time: what waits is counted.
func (s *Service) EndSurvey(ctx context.Context, m buyer.Member, id string) error {
	if _, err := s.writesFeedback(ctx, m, id); err != nil {
		return err
	}
	err := s.endSurvey(ctx, id, m.Person)
	if errors.Is(err, store.ErrNotFound) {
		return event.ErrNoQuestions
	}
	return err
}

func (s *Service) endSurvey(ctx context.Context, id, by string) error {
	_, err := store.Update(ctx, s.Feedbacks, id, func(f *event.Feedback) (store.Change, error) {
		pool, err := s.openBox(f)
		if err != nil {
			return store.Change{}, err
		}
		return store.Change{Actor: by, At: s.Now().UTC()}, f.End(pool, s.Now())
	})
	if errors.Is(err, sourcing.ErrUnchanged) {
		return nil
	}
	return err
}

// surveysEvery is how often it is looked which surveys have ended: their documents are
// large.
const surveysEvery = time.Minute

// CarrySurveys counts what waits in surveys whose time has passed.
func (s *Service) CarrySurveys(ctx context.Context) error {
	const most = 200
	s.mu.Lock()
	soon := s.Now().Sub(s.counted) < surveysEvery
	if !soon {
		s.counted = s.Now()
	}
	s.mu.Unlock()
	if soon {
		return nil
	}
	docs, err := s.Feedbacks.FindLookup(ctx, store.OpenSurveys, most)
	if err != nil {
		return err
	}
	var errs []error
	for i := range docs {
		if f := &docs[i].Value; f.State(s.Now()) == event.SurveyOver {
			errs = append(errs, s.endSurvey(ctx, f.ID, ""))
		}
	}
	return errors.Join(errs...)
}

// openBox reads what waits to be counted.
func (s *Service) openBox(f *event.Feedback) (event.Pool, error) {
	if len(f.Sealed) == 0 {
		return nil, nil
	}
	plain, err := s.People.Secret.Open(purposeBox, f.Sealed, []byte(f.ID))
	if err != nil {
		return nil, fmt.Errorf("survey of %s: %w", f.ID, err)
	}
	var pool event.Pool
	err = json.NewDecoder(strings.NewReader(string(plain))).Decode(&pool) // spaces follow
	return pool, err
}

// shutBox seals it, as large as always.
func (s *Service) shutBox(f *event.Feedback, pool event.Pool) error {
	plain, err := json.Marshal(pool)
	if err != nil {
		return err
	}
	if len(plain) > boxSize {
		return fmt.Errorf("survey of %s: %d bytes wait", f.ID, len(plain))
	}
	plain = append(plain, slices.Repeat([]byte{' '}, boxSize-len(plain))...)
	f.Sealed, err = s.People.Secret.Seal(purposeBox, plain, []byte(f.ID))
	return err
}
