package mail

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"
	"unicode/utf8"
)

// textWidth is where lines of the text part end, in letters: narrow enough to be
// quoted once without being broken again.
const textWidth = 72

// Text is the letter as plain text. An address stands on a line of its own, so that
// no program cuts it.
func (l Letter) Text() string {
	var b strings.Builder
	put := func(paragraph string) {
		if paragraph != "" {
			wrap(&b, paragraph)
			b.WriteString("\r\n")
		}
	}
	put(l.Greeting)
	for _, p := range l.Paragraphs {
		put(p)
	}
	for _, block := range l.Blocks {
		block.text(&b, put)
	}
	if l.Action != nil {
		b.WriteString(l.Action.Label + "\u202f:\r\n" + l.Action.URL + "\r\n\r\n")
	}
	put(l.Before)
	if l.Code != "" {
		b.WriteString("    " + l.Code + "\r\n\r\n")
	}
	for _, p := range l.After {
		put(p)
	}
	put(l.Closing)
	b.WriteString("-- \r\n") // programs fold or grey what follows
	put(l.Why)
	if l.Stop != nil {
		b.WriteString(l.Stop.Label + "\u202f:\r\n" + l.Stop.URL + "\r\n\r\n")
	}
	b.WriteString(l.Portal.Label + "\r\n" + l.Portal.URL + "\r\n")
	return b.String()
}

// text writes a block: each address stands on a line of its own.
func (k Block) text(b *strings.Builder, put func(string)) {
	wrap(b, k.Heading.Label)
	b.WriteString(k.Heading.URL + "\r\n\r\n")
	put(k.Text)
	for _, item := range k.Items {
		wrap(b, "- "+item.Label)
		if item.Note != "" {
			wrap(b, item.Note)
		}
		b.WriteString(item.URL + "\r\n\r\n")
	}
	put(k.More)
	if k.Stop != nil {
		b.WriteString(k.Stop.Label + "\u202f:\r\n" + k.Stop.URL + "\r\n\r\n")
	}
}

// wrap breaks a paragraph into lines, at plain spaces alone.
func wrap(b *strings.Builder, paragraph string) {
	used := 0
	for word := range strings.SplitSeq(paragraph, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
		case used+1+n > textWidth || strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://"):
			b.WriteString("\r\n")
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	b.WriteString("\r\n")
}

//go:embed letter.html
var letterHTML string

var letterTemplate = template.Must(template.New("letter").Parse(letterHTML))

// HTML is the letter as a page that mail programs show: tables and styles in place,
// nothing from elsewhere.
func (l Letter) HTML() (string, error) {
	var b bytes.Buffer
	err := letterTemplate.Execute(&b, l)
	return strings.ReplaceAll(b.String(), "\n", "\r\n"), err
}
