package event

import (
	"cmp"
	"slices"
	"time"
)

// Entry is that a guest was there.
type Entry struct {
	Guest     string
	At        time.Time // by the clock of the portal
	Checkin   string    // id of the one that counts
	Party     int
	Way       Way
	Conflicts []string // ids of other scans of the same guest, by other devices or told « entre » too
}

// Entries are who was let in, from every scan in any order, each scan as often as one
// likes: the earliest that was told « entre » counts, the others are conflicts. What a
// device said offline stays so.
func Entries(scans []Checkin) []Entry {
	all := slices.Clone(scans)
	slices.SortFunc(all, func(a, b Checkin) int { return cmp.Or(a.When().Compare(b.When()), cmp.Compare(a.ID, b.ID)) })
	undone := map[string]bool{}
	for i := range all {
		if all[i].Result == Undone {
			undone[all[i].Code] = true
		}
	}
	at := map[string]int{} // place in out
	seen := map[string]bool{}
	var out []Entry
	for i := range all {
		c := &all[i]
		if c.Result != Entered || c.Guest == "" || undone[c.ID] || seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		if n, ok := at[c.Guest]; ok && stands(GuardEntry) {
			out[n].Conflicts = append(out[n].Conflicts, c.ID)
			continue
		}
		at[c.Guest] = len(out)
		out = append(out, Entry{Guest: c.Guest, At: c.When(), Checkin: c.ID, Party: max(c.Party, 1), Way: c.Way})
	}
	return out
}
