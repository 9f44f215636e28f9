package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// demoSize is the number of fictional structures served.
	demoSize = 400
	// readyWithin is how long the portal may take to be ready, and to stop.
	readyWithin = 20 * time.Second
	// port is the one that the image exposes and compose publishes.
	port = "8080"
)

func owner(info fs.FileInfo) int { return int(info.Sys().(*syscall.Stat_t).Uid) }

// ran is what was seen of the running image.
type ran struct{ ready time.Duration }

// container is an image on a read-only root, with a volume and a network of
// its own, whose processes have no right at all.
type container struct {
	*stage
	root string
}

// run starts the image as compose would and asks it.
func run(ctx context.Context, dir, root string, s *stage) (r ran, err error) {
	c := &container{s, root}
	if err := c.confine(dir); err != nil {
		return r, err
	}
	if out, err := c.command(ctx, "demo", "--size", fmt.Sprint(demoSize), "--out", "/usr/demo.csv").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("read-only file system")) {
		return r, fmt.Errorf("the root is not read-only: %w\n%s", err, out)
	}
	if out, err := c.command(ctx, "demo", "--size", fmt.Sprint(demoSize)).CombinedOutput(); err != nil {
		return r, fmt.Errorf("demo: %w\n%s", err, out)
	}
	var out bytes.Buffer
	server := c.command(ctx, s.cmd...)
	server.Stdout, server.Stderr = &out, &out
	server.SysProcAttr.Cloneflags |= unix.CLONE_NEWPID // alone, and the first, as in a container
	start := time.Now()
	if err := server.Start(); err != nil {
		return r, err
	}
	err = c.ask(ctx, start, &r)
	stopped := time.Now()
	err = errors.Join(err, server.Process.Signal(syscall.SIGTERM), server.Wait())
	if took := time.Since(stopped); err == nil && took > readyWithin {
		err = fmt.Errorf("it stopped only after %v", took)
	}
	if err != nil {
		return r, fmt.Errorf("%w\n%s", err, &out)
	}
	if c.healthy(ctx) == nil {
		return r, fmt.Errorf("the health check passes when nothing runs")
	}
	return r, nil
}

// confine makes the root read-only, with the volume and a /tmp as compose gives
// them, and takes this thread to a network that has loopback and nothing else.
func (c *container) confine(dir string) error {
	for _, name := range []string{"proc", "dev"} { // every container has them
		if err := os.MkdirAll(filepath.Join(c.root, name), 0o755); err != nil { // #nosec G301 -- a root
			return err
		}
	}
	volume, inside := filepath.Join(dir, "volume"), filepath.Join(c.root, c.volumes[0])
	info, err := os.Stat(inside)
	if err != nil {
		return err
	}
	// A new volume begins as the image's folder: its owner and its mode.
	if err := errors.Join(os.Mkdir(volume, info.Mode().Perm()), os.Chown(volume, owner(info), owner(info))); err != nil {
		return err
	}
	if err := bind(c.root, c.root, unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV); err != nil {
		return err
	}
	if err := errors.Join(
		unix.Mount("image", filepath.Join(c.root, "tmp"), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "size=64m,mode=1777"),
		bind(volume, inside, unix.MS_NOSUID|unix.MS_NODEV),
		bind("/proc", filepath.Join(c.root, "proc"), unix.MS_RDONLY), bind("/dev", filepath.Join(c.root, "dev"), unix.MS_RDONLY),
	); err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS); err != nil {
		return fmt.Errorf("a network of its own: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return loopbackUp()
}

// loopbackUp does what a container's runtime does to a new network.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// command prepares the entry point with arguments.
func (c *container) command(ctx context.Context, args ...string) *exec.Cmd {
	return c.exec(ctx, append(append([]string{}, c.entrypoint...), args...))
}

func (c *container) exec(ctx context.Context, line []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, line[0], line[1:]...) // #nosec G204 G702 -- our own Dockerfile
	cmd.Err = nil                                         // the path is one of the container's
	cmd.Dir = c.workdir
	cmd.Env = append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, c.environment...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot: c.root, Pdeathsig: syscall.SIGKILL,
		Credential: &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}, // #nosec G115 -- of a Dockerfile
	}
	return cmd
}

// healthy runs the health check of the image.
func (c *container) healthy(ctx context.Context) error {
	out, err := c.exec(ctx, c.health).CombinedOutput()
	if err != nil {
		return fmt.Errorf("health check: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// ask waits until the portal is ready, and looks at a page of results.
func (c *container) ask(ctx context.Context, start time.Time, r *ran) error {
	for {
		status, _, err := get("/readyz")
		if err == nil && status == http.StatusOK {
			break
		}
		if time.Since(start) > readyWithin || ctx.Err() != nil {
			return fmt.Errorf("not ready after %v: HTTP %d, %w", readyWithin, status, errors.Join(err, ctx.Err()))
		}
		time.Sleep(5 * time.Millisecond)
	}
	r.ready = time.Since(start)
	if err := c.healthy(ctx); err != nil {
		return err
	}
	status, page, err := get("/structures?q=nettoyage")
	if err == nil && (status != http.StatusOK || !strings.Contains(page, "nettoyage")) {
		err = fmt.Errorf("page of results: HTTP %d\n%s", status, page)
	}
	return err
}

// get asks from this thread, the only one in the network of the container: a
// client of net/http would ask from another.
func get(path string) (status int, body string, err error) {
	conn, err := net.DialTimeout("tcp4", "127.0.0.1:"+port, time.Second)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(readyWithin)); err != nil {
		return 0, "", err
	}
	req, err := http.NewRequest(http.MethodGet, "http://localhost:"+port+path, nil)
	if err != nil {
		return 0, "", err
	}
	req.Close = true
	if err := req.Write(conn); err != nil {
		return 0, "", err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	return resp.StatusCode, string(text), err
}
