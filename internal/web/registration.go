package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/people"
	"sourcier/internal/registration"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/registration"
)

// Names of the fields of a registration.
const (
	numberField       = "numero"
	sheetField        = "fiche"
	kindField         = "genre"
	organisationField = "organisation"
	proofField        = "preuve"
)

// mySheetsPath is where the sheets of an organisation are kept.
const mySheetsPath = "/mes-fiches"

func registrationURL(id string) string { return registrationPath + "/" + url.PathEscape(id) }

// withDirectory answers as if the route were not there where nobody can sign in.
func (s *site) withDirectory(c *fiber.Ctx) error {
	if s.People == nil || s.Directory == nil {
		return store.ErrNotFound
	}
	return c.Next()
}

// register answers the first page: a number, then what the directory knows of it. It
// begins nothing.
func (s *site) register(c *fiber.Ctx) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	return s.renderRegister(c, entered{number: typedLine(values.Get(numberField)), sheet: strings.TrimSuffix(values.Get(sheetField), "/")}, form.State{}) // as some mail programs write it
}

// entered is what was given of a structure so far.
type entered struct {
	number, sheet string
	name, kind    string
	organisation  string
	text          string // to the portal's team
}

// asked reports whether anything was given.
func (in *entered) asked() bool { return in.number != "" || in.sheet != "" }

// address is that of the page which says what is known of it.
func (in *entered) address() string {
	values := url.Values{}
	if in.sheet != "" {
		values.Set(sheetField, in.sheet)
	} else {
		values.Set(numberField, in.number)
	}
	return registrationPath + "?" + values.Encode()
}

func (s *site) renderRegister(c *fiber.Ctx, in entered, state form.State) error {
	state.Token, state.Heading = s.formToken(c), "L’inscription n’a pas avancé"
	p := views.Entry{
		Base:  s.base("Inscrire ma structure", "Mettre en ligne la fiche d’une structure : SIRET, ce qu’elle propose, où, et comment la joindre.", registrationPath),
		State: state, Number: in.number,
	}
	who, err := whoIs(c)
	if err != nil {
		return err
	}
	if who != nil {
		p.Signed = who.Person.Shown()
	} else {
		p.SignIn = in.address()
		if s.OIDC != nil {
			p.Provider = s.OIDC.Name()
		}
	}
	if in.asked() {
		if s.Directory == nil {
			return store.ErrNotFound
		}
		p.NoIndex = true
		c.Set(fiber.HeaderCacheControl, "no-store")
		p.Found, err = s.known(c, who, &in)
		var fault account.Fault
		if errors.As(err, &fault) {
			c.Status(fiber.StatusUnprocessableEntity)
			p.Faults = append(p.Faults, form.Fault{Field: numberField, Text: fault.Error()})
		} else if err != nil {
			return err
		}
	}
	titleFaults(&p.Title, p.State)
	return render(c, views.EntryView(p))
}

// known says what the directory has of a number, or of one sheet. A Fault says what is
// wrong with the number.
func (s *site) known(c *fiber.Ctx, who *people.Who, in *entered) (*views.Found, error) {
	if in.sheet != "" {
		found, err := s.Directory.Candidate(c.UserContext(), in.sheet)
		if err != nil {
			return nil, err
		}
		return s.found(c, who, in, []directory.Candidate{*found})
	}
	number, err := registration.ParseNumber(in.number)
	if err != nil {
		return nil, err
	}
	in.number = number.String()
	list, err := s.Directory.Find(c.UserContext(), number)
	if errors.Is(err, directory.ErrOpposed) {
		return &views.Found{Number: number.String(), Stop: err.Error(), Ask: views.Ask{
			Show: true, ID: "texte", Number: in.number, Lead: "La structure est la vôtre et doit figurer dans l’annuaire ?", Text: in.text,
		}}, nil
	}
	if err != nil {
		return nil, err
	}
	return s.found(c, who, in, list)
}

