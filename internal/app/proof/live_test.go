package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sourcier/internal/app"
	"sourcier/internal/app/control"
)

// liveSize is how many structures are imported under a portal that serves: enough
// for an import that can be met in its middle.
func liveSize() int {
	if testing.Short() {
		return 12_000
	}
	return 20_000
}

// started is a `sourcier serve` that a test may stop or kill.
type started struct {
	*exec.Cmd
	data, root string
	said       *bytes.Buffer
}

// startServe opens a portal on a data directory and waits for its first page.
func startServe(t *testing.T, data string, settings ...string) *started {
	t.Helper()
	addr := freeAddr(t)
	s := &started{sourcier(context.Background(), data, "serve"), data, "http://" + addr, &bytes.Buffer{}}
	s.Env = append(s.Env, "SOURCIER_ADDR="+addr, "SOURCIER_BASE_URL="+s.root)
	s.Env = append(s.Env, settings...)
	s.Stdout, s.Stderr = s.said, s.said
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill(); _ = s.Wait() }) // both fail on one that ended
	waitPage(t, s.root+"/structures", time.Now())
	return s
}

// stop ends a portal as Ctrl-C does.
func (s *started) stop(t *testing.T) {
	t.Helper()
	if err := errors.Join(s.Process.Signal(os.Interrupt), s.Wait()); err != nil {
		t.Errorf("serve did not stop cleanly: %v\n%s", err, s.said)
	}
	if _, err := os.Lstat(filepath.Join(s.data, "control.sock")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left after a clean stop: %v", err)
	}
}

// count asks the API how many structures a search finds.
func (s *started) count(t *testing.T) int {
	t.Helper()
	return total(t, strings.TrimPrefix(s.root, "http://"), "")
}

// client is a command line that runs beside the test.
type client struct {
	*exec.Cmd
	out, err bytes.Buffer
}

func startClient(t *testing.T, data string, args ...string) *client {
	t.Helper()
	c := &client{Cmd: sourcier(context.Background(), data, args...)}
	c.Stdout, c.Stderr = &c.out, &c.err
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// ends waits for a client and expects its exit code and words.
func (c *client) ends(t *testing.T, code int, says ...string) {
	t.Helper()
	_ = c.Wait() // the code says it
	said := c.out.String() + c.err.String()
	if c.ProcessState.ExitCode() != code {
		t.Errorf("%v: exit %d, want %d\n%s", c.Args[1:], c.ProcessState.ExitCode(), code, said)
	}
	for _, want := range says {
		if !strings.Contains(said, want) {
			t.Errorf("%v does not say %q\n%s", c.Args[1:], want, said)
		}
	}
}

// load asks a portal for pages and searches until it is stopped.
type load struct {
	requests, failed atomic.Int64
	slowest          atomic.Int64 // ns
	stop             func()       // and waits
}

// loadPace stays below the limit of searches of one client, 50 a second.
const loadPace = 100 * time.Millisecond

func (s *started) load(t *testing.T) *load {
	t.Helper()
	l := &load{}
	ctx, cancel := context.WithCancel(context.Background())
	var asking sync.WaitGroup
	l.stop = func() { cancel(); asking.Wait() }
	t.Cleanup(l.stop)
	for _, path := range []string{"/", "/structures?q=nettoyage+vitry", "/api/v1/structures?kind=ESAT", "/api/v1/suggest?q=net"} {
		asking.Go(func() {
			for ctx.Err() == nil {
				start := time.Now()
				resp, err := http.Get(s.root + path)
				status := 0
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
					status = resp.StatusCode
				}
				l.requests.Add(1)
				if err != nil || status != http.StatusOK {
					l.failed.Add(1)
					t.Errorf("%s: %d, %v", path, status, err)
				}
				l.slowest.Store(max(l.slowest.Load(), int64(time.Since(start))))
				time.Sleep(loadPace)
			}
		})
	}
	return l
}

