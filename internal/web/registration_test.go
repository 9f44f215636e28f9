package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

const (
	registerSIRET = "73282932000074" // of no sheet
	closedSIRET   = "55210055400013"
)

// registry is a portal with sheets that an official file tells.
type registry struct {
	*crowd
	*testing.T
	run  func([]webtest.Scenario)
	post func(path, email string, fields url.Values) webtest.Answer
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	who, change := withPeople(t)
	app := newPortal(t, change)
	r := &registry{crowd: who, T: t, run: func(list []webtest.Scenario) { t.Helper(); webtest.Run(t, app, list) }}
	cookies := map[string]string{}
	r.post = func(path, email string, fields url.Values) webtest.Answer {
		t.Helper()
		if cookies[email] == "" && email != "" {
			cookies[email] = who.signIn(t, email)
		}
		return post(t, app, path, cookies[email], fields)
	}
	return r
}

// known puts a sheet into the directory.
func (r *registry) known(siret string, change func(*structure.Structure)) (id string) {
	r.Helper()
	id = structure.NewID("siret:" + siret)
	origin := structure.Origin{Source: structure.SourceFINESS, AsOf: "2026-11-01"}
	s := structure.Structure{ID: id, SIRET: siret, Name: "ESAT du Lac", Contact: structure.Contact{Email: "contact@esat-du-lac.fr", Website: "https://esat-du-lac.fr"}, Origins: map[structure.Field]structure.Origin{
		structure.FieldName: origin, structure.FieldEmail: origin, structure.FieldWebsite: origin,
	}}
	if change != nil {
		change(&s)
	}
	if _, err := r.Directory.Structures.Insert(r.Context(), s, store.Change{}); err != nil {
		r.Fatal(err)
	}
	return id
}

// Each number has its own answer, and a way out.
func TestRegisterByNumber(t *testing.T) {
	r := newRegistry(t)
	id := r.known(registerSIRET, nil)
	r.known(closedSIRET, func(s *structure.Structure) { s.Closed = true })
	r.Directory.Objects = func(_ context.Context, number string) (bool, error) { return number == "siret:"+siretProprete, nil }
	cookie := r.signIn(t, "camille@gmail.com")
	fault := func(text string) []webtest.Check {
		return []webtest.Check{webtest.In(".error-summary", webtest.HasText(text)), webtest.In("#numero-erreur", webtest.HasText(text)), webtest.In("title", webtest.HasText("Erreur"))}
	}
	r.run([]webtest.Scenario{
		{Name: "empty page", URL: "/inscription", Status: 200, HTML: []webtest.Check{webtest.In("h1", webtest.HasText("Inscrire ma structure")), webtest.In("#numero")}},
		{Name: "13 digits", URL: "/inscription?numero=7328293200007", Status: 422, HTML: fault("13 chiffres")},
		{Name: "a wrong key", URL: "/inscription?numero=73282932000075", Status: 422, HTML: fault("n’existe pas")},
		{Name: "a SIREN", URL: "/inscription?numero=732829320", Status: 422, HTML: fault("SIREN")},
		{Name: "words", URL: "/inscription?numero=%3Cscript%3Ealert(1)%3C/script%3E", Status: 422, HTML: fault("que des chiffres")},
		{Name: "known, to nobody", URL: "/inscription?numero=" + registerSIRET, Status: 200, HTML: []webtest.Check{
			webtest.In("h1", webtest.HasText("votre structure")), webtest.In("form[action='/connexion'] input[name=suite][value='/inscription?numero=" + registerSIRET + "']"), webtest.NotIn("form[action='/inscription'][method=post]")}},
		{Name: "known", URL: "/inscription?numero=" + registerSIRET, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("input[name=fiche][value=" + id + "]"), webtest.In("button", webtest.HasText("Oui, c’est ma structure"))}},
		{Name: "by its sheet", URL: "/inscription?fiche=" + id, Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("input[name=fiche][value=" + id + "]")}},
		{Name: "by no sheet", URL: "/inscription?fiche=aaaaaaaaaaaaaaaa", Header: as(cookie), Status: 404, Contains: []string{"Introuvable"}},
		{Name: "closed", URL: "/inscription?numero=" + closedSIRET, Header: as(cookie), Status: 200, HTML: []webtest.Check{
			webtest.In(".notice", webtest.HasText("fermé")), webtest.In("form[action='/inscription/question'] textarea"), webtest.NotIn("input[name=fiche][value=" + id + "]")}},
		{Name: "opposed", URL: "/inscription?numero=" + siretProprete, Header: as(cookie), Status: 200, HTML: []webtest.Check{
			webtest.In(".lead-text", webtest.HasText("liste d’opposition")), webtest.In("form[action='/inscription/question'] textarea"), webtest.NotIn("#nom")}},
		{Name: "an RNA number", URL: "/inscription?numero=W941234567", Header: as(cookie), Status: 200, HTML: []webtest.Check{webtest.In("#nom"), webtest.In("main", webtest.HasText("Sans SIRET"))}},
	})
}

