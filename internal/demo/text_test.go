package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// clumsy is what a reader would take for a machine's French.
var clumsy = regexp.MustCompile(`[{}]|%!|  | [;:!?»]|« |'|\bde (le|les|un|une)\b|(^| )à (le|les) |\bde [aeiouyéèêâîô]\w+\b des\b|l’l’|\.\.|\.;|,\.|;\.|^\s|\s$`)

// texts lists everything that people read of a structure.
func texts(s *structure.Structure) []string {
	out := append([]string{s.Name, s.TradeName, s.Description, s.Address.Street}, s.References...)
	for _, a := range s.Activities {
		out = append(out, a.Offer)
	}
	for _, l := range s.Labels {
		out = append(out, l.Name)
	}
	return out
}

func TestTextIsGoodFrench(t *testing.T) {
	descriptions, offers := map[string]string{}, map[string]int{}
	full := 0
	for _, s := range generated(t, DefaultSize) {
		for _, text := range texts(&s) {
			if at := clumsy.FindString(text); at != "" {
				t.Errorf("%s: %q in %q", s.Name, at, text)
			}
			if !utf8.ValidString(text) {
				t.Errorf("%s: broken characters in %q", s.Name, text)
			}
		}
		for _, a := range s.Activities {
			if a.Offer != "" {
				offers[a.Offer]++
			}
		}
		if s.Description == "" {
			continue
		}
		full++
		if other, ok := descriptions[s.Description]; ok {
			t.Errorf("%s and %s have the same description", s.Name, other)
		}
		descriptions[s.Description] = s.Name
		checkDescription(t, &s)
	}
	if full < DefaultSize*85/100 {
		t.Errorf("only %d of %d are described", full, DefaultSize)
	}
	for offer, n := range offers {
		if n > 4 {
			t.Errorf("%d times the offer %q", n, offer)
		}
	}
}

// checkDescription wants two to four sentences, each with its capital.
func checkDescription(t *testing.T, s *structure.Structure) {
	t.Helper()
	sentences := strings.Split(strings.TrimSuffix(s.Description, "."), ". ")
	if len(sentences) < 2 || len(sentences) > 4 {
		t.Errorf("%s: %d sentences in %q", s.Name, len(sentences), s.Description)
	}
	for _, one := range sentences {
		if first, _ := utf8.DecodeRuneInString(one); strings.ToUpper(string(first)) != string(first) {
			t.Errorf("%s: no capital in %q", s.Name, one)
		}
	}
	if n := utf8.RuneCountInString(s.Description); n < 110 || n > 620 {
		t.Errorf("%s: %d characters in %q", s.Name, n, s.Description)
	}
}

// TestSheetsDoNotLookAlike: no opening, and no closing, comes back too often.
func TestSheetsDoNotLookAlike(t *testing.T) {
	openings := map[string]int{}
	for _, s := range generated(t, DefaultSize) {
		if words := strings.Fields(s.Description); len(words) > 9 {
			openings[strings.Join(words[:9], " ")]++
		}
	}
	for words, n := range openings {
		if n > 8 {
			t.Errorf("%d descriptions begin with %q", n, words)
		}
	}
}

// TestEveryGroupHasPhrases: a new group or sector of the taxonomy needs words here.
func TestEveryGroupHasPhrases(t *testing.T) {
	tax := taxonomy.Default()
	for _, g := range tax.Groups() {
		p, ok := packs()[g.Code]
		if !ok {
			t.Errorf("group %s has no phrases: add it to internal/demo/phrases", g.Code)
			continue
		}
		if len(p.names) < 3 || len(p.trade) == 0 || p.worker == "" || len(p.kin) == 0 || len(p.traits) == 0 {
			t.Errorf("group %s lacks names, trade, worker, kin or traits", g.Code)
		}
		for _, code := range p.traits {
			if _, ok := tax.Characteristic(code); !ok {
				t.Errorf("group %s: no characteristic %s", g.Code, code)
			}
		}
		for _, code := range p.labels {
			if known, ok := taxonomy.NationalLabelOf(code); !ok || known.Code != code {
				t.Errorf("group %s: no label %s", g.Code, code)
			}
		}
		for _, code := range p.kin {
			if _, ok := tax.Group(code); !ok {
				t.Errorf("group %s: no group %s", g.Code, code)
			}
		}
	}
}

