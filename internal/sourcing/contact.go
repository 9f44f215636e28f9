package sourcing

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/survey"
)

// Supplier is who is asked in an operation, or has asked to be. Its ids never leave the
// organisation: they follow one another, and would tell how many there are.
type Supplier struct {
	ID        string    `json:"id"`                  // within the operation
	Structure string    `json:"structure,omitempty"` // id in the directory, "" of one that is not there
	Name      string    `json:"name"`
	SIREN     string    `json:"siren,omitempty"`
	Email     string    `json:"email,omitempty"` // where it is written to
	AddedAt   time.Time `json:"added_at"`
	AddedBy   string    `json:"added_by,omitempty"` // "" = itself

	Spontaneous bool      `json:"spontaneous,omitempty"` // answered the public page
	Word        string    `json:"word,omitempty"`        // of one that asked
	RefusedAt   time.Time `json:"refused_at,omitzero"`   // it asked and is not heard
	Reason      string    `json:"reason,omitempty"`      // of the refusal

	// Link is how its personal link is known (account.HashToken), LinkNumber which one it
	// is: another address gets another link, and the one before leads nowhere.
	Link       string `json:"link,omitempty"`
	LinkNumber int    `json:"link_number,omitempty"`

	ContactedAt time.Time `json:"contacted_at,omitzero"`
	Request     int64     `json:"request,omitempty"` // number of the sending of the request
	RemindedAt  time.Time `json:"reminded_at,omitzero"`
	Reminder    int64     `json:"reminder,omitempty"` // number of its sending
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	Answers     int       `json:"answers,omitempty"` // number of the last submission that was acknowledged
	DeclinedAt  time.Time `json:"declined_at,omitzero"`
}

// Contacted reports whether the request went to it.
func (s *Supplier) Contacted() bool { return !s.ContactedAt.IsZero() }

