package demo

import (
	"time"

	"sourcier/internal/event"
	"sourcier/internal/survey"
)

// What is said at the events of the demonstration: made up, on the kinds of events that the
// home organisation holds, and what its report asks for.

var (
	structureJobs = []string{"Direction", "Responsable commerciale", "Coordination de l’atelier", "Encadrement technique"}
	buyerJobs     = []string{"Responsable de service", "Chargée d’opérations", "Acheteur", "Technicienne", "Assistant de gestion"}
)

const surveyLetter = "Merci d’être venus. Cinq minutes de votre temps nous aident à préparer la prochaine rencontre."

// Sizes of the matinale: who was there of those who were invited.
const (
	matinaleStructures = 31 // invited
	matinalePresent    = 22 // structures, one of which had not been invited
	matinaleBuyers     = 34
	masterclassPlaces  = 15
)

func (h *hosting) some(list []event.Guest, from, n int) []event.Guest {
	from = min(from, len(list))
	return list[from:min(from+n, len(list))]
}

// matinaleStory is a morning that was: who came, what was thought of it, who met whom.
func matinaleStory(i *inviting) {
	day := i.weekday(-41, time.Tuesday)
	i.begin("matinale", event.Settings{
		Kind: event.Matinale, Title: "Matinale des achats responsables", Series: "Matinales des achats responsables",
		Summary: "Une matinée pour que les services rencontrent les structures de l’insertion, du handicap et de l’économie sociale et solidaire du territoire.",
		Text:    "Vous préparez un achat de nettoyage, d’espaces verts, de restauration, d’impression ou de réemploi ? Des structures du territoire présentent en trois minutes ce qu’elles font, puis vous en parlez avec elles autour d’un café.\n\nVenez avec un besoin, même vague : c’est le meilleur moment pour le dire.",
		Starts:  i.on(day, 9, 0), Ends: i.on(day, 12, 30), RepliesUntil: i.on(day-2, 18, 0), Place: i.place("Salle des Bateliers", "12, quai des Roseaux"),
		Access: event.ByInvitation, Photos: true, Needs: true,
	}, event.Room{Capacity: 80, Quotas: map[event.Role]int{event.AsStructure: 30}, PerSIREN: 2, Party: 2}, i.on(day-62, 9, 0))
	partner := event.Partner{Name: "Réseau des ateliers solidaires"}
	i.step(i.on(day-61, 10, 0), func(at time.Time) error { return i.e.AddPartner(i.host, partner, i.e.Rev, at) })
	suppliers := i.some(i.suppliers, 0, matinaleStructures)
	i.matinaleProgramme(day, suppliers)
	i.step(i.on(day-43, 10, 0), func(at time.Time) error {
		return i.e.Check(i.host, []string{"transports", "velo", "acces", "traiteur", "saison", "vaisselle", "restes", "badges", "cadeaux", "horaires"}, i.e.Rev, at)
	})
	i.step(i.on(day-42, 9, 0), func(at time.Time) error { return i.e.OpenUp(i.host, at) })
	structures := i.add(suppliers, i.on(day-42, 9, 30))
	buyers := i.add(i.some(i.buyers, 0, matinaleBuyers), i.on(day-42, 9, 40))
	if len(suppliers) > 4 {
		i.wrong = suppliers[4].Email
	}
	all := append(append([]string{}, structures...), buyers...)
	i.step(i.on(day-42, 10, 0), func(at time.Time) error {
		_, err := i.e.Invite(i.host, all, "Bonjour,\n\nNotre matinale revient, avec plus de temps pour se parler. Dites-nous d’un clic si vous venez.", at)
		return err
	})
	came := i.matinaleReplies(day, structures, buyers)
	i.matinaleDoor(day, came)
	present := i.settle(i.on(day, 18, 0))
	i.survey("rencontre", present, i.on(day+1, 9, 0), matinaleOpinion)
	i.matinaleAfter(day, came)
}

