package structure

import (
	"slices"
	"testing"
)

// TestObjectionKeepers: a mark stays while one objection keeps it.
func TestObjectionKeepers(t *testing.T) {
	for name, c := range map[string]struct {
		of, keep      []string
		leave         string
		asked, stays  bool
		changed       bool
		keepers, left []string
	}{
		"asked for":             {nil, nil, "m", true, false, false, []string{"m"}, nil},
		"asked for, follows":    {nil, []string{"a"}, "m", true, true, true, []string{"a", "m"}, []string{"a"}},
		"asked for, other goes": {nil, []string{"a"}, "a", true, true, true, []string{"a", "m"}, []string{"m"}},
		"follows":               {[]string{"a"}, []string{"a"}, "a", false, false, false, []string{"a"}, nil},
		"follows two":           {[]string{"b"}, []string{"a"}, "b", false, true, true, []string{"a", "b"}, []string{"a"}},
	} {
		o := Objection{Mark: "m", Of: c.of}
		if changed := o.Keep(c.keep...); changed != c.changed || o.Asked() != c.asked || !slices.Equal(o.Keepers(), c.keepers) {
			t.Errorf("%s: changed %v, asked %v, kept by %v", name, changed, o.Asked(), o.Keepers())
		}
		if stays := o.Leave(c.leave); stays != c.stays || stays && !slices.Equal(o.Keepers(), c.left) {
			t.Errorf("%s: stays %v, kept by %v", name, stays, o.Keepers())
		}
	}
}
