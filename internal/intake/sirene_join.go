package intake

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// join makes the drafts, part by part.
func (j *sireneJob) join(ctx context.Context) error {
	for n := range j.kept.files {
		units, err := j.unitsOf(n)
		if err != nil {
			return err
		}
		var list []setAside
		err = j.kept.each(n, func(r setAside) error {
			list = append(list, r)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		j.kept.drop(n)
		j.names.drop(n)
		if err := j.drafts(ctx, list, units); err != nil {
			return err
		}
	}
	return nil
}

// unitsOf reads the legal units of one part; of two lines about one unit the
// later treated counts.
func (j *sireneJob) unitsOf(n int) (map[string]setAside, error) {
	units := map[string]setAside{}
	err := j.names.each(n, func(r setAside) error {
		siren := string(r.fields[unitSIREN])
		if old, twice := units[siren]; !twice || laterTreated(r, old, unitUpdated) {
			units[siren] = r
		}
		return nil
	})
	return units, err
}

func laterTreated(a, b setAside, column int) bool {
	return cmp.Or(cmp.Compare(string(a.fields[column]), string(b.fields[column])),
		cmp.Compare(a.source, b.source), cmp.Compare(a.line, b.line)) > 0
}

// drafts hands on the establishments of one part, in the order of their SIRET
// so that the order of the lines does not matter.
func (j *sireneJob) drafts(ctx context.Context, list []setAside, units map[string]setAside) error {
	slices.SortFunc(list, func(a, b setAside) int {
		if c := cmp.Compare(string(a.fields[etabSIRET]), string(b.fields[etabSIRET])); c != 0 {
			return c
		}
		return weigh(laterTreated(a, b, etabUpdated)) - weigh(laterTreated(b, a, etabUpdated))
	})
	l := &line{session: j.session}
	for i, r := range list {
		l.part, l.number, l.settled = j.establishments[r.source], r.line, false
		j.session.meter.joined(r)
		if i+1 < len(list) && string(list[i+1].fields[etabSIRET]) == string(r.fields[etabSIRET]) {
			l.reject("siret", string(r.fields[etabSIRET]), "SIRET présent deux fois : la ligne traitée le plus récemment par l’Insee est gardée")
			continue
		}
		unit, known := units[string(r.fields[etabSIRET][:9])]
		if err := j.session.take(ctx, j.draft(l, r, unit, known)); err != nil {
			return err
		}
	}
	return nil
}

// draft makes what an establishment and its legal unit say.
func (j *sireneJob) draft(l *line, r, u setAside, known bool) *Draft {
	d := l.newDraft(structure.SourceSIRENE)
	// The register names each establishment once: no place in a file is kept.
	d.Origin.File, d.Origin.Line = "", 0
	d.SIRET = string(r.fields[etabSIRET])
	d.Facts.SIRET = d.SIRET
	treated := r.text(etabUpdated)
	if known {
		treated = max(treated, u.text(unitUpdated))
	}
	d.dated(j.session.day(treated))
	if hidden(r.fields[etabStatus]) || known && hidden(u.fields[unitStatus]) {
		d.Withdrawn, d.Creates, d.Unknown = true, false, SkipNotDiffused
		return d
	}
	if isClosed(r.fields[etabState]) || known && isClosed(u.fields[unitState]) {
		d.Facts.Closed = true
		d.Creates, d.Unknown = false, SkipClosed
		return d
	}
	if !j.sold(r.fields[etabNAF], r.fields[etabNomenclature]) {
		// It says no more than that, and makes no sheet.
		d.Facts.NAF = bareNAF(r.text(etabNAF))
		d.Creates, d.Unknown, d.Denied = false, SkipUnmapped, []structure.Field{structure.FieldClosed}
		return d
	}
	if !known {
		l.reject("siren", d.SIRET[:9], "unité légale absente de StockUniteLegale : les deux fichiers doivent être du même mois")
		return nil
	}
	d.Denied = []structure.Field{structure.FieldClosed} // open, whatever an older file said
	if d.Facts.Name, d.Facts.TradeName = sireneNames(r, u); d.Facts.Name == "" {
		l.reject("denominationUniteLegale", "", "unité légale sans nom ni enseigne")
		return nil
	}
	j.describe(&d.Facts, r, u)
	j.address(&d.Facts.Address, r)
	return d
}

func (r setAside) text(column int) string { return clean(string(r.fields[column])) }

// sireneNames gives the name and the trade name. A sole trader is shown by the
// sign of the establishment when there is one, rather than by the person's name.
func sireneNames(r, u setAside) (name, trade string) {
	sign := firstOf(r.text(etabSign1), r.text(etabUsualName), r.text(etabSign2), r.text(etabSign3))
	usual := firstOf(u.text(unitUsual1), u.text(unitUsual2), u.text(unitUsual3))
	person := strings.TrimSpace(firstOf(u.text(unitFirstName), u.text(unitFirstName1)) + " " + firstOf(u.text(unitUsedName), u.text(unitLastName)))
	name = firstOf(u.text(unitName), usual, sign, person)
	trade = firstOf(sign, usual)
	if territory.Fold(trade) == territory.Fold(name) {
		trade = ""
	}
	return name, trade
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// describe derives what the register implies.
func (j *sireneJob) describe(f *structure.Structure, r, u setAside) {
	f.NAF = bareNAF(r.text(etabNAF))
	if code := bareNAF(r.text(etabNAF2025)); code != "" {
		if _, known := j.session.imp.opts.Taxonomy.Label(taxonomy.NAF2025, code); known {
			f.NAF2025 = code
		}
	}
	f.Activities = j.session.derived(f.NAF)
	f.LegalCategory = u.text(unitCategory)
	f.ESS = j.session.essOf(f.LegalCategory, u.text(unitESS) == "O")
	// The size is that of the enterprise (décret 2008-1354), so is the band behind it.
	band := structure.Workforce(firstOf(u.text(unitWorkforce), r.text(etabWorkforce)))
	if slices.Contains(structure.Workforces, band) {
		f.Workforce = band
	}
	f.Size = structure.SizeOf(f.Workforce, u.text(unitSize))
}

// essOf is the family of the ESS that a legal category belongs to, or that of a
// commercial company of which the register says that it is of the ESS.
func (s *session) essOf(category string, said bool) structure.ESS {
	family := structure.ESS(s.imp.opts.Taxonomy.ESSOfLegalCategory(category))
	if family == "" && said && strings.HasPrefix(category, "5") {
		return structure.SCESS
	}
	return family
}

func bareNAF(code string) string { return strings.ToUpper(strings.ReplaceAll(code, ".", "")) }

func (j *sireneJob) address(a *structure.Address, r setAside) {
	a.Street = strings.Join(strings.Fields(strings.Join([]string{
		r.text(etabNumber), r.text(etabRepetition), r.text(etabStreetType), r.text(etabStreetName)}, " ")), " ")
	a.Complement = firstOf(r.text(etabComplement), r.text(etabSpecial))
	a.PostalCode, a.City = postalCode(r.text(etabPostalCode)), r.text(etabCity)
	j.session.locate(a, r.text(etabCommune))
	j.lambert(a, r.text(etabX), r.text(etabY))
}

// lambert takes the position of a mainland establishment; the overseas
// departments have projections of their own, and their establishments stand at
// the reference point of their commune.
func (j *sireneJob) lambert(a *structure.Address, x, y string) {
	if x == "" || y == "" || strings.HasPrefix(a.Commune, "97") || strings.HasPrefix(a.Commune, "98") {
		return
	}
	east, errX := strconv.ParseFloat(x, 64)
	north, errY := strconv.ParseFloat(y, 64)
	if errX != nil || errY != nil {
		return
	}
	lat, lon, err := territory.FromLambert93(east, north)
	if err != nil || j.session.misplaced(a.Commune, lat, lon) != "" {
		return
	}
	a.Point = structure.Point{Lat: round6(lat), Lon: round6(lon), Precision: structure.PrecisionExact}
}

// round6 keeps a tenth of a metre.
func round6(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 6, 64), 64)
	return v
}

func weigh(better bool) int {
	if better {
		return 1
	}
	return 0
}
