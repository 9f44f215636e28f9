package buyer

import (
	"slices"
	"time"

	"sourcier/internal/account"
)

// Search is a saved search. It belongs to a person, or to an organisation that shares
// it: then whoever writes for the organisation may change it.
type Search struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Query        string     `json:"query"` // canonical, as the address of the results has it
	Person       string     `json:"person,omitempty"`
	Organisation string     `json:"organisation,omitempty"` // that shares it, "" = the person's alone
	At           time.Time  `json:"at"`
	Followers    []Follower `json:"followers,omitempty"` // who gets its alert
}

// Follower is somebody who is told of new structures.
type Follower struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	Since  int       `json:"since,omitempty"` // the last news of the search before: none of the person's
}

// Shared reports whether an organisation has it.
func (s *Search) Shared() bool { return s.Organisation != "" }

// Sees reports whether the search is there for the member: to anybody else it is not.
func (s *Search) Sees(m Member) bool {
	if s.Shared() {
		return s.Organisation == m.Organisation && m.Reads()
	}
	return s.Person == m.Person
}

// Changes reports whether the member may rename, share and delete it.
func (s *Search) Changes(m Member) bool {
	if s.Shared() {
		return s.Sees(m) && (m.Writes() || s.Person == m.Person)
	}
	return s.Person == m.Person
}

// Describe gives the search its name and says who has it.
func (s *Search) Describe(m Member, name string, shared bool) error {
	if !s.Changes(m) {
		return account.ErrNotAllowed
	}
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	organisation := ""
	switch {
	case shared && s.Shared():
		organisation = s.Organisation
	case shared && !m.Writes():
		return account.Fault("Seul qui agit comme « Acheteur » partage une recherche avec son organisation.")
	case shared:
		organisation = m.Organisation
	}
	if name == s.Name && organisation == s.Organisation {
		return ErrUnchanged
	}
	s.Name = name
	if s.Organisation != organisation {
		s.Organisation = organisation
		if organisation == "" { // to the others it is no longer there
			s.Person = m.Person
			s.Followers = slices.DeleteFunc(s.Followers, func(f Follower) bool { return f.Person != m.Person })
		}
	}
	return nil
}

// Follow turns the alert of a member on or off; since is the last news there is.
func (s *Search) Follow(m Member, on bool, since int, at time.Time) error {
	if !s.Sees(m) {
		return account.ErrNotAllowed
	}
	if on == s.Follows(m.Person) {
		return ErrUnchanged
	}
	if !on {
		s.Unfollow(m.Person)
		return nil
	}
	if len(s.Followers) >= MaxFollowers {
		return account.Fault("Cette recherche prévient déjà 500 personnes.")
	}
	s.Followers = append(s.Followers, Follower{m.Person, at.UTC(), since})
	return nil
}

// Follows reports whether a person gets the alert.
func (s *Search) Follows(person string) bool {
	return slices.ContainsFunc(s.Followers, func(f Follower) bool { return f.Person == person })
}

// Unfollow ends the alert of a person; false when there was none.
func (s *Search) Unfollow(person string) bool {
	n := len(s.Followers)
	s.Followers = slices.DeleteFunc(s.Followers, func(f Follower) bool { return f.Person == person })
	return len(s.Followers) < n
}

// Forget takes a person off a shared search; false when nothing named the person.
func (s *Search) Forget(person string) bool {
	found := s.Unfollow(person)
	if s.Person == person {
		s.Person, found = "", true
	}
	return found
}

// NewSearch saves a search for a member.
func NewSearch(m Member, id, name, query string, shared bool, at time.Time) (Search, error) {
	s := Search{ID: id, Query: query, Person: m.Person, At: at.UTC()}
	if len(query) > MaxQuery {
		return s, account.Fault("Cette recherche est trop longue pour être enregistrée : retirez-en des filtres.")
	}
	err := s.Describe(m, name, shared)
	return s, err
}
