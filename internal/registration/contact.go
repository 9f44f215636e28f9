package registration

import (
	"fmt"
	"slices"

	"sourcier/internal/account"
)

// Topic is what the portal writes to a structure about.
type Topic string

// Topics.
const (
	TopicSourcing Topic = "sourcing" // needs of buyers, questionnaires
	TopicEvents   Topic = "events"
	TopicNews     Topic = "news"
)

// Topics lists them in the order in which they are shown.
var Topics = []Topic{TopicSourcing, TopicEvents, TopicNews}

var topicLabels = map[Topic]string{TopicSourcing: "Sourçage", TopicEvents: "Événements", TopicNews: "Actualités du portail"}

// Label is the topic as shown to people, in French.
func (t Topic) Label() string { return topicLabels[t] }

// Frequency is how often a contact is written to.
type Frequency string

// Frequencies.
const (
	AtOnce Frequency = "at_once"
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
	Never  Frequency = "never"
)

// Frequencies lists them.
var Frequencies = []Frequency{AtOnce, Daily, Weekly, Never}

var frequencyLabels = map[Frequency]string{AtOnce: "Tout de suite", Daily: "Une fois par jour", Weekly: "Une fois par semaine", Never: "Jamais"}

// Label is the frequency as shown to people, in French.
func (f Frequency) Label() string { return frequencyLabels[f] }

// Contact is who answers for the structure on a topic: personal data, shown to
// signed-in buyers only, which is why it is in no structure document.
type Contact struct {
	Topic     Topic         `json:"topic"`
	Name      string        `json:"name,omitempty"`
	Function  string        `json:"function,omitempty"`
	Email     account.Email `json:"email,omitempty"`
	Phone     string        `json:"phone,omitempty"`
	Frequency Frequency     `json:"frequency"`
}

// Contact gives that of a topic, nil when there is none.
func (r *Registration) Contact(t Topic) *Contact {
	for i := range r.Contacts {
		if r.Contacts[i].Topic == t {
			return &r.Contacts[i]
		}
	}
	return nil
}

// SetContacts replaces the contacts, one a topic at most. They are no part of the
// draft: they count at once, and are of who holds the sheet. Who only asks for it, as
// anybody may, neither reads nor writes them. ErrNotYours, ErrStale.
func (r *Registration) SetContacts(organisation string, rev int64, list []Contact) error {
	switch {
	case !r.Holds(organisation):
		return ErrNotYours
	case r.ContactsRev > rev:
		return ErrStale
	}
	for i, c := range list {
		if !slices.Contains(Topics, c.Topic) || !slices.Contains(Frequencies, c.Frequency) {
			return account.Fault("Choisissez pour chaque sujet une fréquence de la liste.")
		}
		if slices.ContainsFunc(list[:i], func(o Contact) bool { return o.Topic == c.Topic }) {
			return account.Fault("Chaque sujet a un seul contact.")
		}
	}
	r.Contacts = list
	r.ContactsRev++
	return nil
}

func tooLong(n, most int) error {
	return account.Fault(fmt.Sprintf("Ce texte est trop long : %d caractères, %d au plus.", n, most))
}
