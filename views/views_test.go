// Package views_test renders every page empty and full and looks at what the
// browser, a screen reader and a typographer would.
package views_test

import (
	"bytes"
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"sourcier/views/about"
	"sourcier/views/account"
	"sourcier/views/admin"
	"sourcier/views/api"
	"sourcier/views/buying"
	"sourcier/views/errors"
	"sourcier/views/export"
	"sourcier/views/form"
	"sourcier/views/home"
	"sourcier/views/mailbox"
	"sourcier/views/organisation"
	"sourcier/views/ownsheet"
	"sourcier/views/part"
	"sourcier/views/place"
	"sourcier/views/plan"
	"sourcier/views/privacy"
	"sourcier/views/programme"
	"sourcier/views/results"
	"sourcier/views/sheet"
	"sourcier/views/style"
)

var pages = join(registrationPages(), studyPages(), ledgerPages(), operationPages(), map[string]templ.Component{
	"home zero":     home.View(home.Page{}),
	"home":          home.View(sampleHome()),
	"results zero":  results.View(results.Page{}),
	"results":       results.View(sampleResults()),
	"results empty": results.View(sampleEmpty()),
	"sheet zero":    sheet.View(sheet.Page{}),
	"sheet":         sheet.View(sampleSheet()),
	"report zero":   sheet.ReportView(sheet.ReportPage{}),
	"report":        sheet.ReportView(sampleReport()),
	"reported zero": sheet.ReportedView(sheet.ReportedPage{}),
	"reported":      sheet.ReportedView(sampleReported()),
	"siret zero":    sheet.ListView(sheet.List{}),
	"siret":         sheet.ListView(sheet.List{Base: sampleBase(), SIRET: "123 456 789 00012", Back: sampleSheet().Back, Cards: sampleResults().Cards}),
	"style zero":    style.View(style.Page{}),
	"style":         style.View(sampleStyle()),
	"export zero":   export.View(export.Page{}),
	"export":        export.View(sampleExport()),
	"errors zero":   errors.View(errors.Page{}),
	"errors":        errors.View(sampleErrors()),
	"map zero":      plan.View(plan.Page{}),
	"map":           plan.View(samplePlan()),
	"data zero":     privacy.DataView(privacy.Data{}),
	"data":          privacy.DataView(sampleData()),
	"erase zero":    privacy.EraseView(privacy.Erase{}),
	"erase":         privacy.EraseView(sampleErase()),
	"erase blocked": privacy.EraseView(privacy.Erase{Page: sampleDesk(), Blocks: []privacy.Block{{Text: "Nommez d’abord quelqu’un.", Way: part.Link{Label: "Ouvrir", URL: "/organisations/a"}}}}),
	"erased zero":   privacy.ErasedView(privacy.Erased{}),
	"erased later":  privacy.ErasedView(privacy.Erased{Base: sampleBase(), Later: true}),
	"keeping zero":  privacy.KeepingView(privacy.Keeping{}),
	"keeping":       privacy.KeepingView(sampleKeeping()),
	"credits zero":  about.CreditsView(about.Credits{}),
	"credits":       about.CreditsView(sampleCredits()),

	"desk lists zero":     buying.ListsView(buying.ListsPage{}),
	"desk lists":          buying.ListsView(sampleLists()),
	"desk list zero":      buying.ListView(buying.ListPage{}),
	"desk list":           buying.ListView(sampleBuyingList()),
	"desk entry zero":     buying.EntryView(buying.EntryPage{}),
	"desk entry":          buying.EntryView(sampleEntry()),
	"desk list edit zero": buying.EditView(buying.EditPage{}),
	"desk list edit":      buying.EditView(buying.EditPage{Page: sampleDesk(), State: sampleRefusal("nom"), Action: "/listes/a/modifier", Name: "Nettoyage", Delete: "/listes/a/supprimer"}),
	"desk confirm zero":   buying.ConfirmView(buying.ConfirmPage{}),
	"desk confirm":        buying.ConfirmView(sampleBuyingConfirm()),
	"desk add zero":       buying.AddView(buying.AddPage{}),
	"desk add":            buying.AddView(sampleAdd()),
	"desk searches zero":  buying.SearchesView(buying.SearchesPage{}),
	"desk searches":       buying.SearchesView(sampleSearches()),
	"desk save zero":      buying.SaveView(buying.SavePage{}),
	"desk save":           buying.SaveView(sampleSave()),
	"desk search zero":    buying.SearchView(buying.SearchPage{}),
	"desk search":         buying.SearchView(sampleSavedSearch()),

	"programme zero":          programme.ListView(programme.ListPage{}),
	"programme":               programme.ListView(sampleProgramme()),
	"programme empty":         programme.ListView(programme.ListPage{Head: programme.Head{Page: sampleDesk(), Empty: &programme.Empty{Heading: "Rien", Texts: []string{"Aucun achat."}, Links: sampleDesk().Above}}}),
	"programme board zero":    programme.BoardView(programme.BoardPage{}),
	"programme board":         programme.BoardView(sampleBoard()),
	"programme calendar zero": programme.CalendarView(programme.CalendarPage{}),
	"programme calendar":      programme.CalendarView(sampleCalendar()),
	"purchase zero":           programme.PurchaseView(programme.PurchasePage{}),
	"purchase":                programme.PurchaseView(samplePurchase()),
	"purchase move zero":      programme.MoveView(programme.MovePage{}),
	"purchase move":           programme.MoveView(programme.MovePage{Page: sampleDesk(), State: sampleRefusal("motif"), Text: []string{"L’achat sort du programme."}, Action: "/programme/achats/a/etat", From: "idee", To: "abandonne", Asks: true, Reason: "Plus de besoin", Button: "Abandonner", Cancel: "/programme/achats/a"}),
	"purchase form zero":      programme.EditView(programme.EditPage{}),
	"purchase form":           programme.EditView(samplePurchaseForm()),
	"programme settings zero": programme.SettingsView(programme.SettingsPage{}),
	"programme settings":      programme.SettingsView(programme.SettingsPage{Page: sampleDesk(), State: sampleRefusal("nom"), Rev: "1", Threshold: "3", Months: "12", Hourly: "14,50", HourlyHelp: "Chargé.", Services: []programme.ServiceLine{{Name: "Voirie", URL: "/programme/reglages/services/a", Persons: "Aucun", Purchases: "2\u00a0achats"}}, Once: "a", Name: "Propreté"}),
	"programme service zero":  programme.ServiceView(programme.ServicePage{}),
	"programme service":       programme.ServiceView(programme.ServicePage{Page: sampleDesk(), State: sampleRefusal("personne"), Action: "/programme/reglages/services/a", Name: "Voirie", Persons: []programme.PersonLine{{Name: "Ada", Gone: "N’est plus prescripteur.", Remove: form.Action{To: "/x", Label: "Retirer", Hidden: "Ada"}}}, Choices: sampleOptions(), Named: "2\u00a0achats", NamedURL: "/programme?service=a"}),

	"mailbox zero":       mailbox.ListView(mailbox.ListPage{}),
	"mailbox":            mailbox.ListView(sampleMailbox()),
	"letter zero":        mailbox.LetterView(mailbox.LetterPage{}),
	"letter":             mailbox.LetterView(sampleLetter()),
	"organisations zero": organisation.ListView(organisation.ListPage{}),
	"own sheets":         ownsheet.ListView(sampleOwnSheets()),
	"own sheets, none":   ownsheet.ListView(ownsheet.ListPage{Page: sampleDesk(), Add: "/inscription"}),
	"own sheet":          ownsheet.OverviewView(sampleOwnSheet()),
	"own presentation":   ownsheet.PresentationView(ownsheet.PresentationPage{Form: sampleOwnForm("nom"), Name: "A", TradeName: "B", Description: "C", Official: "D"}),
	"own contact":        ownsheet.ContactView(ownsheet.ContactPage{Form: sampleOwnForm("site"), Phone: "01", Email: "a@b.example", Website: "a.example", PhoneHelp: "A.", EmailHelp: "B.", WebsiteHelp: "C."}),
	"own address":        ownsheet.AddressView(ownsheet.AddressPage{Form: sampleOwnForm("ville"), Street: "1 rue", PostalCode: "94400", City: "Vitry"}),
	"official address":   ownsheet.AddressView(ownsheet.AddressPage{Form: sampleOwnForm("ville"), Official: "D’après Sirene", Shown: "1 rue", Report: "/x"}),
	"own topics":         ownsheet.PeopleView(sampleOwnTopics()),
	"own activities":     ownsheet.ActivitiesView(sampleOwnActivities()),
	"own activity":       ownsheet.ActivityView(sampleOwnActivity()),
	"own history":        ownsheet.HistoryView(sampleOwnHistory()),
	"own conflict":       ownsheet.ConflictView(sampleOwnConflict()),
	"own renewal":        ownsheet.RenewView(sampleOwnRenewal()),
	"organisations":      organisation.ListView(sampleOrganisations()),
	"proposal zero":      organisation.ProposeView(organisation.ProposePage{}),
	"proposal":           organisation.ProposeView(organisation.ProposePage{Page: sampleDesk(), State: sampleRefusal("siren"), Kinds: sampleOptions(), Name: "Ville", SIREN: "1", Where: "Orly"}),
	"organisation zero":  organisation.View(organisation.Page{}),
	"organisation":       organisation.View(sampleOrganisation()),
	"outline zero":       organisation.OutlineView(organisation.OutlinePage{}),
	"outline asks":       organisation.OutlineView(organisation.OutlinePage{Page: sampleDesk(), State: sampleRefusal("texte"), Facts: sampleDeskFacts(), MayAsk: true, Text: "Bonjour"}),
	"outline waits":      organisation.OutlineView(organisation.OutlinePage{Page: sampleDesk(), URL: "/organisations/a", Asked: "28\u00a0novembre\u00a02026"}),
	"outline opens":      organisation.OutlineView(organisation.OutlinePage{Page: sampleDesk(), URL: "/organisations/a", Opens: true, Least: "Prescripteur"}),
	"member zero":        organisation.MemberView(organisation.MemberPage{}),
	"member":             organisation.MemberView(organisation.MemberPage{Page: sampleDesk(), State: sampleRefusal("territoires"), URL: "/organisations/a/membres/b", Facts: sampleDeskFacts(), Seen: "x", Roles: sampleOptions(), Manager: true, Remove: "Retirer", Covers: &organisation.Covers{Places: "Orly", Buyers: sampleOptions(), Add: "Vitry"}}),
	"confirm zero":       organisation.ConfirmView(organisation.ConfirmPage{}),
	"confirm":            organisation.ConfirmView(organisation.ConfirmPage{Page: sampleDesk(), State: form.State{Heading: "Rien n’a changé", Refusal: "Nommez d’abord quelqu’un."}, Text: []string{"Vous ne verrez plus rien."}, Action: form.Action{To: "/organisations/a/quitter", Label: "Quitter"}, Back: "/organisations/a"}),
	"invitation zero":    organisation.InvitationView(organisation.InvitationPage{}),
	"invitation":         organisation.InvitationView(organisation.InvitationPage{Base: sampleBase(), Heading: "Rejoindre « Ville »", Text: []string{"Pour répondre : connectez-vous."}, Facts: sampleDeskFacts(), Help: []string{"Acheteur : achète."}, SignIn: "/connexion", Accept: "/invitations/A", Ways: sampleDesk().Above}),
	"notifications zero": organisation.NotificationsView(organisation.NotificationsPage{}),
	"notifications":      organisation.NotificationsView(organisation.NotificationsPage{Page: sampleDesk(), Email: "a@example.org", Optional: sampleOptions(), Always: sampleDeskFacts()}),
	"unsubscribe zero":   organisation.UnsubscribeView(organisation.UnsubscribePage{}),
	"unsubscribe":        organisation.UnsubscribeView(organisation.UnsubscribePage{Base: sampleBase(), Heading: "Ne plus recevoir", Text: []string{"Confirmez."}, Action: "/desinscription/a.b.c", Ways: sampleDesk().Above}),

	"territory zero":     place.TerritoryView(place.Territory{}),
	"territory":          place.TerritoryView(sampleTerritory()),
	"territories zero":   place.TerritoriesView(place.Territories{}),
	"territories":        place.TerritoriesView(sampleTerritories()),
	"sectors zero":       place.SectorsView(place.Sectors{}),
	"sectors":            place.SectorsView(place.Sectors{Base: sampleBase(), Place: "à Orly", Total: 3, Served: 2, Missing: 1, Gaps: "/territoires/94054#manque", Groups: []place.Group{{Count: part.Count{Label: "Propreté", URL: "/secteurs/proprete", N: 3}, Sectors: sampleCounts()}}}),
	"sector zero":        place.SectorView(place.Sector{}),
	"sector":             place.SectorView(sampleSector()),
	"help zero":          about.HelpView(about.Help{}),
	"help":               about.HelpView(about.Help{Text: about.Text{Base: sampleBase(), Heading: "Aide"}, Contact: "a@example.org"}),
	"buyers zero":        about.BuyersView(about.Help{}),
	"buyers":             about.BuyersView(about.Help{Text: about.Text{Base: sampleBase(), Heading: "Aide"}, EITIEnd: "22\u00a0décembre 2026", Laws: []about.Law{{Title: "Handicap", Explain: "Explication.", ToCheck: "la suite"}}}),
	"structures zero":    about.StructuresView(about.Help{}),
	"legal zero":         about.LegalView(about.Legal{}),
	"privacy zero":       about.PrivacyView(about.Legal{}),
	"accessibility zero": about.AccessibilityView(about.Legal{}),
	"sources zero":       about.SourcesView(about.Sources{}),
	"sources":            about.SourcesView(about.Sources{Text: about.Text{Base: sampleBase(), Heading: "Sources"}, Counted: "Décompte.", Held: []about.Source{{Name: "INSEE", Brings: "Identité.", Publisher: "INSEE", Home: "https://www.insee.fr/", Licence: "Licence", LicenceURL: "https://example.org/", Newest: "1er mai 2026", Structures: 3, Gives: "nom"}}, Known: []about.Source{{Name: "FINESS", Brings: "ESAT."}}}),
	"sign-in zero":       account.SignInView(account.SignInPage{}),
	"sign-in":            account.SignInView(sampleSignIn()),
	"code zero":          account.CodeView(account.CodePage{}),
	"code":               account.CodeView(sampleCode()),
	"link zero":          account.LinkView(account.LinkPage{}),
	"link":               account.LinkView(account.LinkPage{Base: sampleBase(), Action: "/connexion/lien/A", Email: "a@example.org", Elsewhere: true, Signed: "Ada"}),
	"stop zero":          account.StopView(account.StopPage{}),
	"stop":               account.StopView(account.StopPage{Base: sampleBase(), Heading: "Ce lien ne sert plus", Text: "Il a déjà servi.", Email: "a@example.org", Next: "/compte", Again: true, Token: "A", Contact: "b@example.org"}),
	"sign-out zero":      account.SignOutView(account.SignOutPage{}),
	"sign-out":           account.SignOutView(account.SignOutPage{Base: sampleBase(), Signed: "Ada", Provider: "ProConnect"}),
	"identity zero":      account.IdentityView(account.IdentityPage{}),
	"identity":           account.IdentityView(account.IdentityPage{Base: sampleBase(), Provider: "ProConnect", Name: "Ada", Email: "a@example.org", Known: true}),
	"identity stop":      account.IdentityView(account.IdentityPage{Base: sampleBase(), Provider: "ProConnect", Stop: "Adresse non garantie."}),
	"profile zero":       account.ProfileView(account.ProfilePage{}),
	"profile":            account.ProfileView(sampleProfile()),
	"address zero":       account.AddressView(account.AddressPage{}),
	"address":            account.AddressView(account.AddressPage{Page: sampleDesk(), Current: "a@example.org", Email: "b@", Pending: "c@example.org"}),
	"address link zero":  account.AddressLinkView(account.AddressLinkPage{}),
	"address link":       account.AddressLinkView(account.AddressLinkPage{Page: sampleDesk(), Action: "/compte/adresse/A", Current: "a@example.org", New: "b@example.org"}),
	"address stop":       account.AddressLinkView(account.AddressLinkPage{Page: sampleDesk(), Stop: "Ce lien n’est plus valable."}),
	"sessions zero":      account.SessionsView(account.SessionsPage{}),
	"sessions":           account.SessionsView(sampleSessions()),
	"plan zero":          about.SiteMapView(about.SiteMap{}),
	"api zero":           api.View(api.Page{}),
	"overview zero":      admin.OverviewView(admin.Overview{}),
	"overview":           admin.OverviewView(admin.Overview{Page: sampleAdminDesk(), Waiting: []admin.Waiting{{N: 2, Label: "courriels refusés", URL: "/a", Help: "Une phrase."}}, Figures: []admin.Figure{{Label: "Personnes", Value: "42\u00a0comptes", URL: "/p"}}}),
	"list zero":          admin.ListView(admin.List{}),
	"list":               admin.ListView(sampleList()),
	"detail zero":        admin.DetailView(admin.Detail{}),
	"detail":             admin.DetailView(sampleDetail()),
	"import form":        admin.ImportFormView(sampleImportForm()),
	"import":             admin.ImportView(sampleImport()),
	"import under way":   admin.ImportView(sampleImportUnderWay()),
	"form zero":          admin.FormView(admin.Detail{}, admin.Form{}),
	"admin confirm zero": admin.ConfirmView(admin.Confirm{}),
	"admin confirm":      admin.ConfirmView(sampleConfirm()),
	"journal zero":       admin.JournalView(admin.Journal{}),
	"journal":            admin.JournalView(sampleJournal()),
	"api":                api.View(sampleAPI()),
})

