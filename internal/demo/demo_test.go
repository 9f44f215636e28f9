package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// testDay is the day on which the tests look at the territory.
const testDay structure.Date = "2026-11-23"

func testOptions(t testing.TB, size int) Options {
	t.Helper()
	home, err := territory.Default().Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Size: size, Seed: 1, Today: testDay, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home}
}

func generated(t testing.TB, size int) []structure.Structure {
	t.Helper()
	return slices.Collect(Generate(testOptions(t, size)))
}

// hash of the structures as stored.
func hash(t testing.TB, list []structure.Structure) string {
	t.Helper()
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(list); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestGenerateIsDeterministic(t *testing.T) {
	first, second := generated(t, DefaultSize), generated(t, DefaultSize)
	if hash(t, first) != hash(t, second) {
		t.Fatal("two runs with the same options differ")
	}
	for _, size := range []int{50, 1000, largeSize} {
		opts := testOptions(t, size)
		var start []structure.Structure
		for s := range Generate(opts) {
			if start = append(start, s); len(start) == min(size, DefaultSize) {
				break
			}
		}
		if hash(t, start) != hash(t, first[:len(start)]) {
			t.Errorf("size %d does not start with the structures of the default size", size)
		}
	}
	other := testOptions(t, DefaultSize)
	other.Seed = 2
	if hash(t, slices.Collect(Generate(other))) == hash(t, first) {
		t.Error("another seed gives the same territory")
	}
}

// TestNumbersStay: ids follow from the numbers, so a portal filled by an older
// release must find its structures again.
func TestNumbersStay(t *testing.T) {
	for got, want := range map[string]string{
		featuredSIREN(0): "004000006", featuredSIREN(1): "004687877", rareSIREN(1): "003337870", plainSIREN(1): "002187870", plainSIREN(149_999): "003812138",
		siret(featuredSIREN(0), 1): "00400000600017", finess(featuredSIREN(0)): "964000004",
	} {
		if got != want {
			t.Errorf("number %s, was %s", got, want)
		}
	}
}

func TestIdentitiesAreUniqueAndFictional(t *testing.T) {
	for _, size := range []int{DefaultSize, 3000} {
		checkIdentities(t, generated(t, size))
	}
}

func checkIdentities(t *testing.T, list []structure.Structure) {
	t.Helper()
	identities, ids, names := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range list {
		if identities[s.Identity()] || ids[s.ID] {
			t.Errorf("%s comes twice", s.Identity())
		}
		identities[s.Identity()], ids[s.ID] = true, true
		if !structure.ValidSIRET(s.SIRET) || !fictionalSIREN(s.SIREN()) {
			t.Errorf("SIRET %s is invalid or could be somebody's", s.SIRET)
		}
		if _, _, err := structure.ParseSIREN(s.SIREN()); err != nil {
			t.Errorf("SIREN %s: %v", s.SIREN(), err)
		}
		if s.ID != structure.NewID(s.Identity()) {
			t.Errorf("%s: id does not follow from the identity", s.Identity())
		}
		if s.FINESS != "" && !strings.HasPrefix(s.FINESS, finessPrefix) {
			t.Errorf("FINESS %s could be somebody's", s.FINESS)
		}
		shown := s.Name + s.TradeName
		if len(list) == DefaultSize && names[shown] {
			t.Errorf("two structures are called %q", shown)
		}
		names[shown] = true
	}
}

// fictionalSIREN: between 001 807 254 and 005 410 220 the register has nothing.
func fictionalSIREN(siren string) bool { return siren > "001807254" && siren < "005410220" }

func TestContactsReachNobody(t *testing.T) {
	for _, s := range generated(t, 1000) {
		if p := s.Contact.Phone; p != "" && !slices.ContainsFunc([]string{"01 99 00 ", "02 61 91 ", "03 53 01 ", "04 65 71 ", "05 36 49 ", "06 39 98 "},
			func(block string) bool { return strings.HasPrefix(p, block) && len(p) == len(block)+5 }) {
			t.Errorf("%s: phone %q is outside the numbers kept for fiction", s.Name, p)
		}
		if e := s.Contact.Email; e != "" && (!strings.HasSuffix(e, ".example.org") || strings.Count(e, "@") != 1 || strings.ContainsAny(e, " ’")) {
			t.Errorf("%s: mail %q", s.Name, e)
		}
		if w := s.Contact.Website; w != "" && !strings.HasSuffix(w, ".example.org") {
			t.Errorf("%s: site %q", s.Name, w)
		}
	}
}

func TestEverythingHoldsTogether(t *testing.T) {
	opts := testOptions(t, DefaultSize)
	for s := range Generate(opts) {
		checkDates(t, &s)
		checkSize(t, &s)
		checkOrigins(t, &s)
		if c, ok := opts.Atlas.Commune(s.Address.Commune); !ok || !slices.Contains(c.PostalCodes, s.Address.PostalCode) {
			t.Errorf("%s: postal code %s is not one of commune %s", s.Name, s.Address.PostalCode, s.Address.Commune)
		} else if d := territory.DistanceKM(c.Lat, c.Lon, s.Address.Point.Lat, s.Address.Point.Lon); s.Address.Point.Precision == structure.PrecisionExact && d > 3 {
			t.Errorf("%s: %.1f km from its commune", s.Name, d)
		}
		for _, a := range s.Activities {
			checkActivity(t, opts, &s, a)
		}
	}
}

func checkActivity(t *testing.T, opts Options, s *structure.Structure, a structure.Activity) {
	t.Helper()
	sorts := 0
	for _, set := range []bool{a.Zone.France, len(a.Zone.Territories) > 0, a.Zone.RadiusKM > 0} {
		if set {
			sorts++
		}
	}
	if sorts > 1 || a.Zone.RadiusKM > structure.MaxRadiusKM {
		t.Errorf("%s: zone %+v", s.Name, a.Zone)
	}
	for _, v := range a.Zone.Territories {
		if _, err := opts.Atlas.Resolve(v); err != nil {
			t.Errorf("%s: zone %s: %v", s.Name, v, err)
		}
	}
	if len(a.Sectors) == 0 || len(slices.Compact(slices.Sorted(slices.Values(a.Sectors)))) != len(a.Sectors) {
		t.Errorf("%s: sectors %v", s.Name, a.Sectors)
	}
	for _, code := range a.Sectors {
		if _, ok := opts.Taxonomy.Sector(code); !ok {
			t.Errorf("%s: no sector %s", s.Name, code)
		}
	}
	for _, code := range a.Characteristics {
		if _, ok := opts.Taxonomy.Characteristic(code); !ok {
			t.Errorf("%s: no characteristic %s", s.Name, code)
		}
	}
	if a.Availability.DeclaredOn > testDay || (a.Availability.Until != "") != (a.Availability.State == structure.BookedUp) {
		t.Errorf("%s: availability %+v", s.Name, a.Availability)
	}
	if a.Derived && (a.Offer != "" || len(a.Modes) > 0 || a.Zone.Declared()) {
		t.Errorf("%s: derived from the APE code, yet declared", s.Name)
	}
}

func checkDates(t *testing.T, s *structure.Structure) {
	t.Helper()
	for _, a := range s.Agreements {
		if a.End != "" && a.Start >= a.End || a.Start > testDay || a.AsOf > testDay || a.AsOf < a.Start || a.Number == "" {
			t.Errorf("%s: agreement %+v", s.Name, a)
		}
		if a.End != "" && a.End < testDay && a.AsOf <= a.End {
			t.Errorf("%s: the end of %+v was known before it came", s.Name, a)
		}
	}
	for _, l := range s.Labels {
		if l.Name == "" || l.To != "" && l.From >= l.To || l.From > testDay {
			t.Errorf("%s: label %+v", s.Name, l)
		}
	}
	if s.UpdatedAt.Before(s.CreatedAt) || s.UpdatedAt.After(testDay.Time().Add(24*time.Hour)) {
		t.Errorf("%s: created %v, updated %v", s.Name, s.CreatedAt, s.UpdatedAt)
	}
}

func checkSize(t *testing.T, s *structure.Structure) {
	t.Helper()
	if small := slices.Index(structure.Workforces, s.Workforce) <= slices.Index(structure.Workforces, "03"); small != (s.Size == structure.TPE) {
		t.Errorf("%s: size %s with workforce band %s", s.Name, s.Size, s.Workforce)
	}
	if ess := taxonomy.Default().ESSOfLegalCategory(s.LegalCategory); ess != "" && ess != string(s.ESS) {
		t.Errorf("%s: ESS family %q, but legal category %s is %s", s.Name, s.ESS, s.LegalCategory, ess)
	}
}

func checkOrigins(t *testing.T, s *structure.Structure) {
	t.Helper()
	if !s.Demo {
		t.Errorf("%s is not marked as fictional", s.Name)
	}
	for field, has := range map[structure.Field]bool{
		structure.FieldName: true, structure.FieldAgreements: len(s.Agreements) > 0, structure.FieldESS: s.ESS != "",
		structure.FieldDescription: s.Description != "", structure.FieldPhone: s.Contact.Phone != "", structure.FieldPoint: true,
	} {
		if o, ok := s.Origins[field]; ok != has || ok && (o.Source != structure.SourceDemo || o.AsOf > testDay || o.AsOf == "") {
			t.Errorf("%s: origin of %s is %+v, present %v", s.Name, field, o, ok)
		}
	}
}
