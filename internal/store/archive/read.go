package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"sourcier/internal/store"
)

// RefusedError says in French why an archive is not taken, and where.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "sauvegarde refusée : " + e.Reason }

func refuse(format string, args ...any) error {
	return &RefusedError{Reason: fmt.Sprintf(format, args...)}
}

// Sink takes what an archive holds, in its order.
type Sink interface {
	Documents(collection string, batch []store.Envelope) error
	// Chunk stores chunk n of a file.
	Chunk(set string, n int, data []byte) error
	// Broken takes back the chunks of a file that the archive does not have whole.
	Broken(set string) error
}

// Read verifies a whole archive and gives what it holds to sink as it goes, or
// to nobody when sink is nil. known is the newest schema of each collection that
// can be read: see store.Schemas. *RefusedError, and errors of r and sink.
func Read(ctx context.Context, r io.Reader, known map[string]int, sink Sink) (Manifest, error) {
	source := &failing{r: r}
	compressed, err := zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return Manifest{}, err
	}
	defer compressed.Close()
	a := newReading(ctx, compressed, known, sink)
	err = a.all()
	if err == nil {
		err = drained(compressed)
	}
	var broken *brokenError
	switch {
	case source.err != nil:
		return Manifest{}, source.err
	case errors.Is(err, zstd.ErrMagicMismatch) && a.header.Format == 0:
		return Manifest{}, refuse("ce fichier n’est pas une sauvegarde de Sourcier")
	case errors.As(err, &broken):
		return Manifest{}, refuse("le fichier est tronqué ou altéré (%v)", broken.error)
	}
	return a.manifest, err
}

// failing remembers an error of the file itself, so that a disk that cannot be
// read is not called an altered archive.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// brokenError is what the decompression or the tar says of a file cut or altered.
type brokenError struct{ error }

func (e *brokenError) Unwrap() error { return e.error }

func drained(r io.Reader) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, maxTrailing+1))
	if err != nil {
		return &brokenError{err}
	}
	if n > maxTrailing {
		return refuse("le fichier continue après sa fin")
	}
	return nil
}

// reading is one pass over an archive.
type reading struct {
	ctx   context.Context
	known map[string]int
	sink  Sink
	tar   *tar.Reader

	header   Header
	manifest Manifest
	parts    map[string]*partHash
	blobs    hash.Hash
	files    BlobPart
	open     *openBlob // whose chunks are passing
}

func newReading(ctx context.Context, r io.Reader, known map[string]int, sink Sink) *reading {
	return &reading{ctx: ctx, known: known, sink: sink, tar: tar.NewReader(r), parts: map[string]*partHash{}, blobs: sha256.New()}
}

// all reads entry after entry until the manifest, which must be the last.
func (a *reading) all() error {
	for first := true; ; first = false {
		name, data, err := a.next()
		if errors.Is(err, io.EOF) {
			return refuse("elle est incomplète : la fin manque, la sauvegarde a été interrompue ou le fichier mal copié")
		}
		if err != nil {
			return err
		}
		switch {
		case first && name != headerName:
			return refuse("ce fichier n’est pas une sauvegarde de Sourcier : il commence par « %.80s »", name)
		case first:
			err = a.begin(data)
		case name == manifestName:
			return a.finish(data)
		default:
			err = a.entry(name, data)
		}
		if err != nil {
			return err
		}
	}
}

// next reads one file of the tar whole.
func (a *reading) next() (string, []byte, error) {
	if err := a.ctx.Err(); err != nil {
		return "", nil, err
	}
	h, err := a.tar.Next()
	if errors.Is(err, io.EOF) {
		return "", nil, io.EOF
	}
	if err != nil {
		return "", nil, &brokenError{err}
	}
	if h.Typeflag != tar.TypeReg || h.Size > maxEntry {
		return "", nil, refuse("entrée inattendue « %.80s » (type %q, %d octets)", h.Name, h.Typeflag, h.Size)
	}
	data := make([]byte, h.Size)
	if _, err := io.ReadFull(a.tar, data); err != nil {
		return "", nil, &brokenError{err}
	}
	return h.Name, data, nil
}

func (a *reading) begin(data []byte) error {
	var h Header
	if err := json.Unmarshal(data, &h); err != nil || h.Format < 1 {
		return refuse("son en-tête n’est pas lisible")
	}
	if h.Format > Format {
		return refuse("elle vient d’une version plus récente de Sourcier (%s, format %d ; celle-ci lit jusqu’au format %d) : installer cette version", h.Portal, h.Format, Format)
	}
	a.header = h
	return nil
}

func (a *reading) entry(name string, data []byte) error {
	if m := documentsName.FindStringSubmatch(name); m != nil && a.files.Files == 0 && a.open == nil {
		return a.documents(m[1], name, data)
	}
	if hash, set, n, ok := blobOf(name); ok {
		return a.chunk(hash, set, n, data)
	}
	return refuse("entrée inattendue « %.80s »", name)
}

