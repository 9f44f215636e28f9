package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"sourcier/internal/store"
)

// BenchmarkBulkPut measures documents a second, inserted and then replaced in
// batches of 1,000, of the size and with the keys of a structure from SIRENE:
// SIRET numbers come in the order of the file, ids and names in none.
func BenchmarkBulkPut(b *testing.B, open Opener) {
	const size = 1000
	db := open(b, time.Now)
	defer func() { noErr(b, db.Close()) }()
	c := collection(b, db, "thing")
	n := uint32(0)
	for b.Loop() {
		batch := make([]store.Envelope, size)
		for i := range batch {
			n++
			batch[i] = sample(n)
		}
		for _, version := range []int64{0, 1} {
			for i := range batch {
				batch[i].Version = version
			}
			errs, err := c.BulkPut(b.Context(), batch)
			noErr(b, err)
			for _, err := range errs {
				noErr(b, err)
			}
		}
	}
	b.ReportMetric(float64(2*n)/b.Elapsed().Seconds(), "docs/s")
}

func sample(n uint32) store.Envelope {
	id := fmt.Sprintf("%08x", n*2654435761) // each number once, in no order
	siret := fmt.Sprintf("%014d", 80000000000000+uint64(n)*100013)
	return store.Envelope{
		ID: id,
		Doc: json.RawMessage(`{"schema":1,"body":{"id":"` + id + `","siret":"` + siret + `","name":"ATELIER DES BORDS DE SEINE","legal":"5710","naf":"81.21Z",` +
			`"address":{"line":"12 RUE DE LA FRATERNITE","postcode":"94400","city":"VITRY-SUR-SEINE","commune":"94081","lat":48.787412,"lon":2.403281},` +
			`"activities":[{"sectors":["nettoyage-locaux"],"source":"naf","zone":{"kind":"none"}}],"workforce":"02","updated":"2026-11-01"}}`),
		Keys: store.Keys{
			Unique: []string{"siret:" + siret},
			Lookup: []string{"siren:" + siret[:9], "siret:" + siret, "name:" + id + " bords de seine:94400"},
		},
	}
}
