package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/format"
	"sourcier/views/part"
	views "sourcier/views/programme"
)

// studiesPerPage is how many lots a page lists.
const studiesPerPage = 50

// wanted is what the list of studies is narrowed to; "" = all.
type wanted struct{ verdict, service, state string }

func (w wanted) meets(r *programme.Ruling) bool {
	return (w.verdict == "" || w.verdict == string(r.Verdict.Code)) && w.meetsBut(r)
}

// meetsBut is meets but for the verdict, by which the totals count.
func (w wanted) meetsBut(r *programme.Ruling) bool {
	return (w.service == "" || w.service == r.Purchase.Service) && (w.state == "" || w.state == string(r.Purchase.State()))
}

// address is that of the list so narrowed.
func (w wanted) address(page int) string {
	query := url.Values{}
	for name, value := range map[string]string{"verdict": w.verdict, "service": w.service, "etat": w.state} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	if len(query) == 0 {
		return studiesPath
	}
	return studiesPath + "?" + query.Encode()
}

// studies lists the study of every lot that the member sees.
func (s *site) studies(c *fiber.Ctx) error {
	m, err := planner(c)
	if err != nil {
		return err
	}
	list, set, err := s.Programme.Rulings(c.UserContext(), m)
	if err != nil {
		return err
	}
	want := wanted{verdict: oneOf(c.Query("verdict"), verdictCodes(list)), service: c.Query("service"), state: oneOf(c.Query("etat"), stateCodes())}
	if set.Service(want.service) == nil {
		want.service = ""
	}
	p := views.StudiesPage{Page: s.programmeDesk(c, "Études de réservation", studiesPath, nil), Lead: studiesLead(m, len(list))}
	if len(list) == 0 {
		p.Empty = noStudies(m)
		return render(c, views.StudiesView(p))
	}
	p.Totals, p.Filters = totals(list, want), filters(&set, m, want)
	if want != (wanted{}) {
		p.Clear = studiesPath
	}
	found := slices.DeleteFunc(slices.Clone(list), func(r programme.Ruling) bool { return !want.meets(&r) })
	p.Found = format.Count(len(found), "lot", "lots")
	if len(found) == 0 {
		p.Empty = &views.StudyEmpty{Title: "Aucun lot ne répond à ces filtres", Text: "Retirez-en un, ou voyez tous les lots du programme.", Way: part.Link{Label: "Voir tous les lots", URL: studiesPath}}
		return render(c, views.StudiesView(p))
	}
	pages := (len(found) + studiesPerPage - 1) / studiesPerPage
	page := min(max(1, c.QueryInt("page", 1)), pages)
	first := (page - 1) * studiesPerPage
	for i := first; i < min(len(found), first+studiesPerPage); i++ {
		p.Rows = append(p.Rows, studyRow(&found[i], &set))
	}
	p.Pages = pagination(page, pages, want.address)
	return render(c, views.StudiesView(p))
}

// oneOf is a value of a list, "" for any other: a link that somebody kept shows all.
func oneOf(value string, list []string) string {
	if slices.Contains(list, value) {
		return value
	}
	return ""
}

func stateCodes() (codes []string) {
	for _, state := range sourcing.States {
		codes = append(codes, string(state))
	}
	return codes
}

// verdictCodes are those that some lot has, in the order of VerdictCodes.
func verdictCodes(list []programme.Ruling) (codes []string) {
	for _, code := range sourcing.VerdictCodes {
		if slices.ContainsFunc(list, func(r programme.Ruling) bool { return r.Verdict.Code == code }) {
			codes = append(codes, string(code))
		}
	}
	return codes
}

func studiesLead(m buyer.Member, n int) string {
	whose := "de votre organisation"
	if m.Role == account.Prescripteur {
		whose = "de vos services"
	}
	return fmt.Sprintf("Les lots du programme %s (%s), jugés sur l’annuaire d’aujourd’hui : qui pourrait répondre, et peut-on réserver ?", whose, format.Number(n))
}

func noStudies(m buyer.Member) *views.StudyEmpty {
	e := &views.StudyEmpty{Title: "Aucun lot à étudier pour l’instant",
		Text: "Chaque lot du programme aura ici son verdict : réservable ou non, sur quelle base, et qui pourrait répondre.",
		Way:  part.Link{Label: "Voir le programme d’achats", URL: programmePath}}
	if sourcing.Buys(m) {
		e.Way = part.Link{Label: "Saisir un achat", URL: programmePath + "/achats/nouveau"}
	}
	return e
}

// totals counts the lots by verdict, whatever the verdict that is asked for.
func totals(list []programme.Ruling, want wanted) (out []views.StudyTotal) {
	for _, code := range verdictCodes(list) {
		n := 0
		for i := range list {
			if want.meetsBut(&list[i]) && string(list[i].Verdict.Code) == code {
				n++
			}
		}
		v := verdictView(&sourcing.Verdict{Code: sourcing.VerdictCode(code)})
		alone := want
		alone.verdict = code
		if want.verdict == code {
			alone.verdict = "" // chosen again, it is left
		}
		out = append(out, views.StudyTotal{N: n, Label: v.Label, Tone: v.Tone, Sign: v.Sign, URL: alone.address(1), Current: want.verdict == code})
	}
	return out
}

func filters(set *sourcing.Programme, m buyer.Member, want wanted) []views.StudyFilter {
	verdict := views.StudyFilter{Name: "verdict", Label: "Verdict", Options: []part.Option{{Label: "Tous"}}}
	for _, code := range sourcing.VerdictCodes {
		verdict.Options = append(verdict.Options, part.Option{Value: string(code), Label: code.Label(), Selected: string(code) == want.verdict})
	}
	service := views.StudyFilter{Name: "service", Label: "Service", Options: []part.Option{{Label: "Tous"}}}
	for i := range set.Services {
		if one := &set.Services[i]; set.Sees(m, one.ID) {
			service.Options = append(service.Options, part.Option{Value: one.ID, Label: one.Name, Selected: one.ID == want.service})
		}
	}
	state := views.StudyFilter{Name: "etat", Label: "État", Options: []part.Option{{Label: "Tous"}}}
	for _, one := range sourcing.States {
		state.Options = append(state.Options, part.Option{Value: string(one), Label: one.Label(), Selected: string(one) == want.state})
	}
	if len(service.Options) == 1 {
		return []views.StudyFilter{verdict, state}
	}
	return []views.StudyFilter{verdict, service, state}
}

func studyRow(r *programme.Ruling, set *sourcing.Programme) views.StudyRow {
	row := views.StudyRow{Lot: part.Link{Label: format.Upper(lotName(r.Purchase, r.Lot)), URL: lotURL(r.Purchase.ID, r.Lot.ID)}, State: r.Purchase.State().Label(), Verdict: verdictView(&r.Verdict)}
	if r.Purchase.Divided() {
		row.Purchase = r.Purchase.Object
	}
	if r.Purchase.Publication != "" {
		row.Date = ", publication " + format.Month(r.Purchase.Publication)
	}
	if one := set.Service(r.Purchase.Service); one != nil {
		row.Service = ", " + one.Name
	}
	var counts []string
	for i, n := range r.Bases {
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d (%s)", n, structure.Bases[i]))
		}
	}
	row.Answerers = strings.Join(counts, ", ")
	if len(counts) == 0 {
		row.Answerers = "aucun"
	}
	for _, code := range r.Warnings {
		if code != sourcing.WarnEnvironment && code != sourcing.WarnShare { // said of nearly every lot
			row.Warnings = append(row.Warnings, warningLabels[code])
		}
	}
	return row
}
