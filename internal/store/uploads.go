package store

import (
	"context"

	"sourcier/internal/upload"
)

// UploadCollection is where files sent from a browser to be imported are told of.
const UploadCollection = "upload"

// Uploads is the collection of them. The files themselves lie on the disk of the
// portal that got them.
type Uploads struct {
	*Collection[upload.Upload]
}

var uploadCodec = Codec[upload.Upload]{
	Schema: 1,
	ID:     func(u *upload.Upload) string { return u.ID },
	Keys: func(u *upload.Upload) Keys {
		keys := []string{uploadsOf(u.Portal)}
		if u.Running() {
			keys = append(keys, runningUploads)
		}
		return Keys{Lookup: keys}
	},
}

const runningUploads = "running"

func uploadsOf(portal string) string { return "portal:" + portal }

// MaxUploads bounds those that are kept.
const MaxUploads = 1000

// OpenUploads opens it.
func OpenUploads(ctx context.Context, db DB) (*Uploads, error) {
	raw, err := db.Collection(ctx, UploadCollection)
	if err != nil {
		return nil, err
	}
	return &Uploads{NewCollection(raw, uploadCodec)}, nil
}

// On lists those whose files a portal got.
func (c *Uploads) On(ctx context.Context, portal string) ([]Doc[upload.Upload], error) {
	return c.FindLookup(ctx, uploadsOf(portal), MaxUploads)
}

// CountRunning is the number of trials and imports under way.
func (c *Uploads) CountRunning(ctx context.Context) (int64, error) {
	return c.CountLookup(ctx, runningUploads)
}
