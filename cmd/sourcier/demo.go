package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sourcier/internal/app"
	"sourcier/internal/demo"
)

// maxDemo bounds --size; beyond it a mistake is likelier than a wish.
const maxDemo = 20_000_000

func fillDemo(ctx context.Context, e env, args []string) error {
	fs := flags(e, "demo", "", "Remplit l’annuaire de structures fictives, toujours les mêmes, et un portail d’essai de comptes fictifs. Avec --out, écrit les structures dans un fichier et ne touche pas à l’annuaire. Avec --remove, retire structures et comptes, et ne touche à rien d’autre.\n")
	size := fs.Int("size", 400, "`nombre` de structures")
	out := fs.String("out", "", "`fichier` à écrire (dossier avec --format sirene)")
	format := fs.String("format", "generic", "`format` du fichier : generic (CSV de Sourcier) ou sirene (deux fichiers)")
	ifEmpty := fs.Bool("if-empty", false, "ne fait rien quand l’annuaire contient déjà des structures")
	remove := fs.Bool("remove", false, "retire les structures et les comptes fictifs")
	accounts := fs.Bool("accounts", false, "liste les comptes fictifs par lesquels essayer le portail, et ne fait rien d’autre")
	if err := noArguments(fs, args); err != nil {
		return err
	}
	switch {
	case *accounts && fs.NFlag() > 1:
		return usageError{errors.New("--accounts s’emploie seul")}
	case *accounts:
		return do(ctx, e, "demo", app.DemoArgs{Accounts: true})
	case *remove && fs.NFlag() > 1:
		return usageError{errors.New("--remove s’emploie seul")}
	case *remove:
		return do(ctx, e, "demo", app.DemoArgs{Remove: true})
	}
	if err := checkDemo(*size, *format, *out); err != nil {
		return usageError{err}
	}
	if *out != "" {
		cfg, _, err := load(e)
		if err != nil {
			return err
		}
		return writeDemo(e, app.DemoOptions(cfg, *size, time.Now()), *format, *out)
	}
	return do(ctx, e, "demo", app.DemoArgs{Size: *size, IfEmpty: *ifEmpty})
}

func checkDemo(size int, format, out string) error {
	switch {
	case size < 1 || size > maxDemo:
		return fmt.Errorf("--size %d : attendu entre 1 et %d", size, maxDemo)
	case format != "generic" && format != "sirene":
		return fmt.Errorf("--format %s : attendu generic ou sirene", format)
	case format == "sirene" && out == "":
		return errors.New("--format sirene demande --out DOSSIER")
	}
	return nil
}

func writeDemo(e env, opts demo.Options, format, out string) (err error) {
	if format == "sirene" {
		if err := os.MkdirAll(out, 0o750); err != nil {
			return err
		}
		if err := demo.WriteSIRENE(out, demo.Generate(opts)); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(e.stdout, "Écrit : %s et %s\n", filepath.Join(out, "StockUniteLegale.csv"), filepath.Join(out, "StockEtablissement.csv"))
		return nil
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := demo.WriteCSV(f, demo.Generate(opts)); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(e.stdout, "Écrit : %s\n", out)
	return nil
}
