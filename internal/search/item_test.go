package search_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

func place(t testing.TB, value string) territory.Territory {
	t.Helper()
	p, err := territory.Default().Resolve(value)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// caterer is a structure with one of everything.
func caterer(t testing.TB) structure.Structure {
	vitry, _ := territory.Default().Commune("94081")
	return structure.Structure{
		ID: "caterer", SIRET: "80746945100017", FINESS: "940001234", Name: "Les Fourneaux", TradeName: "Chez Lou",
		Agreements: []structure.Agreement{{Kind: structure.EA, End: "2026-01-01"}, {Kind: structure.ESAT}},
		ESS:        structure.ASSO, ESUS: true, Size: structure.PME, Workforce: "12",
		Description: strings.Repeat("Une cuisine de quartier. ", 20) + "Plateaux-repas livrés à vélo. " + strings.Repeat("Ouvert à tous. ", 20),
		Activities: []structure.Activity{
			{Sectors: []string{sectorOf(t, "blanchisserie").Code}, Derived: true},
			{Sectors: []string{sectorOf(t, "traiteur").Code}, Modes: []structure.Mode{structure.PREST}, Zone: structure.Zone{RadiusKM: 10},
				Offer:        "Buffets et plateaux",
				Availability: structure.Availability{State: structure.BookedUp, Until: "2026-12-24", DeclaredOn: "2026-11-01"}},
		},
		Address: structure.Address{City: "VITRY S/ SEINE", Commune: "94081",
			Point: structure.Point{Lat: vitry.Lat, Lon: vitry.Lon, Precision: structure.PrecisionCommune}},
		UpdatedAt: today.Time(),
	}
}

func TestItem(t *testing.T) {
	f := newFixture(t, caterer(t))
	f.open(t)
	near := &query.Place{Value: "48.79,2.39", Lat: 48.79, Lon: 2.39}
	r := f.search(t, query.Query{Text: "plateaux vélo", Near: near, Serves: []territory.Territory{place(t, "dep:94")}})
	if r.Total != 1 {
		t.Fatalf("finds %d", r.Total)
	}
	got := r.Items[0]
	if got.Kind != "ESAT" || !reflect.DeepEqual(got.Kinds, []structure.Kind{structure.ESAT}) || got.Family != structure.Handicap {
		t.Errorf("an agreement that is over counts: %+v", got)
	}
	if want := []string{sectorOf(t, "traiteur").Code, sectorOf(t, "blanchisserie").Code}; !reflect.DeepEqual(got.Sectors, want) || got.Derived {
		t.Errorf("sectors %v, derived %v", got.Sectors, got.Derived)
	}
	if got.Department != "94" || got.City != "VITRY S/ SEINE" || got.Size != structure.PME || got.SIRET == "" || got.FINESS == "" {
		t.Errorf("facts: %+v", got)
	}
	if got.DistanceKM == nil || *got.DistanceKM > 2 || !got.Approximate {
		t.Errorf("distance %v, approximate %v", got.DistanceKM, got.Approximate)
	}
	if got.Availability != structure.BookedUp || got.AvailableFrom != "2026-12-25" {
		t.Errorf("availability %v from %v", got.Availability, got.AvailableFrom)
	}
	if got.Zone.State != query.ZoneServes || got.Zone.Place != "Val-de-Marne (94)" || got.Zone.Zone.RadiusKM != 10 {
		t.Errorf("zone %+v", got.Zone)
	}
	if len(got.Bases) == 0 || got.Bases[0].Basis != structure.L2113_12 {
		t.Errorf("bases %+v", got.Bases)
	}
	want := []query.Reason{{Field: "offer", Label: "offre", Text: "Buffets et plateaux", Words: []string{"plateaux"}}}
	if len(got.Why) != 2 || !reflect.DeepEqual(got.Why[:1], want) || got.Why[1].Field != "description" || got.Why[1].Words[0] != "vélo" {
		t.Errorf("why %+v", got.Why)
	}
}

func TestExcerpt(t *testing.T) {
	f := newFixture(t, caterer(t))
	f.open(t)
	got := f.search(t, query.Query{Text: "vélo"}).Items[0].Excerpt
	if !strings.Contains(got, "livrés à vélo") || utf8.RuneCountInString(got) > 240 ||
		!strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "…") {
		t.Errorf("excerpt %q", got)
	}
	if got := f.search(t, query.Query{}).Items[0].Excerpt; !strings.HasPrefix(got, "Une cuisine") || utf8.RuneCountInString(got) > 240 {
		t.Errorf("excerpt without text %q", got)
	}
	if got := f.search(t, query.Query{Text: "buffet"}).Items[0].Excerpt; got != "Buffets et plateaux" {
		t.Errorf("excerpt of the offer %q", got)
	}
}

