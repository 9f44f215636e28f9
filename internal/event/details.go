package event

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/sourcing"
)

// Details is what a guest says beside the answer. Needs that are left empty stay as they
// are: a page never shows them again, since its link may have been passed on.
type Details struct {
	Diet, Access string
	Erase        bool   // both needs
	Photos       string // PhotosYes, PhotosNo, "" = as it is
}

// Faults are what is wrong with them, by field.
func (d *Details) Faults() map[string]account.Fault {
	faults := map[string]account.Fault{}
	for field, text := range map[string]string{"diet": d.Diet, "access": d.Access} {
		if utf8.RuneCountInString(text) > MaxNeeds {
			faults[field] = "Ce texte est trop long : 300 caractères au plus."
		}
	}
	return faults
}

// AsksNeeds reports whether guests are asked for dietary and access needs at a time.
func (e *Event) AsksNeeds(at time.Time) bool {
	st := e.State(at)
	return e.Needs && st != Past && st != Called
}

// Detail takes what the guest says beside the answer, as far as the event asks for it. It
// names what has changed, in French.
func (g *Guest) Detail(e *Event, d Details, at time.Time) (changed []string) {
	needs, photos := [2]string{g.Diet, g.Access}, g.Photos
	if e.AsksNeeds(at) {
		if d.Erase {
			g.Diet, g.Access = "", ""
		}
		for field, text := range map[*string]string{&g.Diet: d.Diet, &g.Access: d.Access} {
			if text = strings.TrimSpace(text); text != "" {
				*field = text
			}
		}
	}
	if e.Photos && (d.Photos == PhotosYes || d.Photos == PhotosNo) {
		g.Photos = d.Photos
	}
	if needs != [2]string{g.Diet, g.Access} {
		changed = append(changed, "vos besoins")
	}
	if photos != g.Photos {
		changed = append(changed, "votre choix pour les photos")
	}
	return changed
}

// Polls reports whether guests may say which dates suit them.
func (e *Event) Polls(at time.Time) bool {
	return len(e.Dates) > 0 && e.Starts.IsZero() && e.CancelledAt.IsZero() && (e.PollUntil.IsZero() || at.Before(e.PollUntil))
}

// ErrPolled refuses a vote that comes too late.
const ErrPolled = account.Fault("Le sondage sur la date est terminé.")

// Vote notes which dates of a poll suit the guest, none of them too. The same again is
// sourcing.ErrUnchanged.
func (g *Guest) Vote(e *Event, dates []string, at time.Time) error {
	if !e.Polls(at) {
		return ErrPolled
	}
	var suits []string
	for _, d := range e.Dates {
		if slices.Contains(dates, d.ID) {
			suits = append(suits, d.ID)
		}
	}
	if !g.PolledAt.IsZero() && slices.Equal(g.Dates, suits) {
		return sourcing.ErrUnchanged
	}
	g.Dates, g.PolledAt = suits, at.UTC()
	return nil
}

// Propose notes what a calendar program answers for a guest, for somebody to confirm:
// programs answer by themselves, and a mail is easily forged. sequence is that of the
// REQUEST that it answers. It tells whether there is something to confirm.
func (g *Guest) Propose(e *Event, said Answer, sequence int64, at time.Time) bool {
	s := e.Seat(g.ID)
	if s == nil || !s.Active() || said != Accepted && said != Declined || sequence < e.CalendarSequence(s, Confirmed) {
		return false
	}
	if st := e.State(at); st == Past || st == Called || s.Answer == said || g.Said == said {
		return false
	}
	g.Said, g.SaidAt = said, at.UTC()
	return true
}

// Queue are the seats that wait for a place, in the order in which places are offered.
func (e *Event) Queue() []Seat {
	out := slices.DeleteFunc(slices.Clone(e.Seats), func(s Seat) bool { return !s.Waits() })
	slices.SortStableFunc(out, func(a, b Seat) int { return int(a.Rank - b.Rank) })
	return out
}

// Behind reports whether somebody whom a free place suits waits before the seat: then it
// waits too.
func (e *Event) Behind(s *Seat) bool { return !s.Holds() && e.waiting(e.tally(), s) }