func TestEverySectorHasPhrases(t *testing.T) {
	tax := taxonomy.Default()
	for _, s := range tax.Sectors() {
		p := packOf(s.Group, "")
		if len(p.offers[s.Code]) < 2 {
			t.Errorf("sector %s has %d offers, wants 2", s.Code, len(p.offers[s.Code]))
		}
		if len(fitting(p.means, s.Code)) < 2 || len(fitting(p.able, s.Code)) < 2 || len(fitting(p.jobs, s.Code)) < 1 {
			t.Errorf("sector %s lacks means, capacity or jobs", s.Code)
		}
		if trade := p.tradeOf(s.Code); !strings.HasPrefix(trade, "la ") && !strings.HasPrefix(trade, "l’") {
			t.Errorf("sector %s: %q does not read well after « dans » and « autour de »", s.Code, trade)
		}
	}
	for group, p := range packs() {
		checkPackCodes(t, tax, group, p)
	}
}

// checkPackCodes finds phrases for what the taxonomy no longer has.
func checkPackCodes(t *testing.T, tax *taxonomy.Taxonomy, group string, p *pack) {
	t.Helper()
	codes := append(slices.Clone(p.order), p.sends...)
	for _, list := range [][]phrase{p.means, p.able, p.jobs} {
		for _, line := range list {
			codes = append(codes, strings.Fields(line.only)...)
		}
	}
	for _, code := range codes {
		if s, ok := tax.Sector(code); !ok {
			t.Errorf("group %s: no sector %s", group, code)
		} else if s.Group != group && !slices.Contains(p.sends, code) {
			t.Errorf("group %s: sector %s belongs to %s", group, code, s.Group)
		}
	}
}

// TestEveryPhraseExpands draws each phrase several times, for a small structure
// and a large one.
func TestEveryPhraseExpands(t *testing.T) {
	var all []string
	for _, p := range packs() {
		for _, list := range [][]phrase{p.means, p.able, p.jobs} {
			for _, line := range list {
				all = append(all, line.text)
			}
		}
		for _, list := range p.offers {
			all = append(all, list...)
		}
	}
	for _, lists := range []map[string][]string{whoAre, howWorks} {
		for _, list := range lists {
			all = append(all, list...)
		}
	}
	for _, line := range forWhom {
		all = append(all, line.text)
	}
	all = append(append(all, sentOut...), someCustomers...)
	for _, c := range append(append([]customer{}, anyone...), departments...) {
		all = append(all, c.line, c.phrase)
	}
	for _, text := range all {
		for i, head := range []int{1, 8, 30, 200} {
			s := &slots{d: newDice(3, forStructure, i), head: head, worker: "agents", city: "Les Ulis", inDept: "dans l’Essonne", ofDept: "de l’Essonne",
				trade: "la propreté", name: "Exemple", started: 1999, jobs: []string{"Tonte"}}
			if got := typo(elisions.Replace(sentence(s.expand(text)))); clumsy.MatchString(got) {
				t.Errorf("%q gives %q", text, got)
			}
		}
	}
}

func TestExpand(t *testing.T) {
	s := &slots{d: newDice(1, forStructure, 1), head: 12, worker: "agents", city: "Le Kremlin-Bicêtre", inDept: "dans le Val-de-Marne",
		ofDept: "du Val-de-Marne", trade: "la propreté", name: "Calivette", started: 2001}
	for phrase, want := range map[string]string{
		"{nom}, {à ville}":         "Calivette, au Kremlin-Bicêtre",
		"mairie {de ville}":        "mairie du Kremlin-Bicêtre",
		"{dans dept} {de dept}":    "dans le Val-de-Marne du Val-de-Marne",
		"{effectif} {agents}":      "12 agents",
		"depuis {année}":           "depuis 2001",
		"{3..3} sites":             "3 sites",
		"{n 4..4} sites":           "quatre sites",
		"{inconnu} reste visible":  "{inconnu} reste visible",
		"sans rien":                "sans rien",
		"{équipe} et {métier}":     "deux équipes de quatre agents et la propreté",
		"{12000..12000} m² en {2}": "12\u202f000 m² en {2}",
	} {
		if got := s.expand(phrase); got != want && phrase != "{équipe} et {métier}" {
			t.Errorf("%q gives %q, want %q", phrase, got, want)
		}
	}
	if got := s.expand("{équipe}"); !regexp.MustCompile(`^deux équipes (mobiles )?de (trois|quatre|cinq) agents$`).MatchString(got) {
		t.Errorf("a dozen people make %q", got)
	}
}

