package main

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/app"
	"sourcier/internal/structure"
)

func backup(ctx context.Context, e env, args []string) error {
	fs := flags(e, "backup", "FICHIER|DOSSIER", "Écrit toute la base (documents, fichiers joints) dans un fichier .tar.zst, lisible par « sourcier restore » dans une base de l’une ou l’autre sorte. Dans un dossier, le fichier prend le nom de la date.\n")
	path, err := oneArgument(fs, args, "le fichier à écrire, ou un dossier. Exemple : sourcier backup /var/sauvegardes")
	if err != nil {
		return err
	}
	return withApp(ctx, e, "backup", func(a *app.App) error {
		bar := newProgress(e.stderr, "Sauvegarde")
		report, err := a.Backup(ctx, path, bar.set)
		bar.done()
		if err != nil {
			return err
		}
		return explainBackup(e, report)
	})
}

func explainBackup(e env, r app.BackupReport) error {
	_, _ = fmt.Fprintf(e.stdout, "Sauvegarde complète : %s, %s, état du %s.\n", r.Path, size(r.Bytes), r.Point.In(structure.Paris).Format("02/01/2006 à 15:04:05"))
	for _, p := range r.Collections {
		_, _ = fmt.Fprintf(e.stdout, "  %-10s %s", p.Collection, count(int(p.Lines-p.Again), "document", "documents"))
		if p.Again > 0 {
			_, _ = fmt.Fprintf(e.stdout, ", %s", count(int(p.Again), "relu car récent", "relus car récents"))
		}
		_, _ = fmt.Fprintln(e.stdout)
	}
	_, _ = fmt.Fprintf(e.stdout, "  %-10s %s, %s\n", "fichiers", count(int(r.Blobs.Files), "fichier joint", "fichiers joints"), size(r.Blobs.Bytes))
	if len(r.Blobs.Damaged) == 0 {
		return nil
	}
	for _, hash := range r.Blobs.Damaged {
		_, _ = fmt.Fprintln(e.stdout, "  fichier joint endommagé, absent de la sauvegarde :", hash)
	}
	return errors.New("la sauvegarde est faite, sans les fichiers joints endommagés ci-dessus : les redemander à qui les a déposés, ou les reprendre d’une sauvegarde plus ancienne")
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
	bar := newProgress(e.stderr, "Restauration")
	report, err := app.Restore(ctx, cfg, log, path, app.RestoreOptions{Replace: *replace, Progress: bar.set})
	bar.done()
	if report.Before != "" {
		_, _ = fmt.Fprintf(e.stdout, "Ce que la base contenait est sauvegardé dans %s.\n", report.Before)
	}
	if err != nil {
		return err
	}
	explainRestore(e, report)
	return nil
}

func explainRestore(e env, r app.RestoreReport) {
	_, _ = fmt.Fprintf(e.stdout, "Base restaurée dans son état du %s (Sourcier %s).\n", r.Point.In(structure.Paris).Format("02/01/2006 à 15:04:05"), r.Portal)
	for _, p := range r.Collections {
		_, _ = fmt.Fprintf(e.stdout, "  %-10s %s\n", p.Collection, count(int(p.Lines-p.Again), "document", "documents"))
	}
	_, _ = fmt.Fprintf(e.stdout, "  %-10s %s, %s\n", "fichiers", count(int(r.Blobs.Files), "fichier joint", "fichiers joints"), size(r.Blobs.Bytes))
	for _, hash := range r.Lost {
		_, _ = fmt.Fprintf(e.stdout, "  fichier joint absent de la sauvegarde (effacé entre-temps, ou endommagé) : %s\n", hash)
	}
	for _, id := range r.Deprived {
		_, _ = fmt.Fprintf(e.stdout, "  à revoir, son identifiant est passé à un autre document pendant la sauvegarde : %s\n", id)
	}
	_, _ = fmt.Fprintln(e.stdout, "L’index de recherche se refera au prochain démarrage. Sur MongoDB, lancer « sourcier reindex » sur chaque autre portail.")
}

// size writes « 12 ko », « 3,4 Mo ».
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return count(int(bytes), "octet", "octets")
	case bytes < 1_000_000:
		return fmt.Sprintf("%d\u00a0ko", bytes/1000)
	}
	return fmt.Sprintf("%d,%d\u00a0Mo", bytes/1_000_000, bytes/100_000%10)
}
