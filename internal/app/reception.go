package app

import (
	"context"
	"path/filepath"

	"sourcier/internal/intake"
	"sourcier/internal/reception"
)

// reception takes the files that administrators import from the browser; each import
// is done as that of a command is.
func (a *App) reception() (*reception.Service, error) {
	return reception.Open(reception.Options{
		Uploads: a.Uploads, Audit: a.People.Audit, Dir: filepath.Join(a.Config.Data, "uploads"), Names: a.People.Names, Now: a.Now, Log: a.Log,
		Import: func(ctx context.Context, who string, files []string, opts intake.RunOptions) (intake.Report, error) {
			return a.Import(withAsker(ctx, who), files, opts)
		},
	})
}
