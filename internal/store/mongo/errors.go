package mongo

import (
	"context"
	"errors"
	"fmt"

	driver "go.mongodb.org/mongo-driver/mongo"

	"sourcier/internal/store"
)

// Server error codes with a meaning in the contract.
const (
	codeTooLarge = 10334 // BSONObjectTooLarge
	codeDiskFull = 14031 // OutOfDiskSpace
)

// wrap gives an error its context and, where the server's code has a meaning in
// the contract, that meaning.
func wrap(ctx context.Context, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	what := "mongo: " + fmt.Sprintf(format, args...)
	if meaning := meaningOf(ctx, err); meaning != nil && !errors.Is(err, meaning) {
		return fmt.Errorf("%s: %w: %w", what, meaning, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func meaningOf(ctx context.Context, err error) error {
	var server driver.ServerError
	switch {
	case driver.IsDuplicateKeyError(err):
		return store.ErrDuplicate
	case errors.As(err, &server) && server.HasErrorCode(codeDiskFull):
		return store.ErrFull
	case errors.As(err, &server) && server.HasErrorCode(codeTooLarge):
		return store.ErrTooLarge
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return nil
}