func (s *site) found(c *fiber.Ctx, who *people.Who, in *entered, list []directory.Candidate) (*views.Found, error) {
	out := &views.Found{Number: format.SIRET(in.number), RNA: strings.HasPrefix(in.number, "W")}
	var owners []store.Doc[account.Organisation]
	if who != nil {
		var err error
		if owners, err = s.Directory.Owners(c.UserContext(), who.Person.ID); err != nil {
			return nil, err
		}
	}
	for i := range list {
		sheet, err := s.foundSheet(c, in, &list[i], owners)
		if err != nil {
			return nil, err
		}
		out.Sheets = append(out.Sheets, sheet)
	}
	if len(list) == 0 {
		out.New = &views.New{Name: in.name, Kinds: selfKinds(in.kind), Organisations: ownerOptions(owners, in.organisation)}
	}
	return out, nil
}

// foundSheet shows a sheet with what the reader may do about it.
func (s *site) foundSheet(c *fiber.Ctx, in *entered, found *directory.Candidate, owners []store.Doc[account.Organisation]) (views.Sheet, error) {
	out := s.sheetLines(found)
	mine := slices.IndexFunc(owners, func(d store.Doc[account.Organisation]) bool {
		return found.Registration != nil && found.Registration.Writes(d.ID)
	})
	switch owner := found.Owner(); {
	case mine >= 0 && owner != "":
		out.State, out.Way = "Votre organisation « "+owners[mine].Value.Name+" » tient déjà cette fiche.", part.Link{Label: "Ouvrir ma fiche", URL: mySheetsPath + "/" + found.ID}
	case mine >= 0:
		out.State, out.Way = "Vous avez commencé à inscrire cette structure.", part.Link{Label: "Reprendre", URL: registrationURL(found.ID)}
	case owner != "":
		return s.heldSheet(c, in, found, out)
	case found.Claimable() != nil:
		out.State = found.Claimable().Error()
		out.Ask = views.Ask{Show: true, ID: "texte-" + found.ID, Number: in.number, Sheet: found.ID, Lead: unclaimableLead(found), Text: in.text}
	default:
		out.Claim, out.Organisations = true, ownerOptions(owners, in.organisation)
		unit, err := s.unitOf(c, owners, found.SIRET())
		if err != nil {
			return out, err
		}
		out.Unit = unit
	}
	return out, nil
}

// unclaimableLead asks who cannot claim a sheet whether that is right.
func unclaimableLead(found *directory.Candidate) string {
	if found.Shown.Closed {
		return "Cet établissement est pourtant ouvert ?"
	}
	return "La structure est la vôtre ? Écrivez à l’équipe du portail."
}

// heldSheet is one that another organisation holds: its reader may belong to it.
func (s *site) heldSheet(c *fiber.Ctx, in *entered, found *directory.Candidate, out views.Sheet) (views.Sheet, error) {
	o, err := s.People.Organisations.Get(c.UserContext(), found.Owner())
	if err != nil {
		return out, err
	}
	out.State = "Cette fiche est déjà tenue par « " + o.Value.Name + " », qui a montré qu’elle représente la structure."
	out.Ask = views.Ask{
		Show: true, ID: "texte-" + found.ID, Number: in.number, Sheet: found.ID, Lead: "C’est aussi votre organisation, ou une erreur ?", Text: in.text,
		Organisation: part.Link{Label: "Demander à rejoindre cette organisation", URL: organisationURL(o.ID)},
	}
	return out, nil
}

// unitOf is the name of the organisation, of those of a person, that holds a sheet of
// the same legal unit; "" when none does.
func (s *site) unitOf(c *fiber.Ctx, owners []store.Doc[account.Organisation], siret string) (string, error) {
	for _, d := range owners {
		held, err := s.Directory.HoldsUnit(c.UserContext(), d.ID, siret)
		if err != nil || held {
			return d.Value.Name, err
		}
	}
	return "", nil
}

