package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sourcier/internal/account"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/internal/structure"
)

// Bounds of what is told, of each section. An export has more than anybody reaches but
// an administrator of many years; what is left out is said in Told.Truncated.
const (
	TellExport = 20_000
	TellPage   = 500
)

// telling gathers what is held on a person.
type telling struct {
	*Service
	p     *account.Person
	limit int
	out   *Told
}

// Tell gathers what is held on a person, limit of each section at most.
func (s *Service) Tell(ctx context.Context, person string, limit int) (*Told, error) {
	d, err := s.People.Get(ctx, person)
	if err != nil {
		return nil, err
	}
	p := &d.Value
	t := &telling{Service: s, p: p, limit: limit, out: &Told{
		Schema: ToldSchema, At: s.Now().UTC(), Truncated: []Cut{}, Sentences: toldSentences,
		Account: ToldAccount{
			ID: p.ID, Email: string(p.Email), Name: p.Name, Identities: notNil(p.Identities), NewEmail: p.NewEmail, Muted: notNil(p.Muted),
			Created: p.CreatedAt, Seen: p.SeenAt, SignedOut: p.SignedOutAt, Suspended: p.SuspendedAt, Warned: p.WarnedAt, LastVersion: d.Version,
		},
	}}
	for _, part := range []func(context.Context) error{
		t.organisations, t.connections, t.mails, t.reports, t.files, t.audit, t.more,
	} {
		if err := part(ctx); err != nil {
			return nil, fmt.Errorf("tell: %w", err)
		}
	}
	return t.out, nil
}

// notNil keeps null out of the JSON.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// first keeps the first of a section, and notes that there was more.
func first[T any](t *telling, section string, list []T) []T {
	if len(list) <= t.limit {
		return notNil(list)
	}
	t.out.Truncated = append(t.out.Truncated, Cut{
		Section: section, Kept: t.limit,
		Text: fmt.Sprintf("Cette partie s’arrête aux %d plus récents. Pour le reste, écrivez à l’équipe du portail.", t.limit),
	})
	return list[:t.limit]
}

func (t *telling) organisations(ctx context.Context) error {
	of, err1 := t.Organisations.Of(ctx, t.p.ID)
	asked, err2 := t.Organisations.AskedBy(ctx, t.p.ID)
	inviting, err3 := t.Organisations.Inviting(ctx, t.p.Email)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	t.out.Organisations, t.out.Requests, t.out.Invitations = []ToldMembership{}, []ToldRequest{}, []ToldInvitation{}
	for _, d := range of {
		if m := d.Value.Member(t.p.ID); m != nil {
			t.out.Organisations = append(t.out.Organisations, ToldMembership{d.ID, d.Value.Name, d.Value.Kind, m.Roles, m.Manager, m.Since, m.Covers})
		}
	}
	for _, d := range asked {
		for _, r := range d.Value.Requests {
			if r.Person == t.p.ID {
				t.out.Requests = append(t.out.Requests, ToldRequest{d.ID, d.Value.Name, r.At})
			}
		}
	}
	for _, d := range inviting {
		for _, i := range d.Value.Invitations {
			if i.Email.Key() == t.p.Email.Key() {
				t.out.Invitations = append(t.out.Invitations, ToldInvitation{d.ID, d.Value.Name, string(i.Email), i.Roles, i.Manager, i.By, i.At})
			}
		}
	}
	return nil
}

func (t *telling) connections(ctx context.Context) error {
	sessions, err1 := t.Sessions.Of(ctx, t.p.ID)
	asked, err2 := t.SignIns.Of(ctx, t.p.Email)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	t.out.Sessions, t.out.SignIns = []ToldSession{}, []ToldSignIn{}
	for _, d := range sessions {
		v := d.Value
		if v.Live(t.p, t.Now()) {
			t.out.Sessions = append(t.out.Sessions, ToldSession{v.Method, v.At, v.SeenAt, v.Browser, v.Network, v.Acting})
		}
	}
	for _, d := range asked {
		t.out.SignIns = append(t.out.SignIns, ToldSignIn{d.Value.At, d.Value.UsedAt, d.Value.Tries, d.Value.Next})
	}
	slices.SortFunc(t.out.Sessions, func(a, b ToldSession) int { return b.Seen.Compare(a.Seen) })
	slices.SortFunc(t.out.SignIns, func(a, b ToldSignIn) int { return b.At.Compare(a.At) })
	return nil
}

