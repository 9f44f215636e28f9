package territory

import "strings"

// ordinary lists the words that name a commune or a department, or begin the
// name of one, and that a buyer writes for what they mean: "pièces de bois",
// "lot 2", "dans le sens", "maçon" (which folds like Mâcon). Alone or behind an
// article they are never taken for a place in free text: a filter nobody asked
// for hides good answers, one that is missing costs a click. The list was made
// by crossing the folded names with a French dictionary, then judged: towns
// whose word hardly occurs in a purchase (Bordeaux, Rennes, Lens, Menton,
// Sarcelles, Colombes) are not in it.
var ordinary = wordSet(`
abondance abondant agneaux aigle aigre aigues aiguilles aiguillon aillant aime aire aires allegre alles allez allier
allons alloue ames amont anche andouille ange angles angoisse anse anses appelle arc arceau arches archipel arcs
ardentes ares argent argentine armes arques ars art asse assis atelier athee attaques aubaine aube aucun auge aurions
aurons autels autruche avant aveux avion aviron avoine avril azur baby baccarat baffe baie bain bains bais baleine
ballon ballons ban bannieres bans bar bard barde barges barils baron baronnie barras barre bars bas basse basses
bastide batie baties bats baud baume baux baye beaux bec bel belle belles belvedere bergeres berne besace beton bey
biches bidon bief bille blanc blanche blancs blond bois boisseau bon bonhomme bonne bonnes bonnet bons bora bord
bordes bords borne bosse bouc bouchon boue bouee bouge bouges bougon bouillante bouille bouillie bouillon boule boulon
boulot bouquet bourbon bourdon bourdons bourg bourgogne bourgs bourguignon bourguignons boursieres bout bouteille
bouteilles brabant bran branches bras breches breves brides brie brigue brin broc brosse brosses brou brousse broye
broyes bru brunet brusque bruyere bruyeres bu bue buis buisson bulle bulles bure bus cabanes cagnes cagnotte caille
cailloux cales calvados camarade came camembert campagne camps canari cannelle cannes cantal cap capelle cardan
carrieres carry cars case cases casses cassis castel castres cause causse causses cavalerie caves celle celles cellier
cendre cent centres cerbere cercueil cerise cerisiers cesse cette chablis chaise chambre champ champagne champenoise
champs change chantes chantilly chapeau chapelle chapelles charbonnier charge charite charme charmee charmes charron
chars chas chassant chasse chatain chateau chatelain chatelaine chatte chaudes chaudiere chaume chaumes chaussee
chauve chaux chef chemin cheminot chene chenille cher cheres cheval chevaline cheville chevrier chiche choisies choux
cierges cieux cigogne cinq cintre cire cires citerne clans claviers clef clefs cloitre clos cloue coeur cognac coin
colle collegien collet colline colombe colombier colonne combe combes combles compas compote comte conde condom
confort conge conques cons consolation contamine conte contes contre contres coquille corbeilles cordes cordon cormier
corne corps corse corvees cosse cote coteau coteaux cotes couches coudes couleuvre cour courant courbes couronne cours
courson courtes courtine courtois couture coutures crans creances creche creches creuse crevant crique crisse croix
crosses crottes croutes cultures cures cuve cuves cuvier dame dangers dauphin degre demange demi demie denier deserts
detroit deuil deux devise diamant diane digne dol dom don donjon dore doree doue douillet doux douze drap dry dunes
duras eaux ecaille echelle echelles ecole ecorces ecueil ecurie eglise eglises elise engins entre entrelacs epargnes
epine epineuse erre esat escale escales espere esse est estampes estivaux etables etain etais etalon etang etangs
etoile eu eus falaise faucon faux fermete ferreux fete feux feves fiefs fille fins fleche fleure fleurie flotte folie
folies folles fonds font fontaine fontaines fontes force forestiere foret forge forges fort forteresse fosse fosses
fougere fougeres four fourches fourneaux fours fox frais francs frette frise fronton gaillard gaillarde garde gare
garenne garrigues gars gemeaux gere germaine gilles giron gironde givre gland gonds gorges goupil gousse gout gouts
gouttieres gouvernes grace graces grand grande grandes grands grange granges gras grasse grau grave graves grenade
grenier gres grignon grillon grimaud gros grues gue gueux guise habit haie haies halles han hanches haut haute hautes
hauts herbiers heres herisson home hommes hopital hopitaux hotellerie houlette houx huez ifs ile iles irai irais ire
issus jalons jardin jarret jas jeu jeux job joue jouet jours joyeuse joyeux juif julienne jumeaux jumelles jure jury
lac lacs laines lama lance lande landes lange lanterne laps lasse lattes laye lent lentilles leves levier liege lies
liesse lieu ligne lime limon linge lion lisse lisses lit livre loches loge loges loir lombard long longue longues
lorrain lot louches loue louer loupe loupes lourde lourdes lue luisant lus lutter lux luxe luzerne lys mache machine
macon mage magenta mages magnat magne maille maillet maillot maire maison maisons manche manoir marais marchais marche
marches mare marges marigot marin marines marne marnes marques marquette marquise marre mars martel martinet martyre
maure mauves maux mele mene mens menus mer mere merle merles mers messe migre minerve minot mire miroir moeurs moire
moisson mole molles monastere monceau monceaux monnaie mont montagne monte monts morne morte mortiers motte mouchard
mouche mouches mouettes moule moules moulin moulinet moulins moult mousse mousson moutier mouton moyen munster mur
mure muret murs mus nages naives neant neons neuf neuve neuves nivelle noel nord notre noue nouvelle noyant noyer
noyers nuits oeuf oie omet ondes ongles oraison orange oree orgueil ormes orne ors os ouest oust paille pair palais
palmas palme pannes parc parce parent pars pas passa passage passais pauvres pavie pavillon pavillons pays peage
peintre peintures pelouse penne pennes perche pere peri perles perron pers persan pertuis petit petite petites peux
piano pie pied pierre pierres pieux pin pince pins pire pis place places plaigne plaine plaines plains plaisance
plaisir plan planche plancher planches planes plans plateau plats pleine pleure pleurs poids poil poincon pointe poire
poisson poissons pommier pommiers pont pontet ponts porcherie port porta porte portes ports poses possession poterie
poule pre precheur precieux premiers pres preux priez prince privas prix publier puits pure puy quarante quartier
quatre queue quint quintal quinte racines rai raids ramasse rance rancon rang raves raye real recourt rejet relais
relevant rene reunion reveillon ri ria riche riel riez rions ris rivas rive rives riviere rivieres roc roche rocher
roches romain romaine romans ronde roque roquefort roques roquette roquettes rosiers rouet rouge rouges rouget rouille
rousses routes routier roux rue ruelle rues rustiques sable sables sablons sabres sache saignes saillant sain sains
saint sainte saints sales salins salle salles salon sana sancerre sans sari saules saurais sauvages sauve saxon sceau
seine sel selle selles sen sens sentinelle sept sequestre serez serpent serra serre serres sers servais serval servant
servies seuil sieges signes simple singles six somme son sons sort souche soudaine soudan soude soulages souligne
soupir source sourd souterraine soyons suce sud suisse sure sus syndicat table tablier tache taillee taillis tain
talon talus tampon tartre tasse taule tavernes temple tende tendon tendu teneur termes ternes terrasse terre terres
tertre tesson teste thermes thons tierce tilleul tirent titre tombe tonnerre touche touches tour tourne tournes tours
toussaint trait tranche trappes treize tresses treve treves tricot trie trimer trinite trois tronche union us usine
vaillant vains vair val valette vallee vallees vallon vallons vals vanne vannes vans var vaudeville vaux velu vendue
venere ventes ventouse ver verdier vereux verger verges vergne verreries verriere verrieres verrue vers vert veuve
vicomte vieil vieille vieilles vielle vienne viens vieux vif vignes village villages ville villes vins violes viols
vire vis vitre vives vivier viviers vogue voisines voisins voue voyer vraie vue wallon y zone
`)

// homeTowns are ordinary words that mean the town to those who live there:
// they are taken for it inside the home territory only.
var homeTowns = wordSet("cannes fougeres sens tours trappes vannes vienne")

// units follow a number that counts or measures, so that "75 repas" or
// "80 m2" is no department.
var units = wordSet(`
a ans annees boites bouteilles cartons chaises cm convives couverts dossiers enfants euros exemplaires feuilles g
h ha heures invites jours kg km kilos l litres lots m m2 m3 mois mm nuits ordinateurs pages palettes paniers
participants pc personnes pieces places plateaux points postes pour pourcent repas salaries semaines sites t tables
tonnes unites velos vehicules
`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}
