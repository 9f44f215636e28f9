// Package label holds the public page of a label that an organisation defines.
package label

import (
	"sourcier/views/layout"
	"sourcier/views/part"
)

// Page says what a label means, for anybody.
type Page struct {
	layout.Base
	Name     string
	Lead     string   // who gives it, since when
	Ended    string   // since when nobody holds it, "" while it is given
	Criteria []string // paragraphs
	Holders  part.Link
}
