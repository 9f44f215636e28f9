package web

import (
	"cmp"
	"slices"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// endsSoon is how many days before its end an agreement is said to end soon.
const endsSoon = 90

// titleDot joins the trades of an activity: no line begins with it.
const titleDot = format.NBSP + "· "

// maxSummary is how many sectors and bases the summary names.
const maxSummary = 5

// summary answers in four lines what a buyer asks first.
func (s *site) summary(v *structure.Structure, day structure.Date) []sheet.Row {
	what := sheet.Row{Term: "Métiers", Lines: []string{"Non renseignés"}, Tone: part.Muted}
	if list := s.sectorsOf(v); len(list) > 0 {
		text := strings.Join(list[:min(maxSummary, len(list))], " · ")
		if rest := len(list) - maxSummary; rest > 0 {
			text += " · " + format.Count(rest, "autre", "autres")
		}
		what.Lines, what.Tone = []string{text}, part.Plain
		what.Note = fromNote(v, structure.FieldActivities)
		if !slices.ContainsFunc(v.Activities, func(a structure.Activity) bool { return !a.Derived }) {
			what.Note = "Déduits du code APE, non déclarés"
		}
	}
	size := sheet.Row{Term: "Taille", Lines: []string{"Inconnue"}, Tone: part.Muted}
	if line := sizeLine(v.Workforce, v.Size); line != "" {
		size.Lines, size.Tone = []string{line}, part.Plain
		if v.Workforce != "" && v.Size != "" {
			size.Lines[0] += " (" + taxonomy.SizeName(v.Size).Short + ")"
		}
		size.Note = fromNote(v, structure.FieldWorkforce, structure.FieldSize)
	}
	if v.Groupement != nil {
		size = sheet.Row{Term: "Membres", Lines: []string{strings.Join(memberNames(v.Groupement), ", ")}}
	}
	return []sheet.Row{what, s.where(v), size, s.reservable(v, day), capacity(v, day)}
}

// where gathers the zones of all activities.
func (s *site) where(v *structure.Structure) sheet.Row {
	row := sheet.Row{Term: "Intervient"}
	for _, a := range v.Activities {
		if line := s.zoneLabel(a.Zone, v); a.Zone.Declared() && !slices.Contains(row.Lines, line) {
			row.Lines = append(row.Lines, line)
		}
	}
	if len(row.Lines) == 0 {
		row.Lines, row.Tone = []string{"Zone non déclarée"}, part.Muted
		if city := s.city(v); city != "" {
			row.Lines[0] += " (installée à " + format.Text(city) + ")"
		}
	}
	return row
}

// zoneLabel words a zone on the sheet, where the radius needs its centre.
func (s *site) zoneLabel(z structure.Zone, v *structure.Structure) string {
	text := format.Upper(format.Text(zoneText(s.Atlas, z)))
	if city := s.city(v); z.RadiusKM > 0 && city != "" {
		text += " autour " + format.OfCommune(city)
	}
	return text
}

func (s *site) reservable(v *structure.Structure, day structure.Date) sheet.Row {
	row := sheet.Row{Term: "Réservation"}
	if v.Closed {
		row.Lines, row.Tone = []string{"Sans objet\u202f: établissement fermé"}, part.Muted
		return row
	}
	bases := s.Rules.BasisValues(v, day)
	if len(bases) == 0 {
		row.Lines, row.Tone = []string{"Aucune base connue pour lui réserver un marché"}, part.Muted
		if v.Groupement != nil {
			row.Lines[0] = "Aucune base commune à tous ses membres\u202f: non éligible à un lot réservé, à vérifier"
		}
		return row
	}
	claims := s.Rules.Claims(v, day)
	for _, b := range bases {
		line := taxonomy.BasisInfo(b).Short
		if structure.Doubtful(claims, b, day) {
			line += ", à vérifier"
		}
		row.Lines = append(row.Lines, line)
	}
	row.Note = "Potentiellement éligible"
	if from := claimSources(v, claims); len(from) > 0 {
		row.Note += " d’après " + strings.Join(from, format.NNBSP+"; ")
	}
	return row
}

// claimSources names each source that the claims rest on, once.
func claimSources(v *structure.Structure, claims []structure.BasisClaim) []string {
	var out []string
	for _, c := range claims {
		o, _ := v.FoundedOn(c)
		if name := sourceInText(o.Source, o.AsOf); o.Source != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// capacity is the best availability that an activity declares.
func capacity(v *structure.Structure, day structure.Date) sheet.Row {
	row := sheet.Row{Term: "Disponibilité", Lines: []string{"Non déclarée"}, Tone: part.Muted}
	for _, state := range []structure.AvailabilityState{structure.Available, structure.OnQuote, structure.BookedUp} {
		for _, a := range v.Activities {
			if a.Availability.On(day) == state {
				line := availability(a.Availability, day)
				return sheet.Row{Term: row.Term, Lines: []string{line.Text}, Tone: line.Tone, Note: "Déclarée le " + format.Date(a.Availability.DeclaredOn)}
			}
		}
	}
	return row
}

func availability(a structure.Availability, day structure.Date) part.Answer {
	var from structure.Date
	if a.Until != "" {
		from = a.Until.AddDays(1)
	}
	if line := availabilityLine(a.On(day), from); line.Text != "" {
		return line
	}
	return part.Answer{Text: taxonomy.AvailabilityLabel(""), Tone: part.Muted}
}

// declaredOn says how old a declared availability is, and that it has lapsed.
func declaredOn(a structure.Availability, day structure.Date) string {
	switch {
	case a.State == "" || a.DeclaredOn == "":
		return ""
	case a.On(day) != "":
		return "Déclaré le " + format.ShortDate(a.DeclaredOn)
	}
	return "La dernière déclaration, du " + format.ShortDate(a.DeclaredOn) + ", ne vaut plus"
}

func (s *site) contact(v *structure.Structure) sheet.Contact {
	c := sheet.Contact{Phone: format.Phone(v.Contact.Phone), Dial: format.Dial(v.Contact.Phone), Email: v.Contact.Email}
	city := s.city(v)
	if v.Address.PostalCode != "" {
		city = format.WithoutDistrict(city)
	}
	for _, line := range []string{v.Address.Street, v.Address.Complement, strings.TrimSpace(v.Address.PostalCode + " " + city)} {
		if line != "" {
			c.Street = append(c.Street, format.Text(line))
		}
	}
	if u := v.Contact.Site(); u != nil {
		c.URL, c.Website = u.String(), strings.TrimSuffix(strings.TrimPrefix(u.Host, "www.")+u.Path, "/")
	}
	contactNotes(v, &c)
	return c
}

// contactNotes says who gave each way to reach the structure, once when it is the same.
func contactNotes(v *structure.Structure, c *sheet.Contact) {
	notes := []struct {
		shown bool
		field structure.Field
		note  *string
	}{
		{len(c.Street) > 0, structure.FieldAddress, &c.StreetNote}, {c.Phone != "", structure.FieldPhone, &c.PhoneNote},
		{c.Email != "", structure.FieldEmail, &c.EmailNote}, {c.URL != "", structure.FieldWebsite, &c.URLNote},
	}
	var rows []sheet.Row
	for _, n := range notes {
		if n.shown {
			rows = append(rows, sheet.Row{Note: fromNote(v, n.field)})
		}
	}
	rows, c.Note = onceForAll(rows)
	for _, n := range notes {
		if n.shown {
			*n.note, rows = rows[0].Note, rows[1:]
		}
	}
}

func (s *site) identity(v *structure.Structure, day structure.Date) []sheet.Row {
	var out []sheet.Row
	add := func(term, line string, fields ...structure.Field) {
		if line != "" {
			out = append(out, sheet.Row{Term: term, Lines: []string{line}, Note: fromNote(v, fields...)})
		}
	}
	add("Nom", v.Name, structure.FieldName)
	if g := v.Groupement; g != nil {
		add("Forme", taxonomy.FormName(g.Form).Long)
		add("Mandataire", nameOfMember(g, g.Mandataire))
	}
	if v.TradeName != v.Name {
		add("Enseigne", format.Text(v.TradeName), structure.FieldTradeName)
	}
	add("SIRET", format.SIRET(v.SIRET), structure.FieldSIRET)
	add("FINESS", v.FINESS)
	add("RNA", v.RNA)
	if legal, ok := s.Taxonomy.LegalCategoryLabel(v.LegalCategory); ok {
		add("Forme juridique", format.Text(legal), structure.FieldLegal)
	}
	add("Code APE ("+taxonomy.NAFRev2.Name()+")", s.nafLine(taxonomy.NAFRev2, v.NAF), structure.FieldNAF)
	add("Code APE ("+taxonomy.NAF2025.Name()+")", s.nafLine(taxonomy.NAF2025, v.NAF2025), structure.FieldNAF2025)
	if v.ESS != "" {
		add("Économie sociale et solidaire", taxonomy.ESSName(v.ESS).Long, structure.FieldESS)
	}
	if v.ESUS {
		add("Agrément ESUS", "Entreprise solidaire d’utilité sociale"+esusEnd(v, day), structure.FieldESUS)
	}
	if v.RegieDeQuartier {
		add("Régie de quartier", "Oui", structure.FieldRegie)
	}
	return out
}

// nafLine is a code of activity and its label in its own nomenclature; "" for no code.
func (s *site) nafLine(of taxonomy.Nomenclature, code string) string {
	if label, ok := s.Taxonomy.Label(of, code); ok {
		return code + ", " + format.Text(label)
	}
	return code
}

// esusEnd says until when the ESUS agreement holds, or since when it does not.
func esusEnd(v *structure.Structure, day structure.Date) string {
	switch {
	case v.ESUSEnd == "":
		return ""
	case v.HasESUS(day):
		return ", jusqu’au " + format.ShortDate(v.ESUSEnd)
	}
	return ", terminé le " + format.ShortDate(v.ESUSEnd)
}

func (s *site) activities(v *structure.Structure, day structure.Date) []sheet.Activity {
	var out []sheet.Activity
	zones := s.zoneTeller(v, day)
	for _, a := range v.Activities {
		line := sheet.Activity{
			Derived: a.Derived, Offer: format.Text(a.Offer), Zone: s.zoneLabel(a.Zone, v), Declared: a.Zone.Declared(),
			Availability: availability(a.Availability, day), AvailabilityNote: declaredOn(a.Availability, day),
		}
		if !line.Declared { // behind « Zone »
			line.Zone = "Non déclarée"
		}
		var sectors, modes []string
		for _, code := range a.Sectors {
			sectors = append(sectors, s.sectorLabel(code))
		}
		for _, m := range a.Modes {
			modes = append(modes, taxonomy.ModeName(m).Long)
		}
		for _, code := range a.Characteristics {
			if c, ok := s.Taxonomy.Characteristic(code); ok {
				line.Characteristics = append(line.Characteristics, format.Text(c.Label))
			}
		}
		line.Title, line.Modes = cmp.Or(strings.Join(sectors, titleDot), "Métier non renseigné"), strings.Join(modes, ", ")
		zones.tell(&line, a.Zone)
		out = append(out, line)
	}
	return out
}

// agreementLines lists agreements, those in force first.
func agreementLines(list []structure.Agreement, day structure.Date) []sheet.Agreement {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b structure.Agreement) int {
		return cmp.Compare(notInForce(a, day), notInForce(b, day))
	})
	var out []sheet.Agreement
	for _, a := range sorted {
		out = append(out, sheet.Agreement{
			Kind: string(a.Kind), Name: strings.TrimSuffix(taxonomy.KindName(a.Kind).Long, " ("+string(a.Kind)+")"), Number: a.Number,
			Start: format.ShortDate(a.Start), End: format.ShortDate(a.End),
			State: inForce(a, day), Source: sourceNote(a.Source, a.AsOf),
		})
	}
	return out
}

func notInForce(a structure.Agreement, day structure.Date) int {
	if a.InForce(day) {
		return 0
	}
	return 1
}

// inForce words the validity of an agreement on a day.
func inForce(a structure.Agreement, day structure.Date) part.Answer {
	if a.Stale != "" && a.Stale <= day && (a.End == "" || a.End >= a.Stale) {
		return part.Answer{Text: "N’est plus confirmé depuis le " + format.ShortDate(a.Stale) + " par " + sourceName(a.Source), Tone: part.Warn}
	}
	if a.Aged(day) {
		return part.Answer{Text: "Fin non connue, source de plus d’un an" + format.NNBSP + ": à vérifier", Tone: part.Warn}
	}
	return validity(a.Start, a.End, day)
}

// validity words a period on a day.
func validity(from, to, day structure.Date) part.Answer {
	switch {
	case from != "" && day < from:
		return part.Answer{Text: "Pas encore en vigueur", Tone: part.Muted}
	case to != "" && to < day:
		return part.Answer{Text: "Terminé", Tone: part.Muted}
	case to != "" && to <= day.AddDays(endsSoon):
		return part.Answer{Text: "En vigueur, finit bientôt", Tone: part.Warn}
	case to == "":
		return part.Answer{Text: "En vigueur, fin non connue", Tone: part.Good}
	}
	return part.Answer{Text: "En vigueur", Tone: part.Good}
}

// bases explains each basis, with the agreements that found it.
func (s *site) bases(v *structure.Structure, day structure.Date) []sheet.Basis {
	var out []sheet.Basis
	for _, claim := range s.Rules.Claims(v, day) {
		info := taxonomy.BasisInfo(claim.Basis)
		if n := len(out); n == 0 || out[n-1].Article != string(claim.Basis) {
			out = append(out, sheet.Basis{Article: string(claim.Basis), Title: strings.TrimSuffix(info.Long, " ("+string(claim.Basis)+")"), Text: info.Explain})
		}
		b := &out[len(out)-1]
		switch {
		case claim.ToCheck:
			b.ToCheck = info.ToCheck
		case claim.Agreement.Aged(day) && b.ToCheck == "":
			b.ToCheck = "La source a plus d’un an et ne dit pas quand l’agrément finit."
		}
		by := "Potentiellement éligible d’après "
		if a := claim.Agreement; a.Kind != "" {
			by += "l’agrément " + string(a.Kind) + " (" + sourceNote(a.Source, a.AsOf) + ")"
		} else {
			by += "le statut" + format.NNBSP + ": " + lowerFirst(taxonomy.ESSName(v.ESS).Short) + fromParenthesis(v, structure.FieldESS)
		}
		b.By = append(b.By, by)
	}
	return out
}

func labelLines(v *structure.Structure, day structure.Date) []sheet.Label {
	var out []sheet.Label
	for _, l := range v.Labels {
		criteria := ""
		if slug, ok := l.Granted(); ok {
			criteria = criteriaPath + "/" + slug
		}
		out = append(out, sheet.Label{Name: format.Text(l.Name), URL: criteria, Scope: format.Text(l.Scope), From: format.ShortDate(l.From), To: format.ShortDate(l.To), State: labelState(l, day), Proof: labelProof(v, l)})
	}
	return out
}

// labelProof says who vouches for a label, and when; nobody, when all that is known
// is that it is there.
func labelProof(v *structure.Structure, l structure.Label) string {
	if l.Source == "" {
		o, ok := v.Origins[structure.FieldLabels]
		if !ok {
			return "Sans preuve" + format.NNBSP + ": à demander à la structure"
		}
		l.Source, l.AsOf = o.Source, o.AsOf
	}
	if l.Source == structure.SourceSelf && l.Proof != "" {
		return "Déclaré par " + sourceInText(l.Source, l.AsOf) + format.NNBSP + ": justificatif fourni"
	}
	if l.Source == structure.SourceSelf {
		return "Déclaré par " + sourceInText(l.Source, l.AsOf) + format.NNBSP + ": preuve à demander"
	}
	return sourceNote(l.Source, l.AsOf)
}

// labelState words the validity of a label on a day.
func labelState(l structure.Label, day structure.Date) part.Answer {
	if l.Stale != "" && l.Stale <= day && (l.To == "" || l.To >= l.Stale) {
		return part.Answer{Text: "N’est plus confirmé depuis le " + format.ShortDate(l.Stale) + " par " + sourceName(l.Source), Tone: part.Warn}
	}
	return validity(l.From, l.To, day)
}
