package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/app/control"
	"sourcier/internal/people"
	"sourcier/internal/spreadsheet"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Verbs of the command on accounts.
const (
	UserAdd    = "add"
	UserLink   = "link"
	UserRemove = "remove"
	UserList   = "list"
)

// UserArgs ask for accounts, or change one.
type UserArgs struct {
	Verb         string
	Email        account.Email
	Name         string
	Roles        []account.Role
	Organisation string                   // id, SIREN or name
	Kind         account.OrganisationKind // of an organisation to make, "" = it is there
	Manager      bool
	Table        bool   // the list as CSV
	By           string // who runs the command, for the audit
}

// NewUserArgs are those of a verb, asked by the user of this process.
func NewUserArgs(verb string) UserArgs { return UserArgs{Verb: verb, By: runner()} }

func (args UserArgs) actor() string { return store.ActorCommand + args.By }

// asked is who runs the command, as the rules of organisations see it.
func (args UserArgs) asked() account.Actor {
	return account.Actor{Person: args.actor(), Administrator: true}
}

func (a *App) userCommand(ctx context.Context, args UserArgs, out control.Out) error {
	switch args.Verb {
	case UserAdd:
		return a.addUser(ctx, args, out.Stdout)
	case UserLink:
		return a.linkUser(ctx, args, out.Stdout)
	case UserRemove:
		return a.removeUser(ctx, args, out.Stdout)
	}
	return a.listUsers(ctx, args, out.Stdout)
}

// defaultTeam names the organisation that runs the portal when no publisher is set.
const defaultTeam = "Équipe du portail"

func (a *App) addUser(ctx context.Context, args UserArgs, w io.Writer) error {
	o, err := a.organisationFor(ctx, args)
	if err != nil {
		return Explain(err, a.Config)
	}
	for _, r := range args.Roles {
		if !slices.Contains(o.Value.Kind.Roles(), r) {
			return fmt.Errorf("« %s » (%s) ne donne pas le rôle %s : y sont possibles %s", o.Value.Name, o.Value.Kind.Label(), r, roleNames(o.Value.Kind.Roles()))
		}
	}
	done, err := a.People.Enrol(ctx, people.Enrolment{
		Email: args.Email, Name: args.Name, Organisation: o.ID, Roles: args.Roles, Manager: args.Manager, Actor: args.actor(),
	})
	if err != nil {
		return a.explainUser(err, args.Email)
	}
	made := "Compte déjà là"
	if done.Made {
		made = "Compte créé"
	}
	m := done.Organisation.Member(done.Person.ID)
	_, _ = fmt.Fprintf(w, "%s : %s, %s, %s.\n", made, told(&done.Person), done.Organisation.Name, memberText(m))
	if !done.Organisation.Active() {
		_, _ = fmt.Fprintln(w, "Cette organisation attend d’être confirmée par l’administration : d’ici là, ses rôles ne comptent pas.")
	}
	return a.tellLink(ctx, &done.Person, args.actor(), w)
}

func told(p *account.Person) string {
	if p.Name == "" {
		return p.Email.String()
	}
	return fmt.Sprintf("%s (%s)", p.Name, p.Email)
}

// memberText is what a member is: « Acheteur, Pilote du SPASER, gestionnaire ».
func memberText(m *account.Member) string {
	if m == nil {
		return ""
	}
	var list []string
	for _, r := range m.Roles {
		list = append(list, r.Label())
	}
	if m.Manager && !slices.Contains(m.Roles, account.Administrator) {
		list = append(list, "gestionnaire")
	}
	return strings.Join(list, ", ")
}

func roleNames(roles []account.Role) string {
	var list []string
	for _, r := range roles {
		list = append(list, string(r))
	}
	return strings.Join(list, ", ")
}

