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

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// mappingVersion changes when the documents or their analysis change: an index
// of another version is rebuilt.
const mappingVersion = 4

// Names of the bleve fields. wordsField holds the surface words, stemsField the
// stems with their positions, for phrases. Both are the combined fields of a
// structure's own texts: a term ends with the text field that holds the word, so
// that one lookup a field gives a plain set of documents, and weights need no
// frequency. identifierField holds SIRET, SIREN and FINESS. recordField is stored
// only.
const (
	wordsField      = "words"
	stemsField      = "stems"
	identifierField = "number"
	recordField     = "record"
)

// fieldMark stands between a word and the letter of its text field; no word
// holds it.
const fieldMark = "\x00"

// indexedFields are the text fields whose words are indexed with the structure;
// those of sectors are in the lexicon.
var indexedFields = []TextField{FieldName, FieldOffer, FieldDescription, FieldReference, FieldCity}

// fieldStart is not one of them: it holds the first word of each name, for
// suggestions.
const fieldStart = NumFields

func fieldLetter(f TextField) byte { return 'a' + byte(f) }

func term(word string, f TextField) string { return word + fieldMark + string(rune(fieldLetter(f))) }

// fieldOf reads the end of a term; that of a start is of no text field.
func fieldOf(term string) (word string, f TextField, ok bool) {
	n := len(term) - 2
	if n < 1 || term[n] != fieldMark[0] || term[n+1] < 'a' || TextField(term[n+1]-'a') >= NumFields {
		return "", 0, false
	}
	return term[:n], TextField(term[n+1] - 'a'), true
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
	fmt.Fprint(&all, structure.Kinds, structure.ESSFamilies, structure.Sizes, structure.Workforces, structure.Modes)
	for _, source := range territory.Sources() {
		all.WriteString(source)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return strconv.Itoa(mappingVersion) + "-" + hex.EncodeToString(sum[:8])
}

// projection builds the index document of a structure by hand: bleve's
// reflective mapping costs twice the time and space. A closed structure keeps
// its record, for Check, and no words.
func projection(ord uint32, record []byte, s *structure.Structure, atlas *territory.Atlas) *document.Document {
	doc := document.NewDocument(documentID(ord))
	doc.AddField(document.NewTextFieldCustom(recordField, nil, record, index.StoreField, nil))
	for _, n := range []string{s.SIRET, s.SIREN(), s.FINESS} {
		if n != "" && !s.Closed {
			doc.AddField(document.NewTextFieldCustom(identifierField, nil, []byte(n), index.IndexField, nil))
		}
	}
	if !s.Closed {
		words := &cut{structure: s, atlas: atlas}
		doc.AddField(&wordField{name: wordsField, cut: words})
		doc.AddField(&wordField{name: stemsField, cut: words, stems: true})
	}
	return doc
}

// cut is the words of a structure's own texts, cut when first asked for: bleve
// asks from its own goroutines.
type cut struct {
	structure *structure.Structure
	atlas     *territory.Atlas
	done      bool
	words     index.TokenFrequencies
	stems     index.TokenFrequencies
}

func (c *cut) run() {
	if c.done {
		return
	}
	c.done = true
	passages := ownPassages(c.structure, c.atlas)
	t := newTermSlab(passages)
	c.words = make(index.TokenFrequencies, t.count)
	c.stems = make(index.TokenFrequencies, t.count)
	position := 0
	for _, p := range passages {
		position += valueGap
		if p.field == FieldName && len(p.words) > 0 {
			t.add(c.words, p.words[0].Surface, fieldStart)
		}
		for _, w := range p.words {
			position++
			t.add(c.words, w.Surface, p.field)
			t.locate(t.add(c.stems, w.Stem, p.field), position)
		}
	}
}

// termSlab holds the terms of one structure in a few pieces of memory: bleve
// wants some hundred small things of it, a million times in a build.
type termSlab struct {
	count     int // words
	text      strings.Builder
	terms     []index.TokenFreq
	locations []index.TokenLocation
	pointers  []*index.TokenLocation
}

func newTermSlab(passages []passage) *termSlab {
	t := &termSlab{}
	size, most := 0, 0
	for _, p := range passages {
		t.count += len(p.words)
		for _, w := range p.words {
			size += len(w.Surface) + len(w.Stem) + 2*(len(fieldMark)+1)
		}
		if p.field == FieldName && len(p.words) > 0 {
			size += len(p.words[0].Surface) + len(fieldMark) + 1
			most++
		}
	}
	t.text.Grow(size) // all of it: the terms are parts of the one string
	t.terms = make([]index.TokenFreq, 0, 2*t.count+most)
	t.locations = make([]index.TokenLocation, 0, t.count)
	t.pointers = make([]*index.TokenLocation, 0, t.count)
	return t
}

// add enters a term once. zap reads the key of the map, not TokenFreq.Term.
func (t *termSlab) add(all index.TokenFrequencies, word string, f TextField) *index.TokenFreq {
	from := t.text.Len()
	t.text.WriteString(word)
	t.text.WriteString(fieldMark)
	t.text.WriteByte(fieldLetter(f))
	key := t.text.String()[from:]
	known, ok := all[key]
	if !ok {
		t.terms = append(t.terms, index.TokenFreq{})
		known = &t.terms[len(t.terms)-1]
		known.SetFrequency(1)
		all[key] = known
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

// wordField gives bleve the words of a structure as one of its fields.
type wordField struct {
	name  string
	cut   *cut
	stems bool
}

var _ index.Field = (*wordField)(nil)

func (f *wordField) Name() string              { return f.name }
func (f *wordField) Value() []byte             { return nil }
func (f *wordField) ArrayPositions() []uint64  { return nil }
func (f *wordField) EncodedFieldType() byte    { return 't' }
func (f *wordField) NumPlainTextBytes() uint64 { return 0 }
func (f *wordField) Size() int                 { return 0 }

// Analyze cuts the words, once for the two fields of a document.
func (f *wordField) Analyze() { f.cut.run() }

// Options say that stems keep their positions.
func (f *wordField) Options() index.FieldIndexingOptions {
	if f.stems {
		return index.IndexField | index.IncludeTermVectors
	}
	return index.IndexField
}

// AnalyzedLength is 1: nothing reads the norm that bleve makes of it, and this
// one takes the least space.
func (f *wordField) AnalyzedLength() int { return 1 }

// AnalyzedTokenFrequencies gives the terms.
func (f *wordField) AnalyzedTokenFrequencies() index.TokenFrequencies {
	if f.stems {
		return f.cut.stems
	}
	return f.cut.words
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
