package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sourcier/internal/app/control"
	"sourcier/internal/intake"
	"sourcier/internal/territory"
)

// ImportArgs ask for an import. The process that works opens the files and makes
// the file of rejects: it runs as the user who asks (the socket lets no other in,
// root apart), so that it reads what he reads; and a file is read several times
// (to recognise it, to know it again, to import it), which a descriptor handed
// over, standard input or a pipe would not bear. Paths are absolute.
type ImportArgs struct {
	Files     []control.Path
	Rejects   control.Path // folder of the file of rejects
	Territory []string     // values for ParseTerritory
	intake.RunOptions
}

func (a *App) importCommand(ctx context.Context, args ImportArgs, out control.Out) error {
	opts := args.RunOptions
	opts.RejectsDir = string(args.Rejects)
	opts.Progress = func(p intake.Progress) { out.Progress(importProgress(p)) }
	for _, value := range args.Territory {
		t, err := ParseTerritory(value)
		if err != nil {
			return &control.Failure{Kind: control.Usage, Text: err.Error()}
		}
		opts.Territory = append(opts.Territory, t)
	}
	files := make([]string, len(args.Files))
	for i, f := range args.Files {
		files[i] = string(f)
	}
	report, err := a.Import(ctx, files, opts)
	_, _ = fmt.Fprint(out.Stdout, report.Explain())
	if err == nil && report.Refused() {
		return errors.New("un fichier au moins a été refusé, voir ci-dessus")
	}
	return err
}

// ParseTerritory reads a value of --territory. The error is in French.
func ParseTerritory(value string) (territory.Territory, error) {
	t, err := territory.Default().Resolve(value)
	switch {
	case errors.Is(err, territory.ErrQuarter):
		return t, fmt.Errorf("territoire « %s » : un quartier prioritaire ne fait pas un territoire, donner sa commune", value)
	case err != nil:
		return t, fmt.Errorf("territoire « %s » inconnu : code INSEE d’une commune, dep:94, reg:11, epci:200058014 ou FR", value)
	}
	return t, nil
}

// importProgress follows an import by the bytes of its files, since their number
// of lines is not known before the end.
func importProgress(now intake.Progress) control.Progress {
	return control.Progress{
		Label: fmt.Sprintf("%s : %d lignes, %.0f/s", now.File, now.Rows, now.Rate),
		Line:  fmt.Sprintf("%s : %d lignes lues, %.0f par seconde, reste environ %s", now.File, now.Rows, now.Rate, inFrench(now.Remaining)),
		Done:  now.Bytes, Total: now.TotalBytes,
	}
}

// countProgress follows a work of so many pieces.
func countProgress(title string, out control.Out) func(done, total int) {
	return func(done, total int) {
		out.Progress(control.Progress{
			Label: title, Line: fmt.Sprintf("%s : %d sur %d", title, done, total), Done: int64(done), Total: int64(total),
		})
	}
}

// DemoArgs ask for fictional structures, or for their removal.
type DemoArgs struct {
	Size     int
	IfEmpty  bool
	Remove   bool
	Accounts bool // list those that one signs in with, and no more
}

func (a *App) demoCommand(ctx context.Context, args DemoArgs, out control.Out) error {
	switch {
	case args.Accounts:
		return a.tellAccounts(ctx, out.Stdout)
	case args.Remove:
		return a.emptyOfDemo(ctx, out)
	}
	if empty, err := a.Empty(ctx); err != nil || args.IfEmpty && !empty {
		return err
	}
	if err := a.Demo(ctx, args.Size, countProgress("Territoire de démonstration", out)); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out.Stdout, "Écrit dans l’annuaire : %s.\n", count(args.Size, "structure fictive", "structures fictives"))
	n, err := a.DemoPeople(ctx)
	switch {
	case err != nil:
		return err
	case n == 0:
		_, _ = fmt.Fprintln(out.Stdout, "Aucun compte fictif : il n’y en a que sur un portail d’essai, dont SOURCIER_BASE_URL est localhost et SOURCIER_SMTP vide.")
	default:
		_, _ = fmt.Fprintf(out.Stdout, "Écrit : %s ; « sourcier demo --accounts » dit par lesquels entrer.\n", count(n, "compte fictif", "comptes fictifs"))
	}
	return nil
}

func (a *App) emptyOfDemo(ctx context.Context, out control.Out) error {
	// Their sheets are of the directory: without them it would count structures that nobody imported.
	if err := a.Directory.RemoveDemoGroupements(ctx); err != nil {
		return Explain(err, a.Config)
	}
	removed, kept, err := a.RemoveDemo(ctx)
	if err == nil || removed > 0 {
		_, _ = fmt.Fprintf(out.Stdout, "Retiré de l’annuaire : %s.\n", count(removed, "structure fictive", "structures fictives"))
	}
	if err == nil && kept > 0 {
		_, _ = fmt.Fprintf(out.Stdout, "Gardé, car d’autres sources y ont ajouté : %s.\n", count(kept, "structure fictive", "structures fictives"))
	}
	return errors.Join(err, a.removeDemoPeople(ctx, out))
}

func (a *App) reindexCommand(ctx context.Context, _ NoArgs, out control.Out) error {
	if err := a.Reindex(ctx, countProgress("Index de recherche", out)); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out.Stdout, "L’index est refait.")
	return nil
}

func (a *App) checkCommand(ctx context.Context, _ NoArgs, out control.Out) error {
	report, err := a.Check(ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out.Stdout, "%s dans la base, %d dans l’index, %s\n", count(report.Stored, "structure", "structures"), report.Indexed, count(len(report.Differences), "écart", "écarts"))
	for _, d := range report.Differences {
		_, _ = fmt.Fprintln(out.Stdout, "  "+d)
	}
	if len(report.Differences) > 0 {
		return errors.New("la base et l’index diffèrent : lancer « sourcier reindex »")
	}
	return nil
}

// count writes « 0 écart », « 1 écart », « 2 écarts ».
func count(n int, one, many string) string {
	if n < 2 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inFrench writes « 40 s », « 5 min 03 s », « 1 h 05 min ».
func inFrench(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case s < 60:
		return fmt.Sprintf("%d\u00a0s", s)
	case s < 3600:
		return fmt.Sprintf("%d\u00a0min %02d\u00a0s", s/60, s%60)
	}
	return fmt.Sprintf("%d\u00a0h %02d\u00a0min", s/3600, s/60%60)
}
