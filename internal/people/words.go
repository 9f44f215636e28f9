package people

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// doneWords say in French what each code of Change.What means. A code without words
// fails TestEveryAuditCodeHasWords.
var doneWords = map[string]string{
	"person.create":          "Compte créé",
	"person.name":            "Nom changé",
	"person.link":            "Lien de première connexion donné par l’exploitant",
	"person.address.ask":     "Nouvelle adresse demandée",
	"person.address":         "Adresse changée",
	"person.notifications":   "Choix des notifications",
	"person.identity.add":    "Fournisseur d’identité relié",
	"person.identity.remove": "Fournisseur d’identité délié",
	"person.warn":            "Prévenu de l’effacement d’un compte inactif",
	"person.erase":           "Effacement du compte demandé",
	"person.erase.cancel":    "Effacement du compte abandonné",
	"person.erased":          "Compte effacé",
	"person.signin":          "Connexion",
	"person.signout":         "Déconnexion de tous les appareils",
	"person.suspend":         "Compte suspendu",
	"person.restore":         "Compte rétabli",
	AuditExported:            "Journal exporté",
	store.AuditPurged:        "Lignes anciennes du journal supprimées",
	"message.resend":         "Message incertain renvoyé",
	"message.leave":          "Message incertain laissé tel quel",
	"suppression.lift":       "Adresse débloquée",
	"forward.publish":        "Achat annoncé au public",
	"forward.withdraw":       "Annonce d’un achat retirée",
	"forward.follow":         "Alerte sur les achats à venir réglée",
	"forward.unfollow":       "Alerte sur les achats à venir arrêtée",
	"forward.interest":       "Intérêt d’une structure signalé",
	"forward.takeback":       "Intérêt d’une structure retiré",
	"upload.receive":         "Fichiers déposés pour un import",
	"upload.try":             "Essai d’import demandé",
	"upload.begin":           "Import demandé",
	"upload.tried":           "Essai d’import terminé",
	"upload.imported":        "Import terminé",
	"upload.stop":            "Arrêt d’un essai ou d’un import demandé",
	"upload.stopped":         "Essai ou import arrêté",
	"upload.failed":          "Essai ou import en échec",
	"upload.cut":             "Essai ou import interrompu avec le portail",
	"upload.abandon":         "Fichiers d’un import abandonnés",
	"upload.expire":          "Fichiers d’un import supprimés après délai",
	"upload.rejects":         "Lignes rejetées d’un import exportées",
	"organisation.propose":   "Organisation proposée",
	"organisation.create":    "Organisation créée",
	"organisation.confirm":   "Organisation confirmée",
	"organisation.prove":     "Organisation confirmée par une preuve sur une fiche",
	"organisation.close":     "Organisation fermée",
	"organisation.describe":  "SIREN ou territoire de l’organisation changés",

	"claim.ask":      "Demande de tenir une fiche",
	"claim.mail":     "Message envoyé à l’adresse officielle d’une structure",
	"claim.guess":    "Code faux donné pour une fiche",
	"claim.grant":    "Fiche confiée à une organisation",
	"claim.refuse":   "Demande de tenir une fiche refusée",
	"claim.team":     "Vérification d’une fiche demandée à l’équipe du portail",
	"claim.network":  "Caution d’un réseau demandée pour une fiche",
	"claim.withdraw": "Demande de tenir une fiche retirée",

	"sheet.draft":       "Brouillon de fiche enregistré",
	"sheet.discard":     "Brouillon de fiche abandonné",
	"sheet.contacts":    "Contacts d’une fiche changés",
	"sheet.publish":     "Fiche publiée ou envoyée aux modérateurs",
	"sheet.restore":     "Version de fiche rétablie",
	"sheet.remind":      "Fin de disponibilité annoncée au titulaire d’une fiche",
	"sheet.renew":       "Disponibilité d’une fiche prolongée",
	"sheet.decide":      "Décision sur une fiche proposée",
	"structure.merge":   "Doublon réuni à une fiche",
	"structure.unmerge": "Réunion de doublons défaite",
	"structure.suspend": "Fiche suspendue",
	"structure.restore": "Fiche de nouveau publiée",
	"structure.settle":  "Conflit entre sources tranché",
	"duplicate.apart":   "Deux fiches déclarées distinctes",
	"report.close":      "Signalement clos",

	"operation.create":     "Sourçage créé",
	"operation.panel":      "Panel d’un sourçage figé",
	"operation.open":       "Sourçage ouvert : demandes envoyées",
	"operation.write":      "Sourçage modifié",
	"operation.approve":    "Questionnaire d’un sourçage approuvé",
	"operation.revise":     "Questionnaire d’un sourçage changé : version envoyée à tous",
	"operation.choose":     "Structures à contacter choisies",
	"operation.add":        "Structure ajoutée à un sourçage",
	"operation.draft":      "Brouillon du questionnaire d’un sourçage",
	"operation.publish":    "Sourçage publié",
	"operation.unpublish":  "Sourçage retiré de la page publique",
	"operation.knock":      "Candidature à un sourçage, à confirmer",
	"operation.apply":      "Candidature spontanée à un sourçage",
	"operation.hear":       "Candidature spontanée traitée",
	"operation.readdress":  "Adresse d’une structure consultée corrigée",
	"operation.remind":     "Relance d’un sourçage envoyée",
	"operation.postpone":   "Date limite d’un sourçage déplacée",
	"operation.tell":       "Information envoyée à toutes les structures consultées",
	"operation.said":       "Information dite à une structure notée au registre",
	"operation.share":      "Information partagée avec tous",
	"operation.withhold":   "Motif de retenue d’une information",
	"operation.offer":      "Information proposée",
	"operation.dce":        "Information versée au DCE",
	"operation.ask":        "Question d’une structure consultée",
	"operation.reply":      "Réponse à une question envoyée à tous",
	"operation.enrol":      "Personne ajoutée à l’équipe d’un sourçage",
	"operation.declare":    "Intérêts déclarés pour un sourçage",
	"operation.recuse":     "Récusation dans un sourçage",
	"operation.leave":      "Personne retirée de l’équipe d’un sourçage",
	"operation.minutes":    "Compte rendu d’entretien envoyé",
	"operation.answerback": "Réponse à un compte rendu contesté envoyée",
	"operation.exchange":   "Entretien d’un sourçage noté",
	"operation.answer":     "Réponse à un sourçage reçue",
	"operation.enter":      "Réponse à un sourçage saisie par l’acheteur",
	"operation.confirm":    "Réponse saisie par l’acheteur, confirmée ou contestée",
	"operation.judge":      "Compte rendu d’entretien accepté ou contesté",
	"operation.agenda":     "Ordre du jour des entretiens changé",
	"operation.code":       "Code envoyé pour ouvrir une réponse à un sourçage",
	"operation.decline":    "Structure consultée qui ne répondra pas",
	"operation.silence":    "Consultation lancée : dernier message à tous",
	"operation.correct":    "Correction du dernier message",
	"operation.reject":     "Information d’un candidat rejeté",
	"operation.finding":    "Constat d’un sourçage",
	"operation.arrange":    "Constats d’un sourçage rangés",
	"operation.remark":     "Note privée sur une réponse",
	"operation.report":     "Rapport d’un sourçage figé",
	"operation.analyse":    "Sourçage passé en analyse",
	"operation.forget":     "Personne effacée d’un sourçage",
	"operation.lapse":      "Adresses et noms retirés d’un sourçage ancien",
	"operation.close":      "Sourçage clos",

	"event.create":    "Événement créé",
	"event.write":     "Événement modifié",
	"event.room":      "Places d’un événement changées",
	"event.open":      "Inscriptions d’un événement ouvertes",
	"event.shut":      "Inscriptions d’un événement closes",
	"event.cancel":    "Événement annulé : invités prévenus",
	"event.publish":   "Événement publié à l’agenda",
	"event.withdraw":  "Événement retiré de l’agenda",
	"event.programme": "Programme d’un événement changé",
	"event.partners":  "Partenaires d’un événement changés",
	"event.dates":     "Dates d’un sondage changées",
	"event.poll":      "Sondage de dates envoyé",
	"event.date":      "Date d’un événement choisie",
	"event.checklist": "Check-list d’un événement changée",
	"event.back":      "Retour d’un événement extérieur noté",
	"event.guests":    "Invités ajoutés à un événement",
	"event.walkin":    "Arrivée sans inscription notée à l’accueil",
	"event.settle":    "Présence à un événement clôturée",
	"event.send":      "Message envoyé à des invités",
	"event.remove":    "Invité retiré d’un événement",
	"event.correct":   "Coordonnées d’un invité corrigées",
	"event.relay":     "Lien de relais d’un événement ouvert ou fermé",
	"guest.correct":   "Coordonnées d’un invité corrigées",
	"guest.call":      "Appel à un invité noté",
	"event.admit":     "Demande de venir à un événement traitée",
	"event.accept":    "Place prise à un événement",
	"guest.details":   "Précisions d’un invité modifiées",
	"guest.said":      "Réponse reçue d’un agenda",
	"guest.vote":      "Dates choisies par un invité",
	"event.delegate":  "Collègue proposé par un invité",
	"event.said":      "Réponse reçue d’un agenda confirmée",
	"event.decline":   "Invitation à un événement déclinée",
	"event.forget":    "Invité effacé d’un événement",
	"event.lapse":     "Noms et adresses d’invités effacés après un événement",

	"event.survey":    "Enquête envoyée après un événement",
	"event.budget":    "Budget d’un événement modifié",
	"event.balance":   "Bilan d’un événement modifié",
	"event.encounter": "Rencontre notée, confirmée ou versée à un sourçage",

	"dossier.ask":      "Avis demandé sur la réservation d’un lot",
	"dossier.give":     "Avis rendu sur la réservation d’un lot",
	"dossier.propose":  "Proposition faite pour un lot",
	"dossier.withdraw": "Proposition retirée par son auteur",
	"dossier.approve":  "Proposition approuvée : décision sur un lot",
	"dossier.refuse":   "Proposition refusée",
	"dossier.forget":   "Personne effacée retirée du dossier d’un lot",
	"review.begin":     "Revue de marchés commencée",
	"review.note":      "Conclusion notée dans une revue de marchés",
	"review.meet":      "Personnes présentes à une revue de marchés changées",
	"review.close":     "Revue de marchés close",
	"review.lapse":     "Noms saisis dans une revue de marchés supprimés après délai",
	"review.forget":    "Personne effacée retirée d’une revue de marchés",

	"label.define":   "Label défini",
	"label.describe": "Nom ou critères d’un label changés",
	"label.end":      "Label terminé",
	"label.give":     "Label donné à une structure",
	"label.withdraw": "Label retiré à une structure",

	"network.declare": "Structure indiquée comme membre d’un réseau",
	"network.leave":   "Structure retirée des membres d’un réseau",
	"network.nudge":   "Structure relancée par son réseau",
	"network.refuse":  "Appartenance à un réseau refusée par la structure",
	"network.accept":  "Appartenance à un réseau acceptée par la structure",

	"organisation.domain.add":     "Domaine de messagerie déclaré",
	"organisation.domain.remove":  "Domaine de messagerie retiré ou refusé",
	"organisation.domain.confirm": "Domaine de messagerie confirmé",

	"organisation.member.add":          "Membre ajouté",
	"organisation.member.join":         "Adhésion par un domaine confirmé",
	"organisation.member.roles":        "Rôles changés",
	"organisation.member.coverage":     "Territoires et acheteurs couverts changés",
	"organisation.member.manager":      "Gestionnaire nommé",
	"organisation.member.remove":       "Membre retiré",
	"organisation.member.leave":        "Départ d’un membre",
	"organisation.request.add":         "Demande pour rejoindre",
	"organisation.request.accept":      "Demande acceptée",
	"organisation.request.refuse":      "Demande refusée",
	"organisation.request.withdraw":    "Demande retirée",
	"organisation.invitation.add":      "Invitation envoyée",
	"organisation.invitation.accept":   "Invitation acceptée",
	"organisation.invitation.decline":  "Invitation déclinée",
	"organisation.invitation.withdraw": "Invitation retirée",
	"organisation.invitation.lapse":    "Invitation expirée",
	"organisation.demo.remove":         "Organisation de démonstration retirée",
	"organisation.forget":              "Personne effacée retirée de l’organisation",
	"organisation.member.suspend":      "Tenu hors de l’équipe du portail, pour suspension",
	"organisation.member.restore":      "Peut de nouveau être de l’équipe du portail",

	"groupement.create":   "Groupement créé",
	"groupement.invite":   "Structure invitée dans un groupement",
	"groupement.takeback": "Invitation dans un groupement retirée",
	"groupement.accept":   "Invitation dans un groupement acceptée",
	"groupement.decline":  "Invitation dans un groupement déclinée",
	"groupement.leave":    "Départ d’un groupement",
	"groupement.brings":   "Part d’un membre de groupement changée",
	"groupement.describe": "Présentation d’un groupement changée",
	"groupement.form":     "Forme ou mandataire d’un groupement changés",
	"groupement.publish":  "Groupement présenté aux acheteurs",
	"groupement.hide":     "Groupement retiré de l’annuaire",
	"groupement.dissolve": "Groupement dissous",
	"list.create":         "Liste de structures créée",
	"list.rename":         "Liste renommée",
	"list.delete":         "Liste supprimée, récupérable 30 jours",
	"list.restore":        "Liste récupérée",
	"list.purge":          "Liste supprimée effacée",
	"list.add":            "Structures ajoutées à une liste",
	"list.remove":         "Structure retirée d’une liste",
	"list.note":           "Note écrite sur une structure",
	"list.forget":         "Personne effacée retirée des listes et des recherches",
	"search.save":         "Recherche enregistrée",
	"search.change":       "Recherche renommée ou partagée",
	"search.follow":       "Alerte activée",
	"search.unfollow":     "Alerte arrêtée",
	"search.delete":       "Recherche enregistrée supprimée",

	"purchase.create": "Achat inscrit au programme",
	"purchase.write":  "Achat du programme modifié",
	"purchase.move":   "État d’un achat changé",

	"contract.create":             "Marché en cours enregistré",
	"contract.write":              "Marché en cours modifié",
	"contract.end":                "Marché terminé avant son terme",
	"contract.propose":            "Renouvellement d’un marché proposé",
	"purchase.propose":            "Achat proposé à la suite d’un marché",
	"programme.digest":            "Jour du point de la semaine changé",
	"law.set":                     "Chiffre de la loi ou d’un usage fixé",
	"law.drop":                    "Chiffre de la loi ou d’un usage retiré",
	"programme.set":               "Réglages du programme d’achats changés",
	"programme.service.add":       "Service ajouté au programme d’achats",
	"programme.service.rename":    "Service du programme d’achats renommé",
	"programme.service.remove":    "Service retiré du programme d’achats",
	"programme.service.enlist":    "Prescripteur ajouté à un service",
	"programme.service.discharge": "Prescripteur retiré d’un service",
	"programme.forget":            "Personne effacée retirée d’un programme d’achats",
	// Imports of files.
	"purchase.import":  "Achat importé d’un fichier",
	"contract.import":  "Marché importé d’un fichier",
	"programme.import": "Fichier importé dans le programme",
}

