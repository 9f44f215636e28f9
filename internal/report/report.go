// Package report writes what a frozen snapshot of a sourçage says as a text document:
// once, for the page, the PDF and the word processor. It reads nothing but the snapshot,
// so that the same snapshot gives the same bytes for ever.
package report

import (
	"fmt"
	"slices"
	"strings"

	"sourcier/internal/docx"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/format"
)

// Version says for whom a report is.
type Version string

// Versions.
const (
	Internal     Version = "interne"
	Communicable Version = "communicable"
)

// Versions lists them.
var Versions = []Version{Internal, Communicable}

// Label is the version as shown to people, in French.
func (v Version) Label() string { return "Version " + string(v) }

// writer is a report being written.
type writer struct {
	*sourcing.Snapshot
	internal bool
	names    map[string]string // of suppliers, by id
	out      []docx.Block
}

// Document writes a snapshot, whose hash is told. The communicable version masks what is
// confidential, with its reason, and does not tell who asked a question.
func Document(s *sourcing.Snapshot, hash string, v Version) *docx.Document {
	w := &writer{Snapshot: s, internal: v == Internal, names: map[string]string{}}
	for i := range s.Suppliers {
		w.names[s.Suppliers[i].ID] = format.Text(s.Suppliers[i].Name)
	}
	w.summary()
	w.operation()
	w.team()
	w.panel()
	w.suppliers()
	w.questionnaire()
	w.answers()
	w.exchanges()
	w.ledger()
	w.asked()
	w.launch()
	w.findings()
	w.method(hash)
	title := format.Text("Rapport de sourçage : " + s.Title)
	return &docx.Document{Title: title, Author: s.Organisation, At: s.At, Foot: format.Text(fmt.Sprintf("%s, rapport n° %d, version %s", s.Title, s.Number, v)), Blocks: w.out}
}

func (w *writer) head(level int, text string) {
	w.out = append(w.out, docx.Block{Heading: level, Text: format.Text(text)})
}

// say writes a paragraph, none when there is nothing to say.
func (w *writer) say(text string) {
	if strings.TrimSpace(text) != "" {
		w.out = append(w.out, docx.Block{Text: format.Text(text)})
	}
}

func (w *writer) list(items []string) {
	for i := range items {
		items[i] = format.Text(items[i])
	}
	if len(items) > 0 {
		w.out = append(w.out, docx.Block{List: items})
	}
}

// table writes rows below a head, none when there is no row.
func (w *writer) table(widths []int, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	for _, row := range rows {
		for i := range row {
			row[i] = format.Text(row[i])
		}
	}
	w.out = append(w.out, docx.Block{Table: append([][]string{head}, rows...), Widths: widths})
}