// sheetLines tells a sheet from others of the same number.
func (s *site) sheetLines(found *directory.Candidate) views.Sheet {
	v, day := &found.Shown, s.today()
	if v.ID != "" && !v.Shown() { // nobody is shown more of it here than elsewhere
		return views.Sheet{ID: found.ID, Name: format.Text(found.Name())}
	}
	out := views.Sheet{ID: found.ID, Name: format.Text(found.Name()), Badges: s.badges(v.KindsInForce(day), v.ESS, v.HasESUS(day), v.Size)}
	if v.ID == "" {
		out.Lines = []string{"Fiche en cours de rédaction, pas encore publiée."}
		return out
	}
	out.URL = sheetAddress(v.ID)
	if v.TradeName != "" && v.TradeName != v.Name {
		out.TradeName = format.Text(v.TradeName)
	}
	if c := s.contact(v); len(c.Street) > 0 {
		out.Lines = append(out.Lines, strings.Join(c.Street, ", "))
	}
	if sectors := s.firstSectors(v); len(sectors) > 0 {
		out.Lines = append(out.Lines, format.Text(strings.Join(sectors, ", ")))
	}
	if v.FINESS != "" {
		out.Lines = append(out.Lines, "FINESS "+v.FINESS)
	}
	return out
}

// firstSectors are the labels of three sectors at most.
func (s *site) firstSectors(v *structure.Structure) (labels []string) {
	for _, a := range v.Activities {
		for _, code := range a.Sectors {
			if sector, ok := s.Taxonomy.Sector(code); ok && len(labels) < 3 && !slices.Contains(labels, sector.Label) {
				labels = append(labels, sector.Label)
			}
		}
	}
	return labels
}

func ownerOptions(owners []store.Doc[account.Organisation], chosen string) (out []part.Option) {
	if len(owners) == 0 {
		return nil
	}
	out = append(out, part.Option{Value: "", Label: "Une organisation à créer", Selected: chosen == ""})
	for _, d := range owners {
		out = append(out, part.Option{Value: d.ID, Label: format.Text(d.Value.Name), Selected: d.ID == chosen})
	}
	return out
}

// Kinds that are no agreement: what a structure calls itself, for who checks it.
const (
	selfAssociation = "association"
	selfEnterprise  = "entreprise"
)

// selfKinds are what a structure may call itself, in the words of the sector.
func selfKinds(chosen string) []part.Option {
	out := []part.Option{{Value: "", Label: "Choisissez"}}
	for _, k := range structure.Kinds {
		out = append(out, part.Option{Value: string(k), Label: strings.TrimSuffix(string(k)+", "+lowerFirst(taxonomy.KindName(k).Long), " ("+string(k)+")")})
	}
	out = append(out,
		part.Option{Value: selfAssociation, Label: "Association, coopérative, mutuelle ou fondation, sans agrément"},
		part.Option{Value: selfEnterprise, Label: "TPE, PME ou autre entreprise"})
	for i := range out {
		out[i].Selected, out[i].Label = out[i].Value == chosen, format.Text(out[i].Label)
	}
	return out
}

