package programme

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Remark is what is said of a cell, or of a line when it names no column.
type Remark struct {
	Line   int
	Column string // "C", "" for the whole line
	Head   string
	Value  string
	Text   string // what is wrong and what to do, or what was understood
	Fault  bool   // the line is not taken for it
}

// draft is a purchase or a contract as some lines of a file say it.
type draft struct {
	lines    []table.Line
	remarks  []Remark
	purchase sourcing.Purchase
	contract sourcing.Contract
	service  string // its name
}

func (d *draft) refused() bool {
	return slices.ContainsFunc(d.remarks, func(r Remark) bool { return r.Fault })
}

// number is the first line.
func (d *draft) number() int { return d.lines[0].N }

// reader reads the lines of a table by what its columns hold.
type reader struct {
	*Service
	kind    table.Kind
	heads   table.Heads
	fields  []table.Field
	columns map[table.Field][]int
	places  map[string]place
	home    territory.Territory // around the organisation: short names mean what is there
}

func (s *Service) newReader(kind table.Kind, heads table.Heads, fields []string) *reader {
	r := &reader{Service: s, kind: kind, heads: heads, columns: map[table.Field][]int{}, places: map[string]place{}}
	for i, f := range fields {
		r.fields = append(r.fields, table.Field(f))
		if f != "" {
			r.columns[table.Field(f)] = append(r.columns[table.Field(f)], i)
		}
	}
	return r
}

// has reports whether a column holds the field.
func (r *reader) has(f table.Field) bool { return len(r.columns[f]) > 0 }

// text is what a line says of a field, columns of several joined.
func (r *reader) text(l table.Line, f table.Field) string {
	var all []string
	for _, i := range r.columns[f] {
		if v := l.Cell(i); v != "" && !sourcing.Unsaid(v) {
			all = append(all, v)
		}
	}
	return strings.Join(all, " ; ")
}

// remark tells something of the cell of a field.
func (r *reader) remark(l table.Line, f table.Field, fault bool, text string) Remark {
	out := Remark{Line: l.N, Text: text, Fault: fault}
	if columns := r.columns[f]; len(columns) > 0 {
		i := columns[0]
		out.Column, out.Value = table.Column(i), l.Cell(i)
		if i < len(r.heads.Names) {
			out.Head = r.heads.Names[i]
		}
	}
	if letters := []rune(out.Value); len(letters) > 80 {
		out.Value = string(letters[:80]) + "…"
	}
	return out
}

// read is what a line says of a field through a parser: its fault is told.
func read[T any](r *reader, d *draft, l table.Line, f table.Field, parse func(string) (T, error)) (value T) {
	text := r.text(l, f)
	if text == "" {
		return value
	}
	value, err := parse(text)
	if err != nil {
		d.remarks = append(d.remarks, r.remark(l, f, true, err.Error()))
	}
	return value
}

// line reads a text of one line.
func (r *reader) line(d *draft, l table.Line, f table.Field, what string, most int) string {
	return read(r, d, l, f, func(text string) (string, error) { return sourcing.Line(what, text, most) })
}

func (r *reader) cpv(d *draft, l table.Line, f table.Field) string {
	c := read(r, d, l, f, sourcing.ParseCPV)
	note := func(text string) { d.remarks = append(d.remarks, r.remark(l, f, false, text)) }
	switch label, known := r.Taxonomy.Label(taxonomy.CPV2008, c.Code); {
	case c.Code == "":
		return ""
	case !known:
		note("Le code " + c.Code + " n’est pas dans la nomenclature CPV : il est laissé de côté.")
		return ""
	case c.Restored:
		note("Le zéro du début manquait : lu " + c.Code + " (" + label + ").")
	default:
		if _, right := r.Taxonomy.Label(taxonomy.CPV2008, c.Code+"-"+c.Check); c.Check != "" && !right {
			note("La clé « -" + c.Check + " » n’est pas celle du code " + c.Code + " (" + label + ") : vérifiez le code.")
		}
	}
	if c.More > 0 {
		note("Plusieurs codes CPV : le premier, " + c.Code + ", est retenu.")
	}
	return c.Code
}

