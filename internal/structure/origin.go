package structure

// Source names where a fact comes from.
type Source string

// Sources, from the weakest to the strongest; Rank follows this order.
const (
	SourceDemo                 Source = "demo"
	SourceGeneric              Source = "generic"              // a file in Sourcier's own format
	SourceGesat                Source = "gesat"                // lists of ESAT of the networks Gesat and Hosmoz
	SourceLeMarche             Source = "lemarche"             // Le Marché de l'inclusion
	SourceDataInclusion        Source = "datainclusion"        // data·inclusion
	SourceEmplois              Source = "emplois"              // Les emplois de l'inclusion
	SourceRechercheEntreprises Source = "rechercheentreprises" // the API over Sirene of the State
	SourceRGE                  Source = "rge"                  // ADEME
	SourceRFAR                 Source = "rfar"                 // Médiateur des entreprises
	SourceESSFrance            Source = "essfrance"            // list of the enterprises of the ESS
	SourceESUS                 Source = "esus"                 // list of the agréments ESUS, direction générale du Trésor
	SourceGEIQ                 Source = "geiq"                 // list of the label GEIQ
	SourceFINESS               Source = "finess"               // Agence du numérique en santé
	SourceEA2                  Source = "ea2"                  // entreprises adaptées: DGEFP, extranet EA2 of the ASP
	SourceASP                  Source = "asp"                  // SIAE under agreement: fluxIAE of the ASP
	SourceSIRENE               Source = "sirene"
	SourceOrganisation         Source = "organisation" // of the portal: the labels that it defines, and nothing else
	SourceModerator            Source = "moderator"
	SourceSelf                 Source = "self" // the structure itself
)

// Sources lists every source, from the weakest to the strongest.
var Sources = []Source{
	SourceDemo, SourceGeneric, SourceGesat, SourceLeMarche, SourceDataInclusion, SourceEmplois, SourceRechercheEntreprises,
	SourceRGE, SourceRFAR, SourceESSFrance, SourceESUS, SourceGEIQ, SourceFINESS, SourceEA2, SourceASP,
	SourceSIRENE, SourceOrganisation, SourceModerator, SourceSelf,
}

// Rank orders sources: a fact is replaced only by one of the same or a higher rank.
func (s Source) Rank() int {
	for i, v := range Sources {
		if v == s {
			return i
		}
	}
	return -1
}

var sourceLabels = map[Source]string{
	SourceDemo:                 "Données de démonstration",
	SourceGeneric:              "Fichier du territoire",
	SourceGesat:                "Réseaux Gesat et Hosmoz",
	SourceLeMarche:             "Le Marché de l’inclusion",
	SourceDataInclusion:        "data·inclusion",
	SourceEmplois:              "Les emplois de l’inclusion",
	SourceRechercheEntreprises: "Recherche d’entreprises",
	SourceRGE:                  "ADEME, liste RGE",
	SourceRFAR:                 "Médiateur des entreprises, liste RFAR",
	SourceESSFrance:            "ESS France, liste des entreprises de l’ESS",
	SourceESUS:                 "Trésor, liste des agréments ESUS",
	SourceGEIQ:                 "Fédération des GEIQ, liste du label",
	SourceFINESS:               "FINESS",
	SourceEA2:                  "DGEFP, entreprises adaptées (EA2)",
	SourceASP:                  "ASP, structures conventionnées",
	SourceSIRENE:               "INSEE, base Sirene",
	SourceOrganisation:         "Organisations du portail",
	SourceModerator:            "Équipe du portail",
	SourceSelf:                 "La structure",
}

// Label is the source as shown to people.
func (s Source) Label() string {
	if label, ok := sourceLabels[s]; ok {
		return label
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
	FieldNAF2025     Field = "naf_2025"
	FieldLegal       Field = "legal_category"
	FieldDescription Field = "description"
	FieldReferences  Field = "references"
	FieldActivities  Field = "activities"
	FieldOffers      Field = "offers"
	FieldLogo        Field = "logo"
	FieldAddress     Field = "address"
	FieldPoint       Field = "point"
	FieldPhone       Field = "phone"
	FieldEmail       Field = "email"
	FieldWebsite     Field = "website"
	FieldClosed      Field = "closed"
)

// Fields lists every field in the order in which they are told.
var Fields = []Field{
	FieldSIRET, FieldName, FieldTradeName, FieldAddress, FieldPoint, FieldNAF, FieldNAF2025, FieldLegal, FieldWorkforce, FieldSize,
	FieldESS, FieldESUS, FieldRegie, FieldAgreements, FieldLabels, FieldActivities, FieldOffers, FieldDescription, FieldReferences, FieldLogo,
	FieldPhone, FieldEmail, FieldWebsite, FieldClosed,
}

var fieldLabels = map[Field]string{
	FieldSIRET: "SIRET", FieldName: "nom", FieldTradeName: "enseigne", FieldAddress: "adresse", FieldPoint: "position",
	FieldNAF: "code APE", FieldNAF2025: "code APE (NAF 2025)", FieldLegal: "forme juridique", FieldWorkforce: "effectif", FieldSize: "taille", FieldESS: "famille de l’ESS",
	FieldESUS: "ESUS", FieldRegie: "régie de quartier", FieldAgreements: "agréments", FieldLabels: "labels", FieldActivities: "activités", FieldOffers: "offres", FieldLogo: "logo",
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
