package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"golang.org/x/sys/unix"
)

// builder carries out the stages. Its folder is in memory and its mounts are
// the process's own: nothing stays.
type builder struct {
	repository string
	dir        string
	roots      map[string]string // of the stages done
	caches     map[string]string // on this machine, by what follows the home or GOPATH
}

// caches of the Go image, and the setting that names ours.
var caches = map[string]string{"/go/pkg/mod": "GOMODCACHE", "/root/.cache/go-build": "GOCACHE"}

func newBuilder(repository string) (*builder, error) {
	b := &builder{repository: repository, roots: map[string]string{}, caches: map[string]string{}}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, fmt.Errorf("mounts of our own: %w", err)
	}
	// A layer over / must lie in another file system.
	b.dir = "/mnt"
	if err := unix.Mount("image", b.dir, "tmpfs", 0, "size=3g,mode=755"); err != nil {
		return nil, fmt.Errorf("memory for the layers: %w", err)
	}
	for target, setting := range caches {
		out, err := exec.Command("go", "env", setting).Output() // #nosec G204 -- constants
		if err != nil {
			return nil, err
		}
		b.caches[target] = strings.TrimSpace(string(out))
		if err := os.MkdirAll(b.caches[target], 0o750); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// build gives the root of the last stage.
func (b *builder) build(ctx context.Context, r *recipe) (string, error) {
	for n, s := range r.stages {
		if s.name == "" {
			s.name = strconv.Itoa(n)
		}
		tell("stage %s, from %s", s.name, s.base)
		root, err := b.root(s)
		if err != nil {
			return "", fmt.Errorf("stage %s: %w", s.name, err)
		}
		b.roots[s.name] = root
		at := "/"
		for _, step := range s.steps {
			switch c := step.(type) {
			case *instructions.WorkdirCommand:
				at = c.Path
				err = os.MkdirAll(filepath.Join(root, at), 0o755) // #nosec G301 G703 -- as Docker does
			case *instructions.CopyCommand:
				err = b.copy(root, at, c)
			case *instructions.RunCommand:
				err = b.run(ctx, s, root, at, c)
			}
			if err != nil {
				return "", fmt.Errorf("stage %s: %v: %w", s.name, step, err)
			}
		}
	}
	return b.roots[r.image().name], nil
}

// root makes the file system that a stage begins with: ours, with a layer over
// it, in the place of a base image.
func (b *builder) root(s *stage) (string, error) {
	at := func(name string) string { return filepath.Join(b.dir, s.name, name) }
	for _, name := range []string{"layer", "work", "root"} {
		if err := os.MkdirAll(at(name), 0o755); err != nil { // #nosec G301 -- a root
			return "", err
		}
	}
	if s.base == "scratch" {
		return at("root"), nil
	}
	if err := unix.Mount("image", at("root"), "overlay", 0, "lowerdir=/,upperdir="+at("layer")+",workdir="+at("work")); err != nil {
		return "", fmt.Errorf("layer over this machine's system: %w", err)
	}
	if err := os.Mkdir(filepath.Join(at("root"), "src"), 0o755); err != nil { // #nosec G301 -- a root
		return "", fmt.Errorf("this machine has what the base image has not: %w", err)
	}
	for _, name := range []string{"proc", "dev"} {
		if err := bind("/"+name, filepath.Join(at("root"), name), 0); err != nil {
			return "", err
		}
	}
	return at("root"), nil
}

// bind shows a folder at another place; flags may make it read-only there.
func bind(from, to string, flags uintptr) error {
	if err := unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("%s at %s: %w", from, to, err)
	}
	if flags == 0 {
		return nil
	}
	return unix.Mount("", to, "", unix.MS_BIND|unix.MS_REMOUNT|flags, "")
}

// run carries out one line of the shell inside the root.
func (b *builder) run(ctx context.Context, s *stage, root, at string, c *instructions.RunCommand) error {
	for _, m := range instructions.GetMounts(c) {
		ours, ok := b.caches[m.Target]
		if !ok {
			return fmt.Errorf("no cache for %s on this machine", m.Target)
		}
		to := filepath.Join(root, m.Target)
		if err := os.MkdirAll(to, 0o755); err != nil { // #nosec G301 G703 -- a root
			return err
		}
		if err := bind(ours, to, 0); err != nil {
			return err
		}
		defer func() { _ = unix.Unmount(to, unix.MNT_DETACH) }()
	}
	line := strings.Join(c.CmdLine, " ")
	tell("  RUN %s", line)
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line) // #nosec G204 G702 -- our own Dockerfile
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Pdeathsig: syscall.SIGKILL}
	cmd.Dir = at
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	// What reaches the registries of this machine is kept; GOPATH is the image's.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "SOURCIER_") || strings.HasPrefix(v, "GOPATH=") || strings.HasPrefix(v, "GOMODCACHE=") || strings.HasPrefix(v, "GOCACHE=")
	})
	cmd.Env = append(append(cmd.Env, "HOME=/root", "GOPATH=/go"), s.pairs()...)
	return cmd.Run()
}
