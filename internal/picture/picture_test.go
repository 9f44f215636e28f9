package picture

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	red  = color.NRGBA{200, 30, 30, 255}
	blue = color.NRGBA{30, 30, 200, 255}
)

// halves is red on the left, blue on the right.
func halves(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, image.Rect(0, 0, w/2, h), image.NewUniform(red), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(w/2, 0, w, h), image.NewUniform(blue), image.Point{}, draw.Src)
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, frames ...image.Image) []byte {
	t.Helper()
	g := &gif.GIF{}
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), palette.Plan9)
		draw.Draw(p, p.Rect, f, f.Bounds().Min, draw.Src)
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webpPixel is an image of one pixel, without loss.
func webpPixel(t testing.TB) []byte {
	t.Helper()
	out, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// withExif puts EXIF with an orientation, and a word that only it holds, behind the
// beginning of a JPEG.
func withExif(file []byte, turn uint16, order binary.AppendByteOrder) []byte {
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, turn)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 48.7876,2.3933"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

// claimed is a PNG whose head claims a size that it does not have.
func claimed(t testing.TB, w, h uint32) []byte {
	t.Helper()
	out := asPNG(t, halves(4, 4))
	binary.BigEndian.PutUint32(out[16:], w)
	binary.BigEndian.PutUint32(out[20:], h)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

func one(t testing.TB, data []byte, size Size) (Picture, image.Image) {
	t.Helper()
	out, err := NewPress().Draw(t.Context(), bytes.NewReader(data), size)
	if err != nil {
		t.Fatal(err)
	}
	m, format, err := image.Decode(bytes.NewReader(out[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	if "image/"+format != out[0].Media || m.Bounds().Dx() != out[0].Width || m.Bounds().Dy() != out[0].Height {
		t.Fatalf("%s of %v, told as %s of %d × %d", format, m.Bounds(), out[0].Media, out[0].Width, out[0].Height)
	}
	return out[0], m
}

func TestFormatsAreReadByContent(t *testing.T) {
	for name, c := range map[string]struct {
		data       []byte
		media      string
		w, h, side int
	}{
		"a photograph":        {asJPEG(t, halves(1800, 1200)), "image/jpeg", 1600, 1067, 1600},
		"a tall one":          {asJPEG(t, halves(120, 1800)), "image/jpeg", 107, 1600, 1600},
		"a drawing":           {asPNG(t, halves(900, 300)), "image/png", 400, 133, 400},
		"a small one stays":   {asPNG(t, halves(40, 30)), "image/png", 40, 30, 400},
		"frames: the first":   {asGIF(t, halves(500, 500), image.NewNRGBA(image.Rect(0, 0, 500, 500))), "image/png", 400, 400, 400},
		"one pixel of WebP":   {webpPixel(t), "image/png", 1, 1, 400},
		"a line, very long":   {asPNG(t, halves(30_000, 1)), "image/png", 400, 1, 400},
		"of grey, 16 bits":    {asPNG(t, image.NewGray16(image.Rect(0, 0, 50, 50))), "image/png", 50, 50, 400},
		"something behind it": {append(asJPEG(t, halves(50, 50)), "<script>alert(1)</script>"...), "image/jpeg", 50, 50, 400},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := one(t, c.data, Size{c.side, 800 << 10})
			if p.Media != c.media || p.Width != c.w || p.Height != c.h {
				t.Errorf("%s of %d × %d, want %s of %d × %d", p.Media, p.Width, p.Height, c.media, c.w, c.h)
			}
			if bytes.Contains(p.Data, []byte("script")) {
				t.Error("what stood behind the image is kept")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	jpegFile, pngFile := asJPEG(t, halves(300, 300)), asPNG(t, halves(300, 300))
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":                     {nil, "vide"},
		"SVG":                         {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "SVG"},
		"SVG with a prologue":         {[]byte(`<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>`), "SVG"},
		"HTML":                        {[]byte("<!DOCTYPE html><html><body onload=alert(1)>"), "page web"},
		"PDF":                         {[]byte("%PDF-1.7\n%%EOF"), "PDF"},
		"a photo of an iPhone":        {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "HEIC"},
		"a program":                   {[]byte("\x7fELF\x02\x01\x01\x00"), "programme"},
		"a page that begins as a GIF": {[]byte("GIF89a\x10\x00\x10\x00/*<html><script>alert(1)</script>*/=1;"), "abîmée"},
		"half a JPEG":                 {jpegFile[:len(jpegFile)/2], "abîmée"},
		"half a PNG":                  {pngFile[:len(pngFile)/2], "abîmée"},
		"three bytes":                 {[]byte("\xff\xd8\xff"), "abîmée"},
		"20,000 pixels a side":        {claimed(t, 20_000, 20_000), "20 000 × 20 000 pixels"},
		"more than can be":            {claimed(t, 1<<31-1, 1<<31-1), "abîmée"},
		"passes without end":          {manyScans(jpegFile, 100), "trop de passes"},
		"an animated WebP":            {animated(), "animée"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewPress().Draw(t.Context(), bytes.NewReader(c.data), Logo)
			var fault Fault
			if !errors.As(err, &fault) || !strings.Contains(fault.Error(), c.says) {
				t.Errorf("%v, want a fault that says %q", err, c.says)
			}
		})
	}
}

// manyScans repeats the head of a scan, which costs a pass over the pixels each.
func manyScans(file []byte, n int) []byte {
	at := bytes.Index(file, []byte{0xff, 0xda})
	length := 2 + int(binary.BigEndian.Uint16(file[at+2:]))
	return append(append(append([]byte{}, file[:at]...), bytes.Repeat(file[at:at+length], n)...), file[at:]...)
}

func animated() []byte {
	body := append([]byte("WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"), 9, 0, 0, 9, 0, 0)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// TestHeadIsJudgedBeforePixels: a claim of 400 million pixels takes no memory.
func TestHeadIsJudgedBeforePixels(t *testing.T) {
	bombs := [][]byte{claimed(t, 20_000, 20_000), claimed(t, 40_000_001, 1), claimed(t, 7_000, 7_000)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, data := range bombs {
		if _, err := NewPress().Draw(t.Context(), bytes.NewReader(data), Logo); err == nil {
			t.Error("an image of too many pixels is drawn")
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 2<<20 {
		t.Errorf("%d bytes allocated to refuse %d images", grown, len(bombs))
	}
}

func TestOrientationIsAppliedAndMetadataGoes(t *testing.T) {
	// What is red after each turn: a corner of an image that is red on the left.
	corners := map[uint16][2]bool{ // red at the top left, red at the top right
		1: {true, false}, 2: {false, true}, 3: {false, true}, 4: {true, false},
		5: {true, true}, 6: {true, true}, 7: {false, false}, 8: {false, false},
	}
	for turn, want := range corners {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := withExif(asJPEG(t, halves(80, 40)), turn, order)
			p, m := one(t, data, Logo)
			if bytes.Contains(p.Data, []byte("Exif")) || bytes.Contains(p.Data, []byte("GPS")) {
				t.Errorf("orientation %d: metadata is kept", turn)
			}
			if sideways := p.Height > p.Width; sideways != (turn >= 5) {
				t.Errorf("orientation %d: %d × %d", turn, p.Width, p.Height)
			}
			isRed := func(x, y int) bool { r, _, b, _ := m.At(x, y).RGBA(); return r > b }
			if got := [2]bool{isRed(2, 2), isRed(p.Width-3, 2)}; got != want {
				t.Errorf("orientation %d: %v, want %v", turn, got, want)
			}
		}
	}
}

func TestScalingIsTheMean(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 301, 301))
	for y := range 301 {
		for x := range 301 {
			if (x+y)%2 == 0 {
				m.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
			} else {
				m.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
			}
		}
	}
	small := fit(m, 50)
	for i, v := range small.Pix {
		if i%4 == 3 && v != 255 || i%4 != 3 && (v < 118 || v > 137) {
			t.Fatalf("byte %d is %d: a chessboard is grey from afar", i, v)
		}
	}
}

func TestTransparencyIsKept(t *testing.T) {
	m := halves(800, 800)
	draw.Draw(m, image.Rect(0, 0, 400, 400), image.Transparent, image.Point{}, draw.Src)
	p, out := one(t, asPNG(t, m), Logo)
	if _, _, _, a := out.At(10, 10).RGBA(); p.Media != "image/png" || a != 0 {
		t.Errorf("%s, alpha %d", p.Media, a)
	}
}

// TestBytesAreBounded: noise is what no format makes small.
func TestBytesAreBounded(t *testing.T) {
	for _, opaque := range []bool{true, false} {
		m := image.NewNRGBA(image.Rect(0, 0, 300, 300))
		seed := uint32(1)
		for i := range m.Pix {
			seed = seed*1664525 + 1013904223
			m.Pix[i] = uint8(seed >> 24)
			if opaque && i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		for _, size := range []Size{Logo, Small, {300, 10 << 10}} {
			if p, _ := one(t, asPNG(t, m), size); len(p.Data) > size.Bytes {
				t.Errorf("opaque %v: %d bytes, want %d at most", opaque, len(p.Data), size.Bytes)
			}
		}
	}
}

func TestSeveralSizes(t *testing.T) {
	out, err := NewPress().Draw(t.Context(), bytes.NewReader(asJPEG(t, halves(1700, 850))), Large, Small)
	if err != nil || len(out) != 2 || out[0].Width != 1600 || out[1].Width != 640 || out[1].Height != 320 {
		t.Errorf("%v, %v", out, err)
	}
}

// TestOneAtATime: who waits for the turn stops waiting with the context.
func TestOneAtATime(t *testing.T) {
	p := NewPress()
	p.turn <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := p.Draw(ctx, bytes.NewReader(webpPixel(t)), Logo); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	<-p.turn
	if _, err := p.Draw(t.Context(), bytes.NewReader(webpPixel(t)), Logo); err != nil {
		t.Error(err)
	}
}

func TestMemoryOfADecoderIsForeseen(t *testing.T) {
	progressive := jpegHead{progressive: true, planes: 3}.perPixel(color.YCbCrModel)
	for what, c := range map[string]struct{ got, want float64 }{
		"half the colours":    {samples([]byte{8, 0, 1, 0, 1, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1}), 1.5},
		"all colours":         {samples([]byte{8, 0, 1, 0, 1, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1}), 3},
		"a frame cut short":   {samples([]byte{8}), 4},
		"progressive":         {progressive, 15},
		"ink":                 {jpegHead{planes: 4}.perPixel(color.CMYKModel), 8},
		"a palette":           {pngPerPixel(color.Palette{}, nil), 1},
		"16 bits, interlaced": {pngPerPixel(color.NRGBA64Model, append(make([]byte, pngInterlace), 1)), 16},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v bytes a pixel, want %v", what, c.got, c.want)
		}
	}
}

func TestDocuments(t *testing.T) {
	pdf := "%PDF-1.7\n" + strings.Repeat("x", 10_000) + "\nstartxref\n0\n%%EOF\n"
	for name, c := range map[string]struct{ data, media, says string }{
		"a PDF is kept":     {pdf, "application/pdf", ""},
		"a PDF cut short":   {pdf[:9_000], "", "incomplet"},
		"a scan":            {string(asJPEG(t, halves(100, 100))), "image/jpeg", ""},
		"a screen":          {string(asPNG(t, halves(100, 100))), "image/png", ""},
		"a page":            {"<html>%PDF-1.7 %%EOF", "", "page web"},
		"a GIF":             {string(asGIF(t, halves(10, 10))), "", "PDF"},
		"nothing":           {"", "", "vide"},
		"a word":            {"Bonjour, voici le justificatif.", "", "texte"},
		"a scan, cut short": {string(asJPEG(t, halves(100, 100))[:300]), "", "abîmée"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := NewPress().Document(t.Context(), strings.NewReader(c.data))
			var fault Fault
			switch {
			case c.says != "":
				if !errors.As(err, &fault) || !strings.Contains(fault.Error(), c.says) {
					t.Errorf("%v, want a fault that says %q", err, c.says)
				}
				return
			case err != nil || d.Media != c.media:
				t.Fatalf("%s, %v", d.Media, err)
			}
			var b bytes.Buffer
			if _, err := b.ReadFrom(d.Content); err != nil || b.Len() == 0 {
				t.Fatal(b.Len(), err)
			}
			if c.media == "application/pdf" && b.String() != c.data {
				t.Error("the PDF is not kept as it is")
			}
		})
	}
}

// FuzzDraw: whatever comes, a picture within its bounds or a Fault.
func FuzzDraw(f *testing.F) {
	for _, seed := range [][]byte{
		asJPEG(f, halves(40, 20)), asPNG(f, halves(40, 20)), asGIF(f, halves(40, 20)), webpPixel(f), animated(),
		withExif(asJPEG(f, halves(16, 8)), 6, binary.LittleEndian), claimed(f, 20_000, 20_000), manyScans(asJPEG(f, halves(8, 8)), 3),
	} {
		f.Add(seed)
	}
	press := NewPress()
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := press.Draw(t.Context(), bytes.NewReader(data), Logo, Size{16, 10 << 10})
		var fault Fault
		if err != nil && !errors.As(err, &fault) {
			t.Fatal(err)
		}
		for _, p := range out {
			if len(p.Data) > Logo.Bytes || max(p.Width, p.Height) > Logo.Side {
				t.Fatalf("%d bytes of %d × %d", len(p.Data), p.Width, p.Height)
			}
		}
	})
}
