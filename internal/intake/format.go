package intake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Format is a value of --format: a source of files.
type Format string

// Formats.
const (
	Auto                 Format = "auto"
	Generic              Format = "generic"
	Sirene               Format = "sirene"
	LeMarche             Format = "lemarche"
	Emplois              Format = "emplois"
	FINESS               Format = "finess"
	DataInclusion        Format = "datainclusion"
	RGE                  Format = "rge"
	RFAR                 Format = "rfar"
	RechercheEntreprises Format = "rechercheentreprises"
	ASP                  Format = "asp"
	EA2                  Format = "ea2"
	GEIQ                 Format = "geiq"
	Gesat                Format = "gesat"
	ESSFrance            Format = "essfrance"
	ESUS                 Format = "esus"
)

var allFormats = []Format{
	Auto, Generic, Sirene, FINESS, ASP, EA2, GEIQ, Gesat, ESSFrance, ESUS, RGE, RFAR,
	LeMarche, Emplois, DataInclusion, RechercheEntreprises, Places,
}

// Formats lists what may be asked for, but Auto.
func Formats() []Format { return slices.Clone(allFormats[1:]) }

// FormatNames lists the values of --format, for people.
func FormatNames() string {
	var names []string
	for _, f := range allFormats {
		names = append(names, string(f))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " ou " + names[last]
}

// ParseFormat reads a value of --format; the error is in French.
func ParseFormat(s string) (Format, error) {
	f := Format(strings.ToLower(strings.TrimSpace(s)))
	if f == "" {
		return Auto, nil
	}
	if !slices.Contains(allFormats, f) {
		return "", fmt.Errorf("format « %s » inconnu : %s", s, FormatNames())
	}
	return f, nil
}

// layout is one kind of file: how it is recognised and how it is read. A new
// reader is one file that defines a layout, and one line in layouts.
type layout struct {
	format Format
	name   string // for people
	// order of reading within a run, so that the result does not depend on the
	// order of the arguments. The register comes last: it also tells what has
	// closed among the structures that the others know.
	order int
	limit int64 // bytes of decompressed content

	// above is how many rows may stand above the header: a title, a first line.
	above int
	// day reads the day that the file states, before anything else of it is read; ""
	// when it states none that can be. nil when files of the layout do not.
	day func(*session, *part) structure.Date
	// frame is how the file tells that it is whole; nil when it does not.
	frame *frame
	// severed reports whether a last line that no end of line closes was cut off; nil
	// when nothing tells. commas is how many delimiters it has.
	severed func(last string, commas int) bool
	// fewest values of a row when its reader finds out by itself which are missing;
	// 0 = as many as the header has.
	fewest int

	// Tables: looks reports whether the header is that of this layout, complaint
	// says in French what keeps it from being read ("" = nothing).
	looks     func(header) bool
	complaint func(header) string
	read      func(*session, *part) rowFunc
	// widths are the numbers of values that a line may have when they are not
	// that of the first line, which then is no header.
	widths []int

	// Lists: looksLike reports whether an object is of this layout.
	looksLike  func(keys map[string]json.RawMessage) bool
	readObject func(*session, *part) objectFunc

	// newJob reads the part in a way of its own, nil for one record after the other.
	newJob func(*session, *part) job
	// scope says what a complete file lists; nil when the files of the layout may be
	// extracts, or say themselves what has ended.
	scope func(*session, *part) *scope

	// role in a join of several files; "" when the file is read by itself.
	role string
}

// rowFunc turns a row into a draft; nil when the line was rejected or skipped,
// which it has told to l.
type rowFunc func(row *input.Row, l *line) *Draft

// objectFunc does the same with a JSON object. When it holds several records, the
// drafts of all but the first go to l.others.
type objectFunc func(raw json.RawMessage, l *line) *Draft

// layouts are tried in this order; generic takes any table that is left.
func layouts() []*layout {
	return []*layout{
		sireneEstablishments, sireneUnits, sireneGeolocation, sireneOthers,
		gesatList, esatList, hosmozList,
		marcheObjects, marcheDirectory, marcheNeed, marchePurchases,
		emploisFeed, emploisToken,
		aspStructures, aspAnnexes, ea2List, geiqLabels,
		essFranceList, esusList,
		finessTable, finessActivities, finessPlus,
		dataInclusionServices, dataInclusionList, dataInclusionTable, dataInclusionServiceTable,
		rgeList, rgeTable, rfarTable,
		rechercheEntreprises,
		quarterOutlines, oldQuarterOutlines, otherOutlines,
		generic,
	}
}

// header is the first line of a table.
type header struct {
	names []string
	at    map[string]int // folded name -> column, the first of that name
	above [][]string     // rows that stand above it
	asked Format         // by --format
}

func newHeader(names []string) header {
	h := header{names: names, at: make(map[string]int, len(names))}
	for i, n := range names {
		key := territory.Fold(n)
		if _, twice := h.at[key]; !twice && key != "" {
			h.at[key] = i
		}
	}
	return h
}

// has reports whether every name is there, whatever the case and the accents.
func (h header) has(names ...string) bool { return len(h.missing(names...)) == 0 }

func (h header) missing(names ...string) []string {
	var out []string
	for _, n := range names {
		if _, ok := h.at[territory.Fold(n)]; !ok {
			out = append(out, n)
		}
	}
	return out
}

// column gives the place of a name, -1 when absent.
func (h header) column(name string) int {
	if i, ok := h.at[territory.Fold(name)]; ok {
		return i
	}
	return -1
}

// field gives a field of a row, nil beyond its end.
func field(row *input.Row, column int) []byte {
	if column < 0 || column >= len(row.Fields) {
		return nil
	}
	return row.Fields[column]
}

// text gives a field cleaned of what stands for "nothing".
func text(row *input.Row, column int) string { return clean(string(field(row, column))) }

// visible drops control and format characters: marks of direction turn the text
// of a page round, and one of no width makes a number none.
func visible(r rune) rune {
	switch {
	case ' ' <= r && r <= '~', unicode.IsSpace(r): // most of all there is
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf):
		return -1
	}
	return r
}

// isClean recognises what clean would leave as it is, as most values are: letters
// and signs of French with single spaces between them, and no mark.
func isClean(s string) bool {
	space := true // before the text
	for _, r := range s {
		switch {
		case r == ' ' && !space:
			space = true
		case '!' <= r && r <= '~', 'À' <= r && r <= 'ɏ', r == '’', r == '«', r == '»':
			space = false
		default:
			return false
		}
	}
	return s == "" || !space && !strings.ContainsRune("[#Nn", rune(s[0])) // the marks begin so
}

// clean trims a value, folds its white space and drops the marks that sources
// put where they know nothing: [ND] is Sirene's, #N/D that of a spreadsheet.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", " ")
	s = strings.Join(strings.Fields(strings.Map(visible, s)), " ")
	switch strings.ToUpper(s) {
	case "[ND]", "[NON-DIFFUSIBLE]", "#N/D", "#N/A", "#REF!", "#VALEUR!", "#VALUE!", "NULL", "NC":
		return ""
	}
	return s
}
