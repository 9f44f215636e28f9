package web

import (
	"net/netip"
	"testing"
)

// TestRoomsOfOneClient: one client cannot take the room of all, and has its own
// again when it leaves.
func TestRoomsOfOneClient(t *testing.T) {
	r := newRooms(64, 8)
	one, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	var leave func()
	for range 8 {
		var ok bool
		if leave, ok = r.enter(one); !ok {
			t.Fatal("no room in an empty portal")
		}
	}
	if _, ok := r.enter(one); ok {
		t.Error("one client has more than its share")
	}
	if _, ok := r.enter(other); !ok {
		t.Error("another finds no room")
	}
	leave()
	if _, ok := r.enter(one); !ok {
		t.Error("what has left is still counted")
	}
}
