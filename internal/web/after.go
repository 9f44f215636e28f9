package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/gathering"
	"sourcier/internal/survey"
	"sourcier/views/form"
	"sourcier/views/format"
)

// Pages of what comes after an event, below its address.
const (
	afterSurveyTab  = "/enquete"
	afterMeetTab    = "/rencontres"
	afterBudgetTab  = "/budget"
	afterBalanceTab = "/bilan"
	afterNextPath   = "/suites" // below the personal link of a guest
	afterNewMeeting = afterMeetTab + "/nouvelle"
)

// afterRoutes are those of what comes after an event.
func (s *site) afterRoutes(d eventDoors) {
	const at = eventsPath + "/:id"
	d.readers.Get(at+afterSurveyTab, d.limited, s.afterSurvey)
	d.writers.Post(at+afterSurveyTab+"/debut", d.limited, s.afterSurveyStart)
	d.writers.Get(at+afterSurveyTab+"/modifier", d.limited, s.afterQuestionsForm)
	d.writers.Post(at+afterSurveyTab+"/modifier", d.limited, s.afterQuestionsWrite)
	d.writers.Post(at+afterSurveyTab+"/envoyer", d.limited, s.afterSurveySend)
	d.writers.Post(at+afterSurveyTab+"/clore", d.limited, s.afterSurveyEnd)

	d.public.Get(surveyLinkPath+"/:token", d.limited, s.withEvents, s.afterOpinion)
	d.public.Post(surveyLinkPath+"/:token", d.limited, s.withEvents, s.afterOpine)

	const next = guestLinkPath + "/:token" + afterNextPath
	d.public.Get(next, d.limited, s.withEvents, s.afterNext)
	d.public.Post(next+"/formation", d.limited, s.withEvents, s.afterTraining)
	d.public.Post(next+afterMeetTab, d.limited, s.withEvents, s.afterTell)
	d.public.Post(next+afterMeetTab+"/:encounter", d.limited, s.withEvents, s.afterJudge)

	d.readers.Get(at+afterMeetTab, d.limited, s.afterMeetings)
	d.writers.Get(at+afterNewMeeting, d.limited, s.afterMeetingForm)
	d.writers.Post(at+afterMeetTab, d.limited, s.afterMeetingNote)
	d.writers.Post(at+afterMeetTab+"/:encounter/rapprocher", d.limited, s.afterMeetingMatch)
	d.readers.Post(at+afterMeetTab+"/:encounter/verser", d.limited, s.afterMeetingEnter)

	d.readers.Get(at+afterBudgetTab, d.limited, s.afterBudget)
	d.writers.Post(at+afterBudgetTab, d.limited, s.afterBudgetWrite)
	d.readers.Get(at+afterBalanceTab, d.limited, s.afterBalance)
	d.writers.Post(at+afterBalanceTab, d.limited, s.afterBalanceWrite)
	d.readers.Get(at+afterBalanceTab+"/bilan.pdf", d.exported, s.afterBalancePDF)
	d.readers.Get(at+afterBalanceTab+"/bilan.xlsx", d.exported, s.afterBalanceXLSX)
}

// isSurveyForm reports whether a form of the page may hold a questionnaire, or answers.
func isSurveyForm(path string) bool {
	return strings.HasPrefix(path, surveyLinkPath+"/") || strings.HasPrefix(path, eventsPath+"/") && strings.HasSuffix(path, afterSurveyTab+"/modifier")
}

// afterSeen is the event of the address, for who asks: these pages are the organiser's own
// people's.
func (s *site) afterSeen(c *fiber.Ctx) (buyer.Member, *gathering.Seen, error) {
	m, seen, err := s.eventSeen(c)
	if err == nil && seen.Side != "" {
		err = fiber.ErrNotFound
	}
	return m, seen, err
}

// afterWrites reports whether a member writes on these pages.
func afterWrites(m buyer.Member, seen *gathering.Seen) bool {
	return event.Hosts(m) && seen.Side == ""
}

// afterRefused answers the page again with why not; typed is given back by show.
func (s *site) afterRefused(c *fiber.Ctx, err error, field string, show func(form.State) error) error {
	text, status, ok := operationRefused(err)
	if !ok {
		return err
	}
	state := form.State{Refusal: text}
	if field != "" && status == fiber.StatusUnprocessableEntity {
		state = form.State{Faults: []form.Fault{{Field: field, Text: text}}}
	}
	c.Status(status)
	return show(state)
}

// provisional says that attendance may still change, "" when it is settled.
func provisional(seen *gathering.Seen) string {
	if seen.Event.SettledAt.IsZero() {
		return "Chiffres de présence provisoires : l’émargement n’est pas encore clos."
	}
	return ""
}

// centsText writes an amount: « 324,50 € ».
func centsText(cents int64) string {
	whole, rest := cents/100, cents%100
	text := format.Number(int(whole))
	if rest != 0 {
		text += "," + strconv.FormatInt(rest+100, 10)[1:]
	}
	return text + format.NBSP + "€"
}

// percentText writes a part of a whole.
func percentText(n, of int) string {
	if of == 0 {
		return "–"
	}
	return strconv.Itoa((200*n+of)/(2*of)) + format.NBSP + "%"
}

// shownCounts are those of a question, and whether too few have answered it to be shown:
// texts are shown as soon as the survey is.
func shownCounts(f *event.Feedback, x *survey.Question) (c survey.Counts, few bool) {
	c = f.Published.Of(x.ID)
	return c, x.Kind != survey.Text && c.Answered < event.FewOpinions
}
