package programme

import (
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/territory"
)

// drafts reads the lines of a table, those of one purchase together.
func (r *reader) drafts(t *table.Table) []*draft {
	var out []*draft
	seen := map[string]int{}
	byKey := map[string]*draft{}
	var last *draft
	for _, l := range t.Body(r.heads) {
		d := &draft{lines: []table.Line{l}}
		whole := strings.Join(l.Cells, "\x1f")
		first, twice := seen[whole]
		twice = twice && r.key(l) != "" // a lot of two purchases may read alike
		switch {
		case l.Bad != "":
			d.remarks = append(d.remarks, Remark{Line: l.N, Text: "Ligne illisible : " + l.Bad + ".", Fault: true})
		case r.total(l):
			continue
		case twice:
			if same := byKey[r.key(l)]; same != nil {
				same.remarks = append(same.remarks, Remark{Line: l.N, Text: fmt.Sprintf("Même ligne que la ligne %d : elle compte une fois.", first)})
			}
			continue
		default:
			if seen[whole] = l.N; r.join(d, byKey, last) {
				continue
			}
			last = d
		}
		out = append(out, d)
	}
	for _, d := range out {
		if !d.refused() {
			r.fill(d)
		}
	}
	return out
}

// total reports whether a line only adds up those above it.
func (r *reader) total(l table.Line) bool {
	if r.text(l, table.Object) != "" && !isTotal(r.text(l, table.Object)) {
		return false
	}
	return slices.ContainsFunc(l.Cells, isTotal) && r.text(l, table.LotObject) == ""
}

func isTotal(text string) bool {
	folded := territory.Fold(text)
	return folded == "total" || folded == "total general" || folded == "sous total" || strings.HasPrefix(folded, "total ht")
}

// key names the purchase or the contract of a line: its reference, else its object and
// its service; "" of a line that says neither.
func (r *reader) key(l table.Line) string {
	lot := ""
	if r.kind == table.Contracts {
		lot = "\x1f" + territory.Fold(r.text(l, table.Lot)+" "+r.text(l, table.LotObject)) // a contract is of one lot
	}
	if ref := territory.Fold(r.text(l, table.Reference)); ref != "" {
		return "reference " + ref + lot
	}
	object := territory.Fold(r.text(l, table.Object))
	if object == "" {
		return ""
	}
	key := "objet " + object + "\x1f" + territory.Fold(r.text(l, table.Service))
	if r.kind == table.Contracts {
		key += "\x1f" + territory.Fold(r.text(l, table.Holder)) + "\x1f" + r.text(l, table.Start) + lot
	}
	return key
}

// lotted reports whether a line speaks of a lot.
func (r *reader) lotted(l table.Line) bool {
	return r.kind == table.Purchases && r.text(l, table.Lot)+r.text(l, table.LotObject) != ""
}

// join adds a line of a lot to the purchase that it is of, and refuses a second line of
// what has no lots.
func (r *reader) join(d *draft, byKey map[string]*draft, last *draft) bool {
	l := d.lines[0]
	key := r.key(l)
	if key == "" && r.lotted(l) && last != nil { // the purchase is said on its first line only
		last.lines = append(last.lines, l)
		return true
	}
	known := byKey[key]
	switch {
	case key == "" || known == nil:
		if key != "" {
			byKey[key] = d
		}
		return false
	case r.lotted(l) && (r.lotted(known.lines[0]) || len(known.lines) == 1):
		known.lines = append(known.lines, l)
		return true
	}
	what := "achat"
	if r.kind == table.Contracts {
		what = "marché"
	}
	d.remarks = append(d.remarks, Remark{Line: l.N, Fault: true, Text: fmt.Sprintf("La ligne %d dit autre chose du même %s (même référence, ou même objet) : gardez-en une, ou donnez à chacune sa référence ou son numéro de lot.", known.number(), what)})
	return false
}

