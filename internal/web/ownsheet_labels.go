package web

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/desk"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
)

// otherLabel is the choice of one that the list does not have.
const otherLabel = "autre"

var labelsDone = map[string]string{
	"enregistre": "Label enregistré dans votre brouillon.", "retire": "Label retiré de votre brouillon.",
	"justificatif": "Justificatif joint à votre brouillon.", "justificatif-retire": "Justificatif retiré de votre brouillon.",
}

// ownLabels answers the list of the labels.
func (s *site) ownLabels(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	return o.renderLabels(o.state())
}

func (o *ownSheet) renderLabels(state form.State) error {
	p := ownsheet.LabelsPage{Page: o.desk("Labels", labelsPath, labelsDone), State: state, URL: o.url() + labelsPath}
	if len(o.sheet.Labels) >= registration.MaxLabels {
		p.Full = format.Text("Une fiche a 20 labels au plus.")
	}
	for i := range o.sheet.Labels {
		p.Labels = append(p.Labels, o.labelLine(&o.sheet.Labels[i]))
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.LabelsView(p))
}

func (o *ownSheet) labelLine(l *structure.Label) ownsheet.OwnLabel {
	line := ownsheet.OwnLabel{Name: format.Text(l.Name), State: labelState(*l, o.day)}
	for _, f := range []desk.Fact{
		{Term: "Ce qu’il couvre", Text: format.Text(l.Scope)}, {Term: "Valable depuis le", Text: format.ShortDate(l.From)}, {Term: "Valable jusqu’au", Text: format.ShortDate(l.To)},
	} {
		if f.Text != "" {
			line.Facts = append(line.Facts, f)
		}
	}
	if !ownLabel(*l) {
		line.From = sourceNote(l.Source, l.AsOf) + format.NNBSP + ": ce label se corrige auprès de sa source."
		return line
	}
	line.URL = o.labelURL(l.Code)
	if l.Proof != "" {
		line.Proof = o.url() + filesSegment + "/" + l.Proof
	}
	return line
}

// ownLabel reports whether the structure itself says a label, and may change it.
func ownLabel(l structure.Label) bool { return l.Source == "" || l.Source == structure.SourceSelf }

func (o *ownSheet) labelURL(code string) string {
	return o.url() + labelsPath + "/" + url.PathEscape(code)
}

// errNoLabel is said of one that is not there any more.
const errNoLabel = account.Fault("Ce label n’est plus là. Relisez la liste, puis recommencez.")

// labelAt finds a label that the structure may change.
func labelAt(list []structure.Label, code string) (int, error) {
	at := slices.IndexFunc(list, func(l structure.Label) bool { return l.Code == code && ownLabel(l) })
	if at < 0 {
		return 0, errNoLabel
	}
	return at, nil
}

// labelOf finds the label of the address; "" is a new one.
func (o *ownSheet) labelOf() (code string, err error) {
	if code = o.c.Params("label"); code == newLabel {
		return "", nil
	}
	if code, err = url.PathUnescape(code); err != nil {
		return "", fiber.ErrNotFound
	}
	if _, err := labelAt(o.sheet.Labels, code); err != nil {
		return "", fiber.ErrNotFound
	}
	return code, nil
}

// labelScreen is the screen of one label; "" is a new one.
func (o *ownSheet) labelScreen(code string) *ownScreen {
	sc := &ownScreen{
		part: registration.PartLabels, path: labelsPath + "/" + newLabel, heading: "Nouveau label", back: labelsPath,
		fields: []ownField{
			{name: "label", also: []string{"nom"}, label: "Label", words: func(_ *ownSheet, v url.Values) string { return sentLabelName(v) }},
			{name: "portee", label: "Ce qu’il couvre"}, {name: "debut", label: "Valable depuis le"}, {name: "fin", label: "Valable jusqu’au"},
		},
		values: func(o *ownSheet) url.Values {
			at, err := labelAt(o.sheet.Labels, code)
			if err != nil {
				return url.Values{}
			}
			return labelValues(&o.sheet.Labels[at])
		},
		read: func(o *ownSheet, sent url.Values, sheet *registration.Sheet) []form.Fault {
			return o.readLabel(sent, code, sheet)
		},
		view: func(_ *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
			p := ownsheet.LabelPage{Form: f, Base: code, Name: v.Get("nom"), Scope: v.Get("portee"), From: v.Get("debut"), To: v.Get("fin")}
			p.Codes = []part.Option{{Value: "", Label: "Choisissez"}}
			for _, known := range taxonomy.NationalLabels() {
				p.Codes = append(p.Codes, part.Option{Value: known.Code, Label: format.Text(known.Name + " : " + known.About), Selected: v.Get("label") == known.Code})
			}
			p.Codes = append(p.Codes, part.Option{Value: otherLabel, Label: "Un autre label", Selected: v.Get("label") == otherLabel})
			return ownsheet.LabelView(p)
		},
	}
	if code != "" {
		sc.path = labelsPath + "/" + url.PathEscape(code)
		at, _ := labelAt(o.sheet.Labels, code) // labelOf found it
		sc.heading = format.Text(o.sheet.Labels[at].Name)
	}
	return sc
}

