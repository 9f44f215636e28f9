package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/app"
	"sourcier/internal/app/control"
)

// runIn runs one command line on its own data directory.
func runIn(t *testing.T, settings map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), env{&out, &errs, func(name string) string { return settings[name] }}, args)
	return code, out.String(), errs.String()
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "ok.csv")
	write(t, csv, "siret;nom;type;secteurs;commune;code_postal\n00000000000000;Sans numéro valable;ESAT;nettoyage;Vitry-sur-Seine;94400\n")
	video := filepath.Join(dir, "film.mp4")
	write(t, video, "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00")
	tests := []struct {
		name string
		env  map[string]string
		args []string
		code int
		says string
	}{
		{"no command", nil, nil, exitOK, "Commandes"},
		{"unknown command", nil, []string{"servir"}, exitUsage, "« servir » inconnue"},
		{"unknown option", nil, []string{"serve", "--port", "1"}, exitUsage, "option inconnue"},
		{"setting refused", map[string]string{"SOURCIER_ADDR": "x"}, []string{"check"}, exitUsage, "SOURCIER_ADDR"},
		{"import without a file", nil, []string{"import"}, exitUsage, "aucun fichier"},
		{"unknown format", nil, []string{"import", "--format", "pdf", csv}, exitUsage, "pdf"},
		{"unknown territory", nil, []string{"import", "--territory", "dep:999", csv}, exitUsage, "dep:999"},
		{"a quarter", nil, []string{"import", "--territory", "qpv:QN09401M", csv}, exitUsage, "donner sa commune"},
		{"a file that does not exist", nil, []string{"import", filepath.Join(dir, "absent.csv")}, exitFailed, "absent.csv"},
		{"a file of no known format", nil, []string{"import", video}, exitFailed, "film.mp4"},
		{"demo of a negative size", nil, []string{"demo", "--size", "-1"}, exitUsage, "--size"},
		{"demo removed and filled at once", nil, []string{"demo", "--remove", "--size", "30"}, exitUsage, "--remove"},
		{"sirene needs a folder", nil, []string{"demo", "--format", "sirene"}, exitUsage, "--out"},
		{"backup without a file", nil, []string{"backup"}, exitUsage, "un dossier"},
		{"backup of two files", nil, []string{"backup", "a", "b"}, exitUsage, "« b » inattendu"},
		{"backup over a file", nil, []string{"backup", csv}, exitFailed, "existe déjà"},
		{"backup into no folder", nil, []string{"backup", filepath.Join(dir, "absent", "x")}, exitFailed, "n’existe pas"},
		{"restore without a file", nil, []string{"restore"}, exitUsage, "la sauvegarde à lire"},
		{"restore of no backup", nil, []string{"restore", video}, exitFailed, "n’est pas une sauvegarde de Sourcier"},
		{"restore of an absent file", nil, []string{"restore", filepath.Join(dir, "absent")}, exitFailed, "n’existe pas"},
		{"reports of an empty directory", nil, []string{"reports"}, exitOK, "0 signalement en attente\n"},
		{"reports of another verb", nil, []string{"reports", "delete"}, exitUsage, "« delete » n’est pas compris"},
		{"a report closed without its reference", nil, []string{"reports", "close"}, exitUsage, "donner une référence"},
		{"a report closed by half a reference", nil, []string{"reports", "close", "K7XMP"}, exitUsage, "n’est pas une référence"},
		{"a report closed that is not there", nil, []string{"reports", "close", "k7xmp2qr4t"}, exitFailed, "aucun signalement K7XMP-2QR4T"},
		{"a note about nothing", nil, []string{"reports", "--note", "fait"}, exitUsage, "--note va avec"},
		{"a note too long", nil, []string{"reports", "close", "k7xmp2qr4t", "--note", strings.Repeat("é", 501)}, exitUsage, "500 caractères au plus"},
		{"a table of what is closed", nil, []string{"reports", "close", "k7xmp2qr4t", "--csv"}, exitUsage, "--csv"},
		{"user without a verb", nil, []string{"user"}, exitUsage, "dire add, link, remove ou list"},
		{"user of another verb", nil, []string{"user", "promote"}, exitUsage, "« promote » n’est pas compris"},
		{"users of an empty directory", nil, []string{"user", "list"}, exitOK, "0 compte\n"},
		{"an account without an address", nil, []string{"user", "add", "--role", "administrator"}, exitUsage, "donner une adresse"},
		{"an account of half an address", nil, []string{"user", "add", "ada", "--role", "administrator"}, exitUsage, "nom@exemple.fr"},
		{"an account with a second header", nil, []string{"user", "add", "ada@ville.example\r\nBcc: x@ville.example", "--role", "administrator"}, exitUsage, "adresse"},
		{"an account without a role", nil, []string{"user", "add", "ada@ville.example"}, exitUsage, "Rôles possibles : administrator (Administration du portail), buyer"},
		{"a role that there is not", nil, []string{"user", "add", "ada@ville.example", "--role", "buyer,boss"}, exitUsage, "rôle « boss » inconnu. Rôles possibles"},
		{"administrator and buyer", nil, []string{"user", "add", "ada@ville.example", "--role", "administrator,buyer"}, exitUsage, "se donne seul"},
		{"administrator elsewhere", nil, []string{"user", "add", "ada@ville.example", "--role", "administrator", "--organisation", "Ville"}, exitUsage, "équipe du portail"},
		{"a role in no organisation", nil, []string{"user", "add", "ada@ville.example", "--role", "buyer"}, exitUsage, "--organisation"},
		{"an organisation of no kind", nil, []string{"user", "add", "ada@ville.example", "--role", "buyer", "--organisation", "Ville", "--kind", "portal"}, exitUsage, "public, private, network ou owner"},
		{"a name on two lines", nil, []string{"user", "add", "ada@ville.example", "--role", "administrator", "--name", "Ada\nBcc: x"}, exitUsage, "--name"},
		{"a name of 10,000 letters", nil, []string{"user", "add", "ada@ville.example", "--role", "administrator", "--name", strings.Repeat("é", 10_000)}, exitUsage, "100 caractères"},
		{"a role for a link", nil, []string{"user", "link", "ada@ville.example", "--role", "buyer"}, exitUsage, "qu’avec add"},
		{"a link for nobody", nil, []string{"user", "link", "ada@ville.example"}, exitFailed, "aucun compte pour ada@ville.example"},
		{"somebody removed from nowhere", nil, []string{"user", "remove", "ada@ville.example"}, exitUsage, "--organisation"},
		{"an account by its address in Unicode", nil, []string{"user", "add", "ada+x@bücher.example", "--role", "administrator"}, exitOK, "/connexion/lien/"},
		{"check of an empty directory", nil, []string{"check"}, exitOK, "0 structure dans la base, 0 dans l’index, 0 écart\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := map[string]string{"SOURCIER_DATA": filepath.Join(t.TempDir(), "data")}
			for k, v := range tt.env {
				settings[k] = v
			}
			code, stdout, stderr := runIn(t, settings, tt.args...)
			if code != tt.code || !strings.Contains(stdout+stderr, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, stdout, stderr)
			}
		})
	}
}

