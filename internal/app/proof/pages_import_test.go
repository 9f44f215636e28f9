package proof

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/app"
	"sourcier/internal/buyer"
)

// importsForPages keeps two files of the organisation, one whose columns are known; the
// second has lines of each sort.
func importsForPages(t *testing.T, a *app.App, person string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "programme.csv")
	err := os.WriteFile(path, []byte("Référence;Objet;Montant;Commune\nC1;Mobilier;100 k€;Vitry-sur-Seine\nC2;Papier;beaucoup;Nulle-part\n;;;\nC1;Mobilier;100 k€;Vitry-sur-Seine\n"), 0o600)
	buys := buyer.Member{Person: person, Organisation: "ville", Kind: account.KindPublic, Role: account.Buyer}
	for _, id := range []string{"colonnes", "apercu"} {
		err = errors.Join(err, a.Programme.StageImport(t.Context(), buys, id, "achats", "programme.csv", path))
	}
	err = errors.Join(err, a.Programme.MapImport(t.Context(), buys, "apercu", []string{"reference", "objet", "montant", "lieux"}))
	if err != nil {
		t.Fatal(err)
	}
}

// importPages are those of who imports files.
var importPages = []string{"/programme/import?fait=abandonne", "/programme/import/colonnes", "/programme/import/apercu", "/programme/import/apercu/apercu"}
