package input

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// formula is a cell that holds one.
type formula struct {
	cell     string
	column   int
	text     string
	computed bool // the file holds its last value
}

// formulas finds the formulas of a sheet beside the reading of its values:
// excelize gives the computed value of a formula and "" when there is none, and
// cannot tell them apart without holding the whole sheet.
type formulas struct {
	archive *zip.ReadCloser
	sheet   io.ReadCloser
	dec     *xml.Decoder
	line    int // of the row in found
	found   []formula
	done    bool
}

// openFormulas gives the part that holds the sheet too.
func openFormulas(file, sheet string) (f *formulas, part string, err error) {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return nil, "", err
	}
	name, err := sheetPath(&archive.Reader, sheet)
	if err != nil {
		_ = archive.Close()
		return nil, "", err
	}
	src, err := archive.Open(name)
	if err != nil {
		_ = archive.Close()
		return nil, "", err
	}
	limit := &limited{src: src, packed: func() int64 { return maxSheets }, max: maxSheets}
	return &formulas{archive: archive, sheet: src, dec: xml.NewDecoder(limit)}, name, nil
}

// Close closes the workbook.
func (f *formulas) Close() error { return errors.Join(f.sheet.Close(), f.archive.Close()) }

// sheetPath finds the member of the archive that holds a sheet.
func sheetPath(archive *zip.Reader, sheet string) (string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"` // in the namespace of relationships
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := readXML(archive, "xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := readXML(archive, "xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", err
	}
	for _, s := range book.Sheets {
		for _, r := range rels.List {
			if s.Name == sheet && r.ID == s.ID {
				if strings.HasPrefix(r.Target, "/") {
					return strings.TrimPrefix(r.Target, "/"), nil
				}
				return path.Join("xl", r.Target), nil
			}
		}
	}
	return "", errors.New("sheet without a part: " + sheet)
}

// maxBook bounds the list of sheets of a workbook, in bytes.
const maxBook = 1 << 20

func readXML(archive *zip.Reader, name string, into any) error {
	src, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	return xml.NewDecoder(io.LimitReader(src, maxBook)).Decode(into)
}

// row gives the formulas of a row; rows must be asked for in ascending order.
func (f *formulas) row(line int) ([]formula, error) {
	for !f.done && f.line < line {
		if err := f.next(); err != nil {
			return nil, err
		}
	}
	if f.line == line {
		return f.found, nil
	}
	return nil, nil
}

// next reads one row element.
func (f *formulas) next() error {
	for {
		token, err := f.dec.Token()
		if errors.Is(err, io.EOF) {
			f.done = true
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		var row struct {
			R     int `xml:"r,attr"`
			Cells []struct {
				R      string  `xml:"r,attr"`
				F      *string `xml:"f"`
				V      *string `xml:"v"`
				Inline *string `xml:"is>t"`
			} `xml:"c"`
		}
		if err := f.dec.DecodeElement(&row, &start); err != nil {
			return err
		}
		f.line, f.found = f.line+1, f.found[:0]
		if row.R > 0 {
			f.line = row.R
		}
		column := 0
		for _, c := range row.Cells {
			column++
			if at, _, err := excelize.CellNameToCoordinates(c.R); err == nil {
				column = at
			}
			if c.F != nil {
				f.found = append(f.found, formula{cellName(column, f.line), column, "=" + *c.F, c.V != nil || c.Inline != nil})
			}
		}
		return nil
	}
}