func TestServeHelpListsEverySetting(t *testing.T) {
	code, stdout, _ := runIn(t, nil, "serve", "--help")
	if code != exitOK {
		t.Fatalf("exit %d", code)
	}
	for _, s := range app.Settings {
		if !strings.Contains(stdout, s.Env) {
			t.Errorf("serve --help does not say %s", s.Env)
		}
	}
}

func TestImportWithRejectsStillSucceeds(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "lignes.csv", "siret;nom;type\n8,07469E+13;Atelier des Bords;ESAT\n")
	code, stdout, stderr := runIn(t, map[string]string{"SOURCIER_DATA": filepath.Join(dir, "data")}, "import", "lignes.csv")
	if code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, stdout, stderr)
	}
	if !strings.Contains(stdout, "rejet") {
		t.Errorf("the report does not speak of the reject:\n%s", stdout)
	}
}

func TestDemoIfEmptyLeavesAFilledDirectoryAlone(t *testing.T) {
	settings := map[string]string{"SOURCIER_DATA": filepath.Join(t.TempDir(), "data")}
	if code, _, stderr := runIn(t, settings, "demo", "--size", "30"); code != exitOK {
		t.Fatal(stderr)
	}
	if code, stdout, _ := runIn(t, settings, "demo", "--if-empty"); code != exitOK || stdout != "" {
		t.Errorf("exit %d, %q", code, stdout)
	}
	if _, stdout, _ := runIn(t, settings, "check"); !strings.HasPrefix(stdout, "31 structures dans la base, 31 dans l’index, 0 écart\n") {
		t.Errorf("check says %q", stdout)
	}
}

// TestDemoIsRemoved takes out the fictional structures and nothing real, that one
// among them which a real file has completed included.
func TestDemoIsRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	settings := map[string]string{"SOURCIER_DATA": filepath.Join(dir, "data")}
	must := func(says string, args ...string) {
		t.Helper()
		if code, stdout, stderr := runIn(t, settings, args...); code != exitOK || !strings.Contains(stdout, says) {
			t.Fatalf("%v: exit %d, want %q\n%s%s", args, code, says, stdout, stderr)
		}
	}
	must("30 structures", "demo", "--size", "30")
	must("Écrit", "demo", "--size", "1", "--out", "une.csv")
	text, err := os.ReadFile("une.csv")
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`[0-9]{14}`).FindString(string(text))
	write(t, "vraies.csv", "siret;nom;site_web\n00200000800017;Vraie;\n"+number+";;https://www.example.org\n")
	must("1 créée, 1 mise à jour", "import", "vraies.csv")
	must("Retiré de l’annuaire : 29 structures fictives.\nGardé, car d’autres sources y ont ajouté : 1 structure fictive.", "demo", "--remove")
	must("2 structures dans la base, 2 dans l’index, 0 écart", "check")
	must("Retiré de l’annuaire : 0 structure", "demo", "--remove")
	must("30 structures", "demo", "--size", "30")
	must("32 structures dans la base, 32 dans l’index, 0 écart", "check")
}

