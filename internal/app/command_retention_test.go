package app

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app/control"
	"sourcier/internal/store"
)

// TestRetentionCommand counts, then does, then has nothing left to do.
func TestRetentionCommand(t *testing.T) {
	a := mustOpenApp(t)
	old := account.SignIn{ID: "old", Email: "ada@ville.example", Link: "l", Browser: "b", At: time.Now().AddDate(0, 0, -3)}
	if _, err := a.People.SignIns.Insert(t.Context(), old, store.Change{}); err != nil {
		t.Fatal(err)
	}
	run := func(dry bool) string {
		t.Helper()
		var out bytes.Buffer
		if err := a.retentionCommand(t.Context(), RetentionArgs{DryRun: dry}, control.Out{Stdout: &out}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for range 2 {
		if got := run(true); got != "Ce qui serait fait maintenant :\n  1 demande de connexion effacée\n" {
			t.Errorf("dry run: %q", got)
		}
	}
	if got := run(false); got != "Fait :\n  1 demande de connexion effacée\n" {
		t.Errorf("run: %q", got)
	}
	for _, dry := range []bool{true, false} {
		if got := run(dry); !strings.Contains(got, "rien") {
			t.Errorf("then: %q", got)
		}
	}
	if a.People.Keep != a.Config.keeping() || a.Config.KeepAccounts == 0 {
		t.Errorf("the periods are %+v", a.People.Keep)
	}
}

// An erasure that was begun is carried on by the portal's own work.
func TestErasuresAreCarriedOn(t *testing.T) {
	a := mustOpenApp(t)
	d, err := a.People.Ensure(t.Context(), "ada@ville.example", "")
	if err != nil {
		t.Fatal(err)
	}
	d.Value.BeginErasure(time.Now())
	if _, err := a.People.People.Replace(t.Context(), d, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if n, err := a.People.FinishErasures(t.Context()); n != 1 || err != nil {
		t.Errorf("%d finished, %v", n, err)
	}
	if d, err = a.People.People.Get(t.Context(), d.ID); err != nil || !d.Value.Erased() {
		t.Errorf("%+v, %v", d.Value, err)
	}
}
