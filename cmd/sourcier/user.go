package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/app"
)

func userAbout() string {
	var b strings.Builder
	b.WriteString(`Tient les comptes depuis la machine du portail, sans passer par le courriel.
  add ADRESSE      crée le compte s’il n’est pas là, lui donne un rôle et un lien de connexion, valable une fois et 24 heures
  link ADRESSE     donne un nouveau lien de connexion, à qui ne reçoit plus ses messages par exemple
  remove ADRESSE   retire la personne d’une organisation (--organisation) ; le compte reste
  list             donne tous les comptes, avec leurs rôles
L’administration du portail se donne seule ; les autres rôles se tiennent dans une organisation, qui existe déjà ou que
--kind fait créer : public (acheteur public), private (acheteur privé), network (réseau), owner (structure).

Premier compte :   sourcier user add prenom.nom@ville.fr --role administrator
Autre exemple :    sourcier user add achats@ville.fr --role buyer,organiser --organisation "Ville d’Exemple" --kind public

Rôles :
`)
	for _, r := range account.Roles {
		_, _ = fmt.Fprintf(&b, "  %-14s %s\n", r, r.Label())
	}
	return b.String()
}

func user(ctx context.Context, e env, args []string) error {
	options := flags(e, "user", "add|link|remove|list [ADRESSE]", userAbout())
	role := options.String("role", "", "`rôle` à donner, ou plusieurs séparés par des virgules")
	name := options.String("name", "", "`nom` de la personne")
	organisation := options.String("organisation", "", "`org` : nom, SIREN ou identifiant d’une organisation (portal : l’équipe du portail)")
	kind := options.String("kind", "", "`sorte` de l’organisation, qui est créée si elle n’est pas là : public, private, network ou owner")
	manager := options.Bool("manager", false, "gère l’organisation : invite, donne les rôles")
	table := options.Bool("csv", false, "la liste en tableau (CSV) sur la sortie standard")
	rest, err := parse(options, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usageError{errors.New("dire add, link, remove ou list. Voir « sourcier user --help »")}
	}
	asked := app.NewUserArgs(rest[0])
	asked.Organisation, asked.Kind, asked.Manager, asked.Table = strings.TrimSpace(*organisation), account.OrganisationKind(*kind), *manager, *table
	if err := userWords(&asked, rest[1:], *role, *name); err != nil {
		return usageError{err}
	}
	return do(ctx, e, "user", asked)
}

// userWords reads what is asked for.
func userWords(asked *app.UserArgs, rest []string, role, name string) (err error) {
	if err := errors.Join(checkUserWords(asked, rest), checkUserOptions(asked, role, name)); err != nil || asked.Verb == app.UserList {
		return err
	}
	if asked.Email, err = account.ParseEmail(rest[0]); err != nil {
		return fmt.Errorf("adresse « %.80s » : %w", rest[0], err)
	}
	if asked.Verb != app.UserAdd {
		return nil
	}
	if name != "" {
		if asked.Name, err = account.CleanName(name); err != nil {
			return fmt.Errorf("--name : %w", err)
		}
	}
	if asked.Roles, err = userRoles(role); err != nil {
		return err
	}
	return userPlace(asked)
}

// checkUserWords refuses what is not one verb and, but for a list, one address.
func checkUserWords(asked *app.UserArgs, rest []string) error {
	switch {
	case !slices.Contains([]string{app.UserAdd, app.UserLink, app.UserRemove, app.UserList}, asked.Verb):
		return fmt.Errorf("« %s » n’est pas compris : dire add, link, remove ou list", asked.Verb)
	case asked.Verb == app.UserList && len(rest) > 0:
		return fmt.Errorf("argument « %s » inattendu", rest[0])
	case asked.Verb != app.UserList && len(rest) != 1:
		return fmt.Errorf("donner une adresse et une seule. Exemple : sourcier user %s prenom.nom@ville.fr", asked.Verb)
	}
	return nil
}

// checkUserOptions refuses options of another verb.
func checkUserOptions(asked *app.UserArgs, role, name string) error {
	addsOnly := role != "" || name != "" || asked.Kind != "" || asked.Manager
	switch {
	case asked.Table && asked.Verb != app.UserList:
		return errors.New("--csv ne va qu’avec list")
	case asked.Verb != app.UserAdd && addsOnly:
		return errors.New("--role, --name, --kind et --manager ne vont qu’avec add")
	}
	return checkUserOrganisation(asked)
}

// checkUserOrganisation refuses an organisation that is missing or of no use.
func checkUserOrganisation(asked *app.UserArgs) error {
	switch {
	case asked.Verb == app.UserRemove && asked.Organisation == "":
		return errors.New("dire de quelle organisation, par --organisation (portal : l’équipe du portail)")
	case asked.Verb != app.UserAdd && asked.Verb != app.UserRemove && asked.Organisation != "":
		return errors.New("--organisation ne va qu’avec add et remove")
	}
	return nil
}

// userPlace reads in which organisation the roles are given.
func userPlace(asked *app.UserArgs) error {
	administrator := slices.Contains(asked.Roles, account.Administrator)
	switch {
	case administrator && len(asked.Roles) > 1:
		return errors.New("le rôle administrator se donne seul : donner les autres par une deuxième commande, avec leur organisation")
	case administrator && (asked.Organisation != "" && asked.Organisation != "portal" || asked.Kind != ""):
		return errors.New("le rôle administrator est celui de l’équipe du portail : --organisation et --kind n’ont pas lieu d’être")
	case administrator:
		return nil
	case asked.Organisation == "":
		return errors.New("dire dans quelle organisation, par --organisation (nom, SIREN ou identifiant)")
	case asked.Kind != "" && !asked.Kind.Known():
		return fmt.Errorf("--kind %.40s : attendu public, private, network ou owner", asked.Kind)
	}
	return nil
}

func userRoles(text string) (roles []account.Role, err error) {
	for word := range strings.SplitSeq(text, ",") {
		role := account.Role(strings.TrimSpace(word))
		if !role.Known() {
			what := "il manque --role"
			if role != "" {
				what = fmt.Sprintf("rôle « %.40s » inconnu", role)
			}
			return nil, fmt.Errorf("%s. Rôles possibles : %s", what, roleList())
		}
		roles = append(roles, role)
	}
	return roles, nil
}

// roleList is « administrator (Administration du portail), buyer (Acheteur)… ».
func roleList() string {
	var list []string
	for _, r := range account.Roles {
		list = append(list, fmt.Sprintf("%s (%s)", r, r.Label()))
	}
	return strings.Join(list, ", ")
}
