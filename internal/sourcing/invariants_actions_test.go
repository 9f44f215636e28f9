package sourcing_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// callActions are those of the public page, of the questionnaire as it is written and of
// the agenda.
var callActions = []action{
	{name: "publish", draft: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		notice := strings.Repeat("annonce ", h.IntN(9))
		return func() { h.book.published = true }, h.o.Publish(m, notice, h.rev(), h.at)
	})},
	{name: "unpublish", rare: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		return func() { h.book.published = false; clear(h.book.knocked) }, h.o.Unpublish(m, h.at)
	})},
	{name: "knock", draft: true, always: true, do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		id, email := h.text("k"), fmt.Sprintf("c%d@structure.example", h.IntN(8))
		if h.IntN(4) == 0 && len(h.o.Suppliers) > 0 {
			email = strings.ToUpper(h.o.Suppliers[h.IntN(len(h.o.Suppliers))].Email)
		}
		k := sourcing.Candidacy{ID: id, Link: account.HashToken(id), Name: "Candidat", Email: email}
		return func() { h.book.knocked[k.Link] = h.at }, h.o.Knock(k, h.at)
	})},
	{name: "confirm", draft: true, always: true, do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		link := account.HashToken("nobody")
		if n := len(h.o.Candidacies); n > 0 && h.IntN(8) > 0 {
			link = h.o.Candidacies[h.IntN(n)].Link
		}
		before := len(h.o.Suppliers)
		return func() {
			if since, ok := h.book.knocked[link]; !ok || h.at.Sub(since) > sourcing.CandidacyLife {
				h.book.stray = "a candidacy that nobody wrote, or that is too old, is confirmed"
			}
			if delete(h.book.knocked, link); len(h.o.Suppliers) > before {
				h.book.asked[h.o.Suppliers[before].ID] = true
			}
		}, h.o.Confirm(link, h.at)
	})},
	{name: "rewrite questions", draft: true, always: true, do: quiet(func(h *history, m buyer.Member) (func(), error) {
		q := survey.Questionnaire{Title: "Nettoyage"}
		if h.o.Approved != nil {
			q.Questions = slices.Clone(h.o.Approved.Questions)
		} else {
			q.Questions = []survey.Question{{ID: "precisions", Kind: survey.Text, Text: "Précisions"}}
		}
		h.book.typed++
		q.Questions = append(q.Questions[:min(len(q.Questions), 3)], survey.Question{Kind: survey.Text, Text: h.text("Question")})
		return nil, h.o.WriteDraft(m, &q, h.rev(), h.at)
	})},
	{name: "agenda", do: quiet(func(h *history, m buyer.Member) (func(), error) {
		text := h.text("Ordre du jour")
		return func() { h.book.agendas = append(h.book.agendas, text) }, h.o.Propose(m, text, len(h.o.Agendas)-h.IntN(8)/7, h.at)
	})},
	{name: "code", do: sending(func(h *history, _ buyer.Member) ([]sourcing.Dispatch, error) { return h.o.SendCode(h.supplier()) })},
}

// handActions are those of an answer by hand: entered by a buyer, judged or declined by its
// supplier; and the answer to minutes that are contested.
var handActions = []action{
	{name: "answerback", do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		x := h.exchange()
		if x == nil {
			return nil, nil, sourcing.ErrUnchanged
		}
		text := h.text("Réponse")
		out, err := h.o.AnswerMinutes(m, x, text, h.at)
		if err == nil { // carried at once
			g := h.o.Sending[len(h.o.Sending)-1]
			err = errors.Join(x.Carry(&g), h.o.Carried(&g))
		}
		return out, func() { h.exchanges[x.ID], h.book.answerbacks[x.ID] = x, append(h.book.answerbacks[x.ID], text) }, err
	}},
	{name: "enter", do: func(h *history, m buyer.Member) ([]sourcing.Dispatch, func(), error) {
		s := h.o.Supplier(h.supplier())
		if err := errors.Join(h.o.Acts(m), h.o.Opens(m)); err != nil || s == nil || h.o.Approved == nil {
			return nil, nil, errors.Join(err, sourcing.ErrNotOpen)
		}
		a := h.answer(s.ID)
		before := len(a.Submissions)
		in := sourcing.Submission{
			Version: h.o.Approved.Version, Route: sourcing.ByCall, By: m.Person, Came: structure.DateOf(h.at), Note: []string{"", "Au téléphone."}[h.IntN(2)],
			Values: []survey.Value{{Question: h.question(), Text: h.text("Dit")}},
		}
		if err := a.Enter(in, h.o, s, h.at); err != nil {
			return nil, nil, err
		}
		return h.put(a, s.ID, before)
	}},
	{name: "judge entry", do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		id := h.supplier()
		a := h.answer(id)
		number, agrees := 1+h.IntN(max(1, len(a.Submissions))), h.IntN(2) == 0
		return func() { h.answers[id], h.book.judged[id] = a, append(h.book.judged[id], number) }, a.Judge(number, agrees, "Non", h.at)
	})},
	{name: "abstain", do: quiet(func(h *history, _ buyer.Member) (func(), error) {
		s := h.o.Supplier(h.supplier())
		if s == nil || !s.Contacted() {
			return nil, sourcing.ErrNotOpen
		}
		a := h.answer(s.ID)
		return func() { h.answers[s.ID] = a }, a.Abstain("Trop loin", sourcing.Right{Holder: true}, h.o, s, h.at)
	})},
}

