package picture

import (
	"image"
	"image/draw"
)

// fit makes an image fit in a square: each pixel is the mean of those that it stands
// for. Rows are read a few at a time, so that a large image is never held twice.
func fit(src image.Image, side int) *image.RGBA {
	b := src.Bounds()
	w, h := fitted(b.Dx(), b.Dy(), side)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(out, out.Rect, src, b.Min, draw.Src)
		return out
	}
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	sums := make([]float64, w*4)   // of the row of out under way
	narrow := make([]float64, w*4) // the row of src, made narrow
	perRow := float64(b.Dy()) / float64(h)
	y, left := 0, perRow // rows of src that the row of out still takes
	for sy := range b.Dy() {
		draw.Draw(row, row.Rect, src, image.Pt(b.Min.X, b.Min.Y+sy), draw.Src)
		squeeze(narrow, row.Pix, b.Dx(), w)
		for rest := 1.0; rest > 1e-9 && y < h; {
			part := min(rest, left)
			for i, v := range narrow {
				sums[i] += v * part
			}
			rest, left = rest-part, left-part
			if left > 1e-9 && sy < b.Dy()-1 {
				continue
			}
			for i, v := range sums {
				out.Pix[y*out.Stride+i] = uint8(min(255, v/perRow+0.5))
				sums[i] = 0
			}
			y, left = y+1, perRow
		}
	}
	return out
}

// fitted keeps proportions; nothing is made larger.
func fitted(w, h, side int) (int, int) {
	if longest := max(w, h); longest > side {
		return max(1, (w*side+longest/2)/longest), max(1, (h*side+longest/2)/longest)
	}
	return w, h
}

// squeeze makes a row of n pixels one of w, as means.
func squeeze(out []float64, pix []uint8, n, w int) {
	clear(out)
	ratio := float64(n) / float64(w)
	for x := range w {
		from, to := float64(x)*ratio, min(float64(n), float64(x+1)*ratio)
		o := out[x*4 : x*4+4]
		for sx := int(from); sx < n && float64(sx) < to; sx++ {
			part := min(to, float64(sx+1)) - max(from, float64(sx))
			p := pix[sx*4 : sx*4+4]
			o[0] += float64(p[0]) * part
			o[1] += float64(p[1]) * part
			o[2] += float64(p[2]) * part
			o[3] += float64(p[3]) * part
		}
		for i := range o {
			o[i] /= ratio
		}
	}
}

// upright turns and mirrors an image as its camera said.
func upright(m *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	outW, outH := w, h
	if orientation >= 5 {
		outW, outH = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, outW, outH))
	for y := range h {
		for x := range w {
			ox, oy := turned(x, y, w, h, orientation)
			copy(out.Pix[oy*out.Stride+ox*4:][:4], m.Pix[y*m.Stride+x*4:][:4])
		}
	}
	return out
}

// turned is where a pixel goes; the numbers are those of EXIF.
func turned(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}
