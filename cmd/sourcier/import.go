package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sourcier/internal/app"
	"sourcier/internal/app/control"
	"sourcier/internal/intake"
)

func importFiles(ctx context.Context, e env, args []string) error {
	fs := flags(e, "import", "FICHIER…", "Lit des fichiers officiels (simples, .gz ou .zip), ou ceux d’un dossier, dans l’annuaire. Le format est reconnu au contenu.\n")
	format := fs.String("format", "auto", "`format` attendu : "+intake.FormatNames())
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
	request := app.ImportArgs{RunOptions: intake.RunOptions{DryRun: *dryRun, Partial: *partial, AcceptStale: *accept}}
	if request.Format, err = intake.ParseFormat(*format); err != nil {
		return usageError{err}
	}
	if request.Territory, err = territories(*where); err != nil {
		return usageError{err}
	}
	if request.Files, err = absolute(files...); err != nil {
		return err
	}
	folder, err := absolute(*rejects)
	if err != nil {
		return err
	}
	request.Rejects = folder[0]
	return do(ctx, e, "import", request)
}

// absolute makes paths mean the same to the portal in service. What the system
// keeps for a process (/dev/stdin, /proc/self/fd/0) is followed to the file
// behind it, and refused when there is none.
func absolute(paths ...string) ([]control.Path, error) {
	var out []control.Path
	for _, name := range paths {
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		if name == "-" {
			abs = "/dev/stdin"
		}
		if strings.HasPrefix(abs, "/dev/") || strings.HasPrefix(abs, "/proc/") {
			behind, err := filepath.EvalSymlinks(abs)
			if info, statErr := os.Stat(behind); err != nil || statErr != nil || !info.Mode().IsRegular() { // #nosec G703 -- named by the operator
				return nil, usageError{fmt.Errorf("« %s » n’est pas un fichier : un import lit chaque fichier plusieurs fois, ce que l’entrée standard ou un tube ne permet pas. L’enregistrer d’abord dans un fichier", name)}
			}
			abs = behind
		}
		out = append(out, control.Path(abs))
	}
	return out, nil
}

// territories splits and checks the values of --territory.
func territories(list string) (out []string, err error) {
	for v := range strings.SplitSeq(list, ",") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if _, err := app.ParseTerritory(v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
