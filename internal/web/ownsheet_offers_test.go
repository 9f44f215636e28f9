package web_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/web/webtest"
)

// sentFile is a file of a form.
type sentFile struct {
	name, media string
	content     []byte
}

// upload posts a form with a file as a page of the portal does.
func (w *writing) upload(path, cookie string, fields url.Values, file sentFile) webtest.Answer {
	w.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("jeton", csrf)
	for name, list := range fields {
		_ = form.WriteField(name, list[0])
	}
	p, err := form.CreatePart(map[string][]string{
		"Content-Disposition": {`form-data; name="fichier"; filename="` + file.name + `"`}, "Content-Type": {file.media},
	})
	if err == nil {
		_, err = p.Write(file.content)
	}
	if err != nil || form.Close() != nil {
		w.Fatal(err)
	}
	return webtest.Scenario{Method: "POST", URL: path, Body: b.String(), Header: map[string]string{
		"Content-Type": form.FormDataContentType(), "Cookie": strings.TrimPrefix(cookie+"; sourcier_form="+csrf, "; "), "Origin": "http://localhost:8080",
	}}.Do(w.T, w.app)
}

func coloured(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photo is a JPEG that says where it was taken.
func photo(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, coloured(900, 600), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00GPS 48.7876,2.3933")
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Concat(head, exif, b.Bytes()[2:])
}

// hugePNG claims 20,000 pixels a side.
func hugePNG(t testing.TB) []byte {
	t.Helper()
	out := pngOf(t, coloured(4, 4))
	binary.BigEndian.PutUint32(out[16:], 20_000)
	binary.BigEndian.PutUint32(out[20:], 20_000)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// draft is what the sheet says in its draft.
func (w *writing) draft(at string) registration.Sheet {
	w.Helper()
	own, err := w.sheets.Own(w.Context(), w.esat, strings.TrimPrefix(at, "/mes-fiches/"))
	if err != nil {
		w.Fatal(err)
	}
	return own.Sheet(w.esat.Organisation)
}

// files is how many files the sheets own.
func (w *writing) files() int {
	w.Helper()
	list, err := w.sheets.Blobs.List(w.Context(), "", 100)
	if err != nil {
		w.Fatal(err)
	}
	return len(list)
}

var basePattern = regexp.MustCompile(`name="base" value="([^"]+)"`)

// base is the stamp of what a page shows.
func (w *writing) base(path string) string {
	w.Helper()
	m := basePattern.FindStringSubmatch(w.get(path, 200).Body)
	if m == nil {
		w.Fatalf("%s shows no stamp", path)
	}
	return m[1]
}

func offerForm() url.Values {
	return url.Values{"titre": {"Plateaux-repas"}, "description": {"Livrés froids.\n\nVaisselle comprise."}, "capacite": {"200 repas par jour"}, "delai": {"5"}, "minimum": {"500"}, "maximum": {"20 000 €"}}
}

func TestAnOfferIsWrittenAndShown(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.published(at)
	w.get(at+"/offres", 200, webtest.In("a.btn-act[href="+at+"/offres/nouvelle]"))
	w.send(at+"/offres/nouvelle", offerForm(), 303)
	w.get(at+"/offres", 200, webtest.In(".own-list", webtest.HasText("Plateaux-repas"), webtest.HasText("de 500 à 20 000 € HT"), webtest.HasText("5 jours")))

	pictures := at + "/offres/1/images"
	got := w.upload(pictures, w.cookie, url.Values{"base": {w.base(pictures)}, "description": {"Un plateau-repas ouvert"}}, sentFile{"photo.jpg", "image/jpeg", photo(t)})
	if got.Status != 303 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	picture := w.draft(at).Offers[0].Pictures[0]
	if picture.Alt != "Un plateau-repas ouvert" || picture.Width != 900 || picture.Media != "image/jpeg" {
		t.Errorf("%+v", picture)
	}
	w.getAs("", "/structures/"+id+"/images/"+picture.Small, 404) // of a draft
	w.get(at+"/fichiers/"+picture.Small, 200)
	w.get(at+"/apercu", 200, webtest.In("img[src="+at+"/fichiers/"+picture.Small+"]"))

	w.send(at+"/offres/1/images/decrire", url.Values{"base": {w.base(pictures)}, "image": {picture.Large}, "champ": {"texte-1"}, "texte-1": {"Un plateau et ses couverts"}}, 303)
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	w.getAs("", "/structures/"+id, 200, webtest.In("#offres", webtest.HasText("Offres")), webtest.In(".sheet-main", webtest.HasText("Plateaux-repas"), webtest.HasText("200 repas par jour"), webtest.HasText("de 500 à 20 000 € HT"), webtest.HasText("5 jours")),
		webtest.In(".pictures img[src=/structures/"+id+"/images/"+picture.Small+"]", webtest.HasAttr("alt", "Un plateau et ses couverts"), webtest.HasAttr("width", "640")))
	for _, hash := range []string{picture.Small, picture.Large} {
		got := webtest.Scenario{URL: "/structures/" + id + "/images/" + hash}.Do(t, w.app)
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Disposition": `attachment; filename="image.jpg"`, "Cache-Control": "public, max-age=604800, immutable", "ETag": `"` + hash + `"`,
		} {
			if got.Header.Get(name) != want {
				t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
			}
		}
		if strings.Contains(got.Body, "GPS") {
			t.Error("the image says where it was taken")
		}
	}
	again := webtest.Scenario{URL: "/structures/" + id + "/images/" + picture.Small, Header: map[string]string{"If-None-Match": `"` + picture.Small + `"`}}.Do(t, w.app)
	if again.Status != 304 || again.Body != "" {
		t.Errorf("status %d for what the client has", again.Status)
	}
	webtest.Run(t, w.app, []webtest.Scenario{{Name: "JSON", URL: "/api/v1/structures/" + id, Status: 200, JSON: map[string]any{
		"offers.0.title": "Plateaux-repas", "offers.0.min_euros": 500, "offers.0.max_euros": 20000, "offers.0.lead_days": 5, "offers.0.capacity": "200 repas par jour",
		"offers.0.pictures.0.url": "http://localhost:8080/structures/" + id + "/images/" + picture.Large, "offers.0.pictures.0.alt": "Un plateau et ses couverts",
		"offers.0.pictures.0.media": "image/jpeg", "logo": nil,
	}}})

	w.send(at+"/offres/1/images/retirer", url.Values{"base": {w.base(pictures)}, "image": {picture.Large}}, 303)
	w.send(at+"/offres/1/images/retirer", url.Values{"base": {w.base(pictures)}, "image": {picture.Large}}, 409)
	w.send(at+"/offres/1/retirer", url.Values{"base": {w.base(at + "/offres/1")}}, 303)
	if left := w.draft(at).Offers; len(left) > 0 {
		t.Errorf("%+v", left)
	}
	w.getAs("", "/structures/"+id+"/images/"+picture.Small, 200) // still published
}

func TestAnOfferIsRefusedAtItsFields(t *testing.T) {
	w, at := newWriting(t)
	for name, c := range map[string]struct {
		change url.Values
		field  string
		says   string
	}{
		"no title":          {url.Values{"titre": {" "}}, "titre", "en peu de mots"},
		"a long title":      {url.Values{"titre": {strings.Repeat("é", 121)}}, "titre", "121 caractères, 120 au plus"},
		"a long text":       {url.Values{"description": {strings.Repeat("é", 2001)}}, "description", "2001 caractères"},
		"letters for days":  {url.Values{"delai": {"vite"}}, "delai", "nombre entier"},
		"less than nothing": {url.Values{"minimum": {"-5"}}, "minimum", "nombre entier"},
		"cents":             {url.Values{"maximum": {"12,50"}}, "maximum", "nombre entier"},
		"ten years":         {url.Values{"delai": {"3650"}}, "delai", "730 au plus"},
		"more than all":     {url.Values{"maximum": {"99999999999999999999"}}, "maximum", "nombre"},
		"maximum below":     {url.Values{"minimum": {"600"}, "maximum": {"500"}}, "maximum", "plus petit"},
		"something unseen":  {url.Values{"capacite": {"200\u200e repas"}}, "capacite", "invisibles"},
	} {
		t.Run(name, func(t *testing.T) {
			w.T = t
			form := offerForm()
			for field, value := range c.change {
				form[field] = value
			}
			got := w.send(at+"/offres/nouvelle", form, 422)
			webtest.MustMatch(t, got.Body, webtest.In("title", webtest.HasText("Erreur")), webtest.In(".error-summary a[href=#"+c.field+"]", webtest.HasText(c.says)),
				webtest.In("#"+c.field+"[aria-invalid=true]"), webtest.In("#"+c.field+"-erreur", webtest.HasText(c.says)))
			if c.field != "titre" {
				webtest.MustMatch(t, got.Body, webtest.In("#titre", webtest.HasAttr("value", "Plateaux-repas")))
			}
		})
	}
	w.T = t
	if len(w.draft(at).Offers) > 0 {
		t.Error("a refused offer is kept")
	}
}

// TestFilesThatAreNoImages: whatever a file is called and said to be, its content
// decides; nothing of what is refused is stored.
func TestFilesThatAreNoImages(t *testing.T) {
	w, at := newWriting(t)
	big := append(pngOf(t, coloured(4, 4)), make([]byte, 40<<20)...)
	for name, c := range map[string]struct {
		content []byte
		status  int
		says    string
	}{
		"SVG":                  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 422, "un dessin SVG"},
		"a page":               {[]byte("<!DOCTYPE html><script>alert(1)</script>"), 422, "une page web"},
		"a PDF":                {[]byte("%PDF-1.7\n%%EOF"), 422, "un document PDF"},
		"20,000 pixels a side": {hugePNG(t), 422, "20 000 × 20 000 pixels"},
		"cut short":            {photo(t)[:2000], 422, "abîmée"},
		"40 MB":                {big, 413, "Ce fichier pèse 41 Mo : 5 Mo au plus"},
		"just above 5 MB":      {append(pngOf(t, coloured(4, 4)), make([]byte, 5<<20)...), 413, "5 Mo au plus"},
	} {
		t.Run(name, func(t *testing.T) {
			w.T = t
			got := w.upload(at+"/logo", w.cookie, url.Values{"rev": {"0"}}, sentFile{"logo.png", "image/png", c.content})
			w.see(got, c.status, webtest.In("h1", webtest.HasText("Logo")), webtest.In(".error-summary", webtest.HasText(c.says)), webtest.In("#fichier[aria-invalid=true]"), webtest.In("#fichier-erreur", webtest.HasText(c.says)))
		})
	}
	w.T = t
	w.see(w.upload(at+"/logo", w.cookie, nil, sentFile{"", "application/octet-stream", nil}), 422, webtest.In("#fichier-erreur", webtest.HasText("Choisissez une image")))
	w.see(w.upload(at+"/logo", w.cookie, nil, sentFile{"vide.png", "image/png", nil}), 422, webtest.In("#fichier-erreur", webtest.HasText("vide")))
	if n := w.files(); n > 0 || w.draft(at).Logo != nil {
		t.Errorf("%d files are stored", n)
	}
}

