package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/docx"
	"sourcier/internal/operation"
	"sourcier/internal/pdf"
	"sourcier/internal/report"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

// opReportTab is the page of the reports of a sourçage.
const opReportTab = "/rapport"

// opReportRoutes are those of reports: frozen, read, taken away as files.
func (s *site) opReportRoutes(d operationDoors) {
	const at = operationsPath + "/:id" + opReportTab
	d.readers.Get(at, d.limited, s.opReports)
	d.writers.Post(at, d.limited, s.opReportFreeze)
	d.readers.Get(at+"/:number/instantane.json", d.exported, s.opReportJSON)
	d.readers.Get(at+"/:number/:version", d.limited, s.opReport)
	d.readers.Get(at+"/:number/:version/rapport.pdf", d.exported, s.opReportPDF)
	d.readers.Get(at+"/:number/:version/rapport.docx", d.exported, s.opReportDOCX)
}

var opReportDone = map[string]string{"fige": "Rapport figé. Il ne changera plus ; un rapport plus récent s’y ajoutera."}

func opReportURL(id string, number int, v report.Version) string {
	return operationURL(id) + opReportTab + "/" + strconv.Itoa(number) + "/" + string(v)
}

// opReports answers the list, and the form that freezes another one.
func (s *site) opReports(c *fiber.Ctx) error {
	m, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Rapport", opReportTab, shut)
	}
	return s.renderReports(c, m, r.Seen, form.State{})
}

func (s *site) renderReports(c *fiber.Ctx, m buyer.Member, seen *operation.Seen, state form.State) error {
	o := &seen.Operation
	state.Token = s.formToken(c)
	p := views.ReportsPage{
		Page: s.operationFrame(c, seen, "Rapport", opReportTab, opReportDone), State: state, To: operationURL(o.ID) + opReportTab, Rev: strconv.FormatInt(o.Rev, 10),
		Findings: operationURL(o.ID) + findingTab, Ledger: operationURL(o.ID) + "/registre", Count: format.Count(len(o.Findings), "constat écrit", "constats écrits"), None: len(o.Findings) == 0,
	}
	if n := len(o.Gaps()); n > 0 {
		p.Gaps = format.Count(n, "manque reste", "manques restent") + " au registre : le rapport le dira."
	}
	switch state := o.State(); {
	case state == sourcing.ClosedOp:
		p.Why = "Ce sourçage est clos : ses rapports se lisent, aucun ne s’y ajoute."
	case state != sourcing.Analysing && state != sourcing.Reported:
		p.Why = "Le rapport s’établit quand le sourçage est passé en analyse : les réponses sont encore attendues."
	case !sourcing.Buys(m):
		p.Why = "Un acheteur de l’équipe établit le rapport."
	case len(o.Reports) >= sourcing.MaxReports:
		p.Why = fmt.Sprintf("Ce sourçage garde déjà %d rapports.", sourcing.MaxReports)
	}
	names, err := s.namesOf(c.UserContext(), opReportPersons(o))
	if err != nil {
		return err
	}
	for i := range slices.Backward(o.Reports) {
		x := &o.Reports[i]
		line := views.ReportLine{Number: strconv.Itoa(x.Number), When: format.Moment(x.At) + byWhom(names, x.By), Hash: x.Hash, Gaps: "Aucun manque", JSON: operationURL(o.ID) + opReportTab + "/" + strconv.Itoa(x.Number) + "/instantane.json"}
		if x.Gaps > 0 {
			line.Gaps = format.Count(x.Gaps, "manque", "manques")
		}
		for _, v := range report.Versions {
			at := opReportURL(o.ID, x.Number, v)
			line.Versions = append(line.Versions, views.ReportVersion{Label: v.Label(), URL: at, PDF: at + "/rapport.pdf", DOCX: at + "/rapport.docx"})
		}
		p.Reports = append(p.Reports, line)
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.ReportsView(p))
}

func opReportPersons(o *sourcing.Operation) (out []string) {
	for i := range o.Reports {
		out = append(out, o.Reports[i].By)
	}
	return out
}

// opReportFreeze makes a report.
func (s *site) opReportFreeze(c *fiber.Ctx) error {
	m, r, shut, err := s.operationRead(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.Seen, "Rapport", opReportTab, shut)
	}
	rev, _ := strconv.ParseInt(sentForm(c).Get("version"), 10, 64)
	err = s.Operation.Report(c.UserContext(), m, r.Operation.ID, rev)
	if err == nil {
		return done(c, operationURL(r.Operation.ID)+opReportTab, "fige")
	}
	text, status, ok := refusalOf(err)
	if !ok {
		return err
	}
	seen, err := s.Operation.Operation(c.UserContext(), m, r.Operation.ID)
	if err != nil {
		return err
	}
	return s.renderReports(c.Status(status), m, seen, form.State{Heading: "Le rapport n’est pas figé", Refusal: text})
}

