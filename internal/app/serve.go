package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"sourcier/internal/app/control"
	"sourcier/internal/directory"
	"sourcier/internal/gathering"
	"sourcier/internal/oidc"
	"sourcier/internal/operation"
	"sourcier/internal/people"
	"sourcier/internal/programme"
	"sourcier/internal/search/query"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
	"sourcier/internal/web"
	"sourcier/public"
)

const (
	// drainTimeout is how long requests under way may take after a stop.
	drainTimeout = 10 * time.Second
	// demoEvery is how often the portal looks whether it holds demonstration data.
	demoEvery = 5 * time.Second
	// mixedSample bounds the structures compared to know whether all are of the
	// demonstration, 400 by default. Of more, each is tagged: true, if of little use.
	mixedSample = 1000
)

// Version is set at link time by the release build.
var Version = "dev"

// Serve listens until ctx ends, then stops listening, drains, and lets the
// index finish what it holds. listening is called once with the address bound.
func (a *App) Serve(ctx context.Context, listening func(net.Addr)) error {
	ln, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return cannotListen(a.Config.Addr, err)
	}
	socket, err := control.Listen(a.Config.Data, a.Log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	files, err := a.reception()
	if err != nil {
		return errors.Join(err, socket.Close(), ln.Close())
	}
	scraped, err := a.listenMetrics()
	if err != nil {
		return errors.Join(err, socket.Close(), ln.Close())
	}
	a.serving = true
	var demo, mixed atomic.Bool
	deps, local := a.webDeps(&demo, &mixed), a.readsLocally(ln.Addr())
	deps.Reception = files
	if local {
		deps.Letters = a.composer()
	}
	server := web.New(deps)
	relay := store.NewRelay(a.db, a.Log, slices.Concat(people.Sources, directory.Sources, programme.Sources, operation.Sources, gathering.Sources)...)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.followIndex(ctx) })
	group.Go(func() error { return endWith(ctx, relay.Run(ctx)) })
	group.Go(func() error { a.watchDemo(ctx, &demo, &mixed); return nil })
	group.Go(func() error { a.upkeep(ctx); return nil })
	group.Go(func() error { files.Serve(ctx); return nil })
	group.Go(func() error { return a.mails(ctx, local) })
	group.Go(func() error { a.followErasures(ctx); return nil })
	group.Go(func() error { a.followAlerts(ctx); return nil })
	group.Go(func() error { a.followContracts(ctx); return nil })
	group.Go(func() error { a.followAhead(ctx); return nil })
	group.Go(func() error { a.followPublications(ctx); return nil })
	group.Go(func() error { a.followGroupements(ctx); return nil })
	group.Go(func() error { a.followQuarters(ctx); return nil })
	group.Go(func() error { a.followTally(ctx); return nil })
	group.Go(func() error { a.followReach(ctx); return nil })
	group.Go(func() error { socket.Serve(ctx, build(), a.obey); return nil })
	if scraped != nil {
		group.Go(func() error { return a.metrics.Serve(ctx, scraped) })
	}
	group.Go(func() error { return server.Listener(ln) })
	group.Go(func() error {
		<-ctx.Done()
		a.Log.Info("stopping", "drain", drainTimeout)
		return server.ShutdownWithTimeout(drainTimeout)
	})
	listening(ln.Addr())
	err = group.Wait()
	a.lastReach(ctx) // what was counted until the last request was answered
	return err
}

