package sourcing

import (
	"slices"
	"time"

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

	// The draft is shown again in the browser that began it (Browser, as account.HashToken)
	// or to who proves to read the mail of the address that was written to: a link that
	// is passed on shows nobody's answers.
	Browser   string         `json:"browser,omitempty"`
	Link      int            `json:"link,omitempty"` // number of the link that the browser came by
	Draft     []survey.Value `json:"draft,omitempty"`
	DraftAt   time.Time      `json:"draft_at,omitzero"`
	Reuse     bool           `json:"reuse,omitempty"` // its answers may be offered to it in other sourçages
	DeclineAt time.Time      `json:"decline_at,omitzero"`
	Decline   string         `json:"decline,omitempty"` // why it does not answer

	Submissions []Submission `json:"submissions,omitempty"` // the newest last
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
	if n := a.Newest(); n != nil && n.Hash == s.Hash && n.Version == s.Version && n.Route == s.Route {
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
	add := func(values []survey.Value) {
		for _, v := range values {
			for _, f := range v.Files {
				hashes = append(hashes, f.Hash)
			}
		}
	}
	add(a.Draft)
	for i := range a.Submissions {
		add(a.Submissions[i].Values)
		if e := a.Submissions[i].Evidence; e != nil {
			hashes = append(hashes, e.Hash)
		}
	}
	slices.Sort(hashes)
	return slices.Compact(hashes)
}
