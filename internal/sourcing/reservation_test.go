package sourcing_test

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// judged is testdata/reservation.txt: structures made by hand, and what a study of each
// lot must say.
type judged struct {
	parties map[string]*sourcing.Party
	held    map[string]int64
	lots    []judgedLot
}

// judgedLot is a lot and what was written of it beforehand.
type judgedLot struct {
	name     string
	need     sourcing.Need
	on       structure.Date
	services []sourcing.ServiceRange
	want     map[string]string // by the first word of the line
}

// TestReservation is the proof: every lot gets the verdicts, counts, circles and warnings
// that were written before.
func TestReservation(t *testing.T) {
	j := readJudged(t)
	lines, bases := 0, map[structure.Basis]bool{}
	for _, lot := range j.lots {
		t.Run(lot.name, func(t *testing.T) {
			s := j.study(lot)
			for what, want := range lot.want {
				lines++
				if err := check(&s, what, want); err != nil {
					t.Errorf("%v\nverdicts: %+v", err, s.Verdicts)
				}
			}
			for _, v := range s.Verdicts {
				if v.Code == sourcing.Reservable {
					bases[v.Basis] = true
				}
				if len(v.Reasons) == 0 {
					t.Errorf("%s has no reason", v.Code)
				}
			}
		})
	}
	if len(bases) != len(structure.Bases) {
		t.Errorf("lots are reserved under %v, not under each basis", bases)
	}
	t.Logf("figure: %d lots over %d structures, %d lines written beforehand hold, each of %d bases reserves one", len(j.lots), len(j.parties), lines, len(bases))
}

func check(s *sourcing.Study, what, want string) error {
	got := ""
	switch what {
	case "verdicts":
		got = verdictsOf(s)
	case "counts":
		got = countsOf(s, want)
	case "circles":
		got = circlesOf(s, strings.Fields(want)[0])
	case "warnings", "nowarnings":
		for _, code := range strings.Fields(want) {
			has := slices.ContainsFunc(s.Warnings, func(w sourcing.Warning) bool { return w.Code == code })
			if has != (what == "warnings") {
				return fmt.Errorf("warning %s: %v", code, has)
			}
		}
		return nil
	}
	if got != want {
		return fmt.Errorf("%s\n got %s\nwant %s", what, got, want)
	}
	return nil
}

func verdictsOf(s *sourcing.Study) string {
	var list []string
	for _, v := range s.Verdicts {
		code := string(v.Code)
		if v.Basis != "" {
			code += "/" + string(v.Basis)
		}
		list = append(list, code)
	}
	return strings.Join(list, " ")
}

