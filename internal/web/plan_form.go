package web

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
	"sourcier/views/registration"
)

// Fields of the form of a purchase; those of a lot begin with its key: « lot-0-objet ».
const (
	lotsField     = "lot" // the keys of the lots, in their order
	addButton     = "ajouter"
	removeButton  = "retirer"
	whereField    = "lieu"
	maxNumber     = 30   // letters of the number of a lot
	maxReference  = 60   // letters
	maxHolderName = 200  // letters
	maxSocial     = 2000 // letters
	maxCPVFound   = 8
	choiceSuffix  = "-choix" // of the code that is ticked among those found
)

var (
	lotKey      = regexp.MustCompile(`^lot-[0-9]{1,2}$`)
	planPickers = regexp.MustCompile(`^(lot-[0-9]{1,2}-)?(secteur|lieu)$`)
	eightDigits = regexp.MustCompile(`^[0-9]{8}$`)
)

// plainFields are those of one line or several that are given back as they were typed.
var plainFields = []string{"objet", "reference", "montant", "description", "publication", "debut", "duree", "reconductions", "reconduction_mois", "titulaire", "titulaire_siren", "motif_social"}

// purchaseForm is the form of a purchase under way.
type purchaseForm struct {
	*site
	m      buyer.Member
	set    sourcing.Programme
	stored sourcing.Purchase // what is written over; the zero purchase of a new one
	names  map[string]string // of the facilitateurs
	formLines
}

// openForm makes the form of a purchase.
func (s *site) openForm(c *fiber.Ctx, m buyer.Member, set sourcing.Programme, stored sourcing.Purchase) (*purchaseForm, error) {
	f := &purchaseForm{site: s, m: m, set: set, stored: stored}
	ids, err := s.Programme.Having(c.UserContext(), m, account.Facilitateur)
	if err != nil {
		return nil, err
	}
	if stored.Facilitateur != "" && !slices.Contains(ids, stored.Facilitateur) {
		ids = append(ids, stored.Facilitateur)
	}
	f.names, err = s.namesOf(c.UserContext(), ids)
	return f, err
}

// ---- from a purchase to its form

// dayTyped writes a day as people type it.
func dayTyped(d structure.Date) string {
	if d == "" {
		return ""
	}
	return d.Time().Format("02/01/2006")
}

func eurosTyped(n int64) string {
	if n == 0 {
		return ""
	}
	return format.Number(int(n))
}

func countTyped(n int, unit string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + unit
}

// typedPurchase is the form of what is stored.
func typedPurchase(v *sourcing.Purchase) url.Values {
	out := url.Values{
		"objet": {v.Object}, "reference": {v.Reference}, "service": {v.Service}, "nature": {string(v.Nature)}, "montant": {eurosTyped(v.Euros)}, "cpv": {v.CPV},
		"description": {v.Description}, whereField: v.Places, "publication": {dayTyped(v.Publication)}, "debut": {dayTyped(v.Start)},
		"duree": {countTyped(v.Months, " mois")}, "reconductions": {countTyped(v.Renewals, "")}, "reconduction_mois": {countTyped(v.RenewalMonths, "")},
		"titulaire": {v.Holder.Name}, "titulaire_siren": {v.Holder.SIREN}, "reprise": {string(v.TakeOver)}, "facilitateur": {v.Facilitateur}, "motif_social": {v.SocialReason},
		"version": {strconv.FormatInt(v.Rev, 10)},
	}
	for i := range v.Lots {
		l, key := &v.Lots[i], "lot-"+strconv.Itoa(i)
		out.Add(lotsField, key)
		for name, value := range map[string]string{"-id": l.ID, "-numero": l.Number, "-objet": l.Object, "-montant": eurosTyped(l.Euros), "-cpv": l.CPV, "-modalite": string(l.Mode)} {
			out.Set(key+name, value)
		}
		out[key+"-secteur"], out[key+"-lieu"] = l.Sectors, l.Places
	}
	return out
}