func (i *inviting) matinaleProgramme(day int, suppliers []event.Guest) {
	at, part := i.on(day-44, 9, 0), func(from, fromMinute, to, toMinute int, title, text string) event.Session {
		return event.Session{Starts: i.on(day, from, fromMinute), Ends: i.on(day, to, toMinute), Title: title, Text: text, Where: "Grande salle"}
	}
	var pitches []event.Pitch
	for n := range i.some(suppliers, 0, 12) {
		if n%5 == 4 { // its address is wrong, or it does not come
			continue
		}
		g := &suppliers[n]
		pitches = append(pitches, event.Pitch{Structure: g.Structure, Name: g.Body, Topic: i.trade(g.Structure), Minutes: 3})
	}
	i.session(at, part(9, 0, 9, 30, "Accueil café", "Le café est servi par une entreprise d’insertion."), nil)
	i.session(at, part(9, 30, 10, 0, "Réserver un marché, en pratique", "Ce que la loi permet, et deux marchés qui l’ont fait."), []event.Pitch{{Name: i.org.Name, Topic: "Deux marchés réservés, un an après", Minutes: 20}})
	i.session(at, part(10, 0, 10, 45, "Trois minutes pour se présenter", "Une structure, un savoir-faire, une référence."), pitches)
	i.session(at, part(10, 45, 12, 30, "Rencontres autour d’un café", "Chaque structure a sa table ; les services passent de l’une à l’autre."), nil)
}

// matinaleReplies answers for those who were invited, and tells who comes.
func (i *inviting) matinaleReplies(day int, structures, buyers []string) (came []string) {
	came = append(i.matinaleAnswers(day-41, structures, matinalePresent-1, 13, 5), i.matinaleAnswers(day-30, buyers, 19, 7, 10)...)
	if i.err != nil || len(buyers) == 0 {
		return came
	}
	i.step(i.on(day-21, 9, 0), func(at time.Time) error {
		_, err := i.e.Remind(i.host, append(append([]string{}, structures...), buyers...), "La salle se remplit : un mot de votre part nous aide à prévoir le café.", at)
		return err
	})
	i.matinaleDetails(day, came)
	i.step(i.on(day-6, 10, 0), func(at time.Time) error {
		_, err := i.e.Tell(i.host, came, "La salle ouvre à 8 h 45. Venez avec vos cartes de visite.", at)
		return err
	})
	return came
}

// matinaleAnswers answers for a list on a day, some minutes apart: every so many decline or
// stay silent. It tells who comes, the first ones at most: others have a place and are absent.
func (i *inviting) matinaleAnswers(day int, list []string, most, declines, silent int) (came []string) {
	minute := 0
	next := func() time.Time {
		minute += 4
		return i.on(day, 9, minute)
	}
	for n, guest := range list {
		switch {
		case n%declines == declines-1:
			i.decline(guest, next())
		case n%silent == silent-1:
		default:
			party := 1
			if n%8 == 6 && i.err == nil && i.guest(guest).Role == event.AsBuyer {
				party = 2
			}
			i.accept(guest, party, next())
			if len(came) < most {
				came = append(came, guest)
			}
		}
	}
	return came
}

// matinaleDetails is what those who come need, and whether they may be photographed.
func (i *inviting) matinaleDetails(day int, came []string) {
	i.step(i.on(day-20, 10, 0), func(at time.Time) error {
		for n, guest := range came {
			g := i.guest(guest)
			d := event.Details{Photos: []string{event.PhotosYes, event.PhotosYes, event.PhotosNo}[n%3]}
			if n%9 == 2 {
				d.Diet = []string{"Végétarien", "Sans arachide", "Sans gluten"}[n/9%3]
			}
			if n == 14 {
				d.Access = "Je me déplace en fauteuil."
			}
			g.Detail(&i.e, d, at)
			if over := i.e.Ends.Add(event.NeedsKept); i.opts.Today.Time().After(over) {
				g.Diet, g.Access = "", "" // their time is over
			}
		}
		return nil
	})
}

// matinaleDoor lets in those who came, one of them twice, and one who was on no list.
func (i *inviting) matinaleDoor(day int, came []string) {
	for n, guest := range came {
		way := event.ByCode
		if n%4 == 1 {
			way = event.ByName
		}
		i.scan(guest, way, i.on(day, 8, 45+n))
	}
	if len(came) > 3 {
		i.scan(came[3], event.ByCode, i.on(day, 9, 40)) // the other phone did not know yet
	}
	for _, g := range i.some(i.suppliers, matinaleStructures, 1) {
		i.walkIn(g, i.on(day, 9, 50))
	}
}

