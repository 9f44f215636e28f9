// Command sourcier is the portal: one binary that serves it and looks after
// its data. Its words to people are French; logs are English.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"sourcier/internal/app"
	"sourcier/internal/app/control"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1 // the work was not, or not wholly, done
	exitUsage   = 2 // the command line or a setting is wrong
	exitStopped = 130
)

// usageError is a mistake in the command line: it exits with exitUsage.
type usageError struct{ error }

// command is one verb of the binary.
type command struct {
	name, args, help string
	run              func(ctx context.Context, env env, args []string) error
}

// env is what a command may touch of the outside.
type env struct {
	stdout, stderr io.Writer
	getenv         func(string) string
}

func commands() []command {
	return []command{
		{"serve", "", "ouvre le portail", serve},
		{"import", "FICHIER…", "lit des fichiers officiels dans l’annuaire", importFiles},
		{"conflicts", "", "liste ce sur quoi les sources se contredisent", conflicts},
		{"objection", "VERBE…", "tient la liste d’opposition : qui ne veut pas de fiche", objection},
		{"reports", "[close RÉF]", "liste les signalements reçus sur les fiches, ou en clôt un", reports},
		{"user", "VERBE…", "crée un compte, lui donne un rôle et un lien de connexion ; liste les comptes", user},
		{"retention", "", "efface ce qui a été gardé assez longtemps, ou compte ce qui le serait", retention},
		{"demo", "", "remplit l’annuaire de structures fictives, les écrit dans un fichier, ou les retire", fillDemo},
		{"reindex", "", "refait l’index de recherche", reindex},
		{"check", "", "compare la base et l’index", check},
		{"health", "", "demande au portail ouvert s’il est prêt", health},
		{"backup", "FICHIER", "sauvegarde toute la base dans un fichier, ou dans un dossier", backup},
		{"restore", "FICHIER", "remplit une base vide à partir d’une sauvegarde", restore},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, env{os.Stdout, os.Stderr, os.Getenv}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run executes one command line and gives its exit code.
func run(ctx context.Context, e env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(e.stdout)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return report(ctx, e, c, c.run(ctx, e, args[1:]))
		}
	}
	_, _ = fmt.Fprintf(e.stderr, "sourcier : commande « %s » inconnue\n\n", args[0])
	usage(e.stderr)
	return exitUsage
}

func report(ctx context.Context, e env, c command, err error) int {
	var wrong usageError
	var told *control.Failure // by the portal in service
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &wrong):
		_, _ = fmt.Fprintf(e.stderr, "sourcier %s : %v\n", c.name, wrong.error)
		return exitUsage
	case errors.As(err, &told) && told.Kind == control.Usage:
		_, _ = fmt.Fprintf(e.stderr, "sourcier %s : %v\n", c.name, told)
		return exitUsage
	case ctx.Err() != nil:
		if !onlyStopped(err) {
			_, _ = fmt.Fprintf(e.stderr, "sourcier %s : %v\n", c.name, err)
		}
		_, _ = fmt.Fprintf(e.stderr, "sourcier %s : interrompu. %s\n", c.name, afterStop(c.name))
		return exitStopped
	}
	_, _ = fmt.Fprintf(e.stderr, "sourcier %s : %v\n", c.name, err)
	return exitFailed
}

// onlyStopped reports whether an error says no more than that the command was stopped.
func onlyStopped(err error) bool {
	var told *control.Failure
	return errors.Is(err, context.Canceled) || errors.As(err, &told) && told.Kind == control.Interrupted
}

// afterStop says what an interrupted command leaves.
func afterStop(name string) string {
	switch name {
	case "serve":
		return "Ce qui est écrit est complet."
	case "backup":
		return "Il n’en reste aucun fichier."
	case "restore":
		return "Relancer la même commande pour finir ; une base à moitié remplie n’est ouverte par aucune autre."
	}
	return "Ce qui est écrit est complet ; relancer la même commande pour finir."
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintln(w, "Sourcier, annuaire de fournisseurs et portail de sourçage.\n\nUsage : sourcier COMMANDE [options]\n\nCommandes :")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-9s %-10s %s\n", c.name, c.args, c.help)
	}
	_, _ = fmt.Fprintln(w, "\n« sourcier COMMANDE --help » donne les options ; « sourcier serve --help » liste les réglages.")
}

// flags makes a flag set that reports mistakes in French and prints help on stdout.
func flags(e env, name, args, about string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {
		_, _ = fmt.Fprintf(e.stdout, "Usage : sourcier %s [options] %s\n\n%s\n", name, args, about)
		fs.VisitAll(func(f *flag.Flag) {
			value, text := flag.UnquoteUsage(f)
			_, _ = fmt.Fprintf(e.stdout, "  --%-22s %s\n", strings.TrimSpace(f.Name+" "+strings.ToUpper(value)), text)
		})
	}
	return fs
}

// parse reads the options, before or after the arguments.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{fmt.Errorf("option mal comprise (%s). Voir « sourcier %s --help »", frenchFlagError(err), fs.Name())}
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
}

// frenchFlagError translates the sentences of package flag.
func frenchFlagError(err error) string {
	return strings.NewReplacer(
		"flag provided but not defined:", "option inconnue",
		"flag needs an argument:", "valeur manquante après",
		"invalid value", "valeur refusée", "for flag", "pour", "bad flag syntax:", "forme inconnue",
		"invalid boolean value", "attendu true ou false :", "parse error", "nombre attendu",
	).Replace(err.Error())
}

// load reads the settings and makes the logger.
func load(e env) (app.Config, *slog.Logger, error) {
	cfg, err := app.LoadConfig(e.getenv)
	if err != nil {
		return cfg, nil, usageError{err}
	}
	opts := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogJSON {
		return cfg, slog.New(slog.NewJSONHandler(e.stderr, opts)), nil
	}
	return cfg, slog.New(slog.NewTextHandler(e.stderr, opts)), nil
}

// do has a command done: by the portal that serves the data directory, or here.
func do(ctx context.Context, e env, name string, args any) error {
	cfg, log, err := load(e)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr)
	defer bar.clear()
	return app.Do(ctx, cfg, log, name, args, outOf(e, bar))
}

// outOf is where a command tells what it does.
func outOf(e env, bar *progress) control.Out {
	return control.Out{Stdout: before{bar, e.stdout}, Stderr: before{bar, e.stderr}, Progress: bar.show}
}

// withApp opens the portal for a command that only this process can do, and
// closes it after.
func withApp(ctx context.Context, e env, name string, work func(*app.App) error) error {
	cfg, log, err := load(e)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, name, log)
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.Close())
}

// noArguments parses the options of a command that takes no argument.
func noArguments(fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args)
	if err == nil && len(rest) > 0 {
		return usageError{fmt.Errorf("argument « %s » inattendu", rest[0])}
	}
	return err
}

// oneArgument parses the options of a command that takes one argument.
func oneArgument(fs *flag.FlagSet, args []string, what string) (string, error) {
	rest, err := parse(fs, args)
	switch {
	case err != nil:
		return "", err
	case len(rest) == 0:
		return "", usageError{fmt.Errorf("il manque %s", what)}
	case len(rest) > 1:
		return "", usageError{fmt.Errorf("argument « %s » inattendu", rest[1])}
	}
	return rest[0], nil
}
