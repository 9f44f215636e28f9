package demo

import (
	"fmt"
	"os"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

const testDay structure.Date = "2026-11-23"

func testOptions(t testing.TB, size int) Options {
	t.Helper()
	home, err := territory.Default().Resolve("epci:200058014")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Size: size, Seed: 1, Today: testDay, Atlas: territory.Default(), Taxonomy: taxonomy.Default(), Home: home}
}

func TestPrintScratch(t *testing.T) {
	n := 0
	for s := range Generate(testOptions(t, 400)) {
		n++
		if os.Getenv("ALL") == "" && n > 12 {
			break
		}
		fmt.Printf("\n### %s [%s] %v ess=%s size=%s eff=%s naf=%s legal=%s esus=%v\n", s.Name, s.TradeName, s.KindsInForce(testDay), s.ESS, s.Size, s.Workforce, s.NAF, s.LegalCategory, s.ESUS)
		fmt.Println(s.SIRET, s.FINESS, s.Address, s.Contact)
		fmt.Println(s.Description)
		for _, a := range s.Activities {
			fmt.Printf("  * %v %v derived=%v zone=%+v %v %+v\n    %s\n", a.Sectors, a.Modes, a.Derived, a.Zone, a.Characteristics, a.Availability, a.Offer)
		}
		for _, r := range s.References {
			fmt.Println("  -", r)
		}
		fmt.Println("  labels", s.Labels, "agr", s.Agreements)
	}
}