// named is a person, or says that the account was gone when the snapshot was made.
func named(name string) string {
	if name == "" {
		return "une personne dont le compte est effacé"
	}
	return name
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (w *writer) summary() {
	if w.internal {
		w.say("Version interne : pour l’équipe du sourçage. Les réponses confidentielles y sont entières, et signalées. Ne la communiquez pas.")
	} else {
		w.say("Version communicable : les réponses confidentielles y sont masquées, chacune avec son motif (secret des affaires, CRPA L311-6, à vérifier). Qui a posé une question n’y est pas dit, ni les intérêts déclarés par les agents.")
	}
	w.head(1, "Résumé")
	w.say("Ce rapport dit comment « " + w.Organisation + " » a préparé l’achat « " + w.Purchase + " » auprès de structures susceptibles d’y répondre (sourçage, R2111-1), et ce qui en découle pour le marché.")
	contacted, answered, late, declined := w.counts()
	items := []string{}
	if w.Panel != nil {
		items = append(items, format.Count(len(w.Panel.Rows), "structure", "structures")+" au panel, figé le "+format.Day(w.Panel.At)+".")
	}
	items = append(items,
		format.Count(contacted, "structure contactée", "structures contactées")+", la même demande à toutes ; date limite le "+format.Moment(w.Times.Deadline)+".",
		format.Count(answered, "réponse", "réponses")+lateWords(late)+" ; "+format.Count(declined, "structure a dit", "structures ont dit")+" ne pas répondre.",
		format.Count(len(w.Exchanges), "entretien", "entretiens")+" ; "+format.Count(len(w.Ledger), "information communiquée", "informations communiquées")+", toutes au registre.",
		w.gaps(),
	)
	w.list(items)
	var led []string
	for i := range w.Findings {
		led = append(led, w.Findings[i].Effect.Label()+" : "+w.Findings[i].Consequence)
	}
	if len(led) > 0 {
		w.say("Ce qui en découle pour le marché :")
		w.list(led)
	}
}

func lateWords(n int) string {
	if n == 0 {
		return ", toutes dans les délais"
	}
	return ", dont " + format.Number(n) + " hors délai"
}

func (w *writer) gaps() string {
	if w.Gaps == 0 {
		return "Aucun manque au registre : ce qu’une structure sait, toutes l’ont, ou un motif dit pourquoi elles ne l’ont pas."
	}
	return format.Count(w.Gaps, "manque", "manques") + " au registre le jour du rapport : une structure sait ce qu’une autre ne sait pas."
}

func (w *writer) counts() (contacted, answered, late, declined int) {
	for i := range w.Suppliers {
		v := &w.Suppliers[i]
		if !v.ContactedAt.IsZero() {
			contacted++
		}
		if !v.DeclinedAt.IsZero() {
			declined++
		}
	}
	for i := range w.Answers {
		answered++
		if newest(&w.Answers[i]).Late() {
			late++
		}
	}
	return contacted, answered, late, declined
}

func newest(a *sourcing.SnapAnswer) *sourcing.Submission { return &a.Submissions[len(a.Submissions)-1] }

func (w *writer) operation() {
	w.head(1, "Le sourçage")
	rows := [][]string{{"Organisation", w.Organisation}, {"Achat", strings.TrimSpace(w.Purchase + " " + w.Reference)}}
	lots := "Tout l’achat"
	if len(w.Lots) > 0 {
		lots = format.Upper(format.List(slices.Clone(w.Lots)))
	}
	rows = append(rows, []string{"Lots", lots}, []string{"Ce que l’on cherche à savoir", or(w.Purpose, "Non précisé")})
	for _, m := range []struct {
		what string
		at   string
	}{
		{"Créé le", format.Moment(w.Times.Created)}, {"Annoncé publiquement le", format.Moment(w.Times.Published)}, {"Ouvert le", format.Moment(w.Times.Opened)},
		{"Date limite des réponses", format.Moment(w.Times.Deadline)}, {"Relance, la même pour tous", format.Moment(w.Times.Reminded)}, {"Passé en analyse le", format.Moment(w.Times.Analysing)},
		{"Consultation lancée le", format.Moment(w.Times.Silenced)}, {"Rapport établi le", format.Moment(w.At) + ", par " + named(w.By)},
	} {
		if m.at != "" {
			rows = append(rows, []string{m.what, m.at})
		}
	}
	w.table([]int{2, 5}, []string{"Fait", "Valeur"}, rows)
	var moved []string
	for i := range w.Ledger {
		if w.Ledger[i].Origin == sourcing.FromCalendar {
			moved = append(moved, "Le "+format.Moment(w.Ledger[i].At)+" : "+w.Ledger[i].Text)
		}
	}
	if len(moved) == 0 {
		w.say("La date limite n’a pas changé.")
	} else {
		w.say("La date limite a changé :")
		w.list(moved)
	}
}

func (w *writer) team() {
	w.head(1, "Équipe et déclarations d’intérêts")
	w.say("Qui n’a pas déclaré ses intérêts, ou s’est récusé, n’ouvre aucune réponse.")
	var rows [][]string
	for i := range w.Team {
		t := &w.Team[i]
		said := "Non déclarés"
		switch {
		case t.DeclaredAt.IsZero():
		case t.Interests == "":
			said = "Aucun intérêt déclaré, le " + format.Day(t.DeclaredAt)
		case w.internal:
			said = "Déclarés le " + format.Day(t.DeclaredAt) + " : " + t.Interests
		default:
			said = "Déclarés le " + format.Day(t.DeclaredAt) + " ; leur contenu est masqué (vie privée, CRPA L311-6, à vérifier)"
		}
		if t.Charter > 0 {
			said += fmt.Sprintf(" (charte de déontologie, version %d)", t.Charter)
		}
		if !t.RecusedAt.IsZero() {
			said += ". Récusé le " + format.Day(t.RecusedAt)
			if w.internal {
				said += " : " + t.Reason
			}
		}
		if !t.LeftAt.IsZero() {
			said += ". A quitté l’équipe le " + format.Day(t.LeftAt)
		}
		rows = append(rows, []string{format.Upper(named(t.Person)), t.Part.Label(), said})
	}
	w.table([]int{3, 2, 6}, []string{"Personne", "Place", "Intérêts"}, rows)
}

var sourceWords = map[sourcing.SourceKind]string{sourcing.FromStudy: "Étude de réservation", sourcing.FromSearch: "Recherche dans l’annuaire", sourcing.FromList: "Liste de structures"}

func (w *writer) panel() {
	w.head(1, "Panel")
	p := w.Panel
	if p == nil {
		w.say("Ce sourçage n’a pas de panel.")
		return
	}
	w.say("Panel figé le " + format.Moment(p.At) + " par " + named(p.By) + ". Empreinte (SHA-256) : " + p.Hash)
	var rows [][]string
	for i := range p.Sources {
		x := &p.Sources[i]
		found := format.Number(x.Found)
		if x.Total > x.Found {
			found += " sur " + format.Number(x.Total)
		}
		rows = append(rows, []string{sourceWords[x.Kind], or(x.Label, x.Query), x.Data, found})
	}
	w.table([]int{3, 5, 3, 2}, []string{"Source", "Ce qui a été cherché", "État de l’annuaire", "Structures"}, rows)
	rows = nil
	for i := range p.Rows {
		r := &p.Rows[i]
		next := "Contactée"
		switch {
		case r.Contacted:
		case r.Code == sourcing.OtherReason:
			next = "Non contactée : " + r.Text
		case r.Code != "":
			next = "Non contactée : " + r.Code.Label()
		default:
			next = "Non contactée"
		}
		rows = append(rows, []string{strings.Join(nonEmpty(r.Name, r.Kind, r.City), ", "), r.SIREN, r.Why, next})
	}
	w.table([]int{4, 2, 3, 4}, []string{"Structure", "SIREN", "Pourquoi elle a été trouvée", "Suite"}, rows)
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func (w *writer) suppliers() {
	w.head(1, "Structures contactées")
	var rows, refused [][]string
	for i := range w.Suppliers {
		v := &w.Suppliers[i]
		switch {
		case !v.ContactedAt.IsZero():
			rows = append(rows, []string{v.Name, w.requested(v), delivery(v.Delivery), supplierSays(v)})
		case v.Spontaneous:
			refused = append(refused, []string{v.Name, format.Moment(v.AddedAt), v.Word, or(v.Reason, "Sans suite")})
		}
	}
	w.table([]int{4, 4, 2, 4}, []string{"Structure", "Demande envoyée", "Courriel", "Réponse"}, rows)
	if len(refused) > 0 {
		w.head(2, "Candidatures spontanées non retenues")
		w.table([]int{3, 3, 4, 4}, []string{"Structure", "Reçue", "Ce qu’elle dit", "Motif"}, refused)
	}
	if w.Notice != "" && !w.Times.Published.IsZero() {
		w.head(2, "Annonce publique")
		w.say(w.Notice)
	}
	w.head(2, "Message envoyé à toutes")
	w.say(w.Message)
}

// requested says when a supplier was asked.
func (w *writer) requested(v *sourcing.SnapSupplier) string {
	out := format.Moment(v.ContactedAt)
	if !w.Times.Opened.IsZero() && v.ContactedAt.After(w.Times.Opened) {
		out += ", ajout tardif : elle a reçu ce que les autres avaient reçu"
	}
	if v.Spontaneous {
		out += ", candidature spontanée"
	}
	return out
}

// supplierSays says whether it has answered.
func supplierSays(v *sourcing.SnapSupplier) string {
	out := "Pas de réponse"
	switch {
	case !v.AnsweredAt.IsZero():
		out = "A répondu le " + format.Moment(v.AnsweredAt)
	case !v.DeclinedAt.IsZero() && v.Decline != "":
		out = "Ne répond pas, dit le " + format.Moment(v.DeclinedAt) + " : " + v.Decline
	case !v.DeclinedAt.IsZero():
		out = "Ne répond pas, dit le " + format.Moment(v.DeclinedAt)
	}
	if !v.RemindedAt.IsZero() {
		out = strings.TrimSuffix(out, ".") + ". Relancée le " + format.Moment(v.RemindedAt)
	}
	return out
}

func delivery(state string) string {
	return format.Upper(or(message.State(state).Label(), "inconnu"))
}

func (w *writer) questionnaire() {
	w.head(1, "Questionnaire")
	if len(w.Questionnaires) == 0 {
		w.say("Aucun questionnaire n’a été approuvé.")
		return
	}
	last := &w.Questionnaires[len(w.Questionnaires)-1]
	for i := range w.Questionnaires {
		q := &w.Questionnaires[i]
		w.say(fmt.Sprintf("Version %d, approuvée le %s par %s.", q.Version, format.Moment(q.ApprovedAt), named(q.ApprovedBy)))
		if i == 0 {
			continue
		}
		var changes []string
		for _, d := range survey.Differences(&w.Questionnaires[i-1], q) {
			line := d.Change.Label() + " : " + or(d.After, d.Before)
			if d.Change == survey.Altered {
				line += " Avant : " + d.Before
			}
			changes = append(changes, line)
		}
		w.list(changes)
	}
	w.say(last.Intro)
	var rows [][]string
	for i := range last.Questions {
		rows = append(rows, []string{format.Number(i + 1), last.Questions[i].Words()})
	}
	w.table([]int{1, 14}, []string{"N°", "Question"}, rows)
}
