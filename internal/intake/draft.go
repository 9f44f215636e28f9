package intake

import (
	"sourcier/internal/structure"
)

// Draft is what one record says about one structure.
type Draft struct {
	SIRET  string // 14 digits, "" when the record gives none
	FINESS string // 9 characters, or ""
	// SIREN is given alone when the record is about a legal unit (ESS, ESUS): its
	// facts go to every establishment of it, those that come later included, and
	// it never makes a structure.
	SIREN string

	// Facts holds the values that the record gives; a zero value says nothing.
	Facts structure.Structure
	// Denied lists the facts that the record expressly denies ("esus: non").
	Denied []structure.Field
	Origin structure.Origin

	// Ended is set when the record says that its agreements are over, without a
	// last day: their End is the day before it was seen.
	Ended bool
	// Withdrawn is set when the holder objects to publication: the draft holds no
	// fact, and a sheet that the source alone has made is withdrawn.
	Withdrawn bool
	// Confirms is set when the draft only tells the structures that it may be about
	// that their source still lists them (writer.confirm). It is counted already.
	Confirms bool
	// Creates is set when a structure that is not known yet may be made of it.
	Creates bool
	// Unknown is why the record is left out when its structure is not known; ""
	// rejects it.
	Unknown Skip

	part    *part
	line    int
	outcome outcome
	byName  bool // found by its name and postal code
}

// waits reports whether the draft can only be settled once everything else of
// the run is in: it adds to a structure that is known, and never makes one.
// Settled earlier, it would miss what later lines make, and find it when the
// file is read again. What the register says to have closed needs no wait: the
// register is read last.
func (d *Draft) waits() bool {
	return d.SIRET == "" && d.FINESS == "" && d.SIREN == "" || d.Unknown != "" && d.Origin.Source != structure.SourceSIRENE
}

// outcome of a draft.
type outcome int

const (
	pending outcome = iota
	created
	updated
	unchanged
	withdrawn
	opposed  // left out, with its sheet
	disputed // withdrawn, and other sources publish the sheet
	behind   // the same, and the source has said otherwise since
	shared   // the facts of a legal unit, written to its establishments
	kept     // the same, for establishments to come
)

// newDraft starts the draft of the current record of l.
func (l *line) newDraft(source structure.Source) *Draft {
	d := &Draft{part: l.part, line: l.number, Creates: true}
	d.Origin = structure.Origin{Source: source, AsOf: l.part.asOf(l.session), File: l.part.ref, Line: l.number}
	return d
}

// dated gives the draft the day of its record, when the record has one.
func (d *Draft) dated(day structure.Date) {
	if day != "" {
		d.Origin.AsOf = day
	}
}

// agreement adds a kind of agreement.
func (d *Draft) agreement(kind structure.Kind, number string) {
	d.Facts.Agreements = append(d.Facts.Agreements, structure.Agreement{
		Kind: kind, Number: number, Source: d.Origin.Source, AsOf: d.Origin.AsOf,
	})
}

// reject leaves the draft out after all.
func (d *Draft) reject(s *session, column, value, why string) {
	if d.Confirms {
		d.part.report.Note("une fiche modifiée pendant l’import n’a pas pu être confirmée par cette liste : relancer l’import")
		return
	}
	d.part.report.Rejected++
	s.rejects.add(reject{d.part.Name, d.line, column, value, why})
}

// settle counts the outcome.
func (d *Draft) settle(s *session) {
	if d.Confirms {
		return
	}
	switch d.outcome {
	case disputed:
		d.reject(s, "siret", matchValue(d), "devenue non diffusible (opposition à la publication), mais d’autres sources la publient\u202f: fiche gardée, à examiner")
	case behind:
		d.part.report.skip(SkipNotDiffused)
	case created:
		d.part.report.Created++
	case updated:
		d.part.report.Updated++
	case withdrawn:
		d.part.report.skip(SkipObjected)
	case opposed:
		d.part.report.skip(SkipObjection)
	case shared:
		d.part.report.Joined++
	case kept:
		d.part.report.skip(SkipToCome)
	default:
		d.part.report.Unchanged++
	}
}
