package store

import (
	"context"
	"slices"
)

// Archivable is what backup and restore ask of an adapter.
type Archivable interface {
	// Snapshot begins to read the whole store. The caller closes it.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Restoring is the note of a restore that has begun and not ended; "" when
	// there is none. A store in that state is not whole.
	Restoring(ctx context.Context) (string, error)
	// BeginRestore writes the note, then empties the store of everything but
	// leases, ephemeral collections included, and gives it a new identity: cursors of before answer ErrFeedGap.
	BeginRestore(ctx context.Context, note string) error
	// Load stores documents and tombstones of a collection as they are: id,
	// version, keys, pending effects. Of one id the highest version stays. A unique
	// key that an earlier document holds goes to the later, as in the store it was
	// read from; the earlier then waits to be loaded again, and its id is told.
	Load(ctx context.Context, collection string, batch []Envelope) (deprived []string, err error)
	// EndRestore removes the note.
	EndRestore(ctx context.Context) error
}

// Snapshot reads a whole store while others write.
//
// SQLite reads everything in one transaction, which is the state at one point.
// MongoDB servers have no such reading in common. There, documents are read as
// they pass, then Settle reads again those that changed since, in the order of
// the change feed: every write acknowledged before Settle began is in what was
// told, each document whole; one changed after that point may be told in its
// later state. No effect is lost on the way: while a snapshot is open and not
// settled, effects that were carried stay pending too (TrimPending does
// nothing), and carrying one twice does nothing.
type Snapshot interface {
	ChunkReader
	// Collections are the names of what is there but what Archived leaves out, sorted.
	Collections(ctx context.Context) ([]string, error)
	// Count is the number of documents and tombstones of a collection.
	Count(ctx context.Context, collection string) (int64, error)
	// Documents tells the documents and tombstones of a collection in batches.
	Documents(ctx context.Context, collection string, tell func([]Envelope) error) error
	// Settle tells again what changed since the snapshot began, and the date of
	// the point up to which everything was told, in ms since 1970. Once told a
	// second time, a document counts as told last. Afterwards only Chunk and
	// Documents of blobs may be asked.
	Settle(ctx context.Context, tell func(collection string, batch []Envelope) error) (point int64, err error)
	Close() error
}

// LeaseCollection is where leases lie. No backup holds it, and a restore, which
// holds a lease itself, leaves it alone.
const LeaseCollection = "lease"

// Collections of what lasts for minutes or weeks and must not come back with a
// backup: a session that a restore revived would undo a sign-out.
const (
	SessionCollection  = "session"
	SignInCollection   = "signin"
	ThrottleCollection = "throttle"
)

// Ephemeral names the collections that no backup holds and a restore empties.
func Ephemeral() []string {
	return []string{SessionCollection, SignInCollection, ThrottleCollection, ImportCollection}
}

// Archived tells whether backups hold a collection.
func Archived(name string) bool {
	return name != LeaseCollection && !slices.Contains(Ephemeral(), name)
}

// Bounds of a batch told by a Snapshot.
const (
	SnapshotBatch = 500
	SnapshotBytes = 4 << 20
)

// Batches cuts a stream of documents into the batches of a Snapshot. For the
// adapters: Add each, then Flush.
type Batches struct {
	Tell  func([]Envelope) error
	list  []Envelope
	bytes int
}

// Add tells the batch when it is full.
func (b *Batches) Add(e Envelope) error {
	b.list = append(b.list, e)
	b.bytes += len(e.Doc)
	for _, key := range append(e.Keys.Unique[:len(e.Keys.Unique):len(e.Keys.Unique)], e.Keys.Lookup...) {
		b.bytes += len(key)
	}
	for _, p := range e.Pending {
		b.bytes += len(p.Effect.Doc)
	}
	if len(b.list) < SnapshotBatch && b.bytes < SnapshotBytes {
		return nil
	}
	return b.Flush()
}

// Flush tells what is left.
func (b *Batches) Flush() error {
	if len(b.list) == 0 {
		return nil
	}
	list := b.list
	b.list, b.bytes = nil, 0
	return b.Tell(list)
}

// Schemas is the newest schema of every collection that this release writes. A
// backup with a collection or a schema beyond them is of a newer release.
func Schemas() map[string]int {
	return map[string]int{"structure": structureSchema, AuditCollection: auditCodec.Schema, BlobCollection: blobCodec.Schema,
		QuarterCollection: quarterCodec.Schema, UnitCollection: unitCodec.Schema,
		ListingCollection: listingCodec.Schema, ObjectionCollection: objectionCodec.Schema,
		PersonCollection: personCodec.Schema, OrganisationCollection: organisationCodec.Schema,
		ReportCollection: reportCodec.Schema, MessageCollection: messageCodec.Schema, SuppressionCollection: suppressionCodec.Schema,
		PersonKeyCollection: personKeyCodec.Schema, SecretMarkCollection: secretMarkCodec.Schema, RetentionCollection: retentionCodec.Schema,
		RegistrationCollection: registrationCodec.Schema,
		GroupementCollection:   groupementCodec.Schema,
		ReachCollection:        reachCodec.Schema,
		UploadCollection:       uploadCodec.Schema,
		BinderCollection:       binderCodec.Schema,
		ListCollection:         listCodec.Schema,
		SearchCollection:       searchCodec.Schema,
		KnownCollection:        knownCodec.Schema,
		DigestCollection:       digestCodec.Schema,
		ApartCollection:        apartCodec.Schema,
		LabelCollection:        labelCodec.Schema,
		MembershipCollection:   membershipCodec.Schema,
		PurchaseCollection:     purchaseCodec.Schema,
		ContractCollection:     contractCodec.Schema,
		ProgrammeCollection:    programmeCodec.Schema,
		LawCollection:          lawCodec.Schema,
		DossierCollection:      dossierCodec.Schema,
		ReviewCollection:       reviewCodec.Schema,
		InterestCollection:     interestCodec.Schema,
		WatchCollection:        watchCodec.Schema,
		OperationCollection:    operationCodec.Schema,
		LonglistCollection:     longlistCodec.Schema,
		AnswerCollection:       answerCodec.Schema,
		ExchangeCollection:     exchangeCodec.Schema,
		EventCollection:        eventCodec.Schema,
		FeedbackCollection:     feedbackCodec.Schema,
		EncounterCollection:    encounterCodec.Schema,
		GuestCollection:        guestCodec.Schema,
		CheckinCollection:      checkinCodec.Schema,
	}
}
