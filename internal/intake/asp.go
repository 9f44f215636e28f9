package intake

import (
	"regexp"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// The ASP sends the SIAE under agreement in files of which two are read together:
// the structures, which say who and where, and the financial annexes, which say
// of which kind and until when. Both stand between a line "DEB…" and a line
// "FIN<number of lines>".
const (
	roleSIAE    = "siae"
	roleAnnexes = "annexes"
)

// Columns of fluxIAE_Structure that are read, in the order in which they are set
// aside. The correspondent is a person: neither name nor address is read.
const (
	siaeID = iota
	siaeSIRET
	siaeSigned // the SIRET when the agreement was signed
	siaeName
	siaeNAF
	siaeLegal
	siaeManaged // address from which it is managed, aspAddress columns
	siaeSeat    = siaeManaged + aspAddress
	siaeColumns = siaeSeat + aspAddress
)

// Columns of an address.
const (
	aspNumber = iota
	aspRepetition
	aspStreetType
	aspStreetName
	aspComplement
	aspFlat
	aspEntrance
	aspPostCode
	aspCity
	aspCommune
	aspPhone
	aspAddress
)

var siaeNames = func() []string {
	names := []string{"structure_id_siae", "structure_siret_actualise", "structure_siret_signature", "structure_denomination",
		"structure_code_naf", "structure_categorie_juridique_code"}
	for _, of := range []string{"gestion", "admin"} {
		for _, part := range []string{"numero", "cplt_num_voie", "type_voie", "nom_voie", "cplt_adresse", "numero_apt", "entree",
			"cp", "commune", "code_insee", "telephone"} {
			names = append(names, "structure_adresse_"+of+"_"+part)
		}
	}
	return names
}()

// Columns of fluxIAE_AnnexeFinanciere that are read.
const (
	annexStructure = iota
	annexMeasure
	annexState
	annexStart
	annexEnd
	annexNumber
	annexColumns
)

var annexNames = [annexColumns]string{
	"af_id_structure", "af_mesure_dispositif_code", "af_etat_annexe_financiere_code", "af_date_debut_effet", "af_date_fin_effet",
	"af_numero_annexe_financiere",
}

var aspFrame = &frame{open: "DEB", end: "FIN", told: func(last string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimRight(strings.TrimPrefix(last, "FIN"), "| \r"))
	return n, err == nil && n >= 0
}}

var aspStructures = &layout{
	format:    ASP,
	name:      "ASP, structures conventionnées (fluxIAE_Structure)",
	order:     36,
	limit:     input.MaxPlain,
	role:      roleSIAE,
	above:     1,
	frame:     aspFrame,
	looks:     func(h header) bool { return h.has("structure_id_siae", "structure_denomination") },
	complaint: func(h header) string { return lacksASP(h, siaeNames) },
}

var aspAnnexes = &layout{
	format:    ASP,
	name:      "ASP, annexes financières (fluxIAE_AnnexeFinanciere)",
	order:     36,
	limit:     input.MaxPlain,
	role:      roleAnnexes,
	above:     1,
	frame:     aspFrame,
	looks:     func(h header) bool { return h.has("af_id_structure", "af_mesure_dispositif_code") },
	complaint: func(h header) string { return lacksASP(h, annexNames[:]) },
}

func lacksASP(h header, names []string) string {
	missing := h.missing(names...)
	if len(missing) == 0 {
		return ""
	}
	return "il manque " + count(int64(len(missing)), "colonne", "colonnes") + " à l’en-tête : " + quoted(short(missing)) +
		". Reprendre le fichier de l’ASP sans en ôter de colonne"
}

// activeStates are those of an annex that grants something; the others are
// HISTORISE, ANNULE, SAISI, BROUILLON, CLOTURE and REJETE.
var activeStates = []string{"VALIDE", "PROVISOIRE"}

// isFund tells the measures of the Fonds départemental d'insertion, which helps
// structures and approves none.
func isFund(measure string) bool { return strings.HasPrefix(measure, "FDI") }

var stamp = regexp.MustCompile(`([0-3]\d)([01]\d)(\d{4})_\d{6}`)

// aspDay is the day on which a file was made, told by its first line.
func (s *session) aspDay(p *part) structure.Date {
	if m := stamp.FindStringSubmatch(p.first); m != nil {
		if day := s.day(m[3] + "-" + m[2] + "-" + m[1]); day != "" {
			return day
		}
	}
	return p.asOf(s)
}

// span is a stretch of days, both ends included.
type span struct{ from, to structure.Date }

// validity joins spans that follow each other without a gap and gives the one
// that holds on the day, else the next to come, else the last that is over.
func validity(spans []span, on structure.Date) span {
	var best span
	for _, s := range joined(spans) {
		best = s
		if s.to >= on {
			break
		}
	}
	return best
}
