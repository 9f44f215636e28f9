package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// copy carries out COPY: a folder gives what it holds, a file itself.
func (b *builder) copy(root, at string, c *instructions.CopyCommand) (err error) {
	tell("  %v", c)
	t := tree{into: strings.HasSuffix(c.DestPath, "/") || c.DestPath == "." || len(c.SourcePaths) > 1}
	if c.Chown != "" {
		if _, err := fmt.Sscanf(c.Chown, "%d:%d", &t.uid, &t.gid); err != nil {
			return fmt.Errorf("--chown=%s: numbers expected", c.Chown)
		}
	}
	if t.source, t.ignored, err = b.source(c.From); err != nil {
		return err
	}
	t.dest = filepath.Join(root, c.DestPath)
	if !filepath.IsAbs(c.DestPath) {
		t.dest = filepath.Join(root, at, c.DestPath)
	}
	for _, path := range c.SourcePaths {
		n, err := t.copy(strings.TrimPrefix(path, "/"))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%s: nothing there, or .dockerignore keeps it away", path)
		}
	}
	return nil
}

// source is the stage named, or what the repository gives to a build.
func (b *builder) source(from string) (root string, ignored func(string) (bool, error), err error) {
	if from == "" {
		ignored, err = b.ignored()
		return b.repository, ignored, err
	}
	if root = b.roots[from]; root == "" {
		err = fmt.Errorf("--from=%s is no stage above", from)
	}
	return root, func(string) (bool, error) { return false, nil }, err
}

// ignored tells what .dockerignore keeps from the build.
func (b *builder) ignored() (func(string) (bool, error), error) {
	f, err := os.Open(filepath.Join(b.repository, ".dockerignore")) // #nosec G703 -- the repository is ours
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	patterns, err := ignorefile.ReadAll(f)
	if err != nil {
		return nil, err
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	return m.MatchesOrParentMatches, nil
}

// tree is what one COPY takes from where to where.
type tree struct {
	source, dest string
	into         bool // dest is a folder, whatever is copied
	ignored      func(string) (bool, error)
	uid, gid     int
}

// copy copies a path of the source and counts the files and folders copied.
func (t *tree) copy(path string) (n int, err error) {
	top := filepath.Join(t.source, path)
	err = filepath.WalkDir(top, func(from string, d fs.DirEntry, err error) error { // #nosec G703 -- the repository is ours
		if err != nil {
			return err
		}
		name, err := filepath.Rel(t.source, from)
		if err != nil {
			return err
		}
		// A folder is made when something is copied into it: one that is ignored may
		// hold what an exception lets through.
		if skip, err := t.ignored(name); err != nil || skip || d.IsDir() && from == top {
			return err
		}
		to := t.dest
		if rel, _ := filepath.Rel(top, from); rel != "." {
			to = filepath.Join(t.dest, rel)
		} else if t.into {
			to = filepath.Join(t.dest, filepath.Base(from))
		}
		n++
		return copyOne(from, to, d, t.uid, t.gid)
	})
	return n, err
}

func copyOne(from, to string, d fs.DirEntry, uid, gid int) (err error) {
	info, err := d.Info()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { // #nosec G301 -- as Docker does
		return err
	}
	mode := info.Mode() & (fs.ModePerm | fs.ModeSticky)
	switch {
	case d.IsDir():
		if err := os.Mkdir(to, mode); err != nil && !os.IsExist(err) {
			return err
		}
	case info.Mode().IsRegular():
		if err := copyFile(from, to); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s: neither file nor folder", from)
	}
	if err := os.Chmod(to, mode); err != nil {
		return err
	}
	return os.Lchown(to, uid, gid)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// held is what an image weighs.
type held struct {
	files         int
	total, binary int64
}

// inspect weighs the image, and refuses one that its user could change.
func inspect(root string, s *stage) (h held, err error) {
	if s.uid == 0 || len(s.entrypoint) == 0 || len(s.health) == 0 {
		return h, fmt.Errorf("the image needs a user other than root, an entry point and a health check: user %d, %v, %v", s.uid, s.entrypoint, s.health)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { // #nosec G703 -- our own image
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, root)
		if info.Mode().IsRegular() {
			h.files++
			h.total += info.Size()
		}
		if name == s.entrypoint[0] {
			h.binary = info.Size()
		}
		return s.checkMode(name, info)
	})
	return h, err
}

// checkMode lets the user write into the volume and /tmp, and nowhere else.
func (s *stage) checkMode(name string, info fs.FileInfo) error {
	writable := owner(info) == s.uid || info.Mode()&0o002 != 0
	if allowed := name == s.volumes[0] || name == "/tmp"; writable != allowed {
		return fmt.Errorf("%s (%s, owner %d): writable to user %d: %v, must be %v", name, info.Mode(), owner(info), s.uid, writable, allowed)
	}
	return nil
}
