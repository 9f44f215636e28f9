package demo

import (
	"strconv"
	"strings"

	"sourcier/internal/structure"
)

// Rows that an import must skip come every so often, and only so many: their
// legal units have a small range of numbers.
const (
	oddEvery = 50
	maxOdd   = (plainExtra - oddBase) / keyed / 2
)

// unmappedNAF is administration publique générale, which sells nothing.
const unmappedNAF = "8411Z"

// notDiffusible is how the register hides the values of who objected.
const notDiffusible = "[ND]"

// odd adds three rows beside s: a closed establishment of the same legal unit,
// a legal unit that objected to diffusion, and one that no buyer looks for.
func (w *sireneWriter) odd(s *structure.Structure, n int) {
	closed := *s
	closed.SIRET = siret(s.SIREN(), 900)
	if !w.known[closed.SIRET] {
		w.known[closed.SIRET] = true
		w.establishments.mark("etatAdministratifEtablissement", "F")
		w.establishment(&closed)
	}

	hidden := *s
	hidden.SIRET = siret(siren(oddBase/keyed+2*n-2), 1)
	hidden.Name, hidden.TradeName, hidden.Address.Complement, hidden.LegalCategory = notDiffusible, "", "", legalSole
	for _, column := range []string{"nomUniteLegale", "prenom1UniteLegale", "prenomUsuelUniteLegale"} {
		w.units.mark(column, notDiffusible)
	}
	w.units.mark("denominationUniteLegale", "")
	w.units.mark("statutDiffusionUniteLegale", "P")
	w.unit(&hidden)
	for _, column := range []string{
		"numeroVoieEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement", "coordonneeLambertAbscisseEtablissement",
		"coordonneeLambertOrdonneeEtablissement",
	} {
		w.establishments.mark(column, notDiffusible)
	}
	w.establishments.mark("statutDiffusionEtablissement", "P")
	w.establishment(&hidden)

	public := *s
	public.SIRET = siret(siren(oddBase/keyed+2*n-1), 1)
	public.Name, public.TradeName, public.NAF, public.LegalCategory, public.ESS = "Syndicat mixte de démonstration "+itoa(n), "", unmappedNAF, "7354", ""
	w.unit(&public)
	w.establishment(&public)
}

// creationDay invents a plausible day: the register has one, the directory none.
func creationDay(s *structure.Structure) string {
	n, _ := strconv.Atoi(s.SIREN()) // nine digits
	day := structure.Date("1975-01-01").AddDays(n / 7 % 17_000)
	return string(min(day, structure.DateOf(s.CreatedAt)))
}

// categoryOf is INSEE's categorieEntreprise, in which a TPE is a PME.
func categoryOf(s *structure.Structure) string {
	if s.Size == structure.TPE {
		return string(structure.PME)
	}
	return string(s.Size)
}

// dotted writes an APE code as the register does: 81.21Z.
func dotted(naf string) string {
	if len(naf) < 3 {
		return naf
	}
	return naf[:2] + "." + naf[2:]
}

// splitStreet cuts "12 bis rue des Lilas" into the columns of the register.
func splitStreet(street string) (number, repeat, kind, name string) {
	words := strings.SplitN(street, " ", 2)
	if len(words) < 2 {
		return "", "", "", capitals(street)
	}
	number, rest := words[0], words[1]
	if after, ok := strings.CutPrefix(rest, "bis "); ok {
		repeat, rest = "B", after
	}
	kind, name, _ = strings.Cut(rest, " ")
	return number, repeat, capitals(kind), capitals(name)
}

func yesNo(b bool) string {
	if b {
		return "O"
	}
	return "N"
}

func trueFalse(b bool) string { return strconv.FormatBool(b) }

// metres keeps the centimetre, as the register does.
func metres(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
