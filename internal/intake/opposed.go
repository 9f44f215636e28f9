package intake

import (
	"context"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

// opposed reports whether one of the numbers is on the opposition list.
func (s *session) opposed(numbers ...string) bool { return s.opposedBy(numbers...) != "" }

// opposedBy gives the first number that is on the opposition list, "" when none is.
func (s *session) opposedBy(numbers ...string) string {
	if s.imp.opts.Objects == nil {
		return ""
	}
	if i := slices.IndexFunc(numbers, s.imp.opts.Objects); i >= 0 {
		return numbers[i]
	}
	return ""
}

// seek finds the structure of a draft; out tells that the draft is left out, since
// one of the two is on the opposition list.
func (w *writer) seek(ctx context.Context, b *batch, d *Draft) (m match, out bool, err error) {
	if out, err = w.keepOut(ctx, b, d); out || err != nil {
		return m, out, err
	}
	if m, err = b.match(ctx, d); err != nil || m.work == nil {
		return m, false, err
	}
	if from := w.session.opposedBy(m.work.doc.Value.Numbers()...); from != "" {
		return m, true, w.oust(ctx, m.work, d, from)
	}
	return m, false, nil
}

// keepOut leaves out a draft about somebody who is on the opposition list, and a
// row without a number that bears the name of one: it would be taken for a namesake.
func (w *writer) keepOut(ctx context.Context, b *batch, d *Draft) (out bool, err error) {
	numbers := (&structure.Structure{SIRET: d.SIRET, FINESS: d.FINESS}).Numbers()
	from := w.session.opposedBy(numbers...)
	switch {
	case from != "":
		return true, w.leaveOut(ctx, b, d, from)
	case len(numbers) == 0 && w.session.opposed(d.Facts.NameKeys()...):
		d.reject(w.session, "nom, code_postal", matchValue(d),
			"nom et code postal d’une fiche retirée sur opposition : donner le SIRET s’il s’agit d’une autre structure")
		return true, nil
	}
	return false, nil
}

// leaveOut skips a draft. When it tells the FINESS number of a SIRET that is on the
// list, the number follows it there, and a sheet that was known by it alone goes.
// That does not depend on which of the two comes first. The SIRET of a FINESS number
// does not follow: others may share it.
func (w *writer) leaveOut(ctx context.Context, b *batch, d *Draft, from string) error {
	if d.FINESS == "" || strings.HasPrefix(from, "finess:") {
		d.part.report.skip(SkipObjection)
		return nil
	}
	found, err := b.find(ctx, "finess:"+d.FINESS)
	if err != nil {
		return err
	}
	known := first(found)
	switch {
	case known == nil:
		d.part.report.skip(SkipObjection)
		return w.follow(ctx, from, "finess:"+d.FINESS)
	case known.doc.Value.SIRET != "" && !w.session.opposed(known.doc.Value.Numbers()...):
		d.part.report.skip(SkipObjection) // another source gives the sheet another SIRET
		return nil
	}
	return w.oust(ctx, known, d, from)
}

// oust withdraws a sheet because of a number that is on the opposition list, and
// has its FINESS number and its names follow.
func (w *writer) oust(ctx context.Context, work *work, d *Draft, from string) error {
	for _, earlier := range work.drafts {
		if earlier.outcome == created {
			earlier.outcome = opposed
		}
	}
	work.gone, d.outcome = true, opposed
	work.drafts = append(work.drafts, d)
	follow := work.doc.Value.NameKeys()
	if work.doc.Value.FINESS != "" {
		follow = append(follow, "finess:"+work.doc.Value.FINESS)
	}
	return w.follow(ctx, from, follow...)
}

func (w *writer) follow(ctx context.Context, from string, numbers ...string) error {
	if w.session.imp.opts.Follow == nil {
		return nil
	}
	if err := w.session.imp.opts.Follow(ctx, from, numbers...); err != nil {
		return &storeError{err}
	}
	return nil
}
