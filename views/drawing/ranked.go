package drawing

import (
	"strings"

	"sourcier/views/format"
)

// Ranked is a bar for each of a few choices that are named in a sentence: the name stands
// above its bar, over as many lines as it takes, and is read at any width.
type Ranked struct {
	ID    string // prefix of ids in the page, unique
	Title string // accessible name of the figure
	Of    int    // what a whole bar is: everybody who answered
	List  []Bar
}

// Sizes of the drawing in its own units.
const (
	rankedWidth  = 420.0
	rankedLine   = 17.0 // of a name
	rankedBar    = 14.0
	rankedGap    = 12.0
	rankedNumber = 92.0 // room of the number beside the bar
	rankedSigns  = 56   // of a line of a name
)

// rankedRow is a bar on the paper.
type rankedRow struct {
	Bar
	lines        []string
	y, bar, wide float64
	textY        float64
}

func (b Ranked) laid() (out []rankedRow, height float64) {
	for _, one := range b.List {
		r := rankedRow{Bar: one, lines: broken(format.Text(one.Name)), y: height + rankedLine - 4}
		r.bar = height + float64(len(r.lines))*rankedLine
		r.wide = max(float64(one.Value)/float64(max(b.Of, 1))*(rankedWidth-rankedNumber), 0)
		if one.Value > 0 {
			r.wide = max(r.wide, 2)
		}
		r.textY = r.bar + rankedBar - 2
		out = append(out, r)
		height = r.bar + rankedBar + rankedGap
	}
	return out, height
}

func (b Ranked) box() string {
	_, height := b.laid()
	return "0 0 " + coordinate(rankedWidth) + " " + coordinate(height)
}

func (b Ranked) ranks() []rankedRow {
	out, _ := b.laid()
	return out
}

func (r rankedRow) lineY(i int) string { return coordinate(r.y + float64(i)*rankedLine) }

// broken breaks a name at its spaces.
func broken(text string) (out []string) {
	line := ""
	for _, word := range strings.Split(text, " ") {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > rankedSigns {
			out, line = append(out, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}
