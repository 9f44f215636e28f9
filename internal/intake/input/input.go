// Package input turns a file into records, whatever it is wrapped in: plain,
// gzip or zip; CSV in UTF-8, UTF-16 or Windows-1252 with any usual delimiter;
// a sheet of an Excel workbook; lists of JSON objects, or JSON Lines. Everything is decided
// from the content, never from the name, and read as a stream: memory does not
// grow with the file. Messages are in French, for the person who gave the file.
package input

import (
	"compress/flate"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Shape is how the records of a part are laid out.
type Shape int

// Shapes.
const (
	Table   Shape = iota + 1 // delimited text
	Sheet                    // of an XLSX workbook, the first that has cells unless the part names another
	Objects                  // JSON: lists, objects with a list of results, or one object on each line
)

// Cause says why a file is refused.
type Cause string

// Causes of a refusal.
const (
	Unreadable Cause = "unreadable" // missing, forbidden, a folder
	Foreign    Cause = "foreign"    // neither a table nor JSON
	Damaged    Cause = "damaged"    // truncated or corrupt
	TooLarge   Cause = "too_large"  // beyond a limit, or a decompression bomb
	Empty      Cause = "empty"
	Changed    Cause = "changed" // while it was being read
)

// Error refuses a file, or the rest of it. Text is a French sentence that says
// what to do, without the name of the file. Err, which is in English, is for
// programs: people see the text alone.
type Error struct {
	Cause Cause
	Text  string
	Err   error // may be nil
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Unwrap() error { return e.Err }

func refuse(cause Cause, err error, format string, args ...any) *Error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // io.EOF is for the proper end only
	}
	return &Error{Cause: cause, Text: fmt.Sprintf(format, args...), Err: err}
}

// asError keeps an *Error as it is and takes anything else for damage.
func asError(err error) error { return Damage(err, 0) }

// Damage keeps an *Error and the end of a context as they are and takes anything
// else for damage, which lies behind a line of a text; 0 when that is not known.
func Damage(err error, line int) error {
	var known *Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	place := ""
	var markup *xml.SyntaxError
	var packed flate.CorruptInputError
	switch {
	case errors.Is(err, fs.ErrPermission):
		return unreadable(err)
	case errors.As(err, &markup):
		place = fmt.Sprintf(" (XML mal formé à la ligne %d)", markup.Line)
	case line > 0:
		place = fmt.Sprintf(" après la ligne %d", line)
	case errors.As(err, &packed):
		place = fmt.Sprintf(" (octet %d de ce qui est compressé)", int64(packed))
	}
	return refuse(Damaged, err, "le fichier est abîmé ou incomplet%s : le télécharger de nouveau", place)
}

func unreadable(err error) *Error {
	if errors.Is(err, fs.ErrPermission) {
		return refuse(Unreadable, err, "l’accès à ce fichier est refusé : vérifier ses droits")
	}
	return refuse(Unreadable, err, "ce fichier ne peut pas être lu")
}

// RowError rejects one record; reading goes on with the next.
type RowError struct {
	Line   int    // of the file, from 1
	Column int    // from 1, 0 when the whole record is meant
	Cell   string // "C7" in a workbook
	Value  string // what was found, shortened
	Text   string // reason, in French
}

func (e *RowError) Error() string {
	switch {
	case e.Cell != "":
		return fmt.Sprintf("cellule %s : %s", e.Cell, e.Text)
	case e.Column > 0:
		return fmt.Sprintf("ligne %d, colonne %d : %s", e.Line, e.Column, e.Text)
	}
	return fmt.Sprintf("ligne %d : %s", e.Line, e.Text)
}

// Row is one record of a table. Fields are UTF-8, trimmed of nothing, and valid
// until the next call of Next.
type Row struct {
	Line     int // on which the record begins, from 1
	Fields   [][]byte
	Decoded  bool // a field that was not UTF-8 was taken for Windows-1252
	Literal  bool // a stray quote was taken for a character of the text
	Formulas int  // cells that hold a formula: their last computed value is given
	// Beyond is the first cell filled apart from the table, to the right of an
	// empty column, and BeyondCell its name; it is left out.
	Beyond, BeyondCell string
}

// Rows reads a table. Next gives io.EOF at the end and a *RowError for a record
// that it skips; any other error ends the reading.
type Rows interface {
	Next() (*Row, error)
	Close() error
}

// maxEcho bounds how much of a wrong value a message repeats, in bytes.
const maxEcho = 80
