package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/web/webtest"
)

// ledgerRoom is a portal with one open sourçage, and its buyer.
type ledgerRoom struct {
	*testing.T
	who    *crowd
	app    *fiber.App
	cookie string
	member buyer.Member
}

const ledgerAt = "/sourcages/op"

func newLedgerRoom(t *testing.T) *ledgerRoom {
	t.Helper()
	who, change := withPeople(t)
	who.organisation(t, "mairie", account.KindPublic)
	person := who.person(t, "ada@ville.example", "mairie", false, account.Buyer)
	p := sourcing.Purchase{ID: "achat", Organisation: "mairie", Object: "Nettoyage", Lots: []sourcing.Lot{{ID: "l1"}}, Rev: 1}
	if _, err := who.Programme.Purchases.Insert(t.Context(), p, store.Change{}); err != nil {
		t.Fatal(err)
	}
	if _, err := who.Operation.Operations.Insert(t.Context(), ledgerOperation("op", "mairie", "achat", person), store.Change{}); err != nil {
		t.Fatal(err)
	}
	x := sourcing.Exchange{ID: "x1", Organisation: "mairie", Operation: "op", Supplier: "s1", Kind: sourcing.ByPhone, At: clock(), Minutes: "Effectif : 12.", CreatedAt: clock(), Rev: 1}
	if _, err := who.Operation.Exchanges.Insert(t.Context(), x, store.Change{}); err != nil {
		t.Fatal(err)
	}
	return &ledgerRoom{t, who, newPortal(t, change), who.signIn(t, "ada@ville.example"), buyer.Member{Person: person, Organisation: "mairie", Kind: account.KindPublic, Role: account.Buyer}}
}

func (r *ledgerRoom) sends(path string, want int, pairs ...string) webtest.Answer {
	r.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	got := post(r.T, r.app, ledgerAt+path, r.cookie, form)
	if got.Status != want {
		r.Errorf("POST %s: status %d, want %d", path, got.Status, want)
	}
	return got
}

func (r *ledgerRoom) shows(path string, checks ...webtest.Check) {
	r.Helper()
	webtest.Run(r.T, r.app, []webtest.Scenario{{Name: path, URL: ledgerAt + path, Header: as(r.cookie), Status: 200, HTML: checks}})
}

func (r *ledgerRoom) operation() sourcing.Operation {
	r.Helper()
	d, err := r.who.Operation.Operations.Get(r.Context(), "op")
	if err != nil {
		r.Fatal(err)
	}
	return d.Value
}

func (r *ledgerRoom) silence() {
	r.Helper()
	err := r.who.Operation.On(r.Context(), r.member, "op", "operation.silence", func(o *sourcing.Operation) ([]sourcing.Dispatch, error) {
		return o.Silence(r.member, "Publiée.", clock())
	})
	if err != nil {
		r.Fatal(err)
	}
}

func TestLedgerGapsAreSharedOnce(t *testing.T) {
	r := newLedgerRoom(t)
	r.shows("/registre", webtest.In(".reg-count", webtest.HasText("1 manque")), webtest.In(".reg-manque", webtest.HasText("MANQUE")), webtest.In(".reg-table", webtest.HasText("Partirait à 1 structure")), webtest.In("form button.reg-share"))
	r.shows("/registre?manques=1&structure=s2", webtest.In(".reg-table", webtest.HasText("4 000 m²")))
	r.shows("/registre?manques=1&structure=s1", webtest.In(".empty", webtest.HasText("ces filtres")))
	r.shows("/registre/i1", webtest.In("[aria-labelledby=partager]", webtest.HasText("à 1 structure")))
	for range 2 {
		r.sends("/registre/i1/partager", 303)
	}
	if o := r.operation(); len(o.Gaps()) != 0 || o.Sent != 1 {
		t.Errorf("%d gaps, %d sendings", len(o.Gaps()), o.Sent)
	}
	r.sends("/registre/i99/partager", 404)
	if got := r.sends("/registre/i1/retenir", 409, "retenues", "s2", "motif", "Elle ne concerne que le lot de cette structure."); !strings.Contains(got.Body, "Elle ne concerne que le lot") {
		t.Error("what was typed is lost")
	}
}

