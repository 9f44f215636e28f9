package web

import (
	"github.com/gofiber/fiber/v2"

	"sourcier/internal/account"
)

// routes lists every route of the portal.
//
// Middleware, outermost first: one path -> request id -> access log -> security headers ->
// compression -> failures (an error or a panic becomes the answer, so that it is
// compressed, secured and logged too) -> body (read whole, but that of files) -> request guard (Content-Encoding, length
// of the query) -> deadline -> who asks (only where a session's cookie came along) ->
// access (access.go) -> rate limit (only where it is named) -> handler.
// What the server refuses before routing (431, a broken request) reaches
// fail without any of them.
func (s *site) routes(app *fiber.App) {
	app.Use(onePath, requestID, s.accessLog, s.secureHeaders, compressText(), s.failures, wholeBody, guard, deadline, s.identify)
	limited := s.rateLimit(1)
	public := door{site: s, app: app, access: anyone}

	// Pages. GET also answers HEAD and changes nothing; a POST needs the token of
	// its form (formtoken.go).
	public.Get("/", limited, s.home)
	public.Get("/structures", limited, s.results)
	public.Get("/structures/:id", limited, s.sheet)
	public.Get("/structures/:id"+reportSegment, limited, s.reportForm)
	public.PostUnchecked("/structures/:id"+reportSegment, limited, s.reportSend)
	public.Get("/structures/:id"+reportSegment+"/:ref", limited, s.reportDone)
	public.Get(comparePath, limited, s.compare)
	public.Get(framePath, limited, s.frame)
	public.Get(embedPath, limited, s.embed)
	public.Get(pathExport, limited, s.exportPage)
	exported := s.rateLimit(exportShare)
	public.Get(pathCSV, exported, s.exportCSV)
	public.Get(pathXLSX, exported, s.exportXLSX)
	public.Get(territoriesPath, limited, s.territories)
	public.Get(territoryRoute, limited, s.territory)
	public.Get(sectorsPath, limited, s.sectors)
	public.Get(sectorRoute, limited, s.sector)
	public.Get("/sources", s.sources)
	public.Get(planPath, limited, s.plan)
	public.Get("/credits", s.credits)
	public.Get("/api", limited, s.apiGuide)
	s.textRoutes(public)
	s.accountRoutes(app, limited)
	s.dataRoutes(app, limited, exported)
	s.administration(app, limited)
	s.importRoutes(app, limited)
	s.moderationRoutes(app, limited)
	if !s.Config.Production {
		public.Get("/_style", s.style)
	}
	s.mailboxRoutes(public, limited) // on the machine of a trial alone
	s.memberRoutes(app, limited, exported)

	// JSON API. Suggestions and maps have a bucket of their own: typing, and moving
	// a map, must not use up the searches. A map costs what some pages cost, so its
	// bucket is no larger than theirs.
	public.Get(apiRoot+"/suggest", s.rateLimit(typingFactor), s.apiSuggest)
	public.Get(apiRoot+"/map", s.rateLimit(1), s.apiMap)
	api := door{site: s, app: app.Group(apiRoot, limited), prefix: apiRoot, access: anyone}
	api.Get("/structures", s.apiStructures)
	api.Get("/structures/:id", s.apiStructure)
	api.Get("/sectors", s.apiSectors)
	api.Get("/territories", s.apiTerritories)
	api.Get("/openapi.json", s.apiDocument)

	// Files and probes.
	public.Get("/public/*", s.asset)
	public.Get("/favicon.ico", s.favicon)
	public.Get("/robots.txt", s.robots)
	public.Get("/sitemap.xml", limited, s.sitemap)
	public.Get("/sitemap-:part.xml", s.rateLimit(sitemapShare), s.sitemapPart)
	public.Get("/healthz", s.healthz)
	public.Get("/readyz", s.readyz)
}

// memberRoutes are those of who is of an organisation: structures, buyers, networks.
func (s *site) memberRoutes(app *fiber.App, limited, exported fiber.Handler) {
	s.organisationRoutes(app, limited)
	s.registrationRoutes(app, limited)
	s.ownSheetRoutes(app, limited)
	s.offerRoutes(app, limited)
	s.reachRoutes(app, limited)
	s.groupementRoutes(app, limited)
	s.deskRoutes(app, limited, exported)
	s.labelRoutes(app, limited)
	s.networkRoutes(app, limited)
	s.programmeRoutes(app, limited, exported)
	s.operationRoutes(app, limited, exported)
	s.eventRoutes(app, limited, exported)
}

// dataRoutes are those of what is held on a person, and of its erasure.
func (s *site) dataRoutes(app *fiber.App, limited, exported fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	own.Get(dataPath, limited, s.myData)
	own.Get(dataJSON, exported, s.myDataFile)
	own.Get(ownInvitationsPath, limited, s.ownInvitations)
	own.Get(erasePath, limited, s.eraseForm)
	own.Post(erasePath, limited, s.eraseSend)
	public.Get(erasedPath, s.erased)
}

