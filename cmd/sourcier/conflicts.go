package main

import (
	"context"

	"sourcier/internal/app"
)

func conflicts(ctx context.Context, e env, args []string) error {
	options := flags(e, "conflicts", "", "Écrit dans un tableau (CSV) les faits sur lesquels les sources d’une fiche ne disent pas la même chose : ce qui est retenu, et ce que dit l’autre.\n")
	out := options.String("out", "conflits.csv", "`fichier` à écrire, qui ne doit pas exister")
	if err := noArguments(options, args); err != nil {
		return err
	}
	path, err := absolute(*out)
	if err != nil {
		return err
	}
	return do(ctx, e, "conflicts", app.ConflictsArgs{Path: path[0]})
}
