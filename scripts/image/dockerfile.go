package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// recipe is a Dockerfile.
type recipe struct{ stages []*stage }

// stage is what one FROM begins.
type stage struct {
	name, base string
	steps      []any // *instructions.CopyCommand, RunCommand or WorkdirCommand, with their words expanded
	env        map[string]string
	config
}

// config is what an image says of how it is run.
type config struct {
	uid, gid        int
	workdir         string
	environment     []string // NAME=value
	entrypoint, cmd []string
	health          []string
	volumes         []string
}

// image is the last stage.
func (r *recipe) image() *stage { return r.stages[len(r.stages)-1] }

func (r *recipe) stage(name string) *stage {
	for _, s := range r.stages {
		if s.name == name {
			return s
		}
	}
	return nil
}

// readDockerfile refuses what it would not carry out: a proof that passes over
// an instruction proves another image.
func readDockerfile(path string) (*recipe, error) {
	f, err := os.Open(path) // #nosec G703 -- the repository is ours
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	tree, err := parser.Parse(f)
	if err != nil {
		return nil, err
	}
	stages, meta, err := instructions.Parse(tree.AST, nil)
	if err != nil {
		return nil, err
	}
	if len(meta) > 0 {
		return nil, fmt.Errorf("%s: ARG before FROM is not carried out", path)
	}
	r := &recipe{}
	lex := shell.NewLex(tree.EscapeToken)
	for _, parsed := range stages {
		s := &stage{name: parsed.Name, base: parsed.BaseName, env: map[string]string{}, config: config{workdir: "/"}}
		if r.stage(s.base) != nil {
			return nil, fmt.Errorf("%s: a stage over another is not carried out", path)
		}
		for _, c := range parsed.Commands {
			if err := s.take(c, lex); err != nil {
				return nil, fmt.Errorf("%s: line %d: %s: %w", path, c.Location()[0].Start.Line, c.Name(), err)
			}
		}
		r.stages = append(r.stages, s)
	}
	return r, nil
}

// take adds an instruction to the stage.
func (s *stage) take(c instructions.Command, lex *shell.Lex) error {
	expand := func(word string) (string, error) {
		out, _, err := lex.ProcessWord(word, shell.EnvsFromSlice(s.pairs()))
		return out, err
	}
	if words, ok := c.(instructions.SupportsSingleWordExpansion); ok {
		if err := words.Expand(expand); err != nil {
			return err
		}
	}
	switch c := c.(type) {
	case *instructions.CopyCommand:
		return s.copy(c)
	case *instructions.RunCommand:
		return s.run(c)
	case *instructions.WorkdirCommand:
		if !strings.HasPrefix(c.Path, "/") {
			return fmt.Errorf("%q: an absolute path expected", c.Path)
		}
		s.steps, s.workdir = append(s.steps, c), c.Path
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			s.env[kv.Key] = kv.Value
			s.environment = append(s.environment, kv.Key+"="+kv.Value)
		}
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			s.env[a.Key] = a.ValueString()
		}
	default:
		return s.describe(c)
	}
	return nil
}

func (s *stage) copy(c *instructions.CopyCommand) error {
	if c.Chmod != "" || c.Link || c.Parents || len(c.ExcludePatterns) > 0 || len(c.SourceContents) > 0 {
		return fmt.Errorf("of the options only --from and --chown are carried out")
	}
	s.steps = append(s.steps, c)
	return nil
}

func (s *stage) run(c *instructions.RunCommand) error {
	if !c.PrependShell || len(c.Files) > 0 || s.uid != 0 {
		return fmt.Errorf("only a line for the shell, as root, is carried out")
	}
	for _, m := range instructions.GetMounts(c) {
		if m.Type != instructions.MountTypeCache {
			return fmt.Errorf("of the mounts only caches are carried out")
		}
	}
	s.steps = append(s.steps, c)
	return nil
}

// describe takes what says how the image is run.
func (s *stage) describe(c instructions.Command) (err error) {
	switch c := c.(type) {
	case *instructions.UserCommand:
		uid, gid, _ := strings.Cut(c.User, ":")
		if s.uid, err = strconv.Atoi(uid); err == nil {
			s.gid, err = strconv.Atoi(gid)
		}
	case *instructions.EntrypointCommand:
		s.entrypoint = c.CmdLine
	case *instructions.CmdCommand:
		s.cmd = c.CmdLine
	case *instructions.HealthCheckCommand:
		if len(c.Health.Test) < 2 || c.Health.Test[0] != "CMD" {
			return fmt.Errorf("a command without a shell expected: the image has none")
		}
		s.health = c.Health.Test[1:]
	case *instructions.VolumeCommand:
		s.volumes = append(s.volumes, c.Volumes...)
	case *instructions.LabelCommand, *instructions.ExposeCommand, *instructions.StopSignalCommand:
	default:
		return fmt.Errorf("not carried out: teach scripts/image first")
	}
	return err
}

// pairs is the environment of the steps so far.
func (s *stage) pairs() (out []string) {
	for k, v := range s.env {
		out = append(out, k+"="+v)
	}
	return out
}
