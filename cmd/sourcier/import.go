package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sourcier/internal/app"
	"sourcier/internal/intake"
	"sourcier/internal/territory"
)

func importFiles(ctx context.Context, e env, args []string) error {
	fs := flags(e, "import", "FICHIER…", "Lit des fichiers officiels (simples, .gz ou .zip) dans l’annuaire. Le format est reconnu au contenu.\n")
	format := fs.String("format", "auto", "`format` attendu : auto, generic, sirene, lemarche ou emplois")
	where := fs.String("territory", "", "`territoires` gardés, séparés par des virgules : 94081, dep:94, reg:11, epci:200058014 ou FR")
	dryRun := fs.Bool("dry-run", false, "lit et compare tout sans rien écrire dans l’annuaire")
	rejects := fs.String("rejects", ".", "`dossier` où écrire le fichier des lignes rejetées")
	partial := fs.Bool("partial", false, "les fichiers sont des extraits : ce qu’ils ne listent pas garde son état")
	accept := fs.Bool("accept-stale", false, "admet qu’une liste complète ne confirme plus plus d’un cinquième de ce que sa source donnait")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usageError{errors.New("aucun fichier donné. Exemple : sourcier import structures.csv")}
	}
	if *partial && *accept {
		return usageError{errors.New("--partial et --accept-stale se contredisent : un extrait ne marque rien")}
	}
	opts := intake.RunOptions{DryRun: *dryRun, RejectsDir: *rejects, Partial: *partial, AcceptStale: *accept}
	if opts.Format, err = intake.ParseFormat(*format); err != nil {
		return usageError{err}
	}
	if opts.Territory, err = territories(*where); err != nil {
		return usageError{err}
	}
	return withApp(ctx, e, "import", func(a *app.App) error {
		bar := newImportProgress(e.stderr)
		opts.Progress = bar.update
		report, err := a.Import(ctx, files, opts)
		bar.done()
		_, _ = fmt.Fprint(e.stdout, report.Explain())
		if err == nil && report.Refused() {
			return errors.New("un fichier au moins a été refusé, voir ci-dessus")
		}
		return err
	})
}

// territories reads the values of --territory; nil when none is given.
func territories(list string) ([]territory.Territory, error) {
	var out []territory.Territory
	for v := range strings.SplitSeq(list, ",") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		t, err := territory.Default().Resolve(v)
		if errors.Is(err, territory.ErrNotLoaded) {
			return nil, fmt.Errorf("territoire « %s » : référentiel non chargé", v)
		}
		if err != nil {
			return nil, fmt.Errorf("territoire « %s » inconnu : code INSEE d’une commune, dep:94, reg:11, epci:200058014 ou FR", v)
		}
		out = append(out, t)
	}
	return out, nil
}
