package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sourcier/internal/intake/input"
	"sourcier/internal/store"
	"sourcier/internal/territory"
)

// Places is the format of files about places rather than structures.
const Places Format = "places"

// roleQuarters is the role of a file of outlines of quarters.
const roleQuarters = "quarters"

// The outlines of the quartiers prioritaires (QPV) come as GeoJSON in WGS84, one
// feature each. The names of their properties differ from one publisher to the
// next; a quarter is known by its code, which is like no other.
var quarterOutlines = &layout{
	format: Places,
	name:   "contours des quartiers prioritaires (QPV)",
	limit:  input.MaxPlain,
	role:   roleQuarters,
	looksLike: func(keys map[string]json.RawMessage) bool {
		code, _ := quarterCode(propertiesOf(keys))
		return code != ""
	},
}

var oldQuarterOutlines = &layout{
	format: Places,
	name:   "contours des quartiers prioritaires de 2015",
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, old := quarterCode(propertiesOf(keys))
		return old != ""
	},
	complaint: notRead("ces périmètres de 2015 (codes QP…) ne sont plus en vigueur : prendre ceux de 2024 (codes QN…)"),
}

// otherOutlines are communes, EPCI, departments: the portal draws no map of them
// and knows by their codes which lies in which.
var otherOutlines = &layout{
	format: Places,
	name:   "contours géographiques (GeoJSON)",
	looksLike: func(keys map[string]json.RawMessage) bool {
		_, shaped := keys["geometry"]
		return shaped && string(keys["type"]) == `"Feature"`
	},
	complaint: notRead("ces contours ne servent pas : Sourcier connaît déjà les communes et leurs intercommunalités par leur code, seuls les contours des quartiers prioritaires (QPV) se chargent"),
}

// properties of a feature, by folded name.
type properties map[string]any

func propertiesOf(keys map[string]json.RawMessage) properties {
	var given map[string]any
	if string(keys["type"]) != `"Feature"` || json.Unmarshal(keys["properties"], &given) != nil {
		return nil
	}
	out := make(properties, len(given))
	for name, v := range given {
		out[territory.Fold(name)] = v
	}
	return out
}

// quarterCode finds the code of a quarter of today, or of one of 2015.
func quarterCode(p properties) (code, old string) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		v, _ := p[name].(string)
		v = strings.ToUpper(clean(v))
		if current, before := territory.IsQuarterCode(v); current {
			return v, ""
		} else if before {
			old = v
		}
	}
	return "", old
}

// text gives the first of the properties that is there.
func (p properties) text(names ...string) string {
	for _, name := range names {
		if v, ok := p[territory.Fold(name)].(string); ok && clean(v) != "" {
			return clean(v)
		}
	}
	return ""
}

