package web

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/views/desk"
	views "sourcier/views/operation"
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

// operationSeen is the sourçage of the address, for who asks: not found for who does not
// see it.
func (s *site) operationSeen(c *fiber.Ctx) (buyer.Member, *operation.Seen, error) {
	m, err := planner(c)
	if err != nil {
		return m, nil, err
	}
	seen, err := s.Operation.Operation(c.UserContext(), m, c.Params("id"))
	return m, seen, err
}

// operationTabs are the pages of a sourçage: what comes after its address, and its name.
var operationTabs = [][2]string{
	{"", "Vue d’ensemble"}, {"/equipe", "Équipe"}, {"/panel", "Panel"}, {"/questionnaire", "Questionnaire"}, {"/reponses", "Réponses"},
	{"/entretiens", "Entretiens"}, {"/registre", "Registre"}, {"/comparaison", "Comparaison"}, {"/rapport", "Rapport"}, {"/lancement", "Lancement"},
}

// operationFrame is the frame of a page of one sourçage. current is the tab it stands
// under, « /panel »; texts word what was just done, above are pages between the tab and it.
func (s *site) operationFrame(c *fiber.Ctx, seen *operation.Seen, heading, current string, texts map[string]string, above ...part.Link) views.Page {
	o := &seen.Operation
	own := operationURL(o.ID)
	trail := []part.Link{{Label: "Sourçages", URL: operationsPath}}
	p := views.Page{Name: o.Title, Status: operationStatus(o), When: operationWhen(o, s.Now())}
	if current == "" && len(above) == 0 {
		p.Name = ""
	} else {
		trail = append(trail, part.Link{Label: o.Title, URL: own})
	}
	p.Page = s.operationDesk(c, heading, texts, append(trail, above...)...)
	if p.Name != "" {
		p.Title = fitted(heading+" – "+o.Title, "")
	}
	for _, t := range operationTabs {
		p.Tabs = append(p.Tabs, views.FrameTab{Label: t[1], URL: own + t[0], Current: t[0] == current})
	}
	return p
}

// operationStatus is the state of a sourçage with its sign.
func operationStatus(o *sourcing.Operation) part.Answer {
	out := part.Answer{Text: o.State().Label(), Tone: part.Muted}
	switch {
	case o.Silent() && o.State() != sourcing.ClosedOp:
		out.Text += ", consultation lancée"
	case o.State() == sourcing.Opened:
		out.Tone = part.Good
	case o.State() == sourcing.Analysing:
		out.Tone = part.Warn
	}
	return out
}

// operationWhen says until when a sourçage is answered.
func operationWhen(o *sourcing.Operation, now time.Time) string {
	switch {
	case o.Deadline.IsZero() || o.State() != sourcing.Opened:
		return ""
	case now.After(o.Deadline):
		return "Réponses attendues jusqu’au " + sourcing.Moment(o.Deadline) + " : la date est passée."
	}
	return "Réponses attendues jusqu’au " + sourcing.Moment(o.Deadline) + "."
}

// operationDesk is the frame of a page of sourçages.
func (s *site) operationDesk(c *fiber.Ctx, heading string, texts map[string]string, above ...part.Link) desk.Page {
	return s.programmeDesk(c, heading, operationsPath, texts, above...)
}

func operationURL(id string) string { return operationsPath + "/" + url.PathEscape(id) }
