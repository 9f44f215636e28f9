package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// bench is a portal with something of each kind for its moderator.
type bench struct {
	*crowd
	app      *fiber.App
	chief    string // cookie of the moderator
	kept     string // ids
	twin     string
	disputed string
	proposed string
	asked    string
	report   string
}

var siretKept, siretTwin, siretDisputed, siretProposed, siretAsked = aSIRET(1), aSIRET(2), aSIRET(3), aSIRET(4), aSIRET(5)

const organisator = "esat"

func aSIRET(n int) string {
	return structure.WithLuhnKey(structure.WithLuhnKey(fmt.Sprintf("982%05d", n)) + "0001")
}

func sheetID(siret string) string { return structure.NewID("siret:" + siret) }

// newBench fills it.
func newBench(t *testing.T) *bench {
	t.Helper()
	who, use := withPeople(t)
	b := &bench{crowd: who, kept: sheetID(siretKept), twin: sheetID(siretTwin), disputed: sheetID(siretDisputed), proposed: sheetID(siretProposed), asked: sheetID(siretAsked)}
	b.app = newPortal(t, use, func(d *web.Deps) { d.Structures, d.Reports = who.Directory.Structures, who.Reports })
	who.organisation(t, store.Portal, account.KindPortal)
	who.organisation(t, organisator, account.KindOwner)
	who.person(t, "chef@ville.example", store.Portal, true, account.Administrator)
	b.chief = who.signIn(t, "chef@ville.example")
	b.fill(t)
	return b
}

