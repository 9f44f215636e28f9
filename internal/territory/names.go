package territory

// names is what reads names.
type names struct{}

func newNames(_ *Atlas) *names { return &names{} }

// Locate finds the commune that a source means by city name and postal code:
// accents, case, hyphens, "Saint"/"St", "CEDEX" and leading articles ignored.
// When the name fits none, the only commune of the postal code; else not found.
func (a *Atlas) Locate(city, postal string) (Commune, bool) { panic("written next") }

// Search suggests territories whose name contains the words of q in order of
// prefix match, closeness to home, population; at most limit.
func (a *Atlas) Search(q string, home Territory, limit int) []Territory { panic("written next") }
