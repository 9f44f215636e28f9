package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/app"
)

const objectionAbout = `Tient la liste d’opposition : qui y est inscrit n’a pas de fiche, et aucun import ne la refait.
  add NUMÉRO…     inscrit un SIRET, un SIREN (tous ses établissements) ou « finess:… », et retire la fiche, dont les
                  autres numéros suivent
  remove NUMÉRO…  désinscrit, avec ce qui suivait ; le prochain import pourra refaire la fiche
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
	return do(ctx, e, "objection", app.ObjectionArgs{Verb: verb, Numbers: numbers})
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
