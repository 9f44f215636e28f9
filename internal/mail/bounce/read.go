package bounce

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"sourcier/internal/mail"
	"sourcier/internal/message"
	"sourcier/internal/store"
)

const (
	// readEvery is how often the mailbox is looked at.
	readEvery = 5 * time.Minute
	// roundTime bounds one look, with its connection.
	roundTime = 2 * time.Minute
	// roundSize bounds the mails looked at in one round; the others wait for the next.
	roundSize = 200
	// readSize bounds what is read of a report, in bytes: what counts stands first.
	readSize = 256 << 10
)

// Reader reads the delivery reports of a mailbox.
type Reader struct {
	Server       mail.Server
	TLS          *tls.Config // nil = the authorities of the system
	Plain        bool        // speaks without TLS, to a server on this machine
	Messages     *store.Messages
	Suppressions *store.Suppressions
	Tokens       mail.Tokens // those of the letters
	// Answered is told what a calendar program has answered for a guest of an event; nil =
	// such mails are left for people.
	Answered func(context.Context, Answer) error
	Now      func() time.Time
	Log      *slog.Logger

	// What stood in the mailbox and is no report: it is for people, and stays
	// unread. It is looked at once a run.
	validity uint32
	after    imap.UID
}

// Run reads until ctx ends. A failure is logged and tried again at the next turn.
func (r *Reader) Run(ctx context.Context) {
	tick := time.NewTicker(readEvery)
	defer tick.Stop()
	failing := false
	for {
		n, err := r.Once(ctx)
		if ctx.Err() != nil {
			return
		}
		if n > 0 {
			r.Log.Info("delivery reports read", "bounced", n)
		}
		if err != nil && !failing {
			r.Log.Warn("delivery reports not read", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Once reads what has come and tells how many messages bounced. A report is marked
// as read once what it says is stored, or when it says nothing that can be used: so it
// is read again after a failure of the store, and never for ever.
func (r *Reader) Once(ctx context.Context) (bounced int, err error) {
	ctx, cancel := context.WithTimeout(ctx, roundTime)
	defer cancel()
	client, err := r.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = client.Close() }()
	if err := client.Login(r.Server.User, r.Server.Password).Wait(); err != nil {
		return 0, errors.New("the mailbox refuses user or password") // the reply may repeat them
	}
	box, err := client.Select("INBOX", nil).Wait()
	if err != nil {
		return 0, fmt.Errorf("select: %w", err)
	}
	if box.UIDValidity != r.validity {
		r.validity, r.after = box.UIDValidity, 0
	}
	uids, err := r.fresh(client)
	if err != nil || len(uids) == 0 {
		return 0, err
	}
	reports, err := r.reports(client, uids)
	if err != nil {
		return 0, err
	}
	for _, uid := range reports {
		if err := ctx.Err(); err != nil {
			return bounced, err
		}
		one, err := r.read(ctx, client, uid)
		if err != nil {
			return bounced, err
		}
		bounced += one
	}
	r.after = uids[len(uids)-1]
	return bounced, client.Logout().Wait()
}

// dial connects; the connection ends with ctx.
func (r *Reader) dial(ctx context.Context) (*imapclient.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.Server.Address())
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.TLS != nil {
		config = r.TLS.Clone()
	}
	config.ServerName = r.Server.Host
	options := &imapclient.Options{TLSConfig: config}
	switch {
	case r.Server.TLS:
		return imapclient.New(tls.Client(conn, config), options), nil
	case r.Plain:
		return imapclient.New(conn, options), nil
	}
	client, err := imapclient.NewStartTLS(conn, options)
	if err != nil {
		_ = conn.Close()
	}
	return client, err
}

// fresh lists mails that are unread and were not looked at in this run, the oldest
// first.
func (r *Reader) fresh(client *imapclient.Client) ([]imap.UID, error) {
	var above imap.UIDSet
	above.AddRange(r.after+1, 0) // 0 = the newest
	found, err := client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}, UID: []imap.UIDSet{above}}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool { return uid <= r.after }) // « 9:* » holds the newest even below 9
	slices.Sort(uids)
	return uids[:min(len(uids), roundSize)], nil
}