// textRoutes are those of pages of text.
func (s *site) textRoutes(public door) {
	public.Get(helpPath, s.help)
	public.Get(helpPath+"/acheteurs", s.helpBuyers)
	public.Get(helpPath+"/programme", s.helpProgramme)
	public.Get(helpPath+"/evenements", s.helpEvents)
	public.Get(helpPath+"/structures", s.helpStructures)
	public.Get(answerPath, s.answer)
	public.Get("/accessibilite", s.accessibility)
	public.Get(privacyPath, s.privacy)
	public.Get("/mentions-legales", s.legalNotice)
	public.Get("/plan-du-site", s.siteMap)
}

// organisationRoutes are those of organisations, invitations and mails by kind.
func (s *site) organisationRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	own.Get(organisationsPath, limited, s.organisations)
	own.Post(organisationsPath, s.propose)
	own.Get(organisationsPath+"/proposer", s.proposeForm)
	own.Get(organisationsPath+"/:id", s.organisation)
	own.Post(organisationsPath+"/:id/invitations", s.inviteColleague)
	own.Post(organisationsPath+"/:id/invitations/:invitation/retirer", s.withdrawInvitation)
	own.Post(organisationsPath+"/:id/demande", s.askToJoin)
	own.Post(organisationsPath+"/:id/demande/reprendre", s.takeBack)
	own.Post(organisationsPath+"/:id/rejoindre", s.joinByDomain)
	own.Post(organisationsPath+"/:id/demandes/:person", s.answerRequest)
	own.Post(organisationsPath+"/:id/domaines", s.declareDomain)
	own.Post(organisationsPath+"/:id/domaines/retirer", s.dropDomain)
	own.Get(organisationsPath+"/:id/quitter", s.leaveForm)
	own.Post(organisationsPath+"/:id/quitter", s.leave)
	own.Get(organisationsPath+"/:id/membres/:person", s.memberForm)
	own.Post(organisationsPath+"/:id/membres/:person/roles", s.setRoles)
	own.Post(organisationsPath+"/:id/membres/:person/couverture", s.setCoverage)
	own.Get(organisationsPath+"/:id/membres/:person/retirer", s.removeForm)
	own.Post(organisationsPath+"/:id/membres/:person/retirer", s.remove)
	public.Get(invitationsPath+"/:token", limited, s.withPeople, s.invitation)
	own.Post(invitationsPath+"/:token", limited, s.answerInvitation)
	own.Get(notificationsPath, s.notifications)
	own.Post(notificationsPath, s.setNotifications)
	public.Get(unsubscribePath+"/:word", limited, s.withPeople, s.unsubscribeForm)
	public.PostUnchecked(unsubscribePath+"/:word", limited, s.withPeople, s.unsubscribe)
}

// registrationRoutes are those by which a structure enters the directory. Proposals
// are asked for at each key, in a bucket of their own.
func (s *site) registrationRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	typing := s.rateLimit(typingFactor)
	public.Get(sectorChoices, typing, s.chooseSectors)
	public.Get(territoryChoices, typing, s.chooseTerritories)
	public.Get(registrationPath, limited, s.register)
	own.Post(registrationPath, limited, s.withDirectory, s.beginRegistration)
	own.Post(registrationPath+"/question", limited, s.withDirectory, s.askTeam)
	public.Get(claimProofPath+"/:token", limited, s.withDirectory, s.claimProofForm)
	public.Post(claimProofPath+"/:token", limited, s.withDirectory, s.proofSend)
	own.Get(registrationPath+"/:id", limited, s.withDirectory, s.claim)
	own.Post(registrationPath+"/:id", limited, s.withDirectory, s.claimSend)
	own.Post(registrationPath+"/:id/code", limited, s.withDirectory, s.claimCode)
	for step, q := range questions {
		show, save := s.asks(step)
		own.Get(registrationPath+"/:id"+q.segment, limited, s.withDirectory, show)
		own.Post(registrationPath+"/:id"+q.segment, limited, s.withDirectory, save)
	}
	own.Get(registrationPath+"/:id"+endSegment, limited, s.withDirectory, s.registered)
}

