package people

import (
	"maps"
	"slices"
)

// DoneCodes are the audit codes that have words.
func DoneCodes() []string { return slices.Sorted(maps.Keys(doneWords)) }
