package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"sourcier/internal/store"
)

// BenchmarkBulkPut measures documents a second, inserted and then replaced in
// batches of 1,000, about the size and the keys of a structure from SIRENE.
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
			batch[i] = sample(fmt.Sprintf("%08x", n*2654435761)) // in no order, as ids are
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

func sample(id string) store.Envelope {
	return store.Envelope{
		ID: id,
		Doc: json.RawMessage(`{"schema":1,"body":{"id":"` + id + `","siret":"80746900000013","name":"ATELIER DES BORDS DE SEINE","legal":"5710","naf":"81.21Z",` +
			`"address":{"line":"12 RUE DE LA FRATERNITE","postcode":"94400","city":"VITRY-SUR-SEINE","commune":"94081","lat":48.787412,"lon":2.403281},` +
			`"activities":[{"sectors":["nettoyage-locaux"],"source":"naf","zone":{"kind":"none"}}],"workforce":"02","updated":"2026-11-01"}}`),
		Keys: store.Keys{Unique: []string{"siret:" + id}, Lookup: []string{"siren:" + id[:6], "siret:" + id, "name:atelier des bords de seine:" + id[:3]}},
	}
}
