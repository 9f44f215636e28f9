package intake

import (
	"bytes"
	"context"
	"slices"

	"sourcier/internal/intake/input"
	"sourcier/internal/structure"
)

// roleGeolocation is the role of the file in which the Insee gives the position
// of every establishment of the stock, open or not: some 36 million lines, of
// which those of known structures are of use.
const roleGeolocation = "geolocation"

const (
	geoSIRET = iota
	geoLon
	geoLat
	geoQuality
	geoCommune
	geoColumns
)

var geoNames = [geoColumns]string{"siret", "x_longitude", "y_latitude", "qualite_xy", "plg_code_commune"}

var sireneGeolocation = &layout{
	format:    Sirene,
	name:      "Sirene, géolocalisation des établissements",
	limit:     input.MaxRegister,
	role:      roleGeolocation,
	looks:     func(h header) bool { return h.has("siret", "qualite_xy") },
	complaint: func(h header) string { return lacks(h, geoNames[:], []int{geoCommune}) },
}

// found are the values of qualite_xy of a number found in its street: 11, and 21
// where the street is probable. The others are drawn at random, in the street (12
// and 22) or in the commune (33): they are the position of nothing.
var found = []string{"11", "21"}

// geolocationJob completes the positions of known structures. It comes after all
// others, when the structures of the run are known.
type geolocationJob struct {
	session *session
	part    *part
}

func (j *geolocationJob) run(ctx context.Context) error {
	s := j.session
	s.meter.file = j.part.Name
	stored := newSirenMap()
	if err := s.writer.dir.sirens(ctx, func(siren []byte) { stored.put(siren) }); err != nil {
		return &storeError{err}
	}
	at := columnsOf(j.part.header, geoNames[:])
	err := s.rows(ctx, j.part, func(row *input.Row, l *line) error {
		siret := bytes.TrimSpace(field(row, at[geoSIRET]))
		if len(siret) == 14 && isSIREN(siret[:9]) && !stored.has(siret[:9]) {
			l.skip(SkipNoSheet)
			return nil
		}
		return s.take(ctx, j.draft(row, at, l))
	})
	return s.settle(ctx, j.part, err)
}

// draft says where an establishment is; nil when the line says it of none.
func (j *geolocationJob) draft(row *input.Row, at []int, l *line) *Draft {
	d := l.newDraft(structure.SourceSIRENE)
	// The register names each establishment once: no place in a file is kept.
	d.Origin.File, d.Origin.Line = "", 0
	d.Creates, d.Unknown = false, SkipNoSheet
	if !l.siret(d, j.part.header.names[at[geoSIRET]], text(row, at[geoSIRET])) {
		return nil
	}
	if d.SIRET == "" {
		l.reject("siret", "", "ligne sans SIRET")
		return nil
	}
	if !slices.Contains(found, text(row, at[geoQuality])) {
		l.skip(SkipVague)
		return nil
	}
	a := structure.Address{Commune: text(row, at[geoCommune])} // to judge the position, and no fact
	l.point(&a, text(row, at[geoLat]), text(row, at[geoLon]))
	if a.Point.Precision == "" {
		l.skip(SkipVague)
		return nil
	}
	d.Facts.Address.Point = a.Point
	return d
}
