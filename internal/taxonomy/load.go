package taxonomy

import (
	"embed"
	"fmt"
	"strings"
)

// Sector files are read in the order of their names, which is the order in
// which the groups are shown.
//
//go:embed data
var files embed.FS

// parser reads sector files. The format is made to be edited by hand:
//
//	# a comment
//	= proprete | Propreté et nettoyage          a group
//
//	nettoyage-locaux | Nettoyage de locaux      a sector of it
//	  synonyms: ménage; propreté                values separated by ;
//	  naf: 81.21Z
//	  cpv: 90911; 909192
//	  aliases: Nettoyage de locaux; nettoyage-de-locaux-16
//
// A long list goes on with the same key on the next line.
type parser struct {
	groups  []Group
	sectors []Sector
}

// read adds one file; the error says the line.
func (p *parser) read(text string) error {
	for n, line := range strings.Split(text, "\n") {
		if err := p.line(line); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return nil
}

func (p *parser) line(line string) error {
	body := strings.TrimSpace(line)
	switch {
	case body == "" || strings.HasPrefix(body, "#"):
		return nil
	case strings.HasPrefix(body, "="):
		code, label, err := head(body[1:])
		if err != nil {
			return err
		}
		p.groups = append(p.groups, Group{Code: code, Label: label})
		return nil
	case line[0] == ' ':
		return p.field(body)
	}
	code, label, err := head(body)
	if err != nil {
		return err
	}
	if len(p.groups) == 0 {
		return fmt.Errorf("sector %q comes before any group", code)
	}
	p.sectors = append(p.sectors, Sector{Code: code, Label: label, Group: p.groups[len(p.groups)-1].Code})
	return nil
}

// head reads "code | label".
func head(s string) (code, label string, err error) {
	code, label, ok := strings.Cut(s, "|")
	code, label = strings.TrimSpace(code), strings.TrimSpace(label)
	if !ok || code == "" || label == "" {
		return "", "", fmt.Errorf("%q: expected « code | label »", s)
	}
	return code, label, nil
}

// field reads "key: value; value" into the current sector.
func (p *parser) field(body string) error {
	key, list, ok := strings.Cut(body, ":")
	if !ok || len(p.sectors) == 0 {
		return fmt.Errorf("%q: expected « key: values » below a sector", body)
	}
	s := &p.sectors[len(p.sectors)-1]
	var values []string
	for v := range strings.SplitSeq(list, ";") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	switch key {
	case "synonyms":
		s.Synonyms = append(s.Synonyms, values...)
	case "naf":
		for i := range values {
			values[i] = bareNAF(values[i])
		}
		s.NAF = append(s.NAF, values...)
	case "cpv":
		s.CPV = append(s.CPV, values...)
	case "aliases":
		s.Aliases = append(s.Aliases, values...)
	default:
		return fmt.Errorf("unknown key %q: expected synonyms, naf, cpv or aliases", key)
	}
	return nil
}
