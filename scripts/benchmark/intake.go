package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"sourcier/internal/bench/imports"
	"sourcier/internal/bench/report"
)

const (
	smallStock   = 100_000
	genericTable = 50_000
)

var intakeNotes = []string{
	"Rows are those of both files of the register; the time is that of « sourcier import » from its start to its end: unpacking, filter, join, store and index.",
	"Files are generated (internal/bench/official), in the 54 and 35 columns of 2026 and zipped like the official ones, and removed afterwards; « stored » is what « sourcier check » finds in the store and in the index.",
	"encoding/csv reads the same archives and does nothing with the fields. Memory is read from /proc every 10 ms; « own » is what no file backs. The peak is that of the index being built at the end, which takes up to 1 GB unless GOMEMLIMIT says less.",
}

// intakeTest measures imports instead of searches.
func intakeTest(ctx context.Context, s settings) (err error) {
	if s.portal == "" {
		return errors.New("--intake needs --portal, the program that imports; scripts/bench gives it")
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := imports.Portal{Binary: s.portal, Dir: dir, Tell: tell}
	r := &report.Report{Date: time.Now(), Commit: output(ctx, "git", "describe", "--always", "--dirty"), Go: runtime.Version(), Machine: machine(), Notes: intakeNotes, Intake: &report.Intake{}}
	if r.Intake.Generic, err = p.Generic(ctx, genericTable); err != nil {
		return err
	}
	for _, rows := range []int{smallStock, s.intakeRows} {
		stock, err := p.Sirene(ctx, rows)
		if err != nil {
			return err
		}
		r.Intake.Sirene = append(r.Intake.Sirene, stock)
	}
	r.JudgeIntake()
	r.PrintIntake(os.Stdout)
	return write(r, s.json)
}
