package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sourcier/internal/store"
	"sourcier/internal/territory"
)

var codecTests = map[string]func(*testing.T, Opener){
	"typed documents":    testTyped,
	"older are upgraded": testUpgrade,
	"newer are refused":  testNewer,
	"audit line":         testAudit,
	"quarters":           testQuarters,
}

type fruit struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Weight float64  `json:"weight"`
	Tags   []string `json:"tags"`
}

func fruits(raw store.Raw, schema int) *store.Collection[fruit] {
	return store.NewCollection(raw, store.Codec[fruit]{
		Schema: schema,
		ID:     func(f *fruit) string { return f.ID },
		Keys: func(f *fruit) store.Keys {
			return store.Keys{Unique: []string{"name:" + f.Name}, Lookup: f.Tags}
		},
		Upgrade: func(schema int, body json.RawMessage) (json.RawMessage, error) {
			// Schema 1 called it "nom", schema 2 wrote grams.
			if schema == 1 {
				return json.RawMessage(strings.Replace(string(body), `"nom"`, `"name"`, 1)), nil
			}
			return json.RawMessage(strings.Replace(string(body), `"weight":1500`, `"weight":1.5`, 1)), nil
		},
	})
}

func testTyped(t *testing.T, open Opener) {
	c := fruits(things(t, open), 1)
	d, err := c.Insert(t.Context(), fruit{ID: "a", Name: "Poire", Weight: 0.25, Tags: []string{"vert"}}, store.Change{})
	noErr(t, err)
	stale := d
	d.Value.Weight = 0.3
	d, err = c.Replace(t.Context(), d, store.Change{})
	noErr(t, err)
	equal(t, d.Version, int64(2))
	_, err = c.Replace(t.Context(), stale, store.Change{})
	wantErr(t, err, store.ErrConflict)
	for name, find := range map[string]func() (store.Doc[fruit], error){
		"get":    func() (store.Doc[fruit], error) { return c.Get(t.Context(), "a") },
		"unique": func() (store.Doc[fruit], error) { return c.FindUnique(t.Context(), "name:Poire") },
	} {
		got, err := find()
		noErr(t, err)
		if got.Value.Weight != 0.3 || got.Version != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	list, err := c.FindLookup(t.Context(), "vert", 5)
	noErr(t, err)
	equal(t, len(list), 1)
	noErr(t, c.Delete(t.Context(), d))
	list, err = c.Scan(t.Context(), "", 5)
	noErr(t, err)
	equal(t, len(list), 0)
}

func testUpgrade(t *testing.T, open Opener) {
	raw := things(t, open)
	insert(t, raw, store.Envelope{ID: "a", Doc: json.RawMessage(`{"schema":1,"body":{"id":"a","nom":"Melon","weight":1500,"tags":null}}`)})
	d, err := fruits(raw, 3).Get(t.Context(), "a")
	noErr(t, err)
	equal(t, d.Value, fruit{ID: "a", Name: "Melon", Weight: 1.5})
	_, err = fruits(raw, 3).Replace(t.Context(), d, store.Change{})
	noErr(t, err)
	var w struct{ Schema int }
	noErr(t, json.Unmarshal(get(t, raw, "a").Doc, &w))
	equal(t, w.Schema, 3)
}

func testNewer(t *testing.T, open Opener) {
	raw := things(t, open)
	d, err := fruits(raw, 3).Insert(t.Context(), fruit{ID: "a", Name: "Kiwi"}, store.Change{})
	noErr(t, err)
	_, err = fruits(raw, 2).Get(t.Context(), d.ID)
	wantErr(t, err, store.ErrNewer)
	_, err = fruits(raw, 2).Scan(t.Context(), "", 10)
	wantErr(t, err, store.ErrNewer)
	insert(t, raw, store.Envelope{ID: "b", Doc: json.RawMessage(`{"body":{}}`)})
	_, err = fruits(raw, 2).Get(t.Context(), "b")
	wantErr(t, err, store.ErrInvalid)
}

func testAudit(t *testing.T, open Opener) {
	db := portal(t, open)
	c := fruits(collection(t, db, "thing"), 1)
	at := time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)
	_, err := c.Insert(t.Context(), fruit{ID: "a", Name: "Figue"}, store.Change{
		Actor: "p1", At: at, Patch: json.RawMessage(`{"name":[null,"Figue"]}`), Audit: true})
	noErr(t, err)
	carry(t, db, 1)
	audit, err := store.OpenAudit(t.Context(), db)
	noErr(t, err)
	page, err := audit.Page(t.Context(), store.AuditFilter{Collection: "thing", Document: "a"}, "", 10)
	noErr(t, err)
	equal(t, len(page.Lines), 1)
	line := page.Lines[0]
	sameJSON(t, line.Patch, json.RawMessage(`{"name":[null,"Figue"]}`))
	line.Patch = nil
	equal(t, line, store.AuditLine{ID: line.ID, Actor: "p1", At: at, Collection: "thing", Document: "a", Version: 1})
	page, err = audit.Page(t.Context(), store.AuditFilter{Actor: "p1"}, "", 10)
	noErr(t, err)
	equal(t, len(page.Lines), 1)
}

// testQuarters keeps lists of lists of whole numbers, and reads more of them than
// one page holds.
func testQuarters(t *testing.T, open Opener) {
	quarters, err := store.OpenQuarters(t.Context(), portal(t, open))
	noErr(t, err)
	var want []territory.Quarter
	var batch []store.Envelope
	for i := range 601 {
		q := territory.Quarter{
			Code: fmt.Sprintf("QN%05dM", i), Name: "Les Essarts", Communes: []string{"94081", "2A004"}, AsOf: "2026-01-31", File: "f", Simplified: i % 2,
			Outline: territory.Outline{{{-61_500_000, 16_250_000, 2_400_000, 48_780_000, int32(i), -1}, {0, 0, 1, 0, 1, 1}}, {{5, 5, 6, 5, 6, 6}}},
		}
		e, err := quarters.Encode(store.Doc[territory.Quarter]{Value: q}, store.Change{Actor: "test"})
		noErr(t, err)
		want, batch = append(want, q), append(batch, e)
	}
	errs, err := quarters.Raw().BulkPut(t.Context(), batch)
	noErr(t, errors.Join(append(errs, err)...))
	docs, err := store.AllQuarters(t.Context(), quarters)
	noErr(t, err)
	got := make([]territory.Quarter, len(docs))
	for i, d := range docs {
		got[i] = d.Value
	}
	equal(t, got, want)
}
