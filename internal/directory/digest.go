package directory

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/message"
	"sourcier/internal/people"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// newsOf is what a search has for one person.
type newsOf struct {
	search buyer.Search
	known  *buyer.Known
	since  int // the last news before the person followed it
}

// tellAll writes to everybody who follows a search with news, once a day.
func (d *Desk) tellAll(ctx context.Context, day structure.Date, now time.Time) (queued int, err error) {
	waiting := map[string][]newsOf{}
	err = d.eachFollowed(ctx, func(s *buyer.Search) error {
		doc, err := d.Known.Get(ctx, s.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && len(doc.Value.News) == 0 {
			return nil
		}
		known := doc.Value
		known.Here, known.Gone = nil, nil // what is told is enough: many wait at once
		for _, f := range s.Followers {
			waiting[f.Person] = append(waiting[f.Person], newsOf{*s, &known, f.Since})
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, person := range slices.Sorted(maps.Keys(waiting)) {
		told, err := d.tell(ctx, person, waiting[person], day, now)
		if err != nil {
			return queued, err
		}
		if told {
			queued++
		}
	}
	return queued, nil
}

// tell writes one digest: that the person was told, and the mail, are one write.
func (d *Desk) tell(ctx context.Context, person string, news []newsOf, day structure.Date, now time.Time) (told bool, err error) {
	_, err = store.UpdateOrInsert(ctx, d.Digests, person, func(g *buyer.Digest) (store.Change, error) {
		told = false
		if g.Day >= day {
			return store.Change{}, buyer.ErrUnchanged
		}
		p, err := d.People.People.Get(ctx, person)
		if errors.Is(err, store.ErrNotFound) || err == nil && !p.Value.Active() {
			return store.Change{}, buyer.ErrUnchanged
		}
		if err != nil {
			return store.Change{}, err
		}
		parts, upTo, err := d.parts(ctx, &p.Value, g.Told, news)
		if err != nil {
			return store.Change{}, err
		}
		if len(parts) == 0 {
			return store.Change{}, buyer.ErrUnchanged
		}
		g.Person, g.Day, g.Told = person, day, upTo
		effects, err := d.letter(&p.Value, parts, day, now)
		told = len(effects) > 0
		return store.Change{Effects: effects, At: now.UTC()}, err
	})
	d.passed("told")
	return told && err == nil, settled(err)
}

// alertPart is what a letter says of one search.
type alertPart struct {
	search  buyer.Search
	total   int
	lines   []string // of the structures named
	trouble buyer.Trouble
}

// parts are what a person has not been told, of searches that the person still sees,
// by name, and the newest of each search. Structures that several searches find are
// named once.
func (d *Desk) parts(ctx context.Context, p *account.Person, told map[string]int, news []newsOf) (out []alertPart, upTo map[string]int, err error) {
	members, err := d.People.MembershipsOf(ctx, p.ID)
	if err != nil {
		return nil, nil, err
	}
	upTo = map[string]int{}
	slices.SortFunc(news, func(a, b newsOf) int {
		return cmp.Or(strings.Compare(territory.Fold(a.search.Name), territory.Fold(b.search.Name)), strings.Compare(a.search.ID, b.search.ID))
	})
	named := map[string]bool{}
	for _, n := range news {
		upTo[n.search.ID] = n.known.Seq
		total, ids, trouble := n.known.Since(max(told[n.search.ID], n.since))
		if total == 0 && trouble == "" || !stillSees(&n.search, p.ID, members) {
			continue
		}
		part := alertPart{search: n.search, total: total, trouble: trouble}
		if err := d.name(ctx, &part, ids, named); err != nil {
			return nil, nil, err
		}
		if part.total > 0 || part.trouble != "" {
			out = append(out, part)
		}
	}
	return out, upTo, nil
}

// stillSees reports whether a follower may see the search at this moment.
func stillSees(s *buyer.Search, person string, members []people.Membership) bool {
	if !s.Shared() {
		return s.Person == person
	}
	return slices.ContainsFunc(members, func(m people.Membership) bool {
		return s.Sees(buyer.Member{Person: person, Organisation: m.Organisation, Kind: m.Kind, Role: m.Role})
	})
}

// name gives a part its structures, MaxFound in the whole letter; one that has left
// the directory since, or is shown no more, is not counted.
func (d *Desk) name(ctx context.Context, part *alertPart, ids []string, named map[string]bool) error {
	docs, err := d.Structures.GetSome(ctx, ids)
	if err != nil {
		return err
	}
	there := map[string]*structure.Structure{}
	for i := range docs {
		there[docs[i].ID] = &docs[i].Value
	}
	for _, id := range ids {
		v := there[id]
		if v == nil || v.Closed || !v.Shown() {
			part.total--
			continue
		}
		if named[id] || len(named) >= buyer.MaxFound {
			continue
		}
		named[id] = true
		part.lines = append(part.lines, message.AlertLine(message.AlertStructure, id, cutLetters(v.Name), cutLetters(d.Describe(v))))
	}
	return nil
}

// maxAlertWord bounds a name in a letter, so that what a part may hold is never cut.
const maxAlertWord = 70

func cutLetters(s string) string {
	letters := []rune(s)
	if len(letters) <= maxAlertWord {
		return s
	}
	return string(letters[:maxAlertWord-1]) + "…"
}

// letter is the digest of a day: its key is the person and the day, so that whatever
// writes it once more writes the same mail.
func (d *Desk) letter(p *account.Person, parts []alertPart, day structure.Date, now time.Time) ([]store.Effect, error) {
	details := map[string]string{message.DetailDay: string(day)}
	for i, part := range parts {
		if i == message.MaxAlertParts {
			details[message.DetailMore] = strconv.Itoa(len(parts) - i)
			break
		}
		var text strings.Builder
		switch part.trouble {
		case buyer.Unreadable:
			text.WriteString(message.AlertLine(message.AlertUnreadable, part.search.ID, part.search.Name))
		case buyer.TooWide:
			text.WriteString(message.AlertLine(message.AlertWide, part.search.ID, part.search.Name))
		}
		if part.total > 0 {
			text.WriteString(message.AlertLine(message.AlertSearch, part.search.ID, part.search.Name, strconv.Itoa(part.total)))
			text.WriteString(strings.Join(part.lines, ""))
		}
		details[message.DetailAlert(i+1)] = text.String()
	}
	version, err := strconv.ParseInt(strings.ReplaceAll(string(day), "-", ""), 10, 64)
	if err != nil {
		return nil, err
	}
	return people.Notify(p, message.Order{Key: message.Key{Kind: message.Alert, Object: p.ID, Version: version}, Details: details, QueuedAt: now})
}
