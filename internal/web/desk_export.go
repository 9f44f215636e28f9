package web

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/export"
	"sourcier/internal/search/query"
	"sourcier/views/format"
)

// listCSV and listXLSX answer a list as a file, with what is noted.
func (s *site) listCSV(c *fiber.Ctx) error {
	return s.listFile(c, "csv", csvType, export.CSV)
}

func (s *site) listXLSX(c *fiber.Ctx) error {
	return s.listFile(c, "xlsx", xlsxType, export.XLSX)
}

func (s *site) listFile(c *fiber.Ctx, extension, contentType string, write exportFormat) error {
	h, err := s.openShelf(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), exportTime)
	defer cancel()
	marks, ids := map[string]export.Mark{}, make([]string, 0, len(h.list.Entries))
	for _, e := range h.sorted() {
		id := e.Structure
		if v := h.there[id]; v != nil {
			id = v.ID // what stands for a duplicate
		}
		if _, twice := marks[id]; twice {
			continue
		}
		ids = append(ids, id)
		note, by := e.Noted(), ""
		if note.Text != "" {
			by = notedBy(note, h.names)
		}
		marks[id] = export.Mark{Added: e.At, Note: note.Text, Noted: by}
	}
	r := h.request(exportQuery{Query: h.q, columns: export.OfList(h.placed, marks)}, query.List{Total: len(ids), IDs: ids, Generation: h.Search.Generation()})
	r.Closed = true
	r.About.Search = []string{format.Text("Liste « " + h.ref.Name + " » de " + signedIn(c).Acting.Name)}
	r.About.Address = h.Config.BaseURL + listURL(h.ref.ID)
	if err := s.sendFile(ctx, c, r, write); err != nil {
		return err
	}
	name := func(plain bool) string {
		return export.Name(slug(h.ref.Name, plain), h.q.On, len(ids), len(ids), extension)
	}
	attach(c, contentType, name(true), url.PathEscape(name(false)))
	return nil
}
