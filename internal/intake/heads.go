package intake

import "sourcier/internal/territory"

// Merged cells are of their first row and column. In a header of two storeys a
// name that spans both rows is read from the upper one, and one that spans
// several columns gives way to the names below it.

// storeys joins the names of two rows of a header.
func storeys(above, below []string) []string {
	out := make([]string, max(len(above), len(below)))
	copy(out, above)
	for i, name := range below {
		if name != "" {
			out[i] = name
		}
	}
	return out
}

// isStorey tells the lower row of a header: it has a name of a column, and cells
// that are left blank below a name that spans both rows.
func isStorey(names []string) bool {
	named, blank := false, false
	for _, name := range names {
		named = named || isGeneric(territory.Fold(name))
		blank = blank || name == ""
	}
	return named && blank
}