// administration lists the routes of administrators, and those on the mails that a
// person caused.
func (s *site) administration(app *fiber.App, limited fiber.Handler) {
	admins := door{site: s, app: app, access: only(account.Administrator)}
	admins.Get(administrationPath, limited, s.adminOverview)
	admins.Get(adminPeoplePath, limited, s.adminPeople)
	admins.Get(adminPeoplePath+"/:id", limited, s.adminPerson)
	admins.Get(adminPeoplePath+"/:id/suspendre", limited, s.adminSuspendForm)
	admins.Post(adminPeoplePath+"/:id/suspendre", limited, s.adminSuspend)
	admins.Post(adminPeoplePath+"/:id/retablir", limited, s.adminRestore)
	admins.Post(adminPeoplePath+"/:id/deconnecter", limited, s.adminSignOut)
	admins.Get(adminOrganisationsPath, limited, s.adminOrganisations)
	admins.Get(adminOrganisationsPath+"/nouvelle", limited, s.adminNewOrganisation)
	admins.Post(adminOrganisationsPath+"/nouvelle", limited, s.adminCreateOrganisation)
	admins.Get(adminOrganisationsPath+"/:id", limited, s.adminOrganisation)
	admins.Post(adminOrganisationsPath+"/:id/confirmer", limited, s.adminConfirmOrganisation)
	admins.Get(adminOrganisationsPath+"/:id/fermer", limited, s.adminCloseForm)
	admins.Post(adminOrganisationsPath+"/:id/fermer", limited, s.adminCloseOrganisation)
	admins.Post(adminOrganisationsPath+"/:id/modifier", limited, s.adminDescribe)
	admins.Post(adminOrganisationsPath+"/:id/gestionnaire", limited, s.adminNameManager)
	admins.Post(adminOrganisationsPath+"/:id/domaines", limited, s.adminDomain)
	admins.Get(adminMessagesPath, limited, s.adminMessages)
	admins.Get(adminAddressesPath, limited, s.adminAddresses)
	admins.Post(adminAddressesPath+"/:hash/lever", limited, s.adminLift)
	admins.Get(adminMessagesPath+"/:id", limited, s.adminMessage)
	admins.Post(adminMessagesPath+"/:id/decision", limited, s.adminDecide)
	admins.Get(keepingPath, limited, s.keeping)
	admins.Get(adminJournalPath, limited, s.adminJournal)
	admins.Post(adminJournalCSV, limited, s.adminExportJournal)

	persons := door{site: s, app: app, access: person}
	persons.Get(sentMessagesPath, limited, s.sentMessages)
	persons.Get(sentMessagesPath+"/:id", limited, s.sentMessage)
	persons.Post(sentMessagesPath+"/:id/decision", limited, s.sentDecide)
}

// importRoutes are those of files that administrators import from the browser.
func (s *site) importRoutes(app *fiber.App, limited fiber.Handler) {
	admins := door{site: s, app: app, access: only(account.Administrator)}
	admins.Get(adminImportsPath, limited, s.withReception, s.adminImports)
	admins.Get(adminImportNewPath, limited, s.withReception, s.adminImportForm)
	admins.PostUnchecked(adminImportsPath, limited, s.withReception, s.adminReceive) // its token comes before its files
	admins.Get(adminImportsPath+"/:id", limited, s.withReception, s.adminImport)
	admins.Post(adminImportsPath+"/:id/essai", limited, s.withReception, s.adminTry)
	admins.Post(adminImportsPath+"/:id/importer", limited, s.withReception, s.adminBegin)
	admins.Post(adminImportsPath+"/:id/arreter", limited, s.withReception, s.adminStop)
	admins.Post(adminImportsPath+"/:id/abandonner", limited, s.withReception, s.adminAbandon)
	admins.Post(adminImportsPath+"/:id/rejets.csv", limited, s.withReception, s.adminRejects)
}

// accountRoutes lists those of signing in and of the own account.
func (s *site) accountRoutes(app *fiber.App, limited fiber.Handler) {
	public, own := door{site: s, app: app, access: anyone}, door{site: s, app: app, access: person}
	public.Get(signInPath, limited, s.signInForm)
	public.Post(signInPath, limited, s.withPeople, s.signInSend)
	public.Get(codePath, limited, s.withPeople, s.codeForm)
	public.Post(codePath, limited, s.withPeople, s.codeSend)
	public.Get(linkPath+"/:token", limited, s.withPeople, s.linkForm)
	public.Post(linkPath+"/:token", limited, s.withPeople, s.linkSend)
	public.Post(oidcPath, limited, s.withPeople, s.oidcBegin)
	public.Get(oidcBackPath, limited, s.withPeople, s.oidcBack)
	public.Get(oidcJoinPath, limited, s.withPeople, s.oidcJoinForm)
	public.Post(oidcJoinPath, limited, s.withPeople, s.oidcJoinSend)
	public.Get(signOutPath, limited, s.withPeople, s.signOutForm)
	public.Post(signOutPath, limited, s.withPeople, s.signOutSend)
	own.Get(accountPath, limited, s.profile)
	own.Post(accountPath+"/nom", limited, s.rename)
	own.Post(accountPath+"/role", limited, s.switchRole)
	own.Post(accountPath+"/identite", limited, s.disconnect)
	own.Get(accountPath+addressSegment, limited, s.addressForm)
	own.Post(accountPath+addressSegment, limited, s.addressSend)
	own.Get(accountPath+addressSegment+"/:token", limited, s.addressLink)
	own.Post(accountPath+addressSegment+"/:token", limited, s.addressTake)
	own.Get(accountPath+sessionsSegment, limited, s.sessions)
	own.Post(accountPath+sessionsSegment, limited, s.endSessions)
}
