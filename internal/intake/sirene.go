package intake

import (
	"fmt"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/territory"
)

// The Sirene stock comes as two files that only make sense together: the
// establishments say where and whether they are open, the legal units what they
// are called. Columns are found by name: the official files have changed their
// number, and the names of some have stray spaces.
const (
	roleEstablishments = "establishments"
	roleUnits          = "units"
)

// Columns read, in the order in which they are set aside on disk.
const (
	etabSIRET = iota
	etabStatus
	etabState
	etabCommune
	etabNAF
	etabNomenclature
	etabUpdated
	etabWorkforce
	etabComplement
	etabNumber
	etabRepetition
	etabStreetType
	etabStreetName
	etabPostalCode
	etabCity
	etabSpecial
	etabX
	etabY
	etabSign1
	etabSign2
	etabSign3
	etabUsualName
	etabNAF2025
	etabColumns
)

var etabNames = [etabColumns]string{
	"siret", "statutDiffusionEtablissement", "etatAdministratifEtablissement", "codeCommuneEtablissement",
	"activitePrincipaleEtablissement", "nomenclatureActivitePrincipaleEtablissement", "dateDernierTraitementEtablissement",
	"trancheEffectifsEtablissement", "complementAdresseEtablissement", "numeroVoieEtablissement", "indiceRepetitionEtablissement",
	"typeVoieEtablissement", "libelleVoieEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement",
	"distributionSpecialeEtablissement", "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement",
	"enseigne1Etablissement", "enseigne2Etablissement", "enseigne3Etablissement", "denominationUsuelleEtablissement",
	"activitePrincipaleNAF25Etablissement",
}

// etabOptional are missing in the files of some years.
var etabOptional = []int{etabX, etabY, etabUpdated, etabWorkforce, etabComplement, etabSpecial, etabSign2, etabSign3, etabNAF2025}

const (
	unitSIREN = iota
	unitStatus
	unitState
	unitCategory // legal
	unitName
	unitUsual1
	unitUsual2
	unitUsual3
	unitFirstName
	unitFirstName1
	unitLastName
	unitUsedName
	unitWorkforce
	unitSize
	unitESS
	unitUpdated
	unitColumns
)

var unitNames = [unitColumns]string{
	"siren", "statutDiffusionUniteLegale", "etatAdministratifUniteLegale", "categorieJuridiqueUniteLegale", "denominationUniteLegale",
	"denominationUsuelle1UniteLegale", "denominationUsuelle2UniteLegale", "denominationUsuelle3UniteLegale",
	"prenomUsuelUniteLegale", "prenom1UniteLegale", "nomUniteLegale", "nomUsageUniteLegale", "trancheEffectifsUniteLegale",
	"categorieEntreprise", "economieSocialeSolidaireUniteLegale", "dateDernierTraitementUniteLegale",
}

var unitOptional = []int{unitUsual1, unitUsual2, unitUsual3, unitFirstName1, unitUpdated}

var sireneEstablishments = &layout{
	format:    Sirene,
	name:      "Sirene, établissements (StockEtablissement)",
	order:     40,
	limit:     input.MaxRegister,
	role:      roleEstablishments,
	looks:     func(h header) bool { return h.has("siret") && endsWith(h, "etablissement") >= 5 },
	complaint: func(h header) string { return lacks(h, etabNames[:], etabOptional) },
}

var sireneUnits = &layout{
	format:    Sirene,
	name:      "Sirene, unités légales (StockUniteLegale)",
	order:     40,
	limit:     input.MaxRegister,
	role:      roleUnits,
	looks:     func(h header) bool { return h.has("siren") && endsWith(h, "unitelegale") >= 5 },
	complaint: func(h header) string { return lacks(h, unitNames[:], unitOptional) },
}

// sireneOthers are the other files of the stock.
var sireneOthers = &layout{
	format: Sirene,
	name:   "Sirene, autre fichier du stock",
	looks: func(h header) bool {
		return h.has("siretEtablissementPredecesseur") || h.has("siret", "qualite_xy") || endsWith(h, "etablissement") >= 3 || endsWith(h, "unitelegale") >= 3
	},
	complaint: notRead("ce fichier n’est ni StockEtablissement ni StockUniteLegale, ou il y manque la colonne « siret » ou « siren »"),
}

// endsWith counts the columns of the official spelling that end so: one word, as
// in codeCommuneEtablissement, and not « Code du département de l'établissement ».
func endsWith(h header, ending string) (n int) {
	for _, name := range h.names {
		if strings.ContainsAny(strings.TrimSpace(name), " '’") {
			continue
		}
		if strings.HasSuffix(strings.ReplaceAll(territory.Fold(name), " ", ""), ending) {
			n++
		}
	}
	return n
}

// lacks names the columns without which nothing can be read.
func lacks(h header, names []string, optional []int) string {
	needed := make([]string, 0, len(names))
	for i, n := range names {
		if !contains(optional, i) {
			needed = append(needed, n)
		}
	}
	missing := h.missing(needed...)
	if len(missing) == 0 {
		return ""
	}
	return fmt.Sprintf("il manque %s à l’en-tête : %s. Reprendre le fichier de l’Insee sans en ôter de colonne",
		count(int64(len(missing)), "colonne", "colonnes"), quoted(short(missing)))
}

func contains(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// places gives the column of each name, -1 when absent.
func columnsOf(h header, names []string) []int {
	out := make([]int, len(names))
	for i, n := range names {
		out[i] = h.column(n)
	}
	return out
}
