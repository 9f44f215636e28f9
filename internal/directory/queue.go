package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// TaskKind is what waits for a moderator.
type TaskKind string

// Kinds of tasks.
const (
	TaskProposal  TaskKind = "proposition"
	TaskClaim     TaskKind = "demande"
	TaskReport    TaskKind = "signalement"
	TaskConflict  TaskKind = "conflit"
	TaskDuplicate TaskKind = "doublon"
)

// TaskKinds lists them in the order of their tabs.
var TaskKinds = []TaskKind{TaskProposal, TaskClaim, TaskReport, TaskConflict, TaskDuplicate}

// Task is something that waits for a moderator.
type Task struct {
	Kind TaskKind
	ID   string // of the registration, the report, the structure, or the pair
	At   time.Time
	Name string // of the structure
	What string // in French
}

func (t *Task) place() string {
	return fmt.Sprintf("%015d-%s-%s", t.At.UnixMilli(), t.Kind, t.ID)
}

// Queue is a page of what waits, the oldest first.
type Queue struct {
	Tasks   []Task
	Next    string             // place of the next page, "" when nothing follows
	Counts  map[TaskKind]int64 // of all that waits, by kind
	Partial bool               // of one kind more waits than is put in order
}

// maxTasks bounds what is read of one kind to put it in order.
const maxTasks = 500

