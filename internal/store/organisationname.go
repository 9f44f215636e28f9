package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"sourcier/internal/account"
	"sourcier/internal/territory"
)

// Organisations are found by the beginnings of the words of their name: those of so
// many letters are keys. What is shorter finds a word that is no longer.
const (
	shortestName = 3
	longestName  = 10
	maxNameRead  = 200 // organisations that hold the longest word asked for
)

// nameKeys are the keys by which anybody finds an organisation to join: not one that
// is unconfirmed, closed, or the portal's own.
func nameKeys(o *account.Organisation) (keys []string) {
	if !o.Active() || o.Kind == account.KindPortal {
		return nil
	}
	for word := range strings.FieldsSeq(territory.Fold(o.Name)) {
		letters := []rune(word)
		for n := min(shortestName, len(letters)); n <= min(longestName, len(letters)); n++ {
			keys = append(keys, "name:"+string(letters[:n]))
		}
	}
	return keys
}

// Named lists at most limit organisations whose name has a word that begins with each
// word of the text, by name; more says that there are others.
func (c *Organisations) Named(ctx context.Context, text string, limit int) (list []Doc[account.Organisation], more bool, err error) {
	words := strings.Fields(territory.Fold(text))
	if len(words) == 0 {
		return nil, false, nil
	}
	longest := slices.MaxFunc(words, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
	letters := []rune(longest)
	list, err = c.FindLookup(ctx, "name:"+string(letters[:min(longestName, len(letters))]), maxNameRead)
	if err != nil {
		return nil, false, err
	}
	more = len(list) == maxNameRead
	list = slices.DeleteFunc(list, func(d Doc[account.Organisation]) bool { return !hasWords(d.Value.Name, words) })
	slices.SortFunc(list, func(a, b Doc[account.Organisation]) int {
		return strings.Compare(territory.Fold(a.Value.Name)+"\x00"+a.ID, territory.Fold(b.Value.Name)+"\x00"+b.ID)
	})
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, more, nil
}

// hasWords reports whether each of the words begins one of the name.
func hasWords(name string, words []string) bool {
	of := strings.Fields(territory.Fold(name))
	return !slices.ContainsFunc(words, func(w string) bool {
		return !slices.ContainsFunc(of, func(n string) bool { return strings.HasPrefix(n, w) })
	})
}
