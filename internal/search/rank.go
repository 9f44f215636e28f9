package search

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
	FormExact  Form = iota // the same word, case and accents apart
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

// Bonuses, for texts of several units: smaller together than the step between
// two fields, so that they only order structures whose words stand in the same fields.
const (
	BonusOneField = 3 // every unit matches in one same field
	BonusInARow   = 5 // and there the stems of all words follow each other in the order typed
)
