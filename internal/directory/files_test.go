package directory_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"sourcier/internal/picture"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// stored is a picture of some bytes, owned by a sheet and named by nothing.
func (w *world) stored(t *testing.T, id, content string) structure.Picture {
	t.Helper()
	p, err := w.KeepPicture(t.Context(), id, []picture.Picture{
		{Data: []byte("large " + content), Media: "image/jpeg", Width: 1600, Height: 900}, {Data: []byte("small " + content), Media: "image/jpeg", Width: 640, Height: 360},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kept reports whether both sizes of a picture are there.
func (w *world) kept(t *testing.T, p structure.Picture) bool {
	t.Helper()
	_, large := w.Blobs.Stat(t.Context(), p.Large)
	_, small := w.Blobs.Stat(t.Context(), p.Small)
	if errors.Is(large, store.ErrNotFound) != errors.Is(small, store.ErrNotFound) {
		t.Errorf("one size of two is there: %v, %v", large, small)
	}
	return large == nil
}

func (w *world) sweep(t *testing.T) int {
	t.Helper()
	n, err := w.SweepFiles(t.Context(), store.SweepAge)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFilesLiveAsLongAsTheyAreNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		who := w.employer(t, "Les Jardins du Lac")
		id := w.registered(t, who, "32123456700009")
		logo, lost := w.stored(t, id, "logo"), w.stored(t, id, "of a portal that was killed before it named it")
		if _, err := w.Blobs.Put(t.Context(), strings.NewReader("of a person"), store.BlobUpload{Owner: "person/x", Media: "text/plain", Limit: 100}); err != nil {
			t.Fatal(err)
		}
		rev, err := w.Save(t.Context(), who, id, registration.PartLogo, 0, func(s *registration.Sheet) error {
			s.Logo = &logo
			return ready(s)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := w.sweep(t); n != 0 || !w.kept(t, lost) {
			t.Errorf("%d files released within a day", n)
		}
		w.move(store.SweepAge + time.Minute)
		if n := w.sweep(t); n != 2 || w.kept(t, lost) || !w.kept(t, logo) {
			t.Errorf("%d files released, of which two sizes were never named", n)
		}

		if _, err := w.Publish(t.Context(), who, id, rev); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Save(t.Context(), who, id, registration.PartLogo, rev, func(s *registration.Sheet) error { s.Logo = nil; return nil }); err != nil {
			t.Fatal(err)
		}
		if n := w.sweep(t); n != 0 || !w.kept(t, logo) {
			t.Errorf("%d files released, which a version names", n)
		}

		// The sheet is withdrawn: nothing names its files any more.
		d, err := w.Structures.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Structures.Delete(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if n := w.sweep(t); n != 2 || w.kept(t, logo) {
			t.Errorf("%d files released of a withdrawn sheet", n)
		}
	})
}

// TestFileStoredAgainIsNotSwept: between the judgment of a sweep and its act somebody
// sends the same file, and names it after.
func TestFileStoredAgainIsNotSwept(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		who := w.employer(t, "Les Jardins du Lac")
		id := w.registered(t, who, "32123456700009")
		w.stored(t, id, "logo")
		w.move(store.SweepAge + time.Hour)
		again := w.stored(t, id, "logo")
		if n := w.sweep(t); n != 0 || !w.kept(t, again) {
			t.Errorf("%d files released, which are about to be named", n)
		}
	})
}

func TestFileOfASheet(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		hash, err := w.KeepDocument(t.Context(), "one", picture.Document{Content: strings.NewReader("%PDF-1.7 %%EOF"), Media: "application/pdf"})
		if err != nil {
			t.Fatal(err)
		}
		r, media, err := w.File(t.Context(), "one", hash)
		if err != nil || media != "application/pdf" {
			t.Fatal(media, err)
		}
		if content, err := io.ReadAll(r); err != nil || !bytes.HasPrefix(content, []byte("%PDF")) {
			t.Errorf("%q, %v", content, err)
		}
		other, err := w.Blobs.Put(t.Context(), strings.NewReader("of a person"), store.BlobUpload{Owner: "person/x", Media: "text/plain", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.File(t.Context(), "one", other.Hash); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a file of a person is one of a sheet: %v", err)
		}
	})
}

func TestFilesThatAnOrganisationSees(t *testing.T) {
	sheet := func(hash string) registration.Sheet {
		return registration.Sheet{Logo: &structure.Picture{Large: hash, Small: hash}}
	}
	r := registration.Registration{
		Requests: []registration.Request{
			{Organisation: "a", Draft: &registration.Draft{Sheet: sheet("of a")}}, {Organisation: "b", Draft: &registration.Draft{Sheet: sheet("of b")}},
		},
		Submission: &registration.Submission{Organisation: "b", Sheet: sheet("sent by b")},
		Versions:   []registration.Version{{Sheet: sheet("published")}},
	}
	for organisation, want := range map[string]string{"a": "of a, published", "b": "of b, published, sent by b", "c": ""} {
		if got := strings.Join(r.FilesOf(organisation), ", "); got != want {
			t.Errorf("%s sees %q, want %q", organisation, got, want)
		}
	}
	if got := strings.Join(r.Files(), ", "); got != "of a, of b, published, sent by b" {
		t.Errorf("%q", got)
	}
}