func labelValues(l *structure.Label) url.Values {
	v := url.Values{"label": {otherLabel}, "nom": {l.Name}, "portee": {l.Scope}, "debut": {string(l.From)}, "fin": {string(l.To)}}
	if known, ok := taxonomy.NationalLabelOf(l.Code); ok {
		v["label"], v["nom"] = []string{known.Code}, []string{""}
	}
	return v
}

func sentLabelName(v url.Values) string {
	if known, ok := taxonomy.NationalLabelOf(v.Get("label")); ok && v.Get("label") != otherLabel {
		return format.Text(known.Name)
	}
	return format.Text(v.Get("nom"))
}

var labelCode = regexp.MustCompile(query.LabelPattern)

// readLabel reads a label in the place of the one that has the code.
func (o *ownSheet) readLabel(sent url.Values, code string, sheet *registration.Sheet) []form.Fault {
	in := formLines{sent: sent}
	l := structure.Label{Scope: in.line("portee", registration.MaxLine)}
	l.Code, l.Name = in.labelName()
	l.From, l.To = in.date("debut"), in.date("fin")
	if l.From != "" && l.To != "" && l.To < l.From {
		in.fault("fin", "Cette date est avant celle du début.")
	}
	at := -1
	if code != "" {
		if found, err := labelAt(sheet.Labels, code); err == nil {
			at = found
			l.Proof = sheet.Labels[at].Proof
		}
	}
	if same := slices.IndexFunc(sheet.Labels, func(x structure.Label) bool { return x.Code == l.Code }); same >= 0 && same != at {
		in.fault("label", "Ce label est déjà sur votre fiche"+cmp.Or(map[bool]string{false: ", d’après une source officielle"}[ownLabel(sheet.Labels[same])], "")+".")
	}
	if at < 0 {
		sheet.Labels = append(sheet.Labels, l)
	} else {
		sheet.Labels[at] = l
	}
	return in.faults
}

// labelName reads which label is meant.
func (l *formLines) labelName() (code, name string) {
	name = l.line("nom", registration.MaxTitle)
	if l.sent.Get("label") == otherLabel {
		named := taxonomy.LabelNamed(name)
		if name == "" || !labelCode.MatchString(named.Code) || named.Code == newLabel {
			l.fault("nom", "Écrivez le nom du label, comme sur le document qui le délivre.")
		}
		return named.Code, named.Name
	}
	known, ok := taxonomy.NationalLabelOf(l.sent.Get("label"))
	if !ok {
		l.fault("label", "Choisissez un label de la liste, ou « Un autre label ».")
	}
	return known.Code, known.Name
}

// date reads a day that may be left out.
func (l *formLines) date(field string) structure.Date {
	text := strings.TrimSpace(l.sent.Get(field))
	if text == "" {
		return ""
	}
	day, err := structure.ParseDate(text)
	if err != nil {
		l.fault(field, "Cette date n’existe pas : elle s’écrit jour, mois, année.")
	}
	return day
}

// labelForm answers the form of one label.
func (s *site) labelForm(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	code, err := o.labelOf()
	if err != nil {
		return err
	}
	return o.labelScreen(code).show(o)
}

// labelSave keeps one label in the draft. A new one is in nobody's way.
func (s *site) labelSave(c *fiber.Ctx) error {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return err
	}
	code, err := o.labelOf()
	if err != nil {
		return err
	}
	return o.labelScreen(code).keep(o, sentForm(c))
}

