package intake

import (
	"slices"
	"strings"

	"sourcier/internal/intake/input"
	"sourcier/internal/territory"
)

// personWords are words of heads of columns that name a person.
var personWords = []string{
	"prenom", "prenoms", "contact", "contacts", "interlocuteur", "interlocutrice", "interlocuteurs", "referent", "referente", "referents",
	"responsable", "correspondant", "correspondante", "dirigeant", "dirigeante", "gerant", "gerante", "directeur", "directrice",
	"president", "presidente", "representant", "representante", "civilite",
}

// wayWords are those of a way to reach someone, which is not that person's name.
var wayWords = []string{"mail", "mails", "courriel", "courriels", "telephone", "telephones", "tel", "portable", "mobile", "adresse", "site", "url", "web"}

// ofPerson reports whether a column names a person.
func ofPerson(head string) bool {
	words := strings.Fields(territory.Fold(head))
	says := func(list []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	switch strings.Join(words, " ") {
	case "nom", "nom de famille", "nom d usage", "nom complet", "nom de naissance":
		return true
	}
	return says(personWords) && !says(wayWords)
}

// personColumns lists the columns that name a person.
func personColumns(h header) (out []int) {
	for i, name := range h.names {
		if ofPerson(name) {
			out = append(out, i)
		}
	}
	return out
}

// namesNobody reports whether a row certainly names no person, being certain up to
// a column: its e-mail and telephone are else those of that person. A name that
// the source hides is one too.
func namesNobody(row *input.Row, persons []int, certain int) bool {
	return !slices.ContainsFunc(persons, func(c int) bool {
		return c > certain || strings.TrimSpace(string(field(row, c))) != ""
	})
}

// noteOfPersons is for the report.
const noteOfPersons = "les noms des personnes ne sont pas lus, ni le courriel et le téléphone d’une ligne dont il n’est pas certain qu’elle ne nomme personne"
