package search

import (
	"encoding/binary"
	"fmt"
	"math"
)

// packer appends values to a byte string; unpacker reads them back in the same
// order. Both keep records small and quick to read: 20 are read for every answer,
// and all of them when the index opens.
type packer struct{ b []byte }

func (p *packer) uint(n uint64)   { p.b = binary.AppendUvarint(p.b, n) }
func (p *packer) int(n int64)     { p.b = binary.AppendVarint(p.b, n) }
func (p *packer) float(f float64) { p.b = binary.LittleEndian.AppendUint64(p.b, math.Float64bits(f)) }
func (p *packer) bytes(b []byte)  { p.uint(uint64(len(b))); p.b = append(p.b, b...) }
func (p *packer) count(n int)     { p.uint(uint64(n)) } // #nosec G115 -- a length

func (p *packer) bool(set bool) {
	if set {
		p.b = append(p.b, 1)
		return
	}
	p.b = append(p.b, 0)
}

func packText[T ~string](p *packer, s T) {
	p.count(len(s))
	p.b = append(p.b, s...)
}

func packTexts[T ~string](p *packer, list []T) {
	p.count(len(list))
	for _, s := range list {
		packText(p, s)
	}
}

// unpacker remembers that it ran past the end and then gives zero values.
type unpacker struct {
	b     []byte
	text  string // of b when the texts wanted are parts of one string
	short bool
}

func (u *unpacker) fail() { u.b, u.short = nil, true }

func (u *unpacker) uint() uint64 {
	n, size := binary.Uvarint(u.b)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacker) int() int64 {
	n, size := binary.Varint(u.b)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacker) float() float64 {
	if len(u.b) < 8 {
		u.fail()
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(u.b))
	u.b = u.b[8:]
	return f
}

func (u *unpacker) bool() bool {
	if len(u.b) == 0 {
		u.fail()
		return false
	}
	set := u.b[0] == 1
	u.b = u.b[1:]
	return set
}

// bytes gives a part of what is read, not a copy.
func (u *unpacker) bytes() []byte {
	n := u.uint()
	if n > uint64(len(u.b)) {
		u.fail()
		return nil
	}
	out := u.b[:n:n]
	u.b = u.b[n:]
	return out
}

// count reads the length of a list; every element takes a byte at least.
func (u *unpacker) count() int {
	n := u.uint()
	if n > uint64(len(u.b)) {
		u.fail()
		return 0
	}
	return int(n) // #nosec G115 -- bounded by the length above
}

func unpackText[T ~string](u *unpacker) T {
	b := u.bytes()
	if u.text == "" {
		return T(b)
	}
	end := len(u.text) - len(u.b)
	return T(u.text[end-len(b) : end])
}

func unpackTexts[T ~string](u *unpacker) []T {
	n := u.count()
	if n == 0 {
		return nil
	}
	out := make([]T, 0, n)
	for range n {
		out = append(out, unpackText[T](u))
	}
	return out
}

func (u *unpacker) err(what string) error {
	if u.short {
		return fmt.Errorf("%s is cut short: %w", what, errDamaged)
	}
	return nil
}