// DoneWords says in French what was done; a code of a later release is shown as it is.
func DoneWords(what string) string {
	if words := doneWords[what]; words != "" {
		return words
	}
	if what == "" {
		return "Modification"
	}
	return what
}

var fieldWords = map[string]string{
	"name": "nom", "kind": "genre", "siren": "SIREN", "state": "état", "territory": "territoire", "roles": "rôles", "manager": "gestionnaire",
	"structure": "structure concernée", "form": "forme", "mandataire": "mandataire du groupement",
	"domain": "domaine", "suspended": "suspendu", "reason": "motif", "lines": "lignes", "before": "avant le", "from": "du", "to": "au",
	"collection": "objets", "answer": "réponse du serveur", "invitation": "invitation", "covers": "territoires et acheteurs couverts", "muted": "notifications coupées",
	"identity": "fournisseur d’identité", "owner": "tenue par", "proof": "preuve", "number": "numéro", "network": "réseau", "new_email": "nouvelle adresse", "email": "adresse",
	"part": "partie", "version": "numéro de version", "submission": "proposition", "outcome": "décision",
	"files": "fichiers (SHA-256)", "format": "format", "partial": "extrait", "accept_stale": "liste complète admise", "day": "jour des fichiers", "read": "lignes lues",
	"created": "créées", "updated": "mises à jour", "unchanged": "inchangées", "rejected": "rejetées", "stale": "qui ne sont plus confirmées", "failure": "échec",
	"duplicate": "doublon", "picked": "pris du doublon", "fact": "information", "source": "source retenue", "done": "suite donnée", "other": "autre fiche",
	"object": "objet", "euros": "montant estimé", "publication": "publication prévue", "start": "début d’exécution", "lots": "nombre de lots",
	"holder": "titulaire", "end": "fin", "renewed": "reconductions utilisées", "last_day": "dernier jour possible", "digest_day": "jour du point de la semaine",
	"threshold": "répondants demandés pour une concurrence", "renewal_months": "mois avant la fin d’un marché", "hourly_cents": "coût horaire de l’insertion (centimes)", "person": "personne",
	"services": "services",
	"criteria": "critères", "…": "autres champs",
}

