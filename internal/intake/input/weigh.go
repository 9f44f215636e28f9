package input

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"
)

// Limits of a workbook beside those of every archive. A cell of a spreadsheet
// holds 32,767 characters at most and a row 16,384 cells. Sheets and shared
// strings are streamed; what else there is is held in memory.
const (
	maxCell     = 1 << 20 // bytes of one cell with its markup, as of a line of a table
	maxCells    = 16384   // in a row
	maxRow      = 16 << 20
	maxPart     = 32 << 20  // of XML that is held whole: styles, list of sheets
	maxHeld     = 128 << 20 // all that is held
	maxRepeated = 64 << 20  // a row in which every shared text is the longest one
	maxRanges   = 1000      // merged ranges of a sheet that are remembered
)

// bookParts is what was learnt from the parts of a workbook before it is opened.
type bookParts struct {
	total  int64
	merged map[string][]string // ranges of merged cells, by the part of their sheet
}

// weigh reads all the parts of a workbook once, holding none of them, and refuses
// what would take up memory far beyond its size: excelize opens a workbook by
// holding whole cells and whole parts.
func (f *File) weigh(ctx context.Context) (*bookParts, error) {
	if f.book != nil {
		return f.book, nil
	}
	archive, err := zip.OpenReader(f.Path)
	if err != nil {
		return nil, refuse(Damaged, err, "cette archive est abîmée ou incomplète : la télécharger de nouveau")
	}
	defer func() { _ = archive.Close() }()
	book := &bookParts{merged: map[string][]string{}}
	var held int64
	var all bookScan
	for _, m := range archive.File {
		scan, err := weighPart(ctx, m)
		if err != nil {
			return nil, err
		}
		if book.total += scan.read; !streamed(m.Name) {
			held += scan.read
		}
		if book.total > maxSheets || held > maxHeld {
			return nil, tooLargeBook()
		}
		if len(scan.merged) > 0 {
			book.merged[m.Name] = scan.merged
		}
		all.longest, all.most = max(all.longest, scan.longest), max(all.most, scan.most)
	}
	if all.longest*all.most > maxRepeated {
		return nil, refuse(TooLarge, nil, "une ligne de ce classeur répète de très longs textes dans trop de cellules : l’enregistrer au format CSV")
	}
	f.book = book
	return book, nil
}

func tooLargeBook() error {
	return refuse(TooLarge, nil, "ce classeur est trop gros une fois décompressé : l’enregistrer au format CSV")
}

// streamed tells the parts that excelize puts into a file of their own when they
// are large.
func streamed(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

func weighPart(ctx context.Context, m *zip.File) (*bookScan, error) {
	src, err := m.Open()
	if err != nil {
		return nil, asError(err)
	}
	defer func() { _ = src.Close() }()
	packed, most := int64(min(m.CompressedSize64, maxSheets)), mostOf(m.Name)
	in := &limited{src: stopping{ctx, src}, packed: func() int64 { return packed }, max: most}
	scan := &bookScan{src: bufio.NewReaderSize(in, 64<<10)}
	// What has a null byte at its beginning is no XML, whatever it is called. A
	// drawing may hold a picture in one attribute.
	head, _ := scan.src.Peek(512)
	if bytes.IndexByte(head, 0) >= 0 || strings.HasSuffix(m.Name, ".svg") {
		_, err = io.Copy(io.Discard, scan.src)
	} else {
		err = scan.run()
	}
	scan.read = in.read
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case in.read > most:
		return nil, tooLargeBook()
	}
	return scan, asError(err)
}

// mostOf bounds the size of a part. Pictures and copies of the data behind pivot
// tables are held and not taken apart.
func mostOf(name string) int64 {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case streamed(name):
		return maxSheets
	case ext == ".xml" && !strings.HasPrefix(name, "xl/pivotCache/"), ext == ".rels", ext == ".svg":
		return maxPart
	}
	return maxHeld
}

// bookScan goes through the markup of a part by its bytes.
type bookScan struct {
	src     *bufio.Reader
	read    int64
	head    []byte // beginning of the tag that was read
	tail    [2]byte
	inside  bool  // a cell or a shared string
	item    int64 // bytes of it so far
	row     int64 // bytes of the row so far
	cells   int   // of the row
	texts   int64 // cells of the row that refer to a shared string
	longest int64 // shared string
	most    int64 // texts
	merged  []string
}

