package taxonomy

import "sourcier/internal/structure"

// legalForm is one INSEE catégorie juridique, niveau III (4 digits) or II (2).
type legalForm struct {
	label string
	ess   structure.ESS
}

// legalForms holds the categories that make an ESS family by themselves (loi
// 2014-856 art. 1, I, 2°, a: associations, coopératives, mutuelles, fondations)
// and, for the labels, every category of niveau II and the usual ones below.
//
// How the doubtful ones were decided:
//   - 51xx is the niveau II « Société coopérative commerciale particulière », so
//     caution mutuelle and crédit mutuel (5191, 5193, 5194) are COOP although
//     their names say mutuel; so are the caisses de crédit mutuel and de crédit
//     agricole (6595, 6596), which are banques coopératives.
//   - 64xx and 82xx are MUT: sociétés d'assurance mutuelles, code de la mutualité.
//   - 9224 (association d'avocats) is a way to practise, 9240 (congrégation) is
//     ruled by title III of the 1901 law: neither is ESS here.
//   - SICA (5432, 5532, 5632, 6532) may or may not be cooperative: not ESS here.
//   - A SCOP or SCIC in the form of a SAS is 5710 like any SAS: only an ESS list
//     can tell, never this table.
//   - Administrations are no ESS, whatever they run.
var legalForms = map[string]legalForm{
	"5191": {"Société de caution mutuelle", structure.COOP},
	"5192": {"Société coopérative de banque populaire", structure.COOP},
	"5193": {"Caisse de crédit maritime mutuel", structure.COOP},
	"5194": {"Caisse (fédérale) de crédit mutuel", structure.COOP},
	"5195": {"Association coopérative inscrite", structure.COOP},
	"5196": {"Caisse d’épargne à forme coopérative", structure.COOP},
	"5203": {"Société en nom collectif coopérative", structure.COOP},
	"5307": {"Société en commandite simple coopérative", structure.COOP},
	"5309": {"Société en commandite par actions coopérative", structure.COOP},
	"5443": {"SARL coopérative de construction", structure.COOP},
	"5451": {"SARL coopérative de consommation", structure.COOP},
	"5453": {"SARL coopérative artisanale", structure.COOP},
	"5454": {"SARL coopérative d’intérêt maritime", structure.COOP},
	"5455": {"SARL coopérative de transport", structure.COOP},
	"5458": {"SARL coopérative de production (SCOP)", structure.COOP},
	"5459": {"SARL union de sociétés coopératives", structure.COOP},
	"5460": {"SARL coopérative", structure.COOP},
	"5543": {"SA coopérative de construction", structure.COOP},
	"5547": {"SA coopérative de production de HLM", structure.COOP},
	"5551": {"SA coopérative de consommation", structure.COOP},
	"5552": {"SA coopérative de commerçants détaillants", structure.COOP},
	"5553": {"SA coopérative artisanale", structure.COOP},
	"5554": {"SA coopérative d’intérêt maritime", structure.COOP},
	"5555": {"SA coopérative de transport", structure.COOP},
	"5558": {"SA coopérative de production (SCOP)", structure.COOP},
	"5559": {"SA union de sociétés coopératives", structure.COOP},
	"5560": {"SA coopérative", structure.COOP},
	"5643": {"SA coopérative de construction", structure.COOP},
	"5647": {"SA coopérative de production de HLM", structure.COOP},
	"5651": {"SA coopérative de consommation", structure.COOP},
	"5652": {"SA coopérative de commerçants détaillants", structure.COOP},
	"5653": {"SA coopérative artisanale", structure.COOP},
	"5654": {"SA coopérative d’intérêt maritime", structure.COOP},
	"5655": {"SA coopérative de transport", structure.COOP},
	"5658": {"SA coopérative de production (SCOP)", structure.COOP},
	"5659": {"SA union de sociétés coopératives", structure.COOP},
	"5660": {"SA coopérative", structure.COOP},
	"6316": {"Coopérative d’utilisation de matériel agricole (CUMA)", structure.COOP},
	"6317": {"Société coopérative agricole", structure.COOP},
	"6318": {"Union de sociétés coopératives agricoles", structure.COOP},
	"6543": {"Société civile coopérative de construction", structure.COOP},
	"6551": {"Société civile coopérative de consommation", structure.COOP},
	"6554": {"Société civile coopérative d’intérêt maritime", structure.COOP},
	"6558": {"Société civile coopérative entre médecins", structure.COOP},
	"6560": {"Société civile coopérative", structure.COOP},
	"6595": {"Caisse locale de crédit mutuel", structure.COOP},
	"6596": {"Caisse de crédit agricole mutuel", structure.COOP},
	"6411": {"Société d’assurance à forme mutuelle", structure.MUT},
	"8210": {"Mutuelle", structure.MUT},
	"8250": {"Assurance mutuelle agricole", structure.MUT},
	"8290": {"Organisme mutualiste", structure.MUT},
	"9210": {"Association non déclarée", structure.ASSO},
	"9220": {"Association déclarée", structure.ASSO},
	"9221": {"Association déclarée d’insertion par l’économique", structure.ASSO},
	"9222": {"Association intermédiaire", structure.ASSO},
	"9223": {"Groupement d’employeurs", structure.ASSO},
	"9230": {"Association reconnue d’utilité publique", structure.ASSO},
	"9260": {"Association de droit local (Alsace-Moselle)", structure.ASSO},
	"9300": {"Fondation", structure.FOND},

	"1000": {"Entrepreneur individuel", ""},
	"5499": {"SARL", ""},
	"5710": {"SAS", ""},
	"6220": {"Groupement d’intérêt économique", ""},
	"6540": {"Société civile immobilière", ""},
	"6598": {"Exploitation agricole à responsabilité limitée", ""},
	"7210": {"Commune", ""},
	"7220": {"Département", ""},
	"7361": {"Centre communal d’action sociale", ""},
	"7366": {"Établissement public social ou médico-social", ""},
	"7367": {"Centre intercommunal d’action sociale", ""},
	"7410": {"Groupement d’intérêt public", ""},
	"9224": {"Association d’avocats", ""},
	"9240": {"Congrégation", ""},

	"10": {"Entrepreneur individuel", ""},
	"21": {"Indivision", ""},
	"22": {"Société créée de fait", ""},
	"23": {"Société en participation", ""},
	"24": {"Fiducie", ""},
	"27": {"Paroisse", ""},
	"29": {"Groupement sans personnalité morale", ""},
	"31": {"Société étrangère", ""},
	"32": {"Société étrangère", ""},
	"41": {"Établissement public industriel ou commercial", ""},
	"51": {"Société coopérative commerciale particulière", ""},
	"52": {"Société en nom collectif", ""},
	"53": {"Société en commandite", ""},
	"54": {"SARL", ""},
	"55": {"Société anonyme", ""},
	"56": {"Société anonyme à directoire", ""},
	"57": {"SAS", ""},
	"58": {"Société européenne", ""},
	"61": {"Caisse d’épargne et de prévoyance", ""},
	"62": {"Groupement d’intérêt économique", ""},
	"63": {"Société coopérative agricole", ""},
	"64": {"Société d’assurance mutuelle", ""},
	"65": {"Société civile", ""},
	"69": {"Personne morale de droit privé", ""},
	"71": {"Administration de l’État", ""},
	"72": {"Collectivité territoriale", ""},
	"73": {"Établissement public administratif", ""},
	"74": {"Personne morale de droit public", ""},
	"81": {"Régime de protection sociale obligatoire", ""},
	"82": {"Organisme mutualiste", ""},
	"83": {"Comité social et économique", ""},
	"84": {"Organisme professionnel", ""},
	"85": {"Organisme de retraite", ""},
	"91": {"Syndicat de propriétaires", ""},
	"92": {"Association", ""},
	"93": {"Fondation", ""},
	"99": {"Personne morale de droit privé", ""},
}

// ESSOfLegalCategory gives the ESS family (ASSO, COOP, MUT, FOND) of an INSEE
// catégorie juridique, "" when it is none. SCESS never follows from it.
func (t *Taxonomy) ESSOfLegalCategory(code string) string {
	return string(legalForms[code].ess)
}

// LegalCategoryLabel names an INSEE catégorie juridique of 4 digits: itself
// when it is shown often, else the niveau II that it belongs to.
func (t *Taxonomy) LegalCategoryLabel(code string) (string, bool) {
	if len(code) != 4 {
		return "", false
	}
	form, ok := legalForms[code]
	if !ok {
		form, ok = legalForms[code[:2]]
	}
	return form.label, ok
}
