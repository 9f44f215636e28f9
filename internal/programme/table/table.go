// Package table reads the files in which organisations keep their purchases and their
// contracts: workbooks and CSV with heads of their own. It finds the heads, whatever
// stands above them, and guesses what each column holds. It knows nothing of the store.
package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/intake/input"
)

// Bounds of what is read.
const (
	MaxBytes   = 5 << 20  // of a file
	MaxLines   = 5000     // of purchases or contracts
	MaxColumns = 100      // of a table
	MaxCell    = 8 << 10  // bytes of a cell; what is beyond is cut, and no field takes as much
	maxContent = 64 << 20 // bytes of a file once decompressed
	maxText    = 24 << 20 // bytes of all cells
	maxAbove   = 30       // lines in which the heads are looked for
	maxSheets  = 12       // of a workbook that are looked at
)

// Table is what a file holds.
type Table struct {
	Sheet  string   `json:"sheet,omitempty"`  // its name, of a workbook
	Others []string `json:"others,omitempty"` // sheets that are filled too and are not read
	Lines  []Line   `json:"lines"`            // that are not blank
	Filled int      `json:"filled,omitempty"` // cells that had the value of the merged cell above them
	Encode bool     `json:"encode,omitempty"` // some texts were not UTF-8 and were taken for Windows-1252
}

// Line is a line of it.
type Line struct {
	N     int      `json:"n"` // in the file, from 1
	Cells []string `json:"c,omitempty"`
	Bad   string   `json:"bad,omitempty"` // why it cannot be read, in French
}

// Cell is the text under a column, "" beyond the end of the line.
func (l Line) Cell(column int) string {
	if column < 0 || column >= len(l.Cells) {
		return ""
	}
	return l.Cells[column]
}

// Read reads the file at a path; of a workbook the sheet whose heads are known best, those
// of purchases and contracts when no kind is named. An account.Fault says what is wrong
// with it.
func Read(ctx context.Context, path string, kinds ...Kind) (Table, error) {
	if len(kinds) == 0 {
		kinds = []Kind{Purchases, Contracts}
	}
	part, err := open(path)
	if err != nil {
		return Table{}, err
	}
	var t Table
	switch part.Shape {
	case input.Sheet:
		t, err = readBook(ctx, part, kinds)
	case input.Table:
		t, err = readText(ctx, part)
	default:
		return t, account.Fault("Ce fichier est du JSON : choisissez « projets d’achat de l’État », ou un fichier XLSX ou CSV.")
	}
	if err != nil {
		return t, fault(err)
	}
	if len(t.Lines) == 0 {
		return t, account.Fault("Ce fichier n’a aucune ligne remplie.")
	}
	return t, nil
}

// open gives the one part of a file.
func open(path string) (*input.Part, error) {
	f, err := input.Open(path)
	if err != nil {
		return nil, fault(err)
	}
	parts, err := f.Parts()
	if err != nil {
		return nil, fault(err)
	}
	if len(parts) != 1 {
		return nil, account.Fault("Cette archive contient plusieurs fichiers : choisissez-en un seul, au format XLSX ou CSV.")
	}
	return parts[0], nil
}

// fault words what the reader of files refuses.
func fault(err error) error {
	var known *input.Error
	var row *input.RowError
	switch {
	case errors.As(err, &known) && known.Cause != input.Unreadable:
		return account.Fault("Ce fichier ne se lit pas : " + known.Text + ".")
	case errors.As(err, &row):
		return account.Fault("Ce fichier ne se lit pas : " + row.Error() + ".")
	}
	return err
}

func readText(ctx context.Context, part *input.Part) (Table, error) {
	src, err := part.Content(ctx, &input.Counter{}, maxContent)
	if err != nil {
		return Table{}, err
	}
	rows := input.NewCSV(src, comma(part))
	defer func() { _ = rows.Close() }()
	t := Table{}
	return t, t.take(rows)
}

// comma is the delimiter that cuts the first lines most: titles above the heads have none.
func comma(part *input.Part) byte {
	best, most := part.BestComma(), 0
	for _, c := range input.Commas {
		cut := 0
		for _, row := range part.Top(c, maxAbove) {
			cut = max(cut, len(row))
		}
		if cut > most {
			best, most = c, cut
		}
	}
	return best
}