// organisationFor finds, or makes, the organisation in which roles are given.
func (a *App) organisationFor(ctx context.Context, args UserArgs) (d store.Doc[account.Organisation], err error) {
	if slices.Contains(args.Roles, account.Administrator) {
		return a.People.EnsurePortal(ctx, cmp.Or(a.Config.Publisher, defaultTeam), args.actor())
	}
	list, err := a.People.Named(ctx, args.Organisation)
	if err != nil {
		return d, err
	}
	if args.Kind != "" {
		list = slices.DeleteFunc(list, func(d store.Doc[account.Organisation]) bool { return d.Value.Kind != args.Kind })
	}
	switch {
	case len(list) == 1 && !list[0].Value.ClosedAt.IsZero():
		return d, fmt.Errorf("l’organisation « %s » est fermée : en choisir une autre", list[0].Value.Name)
	case len(list) == 1:
		return list[0], nil
	case len(list) > 1:
		return d, fmt.Errorf("plusieurs organisations s’appellent « %s » : donner l’identifiant de l’une d’elles (%s)", args.Organisation, idsOf(list))
	case args.Kind == "":
		return d, fmt.Errorf("aucune organisation « %s » : vérifier l’identifiant, le nom ou le SIREN, ou la créer en ajoutant --kind public, private, network ou owner", args.Organisation)
	}
	if _, _, err := structure.ParseSIREN(args.Organisation); err == nil {
		return d, fmt.Errorf("aucune organisation de cette sorte n’a le SIREN %s : pour la créer, donner son nom", args.Organisation)
	}
	id, err := a.People.CreateOrganisation(ctx, args.asked(), account.Founding{Kind: args.Kind, Name: args.Organisation})
	if err != nil {
		return d, fmt.Errorf("--organisation : %w", err)
	}
	return a.People.Organisations.Get(ctx, id)
}

func idsOf(list []store.Doc[account.Organisation]) string {
	var ids []string
	for _, d := range list {
		ids = append(ids, d.ID+" : "+d.Value.Kind.Label())
	}
	return strings.Join(ids, " ; ")
}

// person finds the account of an address, or says how to make one.
func (a *App) person(ctx context.Context, e account.Email) (*account.Person, error) {
	d, err := a.People.People.ByEmail(ctx, e)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("aucun compte pour %s : « sourcier user list » donne ceux qui sont là, « sourcier user add %s --role … » le crée", e, e)
	}
	return &d.Value, Explain(err, a.Config)
}

func (a *App) linkUser(ctx context.Context, args UserArgs, w io.Writer) error {
	p, err := a.person(ctx, args.Email)
	if err != nil {
		return err
	}
	return a.explainUser(a.tellLink(ctx, p, args.actor(), w), args.Email)
}

// tellLink makes a link and prints it.
func (a *App) tellLink(ctx context.Context, p *account.Person, actor string, w io.Writer) error {
	token, until, err := a.People.FirstLink(ctx, p, actor)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w, "Lien de connexion, pour une seule fois, jusqu’au %s :\n  %s/connexion/lien/%s\nLe remettre à cette personne seulement : qui l’ouvre entre à sa place. Un lien donné avant, et pas encore ouvert, ne vaut plus.\n",
		until.In(structure.Paris).Format("02/01/2006 à 15 h 04"), a.Config.BaseURL, token)
	return nil
}

func (a *App) explainUser(err error, e account.Email) error {
	if errors.Is(err, people.ErrSuspended) {
		return fmt.Errorf("le compte de %s est suspendu, ou en cours d’effacement : l’administration du portail le rouvre ; s’il était le dernier à administrer, en nommer un autre par « sourcier user add »", e)
	}
	return Explain(err, a.Config)
}

