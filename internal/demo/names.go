package demo

import (
	"strings"

	"sourcier/internal/structure"
)

// nameTries is how many names are drawn before one is made unique by its town.
const nameTries = 12

// newName makes a name that no featured structure has yet.
func (f *draft) newName() string {
	for range nameTries {
		name := f.drawName()
		if f.g.takeName(name) {
			return name
		}
	}
	base := f.drawName() + " " + ofCommune(typo(f.Address.City))
	for n := 1; ; n++ {
		name := base
		if n > 1 {
			name += " " + itoa(n)
		}
		if f.g.takeName(name) {
			return name
		}
	}
}

func (g *generator) takeName(name string) bool {
	if g.names[name] {
		return false
	}
	g.names[name] = true
	return true
}

// drawName follows the customs of each sort of structure.
func (f *draft) drawName() string {
	form := pick(f.d, nameForms[f.nameForm()])
	return fillName(f.d, form, f.tradeName())
}

func (f *draft) nameForm() string {
	p := f.card.profile
	switch {
	case p.regie:
		return "regie"
	case p.code == "aci-ai" || p.code == "regie-aci":
		return "aci"
	case p.code == "ea-eatt":
		return "ea"
	case p.code == "ei-etti":
		return "ei"
	case p.code == "ge":
		return "eti"
	}
	if f.ESS == structure.COOP && p.code == "ei" {
		return "coop"
	}
	return p.code
}

// tradeName is what the trade is called in a name; those who send people out
// in several trades name none, but a GEIQ is that of a branch.
func (f *draft) tradeName() string {
	if f.card.profile.many && f.card.profile.fits != "GEIQ" {
		return pick(f.d, []string{"Services", "Emploi", "Compétences"})
	}
	return pick(f.d, f.g.plan.packs[f.card.sector.Code].names)
}

// shortName is the name as sentences use it, in the singular and with the
// article of a common noun: « l’ESAT du Saule ». A plural name gives way to what
// the structure is.
func (f *draft) shortName() string {
	name := f.bareName()
	first, _, _ := strings.Cut(name, " ")
	if article, ok := nameArticles[first]; ok {
		return article + name
	}
	if pluralNames[first] {
		return structureNouns[f.nameForm()]
	}
	return name
}

// bareName is the name without what follows a dash.
func (f *draft) bareName() string {
	name, _, _ := strings.Cut(f.Name, " – ")
	return name
}

// nameArticles goes before names that begin with a common noun.
var nameArticles = map[string]string{
	"ESAT": "l’", "EA": "l’", "Entreprise": "l’", "Régie": "la ", "Atelier": "l’", "Association": "l’", "Fondation": "la ", "Mutuelle": "la ",
	"Union": "l’", "Coopérative": "la ", "Chantier": "le ", "GEIQ": "le ", "SCOP": "la ", "Relais": "le ", "Entraide": "l’", "Groupe": "le ",
	"Société": "la ", "Maison": "la ",
}

var pluralNames = map[string]bool{"Les": true, "Ateliers": true, "Établissements": true}

// structureNouns stand for a plural name, by name form.
var structureNouns = map[string]string{
	"esat": "l’ESAT", "ea": "l’entreprise adaptée", "aci": "l’association", "sep": "l’atelier", "tpe": "l’entreprise", "pme": "l’entreprise", "ei": "l’entreprise",
}

// fillName fills the slots of a form: {lieu} of the Peupliers, {marque} a coined
// name, {patronyme} a surname, {métier} the trade.
func fillName(d dice, form, trade string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		var slot string
		slot, form, _ = strings.Cut(rest, "}")
		switch slot {
		case "lieu":
			b.WriteString(pick(d, nameNouns).with(d))
		case "marque":
			b.WriteString(coined(d))
		case "patronyme":
			b.WriteString(pick(d, surnames))
		case "prénom":
			b.WriteString(pick(d, firstNames))
		case "métier":
			b.WriteString(trade)
		}
	}
}