// TestBackupAndRestore goes the whole way on the command line.
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	settings := map[string]string{"SOURCIER_DATA": filepath.Join(dir, "data")}
	file := filepath.Join(dir, "s.tar.zst")
	must := func(says string, args ...string) {
		t.Helper()
		if code, stdout, stderr := runIn(t, settings, args...); code != exitOK || !strings.Contains(stdout, says) {
			t.Fatalf("%v: exit %d, want %q\n%s%s", args, code, says, stdout, stderr)
		}
	}
	must("30 structures", "demo", "--size", "30")
	must("structure  31 documents\n", "backup", file)
	if code, _, stderr := runIn(t, settings, "restore", file); code != exitFailed || !strings.Contains(stderr, "--replace") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	must("Ce que la base contenait est sauvegardé dans "+dir, "restore", "--replace", file)
	must("31 structures dans la base, 31 dans l’index, 0 écart", "check")
	key := filepath.Join(dir, "data", "secret.key")
	settings["SOURCIER_DATA"] = filepath.Join(dir, "other")
	must("La clé du portail n’est pas dans la sauvegarde", "restore", file)
	if code, _, stderr := runIn(t, settings, "check"); code != exitFailed || !strings.Contains(stderr, "remettre le fichier gardé à part") {
		t.Errorf("opened without its key: exit %d: %s", code, stderr)
	}
	settings["SOURCIER_SECRET_FILE"] = key
	must("31 structures dans la base, 31 dans l’index, 0 écart", "check")
}

// TestDamagedStoreStopsWithAdvice overwrites the head of the database: nothing
// may be written, and the message says what to restore.
func TestDamagedStoreStopsWithAdvice(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	settings := map[string]string{"SOURCIER_DATA": data}
	if code, _, stderr := runIn(t, settings, "demo", "--size", "30"); code != exitOK {
		t.Fatal(stderr)
	}
	damaged := strings.Repeat("plus rien de lisible ", 5000)
	write(t, filepath.Join(data, "sourcier.db"), damaged)
	for _, args := range [][]string{{"check"}, {"serve"}, {"demo"}} {
		code, stdout, stderr := runIn(t, settings, args...)
		if code != exitFailed || !strings.Contains(stdout+stderr, "copie de sauvegarde") {
			t.Errorf("%v: exit %d\n%s%s", args, code, stdout, stderr)
		}
	}
	if after, err := os.ReadFile(filepath.Join(data, "sourcier.db")); err != nil || string(after) != damaged {
		t.Errorf("the damaged file was changed (%v)", err)
	}
}

func TestUnreachableMongoIsAnError(t *testing.T) {
	settings := map[string]string{"SOURCIER_DATA": filepath.Join(t.TempDir(), "data"), "SOURCIER_STORE": "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200"}
	if code, stdout, stderr := runIn(t, settings, "check"); code != exitFailed || stderr == "" {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What fails while a command is stopped is said, and the stop itself only once.
func TestStoppedCommandSaysWhatFailed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, test := range []struct {
		err  error
		code int
		says string
	}{
		{nil, exitOK, ""},
		{fmt.Errorf("index: %w", context.Canceled), exitStopped, "sourcier serve : interrompu. Ce qui est écrit est complet.\n"},
		{&control.Failure{Kind: control.Interrupted, Text: "interrompu"}, exitStopped, "sourcier serve : interrompu. Ce qui est écrit est complet.\n"},
		{errors.New("x"), exitStopped, "sourcier serve : x\nsourcier serve : interrompu. Ce qui est écrit est complet.\n"},
	} {
		var out, errs bytes.Buffer
		if code := report(ctx, env{&out, &errs, nil}, command{name: "serve"}, test.err); code != test.code || errs.String() != test.says || out.Len() > 0 {
			t.Errorf("%v: exit %d, %s", test.err, code, &errs)
		}
	}
}

// What keeps the portal from opening is said in French, with what to do.
func TestAddressThatCannotBeListenedOn(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for addr, says := range map[string]string{
		taken.Addr().String():  "un autre programme écoute déjà sur " + taken.Addr().String(),
		"192.0.2.1:8080":       "n’est pas une adresse de cette machine", // TEST-NET-1
		"inconnu.invalid:8080": "inconnu.invalid",
	} {
		settings := map[string]string{"SOURCIER_DATA": t.TempDir(), "SOURCIER_ADDR": addr, "SOURCIER_BASE_URL": "https://sourcier.example.org",
			"SOURCIER_SMTP": "smtp://mx.example.org", "SOURCIER_MAIL_FROM": "portail@example.org"}
		code, _, stderr := runIn(t, settings, "serve")
		if code != exitFailed || !strings.Contains(stderr, says) || !strings.Contains(stderr, "SOURCIER_ADDR") {
			t.Errorf("%s: exit %d: %s", addr, code, stderr)
		}
		for _, english := range []string{"bind:", "address", "lookup", "assign"} {
			if strings.Contains(stderr, english) {
				t.Errorf("%s: English in %q", addr, stderr)
			}
		}
	}
}