// fill reads what the lines of a draft say.
func (r *reader) fill(d *draft) {
	if r.kind == table.Contracts {
		r.fillContract(d)
		return
	}
	p, l := &d.purchase, d.lines[0]
	span := r.duration(d, l)
	*p = sourcing.Purchase{
		Reference: r.line(d, l, table.Reference, "Cette référence", sourcing.MaxObject), Object: r.line(d, l, table.Object, "Cet objet", sourcing.MaxObject),
		Nature: r.nature(d, l), CPV: r.cpv(d, l, table.CPV), Months: span.Months, Renewals: span.Renewals, RenewalMonths: span.RenewalMonths,
		Publication: read(r, d, l, table.Publication, sourcing.ParseDay), Start: read(r, d, l, table.Start, sourcing.ParseDay),
		Places: r.placesOf(d, l), TakeOver: r.said(d, l, table.TakeOver),
		Holder: sourcing.Firm{Name: r.line(d, l, table.Holder, "Ce titulaire", sourcing.MaxObject), SIREN: read(r, d, l, table.SIREN, siren)},
	}
	p.Description = read(r, d, l, table.Description, func(text string) (string, error) {
		return sourcing.Text("Cette description", text, sourcing.MaxText)
	})
	d.service = r.line(d, l, table.Service, "Ce service", sourcing.MaxObject)
	if p.Renewals > 0 && p.RenewalMonths == 0 {
		p.RenewalMonths = p.Months
	}
	r.amounts(d, total(span))
	r.lots(d)
	r.check(d)
}

// lots reads a lot of each line; of a purchase that is not divided the only one.
func (r *reader) lots(d *draft) {
	p := &d.purchase
	for i, l := range d.lines {
		lot := r.lot(d, i, l)
		if lot.Number != "" && slices.ContainsFunc(p.Lots, func(o sourcing.Lot) bool { return o.Number == lot.Number }) {
			d.remarks = append(d.remarks, r.remark(l, table.Lot, true, "Ce numéro de lot est déjà celui d’une autre ligne du même achat."))
		}
		p.Lots = append(p.Lots, lot)
	}
	if len(p.Lots) == 1 && p.Lots[0].Object == p.Object {
		p.Lots[0].Object = ""
	}
}

// lot reads that of a line: the first line says what the purchase does, the next ones
// what is otherwise of their lot.
func (r *reader) lot(d *draft, i int, l table.Line) sourcing.Lot {
	p, id := &d.purchase, fmt.Sprintf("l%d", i+1)
	lot := sourcing.Lot{
		ID: id, Number: r.line(d, l, table.Lot, "Ce numéro de lot", 20), Object: r.line(d, l, table.LotObject, "Cet objet", sourcing.MaxObject),
		CPV: r.cpv(d, l, table.LotCPV), Sectors: r.sectors(d, l), Euros: r.lotEuros(d, l),
	}
	if lot.Object == "" && len(d.lines) > 1 {
		if lot.Object = "Lot " + lot.Number; lot.Number == "" {
			lot.Object = fmt.Sprintf("Lot %d", i+1)
		}
	}
	if i == 0 {
		return lot
	}
	if places := r.placesOf(d, l); !slices.Equal(places, p.Places) {
		lot.Places = places
	}
	if cpv := r.cpv(d, l, table.CPV); cpv != p.CPV && lot.CPV == "" {
		lot.CPV = cpv
	}
	return lot
}

// lotEuros is the amount of the lot of a line: where no column is of the lots, that of the
// line when several lines have one.
func (r *reader) lotEuros(d *draft, l table.Line) int64 {
	switch {
	case r.has(table.LotEuros):
		return read(r, d, l, table.LotEuros, sourcing.ParseEuros)
	case len(d.lines) > 1 && r.ofLots(d):
		return read(r, d, l, table.Euros, sourcing.ParseEuros)
	}
	return 0
}

// ofLots reports whether the amounts of the lines of a purchase are those of its lots.
func (r *reader) ofLots(d *draft) bool {
	n := 0
	for _, l := range d.lines {
		if r.text(l, table.Euros) != "" {
			n++
		}
	}
	return n > 1
}