// cannotListen says in French why the portal has no address, and what to do.
func cannotListen(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("un autre programme écoute déjà sur %s, peut-être un portail resté ouvert : l’arrêter, ou donner une autre adresse dans SOURCIER_ADDR", addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("le système refuse d’écouter sur %s : les ports jusqu’à 1023 sont réservés à l’administrateur, donner un port plus grand dans SOURCIER_ADDR", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s n’est pas une adresse de cette machine : corriger SOURCIER_ADDR", addr)
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Errorf("le nom %s de SOURCIER_ADDR est inconnu : donner une adresse de cette machine", dns.Name)
	}
	return fmt.Errorf("impossible d’écouter sur %s (SOURCIER_ADDR) : %w", addr, err)
}

func (a *App) webDeps(demo, mixed *atomic.Bool) web.Deps {
	atlas, tax := territory.Default(), taxonomy.Default()
	rules := structure.BasisRules{EITIEnd: a.Config.EITIEnd}
	return web.Deps{
		Config: web.Config{
			BaseURL: a.Config.BaseURL, Production: a.Config.Production, TrustedProxies: a.Config.TrustedProxies,
			EmbedHosts: a.Config.EmbedHosts, TileHost: a.Config.TileHost, OIDCIssuer: a.Config.oidcOrigin(), ContactEmail: a.Config.ContactEmail, Version: Version,
			TempDir:   a.Config.Data, // /tmp may be in memory
			Publisher: a.Config.Publisher, PublisherAddress: a.Config.PublisherAddress, Director: a.Config.Director, HostedBy: a.Config.HostedBy, DPOEmail: a.Config.DPOEmail,
		},
		Search:     a.metrics.Searcher(&a.index),
		Aside:      &a.index,
		Observe:    a.metrics.Request,
		Suggest:    &a.index,
		Lists:      &a.index,
		Map:        &a.index,
		Parser:     &query.Parser{Atlas: atlas, Taxonomy: tax, Home: a.home, Rules: rules, Now: a.Now},
		Structures: a.Structures, Reports: a.Reports, People: a.People, Desk: a.Desk, Programme: a.Programme, Operation: a.Operation, Gathering: a.Gathering, Directory: a.Directory, Reach: a.Reach, OIDC: a.provider(),
		Atlas: atlas, Taxonomy: tax, Home: a.home, Rules: rules,
		Quarters: a.quarters.Load,
		Tally:    a.tally.Load,
		Ready:    a.ready,
		Demo:     demo.Load,
		Mixed:    mixed.Load,
		Assets:   public.Assets(),
		Now:      a.Now,
		Log:      a.Log,
	}
}

func (a *App) ready(ctx context.Context) error {
	return errors.Join(a.index.Ready(), a.db.Ping(ctx))
}

// followIndex opens the index and keeps it equal to the store.
func (a *App) followIndex(ctx context.Context) error {
	start := time.Now()
	if err := a.OpenIndex(ctx); err != nil {
		return endWith(ctx, err)
	}
	a.Log.Info("index ready", "took", time.Since(start).Round(time.Millisecond))
	return endWith(ctx, a.index.get().Run(ctx))
}

// carryEvery is how soon a portal does what another was stopped at.
const carryEvery = time.Second

// followPublications brings published sheets to their structures, launches of
// consultations and mails to guests to their end, when whoever began them could not, and
// ends the offers of places that have passed; surveys whose time is over are counted.
func (a *App) followPublications(ctx context.Context) {
	tick := time.NewTicker(carryEvery)
	defer tick.Stop()
	failing := false
	for {
		err := errors.Join(a.Directory.Carry(ctx), a.Operation.CarryOpenings(ctx), a.Operation.CarryAnswers(ctx), a.Operation.CarryLaunches(ctx), a.Gathering.CarryLapses(ctx), a.Gathering.CarryMails(ctx), a.Gathering.CarrySurveys(ctx))
		if err != nil && ctx.Err() == nil && !failing {
			a.Log.Error("publications, launches and invitations", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// watchDemo keeps the banner and the tags true when demonstration data, or the
// real one beside it, comes or goes.
func (a *App) watchDemo(ctx context.Context, demo, mixed *atomic.Bool) {
	tick := time.NewTicker(demoEvery)
	defer tick.Stop()
	var seen uint64 // generation of the index that mixed was judged at
	for {
		found, err := a.Structures.FindLookup(ctx, store.DemoKey, 1)
		if err == nil {
			demo.Store(len(found) > 0)
		}
		if now := a.index.Generation(); len(found) > 0 && now != seen {
			if yes, err := a.mixed(ctx); err == nil {
				mixed.Store(yes)
				seen = now
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// mixed reports whether some structures are not of the demonstration.
func (a *App) mixed(ctx context.Context) (bool, error) {
	raw := a.Structures.Raw()
	fictional, err := raw.FindLookup(ctx, store.DemoKey, "", mixedSample)
	if err != nil || len(fictional) == mixedSample {
		return true, err
	}
	all, err := raw.Scan(ctx, "", len(fictional)+1)
	return len(all) > len(fictional), err
}

// endWith forgets an error that only says that ctx ended.
func endWith(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// provider is the one by which people may sign in too, nil when none is set.
func (a *App) provider() *oidc.Provider {
	if a.Config.OIDC.Issuer == "" {
		return nil
	}
	return oidc.New(a.Config.OIDC, a.Now)
}
