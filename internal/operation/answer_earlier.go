package operation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// maxEarlier is how many earlier answers of a structure are looked at, and maxOffered how
// many are offered.
const maxEarlier, maxOffered = 50, 5

// Earlier is an answer of the same structure to another sourçage, as far as it asked the
// same.
type Earlier struct {
	ID     string // says nothing of the operation
	Title  string
	At     time.Time
	Values []survey.Value // by the questions of this sourçage
}

// earlier lists the answers that a structure may take over: those that it agreed to, shown
// to who is known to have given them. An answer to another buyer is no affair of whom a
// link was passed on to.
func (s *Service) earlier(ctx context.Context, r *Reached, a *sourcing.Answer, h Hand) ([]Earlier, error) {
	if r.Supplier.Structure == "" || r.Operation.Approved == nil || !r.Operation.Takes() || h.Browser == "" && !h.Holder {
		return nil, nil
	}
	docs, err := s.Answers.FindLookup(ctx, store.AnswersFrom(r.Supplier.Structure), maxEarlier)
	if err != nil {
		return nil, err
	}
	var out []Earlier
	for i := range docs {
		e, err := s.offered(ctx, r, a, h, &docs[i].Value)
		if err != nil {
			return nil, err
		}
		if e != nil {
			out = append(out, *e)
		}
	}
	slices.SortFunc(out, func(a, b Earlier) int { return b.At.Compare(a.At) })
	return out[:min(len(out), maxOffered)], nil
}

// offered is one of them, nil when it is not.
func (s *Service) offered(ctx context.Context, r *Reached, a *sourcing.Answer, h Hand, was *sourcing.Answer) (*Earlier, error) {
	n := was.Newest()
	if was.Operation == r.Operation.ID || was.Structure != r.Supplier.Structure || !was.Reuse || n == nil {
		return nil, nil //nolint:nilnil // nothing to offer is no failure
	}
	d, err := s.Operations.Get(ctx, was.Operation)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // erased with its organisation
	}
	if err != nil {
		return nil, err
	}
	v := d.Value.Supplier(was.Supplier)
	if v == nil {
		return nil, nil //nolint:nilnil // as above
	}
	if !r.gave(a, h, was, v) {
		return nil, nil //nolint:nilnil // of others, as far as is known
	}
	q, ok := d.Value.Version(n.Version)
	if !ok {
		return nil, nil //nolint:nilnil // a questionnaire that cannot be read offers nothing
	}
	values := alike(&q, n.Values, r.Operation.Approved)
	if len(values) == 0 {
		return nil, nil //nolint:nilnil // it asked something else
	}
	return &Earlier{ID: account.HashToken(was.ID), Title: d.Value.Title, At: n.At, Values: values}, nil
}

// gave reports whether who comes is known to have given an earlier answer, that of v.
func (r *Reached) gave(a *sourcing.Answer, h Hand, was *sourcing.Answer, v *sourcing.Supplier) bool {
	wrote := h.Browser != "" && was.Whole(sourcing.Right{Browser: browserAt(h.Browser, was.ID), Link: v.LinkNumber})
	reads := strings.EqualFold(v.Email, r.Supplier.Email) && a.Proven(r.right(h))
	return h.Holder || wrote || reads
}

// alike are the answers to questions that are asked again in the same words and form. A
// file is given anew.
func alike(before *survey.Questionnaire, values []survey.Value, now *survey.Questionnaire) (out []survey.Value) {
	for i := range now.Questions {
		x := &now.Questions[i]
		at := slices.IndexFunc(before.Questions, func(q survey.Question) bool {
			return x.Kind != survey.File && q.Kind == x.Kind && q.Text == x.Text && q.Unit == x.Unit && slices.Equal(q.Options, x.Options)
		})
		if at < 0 {
			continue
		}
		v := survey.Find(values, before.Questions[at].ID)
		if v.Empty() {
			continue
		}
		v.Question, v.Secret, v.Why = x.ID, false, ""
		out = append(out, v)
	}
	return out
}

// TakeOver puts an earlier answer into the draft, where nothing is typed yet.
func (s *Service) TakeOver(ctx context.Context, own *Own, h Hand, earlier string) error {
	i := slices.IndexFunc(own.Earlier, func(e Earlier) bool { return e.ID == earlier })
	if i < 0 {
		return store.ErrNotFound
	}
	values := slices.Clone(own.Draft)
	for _, v := range own.Earlier[i].Values {
		if typed := survey.Find(values, v.Question); typed.Empty() {
			values = slices.DeleteFunc(values, func(x survey.Value) bool { return x.Question == v.Question })
			values = append(values, v)
		}
	}
	_, err := s.SaveDraft(ctx, &own.Reached, h, own.Operation.Approved.InOrder(values), own.Answer.Rev)
	return err
}
