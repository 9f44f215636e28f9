// Package spreadsheet writes tables that a French spreadsheet opens at a double
// click, and in which it never finds anything to compute.
package spreadsheet

import (
	"bufio"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"unicode"
)

// bom says UTF-8 to a spreadsheet, which would otherwise take the system's table of characters.
const bom = "\uFEFF"

// CSV writes rows with semicolons, CRLF and the quotes of RFC 4180, after a byte order mark.
type CSV struct {
	buf *bufio.Writer
	csv *csv.Writer
	row []string
}

// NewCSV begins a file with its heads.
func NewCSV(w io.Writer, heads ...string) (*CSV, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	out := &CSV{buf: buf, csv: csv.NewWriter(buf)}
	out.csv.Comma, out.csv.UseCRLF = ';', true
	if _, err := buf.WriteString(bom); err != nil {
		return nil, err
	}
	return out, out.csv.Write(heads)
}

// Write writes a row of texts, each made inert.
func (c *CSV) Write(cells ...string) error {
	c.row = c.row[:0]
	for _, cell := range cells {
		c.row = append(c.row, Inert(cell))
	}
	return c.csv.Write(c.row)
}

// Flush writes out what is held.
func (c *CSV) Flush() error {
	c.csv.Flush()
	if err := c.csv.Error(); err != nil {
		return err
	}
	return c.buf.Flush()
}

// mark before a text makes a spreadsheet take it as it is (OWASP, CSV Injection).
const mark = "'"

// starters begin a formula, in half and full width.
const starters = "=+-@\uFF1D\uFF0B\uFF0D\uFF20\uFE62\uFE63\uFE66\uFE6B\u2212"

// inner is a starter behind what another spreadsheet, or another setting of the
// same, takes for the end of a cell.
var inner = regexp.MustCompile(`([,;\t|])(["']*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE62}\x{FE63}\x{FE66}\x{FE6B}\x{2212}])`)

// long is how many digits a spreadsheet still shows as they are; of more it makes
// 1,23457E+13, and of more than 15 other digits.
const long = 11

// number is what a spreadsheet reads as a number in a text that is none: SIRET,
// postal code, telephone.
var number = regexp.MustCompile(`^[0-9][0-9 .\x{00A0}\x{202F}]*$`)

// Inert makes of a text a cell in which no spreadsheet computes and no digit is
// lost. Line breaks become spaces. What would begin a formula, also after blanks
// or quotes or where another separator would cut, and a number that begins with a
// zero or has more than 11 digits, get an apostrophe before them.
func Inert(s string) string {
	s = flat(s)
	if startsFormula(s) || losesDigits(s) {
		s = mark + s
	}
	return inner.ReplaceAllString(s, "${1}"+mark+"${2}")
}

// breaks end a line for one reader or another.
const breaks = "\r\n\v\f\x00\u0085\u2028\u2029"

// flat puts a text on one line: a reader that takes each line for a row must not
// be given a row by a text.
func flat(s string) string {
	if !strings.ContainsAny(s, breaks) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(breaks, r) }), " ")
}

// startsFormula reports that the first sign that counts begins a formula. A tab
// at the start counts as one.
func startsFormula(s string) bool {
	if strings.HasPrefix(s, "\t") {
		return true
	}
	first := strings.TrimLeftFunc(s, passedOver)
	return first != "" && strings.ContainsRune(starters, []rune(first)[0])
}

// passedOver reports that a spreadsheet may read on behind the sign as if it were not there.
func passedOver(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Quotation_Mark, r) || r == '`'
}

// losesDigits reports that a spreadsheet would take the text for a number and show another.
func losesDigits(s string) bool {
	if !number.MatchString(s) {
		return false
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return len(digits) > long || len(digits) > 1 && digits[0] == '0'
}