// communes reads the codes, which are a list or stand in one text.
func (p properties) communes() []string {
	var all []string
	for _, name := range []string{"insee_com", "communes", "code_insee", "insee"} {
		switch v := p[territory.Fold(name)].(type) {
		case string:
			all = append(all, strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ,;|/", r) })...)
		case []any:
			for _, one := range v {
				if code, ok := one.(string); ok {
					all = append(all, strings.TrimSpace(code))
				}
			}
		}
		if len(all) > 0 {
			break
		}
	}
	return all
}

// Bounds of one file, which is held as a whole: nothing of it is stored unless
// all of it can be read. The quarters of France have some 500,000 corners.
const (
	maxQuarterCorners = 5_000_000
	maxCommunesOf     = 50
)

// quartersJob reads a file of outlines.
type quartersJob struct {
	session *session
	part    *part
	read    map[string]*readQuarter
	corners int
	towns   map[string][]territory.Commune // by department
}

// readQuarter is a quarter with how many features it is made of.
type readQuarter struct {
	territory.Quarter
	features int64
	kept     bool // counted
}

func (j *quartersJob) run(ctx context.Context) error {
	j.session.meter.file = j.part.Name
	j.read, j.towns = map[string]*readQuarter{}, map[string][]territory.Commune{}
	err := j.session.objects(ctx, j.part, j.feature)
	if err == nil {
		err = j.store(ctx)
	}
	if err != nil && !failure(ctx, err) {
		for _, q := range j.read {
			if !q.kept {
				j.part.report.Rejected += q.features // read, and left out with the file
			}
		}
	}
	return j.session.settle(ctx, j.part, err)
}

// feature takes one feature; the error refuses the file.
func (j *quartersJob) feature(raw json.RawMessage, l *line) error {
	var keys map[string]json.RawMessage
	if !decode(raw, &keys, l) {
		return nil
	}
	p := propertiesOf(keys)
	code, old := quarterCode(p)
	if code == "" {
		l.reject("code", old, "code d’un quartier prioritaire en vigueur attendu (QN…)")
		return nil
	}
	outline, err := territory.ParseOutline(keys["geometry"])
	switch {
	case errors.Is(err, territory.ErrMetres):
		l.reject("geometry", code, "coordonnées qui ne sont pas des degrés")
		return &RefusalError{Cause: BadContent, Text: "les coordonnées ne sont pas des degrés : prendre le fichier en WGS84 (EPSG:4326), pas en Lambert-93 ; rien n’a été enregistré"}
	case err != nil:
		l.reject("geometry", code, "contour illisible : attendu un Polygon ou un MultiPolygon d’au moins trois sommets")
		return nil
	}
	if why := j.misdrawn(code, outline); why != "" {
		l.reject("geometry", code, why)
		return nil
	}
	q := territory.Quarter{Code: code, Name: l.bounded("lib_qp", p.text("lib_qp", "nom_qp", "name", "nom", "libelle"), maxText), Outline: outline}
	q.Communes = j.communes(p.communes(), l)
	if !j.wanted(q.Communes) {
		l.skip(SkipOutside)
		return nil
	}
	j.add(q)
	if j.corners += outline.Corners(); j.corners > maxQuarterCorners || len(j.read) > store.MaxQuarters {
		return &RefusalError{Cause: Cause(input.TooLarge), Text: fmt.Sprintf("plus de %s ou de %s : ce n’est pas le fichier des quartiers prioritaires",
			count(store.MaxQuarters, "quartier", "quartiers"), count(maxQuarterCorners, "sommet", "sommets"))}
	}
	return nil
}

// communes keeps the codes that the atlas knows, former ones as published.
func (j *quartersJob) communes(codes []string, l *line) []string {
	var out []string
	for _, code := range codes[:min(len(codes), maxCommunesOf)] {
		if _, ok := j.session.imp.opts.Atlas.Commune(code); !ok {
			l.ignore("insee_com", code, "commune inconnue")
		} else if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

func (j *quartersJob) wanted(communes []string) bool {
	return j.session.limit.all || slices.ContainsFunc(communes, j.session.limit.keeps)
}

// add joins the features of one quarter: some files have one for each commune.
func (j *quartersJob) add(q territory.Quarter) {
	known := j.read[q.Code]
	if known == nil {
		known = &readQuarter{Quarter: q}
		j.read[q.Code] = known
	} else {
		known.Outline = append(known.Outline, q.Outline...)
		known.Communes = append(known.Communes, q.Communes...)
		slices.Sort(known.Communes)
		known.Communes = slices.Compact(known.Communes)
		known.Name = cmp.Or(known.Name, q.Name)
	}
	known.features++
}

// store compares what was read with what is stored and writes what is new.
func (j *quartersJob) store(ctx context.Context) error {
	quarters := j.session.imp.opts.Quarters
	stored, err := store.AllQuarters(ctx, quarters)
	if err != nil {
		return &storeError{err}
	}
	before := make(map[string]store.Doc[territory.Quarter], len(stored))
	for _, d := range stored {
		before[d.ID] = d
	}
	asOf, simplified := string(j.part.asOf(j.session)), 0
	var batch []store.Envelope
	for _, code := range slices.Sorted(maps.Keys(j.read)) {
		q := j.read[code]
		q.Name = cmp.Or(q.Name, before[code].Value.Name, code)
		q.AsOf, q.File, q.kept = asOf, j.part.ref, true
		if !j.newer(q, before[code]) {
			continue
		}
		doc := before[code]
		doc.Value = q.Quarter
		envelope, err := j.encode(doc)
		if err != nil {
			return err
		}
		if envelope.simplified {
			simplified++
		}
		batch = append(batch, envelope.Envelope)
	}
	if simplified > 0 {
		j.part.report.Note(count(int64(simplified), "contour trop long, simplifié pour tenir en 1 Mo : sa fiche dit de combien",
			"contours trop longs, simplifiés pour tenir en 1 Mo : leur fiche dit de combien"))
	}
	j.missing(before)
	return j.put(ctx, batch)
}

// newer counts the outcome of a quarter, and tells whether it is to be written:
// of two files the later holds, in whatever order they are read.
func (j *quartersJob) newer(q *readQuarter, before store.Doc[territory.Quarter]) bool {
	r := j.part.report
	switch {
	case before.Version == 0:
		r.Created += q.features
		return true
	case cmp.Or(cmp.Compare(q.AsOf, before.Value.AsOf), cmp.Compare(q.File, before.Value.File)) <= 0:
		r.Unchanged += q.features
		return false
	}
	r.Updated += q.features
	return true
}

type quarterEnvelope struct {
	store.Envelope
	simplified bool
}

// maxSimplified is how far, in metres, an outline may be bent to fit a document.
const maxSimplified = 64

// encode makes the document, with the finest outline that fits.
func (j *quartersJob) encode(doc store.Doc[territory.Quarter]) (quarterEnvelope, error) {
	full := doc.Value.Outline
	change := store.Change{Actor: store.ActorImport + j.session.started.UTC().Format(time.RFC3339), At: j.session.started.UTC().Truncate(time.Millisecond)}
	for metres := 0; ; metres = max(1, 2*metres) {
		if metres > 0 {
			doc.Value.Outline, doc.Value.Simplified = full.Simplified(float64(metres)), metres
		}
		e, err := j.session.imp.opts.Quarters.Encode(doc, change)
		switch {
		case err == nil:
			return quarterEnvelope{e, metres > 0}, nil
		case !errors.Is(err, store.ErrTooLarge):
			return quarterEnvelope{}, &storeError{err}
		case metres >= maxSimplified:
			return quarterEnvelope{}, &RefusalError{Cause: Cause(input.TooLarge),
				Text: "le contour de " + doc.Value.Code + " dépasse 1 Mo, même simplifié : ce n’est pas celui d’un quartier ; rien n’a été enregistré"}
		}
	}
}

// missing tells the quarters of the same departments that are stored and that
// the file does not have; they stay, with their date.
func (j *quartersJob) missing(before map[string]store.Doc[territory.Quarter]) {
	departments := map[string]bool{}
	for code := range j.read {
		departments[code[2:5]] = true
	}
	var codes []string
	for code := range before {
		if j.read[code] == nil && departments[code[2:5]] {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return
	}
	slices.Sort(codes)
	j.part.report.Note(count(int64(len(codes)), "quartier déjà chargé n’est pas", "quartiers déjà chargés ne sont pas") +
		" dans ce fichier, et restent avec leur date : " + quoted(short(codes)))
}

// quarterBatch is how many documents are written at once.
const quarterBatch = 100

// put writes the documents. The lease of imports keeps others out: a conflict is
// a failure.
func (j *quartersJob) put(ctx context.Context, batch []store.Envelope) error {
	if j.session.opts.DryRun {
		return nil
	}
	for some := range slices.Chunk(batch, quarterBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		results, err := j.session.imp.opts.Quarters.Raw().BulkPut(context.WithoutCancel(ctx), some)
		if err := errors.Join(append(results, err)...); err != nil {
			return &storeError{fmt.Errorf("contours des quartiers : %w", err)}
		}
	}
	return nil
}
