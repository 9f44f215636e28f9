package calendar_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"sourcier/internal/calendar"
)

var update = flag.Bool("update", false, "write the golden files")

// transitions are what a guest's calendar is told as an event goes, each with a golden file.
func transitions() map[string]calendar.Invite {
	first := calendar.Invite{
		Method: calendar.Request, UID: "evenement-a@sourcier", Stamp: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC),
		// Across the change to winter time: 2 h 30 comes twice that night in Paris.
		Starts: time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC), Ends: time.Date(2026, 10, 25, 2, 30, 0, 0, time.UTC),
		Summary: "Nuit des achats, « réservés » ; et autres", Location: "Maison des projets, 2 rue du Bac, 94600 Choisy-le-Roi", URL: "https://portail.example/participation/" + strings.Repeat("A", 26),
		Organiser: calendar.Party{Name: `Ville d’"Orly"`, Email: "evenements@ville.example"}, Attendee: calendar.Party{Name: "Camille Durand", Email: "camille@structure.example"},
	}
	change := func(m calendar.Method, sequence int64, hours int) calendar.Invite {
		i := first
		i.Method, i.Sequence, i.Stamp = m, sequence, first.Stamp.AddDate(0, 0, int(sequence))
		i.Starts, i.Ends = first.Starts.Add(time.Duration(hours)*time.Hour), first.Ends.Add(time.Duration(hours)*time.Hour)
		return i
	}
	return map[string]calendar.Invite{
		"1-confirmed": first, "2-changed": change(calendar.Request, 1, 1), "3-released": change(calendar.Cancel, 2, 1), "4-confirmed-again": change(calendar.Request, 3, 1), "5-called-off": change(calendar.Cancel, 4, 1),
	}
}

// TestInvites holds the files of each transition, and reads them back with a parser that is
// not ours.
func TestInvites(t *testing.T) {
	for name, in := range transitions() {
		t.Run(name, func(t *testing.T) {
			got, file := in.Write(), filepath.Join("testdata", name+".ics")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v, got\n%s", err, got)
			}
			cal, err := ics.ParseCalendar(bytes.NewReader(got))
			if err != nil || len(cal.Events()) != 1 {
				t.Fatalf("%v, %d events", err, len(cal.Events()))
			}
			e := cal.Events()[0]
			starts, err1 := e.GetStartAt()
			ends, err2 := e.GetEndAt()
			text := func(p ics.ComponentProperty) string {
				if x := e.GetProperty(p); x != nil {
					return x.Value
				}
				return ""
			}
			if errors.Join(err1, err2) != nil || !starts.Equal(in.Starts) || !ends.Equal(in.Ends) || e.Id() != in.UID {
				t.Errorf("%v: %s to %s, %s", errors.Join(err1, err2), starts, ends, e.Id())
			}
			if text(ics.ComponentPropertySummary) != in.Summary || text(ics.ComponentPropertyLocation) != in.Location {
				t.Errorf("%q at %q", text(ics.ComponentPropertySummary), text(ics.ComponentPropertyLocation))
			}
			if to := e.Attendees(); len(to) != 1 || to[0].Email() != in.Attendee.Email {
				t.Errorf("attendees %v", to)
			}
			if o := e.GetProperty(ics.ComponentPropertyOrganizer); o == nil || o.Value != "mailto:"+in.Organiser.Email {
				t.Errorf("organiser %v", o)
			}
			status := map[calendar.Method]string{calendar.Request: "CONFIRMED", calendar.Cancel: "CANCELLED"}[in.Method]
			if text(ics.ComponentPropertyStatus) != status || !strings.Contains(string(got), "METHOD:"+string(in.Method)+"\r\n") {
				t.Errorf("status %q", text(ics.ComponentPropertyStatus))
			}
		})
	}
}

const answered = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:evenement-a@sourcier\r\nSEQUENCE:2\r\nDTSTAMP:20261128T120000Z\r\nORGANIZER:mailto:o@x.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:camille@structure.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestReadReply(t *testing.T) {
	for text, want := range map[string]calendar.Reply{
		answered: {UID: "evenement-a@sourcier", Sequence: 2},
		strings.Replace(answered, "DECLINED", "accepted", 1): {UID: "evenement-a@sourcier", Sequence: 2, Comes: true},
		strings.Replace(answered, "SEQUENCE:2\r\n", "", 1):   {UID: "evenement-a@sourcier"},
	} {
		if got, err := calendar.ReadReply(strings.NewReader(text)); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	for what, text := range map[string]string{
		"a request": strings.Replace(answered, "REPLY", "REQUEST", 1), "perhaps": strings.Replace(answered, "DECLINED", "TENTATIVE", 1), "no number": strings.Replace(answered, "SEQUENCE:2", "SEQUENCE:x", 1),
		"nobody": strings.Replace(answered, "ATTENDEE;PARTSTAT=DECLINED:mailto:camille@structure.example\r\n", "", 1), "empty": "", "cut": answered[:90],
		"two": strings.Replace(answered, "END:VEVENT", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example\r\nEND:VEVENT", 1),
	} {
		if got, err := calendar.ReadReply(strings.NewReader(text)); !errors.Is(err, calendar.ErrNoReply) {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add(answered)
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := calendar.ReadReply(strings.NewReader(text)); err != nil && (!errors.Is(err, calendar.ErrNoReply) || r != calendar.Reply{}) {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
