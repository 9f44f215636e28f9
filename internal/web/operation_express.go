package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/directory"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/survey"
	"sourcier/internal/workday"
	"sourcier/views/form"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const (
	expressPath       = newOperationPath + "/express"
	maxOperationTitle = 160 // letters
	// reasonOfStudy is the reason that the study gives, as an option.
	reasonOfStudy = "etude"
)

// candidate is a structure that the study of a lot names, in one of its bases or several.
type candidate struct {
	row     sourcing.Row
	counted bool
	why     string // it is not counted
	code    sourcing.ReasonCode
	notes   []string
}

// studyPanel are the candidates of the study of a lot, those counted first, each once, with
// the panel that they make.
func (s *site) studyPanel(ctx context.Context, n *newFor) (list []candidate, source sourcing.PanelSource, err error) {
	source = sourcing.PanelSource{Kind: sourcing.FromStudy, Query: lotURL(n.purchase.ID, n.lotID()), Label: "Étude de réservation : " + lotName(&n.purchase, n.lot)}
	if s.Programme.Roster == nil {
		return nil, source, nil
	}
	d, err := s.Programme.Study(ctx, n.m, n.purchase.ID, n.lotID())
	if err != nil {
		return nil, source, err
	}
	at := map[string]int{}
	for i := range d.Study.Bases {
		b := &d.Study.Bases[i]
		source.Total = max(source.Total, len(b.Candidates)+b.More)
		for k := range b.Candidates {
			list = addCandidate(list, at, &b.Candidates[k], b.Basis)
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		switch {
		case a.counted == b.counted:
			return 0
		case a.counted:
			return -1
		}
		return 1
	})
	list = list[:min(len(list), sourcing.MaxPanel)]
	source.Found, source.Data = len(list), "annuaire du "+format.Date(d.Study.On)
	source.Total = max(source.Total, source.Found)
	return list, source, nil
}

func addCandidate(list []candidate, at map[string]int, c *sourcing.Candidate, basis structure.Basis) []candidate {
	if len(c.Structures) == 0 {
		return list
	}
	id := c.Structures[0]
	if i, there := at[id]; there {
		list[i].counted = list[i].counted || c.Counted
		return list
	}
	at[id] = len(list)
	one := candidate{row: sourcing.Row{Structure: id, Name: c.Name, SIREN: c.SIREN, Why: "candidate de l’étude, " + string(basis)}, counted: c.Counted, why: c.Why, code: sourcing.OtherReason}
	switch {
	case c.Counted:
		one.notes = []string{"Comptée par l’étude. Capacité " + capacityText(c) + "."}
	case c.Capacity == sourcing.CapacityShort:
		one.code = sourcing.TooSmall
		one.notes = []string{"Capacité " + capacityText(c) + "."}
	default:
		one.notes = []string{"Non comptée : " + c.Why + "."}
	}
	return append(list, one)
}

// excluded is the exclusion that the study proposes for a candidate.
func (c *candidate) excluded() sourcing.Exclusion {
	e := sourcing.Exclusion{Structure: c.row.Structure, Code: c.code}
	if c.code == sourcing.OtherReason {
		e.Text = format.Cut("D’après l’étude : "+c.why, sourcing.MaxOtherReason)
	}
	return e
}

// proposed is the reason that is chosen beforehand, "" of a candidate to be contacted.
func (c *candidate) proposed(email string) string {
	switch {
	case c.counted && email == "":
		return string(sourcing.NoAddress)
	case c.counted:
		return ""
	case c.code != sourcing.OtherReason:
		return string(c.code)
	}
	return reasonOfStudy
}

// reasons are the options of a candidate: what the study says of it, then the others.
func (c *candidate) reasons(chosen string) []part.Option {
	out := []part.Option{{Value: "", Label: "Choisir un motif…"}}
	if !c.counted && c.code == sourcing.OtherReason {
		out = append(out, part.Option{Value: reasonOfStudy, Label: c.excluded().Text, Selected: chosen == reasonOfStudy})
	}
	for _, code := range sourcing.ReasonCodes {
		if code != sourcing.OtherReason {
			out = append(out, part.Option{Value: string(code), Label: code.Label(), Selected: chosen == string(code)})
		}
	}
	return out
}

// panelStamp tells whether the candidates of a form are those of now.
func panelStamp(list []candidate) string {
	var text strings.Builder
	for i := range list {
		fmt.Fprintln(&text, list[i].row.Structure, list[i].counted, list[i].why)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:12])
}

