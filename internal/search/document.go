package search

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"sourcier/internal/search/french"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// mappingVersion changes when the documents or their analysis change: an index
// of another version is rebuilt.
const mappingVersion = 9

// Names of the bleve fields. wordsField holds the words of a structure's own
// texts. identifierField holds SIRET, SIREN and FINESS. recordField is stored
// only.
const (
	wordsField      = "words"
	identifierField = "number"
	recordField     = "record"
)

// indexedFields are the text fields whose words are indexed with the structure;
// those of sectors are in the lexicon.
var indexedFields = []TextField{FieldName, FieldOffer, FieldDescription, FieldReference, FieldCity}

// A term of wordsField is a word, fieldMark, and a letter that tells the role of
// the word and its text field: one lookup a field gives a plain set of documents,
// and weights need no frequency. A word that is its own stem is one term; any
// other is two, itself and its stem. Terms of stems have the positions of their
// words, for phrases.
type role byte

const (
	roleOwn     role = 'A' // a word that is its own stem
	roleStem    role = 'a' // the stem of another word
	roleSurface role = 'n' // that other word
	roleStart   role = 'z' // the first word of a name, for suggestions
)

// fieldMark stands between a word and its letter; no word holds it.
const fieldMark = "\x00"

func (r role) letter(f TextField) byte { return byte(r) + byte(f) }

func term(word string, r role, f TextField) []byte {
	return append(append([]byte(word), fieldMark...), r.letter(f))
}

// exactTerm is the term of a word in that very form.
func exactTerm(w french.Word, f TextField) []byte {
	if w.Surface == w.Stem {
		return term(w.Surface, roleOwn, f)
	}
	return term(w.Surface, roleSurface, f)
}

// wordOf reads a term of a whole word: those of stems alone, and of starts, are none.
func wordOf(term string) (word string, f TextField, ok bool) {
	n := len(term) - len(fieldMark) - 1
	if n < 1 || term[n:n+1] != fieldMark {
		return "", 0, false
	}
	for _, r := range []role{roleOwn, roleSurface} {
		if at := term[n+1] - byte(r); at < byte(NumFields) {
			return term[:n], TextField(at), true
		}
	}
	return "", 0, false
}

// valueGap is the distance in positions between two values of a field: a phrase
// never spans two values.
const valueGap = 10

