package people

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

// organisationChange is what one action does to an organisation, beside the rule that
// it carries out.
type organisationChange struct {
	What    string
	Subject string // person whom it is about
	Fields  []store.Changed
	Mails   []store.Effect
}

// errUnchanged ends an action that has nothing to do.
var errUnchanged = errors.New("unchanged")

// changeOrganisation carries out an action on an organisation in one write, with its
// audit line and its mails. do may be called again, when somebody else was quicker.
func (s *Service) changeOrganisation(ctx context.Context, actor, id string, do func(*account.Organisation) (organisationChange, error)) error {
	now := s.Now().UTC()
	_, err := store.Update(ctx, s.Organisations.Collection, id, func(o *account.Organisation) (store.Change, error) {
		c, err := do(o)
		if err != nil {
			return store.Change{}, err
		}
		patch, err := store.Patch(ctx, s.Keys, c.Fields...)
		return store.Change{Actor: actor, At: now, Audit: true, What: c.What, Subject: c.Subject, Patch: patch, Effects: c.Mails}, err
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// letter is a mail of an organisation to persons who have an account; about is the
// person or the domain that it tells of.
func (s *Service) letter(ctx context.Context, kind message.Kind, o *account.Organisation, about, by string, details map[string]string, to ...string) ([]store.Effect, error) {
	docs, err := s.People.GetSome(ctx, to)
	if err != nil {
		return nil, err
	}
	if details == nil {
		details = map[string]string{}
	}
	details[message.DetailOrganisation] = o.Name
	if strings.HasPrefix(by, store.ActorCommand) {
		by = "" // administrators decide on what becomes uncertain
	}
	var out []store.Effect
	now := s.Now().UTC()
	for _, d := range docs {
		effects, err := Notify(&d.Value, message.Order{
			Key:    message.Key{Kind: kind, Object: o.ID, Version: event(about, now)},
			Sender: by, Details: details, QueuedAt: now,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, effects...)
	}
	return out, nil
}

// event numbers what a letter tells: another time, or another person at the same time,
// is another letter of the organisation.
func event(about string, at time.Time) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", about, at.UnixMilli()))
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1) // #nosec G115 -- 63 bits
}

// shown is how the letters of an organisation call a person of it.
func (s *Service) shown(ctx context.Context, person string) (string, error) {
	d, err := s.People.Get(ctx, person)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil // an administrator by command: the letter says that the portal did it
	}
	return d.Value.Shown(), err
}

// roleWords names roles within a sentence.
func roleWords(roles []account.Role, manager bool) string {
	var out []string
	for _, r := range roles {
		out = append(out, lowerFirst(r.Label()))
	}
	if manager {
		out = append(out, "gestionnaire de l’organisation")
	}
	return strings.Join(out, ", ")
}

// lowerFirst makes a label a part of a sentence.
func lowerFirst(label string) string {
	first, rest, _ := strings.Cut(label, " ")
	if rest == "" {
		return strings.ToLower(label)
	}
	return strings.ToLower(first) + " " + rest
}

// rolesChanged are the fields of an audit line that say what a member is.
func rolesChanged(before, after *account.Member) []store.Changed {
	roles, manager := store.Changed{Field: "roles"}, store.Changed{Field: "manager"}
	if before != nil {
		roles.Before, manager.Before = before.Roles, before.Manager
	}
	if after != nil {
		roles.After, manager.After = after.Roles, after.Manager
	}
	return []store.Changed{roles, manager}
}

// memberOf copies a member as it is now, nil when the person is none.
func memberOf(o *account.Organisation, person string) *account.Member {
	m := o.Member(person)
	if m == nil {
		return nil
	}
	c := *m
	c.Roles = slices.Clone(m.Roles)
	return &c
}

// roomFor refuses one organisation more than a person may belong to.
func (s *Service) roomFor(ctx context.Context, person string) error {
	list, err := s.Organisations.Of(ctx, person)
	if err == nil && len(list) >= store.MaxOrganisationsOf {
		return account.Fault("Une personne est membre de 50 organisations au plus.")
	}
	return err
}

// Bounds of what one person sets off by mail in a quarter of an hour.
const (
	PerInviting = 40
	PerAsking   = 10
)

// countSending counts what makes the portal write to others.
func (s *Service) countSending(ctx context.Context, what, person string, limit int) error {
	wait, err := s.count(ctx, sendingCounter(what, person), limit)
	if err == nil && wait > 0 {
		return &TooManyError{Wait: wait.Round(time.Second)}
	}
	return err
}

func sendingCounter(what, whom string) string { return what + ":" + whom }
