package buyer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

var at = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func member(role account.Role, kind account.OrganisationKind) Member {
	return Member{Person: "p-" + string(role), Organisation: "o", Kind: kind, Role: role}
}

func TestWhoMayDoWhat(t *testing.T) {
	for _, c := range []struct {
		role                 account.Role
		kind                 account.OrganisationKind
		reads, notes, writes bool
	}{
		{account.Buyer, account.KindPublic, true, true, true},
		{account.Buyer, account.KindPrivate, true, true, true},
		{account.Prescripteur, account.KindPublic, true, true, false},
		{account.Facilitateur, account.KindPublic, true, false, false},
		{account.Facilitateur, account.KindNetwork, false, false, false},
		{account.Organiser, account.KindPublic, false, false, false},
		{account.SpaserLead, account.KindPublic, false, false, false},
		{account.Structure, account.KindOwner, false, false, false},
		{account.Administrator, account.KindPortal, false, false, false},
		{"", "", false, false, false},
	} {
		m := member(c.role, c.kind)
		if m.Reads() != c.reads || m.Notes() != c.notes || m.Writes() != c.writes {
			t.Errorf("%s of %s: %v %v %v", c.role, c.kind, m.Reads(), m.Notes(), m.Writes())
		}
	}
}

func isFault(err error) bool {
	var f account.Fault
	return errors.As(err, &f)
}