var natures = map[string]sourcing.Nature{"service": sourcing.Services, "prestation": sourcing.Services, "fourniture": sourcing.Supplies, "travaux": sourcing.Works, "travau": sourcing.Works,
	"f": sourcing.Supplies, "s": sourcing.Services, "t": sourcing.Works, "fcs": sourcing.Services, "pi": sourcing.Services, "tic": sourcing.Services, "moe": sourcing.Services}

func (r *reader) nature(d *draft, l table.Line) sourcing.Nature {
	text := r.text(l, table.Nature)
	if text == "" {
		return ""
	}
	for w := range strings.FieldsSeq(territory.Fold(text)) {
		if n, ok := natures[strings.TrimSuffix(w, "s")]; ok {
			return n
		}
	}
	d.remarks = append(d.remarks, r.remark(l, table.Nature, false, "Nature inconnue, laissée vide : attendu services, fournitures ou travaux."))
	return ""
}

func (r *reader) said(d *draft, l table.Line, f table.Field) sourcing.Said {
	text := r.text(l, f)
	switch first, _, _ := strings.Cut(territory.Fold(text), " "); first {
	case "":
		return ""
	case "oui", "o", "x", "yes", "vrai", "true", "1":
		return sourcing.Yes
	case "non", "n", "no", "faux", "false", "0":
		return sourcing.No
	}
	d.remarks = append(d.remarks, r.remark(l, f, false, "Réponse laissée vide : attendu oui ou non."))
	return ""
}

// sectors finds the sectors that words name.
func (r *reader) sectors(d *draft, l table.Line) (codes []string) {
	for _, word := range pieces(r.text(l, table.Sectors)) {
		sector, ok := r.Taxonomy.MatchSector(word)
		if !ok {
			text := "Secteur « " + word + " » inconnu de l’annuaire : laissé de côté, à choisir dans l’achat."
			if near := r.Taxonomy.Search(word, 2); len(near) > 0 {
				text += " Proches : " + near[0].Label + "."
			}
			d.remarks = append(d.remarks, r.remark(l, table.Sectors, false, text))
			continue
		}
		if !slices.Contains(codes, sector.Code) && len(codes) < sourcing.MaxSectors {
			codes = append(codes, sector.Code)
		}
	}
	return codes
}

// pieces cuts a text that lists several things.
func pieces(text string) (out []string) {
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if piece = strings.TrimSpace(piece); piece != "" {
			out = append(out, piece)
		}
	}
	return out
}

// place is what a text says of a place.
type place struct {
	values []string
	text   string // what is unknown of it or was understood, "" for nothing
}

// placesOf finds the places of execution; who repeats a place is answered from memory.
func (r *reader) placesOf(d *draft, l table.Line) (values []string) {
	for _, i := range r.columns[table.Places] {
		text := l.Cell(i)
		if text == "" || sourcing.Unsaid(text) {
			continue
		}
		p, ok := r.places[text]
		if !ok {
			p = r.findPlace(text)
			r.places[text] = p
		}
		for _, v := range p.values {
			if !slices.Contains(values, v) && len(values) < sourcing.MaxPlaces {
				values = append(values, v)
			}
		}
		if p.text != "" {
			d.remarks = append(d.remarks, r.remark(l, table.Places, false, p.text))
		}
	}
	return values
}

// findPlace reads a text as a place, else each of its pieces as one, else what « et »
// and its like join in a piece.
func (r *reader) findPlace(text string) (p place) {
	if r.takePlace(&p, text) {
		return p
	}
	for piece := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(";|,\n", c) }) {
		if piece = strings.TrimSpace(piece); piece == "" || r.takePlace(&p, piece) {
			continue
		}
		for part := range strings.SplitSeq(joins.Replace(piece), "\n") {
			if part = strings.TrimSpace(part); part != "" && !r.takePlace(&p, part) {
				p.say(r.unknownPlace(part))
			}
		}
	}
	return p
}

// joins are what stands between two places in a text.
var joins = strings.NewReplacer(" et ", "\n", " & ", "\n", " / ", "\n", " + ", "\n")

