package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// tally counts what a territory shows.
type tally map[string]int

func (c tally) add(kind, value string) { c[kind+" "+value]++ }

func count(t testing.TB, opts Options) tally {
	t.Helper()
	c := tally{}
	shared := map[string]int{}
	for s := range Generate(opts) {
		for _, v := range s.KindsInForce(testDay) {
			c.add("kind", string(v))
		}
		c.add("ess", string(s.ESS))
		c.add("size", string(s.Size))
		c.add("workforce", string(s.Workforce))
		c.add("family", string(s.Family(testDay)))
		c.add("precision", string(s.Address.Point.Precision))
		if s.ESUS {
			c.add("flag", "esus")
		}
		if s.SIRET != siret(s.SIREN(), 1) {
			c.add("second", "establishment")
		}
		if s.RegieDeQuartier {
			c.add("flag", "regie")
		}
		if s.FINESS != "" {
			shared[s.SIRET]++
		}
		countPlace(c, opts, &s)
		countAgreements(c, &s)
		countActivities(c, opts, &s)
	}
	for _, n := range shared {
		if n > 1 {
			c.add("identity", "shared SIRET")
		}
	}
	return c
}

func countPlace(c tally, opts Options, s *structure.Structure) {
	ord, _ := opts.Atlas.Ordinal(s.Address.Commune)
	commune := opts.Atlas.At(ord)
	switch {
	case opts.Home.Communes.Has(ord):
		c.add("place", "home")
		c.add("commune", commune.Name)
	case commune.Region == "11":
		c.add("place", "region")
		c.add("department", commune.Department)
	default:
		c.add("place", "far")
	}
}

func countAgreements(c tally, s *structure.Structure) {
	held := s.KindsInForce(testDay)
	if len(held) > 1 {
		c.add("agreements", "two")
	}
	for _, a := range s.Agreements {
		switch {
		case a.End == "":
			c.add("ends", "unknown")
		case a.End < testDay:
			c.add("ends", "recently")
		case a.End >= testDay.AddMonths(1) && a.End <= testDay.AddMonths(3):
			c.add("ends", "soon")
		case a.End > testDay.AddMonths(3):
			c.add("ends", "late")
		}
	}
	for _, l := range s.Labels {
		c.add("label", l.Code)
		c.add("label in force", fmt.Sprint(l.InForce(testDay)))
	}
}

func countActivities(c tally, opts Options, s *structure.Structure) {
	for _, a := range s.Activities {
		for _, code := range a.Sectors {
			sector, _ := opts.Taxonomy.Sector(code)
			c.add("group", sector.Group)
			c.add("sector", code)
		}
		for _, m := range a.Modes {
			c.add("mode", string(m))
		}
		if len(a.Modes) == 0 {
			c.add("mode", "undeclared")
		}
		for _, v := range a.Characteristics {
			c.add("characteristic", v)
		}
		c.add("derived", fmt.Sprint(a.Derived))
		c.add("zone", zoneSort(a.Zone))
		c.add("availability", availabilitySort(a.Availability))
	}
}

func zoneSort(z structure.Zone) string {
	switch {
	case z.France:
		return "france"
	case z.RadiusKM > 0:
		return "radius"
	case len(z.Territories) == 0:
		return "undeclared"
	case strings.HasPrefix(z.Territories[0], "dep:"):
		return "departments"
	case strings.HasPrefix(z.Territories[0], "reg:"):
		return "region"
	case strings.HasPrefix(z.Territories[0], "epci:"):
		return "ept"
	}
	return "communes"
}

func availabilitySort(a structure.Availability) string {
	switch {
	case a.State == "":
		return "undeclared"
	case a.On(testDay) == "":
		return "expired"
	}
	return string(a.State)
}

