package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sourcier/internal/app"
	"sourcier/internal/intake"
)

func conflicts(ctx context.Context, e env, args []string) error {
	options := flags(e, "conflicts", "", "Écrit dans un tableau (CSV) les faits sur lesquels les sources d’une fiche ne disent pas la même chose : ce qui est retenu, et ce que dit l’autre.\n")
	out := options.String("out", "conflits.csv", "`fichier` à écrire, qui ne doit pas exister")
	if err := noArguments(options, args); err != nil {
		return err
	}
	return withApp(ctx, e, "conflicts", func(a *app.App) error {
		f, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s existe déjà : donner un autre nom avec --out", *out)
		}
		if err != nil {
			return err
		}
		n, err := intake.WriteConflicts(ctx, f, a.Structures)
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(*out))
		}
		_, _ = fmt.Fprintf(e.stdout, "%s : %s\n", count(n, "désaccord entre sources", "désaccords entre sources"), *out)
		return nil
	})
}
