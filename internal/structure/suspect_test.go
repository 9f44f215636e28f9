package structure

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLookout finds what is alike, and says why in words.
func TestLookout(t *testing.T) {
	vitry := Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"}
	l := NewLookout()
	add := func(s Structure) { l.Add(&s) }
	add(Structure{ID: "a", Name: "Les Lilas", FINESS: "960000111", SIRET: "00200000800017", Address: vitry, Agreements: []Agreement{{Kind: ESAT}}})
	add(Structure{ID: "b", Name: "ESAT Les Lilas", SIRET: "00200000800017", Address: vitry})
	add(Structure{ID: "c", Name: "LES LILAS", Address: vitry, Contact: Contact{Phone: "01 99 00 00 01"}, CreatedAt: time.Unix(9, 0)})
	add(Structure{ID: "d", Name: "Les Lilas", FINESS: "960000222", Address: vitry})
	add(Structure{ID: "e", Name: "EA Les Lilas", SIRET: "00200000800017", Address: vitry, Agreements: []Agreement{{Kind: EA}}})
	add(Structure{ID: "f", Name: "Autre", Contact: Contact{Phone: "+33 1 99 00 00 01", Website: "https://www.lilas.example.org"}})
	add(Structure{ID: "g", Name: "Encore", Contact: Contact{Phone: "0199000001", Website: "lilas.example.org/"}})
	add(Structure{ID: "h", Name: "Les Lilas", Address: vitry, Closed: true})
	add(Structure{ID: "i", Name: "Les Lilas", Address: vitry, MergedInto: "a"})
	add(Structure{ID: "j", Name: "Les Lilas réunis", Contact: Contact{Phone: "01 99 00 00 01", Website: "https://lilas.example.org"}, Groupement: &Groupement{}})
	for i := range maxSharing + 1 {
		add(Structure{ID: fmt.Sprintf("s%d", i), Name: fmt.Sprint(i), Contact: Contact{Email: "siege@example.org", Website: "https://siege.example.org"}})
	}
	var got []string
	found := l.Found(func(key string) bool { return key == PairKey("c", "a") })
	for _, p := range found.Pairs {
		var why []string
		for _, w := range p.Why {
			why = append(why, w.Label())
		}
		got = append(got, fmt.Sprint(p.A, p.B, " ", p.Score, " ", strings.Join(why, ", ")))
	}
	want := []string{
		"ab 90 même SIRET, même SIREN, même commune", "be 90 même SIRET, même SIREN, même commune",
		"cd 40 même nom et même code postal", "fg 40 même téléphone, même site",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || found.Total != len(want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
