package drawing

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// homeCommunes are those of the home territory, some as shown.
func homeCommunes(t testing.TB, in int) (list []Commune) {
	t.Helper()
	atlas := territory.Default()
	home, err := atlas.Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	for ord := range home.Communes.All() {
		c := atlas.At(ord)
		list = append(list, Commune{Code: c.Code, Name: c.Name, Lat: c.Lat, Lon: c.Lon, In: len(list) < in})
	}
	return list
}

func render(t testing.TB, m Map) (string, *html.Node) {
	t.Helper()
	var b bytes.Buffer
	if err := Figure(m).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), doc
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if strings.EqualFold(a.Key, name) {
			return a.Val
		}
	}
	return ""
}

// classed lists the elements of a class.
func classed(doc *html.Node, class string) (out []*html.Node) {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && strings.Contains(" "+attr(n, "class")+" ", " "+class+" ") {
			out = append(out, n)
		}
	}
	return out
}

// title is the name of a part of a drawing.
func title(n *html.Node) string {
	for child := range n.ChildNodes() {
		if child.Data == "title" {
			return child.FirstChild.Data
		}
	}
	return ""
}

func TestFigureNamesWhatItShows(t *testing.T) {
	body, doc := render(t, Map{ID: "zone", Title: "Zone de l’ESAT : trois communes", Text: "Orly et deux autres.", Communes: homeCommunes(t, 3)})
	svg := classed(doc, "drawing-map")
	if len(svg) != 1 || attr(svg[0], "role") != "img" || attr(svg[0], "aria-labelledby") != "zone-titre" {
		t.Fatalf("svg: %v", svg)
	}
	if !strings.Contains(body, `<title id="zone-titre">Zone de l’ESAT`+"\u202f"+`: trois communes</title>`) {
		t.Errorf("no title in %s", body[:400])
	}
	if !strings.Contains(body, "Orly et deux autres.</figcaption>") {
		t.Error("no caption")
	}
	if strings.Contains(body, "style=") {
		t.Error("a style attribute, which the policy of the portal forbids")
	}
	if in, dots := classed(doc, "drawing-in"), classed(doc, "drawing-dot"); len(in) != 3 || len(dots) != 24 {
		t.Errorf("%d communes shown of %d, want 3 of 24", len(in), len(dots))
	}
	var radii []string
	for _, n := range classed(doc, "drawing-dot") {
		radii = append(radii, attr(n, "r"))
	}
	if radii[20] == radii[21] {
		t.Error("only colour tells a commune that is shown from another")
	}
}

func TestFigureWithLinksIsNoSingleImage(t *testing.T) {
	communes := homeCommunes(t, 1)
	communes[0].URL, communes[0].Count = "/territoires/94081?a=1&b=2", 12
	_, doc := render(t, Map{ID: "m", Communes: communes, Marks: []Mark{{Lat: 48.75, Lon: 2.4, Family: structure.Handicap, Label: "ESAT", URL: "/structures/x"}}})
	if role := attr(classed(doc, "drawing-map")[0], "role"); role != "group" {
		t.Errorf("role %q: an image hides its links", role)
	}
	links := classed(doc, "drawing-link")
	if len(links) != 2 || attr(links[0], "href") != communes[0].URL || !strings.HasSuffix(title(links[0]), ": 12\u00a0structures") || title(links[1]) != "ESAT" {
		t.Errorf("links %v", links)
	}
}

func TestMarksHaveTheShapeOfTheirFamily(t *testing.T) {
	seen := map[string]string{}
	for _, f := range structure.Families {
		_, doc := render(t, Map{ID: "m", Marks: []Mark{{Lat: 48.7, Lon: 2.4, Family: f}}})
		marks := classed(doc, "drawing-"+string(f))
		if len(marks) != 1 {
			t.Fatalf("%s: %d marks", f, len(marks))
		}
		d := attr(marks[0], "d")
		if other, taken := seen[d]; taken {
			t.Errorf("%s has the shape of %s", f, other)
		}
		seen[d] = string(f)
	}
	_, doc := render(t, Map{ID: "m", Marks: []Mark{{Lat: 48.7, Lon: 2.4, Count: 1234}}})
	if n := classed(doc, "drawing-number"); len(n) != 1 || n[0].FirstChild.Data != "1\u202f234" {
		t.Errorf("a group without its number: %v", n)
	}
}