// fingerprint identifies what the index was built with: mapping, the lists that
// records number, the words that the taxonomy and the atlas add to structures,
// and how words are cut, as far as those of the taxonomy show it.
func fingerprint(t *taxonomy.Taxonomy) string {
	var all strings.Builder
	for _, s := range t.Sectors() {
		all.WriteString(s.Code)
		for _, p := range sectorPassages(t, s) {
			fmt.Fprint(&all, p.field, p.text, p.words)
		}
	}
	for _, c := range t.Characteristics() {
		all.WriteString(c.Code)
	}
	fmt.Fprint(&all, structure.Kinds, structure.ESSFamilies, structure.Sizes, structure.Workforces, structure.Modes, query.AvailabilityStates)
	for _, source := range territory.Sources() {
		all.WriteString(source)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return strconv.Itoa(mappingVersion) + "-" + hex.EncodeToString(sum[:8])
}

// projection builds the index document of a structure by hand: bleve's
// reflective mapping costs twice the time and space. A closed structure keeps
// its record, for Check, and no words.
func projection(key uint32, record []byte, s *structure.Structure, atlas *territory.Atlas) *document.Document {
	doc := document.NewDocument(documentID(key, s.ID))
	doc.AddField(document.NewTextFieldCustom(recordField, nil, record, index.StoreField, nil))
	for _, n := range []string{s.SIRET, s.SIREN(), s.FINESS} {
		if n != "" && !s.Closed {
			doc.AddField(document.NewTextFieldCustom(identifierField, nil, []byte(n), index.IndexField, nil))
		}
	}
	if !s.Closed {
		doc.AddField(&wordField{structure: s, atlas: atlas})
	}
	return doc
}

// wordField gives bleve the words of a structure. They are cut when bleve asks,
// from goroutines of its own.
type wordField struct {
	structure *structure.Structure
	atlas     *territory.Atlas
	terms     index.TokenFrequencies
}

var _ index.Field = (*wordField)(nil)

// Name implements index.Field, as do the methods below.
func (f *wordField) Name() string              { return wordsField }
func (f *wordField) Value() []byte             { return nil }
func (f *wordField) ArrayPositions() []uint64  { return nil }
func (f *wordField) EncodedFieldType() byte    { return 't' }
func (f *wordField) NumPlainTextBytes() uint64 { return 0 }
func (f *wordField) Size() int                 { return 0 }

// Options say that positions are kept.
func (f *wordField) Options() index.FieldIndexingOptions {
	return index.IndexField | index.IncludeTermVectors
}

// AnalyzedLength is 1: nothing reads the norm that bleve makes of it, and this
// one takes the least space.
func (f *wordField) AnalyzedLength() int { return 1 }

// AnalyzedTokenFrequencies gives the terms.
func (f *wordField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }

// Analyze cuts the words.
func (f *wordField) Analyze() {
	if f.terms != nil {
		return
	}
	passages := ownPassages(f.structure, f.atlas)
	t := newTermSlab(passages)
	position := 0
	for _, p := range passages {
		position += valueGap
		if p.field == FieldName && len(p.words) > 0 {
			t.add(p.words[0].Surface, roleStart, 0)
		}
		for _, w := range p.words {
			position++
			if w.Surface == w.Stem {
				t.locate(t.add(w.Stem, roleOwn, p.field), position)
				continue
			}
			t.add(w.Surface, roleSurface, p.field)
			t.locate(t.add(w.Stem, roleStem, p.field), position)
		}
	}
	f.terms = t.all
}

// termSlab holds the terms of one structure in a few pieces of memory: bleve
// wants some hundred small things of it, a million times in a build.
type termSlab struct {
	all       index.TokenFrequencies
	text      strings.Builder
	terms     []index.TokenFreq
	locations []index.TokenLocation
	pointers  []*index.TokenLocation
}

func newTermSlab(passages []passage) *termSlab {
	t := &termSlab{}
	size, terms, words := 0, 0, 0
	for _, p := range passages {
		words += len(p.words)
		for i, w := range p.words {
			size += len(w.Stem) + len(fieldMark) + 1
			terms++
			if w.Surface != w.Stem {
				size += len(w.Surface) + len(fieldMark) + 1
				terms++
			}
			if i == 0 && p.field == FieldName {
				size += len(w.Surface) + len(fieldMark) + 1
				terms++
			}
		}
	}
	t.all = make(index.TokenFrequencies, terms)
	t.text.Grow(size) // all of it: the terms are parts of the one string
	t.terms = make([]index.TokenFreq, 0, terms)
	t.locations = make([]index.TokenLocation, 0, words)
	t.pointers = make([]*index.TokenLocation, 0, words)
	return t
}

// add enters a term once. zap reads the key of the map, not TokenFreq.Term.
func (t *termSlab) add(word string, r role, f TextField) *index.TokenFreq {
	from := t.text.Len()
	t.text.WriteString(word)
	t.text.WriteString(fieldMark)
	t.text.WriteByte(r.letter(f))
	key := t.text.String()[from:]
	known, ok := t.all[key]
	if !ok {
		t.terms = append(t.terms, index.TokenFreq{})
		known = &t.terms[len(t.terms)-1]
		known.SetFrequency(1)
		t.all[key] = known
	}
	return known
}

// locate adds a position to a term.
func (t *termSlab) locate(term *index.TokenFreq, position int) {
	t.locations = append(t.locations, index.TokenLocation{Position: position})
	at := &t.locations[len(t.locations)-1]
	if term.Locations == nil {
		t.pointers = append(t.pointers, at)
		term.Locations = t.pointers[len(t.pointers)-1 : len(t.pointers) : len(t.pointers)]
		return
	}
	term.SetFrequency(term.Frequency() + 1)
	term.Locations = append(term.Locations, at)
}

// documentID is the id of a bleve document: a key, given once, and the id of the
// structure, which is so read without the record.
func documentID(key uint32, id string) string {
	b := make([]byte, keyBytes, keyBytes+len(id))
	binary.BigEndian.PutUint32(b, key)
	return string(append(b, id...))
}

const keyBytes = 4

func readDocumentID(packed []byte) (key uint32, id []byte, err error) {
	if len(packed) < keyBytes {
		return 0, nil, fmt.Errorf("document id of %d bytes: %w", len(packed), errDamaged)
	}
	return binary.BigEndian.Uint32(packed), packed[keyBytes:], nil
}