func TestReasons(t *testing.T) {
	f := newFixture(t, caterer(t))
	f.open(t)
	traiteur, laundry := sectorOf(t, "traiteur"), sectorOf(t, "blanchisserie")
	for name, c := range map[string]struct {
		q    query.Query
		want query.Reason
	}{
		"SIRET":   {query.Query{Identifier: "80746945100017"}, query.Reason{Field: "identifier", Label: "SIRET", Text: "80746945100017", Words: []string{"80746945100017"}}},
		"SIREN":   {query.Query{Identifier: "807469451"}, query.Reason{Field: "identifier", Label: "SIREN", Text: "807469451", Words: []string{"807469451"}}},
		"FINESS":  {query.Query{Identifier: "940001234"}, query.Reason{Field: "identifier", Label: "FINESS", Text: "940001234", Words: []string{"940001234"}}},
		"sector":  {query.Query{Sectors: []string{traiteur.Group}}, query.Reason{Field: "sector", Label: "secteur", Text: traiteur.Label}},
		"derived": {query.Query{Sectors: []string{laundry.Code}}, query.Reason{Field: "sector_derived", Label: "déduit du code APE", Text: laundry.Label}},
		"synonym": {query.Query{Text: traiteur.Synonyms[0]}, query.Reason{Field: "sector", Label: "secteur", Text: traiteur.Label, Words: []string{traiteur.Synonyms[0]}}},
	} {
		r := f.search(t, c.q)
		if r.Total != 1 || len(r.Items[0].Why) == 0 {
			t.Errorf("%s: %+v", name, r)
			continue
		}
		why := r.Items[0].Why[0]
		why.Words = []string{strings.Join(why.Words, " ")} // words of a synonym come one by one
		if c.want.Words == nil {
			why.Words = nil
		}
		if !reflect.DeepEqual(why, c.want) {
			t.Errorf("%s: %+v, want %+v", name, why, c.want)
		}
	}
}

// An undeclared zone serves only where the establishment is, and says so; a
// structure without any activity too.
func TestUndeclaredZone(t *testing.T) {
	s := named("a", "Alpha")
	s.Address.Commune = "94081"
	f := newFixture(t, s)
	f.open(t)
	r := f.search(t, query.Query{Serves: []territory.Territory{place(t, "dep:94")}})
	if r.Total != 1 || r.Items[0].Zone.State != query.ZoneUndeclared || r.Items[0].DistanceKM != nil {
		t.Errorf("%+v", r)
	}
	for _, q := range []query.Query{{Serves: []territory.Territory{place(t, "94041")}}, {Covers: []territory.Territory{place(t, "94081")}},
		{Modes: []structure.Mode{structure.PREST}}} {
		if r := f.search(t, q); r.Total != 0 {
			t.Errorf("%+v finds %d", q, r.Total)
		}
	}
}

// Without near, distances are measured from the one commune asked for.
func TestDistanceFromServedCommune(t *testing.T) {
	f := newFixture(t, caterer(t))
	f.open(t)
	item := f.search(t, query.Query{Serves: []territory.Territory{place(t, "94081")}, Sort: query.SortDistance}).Items[0]
	if item.DistanceKM == nil || *item.DistanceKM != 0 {
		t.Errorf("distance %v", item.DistanceKM)
	}
}

// agreementLapses are those that a record can tell.
func agreementLapses(s *structure.Structure) []structure.Lapse {
	only := structure.Structure{Agreements: s.Agreements}
	return only.Lapses(today)
}

// A record gives back what results show of a structure.
func TestRecordKeepsTheSheet(t *testing.T) {
	c := newCorpus(7)
	f := newFixture(t)
	for range 30 {
		s := c.structure()
		s.Closed, s.ESS = false, structure.ASSO
		s.Origins = map[structure.Field]structure.Origin{structure.FieldESS: {Source: structure.SourceSIRENE, AsOf: "2026-10-31"}}
		f.put(t, s)
	}
	f.open(t)
	for _, item := range f.search(t, query.Query{}).Items {
		d, err := f.structures.Get(context.Background(), item.ID)
		if err != nil {
			t.Fatal(err)
		}
		s := d.Value
		if item.Name != s.Name || item.TradeName != s.TradeName || item.SIRET != s.SIRET || item.FINESS != s.FINESS || item.Size != s.Size ||
			item.Workforce != s.Workforce || item.ESUS != s.HasESUS(today) || !reflect.DeepEqual(item.Lapses, agreementLapses(&s)) || item.Commune != s.Address.Commune || item.Point != s.Address.Point ||
			item.ESSOrigin != s.Origins[structure.FieldESS] || !item.UpdatedAt.Equal(s.UpdatedAt) ||
			!reflect.DeepEqual(item.Bases, structure.DefaultBasisRules().Claims(&s, today)) {
			t.Errorf("%+v\nis shown of %+v", item, s)
		}
	}
}