// amounts reads the amount of the purchase.
func (r *reader) amounts(d *draft, months int) {
	if len(d.lines) > 1 && !r.has(table.LotEuros) && r.ofLots(d) {
		d.remarks = append(d.remarks, r.remark(d.lines[0], table.Euros, false, "Chaque ligne de lot a son montant : celui de l’achat est leur somme."))
		return
	}
	d.purchase.Euros = r.euros(d, d.lines[0], months)
}

// check tells what cannot be stored, at the line of the lot that it is about.
func (r *reader) check(d *draft) {
	ofPurchase := map[string]table.Field{"object": table.Object, "start": table.Start, "euros": table.Euros, "months": table.Months, "places": table.Places, "lots": table.Lot}
	ofLot := map[string]table.Field{"euros": table.LotEuros, "object": table.LotObject, "sectors": table.Sectors}
	if !r.has(table.LotEuros) {
		ofLot["euros"] = table.Euros
	}
	for field, fault := range d.purchase.Check() {
		line, at := d.lines[0], ofPurchase[field]
		var n int
		var name string
		if _, err := fmt.Sscanf(field, "lots.%d.%s", &n, &name); err == nil && n < len(d.lines) {
			line, at = d.lines[n], ofLot[name]
		}
		d.remarks = append(d.remarks, r.remark(line, at, true, string(fault)))
	}
}

// fillContract reads a line as a contract.
func (r *reader) fillContract(d *draft) {
	l := d.lines[0]
	span := r.duration(d, l)
	d.contract = sourcing.Contract{
		Reference: r.line(d, l, table.Reference, "Cette référence", sourcing.MaxObject), Object: r.contractObject(d, l),
		Nature: r.nature(d, l), CPV: r.cpv(d, l, table.CPV), Places: r.placesOf(d, l), TakeOver: r.said(d, l, table.TakeOver),
		Holder:   sourcing.Firm{Name: r.line(d, l, table.Holder, "Ce titulaire", sourcing.MaxObject), SIREN: read(r, d, l, table.SIREN, siren)},
		Start:    read(r, d, l, table.Start, sourcing.ParseDay),
		End:      read(r, d, l, table.End, sourcing.ParseLastDay),
		Renewals: span.Renewals, RenewalMonths: span.RenewalMonths,
	}
	c := &d.contract
	if c.Renewals > 0 && c.RenewalMonths == 0 {
		c.RenewalMonths = span.Months
	}
	if c.End == "" && c.Start != "" && span.Months > 0 {
		c.End = c.Start.AddMonths(span.Months).AddDays(-1)
		d.remarks = append(d.remarks, r.remark(l, table.Months, false, "Fin calculée du début et de la durée : "+frenchDay(c.End)+"."))
	}
	months := total(span)
	if months == 0 && c.Start != "" && c.End != "" {
		months = monthsBetween(c.Start, c.LastDay())
	}
	c.Euros = r.euros(d, l, months)
	d.service = r.line(d, l, table.Service, "Ce service", sourcing.MaxObject)
	at := map[string]table.Field{"object": table.Object, "end": table.End, "euros": table.Euros, "renewals": table.Renewals, "renewal_months": table.RenewalMonths}
	for field, fault := range c.Check() {
		d.remarks = append(d.remarks, r.remark(l, at[field], true, string(fault)))
	}
}

// contractObject is the object with its lot: a contract is of one lot.
func (r *reader) contractObject(d *draft, l table.Line) string {
	object := r.line(d, l, table.Object, "Cet objet", sourcing.MaxObject)
	lot, name := r.text(l, table.Lot), r.text(l, table.LotObject)
	switch {
	case object == "" || lot+name == "":
		return object
	case lot != "" && !strings.HasPrefix(territory.Fold(lot), "lot"):
		lot = "lot " + lot
	}
	if more := strings.Trim(lot+", "+name, ", "); !strings.Contains(territory.Fold(object), territory.Fold(more)) {
		object += " (" + more + ")"
	}
	return object
}