func (a *reading) documents(collection, name string, data []byte) error {
	p, ok := a.parts[collection]
	if !ok {
		p = &partHash{Part: Part{Collection: collection}, hash: sha256.New()}
		a.parts[collection] = p
	}
	p.files++
	if want := documentsEntry(collection, p.files); name != want {
		return refuse("« %s » attendu, « %.80s » trouvé", want, name)
	}
	batch, err := a.lines(p, name, data)
	if err != nil {
		return err
	}
	p.Lines += int64(len(batch))
	p.Bytes += int64(len(data))
	_, _ = p.hash.Write(data)
	if a.sink == nil {
		return nil
	}
	return a.sink.Documents(collection, batch)
}

func (a *reading) lines(p *partHash, name string, data []byte) (batch []store.Envelope, err error) {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxEntry)
	for n := 1; lines.Scan(); n++ {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		var l Line
		if err := d.Decode(&l); err != nil || d.More() {
			return nil, refuse("« %s », ligne %d : illisible (%v)", name, n, err)
		}
		e := l.envelope()
		if reason := a.wrong(p, e); reason != "" {
			return nil, refuse("« %s », ligne %d, document « %.80s » : %s", name, n, l.ID, reason)
		}
		batch = append(batch, e)
	}
	if err := lines.Err(); err != nil {
		return nil, refuse("« %s » : %v", name, err)
	}
	return batch, nil
}

// wrong says why a document cannot be restored; "" when it can.
func (a *reading) wrong(p *partHash, e store.Envelope) string {
	checked := e
	if e.Deleted {
		if len(e.Doc) > 0 || len(e.Keys.Unique)+len(e.Keys.Lookup) > 0 {
			return "supprimé et pourtant rempli"
		}
		checked.Doc = json.RawMessage("{}")
	}
	if err := store.CheckEnvelope(checked); err != nil || e.Version < 1 {
		return fmt.Sprintf("non valable (version %d, %v)", e.Version, err)
	}
	for _, pending := range e.Pending {
		if reason := a.newer(pending.Effect.To, schemaOf(pending.Effect.Doc)); reason != "" {
			return reason
		}
	}
	if e.Deleted {
		return a.newer(p.Collection, 1)
	}
	p.Schema = max(p.Schema, schemaOf(e.Doc))
	return a.newer(p.Collection, schemaOf(e.Doc))
}

func (a *reading) newer(collection string, schema int) string {
	upTo, ok := a.known[collection]
	switch {
	case !ok:
		return fmt.Sprintf("collection « %s » inconnue, la sauvegarde vient d’une version plus récente de Sourcier (%s) : installer cette version", collection, a.header.Portal)
	case schema > upTo:
		return fmt.Sprintf("schéma %d de « %s », cette version lit jusqu’au %d : installer Sourcier %s ou plus récent", schema, collection, upTo, a.header.Portal)
	case schema < 1:
		return "sans numéro de schéma"
	}
	return ""
}

// finish compares what passed with what the manifest says.
func (a *reading) finish(data []byte) error {
	if err := a.closeBlob(); err != nil {
		return err
	}
	m := &a.manifest
	if err := json.Unmarshal(data, m); err != nil {
		return refuse("sa liste de contrôle (%s) n’est pas lisible", manifestName)
	}
	if m.Header != a.header {
		return refuse("son en-tête et sa liste de contrôle se contredisent")
	}
	if err := a.compareParts(); err != nil {
		return err
	}
	if sum := hex.EncodeToString(a.blobs.Sum(nil)); sum != m.Blobs.SHA256 || a.files.Files != m.Blobs.Files || a.files.Bytes != m.Blobs.Bytes {
		return refuse("les fichiers joints ne sont pas ceux qui ont été écrits : %d (%d octets) au lieu de %d (%d octets)", a.files.Files, a.files.Bytes, m.Blobs.Files, m.Blobs.Bytes)
	}
	if _, _, err := a.next(); !errors.Is(err, io.EOF) {
		return errors.Join(err, refuse("le fichier continue après sa fin"))
	}
	return nil
}

func (a *reading) compareParts() error {
	for _, want := range a.manifest.Collections {
		got := Part{Collection: want.Collection, SHA256: hex.EncodeToString(sha256.New().Sum(nil))}
		if p := a.parts[want.Collection]; p != nil {
			got = p.Part
			got.SHA256 = hex.EncodeToString(p.hash.Sum(nil))
		}
		got.Again = want.Again // nothing in the lines tells
		if got != want {
			return refuse("la collection « %s » n’est pas celle qui a été écrite : %d lignes et %d octets au lieu de %d et %d, empreinte %.12s… au lieu de %.12s…",
				want.Collection, got.Lines, got.Bytes, want.Lines, want.Bytes, got.SHA256, want.SHA256)
		}
	}
	for name := range a.parts {
		if !slices.ContainsFunc(a.manifest.Collections, func(p Part) bool { return p.Collection == name }) {
			return refuse("la collection « %s » n’est pas dans sa liste de contrôle", name)
		}
	}
	return nil
}
