package demo

import (
	"fmt"

	"sourcier/internal/structure"
)

// Numbers of the demo territory come from ranges that no real organisation has.
//
// SIREN: the Sirene stock, sorted by SIREN, goes from 001 807 254 straight to
// 005 410 220 (StockUniteLegale of March 2024), new numbers being given from
// the 9xx series on. So 002, 003 and 004 are unattributed: 300,000 numbers with
// a valid Luhn key.
//
// FINESS: the first two characters are the department, and no department is 96.
//
// Telephone: the numbers that ARCEP keeps for works of fiction (plan national
// de numérotation), one block per zone and one for mobiles.
const (
	finessPrefix = "96"

	featuredBase = 4_000_000 // structures of the first 400, and all below largeSize
	rareBase     = 3_000_000 // structures with an agreement among a large size
	plainBase    = 2_000_000
	plainExtra   = 3_500_000
	oddBase      = 3_450_000 // legal units of the odd rows of a Sirene file (sirene_odd.go)
	baseSize     = 1_000_000
	keyed        = 10 // one number in ten has a valid Luhn key
)

// Capacities: the plain range is 002 xxx xxx, then 003 500 000 to 003 999 999;
// the rare one ends where the odd one begins.
const (
	plainUnits = (baseSize + baseSize/2) / keyed
	rareUnits  = (oddBase - rareBase) / keyed
)

// scatter spreads consecutive ordinals over 0..n-1 without collision, so that
// neighbours in the file are not neighbours in number. n must share no factor
// with the multiplier, a prime.
func scatter(ordinal, n int) int { return ordinal * 7_368_787 % n }

// featuredSIREN numbers the rich structures, at most 100,000.
func featuredSIREN(unit int) string {
	return siren(featuredBase/keyed + scatter(unit, baseSize/keyed))
}

// rareSIREN numbers the structures with an agreement of a large size, at most rareUnits.
func rareSIREN(unit int) string {
	return siren(rareBase/keyed + scatter(unit, rareUnits))
}

// plainSIREN numbers the TPE and PME of a large size; beyond plainUnits the
// same legal units come again with another establishment.
func plainSIREN(unit int) string {
	n := scatter(unit%plainUnits, plainUnits)
	if n < baseSize/keyed {
		return siren(plainBase/keyed + n)
	}
	return siren(plainExtra/keyed + n - baseSize/keyed)
}

// siren completes an 8-digit body with its key.
func siren(body int) string { return structure.WithLuhnKey(fmt.Sprintf("%08d", body)) }

// siret is the nth establishment of a legal unit, counted from 1.
func siret(siren string, nth int) string {
	return structure.WithLuhnKey(siren + fmt.Sprintf("%04d", nth))
}

// finess gives the FINESS number, in the fictional department, that goes with a
// SIREN of the fictional ranges: one each.
func finess(siren string) string { return structure.WithLuhnKey(finessPrefix + siren[2:8]) }

// fictionBlocks are ARCEP's, by the geographic zone that a department is in.
var fictionBlocks = map[byte]string{
	'1': "01 99 00", '2': "02 61 91", '3': "03 53 01", '4': "04 65 71", '5': "05 36 49",
}

const fictionMobile = "06 39 98"

// phoneZone gives the first digit of landlines in a region.
var phoneZone = map[string]byte{
	"11": '1', "24": '2', "28": '2', "52": '2', "53": '2', "04": '2', "06": '2',
	"27": '3', "32": '3', "44": '3', "84": '4', "93": '4', "94": '4', "75": '5', "76": '5',
}

// phone makes a number of the fiction block of the region.
func phone(d dice, region string, mobile bool) string {
	block, ok := fictionBlocks[phoneZone[region]]
	if !ok || mobile {
		block = fictionMobile
	}
	n := d.IntN(10_000)
	return fmt.Sprintf("%s %02d %02d", block, n/100, n%100)
}
