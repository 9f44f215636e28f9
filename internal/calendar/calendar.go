// Package calendar writes calendars that other programs follow (iCalendar, RFC 5545):
// the same content gives the same bytes, so that what is followed has an ETag.
package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxLine is how long a line may be, in octets without its end (RFC 5545, 3.1).
const maxLine = 75

// Calendar is a list of events under a name.
type Calendar struct {
	Name    string
	Refresh time.Duration // how often it is worth reading again; 0 = not said
	Events  []Event
}

// Event is a whole day, or has its hours: nobody's time is taken.
type Event struct {
	UID      string // of the event for ever, unlike any other anywhere
	Sequence int64  // raised by each change
	Stamp    time.Time
	Day      time.Time // its date counts
	Starts   time.Time // instead of Day, with Ends
	Ends     time.Time
	Summary  string
	Text     string
	Location string
	URL      string
	// Tentative says that it may not come.
	Tentative bool
	// Cancelled says that it does not come any more.
	Cancelled bool
}

// Type is the media type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Write gives the calendar as a file.
func (c Calendar) Write() []byte {
	var w writer
	w.begin("PUBLISH")
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	if c.Refresh > 0 {
		hours := "PT" + strconv.Itoa(int(c.Refresh.Hours())) + "H"
		w.line("REFRESH-INTERVAL;VALUE=DURATION", hours)
		w.line("X-PUBLISHED-TTL", hours)
	}
	for i := range c.Events {
		w.event(&c.Events[i])
	}
	w.line("END", "VCALENDAR")
	return []byte(w.out.String())
}

// instant is how a time in UTC is written.
const instant = "20060102T150405Z"

type writer struct{ out strings.Builder }

func (w *writer) begin(method string) {
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Sourcier//Sourcier//FR")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", method)
}

func (w *writer) event(e *Event) {
	w.line("BEGIN", "VEVENT")
	w.line("UID", e.UID)
	w.line("DTSTAMP", e.Stamp.UTC().Format(instant))
	w.line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	if e.Starts.IsZero() {
		w.line("DTSTART;VALUE=DATE", e.Day.Format("20060102"))
		w.line("DTEND;VALUE=DATE", e.Day.AddDate(0, 0, 1).Format("20060102"))
	} else {
		w.line("DTSTART", e.Starts.UTC().Format(instant))
		w.line("DTEND", e.Ends.UTC().Format(instant))
	}
	w.text("SUMMARY", e.Summary)
	if e.Text != "" {
		w.text("DESCRIPTION", e.Text)
	}
	if e.Location != "" {
		w.text("LOCATION", e.Location)
	}
	if e.URL != "" {
		w.line("URL", e.URL)
	}
	switch {
	case e.Cancelled:
		w.line("STATUS", "CANCELLED")
	case e.Tentative:
		w.line("STATUS", "TENTATIVE")
	}
	w.line("TRANSP", "TRANSPARENT")
	w.line("END", "VEVENT")
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a property whose value is a text.
func (w *writer) text(name, value string) { w.line(name, escapes.Replace(value)) }

// parameter writes the value of a parameter between quotation marks, which cannot be
// escaped in it (RFC 5545, 3.2).
func parameter(value string) string {
	return `"` + strings.Map(func(r rune) rune {
		if r == '"' || r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, value) + `"`
}

// line writes a content line, folded where it is too long, never inside a letter.
func (w *writer) line(name, value string) {
	rest, room := name+":"+value, maxLine
	for len(rest) > room {
		n := room
		for n > 0 && !utf8.RuneStart(rest[n]) {
			n--
		}
		w.out.WriteString(rest[:n] + "\r\n ")
		rest, room = rest[n:], maxLine-1 // the space counts
	}
	w.out.WriteString(rest + "\r\n")
}
