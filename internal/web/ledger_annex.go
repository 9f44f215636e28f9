package web

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"sourcier/internal/docx"
	"sourcier/internal/operation"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/views/desk"
	"sourcier/views/format"
	views "sourcier/views/operation"
	"sourcier/views/part"
)

const annexHeading = "Informations issues du sourçage"

// ledgerAnnex gathers what the page and the file say: nothing of who was asked, nor of how
// many.
func (s *site) ledgerAnnex(c *fiber.Ctx) (*operation.Seen, *views.AnnexPage, error) {
	_, seen, err := s.ledgerSeen(c)
	if err != nil {
		return nil, nil, err
	}
	o := &seen.Operation
	p := &views.AnnexPage{
		Base: s.base(annexHeading, annexHeading, ""), Heading: annexHeading, DOCX: operationURL(o.ID) + ledgerAnnexTab + ".docx",
		Above: []part.Link{{Label: "Sourçages", URL: operationsPath}, {Label: o.Title, URL: operationURL(o.ID)}, {Label: "Registre", URL: ledgerURL(o.ID)}},
		Lead:  "Avant cette consultation, l’acheteur a consulté des opérateurs économiques (R2111-1 du code de la commande publique). Pour que la concurrence ne soit pas faussée (R2111-2), cette annexe donne à tous les candidats les informations communiquées pendant ces échanges.",
		Facts: []desk.Fact{{Term: "Acheteur", Text: signedIn(c).Acting.Name}, {Term: "Sourçage", Text: o.Title}},
	}
	p.Section = programmePath
	if !o.OpenedAt.IsZero() {
		p.Facts = append(p.Facts, desk.Fact{Term: "Ouvert le", Text: format.Day(o.OpenedAt)})
	}
	shared, answered, placed := annexSections()
	gaps := 0
	for i := range o.Ledger {
		it := &o.Ledger[i]
		item := views.AnnexItem{Text: annexText(o, it.Text), When: annexWhen(it), DCE: ledgerDCE(it.DCE)}
		p.Masked = p.Masked || item.Text != it.Text
		switch {
		case !it.SharedAt.IsZero() && it.Origin == sourcing.FromQuestion:
			answered.Items = append(answered.Items, item)
		case !it.SharedAt.IsZero():
			shared.Items = append(shared.Items, item)
		case it.DCE != nil:
			placed.Items = append(placed.Items, item)
		default:
			gaps++
		}
	}
	p.Sections = []views.AnnexSection{shared, answered, placed}
	if gaps > 0 {
		p.Gaps = format.Count(gaps, "information dite à une partie des structures n’est pas", "informations dites à une partie des structures ne sont pas") + " dans cette annexe : y vient ce qui est partagé avec tous, ou versé au DCE."
	}
	return seen, p, nil
}

// annexText is what everybody may read of an information: the names of who was asked are
// taken out, and the whole text when that does not suffice.
func annexText(o *sourcing.Operation, text string) string {
	for _, name := range o.Betrays(text) {
		words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for i := range words {
			words[i] = regexp.QuoteMeta(words[i])
		}
		text = regexp.MustCompile(`(?i)`+strings.Join(words, `[^\pL\pN]+`)).ReplaceAllString(text, "[…]")
	}
	if len(o.Betrays(text)) > 0 {
		return "[Texte à reprendre : il désigne une structure consultée.]"
	}
	return text
}

func annexSections() (shared, answered, placed views.AnnexSection) {
	return views.AnnexSection{Heading: "Informations données à toutes les structures consultées", None: "Aucune."},
		views.AnnexSection{Heading: "Questions posées et réponses données à tous", None: "Aucune question n’a été posée."},
		views.AnnexSection{Heading: "Autres informations versées au dossier de consultation", None: "Aucune."}
}

func annexWhen(it *sourcing.Info) string {
	if !it.SharedAt.IsZero() {
		return "Communiquée le " + format.Day(it.SharedAt) + "."
	}
	return "Versée au dossier de consultation."
}

// ledgerAnnexPage answers it as a page, which prints.
func (s *site) ledgerAnnexPage(c *fiber.Ctx) error {
	_, p, err := s.ledgerAnnex(c)
	if err != nil {
		return err
	}
	return render(c, views.AnnexView(*p))
}

// ledgerAnnexDOCX answers it as a text document: of the same sourçage, the same bytes.
func (s *site) ledgerAnnexDOCX(c *fiber.Ctx) error {
	seen, p, err := s.ledgerAnnex(c)
	if err != nil {
		return err
	}
	o := &seen.Operation
	d := docx.Document{Title: annexHeading, Author: signedIn(c).Acting.Name, At: o.UpdatedAt, Blocks: []docx.Block{{Text: format.Text(p.Lead)}}}
	facts := [][]string{{"Fait", "Valeur"}}
	for _, f := range p.Facts {
		facts = append(facts, []string{f.Term, f.Text})
	}
	d.Blocks = append(d.Blocks, docx.Block{Table: facts})
	for _, section := range p.Sections {
		d.Blocks = append(d.Blocks, docx.Block{Heading: 1, Text: section.Heading})
		if len(section.Items) == 0 {
			d.Blocks = append(d.Blocks, docx.Block{Text: format.Text(section.None)})
		}
		for _, i := range section.Items {
			d.Blocks = append(d.Blocks, docx.Block{Text: format.Text(i.Text)}, docx.Block{Text: format.Text(strings.TrimSpace(i.When + "\n" + i.DCE))})
		}
	}
	name := func(plain bool) string {
		return "annexe-sourcage-" + slug(o.Title, plain) + "-" + string(structure.DateOf(o.UpdatedAt)) + ".docx"
	}
	attach(c, docx.Type, name(true), url.PathEscape(name(false)))
	return d.Write(c.Response().BodyWriter())
}
