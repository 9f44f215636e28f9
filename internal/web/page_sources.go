package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/structure"
	"sourcier/views/about"
	"sourcier/views/format"
)

// askPublisher stands for a licence that the project has not read.
const askPublisher = "licence à lire chez le producteur"

// publishers describes each source of facts. A licence is named only where the
// publisher states it on its own page.
var publishers = map[structure.Source]about.Source{
	structure.SourceDemo:                 {Brings: "Structures fictives, pour essayer le portail. Ni leurs noms, ni leurs numéros, ni leurs contacts ne sont réels.", Publisher: "Sourcier"},
	structure.SourceGeneric:              {Brings: "Les structures et les activités que l’équipe du portail a réunies dans un fichier.", Publisher: "L’équipe du portail"},
	structure.SourceGesat:                {Brings: "Les ESAT et les EA des réseaux du handicap, avec leurs activités.", Publisher: "Réseaux Gesat et Hosmoz", Licence: askPublisher},
	structure.SourceLeMarche:             {Brings: "Les structures inclusives, leurs secteurs, leurs zones d’intervention et leurs contacts.", Publisher: "Plateforme de l’inclusion", Home: "https://lemarche.inclusion.gouv.fr/", Licence: askPublisher},
	structure.SourceDataInclusion:        {Brings: "Les structures d’insertion et du handicap que ses partenaires recensent.", Publisher: "Plateforme de l’inclusion", Home: "https://data.inclusion.gouv.fr/", Licence: askPublisher},
	structure.SourceEmplois:              {Brings: "Les structures d’insertion par l’activité économique qui recrutent.", Publisher: "Plateforme de l’inclusion", Home: "https://emplois.inclusion.beta.gouv.fr/", Licence: askPublisher},
	structure.SourceRechercheEntreprises: {Brings: "L’identité des entreprises, d’après la base Sirene.", Publisher: "Direction interministérielle du numérique", Home: "https://recherche-entreprises.api.gouv.fr/", Licence: "Licence Ouverte 2.0", LicenceURL: openLicence},
	structure.SourceRGE:                  {Brings: "Le label « reconnu garant de l’environnement » et ses domaines, pour des fiches qui existent déjà.", Publisher: "ADEME", Home: "https://data.ademe.fr/", Licence: askPublisher},
	structure.SourceRFAR:                 {Brings: "Le label « relations fournisseurs et achats responsables ».", Publisher: "Médiateur des entreprises et Conseil national des achats", Licence: askPublisher},
	structure.SourceESSFrance:            {Brings: "La famille de l’économie sociale et solidaire d’une entreprise.", Publisher: "ESS France", Home: "https://www.data.gouv.fr/datasets/57bc99ca-0432-4b46-8fcc-e76a35c9efaf", Licence: askPublisher},
	structure.SourceESUS:                 {Brings: "L’agrément « entreprise solidaire d’utilité sociale ».", Publisher: "Direction générale du Trésor", Licence: askPublisher},
	structure.SourceGEIQ:                 {Brings: "Les groupements d’employeurs pour l’insertion et la qualification qui ont le label.", Publisher: "Fédération française des GEIQ", Licence: askPublisher},
	structure.SourceFINESS:               {Brings: "Les ESAT et les EA comme établissements du secteur médico-social.", Publisher: "Agence du numérique en santé", Home: "https://finess.esante.gouv.fr/", Licence: askPublisher},
	structure.SourceEA2:                  {Brings: "Les entreprises adaptées et leurs agréments.", Publisher: "DGEFP et Agence de services et de paiement", Licence: askPublisher},
	structure.SourceASP:                  {Brings: "Les structures d’insertion conventionnées et les dates de leurs conventions.", Publisher: "Agence de services et de paiement", Licence: askPublisher},
	structure.SourceSIRENE:               {Brings: "L’identité, l’adresse, le code APE, l’effectif, la fermeture des établissements.", Publisher: "INSEE", Home: "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret", Licence: "Licence Ouverte 2.0", LicenceURL: openLicence},
	structure.SourceOrganisation:         {Brings: "Les labels que les organisations du portail définissent et donnent.", Publisher: "Les organisations du portail"},
	structure.SourceModerator:            {Brings: "Les corrections faites à la main.", Publisher: "L’équipe du portail"},
	structure.SourceSelf:                 {Brings: "Ce que la structure dit d’elle-même.", Publisher: "La structure"},
}