func TestLedgerTextThatNamesASupplierIsReadAgain(t *testing.T) {
	r := newLedgerRoom(t)
	named := []string{"texte", "Alpha Propreté propose le samedi."}
	if got := r.sends("/registre/informer", 422, named...); !strings.Contains(got.Body, "Alpha Propreté propose") {
		t.Error("what was typed is lost")
	}
	if o := r.operation(); o.Sent != 0 {
		t.Fatal("it went")
	}
	r.sends("/registre/informer", 303, append(named, "relu", "oui")...)
	r.sends("/registre/questions/q1", 422, "question", "Alpha Propreté demande la date.", "reponse", "En mars.")
	r.sends("/registre/questions/q1", 422, "question", "Quand ?", "reponse", "")
	r.sends("/registre/questions/q1", 303, "question", "Quand ?", "reponse", "En mars.")
	r.sends("/registre/questions/q1", 409, "question", "Quand ?", "reponse", "En avril.")
	r.sends("/registre/questions/q9", 404, "question", "Quand ?", "reponse", "En avril.")
	if o := r.operation(); o.Sent != 2 {
		t.Errorf("%d sendings", o.Sent)
	}
}

func TestLedgerRefusesFields(t *testing.T) {
	r := newLedgerRoom(t)
	r.sends("/registre/i1/retenir", 422, "retenues", "s2", "motif", "Court.")
	r.sends("/registre/i1/retenir", 422, "motif", "Elle ne concerne que le lot de cette structure.")
	r.sends("/registre/i1/dce", 422, "document", "CCTP", "jour", "2026-12-20")
	r.sends("/registre/i1/dce", 422, "document", "CCTP", "article", "3", "jour", "demain")
	r.sends("/registre/i1/donner", 422, "donnees", "s77")
	r.sends("/registre/noter", 422, "texte", "Dit à personne.")
	r.sends("/registre/noter", 404, "texte", "Dit.", "entretien", "x9")
	r.sends("/registre/informer", 422, "texte", strings.Repeat("a", 1501))
	r.sends("/registre/i1/dce", 303, "document", "CCTP", "article", "3", "jour", "2026-12-20")
	if got := r.sends("/registre/i1/dce", 409, "document", "RC", "article", "5", "jour", "2026-12-21"); !strings.Contains(got.Body, `value="RC"`) {
		t.Error("over a note that was not read: what was typed is lost")
	}
	if o := r.operation(); len(o.Ledger) != 1 || o.Ledger[0].DCE.Document != "CCTP" || o.Sent != 0 {
		t.Errorf("%v", o.Ledger)
	}
}

// After the launch, what would send is refused, and what was typed is there; the DCE
// is still noted, and minutes still written.
func TestLedgerAfterTheLaunch(t *testing.T) {
	r := newLedgerRoom(t)
	r.silence()
	sent := r.operation().Sent
	for path, pairs := range map[string][]string{
		"/registre/informer": {"texte", "Une précision de plus."}, "/registre/i1/partager": nil, "/registre/i1/proposer": {"proposees", "s2"},
		"/registre/questions/q1": {"question", "Quand ?", "reponse", "Une précision de plus."}, "/entretiens/x1/envoyer": {"version", "1"},
	} {
		got := r.sends(path, 409, pairs...)
		if !strings.Contains(got.Body, "La consultation est lancée") || len(pairs) > 2 && !strings.Contains(got.Body, pairs[3]) {
			t.Errorf("%s does not say why, or loses what was typed", path)
		}
	}
	r.sends("/registre/i1/dce", 303, "document", "CCTP", "article", "3", "jour", "2026-12-20")
	r.sends("/entretiens/x1/modifier", 303, "version", "1", "forme", "telephone", "jour", "2026-11-27", "heure", "10:30", "compte_rendu", "Relu.")
	r.shows("/registre", webtest.In(".notice-warn", webtest.HasText("La consultation est lancée")))
	if o := r.operation(); o.Sent != sent || len(o.Gaps()) != 0 {
		t.Errorf("%d sendings, gaps %v", o.Sent-sent, o.Gaps())
	}
}

