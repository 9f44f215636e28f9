package store

import (
	"context"

	"sourcier/internal/sourcing"
)

// Collections of sourcing operations.
const (
	OperationCollection = "operation"
	LonglistCollection  = "longlist"
	AnswerCollection    = "answer"
	ExchangeCollection  = "exchange"
)

// Sourcing is what organisations ask suppliers before a tender.
type Sourcing struct {
	Operations *Collection[sourcing.Operation]
	Longlists  *Collection[sourcing.Longlist]
	Answers    *Collection[sourcing.Answer]
	Exchanges  *Collection[sourcing.Exchange]
}

// OperationsOf is the lookup key of the operations of an organisation.
func OperationsOf(organisation string) string { return PurchasesOf(organisation) }

// OperationsOn is the lookup key of the operations on a purchase.
func OperationsOn(purchase string) string { return DossiersOfPurchase(purchase) }

// OperationByLink is the lookup key of the operation that a personal link leads to; hash
// is account.HashToken of its token.
func OperationByLink(hash string) string { return "link:" + hash }

// OperationsAsking is the lookup key of the operations that have asked a structure.
func OperationsAsking(structure string) string { return "structure:" + structure }

// OpenOperations is the lookup key of operations that the public page shows.
const OpenOperations = "public"

// LaunchingOperations is the lookup key of operations that are silenced, and whose
// purchase does not say yet that its consultation is launched.
const LaunchingOperations = "launching"

// OpeningOperations is the lookup key of operations that are open, and whose purchase
// does not say yet that it is in sourcing.
const OpeningOperations = "opening"

// LapsingOperations is the lookup key of operations that are over and still hold addresses.
const LapsingOperations = "lapsing"

// AwaitingOperations is the lookup key of operations with candidacies whose address is not
// confirmed.
const AwaitingOperations = "awaiting"

// AnswersIn is the lookup key of the answers, exchanges or long lists of an operation.
func AnswersIn(operation string) string { return "operation:" + operation }

// ExchangesWith is the lookup key of the exchanges with one supplier of an operation: what
// is read for a supplier does not grow with how many others there are.
func ExchangesWith(operation, supplier string) string {
	return AnswersIn(operation) + "." + supplier
}

// AnswersFrom is the lookup key of the answers of a structure.
func AnswersFrom(structure string) string { return OperationsAsking(structure) }

// UncarriedAnswers is the lookup key of answers of which their operation does not know the
// newest submission yet.
const UncarriedAnswers = "uncarried"

var (
	operationCodec = Codec[sourcing.Operation]{Schema: 1,
		ID: func(o *sourcing.Operation) string { return o.ID },
		Keys: func(o *sourcing.Operation) Keys {
			k := Keys{Lookup: append(namedBy(o.Persons()), OperationsOf(o.Organisation), OperationsOn(o.Purchase))}
			for i := range o.Suppliers {
				s := &o.Suppliers[i]
				if s.Link != "" {
					k.Lookup = append(k.Lookup, OperationByLink(s.Link))
				}
				if s.Structure != "" && (s.Contacted() || s.Spontaneous) {
					k.Lookup = append(k.Lookup, OperationsAsking(s.Structure))
				}
			}
			if !o.PublishedAt.IsZero() && !o.Silent() && (o.State() == sourcing.Drafted || o.State() == sourcing.Opened) {
				k.Lookup = append(k.Lookup, OpenOperations)
			}
			if !o.OpenedAt.IsZero() && o.SourcedAt.IsZero() {
				k.Lookup = append(k.Lookup, OpeningOperations)
			}
			if len(o.Candidacies) > 0 {
				k.Lookup = append(k.Lookup, AwaitingOperations)
			}
			if o.Lapses() {
				k.Lookup = append(k.Lookup, LapsingOperations)
			}
			if o.Silent() && o.LaunchedAt.IsZero() {
				k.Lookup = append(k.Lookup, LaunchingOperations)
			}
			return k.Normal()
		},
	}
	longlistCodec = Codec[sourcing.Longlist]{Schema: 1,
		ID: func(l *sourcing.Longlist) string { return l.ID },
		Keys: func(l *sourcing.Longlist) Keys {
			return Keys{Lookup: append(namedBy([]string{l.By}), AnswersIn(l.Operation))}.Normal()
		},
	}
	answerCodec = Codec[sourcing.Answer]{Schema: 1,
		ID: func(a *sourcing.Answer) string { return a.ID },
		Keys: func(a *sourcing.Answer) Keys {
			k := Keys{Lookup: append(namedBy(a.Persons()), AnswersIn(a.Operation))}
			if a.Structure != "" {
				k.Lookup = append(k.Lookup, AnswersFrom(a.Structure))
			}
			if a.Uncarried() {
				k.Lookup = append(k.Lookup, UncarriedAnswers)
			}
			return k.Normal()
		},
	}
	exchangeCodec = Codec[sourcing.Exchange]{Schema: 1,
		ID: func(x *sourcing.Exchange) string { return x.ID },
		Keys: func(x *sourcing.Exchange) Keys {
			return Keys{Lookup: append(namedBy([]string{x.CreatedBy}), AnswersIn(x.Operation), ExchangesWith(x.Operation, x.Supplier))}.Normal()
		},
	}
)

// OpenSourcing opens them.
func OpenSourcing(ctx context.Context, db DB) (*Sourcing, error) {
	s := &Sourcing{}
	for _, open := range []func() error{
		func() error { return openInto(ctx, db, OperationCollection, operationCodec, &s.Operations) },
		func() error { return openInto(ctx, db, LonglistCollection, longlistCodec, &s.Longlists) },
		func() error { return openInto(ctx, db, AnswerCollection, answerCodec, &s.Answers) },
		func() error { return openInto(ctx, db, ExchangeCollection, exchangeCodec, &s.Exchanges) },
	} {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return s, nil
}
