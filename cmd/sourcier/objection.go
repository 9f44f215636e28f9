package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/app"
	"sourcier/internal/structure"
)

const objectionAbout = `Tient la liste d’opposition : qui y est inscrit n’a pas de fiche, et aucun import ne la refait.
  add NUMÉRO…     inscrit un SIRET, un SIREN (tous ses établissements) ou « finess:… », et retire la fiche
  remove NUMÉRO…  désinscrit ; le prochain import pourra refaire la fiche
  list            donne les dates d’inscription (les numéros ne sont pas conservés en clair)
`

func objection(ctx context.Context, e env, args []string) error {
	fs := flags(e, "objection", "add|remove|list NUMÉRO…", objectionAbout)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	verb, numbers, err := objectionWords(rest)
	if err != nil {
		return usageError{err}
	}
	return withApp(ctx, e, "objection", func(a *app.App) error {
		switch verb {
		case "add":
			return addObjections(ctx, e, a, numbers)
		case "remove":
			return removeObjections(ctx, e, a, numbers)
		}
		return listObjections(ctx, e, a)
	})
}

// objectionWords reads the verb and the numbers.
func objectionWords(rest []string) (verb string, numbers []string, err error) {
	if len(rest) > 0 {
		verb = rest[0]
	}
	switch {
	case !slices.Contains([]string{"add", "remove", "list"}, verb):
		return "", nil, errors.New("dire add, remove ou list. Voir « sourcier objection --help »")
	case verb == "list" && len(rest) > 1:
		return "", nil, fmt.Errorf("argument « %s » inattendu", rest[1])
	case verb != "list" && len(rest) == 1:
		return "", nil, errors.New("aucun numéro donné. Exemple : sourcier objection " + verb + " 12345678900012")
	}
	for _, text := range rest[1:] {
		number, err := app.ParseObjection(text)
		if err != nil {
			return "", nil, err
		}
		numbers = append(numbers, number)
	}
	return verb, numbers, nil
}

func addObjections(ctx context.Context, e env, a *app.App, numbers []string) error {
	for _, number := range numbers {
		known, withdrawn, err := a.AddObjection(ctx, number)
		if err != nil {
			return err
		}
		state := "inscrit sur la liste d’opposition"
		if known {
			state = "déjà sur la liste d’opposition"
		}
		_, _ = fmt.Fprintf(e.stdout, "%s : %s, %s\n", spoken(number), state, count(withdrawn, "fiche retirée", "fiches retirées"))
	}
	return nil
}

func removeObjections(ctx context.Context, e env, a *app.App, numbers []string) error {
	for _, number := range numbers {
		known, err := a.RemoveObjection(ctx, number)
		if err != nil {
			return err
		}
		state := "n’était pas sur la liste d’opposition"
		if known {
			state = "désinscrit de la liste d’opposition ; le prochain import pourra refaire la fiche"
		}
		_, _ = fmt.Fprintf(e.stdout, "%s : %s\n", spoken(number), state)
	}
	return nil
}

func listObjections(ctx context.Context, e env, a *app.App) error {
	list, err := a.Objections(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(x, y structure.Objection) int {
		return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Mark, y.Mark))
	})
	_, _ = fmt.Fprintf(e.stdout, "%s sur la liste d’opposition\n", count(len(list), "numéro", "numéros"))
	for _, o := range list {
		_, _ = fmt.Fprintf(e.stdout, "  %s  %-6s  empreinte %s\n", o.On, strings.ToUpper(o.What), o.Mark[:12])
	}
	return nil
}

// spoken writes « SIRET 12345678900012 ».
func spoken(number string) string {
	what, digits, _ := strings.Cut(number, ":")
	return strings.ToUpper(what) + " " + digits
}
