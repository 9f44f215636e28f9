package layout

import "context"

// Visitor is who reads the page, as the header shows it. It comes with the context of
// a request, so that no page has to hand it on; the zero value is nobody.
type Visitor struct {
	Name          string
	Role          string // label of the role that the person acts in, "" for none
	Organisation  string
	Administrator bool
	Structure     bool // keeps the sheets of a structure
	Buying        bool // acts for a buyer: has lists
	Planning      bool // acts for a buyer: has a programme of purchases
	Attending     bool // acts for an organisation that has events
	Network       bool // acts for a network: has members
	Giving        bool // acts for an organisation that may define labels
}

// Known reports whether somebody is signed in.
func (v Visitor) Known() bool { return v.Name != "" }

type visitorKey struct{}

// WithVisitor says who reads what is rendered in the context.
func WithVisitor(ctx context.Context, v Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// visitor is who reads the page.
func visitor(ctx context.Context) Visitor {
	v, _ := ctx.Value(visitorKey{}).(Visitor)
	return v
}