// maxGiven is how many kinds of facts of a source are named.
const maxGiven = 8

// sources answers the page of where the facts come from.
func (s *site) sources(c *fiber.Ctx) error {
	if notModified(c, s.countTag("sources", s.outlines().Stamp())) {
		return nil
	}
	p := about.Sources{Text: about.Text{
		Heading: "Sources des données",
		Lead:    "D’où viennent les informations de l’annuaire, de quel jour elles sont, et ce que le portail ne sait pas.",
		Contents: contents("presentes", "Ce que l’annuaire contient", "autres", "Sources que le portail sait lire",
			"regles", "Quand les sources se contredisent", "inconnu", "Ce que le portail ne sait pas", "reference", "Données de référence"),
	}}
	p.Base = s.base("Sources des données", "Chaque source de l’annuaire, ce qu’elle apporte, sa licence, la date de son édition la plus récente, et ce que le portail ne sait pas.", "/sources")
	t := s.tally()
	if t != nil {
		p.Counted = "Décompte du " + format.Day(t.At) + " à " + format.Clock(t.At) + ", sur " + format.Count(t.Structures, "structure", "structures") + ". Une structure compte pour chacune de ses sources."
	}
	p.Held, p.Known = sourcesHeld(t)
	if outlines := s.quarterSource(); outlines.Name != "" {
		p.Held = append(p.Held, outlines)
	}
	return render(c, about.SourcesView(p))
}

// sourcesHeld sorts the sources into those that the directory shows facts of, the
// largest first, and the others.
func sourcesHeld(t *structure.Tally) (held, known []about.Source) {
	for _, source := range structure.Sources {
		one := publishers[source]
		one.Name, one.Brings = format.Text(source.Label()), format.Text(one.Brings)
		if t == nil || t.Sources[source].Structures == 0 {
			if source != structure.SourceDemo {
				known = append(known, one)
			}
			continue
		}
		counted := t.Sources[source]
		one.Structures, one.Newest, one.Gives = counted.Structures, format.Date(counted.Newest), given(counted.Fields)
		held = append(held, one)
	}
	slices.SortStableFunc(held, func(a, b about.Source) int { return cmp.Compare(b.Structures, a.Structures) })
	return held, known
}

// given names the facts that a source gives most structures.
func given(fields map[structure.Field]int) string {
	var list []structure.Field
	for _, f := range structure.Fields {
		if fields[f] > 0 {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b structure.Field) int { return fields[b] - fields[a] })
	var names []string
	for _, f := range list[:min(len(list), maxGiven)] {
		names = append(names, f.Label())
	}
	if rest := len(list) - len(names); rest > 0 {
		names = append(names, format.Count(rest, "autre", "autres"))
	}
	return strings.Join(names, ", ")
}

// quarterSource is the outlines of the quarters, nameless when none is loaded.
func (s *site) quarterSource() about.Source {
	q := s.outlines()
	if q.Len() == 0 {
		return about.Source{}
	}
	return about.Source{
		Name: "Contours des quartiers prioritaires", Brings: format.Count(q.Len(), "contour chargé", "contours chargés") + format.NNBSP + ": ils disent si un établissement est dans un quartier.",
		Publisher: "Agence nationale de la cohésion des territoires (ANCT)", Home: "https://sig.ville.gouv.fr/", Licence: "Licence Ouverte 2.0", LicenceURL: openLicence,
		Newest: format.Date(structure.Date(q.Newest())),
	}
}
