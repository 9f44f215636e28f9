package search

import "math/bits"

// TextField is a part of a structure in which words are looked for.
type TextField uint8

// Text fields, the best first: a word counts where it says most about what the
// structure sells. A sector derived from the APE code ranks below what the
// structure says itself.
const (
	FieldName           TextField = iota // name and trade name
	FieldSector                          // label of a declared sector
	FieldSynonym                         // synonyms and group of a declared sector
	FieldOffer                           // offers, in the structure's words
	FieldSectorDerived                   // label of a sector deduced from the APE code
	FieldSynonymDerived                  // its synonyms and group
	FieldDescription
	FieldReference // customers named
	FieldCity      // city as written, and the commune's official name
	NumFields
)

// Form says how a word matches.
type Form uint8

// Forms, the best first.
const (
	FormExact  Form = iota // the same word, case and accents apart; or the stems of a quoted phrase in a row
	FormStem               // the same light stem: plural, feminine
	FormPrefix             // the beginning of a longer word, for the last word only
	NumForms
)

// Weight is what one word earns in a field. Fields are ten points or more
// apart, so that the field decides between whole words, and the 3 points of the
// form only within one field. Description and references say less about the
// trade than any sector, and a city nothing: hence the wider steps above them.
// A beginning earns half: « ménage » is rather the synonym of cleaning than the
// beginning of a sector called « équipement ménager ».
func Weight(f TextField, form Form) int {
	whole := [NumFields]int{100, 90, 80, 70, 60, 50, 30, 30, 10}[f]
	switch form {
	case FormExact:
		return whole
	case FormStem:
		return whole - 3
	}
	return whole / 2
}

// BonusOneField is for texts of several units that all match in one same field:
// less than the step between two fields, so that it only orders structures whose
// words stand in the same ones.
const BonusOneField = 3

// BonusOneSector is for structures with a sector that holds every word of a text
// of several: « réparation de toiture » is a roofer, not who repairs bicycles and
// plants roofs. It outweighs one step between two fields, so that a trade comes
// before words scattered over two, and not the steps of two words: a name that
// holds them all stays first.
const BonusOneSector = 15

// bitOf is the bit of a match in a set of them: forms one after the other, the
// best field lowest.
func bitOf(f TextField, form Form) uint32 { return 1 << (uint(form)*uint(NumFields) + uint(f)) }

const fieldMask = 1<<NumFields - 1

// fieldsOf gives the fields of a set of matches, as bits.
func fieldsOf(matches uint32) uint16 {
	return uint16((matches | matches>>NumFields | matches>>(2*NumFields)) & fieldMask) // #nosec G115 -- nine bits
}

// earned is the weight of the best of a set of matches.
func earned(matches uint32) (best int32) {
	for form := range NumForms {
		if of := matches >> (uint(form) * uint(NumFields)) & fieldMask; of != 0 {
			best = max(best, weights[form][bits.TrailingZeros32(of)])
		}
	}
	return best
}

// weights is Weight by form and field.
var weights = func() (out [NumForms][NumFields]int32) {
	for form := range NumForms {
		for f := range NumFields {
			out[form][f] = int32(Weight(f, form)) // #nosec G115 -- at most 100
		}
	}
	return out
}()