// mails: those of the account and, of before there was one, those of its address.
func (t *telling) mails(ctx context.Context) error {
	hash := message.AddressHash(t.p.Email.Key())
	received, seen := []ToldMail{}, map[string]bool{}
	for _, key := range []string{store.MessagesOf(t.p.ID), store.MessagesTo(hash)} {
		err := t.eachMessage(ctx, key, func(d store.Doc[message.Message]) error {
			if !seen[d.ID] {
				seen[d.ID] = true
				received = append(received, t.mail(&d.Value, true))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	caused := []ToldMail{}
	err := t.eachMessage(ctx, store.MessagesFrom(t.p.ID), func(d store.Doc[message.Message]) error {
		caused = append(caused, t.mail(&d.Value, seen[d.ID]))
		return nil
	})
	if err != nil {
		return err
	}
	newest := func(a, b ToldMail) int { return cmp.Or(b.Queued.Compare(a.Queued), cmp.Compare(a.ID, b.ID)) }
	slices.SortFunc(received, newest)
	slices.SortFunc(caused, newest)
	t.out.Received, t.out.Caused = first(t, "mails_received", received), first(t, "mails_caused", caused)
	refusal, err := t.Suppressions.Get(ctx, hash)
	if err == nil {
		t.out.Refusal = &ToldSuppression{refusal.Value.Since, refusal.Value.Reason, refusal.Value.Lifted}
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// ofOthers are the details that another person wrote, or that name one.
var ofOthers = []string{message.DetailBy, message.DetailText}

func (t *telling) mail(m *message.Message, own bool) ToldMail {
	out := ToldMail{
		ID: m.ID, Kind: m.Kind, State: m.State(t.Now()), Queued: m.QueuedAt, Sent: m.SentAt, Refused: m.RefusedAt, Why: m.Why,
		Uncertain: m.UncertainAt, Bounced: m.BouncedAt, Scrubbed: m.ScrubbedAt, Decisions: m.Decisions,
	}
	if !own {
		out.ToPerson = m.Person // what servers answered names the address of another
		return out
	}
	out.To, out.Diagnostic, out.Attempts = m.To, m.Diagnostic, m.Attempts
	for name, value := range m.Details {
		if !slices.Contains(ofOthers, name) {
			if out.Details == nil {
				out.Details = map[string]string{}
			}
			out.Details[name] = value
		}
	}
	return out
}

func (t *telling) reports(ctx context.Context) error {
	docs, err := t.Reports.Pending(ctx)
	t.out.Reports = []ToldReport{}
	for _, d := range docs {
		if r := d.Value; wrote(r.Email, []account.Email{t.p.Email}) {
			t.out.Reports = append(t.out.Reports, ToldReport{structure.Reference(r.Ref), r.Structure, r.Reason, r.Text, r.Email, r.At})
		}
	}
	return err
}

func (t *telling) files(ctx context.Context) error {
	list, err := t.Blobs.Owned(ctx, BlobOwner(t.p.ID), t.limit+1)
	files := []ToldFile{}
	for _, b := range list {
		owner, _ := b.Owner(BlobOwner(t.p.ID))
		files = append(files, ToldFile{b.Hash, b.Size, owner.At})
	}
	t.out.Files = first(t, "files", files)
	return err
}

// errEnough ends a reading at the bound.
var errEnough = errors.New("enough")

// audit: the lines by the person and those about the person, each once, newest first.
func (t *telling) audit(ctx context.Context) error {
	lines := map[string]store.AuditLine{}
	for _, f := range []store.AuditFilter{{Actor: t.p.ID}, {Subject: t.p.ID}} {
		n := 0
		err := t.Audit.Export(ctx, f, func(line store.AuditLine) error {
			if n++; n > t.limit+1 {
				return errEnough
			}
			lines[line.ID] = line
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	all := make([]store.AuditLine, 0, len(lines))
	for _, line := range lines {
		all = append(all, line)
	}
	slices.SortFunc(all, func(a, b store.AuditLine) int { return cmp.Compare(a.ID, b.ID) }) // newest first, as they are kept
	t.out.Audit = []ToldChange{}
	for _, line := range first(t, "audit", all) {
		change, err := t.change(ctx, &line)
		if err != nil {
			return err
		}
		t.out.Audit = append(t.out.Audit, change)
	}
	return nil
}

func (t *telling) change(ctx context.Context, line *store.AuditLine) (ToldChange, error) {
	out := ToldChange{
		At: line.At, What: line.What, Actor: line.Actor, Subject: line.Subject,
		Collection: line.Collection, Document: line.Document,
	}
	fields, err := store.ReadPatch(ctx, t.Keys, line.Patch)
	for _, f := range fields {
		told := ToldField{Field: f.Field, Before: f.Before, After: f.After}
		if f.Person != "" && f.Person != t.p.ID {
			told = ToldField{Field: f.Field, Another: f.Person}
		}
		out.Fields = append(out.Fields, told)
	}
	return out, err
}

func (t *telling) more(ctx context.Context) error {
	for _, h := range t.Holders {
		list, err := h.Tell(ctx, t.p, t.limit+1)
		if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		if t.out.More == nil {
			t.out.More = map[string][]any{}
		}
		t.out.More[h.Name] = first(t, h.Name, list)
	}
	return nil
}