// join gathers the pages of several packages of views.
func join(all map[string]templ.Component, others ...map[string]templ.Component) map[string]templ.Component {
	for _, more := range others {
		maps.Copy(all, more)
	}
	return all
}

func parse(t testing.TB, c templ.Component) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func elements(doc *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (name == "*" || n.Data == name) {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func eachPage(t *testing.T, check func(t *testing.T, doc *html.Node)) {
	for name, page := range pages {
		t.Run(name, func(t *testing.T) { check(t, parse(t, page)) })
	}
}

func TestLandmarksAndHeading(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		for _, name := range []string{"h1", "main", "header", "title"} {
			n := 0
			for _, e := range elements(doc, name) {
				if e.Namespace == "" { // a drawing has titles of its own
					n++
				}
			}
			if name == "header" { // an article may have its own
				n = min(n, 1)
			}
			if n != 1 {
				t.Errorf("%d <%s>", n, name)
			}
		}
		if lang, _ := attr(elements(doc, "html")[0], "lang"); lang != "fr" {
			t.Errorf("lang=%q", lang)
		}
	})
}

// The policy of the portal forbids every one of them.
func TestNothingInline(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		for _, n := range elements(doc, "*") {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if src, ok := attr(n, "src"); n.Data == "style" || n.Data == "script" && (!ok || n.FirstChild != nil) || strings.HasPrefix(src, "http") {
				t.Errorf("inline or foreign <%s src=%q>", n.Data, src)
			}
		}
	})
}

