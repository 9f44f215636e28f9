package intake

import (
	"context"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// bySIRET attaches a record without FINESS number to the sheet of its SIRET: the
// only one that it may be about, else the only one of those that holds an agreement
// of its kind. Several establishments with FINESS numbers may share a SIRET; a
// record of another kind than theirs is about an establishment of its own.
func (b *batch) bySIRET(ctx context.Context, d *Draft) (match, error) {
	const key = "siret"
	found, err := b.find(ctx, "siret:"+d.SIRET)
	if err != nil || len(found) == 0 {
		return match{key: key}, err
	}
	if one, twin := pair(found); twin != nil {
		return match{work: one, key: key, twin: twin}, nil
	}
	kinds := d.Facts.AllKinds()
	fit := slices.DeleteFunc(slices.Clone(found), func(w *work) bool { return !w.mayBe(kinds) })
	if len(fit) > 1 {
		if same := slices.DeleteFunc(slices.Clone(fit), func(w *work) bool { return !common(kinds, w.doc.Value.AllKinds()) }); len(same) == 1 {
			fit = same
		}
	}
	switch len(fit) {
	case 0:
		return b.beside(d, found, key), nil
	case 1:
		return match{work: fit[0], key: key}, nil
	}
	return match{key: key, several: true, why: several(len(fit)) + " ont ce SIRET : donner le numéro FINESS"}, nil
}

// mayBe reports whether a record of the kinds, without FINESS number, may be about
// the sheet.
func (w *work) mayBe(kinds []structure.Kind) bool {
	return w.doc.Value.FINESS == "" || structure.MayBe(kinds, w.doc.Value.AllKinds())
}

func common(a, b []structure.Kind) bool {
	return slices.ContainsFunc(a, func(k structure.Kind) bool { return slices.Contains(b, k) })
}

// beside answers for a record of which every sheet of its SIRET is another
// establishment. A sheet that has got its FINESS number keeps the id that the SIRET
// gave: then no other can be made by it, and a person must tell.
func (b *batch) beside(d *Draft, found []*work, key string) match {
	id := structure.NewID((&structure.Structure{SIRET: d.SIRET}).Identity())
	if slices.ContainsFunc(found, func(w *work) bool { return w.doc.ID == id }) {
		return match{key: key, why: "ce SIRET est celui d’un établissement d’un autre type (numéro FINESS " + found[0].doc.Value.FINESS + ") : donner le numéro FINESS"}
	}
	return match{key: key}
}

// contradiction says in French why a record that has the name, or the sign, and the
// postal code of a sheet is not taken for it; "" when it is. Many companies share a
// sign, and sisters a name: the agreement that the record gives must be of a family
// that the sheet has, or, when the names differ, one that it has.
func contradiction(d *Draft, s *structure.Structure) string {
	given, held := d.Facts.AllKinds(), s.AllKinds()
	if len(given) == 0 || len(held) == 0 || common(given, held) {
		return ""
	}
	same, by := d.Facts.SameName(s), "l’enseigne"
	if same {
		by = "le nom"
	}
	kin := slices.ContainsFunc(given, func(k structure.Kind) bool {
		return slices.ContainsFunc(held, func(h structure.Kind) bool { return k.Family() == h.Family() })
	})
	if same && kin && structure.MayBe(given, held) {
		return ""
	}
	return "une structure a " + by + " et le code postal de cette ligne, mais pas son type (" + listed(held) + " au lieu de " + listed(given) + ") : donner le SIRET"
}

// listed names kinds, each once.
func listed(kinds []structure.Kind) string {
	var out []string
	for _, k := range kinds {
		if !slices.Contains(out, string(k)) {
			out = append(out, string(k))
		}
	}
	return strings.Join(out, ", ")
}
