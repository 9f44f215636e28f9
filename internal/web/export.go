package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/export"
	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/views/format"
)

const (
	// exportShare of the rate limit is left for files: each costs what hundreds of
	// pages cost.
	exportShare = 0.01
	// exportTime is how long a file may take to be made: more than a page may, since
	// 50,000 rows are meant to come.
	exportTime = 60 * time.Second
	// exportsAtOnce are made side by side; the others wait.
	exportsAtOnce = 2
	// exportsSent is how many files may lie on the disk for who reads them.
	exportsSent = 64
	// exportsOfOne of them may be for one client: who reads slowly must not keep the
	// others out.
	exportsOfOne = 8
	// sendTime is how long a file may take to be read, stallTime one piece of it.
	sendTime  = 10 * time.Minute
	stallTime = writeTimeout
)

// errBusy is returned when too many exports are on their way.
var errBusy = errors.New("too many exports")

// Paths of the files.
const (
	pathCSV  = "/structures.csv"
	pathXLSX = "/structures.xlsx"
)

// Types of the files.
const (
	csvType  = "text/csv; charset=utf-8; header=present"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// exporting bounds the exports of the process.
type exporting struct {
	made chan struct{} // at this moment
	sent *rooms        // or made
}

func newExporting() exporting {
	return exporting{make(chan struct{}, exportsAtOnce), newRooms(exportsSent, exportsOfOne)}
}

// exportQuery is what is asked of an export.
type exportQuery struct {
	query.Query
	columns []export.Column
	chosen  bool // by the address
}

// columnsParam names columns in an address, repeated or separated by commas.
const columnsParam = "colonnes"

// parseExport reads the search and the columns.
func (s *site) parseExport(c *fiber.Ctx) (q exportQuery, err error) {
	values, err := queryValues(c)
	if err != nil {
		return q, err
	}
	ids, chosen := values[columnsParam]
	delete(values, columnsParam)
	if q.Query, err = s.Parser.Parse(values); err != nil {
		return q, err
	}
	if _, err = s.acquaintances(c, values, &q.Query); err != nil {
		return q, err
	}
	q.chosen = chosen
	q.columns, err = s.exportColumns(q.Query, ids, chosen)
	return q, err
}

// exportColumns reads the columns chosen, the usual ones when none is named.
func (s *site) exportColumns(q query.Query, ids []string, chosen bool) ([]export.Column, error) {
	if !chosen {
		_, placed := q.Origin(s.Atlas)
		return export.Usual(placed), nil
	}
	var wanted []string
	for _, list := range ids {
		for id := range strings.SplitSeq(list, ",") {
			if id = strings.TrimSpace(id); id != "" {
				wanted = append(wanted, id)
			}
		}
	}
	columns, unknown := export.Choose(wanted)
	switch {
	case unknown != "":
		return nil, columnError(unknown, "colonne inconnue", "colonne inconnue : la choisir dans la liste de la page « Exporter »")
	case len(columns) == 0:
		return nil, columnError("", "aucune colonne", "aucune n’est cochée : en garder une au moins")
	}
	return columns, nil
}

func columnError(value, message, plain string) error {
	allowed := make([]string, 0, len(export.Columns))
	for _, c := range export.Columns {
		allowed = append(allowed, c.ID)
	}
	return &inputError{[]paramProblem{{Parameter: columnsParam, Value: clip(value), Message: format.Text(message), Allowed: allowed, plain: format.Text(plain)}}}
}

// exportCSV and exportXLSX answer the structures that a search finds as a file.
func (s *site) exportCSV(c *fiber.Ctx) error {
	return s.exportAs(c, "csv", csvType, export.CSV)
}

func (s *site) exportXLSX(c *fiber.Ctx) error {
	return s.exportAs(c, "xlsx", xlsxType, export.XLSX)
}

type exportFormat func(context.Context, *export.Request) (*export.Done, error)

// exportAs makes the whole file before it sends a byte: what fails is a page, and
// a file that is cut on its way is shorter than its length says.
func (s *site) exportAs(c *fiber.Ctx, extension, contentType string, write exportFormat) error {
	q, err := s.parseExport(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	limit := export.MaxVisitorRows
	if c.Method() == fiber.MethodHead { // the name and its numbers, no row
		limit = 0
	}
	list, err := s.Lists.List(ctx, q.Query, limit)
	if err != nil {
		return s.engineError(ctx, "list", err)
	}
	p := s.newSearchPage(q.Query, query.Result{Total: list.Total, Correction: list.Correction})
	name := func(plain bool) string {
		return export.Name(slug(p.subject(), plain), q.On, min(list.Total, export.MaxVisitorRows), list.Total, extension)
	}
	if c.Method() == fiber.MethodHead {
		c.Response().SetBodyStream(strings.NewReader(""), -1) // of a length that nobody knows yet
	} else if err := s.sendFile(ctx, c, p.request(q, list), write); err != nil {
		return err
	}
	attach(c, contentType, name(true), url.PathEscape(name(false)))
	return nil
}

// attach names the file that is answered, for readers that know ASCII alone and for the
// others.
func attach(c *fiber.Ctx, contentType, plain, escaped string) {
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+plain+`"; filename*=UTF-8''`+escaped)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Robots-Tag", "noindex")
}

// request says what the file holds, in words too.
func (p *searchPage) request(q exportQuery, list query.List) *export.Request {
	r := &export.Request{
		Context:    export.Context{Atlas: p.Atlas, Taxonomy: p.Taxonomy, Rules: p.Rules, On: q.On, BaseURL: p.Config.BaseURL},
		Structures: p.Structures, List: list, Columns: q.columns, TempDir: p.Config.TempDir,
		About: export.About{
			Search: []string{p.heading()}, Address: p.Config.BaseURL + searchURL(p.values),
			At: format.Day(p.Now()) + p.Now().In(structure.Paris).Format(" à 15 h 04"),
		},
	}
	if origin, placed := q.Origin(p.Atlas); placed {
		r.Origin = &origin
	}
	for _, chip := range p.chips() {
		r.About.Search = append(r.About.Search, chip.Label)
	}
	for _, credit := range referenceData {
		r.About.Credits = append(r.About.Credits, export.Credit{Name: credit.Name, Author: credit.Author, Licence: credit.Licence})
	}
	return r
}

// sendFile makes the file of a search and sends it.
func (s *site) sendFile(ctx context.Context, c *fiber.Ctx, r *export.Request, write exportFormat) error {
	return s.sendMade(ctx, c, func() (*export.Done, error) { return write(ctx, r) })
}

// sendMade makes a file and hands it to the server, which reads it at the pace of the
// client.
func (s *site) sendMade(ctx context.Context, c *fiber.Ctx, write func() (*export.Done, error)) error {
	leave, ok := s.exports.sent.enter(clientAddr(c.IP()))
	if !ok {
		return errBusy
	}
	sending := false
	defer func() {
		if !sending {
			leave()
		}
	}()
	done, err := s.makeFile(ctx, write)
	if err != nil {
		return err
	}
	sending = true
	body := &fileBody{file: done, conn: c.Context().Conn(), until: time.Now().Add(sendTime), release: leave}
	c.Response().SetBodyStream(body, int(done.Size))
	return nil
}

func (s *site) makeFile(ctx context.Context, write func() (*export.Done, error)) (*export.Done, error) {
	select {
	case s.exports.made <- struct{}{}:
	case <-ctx.Done():
		return nil, errBusy
	}
	defer func() { <-s.exports.made }()
	done, err := write()
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ctx.Err(), err) // however the store words it
	}
	return done, err
}