// fill stores what waits for a moderator.
func (b *bench) fill(t *testing.T) {
	t.Helper()
	rules := structure.Rules{Atlas: b.Directory.Atlas, Sold: b.Directory.Taxonomy.Sold}
	lookout := structure.NewLookout()
	insert := func(siret string, said ...structure.Claim) {
		s := structure.Structure{ID: sheetID(siret), SIRET: siret, CreatedAt: fixtureNow, UpdatedAt: fixtureNow}
		rules.Merge(&s, said...)
		lookout.Add(&s)
		if _, err := b.Directory.Structures.Insert(t.Context(), s, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	says := func(source structure.Source, on structure.Date, name, phone, email string) structure.Claim {
		return structure.NewClaim(structure.Origin{Source: source, AsOf: on}, &structure.Structure{
			Name: name, Contact: structure.Contact{Phone: phone, Email: email}, Address: structure.Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081"},
		}, nil, "")
	}
	insert(siretKept, says(structure.SourceASP, "2026-10-01", "Les Lilas", "0199000001", ""))
	insert(siretTwin, says(structure.SourceLeMarche, "2026-11-01", "Les Lilas", "0199000002", "lilas@example.org"))
	insert(siretDisputed, says(structure.SourceSIRENE, "2026-10-01", "Les Roses", "0199000003", ""), says(structure.SourceLeMarche, "2026-11-01", "Les Roses", "0199000004", ""))
	b.Directory.Suspects.Store(lookout.Found(func(string) bool { return false }))
	author := b.person(t, "auteur@structure.example", organisator, true, account.Structure)
	for siret, sent := range map[string]bool{siretProposed: true, siretAsked: false} {
		r := registration.New(sheetID(siret), siret, "", "Atelier "+siret[:9], fixtureNow)
		q, err := r.Ask(organisator, author, fixtureNow)
		if err != nil {
			t.Fatal(err)
		}
		if sent {
			r.Submission = &registration.Submission{ID: "envoi", Organisation: organisator, By: author, At: fixtureNow, Sheet: registration.Sheet{
				Name: "Atelier du Lac", Description: "Une <b>belle</b> blanchisserie.", Kinds: []registration.Declared{{Kind: structure.EA, Number: "12"}},
				Activities: []structure.Activity{{Sectors: []string{"nettoyage-locaux"}, Zone: structure.Zone{France: true}}}, Address: structure.Address{Commune: "94081", PostalCode: "94400", City: "Vitry-sur-Seine"},
			}}
		} else {
			q.Proof, q.Text = registration.ProofModerator, "Je la dirige depuis dix ans."
		}
		if _, err := b.Directory.Registrations.Insert(t.Context(), r, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	report := structure.Report{Structure: b.kept, Reason: structure.ReportWrong, Field: structure.FieldPhone, Text: "Le numéro sonne dans le vide.", Email: "passante@example.org", At: fixtureNow}
	report.Ref = structure.NewReportRef(strings.Repeat("A", 26), &report)
	b.report = report.Ref
	if err := b.Reports.Add(t.Context(), report); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) get(name, path string, status int, checks ...Check) Scenario {
	return Scenario{Name: name, URL: path, Header: as(b.chief), Status: status, HTML: checks}
}

// leads is a page that leads to the one that suspends a sheet.
func (b *bench) leads(name, path string) Scenario {
	return Scenario{Name: name, URL: path, Header: as(b.chief), Status: 303, WantHeader: map[string]string{"Location": moderation + "/suspendues/" + b.kept}}
}

const moderation = "/administration/moderation"

// TestModerationQueue lists what waits, by kind and counted, and pages on each.
func TestModerationQueue(t *testing.T) {
	b := newBench(t)
	Run(t, b.app, []Scenario{
		b.get("all", moderation, 200, Count("main tbody tr", 5), In(".tabs", HasText("Tout (5)"), HasText("Doublons (1)")), In("main tbody", HasText("Les Roses"))),
		b.get("one kind", moderation+"?genre=conflit", 200, Count("main tbody tr", 1)),
		b.get("no such kind", moderation+"?genre=rien", 404, In("h1", HasText("Introuvable"))),
		b.get("from a place", moderation+"?apres=zzz", 200, Count("main tbody tr", 0)),
		b.get("overview", "/administration", 200, In("main", HasText("fiche proposée par une structure"), HasText("paire de fiches qui se ressemblent"))),
		b.get("a proposal", moderation+"/fiches/"+b.proposed, 200, In("h1", HasText("Atelier du Lac")), In("main", HasText("Déclaré, sans source officielle"), HasText("Une <b>belle</b> blanchisserie."), HasText("mode non dit\u202f; France entière"))),
		b.get("a claim", moderation+"/fiches/"+b.asked, 200, In("main", HasText("Je la dirige depuis dix ans."))),
		b.get("a conflict", moderation+"/conflits/"+b.disputed, 200, In("main", HasText("INSEE, base Sirene, 1er octobre 2026"))),
		b.get("a report", moderation+"/signalements/"+b.report, 200, In("main", HasText("Le numéro sonne dans le vide."), HasText("passante@example.org"))),
		b.get("suspended", moderation+"/suspendues", 200, In("main", HasText("Aucune fiche n’est suspendue."))),
		b.leads("by its number", moderation+"/suspendues?fiche="+url.QueryEscape(siretKept[:3]+" "+siretKept[3:])),
		b.leads("by its address", moderation+"/suspendues?fiche=https://x.example/structures/"+b.kept),
		b.get("by nothing", moderation+"/suspendues?fiche=zzz", 200, In("main", HasText("Aucune fiche, ou plusieurs"))),
		b.get("duplicates", "/administration/doublons", 200, Count("main tbody tr", 1)),
		b.get("a pair", "/administration/doublons/"+b.kept+"/"+b.twin, 200, Count("main .sides input[checked]", 2)),
		b.get("merges", "/administration/doublons/reunions", 200, In("main", HasText("Aucune fiche n’est réunie"))),
		b.get("no merge", "/administration/doublons/reunions/"+b.kept+"/"+b.twin, 404, In("h1", HasText("Introuvable"))),
	})
	for _, path := range []string{"/fiches/", "/conflits/", "/signalements/", "/suspendues/"} {
		Run(t, b.app, []Scenario{b.get("absent"+path, moderation+path+"aaaaaaaaaaaaaaaa", 404, In("h1", HasText("Introuvable")))})
	}
	Run(t, b.app, []Scenario{b.get("no pair", "/administration/doublons/"+b.kept+"/aaaaaaaaaaaaaaaa", 404, In("h1", HasText("Introuvable")))})
}

// sends posts a form and tells the status and where it leads.
func (b *bench) sends(t *testing.T, path string, fields url.Values, status int, what string) {
	t.Helper()
	a := post(t, b.app, path, b.chief, fields)
	said := a.Header.Get("Location") + a.Body
	if a.Status != status || !strings.Contains(said, what) {
		t.Errorf("POST %s %v: %d %.300s, want %d %s", path, fields, a.Status, a.Header.Get("Location"), status, what)
	}
}

func (b *bench) version(t *testing.T, id string) string {
	t.Helper()
	d, err := b.Directory.Structures.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(d.Version)
}

// TestModerationDecides answers each kind, once: what is missing, stale or said twice is refused.
func TestModerationDecides(t *testing.T) {
	b := newBench(t)
	at := moderation + "/fiches/" + b.proposed
	b.sends(t, at, url.Values{"proposition": {"envoi"}, "raison": {"gardé tel quel"}}, 422, "gardé tel quel")
	b.sends(t, at, url.Values{"proposition": {"envoi"}, "choix": {"refused"}, "raison": {"court"}}, 422, "Erreur")
	b.sends(t, at, url.Values{"proposition": {"envoi"}, "choix": {"refused"}, "raison": {strings.Repeat("x", 1001)}}, 422, "Erreur")
	b.sends(t, at, url.Values{"proposition": {"autre"}, "choix": {"accepted"}}, 422, "a envoyé une autre proposition")
	b.sends(t, at, url.Values{"proposition": {"envoi"}, "choix": {"accepted"}}, 303, "fait=accepte")
	b.sends(t, at, url.Values{"proposition": {"envoi"}, "choix": {"refused"}, "raison": {"Trop tard, hélas."}}, 422, "a déjà reçu une réponse")

	at = moderation + "/fiches/" + b.asked + "/demandes/" + organisator
	b.sends(t, at, url.Values{}, 422, "Choisissez")
	b.sends(t, at, url.Values{"choix": {"refused"}, "raison": {"non"}}, 422, "Donnez une raison")
	b.sends(t, at, url.Values{"choix": {"refused"}, "raison": {"Rien ne montre que c’est vous."}}, 303, "fait=refuse")
	b.sends(t, at, url.Values{"choix": {"accepted"}}, 422, "a déjà reçu une réponse")

	at = moderation + "/conflits/" + b.disputed
	settle := url.Values{"information": {"phone-lemarche"}, "phone-lemarche": {"lemarche"}, "version": {"1"}}
	b.sends(t, at, url.Values{"information": {"phone-lemarche"}, "phone-lemarche": {"gesat"}, "version": {"1"}}, 422, "ne disent plus cela")
	b.sends(t, at, settle, 303, "fait=tranche")
	b.sends(t, at, settle, 409, "Quelqu’un d’autre a changé")

	at = moderation + "/signalements/" + b.report
	b.sends(t, at, url.Values{"version": {"9"}}, 409, "Quelqu’un d’autre a changé")
	b.sends(t, at, url.Values{"version": {"1"}, "raison": {strings.Repeat("é", 501)}}, 422, "trop longue")
	b.sends(t, at, url.Values{"version": {"1"}, "raison": {"Numéro corrigé."}}, 303, "fait=clos")
	b.sends(t, at, url.Values{"version": {"2"}}, 409, "Quelqu’un d’autre a changé")
	d, err := b.Reports.Get(t.Context(), b.report)
	if err != nil || d.Value.Open() || d.Value.Email != "" || d.Value.Note != "Numéro corrigé." {
		t.Errorf("%+v %v", d.Value, err)
	}
}

// TestSuspendAndMerge take sheets out of sight and bring them back.
func TestSuspendAndMerge(t *testing.T) {
	b := newBench(t)
	at := moderation + "/suspendues/" + b.kept
	b.sends(t, at, url.Values{"version": {"1"}, "raison": {"court"}}, 422, "Erreur")
	b.sends(t, at, url.Values{"version": {"7"}, "raison": {"Ce n’est pas une structure."}}, 409, "Ce n’est pas une structure.")
	b.sends(t, at, url.Values{"version": {"1"}, "raison": {"Ce n’est pas une structure."}}, 303, "fait=suspendue")
	Run(t, b.app, []Scenario{{Name: "gone", URL: "/structures/" + b.kept, Status: 410, HTML: []Check{In("h1", HasText("Fiche non publiée"))}},
		b.get("told", moderation+"/suspendues", 200, In("main tbody", HasText("Ce n’est pas une structure.")))})
	b.sends(t, "/administration/doublons/"+b.kept+"/"+b.twin, url.Values{"version": {b.version(t, b.kept)}, "version_doublon": {"1"}}, 422, "n’est plus publiée")
	b.sends(t, at+"/retablir", url.Values{"version": {"1"}}, 409, "Quelqu’un d’autre a changé")
	b.sends(t, at+"/retablir", url.Values{"version": {b.version(t, b.kept)}}, 303, "fait=retablie")

	at = "/administration/doublons/" + b.kept + "/" + b.twin
	b.sends(t, at, url.Values{"version": {b.version(t, b.kept)}, "version_doublon": {"9"}}, 409, "Quelqu’un d’autre a changé")
	b.sends(t, at, url.Values{"version": {b.version(t, b.kept)}, "version_doublon": {"1"}, "fait-phone": {"duplicate"}}, 303, "fait=reunies")
	Run(t, b.app, []Scenario{
		{Name: "the duplicate leads to the other", URL: "/structures/" + b.twin, Status: 301},
		{Name: "with what was picked", URL: "/structures/" + b.kept, Status: 200, HTML: []Check{In("main", HasText("01 99 00 00 02"))}},
		b.get("merges", "/administration/doublons/reunions", 200, Count("main tbody tr", 1)),
		b.get("asked before", "/administration/doublons/reunions/"+b.kept+"/"+b.twin, 200, In("main", HasText("seront de nouveau montrées"))),
	})
	at = "/administration/doublons/reunions/" + b.kept + "/" + b.twin
	b.sends(t, at, url.Values{"version": {"1"}}, 409, "Quelqu’un d’autre a changé")
	b.sends(t, at, url.Values{"version": {b.version(t, b.kept)}}, 303, "fait=defaite")
	b.sends(t, at, url.Values{"version": {b.version(t, b.kept)}}, 404, "")
	Run(t, b.app, []Scenario{{Name: "back", URL: "/structures/" + b.twin, Status: 200, HTML: []Check{In("h1", HasText("Les Lilas"))}}})

	b.sends(t, "/administration/doublons/"+b.kept+"/"+b.twin+"/distinctes", nil, 303, "fait=distinctes")
	Run(t, b.app, []Scenario{b.get("not proposed again", "/administration/doublons", 200, Count("main tbody tr", 0))})
}
