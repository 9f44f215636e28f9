package sphinx

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sourcier/internal/bench/flat"
)

const (
	built = "built.json" // written last: an index without it is begun anew
	table = "structures"
)

// columns of the source, after the id.
const source = `
source %[1]s {
  type = tsvpipe
  tsvpipe_command = cat %[2]s/source.tsv
  tsvpipe_field = stems
  tsvpipe_field = surfaces
  tsvpipe_attr_uint = family
  tsvpipe_attr_multi = kind
  tsvpipe_attr_multi = group_
  tsvpipe_attr_uint = department
  tsvpipe_attr_uint = size
  tsvpipe_attr_uint = workforce
  tsvpipe_attr_multi = sector
  tsvpipe_attr_multi = label
  tsvpipe_attr_multi = place
  tsvpipe_attr_bigint = shuffle
  tsvpipe_attr_float = lat
  tsvpipe_attr_float = lon
}
index %[1]s {
  source = %[1]s
  path = %[2]s/index
  dict = keywords
  min_prefix_len = 3
  min_word_len = 1
}
indexer {
  mem_limit = 1024M
}
searchd {
  listen = 127.0.0.1:%[3]d:mysql41
  pid_file = %[2]s/searchd.pid
  log = %[2]s/searchd.log
  binlog_path =
  workers = threads
  max_children = 32
}
`

// Build is how an index was made.
type Build struct {
	Documents int           `json:"documents"`
	Took      time.Duration `json:"took"` // of the indexer alone
}

// prepare indexes n documents in dir unless an earlier run has.
func prepare(ctx context.Context, dir string, codes *flat.Codes, n int, docs func(int) flat.Doc) (b Build, cached bool, err error) {
	if raw, err := os.ReadFile(filepath.Join(dir, built)); err == nil { // #nosec G304 -- the cache's own file
		if json.Unmarshal(raw, &b) == nil && b.Documents == n {
			return b, true, nil
		}
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return b, false, err
	}
	tsv := filepath.Join(dir, "source.tsv")
	if err := write(tsv, codes, n, docs); err != nil {
		return b, false, err
	}
	conf, err := configure(dir, 0)
	if err != nil {
		return b, false, err
	}
	start := time.Now()
	out, err := exec.CommandContext(ctx, "indexer", "--quiet", "--config", conf, table).CombinedOutput() // #nosec G204 -- our own file
	if err != nil {
		return b, false, fmt.Errorf("indexer: %w: %s", err, out)
	}
	b = Build{n, time.Since(start)}
	raw, err := json.Marshal(b)
	if err != nil {
		return b, false, err
	}
	return b, false, errors.Join(os.Remove(tsv), os.WriteFile(filepath.Join(dir, built), raw, 0o600))
}

func configure(dir string, port int) (file string, err error) {
	file = filepath.Join(dir, "sphinx.conf")
	return file, os.WriteFile(file, fmt.Appendf(nil, source, table, dir, port), 0o600)
}

func write(file string, codes *flat.Codes, n int, docs func(int) flat.Doc) (err error) {
	f, err := os.Create(file) // #nosec G304 -- the cache's own file
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	for i := range n {
		line(w, codes, docs(i))
	}
	return w.Flush()
}

// nowhere is a latitude in radians, far from every question.
const nowhere = -1.5

func line(w *bufio.Writer, c *flat.Codes, d flat.Doc) {
	lat, lon := nowhere, 0.0
	if d.Located {
		lat, lon = d.Lat*math.Pi/180, d.Lon*math.Pi/180
	}
	_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\t%d\t%v\t%v\n", d.Number+1, d.Stems, d.Surfaces, // errors stick to w
		c.Family.Number(d.Family), list(c.Kind.Numbers(d.Kinds)), list(c.Group.Numbers(d.Groups)), c.Department.Number(d.Department),
		c.Size.Number(d.Size), c.Workforce.Number(d.Workforce), list(c.Sector.Numbers(d.Sectors)), list(c.Label.Numbers(d.Labels)),
		list(c.Place.Numbers(d.Places)), d.Shuffle, lat, lon)
}

func list(numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ",")
}