func TestNothingLeavesThePaper(t *testing.T) {
	for name, m := range map[string]Map{
		"home":       {Communes: homeCommunes(t, 0)},
		"one point":  {Communes: homeCommunes(t, 0)[:1]},
		"circle":     {Communes: homeCommunes(t, 0)[:2], Circle: &Circle{48.75, 2.4, 60}},
		"reunion":    {Marks: []Mark{{Lat: -21.1, Lon: 55.5, Count: 4}, {Lat: 48.8, Lon: 2.3}}},
		"north":      {Communes: []Commune{{Name: "Lens", Lat: 50.4, Lon: 2.8}, {Name: "Nice", Lat: 43.7, Lon: 7.2}}},
		"no point":   {Communes: []Commune{{Name: "Nulle part", Lat: math.NaN(), Lon: math.NaN()}, {Name: "Orly", Lat: 48.74, Lon: 2.39}}},
		"pole":       {Marks: []Mark{{Lat: 90, Lon: 0}, {Lat: 89, Lon: 10}}},
		"impossible": {Marks: []Mark{{Lat: 480, Lon: 2}, {Lat: 48, Lon: 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := m.plan()
			if !ok || p.height < minHeight || p.height > maxHeight {
				t.Fatalf("height %v, %v", p.height, ok)
			}
			inside := func(x, y, r float64) {
				if !(x-r >= 0 && x+r <= width && y-r >= 0 && y+r <= p.height) {
					t.Errorf("%v %v ± %v is off a paper of %v × %v", x, y, r, width, p.height)
				}
			}
			for _, d := range p.communes {
				inside(d.x, d.y, d.radius())
			}
			for _, s := range p.marks {
				inside(s.x, s.y, radius(s.Count))
			}
			if p.circle != nil {
				inside(p.circle.x, p.circle.y, p.circle.r)
			}
		})
	}
	if _, ok := (Map{Communes: []Commune{{Lat: math.NaN()}}}).plan(); ok {
		t.Error("a drawing of nothing")
	}
	if body, _ := render(t, Map{ID: "m", Text: "Aucune position connue."}); strings.Contains(body, "<svg") || !strings.Contains(body, "Aucune position") {
		t.Errorf("a map of nothing: %s", body)
	}
}

func TestNamesDoNotOverlap(t *testing.T) {
	m := Map{Communes: homeCommunes(t, 4), Marks: []Mark{{Lat: 48.78, Lon: 2.39, Count: 31}}}
	p, _ := m.plan()
	var names []box
	for _, d := range p.communes {
		if d.label == "" {
			continue
		}
		long := float64(len([]rune(d.Name))) * letter
		left := d.lx - map[string]float64{"start": 0, "middle": 0.5, "end": 1}[d.anchor]*long
		b := box{left, d.ly - lineAbove, left + long, d.ly + lineBelow}
		if b.left < 0 || b.top < 0 || b.right > width || b.bottom > p.height {
			t.Errorf("%s is written off the paper", d.Name)
		}
		for _, o := range names {
			if b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom {
				t.Errorf("%s is written over another name", d.Name)
			}
		}
		names = append(names, b)
	}
	if len(names) < 15 {
		t.Errorf("only %d of 24 communes are named", len(names))
	}
	for _, d := range p.communes[:4] {
		if !d.In || d.label == "" {
			t.Errorf("%s, which is shown, has no name while others do", d.Name)
		}
	}
}

// Of two discs in the same place the larger keeps its number, the other is a point.
func TestNumbersDoNotHideEachOther(t *testing.T) {
	_, doc := render(t, Map{ID: "m", Communes: []Commune{
		{Name: "Gentilly", Lat: 48.8130, Lon: 2.3440, Count: 2}, {Name: "Arcueil", Lat: 48.8131, Lon: 2.3441, Count: 14}, {Name: "Juvisy", Lat: 48.69, Lon: 2.38, Count: 1},
	}})
	var numbers []string
	for _, n := range classed(doc, "drawing-number") {
		numbers = append(numbers, n.FirstChild.Data)
	}
	if got := strings.Join(numbers, " "); got != "1 14" {
		t.Errorf("numbers %q", got)
	}
	if n := len(classed(doc, "drawing-dot")); n != 1 {
		t.Errorf("%d points", n)
	}
}

// A kilometre is as long to the east as to the north.
func TestAMapIsNotSqueezed(t *testing.T) {
	f := newFrame()
	f.take(48.6, 2.2)
	f.take(48.9, 2.6)
	f.fit()
	x0, y0 := f.point(48.75, 2.4)
	x1, _ := f.point(48.75, 2.5)
	_, y1 := f.point(48.85, 2.4)
	perKM := func(units, lat, lon float64) float64 { return units / territory.DistanceKM(48.75, 2.4, lat, lon) }
	east, north := perKM(x1-x0, 48.75, 2.5), perKM(y0-y1, 48.85, 2.4)
	if math.Abs(east/north-1) > 0.01 {
		t.Errorf("%v units a km to the east, %v to the north", east, north)
	}
}

func TestCommunesAreBounded(t *testing.T) {
	var m Map
	for i := range 1000 {
		m.Communes = append(m.Communes, Commune{Name: strconv.Itoa(i), Lat: 48 + float64(i%40)/100, Lon: 2 + float64(i/40)/100, In: i == 999})
	}
	p, _ := m.plan()
	if len(p.communes) != MaxCommunes || !p.communes[0].In {
		t.Errorf("%d communes, first %v", len(p.communes), p.communes[0])
	}
}

// The point of a commune whose number found no place lies under the numbers of the
// others, though it counts more.
func TestPointsLieUnderNumbers(t *testing.T) {
	p, _ := Map{Communes: []Commune{
		{Name: "Vitry", Lat: 48.7874, Lon: 2.3928, Count: 60}, {Name: "Ivry", Lat: 48.7884, Lon: 2.3938, Count: 40},
		{Name: "Orly", Lat: 48.74, Lon: 2.39, Count: 3}, {Name: "Rungis", Lat: 48.60, Lon: 2.20, Count: 1},
	}}.plan()
	numbers := false
	var order []string
	for _, d := range p.drawn() {
		order = append(order, d.Name)
		if numbers && !d.numbered() {
			t.Errorf("the point of %s is drawn over a number: %v", d.Name, order)
		}
		numbers = numbers || d.numbered()
	}
	if order[0] != "Ivry" || order[len(order)-1] != "Vitry" {
		t.Errorf("drawn in the order %v", order)
	}
}

// A name is not written where it would be read as that of another commune's point.
func TestANameIsNotBesideAnotherPoint(t *testing.T) {
	s := &shelf{height: 600}
	athis, paray := dot{Commune: Commune{Name: "Athis-Mons", Count: 4}, x: 300, y: 300}, dot{Commune: Commune{Name: "Paray"}, x: 259, y: 282}
	for _, d := range []*dot{&athis, &paray} {
		r := d.radius()
		s.point(box{d.x - r, d.y - r, d.x + r, d.y + r})
	}
	s.put(box{310, 290, 400, 310}) // what else is there
	s.put(box{200, 290, 290, 310})
	s.name(&athis)
	if athis.anchor != "middle" || athis.ly < athis.y {
		t.Errorf("the name is at %v, %v (%s)", athis.lx, athis.ly, athis.anchor)
	}
}
