package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"sourcier/internal/bench/matrix"
)

// matrixTest measures the largest comparison of answers instead of searches.
func matrixTest(ctx context.Context, s settings) (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	tell("%d suppliers x %d questions", matrix.Suppliers, matrix.Questions)
	figures, err := matrix.Measure(ctx, dir, s.runs)
	if err != nil {
		return err
	}
	held := true
	for _, f := range figures {
		fmt.Println(f)
		held = held && f.Held()
	}
	if !held {
		return fmt.Errorf("a form of the matrix takes more than %v", matrix.Within)
	}
	return nil
}
