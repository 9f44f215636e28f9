package people

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/store"
)

// JournalLine is an audit line as people read it.
type JournalLine struct {
	store.AuditLine
	Words      string // what was done, in French
	Who        string // who did it, by the name of now
	About      string // the person whom it is about, "" for none
	Object     string // which document it changed
	Fields     []JournalField
	Unreadable bool // what changed cannot be read any more: damaged, or sealed with another key of the portal
}

// JournalField is what a line says of one field.
type JournalField struct {
	Label         string
	Before, After string // "" = nothing
	Erased        bool   // a personal value of somebody who was erased since
}

// JournalPage is some lines, newest first.
type JournalPage struct {
	Lines []JournalLine
	Next  string
}

// Journal reads audit lines for people.
func (s *Service) Journal(ctx context.Context, f store.AuditFilter, after string, limit int) (JournalPage, error) {
	page, err := s.Audit.Page(ctx, f, after, limit)
	if err != nil {
		return JournalPage{}, err
	}
	names, err := s.namesIn(ctx, page.Lines)
	if err != nil {
		return JournalPage{}, err
	}
	out := JournalPage{Next: page.Next}
	for _, line := range page.Lines {
		l, err := s.journalLine(ctx, line, names)
		if err != nil {
			return JournalPage{}, err
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}

// MaxJournal bounds what one export of the journal holds.
const MaxJournal = 50_000

// ErrJournalTooLong is said of an export beyond it.
const ErrJournalTooLong = account.Fault("Le journal a plus de 50 000 lignes pour ce choix : exportez moins de jours à la fois.")

// ExportJournal tells every line of a filter, newest first, and how many there are.
func (s *Service) ExportJournal(ctx context.Context, f store.AuditFilter, tell func(JournalLine) error) (n int, err error) {
	for after := ""; ; {
		page, err := s.Journal(ctx, f, after, store.MaxAuditPage)
		if err != nil {
			return n, err
		}
		for _, line := range page.Lines {
			if n++; n > MaxJournal {
				return n, ErrJournalTooLong
			}
			if err := tell(line); err != nil {
				return n, err
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

// AuditExported is the What of the line that an export of the journal leaves.
const AuditExported = "audit.export"

// NoteExport writes down that the journal, or a part of it, left the portal.
func (s *Service) NoteExport(ctx context.Context, a account.Actor, f store.AuditFilter, lines int) error {
	if !a.Administrator {
		return account.ErrNotAllowed
	}
	patch, err := store.Patch(ctx, nil, store.Changed{Field: "lines", After: lines},
		store.Changed{Field: "from", Before: "", After: string(f.From)}, store.Changed{Field: "to", Before: "", After: string(f.To)},
		store.Changed{Field: "collection", Before: "", After: f.Collection})
	if err != nil {
		return err
	}
	subject := f.Subject
	if subject == "" {
		subject = f.Actor
	}
	now := s.Now()
	return s.Audit.Note(ctx, store.AuditLine{
		Actor: a.Person, At: now, What: AuditExported, Subject: subject, Collection: store.AuditCollection, Document: account.NewID(), Patch: patch,
	})
}

// namesIn reads who is in the lines, by id.
func (s *Service) namesIn(ctx context.Context, lines []store.AuditLine) (map[string]string, error) {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.Actor, l.Subject)
	}
	return s.Names(ctx, ids)
}

// Names is how persons are called now, by id; who is not there is not in it.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	docs, err := s.People.GetSome(ctx, slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" }))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, d := range docs {
		out[d.ID] = d.Value.Shown()
	}
	return out, nil
}

// NoPerson is what the journal calls an actor that is no person, "" for a person.
func NoPerson(actor string) string {
	switch {
	case actor == store.ActorSystem:
		return "le portail"
	case actor == store.ActorVisitor:
		return "quelqu’un sans compte"
	case actor == store.ActorDemo:
		return "la démonstration"
	case strings.HasPrefix(actor, store.ActorImport):
		return "un import de fichiers"
	case strings.HasPrefix(actor, store.ActorCommand):
		return "l’exploitant, par une commande"
	}
	return ""
}

// Called is how the journal calls who did something.
func Called(names map[string]string, id string) string {
	if id == "" {
		return ""
	}
	return cmp.Or(names[id], NoPerson(id), "compte effacé")
}

func (s *Service) journalLine(ctx context.Context, line store.AuditLine, names map[string]string) (JournalLine, error) {
	l := JournalLine{
		AuditLine: line, Words: DoneWords(line.What), Who: Called(names, line.Actor), About: Called(names, line.Subject), Object: ObjectWords(line.Collection),
	}
	fields, err := store.ReadPatch(ctx, s.Keys, line.Patch)
	if errors.Is(err, store.ErrInvalid) || errors.Is(err, account.ErrSealed) {
		l.Unreadable = true
		return l, nil
	}
	for _, f := range fields {
		l.Fields = append(l.Fields, JournalField{Label: FieldWords(f.Field), Before: valueWords(f.Before), After: valueWords(f.After), Erased: f.Erased})
	}
	return l, err
}

// valueWords writes a value of a patch: texts, yes and no, lists, dates, and the codes
// that have words.
func valueWords(text json.RawMessage) string {
	var value any
	if len(text) == 0 || json.Unmarshal(text, &value) != nil {
		return ""
	}
	return wordsOf(value)
}