// takePlace adds the place that a text names, and says so of one that is understood.
func (r *reader) takePlace(p *place, text string) bool {
	if v, ok := r.onePlace(text); ok {
		p.values = append(p.values, v)
		return true
	}
	t, ok := r.nearHome(text)
	if ok {
		p.values = append(p.values, t.Value)
		p.say("« " + text + " » est compris comme " + t.Label + ".")
	}
	return ok
}

func (p *place) say(text string) { p.text = strings.TrimSpace(p.text + " " + text) }

func (r *reader) unknownPlace(text string) string {
	said := "Lieu « " + text + " » inconnu, laissé de côté"
	if near := r.Atlas.Search(nearWords(text), r.home, 3); len(near) > 0 {
		said += " : peut-être " + nearest(near)
	}
	return said + "."
}

// nearWords is the longest word of a place that is not known: the one that says most.
func nearWords(piece string) string {
	longest := ""
	for w := range strings.FieldsSeq(territory.Fold(piece)) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	if letters := []rune(longest); len(letters) > 5 {
		longest = string(letters[:5]) // a slip of the keyboard at the end
	}
	return longest
}

func nearest(list []territory.Territory) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.Label
	}
	return strings.Join(names, ", ")
}

// whole are the ways of saying the whole country.
var whole = []string{"france", "france entiere", "national", "toute la france", "territoire national"}

// onePlace reads a value of a territory, a name with or without its postal code, a
// department, a region, an EPCI by its name.
func (r *reader) onePlace(text string) (string, bool) {
	if slices.Contains(whole, territory.Fold(text)) {
		return "FR", true
	}
	if t, err := r.Atlas.Resolve(strings.TrimSpace(text)); err == nil {
		return t.Value, true
	}
	city, postal := splitPostal(text)
	if postal != "" && city == "" {
		if list := r.Atlas.ByPostalCode(postal); len(list) == 1 {
			return list[0].Code, true
		}
	}
	city = articleFirst(city)
	folded := territory.Fold(city)
	if folded == "" {
		return "", false
	}
	if c, ok := r.Atlas.Locate(spelled(city), postal); ok {
		return c.Code, true
	}
	for _, t := range r.Atlas.Search(folded, territory.Territory{}, 10) {
		if strings.HasPrefix(territory.Fold(t.Label)+" ", folded+" ") && t.Kind != territory.KindCommune || territory.Fold(t.Label) == folded {
			return t.Value, true
		}
	}
	return "", false
}

// nearHome finds the only commune around the organisation whose name begins so: « Vitry ».
func (r *reader) nearHome(text string) (found territory.Territory, ok bool) {
	folded := territory.Fold(text)
	if folded == "" || r.home.Value == "" {
		return found, false
	}
	for _, t := range r.Atlas.Search(folded, r.home, 10) {
		if t.Kind != territory.KindCommune || !t.Communes.Within(r.home.Communes) || !strings.HasPrefix(territory.Fold(t.Label)+" ", folded+" ") {
			continue
		}
		if ok {
			return found, false
		}
		found, ok = t, true
	}
	return found, ok
}

// homeOf is the department of an organisation, or what it is of when it is larger.
func (s *Service) homeOf(ctx context.Context, organisation string) (territory.Territory, error) {
	o, err := s.People.Organisations.Get(ctx, organisation)
	if err != nil {
		return territory.Territory{}, err
	}
	t, err := s.Atlas.Resolve(o.Value.Territory)
	if err != nil {
		return territory.Territory{}, nil //nolint:nilerr // it has said none
	}
	for _, value := range s.Atlas.Of(t.Value) {
		if strings.HasPrefix(value, "dep:") {
			return s.Atlas.Resolve(value)
		}
	}
	return t, nil
}

// spelled writes « Vitry/Seine » and « Vitry s/Seine » as their commune does.
func spelled(city string) string {
	return strings.NewReplacer(" s/ ", "-sur-", " s/", "-sur-", "/s ", "-sur-", "/", "-sur-").Replace(city)
}

