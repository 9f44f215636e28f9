package territory

// Atlas holds the communes and territories. It is immutable and safe for
// concurrent use.
type Atlas struct {
	communes []Commune // sorted by code; the index is the ordinal
}

// Default is the atlas of the embedded data, decoded once.
func Default() *Atlas { panic("written by the owner of this package") }

// Ordinal gives the dense number of a commune; old and delegated codes resolve to today's.
func (a *Atlas) Ordinal(code string) (uint32, bool) { panic("") }

// At gives the commune of an ordinal.
func (a *Atlas) At(ord uint32) Commune { return a.communes[ord] }

// Commune finds a commune by its code, old codes included.
func (a *Atlas) Commune(code string) (Commune, bool) { panic("") }

// Resolve reads a territory value: an INSEE commune code (bare, old codes
// included; 75056 is Paris with its arrondissements), dep:94 (a bare 2- or
// 3-character department code too), reg:11, epci:SIREN (an EPT too), FR.
// It returns ErrUnknown, or ErrNotLoaded for qpv:.
func (a *Atlas) Resolve(value string) (Territory, error) { panic("") }

// Of lists the territory values that contain the commune, smallest first:
// commune (and its parent city), EPT, EPCI, department, region.
func (a *Atlas) Of(code string) []string { panic("") }

// ByPostalCode lists the communes that the postal code serves.
func (a *Atlas) ByPostalCode(postal string) []Commune { panic("") }

// Locate finds the commune that a source means by city name and postal code:
// accents, case, hyphens, "Saint"/"St", "CEDEX" and leading articles ignored.
// When the name fits none, the only commune of the postal code; else not found.
func (a *Atlas) Locate(city, postal string) (Commune, bool) { panic("") }

// Search suggests territories whose name contains the words of q in order of
// prefix match, closeness to home, population; at most limit.
func (a *Atlas) Search(q string, home Territory, limit int) []Territory { panic("") }

// Fold reduces a name for comparison: lower case, no accent, œ -> oe, every
// run of other characters a single space.
func Fold(s string) string { panic("") }
