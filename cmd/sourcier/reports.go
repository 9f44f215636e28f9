package main

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"sourcier/internal/app"
	"sourcier/internal/structure"
)

const reportsAbout = `Ce que les visiteurs signalent sur les fiches : erreurs et demandes de retrait.
  sans rien        liste ce qui attend, le plus ancien d’abord
  close RÉFÉRENCE  clôt un signalement traité ; l’adresse de qui l’a écrit est alors effacée
Une demande de retrait se traite par « sourcier objection add NUMÉRO », puis se clôt.
`

func reports(ctx context.Context, e env, args []string) error {
	options := flags(e, "reports", "[close RÉFÉRENCE]", reportsAbout)
	table := options.Bool("csv", false, "en tableau (CSV) sur la sortie standard")
	note := options.String("note", "", "ce qui a été fait, en une `phrase` gardée avec le signalement clos")
	rest, err := parse(options, args)
	if err != nil {
		return err
	}
	asked, err := reportsWords(rest, *table, *note)
	if err != nil {
		return usageError{err}
	}
	return do(ctx, e, "reports", asked)
}

// reportsWords reads what is asked for.
func reportsWords(rest []string, table bool, note string) (app.ReportsArgs, error) {
	asked := app.ReportsArgs{Table: table, Note: note}
	switch {
	case len(rest) == 0 && note != "":
		return asked, errors.New("--note va avec « close RÉFÉRENCE »")
	case len(rest) == 0:
		return asked, nil
	case rest[0] != "close":
		return asked, fmt.Errorf("« %s » n’est pas compris. Voir « sourcier reports --help »", rest[0])
	case len(rest) != 2:
		return asked, errors.New("donner une référence et une seule. Exemple : sourcier reports close K7XMP-2QR4T --note \"adresse corrigée\"")
	case table:
		return asked, errors.New("--csv ne va qu’avec la liste")
	case utf8.RuneCountInString(note) > structure.MaxReportNote:
		return asked, fmt.Errorf("note trop longue : %d caractères au plus", structure.MaxReportNote)
	}
	ref, ok := structure.ParseReference(rest[1])
	if !ok {
		return asked, fmt.Errorf("« %s » n’est pas une référence de signalement : dix lettres et chiffres, comme K7XMP-2QR4T", rest[1])
	}
	asked.Close = ref
	return asked, nil
}
