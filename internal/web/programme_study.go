package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/taxonomy"
	"sourcier/views/desk"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// studiesPath lists the étude of every lot.
const studiesPath = programmePath + "/etudes"

// Parameters of the list behind a number of a study.
const (
	paramBasis  = "base"
	paramCircle = "cercle"
	paramColumn = "zone"
)

// maxStudyRows bounds the candidates of a basis on a page.
const maxStudyRows = 200

// studyRoutes are those of the études de réservation.
func (s *site) studyRoutes(readers door, limited fiber.Handler) {
	readers.Get(studiesPath, limited, s.studies)
	readers.Get(programmePath+"/achats/:id/lots/:lot", limited, s.study)
}

// study shows who could answer a lot and whether it can be reserved.
func (s *site) study(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	d, err := s.Programme.StudyWhole(c.UserContext(), m, c.Params("id"), c.Params("lot"))
	if err != nil {
		return err
	}
	p := s.studyPage(c, m, &d)
	if p.Operations, err = s.operationsBox(c, m, &d.Purchase, d.Lot.ID); err != nil {
		return err
	}
	return render(c, views.StudyView(p))
}

func (s *site) studyPage(c *fiber.Ctx, m buyer.Member, d *programme.Studied) views.StudyPage {
	st, own := &d.Study, lotURL(d.Purchase.ID, d.Lot.ID)
	heading := "Étude de réservation : " + lotName(&d.Purchase, &d.Lot)
	above := []part.Link{{Label: "Études de réservation", URL: studiesPath}, {Label: d.Purchase.Object, URL: purchaseURL(d.Purchase.ID)}}
	p := views.StudyPage{
		Page: s.programmeDesk(c, format.Text(heading), studiesPath, nil, above...),
		Lead: fmt.Sprintf("Jugée le %s sur l’annuaire d’aujourd’hui. Une concurrence demande %s : un réglage de votre organisation.",
			format.Date(st.On), format.Count(st.Asked, "répondant indépendant", "répondants indépendants")),
		Verdict: verdictView(&st.Verdicts[0]), Decision: part.Link{Label: "Avis et décision", URL: own + "/decision"}, Facts: s.studyFacts(st, d),
	}
	for i := range st.Verdicts[1:] {
		p.Others = append(p.Others, verdictView(&st.Verdicts[i+1]))
	}
	for _, w := range st.Warnings {
		p.Warnings = append(p.Warnings, views.StudyWarning{Label: warningLabels[w.Code], Text: w.Text})
	}
	for i := range st.Bases {
		p.Bases = append(p.Bases, s.studyBasis(c, st, &st.Bases[i], own))
	}
	if sourcing.Buys(m) && !d.Purchase.State().Ended() {
		p.Edit = &part.Link{Label: "Modifier l’achat", URL: purchaseURL(d.Purchase.ID) + "/modifier"}
	}
	for _, r := range st.Rules {
		p.Rules = append(p.Rules, views.StudyRule{Label: format.Text(r.Code.Label()), Value: r.Text(), From: format.ShortDate(r.From), Source: r.Source, ToCheck: r.ToCheck})
	}
	return p
}

// lotName tells a lot: « Lot 1, Nettoyage Nord », the object of a purchase that is not divided.
func lotName(p *sourcing.Purchase, l *sourcing.Lot) string {
	if !p.Divided() {
		return p.ObjectOf(l)
	}
	if l.Number == "" {
		return l.Object
	}
	return "lot " + l.Number + ", " + l.Object
}

// verdictSigns are colour and sign of each verdict: what can be reserved, what can with
// some work, the rest.
var verdictSigns = map[sourcing.VerdictCode][2]string{
	sourcing.Reservable: {"good", "✓"}, sourcing.ReservableJoint: {"good", "✓"}, sourcing.ToDivide: {"warn", "÷"}, sourcing.Insufficient: {"warn", "?"},
	sourcing.NotReservable: {"muted", "–"},
}

func verdictView(v *sourcing.Verdict) views.StudyVerdict {
	sign, ok := verdictSigns[v.Code]
	if !ok {
		sign = [2]string{"other", "→"}
	}
	return views.StudyVerdict{Tone: sign[0], Sign: sign[1], Label: v.Code.Label(), Basis: string(v.Basis), Reasons: v.Reasons}
}

