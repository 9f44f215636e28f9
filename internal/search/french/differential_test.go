package french

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// oddTexts hold what the fast path must leave to norm, or must not misread.
var oddTexts = []string{
	"", " ", "a", "\x00", "a\x00b le\x00s été\x00", "\xff", "caf\xc3", "\xc3", "a\xe2\x80", "é\x80\xa9t\xc3\xc3\xa9", "\xed\xa0\x80 vélo",
	"straße STRASSE ẞ Straẞen", "œuvre ŒUVRE æquo ÆQUO", "ﬁn ﬂux eﬃcace", "½ 1½ ¼x x² m³ 1ᵉʳ 2ᵉ n° nº Mª ¹", "Ⅻ ① ٣ x٣",
	"cafe\u0301 E\u0301te\u0301 e\u0301te\u0301 \u0301vélo le\u0301", "q\u0323\u0307 q\u0307\u0323 é\u0323 e\u0323\u0301", "a\u034fb o\u0308\u0304",
	"lʼété l’été l'été L’ÉTÉ L‘été l’ l’1 l’’été l'\u0301e jusqu’à JUSQU’ICI lorsqu’il puisqu'on quoiqu’elle presqu’île jusqu jusqu 'ici",
	"QUOİQU’elle quoi\u0307qu’elle İ İstanbul I\u0307 ıĳĲ ŉ n ŀ Ł ſous Kelvin ŒUVRÉ", "Αθήνα ΣΊΣΥΦΟΣ ς άέ λόγος µ μ Москва ЁЛКИ",
	"🙂 à🙂vélo 👩‍🚒s e\u200dx l\u00adamp\u200bx \ufeffle \u202f12\u00a0000 €", "日本語 한국어 각 ｆｕｌｌ Ｗ１",
	"À à a â Où ou OÙ Très TRÈS êtRE étÉ sûr SÛR dû du Dû", "ÿ Ÿ ÞÐ ðø Øđ Đħ ŋ × a×b ÷ a÷b «le» ¡pas! ª º",
	strings.Repeat("e", 300), strings.Repeat("É", 70), strings.Repeat("é", 32), strings.Repeat("é", 33), strings.Repeat("a", 64), strings.Repeat("a", 65),
	strings.Repeat("½", 32), strings.Repeat("½", 33), strings.Repeat("A", 64) + "s", strings.Repeat("ß", 40), "a" + strings.Repeat("\u0301", 70),
	strings.Repeat("LOCAUX ", 60), strings.Repeat("É1 ", 200), strings.Repeat("x1 ", 200),
	"vitraux coraux soupiraux vantaux baux yeux cieux materiaux matériaux BESTIAUX landaus travaux", "eaux yaux aux eux seaux tuyaux bijoux locaux",
	"eee eeee eeeee cles clée fée fées ss sss esss ee1e animatrices laveuses euses erie serie vitreries iere biere ouvrieres trice atrice fuerie m²tres",
	"professionnelles parisiennes fillettes actives publiques iques ques elle1s L2113s pourquoi pourquois Pourquoi comment",
}

// same fails when the words of a text are not those of the reference.
func same(t *testing.T, text string) {
	t.Helper()
	want := refWords(text)
	if got := Words(text); !slices.Equal(got, want) || (got == nil) != (want == nil) {
		t.Fatalf("Words(%q)\n got %+v\nwant %+v", text, got, want)
	}
	// A used slice with some room: what is before stays, what is behind is written over.
	used := []Word{{Surface: "before"}, {1, 2, "old", "old"}, {3, 4, "old", "old"}}
	if got := AppendWords(used[:1], text); got[0] != used[0] || !slices.Equal(got[1:], want) {
		t.Fatalf("AppendWords(%q)\n got %+v\nwant %+v", text, got, want)
	}
}

func TestWordsAgainstReference(t *testing.T) {
	for _, text := range slices.Concat(oddTexts, descriptions) {
		same(t, text)
		same(t, strings.ToUpper(text))
		same(t, norm.NFD.String(text))
		for w := range strings.FieldsSeq(text) {
			if got, want := Stem(w), refStem(w); got != want {
				t.Errorf("Stem(%q) = %q, want %q", w, got, want)
			}
		}
	}
}

// Each rune alone, in a word, at the edges of one and under an accent: the table
// of the fast path and its limits. Ideographs, Hangul and most of the planes
// above are left out: nothing tells them apart.
func TestEveryRuneAgainstReference(t *testing.T) {
	for _, span := range [][2]rune{{0, 0x3400}, {0xf900, 0x10000}, {0x1d400, 0x1d800}, {0xe0100, 0xe01f0}} {
		for r := span[0]; r < span[1]; r++ {
			s := string(r)
			same(t, s+" "+s+"s x"+s+" l'"+s+" l"+s+"a "+s+"\u0301 a"+s+"l’a")
		}
	}
}

func FuzzWordsAgainstReference(f *testing.F) {
	for _, text := range slices.Concat(oddTexts, descriptions) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same(t, text)
		if got, want := Stem(text), refStem(text); got != want {
			t.Fatalf("Stem(%q) = %q, want %q", text, got, want)
		}
	})
}
