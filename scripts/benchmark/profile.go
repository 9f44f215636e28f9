package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"sourcier/internal/bench/ask"
)

// profileFor is how long the slowest class is run under the profiler.
const profileFor = 10 * time.Second

// profileSlowest says where the time of our slowest class goes.
func (m *measure) profileSlowest(ctx context.Context) (string, error) {
	slowest, most := "", time.Duration(0)
	for _, c := range m.size.Classes {
		if c.Timings[0].P95 > most {
			slowest, most = c.Name, c.Timings[0].P95
		}
	}
	questions := slices.DeleteFunc(slices.Clone(m.questions), func(q ask.Question) bool { return q.Class != slowest })
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "cpu.prof")
	tell("profile of the class %q", slowest)
	if err := m.ours.Profile(questions, file, profileFor); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	out, err := command(ctx, "go", "tool", "pprof", "-top", "-nodecount=30", self, file).Output()
	if err != nil {
		return "", fmt.Errorf("go tool pprof: %w", err)
	}
	return fmt.Sprintf("Slowest class of ours: %q.\n%s", slowest, out), nil
}

// command runs a tool of the developer's machine.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...) // #nosec G204 -- names are constants
}