// TestLive imports through the socket of a portal under load. Pages are served all
// the while, batches show as they land, a check and a rebuild are clean meanwhile,
// a second import is refused with the name of who runs the first.
func TestLive(t *testing.T) {
	file := demoFile(t, liveSize())
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	asked := portal.load(t)
	importing := startClient(t, data, "import", file)
	done := make(chan struct{})
	go func() {
		defer close(done)
		importing.ends(t, 0, " créées, ")
	}()
	checked := make(chan int, 1)
	go func() { checked <- portal.checks(t, done) }()
	var once sync.Once
	shown := make(chan struct{}) // closed when the first batch is
	steps := make(chan int, 1)
	go func() {
		steps <- portal.watch(t, done, func(seen int) bool {
			if seen == 1 {
				once.Do(func() { close(shown) })
			}
			return false
		})
	}()
	<-shown
	who := fmt.Sprintf("sourcier import, processus %d ", importing.Process.Pid)
	startClient(t, data, "import", file).ends(t, 1, "un import est déjà en cours", who, "depuis ")
	startClient(t, data, "demo", "--remove").ends(t, 1, who)
	startClient(t, data, "serve").ends(t, 1, "sourcier serve, processus")
	startClient(t, data, "reindex").ends(t, 0, "L’index est refait.")
	<-done
	totals, compared := <-steps, <-checked
	if compared == 0 {
		t.Error("no check was made in the middle of the import")
	}
	if got := portal.count(t); got != liveSize() {
		t.Errorf("the search after the import finds %d structures instead of %d", got, liveSize())
	}
	mustRun(t, data, "check")
	asked.stop()
	portal.stop(t)
	if totals < 3 {
		t.Errorf("%d different totals during the import: batches do not show as they land", totals)
	}
	if asked.requests.Load() < 20 {
		t.Errorf("only %d requests", asked.requests.Load())
	}
	figure(t, "%d structures imported through the socket in view of searches (%d steps), a check at %d and a rebuild meanwhile: %d requests, %d failed, slowest %d ms",
		liveSize(), totals, compared, asked.requests.Load(), asked.failed.Load(), time.Duration(asked.slowest.Load()).Milliseconds())
}

// checks compares the base and the index again and again until an import is done: each is
// clean. It gives how many structures the last in its middle compared. One check alone, begun
// when a batch shows, comes too late on a busy machine: what shows is behind what is written.
func (s *started) checks(t *testing.T, done <-chan struct{}) (middle int) {
	t.Helper()
	for {
		select {
		case <-done:
			return middle
		default:
		}
		out, err := sourcier(t.Context(), s.data, "check").CombinedOutput()
		compared := 0
		if _, scanErr := fmt.Sscanf(string(out), "%d structure", &compared); err != nil || scanErr != nil || !strings.HasSuffix(string(out), ", 0 écart\n") {
			t.Errorf("a check during the import: %v\n%s", errors.Join(err, scanErr), out)
			return middle
		}
		if compared > 0 && compared < liveSize() {
			middle = compared
		}
	}
}

// watch counts the different totals of a search until enough or done.
func (s *started) watch(t *testing.T, done <-chan struct{}, enough func(seen int) bool) (seen int) {
	t.Helper()
	for last, deadline := 0, time.Now().Add(5*time.Minute); !enough(seen); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("the import shows %d steps only", seen)
			return seen
		}
		select {
		case <-done:
			return seen
		default:
		}
		if n := s.count(t); n != last {
			last = n
			seen++
		}
	}
	return seen
}

