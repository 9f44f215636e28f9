package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/webp"

	"github.com/gabriel-vasile/mimetype"
)

// head is what is known of an image before a pixel of it is decoded.
type head struct {
	kind        kind
	orientation int // as EXIF numbers it, 1 = upright
}

// readHead judges an image by its head alone.
func readHead(data []byte) (head, error) {
	h := head{kind: kindOf(data), orientation: 1}
	if h.kind == "" {
		return h, Fault(foreign(data, "une image JPEG, PNG, WebP ou GIF"))
	}
	config, err := configOf(h.kind, data)
	if err != nil || config.Width < 1 || config.Height < 1 {
		return h, faultDamaged
	}
	perPixel, exif, err := weigh(h.kind, data, config.ColorModel)
	if err != nil {
		return h, err
	}
	if pixels := config.Width * config.Height; pixels > maxPixels || float64(pixels)*perPixel > maxDecoded {
		return h, Fault(fmt.Sprintf("Cette image est trop grande : %s × %s pixels. Réduisez-la, 1\u202f600 pixels de côté suffisent, puis envoyez-la de nouveau.", grouped(config.Width), grouped(config.Height)))
	}
	h.orientation = orientation(exif)
	return h, nil
}

// weigh gives what the decoder holds a pixel, in bytes, and what EXIF there is.
func weigh(k kind, data []byte, model color.Model) (perPixel float64, exif []byte, err error) {
	switch k {
	case kindJPEG:
		j, ok := walkJPEG(data)
		if !ok {
			return 0, nil, faultDamaged
		}
		if j.scans > maxScans {
			return 0, nil, Fault("Cette image JPEG est enregistrée d’une façon que le portail ne lit pas (trop de passes). Enregistrez-la de nouveau en JPEG ou en PNG.")
		}
		return j.perPixel(model), j.exif, nil
	case kindPNG:
		return pngPerPixel(model, data), chunkPNG(data, "eXIf"), nil
	case kindGIF:
		return 2, nil, nil // an interlaced one is copied
	}
	if animatedWebP(data) {
		return 0, nil, Fault("Cette image WebP est animée. Envoyez une image fixe, en JPEG, PNG ou WebP.")
	}
	return webpPerPixel(model), chunkWebP(data, "EXIF"), nil
}

// grouped writes thousands apart: 20 000.
func grouped(n int) string {
	if n < 10_000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s\u202f%03d", grouped(n/1000), n%1000)
}

func configOf(k kind, data []byte) (c image.Config, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = faultDamaged
		}
	}()
	r := bytes.NewReader(data)
	switch k {
	case kindJPEG:
		return jpeg.DecodeConfig(r)
	case kindPNG:
		return png.DecodeConfig(r)
	case kindGIF:
		return gif.DecodeConfig(r)
	}
	return webp.DecodeConfig(r)
}

// jpegHead is what the markers of a JPEG tell.
type jpegHead struct {
	progressive bool
	planes      float64 // samples a pixel, all components together
	scans       int
	exif        []byte
}

// walkJPEG goes from marker to marker; false when the segments do not hold together.
// Inside of what is coded no 0xff stands before anything but 0 and 0xd0 to 0xd7.
func walkJPEG(data []byte) (j jpegHead, ok bool) {
	for i := 2; i+1 < len(data); {
		marker := data[i+1]
		switch {
		case data[i] != 0xff || marker == 0 || marker >= 0xd0 && marker <= 0xd7 || marker == 1:
			i++
			continue
		case marker == 0xff: // a fill byte
			i++
			continue
		case marker == 0xd9:
			return j, true
		case i+4 > len(data):
			return j, false
		}
		length := int(binary.BigEndian.Uint16(data[i+2:]))
		if length < 2 || i+2+length > len(data) {
			return j, false
		}
		j.segment(marker, data[i+4:i+2+length])
		i += 2 + length
	}
	return j, true // truncated, which the decoder tells
}

func (j *jpegHead) segment(marker byte, body []byte) {
	switch {
	case marker == 0xda:
		j.scans++
	case marker == 0xc0 || marker == 0xc1 || marker == 0xc2:
		j.progressive = marker == 0xc2
		j.planes = samples(body)
	case marker == 0xe1 && j.exif == nil && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		j.exif = body[6:]
	}
}

// samples is how many samples a pixel has, by the sampling factors of a frame.
func samples(frame []byte) float64 {
	if len(frame) < 6 {
		return 4
	}
	var sum, across, down float64
	for i := 6; i+2 < len(frame); i += 3 {
		h, v := float64(frame[i+1]>>4), float64(frame[i+1]&15)
		sum, across, down = sum+h*v, max(across, h), max(down, v)
	}
	if across*down == 0 {
		return 4
	}
	return sum / (across * down)
}

// perPixel is what the decoder holds, in bytes: a progressive one keeps a coefficient
// of 4 bytes a sample; colours other than YCbCr are written anew.
func (j jpegHead) perPixel(model color.Model) float64 {
	out := max(j.planes, 1)
	if j.progressive {
		out *= 5
	}
	if model == color.CMYKModel || model == color.RGBAModel {
		out += 4
	}
	return out
}

