package sourcing

// Guard names a rule of an operation. The proof of its invariants takes each away in
// turn, and must fail then.
type Guard string

// Guards.
const (
	GuardSilence  Guard = "silence"          // nothing new after the launch
	GuardLast     Guard = "dernier-message"  // the launch writes to everybody
	GuardFrozen   Guard = "panel-fige"       // the panel does not change once it is used
	GuardReasons  Guard = "motifs"           // who is not contacted has one reason
	GuardVersion  Guard = "version-unique"   // one approved questionnaire
	GuardDeadline Guard = "date-limite"      // the same for all, never earlier once somebody has answered
	GuardAnalysis Guard = "analyse"          // not before the deadline
	GuardReminder Guard = "relance-unique"   // one reminder an operation
	GuardLate     Guard = "ajout-tardif"     // late additions get what the others got
	GuardShare    Guard = "partage"          // sharing reaches everybody
	GuardWithheld Guard = "motif-de-retenue" // 30 letters of reason
	GuardDeclared Guard = "declaration"      // who has not declared opens no answer
	GuardRecused  Guard = "recusation"       // nor who is recused
	GuardKept     Guard = "horodatage"       // a submission keeps its time and the deadline it saw
	GuardMinutes  Guard = "compte-rendu"     // what a supplier has acknowledged is not rewritten
	GuardReport   Guard = "rapport-fige"     // a report is not changed
)

// Guards lists them.
var Guards = []Guard{
	GuardSilence, GuardLast, GuardFrozen, GuardReasons, GuardVersion, GuardDeadline, GuardAnalysis, GuardReminder,
	GuardLate, GuardShare, GuardWithheld, GuardDeclared, GuardRecused, GuardKept, GuardMinutes, GuardReport,
}

// lifted is the guard that a test has taken away; nothing but a test of this package can
// set it.
var lifted Guard

// stands reports whether a guard is in place.
func stands(g Guard) bool { return g != lifted }

// guarded gives the refusal of a guard that is in place.
func guarded(g Guard, refusal error) error {
	if stands(g) {
		return refusal
	}
	return nil
}
