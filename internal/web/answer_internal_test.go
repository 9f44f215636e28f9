package web

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"sourcier/internal/survey"
)

// Whatever a form holds, what is read of it is of the questionnaire, names no file that the
// answer has not, and is read again as the same.
func FuzzReadAnswers(f *testing.F) {
	q := &survey.Questionnaire{Title: "T", Questions: []survey.Question{
		{ID: "k1", Kind: survey.Number, Text: "N", Unit: "h"}, {ID: "k2", Kind: survey.YesNo, Text: "O"}, {ID: "k3", Kind: survey.Choices, Text: "C", Options: []string{"a", "b"}},
		{ID: "k4", Kind: survey.Choice, Text: "U", Options: []string{"a", "b"}}, {ID: "k5", Kind: survey.Text, Text: "T"}, {ID: "k6", Kind: survey.File, Text: "F", Required: true},
	}}
	kept := []survey.Value{{Question: "k6", Files: []survey.Upload{{Hash: "h"}}}}
	for _, seed := range []string{"r-k1=1%C2%A0250,5&r-k2=oui&r-k3=2&r-k3=1&r-k4=1&r-k5=%3D1%2B1&r-k6=h2", "r-k1=%ff&r-k3=-1&s-k4=oui&m-k4=x", "r-k5=%00%E2%80%AE&s-k5=1&m-k5=" + strings.Repeat("a", 500)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		sent, _ := url.ParseQuery(body)
		values := readAnswers(q, sent, kept)
		for i := range values {
			v := &values[i]
			if q.Question(v.Question) == nil || v.Why != "" && !v.Secret {
				t.Errorf("%+v", v)
			}
			for _, file := range v.Files {
				if v.Question != "k6" || file.Hash != "h" {
					t.Errorf("a file that nobody gave: %+v", v)
				}
			}
		}
		if again := readAnswers(q, sent, kept); !reflect.DeepEqual(values, again) {
			t.Errorf("read otherwise: %+v, %+v", values, again)
		}
		_ = survey.Check(q, values, true)
		_ = answerFaults(q, values, true)
		_ = answerQuestions(q, values, func(string) string { return "" })
	})
}
