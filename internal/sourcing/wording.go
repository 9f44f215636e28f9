package sourcing

import (
	"strconv"
	"strings"

	"sourcier/internal/structure"
)

// Words are the texts that a decision puts into the documents of a tender, with the
// codes of open data. Nothing of them is final: who signs the documents reads them.
type Words struct {
	Article string    // what the article says, in words; "" for a choice without one
	Notice  string    // for the notice (avis de marché)
	Files   string    // for the consultation documents: RC, then CCAP
	Codes   []CodeFor // of eForms and of OCDS
	Checks  []string  // what is to be verified before it is used
}

// CodeFor is a value of a list of codes.
type CodeFor struct {
	Where   string // « eForms BT-71 »
	Value   string
	Meaning string // French
	ToCheck bool
}

// reserved is what the texts of a basis differ by.
type reserved struct {
	who, workers, proof, article string
	share                        bool
	code                         []CodeFor
	checks                       []string
}

var workshopCodes = []CodeFor{
	{"eForms BT-71 (liste reserved-procurement), au niveau du lot", "res-ws", "Participation réservée aux ateliers protégés et aux opérateurs qui visent l’intégration sociale et professionnelle de personnes handicapées ou défavorisées", false},
	{"OCDS, tender.lots.otherRequirements.reservedParticipation", "shelteredWorkshop", "Même réservation, dans le profil OCDS des eForms", false},
}

var reservations = map[structure.Basis]reserved{
	structure.L2113_12: {
		who:     "aux entreprises adaptées mentionnées à l’article L5213-13 du code du travail, aux établissements et services d’accompagnement par le travail mentionnés à l’article L344-2 du code de l’action sociale et des familles, ainsi qu’à des structures équivalentes",
		workers: "travailleurs handicapés qui, en raison de la nature ou de la gravité de leurs déficiences, ne peuvent exercer une activité professionnelle dans des conditions normales",
		proof:   "la copie de l’agrément, du contrat pluriannuel d’objectifs et de moyens ou de l’autorisation en cours de validité qui lui donne la qualité d’entreprise adaptée ou d’ESAT, ou tout document équivalent de son État",
		article: "L’article L2113-12 permet de réserver un marché, ou un lot, aux entreprises adaptées, aux ESAT et aux structures équivalentes.",
		share:   true, code: workshopCodes,
	},
	structure.L2113_13: {
		who:     "aux structures d’insertion par l’activité économique mentionnées à l’article L5132-4 du code du travail (entreprises d’insertion, entreprises de travail temporaire d’insertion, associations intermédiaires, ateliers et chantiers d’insertion), ainsi qu’à des structures équivalentes",
		workers: "travailleurs défavorisés",
		proof:   "la copie de la convention conclue avec l’État (article L5132-2 du code du travail) et de son annexe financière en cours de validité, ou tout document équivalent de son État",
		article: "L’article L2113-13 permet de réserver un marché, ou un lot, aux structures d’insertion par l’activité économique et aux structures équivalentes.",
		share:   true, code: workshopCodes,
	},
	structure.L2113_14: {
		who:     "à la fois aux entreprises adaptées (article L5213-13 du code du travail), aux établissements et services d’accompagnement par le travail (article L344-2 du code de l’action sociale et des familles), aux structures d’insertion par l’activité économique (article L5132-4 du code du travail), ainsi qu’à des structures équivalentes",
		workers: "travailleurs handicapés ou défavorisés",
		proof:   "selon ce qu’il est, l’agrément, le contrat ou l’autorisation d’entreprise adaptée ou d’ESAT, ou la convention conclue avec l’État au titre de l’insertion par l’activité économique, en cours de validité, ou tout document équivalent de son État",
		article: "L’article L2113-14 permet de réserver un même marché, ou un même lot, à la fois aux opérateurs de l’article L2113-12 et à ceux de l’article L2113-13. Il ne s’étend pas à la production en établissement pénitentiaire (L2113-13-1).",
		share:   true, code: workshopCodes,
	},
	structure.L2113_13_1: {
		who:     "aux opérateurs économiques qui, dans le cadre d’activités de production de biens et de services en établissement pénitentiaire, emploient des personnes détenues, ainsi qu’à des structures équivalentes",
		workers: "personnes détenues",
		proof:   "la convention ou le contrat qui l’autorise à employer des personnes détenues en production en établissement pénitentiaire, en cours de validité, ou tout document équivalent de son État",
		article: "L’article L2113-13-1 permet de réserver un marché, ou un lot, aux opérateurs qui emploient des personnes détenues en production en établissement pénitentiaire.",
		share:   true,
		code: []CodeFor{
			{"eForms BT-71 (liste reserved-procurement), au niveau du lot", "res-ws", "La liste n’a pas de code propre aux personnes détenues : celui des travailleurs défavorisés est le plus proche", true},
			{"OCDS, tender.lots.otherRequirements.reservedParticipation", "shelteredWorkshop", "Même réserve", true},
		},
	},
	structure.L2113_15: {
		who:     "aux entreprises de l’économie sociale et solidaire définies à l’article 1er de la loi n° 2014-856 du 31 juillet 2014, ou à des structures équivalentes, lorsqu’elles ont pour objectif d’assumer une mission de service public liée à la prestation de services sociaux ou d’autres services spécifiques figurant sur la liste de l’avis annexé au code de la commande publique",
		proof:   "les statuts, ou l’extrait du registre du commerce, qui établissent sa qualité d’entreprise de l’économie sociale et solidaire, et une déclaration qu’il n’a pas été titulaire, dans les trois ans qui précèdent, d’un marché de ces mêmes services réservé par le même acheteur",
		article: "L’article L2113-15 permet de réserver aux entreprises de l’économie sociale et solidaire les marchés qui portent exclusivement sur des services sociaux ou d’autres services spécifiques énumérés par un avis annexé au code.",
		code: []CodeFor{
			{"eForms BT-71 (liste reserved-procurement), au niveau du lot", "res-pub-ser", "Participation réservée aux organisations qui poursuivent une mission de service public", false},
			{"OCDS, tender.lots.otherRequirements.reservedParticipation", "publicServiceMissionOrganization", "Même réservation, dans le profil OCDS des eForms", false},
		},
		checks: []string{
			"L2113-16 : la durée du marché ne dépasse pas trois ans, et le titulaire n’a pas eu de marché ainsi réservé auprès du même acheteur dans les trois ans qui précèdent (à vérifier).",
			"R2113-8 : l’avis de marché cite l’article L2113-15 (à vérifier).",
			"Le service acheté figure sur la liste de l’avis annexé au code : vérifiez son code CPV.",
		},
	},
}