func TestTypo(t *testing.T) {
	for in, want := range map[string]string{
		"l'eau : 12 m² ; oui !":     "l’eau\u202f: 12\u00a0m²\u202f; oui\u202f!",
		"« fait maison », 80 % bio": "«\u00a0fait maison\u00a0», 80\u00a0% bio",
		"de 8 h à 19 h.":            "de 8\u00a0h à 19\u00a0h.",
		"quai n° 4":                 "quai n°\u00a04",
	} {
		if got := typo(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	if grouped(1234567) != "1\u202f234\u202f567" || grouped(999) != "999" {
		t.Errorf("thousands: %q, %q", grouped(1234567), grouped(999))
	}
}

func TestPlacesInSentences(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{inDepartment("94", "Val-de-Marne"), "dans le Val-de-Marne"}, {ofDepartment("94", "Val-de-Marne"), "du Val-de-Marne"},
		{inDepartment("91", "Essonne"), "dans l’Essonne"}, {ofDepartment("91", "Essonne"), "de l’Essonne"},
		{inDepartment("92", "Hauts-de-Seine"), "dans les Hauts-de-Seine"}, {ofDepartment("92", "Hauts-de-Seine"), "des Hauts-de-Seine"},
		{inDepartment("93", "Seine-Saint-Denis"), "en Seine-Saint-Denis"}, {ofDepartment("93", "Seine-Saint-Denis"), "de Seine-Saint-Denis"},
		{inDepartment("75", "Paris"), "à Paris"}, {ofDepartment("35", "Ille-et-Vilaine"), "d’Ille-et-Vilaine"},
		{inDepartment("33", "Gironde"), "dans la Gironde"}, {ofDepartment("34", "Hérault"), "de l’Hérault"},
		{atCommune("Les Ulis"), "aux Ulis"}, {ofCommune("L’Haÿ-les-Roses"), "de L’Haÿ-les-Roses"}, {ofCommune("Ivry-sur-Seine"), "d’Ivry-sur-Seine"},
		{cityName("Paris 13e Arrondissement"), "Paris"}, {cityName("Vitry-sur-Seine"), "Vitry-sur-Seine"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestParsePacksRefuses(t *testing.T) {
	for _, text := range []string{
		"- phrase before any group", "= a\n- phrase outside a list", "= a\nunknown: x", "= a\nmeans: text on the same line", "= a\n= a", "= a\nno colon",
	} {
		if err := parsePacks(map[string]*pack{}, text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	all := map[string]*pack{}
	if err := parsePacks(all, "= a\nfits: ESAT\nmeans:\n- [x y] one\n- two\n@ x !ESAT\ntrade: la chose\n- sold\n"); err != nil {
		t.Fatal(err)
	}
	p := all["a"]
	if len(fitting(p.means, "x")) != 2 || len(fitting(p.means, "z")) != 1 || p.takes("ESAT", "x") || !p.takes("ESAT", "y") || p.takes("EI", "y") || !p.takes("PME", "x") {
		t.Errorf("read as %+v", p)
	}
}

func FuzzParsePacks(f *testing.F) {
	f.Add("= a\nfits: ESAT\nmeans:\n- [x] one\n@ x !ESAT\n- sold {2..3} {a|b}\n")
	f.Add("= \n@ \n- \n:")
	f.Fuzz(func(t *testing.T, text string) {
		all := map[string]*pack{}
		if parsePacks(all, text) != nil {
			return
		}
		for code, p := range all {
			if p.group != code {
				t.Errorf("group %q kept under %q", p.group, code)
			}
		}
	})
}

func FuzzExpand(f *testing.F) {
	f.Add("{n 2..6} {v 1..9} {a|b} {client}")
	f.Add("{{}}{5..1}{..}{n }{-3..-1}")
	f.Fuzz(func(t *testing.T, phrase string) {
		if strings.Count(phrase, "{") > 100 {
			t.Skip("more braces than any phrase has")
		}
		s := &slots{d: newDice(1, forStructure, 1), head: 9, worker: "agents"}
		s.expand(phrase)
	})
}

// TestPlansNameWhatExists: the lists of common needs and trades use codes of the taxonomy.
func TestPlansNameWhatExists(t *testing.T) {
	tax := taxonomy.Default()
	codes := slices.Clone(usual)
	for _, need := range common {
		codes = append(codes, need.sectors...)
		for _, code := range need.profiles {
			if !slices.ContainsFunc(profiles, func(p profile) bool { return p.code == code }) {
				t.Errorf("no profile %s", code)
			}
		}
	}
	for _, code := range codes {
		if _, ok := tax.Sector(code); !ok {
			t.Errorf("no sector %s", code)
		}
	}
	total := 0
	for _, p := range profiles {
		total += p.share
		for _, form := range []string{p.code} {
			if len(whoAre[form]) == 0 && !p.regie && p.code != "ea-eatt" && p.code != "ge" {
				t.Errorf("profile %s has no opening", p.code)
			}
		}
	}
	if total != 100 {
		t.Errorf("the shares of the profiles make %d, not 100", total)
	}
}
