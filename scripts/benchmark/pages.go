package main

import (
	"context"
	"errors"
	"time"

	"sourcier/internal/bench/pages"
	"sourcier/internal/bench/report"
	"sourcier/internal/bench/sourcier"
)

// pageTurn is how long one server is asked before the other has its turn.
const pageTurn = 2 * time.Second

// measurePages compares the results page over the smallest directory: the
// rendering is what is compared, and the search must not hide it.
func (b *bench) measurePages(ctx context.Context) (_ *report.Pages, err error) {
	dir, err := b.fill(ctx, b.sizes[0])
	if err != nil {
		return nil, err
	}
	tell("pages a second")
	e, err := sourcier.Open(ctx, dir, quiet())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	return pages.Measure(ctx, e, pageTurn)
}
