package event_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/event"
)

var noon = time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC)

// fullSeat is one of which every field is as long as it gets.
func fullSeat() event.Seat {
	return event.Seat{
		Guest: event.NewGuestID(), Mail: event.MailHash("e", account.Email("a@b.example")), SIREN: "552100554", Role: event.AsStructure, By: "p20", Party: 10,
		Added: noon, Invited: noon, Reminded: noon, Number: 29999, Answer: event.Offered, Answered: noon, Rank: 5000, Until: noon, Asked: true, Confirmed: true, Cancels: 300, Surveyed: true, Registered: true, Walked: true,
		Owed: []event.Due{{Notice: event.Released, Number: 29998}, {Notice: event.Offer, Number: 29999}, {Notice: event.News, Number: 30001}},
	}
}

func TestSeatFits(t *testing.T) {
	const most = 150 // bytes, DESIGN (Events)
	full := fullSeat()
	text, err := json.Marshal(full)
	if err != nil || len(text) > most {
		t.Errorf("%d bytes, %v: %s", len(text), err, text)
	}
	for _, s := range []event.Seat{full, {Guest: "g", Mail: "m", Role: event.AsBuyer, Party: 1, Added: noon}, {}} {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back event.Seat
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(s, back) {
			t.Errorf("%s: %+v, %v", text, back, err)
		}
	}
	if err := json.Unmarshal([]byte(`["g","m","","s","",1,1,0,0,"",0,0,0,0,0,"a?"]`), &full); err == nil || !strings.Contains(err.Error(), "owed") {
		t.Errorf("what is owed cannot be read: %v", err)
	}
}
