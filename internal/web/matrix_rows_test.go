package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
	"sourcier/internal/web"
	"sourcier/public"
)

// rows are the routes of the table: a route without a row fails TestAccessMatrix.
var rows = map[string]row{
	"GET /":                             {path: "/", own: 200},
	"GET /structures":                   {path: "/structures", own: 200},
	"GET /structures/:id":               {path: "/structures/" + idProprete, own: 200},
	"GET /structures/:id/signaler":      {path: reportAt(idProprete), own: 200},
	"POST /structures/:id/signaler":     {path: reportAt(idProprete), form: url.Values{"motif": {"wrong"}, "texte": {"Le nom a changé."}, "envoi": {strings.Repeat("B", 26)}}, own: 303},
	"GET /structures/:id/signaler/:ref": {path: reportAt(idProprete) + "/aaaaaaaaaa", own: 404},
	"GET /comparer":                     {path: "/comparer?id=" + idProprete, own: 200},
	"GET /cadre":                        {path: "/cadre", own: 200},
	"GET /integrer":                     {path: "/integrer", own: 200},
	"GET /exporter":                     {path: "/exporter", own: 200},
	"GET /structures.csv":               {path: "/structures.csv", own: 200},
	"GET /structures.xlsx":              {path: "/structures.xlsx", own: 200},
	"GET /territoires":                  {path: "/territoires", own: 200},
	"GET /territoires/:value":           {path: "/territoires/94081", own: 200},
	"GET /secteurs":                     {path: "/secteurs", own: 200},
	"GET /secteurs/:code":               {path: "/secteurs/nettoyage-locaux", own: 200},
	"GET /sources":                      {path: "/sources", own: 200},
	"GET /carte":                        {path: "/carte", own: 200},
	"GET /credits":                      {path: "/credits", own: 200},
	"GET /api":                          {path: "/api", own: 200},
	"GET /aide":                         {path: "/aide", own: 200},
	"GET /aide/acheteurs":               {path: "/aide/acheteurs", own: 200},
	"GET /aide/structures":              {path: "/aide/structures", own: 200},
	"GET /accessibilite":                {path: "/accessibilite", own: 200},
	"GET /donnees-personnelles":         {path: "/donnees-personnelles", own: 200},
	"GET /mentions-legales":             {path: "/mentions-legales", own: 200},
	"GET /plan-du-site":                 {path: "/plan-du-site", own: 200},
	"GET /_style":                       {path: "/_style", own: 200},
	"GET /api/v1/suggest":               {path: "/api/v1/suggest?q=net", own: 200},
	"GET /api/v1/map":                   {path: "/api/v1/map", own: 200},
	"GET /api/v1/structures":            {path: "/api/v1/structures", own: 200},
	"GET /api/v1/structures/:id":        {path: "/api/v1/structures/" + idProprete, own: 200},
	"GET /api/v1/sectors":               {path: "/api/v1/sectors", own: 200},
	"GET /api/v1/territories":           {path: "/api/v1/territories?q=vitry", own: 200},
	"GET /api/v1/openapi.json":          {path: "/api/v1/openapi.json", own: 200},
	"GET /public/*":                     {path: "/public/css/sourcier.css", own: 200},
	"GET /favicon.ico":                  {path: "/favicon.ico", own: 200},
	"GET /robots.txt":                   {path: "/robots.txt", own: 200},
	"GET /sitemap.xml":                  {path: "/sitemap.xml", own: 200},
	"GET /sitemap-:part.xml":            {path: "/sitemap-pages.xml", own: 200},
	"GET /compte/donnees":               {path: "/compte/donnees", own: 200},
	"GET /compte/donnees.json":          {path: "/compte/donnees.json", own: 200},
	"GET /compte/effacer":               {path: "/compte/effacer", own: 200},
	"POST /compte/effacer":              {path: "/compte/effacer", form: url.Values{"adresse": {"quelquun@ailleurs.example"}}, own: 422},
	"GET /compte-efface":                {path: "/compte-efface", own: 200},
	"GET /administration/conservation":  {path: "/administration/conservation", own: 200},
	"GET /healthz":                      {path: "/healthz", own: 200},
	"GET /readyz":                       {path: "/readyz", own: 200},

	"GET /connexion":              {path: "/connexion", own: 200},
	"POST /connexion":             {path: "/connexion", form: url.Values{"courriel": {"qui@ville.example"}}, own: 303},
	"GET /connexion/code":         {path: "/connexion/code", own: 303}, // asked for nothing
	"POST /connexion/code":        {path: "/connexion/code", form: url.Values{"code": {"123456"}}, own: 410},
	"GET /connexion/lien/:token":  {path: "/connexion/lien/" + strings.Repeat("A", 26), own: 404},
	"POST /connexion/lien/:token": {path: "/connexion/lien/" + strings.Repeat("A", 26), own: 404},
	"POST /connexion/oidc":        {path: "/connexion/oidc", own: 404}, // no provider is set
	"GET /connexion/oidc/retour":  {path: "/connexion/oidc/retour?code=x&state=y", own: 404},
	"GET /connexion/oidc/compte":  {path: "/connexion/oidc/compte", own: 303},
	"POST /connexion/oidc/compte": {path: "/connexion/oidc/compte", own: 303},
	"GET /deconnexion":            {path: "/deconnexion", own: 200},
	"POST /deconnexion":           {path: "/deconnexion", own: 303},
	"GET /compte":                 {path: "/compte", own: 200},
	"POST /compte/nom":            {path: "/compte/nom", form: url.Values{"nom": {"Camille Roux"}}, own: 303},
	"POST /compte/role":           {path: "/compte/role", form: url.Values{"role": {"{acting}"}}, own: 303, but: map[asking][3]int{roleless: {404}}},
	"POST /compte/identite":       {path: "/compte/identite", own: 404},
	"GET /compte/adresse":         {path: "/compte/adresse", own: 200},
	"POST /compte/adresse":        {path: "/compte/adresse", form: url.Values{"courriel": {"autre@ville.example"}}, own: 303},
	"GET /compte/adresse/:token":  {path: "/compte/adresse/" + strings.Repeat("A", 26), own: 410},
	"POST /compte/adresse/:token": {path: "/compte/adresse/" + strings.Repeat("A", 26), own: 410},
	"GET /compte/sessions":        {path: "/compte/sessions", own: 200},
	"POST /compte/sessions":       {path: "/compte/sessions", form: url.Values{"fermer": {"autres"}}, own: 303},
	// Who belongs to no organisation sees every one as a stranger does. An administrator
	// sees every one as its members do.
	"GET /organisations":          {path: "/organisations", own: 200},
	"POST /organisations":         {path: "/organisations", form: url.Values{"genre": {"public"}, "nom": {"Ville neuve"}}, own: 303},
	"GET /organisations/proposer": {path: "/organisations/proposer", own: 200},
	"GET /organisations/:id":      {path: "/organisations/{org}", own: 200, foreign: 200},
	"POST /organisations/:id/invitations": {path: "/organisations/{org}/invitations", form: url.Values{"courriel": {"autre@ville.example"}}, own: 422,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {0, 422}}},
	"POST /organisations/:id/invitations/:invitation/retirer": {path: "/organisations/{org}/invitations/aaaa/retirer", own: 409,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {0, 409}}},
	"POST /organisations/:id/demande": {path: "/organisations/{org}/demande", own: 409, foreign: 303,
		but: map[asking][3]int{roleless: {303}, asking(account.Administrator): {422}}},
	"POST /organisations/:id/demande/reprendre": {path: "/organisations/{org}/demande/reprendre", own: 409, foreign: 409},
	"POST /organisations/:id/rejoindre":         {path: "/organisations/{org}/rejoindre", own: 422, foreign: 422},
	"POST /organisations/:id/demandes/:person": {path: "/organisations/{org}/demandes/{person}", form: url.Values{"reponse": {"accepter"}}, own: 409,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {0, 409}}},
	"POST /organisations/:id/domaines": {path: "/organisations/{org}/domaines", form: url.Values{"domaine": {"ville.example"}}, own: 303,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {422, 303}}},
	"POST /organisations/:id/domaines/retirer": {path: "/organisations/{org}/domaines/retirer", form: url.Values{"domaine": {"ville.example"}}, own: 422,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {0, 422}}},
	"GET /organisations/:id/quitter": {path: "/organisations/{org}/quitter", own: 200, but: map[asking][3]int{roleless: {404}}},
	"POST /organisations/:id/quitter": {path: "/organisations/{org}/quitter", own: 303,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {409}}}, // the last one
	"GET /organisations/:id/membres/:person":        {path: "/organisations/{org}/membres/{person}", own: 200, but: map[asking][3]int{roleless: {404}}},
	"POST /organisations/:id/membres/:person/roles": {path: "/organisations/{org}/membres/{person}/roles", own: 422, but: map[asking][3]int{roleless: {404}}},
	"POST /organisations/:id/membres/:person/couverture": {path: "/organisations/{org}/membres/{person}/couverture", own: 422,
		but: map[asking][3]int{roleless: {404}, asking(account.Facilitateur): {303}}},
	"GET /organisations/:id/membres/:person/retirer": {path: "/organisations/{org}/membres/{person}/retirer", own: 303, but: map[asking][3]int{roleless: {404}}},
	"POST /organisations/:id/membres/:person/retirer": {path: "/organisations/{org}/membres/{person}/retirer", own: 303,
		but: map[asking][3]int{roleless: {404}, asking(account.Administrator): {409}}},
	"GET /invitations/:token":    {path: "/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAA", own: 410},
	"POST /invitations/:token":   {path: "/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAA", form: url.Values{"reponse": {"accepter"}}, own: 410},
	"GET /compte/notifications":  {path: "/compte/notifications", own: 200},
	"POST /compte/notifications": {path: "/compte/notifications", own: 303},
	"GET /desinscription/:word":  {path: "/desinscription/a.b.c", own: 404},
	"POST /desinscription/:word": {path: "/desinscription/a.b.c", own: 404},

	// To administrators no account, organisation or mail of the portal is foreign.
	"GET /administration":                                 {path: "/administration", own: 200},
	"GET /administration/personnes":                       {path: "/administration/personnes", own: 200},
	"GET /administration/personnes/:id":                   {path: "/administration/personnes/{account}", own: 200, foreign: 200},
	"GET /administration/personnes/:id/suspendre":         {path: "/administration/personnes/{account}/suspendre", own: 200, foreign: 200},
	"POST /administration/personnes/:id/suspendre":        {path: "/administration/personnes/{account}/suspendre", form: url.Values{"version": {"2"}}, own: 422, foreign: 303}, // not oneself
	"POST /administration/personnes/:id/retablir":         {path: "/administration/personnes/{account}/retablir", own: 303, foreign: 303},
	"POST /administration/personnes/:id/deconnecter":      {path: "/administration/personnes/{account}/deconnecter", form: url.Values{"version": {"2"}}, own: 303, foreign: 303},
	"GET /administration/organisations":                   {path: "/administration/organisations", own: 200},
	"GET /administration/organisations/nouvelle":          {path: "/administration/organisations/nouvelle", own: 200},
	"POST /administration/organisations/nouvelle":         {path: "/administration/organisations/nouvelle", form: url.Values{"genre": {"public"}, "nom": {"Ville neuve"}}, own: 303},
	"GET /administration/organisations/:id":               {path: "/administration/organisations/{org}", own: 200, foreign: 200},
	"POST /administration/organisations/:id/confirmer":    {path: "/administration/organisations/{org}/confirmer", own: 303, foreign: 303},
	"GET /administration/organisations/:id/fermer":        {path: "/administration/organisations/{org}/fermer", own: 404, foreign: 200}, // the portal's team is not closed
	"POST /administration/organisations/:id/fermer":       {path: "/administration/organisations/{org}/fermer", own: 422, foreign: 303},
	"POST /administration/organisations/:id/modifier":     {path: "/administration/organisations/{org}/modifier", form: url.Values{"nom": {"Ville"}, "version": {"2"}}, own: 303, foreign: 303},
	"POST /administration/organisations/:id/gestionnaire": {path: "/administration/organisations/{org}/gestionnaire", form: url.Values{"adresse": {"neuve@ville.example"}}, own: 303, foreign: 303},
	"POST /administration/organisations/:id/domaines":     {path: "/administration/organisations/{org}/domaines", form: url.Values{"domaine": {"ville.example"}, "choix": {"confirmer"}}, own: 422, foreign: 422}, // declared by nobody
	"GET /administration/messages":                        {path: "/administration/messages", own: 200},
	"GET /administration/messages/adresses":               {path: "/administration/messages/adresses", own: 200},
	"POST /administration/messages/adresses/:hash/lever":  {path: "/administration/messages/adresses/{address}/lever", own: 303, foreign: 303},
	"GET /administration/messages/:id":                    {path: "/administration/messages/{mail}", own: 200, foreign: 200},
	"POST /administration/messages/:id/decision":          {path: "/administration/messages/{mail}/decision", form: url.Values{"choix": {"renvoyer"}, "version": {"1"}}, own: 303, foreign: 422}, // another sender's
	"GET /administration/journal":                         {path: "/administration/journal", own: 200},
	"POST /administration/journal.csv":                    {path: "/administration/journal.csv", own: 200},
	"GET /compte/messages":                                {path: "/compte/messages", own: 200},
	"GET /compte/messages/:id":                            {path: "/compte/messages/{mail}", own: 200},
	"POST /compte/messages/:id/decision":                  {path: "/compte/messages/{mail}/decision", form: url.Values{"choix": {"laisser"}, "version": {"1"}}, own: 303},
}