func matinaleOpinion(n int, q *survey.Questionnaire) []survey.Value {
	if n%3 == 2 { // says nothing
		return nil
	}
	one := func(id string, pick ...int) survey.Value {
		o := q.Question(id).Options
		k := pick[n%len(pick)]
		return survey.Value{Question: id, Chosen: o[k : k+1]}
	}
	out := []survey.Value{one("venue", 2, 1, 0, 2, 1, 3, 0), one(survey.Satisfied, 0, 1, 1, 0, 1, 2, 0, 1), one("echanges", 0, 0, 1, 0, 1), one("periode", 2, 0, 0, 2, 1), one("contacts", 1, 2, 1, 3, 2, 0)}
	o := q.Question("suite").Options
	out = append(out, survey.Value{Question: "suite", Chosen: o[n%3 : n%3+2]})
	for id, said := range matinaleSaid {
		if text := said[n%len(said)]; text != "" {
			out = append(out, survey.Value{Question: id, Text: text})
		}
	}
	return out
}

var matinaleSaid = map[string][]string{
	"utile":  {"Les présentations de trois minutes.", "", "Parler avec un atelier de nos espaces verts.", "", "", "Savoir qui appeler pour un petit marché.", ""},
	"manque": {"", "Du temps pour se parler après les présentations.", "", "Plus de services opérationnels dans la salle.", "Un côté plus pratique : des exemples de cahiers des charges.", "", "", "Une liste des présents avec leur adresse."},
	"sujets": {"Les marchés de moins de 40 000 euros.", "", "", "", "Le réemploi dans les bâtiments.", "", "La cotraitance entre une entreprise et une structure.", "", ""},
}

// matinaleAfter is what followed: rencontres, trainings asked for, what it cost and gave.
func (i *inviting) matinaleAfter(day int, came []string) {
	there := map[event.Role][]string{}
	for _, guest := range came {
		if g := i.guest(guest); g != nil {
			there[g.Role] = append(there[g.Role], guest)
		}
	}
	sold, bought := there[event.AsStructure], there[event.AsBuyer]
	for n, said := range matinaleMet {
		if i.err != nil || n >= len(sold) || n >= len(bought) {
			break
		}
		x := event.Encounter{Kind: said.kind, Day: i.on(day+said.days, 11, 0), Buyer: i.met(bought[n]), Supplier: i.met(sold[n]), Subject: said.subject, Next: said.next}
		agree := []string{bought[n], sold[n]}[:said.agree]
		if said.named != "" {
			x.Buyer = event.Met{Body: said.named}
			agree = nil
		}
		i.encounter(x, i.on(day+24, 9, n), agree...)
	}
	for n, text := range matinaleTrainings {
		i.step(i.on(day+24, 10, n), func(at time.Time) error {
			if n < len(bought) {
				g := i.guest(bought[n])
				g.Training, g.TrainingAt = text, at
			}
			return nil
		})
	}
	i.step(i.on(day+25, 9, 0), func(at time.Time) error {
		return i.e.WriteBudget(i.host, []event.BudgetLine{
			{Label: "Café et buffet (entreprise d’insertion)", Line: "Développement économique, 6232", Planned: 1_800_00, Committed: 1_650_00, Actual: 1_624_50},
			{Label: "Location de la salle", Line: "Moyens généraux, 6132", Planned: 600_00, Committed: 600_00},
			{Label: "Boucle magnétique et sonorisation", Line: "Moyens généraux, 6135", Planned: 350_00, Committed: 320_00, Actual: 320_00},
		}, i.e.Rev, at)
	})
	i.step(i.on(day+26, 9, 0), func(at time.Time) error {
		return i.e.WriteBalance(i.host, "Les services ont rencontré des structures qu’ils ne connaissaient pas ; deux visites d’atelier et un rendez-vous ont suivi. Les présentations courtes plaisent.", "Inviter davantage de services opérationnels, choisir une date hors clôture budgétaire, doubler le temps d’échange et envoyer la liste des présents le lendemain.", i.e.Rev, at)
	})
}

