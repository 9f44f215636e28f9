package structure

import "sourcier/internal/territory"

// QuarterStanding is what is known of an establishment and the priority
// neighbourhoods (QPV). At most one of Within and Outside is set; when neither
// is, only the commune is known to have quarters.
type QuarterStanding struct {
	// Within is the quarter whose outline holds the exact position.
	Within *territory.Quarter
	// Outside is set when the position is exact, and in none of the quarters of
	// its commune, of which all the outlines are known.
	Outside bool
	// Commune lists the quarters of the commune, by code.
	Commune []territory.Quarter
	// Exact is set when the position is that of the establishment, so that only
	// outlines are missing for an answer.
	Exact bool
}

// StandingOf judges an address. Only a PrecisionExact position is looked up: the
// reference point of a commune may well lie in a quarter, and says nothing of
// where the establishment is.
func StandingOf(atlas *territory.Atlas, quarters *territory.Quarters, a Address) QuarterStanding {
	st := QuarterStanding{Commune: atlas.QuartersOf(a.Commune), Exact: a.Point.Precision == PrecisionExact}
	if !st.Exact {
		return st
	}
	if q, ok := quarters.At(a.Point.Lat, a.Point.Lon); ok {
		st.Within = &q
		return st
	}
	st.Outside = len(st.Commune) > 0
	for _, q := range st.Commune {
		if _, known := quarters.ByCode(q.Code); !known {
			st.Outside = false
		}
	}
	return st
}