// TestMoreThanIsRead: what no page answers is not read to its end.
func TestMoreThanIsRead(t *testing.T) {
	w, at := newWriting(t)
	got := w.upload(at+"/logo", w.cookie, nil, sentFile{"logo.png", "image/png", make([]byte, 70<<20)})
	w.see(got, 413, webtest.In("h1", webtest.HasText("Fichier trop lourd")), webtest.In("main", webtest.HasText("5 Mo pour un logo")))
}

// TestAFileThatIsNotReadIsNoRequest: what nobody listened to is not taken for the next
// request of the connection.
func TestAFileThatIsNotReadIsNoRequest(t *testing.T) {
	w, at := newWriting(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- w.app.Listener(ln) }()
	t.Cleanup(func() {
		if err := errors.Join(w.app.Shutdown(), <-served); err != nil {
			t.Error(err)
		}
	})
	hidden := "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
	body := strings.Repeat("x", 100_000-len(hidden)) + hidden
	res, _ := exchange(t, ln.Addr().String(), "POST "+at+"/logo HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"+body)
	if res.StatusCode != http.StatusUnauthorized || !res.Close {
		t.Errorf("status %d, connection closed: %v", res.StatusCode, res.Close)
	}
}

func TestALogoIsKeptPublishedAndRemoved(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.published(at)
	first := w.rev(at + "/logo")
	if got := w.upload(at+"/logo", w.cookie, url.Values{"rev": {first}}, sentFile{"logo.txt", "text/plain", pngOf(t, coloured(800, 400))}); got.Status != 303 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	logo := w.draft(at).Logo
	if logo == nil || logo.Width != 400 || logo.Height != 200 || logo.Small != logo.Large {
		t.Fatalf("%+v", logo)
	}
	w.get(at+"/logo", 200, webtest.In(".own-logo img", webtest.HasAttr("alt", "Logo actuel")))
	// Another browser showed the page before.
	w.see(w.upload(at+"/logo", w.cookie, url.Values{"rev": {first}}, sentFile{"autre.png", "image/png", pngOf(t, coloured(100, 100))}), 409, webtest.In(".error-summary", webtest.HasText("entre-temps")), webtest.In(".own-logo img"))
	if now := w.draft(at).Logo; *now != *logo {
		t.Error("a stale form wrote over the logo")
	}
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	w.getAs("", "/structures/"+id, 200, webtest.In(".sheet-logo img[src=/structures/"+id+"/images/"+logo.Small+"]", webtest.HasAttr("alt", "Logo\u202f: ESAT du Lac")))

	// Another image of the same size is a change, and may be published.
	if got := w.upload(at+"/logo", w.cookie, url.Values{"rev": {w.rev(at + "/logo")}}, sentFile{"b.png", "image/png", pngOf(t, coloured(801, 400))}); got.Status != 303 {
		t.Fatalf("status %d", got.Status)
	}
	w.get(at, 200, webtest.In("form[action="+at+"/publier] button"))
	w.send(at+"/logo/retirer", url.Values{"rev": {w.rev(at + "/logo")}}, 303)
	if w.draft(at).Logo != nil {
		t.Error("the logo is there")
	}
}

