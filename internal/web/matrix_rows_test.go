package web_test

import (
	"net/url"
	"strings"

	"sourcier/internal/account"
)

// rows are the routes of the table: a route without a row fails TestAccessMatrix.
var rows = map[string]row{
	"GET /":                             {path: "/", own: 200},
	"GET /structures":                   {path: "/structures", own: 200},
	"GET /structures/:id":               {path: "/structures/" + idProprete, own: 200},
	"GET /structures/:id/signaler":      {path: reportAt(idProprete), own: 200},
	"POST /structures/:id/signaler":     {path: reportAt(idProprete), form: url.Values{"motif": {"wrong"}, "texte": {"Le nom a changé."}, "envoi": {strings.Repeat("B", 26)}}, own: 303},
	"GET /structures/:id/signaler/:ref": {path: reportAt(idProprete) + "/{reference}", own: 200, foreign: 404},
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
	"POST /compte/effacer": {path: "/compte/effacer", form: url.Values{"adresse": {"{email}"}}, own: 303, foreign: 422, absent: 422,
		but: map[asking][4]int{asking(account.Administrator): {409}}}, // the last one
	"GET /compte-efface":               {path: "/compte-efface", own: 200},
	"GET /administration/conservation": {path: "/administration/conservation", own: 200},
	"GET /healthz":                     {path: "/healthz", own: 200},
	"GET /readyz":                      {path: "/readyz", own: 200},

	"GET /connexion":              {path: "/connexion", own: 200},
	"POST /connexion":             {path: "/connexion", form: url.Values{"courriel": {"qui@ville.example"}}, own: 303},
	"GET /connexion/code":         {path: "/connexion/code", asked: true, own: 200},
	"POST /connexion/code":        {path: "/connexion/code", asked: true, form: url.Values{"code": {"{code}"}}, own: 303, foreign: 422, absent: 422},
	"GET /connexion/lien/:token":  {path: "/connexion/lien/{link}", own: 200, foreign: 200}, // who holds a link may use it
	"POST /connexion/lien/:token": {path: "/connexion/lien/{link}", own: 303, foreign: 303},
	"POST /connexion/oidc":        {path: "/connexion/oidc", own: 503},                       // the provider is down
	"GET /connexion/oidc/retour":  {path: "/connexion/oidc/retour?code=x&state=y", own: 410}, // nobody has left
	"GET /connexion/oidc/compte":  {path: "/connexion/oidc/compte", own: 303},
	"POST /connexion/oidc/compte": {path: "/connexion/oidc/compte", own: 303},
	"GET /deconnexion":            {path: "/deconnexion", own: 200},
	"POST /deconnexion":           {path: "/deconnexion", own: 303},
	"GET /compte":                 {path: "/compte", own: 200},
	"POST /compte/nom":            {path: "/compte/nom", form: url.Values{"nom": {"Camille Roux"}}, own: 303},
	"POST /compte/role":           {path: "/compte/role", form: url.Values{"role": {"{acting}"}}, own: 303, but: map[asking][4]int{roleless: {404}}},
	"POST /compte/identite":       {path: "/compte/identite", own: 303},
	"GET /compte/adresse":         {path: "/compte/adresse", own: 200},
	"POST /compte/adresse":        {path: "/compte/adresse", form: url.Values{"courriel": {"autre@ville.example"}}, own: 303},
	"GET /compte/adresse/:token":  {path: "/compte/adresse/{newaddress}", own: 200, foreign: 410, absent: 410},
	"POST /compte/adresse/:token": {path: "/compte/adresse/{newaddress}", own: 303, foreign: 410, absent: 410},
	"GET /compte/sessions":        {path: "/compte/sessions", own: 200},
	"POST /compte/sessions":       {path: "/compte/sessions", form: url.Values{"fermer": {"{session}"}}, own: 303},
	// Who belongs to no organisation sees every one as a stranger does. An administrator
	// sees every one as its members do.
	"GET /organisations":          {path: "/organisations", own: 200},
	"POST /organisations":         {path: "/organisations", form: url.Values{"genre": {"public"}, "nom": {"Ville neuve"}}, own: 303},
	"GET /organisations/proposer": {path: "/organisations/proposer", own: 200},
	"GET /organisations/:id":      {path: "/organisations/{org}", own: 200, foreign: 200},
	"POST /organisations/:id/invitations": {path: "/organisations/{org}/invitations", form: url.Values{"courriel": {"autre@ville.example"}, "role": {"{given}"}}, own: 303,
		but: map[asking][4]int{roleless: {404}, asking(account.Administrator): {0, 303}}},
	"POST /organisations/:id/invitations/:invitation/retirer": {path: "/organisations/{org}/invitations/{invitation}/retirer", own: 303, inner: 409,
		but: map[asking][4]int{roleless: {404, 0, 0, 404}, plain: {403}, asking(account.Administrator): {0, 303}}},
	"POST /organisations/:id/demande": {path: "/organisations/{org}/demande", own: 409, foreign: 303,
		but: map[asking][4]int{roleless: {303}, asking(account.Administrator): {422}}}, // nobody asks to join the portal's team
	"POST /organisations/:id/demande/reprendre": {path: "/organisations/{asked}/demande/reprendre", own: 303, foreign: 409},
	"POST /organisations/:id/rejoindre":         {path: "/organisations/{open}/rejoindre", own: 303, foreign: 422},
	"POST /organisations/:id/demandes/:person": {path: "/organisations/{org}/demandes/{applicant}", form: url.Values{"reponse": {"accepter"}, "role": {"{given}"}}, own: 303, inner: 409,
		but: map[asking][4]int{roleless: {404, 0, 0, 404}, asking(account.Administrator): {409, 303}}},
	"POST /organisations/:id/domaines": {path: "/organisations/{org}/domaines", form: url.Values{"domaine": {"neuve.example"}}, own: 303,
		but: map[asking][4]int{roleless: {404}, plain: {403}, asking(account.Administrator): {422, 303}}},
	"POST /organisations/:id/domaines/retirer": {path: "/organisations/{org}/domaines/retirer", form: url.Values{"domaine": {"{domain}"}}, own: 303,
		but: map[asking][4]int{roleless: {404}, plain: {403}, asking(account.Administrator): {0, 303}}},
	"GET /organisations/:id/quitter": {path: "/organisations/{org}/quitter", own: 200, but: map[asking][4]int{roleless: {404}}},
	"POST /organisations/:id/quitter": {path: "/organisations/{org}/quitter", own: 303,
		but: map[asking][4]int{roleless: {404}, asking(account.Administrator): {409}}}, // the last one
	// Members are there for who manages the organisation, and for an administrator.
	"GET /organisations/:id/membres/:person": {path: "/organisations/{org}/membres/{member}", own: 200,
		but: map[asking][4]int{roleless: {404}, plain: {404}, asking(account.Administrator): {0, 200}}},
	"POST /organisations/:id/membres/:person/roles": {path: "/organisations/{org}/membres/{member}/roles", form: url.Values{"role": {"{given}"}, "vu": {"{stamp}"}}, own: 303,
		but: map[asking][4]int{roleless: {404}, plain: {404}, asking(account.Administrator): {0, 303}}},
	"POST /organisations/:id/membres/:person/couverture": {path: "/organisations/{org}/membres/{member}/couverture", form: url.Values{"territoires": {"Vitry-sur-Seine"}, "vu": {"{stamp}"}}, own: 303,
		// Of the portal's team and of a structure nobody is facilitateur.
		but: map[asking][4]int{roleless: {404}, plain: {404}, asking(account.Structure): {422}, asking(account.Administrator): {422, 303}}},
	"GET /organisations/:id/membres/:person/retirer": {path: "/organisations/{org}/membres/{member}/retirer", own: 200,
		but: map[asking][4]int{roleless: {404}, plain: {404}, asking(account.Administrator): {303, 200}}}, // the member is oneself there
	"POST /organisations/:id/membres/:person/retirer": {path: "/organisations/{org}/membres/{member}/retirer", own: 303,
		but: map[asking][4]int{roleless: {404}, plain: {404}, asking(account.Administrator): {409, 303}}}, // the last one
	// To nobody every invitation shows the same: what to sign in for.
	"GET /invitations/:token":    {path: "/invitations/{invited}", own: 200, foreign: 403, absent: 410, but: map[asking][4]int{nobody: {0, 200}}},
	"POST /invitations/:token":   {path: "/invitations/{invited}", form: url.Values{"reponse": {"accepter"}}, own: 303, foreign: 403, absent: 410},
	"GET /compte/notifications":  {path: "/compte/notifications", own: 200},
	"POST /compte/notifications": {path: "/compte/notifications", own: 303},
	"GET /desinscription/:word":  {path: "/desinscription/{word}", own: 200, foreign: 200}, // who holds a letter may stop its kind
	"POST /desinscription/:word": {path: "/desinscription/{word}", own: 200, foreign: 200},

	"GET /inscription":                   {path: "/inscription", own: 200},
	"POST /inscription":                  {path: "/inscription", form: url.Values{"numero": {"73282932000074"}, "nom": {"Atelier"}, "genre": {"ESAT"}}, own: 303},
	"POST /inscription/question":         {path: "/inscription/question", form: url.Values{"numero": {"73282932000074"}, "texte": {"Nous sommes ouverts."}}, own: 200},
	"GET /inscription/choix/secteurs":    {path: "/inscription/choix/secteurs?secteur_mots=tonte", own: 200},
	"GET /inscription/choix/territoires": {path: "/inscription/choix/territoires?territoire_mots=vitry", own: 200},
	"GET /inscription/preuve/:token":     {path: "/inscription/preuve/{proof}", own: 200, foreign: 200, absent: 410}, // who reads the official address answers
	"POST /inscription/preuve/:token":    {path: "/inscription/preuve/{proof}", form: url.Values{"reponse": {"non"}}, own: 200, foreign: 200, absent: 410},
	"GET /inscription/:id":               {path: "/inscription/{sheet}", own: 200},
	"POST /inscription/:id":              {path: "/inscription/{sheet}", form: url.Values{"preuve": {"moderator"}}, own: 303},
	"POST /inscription/:id/code":         {path: "/inscription/{sheet}/code", form: url.Values{"code": {"abc"}}, own: 422},
	"GET /inscription/:id/quoi":          {path: "/inscription/{sheet}/quoi", own: 200},
	"POST /inscription/:id/quoi":         {path: "/inscription/{sheet}/quoi", form: url.Values{"secteur": {"nettoyage-locaux"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/ou":            {path: "/inscription/{sheet}/ou", own: 200},
	"POST /inscription/:id/ou":           {path: "/inscription/{sheet}/ou", form: url.Values{"commune": {"94081"}, "zone": {"france"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/contact":       {path: "/inscription/{sheet}/contact", own: 200},
	"POST /inscription/:id/contact":      {path: "/inscription/{sheet}/contact", form: url.Values{"telephone": {"01 99 00 00 01"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/fin":           {path: "/inscription/{sheet}/fin", own: 303}, // to the first question

	"GET /labels/criteres/:slug":                     {path: "/labels/criteres/label-ailleurs", own: 200}, // for anybody
	"GET /labels":                                    {path: "/labels", own: 200},
	"GET /labels/nouveau":                            {path: "/labels/nouveau", own: 200},
	"POST /labels/nouveau":                           {path: "/labels/nouveau", form: url.Values{"nom": {"x"}}, own: 422},
	"GET /labels/:id":                                {path: "/labels/{label}", own: 200},
	"GET /labels/:id/modifier":                       {path: "/labels/{label}/modifier", own: 200},
	"POST /labels/:id/modifier":                      {path: "/labels/{label}/modifier", form: url.Values{"nom": {"Label d’ici"}, "criteres": {"Employer des personnes du territoire."}}, own: 303},
	"GET /labels/:id/terminer":                       {path: "/labels/{label}/terminer", own: 200},
	"POST /labels/:id/terminer":                      {path: "/labels/{label}/terminer", form: url.Values{"motif": {"court"}}, own: 422},
	"GET /labels/:id/titulaires/:structure":          {path: "/labels/{label}/titulaires/" + idProprete, own: 200},
	"POST /labels/:id/titulaires/:structure":         {path: "/labels/{label}/titulaires/" + idProprete, form: url.Values{"du": {"2026-01-01"}}, own: 303},
	"GET /labels/:id/titulaires/:structure/retirer":  {path: "/labels/{label}/titulaires/" + idProprete + "/retirer", own: 200},
	"POST /labels/:id/titulaires/:structure/retirer": {path: "/labels/{label}/titulaires/" + idProprete + "/retirer", form: url.Values{"motif": {"court"}}, own: 422},
	"GET /reseau":                                    {path: "/reseau", own: 200},
	"POST /reseau":                                   {path: "/reseau", form: url.Values{"structure": {idProprete}}, own: 303},
	"GET /reseau/:id":                                {path: "/reseau/{membership}", own: 200},
	"POST /reseau/:id/relancer":                      {path: "/reseau/{membership}/relancer", form: url.Values{"message": {"Complétez votre fiche."}}, own: 303},
	"POST /reseau/:id/garant":                        {path: "/reseau/{membership}/garant", form: url.Values{"organisation": {"esat"}}, own: 404}, // nobody asks for the sheet
	"GET /reseau/:id/retirer":                        {path: "/reseau/{membership}/retirer", own: 200},
	"POST /reseau/:id/retirer":                       {path: "/reseau/{membership}/retirer", own: 303},
	"GET /adhesions":                                 {path: "/adhesions", own: 200},
	"POST /adhesions/:id":                            {path: "/adhesions/{affiliation}", form: url.Values{"reponse": {"non"}}, own: 303},

	// To administrators no account, organisation or mail of the portal is foreign.
	"GET /administration":                                 {path: "/administration", own: 200},
	"GET /administration/personnes":                       {path: "/administration/personnes", own: 200},
	"GET /administration/personnes/:id":                   {path: "/administration/personnes/{account}", own: 200, foreign: 200},
	"GET /administration/personnes/:id/suspendre":         {path: "/administration/personnes/{account}/suspendre", own: 200, foreign: 200},
	"POST /administration/personnes/:id/suspendre":        {path: "/administration/personnes/{account}/suspendre", form: url.Values{"version": {"{version}"}}, own: 422, foreign: 303}, // not oneself
	"POST /administration/personnes/:id/retablir":         {path: "/administration/personnes/{account}/retablir", own: 303, foreign: 303},
	"POST /administration/personnes/:id/deconnecter":      {path: "/administration/personnes/{account}/deconnecter", form: url.Values{"version": {"{version}"}}, own: 303, foreign: 303},
	"GET /administration/organisations":                   {path: "/administration/organisations", own: 200},
	"GET /administration/organisations/nouvelle":          {path: "/administration/organisations/nouvelle", own: 200},
	"POST /administration/organisations/nouvelle":         {path: "/administration/organisations/nouvelle", form: url.Values{"genre": {"public"}, "nom": {"Ville neuve"}}, own: 303},
	"GET /administration/organisations/:id":               {path: "/administration/organisations/{org}", own: 200, foreign: 200},
	"POST /administration/organisations/:id/confirmer":    {path: "/administration/organisations/{org}/confirmer", own: 303, foreign: 303},
	"GET /administration/organisations/:id/fermer":        {path: "/administration/organisations/{org}/fermer", own: 404, foreign: 200}, // the portal's team is not closed
	"POST /administration/organisations/:id/fermer":       {path: "/administration/organisations/{org}/fermer", own: 422, foreign: 303},
	"POST /administration/organisations/:id/modifier":     {path: "/administration/organisations/{org}/modifier", form: url.Values{"nom": {"Ville"}, "version": {"{version}"}}, own: 303, foreign: 303},
	"POST /administration/organisations/:id/gestionnaire": {path: "/administration/organisations/{org}/gestionnaire", form: url.Values{"adresse": {"neuve@ville.example"}}, own: 303, foreign: 303},
	"POST /administration/organisations/:id/domaines":     {path: "/administration/organisations/{org}/domaines", form: url.Values{"domaine": {"{domain}"}, "choix": {"confirmer"}}, own: 303, foreign: 303},
	"GET /administration/messages":                        {path: "/administration/messages", own: 200},
	"GET /administration/messages/adresses":               {path: "/administration/messages/adresses", own: 200},
	"POST /administration/messages/adresses/:hash/lever":  {path: "/administration/messages/adresses/{address}/lever", own: 303, foreign: 303},
	"GET /administration/messages/:id":                    {path: "/administration/messages/{mail}", own: 200, foreign: 200},
	"POST /administration/messages/:id/decision":          {path: "/administration/messages/{mail}/decision", form: url.Values{"choix": {"renvoyer"}, "version": {"{version}"}}, own: 303, foreign: 422}, // another sender's
	"GET /administration/journal":                         {path: "/administration/journal", own: 200},
	"POST /administration/journal.csv":                    {path: "/administration/journal.csv", own: 200},
	"GET /compte/messages":                                {path: "/compte/messages", own: 200},
	"GET /compte/messages/:id":                            {path: "/compte/messages/{mail}", own: 200},
	"POST /compte/messages/:id/decision":                  {path: "/compte/messages/{mail}/decision", form: url.Values{"choix": {"laisser"}, "version": {"{version}"}}, own: 303},
}

// ownToken are the routes whose token is in their address.
var ownToken = map[string]bool{"/desinscription/:word": true}
