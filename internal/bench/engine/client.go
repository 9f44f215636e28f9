package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"sourcier/internal/bench/ask"
)

// Client drives an engine in a child process.
type Client struct {
	Opened time.Duration // until the first answer

	name  string
	whole bool
	cmd   *exec.Cmd
	in    io.WriteCloser
	enc   *json.Encoder
	dec   *json.Decoder
}

var _ Engine = (*Client)(nil)

// Start runs this program again with the arguments and waits until its engine
// has answered once.
func Start(ctx context.Context, name string, args ...string) (*Client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...) // #nosec G204 -- ourselves
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Client{name: name, cmd: cmd, in: in, enc: json.NewEncoder(in), dec: json.NewDecoder(out)}
	var hello reply
	if err := c.dec.Decode(&hello); err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not open: %w", name, err), c.Close())
	}
	c.Opened = hello.Opened
	return c, nil
}

// Whole is the same engine asked for whole answers.
func (c *Client) Whole() *Whole {
	other := *c
	other.name, other.whole = c.name+", whole answers", true
	return &Whole{&other}
}

// Whole leaves closing to the engine that it shares.
type Whole struct{ *Client }

// Close does nothing: the process belongs to the other.
func (*Whole) Close() error { return nil }

func (c *Client) ask(r request) (reply, error) {
	r.Whole = c.whole
	if err := c.enc.Encode(r); err != nil {
		return reply{}, err
	}
	var out reply
	if err := c.dec.Decode(&out); err != nil {
		return out, fmt.Errorf("%s: %w", c.name, err)
	}
	switch {
	case out.Cannot:
		return out, fmt.Errorf("%s: %w", out.Error, ErrCannot)
	case out.Error != "":
		return out, errors.New(out.Error)
	}
	return out, nil
}

// Name is that of the engine in reports.
func (c *Client) Name() string { return c.name }

// Answer asks the child.
func (c *Client) Answer(_ context.Context, q ask.Question) (Answer, error) {
	r, err := c.ask(request{Op: opAnswer, Question: q.Number})
	return r.Answer, err
}

// Time asks the child; it keeps the time itself, so that the pipe costs nothing.
func (c *Client) Time(_ context.Context, q ask.Question, n int) ([]time.Duration, error) {
	r, err := c.ask(request{Op: opTime, Question: q.Number, N: n})
	return r.Took, err
}

// Load asks the child.
func (c *Client) Load(_ context.Context, questions []ask.Question, clients int, d time.Duration) (Throughput, error) {
	r, err := c.ask(request{Op: opLoad, Many: numbers(questions), Clients: clients, For: d})
	return r.Load, err
}

// Repeat answers n questions in turn.
func (c *Client) Repeat(questions []ask.Question, n int) error {
	_, err := c.ask(request{Op: opRepeat, Many: numbers(questions), N: n})
	return err
}

// Update changes structures while clients ask.
func (c *Client) Update(questions []ask.Question, clients, rate int, d time.Duration) (Throughput, Updates, error) {
	r, err := c.ask(request{Op: opUpdate, Many: numbers(questions), Clients: clients, Rate: rate, For: d})
	return r.Load, r.Updates, err
}

// Limits measures the engine's edges.
func (c *Client) Limits() (Limits, error) {
	r, err := c.ask(request{Op: opLimits})
	return r.Limits, err
}

// Memory is that of the child.
func (c *Client) Memory() (Memory, error) {
	r, err := c.ask(request{Op: opMemory})
	return r.Memory, err
}

// Profile writes a CPU profile of the questions to a file.
func (c *Client) Profile(questions []ask.Question, file string, d time.Duration) error {
	_, err := c.ask(request{Op: opProfile, Many: numbers(questions), File: file, For: d})
	return err
}

// Close ends the child, which closes its engine first.
func (c *Client) Close() error { return errors.Join(c.in.Close(), c.cmd.Wait()) }

func numbers(questions []ask.Question) []int {
	var out []int
	for _, q := range questions {
		out = append(out, q.Number)
	}
	return out
}
