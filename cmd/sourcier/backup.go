package main

import (
	"context"

	"sourcier/internal/app"
)

func backup(ctx context.Context, e env, args []string) error {
	fs := flags(e, "backup", "FICHIER|DOSSIER", "Écrit toute la base (documents, fichiers joints) dans un fichier .tar.zst, lisible par « sourcier restore » dans une base de l’une ou l’autre sorte. Dans un dossier, le fichier prend le nom de la date.\n")
	name, err := oneArgument(fs, args, "le fichier à écrire, ou un dossier. Exemple : sourcier backup /var/sauvegardes")
	if err != nil {
		return err
	}
	path, err := absolute(name)
	if err != nil {
		return err
	}
	return do(ctx, e, "backup", app.BackupArgs{Path: path[0]})
}

func restore(ctx context.Context, e env, args []string) error {
	fs := flags(e, "restore", "FICHIER", "Vérifie une sauvegarde en entier, puis en remplit une base vide, embarquée ou MongoDB. Le portail doit être arrêté ; il refait son index au démarrage.\n")
	replace := fs.Bool("replace", false, "accepte une base non vide : elle est d’abord sauvegardée dans SOURCIER_DATA, puis vidée")
	path, err := oneArgument(fs, args, "la sauvegarde à lire. Exemple : sourcier restore sourcier-20260101-030000.tar.zst")
	if err != nil {
		return err
	}
	cfg, log, err := load(e)
	if err != nil {
		return err
	}
	bar := newProgress(e.stderr)
	defer bar.clear()
	return app.RestoreFor(ctx, cfg, log, path, *replace, outOf(e, bar))
}