// A claim takes its proofs in the order of their ease; what cannot serve says why.
func TestClaimPage(t *testing.T) {
	r := newRegistry(t)
	id := r.known(registerSIRET, nil)
	if got := r.post("/inscription", "camille@gmail.com", url.Values{"fiche": {id}}); got.Status != 303 || got.Header.Get("Location") != "/inscription/"+id {
		t.Fatalf("%d to %s", got.Status, got.Header.Get("Location"))
	}
	r.run([]webtest.Scenario{
		{Name: "its page", URL: "/inscription/" + id, Header: as(r.signIn(t, "camille@gmail.com")), Status: 200, HTML: []webtest.Check{
			webtest.In(".way-best", webtest.HasText("c•••@esat-…fr")), webtest.In(".ways-closed", webtest.HasText("messagerie grand public")), webtest.NotIn("button[value=domain]")}},
		{Name: "of a stranger", URL: "/inscription/" + id, Header: as(r.signIn(t, "autre@gmail.com")), Status: 404, Contains: []string{"Introuvable"}},
	})
	for _, c := range []struct {
		name, path string
		fields     url.Values
		status     int
		says       string
	}{
		{"a free mailbox proves nothing", "/inscription/" + id, url.Values{"preuve": {"domain"}}, 422, "messagerie grand public"},
		{"no identity", "/inscription/" + id, url.Values{"preuve": {"identity"}}, 422, "identité professionnelle"},
		{"no unit", "/inscription/" + id, url.Values{"preuve": {"unit"}}, 422, "aucune autre fiche"},
		{"no network", "/inscription/" + id, url.Values{"preuve": {"voucher"}, "reseau": {"rien"}}, 422, "Seul un réseau"},
		{"no such proof", "/inscription/" + id, url.Values{"preuve": {"parole"}}, 422, "Choisissez"},
		{"a code that nobody sent", "/inscription/" + id + "/code", url.Values{"code": {"123456"}}, 422, "Aucun message"},
		{"no code", "/inscription/" + id + "/code", url.Values{"code": {"12"}}, 422, "six chiffres"},
		{"too long a text", "/inscription/" + id, url.Values{"preuve": {"moderator"}, "texte": {strings.Repeat("é", 3000)}}, 422, "trop long"},
		{"a foreign sheet", "/inscription/" + structure.NewID("siret:1"), url.Values{"preuve": {"domain"}}, 404, ""},
	} {
		got := r.post(c.path, "camille@gmail.com", c.fields)
		if got.Status != c.status || !strings.Contains(got.Body, c.says) {
			t.Errorf("%s: %d, want %d and %q", c.name, got.Status, c.status, c.says)
		}
	}
	if got := r.post("/inscription/"+id, "camille@gmail.com", url.Values{"preuve": {"mail"}}); got.Status != 303 {
		t.Errorf("the mail: %d", got.Status)
	}
	if got := r.post("/inscription", "dominique@esat-du-lac.fr", url.Values{"fiche": {id}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	if got := r.post("/inscription/"+id, "dominique@esat-du-lac.fr", url.Values{"preuve": {"domain"}}); got.Status != 303 || !strings.HasSuffix(got.Header.Get("Location"), "/quoi") {
		t.Errorf("the domain: %d to %s", got.Status, got.Header.Get("Location"))
	}
	d, err := r.Directory.Registrations.Get(t.Context(), id)
	if err != nil || d.Value.Proof != registration.ProofDomain {
		t.Errorf("%+v, %v", d.Value, err)
	}
	if got := r.post("/inscription", "camille@gmail.com", url.Values{"fiche": {id}}); got.Status != 422 || !strings.Contains(got.Body, "déjà tenue") {
		t.Errorf("claimed after it was lost: %d", got.Status)
	}
}

// The link of a mail is a page with two buttons; nothing tells why it does not serve.
func TestProofLink(t *testing.T) {
	r := newRegistry(t)
	id := r.known(registerSIRET, nil)
	if got := r.post("/inscription", "camille@gmail.com", url.Values{"fiche": {id}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	if got := r.post("/inscription/"+id, "camille@gmail.com", url.Values{"preuve": {"mail"}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	d, err := r.Directory.Registrations.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	link := "/inscription/preuve/" + r.Secret.Token(message.PurposeClaim, d.Value.Requests[0].Mail, 0)
	r.run([]webtest.Scenario{
		{Name: "to nobody", URL: link, Status: 200, HTML: []webtest.Check{webtest.In("main", webtest.HasText("camille@gmail.com"), webtest.HasText("ESAT du Lac")), webtest.Count("form button", 2)}},
		{Name: "of nothing", URL: "/inscription/preuve/" + strings.Repeat("A", 26), Status: 410, Contains: []string{"n’est pas connu"}},
		{Name: "no token", URL: "/inscription/preuve/..%2F", Status: 410, Contains: []string{"n’est pas connu"}},
	})
	if got := r.post(link, "", url.Values{}); got.Status != 422 {
		t.Errorf("neither yes nor no: %d", got.Status)
	}
	first, second := r.post(link, "", url.Values{"reponse": {"oui"}}), r.post(link, "", url.Values{"reponse": {"oui"}})
	if first.Status != 200 || second.Status != 410 {
		t.Errorf("used: %d, then %d", first.Status, second.Status)
	}
	if d, err = r.Directory.Registrations.Get(t.Context(), id); err != nil || d.Value.Proof != registration.ProofMail || d.Value.Vested != d.Value.Owner {
		t.Errorf("%+v, %v", d.Value, err)
	}
}

// The three questions refuse what is no answer, keep what was typed, and are kept at
// each step, for whichever device comes next.
func TestThreeQuestions(t *testing.T) {
	r := newRegistry(t)
	const email = "camille@gmail.com"
	if got := r.post("/inscription", email, url.Values{"numero": {registerSIRET}, "nom": {""}, "genre": {"dauphin"}}); got.Status != 422 || !strings.Contains(got.Body, `href="#nom"`) || !strings.Contains(got.Body, `href="#genre"`) {
		t.Errorf("nothing said of a new one: %d", got.Status)
	}
	got := r.post("/inscription", email, url.Values{"numero": {registerSIRET}, "nom": {"ESAT <b>neuf</b>"}, "genre": {"ESAT"}})
	id := structure.NewID("siret:" + registerSIRET)
	if got.Status != 303 || got.Header.Get("Location") != "/inscription/"+id+"/quoi" {
		t.Fatalf("%d to %s", got.Status, got.Header.Get("Location"))
	}
	at := "/inscription/" + id
	for _, c := range []struct {
		name, segment string
		fields        url.Values
		status        int
		says          string
	}{
		{"nothing ticked", "/quoi", url.Values{}, 422, "au moins un métier"},
		{"words and nothing ticked", "/quoi", url.Values{"secteur_mots": {"tonte"}}, 422, "Cochez au moins une des propositions"},
		{"no such sector", "/quoi", url.Values{"secteur": {"licornes"}}, 422, "au moins un métier"},
		{"words looked up", "/quoi", url.Values{"secteur_mots": {"ménage"}, "chercher": {"secteur"}}, 200, "nettoyage-locaux"},
		{"an answer", "/quoi", url.Values{"secteur": {"nettoyage-locaux"}, "rev": {"9"}}, 303, ""},
		{"nowhere", "/ou", url.Values{"rev": {"9"}}, 422, "Dites où vous intervenez"},
		{"no such commune", "/ou", url.Values{"commune": {"Zzzz"}, "zone": {"france"}, "rev": {"9"}}, 422, "n’est pas connue"},
		{"which commune", "/ou", url.Values{"commune": {"Villeneuve"}, "zone": {"france"}, "rev": {"9"}}, 422, "commune_choisie"},
		{"no radius", "/ou", url.Values{"commune": {"Vitry-sur-Seine"}, "zone": {"rayon"}, "rayon": {"loin"}, "rev": {"9"}}, 422, "1 à 500"},
		{"too far", "/ou", url.Values{"commune": {"Vitry-sur-Seine"}, "zone": {"rayon"}, "rayon": {"501"}, "rev": {"9"}}, 422, "1 à 500"},
		{"not a number", "/ou", url.Values{"commune": {"Vitry-sur-Seine"}, "zone": {"rayon"}, "rayon": {"NaN"}, "rev": {"9"}}, 422, "1 à 500"},
		{"a zone of no commune", "/ou", url.Values{"commune": {"Vitry-sur-Seine"}, "zone": {"liste"}, "territoire": {"zzz"}, "rev": {"9"}}, 422, "au moins un territoire"},
		{"an answer", "/ou", url.Values{"commune": {"94400"}, "zone": {"rayon"}, "rayon": {"12,5 km"}, "rev": {"9"}}, 303, ""},
		{"no way to be reached", "/contact", url.Values{"rev": {"9"}}, 422, "au moins un moyen"},
		{"half a number", "/contact", url.Values{"telephone": {"01 99"}, "rev": {"9"}}, 422, "pas complet"},
		{"no address", "/contact", url.Values{"courriel": {"camille"}, "rev": {"9"}}, 422, "adresse"},
		{"no site", "/contact", url.Values{"site": {"javascript:alert(1)"}, "rev": {"9"}}, 422, "www.exemple.fr"},
		{"an older page", "/contact", url.Values{"telephone": {"01 99 00 00 01"}, "rev": {"0"}}, 303, ""}, // another part: nobody has written it
		{"the same, sent again from an older page", "/contact", url.Values{"telephone": {"01 99 00 00 02"}, "rev": {"0"}}, 409, "01 99 00 00 02"},
	} {
		if got := r.post(at+c.segment, email, c.fields); got.Status != c.status || !strings.Contains(got.Body, c.says) {
			t.Errorf("%s: %d, want %d and %q", c.name, got.Status, c.status, c.says)
		}
	}
	d, err := r.Directory.Registrations.Get(t.Context(), id)
	if err != nil || d.Value.Submission == nil || d.Value.Owner != "" {
		t.Fatalf("%+v, %v", d.Value, err)
	}
	s := d.Value.Submission.Sheet
	if s.Address.Commune != "94081" || s.Activities[0].Zone.RadiusKM != 12.5 || s.Contact.Phone != "01 99 00 00 01" || s.Kinds[0].Kind != structure.ESAT {
		t.Errorf("submitted %+v", s)
	}
	r.run([]webtest.Scenario{
		{Name: "on another device", URL: at + "/ou", Header: as(r.signIn(t, email)), Status: 200, HTML: []webtest.Check{webtest.In("#rayon[value='12,5']"), webtest.In("#zone-rayon[checked]")}},
		{Name: "what came of it", URL: at + "/fin", Header: as(r.signIn(t, email)), Status: 200, HTML: []webtest.Check{webtest.In("h1", webtest.HasText("attend l’équipe")), webtest.In("main", webtest.HasText("pas encore en ligne"))}},
		{Name: "begun before", URL: "/inscription?numero=" + registerSIRET, Header: as(r.signIn(t, email)), Status: 200, HTML: []webtest.Check{webtest.In("a[href='"+at+"']", webtest.HasText("Reprendre"))}},
	})
}

// A person's SIRET, as the provider told it at the sign-in, puts a new sheet on line.
func TestRegisterByIdentity(t *testing.T) {
	r := newRegistry(t)
	const email = "camille@gmail.com"
	if got := r.post("/compte/nom", email, url.Values{"nom": {"Camille"}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	p, err := r.People.ByEmail(t.Context(), account.Email(email))
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Sessions.Of(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		d.Value.SIRET = registerSIRET
		if _, err := r.Sessions.Replace(t.Context(), d, store.Change{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.post("/inscription", email, url.Values{"numero": {registerSIRET}, "nom": {"Atelier"}, "genre": {"entreprise"}}); got.Status != 303 {
		t.Fatal(got.Status)
	}
	id := structure.NewID("siret:" + registerSIRET)
	for segment, fields := range map[string]url.Values{"/quoi": {"secteur": {"nettoyage-locaux"}}, "/ou": {"commune": {"Vitry-sur-Seine"}, "zone": {"france"}}} {
		fields.Set("rev", "9")
		if got := r.post("/inscription/"+id+segment, email, fields); got.Status != 303 {
			t.Fatalf("%s: %d", segment, got.Status)
		}
	}
	if got := r.post("/inscription/"+id+"/contact", email, url.Values{"telephone": {"01 99 00 00 01"}, "rev": {"9"}}); got.Header.Get("Location") != "/inscription/"+id+"/fin" {
		t.Errorf("%d to %s", got.Status, got.Header.Get("Location"))
	}
	s, err := r.Directory.Structures.Get(t.Context(), id)
	if err != nil || s.Value.Name != "Atelier" || s.Value.OwnVersion != 1 {
		t.Errorf("%+v, %v", s.Value, err)
	}
}
