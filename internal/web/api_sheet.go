package web

import (
	"time"

	"sourcier/internal/structure"
)

// apiSheet is all that the directory says of a structure, with where it comes from.
type apiSheet struct {
	ID        string  `json:"id" doc:"Identifiant, stable."`
	SIRET     *string `json:"siret" doc:"14 chiffres. Plusieurs structures peuvent le partager."`
	SIREN     *string `json:"siren" doc:"9 chiffres."`
	FINESS    *string `json:"finess" doc:"Numéro FINESS d’un ESAT ou d’une entreprise adaptée."`
	RNA       *string `json:"rna" doc:"Numéro RNA d’une association qui attend son SIRET."`
	Name      string  `json:"name" doc:"Dénomination."`
	TradeName *string `json:"trade_name" doc:"Nom commercial ou enseigne."`

	Kind            *string              `json:"kind" doc:"Type principal : le premier agrément en vigueur, sinon la famille de l’ESS, sinon la taille."`
	Kinds           []string             `json:"kinds" doc:"Toutes les valeurs de kind qui la trouvent dans une recherche."`
	Family          structure.Family     `json:"family" doc:"Comment un acheteur la voit : insertion, handicap, économie sociale et solidaire, entreprise."`
	ESS             *structure.ESS       `json:"ess" doc:"Famille de l’économie sociale et solidaire."`
	ESUS            bool                 `json:"esus" doc:"Agrément ESUS en vigueur."`
	ESUSEnd         *structure.Date      `json:"esus_end" doc:"Dernier jour de cet agrément."`
	RegieDeQuartier bool                 `json:"regie_de_quartier" doc:"Régie de quartier."`
	Size            *structure.Size      `json:"size" doc:"Catégorie d’entreprise."`
	Workforce       *structure.Workforce `json:"workforce" doc:"Tranche d’effectifs de l’INSEE."`
	NAF             *codeLabel           `json:"naf" doc:"Code APE de la NAF rév. 2."`
	NAF2025         *codeLabel           `json:"naf_2025" doc:"Code APE de la NAF 2025 : aucune table ne traduit l’un en l’autre."`
	LegalCategory   *string              `json:"legal_category" doc:"Catégorie juridique de l’INSEE."`

	Agreements []apiAgreement  `json:"agreements" doc:"Agréments et conventions, en vigueur ou non."`
	LegalBases []apiLegalBasis `json:"legal_bases" doc:"Articles qui permettraient de lui réserver un marché. La part d’au moins 50 % (R2113-7) reste à vérifier par l’acheteur."`
	Labels     []apiLabel      `json:"labels" doc:"Labels et certifications."`
	Lapses     []apiLapse      `json:"lapses" doc:"Reconnaissances que plus personne ne confirme."`

	Description *string       `json:"description" doc:"Présentation."`
	References  []string      `json:"references" doc:"Clients qu’elle cite."`
	Activities  []apiActivity `json:"activities" doc:"Ce qu’elle vend, où et comment."`
	Offers      []apiOffer    `json:"offers" doc:"Ce que l’on peut lui commander, dans ses mots."`
	Logo        *apiPicture   `json:"logo" doc:"Son logo."`

	Address apiAddress  `json:"address" doc:"Où est l’établissement."`
	Quarter *apiQuarter `json:"quarter" doc:"Quartiers prioritaires (QPV) ; null quand la commune n’en a pas."`
	Contact apiContact  `json:"contact" doc:"Comment la joindre."`

	Origins     map[structure.Field]apiOrigin `json:"origins" doc:"Par champ, qui le donne et de quel jour."`
	Unconfirmed []apiUnconfirmed              `json:"unconfirmed_sources" doc:"Sources de cette fiche qui ne listent plus la structure."`
	Conflicts   []apiConflict                 `json:"conflicts" doc:"Ce sur quoi les sources ne disent pas la même chose."`
	History     []apiChange                   `json:"history" doc:"Ce que les imports ont changé, le plus récent d’abord."`

	Groupement *apiGroupement `json:"groupement" doc:"D’un groupement, sa forme et ses membres ; null pour une seule structure."`
	Closed     bool           `json:"closed" doc:"Établissement fermé selon le répertoire Sirene."`
	Demo       bool           `json:"demo" doc:"Structure fictive, de démonstration."`
	CreatedAt  time.Time      `json:"created_at" doc:"Entrée dans l’annuaire."`
	UpdatedAt  time.Time      `json:"updated_at" doc:"Dernier changement d’un fait."`
}

