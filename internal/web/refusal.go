package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/groupement"
	"sourcier/internal/people"
	"sourcier/internal/reception"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/upload"
)

// refusalOf is what a page says of an action that was refused, and the status that
// goes with it; false for an error that is nobody's fault.
func refusalOf(err error) (text string, status int, ok bool) {
	var many *people.TooManyError
	var fault account.Fault
	switch {
	case errors.As(err, &many):
		return "Trop d’envois en peu de temps. Attendez " + waitText(many.Wait) + ", puis recommencez.", fiber.StatusTooManyRequests, true
	case errors.Is(err, store.ErrConflict), errors.Is(err, sourcing.ErrStale):
		return "Quelqu’un d’autre a changé la même chose entre-temps. Relisez ce qui est enregistré maintenant, puis recommencez.", fiber.StatusConflict, true
	case errors.Is(err, account.ErrNotAllowed), errors.Is(err, account.ErrNotYours), errors.Is(err, groupement.ErrNotMandataire):
		return err.Error(), fiber.StatusForbidden, true
	case errors.Is(err, account.ErrGone), errors.Is(err, account.ErrMember), errors.Is(err, account.ErrFull), errors.Is(err, account.ErrClosed),
		errors.Is(err, groupement.ErrStale), errors.Is(err, groupement.ErrNoInvitation), errors.Is(err, groupement.ErrNotAccepted), errors.Is(err, groupement.ErrDissolved),
		errors.Is(err, account.ErrLastOne), errors.Is(err, account.ErrLastAdmin):
		return err.Error(), fiber.StatusConflict, true
	case errors.Is(err, upload.ErrRunning), errors.Is(err, upload.ErrOver), errors.Is(err, upload.ErrUntried), errors.Is(err, upload.ErrNothing),
		errors.Is(err, upload.ErrIdle), errors.Is(err, reception.ErrElsewhere):
		return err.Error(), fiber.StatusConflict, true
	case errors.As(err, &fault):
		return fault.Error(), fiber.StatusUnprocessableEntity, true
	}
	return "", 0, false
}
