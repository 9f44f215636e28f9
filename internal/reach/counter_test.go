package reach

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"sourcier/internal/structure"
)

func nobodys(string) bool { return false }

func address(n int) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(n)))) //nolint:gosec // a small number
}

func byStructure(list []Month) map[string]Month {
	out := map[string]Month{}
	for _, m := range list {
		out[m.Structure] = m
	}
	return out
}

func TestAVisitorCountsOnceADay(t *testing.T) {
	day := structure.Date("2026-11-28")
	c := NewCounter(func() structure.Date { return day })
	found := Ticket{Kind: Found, Structures: []string{"a", "b"}, Words: []string{"jardin"}}
	for range 3 { // the ticket again, and again
		c.Count(address(1), found, nobodys)
	}
	c.Count(address(1), Ticket{Kind: Found, Structures: []string{"a"}, Words: []string{"tonte"}}, nobodys)
	c.Count(address(2), found, nobodys)
	c.Count(address(1), Ticket{Kind: Viewed, Structures: []string{"a"}}, nobodys)
	got := byStructure(c.Take())
	a, b := got["a"], got["b"]
	if a.Found != 2 || a.Viewed != 1 || a.Words["jardin"] != 2 || a.Words["tonte"] != 1 || b.Found != 2 || b.Viewed != 0 || a.Month != "2026-11" {
		t.Errorf("%+v\n%+v", a, b)
	}
	if again := c.Take(); len(again) != 0 {
		t.Errorf("taken twice: %+v", again)
	}
	c.Count(address(1), found, nobodys)
	if again := c.Take(); len(again) != 0 {
		t.Errorf("counted again after it was stored: %+v", again)
	}
	day = "2026-12-01"
	c.Count(address(1), found, nobodys)
	if next := byStructure(c.Take()); next["a"].Found != 1 || next["a"].Month != "2026-12" {
		t.Errorf("the next day: %+v", next)
	}
}

func TestWhoWritesASheetDoesNotCount(t *testing.T) {
	c := NewCounter(func() structure.Date { return "2026-11-28" })
	c.Count(address(1), Ticket{Kind: Found, Structures: []string{"mine", "other"}, Words: []string{"jardin"}}, func(id string) bool { return id == "mine" })
	if got := byStructure(c.Take()); len(got) != 1 || got["other"].Found != 1 || got["other"].Words["jardin"] != 1 {
		t.Errorf("%+v", got)
	}
}

func TestCounterIsBounded(t *testing.T) {
	c := NewCounter(func() structure.Date { return "2026-11-28" })
	page := make([]string, 0, maxStructures)
	for n := range maxPending + 2*maxStructures {
		if page = append(page, fmt.Sprint(n)); len(page) == maxStructures {
			c.Count(address(n), Ticket{Kind: Viewed, Structures: page}, nobodys)
			page = page[:0]
		}
	}
	kept := c.Take()
	if len(kept) != maxPending {
		t.Errorf("%d structures wait", len(kept))
	}
	c.Return(append(kept, Month{Structure: "one more", Month: "2026-11"}))
	if again := c.Take(); len(again) != maxPending {
		t.Errorf("%d structures wait after their return", len(again))
	}
	c.spent[c.hash(address(7).String())] = maxOfOne
	c.Count(address(7), Ticket{Kind: Viewed, Structures: []string{"x"}}, nobodys)
	if got := c.Take(); len(got) != 0 {
		t.Errorf("one address counts without end: %+v", got)
	}
	for n := range maxSpent {
		c.spent[uint64(n)] = 1 //nolint:gosec // a small number
	}
	c.Count(address(8), Ticket{Kind: Viewed, Structures: []string{"x"}}, nobodys)
	if got := c.Take(); len(got) != 0 {
		t.Errorf("addresses without end: %+v", got)
	}
}

func TestWhatCouldNotBeStoredComesBack(t *testing.T) {
	c := NewCounter(func() structure.Date { return "2026-11-28" })
	seen := Ticket{Kind: Viewed, Structures: []string{"a"}}
	c.Count(address(1), seen, nobodys)
	failed := c.Take()
	c.Count(address(2), seen, nobodys)
	c.Return(failed)
	if got := c.Take(); len(got) != 1 || got[0].Viewed != 2 {
		t.Errorf("%+v", got)
	}
}

func TestCountingAtOnce(t *testing.T) {
	c := NewCounter(func() structure.Date { return "2026-11-28" })
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			c.Count(address(n%10), Ticket{Kind: Found, Structures: []string{"a"}, Words: []string{"jardin"}}, nobodys)
		})
	}
	all.Wait()
	if got := c.Take(); len(got) != 1 || got[0].Found != 10 || got[0].Words["jardin"] != 10 {
		t.Errorf("%+v", got)
	}
}