// readBook reads the sheet of a workbook whose heads are known best, the first that is
// filled when none is.
func readBook(ctx context.Context, part *input.Part, kinds []Kind) (Table, error) {
	book, err := input.NewWorkbook(ctx, part)
	if err != nil {
		return Table{}, err
	}
	defer func() { _ = book.Close() }()
	first, others := book.Sheet()
	names := append([]string{first}, others...)
	var best Table
	score := -1
	for i, name := range names[:min(len(names), maxSheets)] {
		if i > 0 {
			if err := book.Turn(name); err != nil {
				return best, err
			}
		}
		t := Table{Sheet: name}
		err := t.take(book)
		t.fillDown(book.Spans())
		if err != nil && score < 0 && i == len(names)-1 {
			return t, err
		}
		for _, k := range kinds {
			if got := t.score(k); err == nil && got > score {
				best, score = t, got
			}
		}
	}
	best.Others = slices.DeleteFunc(names, func(n string) bool { return n == best.Sheet })
	return best, nil
}

// take reads all lines.
func (t *Table) take(rows input.Rows) error {
	size := 0
	for {
		row, err := rows.Next()
		var broken *input.RowError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			t.Lines = append(t.Lines, Line{N: broken.Line, Bad: broken.Text})
		case err != nil:
			return err
		default:
			line := lineOf(row)
			for _, c := range line.Cells {
				size += len(c)
			}
			t.Encode = t.Encode || row.Decoded
			t.Lines = append(t.Lines, line)
		}
		if len(t.Lines) > MaxLines+maxAbove {
			return account.Fault(fmt.Sprintf("Ce tableau a plus de %d lignes : importez-le en plusieurs fichiers.", MaxLines))
		}
		if size > maxText {
			return account.Fault("Ce tableau contient trop de texte : retirez les colonnes qui ne servent pas.")
		}
	}
}

func lineOf(row *input.Row) Line {
	l := Line{N: row.Line}
	for _, f := range row.Fields[:min(len(row.Fields), MaxColumns)] {
		text := strings.TrimSpace(strings.ToValidUTF8(string(f), "\uFFFD"))
		for len(text) > MaxCell || !utf8.ValidString(text) {
			text = text[:min(len(text)-1, MaxCell)]
		}
		l.Cells = append(l.Cells, text)
	}
	for len(l.Cells) > 0 && l.Cells[len(l.Cells)-1] == "" {
		l.Cells = l.Cells[:len(l.Cells)-1]
	}
	return l
}

// fillDown gives the cells that a merge hides the value of the one that is shown over
// them: an object that lies over the lines of its lots.
func (t *Table) fillDown(spans []input.Span) {
	at := map[int]int{}
	for i, l := range t.Lines {
		at[l.N] = i
	}
	for _, s := range spans {
		from, ok := at[s.Top]
		if !ok || s.Bottom <= s.Top || s.Left > MaxColumns || t.Lines[from].Cell(s.Left-1) == "" {
			continue
		}
		for n := s.Top + 1; n <= min(s.Bottom, s.Top+MaxLines); n++ {
			i, ok := at[n]
			if !ok || t.Lines[i].Cell(s.Left-1) != "" {
				continue
			}
			l := &t.Lines[i]
			for len(l.Cells) < s.Left {
				l.Cells = append(l.Cells, "")
			}
			l.Cells[s.Left-1] = t.Lines[from].Cell(s.Left - 1)
			t.Filled++
		}
	}
}

// Column is the name of a column as a spreadsheet shows it: A, B, … AA.
func Column(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// Objects opens a file of JSON as a list of objects. An account.Fault.
func Objects(ctx context.Context, path string) (*input.ObjectReader, error) {
	part, err := open(path)
	if err != nil {
		return nil, err
	}
	if part.Shape != input.Objects {
		return nil, account.Fault("Ce fichier n’est pas du JSON : les projets d’achat de l’État se téléchargent au format JSON.")
	}
	src, err := part.Content(ctx, &input.Counter{}, maxContent)
	if err != nil {
		return nil, fault(err)
	}
	return input.NewObjects(src), nil
}
