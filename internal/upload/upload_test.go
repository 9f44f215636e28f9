package upload_test

import (
	"errors"
	"testing"
	"time"

	"sourcier/internal/upload"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// at is an upload in a state, reached as uploads reach it.
func at(t *testing.T, state upload.State) *upload.Upload {
	t.Helper()
	u := &upload.Upload{ID: "a", At: noon}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(u.Try("ada", noon, upload.Choices{}))
	if state == upload.Trying {
		return u
	}
	if state == upload.Stopped || state == upload.Failed || state == upload.Cut {
		must(u.End(noon, upload.Outcome{Failure: "x", State: state}))
		return u
	}
	must(u.End(noon, upload.Outcome{Useful: true}))
	switch state {
	case upload.Abandoned:
		must(u.Abandon(noon))
	case upload.Expired:
		must(u.Expire())
	case upload.Importing, upload.Imported:
		must(u.Begin("bea", noon))
		if state == upload.Imported {
			must(u.End(noon, upload.Outcome{Useful: true}))
		}
	}
	if u.State != state {
		t.Fatalf("%s is not reached: %s", state, u.State)
	}
	return u
}

// TestSteps asks for every step in every state.
func TestSteps(t *testing.T) {
	running, over, idle := upload.ErrRunning, upload.ErrOver, upload.ErrIdle
	for _, c := range []struct {
		state                               upload.State
		again, begin, stop, abandon, expire error
	}{
		{upload.Trying, running, running, nil, running, running},
		{upload.Tried, nil, nil, idle, nil, nil},
		{upload.Importing, running, running, nil, running, running},
		{upload.Imported, over, over, idle, over, over},
		{upload.Stopped, nil, upload.ErrUntried, idle, nil, nil},
		{upload.Failed, nil, upload.ErrUntried, idle, nil, nil},
		{upload.Cut, nil, upload.ErrUntried, idle, nil, nil},
		{upload.Abandoned, over, over, idle, over, over},
		{upload.Expired, over, over, idle, over, over},
	} {
		for name, step := range map[string]struct {
			do   func(*upload.Upload) error
			want error
		}{
			"try":     {func(u *upload.Upload) error { return u.Try("ada", noon, upload.Choices{}) }, c.again},
			"begin":   {func(u *upload.Upload) error { return u.Begin("ada", noon) }, c.begin},
			"stop":    {func(u *upload.Upload) error { return u.Stop("ada") }, c.stop},
			"abandon": {func(u *upload.Upload) error { return u.Abandon(noon) }, c.abandon},
			"expire":  {func(u *upload.Upload) error { return u.Expire() }, c.expire},
		} {
			u := at(t, c.state)
			if err := step.do(u); !errors.Is(err, step.want) {
				t.Errorf("%s when %s: %v, want %v", name, c.state, err, step.want)
			} else if err != nil && u.State != c.state {
				t.Errorf("%s when %s is refused and leaves %s", name, c.state, u.State)
			}
		}
	}
}

func TestImportThatFailedMayBeginAgain(t *testing.T) {
	for _, state := range []upload.State{upload.Stopped, upload.Failed, upload.Cut} {
		u := at(t, upload.Importing)
		if err := u.End(noon, upload.Outcome{Failure: "x", State: state}); err != nil || u.State != state {
			t.Fatal(u.State, err)
		}
		if err := u.Begin("ada", noon); err != nil {
			t.Errorf("after %s: %v", state, err)
		}
	}
}

func TestTrialThatFoundNothingIsNotImported(t *testing.T) {
	u := at(t, upload.Trying)
	if err := errors.Join(u.End(noon, upload.Outcome{})); err != nil {
		t.Fatal(err)
	}
	if err := u.Begin("ada", noon); !errors.Is(err, upload.ErrNothing) {
		t.Errorf("begun: %v", err)
	}
}

// Another trial makes what was read before count no more.
func TestAnotherTrialForgetsTheFirst(t *testing.T) {
	u := at(t, upload.Tried)
	if err := u.Try("bea", noon, upload.Choices{Partial: true}); err != nil || u.Trial.Report != nil || !u.Choices.Partial {
		t.Fatal(u, err)
	}
	if err := u.End(noon, upload.Outcome{Failure: "x", State: upload.Stopped}); err != nil {
		t.Fatal(err)
	}
	if err := u.Begin("bea", noon); !errors.Is(err, upload.ErrUntried) {
		t.Errorf("begun on the trial before: %v", err)
	}
	if err := u.Try("bea", noon, upload.Choices{Partial: true, AcceptStale: true}); !errors.Is(err, upload.ErrContrary) {
		t.Errorf("choices that contradict each other: %v", err)
	}
}

// A portal that says nothing for long is taken for gone: its files can be given up, and
// not sooner.
func TestSilentRun(t *testing.T) {
	for _, state := range []upload.State{upload.Trying, upload.Importing} {
		u := at(t, state)
		u.Tell(noon.Add(time.Minute), upload.Progress{Rows: 3})
		if err := u.Abandon(noon.Add(time.Minute + upload.Silence)); !errors.Is(err, upload.ErrRunning) {
			t.Errorf("%s, just heard of: %v", state, err)
		}
		if err := u.Abandon(noon.Add(time.Minute + upload.Silence + time.Second)); err != nil || u.State != upload.Abandoned {
			t.Errorf("%s, silent: %v, %s", state, err, u.State)
		}
		if err := u.End(noon, upload.Outcome{}); !errors.Is(err, upload.ErrIdle) {
			t.Errorf("it comes back and ends: %v", err)
		}
	}
}
