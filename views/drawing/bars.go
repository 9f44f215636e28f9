package drawing

import "math"

// Bars is a bar for each of a few values, one below the other: names and numbers
// are read at any width, and no legend has to be decoded.
type Bars struct {
	ID    string // prefix of ids in the page, unique
	Title string // accessible name of the figure
	Text  string // caption
	List  []Bar
}

// Bar is a value with its name.
type Bar struct {
	Name   string
	Value  int
	Number string // as written beside the bar
	Few    bool   // some, but how many is not told: a short dashed bar
}

// Sizes of the drawing in its own units.
const (
	barsWidth = 330.0
	barStep   = 26.0
	barHigh   = 16.0
	barsLeft  = 80.0 // of names
	barsRight = 80.0 // of numbers
	fewWide   = 12.0
)

// bar is one on the paper; text stands on the middle of its line.
type bar struct {
	Bar
	y, wide, textY float64
}

func (b Bars) height() float64 { return float64(len(b.List)) * barStep }

// laid puts the bars on the paper, the longest over the whole width.
func (b Bars) laid() []bar {
	most := 1
	for _, one := range b.List {
		most = max(most, one.Value)
	}
	out := make([]bar, len(b.List))
	for i, one := range b.List {
		y := float64(i)*barStep + (barStep-barHigh)/2
		wide := float64(one.Value) / float64(most) * (barsWidth - barsLeft - barsRight)
		if one.Few {
			wide = fewWide
		} else if one.Value > 0 {
			wide = math.Max(wide, 2)
		}
		out[i] = bar{one, y, wide, y + barHigh - 3}
	}
	return out
}
