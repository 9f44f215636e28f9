package control

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"time"
	"unicode/utf8"
)

// stream writes lines to a client. After a line that could not be written it
// writes no more, and says once that the client is gone.
type stream struct {
	conn   *net.UnixConn
	unread time.Duration // how long a line may wait
	gone   func()        // may be nil

	mu       sync.Mutex
	broken   error
	progress time.Time // of the last line of progress
}

func (s *stream) send(l line) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(l)
}

func (s *stream) write(l line) error {
	if s.broken != nil {
		return s.broken
	}
	text, err := json.Marshal(l)
	if err == nil {
		err = s.conn.SetWriteDeadline(time.Now().Add(s.unread))
	}
	if err == nil {
		_, err = s.conn.Write(append(text, '\n'))
	}
	if err != nil {
		s.broken = err
		if s.gone != nil {
			s.gone()
		}
	}
	return err
}

// tell sends progress unless the last one is recent.
func (s *stream) tell(p Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.progress) >= progressEvery {
		s.progress = now
		_ = s.write(line{Progress: &p})
	}
}

func (s *stream) fail(kind Kind, text string) error {
	return s.send(line{Failure: &Failure{Kind: kind, Text: text}})
}

// end tells how the work ended: working is its context, serving that of the server.
func (s *stream) end(working, serving context.Context, err error) error {
	var told *Failure
	switch {
	case err == nil:
		return s.send(line{Done: true})
	case errors.As(err, &told):
		return s.fail(told.Kind, told.Text)
	case errors.Is(context.Cause(working), ErrGone):
		return s.fail(Interrupted, err.Error())
	case serving.Err() != nil:
		return s.fail(Failed, "le portail a été arrêté pendant ce travail. Ce qui est écrit est complet ; relancer la même commande pour finir ("+err.Error()+")")
	}
	return s.fail(Failed, err.Error())
}

func (s *stream) out() Out {
	return Out{
		Stdout:   text{s, func(t string) line { return line{Out: t} }},
		Stderr:   text{s, func(t string) line { return line{Err: t} }},
		Progress: s.tell,
	}
}

// text is a writer whose text goes to the client in lines of JSON. A client that
// is gone is no error of who writes: the end of the context says it.
type text struct {
	stream *stream
	wrap   func(string) line
}

func (t text) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := cut(rest)
		_ = t.stream.send(t.wrap(string(rest[:n])))
		rest = rest[n:]
	}
	return len(p), nil
}

// cut is how much of a text goes in one line, in whole letters.
func cut(p []byte) int {
	if len(p) <= maxText {
		return len(p)
	}
	for n := maxText; n > maxText-utf8.UTFMax; n-- {
		if utf8.RuneStart(p[n]) {
			return n
		}
	}
	return maxText
}