// fileBody is a file on its way. Each piece that the client takes gives it time
// for the next, within a bound: the time that the server gives a page would cut a
// long file on a slow line. The file itself stays hidden, or it would be read
// around this.
type fileBody struct {
	file    *export.Done
	conn    net.Conn
	until   time.Time
	release func()
}

func (b *fileBody) Read(p []byte) (int, error) {
	deadline := time.Now().Add(stallTime)
	if deadline.After(b.until) {
		deadline = b.until
	}
	if err := b.conn.SetWriteDeadline(deadline); err != nil {
		return 0, err
	}
	return b.file.Read(p)
}

// Close lets the file go.
func (b *fileBody) Close() error {
	b.release()
	return b.file.Close()
}

// maxSlug is how much of a search is in the name of a file, in letters.
const maxSlug = 60

// slug makes of words a part of a file name: plain, for readers that know ASCII alone.
func slug(words string, plain bool) string {
	var parts []string
	for _, run := range french.Runs(words) {
		part := strings.ToLower(words[run[0]:run[1]])
		if plain {
			part = strings.Map(ascii, french.Fold(part))
		}
		parts = append(parts, part)
	}
	name := []rune(strings.Join(parts, "-"))
	return strings.Trim(string(name[:min(maxSlug, len(name))]), "-")
}

// ascii drops what ASCII does not have.
func ascii(r rune) rune {
	if r > '~' {
		return -1
	}
	return r
}
