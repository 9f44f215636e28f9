package app

import (
	"testing"
	"time"
)

func TestDurationsAreFrench(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Millisecond: "0\u00a0s", 59600 * time.Millisecond: "1\u00a0min 00\u00a0s", 303 * time.Second: "5\u00a0min 03\u00a0s", 3900 * time.Second: "1\u00a0h 05\u00a0min",
	} {
		if got := inFrench(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
