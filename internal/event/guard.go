package event

// Guard names a rule of an event. Its proofs take each away in turn, and must fail then.
type Guard string

// Guards.
const (
	GuardCapacity Guard = "capacite"      // confirmed and offered seats never exceed the capacity
	GuardQuota    Guard = "quota"         // nor the quota of a role
	GuardSIREN    Guard = "siren"         // nor the cap of one SIREN
	GuardOnce     Guard = "une-adresse"   // one active guest an e-mail address
	GuardOrder    Guard = "ordre"         // who waits is promoted in the published order
	GuardOver     Guard = "termine"       // nobody is promoted after closing, start or cancellation
	GuardDeficit  Guard = "deficit"       // nor while more is taken than there is
	GuardReplay   Guard = "rejeu"         // the same answer twice is one
	GuardInvite   Guard = "invitation"    // an invitation is sent once, a reminder to who has not answered
	GuardCalendar Guard = "calendrier"    // no CANCEL before its REQUEST
	GuardSequence Guard = "sequence"      // raised by a material change only
	GuardEntry    Guard = "entree-unique" // replayed or reordered scans give one entry
	GuardDiscreet Guard = "discret"       // who came to a discreet event is told to nobody
)

// Guards lists them.
var Guards = []Guard{
	GuardCapacity, GuardQuota, GuardSIREN, GuardOnce, GuardOrder, GuardOver, GuardDeficit, GuardReplay, GuardInvite, GuardCalendar, GuardSequence, GuardEntry, GuardDiscreet,
}

// Guards of what comes after an event.
const (
	GuardFrozen     Guard = "questions-figees" // the questions of a survey do not change once somebody has answered
	GuardOneOpinion Guard = "un-avis"          // a link to a survey answers once
	GuardFew        Guard = "moins-de-cinq"    // nothing is counted for fewer than five answers, nor by fewer
	GuardTwoSides   Guard = "deux-parties"     // a rencontre is confirmed by both sides before it enters a sourçage
)

// AfterGuards lists them.
var AfterGuards = []Guard{GuardFrozen, GuardOneOpinion, GuardFew, GuardTwoSides}

// lifted is the guard that a proof has taken away (Lift): a build without the tag « lifted »
// has no way to set it but a test of this package.
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
