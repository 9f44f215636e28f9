package report

import (
	"fmt"
	"strings"
	"time"

	"sourcier/internal/sourcing"
	"sourcier/internal/survey"
	"sourcier/views/format"
)

func (w *writer) answers() {
	w.head(1, "Réponses")
	if len(w.Answers) == 0 {
		w.say("Aucune structure n’a répondu.")
	}
	for i := range w.Answers {
		a := &w.Answers[i]
		w.head(2, w.names[a.Supplier])
		if len(a.Submissions) > 1 {
			var past []string
			for n := range a.Submissions[:len(a.Submissions)-1] {
				past = append(past, w.submitted(&a.Submissions[n]))
			}
			w.say("Envois précédents :")
			w.list(past)
		}
		last := newest(a)
		w.submission(a.Supplier, last)
		if last.Late() {
			if inTime := lastInTime(a); inTime != nil {
				w.head(3, "Dernier envoi dans les délais")
				w.submission(a.Supplier, inTime)
			}
		}
	}
}

func lastInTime(a *sourcing.SnapAnswer) *sourcing.Submission {
	for i := len(a.Submissions) - 1; i >= 0; i-- {
		if !a.Submissions[i].Late() {
			return &a.Submissions[i]
		}
	}
	return nil
}

// judged says what the structure says of what was entered for it.
func (w *writer) judged(x *sourcing.Submission) string {
	switch {
	case !x.ConfirmedAt.IsZero():
		return ", confirmée par la structure le " + format.Moment(x.ConfirmedAt)
	case !x.ContestedAt.IsZero() && w.internal:
		return ", contestée par la structure le " + format.Moment(x.ContestedAt) + " : " + x.Word
	case !x.ContestedAt.IsZero(): // its word may repeat what is masked
		return ", contestée par la structure le " + format.Moment(x.ContestedAt)
	}
	return ", non confirmée"
}

// submitted says when and how a submission came.
func (w *writer) submitted(x *sourcing.Submission) string {
	out := fmt.Sprintf("Envoi %d, le %s", x.Number, format.Moment(x.At))
	if x.Late() {
		out += ", hors délai (date limite le " + format.Moment(x.Deadline) + ")"
	} else {
		out += ", dans les délais"
	}
	out += fmt.Sprintf(", version %d du questionnaire", x.Version)
	if x.Entered() {
		out += ", saisie par l’acheteur (" + strings.ToLower(x.Route.Label()) + ", par " + named(x.By) + ")"
		if x.Came != "" {
			out += ", arrivée le " + format.Date(x.Came)
		}
		out += w.judged(x)
		if x.Evidence != nil {
			out += ". Pièce : " + x.Evidence.Name
		}
		if x.Note != "" && w.internal { // the buyer's words may tell what is masked
			out += ". Ce que note l’acheteur : " + strings.TrimRight(x.Note, ". ")
		}
	} else if x.Name != "" {
		out += ", par " + x.Name
	}
	if w.internal { // whoever guesses a masked answer could try it on the hash
		out += ". Empreinte : " + x.Hash
	}
	return out + "."
}

func (w *writer) submission(supplier string, x *sourcing.Submission) {
	w.say(w.submitted(x))
	q := w.Questionnaire(x.Version)
	if q == nil {
		return
	}
	var rows [][]string
	for i := range q.Questions {
		v := survey.Find(x.Values, q.Questions[i].ID)
		rows = append(rows, []string{format.Number(i+1) + ". " + q.Questions[i].Text, w.value(supplier, &q.Questions[i], &v)})
	}
	w.table([]int{5, 9}, []string{"Question", "Réponse"}, rows)
}

// value is an answer, masked in the communicable version when it is confidential.
func (w *writer) value(supplier string, q *survey.Question, v *survey.Value) string {
	if v.Empty() {
		return "Sans réponse"
	}
	why, own := w.secret(supplier, q)
	switch {
	case why == "":
		return q.Said(v)
	case w.internal:
		return q.Said(v) + "\nConfidentiel : " + why
	case own:
		return "Réponse confidentielle à la demande de la structure, masquée. Motif : " + why
	}
	return "Réponse confidentielle, masquée. Motif : " + why
}

// secret says why the answers of a supplier to a question are confidential, "" when they
// are not; own says that the supplier asked for it. Asked for once, by a version of the
// questionnaire or a submission, it holds for all of them.
func (w *writer) secret(supplier string, q *survey.Question) (why string, own bool) {
	for i := range w.Questionnaires {
		if x := w.Questionnaires[i].Question(q.ID); x != nil && x.Confidential {
			return or(x.Rationale, "non précisé"), false
		}
	}
	for i := range w.Answers {
		if w.Answers[i].Supplier != supplier {
			continue
		}
		for _, x := range w.Answers[i].Submissions {
			if v := survey.Find(x.Values, q.ID); v.Secret {
				return or(v.Why, "non précisé"), true
			}
		}
	}
	return "", false
}

