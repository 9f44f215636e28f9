package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
	"sourcier/views/registration"
)

// contractFields are the fields of the form, in their order: of each its name, its
// label, and the field of the domain that it fills.
var contractFields = []struct{ name, label, of string }{
	{"objet", "Objet", "object"}, {"reference", "Votre référence", ""}, {"service", "Service", ""}, {"nature", "Nature", ""}, {"cpv", "Code CPV", ""},
	{"montant", "Montant HT", "euros"}, {"titulaire", "Titulaire", ""}, {"titulaire_siren", "SIREN du titulaire", ""}, {"reprise", "Reprise du personnel", ""},
	{"debut", "Premier jour", ""}, {"fin", "Dernier jour de la durée ferme", "end"}, {"reconductions", "Reconductions prévues", "renewals"},
	{"reconduction_mois", "Durée de chacune, en mois", "renewal_months"}, {"reconductions_faites", "Reconductions utilisées", "renewed"},
	{sectorField, "Secteurs", ""}, {registration.TerritoryField, "Lieux d’exécution", "places"},
}

// contractNew asks for a contract.
func (s *site) contractNew(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	return s.renderContractForm(c, m, contractForm{to: newContract, typed: url.Values{onceField: {account.NewID()}}})
}

// contractForm is what the form of a contract is made from.
type contractForm struct {
	to    string
	typed url.Values
	rev   int64
	above []part.Link
	why   error
	// What is stored now, when somebody else has written meanwhile.
	theirs *sourcing.Contract
}

// contractCreate stores it.
func (s *site) contractCreate(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in, typed, err := s.readContract(sent)
	typed.Set(onceField, sent.Get(onceField))
	if !onceID.MatchString(sent.Get(onceField)) {
		typed.Set(onceField, account.NewID())
	}
	if looking(sent) {
		return s.renderContractForm(c, m, contractForm{to: newContract, typed: typed})
	}
	in.ID = typed.Get(onceField)
	if err == nil {
		err = s.Programme.CreateContract(c.UserContext(), m, in)
	}
	if refusable(err) {
		return s.renderContractForm(c, m, contractForm{to: newContract, typed: typed, why: err})
	}
	if err != nil {
		return err
	}
	return done(c, contractURL(in.ID), "ajoute")
}

// looking reports whether a form asks for what words bring, not to be kept.
func looking(sent url.Values) bool { return sent.Get(registration.SearchButton) != "" }

// contractEdit shows a contract to change it.
func (s *site) contractEdit(c *fiber.Ctx) error {
	m, d, set, err := s.contractOf(c)
	if err != nil {
		return err
	}
	if !d.Value.EndedAt.IsZero() {
		return c.Redirect(contractURL(d.ID), fiber.StatusSeeOther)
	}
	return s.renderContractForm(c, m, contractForm{to: contractURL(d.ID) + "/modifier", typed: contractValues(&d.Value, &set), rev: d.Value.Rev, above: []part.Link{aboveContract(d)}})
}

func (s *site) contractOf(c *fiber.Ctx) (m buyer.Member, d store.Doc[sourcing.Contract], set sourcing.Programme, err error) {
	if m, err = planner(c); err == nil {
		d, set, err = s.Programme.Contract(c.UserContext(), m, c.Params("id"))
	}
	return m, d, set, err
}

func aboveContract(d store.Doc[sourcing.Contract]) part.Link {
	return part.Link{Label: format.Text(d.Value.Object), URL: contractURL(d.ID)}
}