// question is the id of one that takes a text.
func (h *history) question() string {
	if q := h.o.Approved; q != nil {
		return q.Questions[len(q.Questions)-1].ID
	}
	return "k2"
}

// answer is a copy of that of a supplier, or a new one.
func (h *history) answer(id string) *sourcing.Answer {
	if a := h.answers[id]; a != nil {
		return clone(a)
	}
	return &sourcing.Answer{ID: sourcing.AnswerID("o1", id)}
}

// put has the operation know of a submission that was put into an answer.
func (h *history) put(a *sourcing.Answer, id string, before int) ([]sourcing.Dispatch, func(), error) {
	if len(a.Submissions) == before {
		return nil, nil, sourcing.ErrUnchanged // silence, of which the guard is lifted
	}
	put := a.Newest()
	out, err := h.o.Receive(id, put.Number, "Reçue", h.at)
	return out, func() {
		h.answers[id] = a
		h.book.answered = true
		h.book.submissions[id] = append(h.book.submissions[id], sourcing.Submission{At: h.at.UTC(), Deadline: h.o.Deadline, Hash: put.Hash, Version: put.Version})
	}, err
}

// checkCall holds the public page to what was written on it: who asks has confirmed it,
// while it was published.
func (b *book) checkCall(o *sourcing.Operation) string {
	switch {
	case b.published != !o.PublishedAt.IsZero():
		return "it is published, or not, by something else"
	case len(o.Candidacies) > len(b.knocked):
		return "a candidacy that nobody wrote"
	}
	for i := range o.Suppliers {
		if s := &o.Suppliers[i]; s.AddedBy == "" && !b.asked[s.ID] {
			return s.ID + " is a candidate that has confirmed nothing"
		}
	}
	return ""
}

// Questions keep their ids, which say nothing of anything else; what was proposed stays.
func (b *book) checkWritten(o *sourcing.Operation) string {
	for _, q := range []*survey.Questionnaire{o.Draft, o.Approved} {
		for i := 0; q != nil && i < len(q.Questions); i++ {
			x := &q.Questions[i]
			if text, ok := b.questions[x.ID]; ok && text != x.Text && strings.HasPrefix(x.ID, "q") {
				return x.ID + " is the id of two questions"
			}
			b.questions[x.ID] = x.Text
			var n int
			if _, err := fmt.Sscanf(x.ID, "q%d", &n); err == nil && n > b.typed {
				return fmt.Sprintf("%s tells of more than the %d questions that were typed", x.ID, b.typed)
			}
		}
	}
	if len(o.Agendas) != len(b.agendas) {
		return "an agenda is gone"
	}
	for i, a := range o.Agendas {
		if a.Version != i+1 || a.Text != b.agendas[i] {
			return fmt.Sprintf("version %d of the agenda has changed", i+1)
		}
	}
	return ""
}

// What was said once of minutes and of what a buyer entered stays.
func (b *book) checkJudged(exchanges map[string]*sourcing.Exchange, answers map[string]*sourcing.Answer) string {
	for id, texts := range b.answerbacks {
		x := exchanges[id]
		for _, text := range texts {
			if x.Answer != text && !slices.ContainsFunc(x.Past, func(p sourcing.SentMinutes) bool { return p.Answer == text }) {
				return "the answer to contested minutes is gone"
			}
		}
	}
	for id, numbers := range b.judged {
		for k, n := range numbers {
			if s := answers[id].Submissions[n-1]; !s.Judged() || !s.Entered() || slices.Contains(numbers[:k], n) {
				return "what was entered is judged twice, or not"
			}
		}
	}
	return ""
}

// checkAddressed: nothing but the last message, a request or a refusal goes to who was not
// asked.
func (b *book) checkAddressed() string {
	asked := map[string]time.Time{}
	for _, p := range b.sent {
		switch p.Sending {
		case sourcing.SendRequest:
			asked[p.Supplier] = p.at
		case sourcing.SendLast, sourcing.SendRefusal:
		default:
			if _, ok := asked[p.Supplier]; !ok {
				return fmt.Sprintf("a %s to %s, who was not asked", p.Sending, p.Supplier)
			}
		}
	}
	return ""
}
