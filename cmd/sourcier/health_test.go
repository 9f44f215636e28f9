package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthSaysWhatReadyzSays(t *testing.T) {
	status, body := 0, ""
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	addr := strings.TrimPrefix(portal.URL, "http://")
	tests := []struct {
		name   string
		status int
		body   string
		code   int
		says   string
	}{
		{"ready", http.StatusOK, `{"status":"ok"}`, exitOK, "est prêt"},
		{"not ready", http.StatusServiceUnavailable, `{"reasons":["index en cours","base absente"]}`, exitFailed, "pas prêt : index en cours ; base absente"},
		{"not a portal", http.StatusForbidden, "<html>", exitFailed, "HTTP 403"},
	}
	settings := map[string]string{"SOURCIER_ADDR": addr, "SOURCIER_DATA": "/nowhere"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body = tt.status, tt.body
			if code, stdout, stderr := runIn(t, settings, "health"); code != tt.code || !strings.Contains(stdout+stderr, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, stdout, stderr)
			}
		})
	}
	portal.Close()
	if code, _, stderr := runIn(t, settings, "health"); code != exitFailed || !strings.Contains(stderr, "aucun portail ne répond sur "+addr) {
		t.Errorf("nobody listens: exit %d\n%s", code, stderr)
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		"localhost:8080": "localhost:8080", "0.0.0.0:8080": "127.0.0.1:8080", ":80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "10.1.2.3:80": "10.1.2.3:80", "portail:80": "portail:80",
	} {
		if got := reachable(addr); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}
