// Package bounce reads delivery reports (RFC 3464) from the mailbox of the portal and
// writes down which messages did not arrive.
package bounce

import (
	"errors"
	"io"
	"net/mail"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// ErrNoReport is answered for a mail that is no delivery report, or one that cannot
// be read.
var ErrNoReport = errors.New("not a delivery report")

// Report is what a delivery report says of one message of the portal.
type Report struct {
	Reference  string // of the message, "" when the report does not name one
	Failed     bool   // it did not arrive, and will not
	Status     string // RFC 3463, "5.1.1"
	Diagnostic string // what the server said
}

// Limits of what is read: reports are written by strangers.
const (
	maxParts  = 10
	maxStatus = 64 << 10 // bytes of a delivery-status part
	maxFields = 200
	maxHeader = 64 << 10 // bytes of headers
)

// The reference of a message (mail.Reference) stands in the address that the report was
// sent to (VERP), portail+REFERENCE@…, or in the Message-ID of what comes back,
// <REFERENCE@…>. Only who has the mail knows it: nothing else of a report is believed,
// since everybody can write one.
var (
	verp      = regexp.MustCompile(`\+([a-z2-7]{44})@`)
	messageID = regexp.MustCompile(`^\s*<([a-z2-7]{44})@[^<>@\s]+>\s*$`)
)

// IsReport reports whether a header announces a delivery report.
func IsReport(contentType string) bool {
	var h message.Header
	h.Set("Content-Type", contentType)
	media, params, err := h.ContentType()
	return err == nil && strings.EqualFold(media, "multipart/report") &&
		(params["report-type"] == "" || strings.EqualFold(params["report-type"], "delivery-status"))
}

// Parse reads a report. ErrNoReport.
func Parse(r io.Reader) (Report, error) {
	entity, err := message.ReadWithOptions(r, &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if unreadable(entity, err) || !IsReport(entity.Header.Get("Content-Type")) {
		return Report{}, ErrNoReport
	}
	parts := entity.MultipartReader()
	if parts == nil {
		return Report{}, ErrNoReport
	}
	var report Report
	found := false
	for range maxParts {
		part, err := parts.NextPart()
		if unreadable(part, err) {
			break // the end, or a report that was cut: what came counts
		}
		media, _, _ := part.Header.ContentType()
		switch strings.ToLower(media) {
		case "message/delivery-status", "message/global-delivery-status":
			found = report.status(part.Body) || found
		case "message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global", "message/global-headers":
			report.original(part.Body)
		}
	}
	report.addressed(entity.Header)
	if !found {
		return Report{}, ErrNoReport
	}
	return report, nil
}

// addressed are the fields that say which address a mail was sent to, the surest first.
var addressed = []string{"Delivered-To", "X-Original-To", "Envelope-To", "To"}

// unreadable tells a part that cannot be read from one in an encoding unknown, of
// which the names of fields can be.
func unreadable(e *message.Entity, err error) bool {
	return e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)
}

// status reads the blocks of a delivery-status part: one on the message, one for
// each recipient. Messages of the portal have one; of several, one that failed counts.
func (r *Report) status(body io.Reader) (found bool) {
	text, _ := io.ReadAll(io.LimitReader(body, maxStatus)) // what could be decoded counts
	for block := range strings.SplitSeq(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n") {
		fields := fieldsOf(block)
		action := strings.ToLower(fields["action"])
		if action == "" {
			continue
		}
		found = true
		if action == "failed" && !r.Failed {
			r.Failed = true
			r.Status = statusCode.FindString(fields["status"])
			_, said, typed := strings.Cut(fields["diagnostic-code"], ";")
			if !typed {
				said = fields["diagnostic-code"]
			}
			r.Diagnostic = strings.TrimSpace(said)
		}
	}
	return found
}

var statusCode = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)

// fieldsOf reads the fields of a block, by name in lower case; the first of a name
// counts.
func fieldsOf(block string) map[string]string {
	fields, last := map[string]string{}, ""
	for line := range strings.SplitSeq(block, "\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && last != "" {
			fields[last] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if last = ""; !ok || len(fields) >= maxFields {
			continue
		}
		if _, there := fields[name]; !there {
			fields[name], last = strings.TrimSpace(value), name
		}
	}
	return fields
}

// original reads the Message-ID of the mail that comes back.
func (r *Report) original(body io.Reader) {
	text, _ := io.ReadAll(io.LimitReader(body, maxHeader))
	head, _, _ := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n")
	if m := messageID.FindStringSubmatch(fieldsOf(head)["message-id"]); m != nil && r.Reference == "" {
		r.Reference = m[1]
	}
}

// addressed reads the address that the report was sent to, which is surer than what
// it holds.
func (r *Report) addressed(h message.Header) {
	for _, name := range addressed {
		address := h.Get(name)
		if parsed, err := mail.ParseAddress(address); err == nil {
			address = parsed.Address
		}
		if m := verp.FindStringSubmatch(address); m != nil {
			r.Reference = m[1]
			return
		}
	}
}
