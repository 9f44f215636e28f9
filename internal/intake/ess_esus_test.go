package intake

import (
	"strings"
	"testing"

	"sourcier/internal/structure"
)

// TestTwoFamilies keeps the first of two families of one legal unit, and tells.
func TestTwoFamilies(t *testing.T) {
	structures := mustStore(t)
	r := mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", "siret;nom\n00300000700017;X\n"), write(t, "y.csv",
		"SIREN,Famille juridique de l'entreprise\n003000007,Associations\n003000007,Coopératives\n003000007,Associations\n"))
	if f := r.Files[1]; f.Joined != 2 || f.Rejected != 1 {
		t.Errorf("%s", r.Explain())
	}
	if s := bySIRET(t, structures, "00300000700017").Value; s.ESS != structure.ASSO {
		t.Errorf("family %s", s.ESS)
	}
	if told := rejected(t, r); len(told) != 1 || told[0][1] != "3" || !strings.Contains(told[0][4], "la ligne 2 donne une autre famille") {
		t.Errorf("rejects %q", told)
	}
}
