package official

import (
	"strconv"
	"strings"

	"sourcier/internal/structure"
)

// masked is how the register hides what its holder objects to.
const masked = "[ND]"

// establishment writes the nth row of a unit, in the order of the 54 columns.
func (u *unit) establishment(r *rows, n int, s *Stock) {
	closed := u.closed || n > 0 && chance(u.Rand, isClosed)
	place := u.place
	if n > 0 && chance(u.Rand, 300) {
		place = s.all[u.IntN(len(s.all))]
	}
	nic := structure.WithLuhnKey(u.siren + pad(n+1, 4))[9:]
	r.add(u.siren, nic, u.siren+nic, u.status(), u.day())
	u.workforce(r)
	r.add("", u.treated(), strconv.FormatBool(n == 0), strconv.Itoa(1+u.IntN(9)))
	u.address(r, place.PostalCodes[0], strings.ToUpper(place.Name), place.Code)
	r.skip(14) // the second address
	r.add(u.day(), u.state(closed, "F"))
	sign := ""
	if !u.hidden && chance(u.Rand, hasSign) {
		sign = u.name()
	}
	r.add(sign, "", "", "", u.trade.code(u.old), u.nomenclature(), yes(u.employer), u.trade.naf25)
	r.end()
}

// address writes what stands between nombrePeriodes and the second address.
func (u *unit) address(r *rows, postal, city, commune string) {
	if u.hidden {
		r.add("", masked, masked, masked, masked, masked, masked, postal, city, "", masked, commune)
		r.add("", "", "", "", masked, masked, masked)
		return
	}
	complement, number := "", ""
	if chance(u.Rand, 180) {
		complement = "BATIMENT " + "ABCDEF"[u.IntN(6):][:1]
		if chance(u.Rand, hasComma*5) {
			complement += ", ETAGE " + strconv.Itoa(u.IntN(9))
		}
	}
	if chance(u.Rand, 800) {
		number = strconv.Itoa(1 + u.IntN(200))
	}
	street := streets[u.IntN(len(streets))]
	if chance(u.Rand, hasComma) {
		street += ", " + streets[u.IntN(len(streets))]
	}
	r.add(complement, number, "", "", "", "RUE", street, postal, city, "", "", commune)
	x, y := "", ""
	if chance(u.Rand, 850) {
		x, y = strconv.Itoa(630_000+u.IntN(60_000))+"."+strconv.Itoa(u.IntN(100)), strconv.Itoa(6_830_000+u.IntN(60_000))+"."+strconv.Itoa(u.IntN(100))
	}
	r.add("", "", "", "", commune+"_"+pad(u.IntN(10_000), 4)+"_"+pad(u.IntN(400), 5), x, y)
}

// legal writes the row of a unit, in the order of the 35 columns.
func (u *unit) legal(r *rows) {
	r.add(u.siren, u.status(), "", u.day(), "")
	switch {
	case u.hidden:
		r.add(masked, masked, masked, masked, masked, masked, masked, "")
	case u.person:
		first := firstNames[u.IntN(len(firstNames))]
		r.add([]string{"M", "F"}[u.IntN(2)], first, "", "", "", first, "", "")
	default:
		r.skip(8)
	}
	u.workforce(r)
	r.add(u.treated(), strconv.Itoa(1+u.IntN(9)))
	if u.employer {
		r.add("PME", "2023")
	} else {
		r.skip(2)
	}
	r.add(u.day(), u.state(u.closed, "C"))
	switch {
	case u.hidden:
		r.add(masked, masked, masked, "", "", "", "1000")
	case u.person:
		r.add(lastNames[u.IntN(len(lastNames))], "", "", "", "", "", "1000")
	default:
		r.add("", "", u.name(), "", "", "", legalCategories[u.IntN(len(legalCategories))])
	}
	r.add(u.trade.code(u.old), u.nomenclature(), structure.WithLuhnKey(u.siren + "0001")[9:], "N", "", yes(u.employer), u.trade.naf25)
	r.end()
}

func (u *unit) status() string {
	if u.hidden {
		return "P"
	}
	return "O"
}

func (u *unit) state(closed bool, word string) string {
	if closed {
		return word
	}
	return "A"
}

func (u *unit) workforce(r *rows) {
	switch {
	case u.employer:
		r.add([]string{"01", "02", "03", "11", "12", "21"}[u.IntN(6)], "2023")
	case u.closed:
		r.skip(2)
	default:
		r.add("NN", "")
	}
}

func (u *unit) nomenclature() string {
	if u.old {
		return "NAP"
	}
	return "NAFRev2"
}

func (u *unit) day() string {
	return strconv.Itoa(1975+u.IntN(51)) + "-" + pad(1+u.IntN(12), 2) + "-" + pad(1+u.IntN(28), 2)
}

func (u *unit) treated() string {
	return "202" + strconv.Itoa(3+u.IntN(3)) + "-" + pad(1+u.IntN(12), 2) + "-" + pad(1+u.IntN(28), 2) + "T" + pad(u.IntN(24), 2) + ":" + pad(u.IntN(60), 2) + ":" + pad(u.IntN(60), 2)
}

// name of a company: two words and a number, so that most differ.
func (u *unit) name() string {
	name := words[u.IntN(len(words))] + " " + words[u.IntN(len(words))] + " " + strconv.Itoa(u.IntN(100_000))
	switch {
	case chance(u.Rand, hasQuote):
		return `SARL "` + name + `"`
	case chance(u.Rand, hasComma):
		return name + ", ET FILS"
	}
	return name
}

func yes(v bool) string {
	if v {
		return "O"
	}
	return "N"
}