// keys are those of the lots that were sent, in their order: one at least.
func (f *purchaseForm) keys() (out []string) {
	for _, key := range f.sent[lotsField] {
		if lotKey.MatchString(key) && !slices.Contains(out, key) && len(out) < sourcing.MaxLots {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		out = []string{"lot-0"}
	}
	return out
}

// ---- from the form to a purchase

// planFields are the fields of a form by those of sourcing.Purchase.Check.
var planFields = map[string]string{"object": "objet", "lots": "lots", "start": "debut", "euros": "montant", "places": whereField, "months": "duree"}

var lotFields = map[string]string{"euros": "-montant", "sectors": "-secteur", "object": "-objet"}

// read reads the purchase as it was sent, with its faults.
func (f *purchaseForm) read() (v sourcing.Purchase) {
	v.LastLot, v.Lots = f.stored.LastLot, nil
	v.Object = f.textLine("objet", "Cet objet", sourcing.MaxObject)
	v.Reference = f.textLine("reference", "Cette référence", maxReference)
	v.Service = f.chosen("service", f.services())
	v.Nature = sourcing.Nature(f.chosen("nature", f.natures()))
	v.Euros = f.euros("montant")
	v.CPV = f.cpv("cpv")
	v.Description = f.longText("description", "Ce texte", sourcing.MaxText)
	v.Places = f.places(whereField)
	v.Publication, v.Start = f.day("publication"), f.day("debut")
	f.duration(&v)
	v.Holder.Name = f.textLine("titulaire", "Ce nom", maxHolderName)
	siren, err := account.ParseSIREN(f.sent.Get("titulaire_siren"))
	f.failed("titulaire_siren", err)
	v.Holder.SIREN = siren
	v.TakeOver = sourcing.Said(f.chosen("reprise", f.takeOver()))
	v.Facilitateur = f.chosen("facilitateur", f.facilitateurs())
	v.SocialReason = f.longText("motif_social", "Ce motif", maxSocial)
	keys := f.keys()
	for _, key := range keys {
		v.Lots = append(v.Lots, f.lot(key))
	}
	f.lotIDs(&v, keys)
	f.check(&v, keys)
	return v
}

// lotIDs gives each lot its own id again, and a new one to what has none.
func (f *purchaseForm) lotIDs(v *sourcing.Purchase, keys []string) {
	taken := map[string]bool{}
	known := f.stored // its numbers are those of before
	for i, key := range keys {
		id := f.sent.Get(key + "-id")
		if f.stored.Lot(id) != nil && !taken[id] {
			v.Lots[i].ID, taken[id] = id, true
		}
	}
	for i := range v.Lots {
		if v.Lots[i].ID == "" {
			v.Lots[i].ID = known.NewLotID()
		}
	}
	v.LastLot = known.LastLot
}

// check adds what the purchase as a whole is refused for, where its field has no fault.
func (f *purchaseForm) check(v *sourcing.Purchase, keys []string) {
	for field, fault := range v.Check() {
		name := planFields[field]
		if n, rest, ok := cutLot(field); ok && n < len(keys) {
			name = keys[n] + lotFields[rest]
		}
		if name != "" && (form.State{Faults: f.faults}).Fault(name) == "" {
			f.fault(name, fault.Error())
		}
	}
}

// cutLot reads « lots.2.euros ».
func cutLot(field string) (n int, rest string, ok bool) {
	field, ok = strings.CutPrefix(field, "lots.")
	number, rest, cut := strings.Cut(field, ".")
	n, err := strconv.Atoi(number)
	return n, rest, ok && cut && err == nil
}

func (f *purchaseForm) textLine(field, what string, most int) string {
	text, err := sourcing.Line(what, typedText(f.sent.Get(field)), most)
	f.failed(field, err)
	return text
}

func (f *purchaseForm) longText(field, what string, most int) string {
	text, err := sourcing.Text(what, typedText(f.sent.Get(field)), most)
	f.failed(field, err)
	return text
}

// chosen reads a choice of a list; what is none of it is a fault.
func (f *purchaseForm) chosen(field string, options []part.Option) string {
	value := f.sent.Get(field)
	if !slices.ContainsFunc(options, func(o part.Option) bool { return o.Value == value }) {
		f.fault(field, "Choisissez une réponse de la liste.")
		return ""
	}
	return value
}

func (f *purchaseForm) euros(field string) int64 {
	text := typedLine(f.sent.Get(field))
	if text == "" {
		return 0
	}
	n, err := sourcing.ParseEuros(text)
	f.failed(field, err)
	return n
}

func (f *purchaseForm) day(field string) structure.Date {
	text := typedLine(f.sent.Get(field))
	if text == "" {
		return ""
	}
	d, err := sourcing.ParseDay(text)
	f.failed(field, err)
	return d
}

// duration reads the firm duration, with the renewals that it may say, unless their own
// fields do.
func (f *purchaseForm) duration(v *sourcing.Purchase) {
	text := typedLine(f.sent.Get("duree"))
	if text != "" {
		d, err := sourcing.ParseMonths(text)
		f.failed("duree", err)
		v.Months, v.Renewals, v.RenewalMonths = d.Months, d.Renewals, d.RenewalMonths
	}
	if f.sent.Get("reconductions") != "" {
		v.Renewals = f.number("reconductions", sourcing.MaxRenewals)
	}
	if f.sent.Get("reconduction_mois") != "" {
		v.RenewalMonths = f.number("reconduction_mois", sourcing.MaxMonths)
	}
}

// code is the CPV code that a field says: the one ticked among those found, else that
// which is typed.
func (f *purchaseForm) code(field string) string {
	if code := f.sent.Get(field + choiceSuffix); eightDigits.MatchString(code) {
		return code
	}
	return typedLine(f.sent.Get(field))
}

// cpv reads a code; words that are the label of one code alone are that code.
func (f *purchaseForm) cpv(field string) string {
	text := f.code(field)
	if text == "" {
		return ""
	}
	if !strings.ContainsAny(text, "0123456789") {
		if found := f.Taxonomy.FindCPV(text, 2); len(found) == 1 {
			return found[0]
		}
		f.fault(field, "Choisissez un code parmi ceux que ces mots proposent, ou écrivez ses 8 chiffres.")
		return ""
	}
	c, err := sourcing.ParseCPV(text)
	if err != nil {
		f.failed(field, err)
		return ""
	}
	full := c.Code
	if c.Check != "" {
		full += "-" + c.Check
	}
	if _, ok := f.Taxonomy.Label(taxonomy.CPV2008, full); !ok && c.Code != "" {
		f.fault(field, "Ce code n’est pas dans la nomenclature CPV : vérifiez ses chiffres, ou cherchez-le par des mots.")
		return ""
	}
	return c.Code
}

// places are the territories that are ticked; words without a tick are told.
func (f *purchaseForm) places(field string) []string {
	return f.ticked(field, f.placePicker(field), "Cochez un lieu proposé, ou videz ces mots.")
}

func (f *purchaseForm) ticked(field string, p registration.Picker, fault string) (out []string) {
	for _, o := range p.Chosen {
		out = append(out, o.Value)
	}
	if len(p.Chosen) == 0 && p.Words != "" {
		f.faults = append(f.faults, form.Fault{Field: field, To: field + registration.WordsSuffix, Text: fault})
	}
	return out
}

func (f *purchaseForm) lot(key string) (l sourcing.Lot) {
	l.Number = f.textLine(key+"-numero", "Ce numéro", maxNumber)
	l.Object = f.textLine(key+"-objet", "Cet objet", sourcing.MaxObject)
	l.Euros = f.euros(key + "-montant")
	l.CPV = f.cpv(key + "-cpv")
	l.Sectors = f.ticked(key+"-secteur", f.sectors(key+"-secteur"), "Cochez un secteur proposé, ou videz ces mots.")
	l.Places = f.places(key + "-lieu")
	l.Mode = structure.Mode(f.chosen(key+"-modalite", f.modes(key)))
	return l
}

// ---- the choices

func (f *purchaseForm) options(field string, list ...part.Option) []part.Option {
	value := f.sent.Get(field)
	for i := range list {
		list[i].Selected = list[i].Value == value
	}
	return list
}

func (f *purchaseForm) services() []part.Option {
	list := []part.Option{{Label: "Aucun"}}
	for _, s := range f.set.Services {
		list = append(list, part.Option{Value: s.ID, Label: s.Name})
	}
	if id := f.stored.Service; id != "" && f.set.Service(id) == nil {
		list = append(list, part.Option{Value: id, Label: serviceLabel(&f.set, id)})
	}
	return f.options("service", list...)
}

func (f *purchaseForm) natures() []part.Option {
	list := []part.Option{{Label: "Non précisée"}}
	for _, n := range sourcing.Natures {
		list = append(list, part.Option{Value: string(n), Label: n.Label()})
	}
	return f.options("nature", list...)
}

func (f *purchaseForm) takeOver() []part.Option {
	return f.options("reprise", part.Option{Label: takeOverWords[""]}, part.Option{Value: string(sourcing.Yes), Label: takeOverWords[sourcing.Yes]}, part.Option{Value: string(sourcing.No), Label: takeOverWords[sourcing.No]})
}

func (f *purchaseForm) facilitateurs() []part.Option {
	list := []part.Option{{Label: "Aucun"}}
	for id, name := range f.names {
		list = append(list, part.Option{Value: id, Label: name})
	}
	slices.SortFunc(list[1:], func(a, b part.Option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	return f.options("facilitateur", list...)
}

func (f *purchaseForm) modes(key string) []part.Option {
	list := []part.Option{{Label: "Indifférente"}}
	for _, m := range structure.Modes {
		list = append(list, part.Option{Value: string(m), Label: taxonomy.ModeName(m).Long})
	}
	return f.options(key+"-modalite", list...)
}

// sectors is the picker of the sectors of a lot, placePicker that of places: those of
// registration under another name.
func (s *site) planSectorPicker(name string, sent url.Values) registration.Picker {
	p := s.sectorPicker(url.Values{sectorField: sent[name], sectorField + registration.WordsSuffix: sent[name+registration.WordsSuffix]})
	p.Name, p.From, p.Label = name, planChoicePath+"/secteurs", "Secteurs de l’annuaire"
	p.Help = "Qui pourrait répondre ? Avec vos mots, puis cochez. Sans réponse, ceux du code CPV."
	return p
}

func (s *site) planPlacePicker(name string, sent url.Values) registration.Picker {
	p := s.territoryPicker(url.Values{registration.TerritoryField: sent[name], registration.TerritoryField + registration.WordsSuffix: sent[name+registration.WordsSuffix]})
	p.Name, p.From, p.Label, p.Placeholder = name, planChoicePath+"/lieux", "Lieux d’exécution", "Ex. Vitry-sur-Seine"
	p.Help = "Une commune, un code postal, un EPT ou un département à la fois, puis cochez."
	return p
}

func (f *purchaseForm) sectors(name string) registration.Picker {
	return f.planSectorPicker(name, f.sent)
}

func (f *purchaseForm) placePicker(name string) registration.Picker {
	return f.planPlacePicker(name, f.sent)
}

// choosePlanSectors answers the sectors that words bring, as a fragment of the form.
func (s *site) choosePlanSectors(c *fiber.Ctx) error { return s.choosePlan(c, s.planSectorPicker) }

// choosePlanPlaces answers the places.
func (s *site) choosePlanPlaces(c *fiber.Ctx) error { return s.choosePlan(c, s.planPlacePicker) }

func (s *site) choosePlan(c *fiber.Ctx, picker func(string, url.Values) registration.Picker) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	name := values.Get(registration.IDField)
	if !planPickers.MatchString(name) {
		return fiber.ErrNotFound
	}
	return render(c, registration.PickerChoices(picker(name, values)))
}

// codeField is the field of a code, with what its words propose.
func (f *purchaseForm) codeField(name string) views.CodeField {
	out := views.CodeField{Name: name, Value: f.code(name)}
	if out.Value == "" {
		return out
	}
	if strings.ContainsAny(out.Value, "0123456789") {
		if c, err := sourcing.ParseCPV(out.Value); err == nil {
			if label, ok := f.Taxonomy.Label(taxonomy.CPV2008, c.Code); ok {
				out.Label = format.Text(label)
			}
		}
		return out
	}
	out.Asked = true
	for _, code := range f.Taxonomy.FindCPV(out.Value, maxCPVFound) {
		out.Found = append(out.Found, part.Option{Value: code, Label: f.cpvWords(code)})
	}
	return out
}

// ---- the page

// editInput is the page of a form beside its fields.
type editInput struct {
	heading, action, cancel, button, once string
	theirs                                *views.Meanwhile
}

func (f *purchaseForm) render(c *fiber.Ctx, in editInput, state form.State) error {
	state.Token = f.formToken(c)
	if state.Heading == "" {
		state.Heading = "L’achat n’est pas enregistré"
	}
	state.Faults = append(state.Faults, f.inOrder()...)
	p := views.EditPage{
		State: state, Action: in.action, Cancel: in.cancel, Button: in.button, Once: in.once, Rev: f.sent.Get("version"), Values: map[string]string{}, Theirs: in.theirs,
		Services: f.services(), Natures: f.natures(), TakeOver: f.takeOver(), Facilities: f.facilitateurs(), CPV: f.codeField("cpv"), Places: f.placePicker(whereField),
	}
	if f.stored.ID == "" {
		p.Page = f.planDesk(c, in.heading, nil)
	} else {
		p.Page = f.planDesk(c, in.heading, nil, part.Link{Label: format.Text(f.stored.Object), URL: purchaseURL(f.stored.ID)})
	}
	for _, name := range plainFields {
		p.Values[name] = typedText(f.sent.Get(name))
	}
	keys := f.keys()
	for i, key := range keys {
		p.Lots = append(p.Lots, f.lotView(key, i, len(keys) == 1))
	}
	p.MaxLots = len(keys) >= sourcing.MaxLots
	titleFaults(&p.Title, state)
	return render(c, views.EditView(p))
}

// fieldOrder is that of the page.
var fieldOrder = []string{"objet", "reference", "service", "nature", "montant", "cpv", "description", whereField, "publication", "debut", "duree", "reconductions", "reconduction_mois", "titulaire", "titulaire_siren", "reprise", "facilitateur", "motif_social", "lots"}

// inOrder are the faults in the order of the fields: lots come last, as they were sent.
func (f *purchaseForm) inOrder() []form.Fault {
	rank := func(x form.Fault) int {
		if n := slices.Index(fieldOrder, x.Field); n >= 0 {
			return n
		}
		for i, key := range f.keys() {
			if strings.HasPrefix(x.Field, key+"-") {
				return len(fieldOrder) + i
			}
		}
		return len(fieldOrder) + sourcing.MaxLots
	}
	out := slices.Clone(f.faults)
	slices.SortStableFunc(out, func(a, b form.Fault) int { return rank(a) - rank(b) })
	return out
}

func (f *purchaseForm) lotView(key string, n int, alone bool) views.LotFields {
	get := func(name string) string { return typedText(f.sent.Get(key + name)) }
	out := views.LotFields{
		Key: key, ID: get("-id"), Legend: "Lot " + strconv.Itoa(n+1), Number: get("-numero"), Object: get("-objet"), Euros: get("-montant"), CPV: f.codeField(key + "-cpv"),
		Modes: f.modes(key), Sectors: f.sectors(key + "-secteur"), Places: f.placePicker(key + "-lieu"), Alone: alone,
	}
	if alone {
		out.Legend = "Lot unique"
	}
	out.Sectors.Placeholder = "Ex. nettoyage"
	out.Used = usedWords(&out, taxonomy.ModeName(structure.Mode(get("-modalite"))).Short)
	out.Open = out.CPV.Asked || out.Sectors.Words != "" || out.Places.Words != "" || slices.ContainsFunc(f.faults, func(x form.Fault) bool {
		return slices.Contains([]string{key + "-cpv", key + "-secteur", key + "-lieu", key + "-modalite"}, x.Field)
	})
	return out
}

// usedWords says what is behind the fold of a lot, so that it need not be opened to know.
func usedWords(l *views.LotFields, mode string) string {
	var parts []string
	if l.CPV.Value != "" {
		parts = append(parts, "CPV "+l.CPV.Value)
	}
	if n := len(l.Sectors.Chosen); n > 0 {
		parts = append(parts, format.Count(n, "secteur", "secteurs"))
	}
	if n := len(l.Places.Chosen); n > 0 {
		parts = append(parts, format.Count(n, "lieu", "lieux"))
	}
	if mode != "" {
		parts = append(parts, mode)
	}
	return strings.Join(parts, ", ")
}

// reshaped adds, removes or looks up, and reports whether that is what was asked: the
// form comes back, nothing is stored.
func (f *purchaseForm) reshaped() bool {
	keys := f.keys()
	switch {
	case f.sent.Has(addButton):
		for n := range 100 {
			if key := "lot-" + strconv.Itoa(n); !slices.Contains(keys, key) && len(keys) < sourcing.MaxLots {
				keys = append(keys, key)
				for name := range f.sent {
					if strings.HasPrefix(name, key+"-") { // of one that was removed
						delete(f.sent, name)
					}
				}
				break
			}
		}
	case f.sent.Has(removeButton):
		keys = slices.DeleteFunc(keys, func(key string) bool { return key == f.sent.Get(removeButton) && len(keys) > 1 })
	case !f.sent.Has(searchButton):
		return false
	}
	f.sent[lotsField] = keys
	return true
}

// ---- the actions

// purchaseNew answers the empty form.
func (s *site) purchaseNew(c *fiber.Ctx) error {
	f, err := s.newForm(c)
	if err != nil {
		return err
	}
	f.sent = url.Values{}
	return f.render(c, newInput(account.NewID()), form.State{})
}

func (s *site) newForm(c *fiber.Ctx) (*purchaseForm, error) {
	m, err := planner(c)
	if err != nil {
		return nil, err
	}
	set, err := s.Programme.Of(c.UserContext(), m)
	if err != nil {
		return nil, err
	}
	return s.openForm(c, m, set, sourcing.Purchase{})
}

func newInput(once string) editInput {
	return editInput{heading: "Inscrire un achat", action: newPurchasePath, cancel: programmePath, button: "Inscrire l’achat", once: once}
}

// purchaseCreate stores a new purchase.
func (s *site) purchaseCreate(c *fiber.Ctx) error {
	f, err := s.newForm(c)
	if err != nil {
		return err
	}
	f.sent = sentForm(c)
	in := newInput(sentOnce(f.sent.Get("envoi")))
	if f.reshaped() {
		return f.render(c, in, form.State{})
	}
	v := f.read()
	if len(f.faults) > 0 {
		return f.render(c.Status(fiber.StatusUnprocessableEntity), in, form.State{})
	}
	v.ID = in.once
	err = s.Programme.Create(c.UserContext(), f.m, v)
	if text, status, ok := refusalOf(err); ok {
		return f.render(c.Status(status), in, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, purchaseURL(v.ID), "inscrit")
}

// purchaseEditForm answers the form of a purchase.
func (s *site) purchaseEditForm(c *fiber.Ctx) error {
	p, err := s.openPurchase(c)
	if err != nil {
		return err
	}
	if refused := p.closed(); refused != "" {
		return p.render(c.Status(fiber.StatusConflict), form.State{Refusal: refused})
	}
	f, err := s.openForm(c, p.m, p.set, p.v)
	if err != nil {
		return err
	}
	f.sent = typedPurchase(&p.v)
	return f.render(c, p.editInput(), form.State{})
}

// closed says why a purchase is not written any more, "" when it may be.
func (p *onePurchase) closed() string {
	switch {
	case p.v.External != nil:
		return sourcing.ErrExternal.Error()
	case p.v.State().Ended():
		return sourcing.ErrEnded.Error()
	}
	return ""
}

func (p *onePurchase) editInput() editInput {
	address := purchaseURL(p.v.ID)
	return editInput{heading: "Modifier « " + p.v.Object + " »", action: address + "/modifier", cancel: address, button: "Enregistrer l’achat"}
}

// purchaseEdit writes a purchase over the revision that the page showed.
func (s *site) purchaseEdit(c *fiber.Ctx) error {
	p, err := s.openPurchase(c)
	if err != nil {
		return err
	}
	f, err := s.openForm(c, p.m, p.set, p.v)
	if err != nil {
		return err
	}
	f.sent = sentForm(c)
	if f.reshaped() {
		return f.render(c, p.editInput(), form.State{})
	}
	v := f.read()
	if len(f.faults) > 0 {
		return f.render(c.Status(fiber.StatusUnprocessableEntity), p.editInput(), form.State{})
	}
	rev, err := strconv.ParseInt(f.sent.Get("version"), 10, 64)
	if err == nil {
		err = s.Programme.Write(c.UserContext(), p.m, p.v.ID, v, rev)
	} else {
		err = sourcing.ErrStale // which version it was is not known
	}
	if errors.Is(err, sourcing.ErrStale) {
		return f.stale(c, p, v)
	}
	if text, status, ok := refusalOf(err); ok {
		return f.render(c.Status(status), p.editInput(), form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, purchaseURL(p.v.ID), "modifie")
}

// stale gives back what was typed beside what is stored by now; sent again, it replaces
// that.
func (f *purchaseForm) stale(c *fiber.Ctx, p *onePurchase, typed sourcing.Purchase) error {
	d, _, err := f.Programme.Purchase(c.UserContext(), f.m, p.v.ID)
	if err != nil {
		return err
	}
	now := d.Value
	names, err := f.namesOf(c.UserContext(), now.Persons())
	if err != nil {
		return err
	}
	in := p.editInput()
	in.theirs = &views.Meanwhile{Keep: purchaseURL(now.ID), Text: "Ce que vous avez écrit est gardé ci-dessous : enregistrez-le pour remplacer ce qui est enregistré, ou reprenez-y d’abord ce qui diffère."}
	if n := len(now.History); n > 0 {
		last := now.History[n-1]
		in.theirs.Text = "Modifié le " + format.Moment(last.At) + byWhom(names, last.By) + ". " + in.theirs.Text
	}
	in.theirs.Lines = f.differences(&now, &typed)
	f.sent.Set("version", strconv.FormatInt(now.Rev, 10))
	return f.render(c.Status(fiber.StatusConflict), in, form.State{Refusal: "Quelqu’un d’autre a modifié cet achat pendant que vous l’écriviez."})
}

// differences are the fields in which two versions differ, in words.
func (f *purchaseForm) differences(stored, typed *sourcing.Purchase) (out []views.Difference) {
	for _, field := range []struct {
		label string
		words func(*sourcing.Purchase) string
	}{
		{"Objet", func(v *sourcing.Purchase) string { return v.Object }},
		{"Référence", func(v *sourcing.Purchase) string { return v.Reference }},
		{"Service", func(v *sourcing.Purchase) string { return serviceLabel(&f.set, v.Service) }},
		{"Nature", func(v *sourcing.Purchase) string { return v.Nature.Label() }},
		{"Montant estimé", func(v *sourcing.Purchase) string { return eurosTyped(v.Euros) }},
		{"Code CPV", func(v *sourcing.Purchase) string { return v.CPV }},
		{"Précisions", func(v *sourcing.Purchase) string { return v.Description }},
		{"Lieux d’exécution", func(v *sourcing.Purchase) string { return format.List(f.placeNames(v.Places)) }},
		{"Publication prévue", func(v *sourcing.Purchase) string { return dayTyped(v.Publication) }},
		{"Début d’exécution", func(v *sourcing.Purchase) string { return dayTyped(v.Start) }},
		{"Durée", func(v *sourcing.Purchase) string { return monthsWords(v.Months, v.Renewals, v.RenewalMonths) }},
		{"Titulaire actuel", func(v *sourcing.Purchase) string { return strings.TrimSpace(v.Holder.Name + " " + v.Holder.SIREN) }},
		{"Reprise du personnel", func(v *sourcing.Purchase) string { return takeOverWords[v.TakeOver] }},
		{"Facilitateur", func(v *sourcing.Purchase) string { return f.names[v.Facilitateur] }},
		{"Considérations sociales écartées", func(v *sourcing.Purchase) string { return v.SocialReason }},
		{"Lots", f.lotsWords},
	} {
		is, would := field.words(stored), field.words(typed)
		if is != would {
			out = append(out, views.Difference{Field: field.label, Stored: cmp.Or(is, "Rien"), Typed: cmp.Or(would, "Rien")})
		}
	}
	return out
}

// lotsWords are the lots of a purchase in one text.
func (f *purchaseForm) lotsWords(v *sourcing.Purchase) string {
	var out []string
	for i := range v.Lots {
		l := &v.Lots[i]
		parts := []string{strings.TrimSpace(l.Number + " " + v.ObjectOf(l)), moneyWords(v.EurosOf(l))}
		if l.CPV != "" {
			parts = append(parts, "CPV "+l.CPV)
		}
		if len(l.Sectors) > 0 {
			parts = append(parts, strings.Join(f.lotSectors(v, l), ", "))
		}
		if len(l.Places) > 0 {
			parts = append(parts, format.List(f.placeNames(l.Places)))
		}
		if l.Mode != "" {
			parts = append(parts, taxonomy.ModeName(l.Mode).Short)
		}
		out = append(out, strings.Join(parts, ", "))
	}
	return strings.Join(out, " ; ")
}
