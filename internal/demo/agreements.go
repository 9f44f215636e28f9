package demo

import (
	"fmt"

	"sourcier/internal/structure"
)

// Agreements follow each other in a fixed rhythm, so that whatever the size a
// few end soon and a few have just ended: those a buyer must be warned about.
const (
	soonEvery, soonAt   = 11, 4  // ends within 1 to 3 months
	endedEvery, endedAt = 23, 15 // ended 1 to 5 months ago
)

// agreements gives the structure those of its profile.
func (f *draft) agreements() {
	p := f.card.profile
	for n, kind := range p.kinds {
		f.g.agreed++
		start, end := f.period(p.agreed, f.g.agreed)
		a := structure.Agreement{Kind: kind, Number: f.agreementNumber(kind, start), Source: structure.SourceDemo, Start: start, End: end}
		if n == 0 || len(f.Agreements) == 0 {
			f.Agreements = append(f.Agreements, a)
			continue
		}
		// Two agreements of one establishment are often given together.
		if f.d.chance(0.6) {
			a.Start, a.End = f.Agreements[0].Start, f.Agreements[0].End
		}
		f.Agreements = append(f.Agreements, a)
	}
	// An agreement that has ended is known from a look at the source since.
	today := f.g.opts.Today
	for _, a := range f.Agreements {
		if a.End != "" && a.End < today && f.known <= a.End {
			f.known = a.End.AddDays(f.d.between(1, 20))
		}
		if f.known < a.Start {
			f.known = a.Start
		}
	}
	f.known = min(f.known, today.AddDays(-1))
	for i := range f.Agreements {
		f.Agreements[i].AsOf = f.known
	}
}

// period gives the first and last day of the nth agreement, given for a number of years.
func (f *draft) period(years, n int) (start, end structure.Date) {
	today := f.g.opts.Today
	switch {
	case n%soonEvery == soonAt:
		end = today.AddDays(f.d.between(32, 88))
	case n%endedEvery == endedAt:
		end = today.AddDays(-f.d.between(30, 150))
	default:
		end = endOfMonth(today.AddDays(f.d.between(125, max(140, years*365-45))))
	}
	start = end.AddDays(1).AddMonths(-12 * years)
	if years >= 15 && f.d.chance(0.1) {
		end = "" // old authorisations are known without their end
	}
	return start, end
}

func endOfMonth(day structure.Date) structure.Date {
	return (day[:8] + "01").AddMonths(1).AddDays(-1)
}

// agreementNumber looks like those of each authority.
func (f *draft) agreementNumber(kind structure.Kind, start structure.Date) string {
	department := f.commune.Department
	if len(department) == 2 {
		department = "0" + department
	}
	n := f.d.between(1, 9999)
	switch kind {
	case structure.ESAT:
		return "" // its FINESS number, once known
	case structure.EA, structure.EATT:
		return fmt.Sprintf("%s-%s-%s-%03d", kind, department, start[2:4], n%1000)
	case structure.GEIQ:
		return fmt.Sprintf("GEIQ-%s-%03d", start[:4], n%1000)
	case structure.SEP:
		return fmt.Sprintf("SEP-%s-%03d", start[:4], n%1000)
	}
	return fmt.Sprintf("%s%s%s%04dA%dM%d", kind, department, start[2:4], n, f.d.IntN(3), f.d.IntN(2))
}