func (s *bookScan) run() error {
	for {
		_, err := s.until('<') // a text
		if err == nil {
			err = s.tag()
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil // what is cut short is told by who reads it
		case err != nil:
			return err
		}
		if err := s.element(); err != nil {
			return err
		}
	}
}

// tagSize is how much of a tag is looked at: enough for the attributes of a cell and a merged range.
const tagSize = 256

// until goes past the next delimiter.
func (s *bookScan) until(delim byte) (n int64, err error) {
	s.head = s.head[:0]
	for {
		some, err := s.src.ReadSlice(delim)
		s.head = append(s.head, some[:min(len(some), tagSize-len(s.head))]...)
		end := len(some)
		if err == nil {
			end-- // the delimiter
		}
		for _, b := range some[max(0, end-2):max(0, end)] {
			s.tail[0], s.tail[1] = s.tail[1], b
		}
		if n += int64(len(some)); n > maxCell {
			return n, longCell()
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return n, s.count(n, err)
		}
	}
}

// count adds bytes to what is being read.
func (s *bookScan) count(n int64, err error) error {
	s.row += n
	if s.item += n; s.inside && s.item > maxCell {
		return longCell()
	}
	if s.cells > 0 && s.row > maxRow {
		return refuse(TooLarge, nil, "une ligne de ce classeur dépasse %d\u202fMo : l’enregistrer au format CSV", maxRow>>20)
	}
	return err
}

func longCell() error {
	return refuse(TooLarge, nil, "une cellule de ce classeur dépasse %d\u202fMo : la vider dans un tableur et enregistrer le classeur de nouveau", maxCell>>20)
}

// tag reads to the end of a tag, a comment or a section of raw text.
func (s *bookScan) tag() error {
	n, err := s.until('>')
	if err != nil {
		return err
	}
	end := ""
	switch {
	case bytes.HasPrefix(s.head, []byte("!--")):
		end = "--"
	case bytes.HasPrefix(s.head, []byte("![CDATA[")):
		end = "]]"
	}
	for end != "" && string(s.tail[:]) != end {
		more, err := s.until('>')
		if err != nil {
			return err
		}
		if n += more; n > maxCell {
			return longCell()
		}
		s.head = append(s.head[:0], '!')
	}
	return nil
}

// element follows where the rows, the cells and the shared strings begin and end.
func (s *bookScan) element() error {
	name, closing := localName(s.head)
	switch string(name) {
	case "row":
		s.most, s.texts = max(s.most, s.texts), 0
		s.inside, s.row, s.cells = false, 0, 0
	case "c":
		return s.cell(closing)
	case "si":
		if closing && s.inside {
			s.longest = max(s.longest, s.item)
		}
		s.inside, s.item = !closing, 0
	case "sst", "sheetData":
		s.inside, s.cells = false, 0
	case "mergeCell":
		if ref := attribute(s.head, "ref"); ref != "" && len(s.merged) < maxRanges {
			s.merged = append(s.merged, ref)
		}
	}
	return nil
}

func (s *bookScan) cell(closing bool) error {
	s.inside, s.item = !closing, 0
	if closing {
		return nil
	}
	if s.cells++; s.cells > maxCells {
		return refuse(TooLarge, nil, "une ligne de ce classeur a plus de %d cellules : l’enregistrer au format CSV", maxCells)
	}
	if attribute(s.head, "t") == "s" {
		s.texts++
	}
	return nil
}

// localName gives the name of a tag without its prefix.
func localName(tag []byte) (name []byte, closing bool) {
	if len(tag) > 0 && tag[0] == '/' {
		tag, closing = tag[1:], true
	}
	if i := bytes.IndexAny(tag, " \t\r\n/>"); i >= 0 {
		tag = tag[:i]
	}
	return tag[bytes.IndexByte(tag, ':')+1:], closing
}

// attribute gives the value of an attribute of a tag, "" without it.
func attribute(tag []byte, name string) string {
	for {
		i := bytes.Index(tag, []byte(name))
		if i < 0 {
			return ""
		}
		rest := tag[i+len(name):]
		if i > 0 && tag[i-1] <= ' ' && len(rest) > 2 && rest[0] == '=' {
			if value, _, closed := bytes.Cut(rest[2:], rest[1:2]); closed {
				return string(value)
			}
		}
		tag = rest
	}
}
