package intake

import (
	"bytes"
	"errors"
	"io"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Longest texts kept, in bytes. A longer one is cut, with a word.
const (
	maxText  = 300
	maxProse = 20_000
)

// prose cleans a text of several lines.
func prose(s string) string {
	var out []string
	for l := range strings.SplitSeq(strings.ReplaceAll(s, "\r", "\n"), "\n") {
		if l = clean(l); l != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, l)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// bounded cuts a text that is too long for its place.
func (l *line) bounded(column, s string, most int) string {
	if len(s) <= most {
		return s
	}
	l.ignore(column, s, "texte trop long, coupé à environ "+number(int64(most))+" caractères")
	return strings.TrimSpace(strings.ToValidUTF8(s[:most], ""))
}

// list cuts "a|b|c".
func list(s string) []string {
	var out []string
	for v := range strings.SplitSeq(s, "|") {
		if v = clean(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// yesNo reads a yes or a no; known is false for anything else.
func yesNo(s string) (yes, known bool) {
	switch territory.Fold(s) {
	case "oui", "o", "1", "vrai", "true", "x", "yes", "y":
		return true, true
	case "non", "n", "0", "faux", "false", "no":
		return false, true
	}
	return false, false
}

// phone keeps a number as written, with the zero that a spreadsheet drops.
func (l *line) phone(column, s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	switch {
	case s == "":
		return ""
	case len(digits) < 4 || len(digits) > 20 || len(s) > 40:
		l.ignore(column, s, "ce n’est pas un numéro de téléphone")
		return ""
	case len(s) == 9 && digits == s && s[0] != '0':
		l.repair(RepairZero)
		return "0" + s
	}
	return s
}

func (l *line) email(column, s string) string {
	if s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || len(s) > 254 || !strings.Contains(a.Address, ".") {
		l.ignore(column, s, "ce n’est pas une adresse de courriel")
		return ""
	}
	return a.Address
}

// website accepts an http address, with or without its scheme, and nothing that
// a browser would run.
func (l *line) website(column, s string) string {
	if s == "" {
		return ""
	}
	address := s
	if !strings.Contains(s, "://") {
		address = "https://" + s
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") || u.User != nil || len(s) > maxText {
		l.ignore(column, s, "ce n’est pas l’adresse d’un site web")
		return ""
	}
	return address
}

// day reads the date of a record, "" when it is none or lies in the future,
// which no source can know.
func (s *session) day(text string) structure.Date {
	var d structure.Date
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		d = structure.DateOf(t)
	} else if d, err = structure.ParseDate(text[:min(10, len(text))]); err != nil {
		return ""
	}
	if d > structure.DateOf(s.started) || d < "1970-01-01" {
		return ""
	}
	return d
}

// memory remembers the answers to questions that come back on every line.
type memory[T any] map[string]T

// maxRemembered bounds it, against files made of nonsense.
const maxRemembered = 10_000

func (m memory[T]) get(key string, ask func(string) T) T {
	if v, known := m[key]; known {
		return v
	}
	v := ask(key)
	if len(m) < maxRemembered {
		m[strings.Clone(key)] = v
	}
	return v
}

// sector adds what a value of a list of sectors means: a code or label of ours
// or of another directory, a NAF sub-class, a CPV code.
func (s *session) sector(to []string, value string) ([]string, bool) {
	found := s.sectors.get(value, s.sectorCodes)
	for _, code := range found {
		if !slices.Contains(to, code) {
			to = append(to, code)
		}
	}
	return to, len(found) > 0
}

func (s *session) sectorCodes(value string) (codes []string) {
	t := s.imp.opts.Taxonomy
	var found []taxonomy.Sector
	switch {
	case isNAF(value):
		found = t.ByNAF(value)
	case isCPV(value):
		found = t.ByCPV(value)
		if precise := strings.TrimRight(value[:min(8, len(value))], "0"); len(precise) >= 5 && len(found) > 1 {
			found = found[:1] // the closest; a shorter code names a whole branch
		}
	default:
		if one, ok := t.MatchSector(value); ok {
			found = []taxonomy.Sector{one}
		}
	}
	for _, f := range found {
		codes = append(codes, f.Code)
	}
	return codes
}

// isNAF recognises 81.21Z and 8121Z.
func isNAF(s string) bool {
	s = strings.Replace(s, ".", "", 1)
	return len(s) == 5 && strings.Trim(s[:4], "0123456789") == "" && strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", rune(s[4]))
}

// keepNAF keeps an APE code under its nomenclature, which its last letter tells: A
// to F and Z are of the NAF rév. 2, the letters between of the NAF 2025.
func keepNAF(f *structure.Structure, code string) {
	if !isNAF(code) {
		return
	}
	code = bareNAF(code)
	if last := code[len(code)-1]; last > 'F' && last < 'Z' {
		f.NAF2025 = code
		return
	}
	f.NAF = code
}

// setNAF also derives what the sectors know of the code: they are written in the
// NAF rév. 2.
func (s *session) setNAF(f *structure.Structure, code string) {
	if keepNAF(f, code); f.NAF != "" {
		f.Activities = s.derived(f.NAF)
	}
}

// isCPV recognises 90911200, 90911200-8 and the short form of a branch.
func isCPV(s string) bool {
	body, _, _ := strings.Cut(s, "-")
	return len(body) >= 2 && len(body) <= 8 && strings.Trim(body, "0123456789") == ""
}

// bands are the lowest headcounts of the INSEE bands above 0.
var bands = []struct {
	from int
	band structure.Workforce
}{
	{10000, "53"}, {5000, "52"}, {2000, "51"}, {1000, "42"}, {500, "41"}, {250, "32"}, {200, "31"},
	{100, "22"}, {50, "21"}, {20, "12"}, {10, "11"}, {6, "03"}, {3, "02"}, {1, "01"}, {0, "00"},
}

// workforce reads a number of people, the label of a band, or the code of a
// band: one that is no number of people (NN, 00 to 03), or any in a file of codes.
func workforce(s string, codes bool) (structure.Workforce, bool) {
	code := structure.Workforce(strings.ToUpper(s))
	if slices.Contains(structure.Workforces, code) && (codes || isBandOnly(s)) {
		return code, true
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), ".0")); err == nil && n >= 0 {
		for _, b := range bands {
			if n >= b.from {
				return b.band, true
			}
		}
	}
	if band, ok := workforceRange(s); ok {
		return band, true
	}
	for _, w := range structure.Workforces {
		if territory.Fold(taxonomy.WorkforceLabel(w)) == territory.Fold(s) {
			return w, true
		}
	}
	return "", false
}

var rangePattern = regexp.MustCompile(`(?i)^([0-9][0-9\s]*?)\s*(?:à|a|-|–|—)\s*([0-9][0-9\s]*?)\s*(?:salariée?s|personnes)?$`)

// workforceRange reads « 20 à 49 », « 20-49 » when these are the bounds of a band.
func workforceRange(s string) (structure.Workforce, bool) {
	m := rangePattern.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	from, errFrom := strconv.Atoi(strings.Join(strings.Fields(m[1]), ""))
	to, errTo := strconv.Atoi(strings.Join(strings.Fields(m[2]), ""))
	if errFrom != nil || errTo != nil {
		return "", false
	}
	for i, b := range bands[1:] {
		if b.from == from && bands[i].from == to+1 {
			return b.band, true
		}
	}
	return "", false
}

// isBandOnly tells the codes of bands that nobody writes for a number of people.
func isBandOnly(s string) bool { return len(s) == 2 && (s[0] == '0' || strings.EqualFold(s, "NN")) }

// holdsBands reports whether a column of workforces is one of INSEE codes: 12
// is then 20 to 49 people, else it is 12 people. It is when nothing but codes
// stands at the beginning of the file, one that is no number among them.
func holdsBands(p *part, column int) bool {
	if column < 0 || len(p.Head) == 0 {
		return false
	}
	whole := p.Head[:bytes.LastIndexByte(p.Head, '\n')+1] // the last line may be cut
	rows := input.NewCSV(io.NopCloser(bytes.NewReader(whole)), p.comma)
	rows.Expect(len(p.header.names))
	sure := false
	for header := true; ; header = false {
		row, err := rows.Next()
		var broken *input.RowError
		switch {
		case errors.As(err, &broken):
			continue
		case err != nil:
			return sure
		}
		v := text(row, column)
		if header || v == "" {
			continue
		}
		if !slices.Contains(structure.Workforces, structure.Workforce(strings.ToUpper(v))) {
			return false
		}
		sure = sure || isBandOnly(v)
	}
}
