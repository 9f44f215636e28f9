package sourcing

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sourcier/internal/structure"
	"sourcier/internal/survey"
)

// PastVersion is a questionnaire that was approved, and replaced since.
type PastVersion struct {
	Version    int       `json:"version"`
	ApprovedAt time.Time `json:"approved_at"`
	Packed     []byte    `json:"packed"` // its JSON under gzip
}

func pack(q *survey.Questionnaire) (PastVersion, error) {
	text, err := json.Marshal(q)
	if err != nil {
		return PastVersion{}, fmt.Errorf("questionnaire: %w", err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err = w.Write(text)
	if err = errors.Join(err, w.Close()); err != nil {
		return PastVersion{}, fmt.Errorf("questionnaire: %w", err)
	}
	return PastVersion{Version: q.Version, ApprovedAt: q.ApprovedAt, Packed: out.Bytes()}, nil
}

// Questionnaire reads it.
func (p *PastVersion) Questionnaire() (survey.Questionnaire, error) {
	var q survey.Questionnaire
	r, err := gzip.NewReader(bytes.NewReader(p.Packed))
	if err != nil {
		return q, fmt.Errorf("questionnaire: %w", err)
	}
	err = json.NewDecoder(io.LimitReader(r, maxUnpacked)).Decode(&q)
	return q, err
}

// Version is an approved version of the questionnaire, the newest or one before it.
// False when there is none of the number.
func (o *Operation) Version(n int) (survey.Questionnaire, bool) {
	if o.Approved != nil && o.Approved.Version == n {
		return *o.Approved, true
	}
	for i := range o.Past {
		if o.Past[i].Version == n {
			q, err := o.Past[i].Questionnaire()
			return q, err == nil
		}
	}
	return survey.Questionnaire{}, false
}

// maxDifference is how many letters of a difference are told in the ledger and by mail;
// the page of the questionnaire has all of it.
const maxDifference = 1400

// difference words what a version changes, for everybody.
func difference(before, after *survey.Questionnaire) string {
	lines := []string{fmt.Sprintf("Le questionnaire a changé : version %d.", after.Version)}
	letters, left := 0, 0
	for _, d := range survey.Differences(before, after) {
		line := "– " + d.Change.Label() + " : " + d.After
		switch d.Change {
		case survey.Removed:
			line = "– " + d.Change.Label() + " : " + d.Before
		case survey.Altered:
			line += " (avant : " + d.Before + ")"
		}
		if letters += len(line); letters > maxDifference {
			left++
			continue
		}
		lines = append(lines, line)
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("Et %d autres changements, à lire sur votre page.", left))
	}
	lines = append(lines, "La date limite reste la même pour tous. Une réponse déjà envoyée reste acquise ; vous pouvez la compléter.")
	return strings.Join(lines, "\n")
}

// DraftDifference is what everybody contacted will be told once the draft is approved,
// "" when there is nothing to tell.
func (o *Operation) DraftDifference() string {
	if o.Approved == nil || o.Draft == nil {
		return ""
	}
	next := *o.Draft
	next.Version = o.Approved.Version + 1
	return difference(o.Approved, &next)
}

// monthsInWords are as they are written; monthNames are as they are read, folded.
var monthsInWords = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Moment is an instant in French words, in Europe/Paris: « 14 décembre 2026 à 12 h 00 ».
func Moment(t time.Time) string {
	t = t.In(structure.Paris)
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d à %d\u00a0h\u00a0%02d", day, monthsInWords[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}

// DayMoment is Moment with the day of the week, by which people know whether they are free:
// « lundi 14 décembre 2026 à 12 h 00 ».
func DayMoment(t time.Time) string {
	return weekdays[(int(t.In(structure.Paris).Weekday())+6)%7] + " " + Moment(t)
}
