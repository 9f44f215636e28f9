package table

import (
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
	"sourcier/internal/territory"
)

// Kind is what the lines of a file are.
type Kind string

// Kinds.
const (
	Purchases Kind = "achats"
	Contracts Kind = "marches"
	Guests    Kind = "invites" // of an event
)

// Field is what a column can hold.
type Field string

// Fields; of contracts and of purchases alike where they mean the same.
const (
	Reference     Field = "reference"
	Object        Field = "objet"
	Description   Field = "description"
	Nature        Field = "nature"
	CPV           Field = "cpv"
	Sectors       Field = "secteurs"
	Euros         Field = "montant"
	Annual        Field = "montant-annuel"
	Months        Field = "duree"
	Years         Field = "duree-ans"
	Renewals      Field = "reconductions"
	RenewalMonths Field = "duree-reconduction"
	Places        Field = "lieux"
	Publication   Field = "publication"
	Start         Field = "debut"
	End           Field = "fin"
	Holder        Field = "titulaire"
	SIREN         Field = "siren"
	TakeOver      Field = "reprise"
	Service       Field = "service"
	Lot           Field = "lot"
	LotObject     Field = "lot-objet"
	LotEuros      Field = "lot-montant"
	LotCPV        Field = "lot-cpv"
	GuestEmail    Field = "courriel"
	GuestName     Field = "nom"
	GuestFirst    Field = "prenom"
	GuestBody     Field = "organisme"
	GuestJob      Field = "fonction"
	GuestPhone    Field = "telephone"
	GuestSIREN    Field = "siren-invite"
	GuestRole     Field = "role"
)

// Several reports whether more than one column may hold the field.
func (f Field) Several() bool {
	return f == Places || f == Sectors || f == Description
}

// known is a field with the heads seen in the field, folded: every word of one of them is in
// the head. The pattern of the most words wins.
type known struct {
	field Field
	label string
	kinds []Kind
	heads []string
}

var (
	both      = []Kind{Purchases, Contracts}
	purchases = []Kind{Purchases}
	contracts = []Kind{Contracts}
	guests    = []Kind{Guests}
)