var warningLabels = map[string]string{
	sourcing.WarnTakeOver: "Reprise du personnel", sourcing.WarnSingle: "Candidat unique", sourcing.WarnFrance: "Répondants de toute la France",
	sourcing.WarnPart: "Lieu couvert en partie", sourcing.WarnUntil: "Agréments qui finissent", sourcing.WarnShare: "Part de travailleurs à vérifier",
	sourcing.WarnESSMonths: "Durée d’un marché réservé à l’ESS", sourcing.WarnSocial: "Considérations sociales obligatoires",
	sourcing.WarnSocialAside: "Considérations sociales écartées", sourcing.WarnEnvironment: "Environnement obligatoire", sourcing.WarnAmount: "Montant inconnu",
}

// studyFacts are what the lot was judged on.
func (s *site) studyFacts(st *sourcing.Study, d *programme.Studied) []desk.Fact {
	n := &st.Need
	amount := func(euros int64) string {
		if euros == 0 {
			return "non renseigné"
		}
		return sourcing.Money(euros)
	}
	facts := []desk.Fact{
		{Term: "Achat", Text: d.Purchase.Object, URL: purchaseURL(d.Purchase.ID)},
		{Term: "Nature", Text: cmp.Or(n.Nature.Label(), "non renseignée")},
		{Term: "Secteurs", Text: cmp.Or(s.sectorList(n.Sectors, sourcing.MaxSectors), "aucun : ni choisi, ni déduit du code CPV")},
		{Term: "Code CPV", Text: cmp.Or(n.CPV, "non renseigné")},
		{Term: "Mode", Text: "indifférent"},
		{Term: "Lieu d’exécution", Text: cmp.Or(format.List(s.placeNames(n.Places)), "non renseigné")},
		{Term: "Montant du lot", Text: amount(n.Euros)},
		{Term: "Soit par an", Text: amount(n.Annual)},
		{Term: "Tout le besoin", Text: amount(n.Whole) + ", tous lots et reconductions"},
		{Term: "Durée", Text: "non renseignée"},
		{Term: "Publication prévue", Text: "non renseignée : les seuils sont ceux du jour de l’étude"},
		{Term: "Reprise du personnel", Text: cmp.Or(string(n.TakeOver), "non renseignée")},
		{Term: "Considérations sociales", Text: "non écartées"},
	}
	if n.Mode != "" {
		facts[4].Text = taxonomy.ModeName(n.Mode).Long
	}
	if n.Months > 0 {
		facts[9].Text = format.Number(n.Months) + "\u00a0mois avec les reconductions"
	}
	if n.Publication != "" {
		facts[10].Text = format.Date(n.Publication)
	}
	if n.SetAside != "" {
		facts[12].Text = "Écartées : " + n.SetAside
	}
	for i := range facts {
		facts[i].Text = format.Text(facts[i].Text)
	}
	return facts
}

// columnLabels are the head of a column, and what its numbers count: one, then several.
var columnLabels = map[sourcing.Column][3]string{
	sourcing.ColumnDeclared:   {"Zone déclarée", "répondant qui a déclaré une zone et ce secteur", "répondants qui ont déclaré une zone et ce secteur"},
	sourcing.ColumnFrance:     {"Toute la France", "répondant qui intervient dans toute la France", "répondants qui interviennent dans toute la France"},
	sourcing.ColumnUndeclared: {"Zone non déclarée", "structure à interroger, zone non déclarée", "structures à interroger, zone non déclarée"},
	sourcing.ColumnDerived:    {"Secteur déduit", "structure à interroger, secteur déduit du code APE", "structures à interroger, secteur déduit du code APE"},
}

func (s *site) studyBasis(c *fiber.Ctx, st *sourcing.Study, b *sourcing.BasisStudy, own string) views.StudyBasis {
	text := taxonomy.BasisInfo(b.Basis)
	v := views.StudyBasis{ID: strings.TrimPrefix(string(b.Basis), "L2113-"), Title: text.Short, Explain: text.Explain, ToCheck: text.ToCheck, Lacks: b.Lacks,
		Enough: b.Answerers >= st.Asked, Summary: format.Count(b.Answerers, "répondant indépendant compté", "répondants indépendants comptés") + extras(b)}
	if len(b.Candidates) == 0 {
		return v
	}
	for _, circle := range b.Circles {
		row := views.StudyCircle{Label: s.circleLabel(circle.Code)}
		for _, col := range sourcing.Columns {
			n := views.StudyCount{N: circle.Of(col), Label: columnLabels[col][0], Hidden: columnLabels[col][1+min(1, circle.Of(col)/2)]}
			if n.N > 0 {
				query := url.Values{paramBasis: {string(b.Basis)}, paramCircle: {string(circle.Code)}, paramColumn: {string(col)}}
				n.URL = own + "?" + query.Encode() + "#liste-" + v.ID
			}
			row.Counts = append(row.Counts, n)
		}
		v.Circles = append(v.Circles, row)
	}
	v.List = s.studyList(c, b, own, v.ID)
	return v
}

