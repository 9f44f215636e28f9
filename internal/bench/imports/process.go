package imports

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Memory of the process of an import, in bytes.
type Memory struct {
	Peak int64 `json:"peak"` // of RSS
	End  int64 `json:"end"`  // RSS when last seen
	Anon int64 `json:"anon"` // of End, what no file backs
}

// lookEvery is the pace at which memory is read.
const lookEvery = 10 * time.Millisecond

// sourcier runs a command of the portal on the data in dir.
func (p Portal) sourcier(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := p.command(ctx, dir, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sourcier %s: %w\n%s", args[0], err, out)
	}
	return string(out), nil
}

func (p Portal) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Binary, args...) // #nosec G204 -- named by whoever runs the benchmark
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SOURCIER_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "SOURCIER_DATA="+filepath.Join(dir, "data"), "SOURCIER_HOME_TERRITORY="+HomeTerritory)
	return cmd
}

// run imports files into an empty directory, and lets check count what is there.
func (p Portal) run(ctx context.Context, dir string, files ...string) (r Run, err error) {
	cmd := p.command(ctx, dir, append([]string{"import"}, files...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	err = r.watch(cmd.Process.Pid, ended)
	r.Took = time.Since(start)
	if err != nil {
		return r, fmt.Errorf("sourcier import: %w\n%s", err, &out)
	}
	r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.Stored, err = p.stored(ctx, dir)
	return r, err
}

// watch reads the memory of a process until it ends.
func (m *Memory) watch(pid int, ended <-chan error) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err == nil && m.Peak == 0 {
				err = fmt.Errorf("it ended before its memory was read")
			}
			return err
		case <-tick.C:
			m.read(pid)
		}
	}
}

// read takes what the kernel tells; a process that is ending has nothing left.
func (m *Memory) read(pid int) {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return
	}
	fields := map[string]int64{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		if kilobytes, ok := strings.CutSuffix(strings.TrimSpace(value), " kB"); ok {
			n, err := strconv.ParseInt(kilobytes, 10, 64)
			if err == nil {
				fields[name] = n << 10
			}
		}
	}
	if rss := fields["VmRSS"]; rss > 0 {
		m.Peak, m.End, m.Anon = max(m.Peak, fields["VmHWM"]), rss, fields["RssAnon"]
	}
}

// counted is what check says: so many in the store, as many in the index.
var counted = regexp.MustCompile(`^(\d+) structures? dans la base, (\d+) dans l’index, 0 écart`)

func (p Portal) stored(ctx context.Context, dir string) (int, error) {
	out, err := p.sourcier(ctx, dir, "check")
	if err != nil {
		return 0, err
	}
	found := counted.FindStringSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("sourcier check says %q", out)
	}
	return strconv.Atoi(found[1])
}
