package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/views/desk"
	"sourcier/views/format"
	"sourcier/views/part"
	"sourcier/views/privacy"
)

// Pages on personal data.
const (
	dataPath    = accountPath + "/donnees"
	dataJSON    = dataPath + ".json"
	erasePath   = accountPath + "/effacer"
	erasedPath  = "/compte-efface" // open to everybody: who reads it has just been signed out
	privacyPath = "/donnees-personnelles"
)

// dataRows is how many lines of a list the page of data shows: the export has all.
const dataRows = 15

// myDataFile answers everything that is held on who asks, as a file.
func (s *site) myDataFile(c *fiber.Ctx) error {
	told, err := s.People.Tell(c.UserContext(), signedIn(c).Person.ID, people.TellExport)
	if err != nil {
		return err
	}
	told.Portal = s.Config.BaseURL
	text, err := json.MarshalIndent(told, "", "  ")
	if err != nil {
		return fmt.Errorf("export of personal data: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Attachment("mes-donnees-sourcier-" + string(s.today()) + ".json")
	return c.Send(append(text, '\n'))
}

// myData tells who asks what is held, by purpose.
func (s *site) myData(c *fiber.Ctx) error {
	told, err := s.People.Tell(c.UserContext(), signedIn(c).Person.ID, people.TellPage)
	if err != nil {
		return err
	}
	p := privacy.Data{
		Page:     s.accountDesk("Données personnelles", "Ce que le portail garde sur moi.", dataPath),
		Download: dataJSON, Erase: erasePath, Privacy: privacyPath,
		Parts: []privacy.Part{
			s.accountPart(told), s.organisationsPart(told), s.sessionsPart(told), s.mailsPart(told), s.auditPart(told),
		},
	}
	if len(told.Reports)+len(told.Files) > 0 {
		p.Parts = append(p.Parts, s.restPart(told))
	}
	for _, h := range s.People.Holders {
		p.Parts = append(p.Parts, privacy.Part{
			ID: h.Name, Title: h.Title, Why: h.Why, Long: s.asAccount(), Who: "Vous.",
			Facts: []desk.Fact{{Term: "Éléments gardés", Text: format.Number(len(told.More[h.Name]))}},
		})
	}
	for i := range p.Parts {
		for _, text := range []*string{&p.Parts[i].Why, &p.Parts[i].Long, &p.Parts[i].Who, &p.Parts[i].None} {
			*text = format.Text(*text)
		}
	}
	return render(c, privacy.DataView(p))
}

// months says a period.
func months(n int) string { return format.Number(n) + format.NBSP + "mois" }

// asAccount is for how long the account is kept.
func (s *site) asAccount() string {
	return "Tant que le compte sert. Il est effacé après " + months(s.People.Keep.Accounts) + " sans connexion ; un courriel prévient 30 jours avant."
}

func (s *site) accountPart(t *people.Told) privacy.Part {
	a := t.Account
	facts := []desk.Fact{{Term: "Adresse", Text: account.Email(a.Email).String()}, {Term: "Nom affiché", Text: orNone(a.Name)}}
	for _, id := range a.Identities {
		facts = append(facts, desk.Fact{Term: "Identité reliée", Text: strings.TrimPrefix(id.Issuer, "https://") + ", depuis le " + format.Day(id.At)})
	}
	if a.NewEmail != nil {
		facts = append(facts, desk.Fact{Term: "Adresse à confirmer", Text: a.NewEmail.Email.String()})
	}
	for _, kind := range a.Muted {
		facts = append(facts, desk.Fact{Term: "Courriels refusés", Text: message.Kind(kind).Label()})
	}
	facts = append(facts, desk.Fact{Term: "Créé le", Text: format.Day(a.Created)}, desk.Fact{Term: "Dernière connexion", Text: orNone(format.Day(a.Seen))})
	if !a.Warned.IsZero() {
		facts = append(facts, desk.Fact{Term: "Prévenu de son effacement", Text: format.Day(a.Warned)})
	}
	return privacy.Part{
		ID: "compte", Title: "Votre compte", Why: "Vous reconnaître, vous écrire, et dire aux autres qui vous êtes.", Long: s.asAccount(),
		Who: "Vous ; les membres de vos organisations voient votre nom et votre adresse ; l’équipe du portail.", Facts: facts,
		Links: []part.Link{{Label: "Corriger mon nom ou mon adresse", URL: accountPath}},
	}
}

func orNone(text string) string {
	if text == "" {
		return "aucun"
	}
	return text
}

func (s *site) organisationsPart(t *people.Told) privacy.Part {
	p := privacy.Part{
		ID: "organisations", Title: "Vos organisations et vos rôles", Why: "Savoir au nom de qui vous agissez, et ce que vous pouvez faire.",
		Long: "Jusqu’à ce que vous partiez, ou qu’on vous retire. Une invitation est gardée 14 jours.", Who: "Les membres de ces organisations ; l’équipe du portail.",
		Links: []part.Link{{Label: "Mes organisations", URL: organisationsPath}},
	}
	var rows [][]string
	for _, m := range t.Organisations {
		rows = append(rows, []string{m.Name, memberWords(&account.Member{Roles: m.Roles, Manager: m.Manager}), format.Day(m.Since)})
	}
	for _, r := range t.Requests {
		rows = append(rows, []string{r.Name, "Demande en attente", format.Day(r.At)})
	}
	for _, i := range t.Invitations {
		rows = append(rows, []string{i.Name, "Invitation en attente", format.Day(i.At)})
	}
	if len(rows) == 0 {
		p.None = "Vous n’êtes membre d’aucune organisation, et aucune ne vous attend."
		return p
	}
	p.Tables = []privacy.Table{{Caption: "Organisations, demandes et invitations", Heads: []string{"Organisation", "Lien", "Depuis"}, Rows: rows}}
	return p
}

func (s *site) sessionsPart(t *people.Told) privacy.Part {
	p := privacy.Part{
		ID: "connexions", Title: "Vos connexions", Why: "Garder votre connexion ouverte, et vous montrer toutes celles qui le sont.",
		Long: "12 heures après le dernier usage. Une demande de connexion est effacée au bout d’un jour.", Who: "Vous, et personne d’autre ; l’équipe du portail peut y mettre fin.",
		Links: []part.Link{{Label: "Mes connexions ouvertes", URL: accountPath + "/sessions"}},
	}
	for _, v := range t.Sessions {
		p.Facts = append(p.Facts, desk.Fact{Term: "Connexion du " + format.Moment(v.At), Text: strings.Trim(strings.Join([]string{v.Browser, shortNetwork(v.Network), v.Method.Label()}, ", "), ", ")})
	}
	if n := len(t.SignIns); n > 0 {
		p.Facts = append(p.Facts, desk.Fact{Term: "Demandes de connexion", Text: format.Number(n)})
	}
	return p
}

func (s *site) mailsPart(t *people.Told) privacy.Part {
	p := privacy.Part{
		ID: "courriels", Title: "Vos courriels", Why: "Vous prévenir, et savoir ce qui est arrivé.",
		Long: "Le contenu, " + months(s.People.Keep.Messages) + " ; puis une ligne sans adresse, effacée au bout de " + months(s.People.Keep.Audit) + ".",
		Who:  "Vous ; l’équipe du portail, pour un envoi qui a échoué.",
	}
	if len(t.Received)+len(t.Caused) == 0 {
		p.None = "Aucun courriel."
	}
	for _, list := range []struct {
		caption string
		mails   []people.ToldMail
	}{{"Reçus", t.Received}, {"Partis à votre demande", t.Caused}} {
		if len(list.mails) == 0 {
			continue
		}
		table := privacy.Table{Caption: list.caption, Heads: []string{"Courriel", "État", "Demandé le"}, More: s.more(len(list.mails))}
		for _, m := range list.mails[:min(len(list.mails), dataRows)] {
			state := m.State.Label()
			if !m.Bounced.IsZero() {
				state += ", puis rejeté"
			}
			if !m.Scrubbed.IsZero() {
				state += ", contenu effacé"
			}
			table.Rows = append(table.Rows, []string{format.Text(m.Kind.Label()), state, format.Moment(m.Queued)})
		}
		p.Tables = append(p.Tables, table)
	}
	if t.Refusal != nil && t.Refusal.Lifted.IsZero() {
		p.Facts = []desk.Fact{{Term: "Adresse en échec", Text: "Depuis le " + format.Day(t.Refusal.Since) + format.NNBSP + ": elle a refusé un courriel, le portail n’y écrit plus."}}
	}
	return p
}

// more says what a list of the page leaves out.
func (s *site) more(n int) string {
	if n <= dataRows {
		return ""
	}
	return "Les " + format.Number(dataRows) + " plus récents sont montrés ici, le fichier à télécharger a les autres."
}

func (s *site) auditPart(t *people.Told) privacy.Part {
	p := privacy.Part{
		ID: "journal", Title: "Le journal de ce qui vous concerne", Why: "Savoir qui a changé quoi, pour la sûreté du portail et la vôtre.",
		Long: months(s.People.Keep.Audit) + ". Vos valeurs y sont chiffrées avec une clé à vous, détruite quand le compte est effacé.",
		Who:  "L’équipe du portail, et vous.",
	}
	if len(t.Audit) == 0 {
		p.None = "Le journal ne dit rien de vous."
		return p
	}
	table := privacy.Table{Caption: "Ce que vous avez fait, ou qui vous concerne", Heads: []string{"Quoi", "Par", "Le"}, More: s.more(len(t.Audit))}
	for _, line := range t.Audit[:min(len(t.Audit), dataRows)] {
		by := cmp.Or(people.NoPerson(line.Actor), "une autre personne")
		if line.Actor == t.Account.ID {
			by = "vous"
		}
		table.Rows = append(table.Rows, []string{people.DoneWords(line.What), by, format.Moment(line.At)})
	}
	p.Tables = []privacy.Table{table}
	return p
}

func (s *site) restPart(t *people.Told) privacy.Part {
	p := privacy.Part{
		ID: "reste", Title: "Vos signalements et vos fichiers", Why: "Vous répondre, et tenir ce que vous avez déposé.",
		Long: "Un signalement, jusqu’à ce qu’il soit traité ; un fichier, tant que vous le gardez.", Who: "L’équipe du portail.",
	}
	for _, r := range t.Reports {
		p.Facts = append(p.Facts, desk.Fact{Term: "Signalement " + r.Reference, Text: "Du " + format.Day(r.At), URL: searchPath + "/" + r.Structure})
	}
	if n := len(t.Files); n > 0 {
		p.Facts = append(p.Facts, desk.Fact{Term: "Fichiers", Text: format.Number(n)})
	}
	return p
}
