package network_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sourcier/internal/network"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func TestNudgeOnceAMonth(t *testing.T) {
	m := network.Declare("unea", "s", "ESAT", noon)
	for _, text := range []string{"", " ", strings.Repeat("é", network.MaxText+1)} {
		if _, err := m.Nudge(text, noon); !errors.Is(err, network.ErrText) {
			t.Errorf("%d letters: %v", len(text), err)
		}
	}
	for _, c := range []struct {
		after time.Duration
		want  error
	}{{0, nil}, {time.Hour, network.ErrNudged}, {network.NudgeEvery - time.Second, network.ErrNudged}, {network.NudgeEvery, nil}} {
		if _, err := m.Nudge("Complétez.", noon.Add(c.after)); !errors.Is(err, c.want) {
			t.Errorf("after %v: %v", c.after, err)
		}
	}
}

func TestWhoSaysNo(t *testing.T) {
	m := network.Declare("unea", "s", "ESAT", noon)
	if changed, err := m.Answer(true, noon); err != nil || changed {
		t.Error("says yes to what is so", changed, err)
	}
	if changed, err := m.Answer(false, noon); err != nil || !changed || m.Holds() {
		t.Error(changed, err)
	}
	_, err1 := m.Return(noon)
	_, err2 := m.Nudge("Complétez.", noon)
	if !errors.Is(err1, network.ErrRefused) || !errors.Is(err2, network.ErrGone) || !errors.Is(m.Leave(noon), network.ErrGone) {
		t.Error("a network speaks for who said no", err1, err2)
	}
	if changed, err := m.Answer(true, noon); err != nil || !changed || !m.Holds() {
		t.Error(changed, err)
	}
	if err := m.Leave(noon); err != nil || m.Holds() {
		t.Error(err)
	}
	if _, err := m.Answer(true, noon); err == nil {
		t.Error("a structure makes itself a member")
	}
	if changed, err := m.Return(noon); err != nil || !changed || !m.Holds() {
		t.Error(changed, err)
	}
}
