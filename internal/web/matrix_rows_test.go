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
	"POST /mesures":                     {path: "/mesures", form: url.Values{"billet": {"x"}}, own: 403}, // not a ticket of ours: page_reach_test.go
	"GET /mes-fiches/:id/bilan":         {path: "/mes-fiches/" + idProprete + "/bilan", own: 404},        // nobody of the matrix holds it: page_reach_test.go
	"GET /repondre-a-un-marche":         {path: "/repondre-a-un-marche", own: 200},
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
	// Of groupements only the mandataire asks here: nobody is invited by its own.
	"GET /groupements":                          {path: "/groupements", own: 200},
	"POST /groupements":                         {path: "/groupements", form: inName("nom", "Ensemble", "apport", "une équipe", "forme", "conjoint"), own: 303},
	"GET /groupements/nouveau":                  {path: "/groupements/nouveau", own: 200},
	"GET /groupements/:id":                      {path: "/groupements/{groupement}", own: 200},
	"POST /groupements/:id/invitations":         {path: "/groupements/{groupement}/invitations", form: inName("structure", idProprete), own: 303},
	"POST /groupements/:id/invitations/retirer": {path: "/groupements/{groupement}/invitations/retirer", form: inName("structure", matrixInvited), own: 303},
	"POST /groupements/:id/reponse":             {path: "/groupements/{groupement}/reponse", form: inName("reponse", "accepter", "apport", "une équipe"), own: 409},
	"POST /groupements/:id/apport":              {path: "/groupements/{groupement}/apport", form: inName("apport", "deux équipes"), own: 303},
	"POST /groupements/:id/presentation":        {path: "/groupements/{groupement}/presentation", form: inName("nom", "Autre nom", "version", "2"), own: 303},
	"POST /groupements/:id/forme":               {path: "/groupements/{groupement}/forme", form: inName("forme", "solidaire", "mandataire", matrixSheet, "vu", matrixTerms), own: 303},
	"POST /groupements/:id/publication":         {path: "/groupements/{groupement}/publication", form: inName("public", "oui"), own: 422}, // alone
	"GET /groupements/:id/quitter":              {path: "/groupements/{groupement}/quitter", own: 200},
	"POST /groupements/:id/quitter":             {path: "/groupements/{groupement}/quitter", form: inName(), own: 303},
	"GET /groupements/:id/dissoudre":            {path: "/groupements/{groupement}/dissoudre", own: 200},
	"POST /groupements/:id/dissoudre":           {path: "/groupements/{groupement}/dissoudre", form: inName(), own: 303},

	"GET /desinscription/:word":  {path: "/desinscription/{word}", own: 200, foreign: 200}, // who holds a letter may stop its kind
	"POST /desinscription/:word": {path: "/desinscription/{word}", own: 200, foreign: 200},

	// A sheet is there for who writes it, whatever the role: of the columns, one does.
	"GET /mes-fiches":                                  {path: "/mes-fiches", own: 200},
	"GET /mes-fiches/:id":                              {path: "/mes-fiches/{sheet}", own: 404, but: writes(200)},
	"GET /mes-fiches/:id/apercu":                       {path: "/mes-fiches/{sheet}/apercu", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/publier":                     {path: "/mes-fiches/{sheet}/publier", form: url.Values{"rev": {"9"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/abandonner":                   {path: "/mes-fiches/{sheet}/abandonner", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/abandonner":                  {path: "/mes-fiches/{sheet}/abandonner", form: url.Values{"rev": {"9"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/historique":                   {path: "/mes-fiches/{sheet}/historique", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/historique/:version":         {path: "/mes-fiches/{sheet}/historique/1", own: 404, but: writes(303)},
	"GET /mes-fiches/:id/presentation":                 {path: "/mes-fiches/{sheet}/presentation", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/presentation":                {path: "/mes-fiches/{sheet}/presentation", form: url.Values{"rev": {"9"}, "nom": {"Les Ateliers"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/coordonnees":                  {path: "/mes-fiches/{sheet}/coordonnees", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/coordonnees":                 {path: "/mes-fiches/{sheet}/coordonnees", form: url.Values{"rev": {"9"}, "telephone": {"01 23 45 67 89"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/adresse":                      {path: "/mes-fiches/{sheet}/adresse", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/adresse":                     {path: "/mes-fiches/{sheet}/adresse", form: url.Values{"rev": {"9"}, "ville": {"Orly"}, "postal": {"94310"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/contacts":                     {path: "/mes-fiches/{sheet}/contacts", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/contacts":                    {path: "/mes-fiches/{sheet}/contacts", form: url.Values{"rev": {"9"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/activites":                    {path: "/mes-fiches/{sheet}/activites", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/activites/copier":            {path: "/mes-fiches/{sheet}/activites/copier", form: url.Values{"activite": {"1"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/activites/:activity":          {path: "/mes-fiches/{sheet}/activites/1", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/activites/:activity":         {path: "/mes-fiches/{sheet}/activites/1", form: url.Values{"rev": {"9"}, "secteur": {"nettoyage-locaux"}, "zone": {"france"}}, own: 404, but: writes(303)},
	"POST /mes-fiches/:id/activites/:activity/retirer": {path: "/mes-fiches/{sheet}/activites/1/retirer", form: url.Values{"rev": {"9"}}, own: 404, but: writes(303)},

	// What only a page knows (the stamp of an offer, a file) is not sent here: the answer
	// to who writes the sheet says what is missing.
	"GET /mes-fiches/:id/offres":                              {path: "/mes-fiches/{sheet}/offres", own: 404, but: writes(200)},
	"GET /mes-fiches/:id/offres/:offer":                       {path: "/mes-fiches/{sheet}/offres/1", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/offres/:offer":                      {path: "/mes-fiches/{sheet}/offres/1", form: url.Values{"rev": {"9"}, "titre": {"Entretien"}}, own: 404, but: writes(303)},
	"POST /mes-fiches/:id/offres/:offer/retirer":              {path: "/mes-fiches/{sheet}/offres/1/retirer", own: 404, but: writes(409)},
	"GET /mes-fiches/:id/offres/:offer/images":                {path: "/mes-fiches/{sheet}/offres/1/images", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/offres/:offer/images":               {path: "/mes-fiches/{sheet}/offres/1/images", own: 404, but: writes(422)},
	"POST /mes-fiches/:id/offres/:offer/images/decrire":       {path: "/mes-fiches/{sheet}/offres/1/images/decrire", own: 404, but: writes(422)},
	"POST /mes-fiches/:id/offres/:offer/images/retirer":       {path: "/mes-fiches/{sheet}/offres/1/images/retirer", own: 404, but: writes(409)},
	"GET /mes-fiches/:id/references":                          {path: "/mes-fiches/{sheet}/references", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/references":                         {path: "/mes-fiches/{sheet}/references", form: url.Values{"rev": {"9"}, "references": {"Ville d’Orly"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/labels":                              {path: "/mes-fiches/{sheet}/labels", own: 404, but: writes(200)},
	"GET /mes-fiches/:id/labels/:label":                       {path: "/mes-fiches/{sheet}/labels/qualiopi", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/labels/:label":                      {path: "/mes-fiches/{sheet}/labels/qualiopi", form: url.Values{"rev": {"9"}, "label": {"qualiopi"}}, own: 404, but: writes(303)},
	"POST /mes-fiches/:id/labels/:label/retirer":              {path: "/mes-fiches/{sheet}/labels/qualiopi/retirer", own: 404, but: writes(303)},
	"GET /mes-fiches/:id/labels/:label/justificatif":          {path: "/mes-fiches/{sheet}/labels/qualiopi/justificatif", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/labels/:label/justificatif":         {path: "/mes-fiches/{sheet}/labels/qualiopi/justificatif", own: 404, but: writes(422)},
	"POST /mes-fiches/:id/labels/:label/justificatif/retirer": {path: "/mes-fiches/{sheet}/labels/qualiopi/justificatif/retirer", own: 404, but: writes(303)},
	"GET /mes-fiches/:id/logo":                                {path: "/mes-fiches/{sheet}/logo", own: 404, but: writes(200)},
	"POST /mes-fiches/:id/logo":                               {path: "/mes-fiches/{sheet}/logo", own: 404, but: writes(422)},
	"POST /mes-fiches/:id/logo/retirer":                       {path: "/mes-fiches/{sheet}/logo/retirer", form: url.Values{"rev": {"9"}}, own: 404, but: writes(303)},
	"GET /mes-fiches/:id/fichiers/:hash": {path: "/mes-fiches/{sheet}/fichiers/" + sheetFile, own: 404,
		but: map[asking][4]int{asking(account.Structure): {200}, asking(account.Administrator): {200, 200}}},
	"GET /structures/:id/images/:hash": {path: "/structures/" + idProprete + "/images/" + sheetFile, own: 404}, // it shows no image
	// Who holds a letter renews what it is about, signed in or not.
	"GET /disponibilite/:word":           {path: "/disponibilite/{renewal}", own: 200, foreign: 200},
	"POST /disponibilite/:word":          {path: "/disponibilite/{renewal}", own: 200, foreign: 200},
	"GET /inscription":                   {path: "/inscription", own: 200},
	"POST /inscription":                  {path: "/inscription", form: url.Values{"numero": {"73282932000074"}, "nom": {"Atelier"}, "genre": {"ESAT"}}, own: 303},
	"POST /inscription/question":         {path: "/inscription/question", form: url.Values{"numero": {"73282932000074"}, "texte": {"Nous sommes ouverts."}}, own: 200},
	"GET /inscription/choix/secteurs":    {path: "/inscription/choix/secteurs?secteur_mots=tonte", own: 200},
	"GET /inscription/choix/territoires": {path: "/inscription/choix/territoires?territoire_mots=vitry", own: 200},
	"GET /inscription/preuve/:token":     {path: "/inscription/preuve/{proof}", own: 200, foreign: 200, absent: 410}, // who reads the official address answers
	"POST /inscription/preuve/:token":    {path: "/inscription/preuve/{proof}", form: url.Values{"reponse": {"non"}}, own: 200, foreign: 200, absent: 410},
	"GET /inscription/:id":               {path: "/inscription/{asked}", own: 200},
	"POST /inscription/:id":              {path: "/inscription/{asked}", form: url.Values{"preuve": {"moderator"}}, own: 303},
	"POST /inscription/:id/code":         {path: "/inscription/{asked}/code", form: url.Values{"code": {"abc"}}, own: 422},
	"GET /inscription/:id/quoi":          {path: "/inscription/{asked}/quoi", own: 200},
	"POST /inscription/:id/quoi":         {path: "/inscription/{asked}/quoi", form: url.Values{"secteur": {"nettoyage-locaux"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/ou":            {path: "/inscription/{asked}/ou", own: 200},
	"POST /inscription/:id/ou":           {path: "/inscription/{asked}/ou", form: url.Values{"commune": {"94081"}, "zone": {"france"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/contact":       {path: "/inscription/{asked}/contact", own: 200},
	"POST /inscription/:id/contact":      {path: "/inscription/{asked}/contact", form: url.Values{"telephone": {"01 99 00 00 01"}, "rev": {"9"}}, own: 303},
	"GET /inscription/:id/fin":           {path: "/inscription/{asked}/fin", own: 303}, // to the first question
	// Lists are of the buyer that one acts for.
	"GET /listes":                            {path: "/listes", own: 200},
	"POST /listes":                           {path: "/listes", form: url.Values{"nom": {"Espaces verts"}}, own: 303},
	"GET /listes/ajouter":                    {path: "/listes/ajouter?id=" + idProprete, own: 200},
	"POST /listes/ajouter":                   {path: "/listes/ajouter", form: url.Values{"id": {idProprete}, "liste": {"{list}"}}, own: 303},
	"GET /listes/:id":                        {path: "/listes/{list}", own: 200},
	"GET /listes/:id/export.csv":             {path: "/listes/{list}/export.csv", own: 200},
	"GET /listes/:id/export.xlsx":            {path: "/listes/{list}/export.xlsx", own: 200},
	"GET /listes/:id/modifier":               {path: "/listes/{list}/modifier", own: 200},
	"POST /listes/:id/modifier":              {path: "/listes/{list}/modifier", form: url.Values{"nom": {"Propreté"}}, own: 303},
	"GET /listes/:id/supprimer":              {path: "/listes/{list}/supprimer", own: 200},
	"POST /listes/:id/supprimer":             {path: "/listes/{list}/supprimer", own: 303},
	"POST /listes/:id/recuperer":             {path: "/listes/{list}/recuperer", own: 303},
	"GET /listes/:id/structures/:structure":  {path: "/listes/{list}/structures/{entry}", own: 200},
	"POST /listes/:id/structures/:structure": {path: "/listes/{list}/structures/{entry}", form: url.Values{"note": {"Bon travail."}, "version": {"0"}}, own: 303},
	// What is not on the list is taken off it already.
	"POST /listes/:id/structures/:structure/retirer": {path: "/listes/{list}/structures/{entry}/retirer", own: 303, inner: 303},
	"GET /recherches":                      {path: "/recherches", own: 200},
	"GET /recherches/enregistrer":          {path: "/recherches/enregistrer?q=nettoyage", own: 200},
	"POST /recherches/enregistrer":         {path: "/recherches/enregistrer", form: url.Values{"nom": {"Tonte"}, "recherche": {"q=tonte"}}, own: 303},
	"GET /recherches/:id":                  {path: "/recherches/{search}", own: 200},
	"POST /recherches/:id":                 {path: "/recherches/{search}", form: url.Values{"nom": {"Tonte"}}, own: 303},
	"POST /recherches/:id/alerte":          {path: "/recherches/{search}/alerte", form: url.Values{"alerte": {"non"}}, own: 303},
	"GET /recherches/:id/supprimer":        {path: "/recherches/{search}/supprimer", own: 200},
	"POST /recherches/:id/supprimer":       {path: "/recherches/{search}/supprimer", own: 303},
	"GET /desinscription/recherche/:word":  {path: "/desinscription/recherche/{stop}", own: 200, foreign: 200}, // who holds a letter may stop its alert
	"POST /desinscription/recherche/:word": {path: "/desinscription/recherche/{stop}", own: 200, foreign: 200},

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
	// Files are no form like the others: who may send some, and how, is in imports_test.go.
	"POST /administration/imports":                {path: "/administration/imports", own: 403},
	"GET /administration/imports":                 {path: "/administration/imports", own: 200},
	"GET /administration/imports/nouveau":         {path: "/administration/imports/nouveau", own: 200},
	"GET /administration/imports/:id":             {path: "/administration/imports/{upload}", own: 200, foreign: 200},
	"POST /administration/imports/:id/essai":      {path: "/administration/imports/{upload}/essai", form: url.Values{"version": {"{version}"}}, own: 303, foreign: 303},
	"POST /administration/imports/:id/importer":   {path: "/administration/imports/{upload}/importer", form: url.Values{"version": {"{version}"}}, own: 303, foreign: 303},
	"POST /administration/imports/:id/arreter":    {path: "/administration/imports/{upload}/arreter", own: 409, foreign: 409}, // nothing runs
	"POST /administration/imports/:id/abandonner": {path: "/administration/imports/{upload}/abandonner", form: url.Values{"version": {"{version}"}}, own: 303, foreign: 303},
	"POST /administration/imports/:id/rejets.csv": {path: "/administration/imports/{upload}/rejets.csv", form: url.Values{"de": {"essai"}}, own: 200, foreign: 200},
	"GET /compte/messages":                        {path: "/compte/messages", own: 200},
	"GET /compte/messages/:id":                    {path: "/compte/messages/{mail}", own: 200},
	"POST /compte/messages/:id/decision":          {path: "/compte/messages/{mail}/decision", form: url.Values{"choix": {"laisser"}, "version": {"{version}"}}, own: 303},
}

// writes is what a route on a sheet answers who writes it.
func writes(own int) map[asking][4]int { return map[asking][4]int{asking(account.Structure): {own}} }

// ownToken are the routes whose token is in their address.
var ownToken = map[string]bool{"/desinscription/:word": true, "/desinscription/recherche/:word": true}
