package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// healthTimeout is how long the portal may take to say how it is.
	healthTimeout = 5 * time.Second
	// maxHealth bounds the answer read, in bytes.
	maxHealth = 64 << 10
)

// health asks the portal that listens on SOURCIER_ADDR whether it is ready. It
// is for supervisors: a container has no other program to ask with. It leaves
// the data directory alone.
func health(ctx context.Context, e env, args []string) error {
	if err := noArguments(flags(e, "health", "", "Demande au portail qui écoute sur SOURCIER_ADDR s’il est prêt (/readyz). Code de sortie 0 s’il l’est, 1 sinon.\n"), args); err != nil {
		return err
	}
	cfg, _, err := load(e)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(cfg.Addr)+"/readyz", nil)
	if err != nil {
		return err
	}
	// No proxy of the environment stands between the portal and itself.
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return fmt.Errorf("aucun portail ne répond sur %s (SOURCIER_ADDR) : le lancer par « sourcier serve »", cfg.Addr)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return unready(resp.Body, resp.StatusCode)
	}
	_, _ = fmt.Fprintln(e.stdout, "Le portail est prêt.")
	return nil
}

// unready gives the reasons that the portal has.
func unready(body io.Reader, status int) error {
	var answer struct{ Reasons []string }
	if err := json.NewDecoder(io.LimitReader(body, maxHealth)).Decode(&answer); err != nil || len(answer.Reasons) == 0 {
		return fmt.Errorf("réponse inattendue (HTTP %d) : l’adresse SOURCIER_ADDR est-elle bien celle du portail ?", status)
	}
	return errors.New("le portail n’est pas prêt : " + strings.Join(answer.Reasons, " ; "))
}

// reachable is where a server that listens on every address can be asked. A bare
// container may not know the name localhost.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}
