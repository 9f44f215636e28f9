package sourcing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"sourcier/internal/survey"
)

// SnapshotVersion is the version of the form of snapshots: a reader knows by it what an
// older one does not say.
const SnapshotVersion = 1

// Snapshot is all that a report says, frozen: names as they were on that day, and no id
// that leads anywhere but within it. It has no map, so that its JSON is canonical: the
// same content is the same bytes, of which the report prints the hash.
type Snapshot struct {
	Version      int        `json:"version"`
	Number       int        `json:"number"` // of the report
	At           time.Time  `json:"at"`
	By           string     `json:"by"`
	Organisation string     `json:"organisation"`
	Purchase     string     `json:"purchase"` // its object
	Reference    string     `json:"reference,omitempty"`
	Lots         []string   `json:"lots,omitempty"` // none = the whole purchase
	Title        string     `json:"title"`
	Purpose      string     `json:"purpose,omitempty"`
	Notice       string     `json:"notice,omitempty"`
	Times        SnapTimes  `json:"times"`
	Team         []SnapMate `json:"team"`
	Panel        *SnapPanel `json:"panel,omitempty"`
	Message      string     `json:"message,omitempty"`

	Suppliers      []SnapSupplier         `json:"suppliers,omitempty"`
	Questionnaires []survey.Questionnaire `json:"questionnaires,omitempty"` // every approved version, the oldest first; ApprovedBy is a name
	Answers        []SnapAnswer           `json:"answers,omitempty"`
	Exchanges      []SnapExchange         `json:"exchanges,omitempty"`
	Ledger         []SnapInfo             `json:"ledger,omitempty"`
	Asked          []Asked                `json:"asked,omitempty"`
	Last           string                 `json:"last,omitempty"`
	SilencedBy     string                 `json:"silenced_by,omitempty"`
	Corrections    []Correction           `json:"corrections,omitempty"` // By is a name
	Findings       []Finding              `json:"findings,omitempty"`    // By is a name
	Gaps           int                    `json:"gaps"`
}

// SnapTimes are the moments of an operation; the zero time has not come.
type SnapTimes struct {
	Created   time.Time `json:"created"`
	Published time.Time `json:"published,omitzero"`
	Opened    time.Time `json:"opened,omitzero"`
	Deadline  time.Time `json:"deadline,omitzero"`
	Reminded  time.Time `json:"reminded,omitzero"`
	Analysing time.Time `json:"analysing,omitzero"`
	Silenced  time.Time `json:"silenced,omitzero"`
	Launched  time.Time `json:"launched,omitzero"`
}

// SnapMate is a person of the team. Person and AddedBy are names.
type SnapMate = Teammate

// SnapPanel is the frozen panel, with what became of each row.
type SnapPanel struct {
	Hash    string        `json:"hash"`
	At      time.Time     `json:"at"`
	By      string        `json:"by,omitempty"`
	Sources []PanelSource `json:"sources"`
	Rows    []SnapRow     `json:"rows"`
}

// SnapRow is a structure of the panel: contacted, or why not.
type SnapRow struct {
	Name      string     `json:"name"`
	SIREN     string     `json:"siren,omitempty"`
	Kind      string     `json:"kind,omitempty"`
	City      string     `json:"city,omitempty"`
	Why       string     `json:"why,omitempty"`
	Contacted bool       `json:"contacted,omitempty"`
	Code      ReasonCode `json:"code,omitempty"`
	Text      string     `json:"text,omitempty"`
}

