// Package docx writes a text document that word processors open (ECMA-376, Office Open
// XML): a title, headings, paragraphs, lists and tables, in French. Headings are styles,
// tables say their head row, the language and the title are set: a screen reader finds
// its way. It is written by the standard, with archive/zip and encoding/xml: of the
// libraries for Go, those that are alive are months old and used by nobody else, the one
// that was used is not maintained, and what is needed here is two small parts of XML.
package docx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Document is what is written.
type Document struct {
	Title  string
	Author string // an organisation, not a person
	At     time.Time
	Foot   string // of every page, before its number; "" = no foot
	Blocks []Block
}

// Block is a piece of it: one of its fields.
type Block struct {
	Heading int    // level, 1 to 3, of Text; 0 = a paragraph
	Text    string // each line is a line
	List    []string
	Table   [][]string // the first row is its head
	Widths  []int      // of the columns of Table, as shares; nil = all the same
}

// Shares are the widths of the columns of a table, one each.
func (k *Block) Shares() []int {
	out := make([]int, len(k.Table[0]))
	for i := range out {
		out[i] = 1
	}
	if len(k.Widths) == len(out) {
		return k.Widths
	}
	return out
}

const (
	head   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
)

// Type is the media type of a document.
const Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// footType and footRel are in the parts below only of what has a foot.
const (
	footType = `<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>`
	footRel  = `<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>`
	footMark = `<w:footerReference xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" w:type="default" r:id="rId4"/>`
)

const contentTypes = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`

const packageRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

const documentRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>` +
	`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/></Relationships>`

const settings = head + `<w:settings ` + wordNS + `><w:themeFontLang w:val="fr-FR"/></w:settings>`

const numbering = head + `<w:numbering ` + wordNS + `><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>` +
	`<w:pPr><w:ind w:left="567" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`

// styles names the headings by the ids that word processors know.
var styles = head + `<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault>` +
	`<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
	`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
	style("Title", "Title", 40, "") + style("Heading1", "heading 1", 30, "0") + style("Heading2", "heading 2", 26, "1") + style("Heading3", "heading 3", 23, "2") +
	`<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/><w:basedOn w:val="Normal"/></w:style>` +
	`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>` + borders() + `</w:tblBorders><w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`

func style(id, name string, size int, outline string) string {
	level := ""
	if outline != "" {
		level = `<w:outlineLvl w:val="` + outline + `"/>`
	}
	return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/>%s</w:pPr><w:rPr><w:b/><w:color w:val="07434A"/><w:sz w:val="%d"/></w:rPr></w:style>`, id, name, level, size)
}

func borders() (out string) {
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		out += `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="7F8791"/>`
	}
	return out
}

// Write writes the document. The same document gives the same bytes.
func (d *Document) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	var errs []error
	types, rels := contentTypes, documentRels
	parts := []struct{ name, text string }{{"word/styles.xml", styles}, {"word/numbering.xml", numbering}, {"word/settings.xml", settings}, {"word/document.xml", d.body()}}
	if d.Foot != "" {
		types, rels = strings.Replace(types, "</Types>", footType+"</Types>", 1), strings.Replace(rels, "</Relationships>", footRel+"</Relationships>", 1)
		parts = append(parts, struct{ name, text string }{"word/footer1.xml", d.foot()})
	}
	parts = append([]struct{ name, text string }{{"[Content_Types].xml", types}, {"_rels/.rels", packageRels}, {"docProps/core.xml", d.core()}, {"word/_rels/document.xml.rels", rels}}, parts...)
	for _, part := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: d.At.UTC()})
		if err == nil {
			_, err = io.WriteString(f, part.text)
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, z.Close())...)
}

func (d *Document) core() string {
	at := d.At.UTC().Format(time.RFC3339)
	return head + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escaped(d.Title) + `</dc:title><dc:creator>` + escaped(d.Author) + `</dc:creator><dc:language>fr-FR</dc:language>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created></cp:coreProperties>`
}

func (d *Document) body() string {
	var b strings.Builder
	b.WriteString(head + `<w:document ` + wordNS + `><w:body>`)
	b.WriteString(paragraph("Title", "", d.Title, false))
	for i := range d.Blocks {
		d.Blocks[i].write(&b)
	}
	b.WriteString(`<w:sectPr>`)
	if d.Foot != "" {
		b.WriteString(footMark)
	}
	b.WriteString(`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}

func (k *Block) write(b *strings.Builder) {
	switch {
	case len(k.Table) > 0:
		k.table(b)
	case len(k.List) > 0:
		for _, item := range k.List {
			b.WriteString(paragraph("ListParagraph", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, item, false))
		}
	case k.Heading > 0:
		b.WriteString(paragraph(fmt.Sprintf("Heading%d", min(k.Heading, 3)), "", k.Text, false))
	default:
		b.WriteString(paragraph("", "", k.Text, false))
	}
}

func (k *Block) table(b *strings.Builder) {
	const width = 9638 // of the page between its margins, in twentieths of a point
	shares, sum := k.Shares(), 0
	for _, n := range shares {
		sum += n
	}
	cell := `<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>`
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>`)
	if k.Widths != nil {
		b.WriteString(`<w:tblLayout w:type="fixed"/>`)
	}
	b.WriteString(`<w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr><w:tblGrid>`)
	for _, n := range shares {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, width*n/sum)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, row := range k.Table {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if i == 0 {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for j, text := range row {
			if k.Widths != nil {
				cell = fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, width*shares[j]/sum)
			}
			b.WriteString(cell + paragraph("", "", text, i == 0) + `</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>` + paragraph("", "", "", false))
}

// foot is the part of what stands at the foot of every page.
func (d *Document) foot() string {
	field := func(name string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + name + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	text := func(t string) string {
		return `<w:r><w:t xml:space="preserve">` + escaped(t) + `</w:t></w:r>`
	}
	return head + `<w:ftr ` + wordNS + `><w:p><w:pPr><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs></w:pPr>` + text(d.Foot) +
		`<w:r><w:tab/></w:r>` + text("Page ") + field("PAGE") + text(" sur ") + field("NUMPAGES") + `</w:p></w:ftr>`
}

func paragraph(style, properties, text string, bold bool) string {
	if style != "" {
		properties = `<w:pStyle w:val="` + style + `"/>` + properties
	}
	if properties != "" {
		properties = `<w:pPr>` + properties + `</w:pPr>`
	}
	run := `<w:r>`
	if bold {
		run += `<w:rPr><w:b/></w:rPr>`
	}
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			run += `<w:br/>`
		}
		run += `<w:t xml:space="preserve">` + escaped(line) + `</w:t>`
	}
	return `<w:p>` + properties + run + `</w:r></w:p>`
}

// escaped writes text for XML; what XML cannot hold becomes U+FFFD.
func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a strings.Builder refuses nothing
	}
	return b.String()
}
