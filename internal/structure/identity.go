package structure

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/territory"
)

// Errors of ParseSIRET and its kin; the message for people is built where the
// line and the field are known.
var (
	ErrScientific = errors.New("number in scientific notation: digits are lost")
	ErrLength     = errors.New("wrong number of digits")
	ErrChecksum   = errors.New("checksum does not match")
	ErrNotDigits  = errors.New("not a number")
)

var scientific = regexp.MustCompile(`(?i)^\d+([.,]\d+)?e\+?\d+$`)

// ParseSIRET reads a SIRET, tolerating spaces, dots and no-break spaces, and a
// leading zero lost by a spreadsheet (repaired reports it).
func ParseSIRET(s string) (siret string, repaired bool, err error) {
	digits, err := bareDigits(s)
	if err != nil {
		return "", false, err
	}
	switch len(digits) {
	case 12, 13:
		digits, repaired = strings.Repeat("0", 14-len(digits))+digits, true
	case 14:
	default:
		return "", false, ErrLength
	}
	if !ValidSIRET(digits) {
		return "", false, ErrChecksum
	}
	return digits, repaired, nil
}

const noSIREN = "000000000"

// ParseSIREN reads a SIREN the same way.
func ParseSIREN(s string) (siren string, repaired bool, err error) {
	digits, err := bareDigits(s)
	if err != nil {
		return "", false, err
	}
	switch len(digits) {
	case 7, 8:
		digits, repaired = strings.Repeat("0", 9-len(digits))+digits, true
	case 9:
	default:
		return "", false, ErrLength
	}
	if digits == noSIREN || luhn(digits)%10 != 0 {
		return "", false, ErrChecksum
	}
	return digits, repaired, nil
}

func bareDigits(s string) (string, error) {
	s = strings.TrimSpace(s)
	if scientific.MatchString(s) {
		return "", ErrScientific
	}
	s = strings.TrimSuffix(s, ".0") // a spreadsheet's float
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "").Replace(s)
	for _, r := range s {
		if r < '0' || r > '9' {
			return "", ErrNotDigits
		}
	}
	return s, nil
}

// ValidSIRET checks 14 digits with Luhn, or, for La Poste (SIREN 356000000),
// that the sum of the digits is a multiple of 5. Zeros, which pass both, are what
// files write for "none": one structure would gather all who have no number.
func ValidSIRET(s string) bool {
	if len(s) != 14 || s[:9] == noSIREN {
		return false
	}
	if strings.HasPrefix(s, "356000000") && s != "35600000000048" {
		sum := 0
		for i := range len(s) {
			sum += int(s[i] - '0')
		}
		return sum%5 == 0
	}
	return luhn(s)%10 == 0
}

// luhn sums the digits from the right, every second one doubled.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if d < 0 || d > 9 {
			return 1
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

var finessPattern = regexp.MustCompile(`^[0-9][0-9AB][0-9]{7}$`)

// ParseFINESS reads a FINESS number: 9 characters, the second may be A or B (Corsica).
func ParseFINESS(s string) (string, error) {
	s = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	if !finessPattern.MatchString(s) {
		return "", fmt.Errorf("FINESS %q: %w", s, ErrLength)
	}
	return s, nil
}

// SIREN of the legal unit, "" without a SIRET.
func (s *Structure) SIREN() string {
	if len(s.SIRET) < 9 {
		return ""
	}
	return s.SIRET[:9]
}

// Identity is the unique key of the structure: its FINESS number if any
// (several ESAT may share a SIRET), else its SIRET, else its RNA number; ""
// when it has none of them.
func (s *Structure) Identity() string {
	switch {
	case s.FINESS != "":
		return "finess:" + s.FINESS
	case s.SIRET != "":
		return "siret:" + s.SIRET
	case s.RNA != "":
		return "rna:" + s.RNA
	}
	return ""
}

// NewID derives the id of a structure from its first identity, so that an
// import run twice, or killed and run again, names it the same. It is not
// sequential; it stays when the identity changes.
func NewID(identity string) string {
	sum := sha256.Sum256([]byte("structure\x00" + identity))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}

// NameKey is what two files must agree on to mean the same structure when one
// has no number: the folded name and the postal code. "" when either is missing.
func NameKey(name, postalCode string) string {
	folded := territory.Fold(name)
	if folded == "" || postalCode == "" {
		return ""
	}
	return "name:" + postalCode + ":" + folded
}

// SameName reports whether two structures have the same name, signs left aside.
func (s *Structure) SameName(o *Structure) bool {
	return s.Name != "" && territory.Fold(s.Name) == territory.Fold(o.Name)
}

// NameKeys lists the keys of the name and of the trade name. A groupement has none:
// no file speaks of one.
func (s *Structure) NameKeys() []string {
	if s.Groupement != nil {
		return nil
	}
	var out []string
	for _, n := range []string{s.Name, s.TradeName} {
		if k := NameKey(n, s.Address.PostalCode); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// MayBe reports whether an establishment known by its SIRET alone, which holds the
// first kinds, may be the one that a FINESS number names, which holds the second.
// An association often runs an ESAT and an entreprise adaptée under one SIRET: an
// agreement of the one never belongs to the other. Kinds of the IAE tell nothing.
func MayBe(free, numbered []Kind) bool {
	a, b := sides(free), sides(numbered)
	return len(a) == 0 || len(b) == 0 || !slices.ContainsFunc(a, func(k Kind) bool { return !slices.Contains(b, k) })
}

// sides tells ESAT from entreprises adaptées; one that also does temporary work is
// one of them.
func sides(kinds []Kind) (out []Kind) {
	for _, k := range kinds {
		if k == EATT {
			k = EA
		}
		if k.Family() == Handicap {
			out = append(out, k)
		}
	}
	return out
}

// AllKinds lists the kinds of the agreements, in force or not.
func (s *Structure) AllKinds() (out []Kind) {
	for _, a := range s.Agreements {
		out = append(out, a.Kind)
	}
	return out
}

// WithLuhnKey appends to a string of digits the one that makes Luhn's sum a multiple
// of ten, as in a SIREN, a SIRET or a FINESS number.
func WithLuhnKey(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}
