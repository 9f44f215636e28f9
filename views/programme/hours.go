package programme

import (
	"sourcier/views/form"
	"sourcier/views/layout"
	"sourcier/views/part"
)

// HoursPage is the calculator of insertion hours.
type HoursPage struct {
	layout.Base
	Heading                    string
	State                      form.State
	Trades                     []part.Option
	Euros, Labour, Share, Cost string // as typed
	CostSays                   string
	Place, Where               string
	Result                     *HoursResult
	Table                      []HoursTrade
}

// HoursResult is what was reckoned.
type HoursResult struct {
	Hours, Full string // in full-time workers of a year
	Year        string // hours of one
	Formula     string
	Unusual     string
	Ways        []HoursWay
}

// HoursWay is a way to do the hours, and who could.
type HoursWay struct{ Label, Help, URL, Says string }

// HoursTrade is a line of the table of shares.
type HoursTrade struct {
	Label, Labour, Source string
	ToCheck               bool
}
