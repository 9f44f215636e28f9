package corpus

import (
	"strconv"

	"sourcier/internal/structure"
)

// company is known by its register entry; three in five have been described.
func (d *draft) company() {
	a := common(&d.dice, d.g.byAPE)
	d.main = a.trade
	d.NAF = a.code
	d.Activities = []structure.Activity{{Sectors: a.sectors, Derived: true}}
	if d.chance(10) {
		d.ESS = common(&d.dice, structure.ESSFamilies)
	}
	d.Name = d.companyName()
	if d.chance(12) {
		d.TradeName = common(&d.dice, d.g.brands)
	}
	if d.chance(60) {
		d.describe(d.between(6, 10))
	}
}

// supplier says what it sells.
func (d *draft) supplier() {
	d.main = common(&d.dice, d.g.trades)
	d.NAF = d.main.naf
	d.agreements()
	d.Name = d.supplierName()
	if d.chance(25) {
		d.TradeName = pick(&d.dice, d.g.brands)
	}
	d.describe(d.between(7, 11))
	for n := range 1 + d.rank(3) {
		t := d.main
		if n > 0 {
			t = common(&d.dice, d.g.trades)
		}
		d.Activities = append(d.Activities, d.activity(t))
	}
	for range d.rank(4) {
		d.References = append(d.References, d.customer())
	}
	d.ESUS = d.chance(15)
}

// agreements makes three in four suppliers what a buyer can reserve for.
func (d *draft) agreements() {
	switch n := d.below(100); {
	case n < 45:
		d.agree(pick(&d.dice, []structure.Kind{structure.ACI, structure.EI, structure.AI, structure.EI, structure.ACI, structure.ETTI, structure.GEIQ, structure.EITI}))
		if d.chance(12) {
			d.agree(structure.AI)
		}
	case n < 65:
		d.agree(pick(&d.dice, []structure.Kind{structure.ESAT, structure.ESAT, structure.EA, structure.EA, structure.EATT}))
	case n < 66:
		d.agree(structure.SEP)
	}
	if d.chance(50) {
		d.ESS = common(&d.dice, structure.ESSFamilies)
	}
}

// agree gives an agreement of whole years, as they are signed: few different
// dates over the whole directory. Some have ended, some have no end.
func (d *draft) agree(kind structure.Kind) {
	from := 2019 + d.below(8)
	a := structure.Agreement{Kind: kind, Number: "0" + d.place.Department + strconv.Itoa(d.below(100_000)), Source: structure.SourceEmplois,
		AsOf: "2026-11-01", Start: structure.Date(strconv.Itoa(from) + "-01-01")}
	if d.chance(80) {
		a.End = structure.Date(strconv.Itoa(max(from, 2025)+d.below(5)) + "-12-31")
	}
	d.Agreements = append(d.Agreements, a)
}

func (d *draft) activity(t trade) structure.Activity {
	a := structure.Activity{Sectors: []string{t.code}, Zone: d.zone(), Offer: d.offer(t)}
	if d.chance(25) {
		if other := common(&d.dice, d.g.trades).code; other != t.code {
			a.Sectors = append(a.Sectors, other)
		}
	}
	switch n := d.below(100); {
	case n < 55:
		a.Modes = []structure.Mode{structure.PREST}
	case n < 70:
		a.Modes = []structure.Mode{structure.DISP}
	case n < 80:
		a.Modes = []structure.Mode{structure.BUILD}
	case n < 90:
		a.Modes = []structure.Mode{structure.PREST, structure.DISP}
	}
	for range d.rank(5) {
		if q := common(&d.dice, d.g.quality); len(a.Characteristics) == 0 || a.Characteristics[0] != q {
			a.Characteristics = append(a.Characteristics, q)
		}
	}
	if d.chance(40) {
		a.Availability = d.availability()
	}
	return a
}

// availability was declared up to five months ago: some have expired.
func (d *draft) availability() structure.Availability {
	state := pick(&d.dice, []structure.AvailabilityState{structure.Available, structure.Available, structure.OnQuote, structure.BookedUp})
	a := structure.Availability{State: state, DeclaredOn: day(-d.below(150))}
	if state == structure.BookedUp {
		a.Until = day(d.below(120) - 20)
	}
	return a
}

// bands are workforce bands, the frequent ones first.
var bands = []structure.Workforce{"NN", "01", "02", "03", "11", "00", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"}

func (d *draft) size() {
	if len(d.Agreements) > 0 && d.chance(70) {
		d.Workforce = pick(&d.dice, []structure.Workforce{"03", "11", "12", "21", "22"})
	} else if d.chance(90) {
		d.Workforce = common(&d.dice, bands)
	}
	category := pick(&d.dice, []string{"PME", "PME", "PME", "PME", "PME", "PME", "PME", "ETI", "ETI", "GE"})
	d.Size = structure.SizeOf(d.Workforce, category)
}

// labels are given for whole years.
func (d *draft) labels() {
	percent := 5
	if len(d.Agreements) > 0 {
		percent = 25
	}
	for d.chance(percent) && len(d.Labels) < 2 {
		l := common(&d.dice, d.g.national)
		from := 2022 + d.below(4)
		d.Labels = append(d.Labels, structure.Label{Code: l.Code, Name: l.Name,
			From: structure.Date(strconv.Itoa(from) + "-01-01"), To: structure.Date(strconv.Itoa(from+3) + "-12-31")})
	}
}
