package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sourcier/internal/app/control"
	"sourcier/internal/spreadsheet"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// ReportsArgs ask for the open reports, or close one.
type ReportsArgs struct {
	Close string // reference, "" for the list
	Note  string // what was done about it
	Table bool   // the list as CSV
}

func (a *App) reportsCommand(ctx context.Context, args ReportsArgs, out control.Out) error {
	if args.Close != "" {
		return a.closeReport(ctx, args, out)
	}
	list, err := a.openReports(ctx)
	if err != nil {
		return err
	}
	if args.Table {
		return writeReports(out.Stdout, list)
	}
	_, _ = fmt.Fprintf(out.Stdout, "%s\n", count(len(list), "signalement en attente", "signalements en attente"))
	for _, r := range list {
		r.tell(out.Stdout)
	}
	return nil
}

// aboutSheet is a report with what it speaks of, as it is now.
type aboutSheet struct {
	structure.Report
	name, number, address string
}

// openReports lists what waits, the oldest first.
func (a *App) openReports(ctx context.Context) ([]aboutSheet, error) {
	docs, err := a.Reports.Pending(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(docs, func(x, y store.Doc[structure.Report]) int {
		return cmp.Or(x.Value.At.Compare(y.Value.At), cmp.Compare(x.ID, y.ID))
	})
	out := make([]aboutSheet, 0, len(docs))
	for _, d := range docs {
		r := aboutSheet{Report: d.Value, name: "fiche retirée", address: a.Config.BaseURL + "/structures/" + d.Value.Structure}
		v, err := a.Structures.Get(ctx, d.Value.Structure)
		switch {
		case err == nil:
			r.name, r.number = v.Value.Name, cmp.Or(v.Value.FINESS, v.Value.SIRET, v.Value.RNA)
		case !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (r *aboutSheet) tell(w io.Writer) {
	what := r.Reason.Label()
	if r.Field != "" {
		what += " (" + r.Field.Label() + ")"
	}
	_, _ = fmt.Fprintf(w, "\n%s  %s  %s\n  %s, %s\n  %s\n", structure.Reference(r.Ref), structure.DateOf(r.At), what, r.name, cmp.Or(r.number, "sans numéro"), r.address)
	if r.Text != "" {
		_, _ = fmt.Fprintf(w, "  « %s »\n", strings.ReplaceAll(r.Text, "\n", "\n    "))
	}
	if r.Email != "" {
		_, _ = fmt.Fprintf(w, "  Répondre à : %s\n", r.Email)
	}
}

// writeReports writes a table that a French spreadsheet opens at a double click.
func writeReports(w io.Writer, list []aboutSheet) error {
	out, err := spreadsheet.NewCSV(w, "référence", "jour", "motif", "information", "structure", "numéro", "fiche", "texte", "répondre à")
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := out.Write(structure.Reference(r.Ref), string(structure.DateOf(r.At)), r.Reason.Label(), r.Field.Label(), r.name, r.number, r.address, r.Text, r.Email); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (a *App) closeReport(ctx context.Context, args ReportsArgs, out control.Out) error {
	d, err := a.Reports.Get(ctx, args.Close)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("aucun signalement %s : « sourcier reports » liste ceux qui attendent", structure.Reference(args.Close))
	}
	if err != nil {
		return err
	}
	if !d.Value.Open() {
		return fmt.Errorf("le signalement %s est déjà clos depuis le %s", structure.Reference(args.Close), structure.DateOf(d.Value.ClosedAt))
	}
	if err := a.Directory.CloseReport(ctx, store.ActorCommand+"reports", d.ID, d.Version, args.Note); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out.Stdout, "Signalement %s clos ; l’adresse de qui l’a écrit est effacée.\n", structure.Reference(args.Close))
	return nil
}
