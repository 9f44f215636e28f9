package structure_test

import (
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

func TestStandingOf(t *testing.T) {
	atlas := territory.Default()
	box := territory.Outline{{territory.Ring{2390000, 48780000, 2400000, 48780000, 2400000, 48790000, 2390000, 48790000}}}
	var all []territory.Quarter
	for i, q := range atlas.QuartersOf("94081") {
		q.Outline = box
		if i > 0 {
			q.Outline = territory.Outline{{territory.Ring{0, 0, 1, 0, 1, 1}}}
		}
		all = append(all, q)
	}
	whole, some := territory.NewQuarters(all), territory.NewQuarters(all[:1])
	inside := structure.Point{Lat: 48.785, Lon: 2.395, Precision: structure.PrecisionExact}
	beside := structure.Point{Lat: 48.795, Lon: 2.395, Precision: structure.PrecisionExact}
	for name, c := range map[string]struct {
		quarters *territory.Quarters
		commune  string
		point    structure.Point
		within   string
		outside  bool
		listed   int
	}{
		"inside":                              {whole, "94081", inside, all[0].Code, false, 4},
		"inside, whatever the commune":        {some, "", inside, all[0].Code, false, 0},
		"outside of all":                      {whole, "94081", beside, "", true, 4},
		"outside of those known":              {some, "94081", beside, "", false, 4},
		"no outline at all":                   {nil, "94081", inside, "", false, 4},
		"the point of the commune is no sign": {whole, "94081", structure.Point{Lat: 48.785, Lon: 2.395, Precision: structure.PrecisionCommune}, "", false, 4},
		"no point":                            {whole, "94081", structure.Point{}, "", false, 4},
		"no quarter in the commune":           {whole, "01001", beside, "", false, 0},
	} {
		st := structure.StandingOf(atlas, c.quarters, structure.Address{Commune: c.commune, Point: c.point})
		within := ""
		if st.Within != nil {
			within = st.Within.Code
		}
		if within != c.within || st.Outside != c.outside || len(st.Commune) != c.listed {
			t.Errorf("%s: within %q, outside %v, %d in the commune", name, within, st.Outside, len(st.Commune))
		}
	}
}
