package survey

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Bounds of an anonymous answer: what is kept of all together has a size of its own.
const (
	MaxOpinion      = 1000 // letters of one text
	MaxOpinionBytes = 6000 // of an answer as it is counted
	MaxTexts        = 3000 // kept of one question
	MaxTextBytes    = 60_000
)

// Tally is what many have answered to a questionnaire, and nothing of any one of them:
// how often each option was chosen, and texts and numbers in the order of their letters.
// The same answers, whoever comes first, are the same Tally.
type Tally struct {
	Answers   int      `json:"answers"`
	Questions []Counts `json:"questions,omitempty"` // in the order of the questionnaire
}

// Counts is what was answered to one question.
type Counts struct {
	Question string   `json:"question"`
	Answered int      `json:"answered"`
	Options  []int    `json:"options,omitempty"` // of Choice and Choices, as the options are written; of YesNo, yes then no
	Numbers  []string `json:"numbers,omitempty"` // decimals, sorted
	Texts    []string `json:"texts,omitempty"`   // sorted
	Left     int      `json:"left,omitempty"`    // texts that no room was left for
}

// Of gives the counts of a question, the zero value when there are none.
func (t *Tally) Of(question string) Counts {
	for i := range t.Questions {
		if t.Questions[i].Question == question {
			return t.Questions[i]
		}
	}
	return Counts{Question: question}
}

// Add counts answers to a questionnaire, those of one respondent each.
func (t *Tally) Add(q *Questionnaire, all [][]Value) {
	if len(t.Questions) != len(q.Questions) {
		t.Questions = make([]Counts, len(q.Questions))
	}
	for i := range q.Questions {
		x, c := &q.Questions[i], &t.Questions[i]
		c.Question = x.ID
		for _, values := range all {
			if v := Find(values, x.ID); !v.Empty() {
				c.add(x, &v)
			}
		}
		slices.Sort(c.Texts)
		slices.SortFunc(c.Numbers, compareDecimals)
		c.bound()
	}
	t.Answers += len(all)
}

func (c *Counts) add(x *Question, v *Value) {
	c.Answered++
	switch x.Kind {
	case Choice, Choices:
		c.Options = sized(c.Options, len(x.Options))
		for i, o := range x.Options {
			if slices.Contains(v.Chosen, o) {
				c.Options[i]++
			}
		}
	case YesNo:
		c.Options = sized(c.Options, 2)
		if v.Yes == "oui" {
			c.Options[0]++
		} else {
			c.Options[1]++
		}
	case Number:
		c.Numbers = append(c.Numbers, v.Number)
	case Text, File:
		c.Texts = append(c.Texts, v.Text)
	}
}

// bound keeps a question within its room: the longest texts go, and are counted.
func (c *Counts) bound() {
	size := 0
	for _, text := range c.Texts {
		size += len(text)
	}
	for len(c.Texts) > 0 && (size > MaxTextBytes || len(c.Texts) > MaxTexts) {
		longest := 0
		for i, text := range c.Texts {
			if len(text) > len(c.Texts[longest]) {
				longest = i
			}
		}
		size -= len(c.Texts[longest])
		c.Texts = slices.Delete(c.Texts, longest, longest+1)
		c.Left++
	}
}

func sized(list []int, n int) []int {
	if len(list) == n {
		return list
	}
	return make([]int, n)
}

func compareDecimals(a, b string) int {
	x, _ := strconv.ParseFloat(a, 64) // they were read before
	y, _ := strconv.ParseFloat(b, 64)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// Mean is that of the numbers answered, as ParseNumber writes it with one decimal at most.
func (c *Counts) Mean() string {
	if len(c.Numbers) == 0 {
		return ""
	}
	sum := 0.0
	for _, n := range c.Numbers {
		x, _ := strconv.ParseFloat(n, 64)
		sum += x
	}
	text := strconv.FormatFloat(sum/float64(len(c.Numbers)), 'f', 1, 64)
	if n := len(text); text[n-2:] == ".0" {
		text = text[:n-2]
	}
	return text
}

// Canonical writes answers as they are counted: those of the questionnaire, in its order.
func (q *Questionnaire) Canonical(values []Value) (string, error) {
	kept := q.InOrder(values)
	for i := range kept {
		kept[i].Secret, kept[i].Why, kept[i].Files = false, "", nil
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// Long reports which texts of an anonymous answer are too long, by question; "" when all
// together are.
func (q *Questionnaire) Long(values []Value) (out []string) {
	for i := range values {
		if utf8.RuneCountInString(values[i].Text) > MaxOpinion {
			out = append(out, values[i].Question)
		}
	}
	if text, err := q.Canonical(values); len(out) == 0 && (err != nil || len(text) > MaxOpinionBytes) {
		out = append(out, "")
	}
	return out
}