var fields = []known{
	{Reference, "Référence", both, []string{"reference", "ref", "numero", "n", "no", "num", "identifiant", "id", "numero marche", "n marche", "numero achat", "code achat", "code marche", "reference marche", "numero projet", "n projet"}},
	{Object, "Objet", both, []string{"objet", "intitule", "titre", "libelle", "projet", "designation", "besoin", "marche", "achat", "objet marche", "intitule marche", "titre projet", "nom projet", "libelle marche", "objet achat", "objet consultation", "intitule projet"}},
	{Description, "Description", purchases, []string{"description", "commentaire", "detail", "observation", "precision", "remarque"}},
	{Nature, "Nature (services, fournitures, travaux)", both, []string{"nature", "type", "type achat", "type marche", "nature marche", "nature achat", "type prestation", "nature prestation", "type besoin"}},
	{CPV, "Code CPV", both, []string{"cpv", "code cpv"}},
	{Sectors, "Secteur d’activité", purchases, []string{"secteur", "categorie", "famille", "segment", "domaine", "secteur activite", "famille achat", "categorie achat"}},
	{Euros, "Montant total HT", both, []string{"montant", "budget", "depense", "estimation", "montant ht", "montant total", "montant total ht", "budget previsionnel", "montant maximum", "montant max", "montant estime", "cout", "prix", "valeur"}},
	{Annual, "Montant annuel HT", both, []string{"annuel", "montant annuel", "montant annuel ht", "budget annuel", "estimation annuelle", "depense annuelle", "montant an", "montant par an", "cout annuel", "annuelle"}},
	{Months, "Durée (en mois, ou « 4 ans »)", both, []string{"duree", "duree marche", "duree mois", "nombre mois", "duree ferme", "duree initiale"}},
	{Years, "Durée en années", both, []string{"duree an", "duree annee", "nombre annee", "nombre an"}},
	{Renewals, "Nombre de reconductions", both, []string{"reconduction", "renouvellement", "reconductible", "renouvelable", "nombre reconduction", "nb reconduction", "nombre renouvellement"}},
	{RenewalMonths, "Durée d’une reconduction (en mois)", both, []string{"duree reconduction", "duree renouvellement", "duree mois reconduction"}},
	{Places, "Lieu d’exécution", both, []string{"lieu", "lieu execution", "perimetre", "zone geographique", "localisation", "collectivite", "commune", "ville", "departement", "region", "site", "territoire", "perimetre geographique", "zone"}},
	{Publication, "Publication prévue", purchases, []string{"publication", "date publication", "lancement", "date lancement", "consultation", "date consultation", "lancement consultation", "date lancement consultation", "trimestre lancement", "trimestre publication", "date previsionnelle", "aapc", "publication avis"}},
	{Start, "Début d’exécution", both, []string{"debut", "date debut", "demarrage", "date demarrage", "debut execution", "date debut execution", "date debut marche", "date effet", "notification", "date notification", "debut marche"}},
	{End, "Fin de la durée ferme", contracts, []string{"fin", "date fin", "echeance", "date echeance", "terme", "fin marche", "date fin marche", "date fin ferme"}},
	{Holder, "Titulaire", both, []string{"titulaire", "titulaire actuel", "prestataire", "fournisseur", "attributaire", "entreprise", "prestataire actuel", "titulaire sortant", "nom titulaire"}},
	{SIREN, "SIREN ou SIRET du titulaire", both, []string{"siren", "siret", "siret titulaire", "siren titulaire", "n siret", "numero siret", "siret fournisseur"}},
	{TakeOver, "Reprise du personnel", both, []string{"reprise", "reprise personnel", "personnel reprendre", "annexe 7"}},
	{Service, "Service", both, []string{"service", "direction", "pole", "service prescripteur", "direction prescriptrice", "service gestionnaire", "service demandeur", "prescripteur", "service acheteur", "direction service"}},
	{Lot, "Numéro de lot", both, []string{"lot", "n lot", "numero lot", "no lot", "num lot"}},
	{LotObject, "Objet du lot", both, []string{"objet lot", "intitule lot", "libelle lot", "designation lot", "nom lot", "titre lot"}},
	{LotEuros, "Montant du lot HT", purchases, []string{"montant lot", "estimation lot", "budget lot", "montant ht lot", "montant estime lot", "montant maximum lot"}},
	{LotCPV, "Code CPV du lot", purchases, []string{"cpv lot", "code cpv lot"}},
	{GuestEmail, "Adresse électronique", guests, []string{"email", "e mail", "mail", "mel", "courriel", "adresse mail", "adresse email", "adresse electronique", "adresse courriel", "mail pro", "email professionnel"}},
	{GuestName, "Nom", guests, []string{"nom", "nom prenom", "prenom nom", "nom famille", "nom contact", "contact", "invite", "participant", "personne"}},
	{GuestFirst, "Prénom", guests, []string{"prenom"}},
	{GuestBody, "Organisme", guests, []string{"organisme", "organisation", "structure", "entreprise", "societe", "raison sociale", "service", "direction", "etablissement", "collectivite", "association", "nom structure", "nom entreprise"}},
	{GuestJob, "Fonction", guests, []string{"fonction", "poste", "titre", "qualite", "metier"}},
	{GuestPhone, "Téléphone", guests, []string{"telephone", "tel", "portable", "mobile", "numero telephone", "n telephone"}},
	{GuestSIREN, "SIREN ou SIRET", guests, []string{"siren", "siret", "n siret", "numero siret", "n siren"}},
	{GuestRole, "Vient comme", guests, []string{"role", "profil", "type", "categorie", "public", "vient comme", "statut"}},
}

// Fields are those of a kind, in the order in which they are offered.
func Fields(k Kind) (out []Field) {
	for _, f := range fields {
		if slices.Contains(f.kinds, k) {
			out = append(out, f.field)
		}
	}
	return out
}