// CountTasks tells how much of each kind waits.
func (s *Service) CountTasks(ctx context.Context) (out map[TaskKind]int64, err error) {
	out = map[TaskKind]int64{}
	for kind, count := range map[TaskKind]func() (int64, error){
		TaskProposal: func() (int64, error) { return s.Registrations.CountLookup(ctx, store.ProposedRegistrations) },
		TaskClaim:    func() (int64, error) { return s.Registrations.CountLookup(ctx, store.AskedRegistrations) },
		TaskReport:   func() (int64, error) { return s.People.Reports.CountOpen(ctx) },
		TaskConflict: func() (int64, error) { return s.Structures.CountLookup(ctx, store.DisputedKey) },
		TaskDuplicate: func() (int64, error) {
			pairs, total, err := s.Alike(ctx)
			return int64(max(total, len(pairs))), err
		},
	} {
		if out[kind], err = count(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Alike lists the pairs that may be one structure, the most alike first, and how many
// there are in all: what was decided since the directory was read is left out.
func (s *Service) Alike(ctx context.Context) (pairs []structure.Suspect, total int, err error) {
	found := s.Suspects.Load()
	if found == nil {
		return nil, 0, nil
	}
	keys := make([]string, len(found.Pairs))
	for i := range found.Pairs {
		keys[i] = found.Pairs[i].Key()
	}
	apart, err := s.Apart.GetSome(ctx, keys)
	if err != nil {
		return nil, 0, err
	}
	for _, p := range found.Pairs {
		if !slices.ContainsFunc(apart, func(d store.Doc[structure.Apart]) bool { return d.ID == p.Key() }) {
			pairs = append(pairs, p)
		}
	}
	return pairs, found.Total - (len(found.Pairs) - len(pairs)), nil
}

// Tasks gives a page of what waits, of one kind or ("") of all. store.ErrNotFound for
// a kind that is none.
func (s *Service) Tasks(ctx context.Context, kind TaskKind, after string, limit int) (q Queue, err error) {
	readers := map[TaskKind]func(context.Context) ([]Task, error){
		TaskProposal: s.proposals, TaskClaim: s.claims, TaskReport: s.openReports, TaskConflict: s.conflicts, TaskDuplicate: s.duplicates,
	}
	if kind != "" && readers[kind] == nil {
		return q, store.ErrNotFound
	}
	if q.Counts, err = s.CountTasks(ctx); err != nil {
		return q, err
	}
	var all []Task
	for _, k := range TaskKinds {
		if kind != "" && kind != k {
			continue
		}
		list, err := readers[k](ctx)
		if err != nil {
			return q, err
		}
		q.Partial = q.Partial || q.Counts[k] > maxTasks
		all = append(all, list...)
	}
	q.cut(all, after, limit)
	return q, nil
}

// cut puts what waits in order and takes a page of it.
func (q *Queue) cut(all []Task, after string, limit int) {
	slices.SortFunc(all, func(a, b Task) int { return cmp.Compare(a.place(), b.place()) })
	from, _ := slices.BinarySearchFunc(all, after, func(t Task, place string) int { return cmp.Compare(t.place(), place) })
	for from < len(all) && after != "" && all[from].place() <= after {
		from++
	}
	q.Tasks = all[from:min(len(all), from+limit)]
	if from+limit < len(all) {
		q.Next = q.Tasks[len(q.Tasks)-1].place()
	}
}

func (s *Service) proposals(ctx context.Context) (out []Task, err error) {
	docs, err := s.Registrations.FindLookup(ctx, store.ProposedRegistrations, maxTasks)
	for _, d := range docs {
		p := d.Value.Submission
		what := "fiche nouvelle, à relire en entier"
		if len(p.Fields) > 0 {
			var fields []string
			for _, f := range p.Fields {
				fields = append(fields, f.Label())
			}
			what = "à vérifier : " + strings.Join(fields, ", ")
		}
		out = append(out, Task{TaskProposal, d.ID, p.At, cmp.Or(p.Sheet.Name, d.Value.Name), what})
	}
	return out, err
}

func (s *Service) claims(ctx context.Context) (out []Task, err error) {
	docs, err := s.Registrations.FindLookup(ctx, store.AskedRegistrations, maxTasks)
	for _, d := range docs {
		n, since := 0, time.Time{}
		for _, q := range d.Value.Requests {
			if q.Open() && q.Proof == registration.ProofModerator {
				if n++; since.IsZero() || q.At.Before(since) {
					since = q.At
				}
			}
		}
		what := "une organisation demande à tenir la fiche"
		if n > 1 {
			what = fmt.Sprintf("%d organisations demandent à tenir la fiche", n)
		}
		out = append(out, Task{TaskClaim, d.ID, since, s.nameOf(ctx, d.ID, d.Value.Name), what})
	}
	return out, err
}

// nameOf is the name of a sheet as it is shown, else another.
func (s *Service) nameOf(ctx context.Context, id, otherwise string) string {
	d, err := s.Structures.Get(ctx, id)
	if err != nil {
		return otherwise
	}
	return cmp.Or(d.Value.Name, otherwise)
}

func (s *Service) openReports(ctx context.Context) (out []Task, err error) {
	docs, err := s.People.Reports.Pending(ctx)
	slices.SortFunc(docs, func(a, b store.Doc[structure.Report]) int { return a.Value.At.Compare(b.Value.At) })
	for _, d := range docs[:min(len(docs), maxTasks)] {
		what := d.Value.Reason.Label()
		if d.Value.Field != "" {
			what += " (" + d.Value.Field.Label() + ")"
		}
		out = append(out, Task{TaskReport, d.ID, d.Value.At, s.nameOf(ctx, d.Value.Structure, "Fiche retirée"), what})
	}
	return out, err
}

func (s *Service) conflicts(ctx context.Context) (out []Task, err error) {
	docs, err := s.Structures.FindLookup(ctx, store.DisputedKey, maxTasks)
	for _, d := range docs {
		var fields []string
		var since structure.Date
		for _, c := range d.Value.Undecided() {
			if label := c.Field.Label(); !slices.Contains(fields, label) {
				fields = append(fields, label)
			}
			if since == "" || c.Against.AsOf < since {
				since = c.Against.AsOf
			}
		}
		if len(fields) > 0 {
			out = append(out, Task{TaskConflict, d.ID, since.Time(), d.Value.Name, strings.Join(fields, ", ")})
		}
	}
	return out, err
}

func (s *Service) duplicates(ctx context.Context) (out []Task, err error) {
	pairs, _, err := s.Alike(ctx)
	for _, p := range pairs[:min(len(pairs), maxTasks)] {
		var why []string
		for _, w := range p.Why {
			why = append(why, w.Label())
		}
		name := p.Names[0]
		if p.Names[1] != name {
			name += " et " + p.Names[1]
		}
		out = append(out, Task{TaskDuplicate, p.Key(), p.Newest, name, strings.Join(why, ", ")})
	}
	return out, err
}

// Review is a registration as a moderator reads it.
type Review struct {
	store.Doc[registration.Registration]
	Shown store.Doc[structure.Structure] // the zero value when nothing is published
	Facts []structure.Compared           // published against proposed, where they differ
}

// Review reads a registration with what it proposes beside what is published.
func (s *Service) Review(ctx context.Context, id string) (out Review, err error) {
	if out.Doc, err = s.Registrations.Get(ctx, id); err != nil {
		return out, err
	}
	out.Shown, err = s.Structures.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		out.Shown, err = store.Doc[structure.Structure]{}, nil
	}
	if p := out.Value.Submission; p != nil && err == nil {
		rules, err := s.rules(ctx)
		if err != nil {
			return out, err
		}
		out.Facts = rules.Proposed(&out.Shown.Value, p.Sheet.Claim(structure.DateOf(p.At)))
	}
	return out, err
}
