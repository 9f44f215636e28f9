package demo

import "sourcier/internal/structure"

// profile is a sort of structure that the demo territory shows.
type profile struct {
	code   string
	kinds  []structure.Kind // agreements held
	ess    []weighted[structure.ESS]
	head   [2]int  // smallest and greatest headcount
	esus   float64 // share of those of the ESS that have the ESUS agreement
	regie  bool
	local  bool           // works where it is: never far, never the whole country
	many   bool           // sends people out in several trades: temping, GEIQ
	naf    string         // APE code, when the trade does not decide it
	share  int            // in a hundred
	size   structure.Size // of a company that has neither agreement nor ESS family
	fits   string         // name under which packs list it
	agreed int            // years for which an agreement is given
}

const (
	legalAssociation = "9220"
	legalSARL        = "5499"
	legalSAS         = "5710"
	legalSA          = "5599"
	legalSCOP        = "5458"
	legalSCIC        = "5543"
	legalFoundation  = "9300"
	legalMutual      = "8210"
	legalEURL        = "5498"
	legalSole        = "1000"
)

// Headcounts and shares are those of a directory of 400; they give every kind
// several structures.
var profiles = []profile{
	{code: "esat", fits: "ESAT", kinds: kinds("ESAT"), head: [2]int{45, 190}, ess: asso(92, 0, 0, 8), naf: "8810C", share: 11, agreed: 15},
	{code: "ea", fits: "EA", kinds: kinds("EA"), head: [2]int{14, 180}, ess: asso(45, 15, 40, 0), esus: 0.6, share: 8, agreed: 5},
	{code: "eatt", fits: "EATT", kinds: kinds("EATT"), head: [2]int{12, 60}, ess: asso(40, 0, 60, 0), esus: 0.4, naf: "7820Z", share: 2, many: true, agreed: 5},
	{code: "ea-eatt", fits: "EATT", kinds: kinds("EA EATT"), head: [2]int{30, 120}, ess: asso(30, 10, 60, 0), esus: 0.7, naf: "7820Z", share: 1, many: true, agreed: 5},
	{code: "ei", fits: "EI", kinds: kinds("EI"), head: [2]int{6, 90}, ess: asso(30, 20, 50, 0), esus: 0.5, share: 11, agreed: 3},
	{code: "ei-etti", fits: "EI", kinds: kinds("EI ETTI"), head: [2]int{25, 110}, ess: asso(30, 10, 60, 0), esus: 0.8, share: 1, agreed: 3},
	{code: "aci", fits: "ACI", kinds: kinds("ACI"), head: [2]int{9, 65}, ess: asso(95, 5, 0, 0), esus: 0.3, naf: "8899B", share: 10, agreed: 3},
	{code: "aci-ai", local: true, fits: "ACI", kinds: kinds("ACI AI"), head: [2]int{30, 140}, ess: asso(100, 0, 0, 0), esus: 0.3, naf: "8899B", share: 2, agreed: 3},
	{code: "ai", local: true, fits: "AI", kinds: kinds("AI"), head: [2]int{20, 150}, ess: asso(100, 0, 0, 0), esus: 0.2, naf: "8899B", share: 4, many: true, agreed: 3},
	{code: "etti", fits: "ETTI", kinds: kinds("ETTI"), head: [2]int{20, 210}, ess: asso(25, 15, 60, 0), esus: 0.5, naf: "7820Z", share: 4, many: true, agreed: 3},
	{code: "eiti", fits: "EITI", kinds: kinds("EITI"), head: [2]int{10, 45}, ess: asso(40, 20, 40, 0), esus: 0.5, share: 2, agreed: 3},
	{code: "geiq", fits: "GEIQ", kinds: kinds("GEIQ"), head: [2]int{18, 120}, ess: asso(100, 0, 0, 0), naf: "7830Z", share: 3, many: true, agreed: 1},
	{code: "sep", fits: "SEP", kinds: kinds("SEP"), head: [2]int{12, 80}, ess: asso(35, 0, 25, 0), share: 2, agreed: 3},
	{code: "regie", local: true, fits: "REGIE", kinds: kinds("EI"), regie: true, head: [2]int{14, 70}, ess: asso(100, 0, 0, 0), esus: 0.5, naf: "8899B", share: 2, agreed: 3},
	{code: "regie-aci", local: true, fits: "REGIE", kinds: kinds("ACI"), regie: true, head: [2]int{12, 60}, ess: asso(100, 0, 0, 0), naf: "8899B", share: 1, agreed: 3},
	{code: "asso", fits: "ASSO", head: [2]int{2, 80}, ess: asso(100, 0, 0, 0), esus: 0.1, share: 6},
	{code: "coop", fits: "COOP", head: [2]int{4, 95}, ess: asso(0, 100, 0, 0), esus: 0.25, share: 6},
	{code: "scess", fits: "SCESS", head: [2]int{3, 60}, ess: asso(0, 0, 100, 0), esus: 0.6, share: 3},
	{code: "fond", fits: "FOND", head: [2]int{15, 240}, ess: asso(0, 0, 0, 100), share: 1},
	{code: "mut", fits: "MUT", head: [2]int{25, 320}, ess: []weighted[structure.ESS]{{1, structure.MUT}}, share: 1},
	{code: "tpe", fits: "PME", head: [2]int{0, 9}, share: 10, size: structure.TPE},
	{code: "pme", fits: "PME", head: [2]int{10, 230}, share: 6, size: structure.PME},
	{code: "eti", fits: "ETI", head: [2]int{260, 2400}, share: 2, size: structure.ETI},
	{code: "ge", fits: "ETI", head: [2]int{600, 7500}, share: 1, size: structure.GE},
}

// kinds reads a list of agreement kinds.
func kinds(codes string) []structure.Kind {
	var out []structure.Kind
	for _, k := range structure.Kinds {
		if hasWord(codes, string(k)) {
			out = append(out, k)
		}
	}
	return out
}

// asso weighs the ESS families: association, cooperative, commercial company of
// the ESS, foundation. What is missing to 100 is outside the ESS.
func asso(association, coop, company, foundation int) []weighted[structure.ESS] {
	return []weighted[structure.ESS]{
		{association, structure.ASSO}, {coop, structure.COOP}, {company, structure.SCESS}, {foundation, structure.FOND},
		{100 - association - coop - company - foundation, ""},
	}
}
