package bounce_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/mail/bounce"
)

const (
	toGuest  = "portail+abcdefghijklmnabcdefghijkl@sourcier.example"
	answered = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:evenement-a@sourcier\r\nSEQUENCE:2\r\nDTSTAMP:20261128T120000Z\r\nATTENDEE;PARTSTAT=DECLINED:mailto:camille@structure.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

// answers are mails of calendar programs: alone, and among the parts of a mail.
func answers(to string) (alone, part string) {
	head := "From: camille@structure.example\r\nTo: <" + to + ">\r\nSubject: Refus\r\nMIME-Version: 1.0\r\n"
	alone = head + "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n" + answered
	part = head + "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNon.\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + answered + "\r\n--b--\r\n"
	return alone, part
}

func TestParseAnswer(t *testing.T) {
	alone, part := answers(strings.ToUpper(toGuest))
	for _, text := range []string{alone, part} {
		got, err := bounce.ParseAnswer(strings.NewReader(text))
		if err != nil || got.Guest != "abcdefghijklmn" || got.Proof != "abcdefghijkl" || got.Reply.Comes || got.Reply.Sequence != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	}
	other, _ := answers("portail@sourcier.example")
	for _, text := range []string{other, strings.Replace(alone, "METHOD:REPLY", "METHOD:COUNTER", 1), ""} {
		if got, err := bounce.ParseAnswer(strings.NewReader(text)); !errors.Is(err, bounce.ErrNoAnswer) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// Answers of calendars are read once; what somebody writes to the same address is for people.
func TestReaderReadsAnswers(t *testing.T) {
	in := newInbox(t)
	var got []bounce.Answer
	failing := true
	in.reader.Answered = func(_ context.Context, a bounce.Answer) error {
		if failing {
			return errors.New("no store")
		}
		got = append(got, a)
		return nil
	}
	alone, part := answers(toGuest)
	in.receive(alone, part, "From: camille@structure.example\r\nTo: <"+toGuest+">\r\nSubject: Une question\r\n\r\nBonjour.\r\n", report(t, "human.eml", id))
	if _, err := in.reader.Once(t.Context()); err == nil || len(got) != 0 {
		t.Fatalf("%v, %+v", err, got)
	}
	failing = false
	in.once(0)
	in.once(0)
	if len(got) != 2 || got[0].Guest != "abcdefghijklmn" {
		t.Errorf("%+v", got)
	}
	if left := in.unread(); !slices.Contains(left, "Une question") || slices.Contains(left, "Refus") {
		t.Errorf("left for people: %q", left)
	}
}
