package web_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"sourcier/internal/structure"
	"sourcier/internal/web"
	. "sourcier/internal/web/webtest"
)

// zoned is a structure of Vitry with one activity a zone.
func zoned(zones ...structure.Zone) structure.Structure {
	v := of(structure.ESAT)
	v.Address = structure.Address{PostalCode: "94400", City: "Vitry-sur-Seine", Commune: "94081", Point: structure.Point{Lat: 48.7875, Lon: 2.3923, Precision: structure.PrecisionExact}}
	trades := []string{"nettoyage-locaux", "traiteur", "peinture", "archivage"}
	for i, z := range zones {
		v.Activities = append(v.Activities, structure.Activity{Sectors: []string{trades[i]}, Zone: z})
	}
	return v
}

func TestZoneOfAnActivityIsDrawnOrTold(t *testing.T) {
	far := zoned(structure.Zone{RadiusKM: 5})
	far.Address = structure.Address{City: "Melun", Commune: "77288", Point: structure.Point{Lat: 48.539, Lon: 2.66, Precision: structure.PrecisionCommune}}
	nowhere := zoned(structure.Zone{RadiusKM: 5})
	nowhere.Address.Point.Precision = structure.PrecisionDepartment
	vague := zoned(structure.Zone{RadiusKM: 4})
	vague.Address.Point.Precision = structure.PrecisionApproximate
	some := structure.Zone{Territories: []string{"94081", "94022", "94041"}}
	cases := map[string]struct {
		v      structure.Structure
		checks []Check
	}{
		"three communes": {zoned(some), []Check{
			In(".activity .note", HasText("Intervient dans 3 des 24 communes de Grand-Orly Seine Bièvre : Choisy-le-Roi, Ivry-sur-Seine et Vitry-sur-Seine.")),
			In(".drawing svg[role=img] title", HasText("Carte de la zone d’intervention : Nettoyage de locaux")), Count(".drawing-in", 3), Count(".drawing-commune", 24),
			Count(".drawing-mark", 1), NotIn(".drawing-circle"), In(".activity-map[open]"), In(".drawing-text", HasText("communes desservies. ◆ : l’établissement.")),
		}},
		"the home territory": {zoned(structure.Zone{Territories: []string{"epci:200058014"}}), []Check{
			In(".activity .note", HasText("Intervient dans les 24 communes de Grand-Orly Seine Bièvre.")), Count(".drawing-in", 24),
		}},
		"a department: all but": {zoned(structure.Zone{Territories: []string{"dep:94"}}), []Check{
			In(".activity .note", HasText("toutes sauf Athis-Mons, Juvisy-sur-Orge, Morangis, Paray-Vieille-Poste, Savigny-sur-Orge et Viry-Châtillon, et au-delà.")), Count(".drawing-in", 18),
		}},
		"a region": {zoned(structure.Zone{Territories: []string{"reg:11"}}), []Check{
			In(".activity .note", HasText("Intervient dans les 24 communes de Grand-Orly Seine Bièvre, et au-delà.")), NotIn(".drawing"),
		}},
		"France":            {zoned(structure.Zone{France: true}), []Check{In(".activity", HasText("France entière")), NotIn(".drawing"), NotIn(".activity .note")}},
		"undeclared":        {zoned(structure.Zone{}), []Check{In(".activity", HasText("Zone Non déclarée")), NotIn(".drawing"), NotIn(".activity .note")}},
		"elsewhere":         {zoned(structure.Zone{Territories: []string{"dep:77"}}), []Check{In(".activity .note", HasText("Aucune des communes de Grand-Orly Seine Bièvre n’en fait partie")), NotIn(".drawing")}},
		"a radius":          {zoned(structure.Zone{RadiusKM: 8}), []Check{Count(".drawing-circle", 1), In(".activity .note", HasText("et au-delà.")), In(".activity", NoText("environ"))}},
		"a vague place":     {vague, []Check{Count(".drawing-circle", 1), In(".activity .note", HasText("environ")), In(".drawing-text", HasText("l’établissement, à sa place environ."))}},
		"far from home":     {far, []Check{In(".activity .note", HasText("communes autour de Melun"), HasText("depuis le centre de la commune, environ")), Count(".drawing-circle", 1), Count(".drawing-commune", 20)}},
		"no place at all":   {nowhere, []Check{In(".activity .note", HasText("n’est pas connue : seule sa commune est sûre")), NotIn(".drawing-mark"), NotIn(".drawing-circle"), Count(".drawing-in", 1)}},
		"twice the same":    {zoned(some, some), []Check{Count(".drawing", 1), In(".activities", HasText("Même zone que pour « Nettoyage de locaux et de bureaux »"))}},
		"two, one is open":  {zoned(some, structure.Zone{RadiusKM: 8}), []Check{Count(".drawing", 2), Count(".activity-map[open]", 1)}},
		"a value of no use": {zoned(structure.Zone{Territories: []string{"dep:999"}}), []Check{NotIn(".drawing")}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			Run(t, newPortal(t, holding(t, c.v)), []Scenario{{Name: "sheet", URL: "/structures/" + c.v.ID, Status: 200, HTML: c.checks}})
		})
	}
}

