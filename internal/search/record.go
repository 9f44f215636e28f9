package search

import (
	"math"
	"time"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
)

// A record is what the index stores of one version of a structure, as one
// string of bytes in two parts. The facts come first, coded as the columns are:
// opening an index reads nothing else. The sheet follows: what a result shows.
// Answers come from the record of the version that the view found, never from
// the store, where the structure may have changed since.

// facts are the coded part of a record. Its slices point into the record.
type facts struct {
	id      []byte
	version int64
	closed  bool
	profile []byte // packProfile
	commune uint16 // ordinal in the atlas, or noCommune
	lat     float64
	lon     float64 // NaN both without a usable point
	updated int64   // microseconds since 1970
	nameKey []byte  // query.NameKey
	acts    []coded
	size    int // of the facts, in bytes of the record
}

// coded is one activity of a record.
type coded struct {
	trade []byte // packTrade
	zone  []byte // packZone
}

// noCommune says that the commune is not known.
const noCommune = math.MaxUint16

// packRecord codes a structure.
func (n *names) packRecord(version int64, s *structure.Structure) []byte {
	p := &packer{b: make([]byte, 0, 1024)}
	packText(p, s.ID)
	p.int(version)
	p.bool(s.Closed)
	p.bytes(n.packProfile(s))
	p.uint(uint64(n.communeOf(s)))
	lat, lon := pointOf(s.Address.Point)
	p.float(lat)
	p.float(lon)
	p.int(s.UpdatedAt.UnixMicro())
	packText(p, query.NameKey(s.Name))
	n.packActivities(p, s)
	packSheet(p, s)
	return p.b
}

func (n *names) communeOf(s *structure.Structure) uint16 {
	if ord, ok := n.atlas.Ordinal(s.Address.Commune); ok {
		return uint16(ord) // #nosec G115 -- newNames refuses a larger atlas
	}
	return noCommune
}

func pointOf(p structure.Point) (lat, lon float64) {
	if p.Usable() {
		return p.Lat, p.Lon
	}
	return math.NaN(), math.NaN()
}

// packActivities writes the activities. A structure that declares none has one
// empty activity: it is found where it is, in no sector and no mode.
func (n *names) packActivities(p *packer, s *structure.Structure) {
	acts := s.Activities
	if len(acts) == 0 {
		acts = []structure.Activity{{}}
	}
	p.count(len(acts))
	for i := range acts {
		p.bytes(n.packTrade(&acts[i]))
		p.bytes(packZone(acts[i].Zone))
	}
}

// readFacts reads the facts of a record into f, whose activities it reuses.
func readFacts(record []byte, f *facts) error {
	u := &unpacker{b: record}
	f.id, f.version, f.closed = u.bytes(), u.int(), u.bool()
	f.profile = u.bytes()
	f.commune = uint16(u.uint()) // #nosec G115 -- written from one
	f.lat, f.lon = u.float(), u.float()
	f.updated = u.int()
	f.nameKey = u.bytes()
	n := u.count()
	f.acts = f.acts[:0]
	for range n {
		f.acts = append(f.acts, coded{u.bytes(), u.bytes()})
	}
	f.size = len(record) - len(u.b)
	return u.err("record")
}

// sheet is what a result shows of a structure.
type sheet struct {
	structure.Structure
	essOrigin structure.Origin
}

// readSheet reads the sheet of a record, as packSheet wrote it.
func readSheet(record []byte) (*sheet, error) {
	u := &unpacker{b: record}
	u.bytes()
	u.int()
	u.bool()
	u.bytes()
	u.uint()
	u.float()
	u.float()
	u.int()
	u.bytes()
	for range u.count() {
		u.bytes()
		u.bytes()
	}
	u.text = string(u.b)
	s := unpackSheet(u)
	return s, u.err("record")
}

