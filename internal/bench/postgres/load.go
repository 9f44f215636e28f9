package postgres

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"sourcier/internal/bench/flat"
	"sourcier/internal/territory"
)

// schemaVersion changes with the tables: a database of another one is left alone.
const schemaVersion = 1

// extensions are those of Debian's packages postgresql-15 and postgresql-15-postgis-3.
const extensions = `CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS fuzzystrmatch`

// raw tables take the copy; the final ones are made from them in one pass, the
// structures in the order in which they are listed.
const raw = `
CREATE UNLOGGED TABLE raw_structure (number int, stems text, surfaces text, family int, kinds int[], size int, workforce int, department int,
	places int[], labels int[], sectors int[], groups int[], shuffle bigint, point geography(Point, 4326));
CREATE UNLOGGED TABLE raw_activity (structure int, sectors int[], groups int[], modes int[], zone int, zone_places int[], places int[],
	point geography(Point, 4326), radius float8, west float8, south float8, east float8, north float8)`

const tables = `
CREATE TABLE structure AS SELECT number, to_tsvector('simple', stems) AS stems, to_tsvector('simple', surfaces) AS surfaces, family, kinds, size,
	workforce, department, places, labels, sectors, groups, shuffle, point FROM raw_structure ORDER BY shuffle;
CREATE TABLE activity AS SELECT structure, sectors, groups, modes, zone, zone_places, places, point, radius,
	CASE WHEN radius > 0 THEN ST_MakeEnvelope(west, south, east, north, 4326) END AS box FROM raw_activity;
DROP TABLE raw_structure, raw_activity;
CREATE TABLE words AS SELECT word, ndoc FROM ts_stat('SELECT stems FROM structure')`

var indexes = []string{
	`ALTER TABLE structure ADD PRIMARY KEY (number)`,
	`CREATE INDEX ON structure USING gin (stems) WITH (fastupdate = off)`,
	`CREATE INDEX ON structure USING gin (surfaces) WITH (fastupdate = off)`,
	`CREATE INDEX ON structure USING gin (kinds)`,
	`CREATE INDEX ON structure USING gin (places)`,
	`CREATE INDEX ON structure USING gin (labels)`,
	`CREATE INDEX ON structure USING gin (sectors)`,
	`CREATE INDEX ON structure USING gin (groups)`,
	`CREATE INDEX ON structure (family)`,
	`CREATE INDEX ON structure (size)`,
	`CREATE INDEX ON structure (workforce)`,
	`CREATE INDEX ON structure USING gist (point)`,
	`CREATE INDEX ON activity (structure)`,
	`CREATE INDEX ON activity (zone)`,
	`CREATE INDEX ON activity USING gin (sectors)`,
	`CREATE INDEX ON activity USING gin (groups)`,
	`CREATE INDEX ON activity USING gin (modes)`,
	`CREATE INDEX ON activity USING gin (zone_places)`,
	`CREATE INDEX ON activity USING gin (places)`,
	`CREATE INDEX ON activity USING gist (box)`,
	`CREATE INDEX ON words USING gin (word gin_trgm_ops)`,
	`ANALYZE`,
}

// Zones of activities.
const (
	zoneUndeclared = iota
	zoneFrance
	zoneList
	zoneRadius
)

// load fills an empty database with n structures and tells how long it took,
// indexes and statistics included.
func load(ctx context.Context, conn *pgx.Conn, codes *flat.Codes, n int, docs func(int) flat.Doc) (time.Duration, error) {
	start := time.Now()
	if _, err := conn.Exec(ctx, extensions); err != nil {
		return 0, fmt.Errorf("extensions: %w", err)
	}
	if _, err := conn.Exec(ctx, raw); err != nil {
		return 0, err
	}
	err := send(ctx, conn, "raw_structure", n, func(w *bufio.Writer, i int) { structureLine(w, codes, docs(i)) })
	if err != nil {
		return 0, err
	}
	err = send(ctx, conn, "raw_activity", n, func(w *bufio.Writer, i int) { activityLines(w, codes, docs(i)) })
	if err != nil {
		return 0, err
	}
	for _, statement := range append([]string{tables}, indexes...) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return 0, fmt.Errorf("%s: %w", statement, err)
		}
	}
	took := time.Since(start)
	_, err = conn.Exec(ctx, `CREATE TABLE built AS SELECT $1::bigint AS took`, int64(took))
	return took, err
}

// send copies the lines of all structures into a table.
func send(ctx context.Context, conn *pgx.Conn, table string, n int, line func(*bufio.Writer, int)) error {
	out, in := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(in, 1<<16)
		for i := range n {
			line(w, i)
		}
		_ = in.CloseWithError(w.Flush()) // read at the other end
	}()
	_, err := conn.PgConn().CopyFrom(ctx, out, "COPY "+table+" FROM STDIN")
	return errors.Join(err, out.Close())
}

func structureLine(w *bufio.Writer, c *flat.Codes, d flat.Doc) {
	point := `\N`
	if d.Located {
		point = wkt(d.Lat, d.Lon)
	}
	columns(w, d.Number, d.Stems, d.Surfaces, c.Family.Number(d.Family), c.Kind.Numbers(d.Kinds), c.Size.Number(d.Size),
		c.Workforce.Number(d.Workforce), c.Department.Number(d.Department), c.Place.Numbers(d.Places), c.Label.Numbers(d.Labels),
		c.Sector.Numbers(d.Sectors), c.Group.Numbers(d.Groups), int(d.Shuffle), point)
}

func activityLines(w *bufio.Writer, c *flat.Codes, d flat.Doc) {
	for _, a := range d.Activities {
		zone, places, point, radius, box := zoneUndeclared, []int{}, `\N`, 0.0, [4]float64{}
		switch z := a.Zone; {
		case z.France:
			zone = zoneFrance
		case len(z.Territories) > 0:
			zone, places = zoneList, c.Place.Numbers(z.Territories)
		case z.RadiusKM > 0:
			zone = zoneRadius
			if d.Located {
				point, radius, box = wkt(d.Lat, d.Lon), z.RadiusKM*1000, boxAround(d.Lat, d.Lon, z.RadiusKM)
			}
		}
		columns(w, d.Number, c.Sector.Numbers(a.Sectors), c.Group.Numbers(a.Groups), c.Mode.Numbers(a.Modes), zone, places, c.Place.Numbers(d.Places),
			point, radius, box[0], box[1], box[2], box[3])
	}
}

// boxAround is a box that holds the circle: what the index looks up.
func boxAround(lat, lon, km float64) [4]float64 {
	const rad = math.Pi / 180
	dLat := km/territory.DistanceKM(0, 0, 1, 0) + 0.001
	dLon := dLat / math.Cos(min(89, math.Abs(lat)+dLat)*rad)
	return [4]float64{lon - dLon, lat - dLat, lon + dLon, lat + dLat}
}

func wkt(lat, lon float64) string {
	return "SRID=4326;POINT(" + strconv.FormatFloat(lon, 'f', -1, 64) + " " + strconv.FormatFloat(lat, 'f', -1, 64) + ")"
}

// columns writes one line of the copy. Our words hold no tab and no backslash.
func columns(w *bufio.Writer, values ...any) {
	for i, v := range values {
		if i > 0 {
			_ = w.WriteByte('\t') // the first error sticks to the writer
		}
		switch v := v.(type) {
		case []int:
			_, _ = w.WriteString("{" + strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ","), "[]") + "}")
		default:
			_, _ = fmt.Fprint(w, v)
		}
	}
	_ = w.WriteByte('\n')
}
