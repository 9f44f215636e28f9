package operation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
)

// A report is a snapshot that lies in the store by its hash. It is stored first and named
// after, by its operation; what was never named, SweepReports lets go.

const (
	snapshotMedia = "application/json"
	maxSnapshot   = 64 << 20
)

// fileOwner begins the names under which operations own files.
const fileOwner = "operation/"

// FileOwner is the name under which an operation owns its files.
func FileOwner(id string) string { return fileOwner + id }

// Read is an operation that a member opens, with all that was answered.
type Read struct {
	*Seen
	Answers []sourcing.Answer // in the order of the suppliers
}

// Read reads an operation with its answers. sourcing.ErrNotInTeam, ErrUndeclared or
// ErrRecused for who opens none.
func (s *Service) Read(ctx context.Context, m buyer.Member, id string) (*Read, error) {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return nil, err
	}
	if err := seen.Operation.Opens(m); err != nil {
		return nil, err
	}
	docs, err := s.Answers.FindLookup(ctx, store.AnswersIn(id), sourcing.MaxSuppliers)
	if err != nil {
		return nil, err
	}
	out := &Read{Seen: seen}
	place := map[string]int{}
	for i := range seen.Operation.Suppliers {
		place[seen.Operation.Suppliers[i].ID] = i
	}
	for _, d := range docs {
		if _, ok := place[d.Value.Supplier]; ok && d.Value.Operation == id {
			out.Answers = append(out.Answers, d.Value)
		}
	}
	slices.SortFunc(out.Answers, func(a, b sourcing.Answer) int { return place[a.Supplier] - place[b.Supplier] })
	return out, nil
}

// Report freezes a snapshot of what the operation is now, over its revision. An
// account.Fault.
func (s *Service) Report(ctx context.Context, m buyer.Member, id string, rev int64) error {
	r, err := s.Read(ctx, m, id)
	if err != nil {
		return err
	}
	at := s.Now()
	trial := r.Operation // refused before anything is stored
	trial.Reports = slices.Clone(trial.Reports)
	if err := trial.Report(m, "", rev, at); err != nil {
		return err
	}
	text, hash, err := s.snapshot(ctx, m, r, at)
	if err != nil {
		return err
	}
	if err := s.passed("before"); err != nil {
		return err
	}
	if _, err := s.Blobs.Put(ctx, bytes.NewReader(text), store.BlobUpload{Owner: FileOwner(id), Media: snapshotMedia, Limit: maxSnapshot}); err != nil {
		return err
	}
	if err := s.passed("stored"); err != nil {
		return err
	}
	return s.on(ctx, m, id, "operation.report", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) { return nil, o.Report(m, hash, rev, at) })
}

// snapshot gathers what a report says, and writes it.
func (s *Service) snapshot(ctx context.Context, m buyer.Member, r *Read, at time.Time) (text []byte, hash string, err error) {
	o := &r.Operation
	f := &sourcing.Frozen{At: at, By: m.Person, Answers: r.Answers, Purchase: &sourcing.Purchase{}}
	org, err := s.People.Organisations.Get(ctx, o.Organisation)
	if err != nil {
		return nil, "", err
	}
	f.Organisation = org.Value.Name
	p, err := s.Programme.Purchases.Get(ctx, o.Purchase) // a teammate may not see it elsewhere
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, "", err
	}
	f.Purchase = &p.Value
	if f.Panel, err = s.Panel(ctx, o); err != nil {
		return nil, "", err
	}
	docs, err := s.Exchanges.FindLookup(ctx, store.AnswersIn(o.ID), sourcing.MaxExchanges)
	if err != nil {
		return nil, "", err
	}
	for _, d := range docs {
		f.Exchanges = append(f.Exchanges, d.Value)
	}
	if f.Names, err = s.People.Names(ctx, named(o, f)); err != nil {
		return nil, "", err
	}
	if f.Delivery, err = s.delivery(ctx, o); err != nil {
		return nil, "", err
	}
	return o.Snapshot(f).Canonical()
}

// named are the persons whom a snapshot calls by their names.
func named(o *sourcing.Operation, f *sourcing.Frozen) []string {
	out := append(o.Persons(), f.By)
	for i := range f.Answers {
		out = append(out, f.Answers[i].Persons()...)
	}
	for i := range o.Findings {
		out = append(out, o.Findings[i].By)
	}
	for i := range o.Corrections {
		out = append(out, o.Corrections[i].By)
	}
	for i := range o.Ledger {
		out = append(out, o.Ledger[i].By)
		if d := o.Ledger[i].DCE; d != nil {
			out = append(out, d.By)
		}
	}
	for n := 1; o.Approved != nil && n <= o.Approved.Version; n++ {
		if q, ok := o.Version(n); ok {
			out = append(out, q.ApprovedBy)
		}
	}
	if f.Panel != nil {
		out = append(out, f.Panel.By)
	}
	return out
}

// delivery says what became of the mail of each request, by supplier.
func (s *Service) delivery(ctx context.Context, o *sourcing.Operation) (map[string]string, error) {
	mails := map[string]string{}
	var ids []string
	for _, v := range o.Contacts() {
		id := s.mailKey(o, v, sourcing.SendRequest, v.Request).ID()
		mails[id] = v.ID
		ids = append(ids, id)
	}
	docs, err := s.Messages.GetSome(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, d := range docs {
		out[mails[d.ID]] = string(d.Value.State(s.Now()))
	}
	return out, nil
}

// Frozen reads what a report of an operation that the member opens was frozen from, as it
// is stored. store.ErrNotFound when there is no such report.
func (s *Service) Frozen(ctx context.Context, m buyer.Member, id string, number int) (*Seen, []byte, error) {
	seen, err := s.Operation(ctx, m, id)
	if err != nil {
		return nil, nil, err
	}
	if err := seen.Operation.Opens(m); err != nil {
		return nil, nil, err
	}
	kept := seen.Operation.Reported(number)
	if kept == nil {
		return nil, nil, fmt.Errorf("report %d of %s: %w", number, id, store.ErrNotFound)
	}
	r, err := s.Blobs.Open(ctx, kept.Hash)
	if err != nil {
		return nil, nil, fmt.Errorf("report %d of %s: %w", number, id, err)
	}
	text, err := io.ReadAll(r)
	return seen, text, err
}

// Snapshot is Frozen, read.
func (s *Service) Snapshot(ctx context.Context, m buyer.Member, id string, number int) (*Seen, *sourcing.Snapshot, *sourcing.Report, error) {
	seen, text, err := s.Frozen(ctx, m, id, number)
	if err != nil {
		return nil, nil, nil, err
	}
	out := &sourcing.Snapshot{}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, nil, nil, fmt.Errorf("report %d of %s: %w", number, id, err)
	}
	return seen, out, seen.Operation.Reported(number), nil
}

// SweepReports releases the files of operations that nothing names and that came before
// an age, and tells how many.
func (s *Service) SweepReports(ctx context.Context, age time.Duration) (released int, err error) {
	return s.Blobs.ReleaseUnnamed(ctx, fileOwner, s.Now().Add(-age), s.names)
}

// names reports whether a report of an operation names a file.
func (s *Service) names(ctx context.Context, id, hash string) (bool, error) {
	d, err := s.Operations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(d.Value.Reports, func(r sourcing.Report) bool { return r.Hash == hash }), nil
}