// Label is the field as people read it, in French.
func (f Field) Label() string {
	i := slices.IndexFunc(fields, func(k known) bool { return k.field == f })
	if i < 0 {
		return ""
	}
	return fields[i].label
}

// Guess is the field that a head means, "" when none is known.
func Guess(k Kind, head string) Field {
	words, own := headWords(head), headWords(lowest(head))
	best, most := Field(""), 0
	for _, f := range fields {
		if !slices.Contains(f.kinds, k) {
			continue
		}
		for _, pattern := range f.heads {
			if n := matches(words, own, pattern); n > most {
				best, most = f.field, n
			}
		}
	}
	return best
}

// storey stands between a head that lies over several columns and the one below it.
const storey = " › "

// common are words of many heads, of which they say least: « Titulaire du marché ».
var common = []string{"marche", "achat", "projet", "besoin"}

// lowest is what a head says below the one that lies over several columns.
func lowest(head string) string {
	if _, below, ok := strings.Cut(head, storey); ok {
		return below
	}
	return head
}

// headStops say nothing of a column.
var headStops = []string{"de", "du", "des", "la", "le", "les", "l", "d", "en", "et", "ou", "a", "au", "aux", "estimee", "prevue", "previsionnel", "previsionnelle", "eur", "euro", "hors", "taxe", "taxes"}

// headWords are the words of a head, folded, in the singular.
func headWords(head string) []string {
	words := strings.Fields(territory.Fold(strings.ReplaceAll(head, "N°", "N ")))
	kept := words[:0:0]
	for _, w := range words {
		if !slices.Contains(headStops, w) {
			kept = append(kept, singular(w))
		}
	}
	return kept
}

func singular(w string) string {
	if len(w) > 3 && strings.HasSuffix(w, "s") && w != "acces" {
		return w[:len(w)-1]
	}
	return w
}

// matches tells how well a pattern fits: not at all when one of its words is missing or
// none is own, the words of the lowest storey; better with each word that it explains,
// best when it is all that the head says.
func matches(words, own []string, pattern string) int {
	n, ofOwn, all := 0, 0, strings.Fields(pattern)
	for _, w := range all {
		if !slices.Contains(words, w) {
			return 0
		}
		if slices.Contains(own, w) {
			ofOwn++
		}
		if n += 10; slices.Contains(common, w) {
			n -= 9
		}
	}
	if len(words) > 6 || ofOwn == 0 && len(own) > 0 {
		return 0 // a sentence, or the name of other columns besides
	}
	if len(all) == len(words) {
		n += 5
	}
	return n + ofOwn
}

// Heads is where the heads of a table are, and what they are.
type Heads struct {
	First, Last int      // indexes of their lines in the table: they differ when the heads take two lines
	Names       []string // of every column, "" of one without
	Known       int      // how many of them are known
}

// Found finds the heads: the line, or the two lines, of which most is known. The first
// line of several cells when nothing is.
func (t *Table) Found(k Kind) Heads {
	best := Heads{First: -1}
	for i := range t.Lines[:min(len(t.Lines), maxAbove)] {
		for _, h := range t.candidates(i) {
			if h.Known = knownHeads(k, h.Names); h.Known > best.Known {
				best = h
			}
		}
	}
	if best.First < 0 || best.Known == 0 {
		for i, l := range t.Lines[:min(len(t.Lines), maxAbove)] {
			if filled(l.Cells) > 1 || i == len(t.Lines)-1 {
				return t.At(i, i)
			}
		}
	}
	return best
}

// At takes one or two lines for the heads.
func (t *Table) At(first, last int) Heads {
	if first < 0 || last >= len(t.Lines) || last < first || last > first+1 {
		return Heads{}
	}
	h := Heads{First: first, Last: last, Names: slices.Clone(t.Lines[first].Cells)}
	if last > first {
		h.Names = storeys(t.Lines[first].Cells, t.Lines[last].Cells)
	}
	for i, name := range h.Names {
		h.Names[i] = strings.Join(strings.Fields(name), " ")
	}
	return h
}

