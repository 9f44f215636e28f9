package app

import (
	"context"
	"net"
	"net/url"
	"time"

	"sourcier/internal/gathering"
	"sourcier/internal/mail"
	"sourcier/internal/mail/bounce"
	"sourcier/internal/message"
	"sourcier/internal/store"
	"sourcier/views/layout"
)

// Works on mails, each by one portal of a store at a time.
const (
	mailLease  = "mail"
	inboxLease = "inbox"
	// mailRetry is how long after another portal had the lease, or after a failure,
	// this one asks again.
	mailRetry = 5 * time.Second
	// sendersAtOnce is how many mails are on their way at once.
	sendersAtOnce = 4
	// localFrom is where mails come from that leave the portal for its own page alone.
	localFrom = "sourcier@localhost"
)

// composer writes the letters of the portal.
func (a *App) composer() mail.Composer {
	c := mail.Composer{
		BaseURL: a.Config.BaseURL, Portal: layout.Site, From: a.Config.MailFrom, Contact: a.Config.ContactEmail, Verp: a.Config.InboxIMAP != "", Tokens: a.People.Secret,
	}
	if c.From == "" {
		c.From = localFrom
	}
	return c
}

// readsLocally reports whether mails are read on the portal itself: there is no
// server, and nobody but this machine reaches the portal.
func (a *App) readsLocally(bound net.Addr) bool {
	tcp, ok := bound.(*net.TCPAddr)
	return a.Config.SMTP == "" && a.Config.onThisMachine() && ok && tcp.IP.IsLoopback()
}

// sender brings mails to the server, or to the page of this machine. nil when there
// is neither: then they stay queued, and no state says that somebody could read them.
func (a *App) sender(local bool) (*mail.Sender, error) {
	s := &mail.Sender{
		Messages: a.People.Messages, Suppressions: a.People.Suppressions, Composer: a.composer(),
		Connect: func() mail.Transport { return mail.Local{Now: a.Now} }, Parallel: 1, Reply: mail.DefaultTimeouts.Reply,
		Now: a.Now, Log: a.Log, Observe: a.metrics.Mail, Stale: a.Gathering.Stale,
	}
	if a.Config.SMTP == "" {
		if !local {
			return nil, nil
		}
		return s, nil
	}
	server, err := mail.ParseSMTP(a.Config.SMTP)
	if err != nil {
		return nil, err
	}
	hello := "localhost"
	if base, err := url.Parse(a.Config.BaseURL); err == nil {
		hello = base.Hostname()
	}
	s.Connect = func() mail.Transport { return mail.NewSMTP(server, hello, a.Now) }
	s.Parallel, s.PerMinute = sendersAtOnce, a.Config.MailPerMinute
	return s, nil
}

// mails sends what is queued and reads the reports of what did not arrive, until
// ctx ends.
func (a *App) mails(ctx context.Context, local bool) error {
	sender, err := a.sender(local)
	if err != nil {
		return err
	}
	if sender == nil {
		a.Log.Warn("no mail is sent: SOURCIER_SMTP is empty, and the listener is not on loopback alone, so that there is no mailbox page either")
		return nil
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.readReports(ctx)
	}()
	a.keepDoing(ctx, mailLease, sender.Run)
	<-done
	return nil
}

// readReports reads the mailbox of the portal when there is one.
func (a *App) readReports(ctx context.Context) {
	if a.Config.InboxIMAP == "" {
		return
	}
	server, err := mail.ParseIMAP(a.Config.InboxIMAP)
	if err != nil { // LoadConfig refused it
		a.Log.Error("inbox", "err", err)
		return
	}
	reader := &bounce.Reader{Server: server, Plain: server.Plain(), Messages: a.People.Messages, Suppressions: a.People.Suppressions, Tokens: a.People.Secret, Now: a.Now, Log: a.Log, Answered: a.calendarAnswer}
	a.keepDoing(ctx, inboxLease, func(ctx context.Context) error { reader.Run(ctx); return nil })
}

// calendarAnswer keeps what a calendar program has answered to an invitation.
func (a *App) calendarAnswer(ctx context.Context, in bounce.Answer) error {
	return a.Gathering.CalendarReply(ctx, gathering.Inbox{Guest: in.Guest, Proof: in.Proof, UID: in.Reply.UID, Sequence: in.Reply.Sequence, Comes: in.Reply.Comes})
}

// keepDoing does a work under its lease until ctx ends: when another portal does it,
// this one waits for its turn.
func (a *App) keepDoing(ctx context.Context, name string, work func(context.Context) error) {
	for ctx.Err() == nil {
		begun := false
		err := a.underLease(ctx, name, func(ctx context.Context) error {
			begun = true
			return work(ctx)
		})
		if err != nil && begun && ctx.Err() == nil {
			a.Log.Error(name, "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(mailRetry):
		}
	}
}

// gaugeMessages tells how many messages wait for something: sent and refused ones
// grow for ever, and are counted as they come about.
func (a *App) gaugeMessages() {
	for _, state := range []message.State{message.Queued, message.Leased, message.Uncertain} {
		a.metrics.Gauge(`sourcier_messages{state="`+string(state)+`"}`, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			n, err := a.People.Messages.CountLookup(ctx, store.MessagesIn(state))
			if err != nil {
				return -1 // not known
			}
			return float64(n)
		})
	}
}
