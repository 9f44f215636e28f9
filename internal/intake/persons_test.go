package intake

import (
	"testing"

	"sourcier/internal/structure"
)

// TestNeedOfPersons reads an e-mail and a telephone of a need export only of a row
// that certainly names nobody, wherever the person stands and whatever it is called.
func TestNeedOfPersons(t *testing.T) {
	const first = "Raison sociale,Siret,Type de structure,"
	reach := structure.Contact{Email: "x@example.org", Phone: "0199000001"}
	for name, c := range map[string]struct {
		head, row string
		want      structure.Contact
	}{
		"nobody, to the left":      {"Prénom,Nom,E-mail,Téléphone", ",,x@example.org,0199000001", reach},
		"no such column":           {"E-mail,Téléphone", "x@example.org,0199000001", reach},
		"to the left":              {"Prénom,Nom,E-mail,Téléphone", "Paul,MARTIN,x@example.org,0199000001", structure.Contact{}},
		"one of both":              {"Prénom,Nom,E-mail,Téléphone", ",MARTIN,x@example.org,0199000001", structure.Contact{}},
		"to the right":             {"E-mail,Téléphone,Prénom,Nom", "x@example.org,0199000001,Paul,MARTIN", structure.Contact{}},
		"to the right, not proved": {"E-mail,Téléphone,Prénom,Nom", "x@example.org,0199000001,,", structure.Contact{}},
		"between":                  {"E-mail,Nom,Téléphone", "x@example.org,,0199000001", reach},
		"of the contact":           {"Prénom du contact,Nom du contact,E-mail,Téléphone", "Paul,MARTIN,x@example.org,0199000001", structure.Contact{}},
		"contact":                  {"Contact,E-mail,Téléphone", "Paul MARTIN,x@example.org,0199000001", structure.Contact{}},
		"interlocuteur":            {"INTERLOCUTEUR,E-mail,Téléphone", "P. MARTIN,x@example.org,0199000001", structure.Contact{}},
		"hidden":                   {"Nom,E-mail,Téléphone", "[ND],x@example.org,0199000001", structure.Contact{}},
		"a way to reach":           {"Adresse de contact,E-mail,Téléphone", "1 rue,x@example.org,0199000001", reach},
	} {
		t.Run(name, func(t *testing.T) {
			structures := mustStore(t)
			mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "x.csv", first+c.head+"\nX,00300003100017,EI,"+c.row+"\n"))
			equal(t, bySIRET(t, structures, "00300003100017").Value.Contact, c.want)
		})
	}
}

// TestDirectoryOfPersons does the same with the export of the directory.
func TestDirectoryOfPersons(t *testing.T) {
	const head = "Raison sociale,Type de structure,Code postal,Ville,Prénom,Nom,E-mail,Téléphone\n"
	reach := structure.Contact{Email: "x@example.org", Phone: "0199000001"}
	for row, want := range map[string]structure.Contact{
		"Jeanne,DURAND,x@example.org,0199000001": {},
		",DURAND,x@example.org,0199000001":       {},
		",,x@example.org,0199000001":             reach,
	} {
		structures := mustStore(t)
		mustRun(t, newImporter(t, structures), RunOptions{}, write(t, "a.csv", "siret;nom;type;code_postal\n00300003100017;X;EI;94400\n"),
			write(t, "b.csv", head+"X,EI,94400,Vitry-sur-Seine,"+row+"\n"))
		if s := bySIRET(t, structures, "00300003100017").Value; s.Contact != want || len(s.Agreements) != 2 {
			t.Errorf("%s: %+v", row, s)
		}
	}
}

func TestOfPerson(t *testing.T) {
	for head, want := range map[string]bool{
		"Nom": true, "Prénom": true, "Nom du contact": true, "Référent": true, "Responsable commercial": true,
		"Nom commercial": false, "Raison sociale": false, "E-mail du contact": false, "Téléphone contact": false, "Enseigne": false,
		"Nombre de salariés permanents": false, "Références client": false,
	} {
		if got := ofPerson(head); got != want {
			t.Errorf("%q: %v", head, got)
		}
	}
}
