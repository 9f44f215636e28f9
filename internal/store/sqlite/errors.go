package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sourcier/internal/store"
)

// wrap gives an error its context and, where the driver's code has a meaning in
// the contract, that meaning. The driver's text never decides.
func wrap(ctx context.Context, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	what := "sqlite: " + fmt.Sprintf(format, args...)
	var driver *sqlite.Error
	if errors.As(err, &driver) {
		if meaning := meaningOf(ctx, driver.Code()); meaning != nil {
			return fmt.Errorf("%s: %w: %w", what, meaning, err)
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// meaningOf reads a result code; the low byte is the primary one.
func meaningOf(ctx context.Context, code int) error {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return store.ErrFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return store.ErrDamaged
	case sqlite3.SQLITE_CONSTRAINT:
		return store.ErrDuplicate
	case sqlite3.SQLITE_INTERRUPT:
		return ctx.Err()
	}
	return nil
}