// wanted lists what a territory of the default size must show.
func wanted(opts Options) []string {
	list := strings.Split("flag esus,flag regie,agreements two,identity shared SIRET,ends recently,ends soon,ends late,ends unknown,"+
		"zone france,zone radius,zone undeclared,zone departments,zone region,zone ept,zone communes,availability undeclared,"+
		"availability expired,availability disponible,availability complet,availability devis,mode undeclared,derived true,"+
		"second establishment,precision exact,precision commune,precision approximate,place home,place region,place far,label in force true,label in force false,label empl-itude", ",")
	for _, k := range structure.Kinds {
		list = append(list, "kind "+string(k))
	}
	for _, k := range structure.ESSFamilies {
		list = append(list, "ess "+string(k))
	}
	for _, k := range structure.Sizes {
		list = append(list, "size "+string(k))
	}
	for _, k := range structure.Families {
		list = append(list, "family "+string(k))
	}
	for _, k := range structure.Modes {
		list = append(list, "mode "+string(k))
	}
	for _, g := range opts.Taxonomy.Groups() {
		list = append(list, "group "+g.Code)
	}
	for _, v := range opts.Taxonomy.Characteristics() {
		list = append(list, "characteristic "+v.Code)
	}
	for ord := range opts.Home.Communes.All() {
		list = append(list, "commune "+opts.Atlas.At(ord).Name)
	}
	for _, d := range strings.Fields("75 77 91 92 93 94") {
		list = append(list, "department "+d)
	}
	return list
}

func TestDefaultSizeShowsEverything(t *testing.T) {
	opts := testOptions(t, DefaultSize)
	c := count(t, opts)
	for _, what := range wanted(opts) {
		if c[what] == 0 {
			t.Errorf("no structure shows %q", what)
		}
	}
	bands := 0
	for _, w := range structure.Workforces {
		bands += min(1, c["workforce "+string(w)])
	}
	if bands < 12 {
		t.Errorf("%d workforce bands of %d", bands, len(structure.Workforces))
	}
	var missing []string
	for _, s := range opts.Taxonomy.Sectors() {
		if c["sector "+s.Code] == 0 {
			missing = append(missing, s.Code)
		}
	}
	if len(missing) > 2 {
		t.Errorf("sectors that nobody sells: %v", missing)
	}
	if c["place home"] < DefaultSize*55/100 {
		t.Errorf("only %d structures in the home territory", c["place home"])
	}
}

// TestOtherHomes: nothing is particular to the first territory, and what must be
// shown is there whatever the seed and the day.
func TestOtherHomes(t *testing.T) {
	for _, home := range []string{"epci:200058014", "dep:29", "75056", "FR"} {
		for _, seed := range []uint64{7, 4242} {
			opts := testOptions(t, DefaultSize)
			opts.Seed, opts.Today = seed, testDay
			var err error
			if opts.Home, err = opts.Atlas.Resolve(home); err != nil {
				t.Fatal(err)
			}
			c := count(t, opts)
			for _, k := range structure.Kinds {
				if c["kind "+string(k)] == 0 {
					t.Errorf("home %s, seed %d: no %s", home, seed, k)
				}
			}
			if c["ends soon"] < 5 || c["identity shared SIRET"] == 0 || c["zone radius"] == 0 {
				t.Errorf("home %s, seed %d: %d agreements end soon, %d shared SIRET", home, seed, c["ends soon"], c["identity shared SIRET"])
			}
		}
	}
}

