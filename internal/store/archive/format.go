// Package archive writes a whole store into one file and reads it back, whatever
// store it came from and goes to.
//
// The file is a tar of regular files, compressed with zstd, in this order:
//
//	sourcier-backup.json            Header: what this is
//	documents/COLLECTION/N.jsonl    documents, one JSON object a line (Line)
//	blobs/SHA256/SET/N              chunk N of a file, in order
//	blobs/SHA256/SET/broken         instead of the rest, when it could not be read
//	manifest.json                   Manifest: counts and hashes, last
//
// A document that comes twice counts as it comes last. A file without its
// manifest is not whole. Everything is written and read in pieces of some
// megabytes, and every pass over an archive verifies all of it.
package archive

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"sourcier/internal/store"
)

const (
	// Format is what this release writes; it reads all up to it.
	Format = 1
	// Extension ends the name of an archive.
	Extension = ".tar.zst"

	headerName   = "sourcier-backup.json"
	manifestName = "manifest.json"
	maxEntry     = 64 << 20 // bytes of one file of the tar; batches are of 4 MB and a document
	maxWindow    = 64 << 20 // bytes that a decompression may look back
	maxTrailing  = 1 << 20  // bytes of padding after the last file
)

// Header says what an archive is.
type Header struct {
	Format int       `json:"format"`
	Portal string    `json:"portal"` // version of Sourcier
	Made   time.Time `json:"made"`
	Store  string    `json:"store"` // sqlite or mongo
}

// Manifest ends an archive.
type Manifest struct {
	Header
	// Point is when the state began that the archive holds: see store.Snapshot.
	Point       time.Time `json:"point"`
	Collections []Part    `json:"collections"` // sorted by name
	Blobs       BlobPart  `json:"blobs"`
}

// Part is one collection.
type Part struct {
	Collection string `json:"collection"`
	Lines      int64  `json:"lines"`  // documents and tombstones
	Again      int64  `json:"again"`  // of the lines, those told by store.Snapshot.Settle: most are there twice
	Bytes      int64  `json:"bytes"`  // of the lines
	Schema     int    `json:"schema"` // the newest of the documents, 0: none
	SHA256     string `json:"sha256"` // of all lines
}

// BlobPart is the files. A file's name in the archive is its own hash.
type BlobPart struct {
	Files   int64    `json:"files"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"` // of the lines « HASH SIZE »
	Damaged []string `json:"damaged,omitempty"`
	Erased  int64    `json:"erased,omitempty"` // erased while the backup was taken
}

// Line is one document.
type Line struct {
	ID      string          `json:"id"`
	Version int64           `json:"version"`
	Unique  []string        `json:"unique,omitempty"`
	Lookup  []string        `json:"lookup,omitempty"`
	Deleted bool            `json:"deleted,omitempty"`
	Pending []store.Pending `json:"pending,omitempty"`
	Doc     json.RawMessage `json:"doc,omitempty"`
}

func lineOf(e store.Envelope) Line {
	return Line{ID: e.ID, Version: e.Version, Unique: e.Keys.Unique, Lookup: e.Keys.Lookup, Deleted: e.Deleted, Pending: e.Pending, Doc: e.Doc}
}

func (l Line) envelope() store.Envelope {
	return store.Envelope{ID: l.ID, Version: l.Version, Keys: store.Keys{Unique: l.Unique, Lookup: l.Lookup}, Deleted: l.Deleted, Pending: l.Pending, Doc: l.Doc}
}

// schemaOf is the schema of a document; 0 when it has none.
func schemaOf(doc json.RawMessage) int {
	var d struct {
		Schema int `json:"schema"`
	}
	if json.Unmarshal(doc, &d) != nil {
		return 0
	}
	return d.Schema
}

var (
	documentsName = regexp.MustCompile(`^documents/([a-z][a-z0-9_]{0,39})/[0-9]{6,12}\.jsonl$`)
	blobName      = regexp.MustCompile(`^blobs/([0-9a-f]{64})/([0-9a-z-]{1,60})/([0-9]{6}|broken)$`)
)

func documentsEntry(collection string, n int) string {
	return fmt.Sprintf("documents/%s/%06d.jsonl", collection, n)
}

func chunkEntry(b store.Blob, n int) string { return fmt.Sprintf("blobs/%s/%s/%06d", b.Hash, b.Set, n) }

func brokenEntry(b store.Blob) string { return fmt.Sprintf("blobs/%s/%s/broken", b.Hash, b.Set) }

// blobOf reads the name of a blob's entry; n is -1 for "broken".
func blobOf(name string) (hash, set string, n int, ok bool) {
	m := blobName.FindStringSubmatch(name)
	if m == nil {
		return "", "", 0, false
	}
	n, err := strconv.Atoi(m[3])
	if err != nil {
		n = -1
	}
	return m[1], m[2], n, true
}
