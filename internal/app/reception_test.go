package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/upload"
)

// What the browser imports takes its turn: while another import has it, the page says
// who and since when, and the import can be asked for again.
func TestImportFromTheBrowserTakesItsTurn(t *testing.T) {
	a := mustOpenApp(t)
	a.serving = true
	desk, err := a.reception()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); desk.Serve(ctx) }()
	defer func() { stop(); <-ended }()
	in, err := desk.Receive()
	if err == nil {
		err = in.File("liste.csv", strings.NewReader(twoSheets))
	}
	if err == nil {
		_, err = in.Keep(ctx, "ada", "depot", upload.Choices{})
	}
	if err != nil {
		t.Fatal(err)
	}
	settled := func() (upload.Upload, int64) {
		t.Helper()
		for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
			if d, err := a.Uploads.Get(ctx, "depot"); err != nil || !d.Value.Running() {
				if err != nil {
					t.Fatal(err)
				}
				return d.Value, d.Version
			}
		}
		t.Fatal("a run never ends")
		return upload.Upload{}, 0
	}
	u, version := settled()
	if u.State != upload.Tried {
		t.Fatalf("%+v", u)
	}
	release, err := a.turns.take("import", "Bea, par la ligne de commande", a.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Begin(ctx, "ada", "depot", version); err != nil {
		t.Fatal(err)
	}
	u, version = settled()
	if u.State != upload.Failed || !strings.Contains(u.Import.Failure, "Bea, par la ligne de commande, depuis") {
		t.Errorf("%s: %q", u.State, u.Import.Failure)
	}
	release()
	if err := desk.Begin(ctx, "ada", "depot", version); err != nil {
		t.Fatal(err)
	}
	if u, _ = settled(); u.State != upload.Imported {
		t.Errorf("%+v", u)
	}
	if _, err := a.Structures.Get(ctx, structure.NewID("siret:00200000800017")); err != nil {
		t.Errorf("nothing was imported: %v", err)
	}
}
