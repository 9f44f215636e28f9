package buyer

import (
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
)

// Binder says which lists an organisation has: one document, so that their number and
// their names hold however many write at once. A list that nothing was put into has
// no document of its own.
type Binder struct {
	Organisation string `json:"organisation"`
	Lists        []Ref  `json:"lists"` // in the order in which they were made
}

// Ref is one list of a binder.
type Ref struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	By        string    `json:"by,omitempty"` // person id, "" of who is erased
	At        time.Time `json:"at"`
	DeletedAt time.Time `json:"deleted_at,omitzero"` // it comes back until DeletedFor later
	DeletedBy string    `json:"deleted_by,omitempty"`
}

// Deleted reports whether the list is only there to come back.
func (r *Ref) Deleted() bool { return !r.DeletedAt.IsZero() }

// Lapsed reports whether a deleted list comes back no more.
func (r *Ref) Lapsed(now time.Time) bool { return r.Deleted() && now.Sub(r.DeletedAt) >= DeletedFor }

// ref finds a list, nil when there is none.
func (b *Binder) ref(id string) *Ref {
	i := slices.IndexFunc(b.Lists, func(r Ref) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &b.Lists[i]
}

// List finds a list that is not deleted, nil when there is none.
func (b *Binder) List(id string) *Ref {
	if r := b.ref(id); r != nil && !r.Deleted() {
		return r
	}
	return nil
}

// Trashed finds a list that may come back, nil when there is none.
func (b *Binder) Trashed(id string, now time.Time) *Ref {
	if r := b.ref(id); r != nil && r.Deleted() && !r.Lapsed(now) {
		return r
	}
	return nil
}

// Live are the lists that are not deleted.
func (b *Binder) Live() []Ref {
	return slices.DeleteFunc(slices.Clone(b.Lists), func(r Ref) bool { return r.Deleted() })
}

// free refuses a name that another list has: people tell lists apart by it.
func (b *Binder) free(name, but string) error {
	if slices.ContainsFunc(b.Lists, func(r Ref) bool { return !r.Deleted() && r.ID != but && strings.EqualFold(r.Name, name) }) {
		return account.Fault("Une liste de l’organisation porte déjà ce nom.")
	}
	return nil
}

// Create adds a list. The same id once more is the same list: a form sent twice makes one.
func (b *Binder) Create(m Member, id, name string, at time.Time) error {
	if !m.Writes() {
		return account.ErrNotAllowed
	}
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	if b.ref(id) != nil {
		return ErrUnchanged
	}
	if err := b.free(name, ""); err != nil {
		return err
	}
	if len(b.Lists) >= MaxLists {
		return account.Fault("L’organisation a déjà 200 listes, avec celles supprimées depuis moins de 30 jours : supprimez-en avant d’en créer une autre.")
	}
	b.Organisation = m.Organisation
	b.Lists = append(b.Lists, Ref{ID: id, Name: name, By: m.Person, At: at.UTC()})
	return nil
}

// Rename gives a list another name.
func (b *Binder) Rename(m Member, id, name string) error {
	if !m.Writes() {
		return account.ErrNotAllowed
	}
	r := b.List(id)
	if r == nil {
		return ErrNoList
	}
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	if r.Name == name {
		return ErrUnchanged
	}
	if err := b.free(name, id); err != nil {
		return err
	}
	r.Name = name
	return nil
}

// Delete takes a list away; Restore brings it back.
func (b *Binder) Delete(m Member, id string, at time.Time) error {
	if !m.Writes() {
		return account.ErrNotAllowed
	}
	r := b.ref(id)
	switch {
	case r == nil:
		return ErrNoList
	case r.Deleted():
		return ErrUnchanged
	}
	r.DeletedAt, r.DeletedBy = at.UTC(), m.Person
	return nil
}

// Restore brings a deleted list back, under another name when its own was given away.
func (b *Binder) Restore(m Member, id string, now time.Time) error {
	if !m.Writes() {
		return account.ErrNotAllowed
	}
	r := b.ref(id)
	switch {
	case r == nil || r.Lapsed(now):
		return ErrNoList
	case !r.Deleted():
		return ErrUnchanged
	}
	name := r.Name
	for n := 2; b.free(name, id) != nil; n++ {
		name = again(r.Name, n)
	}
	r.Name, r.DeletedAt, r.DeletedBy = name, time.Time{}, ""
	return nil
}

// Drop forgets a list that comes back no more; false when it has come back meanwhile.
func (b *Binder) Drop(id string, now time.Time) bool {
	r := b.ref(id)
	if r == nil || !r.Lapsed(now) {
		return false
	}
	b.Lists = slices.DeleteFunc(b.Lists, func(r Ref) bool { return r.ID == id })
	return true
}

// Forget takes a person's id off; false when it was not there.
func (b *Binder) Forget(person string) bool {
	found := false
	for i := range b.Lists {
		for _, by := range []*string{&b.Lists[i].By, &b.Lists[i].DeletedBy} {
			if *by == person {
				*by, found = "", true
			}
		}
	}
	return found
}

// Persons are those whose id the binder holds.
func (b *Binder) Persons() (out []string) {
	for _, r := range b.Lists {
		out = append(out, r.By, r.DeletedBy)
	}
	return distinct(out)
}

// distinct keeps each id once, none that is empty.
func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}
