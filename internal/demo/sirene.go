package demo

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Headers of the Sirene stock since December 2025 (INSEE, « dessin de fichier »
// of StockUniteLegale and StockEtablissement), in their order.
var (
	unitHeader = strings.Fields(`siren statutDiffusionUniteLegale unitePurgeeUniteLegale dateCreationUniteLegale sigleUniteLegale
		sexeUniteLegale prenom1UniteLegale prenom2UniteLegale prenom3UniteLegale prenom4UniteLegale prenomUsuelUniteLegale
		pseudonymeUniteLegale identifiantAssociationUniteLegale trancheEffectifsUniteLegale anneeEffectifsUniteLegale
		dateDernierTraitementUniteLegale nombrePeriodesUniteLegale categorieEntreprise anneeCategorieEntreprise dateDebut
		etatAdministratifUniteLegale nomUniteLegale nomUsageUniteLegale denominationUniteLegale denominationUsuelle1UniteLegale
		denominationUsuelle2UniteLegale denominationUsuelle3UniteLegale categorieJuridiqueUniteLegale activitePrincipaleUniteLegale
		nomenclatureActivitePrincipaleUniteLegale nicSiegeUniteLegale economieSocialeSolidaireUniteLegale societeMissionUniteLegale
		caractereEmployeurUniteLegale activitePrincipaleNAF25UniteLegale`)
	establishmentHeader = strings.Fields(`siren nic siret statutDiffusionEtablissement dateCreationEtablissement
		trancheEffectifsEtablissement anneeEffectifsEtablissement activitePrincipaleRegistreMetiersEtablissement
		dateDernierTraitementEtablissement etablissementSiege nombrePeriodesEtablissement complementAdresseEtablissement
		numeroVoieEtablissement indiceRepetitionEtablissement dernierNumeroVoieEtablissement
		indiceRepetitionDernierNumeroVoieEtablissement typeVoieEtablissement libelleVoieEtablissement codePostalEtablissement
		libelleCommuneEtablissement libelleCommuneEtrangerEtablissement distributionSpecialeEtablissement codeCommuneEtablissement
		codeCedexEtablissement libelleCedexEtablissement codePaysEtrangerEtablissement libellePaysEtrangerEtablissement
		identifiantAdresseEtablissement coordonneeLambertAbscisseEtablissement coordonneeLambertOrdonneeEtablissement
		complementAdresse2Etablissement numeroVoie2Etablissement indiceRepetition2Etablissement typeVoie2Etablissement
		libelleVoie2Etablissement codePostal2Etablissement libelleCommune2Etablissement libelleCommuneEtranger2Etablissement
		distributionSpeciale2Etablissement codeCommune2Etablissement codeCedex2Etablissement libelleCedex2Etablissement
		codePaysEtranger2Etablissement libellePaysEtranger2Etablissement dateDebut etatAdministratifEtablissement enseigne1Etablissement
		enseigne2Etablissement enseigne3Etablissement denominationUsuelleEtablissement activitePrincipaleEtablissement
		nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement activitePrincipaleNAF25Etablissement`)
)

// Names of the two files, as in the archives of data.gouv.fr.
const (
	UnitFile          = "StockUniteLegale.csv"
	EstablishmentFile = "StockEtablissement.csv"
)

// SIRENEHeaders gives the columns of the two files, for who writes such files of
// another kind.
func SIRENEHeaders() (units, establishments []string) {
	return slices.Clone(unitHeader), slices.Clone(establishmentHeader)
}

// WriteSIRENE writes the structures as the two files of the Sirene stock, in a
// directory that exists. Each SIREN and each SIRET has one row; a few rows that
// an import must skip are added: closed, not diffusible, APE code without
// sector. What Sirene does not know (agreements, offers, zones, contacts) is
// lost, and the APE code in NAF 2025 is left empty. Errors are those of the files.
func WriteSIRENE(dir string, seq iter.Seq[structure.Structure]) (err error) {
	units, err := os.Create(filepath.Join(dir, UnitFile)) //nolint:gosec // where the operator asks
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, units.Close()) }()
	establishments, err := os.Create(filepath.Join(dir, EstablishmentFile)) //nolint:gosec // where the operator asks
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, establishments.Close()) }()
	return writeSIRENE(units, establishments, seq)
}

// sireneWriter keeps what must not come twice.
type sireneWriter struct {
	units, establishments *table
	known                 map[string]bool // SIREN, and the SIRET that ESAT share
	rows                  int
}

func writeSIRENE(units, establishments io.Writer, seq iter.Seq[structure.Structure]) error {
	w := &sireneWriter{units: newTable(units, unitHeader), establishments: newTable(establishments, establishmentHeader), known: map[string]bool{}}
	for s := range seq {
		w.add(&s)
		if w.units.err != nil || w.establishments.err != nil {
			break
		}
	}
	return errors.Join(w.units.close(), w.establishments.close())
}

func (w *sireneWriter) add(s *structure.Structure) {
	if s.FINESS != "" {
		if w.known[s.SIRET] {
			return
		}
		w.known[s.SIRET] = true
	}
	if !w.known[s.SIREN()] {
		w.known[s.SIREN()] = true
		w.unit(s)
	}
	w.establishment(s)
	w.rows++
	if w.rows%oddEvery == 0 && w.rows/oddEvery <= maxOdd {
		w.odd(s, w.rows/oddEvery)
	}
}

