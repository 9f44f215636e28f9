package french

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// descriptions are of the length and the typography that directories hold: the
// index cuts a million of them, a page of results those of its twenty hits.
var descriptions = []string{
	"L’ESAT Les Ateliers du Lac accueille 86 travailleurs en situation de handicap à Vitry-sur-Seine. Nos équipes assurent " +
		"l’entretien d’espaces verts (tonte, taille de haies, débroussaillage, élagage léger), le nettoyage de locaux et la remise " +
		"en état de vitres, la blanchisserie et le repassage du linge plat, ainsi que le conditionnement à façon : mise sous pli, " +
		"étiquetage, filmage, contrôle qualité. Chaque chantier est encadré par une monitrice ou un moniteur d’atelier, du lundi au " +
		"vendredi de 8 h 30 à 16 h 30. Véhicules électriques, matériel sur batterie et produits écolabellisés ; devis gratuit sous 48 heures, " +
		"intervention dans tout le Val-de-Marne.",
	"Entreprise adaptée créée en 1998, agréée ESUS, spécialisée dans la collecte, le tri et la valorisation des déchets de bureaux : " +
		"papiers, cartons, cartouches d'encre, matériaux informatiques, piles et néons. Nous démantelons les équipements électriques et " +
		"électroniques, réemployons ce qui peut l'être et remettons un bordereau de suivi pour chaque enlèvement. Notre menuiserie " +
		"fabrique aussi du mobilier professionnel à partir de palettes récupérées, et nos ouvrières et ouvriers qualifiés livrent, montent et " +
		"réparent. Qu'il s'agisse d'une prestation ponctuelle ou régulière, un interlocuteur unique répond aux acheteurs publics et privés.",
	"Association intermédiaire, « Cœur de ville » met à disposition des collectivités, des bailleurs et des particuliers du personnel " +
		"pour l’aide aux repas, la garde d’enfants, le ménage, la manutention et les petits travaux de jardinage. Traiteur solidaire, notre " +
		"cuisine prépare plateaux-repas, buffets froids et cocktails de 10 à 350 convives avec des produits locaux, de saison et biologiques. " +
		"Depuis 2011, plus de 1 200 personnes éloignées de l’emploi ont été accompagnées : formations, permis de conduire, français " +
		"langue étrangère. Territoire d’intervention : Créteil, Maisons-Alfort, Saint-Maur-des-Fossés, Joinville-le-Pont et Nogent.",
}

func BenchmarkWords(b *testing.B) {
	names := []string{"ESAT Les Ateliers du Lac", "RÉGIE DE QUARTIER DE L’ÎLE", "Entretien des espaces verts", "Vitry-sur-Seine"}
	var apart, capitals []string
	for _, d := range descriptions {
		apart = append(apart, norm.NFD.String(d))
		capitals = append(capitals, strings.ToUpper(d))
	}
	for _, c := range []struct {
		name  string
		texts []string
	}{
		{"descriptions", descriptions},
		{"names", names},
		{"capitals", capitals},
		{"accents-apart", apart}, // as macOS writes them: not the fast path
	} {
		b.Run(c.name, func(b *testing.B) {
			size := 0
			for _, text := range c.texts {
				size += len(text)
			}
			b.SetBytes(int64(size / len(c.texts)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				Words(c.texts[i%len(c.texts)])
			}
		})
	}
}

func BenchmarkStem(b *testing.B) {
	words := []string{"entretien", "espaces", "verts", "locaux", "vitrerie", "animatrice", "professionnelle", "mobilier", "publique", "2113"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Stem(words[i%len(words)])
	}
}
