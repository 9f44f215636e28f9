package structure

import (
	"testing"
	"time"
)

func TestReportIsClosedWithoutItsAuthor(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, Paris)
	r := Report{Ref: "k7xmp2qr4t", Email: "nom@exemple.fr", Text: "fermé", At: at}
	if !r.Open() || r.Lapsed("2030-01-01") {
		t.Error("a report that nobody dealt with is open, however old")
	}
	r.Close(at, "corrigé")
	if r.Open() || r.Email != "" || r.Note != "corrigé" || r.Text != "fermé" {
		t.Errorf("closed: %+v", r)
	}
	for day, want := range map[Date]bool{"2026-11-23": false, "2027-11-23": false, "2027-11-24": true} {
		if got := r.Lapsed(day); got != want {
			t.Errorf("lapsed on %s: %v", day, got)
		}
	}
}

// The same form sent twice is one report; other words, or another form, is another.
func TestReportReference(t *testing.T) {
	first := Report{Structure: "a", Reason: ReportWrong, Text: "x"}
	seen := map[string]string{NewReportRef("once", &first): "first"}
	if ref := NewReportRef("once", &first); seen[ref] == "" {
		t.Error("the same form gives another reference")
	}
	for name, other := range map[string]Report{
		"text": {Structure: "a", Reason: ReportWrong, Text: "y"}, "structure": {Structure: "b", Reason: ReportWrong, Text: "x"},
		"reason": {Structure: "a", Reason: ReportOther, Text: "x"}, "field": {Structure: "a", Reason: ReportWrong, Text: "x", Field: FieldName},
		"email": {Structure: "a", Reason: ReportWrong, Text: "x", Email: "a@b.fr"},
	} {
		ref := NewReportRef("once", &other)
		if seen[ref] != "" {
			t.Errorf("%s: the reference of %s", name, seen[ref])
		}
		seen[ref] = name
	}
	if ref := NewReportRef("twice", &first); seen[ref] != "" {
		t.Error("another form gives the same reference")
	}
}

func TestParseReference(t *testing.T) {
	ref := NewReportRef("once", &Report{})
	for _, text := range []string{ref, Reference(ref), " " + Reference(ref) + " "} {
		if got, ok := ParseReference(text); !ok || got != ref {
			t.Errorf("%q is read as %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "K7XMP", "K7XMP-2QR4T5", "K7XMP-2QR4é", "K7XMP/2QR4", "k7xmp2qr41", "../../../.."} {
		if got, ok := ParseReference(text); ok {
			t.Errorf("%q is read as %q", text, got)
		}
	}
	for _, cause := range ReportCauses {
		if cause.Label() == "" {
			t.Errorf("%s has no label", cause)
		}
	}
}
