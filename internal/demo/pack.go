package demo

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Phrases are read from text files made to be edited by hand:
//
//	# a comment
//	= proprete
//	fits: ESAT EA EI                 profiles beside companies that do this work
//	kin: espaces-verts linge         groups that the same structure often works in
//	worker: agents
//	names: Propreté; Net             what the trade is called in a company's name
//	trade: la propreté des locaux    after "spécialisée dans", "autour de"
//	labels: iso-14001
//	traits: produits-ecolabel        characteristics that make sense
//	modes: PREST
//	means:                           lists of phrases, one a line
//	- …
//	- [nettoyage-vitres] …           kept for some sectors
//	capacity:
//	- …
//	jobs:                            what was done for a customer named as a reference
//	- …
//	@ nettoyage-locaux               what is sold, sector by sector; the trade again
//	trade: la propreté des locaux    when the group's does not say it well
//	- …
//	@ nettoyage-haut !ESAT !ACI      … which these profiles do not do
//
//go:embed phrases/*.txt
var phraseFiles embed.FS

// pack is the phrase material of a sector group.
type pack struct {
	group  string
	fits   string
	kin    []string // group codes
	sends  []string // emploi only: sectors that people are sent out for
	worker string
	names  []string
	trade  []string
	trades map[string]string // by sector code
	labels []string
	traits []string
	modes  []string
	means  []phrase
	able   []phrase // capacity
	jobs   []phrase
	offers map[string][]string // by sector code
	never  map[string][]string // by sector code: profiles that do not sell it
	order  []string            // sector codes in the order of the file
	line   *[]phrase           // list being filled
	sector string              // sector being filled
}

// phrase is a line of a list, kept for some sectors or for all of the group.
type phrase struct {
	text string
	only string // sector codes; "" is all
}

// fitting lists the phrases that suit a sector, "" being none in particular.
func fitting(list []phrase, sector string) []string {
	var out []string
	for _, p := range list {
		if p.only == "" || hasWord(p.only, sector) {
			out = append(out, p.text)
		}
	}
	return out
}

// tradeOf says what a structure of the sector does.
func (p *pack) tradeOf(sector string) string {
	if t := p.trades[sector]; t != "" {
		return t
	}
	return p.trade[0]
}

var packs = sync.OnceValue(func() map[string]*pack {
	all, err := readPacks()
	if err != nil {
		panic("demo phrases: " + err.Error()) // the files are part of the binary and tested
	}
	return all
})

// packOf gives the material of a group, or a plain one for a group without its own.
func packOf(group, label string) *pack {
	if p, ok := packs()[group]; ok {
		return p
	}
	return &pack{
		group: group, worker: "personnes", names: []string{"Services"}, trade: []string{"l’activité « " + lowerFirst(label) + " »"},
		means: []phrase{{text: "une équipe formée et un matériel entretenu chaque année"}},
		able:  []phrase{{text: "{équipe}, du lundi au vendredi"}},
		jobs:  []phrase{{text: "prestation annuelle"}},
	}
}

func readPacks() (map[string]*pack, error) {
	names, err := phraseFiles.ReadDir("phrases")
	if err != nil {
		return nil, err
	}
	all := map[string]*pack{}
	for _, entry := range names {
		text, err := phraseFiles.ReadFile("phrases/" + entry.Name())
		if err != nil {
			return nil, err
		}
		if err := parsePacks(all, string(text)); err != nil {
			return nil, fmt.Errorf("%s, %w", entry.Name(), err)
		}
	}
	return all, nil
}

// parsePacks adds the groups of one file; the error says the line.
func parsePacks(all map[string]*pack, text string) error {
	var p *pack
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if code, ok := strings.CutPrefix(line, "= "); ok {
			if all[code] != nil {
				return fmt.Errorf("line %d: group %s twice", n+1, code)
			}
			p = &pack{group: code, trades: map[string]string{}, offers: map[string][]string{}, never: map[string][]string{}}
			all[code] = p
			continue
		}
		if p == nil || !p.read(line) {
			return fmt.Errorf("line %d: %q not understood", n+1, line)
		}
	}
	return nil
}

// read takes one line of a group; false when it means nothing.
func (p *pack) read(line string) bool {
	if phrase, ok := strings.CutPrefix(line, "- "); ok {
		return p.phrase(phrase)
	}
	if head, ok := strings.CutPrefix(line, "@ "); ok {
		words := strings.Fields(head)
		p.sector, p.line = words[0], nil
		p.order = append(p.order, p.sector)
		for _, w := range words[1:] {
			p.never[p.sector] = append(p.never[p.sector], strings.TrimPrefix(w, "!"))
		}
		return true
	}
	key, value, ok := strings.Cut(line, ":")
	return ok && p.set(key, strings.TrimSpace(value))
}

// set takes a "key: value" line.
func (p *pack) set(key, value string) bool {
	if list := map[string]*[]phrase{"means": &p.means, "capacity": &p.able, "jobs": &p.jobs}[key]; list != nil {
		p.line, p.sector = list, ""
		return value == ""
	}
	if words := map[string]*[]string{"kin": &p.kin, "sends": &p.sends, "labels": &p.labels, "traits": &p.traits, "modes": &p.modes}[key]; words != nil {
		*words = strings.Fields(value)
		return true
	}
	switch {
	case key == "fits":
		p.fits = value
	case key == "worker":
		p.worker = value
	case key == "names":
		p.names = values(value)
	case key == "trade" && p.sector != "":
		p.trades[p.sector] = value
	case key == "trade":
		p.trade = values(value)
	default:
		return false
	}
	return true
}

func (p *pack) phrase(s string) bool {
	switch {
	case p.sector != "":
		p.offers[p.sector] = append(p.offers[p.sector], s)
	case p.line != nil:
		*p.line = append(*p.line, limited(s))
	default:
		return false
	}
	return true
}

// limited reads the sectors that a phrase is kept for.
func limited(s string) phrase {
	if rest, ok := strings.CutPrefix(s, "["); ok {
		if only, text, ok := strings.Cut(rest, "] "); ok {
			return phrase{text, only}
		}
	}
	return phrase{text: s}
}

// takes reports whether a profile may sell a sector of the group. Companies and
// cooperatives may sell anything.
func (p *pack) takes(fits, sector string) bool {
	if slices.Contains(p.never[sector], fits) {
		return false
	}
	return hasWord("PME COOP SCESS ETI", fits) || hasWord(p.fits, fits)
}

func values(s string) []string {
	var out []string
	for v := range strings.SplitSeq(s, ";") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToLower(string(r[0])) + string(r[1:])
}