// contractWrite changes it; when somebody else has changed it since, both versions are
// shown, and what was typed may then replace the other.
func (s *site) contractWrite(c *fiber.Ctx) error {
	m, d, _, err := s.contractOf(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in, typed, err := s.readContract(sent)
	f := contractForm{to: contractURL(d.ID) + "/modifier", typed: typed, rev: seenVersion(sent), above: []part.Link{aboveContract(d)}}
	if looking(sent) {
		return s.renderContractForm(c, m, f)
	}
	if err == nil {
		err = s.Programme.WriteContract(c.UserContext(), m, d.ID, in, f.rev)
	}
	if errors.Is(err, sourcing.ErrStale) {
		if d, _, err = s.Programme.Contract(c.UserContext(), m, d.ID); err != nil {
			return err
		}
		f.theirs, f.rev, err = &d.Value, d.Value.Rev, staleContract(sourcing.ErrStale)
	}
	if f.why = err; refusable(err) {
		return s.renderContractForm(c, m, f)
	}
	if err != nil {
		return err
	}
	return done(c, contractURL(d.ID), "modifie")
}

// staleContract words that somebody else was quicker.
func staleContract(err error) error {
	if errors.Is(err, sourcing.ErrStale) {
		return store.ErrConflict
	}
	return err
}

func (s *site) renderContractForm(c *fiber.Ctx, m buyer.Member, f contractForm) error {
	set, err := s.Programme.Of(c.UserContext(), m)
	if err != nil {
		return err
	}
	heading, button, cancel := "Ajouter un marché en cours", "Enregistrer le marché", contractsPath
	if len(f.above) > 0 {
		heading, button, cancel = "Modifier le marché", "Enregistrer", f.above[0].URL
	}
	p := views.ContractFormPage{
		Page: s.programmeDesk(c, heading, contractsPath, nil, append([]part.Link{{Label: "Marchés en cours", URL: contractsPath}}, f.above...)...), State: form.State{Token: s.formToken(c)},
		Action: f.to, Cancel: cancel, Button: button, Once: f.typed.Get(onceField), Rev: strconv.FormatInt(f.rev, 10), Values: map[string]string{},
		Services: serviceOptions(&set, f.typed.Get("service")), Natures: natureOptions(f.typed.Get("nature")), TakeOver: saidOptions(f.typed.Get("reprise")),
		Sectors: s.sectorPicker(f.typed), Places: s.territoryPicker(f.typed),
	}
	for _, field := range contractFields {
		p.Values[field.name] = f.typed.Get(field.name)
	}
	p.Sectors.Label, p.Sectors.Help = "Secteurs de l’annuaire", "Facultatif : sans eux, ceux du code CPV comptent. Un métier à la fois, puis cochez."
	p.Places.Label, p.Places.Help = "Lieux d’exécution", "Facultatif. Un nom ou un code postal à la fois, puis cochez."
	refuseOnPage(c, &p.Page, &p.State, "Le marché n’est pas enregistré", f.why)
	if f.theirs != nil {
		p.Theirs = s.contractTheirs(f, &set)
	}
	return render(c, views.ContractFormView(p))
}

// contractTheirs are the fields in which what is stored differs from what was typed.
func (s *site) contractTheirs(f contractForm, set *sourcing.Programme) *views.ContractTheirs {
	stored := contractValues(f.theirs, set)
	out := &views.ContractTheirs{Text: "Comparez les deux versions : enregistrer à nouveau remplace ce qui est enregistré par ce que vous avez écrit.", Keep: contractURL(f.theirs.ID)}
	for _, field := range contractFields {
		theirs, mine := s.fieldText(field.name, stored, set), s.fieldText(field.name, f.typed, set)
		if theirs != mine {
			out.Lines = append(out.Lines, views.ContractDifference{Field: field.label, Stored: orDash(theirs), Typed: orDash(mine)})
		}
	}
	return out
}

// fieldText is a field of the form in words.
func (s *site) fieldText(name string, values url.Values, set *sourcing.Programme) string {
	value := values.Get(name)
	switch name {
	case sectorField:
		return s.sectorList(values[name], sourcing.MaxSectors)
	case registration.TerritoryField:
		return s.placesText(values[name])
	case "service":
		if service := set.Service(value); service != nil {
			return service.Name
		}
		return ""
	case "nature":
		return sourcing.Nature(value).Label()
	case "reprise":
		return takeOverWords[sourcing.Said(value)]
	}
	return format.Text(value)
}

func serviceOptions(set *sourcing.Programme, chosen string) []part.Option {
	out := []part.Option{{Label: "Aucun"}}
	for _, service := range set.Services {
		out = append(out, part.Option{Value: service.ID, Label: service.Name, Selected: service.ID == chosen})
	}
	return out
}

func natureOptions(chosen string) []part.Option {
	out := []part.Option{{Label: "Non précisée"}}
	for _, n := range sourcing.Natures {
		out = append(out, part.Option{Value: string(n), Label: n.Label(), Selected: string(n) == chosen})
	}
	return out
}

func saidOptions(chosen string) []part.Option {
	return []part.Option{
		{Label: takeOverWords[""]}, {Value: string(sourcing.Yes), Label: takeOverWords[sourcing.Yes], Selected: chosen == string(sourcing.Yes)}, {Value: string(sourcing.No), Label: takeOverWords[sourcing.No], Selected: chosen == string(sourcing.No)},
	}
}

// contractValues are the fields of a contract as the form writes them.
func contractValues(k *sourcing.Contract, set *sourcing.Programme) url.Values {
	out := url.Values{
		"objet": {k.Object}, "reference": {k.Reference}, "service": {k.Service}, "nature": {string(k.Nature)}, "cpv": {k.CPV}, "titulaire": {k.Holder.Name},
		"titulaire_siren": {k.Holder.SIREN}, "reprise": {string(k.TakeOver)}, "debut": {dayTyped(k.Start)}, "fin": {dayTyped(k.End)},
		sectorField: k.Sectors, registration.TerritoryField: k.Places,
	}
	if set.Service(k.Service) == nil {
		out.Set("service", "")
	}
	for name, n := range map[string]int64{"montant": k.Euros, "reconductions": int64(k.Renewals), "reconduction_mois": int64(k.RenewalMonths), "reconductions_faites": int64(k.Renewed)} {
		if n > 0 {
			out.Set(name, strconv.FormatInt(n, 10))
		}
	}
	return out
}

// contractReader reads the form of a contract, and gathers what is wrong by field.
type contractReader struct {
	sent   url.Values
	faults map[string]string
}

func (r *contractReader) wrong(name string, err error) bool {
	if err != nil {
		r.faults[name] = err.Error()
	}
	return err != nil
}

func (r *contractReader) line(name, what string, most int) string {
	text, err := sourcing.Line(what, r.sent.Get(name), most)
	r.wrong(name, err)
	return text
}

func (r *contractReader) count(name string) int {
	text := strings.TrimSpace(r.sent.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.faults[name] = "Donnez un nombre, comme 3, ou rien."
		return 0
	}
	return n
}

// readContract reads the form: what is wrong stands at its fields, and what was typed is
// given back.
func (s *site) readContract(sent url.Values) (in sourcing.Contract, typed url.Values, err error) {
	typed = typedLines(sent)
	typed[sectorField], typed[registration.TerritoryField] = s.pickedSectors(sent), s.pickedTerritories(sent)
	r := contractReader{sent: typed, faults: map[string]string{}}
	in = sourcing.Contract{
		Object: r.line("objet", "Cet objet", sourcing.MaxObject), Reference: r.line("reference", "Cette référence", maxReference), Service: typed.Get("service"),
		Holder:   sourcing.Firm{Name: r.line("titulaire", "Ce nom", sourcing.MaxObject)},
		Renewals: r.count("reconductions"), RenewalMonths: r.count("reconduction_mois"), Renewed: r.count("reconductions_faites"),
		Sectors: typed[sectorField], Places: typed[registration.TerritoryField],
	}
	if n := sourcing.Nature(typed.Get("nature")); n.Label() != "" {
		in.Nature = n
	}
	if said := sourcing.Said(typed.Get("reprise")); takeOverWords[said] != "" {
		in.TakeOver = said
	}
	if len(in.Sectors) > sourcing.MaxSectors {
		r.faults[sectorField] = strconv.Itoa(sourcing.MaxSectors) + " secteurs au plus."
	}
	s.readContractCodes(&r, &in)
	in.Euros, err = sourcing.ParseEuros(typed.Get("montant"))
	r.wrong("montant", err)
	in.Start, err = sourcing.ParseDay(typed.Get("debut"))
	r.wrong("debut", err)
	in.End, err = sourcing.ParseLastDay(typed.Get("fin"))
	r.wrong("fin", err)
	checked := in.Check()
	for _, field := range contractFields {
		if fault := checked[field.of]; field.of != "" && fault != "" && r.faults[field.name] == "" {
			r.faults[field.name] = fault.Error()
		}
	}
	return in, typed, r.refusal()
}

// readContractCodes reads the codes of other people's lists.
func (s *site) readContractCodes(r *contractReader, in *sourcing.Contract) {
	code, err := sourcing.ParseCPV(r.sent.Get("cpv"))
	if !r.wrong("cpv", err) {
		in.CPV = code.Code
		if _, ok := s.Taxonomy.Label(taxonomy.CPV2008, code.Code); code.Code != "" && !ok {
			r.faults["cpv"] = "Ce code CPV n’existe pas."
		}
	}
	if text := r.sent.Get("titulaire_siren"); text != "" {
		in.Holder.SIREN, err = account.ParseSIREN(text)
		r.wrong("titulaire_siren", err)
	}
}

// refusal are the faults in the order of the fields, nil for none.
func (r *contractReader) refusal() error {
	var out fieldFaults
	for _, field := range contractFields {
		if text := r.faults[field.name]; text != "" {
			f := form.Fault{Field: field.name, Text: text}
			if field.name == sectorField || field.name == registration.TerritoryField {
				f.To = field.name + registration.WordsSuffix
			}
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
