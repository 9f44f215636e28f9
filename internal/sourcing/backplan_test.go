package sourcing

import (
	"strings"
	"testing"
	"time"

	"sourcier/internal/structure"
)

// planned is a purchase of services that begins on 1 September 2027.
func planned(change func(*Purchase)) *Purchase {
	p := &Purchase{ID: "p", Object: "Nettoyage", Nature: Services, Euros: 400_000, Months: 12, Start: "2027-09-01", Lots: []Lot{{ID: "l1"}}}
	if change != nil {
		change(p)
	}
	return p
}

// days are the days of a plan, by step; the beginning of those that take some time.
func days(b BackPlan) string {
	var out []string
	for _, s := range b.Steps {
		text := string(s.Code) + " " + string(s.Day)
		if s.Days > 0 {
			text = string(s.Code) + " " + string(s.From) + ".." + string(s.Day)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestBackPlanOf(t *testing.T) {
	const today = structure.Date("2026-11-28")
	tests := []struct {
		name     string
		change   func(*Purchase)
		reserved bool
		want     string
		note     string
	}{
		{"formal procedure", nil, false,
			"revue 2026-12-19, sourcage 2027-01-18..2027-03-19, dce 2027-03-19..2027-05-03, publication 2027-05-03, remise 2027-06-07, analyse 2027-06-07..2027-07-22, notification 2027-08-02, debut 2027-09-01", "procédure formalisée"},
		{"adapted procedure: 15 days of publicity and 5, no standstill", func(p *Purchase) { p.Euros = 100_000 }, false,
			"revue 2027-01-14, sourcage 2027-02-13..2027-04-14, dce 2027-04-14..2027-05-29, publication 2027-05-29, remise 2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", "procédure adaptée"},
		{"reserved: five days more", func(p *Purchase) { p.Euros = 100_000 }, true,
			"revue 2027-01-09, sourcage 2027-02-08..2027-04-09, dce 2027-04-09..2027-05-24, publication 2027-05-24, remise 2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", ""},
		{"the forward programme says that it may be reserved", func(p *Purchase) { p.Euros, p.Forward = 100_000, &Ahead{Reserved: true} }, false,
			"revue 2027-01-09, sourcage 2027-02-08..2027-04-09, dce 2027-04-09..2027-05-24, publication 2027-05-24, remise 2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", ""},
		{"below the free threshold", func(p *Purchase) { p.Euros = 59_999 }, false,
			"revue 2027-02-27, sourcage 2027-03-29..2027-05-28, devis 2027-05-28..2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", "ni publicité ni mise en concurrence"},
		{"at the free threshold", func(p *Purchase) { p.Euros = 60_000 }, false,
			"revue 2027-01-14, sourcage 2027-02-13..2027-04-14, dce 2027-04-14..2027-05-29, publication 2027-05-29, remise 2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", "procédure adaptée"},
		{"works have thresholds of their own", func(p *Purchase) { p.Nature, p.Euros = Works, 99_000 }, false,
			"revue 2027-02-27, sourcage 2027-03-29..2027-05-28, devis 2027-05-28..2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", "100\u202f000"},
		{"no amount: the longest", func(p *Purchase) { p.Euros = 0 }, false,
			"revue 2026-12-19, sourcage 2027-01-18..2027-03-19, dce 2027-03-19..2027-05-03, publication 2027-05-03, remise 2027-06-07, analyse 2027-06-07..2027-07-22, notification 2027-08-02, debut 2027-09-01", "montant n’est pas renseigné"},
		{"the amount is that of all lots", func(p *Purchase) { p.Euros, p.Lots = 0, []Lot{{ID: "l1", Euros: 40_000}, {ID: "l2", Euros: 19_000}} }, false,
			"revue 2027-02-27, sourcage 2027-03-29..2027-05-28, devis 2027-05-28..2027-06-18, analyse 2027-06-18..2027-08-02, notification 2027-08-02, debut 2027-09-01", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := BackPlanOf(planned(tt.change), DefaultLaw(), tt.reserved, today)
			if got := days(b); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if !strings.Contains(strings.Join(b.Notes, " "), tt.note) {
				t.Errorf("notes %q, want %q", b.Notes, tt.note)
			}
		})
	}
}

// The law of the day of publication counts, not that of today or of the start.
func TestBackPlanFollowsTheLawOfItsDay(t *testing.T) {
	for from, want := range map[structure.Date]structure.Date{
		"2027-01-01": "2027-04-23",
		"2027-05-20": "2027-05-03", // after the publication
		"2027-05-01": "2027-04-23", // between the days that the two laws give: the earlier one holds for both
	} {
		law := DefaultLaw().With(Rule{Code: PublicationFormal, From: from, Value: 40, Source: "essai"})
		if b := BackPlanOf(planned(nil), law, false, "2026-11-28"); b.Publication() != want {
			t.Errorf("a rule from %s on: %s, want %s", from, b.Publication(), want)
		}
	}
}

func TestBackPlanSaysWhatIsMissingAndWhatIsOver(t *testing.T) {
	if b := BackPlanOf(planned(func(p *Purchase) { p.Start = "" }), DefaultLaw(), false, "2026-11-28"); len(b.Steps) > 0 || len(b.Missing) != 1 {
		t.Errorf("%+v", b)
	}
	gone := planned(func(p *Purchase) { p.AbandonedAt = time.Now() })
	if b := BackPlanOf(gone, DefaultLaw(), false, "2026-11-28"); !b.Ended || len(b.Steps) > 0 {
		t.Errorf("%+v", b)
	}
	late := planned(func(p *Purchase) { p.Publication = "2027-06-01" })
	if b := BackPlanOf(late, DefaultLaw(), false, "2026-11-28"); !strings.Contains(b.Warning, "trop tard") {
		t.Errorf("%q", b.Warning)
	}
}

func paces(b BackPlan) string {
	var out []string
	for _, s := range b.Steps {
		if s.Pace != PaceAhead {
			out = append(out, string(s.Code)+" "+string(s.Pace))
		}
	}
	return strings.Join(out, ", ")
}

func TestPaceOfSteps(t *testing.T) {
	at := time.Date(2027, 1, 5, 9, 0, 0, 0, time.UTC)
	state := func(do func(*Purchase)) *Purchase { return planned(do) }
	tests := []struct {
		name  string
		p     *Purchase
		today structure.Date
		want  string
	}{
		{"an idea in time", state(nil), "2026-11-28", ""},
		{"on the last day it is not late", state(nil), "2026-12-19", "revue now"},
		{"the day after it is", state(nil), "2026-12-20", "revue late"},
		{"programmed, and its sourçage was to begin", state(func(p *Purchase) { p.ProgrammedAt = at }), "2027-02-01", "revue done, sourcage now"},
		{"programmed, and its sourçage was to end", state(func(p *Purchase) { p.ProgrammedAt = at }), "2027-03-20", "revue done, sourcage late, dce now"},
		{"in sourçage", state(func(p *Purchase) { p.ProgrammedAt, p.SourcingAt = at, at }), "2027-01-10", "revue done, sourcage now"},
		{"launched without sourçage", state(func(p *Purchase) { p.ProgrammedAt, p.LaunchedAt = at, at }), "2027-05-10", "revue done, sourcage skipped, dce done, publication done"},
		{"launched, and the offers are there", state(func(p *Purchase) { p.ProgrammedAt, p.SourcingAt, p.LaunchedAt = at, at, at }), "2027-07-23",
			"revue done, sourcage done, dce done, publication done, remise done, analyse late"},
		{"awarded", state(func(p *Purchase) { p.ProgrammedAt, p.SourcingAt, p.LaunchedAt, p.AwardedAt = at, at, at, at }), "2027-08-10",
			"revue done, sourcage done, dce done, publication done, remise done, analyse done, notification done"},
		{"everything is late", state(nil), "2027-09-02",
			"revue late, sourcage late, dce late, publication late, remise late, analyse late, notification late, debut late"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := paces(BackPlanOf(tt.p, DefaultLaw(), false, tt.today)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLawHasItsWords(t *testing.T) {
	for _, r := range DefaultLaw() {
		if !r.Code.Valid() || r.Code.Label() == "" || r.Code.Unit() == "" || r.Code.Chapter() == "" || r.Text() == "" || len(r.Check()) > 0 {
			t.Errorf("%s: no words, or a default that could not be set: %v", r.Code, r.Check())
		}
	}
}

func TestContractDays(t *testing.T) {
	for _, tt := range []struct {
		c      Contract
		last   structure.Date
		months int
		annual int64
	}{
		{Contract{Start: "2024-03-01", End: "2026-02-28", Renewals: 2, RenewalMonths: 12, Euros: 480_000}, "2028-02-29", 24, 120_000}, // ends with a leap month
		{Contract{Start: "2025-01-15", End: "2026-04-30", Renewals: 1, RenewalMonths: 1, Euros: 1000}, "2026-05-31", 16, 706},
		{Contract{End: "2026-12-31", Euros: 90_000}, "2026-12-31", 0, 90_000},
		{Contract{Start: "2026-01-01", End: "2026-06-30", Euros: 90_000}, "2026-06-30", 6, 90_000},
	} {
		if tt.c.LastDay() != tt.last || tt.c.FirmMonths() != tt.months || tt.c.Annual() != tt.annual {
			t.Errorf("%+v: until %s, %d months, %d a year", tt.c, tt.c.LastDay(), tt.c.FirmMonths(), tt.c.Annual())
		}
	}
}
