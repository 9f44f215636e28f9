package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

const (
	ownSheetsPath = desk.OwnSheetsPath
	ownSheetRoute = ownSheetsPath + "/:id"
	ownListName   = "Mes fiches"
	// revField is the revision of the draft that a form was made from.
	revField = "rev"
)

// ownSheetRoutes are those of the desk of a structure. A sheet that the person does
// not write is not there, whatever the role.
func (s *site) ownSheetRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	own.Get(ownSheetsPath, limited, s.ownSheets)
	own.Get(ownSheetRoute, limited, s.ownOverview)
	own.Get(ownSheetRoute+"/apercu", limited, s.ownPreview)
	own.Post(ownSheetRoute+"/publier", limited, s.ownPublish)
	own.Get(ownSheetRoute+"/abandonner", limited, s.ownDiscardForm)
	own.Post(ownSheetRoute+"/abandonner", limited, s.ownDiscard)
	own.Get(ownSheetRoute+"/historique", limited, s.ownHistory)
	own.Post(ownSheetRoute+"/historique/:version", limited, s.ownRestore)
	for _, sc := range []*ownScreen{presentationScreen, waysScreen, addressScreen, topicsScreen} {
		own.Get(ownSheetRoute+sc.path, limited, s.showScreen(sc))
		own.Post(ownSheetRoute+sc.path, limited, s.saveScreen(sc))
	}
	own.Get(ownSheetRoute+activitiesPath, limited, s.ownActivities)
	own.Post(ownSheetRoute+activitiesPath+"/copier", limited, s.copyActivity)
	own.Get(ownSheetRoute+activitiesPath+"/:activity", limited, s.activityForm)
	own.Post(ownSheetRoute+activitiesPath+"/:activity", limited, s.activitySave)
	own.Post(ownSheetRoute+activitiesPath+"/:activity/retirer", limited, s.removeActivity)
	public.Get(renewPath+"/:word", limited, s.withPeople, s.renewForm)
	public.Post(renewPath+"/:word", limited, s.withPeople, s.renew)
}

// ownSheet is a sheet, and who writes it.
type ownSheet struct {
	*site
	*directory.Own
	c     *fiber.Ctx
	who   directory.Who
	sheet registration.Sheet // the draft, else what is published
	rev   int64
	day   structure.Date
}

