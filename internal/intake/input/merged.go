package input

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxMerged bounds what Merged lists.
const maxMerged = 5

// Merged lists the ranges ("A1:C1") of merged cells that lie over several columns
// and begin in one of the first rows of the sheet that NewWorkbook reads.
func Merged(ctx context.Context, p *Part, rows int) ([]string, error) {
	w, err := NewWorkbook(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, asError(err)
	}
	archive, err := zip.OpenReader(p.File.Path)
	if err != nil {
		return nil, asError(err)
	}
	defer func() { _ = archive.Close() }()
	name, err := sheetPath(&archive.Reader, w.sheet)
	if err != nil {
		return nil, asError(err)
	}
	src, err := archive.Open(name)
	if err != nil {
		return nil, asError(err)
	}
	defer func() { _ = src.Close() }()
	return mergedIn(ctx, &limited{src: src, packed: func() int64 { return maxSheets }, max: maxSheets}, rows)
}

// mergedIn reads past the cells: the list of merged ones comes behind them.
func mergedIn(ctx context.Context, src io.Reader, rows int) (out []string, err error) {
	dec := xml.NewDecoder(src)
	for n := 0; len(out) < maxMerged; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, asError(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "mergeCell" {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "ref" && isWide(a.Value, rows) {
				out = append(out, a.Value)
			}
		}
	}
	return out, nil
}

func isWide(ref string, rows int) bool {
	from, to, _ := strings.Cut(ref, ":")
	left, row, errFrom := excelize.CellNameToCoordinates(from)
	right, _, errTo := excelize.CellNameToCoordinates(to)
	return errFrom == nil && errTo == nil && row <= rows && right > left
}