func (w *writer) exchanges() {
	w.head(1, "Entretiens")
	if len(w.Exchanges) == 0 {
		w.say("Aucun entretien n’a eu lieu.")
	}
	for i := range w.Exchanges {
		x := &w.Exchanges[i]
		w.head(2, x.Kind.Label()+" avec "+w.names[x.Supplier]+", le "+format.Moment(x.At))
		rows := [][]string{}
		add := func(what, text string) {
			if text != "" {
				rows = append(rows, []string{what, text})
			}
		}
		add("Lieu", x.Place)
		if x.Duration > 0 {
			add("Durée", format.Count(x.Duration, "minute", "minutes"))
		}
		add("Pour l’acheteur", strings.Join(x.Ours, ", "))
		add("Pour la structure", strings.Join(x.Theirs, ", "))
		if x.AgendaVersion > 0 {
			add(fmt.Sprintf("Ordre du jour, version %d", x.AgendaVersion), x.Agenda)
		} else {
			add("Ordre du jour", x.Agenda)
		}
		add("Compte rendu", or(x.Minutes, "Non écrit"))
		state := x.State.Label()
		if !x.JudgedAt.IsZero() {
			state += " le " + format.Moment(x.JudgedAt)
			if x.Responder != "" {
				state += " par " + x.Responder
			}
		}
		add("État", state)
		add("Ce que dit la structure", x.Word)
		add("Réponse de l’acheteur", x.Answer)
		w.table([]int{3, 9}, []string{"Fait", "Valeur"}, rows)
	}
}

func (w *writer) ledger() {
	w.head(1, "Registre des informations communiquées")
	w.say("Chaque information qu’une structure a reçue, et comment les autres y ont eu accès (R2111-2, à vérifier).")
	w.say(w.gaps())
	for i := range w.Ledger {
		it := &w.Ledger[i]
		w.head(2, fmt.Sprintf("%d. %s, le %s", i+1, it.Origin.Label(), format.Moment(it.At)))
		w.say(it.Text)
		rows := w.cells(it)
		if len(rows) == 1 && it.Cells[0].State == sourcing.CellGiven {
			w.say("Donnée à toutes les structures contactées (" + format.Number(len(it.Cells)) + "), le " + format.Moment(it.Cells[0].At) + ".")
		} else {
			w.table([]int{2, 5, 3, 4}, []string{"État", "Structures", "Depuis", "Motif"}, rows)
		}
		if d := it.DCE; d != nil {
			w.say("Versée au DCE : " + d.Document + ", " + d.Article + ", le " + format.Date(d.Day) + ".")
		}
	}
}

// cells are those of an information, in one row when they are alike.
func (w *writer) cells(it *sourcing.SnapInfo) (rows [][]string) {
	type alike struct {
		state  sourcing.CellState
		at     time.Time
		reason string
	}
	place := map[alike]int{}
	for i := range it.Cells {
		c := &it.Cells[i]
		key := alike{c.State, c.At.UTC(), c.Reason}
		if n, ok := place[key]; ok {
			rows[n][1] += ", " + w.names[c.Supplier]
			continue
		}
		place[key] = len(rows)
		rows = append(rows, []string{c.State.Label(), w.names[c.Supplier], format.Moment(c.At), c.Reason})
	}
	return rows
}

func (w *writer) asked() {
	w.head(1, "Questions des structures")
	if len(w.Asked) == 0 {
		w.say("Aucune structure n’a posé de question.")
		return
	}
	answered := 0
	for i := range w.Asked {
		if !w.Asked[i].AnsweredAt.IsZero() {
			answered++
		}
	}
	w.say(format.Count(len(w.Asked), "question reçue", "questions reçues") + ", " + format.Count(answered, "réponse envoyée", "réponses envoyées") + " à toutes les structures sans dire qui demande : elles sont au registre.")
	if !w.internal {
		return // the words of a question may tell who asks
	}
	var rows [][]string
	for i := range w.Asked {
		a := &w.Asked[i]
		rows = append(rows, []string{w.names[a.Supplier], a.Text, format.Moment(a.At), or(format.Moment(a.AnsweredAt), "Sans réponse")})
	}
	w.table([]int{3, 6, 3, 3}, []string{"Structure", "Question", "Reçue", "Réponse envoyée"}, rows)
}

func (w *writer) launch() {
	w.head(1, "Lancement de la consultation")
	if w.Times.Silenced.IsZero() {
		w.say("La consultation n’est pas lancée le jour du rapport.")
		return
	}
	w.say("Consultation lancée le " + format.Moment(w.Times.Silenced) + " par " + named(w.SilencedBy) + ". Depuis, plus rien de nouveau ne part vers une structure. Dernier message, le même pour toutes :")
	w.say(w.Last)
	var rows [][]string
	for i := range w.Corrections {
		rows = append(rows, []string{format.Moment(w.Corrections[i].At), w.Corrections[i].Text})
	}
	w.table([]int{3, 9}, []string{"Correction du", "Texte"}, rows)
}

func (w *writer) findings() {
	w.head(1, "Constats et conséquences")
	if len(w.Findings) == 0 {
		w.say("Aucun constat n’est écrit.")
	}
	var rows [][]string
	for i := range w.Findings {
		f := &w.Findings[i]
		rows = append(rows, []string{f.Text, f.Effect.Label(), f.Consequence})
	}
	w.table([]int{5, 3, 5}, []string{"Constat", "Porte sur", "Conséquence pour le marché"}, rows)
}

func (w *writer) method(hash string) {
	w.head(1, "Méthode et empreinte")
	w.say("Le portail a figé le " + format.Moment(w.At) + " tout ce que ce rapport dit. Le rapport n’est écrit qu’à partir de ce qui a été figé : il ne change plus, quoi que deviennent l’annuaire, les comptes ou le sourçage. Un rapport plus récent ne le remplace pas.")
	w.say("Les notes privées de l’équipe n’y sont pas. Les heures sont celles de Paris. Les règles marquées « à vérifier » ne viennent pas du texte même : faites-les relire.")
	w.say(fmt.Sprintf("Empreinte SHA-256 de ce qui a été figé (JSON, forme %d) :", w.Version))
	w.say(hash)
}
