package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"sourcier/internal/app/control"
	"sourcier/internal/structure"
)

// BackupArgs ask for a backup, written by the process that works: see ImportArgs.
type BackupArgs struct {
	Path control.Path // a file, or a folder
}

func (a *App) backupCommand(ctx context.Context, args BackupArgs, out control.Out) error {
	r, err := a.Backup(ctx, string(args.Path), countProgress("Sauvegarde", out))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out.Stdout, "Sauvegarde complète : %s, %s, état du %s.\n", r.Path, size(r.Bytes), r.Point.In(structure.Paris).Format("02/01/2006 à 15:04:05"))
	for _, p := range r.Collections {
		_, _ = fmt.Fprintf(out.Stdout, "  %-10s %s", p.Collection, count(int(p.Lines-p.Again), "document", "documents"))
		if p.Again > 0 {
			_, _ = fmt.Fprintf(out.Stdout, ", %s", count(int(p.Again), "relu car récent", "relus car récents"))
		}
		_, _ = fmt.Fprintln(out.Stdout)
	}
	_, _ = fmt.Fprintf(out.Stdout, "  %-10s %s, %s\n", "fichiers", count(int(r.Blobs.Files), "fichier joint", "fichiers joints"), size(r.Blobs.Bytes))
	_, _ = fmt.Fprintf(out.Stdout, "La clé du portail n’y est pas : garder une copie de %s, ailleurs que la sauvegarde. Sans elle, la base ne s’ouvre plus.\n", a.Config.secretPath())
	if _, err := os.Stat(a.keyPath()); err == nil {
		_, _ = fmt.Fprintf(out.Stdout, "La clé de la liste d’opposition n’y est pas : garder une copie de %s, ailleurs que la sauvegarde.\n", a.keyPath())
	}
	if len(r.Blobs.Damaged) == 0 {
		return nil
	}
	for _, hash := range r.Blobs.Damaged {
		_, _ = fmt.Fprintln(out.Stdout, "  fichier joint endommagé, absent de la sauvegarde :", hash)
	}
	return errors.New("la sauvegarde est faite, sans les fichiers joints endommagés ci-dessus : les redemander à qui les a déposés, ou les reprendre d’une sauvegarde plus ancienne")
}

// RestoreFor is Restore with its progress and its report told to out. It is no
// command of an open portal: nobody may serve meanwhile.
func RestoreFor(ctx context.Context, cfg Config, log *slog.Logger, path string, replace bool, out control.Out) error {
	r, err := Restore(ctx, cfg, log, path, RestoreOptions{Replace: replace, Progress: countProgress("Restauration", out)})
	if r.Before != "" {
		_, _ = fmt.Fprintf(out.Stdout, "Ce que la base contenait est sauvegardé dans %s.\n", r.Before)
	}
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out.Stdout, "Base restaurée dans son état du %s (Sourcier %s).\n", r.Point.In(structure.Paris).Format("02/01/2006 à 15:04:05"), r.Portal)
	for _, p := range r.Collections {
		_, _ = fmt.Fprintf(out.Stdout, "  %-10s %s\n", p.Collection, count(int(p.Lines-p.Again), "document", "documents"))
	}
	_, _ = fmt.Fprintf(out.Stdout, "  %-10s %s, %s\n", "fichiers", count(int(r.Blobs.Files), "fichier joint", "fichiers joints"), size(r.Blobs.Bytes))
	for _, hash := range r.Lost {
		_, _ = fmt.Fprintf(out.Stdout, "  fichier joint absent de la sauvegarde (effacé entre-temps, ou endommagé) : %s\n", hash)
	}
	for _, id := range r.Deprived {
		_, _ = fmt.Fprintf(out.Stdout, "  à revoir, son identifiant est passé à un autre document pendant la sauvegarde : %s\n", id)
	}
	if r.Secret != "" {
		_, _ = fmt.Fprintln(out.Stdout, r.Secret)
	}
	_, _ = fmt.Fprintln(out.Stdout, "L’index de recherche se refera au prochain démarrage. Sur MongoDB, lancer « sourcier reindex » sur chaque autre portail.")
	return nil
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
