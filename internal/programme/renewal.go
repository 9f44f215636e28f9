package programme

import (
	"context"
	"errors"
	"fmt"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// contractPage is how many contracts a run reads at a time.
const contractPage = 100

// RenewalRun is what came of a run.
type RenewalRun struct {
	Proposed int
	Failed   int // contracts that could not be followed
}

// ProposeRenewals writes the purchases that are to follow contracts: those whose time
// has come, and those that a portal was stopped before. Each contract holds the intent,
// and the purchase an id that follows from it: stopped, the run is run again; twice, or by
// two portals, it does nothing more. An error says that it has to be run again.
func (s *Service) ProposeRenewals(ctx context.Context) (run RenewalRun, err error) {
	var failed error
	months := map[string]int{}
	do := func(c *sourcing.Contract) error {
		done, err := s.followContract(ctx, c, months)
		if err != nil && ctx.Err() == nil {
			run.Failed++
			failed = fmt.Errorf("contract %s: %w", c.ID, err)
			return nil
		}
		if done {
			run.Proposed++
		}
		return err
	}
	for _, key := range []string{store.ProposedContracts, store.RunningContracts} {
		if err := s.eachContract(ctx, key, do); err != nil {
			return run, err
		}
	}
	return run, failed
}

func (s *Service) eachContract(ctx context.Context, key string, do func(*sourcing.Contract) error) error {
	for after := ""; ; {
		docs, err := s.Contracts.PageLookup(ctx, key, after, contractPage)
		if err != nil {
			return err
		}
		for i := range docs {
			after = docs[i].ID
			if err := do(&docs[i].Value); err != nil {
				return err
			}
		}
		if len(docs) < contractPage {
			return nil
		}
	}
}

// followContract does for one contract what is due; months are the settings that were
// read, by organisation.
func (s *Service) followContract(ctx context.Context, c *sourcing.Contract, months map[string]int) (bool, error) {
	if c.Purchase == "" {
		ahead, known := months[c.Organisation]
		if !known {
			var err error
			if ahead, err = s.ahead(ctx, c.Organisation); err != nil {
				return false, err
			}
			months[c.Organisation] = ahead
		}
		if proposed, err := s.proposeIn(ctx, c, ahead); err != nil || !proposed {
			return false, err
		}
	}
	return true, s.carryFollower(ctx, c.ID)
}

// proposeIn writes the intent when it is due, some months before the end, and reports
// whether there is one now.
func (s *Service) proposeIn(ctx context.Context, c *sourcing.Contract, months int) (bool, error) {
	due := func(c *sourcing.Contract) bool { return c.Due(months, structure.DateOf(s.Now())) }
	if !due(c) {
		return false, nil
	}
	err := s.propose(ctx, c.ID, store.ActorSystem, due)
	if errors.Is(err, sourcing.ErrUnchanged) || errors.As(err, new(account.Fault)) { // changed meanwhile, or no room
		return false, nil
	}
	return err == nil, err
}

// ahead is how many months before its end an organisation has a contract followed.
func (s *Service) ahead(ctx context.Context, organisation string) (int, error) {
	d, err := s.Programmes.Get(ctx, organisation)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	return d.Value.Ahead(), nil
}

// proposeDue proposes the renewal of one contract if its time has come.
func (s *Service) proposeDue(ctx context.Context, id string) error {
	d, err := s.Contracts.Get(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.followContract(ctx, &d.Value, map[string]int{})
	return err
}

// ProposeNow proposes the renewal of a contract before its time, or after. One that is
// proposed stays as it is.
func (s *Service) ProposeNow(ctx context.Context, m buyer.Member, id string) error {
	if _, _, err := s.Contract(ctx, m, id); err != nil {
		return err
	}
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	err := s.propose(ctx, id, m.Person, func(*sourcing.Contract) bool { return true })
	if err != nil && !errors.Is(err, sourcing.ErrUnchanged) {
		return err
	}
	return s.carryFollower(ctx, id)
}

// propose writes the intent. sourcing.ErrUnchanged when there is one, or it is not due.
func (s *Service) propose(ctx context.Context, id, by string, due func(*sourcing.Contract) bool) error {
	_, err := store.Update(ctx, s.Contracts, id, func(c *sourcing.Contract) (store.Change, error) {
		if !due(c) {
			return store.Change{}, sourcing.ErrUnchanged
		}
		n, err := s.Purchases.CountLookup(ctx, store.PurchasesOf(c.Organisation))
		if err != nil {
			return store.Change{}, err
		}
		if n >= sourcing.MaxPurchases {
			return store.Change{}, account.Fault("Le programme tient 5 000 achats : archivez-en avant d’en proposer.")
		}
		if err := c.Propose(s.Now()); err != nil {
			return store.Change{}, err
		}
		return store.Change{Actor: by, At: s.Now().UTC(), Audit: true, What: "contract.propose", Subject: c.Purchase}, nil
	})
	return err
}

// carryFollower writes the purchase that a contract's intent asks for, as the contract
// is now, then notes that it is there. One that a buyer has abandoned since stays so.
func (s *Service) carryFollower(ctx context.Context, id string) error {
	d, err := s.Contracts.Get(ctx, id)
	if err != nil || d.Value.Purchase == "" || !d.Value.FollowedAt.IsZero() {
		return err
	}
	if err := s.passed("intended"); err != nil {
		return err
	}
	law, err := s.Law(ctx)
	if err != nil {
		return err
	}
	p := d.Value.Follower(law, s.Now())
	_, err = s.Purchases.Insert(ctx, p, store.Change{Actor: store.ActorSystem, At: s.Now().UTC(), Audit: true, What: "purchase.propose", Subject: id})
	if err != nil && !errors.Is(err, store.ErrDuplicate) {
		return err
	}
	if err := s.passed("written"); err != nil {
		return err
	}
	_, err = store.Update(ctx, s.Contracts, id, func(c *sourcing.Contract) (store.Change, error) {
		return store.Change{At: s.Now().UTC()}, c.Carried(s.Now())
	})
	return settled(err)
}
