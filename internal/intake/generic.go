package intake

import (
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// generic is Sourcier's own table, CSV or XLSX: the columns below by name, in
// any order, whatever the case and the accents, "|" between several values.
var generic = &layout{
	format:    Generic,
	name:      "tableau au format de Sourcier",
	order:     10,
	limit:     input.MaxPlain,
	above:     maxAbove,
	looks:     func(h header) bool { return knownColumns(h) >= 2 && (looksGeneric(h) || genericComplaint(h) == "") },
	complaint: genericComplaint,
	read:      readGeneric,
}

// genericColumns are the names understood.
var genericColumns = []string{
	"siret", "finess", "nom", "enseigne", "type", "taille", "ess", "esus", "secteurs", "modes", "description",
	"adresse", "code_postal", "commune", "code_insee", "latitude", "longitude", "telephone", "courriel", "site_web",
	"labels", "zone", "rayon_km", "effectif", "references",
}

// looksGeneric reports whether most of the columns are ours.
func looksGeneric(h header) bool { return 2*knownColumns(h) >= len(h.names) }

// knownColumns counts the columns that are ours.
func knownColumns(h header) int { return len(genericColumns) - len(h.missing(genericColumns...)) }

// genericReader reads one part.
type genericReader struct {
	session *session
	at      map[string]int
	codes   bool // "effectif" holds codes of INSEE bands, not numbers of people
	row     *input.Row
	line    *line
	draft   *Draft
}

func readGeneric(s *session, p *part) rowFunc {
	r := &genericReader{session: s, at: map[string]int{}}
	for _, name := range genericColumns {
		r.at[name] = p.header.column(name)
	}
	if others := unknownColumns(p.header); len(others) > 0 {
		p.report.Note("colonnes qui ne sont pas du format, laissées de côté : " + quoted(short(others)))
	}
	r.codes = holdsBands(p, r.at["effectif"])
	return func(row *input.Row, l *line) *Draft {
		r.row, r.line, r.draft = row, l, l.newDraft(structure.SourceGeneric)
		if !r.line.siret(r.draft, "siret", r.text("siret")) || !r.line.finess(r.draft, "finess", r.text("finess")) {
			return nil
		}
		r.draft.Creates = r.draft.SIRET != "" || r.draft.FINESS != ""
		r.identity()
		r.types()
		r.place()
		r.contact()
		r.activity()
		return r.draft
	}
}

func (r *genericReader) text(column string) string { return text(r.row, r.at[column]) }

// raw is a value whose line breaks matter.
func (r *genericReader) raw(column string) string { return string(field(r.row, r.at[column])) }

func (r *genericReader) identity() {
	f, l := &r.draft.Facts, r.line
	f.Name = l.bounded("nom", r.text("nom"), maxText)
	f.TradeName = l.bounded("enseigne", r.text("enseigne"), maxText)
	f.Description = l.bounded("description", prose(r.raw("description")), maxProse)
	for _, ref := range list(r.raw("references")) {
		f.References = append(f.References, l.bounded("references", ref, maxText))
	}
	for _, name := range list(r.raw("labels")) {
		if x := r.session.labels.get(l.bounded("labels", name, maxText), taxonomy.LabelNamed); x.Code != "" {
			f.Labels = append(f.Labels, x)
		}
	}
	if s := r.text("effectif"); s != "" {
		band, ok := workforce(s, r.codes)
		if !ok {
			l.ignore("effectif", s, "attendu un nombre de personnes ou une tranche de l’Insee")
		}
		f.Workforce = band
	}
}

// types reads the columns that say what kind of structure it is.
func (r *genericReader) types() {
	f, l := &r.draft.Facts, r.line
	for _, v := range list(r.raw("type")) {
		if kind, ok := taxonomy.KindOf(v); ok {
			r.draft.agreement(kind, "")
		} else if family, ok := taxonomy.ESSOf(v); ok {
			f.ESS = family
		} else if size, ok := taxonomy.SizeOf(v); ok {
			f.Size = size
		} else if territory.Fold(v) == "regie de quartier" {
			f.RegieDeQuartier = true
		} else {
			l.ignore("type", v, "type inconnu : attendu EI, ACI, AI, ETTI, EITI, GEIQ, SEP, EA, EATT, ESAT, une famille de l’ESS (ASSO, COOP, MUT, FOND, SCESS) ou une taille (TPE, PME, ETI, GE)")
		}
	}
	if v := r.text("taille"); v != "" {
		size, ok := taxonomy.SizeOf(v)
		if ok {
			f.Size = size
		} else {
			l.ignore("taille", v, "taille inconnue : attendu TPE, PME, ETI ou GE")
		}
	}
	if f.Size == "" {
		f.Size = structure.SizeOf(f.Workforce, "")
	}
	r.flags()
}

func (r *genericReader) flags() {
	r.ess()
	v := r.text("esus")
	if v == "" {
		return
	}
	yes, known := yesNo(v)
	switch {
	case yes:
		r.draft.Facts.ESUS = true
	case known:
		r.draft.Denied = append(r.draft.Denied, structure.FieldESUS)
	default:
		r.line.ignore("esus", v, "attendu oui ou non")
	}
}

// ess reads a family, or a yes or no beside the column "type".
func (r *genericReader) ess() {
	f, l, v := &r.draft.Facts, r.line, r.text("ess")
	if v == "" {
		return
	}
	if family, ok := taxonomy.ESSOf(v); ok {
		f.ESS = family
		return
	}
	yes, known := yesNo(v)
	switch {
	case !known:
		l.ignore("ess", v, "attendu oui, non, ou une famille : ASSO, COOP, MUT, FOND, SCESS")
	case f.ESS != "": // "type" has said which
	case yes:
		l.ignore("ess", v, "la famille manque : écrire ASSO, COOP, MUT, FOND ou SCESS")
	default:
		r.draft.Denied = append(r.draft.Denied, structure.FieldESS)
	}
}

func (r *genericReader) place() {
	a, l := &r.draft.Facts.Address, r.line
	a.Street = l.bounded("adresse", r.text("adresse"), maxText)
	a.City = l.bounded("commune", r.text("commune"), maxText)
	given := r.text("code_postal")
	if a.PostalCode = postalCode(given); a.PostalCode != given && len(given) == 4 {
		l.repair(RepairZero)
	}
	code := r.text("code_insee")
	if len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		code = "0" + code
		l.repair(RepairZero)
	}
	r.session.locate(a, code)
	if a.Commune == "" && (code != "" || a.City != "" || a.PostalCode != "") {
		l.ignore("commune", strings.TrimSpace(code+" "+a.PostalCode+" "+a.City), "commune introuvable : vérifier le code INSEE, ou le nom et le code postal")
	}
	r.elsewhere(code)
	l.point(a, r.text("latitude"), r.text("longitude"))
}

