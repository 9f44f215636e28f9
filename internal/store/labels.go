package store

import (
	"context"

	"sourcier/internal/label"
	"sourcier/internal/network"
)

// Collections of labels and of the members of networks.
const (
	LabelCollection      = "label"
	MembershipCollection = "membership"
)

// PendingLabels is the lookup key of labels that a structure has yet to show.
const PendingLabels = "pending"

// LabelsOf is the lookup key of the labels of an organisation.
func LabelsOf(organisation string) string { return "organisation:" + organisation }

// LabelSlug is the unique key of how addresses name a label.
func LabelSlug(slug string) string { return "slug:" + slug }

// MembersOf is the lookup key of what a network says of structures.
func MembersOf(network string) string { return "network:" + network }

// NetworksOf is the lookup key of what networks say of a structure.
func NetworksOf(structure string) string { return "structure:" + structure }

var labelCodec = Codec[label.Label]{Schema: 1,
	ID: func(l *label.Label) string { return l.ID },
	Keys: func(l *label.Label) Keys {
		k := Keys{Unique: []string{LabelSlug(l.Slug)}, Lookup: []string{LabelsOf(l.Organisation)}}
		if l.Pending() {
			k.Lookup = append(k.Lookup, PendingLabels)
		}
		return k.Normal()
	},
}

var membershipCodec = Codec[network.Membership]{Schema: 1,
	ID: func(m *network.Membership) string { return m.ID },
	Keys: func(m *network.Membership) Keys {
		return Keys{Lookup: []string{MembersOf(m.Network), NetworksOf(m.Structure)}}.Normal()
	},
}

// OpenLabels opens the labels that organisations define.
func OpenLabels(ctx context.Context, db DB) (*Collection[label.Label], error) {
	raw, err := db.Collection(ctx, LabelCollection)
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, labelCodec), nil
}

// OpenMemberships opens the members of networks.
func OpenMemberships(ctx context.Context, db DB) (*Collection[network.Membership], error) {
	raw, err := db.Collection(ctx, MembershipCollection)
	if err != nil {
		return nil, err
	}
	return NewCollection(raw, membershipCodec), nil
}
