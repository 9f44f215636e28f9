package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"sourcier/internal/app"
)

func serve(ctx context.Context, e env, args []string) error {
	fs := flags(e, "serve", "", "Ouvre le portail et suit la base. S’arrête proprement sur Ctrl-C ou SIGTERM.\nLes réglages sont des variables d’environnement :\n")
	options := fs.Usage
	fs.Usage = func() { options(); printSettings(e.stdout) }
	if err := noArguments(fs, args); err != nil {
		return err
	}
	return withApp(ctx, e, "serve", func(a *app.App) error {
		return a.Serve(ctx, func(addr net.Addr) {
			a.Log.Info("listening", "addr", addr.String(), "version", app.Version)
			_, _ = fmt.Fprintf(e.stdout, "Sourcier est ouvert sur %s (Ctrl-C pour arrêter)\n", a.Config.BaseURL)
		})
	})
}

func printSettings(w io.Writer) {
	for _, s := range app.Settings {
		value := s.Default
		if value == "" {
			value = "vide"
		}
		_, _ = fmt.Fprintf(w, "  %-25s %s\n  %-25s par défaut : %s\n", s.Env, s.Help, "", value)
	}
}
