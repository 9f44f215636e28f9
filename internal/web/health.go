package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"sourcier/views/format"
)

// healthAnswer is the answer of both probes.
type healthAnswer struct {
	Status  string   `json:"status"`            // "ok" or "unavailable"
	Reasons []string `json:"reasons,omitempty"` // French, why unavailable
}

// healthz says that the process answers.
func (s *site) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(healthAnswer{Status: "ok"})
}

// readyz says that searches and pages can be answered in full: 503 until the
// index is loaded and while assets are missing.
func (s *site) readyz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	reasons := s.notReadyReasons(c.UserContext())
	if len(reasons) == 0 {
		return c.JSON(healthAnswer{Status: "ok"})
	}
	c.Set(fiber.HeaderRetryAfter, "5")
	return c.Status(fiber.StatusServiceUnavailable).JSON(healthAnswer{Status: "unavailable", Reasons: reasons})
}

func (s *site) notReadyReasons(ctx context.Context) []string {
	var out []string
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			s.Log.Debug("not ready", "err", err)
			out = append(out, publicReason(err))
		}
	}
	if err := s.Assets.Complete(); err != nil {
		out = append(out, format.Text(err.Error()))
	}
	return out
}

// publicReason shows a Reason as it is; the text of any other error may hold an
// address or a password and stays in the log.
func publicReason(err error) string {
	var reason Reason
	if errors.As(err, &reason) {
		return format.Text(string(reason))
	}
	return format.Text("L’index de recherche ou la base de données n’est pas encore disponible.")
}