// A sheet names who has the same trade near by, itself excepted, and stands without
// a search that answers.
func TestSheetNamesWhoIsNear(t *testing.T) {
	clean := zoned(structure.Zone{RadiusKM: 5})
	app := newPortal(t, holding(t, clean))
	Run(t, app, []Scenario{{
		Name: "another cleaner of Vitry", URL: "/structures/" + clean.ID, Status: 200,
		HTML: []Check{
			Count(".similar-list li", 1), In(".similar-list h3 a[href=/structures/"+idProprete+"]", HasText("Propreté Solidaire")),
			In(".similar-list", HasText("Nettoyage de locaux et de bureaux"), HasText("Vitry-sur-Seine, à moins de 100 m")),
			In(".similar .note", HasText("Elle a le même métier et se trouve à moins de 10 km du centre de Vitry-sur-Seine")),
			In(".similar a.btn[href=/structures?near=94081&radius_km=10&sector=nettoyage-locaux&sort=neutral]"),
		},
	}})
	Run(t, newPortal(t), []Scenario{{Name: "not itself", URL: "/structures/" + idProprete, Status: 200, HTML: []Check{NotIn(".similar")}}})
	closed := clean
	closed.Closed = true
	Run(t, newPortal(t, holding(t, closed)), []Scenario{{Name: "closed", URL: "/structures/" + clean.ID, Status: 200, HTML: []Check{NotIn(".similar")}}})
	broken := newPortal(t, holding(t, clean), func(d *web.Deps) { d.Search = failing(errors.New("index is gone")) })
	Run(t, broken, []Scenario{{Name: "no index", URL: "/structures/" + clean.ID, Status: 200, HTML: []Check{In("h1", HasText("Travaux")), NotIn(".similar")}}})
}

var linkedScript = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// linkedOf reads the JSON-LD of a sheet; nil when there is none.
func linkedOf(t *testing.T, v structure.Structure) map[string]any {
	t.Helper()
	page := Scenario{URL: "/structures/" + v.ID}.Do(t, newPortal(t, holding(t, v)))
	script := linkedScript.FindStringSubmatch(page.Body)
	if script == nil {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(script[1]), &out); err != nil {
		t.Fatalf("%v: %s", err, script[1])
	}
	return out
}

func TestLinkedData(t *testing.T) {
	v := proprete(structure.Origin{Source: structure.SourceEmplois, AsOf: "2026-11-01"})
	v.Name = `</script><script>alert(1)</script><!-- "é" &`
	got := linkedOf(t, v)
	if got == nil || got["name"] != v.Name || got["@type"] != "LocalBusiness" || got["url"] != "https://www.example.org" || got["@id"] != "http://localhost:8080/structures/"+v.ID {
		t.Fatalf("%v", got)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"propertyID":"SIRET","value":"` + v.SIRET, `"postalCode":"94400"`, `"latitude":48.7875`, `{"@type":"AdministrativeArea","name":"Val-de-Marne (94)"}`, `{"@type":"City","name":"Athis-Mons"}`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("lacks %s: %s", want, text)
		}
	}
	v.Address.Point.Precision = structure.PrecisionCommune
	if got := linkedOf(t, v); got["geo"] != nil || got["@type"] != "Organization" {
		t.Errorf("a place that is not exact: %v", got)
	}
	for name, change := range map[string]func(*structure.Structure){
		"fictional": func(v *structure.Structure) { v.Demo = true }, "closed": func(v *structure.Structure) { v.Closed = true },
	} {
		other := v
		if change(&other); linkedOf(t, other) != nil {
			t.Errorf("a %s structure is told to the world", name)
		}
	}
}

// Each fact says who gave it and when, what a person has set apart from what a
// register says, and what its source no longer confirms.
func TestEachFactHasItsSource(t *testing.T) {
	v := proprete(structure.Origin{Source: structure.SourceEmplois, AsOf: "2026-11-01"})
	self, generic := structure.Origin{Source: structure.SourceSelf, AsOf: "2026-11-12"}, structure.Origin{Source: structure.SourceGeneric, AsOf: "2026-06-01"}
	v.Origins[structure.FieldPhone], v.Origins[structure.FieldEmail] = self, generic
	v.Origins[structure.FieldWorkforce] = structure.Origin{Source: structure.SourceModerator, AsOf: "2026-10-02"}
	v.Sightings = map[structure.Source]structure.Sighting{structure.SourceGeneric: {Stale: "2026-10-20"}}
	v.Labels = []structure.Label{
		{Code: "rge", Name: "RGE", Source: structure.SourceRGE, AsOf: "2026-10-01"}, {Code: "a", Name: "Déclaré", Source: structure.SourceSelf, AsOf: "2026-10-01"}, {Code: "b", Name: "Sans source"},
	}
	same := proprete(generic)
	same.Origins = map[structure.Field]structure.Origin{structure.FieldPhone: generic, structure.FieldEmail: generic, structure.FieldWebsite: generic, structure.FieldAddress: generic}
	Run(t, newPortal(t, holding(t, v)), []Scenario{{
		Name: "several sources", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{
			In(".contact-ways", HasText("01 99 00 00 00 Déclaré par la structure, 12 nov. 2026"), HasText("contact@example.org D’après le fichier du territoire, 1er juin 2026 ; plus confirmé depuis le 20 oct. 2026")),
			In(".sheet-summary", HasText("Saisi par l’équipe du portail, 2 oct. 2026")), In("#activites"),
			In("tbody td[data-label=Preuve]", HasText("ADEME, liste RGE, 1er oct. 2026")),
			In(".sheet-main", HasText("Déclaré par la structure, 1er oct. 2026 : preuve à demander"), HasText("Sans preuve : à demander à la structure")),
			In(".activity", HasText("Complet jusqu’au 15 déc. 2026 Déclaré le 1er oct. 2026")),
			In(".print-end", HasText("Fiche imprimée le 23 novembre 2026, à l’adresse http://localhost:8080/structures/"+v.ID)),
		},
	}})
	Run(t, newPortal(t, holding(t, same)), []Scenario{{
		Name: "one source", URL: "/structures/" + v.ID, Status: 200,
		HTML: []Check{NotIn(".contact-ways .note"), In(".sheet-contact .note", HasText("D’après le fichier du territoire, 1er juin 2026"))},
	}})
}