func TestReferences(t *testing.T) {
	w, at := newWriting(t)
	w.send(at+"/references", url.Values{"rev": {"0"}, "references": {"Ville de Vitry\r\n\r\n  Hôpital   Paul-Brousse \nVille de Vitry"}}, 303)
	if got := w.draft(at).References; !slices.Equal(got, []string{"Ville de Vitry", "Hôpital Paul-Brousse"}) {
		t.Errorf("%q", got)
	}
	w.see(w.send(at+"/references", url.Values{"rev": {"0"}, "references": {"Autre"}}, 409), 409, webtest.In(".own-clash", webtest.HasText("Hôpital Paul-Brousse"), webtest.HasText("Autre")))
	many := strings.Repeat("x\n", 3)
	for i := range 41 {
		many += "client " + strings.Repeat("i", i) + "\n"
	}
	w.see(w.send(at+"/references", w.with(at+"/references", url.Values{"references": {many}}), 422), 422, webtest.In("#references-erreur", webtest.HasText("40 au plus")))
}

func labelForm() url.Values {
	return url.Values{"label": {"qualiopi"}, "portee": {"Actions de formation"}, "debut": {"2025-01-01"}, "fin": {"2028-12-31"}}
}

func TestALabelAndItsProof(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	w.published(at)
	w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", labelForm()), 303)
	w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", url.Values{"label": {"autre"}, "nom": {"Empl’itude"}}), 303)
	w.see(w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", labelForm()), 422), 422, webtest.In("#label-erreur", webtest.HasText("déjà sur votre fiche")))
	for name, c := range map[string]struct {
		form  url.Values
		field string
	}{
		"none":        {url.Values{}, "label"},
		"unknown":     {url.Values{"label": {"<script>"}}, "label"},
		"no name":     {url.Values{"label": {"autre"}, "nom": {"!"}}, "nom"},
		"no such day": {url.Values{"label": {"fsc"}, "debut": {"2026-02-30"}}, "debut"},
		"ends before": {url.Values{"label": {"fsc"}, "debut": {"2026-02-03"}, "fin": {"2026-02-02"}}, "fin"},
	} {
		t.Run(name, func(t *testing.T) {
			w.T = t
			w.see(w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", c.form), 422), 422, webtest.In("#"+c.field+"-erreur"))
		})
	}
	w.T = t

	proof := at + "/labels/qualiopi/justificatif"
	w.see(w.upload(proof, w.cookie, nil, sentFile{"preuve.pdf", "application/pdf", []byte("<html>")}), 422, webtest.In("#fichier-erreur", webtest.HasText("une page web")))
	if got := w.upload(proof, w.cookie, nil, sentFile{"preuve.html", "text/html", []byte("%PDF-1.7\nle certificat\n%%EOF\n")}); got.Status != 303 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	var hash string
	for _, l := range w.draft(at).Labels {
		hash += l.Proof
	}
	file := at + "/fichiers/" + hash
	got := w.get(file, 200)
	if got.Body != "%PDF-1.7\nle certificat\n%%EOF\n" || got.Header.Get("Content-Type") != "application/pdf" || got.Header.Get("Content-Disposition") != `attachment; filename="fichier.pdf"` || got.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("%q, %v", got.Body, got.Header)
	}
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	w.getAs("", "/structures/"+id, 200, webtest.In(".sheet-main", webtest.HasText("Qualiopi"), webtest.HasText("justificatif fourni"), webtest.HasText("Empl’itude")))

	// A proof is for its owner and for administrators, published or not.
	w.organisation(t, "autre", account.KindOwner)
	w.organisation(t, "portail", account.KindPortal)
	w.person(t, "bob@autre.example", "autre", true, account.Structure)
	w.person(t, "chef@portail.example", "portail", true, account.Administrator)
	w.getAs("", "/structures/"+id+"/images/"+hash, 404)
	w.getAs(w.signIn(t, "bob@autre.example"), file, 404)
	w.getAs("", file, 303)
	admin := w.signIn(t, "chef@portail.example")
	w.getAs(admin, file, 200)
	w.getAs(admin, at+"/fichiers/"+strings.Repeat("0", 64), 404)
	w.getAs(admin, at+"/labels", 404)

	w.send(proof+"/retirer", nil, 303)
	w.send(at+"/labels/qualiopi/retirer", nil, 303)
	w.send(at+"/labels/qualiopi/retirer", nil, 404)
	if left := w.draft(at).Labels; len(left) != 1 || left[0].Code != "empl-itude" && left[0].Code != "emplitude" {
		t.Errorf("%+v", left)
	}
}

// TestALabelOfAnOfficialSource is not the structure's to change.
func TestALabelOfAnOfficialSource(t *testing.T) {
	w, at := newWriting(t)
	w.published(at)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	d, err := w.sheets.Structures.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	d.Value.Labels = append(d.Value.Labels, structure.Label{Code: "rge", Name: "RGE", Source: structure.SourceRGE, AsOf: "2026-10-01"})
	if _, err := w.sheets.Structures.Replace(t.Context(), d, store.Change{}); err != nil {
		t.Fatal(err)
	}
	w.get(at+"/labels", 200, webtest.In(".own-list", webtest.HasText("RGE"), webtest.HasText("se corrige auprès de sa source")), webtest.NotIn("a[href="+at+"/labels/rge]"))
	w.get(at+"/labels/rge", 404)
	w.send(at+"/labels/rge/retirer", nil, 404)
	w.see(w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", url.Values{"label": {"rge"}}), 422), 422, webtest.In("#label-erreur", webtest.HasText("source officielle")))
}

// TestOffersOfOthersAreNotThere: a foreign sheet is absent, on each screen, and a file
// sent to it is not listened to.
func TestOffersOfOthersAreNotThere(t *testing.T) {
	w, at := newWriting(t)
	w.send(at+"/offres/nouvelle", offerForm(), 303)
	w.organisation(t, "autre", account.KindOwner)
	w.organisation(t, "mairie", account.KindPublic)
	w.person(t, "bob@autre.example", "autre", true, account.Structure)
	w.person(t, "zoe@mairie.example", "mairie", true, account.Buyer)
	for _, email := range []string{"bob@autre.example", "zoe@mairie.example"} {
		cookie := w.signIn(t, email)
		for _, path := range []string{"/offres", "/offres/1", "/offres/nouvelle", "/offres/1/images", "/references", "/labels", "/labels/nouveau", "/logo"} {
			w.getAs(cookie, at+path, 404)
		}
		for _, path := range []string{"/offres/1", "/offres/1/retirer", "/offres/1/images/decrire", "/offres/1/images/retirer", "/references", "/labels/nouveau", "/logo/retirer"} {
			if got := post(t, w.app, at+path, cookie, offerForm()); got.Status != 404 {
				t.Errorf("%s by %s: status %d", path, email, got.Status)
			}
		}
		for _, path := range []string{"/offres/1/images", "/logo"} {
			if got := w.upload(at+path, cookie, nil, sentFile{"a.png", "image/png", pngOf(t, coloured(4, 4))}); got.Status != 404 {
				t.Errorf("a file to %s by %s: status %d", path, email, got.Status)
			}
		}
	}
	if got := w.upload(at+"/logo", "", nil, sentFile{"a.png", "image/png", make([]byte, 1<<20)}); got.Status != 401 {
		t.Errorf("nobody sends a file: status %d", got.Status)
	}
	if len(w.draft(at).Offers) != 1 || w.files() > 0 {
		t.Error("somebody else has changed the sheet")
	}
}

// TestAFileNeedsTheTokenOfItsForm.
func TestAFileNeedsTheTokenOfItsForm(t *testing.T) {
	w, at := newWriting(t)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("jeton", strings.Repeat("Z", 26))
	p, _ := form.CreateFormFile("fichier", "a.png")
	_, _ = io.Copy(p, bytes.NewReader(pngOf(t, coloured(4, 4))))
	_ = form.Close()
	got := webtest.Scenario{Method: "POST", URL: at + "/logo", Body: b.String(), Header: map[string]string{
		"Content-Type": form.FormDataContentType(), "Cookie": w.cookie + "; sourcier_form=" + csrf, "Origin": "http://localhost:8080",
	}}.Do(t, w.app)
	if got.Status != 403 || w.draft(at).Logo != nil {
		t.Errorf("status %d", got.Status)
	}
	if got := post(t, w.app, at+"/logo", w.cookie, url.Values{"rev": {"0"}}); got.Status != 422 {
		t.Errorf("a form without its file: status %d", got.Status)
	}
}

// TestTwoWriteTheSameOffer: the second sees both versions; one who wrote another offer
// is in nobody's way.
func TestTwoWriteTheSameOffer(t *testing.T) {
	w, at := newWriting(t)
	w.send(at+"/offres/nouvelle", offerForm(), 303)
	base, rev := w.base(at+"/offres/1"), w.rev(at+"/offres/1")
	mine := offerForm()
	mine.Set("base", base)
	mine.Set("rev", rev)
	theirs := offerForm()
	theirs["base"], theirs["rev"], theirs["titre"] = []string{base}, []string{rev}, []string{"Plateaux-repas et buffets"}
	w.send(at+"/offres/1", theirs, 303)
	mine.Set("titre", "Repas livrés")
	w.see(w.send(at+"/offres/1", mine, 409), 409, webtest.In(".own-clash", webtest.HasText("Plateaux-repas et buffets"), webtest.HasText("Repas livrés")))
	w.send(at+"/offres/1/retirer", url.Values{"base": {base}}, 409)
	if got := w.draft(at).Offers; len(got) != 1 || got[0].Title != "Plateaux-repas et buffets" {
		t.Errorf("%+v", got)
	}

	// Somebody else adds an offer while this one is written.
	mine["base"], mine["rev"] = []string{w.base(at + "/offres/1")}, []string{w.rev(at + "/offres/1")}
	w.send(at+"/offres/nouvelle", url.Values{"titre": {"Cocktails"}}, 303)
	w.send(at+"/offres/1", mine, 303)
	if got := w.draft(at).Offers; len(got) != 2 || got[0].Title != "Repas livrés" || got[1].Title != "Cocktails" {
		t.Errorf("%+v", got)
	}
}

// TestScriptInFieldsIsText: whatever is typed is shown as it was typed, on every page.
func TestScriptInFieldsIsText(t *testing.T) {
	w, at := newWriting(t)
	id := strings.TrimPrefix(at, "/mes-fiches/")
	const evil = `"><script>alert(1)</script>=HYPERLINK(1)`
	w.published(at)
	w.send(at+"/offres/nouvelle", url.Values{"titre": {evil}, "description": {evil}, "capacite": {evil}}, 303)
	w.send(at+"/references", w.with(at+"/references", url.Values{"references": {evil}}), 303)
	w.send(at+"/labels/nouveau", w.with(at+"/labels/nouveau", url.Values{"label": {"autre"}, "nom": {evil}, "portee": {evil}}), 303)
	pictures := at + "/offres/1/images"
	if got := w.upload(pictures, w.cookie, url.Values{"base": {w.base(pictures)}, "description": {evil}}, sentFile{`<script>.png`, "image/png", pngOf(t, coloured(40, 30))}); got.Status != 303 {
		t.Fatalf("status %d\n%s", got.Status, wordsOf(got.Body))
	}
	w.send(at+"/publier", url.Values{"rev": {w.rev(at)}}, 303)
	for _, path := range []string{at, at + "/offres", at + "/offres/1", pictures, at + "/references", at + "/labels", at + "/historique", "/structures/" + id} {
		body := w.get(path, 200).Body
		if strings.Contains(body, "<script>alert") || strings.Contains(body, `alt=""><script`) {
			t.Errorf("%s runs what was typed", path)
		}
		if path != at && !strings.Contains(body, "&lt;script&gt;alert(1)") {
			t.Errorf("%s does not show what was typed", path)
		}
	}
}

// TestPicturesOfAnOfferAreFew, each has its text, none comes twice.
func TestPicturesOfAnOfferAreFew(t *testing.T) {
	w, at := newWriting(t)
	w.send(at+"/offres/nouvelle", offerForm(), 303)
	pictures := at + "/offres/1/images"
	send := func(side int, alt string, status int) webtest.Answer {
		t.Helper()
		return w.see(w.upload(pictures, w.cookie, url.Values{"base": {w.base(pictures)}, "description": {alt}}, sentFile{"a.png", "image/png", pngOf(t, coloured(side, side))}), status)
	}
	webtest.MustMatch(t, send(10, "", 422).Body, webtest.In("#description-erreur", webtest.HasText("pour qui ne la voit pas")))
	send(10, "Dix", 303)
	webtest.MustMatch(t, send(10, "Dix encore", 409).Body, webtest.In(".error-summary", webtest.HasText("déjà là")))
	base := w.base(pictures)
	for side := 11; side < 14; side++ {
		send(side, "Onze et plus", 303)
	}
	w.get(pictures, 200, webtest.NotIn("#fichier"), webtest.In(".desk-main", webtest.HasText("4 images au plus")))
	w.see(w.upload(pictures, w.cookie, url.Values{"base": {base}, "description": {"Une cinquième"}}, sentFile{"a.png", "image/png", pngOf(t, coloured(20, 20))}), 409)
	if n := len(w.draft(at).Offers[0].Pictures); n != 4 {
		t.Errorf("%d pictures", n)
	}
	w.see(w.send(pictures+"/decrire", url.Values{"base": {base}, "image": {w.draft(at).Offers[0].Pictures[1].Large}, "champ": {"texte-2"}, "texte-2": {" "}}, 422), 422, webtest.In("#texte-2[aria-invalid=true]"), webtest.In(".error-summary a[href=#texte-2]"))
}