// FieldWords is the French name of a field of a patch.
func FieldWords(field string) string {
	if words := fieldWords[field]; words != "" {
		return words
	}
	if code := sourcing.RuleCode(field); code.Valid() {
		return code.Label()
	}
	return field
}

// objectWords name collections as the journal does, by code.
var objectWords = map[string]string{
	store.PersonCollection: "Compte", store.OrganisationCollection: "Organisation", store.SessionCollection: "Session", store.SignInCollection: "Demande de connexion",
	store.MessageCollection: "Courriel", store.SuppressionCollection: "Adresse bloquée", store.AuditCollection: "Journal", "structure": "Fiche", store.ReportCollection: "Signalement",
	store.GroupementCollection: "Groupement",
	store.BinderCollection:     "Listes d’une organisation", store.ListCollection: "Liste de structures", store.SearchCollection: "Recherche enregistrée",
	store.RegistrationCollection: "Fiche en préparation",
	store.UploadCollection:       "Import",
	store.LabelCollection:        "Label",
	store.MembershipCollection:   "Membre d’un réseau",
	store.LawCollection:          "Seuils et délais",
	store.PurchaseCollection:     "Achat du programme", store.ContractCollection: "Marché en cours", store.ProgrammeCollection: "Réglages d’un programme d’achats",
}