// pngInterlace is the place of the interlace method, in the first chunk.
const pngInterlace = 28

// pngPerPixel is what the decoder holds: an interlaced image is put together from others.
func pngPerPixel(model color.Model, data []byte) float64 {
	out := 4.0
	switch model {
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
		out = 8
	default:
		if _, ok := model.(color.Palette); ok {
			out = 1
		}
	}
	if len(data) > pngInterlace && data[pngInterlace] != 0 {
		out *= 2
	}
	return out
}

func webpPerPixel(model color.Model) float64 {
	switch model {
	case color.YCbCrModel:
		return 2
	case color.NRGBAModel:
		return 9
	}
	return 8
}

// chunkPNG is the content of a chunk; nil when there is none.
func chunkPNG(data []byte, name string) []byte {
	for i := 8; i+12 <= len(data); {
		length := int(binary.BigEndian.Uint32(data[i:]))
		if length > len(data)-i-12 {
			return nil
		}
		if string(data[i+4:i+8]) == name {
			return data[i+8 : i+8+length]
		}
		i += 12 + length
	}
	return nil
}

// chunkWebP is the content of a chunk; nil when there is none.
func chunkWebP(data []byte, name string) []byte {
	for i := 12; i+8 <= len(data); {
		length := int(binary.LittleEndian.Uint32(data[i+4:]))
		if length > len(data)-i-8 {
			return nil
		}
		if string(data[i:i+4]) == name {
			return bytes.TrimPrefix(data[i+8:i+8+length], []byte("Exif\x00\x00"))
		}
		i += 8 + length + length%2
	}
	return nil
}

func animatedWebP(data []byte) bool {
	extended := chunkWebP(data, "VP8X")
	return len(extended) > 0 && extended[0]&2 != 0
}

// orientation reads the one tag of EXIF that changes what is seen; 1 = upright.
func orientation(exif []byte) int {
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(exif[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int(order.Uint32(exif[4:]))
	if at < 8 || at+2 > len(exif) {
		return 1
	}
	for n := range int(order.Uint16(exif[at:])) {
		entry := at + 2 + 12*n
		if entry+12 > len(exif) {
			return 1
		}
		if value := int(order.Uint16(exif[entry+8:])); order.Uint16(exif[entry:]) == 0x0112 && value >= 1 && value <= 8 {
			return value
		}
	}
	return 1
}

// foreigners says what a file is that was taken for an image, by the beginning of its
// media type.
var foreigners = []struct{ media, text string }{
	{"image/svg", "un dessin SVG, qui peut contenir un programme : exportez-le en PNG"},
	{"text/html", "une page web (HTML)"},
	{"application/pdf", "un document PDF"},
	{"image/heic", "une photo HEIC : dans les réglages de l’appareil photo, choisissez le format « le plus compatible », ou exportez-la en JPEG"},
	{"image/heif", "une photo HEIF : exportez-la en JPEG"},
	{"image/avif", "une image AVIF : exportez-la en JPEG"},
	{"image/tiff", "une image TIFF : exportez-la en JPEG"},
	{"image/bmp", "une image BMP : exportez-la en PNG"},
	{"image/jpeg", "une image JPEG"},
	{"image/png", "une image PNG"},
	{"image/", "une image d’un autre format : exportez-la en JPEG"},
	{"video/", "une vidéo"},
	{"audio/", "un enregistrement sonore"},
	{"application/vnd.openxmlformats-officedocument", "un document bureautique : exportez-le en PDF ou en image"},
	{"application/vnd.oasis.opendocument", "un document bureautique : exportez-le en PDF ou en image"},
	{"application/msword", "un document bureautique : exportez-le en PDF ou en image"},
	{"application/zip", "une archive ZIP : ouvrez-la d’abord"},
	{"application/x-elf", "un programme"},
	{"application/vnd.microsoft.portable-executable", "un programme"},
	{"text/", "un fichier de texte"},
}

// foreign says what a file is, and what was awaited.
func foreign(data []byte, awaited string) string {
	if len(data) == 0 {
		return "Ce fichier est vide. Choisissez " + awaited + "."
	}
	return "Quel que soit son nom, ce fichier est " + whatIs(data[:min(len(data), 4096)]) + ". Choisissez " + awaited + "."
}

// whatIs names a content. Markup is recognised first: a page may hold what begins
// another format.
func whatIs(start []byte) string {
	if text := bytes.ToLower(bytes.TrimLeft(start, "\ufeff \t\r\n")); bytes.HasPrefix(text, []byte("<")) {
		if bytes.Contains(text, []byte("<svg")) {
			return foreigners[0].text
		}
		return foreigners[1].text
	}
	for m := mimetype.Detect(start); m != nil; m = m.Parent() {
		for _, f := range foreigners {
			if strings.HasPrefix(m.String(), f.media) {
				return f.text
			}
		}
	}
	return "un fichier d’un autre type"
}