// SnapSupplier is who was asked, or asked to be.
type SnapSupplier struct {
	ID          string    `json:"id"` // within the snapshot
	Name        string    `json:"name"`
	SIREN       string    `json:"siren,omitempty"`
	AddedAt     time.Time `json:"added_at"`
	Spontaneous bool      `json:"spontaneous,omitempty"`
	Word        string    `json:"word,omitempty"`
	RefusedAt   time.Time `json:"refused_at,omitzero"`
	Reason      string    `json:"reason,omitempty"`
	ContactedAt time.Time `json:"contacted_at,omitzero"`
	Delivery    string    `json:"delivery,omitempty"` // state of the mail of the request
	RemindedAt  time.Time `json:"reminded_at,omitzero"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	DeclinedAt  time.Time `json:"declined_at,omitzero"`
	Decline     string    `json:"decline,omitempty"`
}

// SnapAnswer is what a supplier answered: every submission, as it is kept. By is a name.
type SnapAnswer struct {
	Supplier    string       `json:"supplier"`
	Submissions []Submission `json:"submissions"`
}

// SnapExchange is an entretien.
type SnapExchange struct {
	Supplier      string       `json:"supplier"`
	Kind          ExchangeKind `json:"kind"`
	Place         string       `json:"place,omitempty"`
	At            time.Time    `json:"at"`
	Duration      int          `json:"duration,omitempty"`
	Agenda        string       `json:"agenda,omitempty"`
	AgendaVersion int          `json:"agenda_version,omitempty"`
	Ours          []string     `json:"ours,omitempty"`
	Theirs        []string     `json:"theirs,omitempty"`
	State         MinutesState `json:"state"`
	Minutes       string       `json:"minutes,omitempty"`
	Word          string       `json:"word,omitempty"`
	Answer        string       `json:"answer,omitempty"`
	Responder     string       `json:"responder,omitempty"`
	JudgedAt      time.Time    `json:"judged_at,omitzero"`
}

// SnapInfo is a line of the ledger, with a cell for each supplier that was contacted.
type SnapInfo struct {
	ID       string     `json:"id"`
	Origin   Origin     `json:"origin"`
	Text     string     `json:"text"`
	At       time.Time  `json:"at"`
	By       string     `json:"by,omitempty"`
	SharedAt time.Time  `json:"shared_at,omitzero"`
	Cells    []SnapCell `json:"cells,omitempty"`
	DCE      *DCE       `json:"dce,omitempty"` // By is a name
}

// SnapCell is how a supplier stands to an information.
type SnapCell struct {
	Supplier string    `json:"supplier"`
	State    CellState `json:"state"`
	At       time.Time `json:"at,omitzero"`
	Reason   string    `json:"reason,omitempty"`
}

// Frozen is what a snapshot is made of, beside the operation.
type Frozen struct {
	At           time.Time
	By           string // id of a person, as all below
	Organisation string // name
	Purchase     *Purchase
	Panel        *Longlist
	Answers      []Answer
	Exchanges    []Exchange
	Names        map[string]string // of persons, by id
	Delivery     map[string]string // of requests, by supplier
}

// Snapshot freezes the operation.
func (o *Operation) Snapshot(f *Frozen) *Snapshot {
	s := &Snapshot{
		Version: SnapshotVersion, Number: len(o.Reports) + 1, At: f.At.UTC(), By: f.name(f.By), Organisation: f.Organisation, Purchase: f.Purchase.Object, Reference: f.Purchase.Reference,
		Title: o.Title, Purpose: o.Purpose, Notice: o.Notice, Message: o.Message, Asked: slices.Clone(o.Asked), Last: o.Last, SilencedBy: f.name(o.SilencedBy), Gaps: len(o.Gaps()),
		Times: SnapTimes{o.CreatedAt, o.PublishedAt, o.OpenedAt, o.Deadline, o.RemindedAt, o.AnalysingAt, o.SilencedAt, o.LaunchedAt},
	}
	for _, id := range o.Lots {
		if l := f.Purchase.Lot(id); l != nil {
			s.Lots = append(s.Lots, f.Purchase.NameOf(l))
		}
	}
	for _, t := range o.Team {
		t.Person, t.AddedBy = f.name(t.Person), f.name(t.AddedBy)
		s.Team = append(s.Team, t)
	}
	for _, x := range o.Findings {
		x.By = f.name(x.By)
		s.Findings = append(s.Findings, x)
	}
	for _, c := range o.Corrections {
		c.By = f.name(c.By)
		s.Corrections = append(s.Corrections, c)
	}
	s.panel(o, f)
	s.suppliers(o, f)
	s.questionnaires(o, f)
	s.answers(f)
	s.exchanges(f)
	s.ledger(o, f)
	inUTC(reflect.ValueOf(s))
	return s
}

// inUTC writes every time of a value in UTC: the same instant is the same text, wherever
// it was noted.
func inUTC(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			inUTC(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			inUTC(v.Index(i))
		}
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(t.UTC()))
			return
		}
		for i := range v.NumField() {
			inUTC(v.Field(i))
		}
	}
}

// name is that of a person, "" when the account is gone.
func (f *Frozen) name(person string) string { return f.Names[person] }

func (s *Snapshot) panel(o *Operation, f *Frozen) {
	l := f.Panel
	if l == nil {
		return
	}
	s.Panel = &SnapPanel{Hash: l.Hash, At: l.At, By: f.name(l.By), Sources: l.Sources}
	for i := range l.Rows {
		r := &l.Rows[i]
		row := SnapRow{Name: r.Name, SIREN: r.SIREN, Kind: r.Kind, City: r.City, Why: r.Why}
		row.Contacted = slices.ContainsFunc(o.Suppliers, func(v Supplier) bool { return v.Structure == r.Structure && v.Contacted() })
		if i := slices.IndexFunc(o.Excluded, func(e Exclusion) bool { return e.Structure == r.Structure }); i >= 0 {
			row.Code, row.Text = o.Excluded[i].Code, o.Excluded[i].Text
		}
		s.Panel.Rows = append(s.Panel.Rows, row)
	}
}

func (s *Snapshot) suppliers(o *Operation, f *Frozen) {
	declined := map[string]string{}
	for i := range f.Answers {
		declined[f.Answers[i].Supplier] = f.Answers[i].Decline
	}
	for i := range o.Suppliers {
		v := &o.Suppliers[i]
		s.Suppliers = append(s.Suppliers, SnapSupplier{
			ID: v.ID, Name: v.Name, SIREN: v.SIREN, AddedAt: v.AddedAt, Spontaneous: v.Spontaneous, Word: v.Word, RefusedAt: v.RefusedAt, Reason: v.Reason,
			ContactedAt: v.ContactedAt, Delivery: f.Delivery[v.ID], RemindedAt: v.RemindedAt, AnsweredAt: v.AnsweredAt, DeclinedAt: v.DeclinedAt, Decline: declined[v.ID],
		})
	}
}

func (s *Snapshot) questionnaires(o *Operation, f *Frozen) {
	if o.Approved == nil {
		return
	}
	for n := 1; n <= o.Approved.Version; n++ {
		if q, ok := o.Version(n); ok {
			q.ApprovedBy = f.name(q.ApprovedBy)
			s.Questionnaires = append(s.Questionnaires, q)
		}
	}
}

func (s *Snapshot) answers(f *Frozen) {
	for i := range f.Answers {
		a := &f.Answers[i]
		if len(a.Submissions) == 0 {
			continue
		}
		out := SnapAnswer{Supplier: a.Supplier}
		for _, x := range a.Submissions {
			x.By, x.Account = f.name(x.By), ""
			out.Submissions = append(out.Submissions, x)
		}
		s.Answers = append(s.Answers, out)
	}
	slices.SortFunc(s.Answers, func(a, b SnapAnswer) int { return s.order(a.Supplier) - s.order(b.Supplier) })
}

// order is the place of a supplier.
func (s *Snapshot) order(supplier string) int {
	return slices.IndexFunc(s.Suppliers, func(v SnapSupplier) bool { return v.ID == supplier })
}

func (s *Snapshot) exchanges(f *Frozen) {
	list := slices.Clone(f.Exchanges)
	slices.SortFunc(list, func(a, b Exchange) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for i := range list {
		x := &list[i]
		s.Exchanges = append(s.Exchanges, SnapExchange{
			Supplier: x.Supplier, Kind: x.Kind, Place: x.Place, At: x.At, Duration: x.Duration, Agenda: x.Agenda, AgendaVersion: x.AgendaVersion, Ours: x.Ours, Theirs: x.Theirs,
			State: x.State(), Minutes: x.Minutes, Word: x.Word, Answer: x.Answer, Responder: x.Responder, JudgedAt: later(x.AgreedAt, x.DeniedAt),
		})
	}
}

func (s *Snapshot) ledger(o *Operation, f *Frozen) {
	for i := range o.Ledger {
		it := &o.Ledger[i]
		line := SnapInfo{ID: it.ID, Origin: it.Origin, Text: it.Text, At: it.At, By: f.name(it.By), SharedAt: it.SharedAt}
		if it.DCE != nil {
			d := *it.DCE
			d.By = f.name(d.By)
			line.DCE = &d
		}
		for _, v := range o.Contacts() {
			c := SnapCell{Supplier: v.ID}
			c.State, c.At = it.Of(v)
			if noted := it.Cell(v.ID); noted != nil && c.State == CellWithheld {
				c.Reason = noted.Reason
			}
			line.Cells = append(line.Cells, c)
		}
		s.Ledger = append(s.Ledger, line)
	}
}

// Supplier finds one, nil when there is none.
func (s *Snapshot) Supplier(id string) *SnapSupplier {
	if i := s.order(id); i >= 0 {
		return &s.Suppliers[i]
	}
	return nil
}

// Questionnaire is a version of it, nil when there is none.
func (s *Snapshot) Questionnaire(version int) *survey.Questionnaire {
	i := slices.IndexFunc(s.Questionnaires, func(q survey.Questionnaire) bool { return q.Version == version })
	if i < 0 {
		return nil
	}
	return &s.Questionnaires[i]
}

// Canonical is the JSON of the snapshot, and its hash.
func (s *Snapshot) Canonical() (text []byte, hash string, err error) {
	text, err = json.Marshal(s)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(text)
	return text, hex.EncodeToString(sum[:]), nil
}
