package calendar

import (
	"errors"
	"io"
	"strconv"
	"strings"

	ics "github.com/arran4/golang-ical"
)

// ErrNoReply is answered for what is no answer to an invitation, or one that cannot be read.
var ErrNoReply = errors.New("no answer of a calendar")

// Reply is what a calendar program answers to a REQUEST (RFC 5546, 3.2.3).
type Reply struct {
	UID      string
	Sequence int64 // of the REQUEST that it answers
	Comes    bool  // else it declines: a tentative yes is none
}

// ReadReply reads one. ErrNoReply. The one who answers is not read: whoever writes the file
// says what they like.
func ReadReply(r io.Reader) (Reply, error) {
	cal, err := ics.ParseCalendar(r)
	if err != nil || cal == nil || !strings.EqualFold(methodOf(cal), "REPLY") {
		return Reply{}, ErrNoReply
	}
	events := cal.Events()
	if len(events) != 1 || len(events[0].Attendees()) != 1 {
		return Reply{}, ErrNoReply
	}
	e := events[0]
	out := Reply{UID: e.Id()}
	if p := e.GetProperty(ics.ComponentPropertySequence); p != nil {
		if out.Sequence, err = strconv.ParseInt(p.Value, 10, 64); err != nil {
			return Reply{}, ErrNoReply
		}
	}
	switch status := e.Attendees()[0].ParticipationStatus(); {
	case strings.EqualFold(string(status), "ACCEPTED"):
		out.Comes = true
	case strings.EqualFold(string(status), "DECLINED"):
	default:
		return Reply{}, ErrNoReply
	}
	return out, nil
}

func methodOf(cal *ics.Calendar) string {
	for _, p := range cal.CalendarProperties {
		if strings.EqualFold(p.IANAToken, "METHOD") {
			return p.Value
		}
	}
	return ""
}
