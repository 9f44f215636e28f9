package operation

import (
	"fmt"

	"sourcier/internal/docx"
	"sourcier/views/form"
)

// ReportsPage is the reports of a sourçage.
type ReportsPage struct {
	Page
	State            form.State
	To, Rev          string
	Findings, Ledger string // addresses
	Count            string // of findings, in words
	None             bool   // no finding
	Gaps             string // left in the ledger, "" none
	Why              string // no report is made now, "" it may be
	Reports          []ReportLine
}

// ReportLine is one of them.
type ReportLine struct {
	Number, When, Hash, Gaps string
	JSON                     string // address of what was frozen
	Versions                 []ReportVersion
}

// ReportVersion is where a version of a report is read.
type ReportVersion struct{ Label, URL, PDF, DOCX string }

// ReportPage is a report to be read and printed.
type ReportPage struct {
	Page
	PDF, DOCX string
	Warning   string
	Content   ReportText
}

// ReportText is what a report says.
type ReportText struct {
	Title  string
	Blocks []ReportBlock
	Parts  []ReportBlock // headings of the first level
}

// ReportBlock is a piece of it, with what a page needs beside.
type ReportBlock struct {
	docx.Block
	ID      string // of a heading of the first level
	Caption string // of a table: the heading above it
}

// ReportOf is a text document as the content of a page.
func ReportOf(d *docx.Document) ReportText {
	out := ReportText{Title: d.Title}
	caption := ""
	for _, b := range d.Blocks {
		x := ReportBlock{Block: b, Caption: caption}
		if b.Heading > 0 {
			caption = b.Text
		}
		if b.Heading == 1 {
			x.ID = fmt.Sprintf("partie-%d", len(out.Parts)+1)
			out.Parts = append(out.Parts, x)
		}
		out.Blocks = append(out.Blocks, x)
	}
	return out
}
