package proof

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
)

// fileOf writes a file whose last change is a day of 2026.
func fileOf(t *testing.T, dir, name, day, content string) string {
	t.Helper()
	path := filepath.Join(dir, day, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	at := structure.Date(day).Time().Add(9 * time.Hour)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	return path
}

// The columns of the Sirene files that are read.
const (
	etabHead = "siret,statutDiffusionEtablissement,etatAdministratifEtablissement,codeCommuneEtablissement,activitePrincipaleEtablissement," +
		"nomenclatureActivitePrincipaleEtablissement,dateDernierTraitementEtablissement,numeroVoieEtablissement,indiceRepetitionEtablissement," +
		"typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,enseigne1Etablissement,denominationUsuelleEtablissement\n"
	unitHead = "siren,statutDiffusionUniteLegale,etatAdministratifUniteLegale,categorieJuridiqueUniteLegale,denominationUniteLegale," +
		"denominationUsuelle1UniteLegale,prenomUsuelUniteLegale,nomUniteLegale,nomUsageUniteLegale,trancheEffectifsUniteLegale,categorieEntreprise," +
		"economieSocialeSolidaireUniteLegale,dateDernierTraitementUniteLegale\n"
)

// sireneOf writes both files of the register about one establishment.
func sireneOf(t *testing.T, dir, day, state string) []string {
	t.Helper()
	return []string{
		fileOf(t, dir, "StockEtablissement.csv", day, etabHead+
			"00200000800017,O,"+state+",94081,81.21Z,NAFRev2,"+day+"T08:00:00,3,,RUE,DU PORT,94400,VITRY-SUR-SEINE,,\n"),
		fileOf(t, dir, "StockUniteLegale.csv", day, unitHead+
			"002000008,O,A,5710,SOCIETE FICTIVE,,,,,02,PME,N,"+day+"T08:00:00\n"),
	}
}

// contradictory gives runs of several sources that disagree: spellings, kinds, an
// establishment closed then open and another way round, agreements over and held,
// two editions of a complete list.
func contradictory(t *testing.T) [][]string {
	t.Helper()
	dir := t.TempDir()
	marche := func(day, items string) []string { return []string{fileOf(t, dir, "liste.json", day, "["+items+"]")} }
	const (
		ei = `{"siret":"00200000800017","kind":"EI","name":"Atelier fictif","city":"Vitry-sur-Seine","post_code":"94400","presta_types":["PREST"]}`
		ai = `{"siret":"00200000800017","kind":"ACI","name":"ATELIER FICTIF (ACI)","city":"Vitry","post_code":"94400","presta_types":["DISP"]}`
		no = `{"siret":"00200001600010","kind":"AI","name":"Association fictive","city":"Orly","post_code":"94310","presta_types":["DISP"]}`
	)
	return [][]string{
		{fileOf(t, dir, "ess.csv", "2026-05-10", "SIREN,Nom ou raison sociale de l'entreprise,Famille juridique de l'entreprise\n2000008,SOCIETE FICTIVE,Sociétés commerciales de l'ESS\n")},
		{fileOf(t, dir, "esus.csv", "2026-05-20", "numero_siren,denomination,date_decision_esus,duree\n002 000 016,ASSOCIATION FICTIVE,01/02/2025,5 ans\n")},
		marche("2026-03-01", ei+","+ai+","+no),
		marche("2026-05-01", ei+","+no),
		{fileOf(t, dir, "territoire.csv", "2026-04-01", "siret;nom;type;esus;secteurs;code_insee;telephone\n"+
			"00200000800017;L’Atelier Fictif;EA;oui;traiteur;94081;0199000001\n00200001600010;Assoc. fictive;AI;non;;94054;0199000002\n")},
		{fileOf(t, dir, "emplois.json", "2026-04-15", `[{"siret":"00200000800017","kind":"EI","name":"Atelier","address_line_1":"3 rue du Port","post_code":"94400","city":"Vitry-sur-Seine","convention_asp_id":12,"convention_is_active":false,"updated_at":"2026-04-10T00:00:00Z"},`+
			`{"siret":"00200001600010","kind":"AI","name":"Association","address_line_1":"1 rue de la Gare","post_code":"94310","city":"Orly","convention_asp_id":7,"convention_is_active":true,"updated_at":"2026-04-11T00:00:00Z"}]`)},
		sireneOf(t, dir, "2026-02-15", "A"),
		sireneOf(t, dir, "2026-06-15", "F"),
	}
}

// TestImportOrder imports files of several sources, each in a run of its own, in
// many orders: field by field, the directory is the same.
func TestImportOrder(t *testing.T) {
	runs, rounds := contradictory(t), 30 // of 40,320
	if testing.Short() {
		rounds = 6
	}
	random := rand.New(rand.NewPCG(20, 26))
	var want map[string]structure.Structure
	for range rounds {
		random.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		data := filepath.Join(t.TempDir(), "data")
		for _, files := range runs {
			mustRun(t, data, append([]string{"import", "--accept-stale", "--rejects", t.TempDir()}, files...)...)
		}
		got := map[string]structure.Structure{}
		for id, s := range content(t, data) {
			body := timeless(s.body)
			body.History = nil // tells the order itself
			got[id] = body
		}
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("the order matters:\n%s\n%s\n%s", order(runs), inJSON(t, got), inJSON(t, want))
		}
	}
	s := want[structure.NewID("siret:00200000800017")]
	if len(want) != 2 || !s.Closed || s.Name != "SOCIETE FICTIVE" || len(s.Agreements) != 4 || !s.ESUS {
		t.Errorf("not what the sources say: %s", inJSON(t, s))
	}
	figure(t, "%d orders of %d runs, one directory", rounds, len(runs))
}

func order(runs [][]string) string {
	var out []string
	for _, files := range runs {
		out = append(out, filepath.Base(filepath.Dir(files[0]))+"/"+filepath.Base(files[0]))
	}
	return strings.Join(slices.Clip(out), ", ")
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