// ownToken are the routes whose token is in their address.
var ownToken = map[string]bool{"/desinscription/:word": true}

// matrix is a portal with somebody for each column.
type matrix struct {
	app     *fiber.App
	crowd   *crowd
	cookies map[asking]string
	persons map[asking]string // ids
	mails   map[asking]string // uncertain messages that each caused
}

// organisationOf is where each role is at home; the foreign organisation is another.
var organisationOf = map[account.Role]string{
	account.Administrator: "portal", account.Network: "reseau", account.Structure: "esat",
}

func home(who asking) string {
	if id, ok := organisationOf[account.Role(who)]; ok {
		return id
	}
	return "mairie"
}

// matrixPortal makes one.
func matrixPortal(t *testing.T) (*matrix, []web.Route) {
	t.Helper()
	who, change := withPeople(t)
	_, reports := withReports(t)
	m := &matrix{crowd: who, cookies: map[asking]string{}, persons: map[asking]string{}, mails: map[asking]string{}}
	for id, kind := range map[string]account.OrganisationKind{
		"portal": account.KindPortal, "mairie": account.KindPublic, "reseau": account.KindNetwork, "esat": account.KindOwner, "ailleurs": account.KindPublic,
	} {
		who.organisation(t, id, kind)
	}
	stranger := who.person(t, "etrangere@ailleurs.example", "ailleurs", true, account.Buyer)
	m.persons[strangers], m.mails[strangers] = stranger, who.uncertain(t, "etrangere", stranger)
	who.signIn(t, "etrangere@ailleurs.example")
	if err := who.Suppressions.Suppress(t.Context(), suppressed, "5.1.1", clock()); err != nil {
		t.Fatal(err)
	}
	for _, column := range columns()[1:] {
		email := strings.ReplaceAll(string(column), " ", "-") + "@ville.example"
		if column == roleless {
			m.persons[column] = who.person(t, email, "", false)
		} else {
			m.persons[column] = who.person(t, email, home(column), true, account.Role(column))
		}
		m.cookies[column] = who.signIn(t, email)
		m.mails[column] = who.uncertain(t, string(column), m.persons[column])
	}
	var table []web.Route
	m.app, table = newPortalWithRoutes(t, change, reports, func(d *web.Deps) { d.Assets = public.Assets() })
	return m, table
}

const (
	strangers  asking = "stranger" // a buyer elsewhere, whom nobody asks as
	suppressed string = "adresseecartee"
)

// object is the value of a name in braces.
func (m *matrix) object(name string, who asking, about which) (string, bool) {
	if about == absent {
		return "aaaaaaaaaaaaaaaaaaaaaaaaaa", true
	}
	switch name {
	case "org":
		if about == foreign || who == nobody || who == roleless {
			return "ailleurs", true
		}
		return home(who), true
	case "acting": // role and organisation, as the page of the account sends them
		return string(who) + "/" + home(who), true
	case "person":
		if who == nobody {
			return "aaaaaaaaaaaaaaaaaaaaaaaaaa", true
		}
		return m.persons[who], about == own
	case "account", "mail":
		list := map[string]map[asking]string{"account": m.persons, "mail": m.mails}[name]
		if about == own && who != nobody {
			return list[who], true
		}
		return list[strangers], true
	case "address":
		return suppressed, true
	}
	return "", false
}
