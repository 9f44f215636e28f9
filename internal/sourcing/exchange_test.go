package sourcing_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/sourcing"
)

// met is an exchange of an open operation, with minutes.
func met(t *testing.T) (*sourcing.Operation, *sourcing.Exchange) {
	t.Helper()
	o, _ := asked(t)
	x := &sourcing.Exchange{ID: "x1", Supplier: o.Suppliers[0].ID, Kind: sourcing.ByPhone, At: opened, Minutes: "Effectif : 12."}
	if err := x.Begin(lead, o, opened); err != nil {
		t.Fatal(err)
	}
	return o, x
}

// goes sends the minutes and marks them.
func goes(t *testing.T, o *sourcing.Operation, x *sourcing.Exchange, at time.Time) {
	t.Helper()
	out, err := o.SendMinutes(lead, x, at)
	if err != nil || len(out) != 1 || len(o.Sending) != 1 {
		t.Fatalf("%v, %v, %v", out, err, o.Sending)
	}
	g := o.Sending[0]
	if err := x.Carry(&g); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(o.Carried(&g)); err != nil || len(o.Sending) != 0 {
		t.Fatal(err, o.Sending)
	}
}

func TestMinutesGoThroughTheirStates(t *testing.T) {
	o, x := met(t)
	at := opened.Add(time.Hour)
	if x.State() != sourcing.MinutesKept {
		t.Fatal(x.State())
	}
	goes(t, o, x, at)
	if x.State() != sourcing.MinutesSent {
		t.Fatal(x.State())
	}
	if _, err := o.SendMinutes(lead, x, at); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("sent twice: %v", err)
	}
	if err := x.Judge(false, "", "Jo", x.SentRev, at); err == nil {
		t.Error("contested without a word")
	}
	if err := x.Judge(false, "15, pas 12.", "Jo", x.SentRev+1, at); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("of another version: %v", err)
	}
	if err := x.Judge(false, "15, pas 12.", "Jo", x.SentRev, at); err != nil || x.State() != sourcing.MinutesDenied {
		t.Fatal(err, x.State())
	}
	if err := x.Judge(true, "", "Jo", x.SentRev, at); err == nil || errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("contested, then accepted: %v", err)
	}
	in := *x
	in.Minutes = "Effectif : 15."
	if err := x.Write(lead, o, in, x.Rev, at); err != nil || x.State() != sourcing.MinutesKept {
		t.Fatal(err, x.State())
	}
	if len(x.Past) != 1 || x.Past[0].Minutes != "Effectif : 12." || x.Past[0].Word != "15, pas 12." {
		t.Fatalf("what was contested: %v", x.Past)
	}
	if v, ok := x.Shown(); !ok || v.Minutes != "Effectif : 12." || len(v.Past) != 0 {
		t.Errorf("the supplier sees what it was not sent: %v", v)
	}
	goes(t, o, x, at)
	if err := x.Judge(true, "", "Jo", x.SentRev, at); err != nil || x.State() != sourcing.MinutesAgreed {
		t.Fatal(err, x.State())
	}
	if err := x.Write(lead, o, in, x.Rev, at); !errors.Is(err, sourcing.ErrAgreedMinutes) {
		t.Errorf("written over what was accepted: %v", err)
	}
}

// The same sending is marked once; what was written between stays unsent.
func TestMinutesAreMarkedOnce(t *testing.T) {
	o, x := met(t)
	if _, err := o.SendMinutes(lead, x, opened); err != nil {
		t.Fatal(err)
	}
	g := o.Sending[0]
	in := *x
	in.Minutes = "Effectif : 15."
	if err := x.Write(lead, o, in, x.Rev, opened); err != nil {
		t.Fatal(err)
	}
	if err := x.Carry(&g); err != nil {
		t.Fatal(err)
	}
	if err := x.Carry(&g); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("marked twice: %v", err)
	}
	if v, _ := x.Shown(); x.State() != sourcing.MinutesKept || len(x.Past) != 1 || v.Minutes != "Effectif : 12." || v.SentRev != 1 {
		t.Errorf("%s, %v", x.State(), x.Past)
	}
}

func TestContestIsAnsweredOnce(t *testing.T) {
	o, x := met(t)
	if _, err := o.AnswerMinutes(lead, x, "Non.", opened); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("nobody contests: %v", err)
	}
	goes(t, o, x, opened)
	if err := x.Judge(false, "15.", "Jo", x.SentRev, opened); err != nil {
		t.Fatal(err)
	}
	out, err := o.AnswerMinutes(lead, x, "Douze au jour de la visite.", opened)
	if err != nil || len(out) != 1 {
		t.Fatal(out, err)
	}
	if _, err := o.AnswerMinutes(lead, x, "Autre.", opened); err == nil || errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("answered twice: %v", err)
	}
	g := o.Sending[0]
	if err := x.Carry(&g); err != nil || x.Answer != "Douze au jour de la visite." || x.Word != "15." || x.Minutes != "Effectif : 12." {
		t.Errorf("%v, %v", err, x)
	}
	if err := x.Carry(&g); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("marked twice: %v", err)
	}
}

func TestNoMinutesAfterTheLaunch(t *testing.T) {
	o, x := met(t)
	if _, err := o.Silence(lead, "Publiée.", opened); err != nil {
		t.Fatal(err)
	}
	if out, err := o.SendMinutes(lead, x, opened); !errors.Is(err, sourcing.ErrSilenced) || len(out) > 0 {
		t.Errorf("%v, %v", out, err)
	}
	in := *x
	in.Minutes = "Relu."
	if err := x.Write(lead, o, in, x.Rev, opened); err != nil {
		t.Errorf("written, not sent: %v", err)
	}
	if err := o.Propose(lead, "Capacité", 0, opened); err != nil {
		t.Errorf("agenda: %v", err)
	}
}

func TestAgendaHasVersions(t *testing.T) {
	o, x := met(t)
	for i, text := range []string{"Capacité", "Capacité\nDélais"} {
		if err := o.Propose(lead, text, i, opened); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Propose(lead, "Autre", 1, opened); !errors.Is(err, sourcing.ErrStale) {
		t.Errorf("over a version that was not read: %v", err)
	}
	if err := o.Propose(lead, "Capacité\nDélais", 1, opened); !errors.Is(err, sourcing.ErrUnchanged) {
		t.Errorf("the same form twice: %v", err)
	}
	in := *x
	in.AgendaVersion = 3
	if err := x.Write(lead, o, in, x.Rev, opened); err == nil {
		t.Error("a version that there is not")
	}
	in.AgendaVersion = 1
	if err := x.Write(lead, o, in, x.Rev, opened); err != nil || x.Agenda != "Capacité" {
		t.Errorf("%v, %q", err, x.Agenda)
	}
	o.Team[0].DeclaredAt = time.Time{}
	if err := x.Write(lead, o, in, x.Rev, opened); !errors.Is(err, sourcing.ErrUndeclared) {
		t.Errorf("by who has not declared: %v", err)
	}
}
