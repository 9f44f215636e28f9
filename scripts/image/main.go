// Image proves what the Dockerfile and docker-compose.yml say where there is no
// Docker: it runs the steps of the Dockerfile, read from the Dockerfile, over
// this machine's own system in the place of the base images, and then the
// result, confined as docker-compose.yml confines it. It is run by scripts/prove
// image, as root, since it mounts; what it mounts is gone when it ends.
//
// It is a module of its own: the parsers of Docker are no part of the portal.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// inside is the argument of the process that has mounts of its own.
const inside = "inside"

func main() {
	// A thread with a network of its own, and what it starts, live here.
	runtime.LockOSThread()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		if said := (*exec.ExitError)(nil); !errors.As(err, &said) || len(os.Args) == 3 {
			fmt.Fprintln(os.Stderr, "image:", err)
		}
		os.Exit(1)
	}
}

// dispatch takes the folder of the repository, and, the second time, inside.
func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: image REPOSITORY")
	}
	repository, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	if len(args) == 2 && args[1] == inside {
		return prove(ctx, repository)
	}
	if os.Getuid() != 0 {
		return fmt.Errorf("run as root: the steps of an image need mounts")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, repository, inside) // #nosec G204 G702 -- ourselves
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	return cmd.Run()
}

// prove builds, looks and runs, and prints the figure.
func prove(ctx context.Context, repository string) error {
	recipe, err := readDockerfile(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		return err
	}
	services, err := checkCompose(ctx, repository, recipe.image())
	if err != nil {
		return err
	}
	start := time.Now()
	b, err := newBuilder(repository)
	if err != nil {
		return err
	}
	root, err := b.build(ctx, recipe)
	if err != nil {
		return err
	}
	took := time.Since(start)
	held, err := inspect(root, recipe.image())
	if err != nil {
		return err
	}
	ran, err := run(ctx, b.dir, root, recipe.image())
	if err != nil {
		return err
	}
	fmt.Printf("binary %.1f MB, image %.1f MB in %d files, built in %.0f s; read-only as user %d, %d fictional structures, ready %d ms after its start; %d services of compose hold the rules\n",
		megabytes(held.binary), megabytes(held.total), held.files, took.Seconds(), recipe.image().uid, demoSize, ran.ready.Milliseconds(), services)
	return nil
}

func megabytes(n int64) float64 { return float64(n) / (1 << 20) }

// tell says on stderr what is being done; stdout is the figure's.
func tell(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
