package query

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/territory"
)

// around is a distance from a commune that the text names: « à moins de 10 km de
// Vitry », « dans un rayon de 15 km autour d’Orly ».
type around struct {
	place *Place
	km    float64
}

// beforeRadius are the words that lead to the distance, afterRadius those between
// it and the commune.
var (
	beforeRadius = strings.Fields("a au dans de un une rayon perimetre distance moins jusqu maximum environ")
	afterRadius  = strings.Fields("a alentour autour de du des d la le les l partir ronde centre")
)

var (
	kilometres = regexp.MustCompile(`^(?:km|kms|kilometres?)$`)
	distance   = regexp.MustCompile(`^([0-9]{1,3})(km|kms)?$`)
)

// radiusAt recognises a distance from a commune whose number is the word at i. A
// distance that is none (0, 500) or from what is no commune stays text.
func (r *recogniser) radiusAt(i int) (recognised, bool) {
	km, next, ok := r.kilometresAt(i)
	if !ok || km <= 0 || km > MaxRadiusKM {
		return recognised{}, false
	}
	place, end, ok := r.centreAt(next)
	if !ok {
		return recognised{}, false
	}
	cut := r.beforeDistance(i)
	f := r.finding(cut, cut, end,
		Recognised{Param: "near", Value: place.Value, Label: place.Label},
		Recognised{Param: "radius_km", Value: decimal(km), Label: strings.Replace(decimal(km), ".", ",", 1) + "\u202fkm"})
	f.around = around{place, km}
	return f, true
}

// centreAt reads « autour d’Orly », « de L’Haÿ » from the word at i, and says where
// the next word is. An article may be of the name: the longest reading wins.
func (r *recogniser) centreAt(i int) (*Place, int, bool) {
	for from := i; from < len(r.runs) && !r.first[from]; from++ {
		t, n, ok := r.placeAt(from)
		if ok && from > i && t.Kind == territory.KindCommune {
			place, ok := r.measurable(t)
			return place, from + n, ok
		}
		if !slices.Contains(afterRadius, r.folded[from]) {
			break
		}
	}
	return nil, 0, false
}

// kilometresAt reads « 10 km », « 10km », « 2,5 kilomètres » and says where the
// next word is.
func (r *recogniser) kilometresAt(i int) (km float64, next int, ok bool) {
	m := distance.FindStringSubmatch(r.folded[i])
	if m == nil {
		return 0, 0, false
	}
	digits, unit, next := m[1], m[2], i+1
	if unit == "" && next < len(r.runs) && !r.first[next] {
		if sign := r.text[r.runs[i][1]:r.runs[next][0]]; sign == "," || sign == "." {
			m = distance.FindStringSubmatch(r.folded[next])
			if m == nil {
				return 0, 0, false
			}
			digits, unit, next = digits+"."+m[1], m[2], next+1
		}
	}
	if unit == "" {
		if next == len(r.runs) || r.first[next] || !kilometres.MatchString(r.folded[next]) {
			return 0, 0, false
		}
		next++
	}
	km, err := strconv.ParseFloat(digits, 64)
	return km, next, err == nil
}

// beforeDistance is where « à moins de », « dans un rayon de » begins, after
// what was recognised before.
func (r *recogniser) beforeDistance(i int) int {
	least := 0
	if len(r.found) > 0 {
		least = r.found[len(r.found)-1].to
	}
	for i > least && !r.first[i] && slices.Contains(beforeRadius, r.folded[i-1]) {
		i--
	}
	return i
}

// measurable gives the point of a commune, when it is known well enough.
func (r *recogniser) measurable(t territory.Territory) (*Place, bool) {
	c, ok := r.parser.Atlas.Commune(t.Value)
	if !ok || c.Code != t.Value || c.Precision == territory.PrecisionDepartment {
		return nil, false
	}
	return placeOf(c), true
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
