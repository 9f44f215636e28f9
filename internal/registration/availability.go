package registration

import (
	"slices"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// ReminderDays is how many days before a declared availability lapses its owner is
// told, once.
const ReminderDays = 10

// batchDays joins what lapses soon after: one mail tells of all of it.
const batchDays = 30

// ErrRenewed is said of a renewal that another has made needless.
const ErrRenewed = account.Fault("Cette disponibilité a déjà été prolongée, ou elle a changé depuis ce message.")

// Lapses is the last day on which a declared availability holds, "" when it is not
// declared, or ends by itself: a full book that is over.
func Lapses(a structure.Availability) structure.Date {
	if a.State == "" || a.DeclaredOn == "" {
		return ""
	}
	last := a.DeclaredOn.AddMonths(3)
	if a.State == structure.BookedUp && a.Until != "" && a.Until < last {
		return ""
	}
	return last
}

// Lapsing is the last day of the availability that lapses next and that the owner has
// not been told of, "" when none does within the days of a reminder.
func (r *Registration) Lapsing(on structure.Date) (day structure.Date) {
	last := r.Last()
	if r.Owner == "" || last == nil || r.Publishes() {
		return ""
	}
	for _, a := range last.Sheet.Activities {
		if d := Lapses(a.Availability); d > r.Reminded && d >= on && d <= on.AddDays(ReminderDays) && (day == "" || d < day) {
			day = d
		}
	}
	return day
}

// Remind notes that the owner is told of what lapses from a day on.
func (r *Registration) Remind(day structure.Date) {
	r.Reminded = day
	for _, a := range r.Last().Sheet.Activities {
		if d := Lapses(a.Availability); d <= day.AddDays(batchDays) {
			r.Reminded = max(r.Reminded, d)
		}
	}
}

// Renew publishes again, as of today, what the newest version says of availability.
// day is the last one of what is renewed: ErrRenewed when nothing lapses then any
// more. The draft under way, if any, follows. ErrNotYours.
func (r *Registration) Renew(organisation, person string, day structure.Date, at time.Time) error {
	last := r.Last()
	if !r.Holds(organisation) || last == nil {
		return ErrNotYours
	}
	if !slices.ContainsFunc(last.Sheet.Activities, func(a structure.Activity) bool { return Lapses(a.Availability) == day }) {
		return ErrRenewed
	}
	today := structure.DateOf(at)
	next := Version{Sheet: last.Sheet.clone(), By: person, At: at.UTC(), Rev: last.Rev, Revs: last.Revs, Renews: true}
	declared := map[structure.Availability]bool{}
	for i := range next.Sheet.Activities {
		a := &next.Sheet.Activities[i].Availability
		if Lapses(*a) != "" {
			declared[*a] = true
			a.DeclaredOn = today
		}
	}
	if r.Draft != nil {
		d := *r.Draft
		d.Sheet = d.Sheet.clone()
		for i := range d.Sheet.Activities {
			if a := &d.Sheet.Activities[i].Availability; declared[*a] {
				a.DeclaredOn = today
			}
		}
		r.Draft = &d
	}
	r.addVersion(next)
	return nil
}
