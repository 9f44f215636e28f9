package pdf_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"sourcier/internal/pdf"
	"sourcier/internal/qr"
	"sourcier/public"
)

func TestBadges(t *testing.T) {
	if len(public.Font("dejavu-sans.ttf")) == 0 {
		t.Skip("a bare clone: scripts/assets has not run")
	}
	code, err := qr.New("BJQX2IMRWWSWSYYPXQWQS2H42O")
	if err != nil {
		t.Fatal(err)
	}
	for n, pages := range map[int]int{0: 1, 10: 1, 11: 2} {
		b := &pdf.Badges{Title: "Matinale", Author: "Ville", At: time.Unix(1e9, 0)}
		for i := range n {
			b.List = append(b.List, pdf.Badge{Name: fmt.Sprintf("Éléonore Dupré-Lacroix %d", i), Body: "Direction de la commande publique", Role: "Acheteur", Code: code})
		}
		var out, again bytes.Buffer
		if err := pdf.WriteBadges(&out, b); err != nil {
			t.Fatal(err)
		}
		if err := pdf.WriteBadges(&again, b); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%d badges: not the same bytes twice, %v", n, err)
		}
		if got := bytes.Count(out.Bytes(), []byte("/Type /Page\n")); got != pages {
			t.Errorf("%d badges: %d pages, want %d", n, got, pages)
		}
	}
}