// beginRegistration opens the request for a sheet, known or new.
func (s *site) beginRegistration(c *fiber.Ctx) error {
	sent := sentForm(c)
	in := entered{
		number: typedLine(sent.Get(numberField)), sheet: sent.Get(sheetField), name: typedLine(sent.Get("nom")), kind: sent.Get(kindField),
		organisation: sent.Get(organisationField),
	}
	if in.sheet != "" && !idPattern.MatchString(in.sheet) {
		return store.ErrNotFound
	}
	who := signedIn(c)
	b := directory.Beginning{Person: &who.Person, Organisation: in.organisation, Sheet: in.sheet, Name: in.name}
	if in.sheet == "" {
		if faults := in.readNew(&b); len(faults) > 0 {
			return s.renderRegister(c.Status(fiber.StatusUnprocessableEntity), in, form.State{Faults: faults})
		}
	}
	w, id, err := s.Directory.Begin(c.UserContext(), b)
	if text, status, ok := refusalOf(err); ok {
		return s.renderRegister(c.Status(status), in, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return s.begun(c, w, id, sent.Get(proofField), in.sheet == "")
}

// readNew reads what a new sheet begins with; its faults are in the order of the fields.
func (in *entered) readNew(b *directory.Beginning) (faults []form.Fault) {
	number, err := registration.ParseNumber(in.number)
	if err != nil {
		faults = append(faults, form.Fault{Field: numberField, Text: err.Error()})
	}
	b.Number = number
	if _, err := account.CleanName(in.name); err != nil {
		faults = append(faults, form.Fault{Field: "nom", Text: err.Error()})
	}
	switch kind := structure.Kind(in.kind); {
	case slices.Contains(structure.Kinds, kind):
		b.Kinds = []registration.Declared{{Kind: kind}}
	case in.kind == selfAssociation:
		b.Text = "Se présente comme association, coopérative, mutuelle ou fondation."
	case in.kind == selfEnterprise:
		b.Text = "Se présente comme TPE, PME ou autre entreprise."
	default:
		faults = append(faults, form.Fault{Field: kindField, Text: "Dites ce que vous êtes : le choix le plus proche convient."})
	}
	return faults
}

// begun goes on with what needs no other page: what is proved already is granted, and
// a new sheet, of which no file says anything, begins with its questions.
func (s *site) begun(c *fiber.Ctx, w directory.Who, id, way string, fresh bool) error {
	var err error
	switch {
	case way == string(registration.ProofUnit):
		err = s.Directory.ProveUnit(c.UserContext(), w, id)
	case fresh:
		err = s.Directory.ProveAtOnce(c.UserContext(), w, id, signedIn(c).Session.SIRET)
	default:
		return c.Redirect(registrationURL(id), fiber.StatusSeeOther)
	}
	if text, status, ok := refusalOf(err); ok {
		return s.renderRegister(c.Status(status), entered{sheet: id}, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return s.nextQuestion(c, w, id)
}

// askTeam sends the portal's team a question about a number: of a sheet that cannot be
// claimed. It lies with the reports of errors.
func (s *site) askTeam(c *fiber.Ctx) error {
	sent := sentForm(c)
	in := entered{number: typedLine(sent.Get(numberField)), sheet: sent.Get(sheetField), text: typedText(sent.Get("texte"))}
	about := in.sheet
	if number, err := registration.ParseNumber(in.number); err == nil && about == "" {
		about = number.ID()
	}
	if !idPattern.MatchString(about) {
		return store.ErrNotFound
	}
	if in.text == "" || letters(in.text) > structure.MaxReportText-100 {
		field := "texte"
		if in.sheet != "" {
			field += "-" + in.sheet
		}
		return s.renderRegister(c.Status(fiber.StatusUnprocessableEntity), in, form.State{Faults: []form.Fault{{Field: "texte", To: field, Text: "Dites en quelques phrases qui vous êtes et ce qui devrait changer : 1 900 caractères au plus."}}})
	}
	if !s.reports.sent.allow(c) {
		return s.renderRegister(c.Status(fiber.StatusTooManyRequests), in, form.State{Refusal: "Ce réseau a déjà envoyé vingt messages en un jour. Recommencez demain, ou écrivez à l’équipe du portail."})
	}
	who := signedIn(c)
	r := structure.Report{
		Structure: about, Reason: structure.ReportOther, Email: string(who.Person.Email), At: s.Now().UTC(),
		Text: "Inscription, numéro " + in.number + ". " + in.text,
	}
	r.Ref = structure.NewReportRef(who.Person.ID, &r)
	switch err := s.Reports.Add(c.UserContext(), r); {
	case errors.Is(err, store.ErrTooMany):
		return s.renderRegister(c.Status(fiber.StatusServiceUnavailable), in, form.State{Refusal: "Le portail a reçu plus de messages qu’il n’en garde. Recommencez demain, ou écrivez à l’équipe du portail."})
	case err != nil && !errors.Is(err, store.ErrDuplicate):
		return err
	}
	return render(c, views.AskedView(views.ProofDone{
		Base:    s.base("Votre message est transmis", "L’équipe du portail a reçu votre message.", ""),
		Heading: "Votre message est transmis", Text: "L’équipe du portail répond à " + who.Person.Email.String() + ". Référence : " + structure.Reference(r.Ref) + ".",
		Way: part.Link{Label: "Revenir à l’accueil", URL: "/"},
	}))
}