// apiAgreement is one agreement.
type apiAgreement struct {
	Kind        structure.Kind  `json:"kind" doc:"Type d’agrément."`
	Label       string          `json:"label" doc:"Son nom en français."`
	Number      *string         `json:"number" doc:"Numéro."`
	Start       *structure.Date `json:"start" doc:"Premier jour."`
	End         *structure.Date `json:"end" doc:"Dernier jour ; null quand la source n’en donne pas."`
	InForce     bool            `json:"in_force" doc:"En vigueur aujourd’hui."`
	Origin      apiOrigin       `json:"origin" doc:"Qui le dit, et de quel jour."`
	Unconfirmed *structure.Date `json:"unconfirmed_since" doc:"Jour depuis lequel sa source ne le donne plus : de ce jour il n’est plus en vigueur."`
}

// apiLegalBasis is an article under which the structure is potentially eligible,
// and by what.
type apiLegalBasis struct {
	Basis   structure.Basis `json:"basis" doc:"Article, valeur du paramètre basis."`
	Article string          `json:"article" doc:"L’article, cité en entier."`
	Label   string          `json:"label" doc:"Ce qu’il permet."`
	Kind    *structure.Kind `json:"kind" doc:"Type de l’agrément qui le fonde ; null quand c’est la famille de l’ESS."`
	Member  *string         `json:"member" doc:"D’un groupement, le membre qui le fonde\u00a0: chacun le doit."`
	Number  *string         `json:"number" doc:"Numéro de cet agrément."`
	ToCheck bool            `json:"to_check" doc:"À vérifier : le droit l’exige, ou la source a plus d’un an."`
	Origin  *apiOrigin      `json:"origin" doc:"Qui le dit, et de quel jour."`
}

// apiLabel is a recognition by a third party.
type apiLabel struct {
	Code        string          `json:"code" doc:"Valeur du paramètre label."`
	Name        string          `json:"name" doc:"Nom du label."`
	From        *structure.Date `json:"from" doc:"Premier jour."`
	To          *structure.Date `json:"to" doc:"Dernier jour."`
	Scope       *string         `json:"scope" doc:"Ce qu’il couvre, dans les mots de sa source."`
	Proof       bool            `json:"proof" doc:"La structure a donné un justificatif à l’équipe du portail."`
	InForce     bool            `json:"in_force" doc:"En vigueur aujourd’hui."`
	Origin      *apiOrigin      `json:"origin" doc:"Qui le dit, et de quel jour."`
	Unconfirmed *structure.Date `json:"unconfirmed_since" doc:"Jour depuis lequel sa source ne le donne plus."`
}

// apiActivity is one row of what the structure sells.
type apiActivity struct {
	Sectors         []codeLabel      `json:"sectors" doc:"Secteurs."`
	Derived         bool             `json:"derived" doc:"Déduite du code APE, non déclarée : jamais une preuve de capacité."`
	Modes           []codeLabel      `json:"modes" doc:"Modes d’intervention ; vide quand aucun n’est déclaré."`
	Zone            apiZone          `json:"zone" doc:"Où elle est proposée."`
	Characteristics []codeLabel      `json:"characteristics" doc:"Atouts responsables déclarés."`
	Availability    *apiAvailability `json:"availability" doc:"null quand rien n’est déclaré, ou ne l’est plus depuis 3 mois."`
	Offer           *string          `json:"offer" doc:"Ce qui est vendu, dans les mots de la structure."`
}

// apiOffer is one thing that may be ordered.
type apiOffer struct {
	Title       string       `json:"title" doc:"En peu de mots."`
	Description *string      `json:"description" doc:"Ce qui est compris."`
	Capacity    *string      `json:"capacity" doc:"Capacité, en mots."`
	LeadDays    *int         `json:"lead_days" doc:"Jours entre la commande et la livraison."`
	MinEuros    *int         `json:"min_euros" doc:"Montant minimum d’une commande, en euros hors taxes."`
	MaxEuros    *int         `json:"max_euros" doc:"Montant maximum d’une commande, en euros hors taxes."`
	Pictures    []apiPicture `json:"pictures" doc:"Images."`
}

