package query

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sourcier/internal/search/french"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Parser turns URL values into a Query. It is immutable.
type Parser struct {
	Atlas    *territory.Atlas
	Taxonomy *taxonomy.Taxonomy
	Home     territory.Territory
	Rules    structure.BasisRules
	Now      func() time.Time
}

// Parse reads the parameters of the API and of the pages (the same names). It
// returns a *ParamError for the first parameter that cannot be understood;
// unknown parameter names are ignored, and so are empty values, which forms
// send. Free text is interpreted: an identifier, a CPV code, a commune, a
// department, a distance from a commune or a kind named in it becomes a filter
// (see Query.Recognised), unless the same group was filtered explicitly; text
// between quotes is left alone.
func (p *Parser) Parse(v url.Values) (Query, error) {
	q := Query{On: structure.DateOf(p.Now())}
	in := &input{values: v, parser: p}
	q.Text = in.text("q")
	in.filters(&q)
	in.places(&q)
	in.paging(&q)
	if in.err != nil {
		return Query{}, in.err
	}
	p.interpret(&q)
	in.order(&q)
	in.cursor(&q)
	if in.err != nil {
		return Query{}, in.err
	}
	return q, nil
}

// input reads parameters; the first error sticks and the rest reads as absent.
type input struct {
	values url.Values
	parser *Parser
	err    error
}

// fail refuses a value with a message that programs and people understand.
func (in *input) fail(param, value, message string) {
	in.refuse(param, value, message, message)
}

// refuse words the refusal for the API, then for a page.
func (in *input) refuse(param, value, message, plain string, allowed ...string) {
	if in.err == nil {
		in.err = &ParamError{Param: param, Value: shown(value), Message: message, Plain: plain, Allowed: allowed}
	}
}

// shown makes a received value fit for a message: at most 80 characters, and
// none that a page or a log cannot show.
func shown(value string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(value, "�"))
	if utf8.RuneCountInString(clean) > 80 {
		return string([]rune(clean)[:79]) + "…"
	}
	return clean
}

// all gives the distinct non-empty values of a parameter, trimmed.
func (in *input) all(param string) []string {
	var out []string
	for _, value := range in.values[param] {
		if !utf8.ValidString(value) {
			in.refuse(param, value, "le texte reçu n’est pas de l’UTF-8\u202f: envoyer la page ou la requête en UTF-8",
				"texte illisible\u202f: le taper à nouveau")
			return nil
		}
		if value = strings.TrimSpace(value); value != "" && !contains(out, value) {
			out = append(out, value)
		}
	}
	if len(out) > MaxValues {
		in.fail(param, out[MaxValues], "trop de valeurs\u202f: 50 au plus pour un même critère")
		return nil
	}
	return out
}

// one gives the first non-empty value of a parameter.
func (in *input) one(param string) string {
	if all := in.all(param); len(all) > 0 {
		return all[0]
	}
	return ""
}

// text reads the free text: white space is collapsed, everything else is kept
// and taken literally.
func (in *input) text(param string) string {
	raw := in.one(param)
	if len(raw) > MaxTextBytes {
		in.refuse(param, raw, "recherche trop longue\u202f: 500 octets au plus, soit environ 80 mots",
			"recherche trop longue\u202f: garder les mots les plus précis")
		return ""
	}
	value := strings.Join(strings.Fields(raw), " ")
	if strings.ContainsFunc(value, unicode.IsControl) {
		in.fail(param, value, "la recherche contient un caractère de contrôle invisible\u202f: la retaper au clavier")
		return ""
	}
	words, phrases := 0, 0
	for _, u := range french.Units(value) {
		words += len(u.Words)
		if len(u.Words) > 1 {
			phrases++
		}
	}
	if words > MaxWords {
		in.fail(param, value, "trop de mots\u202f: 12 au plus, sans compter «\u00a0le\u00a0», «\u00a0de\u00a0», «\u00a0pour\u00a0»… Garder les plus précis")
		return ""
	}
	if phrases > MaxPhrases {
		in.fail(param, value, "trop d’expressions entre guillemets\u202f: une seule à la fois. Écrire les autres mots sans guillemets")
		return ""
	}
	return value
}

func contains(list []string, value string) bool {
	for _, v := range list {
		if v == value {
			return true
		}
	}
	return false
}
