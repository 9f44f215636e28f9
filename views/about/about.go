// Package about is the pages on the portal itself.
package about

import "sourcier/views/layout"

// Credits is the page of data sources and licences.
type Credits struct {
	layout.Base
	Data     []Credit
	Software []Credit
	Contact  string // address of the portal's team, "" when none is published
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
