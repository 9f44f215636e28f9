package web_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
)

func init() {
	const at = "/programme/import/{import}"
	for name, r := range map[string]row{
		"GET /programme/import":                         {path: "/programme/import", own: 200},
		"POST /programme/import":                        {path: "/programme/import", form: url.Values{"nature": {"achats"}}, own: 422}, // no file: programme_import_test.go
		"GET /programme/import/:id":                     {path: at, own: 200},
		"POST /programme/import/:id/colonnes":           {path: at + "/colonnes", form: url.Values{"colonne-1": {"objet"}}, own: 303},
		"POST /programme/import/:id/titres":             {path: at + "/titres", form: url.Values{"titres": {"0-0"}}, own: 303},
		"GET /programme/import/:id/apercu":              {path: at + "/apercu", own: 200},
		"GET /programme/import/:id/lignes-refusees.csv": {path: at + "/lignes-refusees.csv", own: 200},
		"POST /programme/import/:id/importer":           {path: at + "/importer", form: url.Values{"vu": {"autre"}}, own: 409}, // not what was shown
		"POST /programme/import/:id/abandonner":         {path: at + "/abandonner", own: 303},
	} {
		rows[name] = r
	}
}

// importOf is a file of one's own organisation, that of another, or none.
func (q *question) importOf() string {
	if q.about == absent {
		return missing
	}
	return importNamed(q.organisationOf("org"))
}

// importNamed is the id of the file of an organisation of the matrix.
func importNamed(organisation string) string {
	return "import" + strings.Repeat("a", 20-len(organisation)) + organisation
}

// imports keeps a file of two organisations.
func (m *matrix) imports(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("Objet;Montant\nMobilier;1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, organisation := range []string{"mairie", "ailleurs"} {
		who := buyer.Member{Person: m.members[organisation], Organisation: organisation, Kind: account.KindPublic, Role: account.Buyer}
		id := importNamed(organisation)
		err := m.crowd.Programme.StageImport(t.Context(), who, id, "achats", "a.csv", path)
		if err == nil {
			err = m.crowd.Programme.MapImport(t.Context(), who, id, []string{"objet", "montant"})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
