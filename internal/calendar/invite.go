package calendar

import (
	"strconv"
	"time"
)

// Method is what a program that reads an invitation is to do with it (RFC 5546, 3.2).
type Method string

// Methods.
const (
	Request Method = "REQUEST" // put into the calendar, or update what is there
	Cancel  Method = "CANCEL"  // take out of it
)

// Invite is what one guest's calendar is told of one event: one ATTENDEE, so that nobody
// reads who else is invited.
type Invite struct {
	Method    Method
	UID       string // of the event for ever
	Sequence  int64  // raised by each change of time or place, and by each CANCEL
	Stamp     time.Time
	Starts    time.Time
	Ends      time.Time
	Summary   string
	Text      string
	Location  string
	URL       string
	Organiser Party
	Attendee  Party
}

// Party is who invites, or is invited.
type Party struct{ Name, Email string }

// Type is the media type of an invitation, with its method, which RFC 6047, 2.4,
// asks for.
func (i Invite) Type() string { return "text/calendar; method=" + string(i.Method) + "; charset=utf-8" }

// Write gives the invitation as a file. Times are in UTC: no program has to know when the
// hour changes.
func (i Invite) Write() []byte {
	var w writer
	w.begin(string(i.Method))
	w.line("BEGIN", "VEVENT")
	w.line("UID", i.UID)
	w.line("DTSTAMP", i.Stamp.UTC().Format(instant))
	w.line("SEQUENCE", strconv.FormatInt(i.Sequence, 10))
	w.line("DTSTART", i.Starts.UTC().Format(instant))
	w.line("DTEND", i.Ends.UTC().Format(instant))
	w.text("SUMMARY", i.Summary)
	for _, p := range [][2]string{{"DESCRIPTION", i.Text}, {"LOCATION", i.Location}} {
		if p[1] != "" {
			w.text(p[0], p[1])
		}
	}
	if i.URL != "" {
		w.line("URL", i.URL)
	}
	w.line("ORGANIZER;CN="+parameter(i.Organiser.Name), "mailto:"+i.Organiser.Email)
	attendee := "ATTENDEE;CN=" + parameter(i.Attendee.Name) + ";ROLE=REQ-PARTICIPANT"
	if i.Method == Cancel {
		w.line(attendee, "mailto:"+i.Attendee.Email)
		w.line("STATUS", "CANCELLED")
	} else {
		w.line(attendee+";PARTSTAT=ACCEPTED;RSVP=FALSE", "mailto:"+i.Attendee.Email)
		w.line("STATUS", "CONFIRMED")
	}
	w.line("END", "VEVENT")
	w.line("END", "VCALENDAR")
	return []byte(w.out.String())
}