// extras says what is beside those who count.
func extras(b *sourcing.BasisStudy) string {
	var list []string
	if b.Joint > 0 {
		list = append(list, "dont "+format.Count(b.Joint, "groupement", "groupements"))
	}
	if b.Unsure > 0 {
		list = append(list, format.Count(b.Unsure, "autre à interroger", "autres à interroger"))
	}
	if b.Short > 0 {
		list = append(list, format.Count(b.Short, "autre de capacité insuffisante", "autres de capacité insuffisante"))
	}
	if len(list) == 0 {
		return ""
	}
	return ", " + strings.Join(list, ", ")
}

func (s *site) circleLabel(code sourcing.CircleCode) string {
	switch code {
	case sourcing.InHome:
		return s.Home.Label
	case sourcing.InDepartment:
		return "et le département du lieu"
	case sourcing.InNeighbours:
		return "et les départements voisins"
	case sourcing.InRegion:
		return "et la région"
	}
	return "et au-delà"
}

// studyList is all candidates of a basis, or those behind the number that was asked for.
func (s *site) studyList(c *fiber.Ctx, b *sourcing.BasisStudy, own, id string) views.StudyList {
	list := b.Candidates
	out := views.StudyList{Heading: format.Count(len(list), "candidat, compté ou non", "candidats, comptés ou non")}
	circle, col := sourcing.CircleCode(c.Query(paramCircle)), sourcing.Column(c.Query(paramColumn))
	if c.Query(paramBasis) == string(b.Basis) && slices.Contains(sourcing.Columns, col) && slices.ContainsFunc(b.Circles, func(x sourcing.Circle) bool { return x.Code == circle }) {
		list = b.Behind(circle, col)
		where := ", où qu’elles soient établies"
		if circle != sourcing.Beyond {
			where = ", établies jusqu’à : " + cmp.Or(circleShort[circle], string(circle))
		}
		out = views.StudyList{Open: true, Heading: format.Count(len(list), "structure", "structures") + ", " + strings.ToLower(columnLabels[col][0]) + where,
			All: &part.Link{Label: "Voir tous les candidats de cette base", URL: own + "#liste-" + id}}
	}
	for i := range list[:min(len(list), maxStudyRows)] {
		out.Rows = append(out.Rows, s.studyCandidate(&list[i]))
	}
	if more := len(list) - maxStudyRows; more > 0 {
		out.More = "Et " + format.Count(more, "autre", "autres") + "."
	}
	return out
}

var circleShort = map[sourcing.CircleCode]string{
	sourcing.InHome: "territoire d’attache", sourcing.InDepartment: "département du lieu", sourcing.InNeighbours: "département voisin", sourcing.InRegion: "région", sourcing.Beyond: "au-delà de la région",
}

func (s *site) studyCandidate(c *sourcing.Candidate) views.StudyCandidate {
	v := views.StudyCandidate{Name: c.Name, URL: sheetAddress(c.Structures[0]), Counted: c.Counted, Why: c.Why, ToCheck: c.ToCheck}
	for i, id := range c.Structures[1:] {
		if i == 3 {
			v.About = fmt.Sprintf("et %d établissements de plus", len(c.Structures)-4)
			break
		}
		v.Others = append(v.Others, part.Link{Label: "autre établissement", URL: sheetAddress(id)})
	}
	if c.Groupement {
		v.About = "groupement de " + format.Count(len(c.Members), "membre", "membres")
	}
	zone := "zone non déclarée"
	switch {
	case c.Zone == sourcing.ZoneFrance:
		zone = "intervient dans toute la France"
	case c.Zone == sourcing.ZoneDeclared && c.Covers:
		zone = "intervient sur tout le lieu"
	case c.Zone == sourcing.ZoneDeclared:
		zone = "intervient sur une partie du lieu"
	}
	v.Place = format.Upper(circleShort[c.Circle]) + " ; " + zone
	v.Capacity = capacityText(c)
	if c.Until != "" {
		v.Place += " ; agrément jusqu’au " + format.ShortDate(c.Until)
	}
	return v
}

func capacityText(c *sourcing.Candidate) (text string) {
	switch c.Capacity {
	case sourcing.CapacityEnough:
		text = "suffisante : " + sourcing.Money(c.Euros)
	case sourcing.CapacityShort:
		text = "insuffisante : " + sourcing.Money(c.Euros)
	default:
		text = "inconnue"
		if c.Euros > 0 {
			text = "estimée à " + sourcing.Money(c.Euros)
		}
	}
	if c.Held > 0 {
		text += ", marchés en cours déduits (" + sourcing.Money(c.Held) + ")"
	}
	return text
}
