// Package corpus makes the structures that the search engines are compared on:
// fictional, as many as asked for, the same on every machine. Structure i
// depends on the seed and on i alone, so that a corpus of 1,000,000 begins with
// that of 10,000, and none is ever held in memory.
//
// The mix is that of a French directory: four in five are companies known by
// their register entry, with one activity deduced from the APE code; the others
// say what they sell, how and where. A structure has about 650 bytes of text of
// its own, its words spread as words are (a few everywhere, most of them rare).
package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Today is the day of the corpus: dates of agreements, labels and availability
// lie around it, and the engines are asked on it.
const Today structure.Date = "2026-11-23"

// DefaultSeed is the seed of the published figures.
const DefaultSeed = 1

// Now is an hour of Today.
func Now() time.Time { return Today.Time().Add(10 * time.Hour) }

// Generator makes structures. It is immutable and safe for concurrent use.
type Generator struct {
	seed     uint64
	atlas    *territory.Atlas
	places   *places
	trades   []trade // the frequent ones first
	byAPE    []ape
	planted  []trade // of the planted structures only
	brands   []string
	national []taxonomy.NationalLabel
	quality  []string
}

// New prepares a generator over the embedded territories and sectors.
func New(seed uint64) *Generator {
	g := &Generator{seed: seed, atlas: territory.Default(), national: taxonomy.NationalLabels()}
	g.places = newPlaces(g.atlas)
	t := taxonomy.Default()
	g.trades, g.planted = newTrades(t)
	g.byAPE = newAPE(t, g.trades)
	for _, c := range t.Characteristics() {
		g.quality = append(g.quality, c.Code)
	}
	g.brands = newBrands()
	return g
}

// draft is one structure at work.
type draft struct {
	structure.Structure
	dice
	g     *Generator
	main  trade
	place territory.Commune
	text  []byte // scratch
}

// Structure makes the structure of a number.
func (g *Generator) Structure(i int) structure.Structure {
	d := &draft{g: g, dice: newDice(g.seed, uint64(i))} // #nosec G115 -- not negative
	d.identity(i)
	d.address()
	if d.chance(80) {
		d.company()
	} else {
		d.supplier()
	}
	d.size()
	d.labels()
	if Planted(i) {
		d.plant(i)
	}
	d.times()
	return d.Structure
}

// identity gives a SIRET that passes its checks. Multiplying by a prime that
// does not divide 10^8 visits every SIREN body once, in no visible order.
func (d *draft) identity(i int) {
	body := (i*48271 + 10_007) % 100_000_000
	siren := structure.WithLuhnKey(fmt.Sprintf("%08d", body))
	d.SIRET = structure.WithLuhnKey(siren + "0001")
	d.ID = structure.NewID("siret:" + d.SIRET)
}

// times are days of the past year.
func (d *draft) times() {
	d.UpdatedAt = Now().Add(-time.Duration(d.below(365*24*60)) * time.Minute)
	d.CreatedAt = d.UpdatedAt.Add(-time.Duration(d.below(900)) * 24 * time.Hour)
	source := structure.SourceSIRENE
	if len(d.Agreements) > 0 {
		source = structure.SourceEmplois
	}
	origin := structure.Origin{Source: source, AsOf: structure.Date("2026-11-01")}
	d.Origins = map[structure.Field]structure.Origin{structure.FieldName: origin, structure.FieldActivities: origin, structure.FieldAddress: origin}
}

// Fingerprint identifies what the generator makes, whatever it is made from:
// caches of stores and indexes are kept under it.
func (g *Generator) Fingerprint() (string, error) {
	const sample, stride = 1000, 10_007
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for i := range sample {
		for _, n := range []int{i, i * stride} {
			s := g.Structure(n)
			if err := enc.Encode(&s); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}
