package territory

import (
	"fmt"
	"strings"
)

// maxEcho bounds how much of an unknown value an error repeats, in bytes.
const maxEcho = 40

// Resolve reads a territory value: an INSEE commune code (bare, old codes
// included; 75056 is Paris with its arrondissements), dep:94 (a bare 2- or
// 3-character department code too), reg:11, epci:SIREN (an EPT too), FR.
// Case and surrounding spaces do not matter. It returns ErrUnknown, or
// ErrQuarter for qpv:.
//
// It allocates nothing for what exists: the Set is shared, see Set.
func (a *Atlas) Resolve(value string) (Territory, error) {
	if t, ok := a.lookup(value); ok {
		return t, nil
	}
	clean := strings.TrimSpace(value)
	kind, code, prefixed := strings.Cut(clean, ":")
	if prefixed {
		clean = strings.ToLower(kind) + ":" + strings.ToUpper(strings.TrimSpace(code))
	} else {
		clean = strings.ToUpper(clean)
	}
	if strings.HasPrefix(clean, "qpv:") {
		return Territory{}, fmt.Errorf("%w: %s", ErrQuarter, echo(clean))
	}
	if t, ok := a.lookup(clean); ok {
		return t, nil
	}
	return Territory{}, fmt.Errorf("%w: %q", ErrUnknown, echo(value))
}

// lookup reads a value already in its canonical spelling, or one of the two
// bare forms.
func (a *Atlas) lookup(value string) (Territory, bool) {
	if t, ok := a.areas[value]; ok {
		return t, true
	}
	switch len(value) {
	case 2, 3:
		if _, ok := a.depts[value]; ok {
			return a.areas["dep:"+value], true
		}
	case 5:
		if ord, ok := a.ordinals[value]; ok {
			return a.commune(ord), true
		}
	}
	return Territory{}, false
}

// commune is the territory of one commune, a city with its arrondissements.
func (a *Atlas) commune(ord uint32) Territory {
	c := &a.communes[ord]
	if t, ok := a.areas[c.Code]; ok {
		return t
	}
	// The capacity is cut, so that not even a careless Put beyond the word
	// reaches the next commune.
	return Territory{Value: c.Code, Kind: KindCommune, Label: c.Name,
		Communes: Set{base: int(ord >> 6), words: a.single[ord : ord+1 : ord+1], n: 1}}
}

func echo(s string) string {
	if len(s) > maxEcho {
		s = strings.ToValidUTF8(s[:maxEcho], "") + "…"
	}
	return s
}

// Of lists the territory values that contain the commune, smallest first:
// commune (and its parent city), EPT, EPCI, department, region. It is nil for
// an unknown code.
func (a *Atlas) Of(code string) []string {
	c, ok := a.Commune(code)
	if !ok {
		return nil
	}
	list := make([]string, 0, 6)
	list = append(list, c.Code)
	if c.Parent != "" {
		list = append(list, c.Parent)
	}
	if c.EPT != "" {
		list = append(list, "epci:"+c.EPT)
	}
	if c.EPCI != "" {
		list = append(list, "epci:"+c.EPCI)
	}
	return append(list, "dep:"+c.Department, "reg:"+c.Region)
}
