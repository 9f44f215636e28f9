package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sourcier/internal/account"
)

// ParseNumber reads a number as people type it, « 1 250,5 », and writes it as a decimal
// with a point. "" is not said.
func ParseNumber(text string) (string, error) {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }), "")
	if text == "" {
		return "", nil
	}
	text = strings.Replace(text, ",", ".", 1)
	digits := strings.TrimPrefix(text, "-")
	if len(digits) > 15 || digits == "" || strings.Trim(digits, "0123456789.") != "" || strings.HasPrefix(digits, ".") || strings.HasSuffix(digits, ".") {
		return "", account.Fault("Écrivez un nombre, par exemple 1 250 ou 12,5.")
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return "", account.Fault("Écrivez un nombre, par exemple 1 250 ou 12,5.")
	}
	return strconv.FormatFloat(n, 'f', -1, 64), nil
}

// Check says what of the answers cannot be sent, by the id of the question; "" of what
// concerns none. A draft (final false) may lack what is required.
func Check(q *Questionnaire, values []Value, final bool) map[string]account.Fault {
	faults := map[string]account.Fault{}
	letters, files := 0, 0
	for i := range values {
		v := &values[i]
		x := q.Question(v.Question)
		if x == nil {
			faults[""] = "Le questionnaire a changé depuis l’affichage de cette page : relisez-le, vos réponses sont conservées."
			continue
		}
		letters, files = letters+utf8.RuneCountInString(v.Text), files+len(v.Files)
		if fault := x.fault(v); fault != "" {
			faults[x.ID] = fault
		}
	}
	for i := range q.Questions {
		x := &q.Questions[i]
		v := Find(values, x.ID)
		if final && x.Required && v.Empty() && faults[x.ID] == "" {
			faults[x.ID] = "Cette question attend une réponse."
		}
	}
	if letters > MaxLetters {
		faults[""] = "Vos réponses sont trop longues au total : 40 000 caractères au plus. Joignez plutôt un document."
	}
	if files > MaxFiles {
		faults[""] = account.Fault(fmt.Sprintf("%d fichiers au plus.", MaxFiles))
	}
	return faults
}

// fault says what is wrong with an answer to the question, "" nothing.
func (x *Question) fault(v *Value) account.Fault {
	if utf8.RuneCountInString(v.Text) > MaxAnswer {
		return "Cette réponse est trop longue : 3 000 caractères au plus. Joignez plutôt un document."
	}
	if v.Secret && utf8.RuneCountInString(strings.TrimSpace(v.Why)) < MinRationale {
		return account.Fault(fmt.Sprintf("Dites en %d caractères au moins pourquoi cette réponse est confidentielle.", MinRationale))
	}
	if utf8.RuneCountInString(v.Why) > MaxQuestion {
		return account.Fault(fmt.Sprintf("Ce motif est trop long : %d caractères au plus.", MaxQuestion))
	}
	if !x.takes(v) {
		return "Cette réponse n’est pas de la forme demandée."
	}
	return ""
}

// takes reports whether an answer has the form of the question; an empty one has any.
func (x *Question) takes(v *Value) bool {
	filled := *v
	switch x.Kind {
	case Text:
		filled.Text = ""
	case Choice, Choices:
		if !x.offers(v.Chosen) {
			return false
		}
		filled.Chosen = nil
	case Number:
		if n, err := ParseNumber(v.Number); err != nil || n != v.Number {
			return false
		}
		filled.Number = ""
	case YesNo:
		if v.Yes != "" && v.Yes != "oui" && v.Yes != "non" {
			return false
		}
		filled.Yes = ""
	case File:
		filled.Files = nil
	}
	return filled.Empty()
}

// offers reports whether what is chosen is among the options, and no more than is asked.
func (x *Question) offers(chosen []string) bool {
	if x.Kind == Choice && len(chosen) > 1 || len(chosen) > len(x.Options) {
		return false
	}
	return !slices.ContainsFunc(chosen, func(c string) bool { return !slices.Contains(x.Options, c) })
}