// countsOf writes the counts of the bases that want names, as the file does.
func countsOf(s *sourcing.Study, want string) string {
	var list []string
	for _, field := range strings.Fields(want) {
		short, _, _ := strings.Cut(field, "=")
		b := basisOf(s, short)
		text := fmt.Sprintf("%s=%d", short, b.Answerers)
		for _, part := range []struct {
			mark string
			n    int
		}{{"+", b.Joint}, {"?", b.Unsure}, {"<", b.Short}} {
			if part.n > 0 {
				text += part.mark + strconv.Itoa(part.n)
			}
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

func circlesOf(s *sourcing.Study, short string) string {
	text := short
	for _, c := range basisOf(s, short).Circles {
		text += " " + strconv.Itoa(c.Declared+c.France)
	}
	return text
}

func basisOf(s *sourcing.Study, short string) sourcing.BasisStudy {
	i := slices.IndexFunc(s.Bases, func(b sourcing.BasisStudy) bool { return b.Basis == structure.Basis("L2113-"+short) })
	return s.Bases[i]
}

func (j *judged) study(lot judgedLot) sourcing.Study {
	atlas := territory.Default()
	home, err := atlas.Resolve("epci:200058014")
	if err != nil {
		panic(err)
	}
	field := sourcing.NewField(atlas, home, lot.need.Sectors, lot.need.Mode, lot.need.Places)
	var fits []sourcing.Fit
	for _, p := range j.parties { // in any order
		if f, ok := field.Fit(p, p.Claims(structure.DefaultBasisRules(), lot.on)); ok {
			fits = append(fits, f)
		}
	}
	return sourcing.Judge(lot.need, fits, sourcing.By{On: lot.on, Asked: sourcing.DefaultThreshold, Law: sourcing.DefaultLaw(), Services: lot.services, Held: j.held,
		Party: func(id string) *sourcing.Party { return j.parties[id] }})
}

func readJudged(t *testing.T) *judged {
	t.Helper()
	f, err := os.Open("testdata/reservation.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	j := &judged{parties: map[string]*sourcing.Party{}, held: map[string]int64{}}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		cells := strings.Split(rest, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case line == "" || word == "#" || strings.HasPrefix(word, "#"):
		case word == "structure":
			j.addStructure(t, cells)
		case word == "groupement":
			j.addGroupement(t, cells)
		case word == "lot":
			j.lots = append(j.lots, readLot(t, cells))
		default:
			j.lots[len(j.lots)-1].want[word] = strings.TrimSpace(rest)
		}
	}
	if lines.Err() != nil || len(j.lots) == 0 {
		t.Fatal("nothing is judged", lines.Err())
	}
	return j
}

func cell(cells []string, n int) string {
	if n < len(cells) {
		return cells[n]
	}
	return ""
}

func (j *judged) add(t *testing.T, s structure.Structure) {
	t.Helper()
	if c, ok := territory.Default().Commune(s.Address.Commune); ok {
		s.Address.Point = structure.Point{Lat: c.Lat, Lon: c.Lon, Precision: structure.PrecisionCommune}
	} else {
		t.Fatalf("%s is in no commune", s.Name)
	}
	p, ok := sourcing.NewParty(&s)
	if !ok || j.parties[s.ID] != nil {
		t.Fatalf("%s is no party, or twice one", s.Name)
	}
	j.parties[s.ID] = &p
}

func (j *judged) addStructure(t *testing.T, cells []string) {
	t.Helper()
	s := structure.Structure{ID: cells[0], Name: cells[0], SIRET: cells[1] + fmt.Sprintf("%05d", len(j.parties)), Address: structure.Address{Commune: cells[2]},
		Activities: sales(t, cells[4]), Workforce: structure.Workforce(cell(cells, 5))}
	for _, text := range strings.Split(cells[3], ",") {
		if slices.Contains(structure.ESSFamilies, structure.ESS(text)) {
			s.ESS = structure.ESS(text)
			continue
		}
		s.Agreements = append(s.Agreements, agreement(t, text))
	}
	if order, _ := strconv.Atoi(cell(cells, 6)); order > 0 {
		s.Offers = []structure.Offer{{Title: "Offre", MaxEuros: order}}
	}
	j.held[cells[1]], _ = strconv.ParseInt(cell(cells, 7), 10, 64)
	j.add(t, s)
}

func agreement(t *testing.T, text string) structure.Agreement {
	t.Helper()
	a := structure.Agreement{Kind: structure.Kind(text), AsOf: "2026-11-01"}
	if i := strings.IndexAny(text, "<!@"); i >= 0 {
		a.Kind = structure.Kind(text[:i])
		day := structure.Date(text[i+1:])
		switch text[i] {
		case '<':
			a.End = day
		case '!':
			a.Stale = day
		default:
			a.AsOf = day
		}
	}
	if !slices.Contains(structure.Kinds, a.Kind) {
		t.Fatalf("no agreement: %s", text)
	}
	return a
}

func sales(t *testing.T, text string) (list []structure.Activity) {
	t.Helper()
	for _, one := range strings.Split(text, ";") {
		parts := strings.Split(strings.TrimSpace(one), "/")
		sector, derived := strings.CutPrefix(parts[0], "~")
		a := structure.Activity{Sectors: []string{sector}, Derived: derived}
		for _, m := range strings.Split(parts[1], "+") {
			if m != "?" {
				a.Modes = append(a.Modes, structure.Mode(m))
			}
		}
		km, radius := strings.CutSuffix(parts[2], "km")
		switch {
		case radius:
			a.Zone.RadiusKM, _ = strconv.ParseFloat(km, 64)
		case parts[2] == "FR":
			a.Zone.France = true
		case parts[2] != "?":
			a.Zone.Territories = strings.Split(parts[2], "+")
		}
		list = append(list, a)
	}
	return list
}

func (j *judged) addGroupement(t *testing.T, cells []string) {
	t.Helper()
	g := &structure.Groupement{Document: cells[0]}
	for _, id := range strings.Split(cells[3], ",") {
		p := j.parties[strings.TrimSpace(id)]
		if p == nil {
			t.Fatalf("no member: %s", id)
		}
		g.Members = append(g.Members, structure.GroupementMember{ID: p.ID, Name: p.Name, Agreements: p.Agreements, ESS: p.ESS})
	}
	j.add(t, structure.Structure{ID: cells[0], Name: cells[0], Groupement: g, Address: structure.Address{Commune: cells[1]}, Activities: sales(t, cells[2])})
}

func readLot(t *testing.T, cells []string) judgedLot {
	t.Helper()
	set := map[string]string{"mode": "PREST", "places": "94081", "euros": "50000", "months": "12", "nature": string(sourcing.Services), "lots": "1", "on": "2026-11-28"}
	for _, pair := range strings.Fields(cell(cells, 2)) {
		key, value, _ := strings.Cut(pair, "=")
		set[key] = value
	}
	number := func(key, otherwise string) int64 {
		n, err := strconv.ParseInt(cmp.Or(set[key], otherwise), 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", cells[0], err)
		}
		return n
	}
	p := sourcing.Purchase{Euros: number("euros", "0"), Months: int(number("months", "0")), Lots: []sourcing.Lot{{}}}
	lot := judgedLot{name: cells[0], on: structure.Date(set["on"]), want: map[string]string{}, need: sourcing.Need{
		Nature: sourcing.Nature(set["nature"]), CPV: set["cpv"], Mode: structure.Mode(set["mode"]), Euros: p.Euros, Annual: p.AnnualOf(&p.Lots[0]),
		Whole: number("whole", set["euros"]), SmallLots: number("small", "0"), Months: p.Months, Lots: int(number("lots", "")),
		TakeOver: sourcing.Said(set["takeover"]), SetAside: strings.ReplaceAll(set["aside"], "_", " "), Publication: structure.Date(set["publication"]),
	}}
	if cells[1] != "-" {
		lot.need.Sectors = []string{cells[1]}
	}
	if set["places"] != "" {
		lot.need.Places = []string{set["places"]}
	}
	if first, last, ok := strings.Cut(set["list"], "-"); ok {
		lot.services = []sourcing.ServiceRange{{From: "2019-04-01", First: first, Last: last, Source: "Avis annexé"}}
	}
	return lot
}
