package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/reception"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/upload"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// wrongRows have a line that is imported and one that is not.
const wrongRows = "siret;nom;code_postal;commune\n00200000800017;Atelier des Essais;94400;Vitry-sur-Seine\n12345678901234;Sans clé;94400;Vitry-sur-Seine\n"

func (w *crowd) uploads(t *testing.T) *store.Uploads {
	t.Helper()
	list, err := store.OpenUploads(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// reception takes files in a directory and imports them into the store of the crowd.
func (w *crowd) reception(t *testing.T, dir string) *reception.Service {
	t.Helper()
	structures, err := store.OpenStructures(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	provenance, err := store.OpenProvenance(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	quarters, err := store.OpenQuarters(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	desk, err := reception.Open(reception.Options{
		Uploads: w.uploads(t), Audit: w.Audit, Dir: filepath.Join(dir, "uploads"), Names: w.Names, Now: clock, Log: quiet(),
		Import: func(ctx context.Context, _ string, files []string, opts intake.RunOptions) (intake.Report, error) {
			return intake.New(intake.Options{Structures: structures, Provenance: provenance, Quarters: quarters, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Now: clock, TempDir: dir}).Run(ctx, files, opts)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk
}

// serve has the runs that are asked for done, until the test ends.
func serve(t *testing.T, desk *reception.Service) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); desk.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
}

// settled waits until nothing of an upload runs.
func settled(t *testing.T, w *crowd, id string) upload.Upload {
	t.Helper()
	for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		d, err := w.uploads(t).Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if !d.Value.Running() {
			return d.Value
		}
	}
	t.Fatal("a run never ends")
	return upload.Upload{}
}

// tried keeps a file as somebody sends it, and tries it.
func tried(t *testing.T, w *crowd, desk *reception.Service, id, actor, content string) {
	t.Helper()
	in, err := desk.Receive()
	if err == nil {
		err = in.File("depot.csv", strings.NewReader(content))
	}
	if err == nil {
		_, err = in.Keep(t.Context(), actor, id, upload.Choices{})
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); desk.Serve(ctx) }()
	settled(t, w, id)
	cancel()
	<-ended
}

// piece is a field of the form, or a file.
type piece struct{ field, file, text string }

// send sends the form as a browser does; its token first.
func send(t *testing.T, app *fiber.App, cookie string, pieces ...piece) Answer {
	t.Helper()
	return sendAs(t, app, cookie, append([]piece{{"jeton", "", csrf}}, pieces...)...)
}

func sendAs(t *testing.T, app *fiber.App, cookie string, pieces ...piece) Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range pieces {
		var err error
		var out io.Writer
		if p.file != "" {
			out, err = form.CreateFormFile(p.field, p.file)
		} else {
			out, err = form.CreateFormField(p.field)
		}
		if err == nil {
			_, err = out.Write([]byte(p.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return Scenario{Method: "POST", URL: "/administration/imports", Body: body.String(), Header: map[string]string{
		"Content-Type": form.FormDataContentType(), "Cookie": strings.TrimPrefix(cookie+"; sourcier_form="+csrf, "; "), "Origin": "http://localhost:8080",
	}}.Do(t, app)
}

// office is a portal that takes files, with an administrator.
func importOffice(t *testing.T) (w *crowd, app *fiber.App, chief, dir string) {
	t.Helper()
	w, change := withPeople(t)
	dir = t.TempDir()
	desk := w.reception(t, dir)
	serve(t, desk)
	chief, _ = w.team(t)
	return w, newPortal(t, change, func(d *web.Deps) { d.Reception = desk }), chief, dir
}

// kept are the folders of uploads on the disk.
func kept(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "uploads"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

func TestImportByPages(t *testing.T) {
	w, app, chief, dir := importOffice(t)
	Run(t, app, []Scenario{
		{Name: "nothing yet", URL: "/administration/imports", Header: as(chief), Status: 200, HTML: []Check{In("h1", HasText("Imports")), In(".desk-main", HasText("Aucun import")), In(".desk-nav a[aria-current=page]", HasText("Imports"))}},
		{Name: "the form", URL: "/administration/imports/nouveau", Header: as(chief), Status: 200, HTML: []Check{In("form[enctype=multipart/form-data] input[type=file]"), In("input[name=envoi]")}},
	})
	once := strings.Repeat("C", 26)
	sent := send(t, app, chief, piece{"envoi", "", once}, piece{"fichiers", "depot.csv", wrongRows}, piece{"format", "", "generic"})
	id := strings.ToLower(once)
	page := "/administration/imports/" + id
	if sent.Status != 303 || sent.Header.Get("Location") != page {
		t.Fatalf("sent: %d %s %s", sent.Status, sent.Header.Get("Location"), sent.Body)
	}
	if again := send(t, app, chief, piece{"envoi", "", once}, piece{"fichiers", "depot.csv", wrongRows}); again.Status != 303 || again.Header.Get("Location") != page || len(kept(t, dir)) != 1 {
		t.Errorf("sent twice: %d, folders %v", again.Status, kept(t, dir))
	}
	if u := settled(t, w, id); u.State != upload.Tried {
		t.Fatalf("the trial: %+v", u)
	}
	structures, err := store.OpenStructures(t.Context(), w.db)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := structures.Raw().Count(t.Context()); err != nil || n != 0 {
		t.Errorf("a trial wrote %d structures, %v", n, err)
	}
	Run(t, app, []Scenario{
		{Name: "what the import would do", URL: page, Header: as(chief), Status: 200, HTML: []Check{
			In("section[aria-labelledby=rapport-essai]", HasText("créée"), HasText("SIRET refusé")), In("form[action=" + page + "/importer]"), In("form[action=" + page + "/abandonner]"), NotIn("#avancement")}},
		{Name: "a page that polls is sent the whole one", URL: page, Header: map[string]string{"Cookie": chief, "HX-Request": "true"}, Status: 200, WantHeader: map[string]string{"HX-Refresh": "true"}},
	})
	if got := post(t, app, page+"/rejets.csv", chief, map[string][]string{"de": {"essai"}}); got.Status != 200 || !strings.Contains(got.Body, "SIRET refusé") || !strings.Contains(got.Header.Get("Content-Disposition"), "rejets-") {
		t.Errorf("rejects: %d %s", got.Status, got.Body)
	}
	version := seenIn(t, app, page, chief)
	if got := post(t, app, page+"/importer", chief, map[string][]string{"version": {"1"}}); got.Status != 409 {
		t.Errorf("a stale page: %d", got.Status)
	}
	for i, want := range []int{303, 409} { // the second has nothing left to begin
		if got := post(t, app, page+"/importer", chief, map[string][]string{"version": {version}}); got.Status != want {
			t.Errorf("import %d: status %d, want %d", i, got.Status, want)
		}
	}
	if u := settled(t, w, id); u.State != upload.Imported {
		t.Fatalf("the import: %+v", u)
	}
	if _, err := structures.Get(t.Context(), structure.NewID("siret:00200000800017")); err != nil {
		t.Errorf("nothing was imported: %v", err)
	}
	gone := func() bool { _, err := os.Stat(filepath.Join(dir, "uploads", id, "files")); return err != nil }
	for end := time.Now().Add(10 * time.Second); !gone() && time.Now().Before(end); { // they go after the state is told
		time.Sleep(5 * time.Millisecond)
	}
	if !gone() {
		t.Error("the files are still there")
	}
	w.carry(t)
	journal := Scenario{URL: "/administration/journal", Header: as(chief)}.Do(t, app)
	for _, want := range []string{"Fichiers déposés pour un import", "Essai d’import terminé", "Import demandé", "Import terminé", "Lignes rejetées d’un import exportées", "depot.csv"} {
		if !strings.Contains(journal.Body, want) {
			t.Errorf("the journal lacks %q", want)
		}
	}
	Run(t, app, []Scenario{{Name: "the list", URL: "/administration/imports", Header: as(chief), Status: 200, HTML: []Check{Count(".desk-table tbody tr", 1), In(".state-good", HasText("importé"))}}})
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func seenIn(t *testing.T, app *fiber.App, page, cookie string) string {
	t.Helper()
	found := versionField.FindStringSubmatch(Scenario{URL: page, Header: as(cookie)}.Do(t, app).Body)
	if found == nil {
		t.Fatal("no version on the page")
	}
	return found[1]
}

// What is refused leaves nothing behind, and says why at the field.
func TestRefusedUploads(t *testing.T) {
	w, app, chief, dir := importOffice(t)
	w.organisation(t, "mairie", account.KindPublic)
	w.person(t, "ada@ville.example", "mairie", true, account.Buyer)
	ada := w.signIn(t, "ada@ville.example")
	file := piece{"fichiers", "a.csv", wrongRows}
	for _, c := range []struct {
		name   string
		got    Answer
		status int
		says   string
	}{
		{"nobody", send(t, app, "", file), 401, ""},
		{"a buyer", send(t, app, ada, file), 403, "Administration du portail"},
		{"without its token", sendAs(t, app, chief, file), 403, "Envoi refusé"},
		{"its token behind the file", sendAs(t, app, chief, file, piece{"jeton", "", csrf}), 403, "Envoi refusé"},
		{"no file", send(t, app, chief), 422, "Choisissez au moins un fichier"},
		{"an empty file", send(t, app, chief, piece{"fichiers", "vide.csv", ""}), 422, "est vide"},
		{"a hidden name", send(t, app, chief, piece{"fichiers", ".bashrc", "x"}), 422, "un nom qui ne convient pas"},
		{"two of one name", send(t, app, chief, file, file), 422, "Deux fichiers portent le nom"},
		{"a format of nobody", send(t, app, chief, file, piece{"format", "", "excel97"}), 422, "Ce format n’est pas de la liste"},
		{"a place of nowhere", send(t, app, chief, file, piece{"territoire", "", "zzzzzz"}), 422, "Aucun territoire"},
		{"a day to come", send(t, app, chief, file, piece{"jour", "", "2027-01-01"}), 422, "Ce jour est à venir"},
		{"a day that is none", send(t, app, chief, file, piece{"jour", "", "2026-02-31"}), 422, "n’existe pas"},
	} {
		if c.got.Status != c.status || !strings.Contains(c.got.Body, c.says) {
			t.Errorf("%s: status %d, want %d and %q", c.name, c.got.Status, c.status, c.says)
		}
		if c.status == 422 {
			MustMatch(t, c.got.Body, In(".error-summary h2", HasText("Les fichiers n’ont pas été gardés")))
		}
	}
	if left := kept(t, dir); len(left) > 0 {
		t.Errorf("left on the disk: %v", left)
	}
	if n, err := w.uploads(t).Raw().Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d documents, %v", n, err)
	}
}

// What is no data is kept until its trial says so, and cannot be imported.
func TestUploadOfNoData(t *testing.T) {
	w, app, chief, _ := importOffice(t)
	once := strings.Repeat("D", 26)
	send(t, app, chief, piece{"envoi", "", once}, piece{"fichiers", "photo.png", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 100)})
	id := strings.ToLower(once)
	settled(t, w, id)
	page := "/administration/imports/" + id
	Run(t, app, []Scenario{{Name: "its page", URL: page, Header: as(chief), Status: 200, HTML: []Check{In(".notice-warn", HasText("Refusé")), NotIn("form[action=" + page + "/importer]")}}})
	version := seenIn(t, app, page, chief)
	if got := post(t, app, page+"/importer", chief, map[string][]string{"version": {version}}); got.Status != 409 || !strings.Contains(got.Body, "rien trouvé à importer") {
		t.Errorf("imported all the same: %d", got.Status)
	}
	if got := post(t, app, page+"/abandonner", chief, map[string][]string{"version": {version}}); got.Status != 303 {
		t.Errorf("abandoned: %d", got.Status)
	}
	if got := post(t, app, page+"/essai", chief, map[string][]string{"version": {version}}); got.Status != 409 {
		t.Errorf("tried when it is gone: %d", got.Status)
	}
}

// Over a real connection: more than is taken is refused before it is read, an upload
// that breaks off leaves nothing, and other forms keep their bound.
func TestUploadsOverTheWire(t *testing.T) {
	w, app, chief, dir := importOffice(t)
	addr := listen(t, app)
	head := func(path, kind string, length int64) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost:8080\r\nOrigin: http://localhost:8080\r\nCookie: %s; sourcier_form=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, chief, csrf, kind, length)
	}
	res, body := exchange(t, addr, head("/administration/imports", "multipart/form-data; boundary=x", 5<<30)+strings.Repeat("a", 100_000))
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, "dépassent 4 Go") || !res.Close {
		t.Errorf("5 GB: %d, closed %v: %.300s", res.StatusCode, res.Close, body)
	}
	res, body = exchange(t, addr, head("/administration/personnes/x/suspendre", "application/x-www-form-urlencoded", 1<<20)+strings.Repeat("a", 100_000))
	if res.StatusCode != http.StatusRequestEntityTooLarge || !res.Close {
		t.Errorf("another form of 1 MB: %d, closed %v: %.300s", res.StatusCode, res.Close, body)
	}
	begun := "--x\r\nContent-Disposition: form-data; name=\"jeton\"\r\n\r\n" + csrf + "\r\n--x\r\nContent-Disposition: form-data; name=\"fichiers\"; filename=\"a.csv\"\r\n\r\n" + wrongRows
	breakOff(t, addr, head("/administration/imports", "multipart/form-data; boundary=x", 1<<20)+begun)
	for start := time.Now(); len(kept(t, dir)) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > 5*time.Second {
			t.Fatalf("half an upload is still there: %v", kept(t, dir))
		}
	}
	if n, err := w.uploads(t).Raw().Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d documents, %v", n, err)
	}
}