const mixedGroup = "Un groupement entre une entreprise ordinaire et une structure bénéficiaire ne répond pas à un lot réservé (à vérifier)."

// WordsFor are the texts of a proposal for a lot whose object is given; law is that which
// it was judged by, on a day.
func WordsFor(p *Proposal, object string, law Law, on structure.Date) Words {
	switch p.Choice {
	case ToReserve:
		return reservedWords(p.Basis, object, law, on)
	case WithClause:
		return clauseWords(p.Hours, object)
	case WithCrit:
		return Words{
			Article: "Un critère d’attribution peut porter sur les performances de l’offre en matière d’insertion professionnelle des publics en difficulté (R2152-7), s’il est lié à l’objet du marché (L2152-7).",
			Notice:  "Critère d’attribution « " + object + " » : performance en matière d’insertion professionnelle des publics en difficulté, pondération : [à compléter] %.",
			Files: paragraphs(
				"RÈGLEMENT DE LA CONSULTATION",
				"La performance en matière d’insertion professionnelle des publics en difficulté est notée sur la base du cadre de réponse joint : nombre d’heures que le candidat s’engage à confier à des personnes éloignées de l’emploi pour l’exécution du marché, encadrement, formation, suites données aux parcours.",
				"CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
				"Les engagements d’insertion de l’offre retenue sont contractuels. Le titulaire en rend compte chaque trimestre à l’acheteur et au facilitateur désigné.",
			),
			Codes:  []CodeFor{{"eForms BT-06 (Strategic Procurement)", "soc-obj", "Le marché poursuit un objectif social", true}},
			Checks: []string{"R2152-7 : la rédaction en vigueur du critère (à vérifier).", "Le critère reste lié à l’objet du marché : il ne porte pas sur la politique générale de l’entreprise."},
		}
	case AsInsertion:
		return Words{
			Article: "Le marché a pour objet même l’insertion : des services d’insertion et de qualification professionnelles, dont le support est une activité. Ce sont des services sociaux, passés en procédure adaptée (R2123-1, 3°).",
			Notice:  "Marché de services d’insertion et de qualification professionnelles ayant pour support : " + object + ". Procédure adaptée (article R2123-1, 3°, du code de la commande publique).",
			Files: paragraphs(
				"RÈGLEMENT DE LA CONSULTATION",
				"Les offres sont jugées d’abord sur la qualité des parcours d’insertion proposés : encadrement, formation, accompagnement socioprofessionnel, suites de parcours.",
				"CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
				"Le titulaire rend compte des parcours : personnes accueillies, heures réalisées, formations suivies, situation à la sortie.",
			),
			Checks: []string{"R2123-1, 3° : le service figure parmi les services sociaux (à vérifier)."},
		}
	case AsSmallLot:
		return Words{
			Article: "L’article R2123-1, 2°, permet de passer un petit lot en procédure adaptée à l’intérieur d’une procédure formalisée.",
			Notice:  "Le lot « " + object + " » est passé en procédure adaptée en application de l’article R2123-1, 2°, du code de la commande publique.",
			Files: paragraphs("RÈGLEMENT DE LA CONSULTATION",
				"Le lot « "+object+" » est passé en procédure adaptée en application de l’article R2123-1, 2°, du code de la commande publique, les lots ainsi passés ne dépassant pas ensemble la part de la valeur de tous les lots que cet article fixe."),
			Checks: []string{"R2123-1, 2° : les montants et la part en vigueur (à vérifier)."},
		}
	}
	return Words{}
}

