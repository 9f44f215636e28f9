package palette

import (
	"fmt"
	"testing"
)

func TestContrastIsThatOfWCAG(t *testing.T) {
	s := Scheme{"black": "#000", "white": "#ffffff", "grey": "#767676", "ink": "#17202b", "bad": "#12345g", "short": "#12"}
	for _, c := range []struct{ front, back, want string }{
		{"black", "white", "21.00"}, {"white", "black", "21.00"}, {"white", "white", "1.00"}, {"grey", "white", "4.54"}, {"ink", "white", "16.43"},
	} {
		got, err := s.Contrast(c.front, c.back)
		if err != nil || fmt.Sprintf("%.2f", got) != c.want {
			t.Errorf("%s on %s: %.2f, %v, want %s", c.front, c.back, got, err, c.want)
		}
	}
	for _, name := range []string{"bad", "short", "unknown"} {
		if _, err := s.Contrast(name, "white"); err == nil {
			t.Errorf("%s has a contrast", name)
		}
		if _, err := s.Contrast("white", name); err == nil {
			t.Errorf("white on %s has a contrast", name)
		}
	}
}

func TestReadTakesBothSchemes(t *testing.T) {
	light, dark, err := Read(":root {\n  --ink: #111; /* why */\n  --paper: #fff;\n}\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --ink: #eee;\n  }\n}\n")
	if err != nil || light["ink"] != "#111" || dark["ink"] != "#eee" || dark["paper"] != "#fff" {
		t.Errorf("%v, %v, %v", light, dark, err)
	}
	if _, _, err := Read(":root {\n  --ink: #111;\n}\n"); err == nil {
		t.Error("a sheet without a dark scheme is read")
	}
}