// Supplier finds one, nil when there is none.
func (o *Operation) Supplier(id string) *Supplier {
	i := slices.IndexFunc(o.Suppliers, func(s Supplier) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &o.Suppliers[i]
}

// ByLink finds the supplier of a personal link, nil when none has it any more.
func (o *Operation) ByLink(hash string) *Supplier {
	i := slices.IndexFunc(o.Suppliers, func(s Supplier) bool { return s.Link == hash })
	if i < 0 || hash == "" {
		return nil
	}
	return &o.Suppliers[i]
}

// Contacts are those whom the request went to, in their order.
func (o *Operation) Contacts() (out []*Supplier) {
	for i := range o.Suppliers {
		if o.Suppliers[i].Contacted() {
			out = append(out, &o.Suppliers[i])
		}
	}
	return out
}

// Sending is what a mail to a supplier is about.
type Sending string

// Sendings.
const (
	SendRequest  Sending = "demande"      // the first message
	SendNews     Sending = "information"  // what everybody is told
	SendReminder Sending = "relance"      // to who has not answered
	SendReceipt  Sending = "recu"         // its answer has come, or was entered for it
	SendMinutes  Sending = "compte-rendu" // of an exchange, to be acknowledged
	SendCode     Sending = "code"         // that opens its draft on another device
	SendLast     Sending = "dernier"      // at the launch
	SendRefusal  Sending = "refus"        // to a spontaneous candidate
)

// Dispatch is a mail that follows from a write of the operation.
type Dispatch struct {
	Sending  Sending
	Supplier string // id
	Number   int64  // of the sending: the same for all whom it goes to
	Text     string
}

// send makes one sending to suppliers.
func (o *Operation) send(kind Sending, text string, to []*Supplier) (out []Dispatch) {
	if len(to) == 0 {
		return nil
	}
	o.Sent++
	for _, s := range to {
		out = append(out, Dispatch{Sending: kind, Supplier: s.ID, Number: o.Sent, Text: text})
	}
	return out
}

// Write sets, before the opening, what the operation is about: its title, purpose,
// message, notice and deadline.
func (o *Operation) Write(m buyer.Member, in Operation, rev int64, at time.Time) error {
	switch err := o.writable(m); {
	case err != nil:
		return err
	case o.State() != Drafted:
		return ErrNotDraft
	case o.Silent():
		return ErrSilenced
	case o.Rev != rev:
		return ErrStale
	}
	o.Title, o.Purpose, o.Message, o.Notice, o.Lots, o.Deadline = in.Title, in.Purpose, in.Message, in.Notice, in.Lots, in.Deadline
	o.written(m, "operation.write", "", at)
	return nil
}

// Missing says, by field, what an operation lacks to be opened at a time.
func (o *Operation) Missing(l *Longlist, at time.Time) map[string]account.Fault {
	faults := map[string]account.Fault{}
	add := func(lacks bool, field string, fault account.Fault) {
		if lacks && faults[field] == "" {
			faults[field] = fault
		}
	}
	add(strings.TrimSpace(o.Title) == "", "title", "Donnez un titre au sourçage.")
	add(strings.TrimSpace(o.Message) == "", "message", "Écrivez le message aux structures.")
	add(utf8.RuneCountInString(o.Message) > MaxMessage, "message", "Ce message est trop long : 1 500 caractères au plus.")
	add(o.Approved == nil, "questionnaire", "Approuvez le questionnaire : tous reçoivent le même.")
	add(o.Deadline.Before(at.Add(MinNotice)), "deadline", "La date limite doit laisser une heure au moins.")
	add(o.Deadline.After(at.AddDate(0, MaxNoticeMonths, 0)), "deadline", "La date limite est trop lointaine.")
	add(o.Panel == nil || l == nil || o.Panel.Hash != l.Hash, "panel", "Figez le panel : il dit qui a été trouvé, et comment.")
	chosen := 0
	for i := range o.Suppliers {
		s := &o.Suppliers[i]
		if s.RefusedAt.IsZero() {
			chosen++
		}
		add(s.Email == "" && s.RefusedAt.IsZero(), "suppliers", account.Fault("« "+s.Name+" » n’a pas d’adresse : indiquez-la, ou dites pourquoi elle n’est pas contactée."))
	}
	add(chosen == 0, "suppliers", "Choisissez au moins une structure à contacter.")
	if l != nil {
		n := len(o.Undecided(l))
		if n > 0 && stands(GuardReasons) {
			add(true, "reasons", account.Fault(fmt.Sprintf("%d structures du panel ne sont ni contactées, ni écartées pour un motif unique.", n)))
		}
	}
	return faults
}

// Open sends the request to everybody who is chosen, all at once.
func (o *Operation) Open(m buyer.Member, l *Longlist, rev int64, at time.Time) ([]Dispatch, error) {
	switch err := o.writable(m); {
	case err != nil:
		return nil, err
	case o.State() != Drafted:
		return nil, ErrUnchanged
	case o.Rev != rev:
		return nil, ErrStale
	}
	if err := o.Opens(m); err != nil {
		return nil, err
	}
	if err := o.spoken(); err != nil {
		return nil, err
	}
	for _, fault := range o.Missing(l, at) {
		return nil, fault // pages ask Missing before, and say them all
	}
	o.OpenedAt, o.OpenedBy = at.UTC(), m.Person
	o.join()
	var to []*Supplier
	for i := range o.Suppliers {
		if s := &o.Suppliers[i]; s.RefusedAt.IsZero() {
			to = append(to, s)
		}
	}
	out := o.request(to, at)
	o.Ledger = append(o.Ledger, Info{ID: o.nextID("i"), Origin: FromMessage, Text: o.Message, At: at.UTC(), By: m.Person, SharedAt: at.UTC()})
	o.written(m, "operation.open", "", at)
	return out, nil
}

// Sourced notes that the purchase says « En sourçage »: who comes after a portal that was
// stopped between the two has nothing left to do.
func (o *Operation) Sourced(at time.Time) error {
	if o.OpenedAt.IsZero() || !o.SourcedAt.IsZero() {
		return ErrUnchanged
	}
	o.SourcedAt = at.UTC()
	return nil
}

// request sends the first message.
func (o *Operation) request(to []*Supplier, at time.Time) []Dispatch {
	out := o.send(SendRequest, o.Message, to)
	for _, s := range to {
		s.ContactedAt, s.Request = at.UTC(), o.Sent
	}
	return out
}

// Add contacts one more while the operation runs: it gets the request and all that the
// others were told, and has the same deadline.
func (o *Operation) Add(m buyer.Member, s Supplier, at time.Time) ([]Dispatch, error) {
	if err := o.running(m); err != nil {
		return nil, err
	}
	switch err := o.joinable(at); {
	case err != nil:
		return nil, err
	case s.Email == "":
		return nil, account.Fault("Indiquez une adresse électronique.")
	case len(o.Suppliers) >= MaxSuppliers:
		return nil, account.Fault(fmt.Sprintf("%d structures contactées au plus.", MaxSuppliers))
	case s.Structure != "" && slices.ContainsFunc(o.Suppliers, func(x Supplier) bool { return x.Structure == s.Structure && x.RefusedAt.IsZero() }):
		return nil, ErrUnchanged
	}
	s.ID, s.AddedAt, s.AddedBy = o.nextID("s"), at.UTC(), m.Person
	o.Suppliers = append(o.Suppliers, s)
	o.Excluded = slices.DeleteFunc(o.Excluded, func(e Exclusion) bool { return s.Structure != "" && e.Structure == s.Structure })
	out := o.welcome(&o.Suppliers[len(o.Suppliers)-1], at)
	o.written(m, "operation.add", s.Name, at)
	return out, nil
}

// welcome sends to a late addition what the others already got.
func (o *Operation) welcome(s *Supplier, at time.Time) []Dispatch {
	to := []*Supplier{s}
	out := o.request(to, at)
	if !stands(GuardLate) {
		return out
	}
	for i := range o.Ledger {
		if it := &o.Ledger[i]; !it.SharedAt.IsZero() && it.Origin != FromMessage {
			out = append(out, o.send(SendNews, it.Text, to)...)
		}
	}
	return out
}

// Hear takes a spontaneous candidate among those who are asked, or refuses it for a
// reason. Before the opening it is asked with the others.
func (o *Operation) Hear(m buyer.Member, id string, yes bool, reason string, at time.Time) ([]Dispatch, error) {
	if err := o.writable(m); err != nil {
		return nil, err
	}
	s := o.Supplier(id)
	if err := o.hearable(s, yes, reason, at); err != nil {
		return nil, err
	}
	var out []Dispatch
	if yes {
		o.Excluded = slices.DeleteFunc(o.Excluded, func(e Exclusion) bool { return s.Structure != "" && e.Structure == s.Structure })
		out = o.welcome(s, at)
	} else {
		s.RefusedAt, s.Reason = at.UTC(), reason
		out = o.send(SendRefusal, reason, []*Supplier{s})
	}
	o.written(m, "operation.hear", s.Name, at)
	return out, nil
}

// hearable refuses a word on a candidate that cannot be said, or not so.
func (o *Operation) hearable(s *Supplier, yes bool, reason string, at time.Time) error {
	switch {
	case o.Silent():
		return ErrSilenced
	case s == nil || !s.Spontaneous:
		return ErrUnchanged
	case s.Contacted() || !s.RefusedAt.IsZero():
		return ErrUnchanged
	case yes:
		return o.joinable(at)
	case utf8.RuneCountInString(strings.TrimSpace(reason)) < MinReason:
		return errShortReason
	}
	return nil
}

// joinable refuses to ask one more when nobody can be asked any more, or not yet.
func (o *Operation) joinable(at time.Time) error {
	switch {
	case o.State() == Drafted:
		return ErrUnchanged // Open asks it
	case o.State() != Opened:
		return account.Fault("Les réponses sont en analyse : personne ne s’ajoute plus.")
	case at.After(o.Deadline):
		return account.Fault("La date limite est passée : reportez-la pour tous avant d’ajouter une structure.")
	}
	return nil
}

const errShortReason = account.Fault("Donnez un motif de 30 caractères au moins : il reste au registre.")

// Readdress writes to a supplier at another address: its link changes, and it gets again
// what it was sent.
func (o *Operation) Readdress(m buyer.Member, id, email string, at time.Time) ([]Dispatch, error) {
	if err := o.writable(m); err != nil {
		return nil, err
	}
	s := o.Supplier(id)
	switch {
	case s == nil || s.Email == email:
		return nil, ErrUnchanged
	case email == "":
		return nil, account.Fault("Indiquez une adresse électronique.")
	}
	if !s.Contacted() { // nothing went to the address before
		s.Email = email
		o.written(m, "operation.readdress", s.Name, at)
		return nil, nil
	}
	if err := o.running(m); err != nil {
		return nil, err
	}
	contacted := s.ContactedAt
	s.Email, s.LinkNumber = email, s.LinkNumber+1
	out := o.welcome(s, at)
	if !contacted.IsZero() {
		s.ContactedAt = contacted
	}
	o.written(m, "operation.readdress", s.Name, at)
	return out, nil
}

// Remind writes once to everybody who has not answered; answered says who has.
func (o *Operation) Remind(m buyer.Member, answered map[string]bool, text string, at time.Time) ([]Dispatch, error) {
	switch err := o.running(m); {
	case err != nil:
		return nil, err
	case !o.RemindedAt.IsZero():
		if err := guarded(GuardReminder, account.Fault("La relance de ce sourçage est partie : il n’y en a qu’une, la même pour tous.")); err != nil {
			return nil, err
		}
	case at.After(o.Deadline):
		return nil, account.Fault("La date limite est passée.")
	}
	var to []*Supplier
	for _, s := range o.Contacts() {
		if !answered[s.ID] && s.AnsweredAt.IsZero() && s.DeclinedAt.IsZero() {
			to = append(to, s)
		}
	}
	if len(to) == 0 {
		return nil, account.Fault("Toutes les structures ont répondu.")
	}
	o.RemindedAt = at.UTC()
	out := o.send(SendReminder, text, to)
	for _, s := range to {
		s.RemindedAt, s.Reminder = at.UTC(), o.Sent
	}
	o.written(m, "operation.remind", "", at)
	return out, nil
}

// Postpone moves the deadline, for all; earlier only while nobody has answered. Everybody
// contacted is told.
func (o *Operation) Postpone(m buyer.Member, to time.Time, answered bool, at time.Time) ([]Dispatch, error) {
	switch err := o.running(m); {
	case err != nil:
		return nil, err
	case o.State() != Opened:
		return nil, account.Fault("Les réponses sont en analyse : la date limite ne change plus.")
	case to.Equal(o.Deadline):
		return nil, ErrUnchanged
	case to.Before(o.Deadline) && (answered || o.answered()):
		if err := guarded(GuardDeadline, account.Fault("Une réponse est déjà arrivée : la date limite ne peut plus être avancée.")); err != nil {
			return nil, err
		}
	case to.Before(at.Add(MinNotice)):
		return nil, account.Fault("La date limite doit laisser une heure au moins.")
	case to.After(o.OpenedAt.AddDate(0, MaxNoticeMonths, 0)):
		return nil, account.Fault("La date limite est trop lointaine.")
	}
	text := "La date limite de réponse était le " + Moment(o.Deadline) + ". Elle est désormais le " + Moment(to) + ", pour tous."
	o.Deadline = to.UTC()
	out, err := o.tellAll(m, Info{Origin: FromCalendar, Text: text}, at)
	if err != nil {
		return nil, err
	}
	o.written(m, "operation.postpone", text, at)
	return out, nil
}

func (o *Operation) answered() bool {
	return slices.ContainsFunc(o.Suppliers, func(s Supplier) bool { return !s.AnsweredAt.IsZero() })
}

// Approve makes the draft the questionnaire of the operation. Once it is open, everybody
// contacted gets the new version with what it changes.
func (o *Operation) Approve(m buyer.Member, rev int64, at time.Time) ([]Dispatch, error) {
	switch err := o.writable(m); {
	case err != nil:
		return nil, err
	case o.Draft == nil:
		return nil, ErrUnchanged
	case o.Rev != rev:
		return nil, ErrStale
	}
	for _, fault := range o.Draft.Check() {
		return nil, fault // pages ask Check before, and say them all at their fields
	}
	next := *o.Draft
	if before := o.Approved; before != nil {
		if survey.Same(before, &next) {
			return nil, ErrUnchanged
		}
		next.Version = before.Version
	}
	next.Version++
	next.ApprovedBy, next.ApprovedAt = m.Person, at.UTC()
	if o.State() == Drafted {
		next.Version = 1
		o.Approved, o.Draft = &next, nil
		o.written(m, "operation.approve", "", at)
		o.AskedRev = o.Rev
		return nil, nil
	}
	return o.revise(m, &next, at)
}

// revise replaces the questionnaire while it is being answered.
func (o *Operation) revise(m buyer.Member, next *survey.Questionnaire, at time.Time) ([]Dispatch, error) {
	switch err := o.running(m); {
	case err != nil:
		return nil, err
	case o.State() != Opened || at.After(o.Deadline):
		return nil, account.Fault("La date limite est passée : le questionnaire ne change plus.")
	case len(o.Past)+1 >= MaxVersions:
		return nil, account.Fault(fmt.Sprintf("Un questionnaire a %d versions au plus.", MaxVersions))
	}
	past, err := pack(o.Approved)
	if err != nil {
		return nil, err
	}
	text := difference(o.Approved, next)
	o.Past, o.Approved, o.Draft = append(o.Past, past), next, nil
	if !stands(GuardVersion) {
		return nil, nil
	}
	out, err := o.tellAll(m, Info{Origin: FromDifference, Text: text}, at)
	if err == nil {
		o.written(m, "operation.revise", "", at)
		o.AskedRev = o.Rev
	}
	return out, err
}