// ObjectWords names a collection.
func ObjectWords(collection string) string {
	if words := objectWords[collection]; words != "" {
		return words
	}
	return collection
}

// Objects are the collections that the journal can be narrowed to, by their names.
func Objects() []string {
	return slices.SortedFunc(maps.Keys(objectWords), func(a, b string) int { return strings.Compare(objectWords[a], objectWords[b]) })
}

// codeWords are values that are codes.
var codeWords = func() map[string]string {
	out := map[string]string{
		string(account.StateProposed): "proposée", string(account.StateActive): "active", string(account.StateClosed): "fermée",
		string(account.KindPortal): account.KindPortal.Label(),
	}
	for _, r := range account.Roles {
		out[string(r)] = r.Label()
	}
	for _, k := range account.OrganisationKinds {
		out[string(k)] = k.Label()
	}
	for _, t := range message.Traits() {
		out[string(t.Kind)] = t.Label
	}
	return out
}()

// wordsOf writes a value.
func wordsOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "oui"
		}
		return "non"
	case string:
		return textWords(v)
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, wordsOf(e))
		}
		return strings.Join(parts, ", ")
	}
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

func textWords(v string) string {
	if words := codeWords[v]; words != "" {
		return words
	}
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return at.In(structure.Paris).Format("02/01/2006 15:04")
	}
	if day, err := structure.ParseDate(v); err == nil && len(v) == len("2006-01-02") {
		return day.Time().Format("02/01/2006")
	}
	return v
}