func TestReferencesResolve(t *testing.T) {
	eachPage(t, func(t *testing.T, doc *html.Node) {
		ids := map[string]bool{}
		for _, n := range elements(doc, "*") {
			if id, ok := attr(n, "id"); ok {
				if ids[id] {
					t.Errorf("id %q twice", id)
				}
				ids[id] = true
			}
		}
		for _, n := range elements(doc, "*") {
			for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "list"} {
				list, _ := attr(n, name)
				for id := range strings.FieldsSeq(list) {
					if !ids[id] {
						t.Errorf("<%s %s=%q> names nothing", n.Data, name, id)
					}
				}
			}
			if id, ok := attr(n, "form"); ok && !ids[id] {
				t.Errorf("<%s form=%q> names nothing", n.Data, id)
			}
			if href, ok := attr(n, "href"); ok && strings.HasPrefix(href, "#") && !ids[href[1:]] {
				t.Errorf("link %q leads nowhere", href)
			}
		}
	})
}

// badSpace finds a plain space where a French reader expects one that does not
// break, and a typewriter apostrophe between letters.
var badSpace = regexp.MustCompile(`[\pL\d»)] [;:!?](\s|$)|« | »|\pL'\pL|\d %|\d km\b`)

func TestTypography(t *testing.T) {
	templates := map[string]templ.Component{}
	for name, page := range pages {
		if strings.HasSuffix(name, "zero") || name == "credits" || name == "errors" || name == "home" || strings.HasPrefix(name, "report") {
			templates[name] = page
		}
	}
	for name, page := range templates {
		t.Run(name, func(t *testing.T) {
			for n := range parse(t, page).Descendants() {
				if n.Type == html.TextNode && badSpace.MatchString(n.Data) && !strings.Contains(n.Data, "kind = ") {
					t.Errorf("text %q: %q", n.Data, badSpace.FindString(n.Data))
				}
			}
		})
	}
}

