package input

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxSheetInMemory is the size, uncompressed, above which a sheet is streamed
// from a temporary file; maxSheetOfMany the same when all sheets together exceed
// maxInMemory.
const (
	maxSheetInMemory = 16 << 20
	maxSheetOfMany   = 1 << 20
	maxInMemory      = 128 << 20
)

// Workbook reads the first sheet of a workbook that has cells, or another that the
// part names. A cell with a
// formula gives its last computed value; a formula that was never computed
// rejects its row.
type Workbook struct {
	file     *excelize.File
	path     string
	book     *bookParts
	sheet    string   // its name
	merged   []string // ranges of merged cells
	rows     *excelize.Rows
	formulas *formulas
	ctx      context.Context
	line     int
	width    int
	row      Row
}

// NewWorkbook opens the workbook of a part.
func NewWorkbook(ctx context.Context, p *Part) (*Workbook, error) {
	book, err := p.File.weigh(ctx)
	if err != nil {
		return nil, err
	}
	inMemory := int64(maxSheetInMemory)
	if book.total > maxInMemory {
		inMemory = maxSheetOfMany
	}
	file, err := excelize.OpenFile(p.File.Path, excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxSheets, UnzipXMLSizeLimit: inMemory,
	})
	if err != nil {
		return nil, refuse(Damaged, err, "ce classeur ne s’ouvre pas : l’ouvrir dans un tableur et l’enregistrer de nouveau")
	}
	w := &Workbook{file: file, path: p.File.Path, ctx: ctx, book: book}
	for _, sheet := range file.GetSheetList() {
		if (p.sheet == "" || p.sheet == sheet) && w.hasCells(sheet) {
			if err := w.open(sheet); err != nil {
				_ = w.Close()
				return nil, err
			}
			return w, nil
		}
	}
	_ = w.Close()
	return nil, refuse(Empty, nil, "ce classeur n’a pas de feuille remplie")
}

// Turn goes to the beginning of another sheet.
func (w *Workbook) Turn(sheet string) error {
	w.leave()
	w.line, w.width = 0, 0
	return w.open(sheet)
}

// Read has NewWorkbook read a sheet by its name; the first that has cells for "".
func (p *Part) Read(sheet string) { p.sheet = sheet }

// Sheet is the name of the sheet that is read, and others are the visible ones
// that have cells too and are not.
func (w *Workbook) Sheet() (name string, others []string) {
	for _, sheet := range w.file.GetSheetList() {
		if visible, err := w.file.GetSheetVisible(sheet); sheet != w.sheet && err == nil && visible && w.hasCells(sheet) {
			others = append(others, sheet)
		}
	}
	return w.sheet, others
}

func (w *Workbook) hasCells(sheet string) bool {
	rows, err := w.file.Rows(sheet)
	if err != nil {
		return false // a chart
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		cells, err := rows.Columns()
		if err == nil && strings.Join(cells, "") != "" {
			return true
		}
	}
	return false
}

func (w *Workbook) open(sheet string) (err error) {
	w.sheet = sheet
	if w.rows, err = w.file.Rows(sheet); err != nil {
		return asError(err)
	}
	var part string
	if w.formulas, part, err = openFormulas(w.path, sheet); err != nil {
		return asError(err)
	}
	w.merged = w.book.merged[part]
	return nil
}

// From1904 reports whether the workbook counts its days from 1904, as those of an
// old Macintosh do, and not from 1900.
func (w *Workbook) From1904() bool {
	props, err := w.file.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}

// Expect sets the number of columns.
func (w *Workbook) Expect(width int) { w.width = width }

// Close frees the workbook and its temporary files.
func (w *Workbook) Close() error {
	w.leave()
	return w.file.Close()
}

// leave closes the sheet.
func (w *Workbook) leave() {
	if w.rows != nil {
		_ = w.rows.Close()
	}
	if w.formulas != nil {
		_ = w.formulas.Close()
	}
	w.rows, w.formulas = nil, nil
}

// Next gives the next row that is not blank.
func (w *Workbook) Next() (*Row, error) {
	for w.rows.Next() {
		w.line++
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
		cells, err := w.rows.Columns()
		if err != nil {
			return nil, asError(err)
		}
		found, err := w.formulas.row(w.line)
		if err != nil {
			return nil, asError(err)
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" && len(found) == 0 {
			continue
		}
		return w.fill(cells, found)
	}
	if err := w.rows.Error(); err != nil {
		return nil, asError(err)
	}
	return nil, io.EOF
}

func (w *Workbook) fill(cells []string, found []formula) (*Row, error) {
	for _, f := range found {
		if !f.computed {
			return nil, &RowError{Line: w.line, Column: f.column, Cell: f.cell, Value: f.text,
				Text: "formule jamais calculée : ouvrir le classeur dans un tableur et l’enregistrer"}
		}
	}
	w.row = Row{Line: w.line, Fields: w.row.Fields[:0], Formulas: len(found)}
	for i, c := range cells {
		if w.width > 0 && i >= w.width {
			if strings.TrimSpace(c) == "" {
				continue
			}
			if i == w.width { // at once behind the last: the row is shifted
				return nil, &RowError{Line: w.line, Column: i + 1, Value: echo([]byte(c)), Text: "valeur au-delà de la dernière colonne"}
			}
			if w.row.Beyond == "" {
				w.row.Beyond, w.row.BeyondCell = echo([]byte(c)), cellName(i+1, w.line)
			}
			continue
		}
		w.row.Fields = append(w.row.Fields, []byte(plainNumber(c)))
	}
	for len(w.row.Fields) < w.width {
		w.row.Fields = append(w.row.Fields, nil)
	}
	return &w.row, nil
}

// exactFloat is how some programs write a long number: every digit of a SIRET
// is still there.
var exactFloat = regexp.MustCompile(`^(\d\.\d{11,16})E\+?(\d{1,2})$`)

// plainNumber writes a number in full when its exponent hides no digit.
func plainNumber(s string) string {
	if !exactFloat.MatchString(s) {
		return s
	}
	f, _, err := big.ParseFloat(s, 10, 128, big.ToNearestEven)
	if err != nil || !f.IsInt() {
		return s
	}
	return f.Text('f', 0)
}

// cellName gives "C7" for column 3 of line 7.
func cellName(column, line int) string {
	name, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return fmt.Sprintf("colonne %d, ligne %d", column, line)
	}
	return name
}
