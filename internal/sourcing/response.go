package sourcing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// MaxSubmissions of a supplier to an operation. The values of the first, of the last in
// time and of the newest are kept whole, of the others the time and the hash.
const MaxSubmissions = 20

// Answer is what one supplier answers in an operation: one document.
type Answer struct {
	ID           string    `json:"id"` // AnswerID
	Organisation string    `json:"organisation"`
	Operation    string    `json:"operation"`
	Supplier     string    `json:"supplier"`            // id within the operation
	Structure    string    `json:"structure,omitempty"` // id in the directory
	Demo         bool      `json:"demo,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	Rev          int64     `json:"rev"`

	// A link that is passed on shows nobody's answers: the draft is shown again in the
	// browsers that wrote it, and what was sent in those that sent it, or whose user has
	// proved to read the mail of the address that was written to.
	Hands     []Hand         `json:"hands,omitempty"`
	Code      *PassCode      `json:"code,omitempty"` // the last one that was asked for
	Draft     []survey.Value `json:"draft,omitempty"`
	DraftAt   time.Time      `json:"draft_at,omitzero"`
	DraftLink int            `json:"draft_link,omitempty"` // number of the link by which it was written
	Reuse     bool           `json:"reuse,omitempty"`      // its answers may be offered to it in other sourçages
	DeclineAt time.Time      `json:"decline_at,omitzero"`
	Decline   string         `json:"decline,omitempty"` // why it does not answer

	Submissions []Submission `json:"submissions,omitempty"` // the newest last
	Carried     int          `json:"carried,omitempty"`     // number of the last submission that the operation knows of
}

// AnswerID is the id of the answer of a supplier.
func AnswerID(operation, supplier string) string { return operation + "." + supplier }

// Route is how an answer came.
type Route string

// Routes.
const (
	ByPortal    Route = "portail"
	ByCall      Route = "telephone" // and entered by the buyer, as those below
	ByEmail     Route = "courriel"
	OnPaper     Route = "papier"
	InAnMeeting Route = "entretien"
)

// EnteredRoutes are those of answers that the buyer enters, in the order in which they
// are offered.
var EnteredRoutes = []Route{ByCall, ByEmail, OnPaper, InAnMeeting}

var routeLabels = map[Route]string{ByPortal: "Sur le portail", ByCall: "Par téléphone", ByEmail: "Par courriel", OnPaper: "Sur papier", InAnMeeting: "En entretien"}

// Label is the route as shown to people, in French.
func (r Route) Label() string { return routeLabels[r] }

// Submission is an answer that was sent. It keeps its time and the deadline that it saw.
type Submission struct {
	Number   int            `json:"number"` // from 1
	At       time.Time      `json:"at"`
	Deadline time.Time      `json:"deadline"`
	Version  int            `json:"version"` // of the questionnaire
	Values   []survey.Value `json:"values,omitempty"`
	Hash     string         `json:"hash"`               // of the values
	Name     string         `json:"name,omitempty"`     // who answers for the supplier
	Account  string         `json:"account,omitempty"`  // of the person who sent it, when signed in
	Route    Route          `json:"route"`              // ByPortal unless a buyer entered it
	By       string         `json:"by,omitempty"`       // the buyer who entered it
	Evidence *survey.Upload `json:"evidence,omitempty"` // of what was entered
	Came     structure.Date `json:"came,omitempty"`     // of what was entered: the day on which it came, as the buyer says
	Note     string         `json:"note,omitempty"`     // of what was entered: who said it and how, above all without evidence

	ConfirmedAt time.Time `json:"confirmed_at,omitzero"` // by the supplier, of what was entered for it
	ContestedAt time.Time `json:"contested_at,omitzero"`
	Word        string    `json:"word,omitempty"` // of the supplier that contests
}

// Late reports whether it came after the deadline that it saw.
func (s *Submission) Late() bool { return s.At.After(s.Deadline) }

// Entered reports whether a buyer entered it: « saisie par l’acheteur ».
func (s *Submission) Entered() bool { return s.Route != ByPortal }

// Newest is the submission that counts: the last one; nil when there is none.
func (a *Answer) Newest() *Submission {
	if len(a.Submissions) == 0 {
		return nil
	}
	return &a.Submissions[len(a.Submissions)-1]
}

// LastInTime is the last one that was not late; nil when there is none.
func (a *Answer) LastInTime() *Submission {
	for i := len(a.Submissions) - 1; i >= 0; i-- {
		if s := &a.Submissions[i]; !s.Late() {
			return s
		}
	}
	return nil
}

// Put adds a submission: its time and the deadline that it saw are those of now. A second
// one of the same values is the first one.
func (a *Answer) Put(s Submission, o *Operation, at time.Time) error {
	switch {
	case o.Silent():
		return guarded(GuardSilence, ErrSilenced)
	case !o.Takes():
		return ErrNotOpen
	case o.Approved == nil || s.Version != o.Approved.Version:
		return ErrStale
	case len(a.Submissions) >= MaxSubmissions:
		return errManySubmissions
	}
	for _, fault := range survey.Check(o.Approved, s.Values, !s.Entered()) {
		return fault // pages ask it before, and say them all at their fields
	}
	s.Hash = HashValues(s.Values)
	if a.repeated(&s) {
		return ErrUnchanged
	}
	s.Number, s.At, s.Deadline = len(a.Submissions)+1, at.UTC(), o.Deadline
	if !stands(GuardKept) && len(a.Submissions) > 0 {
		s.At, s.Deadline = a.Submissions[0].At, a.Submissions[0].Deadline
	}
	a.Submissions = append(a.Submissions, s)
	a.Draft, a.DraftAt = nil, time.Time{}
	a.DeclineAt, a.Decline = time.Time{}, ""
	a.Rev, a.UpdatedAt = a.Rev+1, at.UTC()
	a.lighten()
	return nil
}

// repeated reports whether a submission says what the newest one says, by the same route.
func (a *Answer) repeated(s *Submission) bool {
	n := a.Newest()
	return n != nil && n.Hash == s.Hash && n.Version == s.Version && n.Route == s.Route
}

// lighten keeps the values of the first submission, of the last in time and of the newest.
func (a *Answer) lighten() {
	inTime := a.LastInTime()
	for i := 1; i < len(a.Submissions)-1; i++ {
		if s := &a.Submissions[i]; s != inTime {
			s.Values = nil
		}
	}
}

// Receive notes in the operation that a submission has come, and thanks for it: a
// receipt is a mail, and mails follow from writes of the operation.
func (o *Operation) Receive(supplier string, number int, text string, at time.Time) ([]Dispatch, error) {
	s := o.Supplier(supplier)
	if s == nil || s.Answers >= number {
		return nil, ErrUnchanged
	}
	s.Answers, s.DeclinedAt = number, time.Time{}
	if s.AnsweredAt.IsZero() {
		s.AnsweredAt = at.UTC()
	}
	o.note(at, "", "operation.answer", "")
	if o.Silent() { // launched between the two writes: the answer counts, its receipt stays away
		return nil, nil
	}
	return o.send(SendReceipt, text, []*Supplier{s}), nil
}

// Decline notes that a supplier does not answer.
func (o *Operation) Decline(supplier string, at time.Time) error {
	s := o.Supplier(supplier)
	switch {
	case s == nil || !s.Contacted():
		return ErrNotOpen
	case !o.Takes():
		return ErrNotOpen
	case !s.DeclinedAt.IsZero() || !s.AnsweredAt.IsZero():
		return ErrUnchanged
	}
	s.DeclinedAt = at.UTC()
	o.note(at, "", "operation.decline", "")
	return nil
}

// Persons are those whom the answer names, each once: buyers who entered it, accounts that
// sent it.
func (a *Answer) Persons() (out []string) {
	for i := range a.Submissions {
		out = append(out, a.Submissions[i].By, a.Submissions[i].Account)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(id string) bool { return id == "" })
}

// Uploads are the files that an answer names, each once.
func (a *Answer) Uploads() (hashes []string) {
	for _, f := range a.uploads() {
		hashes = append(hashes, f.Hash)
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// Upload finds a file that an answer names.
func (a *Answer) Upload(hash string) (survey.Upload, bool) {
	all := a.uploads()
	i := slices.IndexFunc(all, func(f survey.Upload) bool { return f.Hash == hash })
	if i < 0 {
		return survey.Upload{}, false
	}
	return all[i], true
}

func (a *Answer) uploads() (out []survey.Upload) {
	add := func(values []survey.Value) {
		for i := range values {
			out = append(out, values[i].Files...)
		}
	}
	add(a.Draft)
	for i := range a.Submissions {
		add(a.Submissions[i].Values)
		if e := a.Submissions[i].Evidence; e != nil {
			out = append(out, *e)
		}
	}
	return out
}

// HashValues is how the values of a submission are known: those of two that say the same
// are equal.
func HashValues(values []survey.Value) string {
	text, _ := json.Marshal(values) // strings and numbers: it does not fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// faultOfEntry says what an answer that a buyer enters lacks.
func (s *Submission) faultOfEntry(at time.Time) account.Fault {
	switch {
	case !s.Entered():
		return ""
	case !slices.Contains(EnteredRoutes, s.Route):
		return "Dites comment la réponse est venue."
	case s.Came == "" || s.Came > structure.DateOf(at):
		return "Indiquez le jour où elle est venue, passé."
	case s.Evidence == nil && (s.Route == ByEmail || s.Route == OnPaper):
		return "Joignez le courriel ou le document : il prouve ce que vous saisissez."
	case s.Evidence == nil && strings.TrimSpace(s.Note) == "":
		return "Sans pièce, notez qui a répondu et dans quelles circonstances."
	case utf8.RuneCountInString(s.Note) > MaxWord:
		return "Cette note est trop longue : 1 000 caractères au plus."
	}
	return ""
}

// begin gives an answer that is not there yet what it is of.
func (a *Answer) begin(o *Operation, s *Supplier, at time.Time) {
	if a.ID == "" {
		a.ID, a.Organisation, a.Operation, a.Supplier, a.Demo, a.CreatedAt = AnswerID(o.ID, s.ID), o.Organisation, o.ID, s.ID, o.Demo, at.UTC()
	}
	a.Structure = cmp.Or(a.Structure, s.Structure)
}

// Keep replaces the draft, over the revision rev of the answer. ErrLocked, ErrStale.
func (a *Answer) Keep(values []survey.Value, r Right, o *Operation, s *Supplier, rev int64, at time.Time) error {
	a.begin(o, s, at)
	switch {
	case o.Silent():
		return ErrSilenced
	case !o.Takes() || o.Approved == nil:
		return ErrNotOpen
	case a.Locked(r):
		return ErrLocked
	case HashValues(values) == HashValues(a.Draft) && a.hand(r) != nil:
		return ErrUnchanged
	case a.Rev != rev:
		return ErrStale
	}
	letters, files := 0, 0
	for i := range values {
		v := &values[i]
		letters, files = letters+utf8.RuneCountInString(v.Text)+utf8.RuneCountInString(v.Why), files+len(v.Files)
	}
	switch {
	case letters > survey.MaxLetters || len(values) > survey.MaxQuestions:
		return account.Fault("Vos réponses sont trop longues au total : 40 000 caractères au plus. Joignez plutôt un document.")
	case files > survey.MaxFiles:
		return account.Fault(fmt.Sprintf("%d fichiers au plus.", survey.MaxFiles))
	}
	a.Draft, a.DraftAt, a.DraftLink = values, at.UTC(), r.Link
	a.take(Hand{Browser: r.Browser, Link: r.Link}, at)
	a.Rev, a.UpdatedAt = a.Rev+1, at.UTC()
	return nil
}

// Send is Put by the supplier itself, over the revision rev of the answer. The same once
// more has nothing to do.
func (a *Answer) Send(sub Submission, r Right, o *Operation, s *Supplier, rev int64, at time.Time) error {
	a.begin(o, s, at)
	n := a.Newest()
	switch {
	case a.Locked(r):
		return ErrLocked
	case n != nil && n.Route == ByPortal && n.Version == sub.Version && n.Hash == HashValues(sub.Values) && len(a.Draft) == 0:
		return ErrUnchanged
	case a.Rev != rev:
		return ErrStale
	}
	sub.Route = ByPortal
	if err := a.Put(sub, o, at); err != nil {
		return err
	}
	a.take(Hand{Browser: r.Browser, Link: r.Link, Sent: true, Proven: r.Holder}, at)
	return nil
}

// Enter is Put by a buyer, of what came by another way.
func (a *Answer) Enter(sub Submission, o *Operation, s *Supplier, at time.Time) error {
	if !s.Contacted() {
		return ErrNotOpen
	}
	if fault := sub.faultOfEntry(at); fault != "" {
		return fault
	}
	a.begin(o, s, at)
	draft, since := a.Draft, a.DraftAt
	if err := a.Put(sub, o, at); err != nil {
		return err
	}
	a.Draft, a.DraftAt = draft, since // what the supplier is writing meanwhile is its own
	return nil
}

// Judge notes that the supplier confirms what a buyer entered for it, or contests it with
// a word.
func (a *Answer) Judge(number int, agrees bool, word string, at time.Time) error {
	i := slices.IndexFunc(a.Submissions, func(s Submission) bool { return s.Number == number })
	switch {
	case i < 0 || !a.Submissions[i].Entered():
		return ErrUnchanged
	case a.Submissions[i].Judged():
		return ErrUnchanged
	case !agrees && strings.TrimSpace(word) == "":
		return account.Fault("Dites ce que vous contestez.")
	case utf8.RuneCountInString(word) > MaxWord:
		return account.Fault("Ce texte est trop long : 1 000 caractères au plus.")
	}
	s := &a.Submissions[i]
	if agrees {
		s.ConfirmedAt = at.UTC()
	} else {
		s.ContestedAt, s.Word = at.UTC(), word
	}
	a.Rev, a.UpdatedAt = a.Rev+1, at.UTC()
	return nil
}

// Judged reports whether the supplier has confirmed or contested it.
func (s *Submission) Judged() bool { return !s.ConfirmedAt.IsZero() || !s.ContestedAt.IsZero() }

// Abstain notes that the supplier does not answer, and why when it says so.
func (a *Answer) Abstain(why string, r Right, o *Operation, s *Supplier, at time.Time) error {
	a.begin(o, s, at)
	switch {
	case o.Silent():
		return ErrSilenced
	case !o.Takes():
		return ErrNotOpen
	case a.Locked(r):
		return ErrLocked
	case len(a.Submissions) > 0 || !a.DeclineAt.IsZero():
		return ErrUnchanged
	case utf8.RuneCountInString(why) > MaxWord:
		return account.Fault("Ce texte est trop long : 1 000 caractères au plus.")
	}
	a.DeclineAt, a.Decline = at.UTC(), why
	a.take(Hand{Browser: r.Browser, Link: r.Link}, at) // what is answered after all is not its own
	a.Rev, a.UpdatedAt = a.Rev+1, at.UTC()
	return nil
}

// Await notes the code that a browser has asked for.
func (a *Answer) Await(number int64, r Right, o *Operation, s *Supplier, at time.Time) {
	a.begin(o, s, at)
	a.Code = &PassCode{Number: number, Browser: r.Browser, Link: r.Link, At: at.UTC()}
	a.Rev, a.UpdatedAt = a.Rev+1, at.UTC()
}

// Uncarried reports whether the operation does not know yet of the newest submission.
func (a *Answer) Uncarried() bool { n := a.Newest(); return n != nil && n.Number > a.Carried }

// SendCode mails the code that opens an answer in another browser.
func (o *Operation) SendCode(supplier string) ([]Dispatch, error) {
	s := o.Supplier(supplier)
	if s == nil || !s.Contacted() {
		return nil, ErrNotOpen
	}
	if err := o.spoken(); err != nil {
		return nil, err
	}
	return o.send(SendCode, "", []*Supplier{s}), nil
}
