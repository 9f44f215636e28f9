package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"sync"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// importLease is how long an import may be silent, killed for instance, before
// another portal may start one.
const importLease = 20 * time.Second

// turns are the works under a lease in this process: each is done by one at a
// time, whatever the store.
type turns struct {
	mu   sync.Mutex
	held map[string]turn
}

type turn struct {
	who   string
	since time.Time
}

// take gives the turn for a work, or says who has it.
func (t *turns) take(name, who string, now time.Time) (release func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if first, ok := t.held[name]; ok {
		return nil, busy(name, first.who, first.since, now)
	}
	if t.held == nil {
		t.held = map[string]turn{}
	}
	t.held[name] = turn{who, now}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.held, name)
	}, nil
}

// taken reports whether somebody has the turn for a work.
func (t *turns) taken(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.held[name]
	return ok
}

// leaseNames says in French what a lease keeps for one.
var leaseNames = map[string]string{"import": "un import", "upkeep": "l’entretien de la base", mailLease: "l’envoi des messages", inboxLease: "la lecture des avis de non-remise", "retention": "l’application des durées de conservation", "reminders": "les rappels de disponibilité", alertLease: "l’envoi des alertes", renewalLease: "le suivi des marchés en cours", aheadLease: "l’annonce des achats à venir"}

func busy(name, who string, since, now time.Time) error {
	what, ok := leaseNames[name]
	if !ok {
		what = "le même travail (" + name + ")"
	}
	return fmt.Errorf("%s est déjà en cours (%s, depuis %s) : attendre sa fin", what, who, sinceText(since, now))
}

// sinceText writes an hour of today, or of another day.
func sinceText(t, now time.Time) string {
	t = t.In(structure.Paris)
	if structure.DateOf(t) == structure.DateOf(now) {
		return t.Format("15 h 04")
	}
	return t.Format("le 02/01/2006 à 15 h 04")
}

// underLease runs work while holding a lease, renewed in the background; when
// the lease is lost, work's context ends. The embedded store needs none beside
// the turn: only the owner of the data directory reaches it, and that lock dies
// with its process where a lease would outlive a kill.
func (a *App) underLease(ctx context.Context, name string, work func(context.Context) error) error {
	who := askedBy(ctx)
	release, err := a.turns.take(name, who, a.Now())
	if err != nil {
		return err
	}
	defer release()
	if a.Config.Store == "" {
		return work(ctx)
	}
	leases, err := store.OpenLeases(ctx, a.db, a.Now)
	if err != nil {
		return err
	}
	lease, err := leases.Acquire(ctx, name, who, importLease)
	var held *store.HeldError
	if errors.As(err, &held) {
		return busy(name, held.Holder, held.Since, a.Now())
	}
	if err != nil {
		return err
	}
	working, stop := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		stop(lease.KeepRenewed(working))
	}()
	err = work(working)
	stop(nil)
	<-done
	return errors.Join(err, lease.Release(context.WithoutCancel(ctx)))
}

type askerKey struct{}

// withAsker says for whom the work of a context is done.
func withAsker(ctx context.Context, who string) context.Context {
	return context.WithValue(ctx, askerKey{}, who)
}

// askedBy names who asked for a work, this process by itself when nobody did.
func askedBy(ctx context.Context) string {
	if who, ok := ctx.Value(askerKey{}).(string); ok && who != "" {
		return who
	}
	return asker("serve")
}

// asker names this process and who runs it.
func asker(command string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "machine inconnue"
	}
	return fmt.Sprintf("sourcier %s, processus %d de %s sur %s", command, os.Getpid(), runner(), host)
}

// runner names the user of this process.
func runner() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
