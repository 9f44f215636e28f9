package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"sourcier/internal/account"
	"sourcier/internal/registration"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
	"sourcier/views/sheet"
)

// topicsPath is below that of a sheet.
const topicsPath = "/contacts"

var topicHelp = map[registration.Topic]string{
	registration.TopicSourcing: "Qui répond quand un acheteur prépare un marché.",
	registration.TopicEvents:   "Qui est invité aux rencontres entre acheteurs et structures.",
	registration.TopicNews:     "Qui reçoit les nouvelles du portail.",
}

// What is asked of a contact, after the code of its topic.
const (
	topicName      = "-nom"
	topicFunction  = "-fonction"
	topicEmail     = "-courriel"
	topicPhone     = "-telephone"
	topicFrequency = "-frequence"
)

var topicsScreen = &ownScreen{
	path: topicsPath, heading: "Contacts par sujet", done: "contacts", held: true,
	lead:   "Seuls les acheteurs, prescripteurs et facilitateurs connectés voient ces noms. Demandez à chaque personne si elle est d’accord.",
	fields: topicFields(),
	values: func(o *ownSheet) url.Values { return topicValues(o.Value.Contacts) },
	rev:    func(o *ownSheet) int64 { return o.Value.ContactsRev },
	save: func(ctx context.Context, o *ownSheet, rev int64, sent url.Values) ([]form.Fault, error) {
		list, faults := readTopics(sent)
		if len(faults) > 0 {
			return faults, nil
		}
		return nil, o.Directory.SetContacts(ctx, o.who, o.ID, rev, list)
	},
	view: func(_ *ownSheet, f ownsheet.Form, v url.Values) templ.Component {
		f.AtOnce = "Enregistré aussitôt : les acheteurs connectés voient ces contacts sans autre publication."
		p := ownsheet.PeoplePage{Form: f}
		for _, t := range registration.Topics {
			code := string(t)
			line := ownsheet.Topic{
				Code: code, Label: format.Text(t.Label()), Help: format.Text(topicHelp[t]),
				Name: v.Get(code + topicName), Job: v.Get(code + topicFunction), Email: v.Get(code + topicEmail), Phone: v.Get(code + topicPhone),
			}
			for _, q := range registration.Frequencies {
				line.Frequencies = append(line.Frequencies, part.Option{Value: string(q), Label: format.Text(q.Label()), Selected: v.Get(code+topicFrequency) == string(q)})
			}
			p.Topics = append(p.Topics, line)
		}
		return ownsheet.PeopleView(p)
	},
}

func topicFields() (out []ownField) {
	for _, t := range registration.Topics {
		for _, f := range []struct{ name, label string }{{topicName, "nom"}, {topicFunction, "fonction"}, {topicEmail, "adresse e-mail"}, {topicPhone, "téléphone"}, {topicFrequency, "messages"}} {
			field := ownField{name: string(t) + f.name, label: t.Label() + format.NNBSP + ": " + f.label}
			if f.name == topicFrequency {
				field.words = func(_ *ownSheet, v url.Values) string {
					return format.Text(registration.Frequency(v.Get(field.name)).Label())
				}
			}
			out = append(out, field)
		}
	}
	return out
}

func topicValues(list []registration.Contact) url.Values {
	out := url.Values{}
	for _, t := range registration.Topics {
		code := string(t)
		out.Set(code+topicFrequency, string(registration.Weekly))
		for _, p := range list {
			if p.Topic == t {
				out.Set(code+topicName, p.Name)
				out.Set(code+topicFunction, p.Function)
				out.Set(code+topicEmail, string(p.Email))
				out.Set(code+topicPhone, format.Phone(p.Phone))
				out.Set(code+topicFrequency, string(p.Frequency))
			}
		}
	}
	return out
}

// readTopics reads the contacts; a topic without a name, an address and a number has none.
func readTopics(sent url.Values) (list []registration.Contact, faults []form.Fault) {
	in := formLines{sent: sent}
	for _, t := range registration.Topics {
		code := string(t)
		p := registration.Contact{
			Topic: t, Name: in.line(code+topicName, registration.MaxTitle), Function: in.line(code+topicFunction, registration.MaxTitle),
			Email: account.Email(in.email(code + topicEmail)), Phone: in.phone(code + topicPhone), Frequency: registration.Frequency(sent.Get(code + topicFrequency)),
		}
		if p.Name+p.Function+string(p.Email)+p.Phone == "" {
			continue
		}
		if p.Name == "" {
			in.fault(code+topicName, "Donnez le nom de cette personne, ou videz les autres champs.")
		}
		if p.Email == "" && p.Phone == "" && sent.Get(code+topicEmail)+sent.Get(code+topicPhone) == "" {
			in.fault(code+topicEmail, "Donnez une adresse e-mail ou un téléphone : un nom seul ne permet pas de joindre.")
		}
		if !slices.Contains(registration.Frequencies, p.Frequency) {
			in.fault(code+topicFrequency, "Choisissez une fréquence de la liste.")
		}
		list = append(list, p)
	}
	return list, in.faults
}

// topicLines are the contacts as a buyer sees them.
func topicLines(list []registration.Contact) (out []sheet.Person) {
	for _, t := range registration.Topics {
		for _, p := range list {
			if p.Topic == t {
				out = append(out, sheet.Person{
					Topic: format.Text(t.Label()), Name: format.Text(p.Name), Function: format.Text(p.Function), Email: string(p.Email), Phone: format.Phone(p.Phone), Dial: format.Dial(p.Phone),
				})
			}
		}
	}
	return out
}
