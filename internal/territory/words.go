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
abondance abondant adrets agneaux aigle aigre aigues aiguilles aiguillon aillant aime aire aires alise allegre alles
allez allier allies allons alloue altier ambon ames amont amure anche andouille ange angles angoisse anse anses
appelle aramon arc arceau arches archipel arcon arcs ardentes ares argent argentine armes arques arroses ars art asse
assis atelier athee attaques aubaine aube aucun auge aurions aurons autels autruche avant aveux avion aviron avirons
avoine avril azur baby baccarat baffe baie baignes baille bain bains bais baleine ballon ballons ballots ban banne
bannes bannieres bans bar bard barde barges barils baron baronnie barras barre bars bas basse basses bastide bataille
batie baties bats baud bauge baume baux bavent baye beaux bec begues bel belle belles belvedere bergeres berne bernes
besace beton bey biches bidon bief bielle bille blanc blanche blancs blet blond bois boisseau boisseaux bon bonhomme
bonne bonnes bonnet bons bora bord bordes bords borne bort bosse bossus bouc boucau bouchage bouchon boudes boue bouee
bouge bouges bougon bouillante bouille bouillie bouillon boulange boule boulin boulon boulot bouquet bourbon bourdon
bourdonne bourdons bourg bourgogne bourgs bourguignon bourguignons bourre boursieres bout bouteille bouteilles brabant
bran branches brandon bras braye breches brette breves breviaires brides brie brigue brin broc brosse brosses brou
brouilla brousse brousses broye broyes bru brulais brunet brusque bruyere bruyeres bu bue buis buisson bulle bulles
bure bures bus cabanes cabris cagnes cagnotte caille cailloux cales calvados camarade came camembert campagne camps
canari cannelle cannes cantal cap capelle captieux carcans cardan carnet carrieres carry cars case cases casses cassis
casson castel castels castres cause causse causses cavalerie caves celle celles cellier celliers cendre cent centres
cerbere cercles cercueil cerise cerisiers cesse cesseras cette chablis chaise chambre champ champagne champenoise
champis champs chance change chanterelle chantes chantilly chapeau chapelle chapelles charbonnier charbonnieres charge
charite charme charmee charmes charron chars chartrier chas chassant chasse chasselas chataigneraie chatain chateau
chatelain chatelaine chatte chaudes chaudiere chaume chaumes chaussee chauve chaux chef cheffes chemin cheminot chene
chenille chenu cher cheres cheris cheval chevaline chevillard cheville chevreaux chevrier chevrieres chiche choisies
choux choye cierges cieux cigogne cinq cintre cire cires ciron citerne clam clans clapier clapiers clave clavette
claviers clayette clef clefs cloitre clos cloue cluse cochere coeur cogna cognac coin coings colle collegien collet
colline colombe colombier colombiers colombine colonne combe combes combles compas compote comte conde condes condom
confort conge conques cons consolation contamine contamines conte contes contre contres coquille corbeilles cordes
cordon cormier cornac corne cornier cornus coron corps corse corvees cosse cote coteau coteaux cotes coti couarde
couches coudes coudre couleuvre coupelle cour courant courbe courbes courbette couronne cours courson courtes courtine
courtois couture coutures crans creances creche creches crepon creuse crevant crique crisse croix crosses crottes
croutes cuis cuise cultures cures cuve cuves cuvier dame dangers dauphin degre demange demi demie denier desert
deserts detroit deuil deux devise diamant diane digne dol dom don donjon dore doree doue douillet doux douze drain
drap dry dunes duras eaux ecaille echalas echelle echelles eclaires eclose eclusier ecole ecorces ecot ecueil ecuelle
ecuelles ecurie eglise eglises elan elise engins entrains entre entrelacs epargnes epine epineuse erre esat escale
escales escot espere essarts esse est estampes estivaux etable etables etain etais etalon etang etangs etoile eu eus
fa falaise fargues faucon faux feins felines felon fenouillet fermete ferre ferreux fete feuillee feux feves fiefs
fieu fieux fille fins fleche fleure fleurie flotte folie folies folles fonds font fontaine fontaines fontanges fontes
force forestiere foret forge forges fors fort forteresse fosse fosses fougere fougeres four fourches fourneaux fours
fox frais francs frenes fretin frette frise fronton gaillard gaillarde garde gare garenne garennes garons garrigues
gars gaude gemeaux gene gere germaine geste gilles girolles giron gironde givre glaire gland glandage gond gonds
gorges goulet goupil gousse gout gouts gouttieres gouvernes goyave grace graces grand grande grandes grands grange
granges gras grasse grau grave gravelle graves gree grenade grenier gres greve grignon grillon grimaud grives gros
grues gruyeres gue gueux guiche guignes guillaumes guise habit haie haies haleine halles han hanches hauban haut haute
hautes hauts herbiers heres herisson heron home hommes hopital hopitaux hotellerie houlette houx huez hure ifs ile
iles irai irais ire issus jalons jans jardin jarret jars jas jeu jeux job joue jouet jours joyeuse joyeux juif
julienne jumeaux jumel jumelles jure jury kirsch lac lacs laines laize lama lance lancon lande landes lange lanterne
laps lasse lattes laye leches lege lemmes lent lentilles lento leves levier lias liege lies liesse lieu liez ligne
lime limon limons linge lion lire lisse lisses lit livet livre loche loches lods loge loges loir lombard long longes
longue longues lorrain lot louches loue louer loupe loupes lourde lourdes lue luisant lus lutter lux luxe luzerne lys
mache machine macon madre mage magenta mages magnat magne maille maillet maillot maire maison maisons male manas
manche manoir marais marchais marche marches mare marges marigot marin marines marions marne marnes maroilles marques
marquette marquise marre mars martel martinet martre martres martyre mascaras maure mauves maux medis mela mele mene
mens menus mer mere merle merles mers messe metairies meures migre millas minerve minot mire miroir moeurs moire
moisson mole molles monastere monceau monceaux monnaie mont montagne monte montoir monts morillon morne morte mortiers
motte mouchard mouche mouches mouettes mouille moule moules moulin moulinet moulins moult mouron mousse mousson
moutier moutiers mouton moyen muids munster mur mure mures muret murs mus nages naives neant neons neuf neuve neuves
nivelle noce noel nord norrois notre noue noues nouvelle noves noyant noyer noyers nuits oeuf oie olle ombree omet
ondes ongles oraison orange oree orgelet orges orgueil orin ormes orne ors os ota ouest oust ouste paille paillet pair
palais palisse palmas palme palud pannes parc parce parent parois pars pas passa passage passais passavant pauvres
pavant pavie pavillon pavillons pays peage peille peintre peintures pelouse pende penne pennes perche pere peri perles
perron pers persan pertuis petit petite petites peux pian piano pie pied pierre pierres pieux pila pilles pin pince
pins pire pis pitres place places plaigne plaine plaines plains plaisance plaisir plan planche plancher planches
planes planques plans plateau plats pleine pleure pleurs plombieres poids poil poincon pointe poire poisson poissons
poivres poix pommard pommier pommiers pomponne pont pontet ponts porcherie port porta porte portes ports poses
possession poterie pouille poule pre preaux precheur precieux premieres premiers premontre pres preux priez primat
prince privas prix pruniers publier puits pure puy quarante quarte quartier quatre queue quint quintal quinte racines
rai raids ramasse rance rances rancon rang raves raye real recourt recouvrance rejet relais relevant remuee rene
reposoir reunion reveillon ri ria riche riel riez rions ris rivas rive rives riviere rivieres roc roche rocher roches
rodes rognes rognon rogues romain romaine romans ronde roque roquefort roquelaure roques roquette roquettes rosiere
rosieres rosiers rots rouet rouge rouges rouget rouille roulier rousses routes routier rouvres roux rue ruelle rues
rustiques sable sables sablieres sablons sabres sache sai saignes saillant sain sains saint sainte saints sales salins
salle salles salon salses sana sancerre sans santes sari saules sauniere saurais sauternes sauvages sauve saxon sceau
scille secourt seiches seine sel selle selles selve sen sene sens sentinelle sept sequestre serez serpent serra serre
serres sers servais serval servant serves servies seuil sieges signes simple singles six sommant somme son songeons
sons sorbets sorbier sorbiers sore sorgues sort souche soudaine soudan soude souille soulages souligne soupir source
sourd souterraine soyons suce sud suisse sure surin survie sus sylvains syndicat table tablier tache taillant taillee
taillis tain taller talon talus tampon tardes tartre tasse taule tavernes temple tende tendon tendu teneur termes
ternes terrasse terre terres tertre tesson teste thermes thons tierce tille tilleul tirent titre toges tombe tonnerre
touche touches touille tour tourne tournedos tournes tourneur tours toussaint trait tranche trappes treilles treize
tresse tresses treteau treve treves tricot trie trimer trinite trois tronche tronchet union us usine vacherie vaillant
vains vair val valette vallee vallees vallon vallons vals vanne vanneau vannes vans var vars vaudeville vaux velu
vendes vendue venelles venere venette ventes ventouse ver verdier vereux verger verges vergne verin vernie verreries
verriere verrieres verrue vers vert vertus veules veuve veuves vicomte vieil vieille vieilles vielle vienne viens
vieux vif vignes village villages ville villes vineuse vins violes viols vira vire vis vitre vitreux vives vivier
viviers viviez vogue voisines voisins voue voyer vraie vue wallon y zone
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