func TestBinderBounds(t *testing.T) {
	ada, b := member(account.Buyer, account.KindPublic), &Binder{}
	for i := range MaxLists {
		if err := b.Create(ada, fmt.Sprint(i), fmt.Sprint("Liste ", i), at); err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range map[string]error{
		"one more": b.Create(ada, "x", "Une de plus", at), "a taken name": b.Rename(ada, "1", "LISTE 2"), "no name": b.Rename(ada, "1", " "),
		"a long name": b.Rename(ada, "1", strings.Repeat("é", MaxName+1)), "two lines": b.Rename(ada, "1", "a\nb"), "turned": b.Rename(ada, "1", "a\u202eb"),
	} {
		if !isFault(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.Rename(ada, "1", strings.Repeat("é", MaxName)); err != nil {
		t.Error(err)
	}
	if err := b.Create(ada, "1", "Autre nom", at); !errors.Is(err, ErrUnchanged) {
		t.Errorf("the same form again: %v", err)
	}
	if err := b.Rename(ada, "absente", "a"); !errors.Is(err, ErrNoList) {
		t.Error(err)
	}
}

// A list comes back under another name when its own was given away.
func TestRestoreUnderAnotherName(t *testing.T) {
	ada, b := member(account.Buyer, account.KindPublic), &Binder{}
	long := strings.Repeat("é", MaxName)
	for _, step := range []error{b.Create(ada, "1", long, at), b.Delete(ada, "1", at), b.Create(ada, "2", long, at), b.Restore(ada, "1", at)} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if got := b.List("1").Name; !strings.HasSuffix(got, " (2)") || len([]rune(got)) != MaxName {
		t.Errorf("%q", got)
	}
	if err := b.Restore(ada, "1", at); !errors.Is(err, ErrUnchanged) {
		t.Error(err)
	}
}

func TestNotesHaveABound(t *testing.T) {
	ada, l := member(account.Buyer, account.KindPublic), &List{}
	for i := range MaxEntries {
		l.Entries = append(l.Entries, Entry{Structure: fmt.Sprint(i)})
	}
	if err := l.Write(ada, "0", strings.Repeat("é", MaxNote+1), 0, at); !isFault(err) {
		t.Errorf("a long note: %v", err)
	}
	if err := l.Write(ada, "absente", "a", 0, at); !errors.Is(err, ErrNoEntry) {
		t.Error(err)
	}
	var err error
	n := 0
	for ; n < MaxEntries && err == nil; n++ { // « < » takes six bytes
		err = l.Write(ada, fmt.Sprint(n), strings.Repeat("<", MaxNote), 0, at)
	}
	if !isFault(err) || n < MaxNotes/6/MaxNote {
		t.Errorf("after %d notes: %v", n, err)
	}
}

func TestOnlyTheOwnerChangesAPrivateSearch(t *testing.T) {
	ada, ben := member(account.Buyer, account.KindPublic), member(account.Prescripteur, account.KindPublic)
	s, err := NewSearch(ben, "s", "Tonte", "q=tonte", false, at)
	if err != nil || s.Sees(ada) || !s.Changes(ben) {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := s.Describe(ben, "Tonte", true); !isFault(err) {
		t.Errorf("a prescripteur shares: %v", err)
	}
	s, err = NewSearch(ada, "s", "Tonte", "q=tonte", true, at)
	if err != nil || !s.Sees(ben) || s.Changes(ben) {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := s.Follow(ben, true, 0, at); err != nil {
		t.Fatal(err)
	}
	if err := s.Describe(ada, "Tonte", false); err != nil || s.Follows(ben.Person) {
		t.Errorf("no longer shared, still followed: %+v, %v", s, err)
	}
	if _, err := NewSearch(ada, "s", "a", strings.Repeat("a", MaxQuery+1), false, at); !isFault(err) {
		t.Errorf("a long query: %v", err)
	}
}

func TestJudge(t *testing.T) {
	day := func(n int) structure.Date { return structure.DateOf(at).AddDays(n) }
	when := func(n int) time.Time { return at.AddDate(0, 0, n) }
	k := Begin("s", []string{"a", "b"}, day(0))
	steps := []struct {
		day  int
		ids  string
		news string
	}{
		{1, "a b c", "c"}, {1, "a b c d", ""}, {2, "b", ""}, {3, "a b c", ""}, {4, "b", ""}, {34, "a b e", "a e"},
	}
	told := 0
	for _, s := range steps {
		again := k.Day == day(s.day)
		if k.Judge(strings.Fields(s.ids), day(s.day), when(s.day)) == again {
			t.Errorf("day %d is judged once more", s.day)
		}
		_, ids, _ := k.Since(told)
		if got := strings.Join(ids, " "); got != s.news {
			t.Errorf("day %d: news %q, want %q", s.day, got, s.news)
		}
		told = k.Seq
	}
}

func TestKnownHasABound(t *testing.T) {
	ids := func(from int) (out []string) {
		for i := range MaxMatches {
			out = append(out, fmt.Sprint(from+i))
		}
		return out
	}
	k, day := Begin("s", ids(0), structure.DateOf(at)), structure.DateOf(at)
	for n := 1; n <= 5; n++ {
		if !k.Judge(ids(n*MaxMatches), day.AddDays(n), at.AddDate(0, 0, n)) {
			t.Fatal("not judged")
		}
	}
	gone := 0
	for _, g := range k.Gone {
		gone += len(g.Marks)
	}
	if len(k.Here) != MaxMatches*markSize || gone > MaxMatches*markSize || len(k.News) != 5 || len(k.News[4].IDs) != MaxFound || k.News[4].Total != MaxMatches {
		t.Errorf("%d here, %d gone, %d news", len(k.Here), gone, len(k.News))
	}
	if !slices.IsSorted([]structure.Date{k.Gone[0].Day, k.Day}) {
		t.Error("the oldest are kept")
	}
}

func TestTroubleIsToldOnce(t *testing.T) {
	k, day := Begin("s", []string{"a"}, structure.DateOf(at)), structure.DateOf(at)
	for n := 1; n <= 3; n++ {
		k.Fail(Unreadable, day.AddDays(n), at.AddDate(0, 0, n))
	}
	if _, _, trouble := k.Since(0); trouble != Unreadable || len(k.News) != 1 {
		t.Errorf("%q, %d news", trouble, len(k.News))
	}
	k.Judge([]string{"a", "b"}, day.AddDays(4), at.AddDate(0, 0, 4))
	if total, _, trouble := k.Since(0); total != 1 || trouble != "" {
		t.Errorf("mended: %d, %q", total, trouble)
	}
}