var matinaleMet = []struct {
	kind          event.EncounterKind
	days, agree   int
	subject, next string
	named         string
}{
	{event.MetThere, 0, 2, "Nettoyage de deux gymnases, en journée.", "Envoyer le plan des sites.", ""},
	{event.MetThere, 0, 2, "Entretien de trois squares à partir de mars.", "Visite de l’atelier en janvier.", ""},
	{event.Appointment, 9, 2, "Buffets de moins de cent couverts.", "Un bon de commande à l’essai.", ""},
	{event.VisitedThere, 16, 2, "Atelier de réemploi de mobilier : quatre postes, un stock de bureaux et d’armoires.", "Prévoir la reprise du mobilier dans le déménagement.", ""},
	{event.MetThere, 0, 1, "Impression des affiches du conservatoire.", "", ""},
	{event.MetThere, 0, 0, "Collecte des cartons des écoles.", "", "Ville voisine, service scolaire"},
	{event.VisitedThere, 20, 0, "Cuisine et légumerie.", "", ""},
}

var matinaleTrainings = []string{"Écrire une clause d’insertion, et la suivre.", "Définir un lot à la mesure d’une structure.", "Le réemploi dans les marchés de fournitures."}

// masterclassStory is one to come, full, with people who wait.
func masterclassStory(i *inviting) {
	day := i.weekday(20, time.Thursday)
	i.begin("masterclass", event.Settings{
		Kind: event.Masterclass, Title: "Masterclass : répondre à un marché public", Summary: "Une journée pour les structures et les petites entreprises du territoire : lire une consultation, chiffrer, écrire un mémoire technique.",
		Text:   "Une formatrice de la chambre de commerce et d’industrie part de vraies consultations de l’an dernier. Chacun repart avec la trame de son mémoire.\n\nLa journée est gratuite. Le déjeuner est offert.",
		Starts: i.on(day, 9, 30), Ends: i.on(day, 16, 30), RepliesUntil: i.on(day-3, 18, 0), Place: i.place("Maison des Entreprises", "3, place du Pressoir"),
		Access: event.OpenToAll, Needs: true, OfferHours: 27,
	}, event.Room{Capacity: masterclassPlaces, PerSIREN: 1}, i.on(-26, 9, 0))
	i.step(i.on(-26, 11, 0), func(at time.Time) error {
		return i.e.AddPartner(i.host, event.Partner{Name: "Chambre de commerce et d’industrie"}, i.e.Rev, at)
	})
	i.masterclassProgramme(day)
	i.step(i.on(-25, 10, 0), func(at time.Time) error {
		return i.e.WriteBudget(i.host, []event.BudgetLine{
			{Label: "Formatrice et supports (chambre de commerce et d’industrie)", Line: "Développement économique, 6228", Planned: 5_000_00, Committed: 5_000_00},
			{Label: "Café et déjeuner (entreprise d’insertion)", Line: "Développement économique, 6232", Planned: 350_00, Committed: 324_50},
		}, i.e.Rev, at)
	})
	i.step(i.on(-20, 9, 0), func(at time.Time) error { return i.e.OpenUp(i.host, at) })
	i.step(i.on(-20, 9, 10), func(at time.Time) error { return i.e.Publish(i.host, true, at) })
	guests := i.add(i.some(i.suppliers, 0, 26), i.on(-20, 9, 30))
	i.step(i.on(-20, 10, 0), func(at time.Time) error {
		_, err := i.e.Invite(i.host, guests, "Bonjour,\n\nQuinze places, une journée entière, des exercices sur de vraies consultations.", at)
		return err
	})
	i.masterclassReplies(guests)
	i.masterclassDetails(guests)
	i.step(i.on(-7, 9, 0), func(at time.Time) error {
		_, err := i.e.Remind(i.host, guests, "Quelques réponses manquent encore.", at)
		return err
	})
	i.masterclassReturns(guests)
}

