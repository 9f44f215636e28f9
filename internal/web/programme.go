package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	"sourcier/views/part"
)

// programmePath is where an organisation keeps its programme of purchases.
const programmePath = "/programme"

// planRoles see the programme of their organisation (sourcing.Plans).
var planRoles = []account.Role{account.Buyer, account.Prescripteur, account.Facilitateur, account.SpaserLead}

// programmeRoutes are those of the programme of purchases, a function a family.
func (s *site) programmeRoutes(app *fiber.App, limited, exported fiber.Handler) {
	readers := door{site: s, app: app, access: only(planRoles...)}
	writers := door{site: s, app: app, access: only(account.Buyer)}
	s.contractRoutes(readers, writers, limited)
	s.lawRoutes(app, limited)
	s.planRoutes(readers, writers, limited, exported)
	s.studyRoutes(readers, limited)
	s.purchaseImportRoutes(app, limited)
	s.decisionRoutes(app, limited)
	s.reviewRoutes(app, limited, exported)
	door{site: s, app: app, access: anyone}.Get(hoursPath, limited, s.hours)
	s.forwardRoutes(app, limited)
}

// planner is who asks, when the person sees the programme of an organisation: a
// facilitateur of a network does not.
func planner(c *fiber.Ctx) (buyer.Member, error) {
	m := deskMember(c)
	if !sourcing.Plans(m) {
		return m, &forbiddenError{planRoles}
	}
	return m, nil
}

// programmeDesk is the frame of a page of the programme; current is the path of its
// entry.
func (s *site) programmeDesk(c *fiber.Ctx, heading, current string, texts map[string]string, above ...part.Link) desk.Page {
	p := s.buyingDesk(c, heading, current, texts, above...)
	p.Section = programmePath
	return p
}

func purchaseURL(id string) string { return programmePath + "/achats/" + url.PathEscape(id) }

func lotURL(id, lot string) string { return purchaseURL(id) + "/lots/" + url.PathEscape(lot) }

func contractURL(id string) string { return programmePath + "/contrats/" + url.PathEscape(id) }
