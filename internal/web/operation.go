package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/views/desk"
	"sourcier/views/part"
)

// Paths of sourçages: of the buyer, of who has a personal link, of the public, of a
// structure that is signed in.
const (
	operationsPath   = "/sourcages"
	answerLinkPath   = "/sourcage" // then the token of a personal link
	openCallsPath    = "/sourcages-ouverts"
	ownRequestsPath  = "/mes-sourcages"
	charterPath      = "/charte-du-sourcage"
	newOperationPath = operationsPath + "/nouveau"
)

// operationDoors are who uses the pages of sourçages.
type operationDoors struct {
	readers, writers  door // of the organisation
	suppliers         door // structures that are signed in
	public            door
	limited, exported fiber.Handler
}

// operationRoutes are those of sourçages, a function a family.
func (s *site) operationRoutes(app *fiber.App, limited, exported fiber.Handler) {
	d := operationDoors{
		readers:   door{site: s, app: app, access: only(planRoles...)},
		writers:   door{site: s, app: app, access: only(account.Buyer)},
		suppliers: door{site: s, app: app, access: only(account.Structure)},
		public:    door{site: s, app: app, access: anyone},
		limited:   limited, exported: exported,
	}
	s.operationDeskRoutes(d)
	s.answerRoutes(d)
	s.ledgerRoutes(d)
	s.comparisonRoutes(d)
	s.launchRoutes(d)
	s.ownRequestRoutes(d)
}

// operationDesk is the frame of a page of a sourçage.
func (s *site) operationDesk(c *fiber.Ctx, heading string, texts map[string]string, above ...part.Link) desk.Page {
	return s.programmeDesk(c, heading, operationsPath, texts, above...)
}

func operationURL(id string) string { return operationsPath + "/" + url.PathEscape(id) }