// unit writes the row of a legal unit.
func (w *sireneWriter) unit(s *structure.Structure) {
	t := w.units
	created := creationDay(s)
	t.set("siren", s.SIREN())
	t.set("statutDiffusionUniteLegale", "O")
	t.set("dateCreationUniteLegale", created)
	t.set("trancheEffectifsUniteLegale", string(s.Workforce))
	t.set("dateDernierTraitementUniteLegale", s.UpdatedAt.Format("2006-01-02T15:04:05"))
	t.set("nombrePeriodesUniteLegale", "1")
	if category := categoryOf(s); category != "" {
		t.set("categorieEntreprise", category)
		t.set("anneeCategorieEntreprise", itoa(s.UpdatedAt.Year()-2))
	}
	if s.Workforce != "NN" {
		t.set("anneeEffectifsUniteLegale", itoa(s.UpdatedAt.Year()-2))
	}
	t.set("dateDebut", created)
	t.set("etatAdministratifUniteLegale", "A")
	t.set("denominationUniteLegale", capitals(s.Name))
	t.set("categorieJuridiqueUniteLegale", s.LegalCategory)
	t.set("activitePrincipaleUniteLegale", dotted(s.NAF))
	t.set("nomenclatureActivitePrincipaleUniteLegale", "NAFRev2")
	t.set("nicSiegeUniteLegale", siret(s.SIREN(), 1)[9:])
	t.set("economieSocialeSolidaireUniteLegale", yesNo(s.ESS != ""))
	t.set("societeMissionUniteLegale", "")
	t.set("caractereEmployeurUniteLegale", yesNo(s.Workforce != "NN"))
	t.end()
}

// establishment writes the row of an establishment.
func (w *sireneWriter) establishment(s *structure.Structure) {
	t := w.establishments
	number, repeat, kind, name := splitStreet(s.Address.Street)
	t.set("siren", s.SIREN())
	t.set("nic", s.SIRET[9:])
	t.set("siret", s.SIRET)
	t.set("statutDiffusionEtablissement", "O")
	t.set("dateCreationEtablissement", creationDay(s))
	t.set("trancheEffectifsEtablissement", string(s.Workforce))
	if s.Workforce != "NN" {
		t.set("anneeEffectifsEtablissement", itoa(s.UpdatedAt.Year()-2))
	}
	t.set("dateDernierTraitementEtablissement", s.UpdatedAt.Format("2006-01-02T15:04:05"))
	t.set("etablissementSiege", trueFalse(s.SIRET == siret(s.SIREN(), 1)))
	t.set("nombrePeriodesEtablissement", "1")
	t.set("complementAdresseEtablissement", capitals(s.Address.Complement))
	t.set("numeroVoieEtablissement", number)
	t.set("indiceRepetitionEtablissement", repeat)
	t.set("typeVoieEtablissement", kind)
	t.set("libelleVoieEtablissement", name)
	t.set("codePostalEtablissement", s.Address.PostalCode)
	t.set("libelleCommuneEtablissement", capitals(s.Address.City))
	t.set("codeCommuneEtablissement", s.Address.Commune)
	w.position(s)
	t.set("dateDebut", creationDay(s))
	t.set("etatAdministratifEtablissement", "A")
	if s.TradeName != "" {
		t.set("enseigne1Etablissement", capitals(s.TradeName))
	}
	t.set("activitePrincipaleEtablissement", dotted(s.NAF))
	t.set("nomenclatureActivitePrincipaleEtablissement", "NAFRev2")
	t.set("caractereEmployeurEtablissement", yesNo(s.Workforce != "NN"))
	t.end()
}

// position gives exact points of the mainland in Lambert-93; overseas departments
// have projections of their own and are left without.
func (w *sireneWriter) position(s *structure.Structure) {
	if s.Address.Point.Precision != structure.PrecisionExact || strings.HasPrefix(s.Address.Commune, "97") {
		return
	}
	x, y := ToLambert93(s.Address.Point.Lat, s.Address.Point.Lon)
	w.establishments.set("coordonneeLambertAbscisseEtablissement", metres(x))
	w.establishments.set("coordonneeLambertOrdonneeEtablissement", metres(y))
}

// table writes rows of named columns.
type table struct {
	out    *csv.Writer
	buffer *bufio.Writer
	column map[string]int
	row    []string
	marks  map[int]string // values that hold whatever is set in this row
	err    error
}

func newTable(w io.Writer, header []string) *table {
	buffer := bufio.NewWriterSize(w, 1<<16)
	t := &table{out: csv.NewWriter(buffer), buffer: buffer, column: make(map[string]int, len(header)), row: make([]string, len(header)), marks: map[int]string{}}
	for i, name := range header {
		t.column[name] = i
	}
	t.err = t.out.Write(header)
	return t
}

// set fills a column.
func (t *table) set(name, value string) { t.row[t.at(name)] = value }

// mark gives a column of the next row a value that set does not change.
func (t *table) mark(name, value string) { t.marks[t.at(name)] = value }

// at finds a column; a name that is none is a mistake of ours, which the tests hit.
func (t *table) at(name string) int {
	i, ok := t.column[name]
	if !ok {
		panic("no column " + name)
	}
	return i
}

func (t *table) end() {
	for i, value := range t.marks {
		t.row[i] = value
	}
	if t.err == nil {
		t.err = t.out.Write(t.row)
	}
	clear(t.row)
	clear(t.marks)
}

func (t *table) close() error {
	t.out.Flush()
	return errors.Join(t.err, t.out.Error(), t.buffer.Flush())
}

// capitals is how the register writes names.
func capitals(s string) string { return strings.ToUpper(territory.Fold(s)) }