// elsewhere drops a postal code and a city that contradict the INSEE code, and
// tells. A postal code that no commune has (CEDEX) contradicts nothing.
func (r *genericReader) elsewhere(code string) {
	a, atlas := &r.draft.Facts.Address, r.session.imp.opts.Atlas
	c, ok := atlas.Commune(code)
	owners := atlas.ByPostalCode(a.PostalCode)
	if !ok || len(owners) == 0 || slices.ContainsFunc(owners, func(o territory.Commune) bool { return o.Code == c.Code || o.Parent == c.Code }) {
		return
	}
	r.line.ignore("code_postal", strings.TrimSpace(a.PostalCode+" "+a.City),
		"ce n’est pas un code postal de "+c.Name+", que désigne le code INSEE "+code+" : lieu repris du code INSEE, à vérifier")
	a.PostalCode, a.City = "", c.Name
}

func (r *genericReader) contact() {
	c, l := &r.draft.Facts.Contact, r.line
	c.Phone = l.phone("telephone", r.text("telephone"))
	c.Email = l.email("courriel", r.text("courriel"))
	c.Website = l.website("site_web", r.text("site_web"))
}

// activity makes what a line can describe: one activity for what is declared,
// and one for what the APE codes in the list suggest, marked as derived.
func (r *genericReader) activity() {
	var declared, derived structure.Activity
	r.sectors(&declared, &derived)
	l := r.line
	var modes []structure.Mode
	for _, v := range list(r.raw("modes")) {
		mode, ok := taxonomy.ModeOf(v)
		if !ok {
			l.ignore("modes", v, "mode inconnu : attendu PREST, DISP ou BUILD")
			continue
		}
		modes = append(modes, mode)
	}
	zone := r.zone()
	declared.Zone, derived.Zone = zone, zone
	f := &r.draft.Facts
	switch {
	case len(declared.Sectors) > 0 || len(derived.Sectors) == 0:
		declared.Modes = modes
	default:
		derived.Modes = modes
	}
	if len(declared.Sectors) > 0 || len(declared.Modes) > 0 || len(derived.Sectors) == 0 && zone.Declared() {
		f.Activities = append(f.Activities, declared)
	}
	if len(derived.Sectors) > 0 {
		f.Activities = append(f.Activities, derived)
	}
}

// sectors sorts the list into what is declared and what an APE code suggests.
func (r *genericReader) sectors(declared, derived *structure.Activity) {
	var codes []string
	for _, v := range list(r.raw("secteurs")) {
		to := declared
		if isNAF(v) {
			to, codes = derived, append(codes, bareNAF(v))
		}
		var ok bool
		if to.Sectors, ok = r.session.sector(to.Sectors, v); !ok {
			r.line.ignore("secteurs", v, "secteur inconnu : attendu un code ou un nom de secteur, un code NAF (81.21Z) ou CPV (90911200)")
		}
	}
	if len(codes) == 1 {
		keepNAF(&r.draft.Facts, codes[0])
	}
	derived.Derived = true
	derived.Sectors = slices.DeleteFunc(derived.Sectors, func(c string) bool { return slices.Contains(declared.Sectors, c) })
}

// wholeCountry is how people write FR, folded.
var wholeCountry = []string{"france", "france entiere", "toute la france", "national", "nationale"}

func (r *genericReader) resolve(v string) (territory.Territory, error) {
	if slices.Contains(wholeCountry, territory.Fold(v)) {
		v = "FR"
	}
	return r.session.imp.opts.Atlas.Resolve(v)
}

func (r *genericReader) zone() (z structure.Zone) {
	l := r.line
	for _, v := range list(r.raw("zone")) {
		t, err := r.resolve(v)
		switch {
		case err != nil:
			l.ignore("zone", v, "territoire inconnu : attendu un code INSEE de commune, un département (94), dep:94, reg:11, epci:200058014 ou FR")
		case t.Kind == territory.KindFrance:
			z.France = true
		default:
			z.Territories = append(z.Territories, t.Value)
		}
	}
	if z.France {
		z.Territories = nil
	}
	v := r.text("rayon_km")
	if v == "" {
		return z
	}
	radius, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	switch {
	case err != nil || !(radius > 0 && radius <= structure.MaxRadiusKM):
		l.ignore("rayon_km", v, "attendu un nombre de kilomètres, de 1 à "+strconv.Itoa(structure.MaxRadiusKM))
	case z.Declared():
		l.ignore("rayon_km", v, "la colonne « zone » est remplie aussi : elle seule compte")
	default:
		z.RadiusKM = radius
	}
	return z
}