// changeLabel changes the labels of the draft, and leads back to the list.
func (o *ownSheet) changeLabel(code, what string, change func(*registration.Sheet, int)) error {
	_, err := o.Directory.Save(o.c.UserContext(), o.who, o.ID, registration.PartLabels, always, func(sheet *registration.Sheet) error {
		at, err := labelAt(sheet.Labels, code)
		if err == nil {
			change(sheet, at)
		}
		return err
	})
	if err != nil {
		return o.listRefused(err, (*ownSheet).renderLabels)
	}
	return done(o.c, o.url()+labelsPath, what)
}

// removeLabel takes a label out of the draft.
func (s *site) removeLabel(c *fiber.Ctx) error {
	o, code, err := s.ownLabelOf(c)
	if err != nil {
		return err
	}
	return o.changeLabel(code, "retire", func(sheet *registration.Sheet, at int) { sheet.Labels = slices.Delete(sheet.Labels, at, at+1) })
}

// ownLabelOf finds the label of the address, which is there.
func (s *site) ownLabelOf(c *fiber.Ctx) (*ownSheet, string, error) {
	o, err := s.ownSheetOf(c)
	if err != nil {
		return nil, "", err
	}
	code, err := o.labelOf()
	if err == nil && code == "" {
		err = fiber.ErrNotFound
	}
	return o, code, err
}

// ownsLabel lets pass who writes the sheet, for a label that is there.
func (s *site) ownsLabel(c *fiber.Ctx) error {
	if _, _, err := s.ownLabelOf(c); err != nil {
		return err
	}
	return c.Next()
}

// proofForm answers the form that sends the proof of a label.
func (s *site) proofForm(c *fiber.Ctx) error {
	o, code, err := s.ownLabelOf(c)
	if err != nil {
		return err
	}
	return o.renderProof(code, o.state())
}

func (o *ownSheet) renderProof(code string, state form.State) error {
	at, err := labelAt(o.sheet.Labels, code)
	if err != nil {
		return fiber.ErrNotFound
	}
	l := o.sheet.Labels[at]
	back := part.Link{Label: "Revenir aux labels", URL: o.url() + labelsPath}
	p := ownsheet.FilePage{
		Page:  o.desk("Justificatif", labelsPath+"/"+code+proofPath, labelsDone, part.Link{Label: "Labels", URL: back.URL}, part.Link{Label: format.Text(l.Name), URL: o.labelURL(code)}),
		State: state, URL: o.labelURL(code) + proofPath, Rev: o.revText(), Send: "Joindre ce justificatif", Accept: ownsheet.ProofTypes, Back: &back,
		Field: form.Field{Name: fileField, Label: "Certificat ou attestation", Help: "PDF, JPEG ou PNG, 10 Mo au plus."},
		Lead:  []string{format.Text("Vous et l’équipe du portail êtes seuls à pouvoir l’ouvrir. La fiche dit seulement qu’un justificatif est fourni.")},
	}
	p.Heading = "Justificatif" + format.NNBSP + ": " + format.Text(l.Name)
	if l.Proof != "" {
		p.File, p.Remove = &part.Link{Label: "Ouvrir le justificatif actuel", URL: o.url() + filesSegment + "/" + l.Proof}, "Retirer le justificatif"
	}
	titleFaults(&p.Title, state)
	return render(o.c, ownsheet.FileView(p))
}

// addProof joins a proof to a label of the draft.
func (s *site) addProof(c *fiber.Ctx) error {
	o, code, err := s.ownLabelOf(c)
	if err != nil {
		return err
	}
	up := sentFile(c)
	fault, hash := fileFault(up, maxProofFile, "un document"), ""
	if fault == "" {
		document, err := s.press.Document(c.UserContext(), up.file)
		if text, wrong := pictureFault(err); wrong {
			fault = text
		} else if err != nil {
			return err
		} else if hash, err = s.Directory.KeepDocument(c.UserContext(), o.ID, document); err != nil {
			return err
		}
	}
	if fault != "" {
		state := o.state()
		state.Heading, state.Faults = "Le justificatif n’est pas joint", []form.Fault{{Field: fileField, Text: fault}}
		c.Status(faultStatus(up))
		return o.renderProof(code, state)
	}
	return o.changeLabel(code, "justificatif", func(sheet *registration.Sheet, at int) { sheet.Labels[at].Proof = hash })
}

// removeProof takes the proof off a label of the draft.
func (s *site) removeProof(c *fiber.Ctx) error {
	o, code, err := s.ownLabelOf(c)
	if err != nil {
		return err
	}
	return o.changeLabel(code, "justificatif-retire", func(sheet *registration.Sheet, at int) { sheet.Labels[at].Proof = "" })
}
