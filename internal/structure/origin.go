package structure

// Source names where a fact comes from.
type Source string

// Sources, from the weakest to the strongest; Rank follows this order.
const (
	SourceDemo      Source = "demo"
	SourceGeneric   Source = "generic"   // a file in Sourcier's own format
	SourceLeMarche  Source = "lemarche"  // Le Marché de l'inclusion
	SourceEmplois   Source = "emplois"   // Les emplois de l'inclusion
	SourceESSFrance Source = "essfrance" // national list of the ESS, by SIREN
	SourceESUS      Source = "esus"      // list of the ESUS agreements, by SIREN
	SourceSIRENE    Source = "sirene"
	SourceModerator Source = "moderator"
	SourceSelf      Source = "self" // the structure itself
)

var sources = []Source{SourceDemo, SourceGeneric, SourceLeMarche, SourceEmplois, SourceESSFrance, SourceESUS, SourceSIRENE, SourceModerator, SourceSelf}

// Rank orders sources: a fact is replaced only by one of the same or a higher rank.
func (s Source) Rank() int {
	for i, v := range sources {
		if v == s {
			return i
		}
	}
	return -1
}

// Label is the source as shown to people.
func (s Source) Label() string {
	switch s {
	case SourceDemo:
		return "Données de démonstration"
	case SourceGeneric:
		return "Fichier du territoire"
	case SourceLeMarche:
		return "Le Marché de l’inclusion"
	case SourceEmplois:
		return "Les emplois de l’inclusion"
	case SourceESSFrance:
		return "ESS France"
	case SourceESUS:
		return "DG Trésor, agréments ESUS"
	case SourceSIRENE:
		return "INSEE, base Sirene"
	case SourceModerator:
		return "Équipe du portail"
	case SourceSelf:
		return "La structure"
	}
	return string(s)
}

// Field names a group of facts that come and go together.
type Field string

// Fields.
const (
	FieldSIRET       Field = "siret" // of a structure known by its FINESS number
	FieldName        Field = "name"
	FieldTradeName   Field = "trade_name"
	FieldAgreements  Field = "agreements"
	FieldESS         Field = "ess"
	FieldESUS        Field = "esus"
	FieldRegie       Field = "regie_de_quartier"
	FieldSize        Field = "size"
	FieldWorkforce   Field = "workforce"
	FieldLabels      Field = "labels"
	FieldNAF         Field = "naf"
	FieldLegal       Field = "legal_category"
	FieldDescription Field = "description"
	FieldReferences  Field = "references"
	FieldActivities  Field = "activities"
	FieldAddress     Field = "address"
	FieldPoint       Field = "point"
	FieldPhone       Field = "phone"
	FieldEmail       Field = "email"
	FieldWebsite     Field = "website"
	FieldClosed      Field = "closed"
)

// Fields lists every field in the order in which they are told.
var Fields = []Field{
	FieldSIRET, FieldName, FieldTradeName, FieldAddress, FieldPoint, FieldNAF, FieldLegal, FieldWorkforce, FieldSize,
	FieldESS, FieldESUS, FieldRegie, FieldAgreements, FieldLabels, FieldActivities, FieldDescription, FieldReferences,
	FieldPhone, FieldEmail, FieldWebsite, FieldClosed,
}

var fieldLabels = map[Field]string{
	FieldSIRET: "SIRET", FieldName: "nom", FieldTradeName: "enseigne", FieldAddress: "adresse", FieldPoint: "position",
	FieldNAF: "code APE", FieldLegal: "forme juridique", FieldWorkforce: "effectif", FieldSize: "taille", FieldESS: "famille de l’ESS",
	FieldESUS: "ESUS", FieldRegie: "régie de quartier", FieldAgreements: "agréments", FieldLabels: "labels", FieldActivities: "activités",
	FieldDescription: "présentation", FieldReferences: "références", FieldPhone: "téléphone", FieldEmail: "courriel",
	FieldWebsite: "site", FieldClosed: "ouverture ou fermeture",
}

// Label is the field as shown to people, in French.
func (f Field) Label() string { return fieldLabels[f] }

// Origin says who gave a fact and the day it was true for them.
type Origin struct {
	Source Source `json:"source"`
	AsOf   Date   `json:"as_of"`
	// File and Line place the fact in an imported file. Two lines of one file, or
	// two files of one day, may disagree about a structure: the later holds, and
	// reading the file again must not bring the earlier one back. Empty when the
	// source names each structure once.
	File string `json:"file,omitempty"` // "time-content", both in hexadecimal: sorts by last change
	Line int    `json:"line,omitempty"` // line, or number of the object, from 1
}
