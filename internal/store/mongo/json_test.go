package mongo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"sourcier/internal/store"
)

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}

// FuzzJSON: what is JSON and an object comes back as the same JSON, numbers
// digit for digit; anything else is refused.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"a":[1,2.5,-0,1.0,1e400,123456789012345678901]}`, `{"a.b":{"$c":null},"":true,"%":"%n","%n":"1"}`,
		`{"a":"\ud800 \u0000 é"}`, `{"a":1,"a":2}`, `{"a":{"a":{"a":[[[]]]}}}`, `[1]`, `{"a":1} x`, `"x"`, ``, `0.00`, `{`, ` {}`, `{"a":[`, `{"a"`, `{"%n":{"%n":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, isObject := object(text)
		d, err := toBSON(text)
		if err != nil {
			if isObject {
				t.Fatalf("%s: %v", text, err)
			}
			wantErr(t, err, store.ErrInvalid)
			return
		}
		if !isObject {
			t.Fatalf("%q was accepted", text)
		}
		raw, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		back, err := toJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := object(back)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ncame back as %s", text, back)
		}
	})
}

func object(text []byte) (m map[string]any, ok bool) {
	if !json.Valid(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return m, d.Decode(&m) == nil && m != nil
}

// TestFieldOrder: an envelope is read and written by machines, but also looked at.
func TestFieldOrder(t *testing.T) {
	d, err := toBSON([]byte(`{"z":1,"a":{"y":2,"b":3}}`))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	back, err := toJSON(raw)
	if err != nil || string(back) != `{"z":1,"a":{"y":2,"b":3}}` {
		t.Fatalf("%s (%v)", back, err)
	}
}

func TestDatabaseOf(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://localhost":                              "sourcier",
		"mongodb://localhost:27017/":                       "sourcier",
		"mongodb://localhost/annuaire":                     "annuaire",
		"mongodb://u:p%2Fw@a:1,b:2/annuaire?authSource=x/": "annuaire",
		"mongodb+srv://host/?retryWrites=true":             "sourcier",
	} {
		if got := databaseOf(uri); got != want {
			t.Errorf("%s: %s", uri, got)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, uri := range []string{"", "http://localhost", "mongodb://", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"} {
		if _, err := Open(context.Background(), uri); err == nil {
			t.Errorf("%q was opened", uri)
		}
	}
}

func TestMeaning(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want error
	}{
		"duplicate":  {context.Background(), driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 11000}}}, store.ErrDuplicate},
		"disk full":  {context.Background(), driver.CommandError{Code: codeDiskFull}, store.ErrFull},
		"too large":  {context.Background(), driver.CommandError{Code: codeTooLarge}, store.ErrTooLarge},
		"cancelled":  {cancelled, fmt.Errorf("socket closed"), context.Canceled},
		"in between": {context.Background(), fmt.Errorf("x: %w", store.ErrConflict), store.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) { wantErr(t, wrap(c.ctx, c.err, "put"), c.want) })
	}
	if wrap(cancelled, nil, "put") != nil {
		t.Error("no error became one")
	}
}

// FuzzCursor: a cursor is text from outside; only one of ours is read.
func FuzzCursor(f *testing.F) {
	db := &DB{id: "ID"}
	ours := string(db.cursor(place{at: 12, purges: 1, told: 3, session: "S"}))
	for _, seed := range []string{ours, "", "m:ID:1:2:3", "m:ID:x:2:3:S", "m:OTHER:1:2:3:S", "s:ID:1:2", "m:ID:1:2:3:S:T"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := db.place(store.Cursor(text))
		if err != nil {
			wantErr(t, err, store.ErrFeedGap)
			return
		}
		again, err := db.place(db.cursor(p))
		if err != nil || again != p {
			t.Fatalf("%q: %+v, then %+v (%v)", text, p, again, err)
		}
	})
}