// masterclassReplies answers for those who were invited, then has others register.
func (i *inviting) masterclassReplies(guests []string) {
	for k, guest := range guests {
		at := i.on(-19+k/4, 10, 5*k%60)
		switch {
		case k%12 == 11:
			i.decline(guest, at)
		case k < 22 && k != 5 && k != 9:
			i.accept(guest, 1, at)
		}
	}
	for k, g := range i.some(i.suppliers, 27, 2) { // on the public page
		g.Source = "Inscription sur la page publique"
		at := i.on(-9, 15, 20*k)
		var id string
		i.step(at, func(at time.Time) error {
			g.AddedBy = ""
			s := i.named(g, at)
			id = s.Guest
			_, err := i.e.Register(s, "", at)
			return err
		})
		i.accept(id, 1, at.Add(5*time.Minute))
	}
}

// masterclassDetails is what some need for the day: a meal, a seat near the screen.
func (i *inviting) masterclassDetails(guests []string) {
	i.step(i.on(-8, 10, 0), func(at time.Time) error {
		for k, id := range guests {
			if k%6 == 1 {
				i.guest(id).Detail(&i.e, event.Details{Diet: []string{"Végétarien", "Sans porc", "Allergie aux fruits à coque"}[k/6%3]}, at)
			}
			if k == 8 {
				i.guest(id).Detail(&i.e, event.Details{Access: "Merci de me réserver une place près de l’écran."}, at)
			}
		}
		return nil
	})
}

// masterclassReturns gives two places back, for those who wait.
func (i *inviting) masterclassReturns(guests []string) {
	if len(guests) <= 15 {
		return
	}
	i.decline(guests[2], i.on(-6, 9, 0)) // its place goes to who waits first
	for k := range i.e.Seats {
		if s := &i.e.Seats[k]; s.Answer == event.Offered {
			i.accept(s.Guest, 1, i.on(-6, 14, 0))
		}
	}
	i.decline(guests[6], i.on(-1, 16, 0)) // and this one is on offer
}

func (i *inviting) masterclassProgramme(day int) {
	at := i.on(-26, 12, 0)
	for _, s := range []struct {
		from, fromMinute, to, toMinute int
		title, text                    string
	}{
		{9, 30, 11, 0, "Lire une consultation", "Trouver en dix minutes ce qui est éliminatoire."},
		{11, 15, 12, 30, "Chiffrer", "Du temps passé au prix, sans s’oublier."},
		{12, 30, 13, 45, "Déjeuner", ""},
		{13, 45, 16, 30, "Écrire le mémoire technique", "Chacun travaille sur le sien."},
	} {
		i.session(at, event.Session{Starts: i.on(day, s.from, s.fromMinute), Ends: i.on(day, s.to, s.toMinute), Title: s.title, Text: s.text}, nil)
	}
}

// duoDayStory is one that is prepared, and of which nothing is told anywhere.
func duoDayStory(i *inviting) {
	day := i.weekday(62, time.Thursday)
	i.begin("duoday", event.Settings{
		Kind: event.DuoDay, Title: "DuoDay dans nos services", Summary: "Une journée en duo, pour découvrir un métier.", Starts: i.on(day, 9, 0), Ends: i.on(day, 17, 0), Place: i.place("Hôtel de territoire", "2, rue du Colombier"),
		Access: event.ByInvitation, Needs: true,
	}, event.Room{Capacity: 24, Party: 2}, i.on(-10, 9, 0))
	i.add(i.some(i.suppliers, 0, 5), i.on(-9, 10, 0))
}

// fairStory is an event of others, to which people went.
func fairStory(i *inviting) {
	day := i.weekday(-78, time.Thursday)
	i.begin("salon", event.Settings{Kind: event.External, Title: "Salon de l’achat inclusif", Starts: i.on(day, 9, 0), Ends: i.on(day, 18, 0), Place: event.Place{Name: "Halle du Verger", City: "Paris"}, Access: event.ByInvitation}, event.Room{}, i.on(day-20, 9, 0))
	i.step(i.on(day+4, 10, 0), func(at time.Time) error {
		return i.e.TellBack(i.host, []string{"Inès Carvalho", "Nadia Benali", "Hugo Martel"}, "Quatre contacts nouveaux : deux imprimeries, une blanchisserie, un traiteur. Un rendez-vous pris avec la blanchisserie.", i.e.Rev, at)
	})
}
