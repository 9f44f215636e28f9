// Package about is the pages on the portal itself: help, sources, credits, legal.
package about

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Text is a page of prose with its contents.
type Text struct {
	layout.Base
	Heading  string
	Lead     string
	Up       part.Link   // way back, none at the top
	Contents []part.Link // the titles of the page, "#anchor"
}

// Credits is the page of data sources and licences.
type Credits struct {
	layout.Base
	Data     []Credit
	Software []Credit
	Modules  []Credit // compiled into the binary
	Contact  string   // address of the portal's team, "" when none is published
}

// Credit names a work that the portal reuses.
type Credit struct {
	Name    string
	Author  string
	Use     string
	Licence string
	URL     string // of the licence
	Home    string // address of the work
}

// Sources is the page of where the facts come from.
type Sources struct {
	Text
	Counted string // when the directory was counted, "" when it was not yet
	Held    []Source
	Known   []Source // that the portal reads and holds nothing of
}

// Source is a source of facts.
type Source struct {
	Name       string
	Brings     string
	Publisher  string
	Home       string // address of the data, "" for none
	Licence    string
	LicenceURL string
	Newest     string // day of the newest facts or list
	Structures int    // that show a fact of it
	Gives      string // « nom, adresse, code APE »
}

// newest says of which day the source is, after its count.
func (s Source) newest() string {
	if s.Newest == "" {
		return ""
	}
	return ", le plus récent du " + s.Newest
}

// Legal is who answers for the portal; an empty value is the operator's to fill in.
type Legal struct {
	Text
	Publisher string
	Address   string
	Director  string
	HostedBy  string
	DPO       string
	Contact   string
	Site      string // address of the portal
	Tiles     string // hosts of map tiles, "" when no page asks any

	// How long things are kept: « 24 mois ».
	KeepAccounts, KeepMessages, KeepAudit string
}

// Law is a legal basis as the help explains it.
type Law struct {
	Title   string
	Explain string
	ToCheck string
}

// Help is a page of help.
type Help struct {
	Text
	Laws    []Law
	EITIEnd string // last day of the experiment, "" when none is set
	Contact string
}

// SiteMap is every page by theme.
type SiteMap struct {
	layout.Base
	Themes []Theme
}

// Theme is a part of the site.
type Theme struct {
	ID, Title string
	Pages     []part.Link
}