// firstMessage proposes the first message about what is to be bought.
func (s *site) firstMessage(n *newFor) string {
	object := "« " + strings.TrimRight(format.Text(n.purchase.Object), ". ") + " »"
	if n.lot != nil && n.purchase.Divided() {
		object += ", pour " + lotName(&n.purchase, n.lot)
	}
	where := ""
	places := n.purchase.Places
	if n.lot != nil {
		places = n.purchase.PlacesOf(n.lot)
	}
	if names := s.placeNames(places); len(names) > 0 {
		where = " Lieu d’exécution : " + format.List(names) + "."
	}
	return format.Text("Nous préparons un marché public : " + object + "." + where + "\n\n" +
		"Avant de l’écrire, nous voulons savoir ce que votre structure sait faire, à quelles conditions et à partir de quand. Vos réponses nous aident à décrire le besoin, à découper les lots et à fixer un calendrier tenable.\n\n" +
		"Un court questionnaire vous attend sur votre page personnelle. Il se remplit sur un téléphone, sans créer de compte, et se complète jusqu’à la date limite. Vous pouvez aussi y poser vos questions : la réponse ira à toutes les structures consultées.\n\n" +
		"Merci d’avance du temps que vous y consacrerez.")
}

// templateFor is the code of the template that suits sectors best.
func templateFor(sectors []string) string {
	for _, t := range survey.Templates() {
		if slices.ContainsFunc(t.Sectors, func(code string) bool { return slices.Contains(sectors, code) }) {
			return t.Code
		}
	}
	return survey.General
}

func templateNamed(code string) *survey.Template {
	for _, t := range survey.Templates() {
		if t.Code == code {
			return &t
		}
	}
	return nil
}

// express is the form of the express path under way.
type express struct {
	*site
	c      *fiber.Ctx
	n      *newFor
	list   []candidate
	source sourcing.PanelSource
	there  map[string]directory.Reachable
	sent   url.Values // nil = not sent yet
	state  form.State
	rows   map[int][2]string // fault of a row: field, text
}

func (s *site) openExpress(c *fiber.Ctx, purchase, lot string) (*express, error) {
	n, err := s.newAbout(c, purchase, lot)
	if err != nil {
		return nil, err
	}
	if n.lot == nil {
		return nil, store.ErrNotFound // a lot is chosen before
	}
	e := &express{site: s, c: c, n: n, rows: map[int][2]string{}}
	if e.list, e.source, err = s.studyPanel(c.UserContext(), n); err != nil && !errors.Is(err, sourcing.ErrNoStudy) {
		return nil, err
	}
	ids := make([]string, 0, len(e.list))
	for i := range e.list {
		ids = append(ids, e.list[i].row.Structure)
	}
	e.there, err = s.reachables(c.UserContext(), ids)
	return e, err
}

// reachables are the structures of a panel with where each is written to.
func (s *site) reachables(ctx context.Context, ids []string) (map[string]directory.Reachable, error) {
	if s.Directory == nil || len(ids) == 0 {
		return nil, nil
	}
	return s.Directory.Reachables(ctx, ids)
}

func (s *site) expressForm(c *fiber.Ctx) error {
	e, err := s.openExpress(c, c.Query("achat"), c.Query("lot"))
	if err != nil {
		return err
	}
	if refusal := e.n.refusal(); refusal != "" {
		e.state.Refusal = refusal
	}
	return e.render(c)
}

func (e *express) render(c *fiber.Ctx) error {
	e.state.Token, e.state.Heading = e.formToken(c), cmp.Or(e.state.Heading, "L’aperçu n’est pas prêt")
	n := e.n
	p := views.DeskExpress{
		Page:  e.operationDesk(c, "Préparer un sourçage en express", nil, part.Link{Label: "Sourçages", URL: operationsPath}, part.Link{Label: format.Text(n.purchase.Object), URL: purchaseURL(n.purchase.ID)}),
		State: e.state, Action: expressPath, Once: account.NewID(), Purchase: n.purchase.ID, Lot: n.lotID(), Seen: panelStamp(e.list),
		Lead: "Tout est rempli d’après le lot « " + n.object() + " » : relisez, changez ce qui doit l’être, puis voyez le courriel.",
		Full: newOperationURL(n.purchase.ID, n.lotID()), Charter: charterPath, Values: e.values(),
	}
	chosen := templateFor(e.sectors())
	if e.sent != nil {
		p.Once, chosen, p.Declared = sentOnce(e.sent.Get(onceField)), e.sent.Get("modele"), e.sent.Get("interets") == "aucun"
	}
	for _, t := range survey.Templates() {
		p.Templates = append(p.Templates, part.Option{Value: t.Code, Label: t.Label + " (" + format.Count(len(t.Questionnaire.Questions), "question", "questions") + ")", Selected: t.Code == chosen})
	}
	for i := range e.list {
		p.Rows = append(p.Rows, e.row(i))
	}
	switch more := e.source.Total - e.source.Found; {
	case len(e.list) == 0:
		p.More = "L’étude de ce lot ne nomme aucun candidat : figez un panel d’une recherche de l’annuaire ou d’une liste."
	case more > 0:
		p.More = "L’étude compte " + format.Count(more, "autre candidat", "autres candidats") + " au-delà de cette page. Pour les retenir tous :"
	}
	titleFaults(&p.Title, e.state)
	return render(c, views.DeskExpressView(p))
}

