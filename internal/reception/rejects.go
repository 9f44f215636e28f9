package reception

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/intake"
	"sourcier/internal/store"
	"sourcier/internal/upload"
)

// Reject is a line that was left out, or a value of a line that was kept.
type Reject struct{ File, Line, Column, Value, Why string }

// ReportOf reads the report of a run; nil when it has none.
func ReportOf(r *upload.Run) *intake.Report {
	var out intake.Report
	if r == nil || len(r.Report) == 0 || json.Unmarshal(r.Report, &out) != nil {
		return nil
	}
	return &out
}

// rejectsFile is where the rejects of a run lie on this portal.
func (s *Service) rejectsFile(u *upload.Upload, trial bool) (string, error) {
	run, folder := u.Import, importFolder
	if trial {
		run, folder = u.Trial, trialFolder
	}
	report := ReportOf(run)
	if report == nil || report.Rejects == "" || u.Portal != s.portal {
		return "", store.ErrNotFound
	}
	return filepath.Join(s.folder(u.ID), folder, filepath.Base(report.Rejects)), nil
}

// Rejects reads the first lines of the rejects of a run, at most limit; none when they
// are elsewhere or gone.
func (s *Service) Rejects(u *upload.Upload, trial bool, limit int) (out []Reject, err error) {
	name, err := s.rejectsFile(u, trial)
	if err != nil {
		return nil, nil //nolint:nilerr // there are none here
	}
	f, err := os.Open(name) //nolint:gosec // in the data directory
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := csv.NewReader(f)
	in.Comma = ';'
	for len(out) <= limit {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(row) != 5 {
			return out, errors.Join(err, errors.New("a line of rejects cannot be read"))
		}
		out = append(out, Reject{row[0], row[1], row[2], strings.TrimPrefix(row[3], "'"), row[4]})
	}
	if len(out) > 0 {
		out = out[1:] // the heads
	}
	return out, nil
}

// OpenRejects gives the file of rejects to who asks, which is written down first.
// ErrNotFound when it is elsewhere or gone.
func (s *Service) OpenRejects(ctx context.Context, actor, id string, trial bool) (*os.File, error) {
	d, err := s.Uploads.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	name, err := s.rejectsFile(&d.Value, trial)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name) //nolint:gosec // in the data directory
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	patch, err := store.Patch(ctx, nil, store.Changed{Field: "files", After: filepath.Base(name)})
	if err == nil {
		err = s.Audit.Note(ctx, store.AuditLine{
			Actor: actor, At: s.Now(), What: "upload.rejects", Subject: actor, Collection: store.UploadCollection, Document: id, Version: d.Version, Patch: patch,
		})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// NewID is the id of an upload of the form with this token.
func NewID(once string) string {
	if once == "" {
		return account.NewID()
	}
	return strings.ToLower(once)
}