// nameForms are by profile code. Places, brands and surnames are drawn from
// lists of ordinary or coined words; none is meant to name anyone.
var nameForms = map[string][]string{
	"esat": {
		"ESAT {lieu}", "ESAT {lieu}", "ESAT Les Ateliers {lieu}", "Les Ateliers {lieu} – ESAT", "ESAT {marque}", "Ateliers {marque} – ESAT",
	},
	"ea": {
		"{marque} Entreprise adaptée", "EA {marque}", "{marque} {métier} – entreprise adaptée", "Ateliers adaptés {lieu}", "{marque} {métier} EA",
		"Entreprise adaptée {lieu}",
	},
	"eatt":  {"{marque} Intérim adapté", "{marque} Tremplin Intérim", "{marque} Travail temporaire adapté"},
	"ei":    {"{marque} {métier}", "{marque} Insertion", "{métier} {lieu}", "{marque} {métier} Insertion", "L’Entreprise {lieu}"},
	"aci":   {"Chantier {lieu}", "Les Ateliers {lieu}", "Atelier {métier} {lieu}", "Association {marque}", "{marque} {métier} Solidaire", "Les Compagnons {lieu}"},
	"ai":    {"{marque} Services", "Entraide {lieu}", "Association intermédiaire {lieu}", "Relais {lieu} Emploi", "{marque} Coup de main"},
	"etti":  {"{marque} Intérim", "{marque} Intérim Solidaire", "{marque} Travail temporaire", "Intérim {lieu}"},
	"eiti":  {"{marque} Indépendants", "La Plateforme {lieu}", "{marque} Pro – indépendants"},
	"geiq":  {"GEIQ {métier} {marque}", "GEIQ {marque}", "GEIQ {lieu}"},
	"sep":   {"Ateliers pénitentiaires {lieu}", "{marque} – atelier en détention", "Atelier {métier} {lieu} – production pénitentiaire"},
	"regie": {"Régie de quartier {lieu}", "Régie de quartier {lieu}", "Régie {lieu}", "Régie des quartiers {lieu}"},
	"asso":  {"Association {lieu}", "{marque}", "{marque} Solidaire", "Le Collectif {lieu}", "{métier} {lieu}", "La Fabrique {lieu}"},
	"coop":  {"{marque} SCOP", "Coopérative {lieu}", "{marque} {métier} SCOP", "{marque} Coopérative", "La Coop {lieu}", "SCOP {patronyme} & associés"},
	"scess": {"{marque}", "{marque} {métier}", "{marque} Engagé", "Maison {marque}"},
	"fond":  {"Fondation {patronyme}-{patronyme}", "Fondation {lieu}", "Fondation {patronyme}"},
	"mut":   {"Mutuelle {lieu}", "{marque} Mutuelle", "Union mutualiste {lieu}"},
	"tpe": {
		"{patronyme} {métier}", "{patronyme} {métier}", "{marque} {métier}", "Établissements {patronyme}", "{patronyme} & Fils",
		"Atelier {patronyme}", "{prénom} {patronyme} {métier}", "Maison {patronyme}", "{marque}",
	},
	"pme": {
		"{patronyme} {métier}", "{marque} {métier}", "{marque} {métier}", "Établissements {patronyme}", "{patronyme} Frères", "Société {patronyme} {métier}",
		"{patronyme} {patronyme} {métier}", "{marque}",
	},
	"eti": {"Groupe {marque}", "{marque} France {métier}", "{marque} {métier}", "Groupe {patronyme}", "{patronyme} {métier} Île-de-France"},
	"plain": {
		"{patronyme} {métier}", "{patronyme} {métier}", "{marque} {métier}", "Établissements {patronyme}", "{patronyme} & Fils", "SARL {patronyme}",
		"{patronyme} {patronyme}", "{marque}", "{patronyme} Frères", "Atelier {patronyme}", "Entreprise {patronyme}", "{métier} {patronyme}",
		"{marque} Services", "Maison {patronyme}", "{prénom} {patronyme} {métier}", "{marque} & Co", "Société {patronyme}",
	},
}

// noun is a word that a place or a workshop may be called after.
type noun struct {
	word     string // with its article, as after "Les Ateliers": "du Saule"
	feminine bool
	plural   bool
}

// with adds an adjective now and then.
func (n noun) with(d dice) string {
	if d.chance(0.3) {
		return n.word
	}
	list := adjectives
	a := pick(d, list)
	form := a[0]
	if n.feminine {
		form = a[1]
	}
	if n.plural && !strings.HasSuffix(form, "x") && !strings.Contains(form, "’") {
		form += "s"
	}
	return n.word + "-" + form
}
