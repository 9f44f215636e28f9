package main

import (
	"context"

	"sourcier/internal/app"
)

func reindex(ctx context.Context, e env, args []string) error {
	if err := noArguments(flags(e, "reindex", "", "Refait l’index de recherche à partir de la base.\n"), args); err != nil {
		return err
	}
	return do(ctx, e, "reindex", app.NoArgs{})
}

func check(ctx context.Context, e env, args []string) error {
	if err := noArguments(flags(e, "check", "", "Vérifie la base, puis que l’index contient exactement ses structures, chacune à sa version.\n"), args); err != nil {
		return err
	}
	return do(ctx, e, "check", app.NoArgs{})
}
