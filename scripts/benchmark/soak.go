package main

import (
	"context"
	"errors"
	"os"
	"time"

	"sourcier/internal/bench/soak"
	"sourcier/internal/bench/sourcier"
)

const (
	soakClients = 2
	soakRate    = 50 // structures changed a second
	soakEvery   = 30 * time.Second
)

// soakTest reads and writes for long at the largest size.
func soakTest(ctx context.Context, s settings) (err error) {
	b, err := newBench(s)
	if err != nil {
		return err
	}
	dir, err := b.fill(ctx, s.sizes[len(s.sizes)-1])
	if err != nil {
		return err
	}
	tell("opening the index")
	e, err := sourcier.Open(ctx, dir, quiet())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	// A short soak, as in a trial, still has windows to compare.
	every := min(soakEvery, s.soak/12)
	windows, err := soak.Run(ctx, e, soak.Options{For: s.soak, Every: every, Clients: soakClients, Rate: soakRate, Rebuild: s.rebuild, Index: sourcier.IndexDir(dir)}, os.Stdout)
	if err != nil {
		return err
	}
	verdict := soak.Judge(windows)
	if _, err := os.Stdout.WriteString(verdict.String() + "\n"); err != nil {
		return err
	}
	if !verdict.Held {
		return errors.New("the soak does not hold")
	}
	return nil
}