// articleFirst puts the article of an index before its name: « KREMLIN BICETRE (LE) ».
func articleFirst(city string) string {
	i := strings.LastIndexByte(city, ' ')
	if i > 0 && slices.Contains([]string{"le", "la", "les", "l"}, territory.Fold(city[i+1:])) {
		return city[i+1:] + " " + city[:i]
	}
	return city
}

// splitPostal takes a postal code out of a text.
func splitPostal(text string) (city, postal string) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '(' || r == ')' || r == ',' })
	words = slices.DeleteFunc(words, func(w string) bool {
		if len(w) == 5 && strings.Trim(w, "0123456789") == "" {
			postal = w
			return true
		}
		return false
	})
	return strings.Join(words, " "), postal
}

// siren reads a SIREN, or the one in a SIRET.
func siren(text string) (string, error) {
	if siret, _, err := structure.ParseSIRET(text); err == nil {
		return siret[:9], nil
	}
	if siren, _, err := structure.ParseSIREN(text); err == nil {
		return siren, nil
	}
	return "", account.Fault("« " + text + " » n’est ni un SIREN (9 chiffres) ni un SIRET (14 chiffres) : vérifiez-le.")
}

// count reads how many times something may come.
func count(text string) (int, error) {
	folded := territory.Fold(text)
	if folded == "non" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(folded, " fois"), " reconductions"))
	if err != nil || n < 0 || n > sourcing.MaxRenewals {
		return 0, account.Fault("Le nombre de reconductions « " + text + " » ne se lit pas : écrivez un nombre, 3 par exemple.")
	}
	return n, nil
}

// euros reads the total, else the annual amount over the duration.
func (r *reader) euros(d *draft, l table.Line, months int) int64 {
	euros := read(r, d, l, table.Euros, sourcing.ParseEuros)
	annual := read(r, d, l, table.Annual, func(text string) (int64, error) { return sourcing.ParseEuros(perYear(text)) })
	switch {
	case euros > 0 || annual == 0:
		return euros
	case months == 0:
		d.remarks = append(d.remarks, r.remark(l, table.Annual, false, "Montant annuel sans durée : retenu pour un an, "+sourcing.Money(annual)+"."))
		return annual
	}
	total := annual * int64(months) / 12
	d.remarks = append(d.remarks, r.remark(l, table.Annual, false, fmt.Sprintf("Montant annuel sur %d mois, reconductions comprises : retenu %s.", months, sourcing.Money(total))))
	return total
}

// perYear takes the words away that say what the column says.
func perYear(text string) string {
	return strings.TrimSpace(strings.NewReplacer("/an", "", "/ an", "", "par an", "", "annuels", "", "annuel", "").Replace(strings.ToLower(text)))
}

// duration reads the firm duration and the renewals, which one column may say, or three.
func (r *reader) duration(d *draft, l table.Line) sourcing.Duration {
	out := read(r, d, l, table.Months, sourcing.ParseMonths)
	if out.Months == 0 {
		out = read(r, d, l, table.Years, func(text string) (sourcing.Duration, error) {
			if strings.Trim(text, "0123456789,.") == "" {
				text += " ans"
			}
			return sourcing.ParseMonths(text)
		})
	}
	if text := r.text(l, table.Renewals); text != "" {
		more, err := sourcing.ParseMonths("1 mois renouvelable " + text)
		if n, errCount := count(text); errCount == nil {
			out.Renewals = n
		} else if err == nil {
			out.Renewals, out.RenewalMonths = more.Renewals, more.RenewalMonths
		} else {
			d.remarks = append(d.remarks, r.remark(l, table.Renewals, true, errCount.Error()))
		}
	}
	if each := read(r, d, l, table.RenewalMonths, sourcing.ParseMonths); each.Months > 0 {
		out.RenewalMonths = each.Months
	}
	return out
}

// total is the duration with its renewals.
func total(d sourcing.Duration) int {
	each := d.RenewalMonths
	if each == 0 {
		each = d.Months
	}
	return d.Months + d.Renewals*each
}

// stamp names what a draft says, for the page that shows it.
func stamp(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return derived("stamp", string(text))
}
