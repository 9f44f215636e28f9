package web

import "testing"

func TestShortNetwork(t *testing.T) {
	for prefix, want := range map[string]string{"203.0.113.0/24": "203.0.113…", "2001:db8:1::/48": "2001:db8:1…", "": "", "inconnu": "inconnu"} {
		if got := shortNetwork(prefix); got != want {
			t.Errorf("%q: %q, not %q", prefix, got, want)
		}
	}
}