// reported is a report that is read.
type reported struct {
	seen    *operation.Seen
	kept    *sourcing.Report
	version report.Version
	doc     *docx.Document
}

// opReported reads the report of the address; shut says why it stays closed.
func (s *site) opReported(c *fiber.Ctx) (r *reported, shut, err error) {
	m, err := planner(c)
	if err != nil {
		return nil, nil, err
	}
	v := report.Version(c.Params("version"))
	number, wrong := strconv.Atoi(c.Params("number"))
	if wrong != nil || !slices.Contains(report.Versions, v) {
		return nil, nil, store.ErrNotFound
	}
	seen, snap, kept, err := s.Operation.Snapshot(c.UserContext(), m, c.Params("id"), number)
	if operationCloses(err) {
		seen, again := s.Operation.Operation(c.UserContext(), m, c.Params("id"))
		return &reported{seen: seen}, err, again
	}
	if err != nil {
		return nil, nil, err
	}
	return &reported{seen: seen, kept: kept, version: v, doc: report.Document(snap, kept.Hash, v)}, nil, nil
}

// opReport answers a report as a page: the accessible version.
func (s *site) opReport(c *fiber.Ctx) error {
	r, shut, err := s.opReported(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.seen, "Rapport", opReportTab, shut)
	}
	id := r.seen.Operation.ID
	at := opReportURL(id, r.kept.Number, r.version)
	heading := fmt.Sprintf("Rapport n° %d, version %s", r.kept.Number, r.version)
	p := views.ReportPage{
		Page: s.operationFrame(c, r.seen, heading, opReportTab, nil, part.Link{Label: "Rapports", URL: operationURL(id) + opReportTab}), PDF: at + "/rapport.pdf", DOCX: at + "/rapport.docx",
		Content: views.ReportOf(r.doc),
	}
	if r.version == report.Communicable {
		p.Warning = "Relisez-le avant de le communiquer : un texte libre ou un compte rendu peut dire un secret que personne n’a marqué."
	}
	return render(c, views.ReportView(p))
}

func (s *site) opReportPDF(c *fiber.Ctx) error {
	return s.opReportFile(c, pdf.Type, "pdf", func(c *fiber.Ctx, d *docx.Document) error { return pdf.Write(c.Response().BodyWriter(), d) })
}

func (s *site) opReportDOCX(c *fiber.Ctx) error {
	return s.opReportFile(c, docx.Type, "docx", func(c *fiber.Ctx, d *docx.Document) error { return d.Write(c.Response().BodyWriter()) })
}

func (s *site) opReportFile(c *fiber.Ctx, media, extension string, write func(*fiber.Ctx, *docx.Document) error) error {
	r, shut, err := s.opReported(c)
	if err != nil {
		return err
	}
	if shut != nil {
		return s.operationShut(c, r.seen, "Rapport", opReportTab, shut)
	}
	name := func(plain bool) string {
		return fmt.Sprintf("rapport-%s-%d-%s.%s", slug(r.seen.Operation.Title, plain), r.kept.Number, r.version, extension)
	}
	attach(c, media, name(true), url.PathEscape(name(false)))
	return write(c, r.doc)
}

// opReportJSON answers what was frozen, byte for byte: whoever has it finds its hash again.
func (s *site) opReportJSON(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return store.ErrNotFound
	}
	return s.opReportFrozen(c, m, number)
}

func (s *site) opReportFrozen(c *fiber.Ctx, m buyer.Member, number int) error {
	seen, text, err := s.Operation.Frozen(c.UserContext(), m, c.Params("id"), number)
	if operationCloses(err) {
		seen, again := s.Operation.Operation(c.UserContext(), m, c.Params("id"))
		if again != nil {
			return again
		}
		return s.operationShut(c, seen, "Rapport", opReportTab, err)
	}
	if err != nil {
		return err
	}
	name := func(plain bool) string {
		return fmt.Sprintf("rapport-%s-%d.json", slug(seen.Operation.Title, plain), number)
	}
	attach(c, fiber.MIMEApplicationJSON, name(true), url.PathEscape(name(false)))
	_, err = c.Write(text)
	return err
}
