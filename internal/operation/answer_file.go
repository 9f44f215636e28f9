package operation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sourcier/internal/picture"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/survey"
)

// Files of answers are stored first and named after, by a draft or a submission. What
// nothing names any more, or was stored and never named, SweepFiles lets go.

// answerOwner begins the names under which answers own files.
const answerOwner = "answer/"

// KeepFile stores a file for the answer that is about to name it.
func (s *Service) KeepFile(ctx context.Context, answer, name string, d picture.Document) (survey.Upload, error) {
	b, err := s.Blobs.Put(ctx, d.Content, store.BlobUpload{Owner: answerOwner + answer, Media: d.Media, Limit: picture.MaxFile})
	return survey.Upload{Hash: b.Hash, Name: uploadName(name, d.Media), Media: d.Media, Size: b.Size}, err
}

// maxUploadName is how many letters of the name of a file are kept.
const maxUploadName = 80

// uploadName is a name of a file as it can be shown and saved: one line, without a path,
// with the extension of what the file is.
func uploadName(name, media string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name = name[:dot]
	}
	letters := []rune(strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd || strings.ContainsRune(`"<>:|?*;`, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))))
	if len(letters) == 0 {
		letters = []rune("document")
	}
	return string(letters[:min(len(letters), maxUploadName)]) + picture.Extension(media)
}

// AnswerFile opens a file that an answer names. Who may have it is judged by who calls.
// store.ErrNotFound.
func (s *Service) AnswerFile(ctx context.Context, a *sourcing.Answer, hash string) (*store.BlobReader, survey.Upload, error) {
	up, ok := a.Upload(hash)
	if !ok {
		return nil, up, store.ErrNotFound
	}
	r, err := s.Blobs.Open(ctx, hash)
	if err != nil {
		return nil, up, err
	}
	if _, ok := r.Blob.Owner(answerOwner + a.ID); !ok {
		return nil, up, store.ErrNotFound
	}
	return r, up, nil
}

// SweepFiles releases the files that no answer names and that came before an age, and tells
// how many.
func (s *Service) SweepFiles(ctx context.Context, age time.Duration) (released int, err error) {
	return s.Blobs.ReleaseUnnamed(ctx, answerOwner, s.Now().Add(-age), func(ctx context.Context, id, hash string) (bool, error) {
		d, err := s.Answers.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		return slices.Contains(d.Value.Uploads(), hash), err
	})
}
