package people

import (
	"context"

	"sourcier/internal/account"
)

// Holder is a part of the portal that holds data on persons. Whoever stores some
// gives the Service one, so that what is told to a person and what is erased are
// never two lists. Files that somebody owns need none: they are owned by BlobOwner.
type Holder struct {
	Name  string // member of the exported JSON, and step of an erasure
	Title string // French, a heading of the page of personal data
	Why   string // French: the purpose, in one sentence
	// Tell gives what is held on a person, each as it is exported: nothing of other
	// persons but their ids, and limit of them at most.
	Tell func(ctx context.Context, p *account.Person, limit int) ([]any, error)
	// Forget removes what names the person and keeps what is counted. It is called
	// again when it was stopped on the way, and must then do the rest.
	Forget func(ctx context.Context, p *account.Person, addresses []account.Email) error
}

// BlobOwner is the name under which a person owns files.
func BlobOwner(person string) string { return "person/" + person }
