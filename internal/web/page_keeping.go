package web

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/people"
	"sourcier/internal/reach"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/views/format"
	"sourcier/views/privacy"
)

const keepingPath = administrationPath + "/conservation"

// recount is how old the count of what the next run would do may be: it reads whole
// collections.
const recount = time.Minute

// dryRun keeps the last count. One is made at a time.
type dryRun struct {
	mu  sync.Mutex
	run store.RetentionRun
}

func (d *dryRun) at(c *fiber.Ctx, s *site) (store.RetentionRun, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if age := s.Now().Sub(d.run.At); age >= 0 && age < recount {
		return d.run, nil
	}
	run, err := s.People.RetainDry(c.UserContext())
	if err == nil {
		d.run = run
	}
	return run, err
}

// keeping tells administrators how long things are kept.
func (s *site) keeping(c *fiber.Ctx) error {
	next, err := s.dryRun.at(c, s)
	if err != nil {
		return err
	}
	last, ran, err := s.People.Retention.Last(c.UserContext())
	if err != nil {
		return err
	}
	frame, err := s.adminDesk(c, "Conservation des données", keepingPath, nil)
	if err != nil {
		return err
	}
	p := privacy.Keeping{
		Page: frame, Periods: s.periods(), Next: retained(next), Counted: "le " + format.Moment(next.At), Last: retained(last), Failed: last.Failed,
	}
	if ran {
		p.LastAt = format.Moment(last.At)
	}
	return render(c, privacy.KeepingView(p))
}

func retained(run store.RetentionRun) (out []string) {
	for _, what := range people.Retained {
		if n := run.Counts[what]; n > 0 {
			out = append(out, format.Text(people.RetainedText(what, n)))
		}
	}
	return out
}

// periods are those of the settings, then those that nobody sets.
func (s *site) periods() []privacy.Period {
	k := s.People.Keep
	list := []privacy.Period{
		{What: "Compte qui ne sert plus", Long: months(k.Accounts), Setting: "SOURCIER_KEEP_ACCOUNTS_MONTHS", Then: "prévenu 30 jours avant, puis effacé ; jamais la dernière administration du portail"},
		{What: "Contenu d’un courriel", Long: months(k.Messages), Setting: "SOURCIER_KEEP_MESSAGES_MONTHS", Then: "l’adresse et le texte sont effacés, l’état et la date restent"},
		{What: "Journal, et ce qui reste d’un courriel", Long: months(k.Audit), Setting: "SOURCIER_KEEP_AUDIT_MONTHS", Then: "effacé ; une ligne dit combien l’ont été"},
		{What: "Connexion ouverte", Long: "12 heures sans usage", Then: "effacée"},
		{What: "Demande de connexion", Long: "un jour", Then: "effacée"},
		{What: "Invitation sans réponse", Long: "14 jours", Then: "effacée avec l’adresse qu’elle porte"},
		{What: "Adresse jamais confirmée", Long: "un jour", Then: "effacée"},
		{What: "Fichiers déposés pour un import", Long: "7 jours", Then: "supprimés, ou dès que l’import est terminé ou abandonné"},
		{What: "Lignes rejetées d’un import", Long: "30 jours", Then: "supprimées ; les chiffres du rapport restent un an"},
		{What: "Liste de structures supprimée", Long: "30 jours", Then: "effacée avec ses notes ; elle pouvait être récupérée jusque-là"},
		{What: "Structure sortie d’une recherche suivie", Long: "30 jours", Then: "oubliée : à son retour, elle serait annoncée comme nouvelle"},
		{What: "Signalement traité", Long: months(12), Then: "effacé ; l’adresse de qui l’a écrit l’est dès qu’il est traité"},
		{What: "Noms saisis dans une revue de marchés", Long: months(sourcing.PresentMonths), Then: "retirés du compte rendu ; ce qui a été conclu reste à l’organisation"},
		{What: "Adresses des structures et noms saisis dans un sourçage", Long: months(sourcing.ContactMonths), Then: "retirés après la clôture ou le lancement ; qui a été consulté, et quand, reste comme preuve"},
		{What: "Besoins alimentaires et d’accessibilité d’un invité", Long: "30 jours", Then: "effacés après l’événement ; les fichiers n’en donnent que les nombres"},
		{What: "Noms et adresses d’invités à un événement", Long: months(k.Accounts), Setting: "SOURCIER_KEEP_ACCOUNTS_MONTHS", Then: "effacés après l’événement ; restent le rôle et l’organisme, pour les chiffres"},
		{What: "Fréquentation d’une fiche, par mois", Long: months(reach.KeptMonths), Then: "effacée ; ce ne sont que des nombres et des mots cherchés"},
	}
	for i := range list {
		list[i].Then = format.Text(list[i].Then)
	}
	return list
}
