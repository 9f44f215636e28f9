package survey

// Satisfied is the id of the question of which an event's report tells the answers: its
// first two options are those of who is satisfied.
const Satisfied = "satisfaction"

// eventIntro says to whoever answers a survey after an event what becomes of it.
const eventIntro = "Trois minutes suffisent, et chaque question peut rester sans réponse. Vos réponses aident à préparer la suite."

// EventTemplates lists what the survey after an event may start from. Each call gives lists
// of its own.
func EventTemplates() []Template {
	all := []Template{
		{Code: "rencontre", Label: "Matinale, petit-déjeuner, rencontre, salon", Questionnaire: Questionnaire{Title: "Votre avis sur la rencontre", Questions: []Question{
			askComing(), askSatisfied("Êtes-vous satisfait de cette rencontre ?"), askInformal(), askTimeOfYear(),
			{ID: "contacts", Kind: Choice, Text: "Combien de contacts utiles avez-vous noués ?", Options: []string{"Aucun", "Un ou deux", "De trois à cinq", "Plus de cinq"}},
			askUseful(), askWitness(), askMissing(), askNextTime(),
		}}},
		{Code: "formation", Label: "Masterclass, formation, atelier", Questionnaire: Questionnaire{Title: "Votre avis sur la séance", Questions: []Question{
			askComing(), askSatisfied("Êtes-vous satisfait de cette séance ?"),
			{ID: "niveau", Kind: Choice, Text: "Le niveau vous convenait-il ?", Options: []string{"Trop simple", "Adapté", "Trop difficile"}},
			{ID: "pratique", Kind: Choice, Text: "La part de cas pratiques était :", Options: []string{"Trop courte", "Comme il faut", "Trop longue"}},
			{ID: "usage", Kind: YesNo, Text: "Vous servirez-vous dans les trois mois de ce que vous avez vu ?"},
			askUseful(), askMissing(), askNextTime(),
		}}},
		{Code: "visite", Label: "Visite d’entreprise", Questionnaire: Questionnaire{Title: "Votre avis sur la visite", Questions: []Question{
			askComing(), askSatisfied("Êtes-vous satisfait de cette visite ?"),
			{ID: "connu", Kind: YesNo, Text: "Connaissiez-vous cette structure avant la visite ?"},
			{ID: "achat", Kind: Choice, Text: "La visite vous donne-t-elle une idée d’achat ?", Options: []string{"Oui, pour un achat déjà prévu", "Oui, pour plus tard", "Non"}},
			askUseful(), askNextTime(),
		}}},
	}
	for i := range all {
		all[i].Questionnaire.Template, all[i].Questionnaire.Intro = all[i].Code, eventIntro
	}
	return all
}

// FindEventTemplate is the one of a code, nil when there is none.
func FindEventTemplate(code string) *Template {
	for _, t := range EventTemplates() {
		if t.Code == code {
			return &t
		}
	}
	return nil
}

func askComing() Question {
	return Question{ID: "venue", Kind: Choice, Text: "Vous êtes venu comme :", Options: []string{"Acheteur", "Service opérationnel", "Structure ou entreprise", "Réseau, partenaire ou autre"}}
}

func askSatisfied(text string) Question {
	return Question{ID: Satisfied, Kind: Choice, Text: text, Options: []string{"Très satisfait", "Plutôt satisfait", "Plutôt pas satisfait", "Pas satisfait"}}
}

func askInformal() Question {
	return Question{ID: "echanges", Kind: Choice, Text: "Le temps d’échange informel était :", Options: []string{"Trop court", "Comme il faut", "Trop long"}}
}

func askTimeOfYear() Question {
	return Question{ID: "periode", Kind: Choice, Text: "La date vous convenait-elle ?", Options: []string{"Oui", "Plutôt un autre jour de la semaine", "Plutôt une autre période de l’année"}}
}

func askUseful() Question {
	return Question{ID: "utile", Kind: Text, Text: "Qu’est-ce qui vous a été le plus utile ?"}
}

func askWitness() Question {
	return Question{ID: "suite", Kind: Choices, Text: "Que faudrait-il ajouter la prochaine fois ?", Options: []string{"Plus de temps d’échange informel", "Des témoignages de collectivités", "Des cas pratiques", "Des rendez-vous individuels", "Une visite d’entreprise"}}
}

func askMissing() Question {
	return Question{ID: "manque", Kind: Text, Text: "Qu’est-ce qui a manqué ?"}
}

func askNextTime() Question {
	return Question{ID: "sujets", Kind: Text, Text: "De quoi faudrait-il parler la prochaine fois ?"}
}
