package main

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/app"
)

func reindex(ctx context.Context, e env, args []string) error {
	if err := noArguments(flags(e, "reindex", "", "Refait l’index de recherche à partir de la base.\n"), args); err != nil {
		return err
	}
	return withApp(ctx, e, "reindex", func(a *app.App) error {
		bar := newProgress(e.stderr, "Index de recherche")
		if err := a.Reindex(ctx, bar.set); err != nil {
			return err
		}
		bar.done()
		_, _ = fmt.Fprintln(e.stdout, "L’index est refait.")
		return nil
	})
}

func check(ctx context.Context, e env, args []string) error {
	if err := noArguments(flags(e, "check", "", "Vérifie la base, puis que l’index contient exactement ses structures, chacune à sa version.\n"), args); err != nil {
		return err
	}
	return withApp(ctx, e, "check", func(a *app.App) error {
		report, err := a.Check(ctx)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(e.stdout, "%s dans la base, %d dans l’index, %s\n", count(report.Stored, "structure", "structures"), report.Indexed, count(len(report.Differences), "écart", "écarts"))
		for _, d := range report.Differences {
			_, _ = fmt.Fprintln(e.stdout, "  "+d)
		}
		if len(report.Differences) > 0 {
			return errors.New("la base et l’index diffèrent : lancer « sourcier reindex »")
		}
		return nil
	})
}