// TestCommonNeedsAreCoveredAroundVitry: the first search of a buyer.
func TestCommonNeedsAreCoveredAroundVitry(t *testing.T) {
	opts := testOptions(t, DefaultSize)
	vitry, err := opts.Atlas.Resolve("94081")
	if err != nil {
		t.Fatal(err)
	}
	serving, inVitry := map[string][]string{}, []string{}
	for s := range Generate(opts) {
		for _, a := range s.Activities {
			if !a.Zone.Serves(opts.Atlas, s.Address, vitry) {
				continue
			}
			for _, code := range a.Sectors {
				serving[code] = append(serving[code], s.MainKind(testDay))
			}
			if s.Address.Commune == "94081" && slices.Contains(a.Sectors, "nettoyage-locaux") {
				inVitry = append(inVitry, s.MainKind(testDay))
			}
		}
	}
	for _, kind := range []string{"ESAT", "EA", "EI"} {
		if !slices.Contains(inVitry, kind) {
			t.Errorf("no %s cleans in Vitry: %v", kind, inVitry)
		}
		if !slices.Contains(serving["nettoyage-locaux"], kind) {
			t.Errorf("no %s for cleaning serves Vitry", kind)
		}
	}
	for _, code := range strings.Fields("nettoyage-locaux nettoyage-vitres entretien-espaces-verts traiteur demenagement reprographie collecte-dechets ressourcerie blanchisserie peinture reparation-velos accueil-standard materiel-reconditionne") {
		if len(serving[code]) < 2 {
			t.Errorf("%s: only %v serve Vitry", code, serving[code])
		}
	}
}

func TestLargeSizeIsMostlySmallCompanies(t *testing.T) {
	const looked = 20_000
	opts := testOptions(t, largeSize)
	plain, derived, undeclared, n := 0, 0, 0, 0
	identities := map[string]bool{}
	for s := range Generate(opts) {
		if n++; n > looked {
			break
		}
		if len(s.Agreements) == 0 && s.ESS == "" && (s.Size == structure.TPE || s.Size == structure.PME) {
			plain++
		}
		if s.Activities[0].Derived {
			derived++
		}
		if !s.Activities[0].Zone.Declared() {
			undeclared++
		}
		if identities[s.Identity()] || !structure.ValidSIRET(s.SIRET) || !fictionalSIREN(s.SIREN()) {
			t.Errorf("identity %s", s.Identity())
		}
		identities[s.Identity()] = true
		if _, ok := opts.Atlas.Commune(s.Address.Commune); !ok {
			t.Errorf("commune %s", s.Address.Commune)
		}
	}
	// The first 400 weigh five times more in the part looked at than in the whole.
	if share := float64(plain) / looked; share < 0.955 || share > 0.985 {
		t.Errorf("%.1f %% are TPE or PME without agreement", 100*share)
	}
	if derived < looked*80/100 || undeclared < looked*80/100 {
		t.Errorf("%d derived, %d without zone, of %d", derived, undeclared, looked)
	}
}

// TestNumbersNeverMeet goes through the ranges themselves, far beyond any size tried.
func TestNumbersNeverMeet(t *testing.T) {
	seen := map[string]string{}
	take := func(kind, number string) {
		if before, ok := seen[number]; ok {
			t.Fatalf("%s number %s is also %s", kind, number, before)
		}
		if !fictionalSIREN(number) {
			t.Fatalf("%s number %s could be somebody's", kind, number)
		}
		seen[number] = kind
	}
	for i := range baseSize / keyed {
		take("featured", featuredSIREN(i))
	}
	for i := range rareUnits {
		take("rare", rareSIREN(i))
	}
	for i := range plainUnits {
		take("plain", plainSIREN(i))
	}
	for i := range 2 * maxOdd {
		take("odd", siren(oddBase/keyed+i))
	}
	if a, b := siret(plainSIREN(3), 1), siret(plainSIREN(3+plainUnits), 2); a[:9] != b[:9] || a == b {
		t.Errorf("establishments of one legal unit: %s, %s", a, b)
	}
}

func TestGenerateStopsWhenAsked(t *testing.T) {
	n := 0
	for range Generate(testOptions(t, 1000)) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d structures", n)
	}
}

// BenchmarkGenerate reports the time of one structure of a large size.
func BenchmarkGenerate(b *testing.B) {
	opts := testOptions(b, max(largeSize, b.N))
	n := 0
	b.ResetTimer()
	for range Generate(opts) {
		if n++; n >= b.N {
			break
		}
	}
}
