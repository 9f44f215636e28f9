package search

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// mappingVersion changes when the documents or their analysis change: an index
// of another version is rebuilt.
const mappingVersion = 1

// Names of bleve fields: stems and surface words of each text field, and the
// key that says which version of which structure a document projects.
var (
	stemField    = [NumFields]string{"name", "sector", "synonym", "offer", "sector_d", "synonym_d", "description", "reference", "city"}
	surfaceField = [NumFields]string{"name_w", "sector_w", "synonym_w", "offer_w", "sector_d_w", "synonym_d_w", "description_w", "reference_w", "city_w"}
)

const keyField = "key"

// valueGap is the distance in positions between two values of a field: a phrase
// never spans two values.
const valueGap = 10

// fingerprint identifies what the index was built with: mapping, the words that
// the taxonomy and the atlas add to structures, and how words are cut, as far as
// those of the taxonomy show it.
func fingerprint(t *taxonomy.Taxonomy) string {
	var all strings.Builder
	for _, s := range t.Sectors() {
		all.WriteString(s.Code)
		for _, p := range sectorPassages(t, s) {
			fmt.Fprint(&all, p.field, p.text, p.words)
		}
	}
	for _, source := range territory.Sources() {
		all.WriteString(source)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return strconv.Itoa(mappingVersion) + "-" + hex.EncodeToString(sum[:8])
}

// projection builds the index document of a structure by hand: bleve's
// reflective mapping costs twice the time and space. A closed structure keeps
// its key, for Check, and no words.
func projection(ord uint32, id string, version int64, passages []passage) *document.Document {
	doc := document.NewDocument(documentID(ord))
	for from := 0; from < len(passages); {
		to, f := from, passages[from].field
		for to < len(passages) && passages[to].field == f {
			to++
		}
		stems, surfaces := streams(passages[from:to])
		doc.AddField(textField(stemField[f], stems))
		doc.AddField(textField(surfaceField[f], surfaces))
		from = to
	}
	doc.AddField(document.NewTextFieldCustom(keyField, nil, []byte(documentKey(id, version)),
		index.IndexField|index.DocValues, nil))
	return doc
}

// streams turns the passages of a field into its two bleve token streams.
func streams(passages []passage) (stems, surfaces analysis.TokenStream) {
	position := 0
	for _, p := range passages {
		position += valueGap
		for _, w := range p.words {
			position++
			stems = append(stems, &analysis.Token{Term: []byte(w.Stem), Position: position})
			surfaces = append(surfaces, &analysis.Token{Term: []byte(w.Surface), Position: position})
		}
	}
	return stems, surfaces
}

// analysed is a bleve analyzer of which the work is done: package french cut
// the words, since the query parser and the oracle need them without bleve.
type analysed analysis.TokenStream

// Analyze implements analysis.Analyzer.
func (a analysed) Analyze([]byte) analysis.TokenStream { return analysis.TokenStream(a) }

func textField(name string, tokens analysis.TokenStream) *document.TextField {
	return document.NewTextFieldCustom(name, nil, nil, index.IndexField|index.IncludeTermVectors, analysed(tokens))
}

// documentID is the ordinal as bleve's id.
func documentID(ord uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ord)
	return string(b[:])
}

func ordinalOf(documentID []byte) (uint32, error) {
	if len(documentID) != 4 {
		return 0, fmt.Errorf("document id of %d bytes: %w", len(documentID), errDamaged)
	}
	return binary.BigEndian.Uint32(documentID), nil
}

// documentKey says which version of which structure a document projects.
func documentKey(id string, version int64) string { return strconv.FormatInt(version, 10) + " " + id }

func parseKey(key []byte) (id string, version int64, err error) {
	number, id, ok := strings.Cut(string(key), " ")
	version, err = strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return "", 0, fmt.Errorf("document key %q: %w", key, errDamaged)
	}
	return id, version, nil
}
