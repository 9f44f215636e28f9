package taxonomy

import "sourcier/internal/structure"

// BasisText explains a legal basis to a buyer.
type BasisText struct {
	Short   string // "L2113-12 · handicap"
	Long    string // "Handicap : EA et ESAT"
	Explain string // one sentence with its articles
	// ToCheck is what the text above relies on without having been read in its
	// source; it is shown after « à vérifier », "" when there is nothing.
	ToCheck string
}

// Articles of the Code de la commande publique unless said.
var basisTexts = map[structure.Basis]BasisText{
	structure.L2113_12: {
		Short:   "L2113-12 · handicap",
		Long:    "Réservable au secteur du handicap (L2113-12)",
		Explain: "Marché ou lot réservé aux entreprises adaptées (C. trav. L5213-13), aux ESAT (CASF L344-2) et aux structures équivalentes, qui emploient au moins 50\u00a0% de travailleurs handicapés (R2113-7), part que l’acheteur vérifie.",
		ToCheck: "l’application aux entreprises adaptées de travail temporaire (EATT)",
	},
	structure.L2113_13: {
		Short:   "L2113-13 · insertion",
		Long:    "Réservable à l’insertion par l’activité économique (L2113-13)",
		Explain: "Marché ou lot réservé aux structures d’insertion par l’activité économique (C. trav. L5132-4) et aux structures équivalentes, qui emploient au moins 50\u00a0% de travailleurs défavorisés (R2113-7), part que l’acheteur vérifie.",
		ToCheck: "l’application aux EITI et la fin de leur expérimentation (loi 2018-771, art. 83)",
	},
	structure.L2113_14: {
		Short:   "L2113-14 · handicap et insertion",
		Long:    "Réservable au handicap et à l’insertion ensemble (L2113-14)",
		Explain: "Un même marché ou lot peut être réservé à la fois aux structures de L2113-12 et à celles de L2113-13, jamais à celles de L2113-13-1.",
		ToCheck: "l’application aux EATT et aux EITI",
	},
	structure.L2113_13_1: {
		Short:   "L2113-13-1 · prison",
		Long:    "Réservable au travail en détention (L2113-13-1)",
		Explain: "Marché ou lot réservé aux opérateurs qui font travailler des personnes détenues (ordonnance 2022-1336), pour au moins 50\u00a0% de leurs travailleurs (R2113-7, décret 2022-1683), part que l’acheteur vérifie.",
	},
	structure.L2113_15: {
		Short:   "L2113-15 · ESS",
		Long:    "Réservable à l’ESS, pour certains services (L2113-15)",
		Explain: "Marché réservé aux entreprises de l’économie sociale et solidaire (loi 2014-856, art. 1), pour les seuls services sociaux et autres services spécifiques que liste l’avis annexé au code.",
		ToCheck: "le service acheté doit figurer sur la liste et la structure avoir pour objectif une mission de service public liée à ce service\u202f; durée de trois ans au plus, titulaire sans marché ainsi réservé par le même acheteur depuis trois ans (L2113-16), mention de L2113-15 dans l’avis (R2113-8)",
	},
}

// BasisInfo explains a basis; an unknown one shows its own code.
func BasisInfo(b structure.Basis) BasisText {
	if t, ok := basisTexts[b]; ok {
		return t
	}
	return BasisText{Short: string(b), Long: string(b)}
}