// TestLiveProgress hears the progress of an import, as a client of the socket.
func TestLiveProgress(t *testing.T) {
	file := demoFile(t, liveSize())
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	cfg, err := app.LoadConfig(func(name string) string { return map[string]string{"SOURCIER_DATA": data}[name] })
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var heard []control.Progress
	err = app.Do(t.Context(), cfg, slog.New(slog.DiscardHandler), "import", app.ImportArgs{Files: []control.Path{control.Path(file)}, Rejects: control.Path(t.TempDir())},
		control.Out{Stdout: &out, Stderr: io.Discard, Progress: func(p control.Progress) { heard = append(heard, p) }})
	if err != nil || !strings.Contains(out.String(), " créées, 0 mise à jour, 0 inchangée, 0 rejetée") {
		t.Errorf("%v\n%s", err, &out)
	}
	if len(heard) < 3 {
		t.Fatalf("progress %+v", heard)
	}
	for i, p := range heard[1:] {
		if p.Done < heard[i].Done || p.Total < p.Done || !strings.HasPrefix(p.Label, "demo.csv") || !strings.Contains(p.Line, "lignes lues") {
			t.Errorf("progress %+v after %+v", p, heard[i])
		}
	}
	portal.stop(t)
}

// TestLiveInterrupted stops the client in the middle, as Ctrl-C does: what was done
// is told, the portal goes on, and a second import ends what the first began.
func TestLiveInterrupted(t *testing.T) {
	file := demoFile(t, liveSize())
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	asked := portal.load(t)
	importing := startClient(t, data, "import", file)
	portal.watch(t, nil, func(seen int) bool { return seen >= 2 })
	if err := importing.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	importing.ends(t, 130, "L’import n’est pas allé à son terme", "créées", "interrompu")
	before := portal.count(t)
	mustRun(t, data, "check")
	if before == 0 || before >= liveSize() {
		t.Errorf("%d structures after an interruption: not in the middle", before)
	}
	// One that is killed outright gives up its turn too.
	killed := startClient(t, data, "import", file)
	time.Sleep(300 * time.Millisecond)
	_ = killed.Process.Kill()
	_ = killed.Wait()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		out, err := sourcier(t.Context(), data, "import", file).CombinedOutput()
		if err == nil {
			break
		}
		if !strings.Contains(string(out), "déjà en cours") || time.Now().After(deadline) {
			t.Fatalf("after a client that was killed: %v\n%s", err, out)
		}
	}
	mustRun(t, data, "check")
	if got := portal.count(t); got != liveSize() {
		t.Errorf("%d structures in the end instead of %d", got, liveSize())
	}
	asked.stop()
	portal.stop(t)
}

// TestLiveServerKilled kills the portal in the middle of an import: its client says
// so, and the socket that is left keeps nobody away.
func TestLiveServerKilled(t *testing.T) {
	file := demoFile(t, liveSize())
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	importing := startClient(t, data, "import", file)
	portal.watch(t, nil, func(seen int) bool { return seen >= 2 })
	if err := portal.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = portal.Wait()
	importing.ends(t, 1, "le portail en service (processus ", "s’est arrêté pendant ce travail")
	if _, err := os.Lstat(filepath.Join(data, "control.sock")); err != nil {
		t.Errorf("no socket was left, which proves nothing: %v", err)
	}
	mustRun(t, data, "check") // with the directory to itself
	again := startServe(t, data)
	mustRun(t, data, "import", file)
	mustRun(t, data, "check")
	if got := again.count(t); got != liveSize() {
		t.Errorf("%d structures in the end instead of %d", got, liveSize())
	}
	again.stop(t)
}

// TestLiveServerStopped stops the portal in the middle of an import, as a restart
// does: both end cleanly.
func TestLiveServerStopped(t *testing.T) {
	file := demoFile(t, liveSize())
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	importing := startClient(t, data, "import", file)
	portal.watch(t, nil, func(seen int) bool { return seen >= 2 })
	portal.stop(t)
	importing.ends(t, 1, "le portail a été arrêté pendant ce travail", "L’import n’est pas allé à son terme")
	mustRun(t, data, "check")
}

