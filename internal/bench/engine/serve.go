package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"time"

	"sourcier/internal/bench/ask"
)

// Updater is an engine that can be written to while it is asked.
type Updater interface {
	// Update changes rate structures a second while clients ask the questions.
	Update(ctx context.Context, questions []ask.Question, clients, rate int, d time.Duration) (Throughput, Updates, error)
}

// Limiter is an engine that measures its own edges.
type Limiter interface {
	Limits(ctx context.Context) (Limits, error)
}

// server answers the parent.
type server struct {
	engine    Engine
	questions []ask.Question
}

// Serve tells the parent how long the engine took to open and give its first
// answer, then does what it asks until its requests end.
func Serve(ctx context.Context, e Engine, opened time.Duration, in io.Reader, out io.Writer) error {
	questions, err := ask.All()
	if err != nil {
		return err
	}
	s := &server{e, questions}
	enc := json.NewEncoder(out)
	if err := enc.Encode(reply{Opened: opened}); err != nil {
		return err
	}
	lines := json.NewDecoder(bufio.NewReader(in))
	for {
		var r request
		if err := lines.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := s.do(ctx, r)
		if err != nil {
			answer.Error, answer.Cannot = err.Error(), errors.Is(err, ErrCannot)
		}
		if err := enc.Encode(answer); err != nil {
			return err
		}
	}
}

func (s *server) do(ctx context.Context, r request) (out reply, err error) {
	switch r.Op {
	case opAnswer:
		out.Answer, err = s.engine.Answer(ctx, s.questions[r.Question])
	case opTime:
		out.Took, err = s.engine.Time(ctx, s.question(r, r.Question), r.N)
	case opLoad:
		out.Load, err = s.engine.Load(ctx, s.many(r), r.Clients, r.For)
	case opRepeat:
		err = s.repeat(ctx, s.many(r), r.N)
	case opUpdate:
		updater, ok := s.engine.(Updater)
		if !ok {
			return out, ErrCannot
		}
		out.Load, out.Updates, err = updater.Update(ctx, s.many(r), r.Clients, r.Rate, r.For)
	case opLimits:
		limiter, ok := s.engine.(Limiter)
		if !ok {
			return out, ErrCannot
		}
		out.Limits, err = limiter.Limits(ctx)
	case opMemory:
		out.Memory, err = ReadMemory()
	case opProfile:
		err = s.profile(ctx, s.many(r), r.File, r.For)
	default:
		err = fmt.Errorf("unknown operation %q", r.Op)
	}
	return out, err
}

// question is the one asked for.
func (s *server) question(r request, number int) ask.Question {
	if r.Whole {
		return s.questions[number].Whole()
	}
	return s.questions[number]
}

func (s *server) many(r request) []ask.Question {
	var out []ask.Question
	for _, n := range r.Many {
		out = append(out, s.question(r, n))
	}
	return out
}

// repeat answers n questions in turn.
func (s *server) repeat(ctx context.Context, questions []ask.Question, n int) error {
	for i := range n {
		_, err := s.engine.Time(ctx, questions[i%len(questions)], 1)
		if err != nil && !errors.Is(err, ErrCannot) {
			return err
		}
	}
	return nil
}

// profile writes where the processor is while the questions are answered.
func (s *server) profile(ctx context.Context, questions []ask.Question, file string, d time.Duration) error {
	f, err := os.Create(file) // #nosec G304 -- the parent's own temporary file
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = s.engine.Load(ctx, questions, 1, d)
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