// apiPicture is an image that the portal serves.
type apiPicture struct {
	URL      string `json:"url" doc:"Adresse de l’image ; elle change avec son contenu."`
	SmallURL string `json:"small_url" doc:"La même, de 640 pixels de côté au plus."`
	Media    string `json:"media" doc:"image/jpeg ou image/png."`
	Width    int    `json:"width" doc:"Largeur en pixels."`
	Height   int    `json:"height" doc:"Hauteur en pixels."`
	Alt      string `json:"alt" doc:"Ce qu’elle montre."`
}

// apiZone is where an activity is offered.
type apiZone struct {
	Type        string         `json:"type" doc:"france, territories, radius ou undeclared."`
	Territories []territoryRef `json:"territories" doc:"Les territoires, quand la zone en est une liste."`
	RadiusKM    *float64       `json:"radius_km" doc:"Le rayon autour de l’établissement."`
	Label       string         `json:"label" doc:"La zone en français."`
}

// zoneTypes are the values of apiZone.Type.
var zoneTypes = []string{"france", "territories", "radius", "undeclared"}

// territoryRef names a territory.
type territoryRef struct {
	Value string `json:"value" doc:"Valeur des paramètres serves, covers et territory."`
	Label string `json:"label" doc:"Nom du territoire."`
}

// apiAvailability is what the structure says of its capacity, today.
type apiAvailability struct {
	State      structure.AvailabilityState `json:"state" doc:"disponible, devis ou complet."`
	Label      string                      `json:"label" doc:"En français."`
	Until      *structure.Date             `json:"until" doc:"De « complet », le dernier jour."`
	DeclaredOn structure.Date              `json:"declared_on" doc:"Jour de la déclaration."`
}

// apiAddress is where the establishment is.
type apiAddress struct {
	Street     *string              `json:"street" doc:"Numéro et voie."`
	Complement *string              `json:"complement" doc:"Complément."`
	PostalCode *string              `json:"postal_code" doc:"Code postal."`
	City       *string              `json:"city" doc:"Ville, comme la source l’écrit."`
	Commune    *communeRef          `json:"commune" doc:"Commune d’aujourd’hui."`
	Department *string              `json:"department" doc:"Code du département."`
	Lat        *float64             `json:"lat" doc:"Latitude (WGS 84) ; null quand seul le département est connu."`
	Lon        *float64             `json:"lon" doc:"Longitude (WGS 84)."`
	Precision  *structure.Precision `json:"precision" doc:"Comment le point est connu : donné pour l’établissement, point de la commune, moyenne de communes ou du département."`
}

// apiContact is how to reach the structure.
type apiContact struct {
	Phone   *string `json:"phone" doc:"Téléphone, comme la source l’écrit."`
	Email   *string `json:"email" doc:"Courriel."`
	Website *string `json:"website" doc:"Site, une adresse http ou https : le lien de la fiche."`
}

// apiOrigin says who gave a fact and the day it was true for them.
type apiOrigin struct {
	Source structure.Source `json:"source" doc:"Code de la source."`
	Label  string           `json:"label" doc:"Son nom."`
	AsOf   *structure.Date  `json:"as_of" doc:"Jour auquel le fait était vrai pour elle."`
}

// apiUnconfirmed is a source that gave facts of the sheet and no longer lists it.
type apiUnconfirmed struct {
	Source structure.Source `json:"source" doc:"Code de la source."`
	Label  string           `json:"label" doc:"Son nom."`
	Since  structure.Date   `json:"since" doc:"Jour de sa première liste complète sans la structure."`
}

// apiConflict is a fact on which two sources disagree. Values are those that the
// page shows.
type apiConflict struct {
	Field   structure.Field `json:"field" doc:"Le champ."`
	Label   string          `json:"label" doc:"Son nom en français."`
	Kept    string          `json:"kept" doc:"Ce que la fiche retient."`
	Origin  apiOrigin       `json:"origin" doc:"Qui le dit."`
	Other   string          `json:"other" doc:"Ce que dit l’autre source."`
	Against apiOrigin       `json:"against" doc:"L’autre source."`
}

// apiChange is one line of the history, with the values that the page shows.
type apiChange struct {
	On     structure.Date   `json:"on" doc:"Jour de l’import."`
	Field  structure.Field  `json:"field" doc:"Le champ."`
	Label  string           `json:"label" doc:"Son nom en français."`
	Old    *string          `json:"old" doc:"La valeur d’avant ; null s’il n’y en avait pas."`
	New    *string          `json:"new" doc:"La valeur d’après ; null si elle a été retirée."`
	Source structure.Source `json:"source" doc:"La source qui l’a apportée."`
	File   *string          `json:"file" doc:"Nom du fichier."`
}