func (e *express) sectors() []string {
	if e.n.lot == nil {
		return nil
	}
	if len(e.n.lot.Sectors) > 0 {
		return e.n.lot.Sectors
	}
	var out []string
	for _, one := range e.Taxonomy.ByCPV(e.n.purchase.CPVOf(e.n.lot)) {
		out = append(out, one.Code)
	}
	return out
}

func (e *express) values() map[string]string {
	if e.sent != nil {
		return map[string]string{"titre": typedLine(e.sent.Get("titre")), "message": typedText(e.sent.Get("message")), "jour": typedLine(e.sent.Get("jour")), "heure": typedLine(e.sent.Get("heure"))}
	}
	day, hour := deadlineTyped(workday.NoonAfter(e.Now(), sourcing.NoticeDays))
	return map[string]string{"titre": e.n.title(), "message": e.firstMessage(e.n), "jour": day, "heure": hour}
}

// deadlineTyped writes a deadline as the two fields of a form have it.
func deadlineTyped(at time.Time) (day, hour string) {
	if at.IsZero() {
		return "", ""
	}
	return dayTyped(structure.DateOf(at)), at.In(structure.Paris).Format("15:04")
}

// row is a candidate of the form: as it was sent, else as the study proposes.
func (e *express) row(i int) views.DeskChoice {
	c, key := &e.list[i], strconv.Itoa(i)
	r := views.DeskChoice{Key: key, Structure: c.row.Structure, Name: part.Link{Label: c.row.Name, URL: sheetAddress(c.row.Structure)}, Notes: c.notes}
	at := e.there[c.row.Structure]
	if city := at.Structure.Address.City; city != "" {
		r.Notes = append([]string{city}, r.Notes...)
	}
	r.Email, r.Chosen = at.Email, c.counted && at.Email != ""
	if at.Account {
		r.EmailNote = "Adresse du compte qui tient la fiche."
	}
	if at.Email == "" {
		r.EmailNote = "Aucune adresse connue : écrivez-la, ou écartez cette structure."
	}
	reason := c.proposed(at.Email)
	if e.sent != nil {
		r.Email, r.Chosen, reason = typedLine(e.sent.Get("adresse-"+key)), e.sent.Get("contact-"+key) == "oui", e.sent.Get("motif-"+key)
	}
	r.Reasons = c.reasons(reason)
	if f, wrong := e.rows[i]; wrong {
		r.At, r.Fault = f[0], f[1]
	}
	return r
}

// expressSend prepares the sourçage, then shows the first message.
func (s *site) expressSend(c *fiber.Ctx) error {
	sent := sentForm(c)
	e, err := s.openExpress(c, clip(sent.Get("achat")), clip(sent.Get("lot")))
	if err != nil {
		return err
	}
	e.sent = sent
	if sent.Get("vu") != panelStamp(e.list) {
		e.sent, e.state.Refusal = e.keepWords(), "L’étude du lot a changé depuis l’affichage de cette page : son panel ci-dessous est celui de maintenant. Relisez-le ; votre message est gardé."
		return e.render(c.Status(fiber.StatusConflict))
	}
	in := e.read()
	if len(e.state.Faults) > 0 {
		return e.render(c.Status(fiber.StatusUnprocessableEntity))
	}
	err = s.Operation.Express(c.UserContext(), e.n.m, in)
	if text, status, ok := operationRefused(err); ok {
		e.state.Refusal = text
		return e.render(c.Status(status))
	}
	if err != nil {
		return err
	}
	return done(c, operationURL(in.Operation.ID)+"/apercu", "pret")
}

// keepWords is what was sent, but for a panel that is no longer the one of now.
func (e *express) keepWords() url.Values {
	out := url.Values{}
	for _, name := range []string{onceField, "achat", "lot", "titre", "message", "jour", "heure", "modele", "interets"} {
		out.Set(name, e.sent.Get(name))
	}
	for i := range e.list {
		key, r := strconv.Itoa(i), (&express{site: e.site, list: e.list, there: e.there}).row(i)
		out.Set("adresse-"+key, r.Email)
		if r.Chosen {
			out.Set("contact-"+key, "oui")
		}
		for _, o := range r.Reasons {
			if o.Selected {
				out.Set("motif-"+key, o.Value)
			}
		}
	}
	return out
}

func (e *express) fault(field, text string) {
	e.state.Faults = append(e.state.Faults, form.Fault{Field: field, Text: text})
}