// Words are cut by <mark> where the letters are, and nowhere else.
func TestMarkedTextKeepsItsSpaces(t *testing.T) {
	text := strings.Join(strings.FieldsFunc(textOf(parse(t, results.View(sampleResults()))), func(r rune) bool { return r == ' ' || r == '\n' }), " ")
	for _, want := range []string{"ESAT des Glycines", "L’entretien des locaux.", "Nettoyage de locaux · Vitrerie", "Ville d’Orly", "pour «\u00a0nettoyage des bureaux\u00a0»."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text of the page", want)
		}
	}
}

func textOf(doc *html.Node) string {
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

func TestFamiliesHaveAShape(t *testing.T) {
	var shapes []string
	for _, n := range elements(parse(t, results.View(sampleResults())), "span") {
		if class, _ := attr(n, "class"); class == "shape" && n.FirstChild != nil {
			shapes = append(shapes, n.FirstChild.Data)
		}
	}
	if got := strings.Join(shapes, ""); got != "◆●" {
		t.Errorf("shapes %q", got)
	}
}

func TestAFilterThatFindsNothingCannotBeChosen(t *testing.T) {
	doc := parse(t, results.View(sampleResults()))
	for _, n := range elements(doc, "input") {
		value, _ := attr(n, "value")
		_, disabled := attr(n, "disabled")
		if kind, _ := attr(n, "type"); kind == "checkbox" && disabled != (value == "insertion") {
			t.Errorf("choice %q: disabled=%v", value, disabled)
		}
	}
}
