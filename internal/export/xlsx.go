package export

import (
	"archive/zip"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"sourcier/views/format"
)

// Sheets of the workbook.
const (
	sheetRows  = "Structures"
	sheetAbout = "À propos"
)

// book writes a workbook. Its rows are streamed, beyond 16 MB through a temporary
// file, and so is the archive: excelize would make it in memory.
type book struct {
	file   *excelize.File
	sheet  string
	rows   *excelize.StreamWriter
	styles styles
	line   int
	values []any
}

type styles struct{ head, text, day, number, title, plain int }

func newBook(w io.Writer, r *Request) (table, error) {
	b := &book{file: excelize.NewFile(excelize.Options{TmpDir: r.TempDir}), sheet: sheetRows}
	if r.plain != nil {
		b.sheet = r.plain.Title
	}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	if err := b.begin(r); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close removes what excelize has put aside.
func (b *book) Close() error { return b.file.Close() }

func (b *book) begin(r *Request) (err error) {
	if err = b.file.SetSheetName("Sheet1", b.sheet); err != nil {
		return err
	}
	if err = b.makeStyles(); err != nil {
		return err
	}
	if b.rows, err = b.file.NewStreamWriter(b.sheet); err != nil {
		return err
	}
	for i, c := range r.Columns {
		if err = b.rows.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	if err = b.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	heads := make([]any, 0, len(r.Columns))
	for _, c := range r.Columns {
		heads = append(heads, excelize.Cell{StyleID: b.styles.head, Value: c.Head})
	}
	b.line = 1
	return b.rows.SetRow("A1", heads, excelize.RowOpts{Height: 30})
}

// makeStyles makes those of cells. Texts have the format of texts, so that a
// SIRET that somebody edits keeps its zeros too.
func (b *book) makeStyles() (err error) {
	dayFormat := "dd/mm/yyyy"
	top := &excelize.Alignment{Vertical: "top"}
	wrapped := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, s := range []struct {
		into *int
		is   excelize.Style
	}{
		{&b.styles.head, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"07434A"}}}},
		{&b.styles.text, excelize.Style{NumFmt: 49, Alignment: top}},
		{&b.styles.day, excelize.Style{CustomNumFmt: &dayFormat, Alignment: top}},
		{&b.styles.number, excelize.Style{NumFmt: 0, Alignment: top}},
		{&b.styles.title, excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Alignment: top}},
		{&b.styles.plain, excelize.Style{NumFmt: 49, Alignment: wrapped}},
	} {
		if *s.into, err = b.file.NewStyle(&s.is); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) row(cells []cell) error {
	b.values = b.values[:0]
	for _, c := range cells {
		b.values = append(b.values, b.value(c))
	}
	b.line++
	at, err := excelize.CoordinatesToCellName(1, b.line)
	if err != nil {
		return err
	}
	return b.rows.SetRow(at, b.values)
}

// value types a cell. A text is a string whatever it looks like: excelize writes
// a formula only where it is told to.
func (b *book) value(c cell) any {
	switch {
	case c.kind == number:
		return excelize.Cell{StyleID: b.styles.number, Value: c.number}
	case c.kind == day:
		t := c.day.Time()
		return excelize.Cell{StyleID: b.styles.day, Value: time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
	case c.text == "":
		return nil
	}
	return excelize.Cell{StyleID: b.styles.text, Value: c.text}
}

func (b *book) end(r *Request, rows, left int) error {
	last, err := excelize.CoordinatesToCellName(max(1, len(r.Columns)), b.line)
	if err != nil {
		return err
	}
	whole := "A1:" + last
	if err := b.file.AutoFilter(b.sheet, whole, nil); err != nil {
		return err
	}
	// A SIRET is meant to be a text: no mark in the corner of each cell.
	if err := b.file.AddIgnoredErrors(b.sheet, whole, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	if err := b.rows.Flush(); err != nil {
		return err
	}
	if err := b.about(r, rows, left); err != nil {
		return err
	}
	if err := b.file.SetDocProps(&excelize.DocProperties{Creator: "Sourcier", Title: b.sheet, Language: "fr-FR"}); err != nil {
		return err
	}
	return b.file.Write(io.Discard) // the archive goes where newBook said
}

// about fills the sheet that says what the rows are.
func (b *book) about(r *Request, rows, left int) error {
	if _, err := b.file.NewSheet(sheetAbout); err != nil {
		return err
	}
	out, err := b.file.NewStreamWriter(sheetAbout)
	if err != nil {
		return err
	}
	if err := errors.Join(out.SetColWidth(1, 1, 30), out.SetColWidth(2, 2, 100)); err != nil {
		return err
	}
	lines := aboutLines
	if r.plain != nil {
		lines = func(r *Request, _, _ int) [][2]string { return r.plain.About }
	}
	for i, line := range lines(r, rows, left) {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, []any{excelize.Cell{StyleID: b.styles.title, Value: line[0]}, excelize.Cell{StyleID: b.styles.plain, Value: line[1]}}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// aboutLines says the search, its day and its limits, and whom to name.
func aboutLines(r *Request, rows, left int) (out [][2]string) {
	add := func(what, text string) { out = append(out, [2]string{what, format.Text(text)}) }
	for i, line := range r.About.Search {
		if i == 0 {
			add("Recherche", line)
		} else {
			add("", line)
		}
	}
	add("Adresse de la recherche", r.About.Address)
	add("Extrait le", r.About.At)
	add("Version de l’index", strconv.FormatUint(r.List.Generation, 10))
	add("Structures trouvées", format.Number(r.List.Total))
	add("Lignes du fichier", format.Number(rows))
	if rest := r.List.Total - len(r.List.IDs); rest > 0 {
		add("", "Seules les "+format.Number(len(r.List.IDs))+" premières sont dans ce fichier, dans l’ordre de la recherche ; les "+format.Number(rest)+" autres n’y sont pas.")
	}
	if left > 0 {
		add("", format.Count(left, "fiche retirée ou fermée", "fiches retirées ou fermées")+" pendant l’extraction.")
	}
	add("À savoir", "« Potentiellement éligible » n’est pas une attestation : l’acheteur vérifie l’agrément en vigueur et la part de travailleurs concernés avant de réserver un marché.")
	add("", "Un secteur déduit du code APE n’a pas été déclaré par la structure. Une cellule vide veut dire que l’annuaire ne sait pas.")
	add("", "Agréments, labels et disponibilités sont ceux du "+format.Date(r.On)+". La colonne « Sources et dates » dit d’où vient chaque fiche.")
	add("Données de l’annuaire", "Sources et licences : "+r.BaseURL+"/sources et "+r.BaseURL+"/credits")
	for _, c := range r.About.Credits {
		add("", c.Name+" : "+c.Author+", "+c.Licence)
	}
	return out
}
