// Package picture reads images and proofs that people upload. What an image is, its
// first bytes say, never its name or a declared type; it is decoded and drawn anew, so
// that nothing of the file itself is kept: no position, no other metadata, nothing
// that another reader could take for a page or a program.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

const (
	// MaxFile bounds a file that is read, in bytes.
	MaxFile = 10 << 20
	// maxPixels bounds an image: what phones take, and four times less than what would
	// make a decoder hold a gigabyte.
	maxPixels = 40_000_000
	// maxDecoded bounds what the decoder of an image holds, in bytes: pixels of 16 bits
	// a channel and progressive files take several times the others.
	maxDecoded = 160 << 20
	// maxScans bounds the passes of a progressive JPEG. Ten are usual; each passes over
	// all pixels, and takes some bytes.
	maxScans = 64
)

// Fault is what is wrong with a file, in French, for who sent it.
type Fault string

func (f Fault) Error() string { return string(f) }

// Picture is an image as it is kept.
type Picture struct {
	Data          []byte
	Media         string // image/jpeg or image/png
	Width, Height int    // pixels
}

// Size is what an image is made to fit in.
type Size struct {
	Side  int // of a square, in pixels; what is smaller stays as it is
	Bytes int // at most; it takes quality, then pixels
}

// Sizes of what the portal shows.
var (
	Logo  = Size{400, 100 << 10}
	Large = Size{1600, 800 << 10}
	Small = Size{640, 150 << 10}
	Proof = Size{2400, 2 << 20}
)

// Press draws images anew, one at a time: whatever is sent at once, one image is
// decoded in memory. It is safe for concurrent use.
type Press struct{ turn chan struct{} }

// NewPress makes one; a process has one.
func NewPress() *Press { return &Press{turn: make(chan struct{}, 1)} }

// Draw reads an image and gives it in each size, the largest first. A Fault says what is wrong
// with the file; the context bounds the wait for the turn and the work.
func (p *Press) Draw(ctx context.Context, r io.Reader, sizes ...Size) ([]Picture, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	if len(data) > MaxFile {
		return nil, Fault("Ce fichier pèse plus de 10\u00a0Mo. Choisissez-en un plus léger.")
	}
	h, err := readHead(data)
	if err != nil {
		return nil, err
	}
	whole, err := decode(ctx, h.kind, data)
	if err != nil {
		return nil, err
	}
	return drawn(whole, h, sizes)
}

// drawn gives an image in each size.
func drawn(whole image.Image, h head, sizes []Size) ([]Picture, error) {
	out := make([]Picture, 0, len(sizes))
	for _, size := range sizes {
		m := fit(whole, size.Side)
		whole = m // the next is smaller, and is made of less
		p, err := encode(upright(m, h.orientation), size, h.kind != kindJPEG)
		if err != nil {
			return nil, fmt.Errorf("picture: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// kind is a format that is read.
type kind string

const (
	kindJPEG kind = "jpeg"
	kindPNG  kind = "png"
	kindGIF  kind = "gif"
	kindWebP kind = "webp"
)

// kindOf goes by the first bytes; "" for what is none of ours.
func kindOf(data []byte) kind {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return kindJPEG
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return kindGIF
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return kindWebP
	}
	return ""
}

const faultDamaged = Fault("Cette image est incomplète ou abîmée. Ouvrez-la sur votre appareil : si elle s’affiche, enregistrez-la de nouveau en JPEG ou en PNG, puis envoyez ce fichier.")

// decode gives the pixels. The decoders are told to stop by the end of the context; a
// panic in one is a damaged file.
func decode(ctx context.Context, k kind, data []byte) (m image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, faultDamaged
		}
	}()
	r := &stopping{ctx: ctx, r: bytes.NewReader(data)}
	switch k {
	case kindJPEG:
		m, err = jpeg.Decode(r)
	case kindPNG:
		m, err = png.Decode(r)
	case kindGIF:
		m, err = gif.Decode(r) // the first frame
	case kindWebP:
		m, err = webp.Decode(r)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil || m.Bounds().Empty() {
		return nil, faultDamaged
	}
	return m, nil
}

// stopping is a reader that ends with its context.
type stopping struct {
	ctx context.Context
	r   io.Reader
}

func (s *stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