func (t *Table) candidates(i int) []Heads {
	one := t.At(i, i)
	if i+1 >= len(t.Lines) || !wordsOnly(t.Lines[i+1].Cells) || !wordsOnly(t.Lines[i].Cells) || filled(t.Lines[i].Cells) < 2 {
		return []Heads{one}
	}
	return []Heads{one, t.At(i, i+1)}
}

// storeys joins two lines of heads: a name that lies over several columns goes before
// those below it.
func storeys(above, below []string) []string {
	out := make([]string, max(len(above), len(below)))
	over := ""
	for i := range out {
		top, under := "", ""
		if i < len(above) {
			top = above[i]
		}
		if i < len(below) {
			under = below[i]
		}
		switch {
		case top != "":
			over = top
		case under != "":
			top = over
		}
		switch {
		case under == "" || under == top:
			out[i] = top
		case top == "":
			out[i] = under
		default:
			out[i] = top + storey + under
		}
	}
	return out
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// wordsOnly reports whether no cell is an amount, a day or a code: what heads never are.
func wordsOnly(cells []string) bool {
	for _, c := range cells {
		if c == "" || sourcing.Unsaid(c) {
			continue
		}
		if _, err := sourcing.ParseEuros(c); err == nil {
			return false
		}
		if _, err := sourcing.ParseDay(c); err == nil {
			return false
		}
	}
	return true
}

func knownHeads(k Kind, names []string) int {
	seen := map[Field]bool{}
	for _, n := range names {
		if f := Guess(k, n); f != "" && !seen[f] {
			seen[f] = true
		}
	}
	return len(seen)
}

func (t *Table) score(k Kind) int {
	if len(t.Lines) == 0 {
		return -1
	}
	return t.Found(k).Known
}

// Body are the lines below the heads.
func (t *Table) Body(h Heads) []Line { return t.Lines[min(h.Last+1, len(t.Lines)):] }

// Width is how many columns the table has.
func (t *Table) Width(h Heads) int {
	n := len(h.Names)
	for _, l := range t.Body(h) {
		n = max(n, len(l.Cells))
	}
	return n
}

// Guessed gives each column its field: what its head means, else what its values are. A field
// is given once, but for those of several columns.
func (t *Table) Guessed(k Kind, h Heads) []Field {
	out := make([]Field, t.Width(h))
	taken := map[Field]bool{}
	give := func(i int, f Field) {
		if f != "" && (!taken[f] || f.Several()) {
			out[i], taken[f] = f, true
		}
	}
	for i := range out {
		if i < len(h.Names) {
			give(i, Guess(k, h.Names[i]))
		}
	}
	told, is := CPV, isCPV // the one field that values alone tell
	if k == Guests {
		told, is = GuestEmail, isEmail
	}
	for i := range out {
		if out[i] == "" && !taken[told] && t.mostly(h, i, is) {
			give(i, told)
		}
	}
	return out
}

func isEmail(text string) bool {
	_, err := account.ParseEmail(text)
	return err == nil
}

func isCPV(text string) bool {
	c, err := sourcing.ParseCPV(text)
	return err == nil && c.Code != "" && !c.Restored && (c.Check != "" || len(text) == 8)
}

// mostly reports whether the values of a column are nearly all of a kind.
func (t *Table) mostly(h Heads, column int, is func(string) bool) bool {
	n, yes := 0, 0
	for _, l := range t.Body(h)[:min(50, len(t.Body(h)))] {
		if v := l.Cell(column); v != "" {
			n++
			if is(v) {
				yes++
			}
		}
	}
	return yes > 0 && yes*10 >= n*8
}

// Samples are the first values of a column that differ.
func (t *Table) Samples(h Heads, column, most int) (out []string) {
	for _, l := range t.Body(h) {
		if v := l.Cell(column); v != "" && !slices.Contains(out, v) {
			if out = append(out, v); len(out) == most {
				break
			}
		}
	}
	return out
}