// read reads the form, with its faults in the order of its fields.
func (e *express) read() (in operation.Express) {
	o := &in.Operation
	o.ID, o.Purchase = sentOnce(e.sent.Get(onceField)), e.n.purchase.ID
	if e.n.purchase.Divided() {
		o.Lots = []string{e.n.lotID()}
	}
	e.readWords(o)
	if t := templateNamed(e.sent.Get("modele")); t != nil {
		in.Questions = t.Questionnaire
	} else {
		e.fault("modele", "Choisissez un questionnaire.")
	}
	in.Panel.Sources = []sourcing.PanelSource{e.source}
	for i := range e.list {
		row := e.list[i].row
		v := e.there[row.Structure].Structure
		row.City, row.Kind = v.Address.City, operation.KindOf(&v, structure.DateOf(e.Now()))
		in.Panel.Rows = append(in.Panel.Rows, row)
		e.readRow(i, &in)
	}
	switch {
	case len(e.list) == 0:
		e.fault("lignes", "L’étude de ce lot ne nomme aucun candidat : prenez le parcours complet.")
	case len(in.Chosen) == 0 && len(e.state.Faults) == 0:
		e.state.Faults = append(e.state.Faults, form.Fault{Field: "lignes", Text: "Cochez au moins une structure à contacter.", To: "contact-0"})
	case len(in.Chosen) > sourcing.MaxSuppliers:
		e.state.Faults = append(e.state.Faults, form.Fault{Field: "lignes", Text: fmt.Sprintf("%d structures contactées au plus.", sourcing.MaxSuppliers), To: "contact-0"})
	}
	if e.sent.Get("interets") != "aucun" {
		e.fault("interets", "Déclarez vos intérêts : sans cela, les réponses vous restent fermées.")
	}
	return in
}

// readWords reads title, message and deadline.
func (e *express) readWords(o *sourcing.Operation) {
	l := operationWords{formLines{sent: e.sent}}
	l.read(o, e.Now())
	e.state.Faults = append(e.state.Faults, l.faults...)
}

// readRow reads what becomes of a candidate.
func (e *express) readRow(i int, in *operation.Express) {
	key, c := strconv.Itoa(i), &e.list[i]
	wrong := func(field, text string) {
		e.rows[i] = [2]string{field, text}
		e.fault(field+"-"+key, c.row.Name+" : "+text)
	}
	if e.sent.Get("contact-"+key) == "oui" {
		email, err := account.ParseEmail(e.sent.Get("adresse-" + key))
		if err != nil {
			wrong("adresse", cmp.Or(expressFault(err), "Indiquez une adresse électronique."))
			return
		}
		in.Chosen = append(in.Chosen, sourcing.Supplier{Structure: c.row.Structure, Name: c.row.Name, SIREN: c.row.SIREN, Email: string(email)})
		return
	}
	code := sourcing.ReasonCode(e.sent.Get("motif-" + key))
	switch {
	case code == reasonOfStudy && !c.counted:
		in.Excluded = append(in.Excluded, c.excluded())
	case code != sourcing.OtherReason && slices.Contains(sourcing.ReasonCodes, code):
		in.Excluded = append(in.Excluded, sourcing.Exclusion{Structure: c.row.Structure, Code: code})
	default:
		wrong("motif", "Contactez-la, ou dites pour quel motif elle est écartée.")
	}
}

func expressFault(err error) string {
	var fault account.Fault
	if errors.As(err, &fault) {
		return fault.Error()
	}
	return ""
}

// operationWords are the fields of what a sourçage is about.
type operationWords struct{ formLines }

// read reads title, message and deadline into an operation.
func (l *operationWords) read(o *sourcing.Operation, now time.Time) {
	var err error
	if o.Title, err = sourcing.Line("Ce titre", l.sent.Get("titre"), maxOperationTitle); err == nil && o.Title == "" {
		err = account.Fault("Donnez un titre au sourçage.")
	}
	l.failed("titre", err)
	if o.Message, err = sourcing.Text("Ce message", l.sent.Get("message"), sourcing.MaxMessage); err == nil && o.Message == "" {
		err = account.Fault("Écrivez le message aux structures.")
	}
	l.failed("message", err)
	if o.Deadline = l.moment("jour", "heure"); !o.Deadline.IsZero() {
		l.failed("jour", deadlineFault(o.Deadline, now))
	}
}

func deadlineFault(at, now time.Time) error {
	switch {
	case at.Before(now.Add(sourcing.MinNotice)):
		return account.Fault("La date limite doit laisser une heure au moins.")
	case at.After(now.AddDate(0, sourcing.MaxNoticeMonths, 0)):
		return account.Fault("La date limite est trop lointaine.")
	}
	return nil
}
