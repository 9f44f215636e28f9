package web_test

import (
	"slices"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/operation"
	"sourcier/internal/registration"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

func TestOwnRequests(t *testing.T) {
	w := newSuppliers(t, true)
	w.organisation(t, "voisin", account.KindOwner)
	w.person(t, "beta@voisin.example", "voisin", true, account.Structure)
	neighbour, buyer := w.signIn(t, "beta@voisin.example"), w.signIn(t, "ada@ville.example")
	at := "/mes-sourcages/" + w.ref()
	link := "/sourcage/" + w.Operation.LinkToken(w.id, w.named("Alpha"))
	webtest.Run(t, w.app, []webtest.Scenario{
		{Name: "the list", URL: "/mes-sourcages", Header: as(w.cookie), Status: 200, Contains: []string{"Nettoyage des écoles", at, "Organisation mairie", "Réponse envoyée"}, Lacks: []string{w.id}},
		{Name: "one request", URL: at, Header: as(w.cookie), Status: 200, WantHeader: map[string]string{"Cache-Control": "no-store"}, Lacks: []string{w.id, secretWord},
			Contains: []string{"Bonjour, nous préparons un marché.", link, "Réponse d’alpha", "plaquette.pdf", "Compte rendu d’alpha", "Combien de sites", "Douze.", "Le site ferme en août.", "Relance reçue le", "Compléter ma réponse"}},
		{Name: "its file", URL: at + "/fichiers/" + w.file, Header: as(w.cookie), Status: 200, Contains: []string{"%PDF"}, WantHeader: map[string]string{"Content-Type": "application/pdf", "Cache-Control": "no-store"}},
		{Name: "a file of nobody", URL: at + "/fichiers/" + strings.Repeat("a", 64), Header: as(w.cookie), Status: 404, Contains: []string{"Introuvable"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "by the id of the operation", URL: "/mes-sourcages/" + w.id, Header: as(w.cookie), Status: 404, Contains: []string{"Introuvable"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "of a neighbour", URL: at, Header: as(neighbour), Status: 404, Contains: []string{"Introuvable"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "the file, by a neighbour", URL: at + "/fichiers/" + w.file, Header: as(neighbour), Status: 404, Contains: []string{"Introuvable"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "a neighbour whom nobody asks", URL: "/mes-sourcages", Header: as(neighbour), Status: 200, Contains: []string{"Tenir la fiche de votre structure"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "a buyer", URL: "/mes-sourcages", Header: as(buyer), Status: 403, Contains: []string{"Accès réservé"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "a buyer, one request", URL: at, Header: as(buyer), Status: 403, Contains: []string{"Accès réservé"}, Lacks: []string{"Nettoyage des écoles"}},
		{Name: "nobody", URL: at, Status: 303},
	})
	w.launch()
	webtest.Run(t, w.app, []webtest.Scenario{
		{Name: "after the launch", URL: at, Header: as(w.cookie), Status: 200, Contains: []string{"Le dernier message", "La consultation est publiée.", "Lire ma page personnelle"}, Lacks: []string{secretWord, "Compléter ma réponse"}},
	})
}

// A structure that asked to be heard follows that too, from before it is contacted on.
func TestOwnCandidacies(t *testing.T) {
	w := newSuppliers(t, false)
	const id = "candidate"
	_, err := w.Directory.Structures.Insert(t.Context(), structure.Structure{ID: id, Name: "Atelier Candidat"}, store.Change{})
	w.must(err)
	r := registration.New(id, "", "", "Atelier Candidat", clock())
	r.Owner, r.Vested, r.OwnedSince, r.Proof = "atelier", "atelier", clock(), registration.ProofModerator
	_, err = w.Directory.Registrations.Insert(t.Context(), r, store.Change{})
	w.must(err)
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return nil, o.Apply(sourcing.Supplier{Structure: id, Name: "Atelier Candidat", Email: "candidat@atelier.example", Word: "Le lot des écoles nous intéresse."}, clock())
	})
	list, err := w.Operation.Requests(t.Context(), []string{id, w.alpha})
	w.must(err)
	if len(list) != 2 || list[0].Ref == list[1].Ref {
		t.Fatalf("%+v", list)
	}
	i := slices.IndexFunc(list, func(r operation.Request) bool { return r.Supplier.Spontaneous })
	at := "/mes-sourcages/" + list[i].Ref
	webtest.Run(t, w.app, []webtest.Scenario{
		{Name: "both, with their structures", URL: "/mes-sourcages", Header: as(w.cookie), Status: 200, Contains: []string{"Atelier Candidat", "Atelier Alpha", "Candidature transmise"}},
		{Name: "what it wrote", URL: at, Header: as(w.cookie), Status: 200, Contains: []string{"Votre candidature", "Le lot des écoles nous intéresse."}, Lacks: []string{"Bonjour, nous préparons", "/sourcage/", "Douze."}},
	})
	w.on(func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Hear(w.lead, list[i].Supplier.ID, false, "Le marché ne concerne pas votre activité.", clock())
	})
	webtest.Run(t, w.app, []webtest.Scenario{
		{Name: "refused", URL: at, Header: as(w.cookie), Status: 200, Contains: []string{"Candidature non retenue", "Le marché ne concerne pas votre activité."}, Lacks: []string{"/sourcage/"}},
	})
}