func TestExchangeForm(t *testing.T) {
	r := newLedgerRoom(t)
	r.sends("/entretiens", 422, "structure", "s1", "forme", "telephone", "jour", "2027-03-28", "heure", "02:30") // clocks go forward
	r.sends("/entretiens", 422, "structure", "s9", "forme", "fax", "jour", "", "heure", "", "duree", "long")
	once := strings.Repeat("b", 26)
	whole := []string{"envoi", once, "structure", "s2", "forme", "entreprise", "jour", "2026-11-27", "heure", "14:30", "duree", "45", "notres", "Ada", "leurs", "Jo\nLou", "compte_rendu", "Vu."}
	for range 2 {
		r.sends("/entretiens", 303, whole...)
	}
	r.shows("/entretiens/"+once, webtest.In("h1", webtest.HasText("Beta Services")), webtest.In(".desk-facts", webtest.HasText("27 novembre 2026 à 14 h 30"), webtest.HasText("Jo, Lou")))
	stale := r.sends("/entretiens/x1/modifier", 409, "version", "7", "forme", "telephone", "jour", "2026-11-27", "heure", "10:30", "compte_rendu", "Le mien.")
	if body := stale.Body; !strings.Contains(body, "Le mien.") || !strings.Contains(body, "Effectif\u202f: 12.") {
		t.Error("what was typed, or what is stored, is not shown")
	}
	r.sends("/entretiens/x1/envoyer", 409, "version", "7")
	r.sends("/entretiens/x1/envoyer", 303, "version", "1")
	r.sends("/entretiens/ordre-du-jour", 303, "version", "0", "ordre", "Capacité")
	r.sends("/entretiens/ordre-du-jour", 409, "version", "0", "ordre", "Délais")
	r.shows("/entretiens", webtest.In(".desk-table", webtest.HasText("Compte rendu envoyé"), webtest.HasText("Aucun")))
}

// The annex: the same bytes of the same sourçage, and the name of nobody.
func TestLedgerAnnexNamesNobody(t *testing.T) {
	r := newLedgerRoom(t)
	for _, text := range []string{"Alpha Propreté, SIREN 123 456 782, propose le samedi.", "Visite le 9 décembre."} {
		r.sends("/registre/informer", 303, "texte", text, "relu", "oui")
	}
	page := webtest.Scenario{URL: ledgerAt + "/registre/annexe", Header: as(r.cookie)}.Do(t, r.app).Body
	for _, word := range []string{"Alpha", "Beta", "123 456 782", "4 000"} {
		if strings.Contains(page, word) {
			t.Errorf("the annex says %q", word)
		}
	}
	if !strings.Contains(page, "9 décembre") {
		t.Error("the annex lacks what was shared")
	}
	first := webtest.Scenario{URL: ledgerAt + "/registre/annexe.docx", Header: as(r.cookie)}.Do(t, r.app)
	again := webtest.Scenario{URL: ledgerAt + "/registre/annexe.docx", Header: as(r.cookie)}.Do(t, r.app)
	if first.Status != 200 || first.Body != again.Body {
		t.Errorf("status %d, %d and %d bytes", first.Status, len(first.Body), len(again.Body))
	}
}

// Somebody launches from another portal while this page is open: nothing follows, and the
// text is given back.
func TestLedgerBesideAnotherPortal(t *testing.T) {
	r := newLedgerRoom(t)
	r.shows("/registre/informer", webtest.In("form.form-box", webtest.HasText("Envoyer à 2 structures")))
	r.silence()
	got := r.sends("/registre/informer", 409, "texte", "Encore une chose.")
	if !strings.Contains(got.Body, "Encore une chose.") {
		t.Error("what was typed is lost")
	}
	if _, err := store.NewRelay(r.who.db, quiet(), operation.Sources...).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs, err := r.who.Messages.Scan(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.Value.Kind == message.SourcingNews {
			t.Error("news went after the launch")
		}
	}
}
