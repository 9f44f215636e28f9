package intake

import (
	"bytes"
	"compress/gzip"
	"os"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/intake/input"
)

var english = regexp.MustCompile(`(?i)\b(unexpected|invalid|looking for|not a valid|syntax error|corrupt|EOF|object|array)\b`)

// TestRefusalsInFrench says why a file is not read, and from where, in no other
// language.
func TestRefusalsInFrench(t *testing.T) {
	asp, err := os.ReadFile("testdata/asp_structures.csv")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(asp); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, content, says string }{
		"a cut framed file": {"x.gz", b.String()[:b.Len()-9], "le fichier est abîmé ou incomplet"},
		"no JSON":           {"x.json", `[{"siret":"00200000800017","kind":"EI","presta_types":[]},{"siret":NaN}]`, "à partir de l’octet"},
	} {
		r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, c.file, c.content))
		if f := r.Files[0]; f.Cause != Cause(input.Damaged) || !strings.Contains(f.Refusal, c.says) || english.MatchString(f.Refusal) {
			t.Errorf("%s: %q", name, f.Refusal)
		}
	}
}

func TestTypesInFrench(t *testing.T) {
	for value, want := range map[string]string{"object": "objet", "array": "liste", "string": "texte", "number": "nombre", "number 1.5": "nombre 1.5", "bool": "vrai ou faux"} {
		if got := typeName(value); got != want {
			t.Errorf("typeName(%q) = %q, want %q", value, got, want)
		}
	}
}

// TestListsInOneFile reads pages put into one file, and one object on each line;
// what else stands behind a list is told.
func TestListsInOneFile(t *testing.T) {
	item := func(n int) string {
		return `{"siret":"` + fictionalSIRET(n) + `","kind":"EI","name":"Atelier","presta_types":[],"city":"Vitry-sur-Seine","post_code":"94400"}`
	}
	for name, c := range map[string]struct {
		text    string
		created int64
		note    string
		cause   Cause
	}{
		"pages":     {"[" + item(1) + "," + item(2) + "]\n[" + item(3) + "]\n", 3, "2 listes", ""},
		"lines":     {item(1) + "\n" + item(2) + "\n" + item(3) + "\n", 3, "", ""},
		"two lists": {`{"results":[` + item(1) + `],"items":[` + item(2) + `]}`, 2, "2 listes", ""},
		"aside":     {`{"results":[` + item(1) + `],"archives":[` + item(2) + `]}`, 1, "« archives »", ""},
		"garbage":   {"[" + item(1) + "]\n]", 1, "", Cause(input.Damaged)},
	} {
		t.Run(name, func(t *testing.T) {
			r := mustRun(t, newImporter(t, mustStore(t)), RunOptions{}, write(t, "x.json", c.text))
			if f := r.Files[0]; f.Created != c.created || f.Cause != c.cause || !strings.Contains(plainSpaces(strings.Join(f.Notes, " ")), c.note) {
				t.Errorf("%s", r.Explain())
			}
		})
	}
}