// writers are the organisations for which a person may write sheets, the one that the
// person acts for first. One that is not confirmed yet may already prepare its sheet.
func (s *site) writers(c *fiber.Ctx) ([]account.Organisation, error) {
	who := signedIn(c)
	docs, err := s.People.Organisations.Of(c.UserContext(), who.Person.ID)
	var out []account.Organisation
	for _, d := range docs {
		m := d.Value.Member(who.Person.ID)
		if d.Value.Kind == account.KindOwner && d.Value.ClosedAt.IsZero() && m != nil && slices.Contains(m.Roles, account.Structure) {
			out = append(out, d.Value)
		}
	}
	acting := func(o account.Organisation) int {
		if o.ID == who.Acting.Organisation {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b account.Organisation) int {
		return cmp.Or(cmp.Compare(acting(a), acting(b)), cmp.Compare(territory.Fold(a.Name), territory.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// ownSheetOf finds the sheet of the address. store.ErrNotFound for one that the person
// does not write.
func (s *site) ownSheetOf(c *fiber.Ctx) (*ownSheet, error) {
	return s.ownSheetNamed(c, c.Params("id"))
}

func (s *site) ownSheetNamed(c *fiber.Ctx, id string) (*ownSheet, error) {
	writers, err := s.writers(c)
	if err != nil {
		return nil, err
	}
	for _, o := range writers {
		who := directory.Who{Person: signedIn(c).Person.ID, Organisation: o.ID}
		own, err := s.Directory.Own(c.UserContext(), who, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return s.ownSheetAs(c, who, own), nil
	}
	return nil, store.ErrNotFound
}

func (s *site) ownSheetAs(c *fiber.Ctx, who directory.Who, own *directory.Own) *ownSheet {
	return &ownSheet{site: s, Own: own, c: c, who: who, sheet: own.Sheet(who.Organisation), rev: own.Rev(who.Organisation), day: s.today()}
}

func ownSheetURL(id string) string { return ownSheetsPath + "/" + url.PathEscape(id) }

func (o *ownSheet) url() string { return ownSheetURL(o.ID) }

// name is that of the structure as its owner writes it.
func (o *ownSheet) name() string {
	return format.Text(cmp.Or(o.sheet.TradeName, o.sheet.Name, o.Shown.Name, o.Value.Name, "Fiche sans nom"))
}

// named are the contacts, which who only asks for the sheet is not shown.
func (o *ownSheet) named() []registration.Contact {
	if !o.Value.Holds(o.who.Organisation) {
		return nil
	}
	return o.Value.Contacts
}

// revText is the revision, for a hidden field.
func (o *ownSheet) revText() string { return strconv.FormatInt(o.rev, 10) }

// sentRev is the revision that a form was made from; one that cannot be read is of none.
func sentRev(sent url.Values) int64 {
	n, err := strconv.ParseInt(sent.Get(revField), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// desk is the frame of a page of the sheet; current is the path below that of the
// sheet, "" for its overview.
func (o *ownSheet) desk(heading, current string, texts map[string]string, above ...part.Link) desk.Page {
	p := desk.Page{
		Base: o.base(heading+format.NNBSP+": "+o.name(), "La fiche de votre structure.", ""), Area: desk.OwnSheet(o.ID, o.name()), Current: o.url() + current,
		Heading: heading, Done: doneText(o.c, texts), Above: []part.Link{{Label: ownListName, URL: ownSheetsPath}},
	}
	if !o.Value.Holds(o.who.Organisation) {
		p.Area = p.Area.Without(o.url() + reachPath).Without(o.url() + topicsPath) // of who holds the sheet alone
	}
	if current == "" {
		p.Title = fitted(o.name(), "")
	} else {
		p.Above = append(p.Above, part.Link{Label: o.name(), URL: o.url()})
	}
	p.Section, p.Above = ownSheetsPath, append(p.Above, above...)
	return p
}

// state protects the forms of a page.
func (o *ownSheet) state() form.State {
	return form.State{Token: o.formToken(o.c), Heading: "Rien n’est enregistré"}
}

// measure is how complete the sheet is, as its draft would make it.
func (o *ownSheet) measure() registration.Measure {
	facts := o.Shown
	facts.Name, facts.TradeName, facts.Description, facts.Address, facts.Contact = o.sheet.Name, o.sheet.TradeName, o.sheet.Description, o.sheet.Address, o.sheet.Contact
	facts.Activities, facts.Offers, facts.References, facts.Labels, facts.Logo = o.sheet.Activities, o.sheet.Offers, o.sheet.References, o.sheet.Labels, o.sheet.Logo
	return registration.Complete(&facts, registration.Measuring{Atlas: o.Atlas, Home: o.Home, Day: o.day, Named: len(o.named())})
}

// missing are the pieces that who writes the sheet may add.
func (o *ownSheet) missing(m registration.Measure) []registration.Step {
	return slices.DeleteFunc(m.Missing(), func(step registration.Step) bool {
		return step.Piece == registration.PieceNamed && !o.Value.Holds(o.who.Organisation)
	})
}

// pieceScreens are where a piece is added, below the path of the sheet.
var pieceScreens = map[registration.Piece]string{
	registration.PieceSectors: activitiesPath, registration.PieceZone: activitiesPath, registration.PieceModes: activitiesPath,
	registration.PieceAvailability: activitiesPath, registration.PieceCharacteristics: activitiesPath,
	registration.PieceContact: waysPath, registration.PieceWebsite: waysPath, registration.PieceDescription: presentationPath,
	registration.PieceNamed: topicsPath, registration.PieceReferences: referencesPath, registration.PieceOffers: offersPath, registration.PieceLogo: logoPath,
}

// online reports whether anybody may read the sheet.
func (o *ownSheet) online() bool { return o.Shown.ID != "" && o.Shown.Shown() }

// states say where a sheet stands, each with a sign of its own.
func (o *ownSheet) states() (out []ownsheet.State) {
	r := &o.Value
	switch {
	case o.Shown.MergedInto != "":
		out = append(out, ownsheet.State{Sign: "⊘", Label: "Réunie à une autre fiche", Tone: part.Warn})
	case o.Shown.Suspended != nil:
		out = append(out, ownsheet.State{Sign: "⊘", Label: "Suspendue", Tone: part.Warn})
	case o.online():
		out = append(out, ownsheet.State{Sign: "●", Label: "En ligne", Tone: part.Good})
	default:
		out = append(out, ownsheet.State{Sign: "○", Label: "Pas encore en ligne", Tone: part.Muted})
	}
	if r.DraftOf(o.who.Organisation) != nil {
		out = append(out, ownsheet.State{Sign: "◐", Label: "Brouillon à publier"})
	}
	if awaited := o.awaited(); awaited != "" {
		out = append(out, ownsheet.State{Sign: "…", Label: awaited, Tone: part.Warn})
	}
	if d := o.answer(); d != nil {
		out = append(out, ownsheet.State{Sign: "!", Label: "À corriger", Tone: part.Warn})
	}
	return out
}

// awaited names what the organisation waits for, "" for nothing.
func (o *ownSheet) awaited() string {
	r, holds := &o.Value, o.Value.Holds(o.who.Organisation)
	if p := r.Submission; p != nil && p.Organisation == o.who.Organisation {
		return "En attente d’un modérateur"
	}
	if q := r.Request(o.who.Organisation); !holds && q != nil && q.Proof == registration.ProofModerator {
		return "En attente d’un modérateur"
	}
	if !holds {
		return "Preuve attendue"
	}
	return ""
}

// answer is the last decision on what the organisation sent, when it asks for
// something and nothing was sent since; nil otherwise.
func (o *ownSheet) answer() *registration.Decision {
	r := &o.Value
	if r.Submission != nil {
		return nil
	}
	for i := range slices.Backward(r.Decisions) {
		d := &r.Decisions[i]
		if d.Organisation != o.who.Organisation {
			continue
		}
		if last := r.Last(); d.Outcome == registration.Accepted || last != nil && last.At.After(d.At) {
			return nil
		}
		return d
	}
	return nil
}

// ownSheets lists the sheets of a person, of all organisations.
func (s *site) ownSheets(c *fiber.Ctx) error {
	p := ownsheet.ListPage{Page: s.accountDesk(ownListName, "Les fiches de vos établissements.", ownSheetsPath), Add: registrationPath}
	p.Section, p.Area.Long = ownSheetsPath, true
	writers, err := s.writers(c)
	if err != nil {
		return err
	}
	for _, w := range writers {
		who := directory.Who{Person: signedIn(c).Person.ID, Organisation: w.ID}
		list, err := s.Directory.Sheets(c.UserContext(), who)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		for _, own := range list {
			line := s.ownSheetAs(c, who, own).line()
			if len(writers) > 1 {
				line.Organisation = w.Name
			}
			p.Sheets = append(p.Sheets, line)
		}
		if len(list) == store.MaxRegistrationsOf {
			p.More = "« " + w.Name + " » a plus de fiches que cette page n’en montre : ouvrez les autres depuis l’annuaire."
		}
	}
	slices.SortStableFunc(p.Sheets, func(a, b ownsheet.Line) int { return cmp.Compare(territory.Fold(a.Name), territory.Fold(b.Name)) })
	p.More = format.Text(p.More)
	return render(c, ownsheet.ListView(p))
}

func (o *ownSheet) line() ownsheet.Line {
	m := o.measure()
	line := ownsheet.Line{Name: o.name(), URL: o.url(), Place: format.Text(cmp.Or(o.city(&structure.Structure{Address: o.sheet.Address}), "Commune inconnue")), States: o.states(), Meter: ownsheet.Meter{Score: m.Score}}
	if d := o.answer(); d != nil {
		line.Reason = format.Text(d.Reason)
	}
	if hidden := o.Shown.Suspended; hidden != nil {
		line.Reason = format.Text(hidden.Reason)
	}
	if missing := o.missing(m); len(missing) > 0 {
		line.Next = format.Text(lowerFirst(missing[0].Label))
	}
	return line
}

// personNames are names of persons, by id; one that is gone has none.
func (s *site) personNames(c *fiber.Ctx, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	docs, err := s.People.People.GetSome(c.UserContext(), slices.Compact(ids))
	out := map[string]string{}
	for _, d := range docs {
		if !d.Value.Erased() {
			out[d.ID] = d.Value.Shown()
		}
	}
	return out, err
}

// buys reports whether who asks may see whom to write to in a structure: buyers,
// prescripteurs and facilitateurs.
func buys(who *people.Who) bool {
	return who != nil && who.Is(account.Buyer, account.Prescripteur, account.Facilitateur)
}
