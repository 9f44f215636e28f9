package picture

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
)

const (
	// shrink is by how much a side shrinks when an image stays too heavy, and
	// smallest is where that ends, in pixels.
	shrink   = 0.7
	smallest = 16
)

// errHeavy: no size of ours is that small.
var errHeavy = errors.New("no image fits in so few bytes")

// qualities are tried in turn.
var qualities = []int{84, 70, 55}

// encode writes an image in the bytes that it may take. What is transparent, and a
// drawing that comes without loss and stays light, is a PNG; a photograph is a JPEG.
func encode(m *image.RGBA, size Size, lossless bool) (Picture, error) {
	opaque := m.Opaque()
	for {
		out := Picture{Width: m.Rect.Dx(), Height: m.Rect.Dy()}
		var b bytes.Buffer
		if lossless || !opaque {
			if err := png.Encode(&b, m); err != nil {
				return Picture{}, err
			}
			if b.Len() <= size.Bytes {
				out.Data, out.Media = b.Bytes(), "image/png"
				return out, nil
			}
		}
		for _, q := range qualities {
			if !opaque {
				break
			}
			b.Reset()
			if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: q}); err != nil {
				return Picture{}, err
			}
			if b.Len() <= size.Bytes {
				out.Data, out.Media = b.Bytes(), "image/jpeg"
				return out, nil
			}
		}
		side := int(float64(max(out.Width, out.Height)) * shrink)
		if side < smallest {
			return Picture{}, errHeavy
		}
		m = fit(m, side)
	}
}
