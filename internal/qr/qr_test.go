package qr_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	goqr "github.com/piglig/go-qr"

	"sourcier/internal/qr"
)

// A code says what it was made of, drawn by its bars and with its border.
func TestCodeIsReadBack(t *testing.T) {
	const text, scale = "BJQX2IMRWWSWSYYPXQWQS2H42O", 6
	c, err := qr.New(text)
	if err != nil {
		t.Fatal(err)
	}
	side := (c.Size() + 2*qr.Quiet) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	c.Runs(func(x, y, width int) {
		for dx := range width * scale {
			for dy := range scale {
				img.SetGray((x+qr.Quiet)*scale+dx, (y+qr.Quiet)*scale+dy, color.Gray{})
			}
		}
	})
	if got, err := goqr.Decode(img); err != nil || got != text {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPath(t *testing.T) {
	c, err := qr.New("A")
	if err != nil {
		t.Fatal(err)
	}
	if c.ViewBox() != "0 0 29 29" || !strings.HasPrefix(c.Path(), "M4 4h7v1h-7z") {
		t.Errorf("%s %s", c.ViewBox(), c.Path())
	}
	if _, err := qr.New(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that no code holds")
	}
}
