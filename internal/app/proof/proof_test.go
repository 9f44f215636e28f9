// Package proof runs the claims of the README against the real binary and the
// real servers. Each test logs one line "figure: …" that scripts/prove prints.
package proof

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/structure"
)

// binary is built once for all proofs; secretFile is the key of every portal, so
// that a backup of one opens in another.
var binary, secretFile string

func TestMain(m *testing.M) {
	if data := os.Getenv(storeFilesIn); data != "" {
		secretFile = os.Getenv(secretFileIn)
		storeFiles(data) // until it is killed
	}
	if where := os.Getenv(reportIn); where != "" {
		writeReport(where) // and ends
	}
	flag.Parse()
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sourcier-proof-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "sourcier")
	if out, err := exec.Command("go", "build", "-o", binary, "sourcier/cmd/sourcier").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	secretFile = filepath.Join(dir, "secret.key")
	if err := os.WriteFile(secretFile, []byte(strings.Repeat("5e", account.SecretSize)), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func figure(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Logf("figure: "+format, args...)
}

// sourcier prepares a command line of the binary on a data directory.
func sourcier(ctx context.Context, data string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "SOURCIER_DATA="+data, "SOURCIER_STORE=", "SOURCIER_SECRET_FILE="+secretFile)
	cmd.Dir = filepath.Dir(data)
	return cmd
}

// mustRun runs a command line to its end and gives what it printed.
func mustRun(t *testing.T, data string, args ...string) string {
	t.Helper()
	out, err := sourcier(t.Context(), data, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("sourcier %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// demoFile writes size fictional structures as a generic CSV.
func demoFile(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "demo.csv")
	mustRun(t, filepath.Join(dir, "data"), "demo", "--size", fmt.Sprint(size), "--out", file)
	return file
}

// stored is a structure as two runs must agree on it.
type stored struct {
	version int64
	body    structure.Structure
}

// content reads the whole store of a data directory.
func content(t *testing.T, data string) map[string]stored {
	t.Helper()
	a := open(t, data, "")
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	return contentOf(t, a)
}

func settings(data, storeURI string) func(string) string {
	return func(name string) string {
		return map[string]string{"SOURCIER_DATA": data, "SOURCIER_STORE": storeURI, "SOURCIER_ADDR": "localhost:0", "SOURCIER_SECRET_FILE": secretFile}[name]
	}
}

// open opens a portal in this process.
func open(t *testing.T, data, storeURI string) *app.App {
	t.Helper()
	cfg, err := app.LoadConfig(settings(data, storeURI))
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, "proof", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kill9 starts a command, kills it without warning after the delay of wait, and
// reports whether it was still running.
func kill9(t *testing.T, cmd *exec.Cmd, wait func()) bool {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wait()
	killed := cmd.Process.Kill() == nil // SIGKILL
	err := cmd.Wait()
	if killed && err != nil {
		return true
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, &out)
	}
	return false
}

// freeAddr gives a loopback address that nothing listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}
