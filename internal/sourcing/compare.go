package sourcing

import (
	"slices"
	"strconv"

	"sourcier/internal/survey"
)

// Sieve says what of the answers is put side by side; the zero Sieve is everything.
type Sieve struct {
	Questions []string // ids, none = all
	Suppliers []string // ids, none = all
	Kinds     []string // of structures, as the panel has them; none = all
	InTime    bool     // the last submission that came in time, not the newest
	Differing bool     // only questions that are answered differently
}

// Matrix is the answers side by side.
type Matrix struct {
	Questions []MatrixQuestion
	Suppliers []MatrixSupplier
	Left      int // suppliers that answered, and are left out by the sieve
}

// MatrixQuestion is a question, and the spread of numbers answered to it.
type MatrixQuestion struct {
	*survey.Question
	Place   int // in the questionnaire, from 1
	Answers int
	// Least, Median and Most are those of the numbers, "" when there is none.
	Least, Median, Most string
}

// MatrixSupplier is a supplier with the submission that is shown of it.
type MatrixSupplier struct {
	*Supplier
	Kind       string
	Submission *Submission
	Values     map[string]*survey.Value // by question
}

// Value is its answer to a question, the zero value when there is none.
func (s *MatrixSupplier) Value(question string) *survey.Value {
	if v := s.Values[question]; v != nil {
		return v
	}
	return &survey.Value{Question: question}
}

// Compare puts the answers side by side, the questions as they are asked now. kinds says
// the kind of structures, by id in the directory.
func (o *Operation) Compare(answers []Answer, kinds map[string]string, s Sieve) *Matrix {
	m := &Matrix{}
	for i := range answers {
		m.add(o, &answers[i], kinds, &s)
	}
	if o.Approved == nil {
		return m
	}
	for i := range o.Approved.Questions {
		q := MatrixQuestion{Question: &o.Approved.Questions[i], Place: i + 1}
		if len(s.Questions) > 0 && !slices.Contains(s.Questions, q.ID) || s.Differing && !m.differs(&q) {
			continue
		}
		m.spread(&q)
		m.Questions = append(m.Questions, q)
	}
	return m
}

// add puts what a supplier answers beside the others.
func (m *Matrix) add(o *Operation, a *Answer, kinds map[string]string, s *Sieve) {
	v, x := o.Supplier(a.Supplier), a.Newest()
	if v == nil || x == nil {
		return
	}
	if s.InTime {
		x = a.LastInTime()
	}
	kind := kinds[v.Structure]
	if x == nil || !s.takes(v, kind) {
		m.Left++
		return
	}
	row := MatrixSupplier{Supplier: v, Kind: kind, Submission: x, Values: make(map[string]*survey.Value, len(x.Values))}
	for n := range x.Values {
		row.Values[x.Values[n].Question] = &x.Values[n]
	}
	m.Suppliers = append(m.Suppliers, row)
}

func (s *Sieve) takes(v *Supplier, kind string) bool {
	return (len(s.Suppliers) == 0 || slices.Contains(s.Suppliers, v.ID)) && (len(s.Kinds) == 0 || slices.Contains(s.Kinds, kind))
}

// differs reports whether two suppliers answer a question differently; no answer is one.
func (m *Matrix) differs(q *MatrixQuestion) bool {
	for i := range m.Suppliers {
		if i > 0 && q.Said(m.Suppliers[i].Value(q.ID)) != q.Said(m.Suppliers[0].Value(q.ID)) {
			return true
		}
	}
	return false
}

// spread counts the answers to a question, and sorts its numbers.
func (m *Matrix) spread(q *MatrixQuestion) {
	var numbers []float64
	for i := range m.Suppliers {
		v := m.Suppliers[i].Value(q.ID)
		if !v.Empty() {
			q.Answers++
		}
		if n, err := strconv.ParseFloat(v.Number, 64); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return
	}
	slices.Sort(numbers)
	half := len(numbers) / 2
	median := numbers[half]
	if len(numbers)%2 == 0 {
		median = (numbers[half-1] + numbers[half]) / 2
	}
	write := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	q.Least, q.Median, q.Most = write(numbers[0]), write(median), write(numbers[len(numbers)-1])
}