func (a *App) removeUser(ctx context.Context, args UserArgs, w io.Writer) error {
	p, err := a.person(ctx, args.Email)
	if err != nil {
		return err
	}
	list, err := a.People.Named(ctx, args.Organisation)
	if err != nil {
		return Explain(err, a.Config)
	}
	list = slices.DeleteFunc(list, func(d store.Doc[account.Organisation]) bool { return d.Value.Member(p.ID) == nil })
	switch len(list) {
	case 0:
		return fmt.Errorf("%s n’est membre d’aucune organisation « %s » : « sourcier user list » donne les rôles de chacun", args.Email, args.Organisation)
	case 1:
	default:
		return fmt.Errorf("plusieurs organisations s’appellent « %s » : donner l’identifiant de l’une d’elles (%s)", args.Organisation, idsOf(list))
	}
	err = a.People.Remove(ctx, args.asked(), list[0].ID, p.ID)
	switch {
	case errors.Is(err, account.ErrLastAdmin):
		return fmt.Errorf("%s est seul à administrer le portail : nommer d’abord quelqu’un d’autre par « sourcier user add ADRESSE --role administrator »", args.Email)
	case errors.Is(err, account.ErrLastOne):
		return fmt.Errorf("%s est seul à gérer « %s » : nommer d’abord quelqu’un d’autre par « sourcier user add ADRESSE --organisation … --manager »", args.Email, list[0].Value.Name)
	case err != nil:
		return Explain(err, a.Config)
	}
	_, _ = fmt.Fprintf(w, "%s n’est plus membre de « %s ». Son compte reste, avec ses autres rôles.\n", told(p), list[0].Value.Name)
	return nil
}

// userLine is an account as the list shows it.
type userLine struct {
	account.Person
	roles []string // « Acheteur (Ville d’Orly) »
}

func (l *userLine) state() string {
	switch {
	case !l.ErasingAt.IsZero():
		return "en cours d’effacement"
	case !l.SuspendedAt.IsZero():
		return "suspendu"
	case l.Demo:
		return "démonstration"
	}
	return "actif"
}

func (l *userLine) seen() string {
	if l.SeenAt.IsZero() {
		return "jamais"
	}
	return string(structure.DateOf(l.SeenAt))
}

// users lists the accounts that keep wants, by address.
func (a *App) users(ctx context.Context, keep func(*account.Person) bool) ([]userLine, error) {
	roles := map[string][]string{}
	err := a.People.Organisations.All(ctx, func(d store.Doc[account.Organisation]) error {
		for _, m := range d.Value.Members {
			text := fmt.Sprintf("%s (%s)", memberText(&m), d.Value.Name)
			if !d.Value.Active() {
				text += ", organisation non confirmée"
			}
			roles[m.Person] = append(roles[m.Person], text)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []userLine
	err = a.People.EachPerson(ctx, func(d store.Doc[account.Person]) error {
		if keep(&d.Value) {
			out = append(out, userLine{d.Value, roles[d.ID]})
		}
		return nil
	})
	slices.SortFunc(out, func(x, y userLine) int { return cmp.Compare(x.Email, y.Email) })
	return out, err
}

func (a *App) listUsers(ctx context.Context, args UserArgs, w io.Writer) error {
	list, err := a.users(ctx, func(*account.Person) bool { return true })
	if err != nil {
		return Explain(err, a.Config)
	}
	if args.Table {
		return writeUsers(w, list)
	}
	_, _ = fmt.Fprintln(w, count(len(list), "compte", "comptes"))
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range list {
		_, _ = fmt.Fprintf(columns, "%s\t%s\t%s\t%s\t%s\n", l.Email, l.Name, cmp.Or(strings.Join(l.roles, " ; "), "sans rôle"), l.seen(), l.state())
	}
	return columns.Flush()
}

// writeUsers writes a table that a French spreadsheet opens at a double click.
func writeUsers(w io.Writer, list []userLine) error {
	out, err := spreadsheet.NewCSV(w, "adresse", "nom", "rôles", "créé le", "dernière connexion", "état")
	if err != nil {
		return err
	}
	for _, l := range list {
		if err := out.Write(l.Email.String(), l.Name, strings.Join(l.roles, " ; "), day(l.CreatedAt), l.seen(), l.state()); err != nil {
			return err
		}
	}
	return out.Flush()
}

func day(t time.Time) string { return string(structure.DateOf(t)) }
