package web

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

var settingsDone = map[string]string{
	"regle": "Réglages enregistrés.", "service": "Service ajouté.", "retire": "Service supprimé.",
}

var serviceDone = map[string]string{
	"nomme": "Service renommé.", "ajoutee": "Prescripteur ajouté : cette personne voit les achats du service.", "retiree": "Prescripteur retiré : cette personne ne voit plus les achats du service.",
}

// settingsInput is what was typed on the page of the settings; nil figures are the
// stored ones.
type settingsInput struct {
	figures url.Values
	name    string
	once    string
}

// planSettings shows the settings of the programme.
func (s *site) planSettings(c *fiber.Ctx) error {
	return s.renderSettings(c, settingsInput{once: account.NewID()}, form.State{})
}

func (s *site) renderSettings(c *fiber.Ctx, in settingsInput, state form.State) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	list, set, err := s.Programme.List(c.UserContext(), m)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’est enregistré"
	p := views.SettingsPage{
		Page: s.programmeDesk(c, "Réglages du programme", planSettingsPath, settingsDone, aboveProgramme()...), State: state, Rev: strconv.FormatInt(set.Rev, 10),
		Threshold: strconv.Itoa(set.Asked()), Months: strconv.Itoa(set.Ahead()), Hourly: centsTyped(set.HourlyCents), Once: in.once, Name: in.name,
		HourlyHelp: "Salaire et charges, pour le calcul des heures d’insertion. Vide : la valeur que propose le calculateur.",
	}
	if f := in.figures; f != nil {
		p.Threshold, p.Months, p.Hourly = typedLine(f.Get("seuil")), typedLine(f.Get("mois")), typedLine(f.Get("cout"))
	}
	named := map[string]int{}
	for i := range list {
		named[list[i].Service]++
	}
	for _, service := range set.Services {
		persons := format.Text("Aucun : personne du service ne voit ces achats")
		if n := len(service.Persons); n > 0 {
			persons = format.Number(n)
		}
		p.Services = append(p.Services, views.ServiceLine{Name: service.Name, URL: serviceURL(service.ID), Persons: persons, Purchases: format.Number(named[service.ID])})
	}
	titleFaults(&p.Title, state)
	return render(c, views.SettingsView(p))
}

func serviceURL(id string) string { return planServicesPath + "/" + url.PathEscape(id) }

// centsTyped writes an amount in cents as people type it: « 14,50 ».
func centsTyped(cents int64) string {
	if cents == 0 {
		return ""
	}
	return strings.Replace(strconv.FormatFloat(float64(cents)/100, 'f', 2, 64), ".", ",", 1)
}

