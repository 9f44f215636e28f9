package intake

import (
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Three tables of ESAT that networks give to whom they work with. They share
// columns, and each has its own way to say the trades.
var (
	gesatList = &layout{
		format: Gesat,
		name:   "liste d’ESAT du Réseau Gesat",
		order:  15,
		limit:  input.MaxPlain,
		looks: func(h header) bool {
			return h.has("Raison Sociale", "Siret", "Pôles de compétences", "Domaine 1")
		},
		read: readGesat,
	}
	esatList = &layout{
		format: Gesat,
		name:   "liste d’ESAT et d’EA",
		order:  15,
		limit:  input.MaxPlain,
		looks: func(h header) bool {
			return h.has("Raison sociale", "Siret", "Type de structure", "Métiers proposés")
		},
		read: readGesat,
	}
	hosmozList = &layout{
		format: Gesat,
		name:   "liste du réseau Hosmoz",
		order:  15,
		limit:  input.MaxPlain,
		looks: func(h header) bool {
			return h.has("Raison Sociale", "Siret", "Adhérent Hosmoz")
		},
		read: readGesat,
	}
)

// gesatReader reads one of them. The number of disabled workers is no workforce:
// those of an ESAT are not employees, and it is not read.
type gesatReader struct {
	session                                     *session
	siret, second, kind                         int
	name, street, complement, post, city        int
	phone, email, site, updated, skills, trades int
	fields                                      []int // of activity
	names                                       []string
	always                                      bool // all of them are ESAT
}

func readGesat(s *session, p *part) rowFunc {
	h := p.header
	r := &gesatReader{session: s, names: h.names, always: h.has("Domaine 1"),
		siret: h.column("Siret"), second: h.column("Siret 2"), kind: anyColumn(h, "Type de structure", "Catégorie"),
		name: h.column("Raison sociale"), street: h.column("Adresse"), complement: h.column("Lieudit/BP"),
		post: h.column("Code Postal"), city: h.column("Ville"),
		phone: anyColumn(h, "Tel", "Téléphone", "Tel public"), email: anyColumn(h, "Email", "Adresse e-mail"), site: h.column("URL"),
		updated: anyColumn(h, "Denière date de MAJ", "Dernière date de MAJ"), // the first is how they write it
		skills:  h.column("Pôles de compétences"), trades: h.column("Métiers proposés"),
	}
	for i, n := range h.names {
		if strings.HasPrefix(territory.Fold(n), "domaine ") {
			r.fields = append(r.fields, i)
		}
	}
	return r.read
}

// anyColumn gives the place of the first of the names that is there.
func anyColumn(h header, names ...string) int {
	for _, n := range names {
		if at := h.column(n); at >= 0 {
			return at
		}
	}
	return -1
}

func (r *gesatReader) read(row *input.Row, l *line) *Draft {
	d := l.newDraft(structure.SourceGesat)
	if day := l.part.calendar(text(row, r.updated)); day != "" {
		d.dated(r.session.day(string(day)))
	}
	number, second := text(row, r.siret), text(row, r.second)
	if number == "" {
		number, second = second, ""
	}
	if !l.siret(d, "Siret", number) {
		return nil
	}
	if second != "" {
		l.ignore("Siret 2", second, "un seul SIRET par fiche : donner l’autre établissement sur une ligne à part")
	}
	r.agreement(row, l, d)
	d.Creates = d.SIRET != "" && len(d.Facts.Agreements) > 0 // else it may be anything
	f := &d.Facts
	f.Name = l.bounded("Raison sociale", text(row, r.name), maxText)
	f.Address = structure.Address{Street: text(row, r.street), Complement: text(row, r.complement), PostalCode: postalCode(text(row, r.post)), City: text(row, r.city)}
	r.session.locate(&f.Address, "")
	f.Contact = structure.Contact{
		Phone: l.phone("Tel", text(row, r.phone)), Email: l.email("Email", text(row, r.email)), Website: l.website("URL", text(row, r.site)),
	}
	r.activity(row, l, d)
	return d
}

// agreement reads the kind. A line without one says nothing of it, but in the list
// of Gesat, whose columns count the places of an ESAT.
func (r *gesatReader) agreement(row *input.Row, l *line, d *Draft) {
	value := text(row, r.kind)
	kind, ok := taxonomy.KindOf(value)
	switch {
	case ok:
		d.agreement(kind, "")
	case value != "":
		l.ignore("Type de structure", value, "type de structure inconnu : attendu ESAT, EA ou EATT")
	case r.always:
		d.agreement(structure.ESAT, "")
	}
}

// activity reads the fields, as sectors where the directory knows them, and keeps
// what the list says in its own words.
func (r *gesatReader) activity(row *input.Row, l *line, d *Draft) {
	var a structure.Activity
	for _, c := range r.fields {
		value := text(row, c)
		if value == "" {
			continue
		}
		var ok bool
		if a.Sectors, ok = r.session.sector(a.Sectors, value); !ok {
			l.ignore(r.names[c], value, "domaine sans équivalent dans l’annuaire")
		}
	}
	said := text(row, r.trades)
	for _, one := range strings.FieldsFunc(said, func(c rune) bool { return strings.ContainsRune(",;/•", c) }) {
		a.Sectors, _ = r.session.sector(a.Sectors, clean(one)) // what is not one stays in the offer
	}
	a.Offer = l.bounded("Pôles de compétences", firstOf(text(row, r.skills), said), maxProse)
	if len(a.Sectors) > 0 || a.Offer != "" {
		d.Facts.Activities = []structure.Activity{a}
	}
}