// reports picks the delivery reports, by a header each.
func (r *Reader) reports(client *imapclient.Client, uids []imap.UID) ([]imap.UID, error) {
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: append([]string{"Content-Type"}, addressed...), Peek: true}
	list, err := client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return nil, fmt.Errorf("fetch headers: %w", err)
	}
	var out []imap.UID
	for _, m := range list {
		fields := fieldsOf(string(bytes.ReplaceAll(bodyOf(m), []byte("\r\n"), []byte("\n"))))
		if IsReport(fields["content-type"]) || r.Answered != nil && toGuest(fields) {
			out = append(out, m.UID)
		}
	}
	slices.Sort(out)
	return out, nil
}

// read reads one report, stores what it says and marks it as read.
func (r *Reader) read(ctx context.Context, client *imapclient.Client, uid imap.UID) (bounced int, err error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Offset: 0, Size: readSize}}
	list, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	var refused *imap.Error
	if errors.As(err, &refused) {
		r.Log.Warn("a delivery report cannot be fetched", "uid", uid, "err", err) // one that the server cannot read keeps no other
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("fetch: %w", err)
	}
	for _, m := range list {
		yes, err := r.take(ctx, uid, bodyOf(m))
		if errors.Is(err, errPersonal) {
			return bounced, nil
		}
		if err != nil {
			return bounced, err
		}
		if yes {
			bounced++
		}
	}
	flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	if err := client.Store(imap.UIDSetNum(uid), flags, nil).Close(); err != nil {
		return bounced, fmt.Errorf("mark: %w", err)
	}
	return bounced, nil
}

// errPersonal is of a mail that somebody has written to the address: it stays for people.
var errPersonal = errors.New("neither a report nor an answer")

// take does what a mail says, the answer of a calendar program or a report, and tells
// whether a message bounced by it.
func (r *Reader) take(ctx context.Context, uid imap.UID, body []byte) (bool, error) {
	answer, err := ParseAnswer(bytes.NewReader(body))
	if err == nil && r.Answered != nil {
		return false, r.Answered(ctx, answer)
	}
	report, err := Parse(bytes.NewReader(body))
	if errors.Is(err, ErrNoReport) && answer.Guest != "" {
		return false, errPersonal
	}
	if err != nil {
		r.Log.Warn("a delivery report cannot be read", "uid", uid)
		return false, nil
	}
	return r.Apply(ctx, report)
}

// bodyOf is the section of a mail that was asked for, the only one: servers differ
// in how they name a part of it.
func bodyOf(m *imapclient.FetchMessageBuffer) []byte {
	if len(m.BodySection) == 0 {
		return nil
	}
	return m.BodySection[0].Bytes
}

// Apply writes down what a report says, and tells whether a message bounced by it.
// Reports of a delay, of messages unknown or erased, and what was said before change
// nothing.
func (r *Reader) Apply(ctx context.Context, report Report) (bool, error) {
	id, ours := mail.ReadReference(r.Tokens, report.Reference)
	if !report.Failed || !ours {
		return false, nil
	}
	now := r.Now()
	d, err := store.Update(ctx, r.Messages.Collection, id, func(m *message.Message) (store.Change, error) {
		return store.Change{}, m.Bounce(now, report.Diagnostic)
	})
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	said := errors.Is(err, message.ErrImpossible) // before, or of a message that was not sent
	if err != nil && !said {
		return false, err
	}
	m := d.Value
	if mail.Gone(report.Status) && m.ToHash != "" && !m.BouncedAt.IsZero() { // also when only this failed the last time
		if err := r.Suppressions.Suppress(ctx, m.ToHash, report.Status, now); err != nil {
			return false, err
		}
	}
	if !said {
		r.Log.Info("mail", "id", d.ID, "kind", m.Kind, "outcome", "bounced", "enhanced", report.Status)
	}
	return !said, nil
}
