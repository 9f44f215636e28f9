package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"time"

	"sourcier/internal/app/control"
)

// command is work on an open portal that any process may ask for: it is done by
// the process that serves the data directory, or by the one that asks when none
// serves. It tells what it does to its Out alone.
type command struct {
	decode func(json.RawMessage) (any, error)
	run    func(ctx context.Context, a *App, args any, out control.Out) error
}

// on makes a command of a method and the type of its arguments.
func on[A any](work func(*App, context.Context, A, control.Out) error) command {
	return command{
		decode: func(raw json.RawMessage) (any, error) {
			var args A
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields() // an option of a newer version must not be passed over
			err := d.Decode(&args)
			return args, err
		},
		run: func(ctx context.Context, a *App, args any, out control.Out) error {
			typed, ok := args.(A)
			if !ok {
				return fmt.Errorf("arguments of type %T", args)
			}
			return work(a, ctx, typed, out)
		},
	}
}

// NoArgs are the arguments of a command that has none.
type NoArgs struct{}

// commands is every command that a portal in service does for another process.
func commands() map[string]command {
	return map[string]command{
		"import":    on((*App).importCommand),
		"demo":      on((*App).demoCommand),
		"check":     on((*App).checkCommand),
		"reindex":   on((*App).reindexCommand),
		"backup":    on((*App).backupCommand),
		"objection": on((*App).objectionCommand),
		"conflicts": on((*App).conflictsCommand),
		"reports":   on((*App).reportsCommand),
		"user":      on((*App).userCommand),
		"retention": on((*App).retentionCommand),
	}
}

const (
	// changingHands is how long a portal may take to open its socket, or to give
	// up its directory, before a command says that it is in use.
	changingHands = 15 * time.Second
	lookAgain     = 100 * time.Millisecond
)

// Do runs one of the commands on the data directory of cfg: by the portal that
// serves it, else here. Errors are in French; one of the portal is a
// *control.Failure.
func Do(ctx context.Context, cfg Config, log *slog.Logger, name string, args any, out control.Out) error {
	for start := time.Now(); ; {
		err := ask(ctx, cfg, name, args, out)
		if !errors.Is(err, control.ErrAbsent) {
			return err
		}
		a, err := Open(ctx, cfg, name, log)
		if err == nil {
			return errors.Join(commands()[name].run(withAsker(ctx, asker(name)), a, args, out), a.Close())
		}
		var used *InUseError
		if !errors.As(err, &used) || !used.serving() || time.Since(start) > changingHands {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}

// ask has the portal in service do a command; control.ErrAbsent when there is none.
func ask(ctx context.Context, cfg Config, name string, args any, out control.Out) error {
	raw, err := json.Marshal(args)
	var path *json.MarshalerError
	if errors.As(err, &path) {
		err = path.Unwrap() // says what to do, in French
	}
	if err != nil {
		raw = nil // of no matter unless somebody serves
	}
	called := control.Call(ctx, cfg.Data, control.Request{
		Version: build(), Settings: settingsSum(cfg), Who: asker(name), Command: name, Args: raw,
	}, out)
	if err != nil && !errors.Is(called, control.ErrAbsent) {
		return err
	}
	return called
}

// obey does what another process asked for.
func (a *App) obey(ctx context.Context, r control.Request, out control.Out) error {
	c, ok := commands()[r.Command]
	if !ok {
		return fmt.Errorf("le portail en service (version %s) ne connaît pas la commande « %s » : l’arrêter d’abord, ou le relancer dans la version de cette commande", build(), r.Command)
	}
	if r.Settings != settingsSum(a.Config) {
		return &control.Failure{Kind: control.Usage, Text: "SOURCIER_STORE et SOURCIER_HOME_TERRITORY ne sont pas ici ceux du portail en service sur ce dossier de données : donner les mêmes réglages"}
	}
	args, err := c.decode(r.Args)
	if err != nil {
		return fmt.Errorf("le portail en service (version %s) ne comprend pas toutes les options de cette commande (version %s) : le relancer dans la même version (%w)", build(), r.Version, err)
	}
	return c.run(withAsker(ctx, r.Who), a, args, out)
}

// settingsSum tells apart settings that would make a command work on something
// else than the user means. The password of the store is no part of it: it is
// neither told nor a difference.
func settingsSum(cfg Config) string {
	place := cfg.Store
	if u, err := url.Parse(cfg.Store); err == nil {
		u.User = nil
		place = u.String()
	}
	sum := sha256.Sum256([]byte(place + "\n" + cfg.Home))
	return hex.EncodeToString(sum[:8])
}

// build names the program, by its revision too where no release gave it a version.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if Version != "dev" || !ok {
		return Version
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(len(s.Value), 8)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	if revision == "" {
		return Version
	}
	return Version + "-" + revision + changed
}
