package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/sourcier"
	"sourcier/internal/bench/stock"
)

// child serves one embedded engine to the parent over its standard streams.
func child(ctx context.Context, name, dir string) (err error) {
	start := time.Now()
	var e engine.Engine
	switch name {
	case sourcier.Name:
		e, err = sourcier.Open(ctx, dir, quiet())
	case stock.Name:
		e, err = stock.Open(dir)
	default:
		err = fmt.Errorf("unknown engine %q", name)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	questions, err := ask.All()
	if err != nil {
		return err
	}
	if _, err := e.Answer(ctx, questions[0]); err != nil {
		return err
	}
	return engine.Serve(ctx, e, time.Since(start), os.Stdin, os.Stdout)
}
