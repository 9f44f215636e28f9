package web

import "github.com/gofiber/fiber/v2"

// routes lists every route of the portal.
//
// Middleware, outermost first: one path -> request id -> access log -> security headers ->
// compression -> failures (an error or a panic becomes the answer, so that it is
// compressed, secured and logged too) -> request guard (Content-Encoding, length
// of the query) -> deadline -> rate limit (only where it is named) -> handler.
// What the server refuses before routing (413, 431, a broken request) reaches
// fail without any of them.
func (s *site) routes(app *fiber.App) {
	app.Use(onePath, requestID, s.accessLog, s.secureHeaders, compressText(), s.failures, guard, deadline)
	limited := s.rateLimit(1)

	// Pages. GET also answers HEAD and changes nothing; a POST needs the token of
	// its form (formtoken.go).
	app.Get("/", limited, s.home)
	app.Get("/structures", limited, s.results)
	app.Get("/structures/:id", limited, s.sheet)
	app.Get("/structures/:id"+reportSegment, limited, s.reportForm)
	app.Post("/structures/:id"+reportSegment, limited, s.reportSend)
	app.Get("/structures/:id"+reportSegment+"/:ref", limited, s.reportDone)
	app.Get(comparePath, limited, s.compare)
	app.Get(framePath, limited, s.frame)
	app.Get(embedPath, limited, s.embed)
	app.Get(pathExport, limited, s.exportPage)
	exported := s.rateLimit(exportShare)
	app.Get(pathCSV, exported, s.exportCSV)
	app.Get(pathXLSX, exported, s.exportXLSX)
	app.Get(territoriesPath, limited, s.territories)
	app.Get(territoryRoute, limited, s.territory)
	app.Get(sectorsPath, limited, s.sectors)
	app.Get(sectorRoute, limited, s.sector)
	app.Get("/sources", s.sources)
	app.Get(planPath, limited, s.plan)
	app.Get("/credits", s.credits)
	app.Get("/api", limited, s.apiGuide)
	app.Get(helpPath, s.help)
	app.Get(helpPath+"/acheteurs", s.helpBuyers)
	app.Get(helpPath+"/structures", s.helpStructures)
	app.Get("/accessibilite", s.accessibility)
	app.Get("/donnees-personnelles", s.privacy)
	app.Get("/mentions-legales", s.legalNotice)
	app.Get("/plan-du-site", s.siteMap)
	if !s.Config.Production {
		app.Get("/_style", s.style)
	}

	// JSON API. Suggestions and maps have a bucket of their own: typing, and moving
	// a map, must not use up the searches. A map costs what some pages cost, so its
	// bucket is no larger than theirs.
	app.Get(apiRoot+"/suggest", s.rateLimit(typingFactor), s.apiSuggest)
	app.Get(apiRoot+"/map", s.rateLimit(1), s.apiMap)
	api := app.Group(apiRoot, limited)
	api.Get("/structures", s.apiStructures)
	api.Get("/structures/:id", s.apiStructure)
	api.Get("/sectors", s.apiSectors)
	api.Get("/territories", s.apiTerritories)
	api.Get("/openapi.json", s.apiDocument)

	// Files and probes.
	app.Get("/public/*", s.asset)
	app.Get("/favicon.ico", s.favicon)
	app.Get("/robots.txt", s.robots)
	app.Get("/sitemap.xml", limited, s.sitemap)
	app.Get("/sitemap-:part.xml", s.rateLimit(sitemapShare), s.sitemapPart)
	app.Get("/healthz", s.healthz)
	app.Get("/readyz", s.readyz)
}
