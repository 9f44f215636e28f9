package compare

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"sourcier/internal/bench/ask"
	"sourcier/internal/bench/corpus"
	"sourcier/internal/bench/engine"
	"sourcier/internal/bench/flat"
	"sourcier/internal/bench/sourcier"
	"sourcier/internal/bench/stock"
)

// TestEnginesAgree runs the whole way of a small comparison.
func TestEnginesAgree(t *testing.T) {
	const size = 2000
	ctx, dir := context.Background(), t.TempDir()
	g := corpus.New(corpus.DefaultSeed)
	if _, err := sourcier.Fill(ctx, dir, g, size, func(int) {}); err != nil {
		t.Fatal(err)
	}
	ours, err := sourcier.Open(ctx, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ours.Close() }()
	p := flat.NewProjector()
	docs := func(i int) flat.Doc {
		s := g.Structure(i)
		return p.Doc(i, &s)
	}
	if _, _, err := stock.Make(ctx, filepath.Join(dir, "stock"), size, docs); err != nil {
		t.Fatal(err)
	}
	base, err := stock.Open(filepath.Join(dir, "stock"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = base.Close() }()

	questions, err := ask.All()
	if err != nil {
		t.Fatal(err)
	}
	refs, err := Agree(ctx, []engine.Engine{ours, base}, questions)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		t.Logf("%-22s %-60s %6d %v", r.Question.Class, r.Question.Text, r.Total, r.Cannot)
	}
}