// planSetFigures replaces the figures.
func (s *site) planSetFigures(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	in := settingsInput{figures: sent, once: account.NewID()}
	f, faults := readFigures(sent)
	if len(faults) > 0 {
		return s.renderSettings(c.Status(fiber.StatusUnprocessableEntity), in, form.State{Faults: faults})
	}
	rev, err := strconv.ParseInt(sent.Get("version"), 10, 64)
	if err != nil {
		rev = -1 // which version it was is not known
	}
	err = s.Programme.SetFigures(c.UserContext(), m, f, rev)
	if errors.Is(err, sourcing.ErrStale) {
		return s.renderSettings(c.Status(fiber.StatusConflict), in, form.State{Refusal: "Quelqu’un d’autre a changé les réglages entre-temps. Ce que vous avez écrit est gardé : relisez, puis enregistrez."})
	}
	if text, status, ok := refusalOf(err); ok {
		return s.renderSettings(c.Status(status), in, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, planSettingsPath, "regle")
}

func readFigures(sent url.Values) (f sourcing.Figures, faults []form.Fault) {
	whole := func(field string, most int) int {
		n, err := strconv.Atoi(typedLine(sent.Get(field)))
		if err != nil || n < 1 || n > most {
			faults = append(faults, form.Fault{Field: field, Text: "Donnez un nombre de 1 à " + strconv.Itoa(most) + ", en chiffres."})
		}
		return n
	}
	f.Threshold, f.RenewalMonths = whole("seuil", sourcing.MaxThreshold), whole("mois", sourcing.MaxAhead)
	text := strings.TrimSpace(strings.TrimSuffix(typedLine(sent.Get("cout")), "€"))
	if text == "" {
		return f, faults
	}
	euros, err := strconv.ParseFloat(strings.Replace(strings.Join(strings.Fields(text), ""), ",", ".", 1), 64)
	if err != nil || !(euros*100 >= sourcing.MinHourlyCents && euros*100 <= sourcing.MaxHourlyCents) {
		faults = append(faults, form.Fault{Field: "cout", Text: "Donnez un coût de " + strconv.Itoa(sourcing.MinHourlyCents/100) + " à " + strconv.Itoa(sourcing.MaxHourlyCents/100) + " euros de l’heure, « 14,50 » par exemple."})
		return f, faults
	}
	f.HourlyCents = int64(math.Round(euros * 100))
	return f, faults
}

// serviceAdd adds a service.
func (s *site) serviceAdd(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	sent := sentForm(c)
	id := sentOnce(sent.Get("envoi"))
	err = s.Programme.AddService(c.UserContext(), m, id, typedText(sent.Get("nom")))
	if text, status, ok := refusalOf(err); ok {
		return s.renderSettings(c.Status(status), settingsInput{name: typedText(sent.Get("nom")), once: id}, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, serviceURL(id), "nomme")
}

// service shows one.
func (s *site) service(c *fiber.Ctx) error { return s.renderService(c, nil, form.State{}) }

// renderService shows the service of the address; a name that was refused is given back.
func (s *site) renderService(c *fiber.Ctx, name *string, state form.State) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	set, err := s.Programme.Of(c.UserContext(), m)
	if err != nil {
		return err
	}
	service := set.Service(c.Params("service"))
	if service == nil {
		return fiber.ErrNotFound
	}
	named, err := s.Programme.Naming(c.UserContext(), m, service.ID)
	if err != nil {
		return err
	}
	state.Token, state.Heading = s.formToken(c), "Rien n’a changé"
	p := views.ServicePage{
		Page:  s.programmeDesk(c, service.Name, planSettingsPath, serviceDone, aboveProgramme(part.Link{Label: "Réglages du programme", URL: planSettingsPath})...),
		State: state, Action: serviceURL(service.ID), Name: service.Name,
	}
	if name != nil {
		p.Name = *name
	}
	if named > 0 {
		p.Named = format.Count(named, "achat ou marché de ce service", "achats et marchés de ce service")
		p.NamedURL = searchAt(programmePath, url.Values{string(programme.ByService): {service.ID}})
	} else {
		p.Remove = &form.Action{To: serviceURL(service.ID) + "/supprimer", Label: "Supprimer le service"}
	}
	there, err := s.Programme.Having(c.UserContext(), m, account.Prescripteur)
	if err != nil {
		return err
	}
	names, err := s.namesOf(c.UserContext(), append(slices.Clone(there), service.Persons...))
	if err != nil {
		return err
	}
	servicePeople(&p, service, there, names)
	titleFaults(&p.Title, state)
	return render(c, views.ServiceView(p))
}

// servicePeople are those of a service, and who may become one.
func servicePeople(p *views.ServicePage, service *sourcing.Service, there []string, names map[string]string) {
	for _, id := range service.Persons {
		line := views.PersonLine{Name: names[id], Remove: form.Action{To: p.Action + "/personnes", Label: "Retirer", Hidden: names[id], Values: []part.Option{{Value: "choix", Label: "retirer"}, {Value: "personne", Label: id}}}}
		if line.Name == "" {
			line.Name, line.Remove.Hidden = "Compte effacé", "ce compte"
		}
		if !slices.Contains(there, id) {
			line.Gone = "N’est plus prescripteur dans l’organisation : ne voit plus ces achats."
		}
		p.Persons = append(p.Persons, line)
	}
	for _, id := range there {
		if !slices.Contains(service.Persons, id) {
			p.Choices = append(p.Choices, part.Option{Value: id, Label: names[id]})
		}
	}
	slices.SortFunc(p.Choices, func(a, b part.Option) int { return strings.Compare(a.Label, b.Label) })
	if len(there) == 0 {
		p.None = "L’organisation n’a pas encore de prescripteur : ses gestionnaires en invitent depuis la page de l’organisation."
	}
}

// serviceRename gives a service another name.
func (s *site) serviceRename(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	name := typedText(sentForm(c).Get("nom"))
	err = s.Programme.RenameService(c.UserContext(), m, c.Params("service"), name)
	if text, status, ok := refusalOf(err); ok {
		return s.renderService(c.Status(status), &name, form.State{Faults: []form.Fault{{Field: "nom", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, serviceURL(c.Params("service")), "nomme")
}

// servicePersons adds a prescripteur, or takes one off.
func (s *site) servicePersons(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	sent, id := sentForm(c), c.Params("service")
	what := "ajoutee"
	if sent.Get("choix") == "retirer" {
		what = "retiree"
		err = s.Programme.Discharge(c.UserContext(), m, id, sent.Get("personne"))
	} else {
		err = s.Programme.Enlist(c.UserContext(), m, id, sent.Get("personne"))
	}
	if text, status, ok := refusalOf(err); ok {
		return s.renderService(c.Status(status), nil, form.State{Faults: []form.Fault{{Field: "personne", Text: text}}})
	}
	if err != nil {
		return err
	}
	return done(c, serviceURL(id), what)
}

// serviceRemove takes a service away.
func (s *site) serviceRemove(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	err = s.Programme.RemoveService(c.UserContext(), m, c.Params("service"))
	if text, status, ok := refusalOf(err); ok {
		return s.renderService(c.Status(status), nil, form.State{Refusal: text})
	}
	if err != nil {
		return err
	}
	return done(c, planSettingsPath, "retire")
}
