// Benchmark compares search engines on the same structures and questions, as
// the search document says. It is run by scripts/bench, and runs itself again
// for each embedded engine, so that each is measured in a process of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settings are the flags.
type settings struct {
	sizes         []int
	only          []string
	postgres      string // address of a throw-away server
	sphinx        bool
	profile       bool
	pages         bool
	json          string
	dir           string
	runs          int
	load          time.Duration // of each load test
	memoryQueries int
	soak          time.Duration
	rebuild       bool
	matrix        bool
	intake        bool
	intakeRows    int    // establishments of the large register
	portal        string // the program that imports
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 3 && args[0] == "child" {
		return child(ctx, args[1], args[2])
	}
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.intake {
		return intakeTest(ctx, s)
	}
	if s.matrix {
		return matrixTest(ctx, s)
	}
	if s.soak > 0 {
		return soakTest(ctx, s)
	}
	return run(ctx, s)
}

func parse(args []string) (settings, error) {
	s := settings{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("sizes", "10000,100000", "numbers of structures, ascending")
	only := flags.String("only", "", "classes, separated by commas; all when empty")
	flags.StringVar(&s.postgres, "postgres", "", "address of a throw-away PostgreSQL server with PostGIS")
	flags.BoolVar(&s.sphinx, "sphinx", false, "compare with Sphinx")
	flags.BoolVar(&s.profile, "profile", false, "print a CPU profile of our slowest class")
	flags.BoolVar(&s.pages, "pages", true, "measure pages a second")
	flags.StringVar(&s.json, "json", "", "write the figures to a file")
	flags.StringVar(&s.dir, "dir", os.Getenv("SOURCIER_BENCH_DIR"), "where stores and indexes are kept from one run to the next")
	flags.IntVar(&s.runs, "runs", 20, "runs of each question by each engine")
	flags.DurationVar(&s.load, "load", 5*time.Second, "length of each load test")
	flags.IntVar(&s.memoryQueries, "memory-queries", 10_000, "queries answered before memory is read")
	flags.DurationVar(&s.soak, "soak", 0, "instead of a comparison, read and write for this long")
	flags.BoolVar(&s.rebuild, "rebuild", false, "with -soak, rebuild the index in the middle")
	flags.BoolVar(&s.matrix, "matrix", false, "instead of a comparison of engines, measure the largest comparison of answers")
	flags.BoolVar(&s.intake, "intake", false, "instead of a comparison, measure imports")
	flags.IntVar(&s.intakeRows, "intake-rows", 10_000_000, "with -intake, establishments of the large register")
	flags.StringVar(&s.portal, "portal", "", "with -intake, the program that imports")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	for field := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 || len(s.sizes) > 0 && n <= s.sizes[len(s.sizes)-1] {
			return s, fmt.Errorf("sizes %q: ascending numbers expected, separated by commas", *sizes)
		}
		s.sizes = append(s.sizes, n)
	}
	for field := range strings.SplitSeq(*only, ",") {
		if field = strings.TrimSpace(field); field != "" {
			s.only = append(s.only, field)
		}
	}
	if s.dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return s, err
		}
		s.dir = filepath.Join(cache, "sourcier-bench")
	}
	return s, nil
}

// quiet keeps warnings: an index that could not be opened is worth knowing.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// tell says on stderr what is being done; stdout is the report's.
func tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}