// TestLivePaths gives the portal what the client means: files and the folder of
// rejects are those of where the client stands.
func TestLivePaths(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	here := t.TempDir()
	if err := os.WriteFile(filepath.Join(here, "é.csv"), []byte("siret;nom;type\n8,07469E+13;Atelier des Bords;ESAT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"import", "--rejects", "rejets", "é.csv"}, {"import", "absent.csv"}, {"import", "-"}, {"import", "--territory", "dep:999", "é.csv"}} {
		cmd := sourcier(t.Context(), data, args...)
		cmd.Dir = here
		out, err := cmd.CombinedOutput()
		var failed *exec.ExitError
		code := 0
		if errors.As(err, &failed) {
			code = failed.ExitCode()
		}
		want := map[string]struct {
			code int
			says string
		}{"--rejects": {0, filepath.Join(here, "rejets", "rejets-")}, "absent.csv": {1, "n’existe pas"}, "-": {2, "pas un fichier"}, "--territory": {2, "dep:999"}}[args[1]]
		if code != want.code || !strings.Contains(string(out), want.says) {
			t.Errorf("%v: exit %d\n%s", args, code, out)
		}
	}
	if found, err := filepath.Glob(filepath.Join(here, "rejets", "rejets-*.csv")); err != nil || len(found) != 1 {
		t.Errorf("rejects: %v, %v", found, err)
	}
	portal.stop(t)
}

// TestLiveOtherAccount refuses the commands of another account.
func TestLiveOtherAccount(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	portal := startServe(t, data)
	cmd := sourcier(t.Context(), data, "check")
	if os.Getuid() == 0 { // whom no mode stops
		if err := errors.Join(os.Chmod(filepath.Dir(binary), 0o755), os.Chmod(filepath.Dir(data), 0o755), os.Chmod(filepath.Dir(filepath.Dir(data)), 0o755), os.Chmod(data, 0o755)); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	} else if err := os.Chmod(filepath.Join(data, "control.sock"), 0); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if !errors.As(err, &failed) || failed.ExitCode() != 1 || !strings.Contains(string(out), "n’est pas à cet utilisateur") {
		t.Errorf("%v\n%s", err, out)
	}
	portal.stop(t)
}

// TestLiveLease has two portals on one MongoDB, and a command beside them: whoever
// comes second to an import is told who runs the first.
func TestLiveLease(t *testing.T) {
	server := testMongo(t)
	store := fmt.Sprintf("SOURCIER_STORE=%s/lease%d", server, time.Now().UnixNano())
	file, small := demoFile(t, 5_000), demoFile(t, 100)
	portals := []*started{startServe(t, filepath.Join(t.TempDir(), "a"), store), startServe(t, filepath.Join(t.TempDir(), "b"), store)}
	on := func(data string, args ...string) *client {
		c := &client{Cmd: sourcier(context.Background(), data, args...)}
		c.Env = append(c.Env, store)
		c.Stdout, c.Stderr = &c.out, &c.err
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Process.Kill() })
		return c
	}
	importing := on(portals[0].data, "import", file)
	portals[1].watch(t, nil, func(seen int) bool { return seen >= 1 })
	who := fmt.Sprintf("sourcier import, processus %d ", importing.Process.Pid)
	for _, data := range []string{portals[0].data, portals[1].data, filepath.Join(t.TempDir(), "c")} {
		on(data, "import", file).ends(t, 1, "un import est déjà en cours", who)
		on(data, "demo").ends(t, 1, who)
	}
	// The setting of another store on the same directory is not passed over.
	startClient(t, portals[0].data, "check").ends(t, 2, "SOURCIER_STORE")
	if err := importing.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	importing.ends(t, 130, "L’import n’est pas allé à son terme")
	on(portals[1].data, "import", small).ends(t, 0, "100 lignes lues")
	on(portals[1].data, "check").ends(t, 0, ", 0 écart\n")
	on(portals[1].data, "demo", "--size", "10").ends(t, 0, "10 structures fictives")
	for _, portal := range portals {
		portal.stop(t)
	}
}
