package sourcing

import (
	"slices"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// Interest says that a structure would like to hear of an announced purchase: a
// candidate for its sourçage, nothing more. No other structure sees it.
type Interest struct {
	Purchase     string    `json:"purchase"`
	Structure    string    `json:"structure"`
	Organisation string    `json:"organisation"` // that holds its sheet
	By           string    `json:"by,omitempty"` // id of a person; "" once erased
	At           time.Time `json:"at"`
	WithdrawnAt  time.Time `json:"withdrawn_at,omitzero"`
}

// InterestID is the id of the one document of a structure and a purchase.
func InterestID(purchase, structure string) string { return purchase + "." + structure }

// Stands reports whether it is shown to the buyer.
func (i *Interest) Stands() bool { return !i.At.IsZero() && i.WithdrawnAt.IsZero() }

// MaxInterests of a purchase are kept.
const MaxInterests = 2000

// Watch is the alert of a person on the public forward programme.
type Watch struct {
	Person       string    `json:"person"`
	Organisation string    `json:"organisation,omitempty"`
	Structure    string    `json:"structure,omitempty"` // for which the person follows
	Like         bool      `json:"like,omitempty"`      // what its sheet says, on the day
	Sectors      []string  `json:"sectors,omitempty"`   // unless Like; none = all
	Places       []string  `json:"places,omitempty"`    // unless Like; none = everywhere
	Since        time.Time `json:"since"`               // what was published before is told to nobody
	StoppedAt    time.Time `json:"stopped_at,omitzero"`

	// Told are the purchases that the person was told of, the newest last, and Day the
	// day of the last letter: written with the letter, so that nobody is told twice.
	Told []string       `json:"told,omitempty"`
	Day  structure.Date `json:"day,omitempty"`
}

// Bounds of a watch.
const (
	MaxWatchSectors = 20
	MaxWatchPlaces  = 20
	MaxTold         = 2000
)

// Follow makes the watch tell of what is published from a moment on.
func (w *Watch) Follow(in Watch, at time.Time) error {
	same := w.Person != "" && w.StoppedAt.IsZero() && w.Structure == in.Structure && w.Organisation == in.Organisation && w.Like == in.Like &&
		slices.Equal(w.Sectors, in.Sectors) && slices.Equal(w.Places, in.Places)
	if same {
		return ErrUnchanged
	}
	in.Since, in.Told, in.Day, in.StoppedAt = at.UTC(), w.Told, w.Day, time.Time{}
	*w = in
	return nil
}

// Stop ends it. What was told stays: who comes back is not told of it again.
func (w *Watch) Stop(at time.Time) error {
	if w.Person == "" || !w.StoppedAt.IsZero() {
		return ErrUnchanged
	}
	*w = Watch{Person: w.Person, Since: w.Since, StoppedAt: at.UTC(), Told: w.Told, Day: w.Day}
	return nil
}

// News are those of the announcements that the watch wants and was not told of,
// published after it began and before a moment that is the same for everybody.
func (w *Watch) News(list []Announcement, before time.Time, wants func(*Announcement) bool) (news []Announcement) {
	for i := range list {
		a := &list[i]
		if a.External == nil && a.Since.After(w.Since) && a.Since.Before(before) && !slices.Contains(w.Told, a.ID) && wants(a) {
			news = append(news, *a)
		}
	}
	return news
}

// Tell notes that they were told of, in the run that tells what was published before
// a moment. When the list is full its oldest go, all of earlier runs: what they told is
// then left behind by Since.
func (w *Watch) Tell(news []Announcement, day structure.Date, before time.Time) {
	for i := range news {
		w.Told = append(w.Told, news[i].ID)
	}
	if extra := len(w.Told) - MaxTold; extra > 0 {
		w.Told = slices.Delete(w.Told, 0, extra)
		if run := before.AddDate(0, 0, -1).UTC(); run.After(w.Since) {
			w.Since = run
		}
	}
	w.Day = day
}

// Concerns reports whether an announcement is in one of the sectors, and executed in
// part within one of the territories; none of them is all.
func (a *Announcement) Concerns(atlas *territory.Atlas, sectors []string, places []territory.Territory) bool {
	if len(sectors) > 0 && !meets(sectors, a.Sectors) {
		return false
	}
	return len(places) == 0 || slices.ContainsFunc(a.where(atlas), func(t territory.Territory) bool {
		return slices.ContainsFunc(places, func(p territory.Territory) bool { return p.Communes.Intersects(t.Communes) })
	})
}

// ConcernsSheet reports whether an activity of a structure is in one of its sectors and
// serves one of its places.
func (a *Announcement) ConcernsSheet(atlas *territory.Atlas, v *structure.Structure) bool {
	where := a.where(atlas)
	return slices.ContainsFunc(v.Activities, func(one structure.Activity) bool {
		return meets(one.Sectors, a.Sectors) && slices.ContainsFunc(where, func(t territory.Territory) bool { return one.Zone.Serves(atlas, v.Address, t) })
	})
}

// where are the territories of its places, those that are known.
func (a *Announcement) where(atlas *territory.Atlas) (list []territory.Territory) {
	for _, value := range a.Places {
		if t, err := atlas.Resolve(value); err == nil {
			list = append(list, t)
		}
	}
	return list
}

func meets(a, b []string) bool {
	return slices.ContainsFunc(a, func(code string) bool { return slices.Contains(b, code) })
}