// reservedWords are those of a reservation.
func reservedWords(basis structure.Basis, object string, law Law, on structure.Date) Words {
	r, ok := reservations[basis]
	if !ok {
		return Words{}
	}
	share := ""
	if r.share {
		rule := law.At(MinimumShare, on)
		if rule.Code == "" {
			rule = DefaultLaw().At(MinimumShare, max(on, "2022-12-30"))
		}
		they := "ils"
		if basis == structure.L2113_13 {
			they = "elles" // structures, all of them
		}
		share = ", lorsqu’" + they + " emploient au moins " + strconv.FormatInt(rule.Value, 10) + "\u00a0% de " + r.workers + " (article R2113-7)"
	}
	out := Words{
		Article: r.article, Codes: r.code,
		Notice: paragraphs("Lot réservé : "+object+".",
			"La participation est réservée, en application de l’article "+string(basis)+" du code de la commande publique, "+r.who+share+"."),
		Checks: append(append([]string{}, r.checks...), mixedGroup),
	}
	if r.share {
		out.Article += " La part minimale de l’article R2113-7 s’apprécie sur les travailleurs qu’ils emploient."
	}
	files := []string{
		"RÈGLEMENT DE LA CONSULTATION",
		"Lot réservé : " + object + ". En application de l’article " + string(basis) + " du code de la commande publique, ce lot est réservé " + r.who + share + ". Une candidature qui n’entre pas dans ce champ n’est pas examinée.",
		"À l’appui de sa candidature, le candidat produit " + r.proof + ".",
	}
	if r.share {
		files = append(files, "Il produit aussi une attestation, pour son dernier exercice, de la part de "+r.workers+" parmi les travailleurs qu’il emploie.")
	}
	files = append(files,
		"Un groupement est admis si chacun de ses membres remplit la condition de la réservation et en produit la preuve.",
		"CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
		"Le titulaire conserve pendant toute l’exécution la qualité au titre de laquelle le lot lui est réservé, et signale sans délai tout changement. À la demande de l’acheteur, et au moins une fois par an, il en produit la preuve à jour.",
	)
	if basis == structure.L2113_15 {
		files = append(files, "La durée du marché, reconductions comprises, ne dépasse pas trois ans (article L2113-16).")
	}
	out.Files = paragraphs(files...)
	return out
}

// clauseWords are those of an execution condition with hours.
func clauseWords(hours int, object string) Words {
	n := number(hours) + "\u00a0heures"
	return Words{
		Article: "L’article L2112-2 permet des conditions d’exécution relatives au domaine social et à l’emploi, liées à l’objet du marché. La clause d’insertion en est une : le titulaire confie un nombre d’heures à des personnes éloignées de l’emploi.",
		Notice: paragraphs("Conditions d’exécution à caractère social (article L2112-2 du code de la commande publique) : "+object+".",
			"Le titulaire réserve au moins "+n+" de travail à des personnes rencontrant des difficultés sociales ou professionnelles particulières. Cette condition s’impose à toutes les offres ; elle n’est pas un critère de jugement."),
		Files: paragraphs(
			"RÈGLEMENT DE LA CONSULTATION",
			"Le marché comporte une condition d’exécution relative à l’insertion par l’activité économique (article L2112-2). Le candidat ne peut ni la refuser ni la réserver : une offre qui ne la respecte pas est irrégulière. Le facilitateur désigné renseigne gratuitement les candidats.",
			"CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
			"Le titulaire réserve, pendant la durée du marché, au moins "+n+" de travail à des personnes éloignées de l’emploi dont le facilitateur a vérifié la situation avant leur prise de poste.",
			"Il choisit une ou plusieurs de ces voies : l’embauche directe ; la mise à disposition par une association intermédiaire, une entreprise de travail temporaire d’insertion ou un groupement d’employeurs pour l’insertion et la qualification ; la sous-traitance ou la cotraitance à une entreprise d’insertion, un atelier ou chantier d’insertion, une entreprise adaptée ou un ESAT.",
			"Il transmet chaque mois au facilitateur le relevé des heures, par personne, sans donnée qui ne soit pas nécessaire au contrôle. Un bilan est dressé à mi-parcours et à la fin.",
			"À défaut d’heures réalisées à la fin du marché, et après mise en demeure restée sans effet, une pénalité de [à compléter] € par heure manquante est appliquée. Si des difficultés économiques empêchent le titulaire d’exécuter la clause, il en saisit l’acheteur, qui cherche avec lui et le facilitateur comment l’adapter.",
		),
		Codes: []CodeFor{{"eForms BT-06 (Strategic Procurement)", "soc-obj", "Le marché poursuit un objectif social", true}},
		Checks: []string{
			"La clause est liée à l’objet du marché et ses heures sont réalistes : voyez le calcul des heures.",
			"Le montant de la pénalité est à fixer par l’acheteur.",
		},
	}
}

// paragraphs joins paragraphs with an empty line.
func paragraphs(list ...string) string { return strings.Join(list, "\n\n") }
