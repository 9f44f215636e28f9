package calendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sourcier/internal/calendar"
)

func TestWrite(t *testing.T) {
	c := calendar.Calendar{Name: "Achats; à venir", Refresh: 24 * time.Hour, Events: []calendar.Event{{
		UID: "a@exemple.fr", Sequence: 2, Stamp: time.Date(2026, 11, 28, 13, 0, 0, 0, time.FixedZone("", 3600)), Day: time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC),
		Summary: "Nettoyage, vitres", Text: "Une ligne\r\nune autre \\ et " + strings.Repeat("é", 80), URL: "https://exemple.fr/" + strings.Repeat("a", 90), Tentative: true,
	}}}
	got := c.Write()
	for line := range bytes.SplitSeq(bytes.TrimSuffix(got, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > 75 || bytes.ContainsAny(line, "\r\n") || !utf8.Valid(line) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(string(got), "\r\n ", "")
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "X-WR-CALNAME:Achats\\; à venir\r\n", "REFRESH-INTERVAL;VALUE=DURATION:PT24H\r\n",
		"UID:a@exemple.fr\r\nDTSTAMP:20261128T120000Z\r\nSEQUENCE:2\r\nDTSTART;VALUE=DATE:20270401\r\nDTEND;VALUE=DATE:20270402\r\n",
		"SUMMARY:Nettoyage\\, vitres\r\n", "DESCRIPTION:Une ligne\\nune autre \\\\ et " + strings.Repeat("é", 80) + "\r\n", "STATUS:TENTATIVE\r\n", "END:VEVENT\r\nEND:VCALENDAR\r\n",
	} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("lacks %q:\n%s", want, unfolded)
		}
	}
}

func TestWriteHours(t *testing.T) {
	starts := time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC) // the hour at which France goes back to winter time is not said twice
	c := calendar.Calendar{Name: "Agenda", Events: []calendar.Event{{UID: "a", Starts: starts.In(time.FixedZone("", 7200)), Ends: starts.Add(2 * time.Hour), Summary: "Nuit", Cancelled: true, Tentative: true}}}
	got := string(c.Write())
	for _, want := range []string{"DTSTART:20271031T003000Z\r\n", "DTEND:20271031T023000Z\r\n", "STATUS:CANCELLED\r\n"} {
		if !strings.Contains(got, want) || strings.Contains(got, "TENTATIVE") {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("Nettoyage; des locaux, à Orly\n\\")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "") // what the portal stores is
		got := calendar.Calendar{Name: text, Events: []calendar.Event{{Summary: text, Text: text}}}.Write()
		for line := range bytes.SplitSeq(got, []byte("\r\n")) {
			if len(line) > 75 || bytes.ContainsAny(line, "\r\n") || !utf8.Valid(line) {
				t.Fatalf("%q", line)
			}
		}
	})
}
