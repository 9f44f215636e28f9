package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"sourcier/internal/app/control"
	"sourcier/internal/intake"
	"sourcier/internal/structure"
)

// ObjectionArgs ask for a change of the opposition list, or for the list.
type ObjectionArgs struct {
	Verb    string   // "add", "remove" or "list"
	Numbers []string // as ParseObjection gives them
}

func (a *App) objectionCommand(ctx context.Context, args ObjectionArgs, out control.Out) error {
	if args.Verb == "list" {
		return a.listObjections(ctx, out)
	}
	for _, number := range args.Numbers {
		said, err := a.changeObjection(ctx, args.Verb, number)
		if err != nil {
			return err
		}
		what, digits, _ := strings.Cut(number, ":")
		_, _ = fmt.Fprintf(out.Stdout, "%s %s : %s\n", strings.ToUpper(what), digits, said)
	}
	return nil
}

func (a *App) changeObjection(ctx context.Context, verb, number string) (said string, err error) {
	if verb == "add" {
		known, withdrawn, err := a.AddObjection(ctx, number)
		said := "inscrit sur la liste d’opposition, "
		if known {
			said = "déjà sur la liste d’opposition, "
		}
		return said + count(withdrawn, "fiche retirée", "fiches retirées"), err
	}
	asked, stays, err := a.RemoveObjection(ctx, number)
	switch {
	case asked && stays:
		return "désinscrit de la liste d’opposition, mais encore tenu par une autre opposition dont il découle ; la désinscrire aussi pour que la fiche puisse être refaite", err
	case asked:
		return "désinscrit de la liste d’opposition, avec ce qui en découlait ; le prochain import pourra refaire la fiche", err
	case stays:
		return "n’est sur la liste d’opposition que parce qu’il découle d’une autre opposition : désinscrire le numéro qui avait été donné", err
	}
	return "n’était pas sur la liste d’opposition", err
}

func (a *App) listObjections(ctx context.Context, out control.Out) error {
	list, err := a.Objections(ctx)
	if err != nil {
		return err
	}
	followers := map[string]int{}
	asked := slices.DeleteFunc(slices.Clone(list), func(o structure.Objection) bool {
		for _, keeper := range o.Keepers() {
			if keeper != o.Mark {
				followers[keeper]++
			}
		}
		return !o.Asked()
	})
	slices.SortFunc(asked, func(x, y structure.Objection) int {
		return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Mark, y.Mark))
	})
	_, _ = fmt.Fprintf(out.Stdout, "%s sur la liste d’opposition\n", count(len(asked), "numéro", "numéros"))
	for _, o := range asked {
		_, _ = fmt.Fprintf(out.Stdout, "  %s  %-6s  empreinte %s", o.On, strings.ToUpper(o.What), o.Mark[:12])
		if n := followers[o.Mark]; n > 0 {
			_, _ = fmt.Fprintf(out.Stdout, ", et %s", count(n, "autre numéro ou nom de la fiche", "autres numéros ou noms de la fiche"))
		}
		_, _ = fmt.Fprintln(out.Stdout)
	}
	return nil
}

// ConflictsArgs ask for the table of the facts on which sources disagree.
type ConflictsArgs struct {
	Path control.Path // a file, which must not exist
}

func (a *App) conflictsCommand(ctx context.Context, args ConflictsArgs, out control.Out) error {
	path := string(args.Path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà : donner un autre nom avec --out", path)
	}
	if err != nil {
		return err
	}
	n, err := intake.WriteConflicts(ctx, f, a.Structures)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(Explain(err, a.Config), os.Remove(path))
	}
	_, _ = fmt.Fprintf(out.Stdout, "%s : %s\n", count(n, "désaccord entre sources", "désaccords entre sources"), path)
	return nil
}