// packSheet writes what results show of a structure.
func packSheet(p *packer, s *structure.Structure) {
	packText(p, s.ID)
	packText(p, s.SIRET)
	packText(p, s.FINESS)
	packText(p, s.Name)
	packText(p, s.TradeName)
	packText(p, s.ESS)
	packText(p, s.Size)
	packText(p, s.Workforce)
	p.bool(s.ESUS)
	packText(p, s.ESUSEnd)
	p.bool(s.Demo)
	packText(p, s.Description)
	packTexts(p, s.References)
	packText(p, s.Address.City)
	packText(p, s.Address.Commune)
	packText(p, s.Address.Point.Precision)
	p.float(s.Address.Point.Lat)
	p.float(s.Address.Point.Lon)
	p.int(s.UpdatedAt.UnixMicro())
	origin := s.Origins[structure.FieldESS]
	packText(p, origin.Source)
	packText(p, origin.AsOf)
	p.count(len(s.Agreements))
	for _, a := range s.Agreements {
		packText(p, a.Kind)
		packText(p, a.Number)
		packText(p, a.Source)
		packText(p, a.AsOf)
		packText(p, a.Start)
		packText(p, a.End)
		packText(p, a.Stale)
	}
	p.count(len(s.Activities))
	for i := range s.Activities {
		packActivity(p, &s.Activities[i])
	}
	p.count(len(s.Offers))
	for _, o := range s.Offers {
		packText(p, o.Title)
		packText(p, o.Description)
	}
}

func packActivity(p *packer, a *structure.Activity) {
	packTexts(p, a.Sectors)
	p.bool(a.Derived)
	packText(p, a.Offer)
	packText(p, a.Availability.State)
	packText(p, a.Availability.Until)
	packText(p, a.Availability.DeclaredOn)
	p.bytes(packZone(a.Zone))
}

// someOf is how many elements of a list a length alone makes room for.
const someOf = 16

func unpackSheet(u *unpacker) *sheet {
	s := &sheet{}
	s.Structure = structure.Structure{
		ID: unpackText[string](u), SIRET: unpackText[string](u), FINESS: unpackText[string](u),
		Name: unpackText[string](u), TradeName: unpackText[string](u),
		ESS: unpackText[structure.ESS](u), Size: unpackText[structure.Size](u), Workforce: unpackText[structure.Workforce](u),
		ESUS: u.bool(), ESUSEnd: unpackText[structure.Date](u), Demo: u.bool(),
		Description: unpackText[string](u), References: unpackTexts[string](u),
		Address: structure.Address{City: unpackText[string](u), Commune: unpackText[string](u),
			Point: structure.Point{Precision: unpackText[structure.Precision](u), Lat: u.float(), Lon: u.float()}},
		UpdatedAt: time.UnixMicro(u.int()).UTC(),
	}
	s.essOrigin = structure.Origin{Source: unpackText[structure.Source](u), AsOf: unpackText[structure.Date](u)}
	n := u.count()
	s.Agreements = make([]structure.Agreement, 0, min(n, someOf))
	for range n {
		s.Agreements = append(s.Agreements, structure.Agreement{
			Kind: unpackText[structure.Kind](u), Number: unpackText[string](u), Source: unpackText[structure.Source](u),
			AsOf: unpackText[structure.Date](u), Start: unpackText[structure.Date](u), End: unpackText[structure.Date](u), Stale: unpackText[structure.Date](u)})
	}
	n = u.count()
	s.Activities = make([]structure.Activity, 0, min(n, someOf))
	for range n {
		s.Activities = append(s.Activities, unpackActivity(u))
	}
	for range u.count() {
		s.Offers = append(s.Offers, structure.Offer{Title: unpackText[string](u), Description: unpackText[string](u)})
	}
	return s
}

func unpackActivity(u *unpacker) structure.Activity {
	a := structure.Activity{Sectors: unpackTexts[string](u), Derived: u.bool(), Offer: unpackText[string](u),
		Availability: structure.Availability{State: unpackText[structure.AvailabilityState](u),
			Until: unpackText[structure.Date](u), DeclaredOn: unpackText[structure.Date](u)}}
	a.Zone = unpackZone(u.bytes())
	return a
}

// Codes of a packed zone.
const (
	zoneUndeclared = iota
	zoneFrance
	zoneList
	zoneRadius
)

func packZone(z structure.Zone) []byte {
	p := &packer{}
	switch {
	case z.France:
		p.uint(zoneFrance)
	case len(z.Territories) > 0:
		p.uint(zoneList)
		packTexts(p, z.Territories)
	case z.RadiusKM > 0:
		p.uint(zoneRadius)
		p.float(z.RadiusKM)
	default:
		p.uint(zoneUndeclared)
	}
	return p.b
}

func unpackZone(packed []byte) structure.Zone {
	u := &unpacker{b: packed}
	switch u.uint() {
	case zoneFrance:
		return structure.Zone{France: true}
	case zoneList:
		return structure.Zone{Territories: unpackTexts[string](u)}
	case zoneRadius:
		return structure.Zone{RadiusKM: u.float()}
	}
	return structure.Zone{}
}
