// Command nomenclature writes the reference lists that no package carries: the
// quarters (QPV) that package territory embeds, the CPV and the NAF 2025 that
// package taxonomy embeds. It reads the tables as CSV with a header; run it from
// the root of the project when a new edition is published:
//
//	go run ./scripts/generate/nomenclature -qpv qpv.csv -cpv cpv.csv -naf2025 naf.csv
//
// A list whose table is not given stays as it is.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// list is one of the files written.
type list struct {
	flag, help string
	output     string
	head       []string // comments of the file: what it is, its source and licence
	columns    []string // of the table, in the order in which they are written
	count      int      // of the edition that we know: another is for a person to look at
	clean      func(row []string)
}

var lists = []list{
	{
		flag: "qpv", help: "`table` of the quartiers prioritaires: code, name, communes separated by |",
		output: "internal/territory/data/qpv.tsv", count: 1584,
		head: []string{
			"Quartiers prioritaires de la politique de la ville (QPV), edition 2024: code, name, communes.",
			"Source: ANCT, Licence Ouverte 2.0.",
		},
		columns: []string{"code", "name", "communes"},
		clean:   func(row []string) { row[2] = strings.ReplaceAll(row[2], "|", ",") },
	},
	{
		flag: "cpv", help: "`table` of the CPV: code of 8 digits, check digit, French label",
		output: "internal/taxonomy/data/cpv.tsv", count: 9454,
		head: []string{
			"Common Procurement Vocabulary (CPV) 2008: code, check digit, French label.",
			"Source: Regulation (EC) No 213/2008, European Union, reuse authorised by Decision 2011/833/EU.",
		},
		columns: []string{"code", "check", "label"},
	},
	{
		flag: "naf2025", help: "`table` of the NAF 2025: code of a sub-class, label",
		output: "internal/taxonomy/data/naf2025.tsv", count: 747,
		head: []string{
			"NAF 2025: code of a sub-class without its dot, label.",
			"Source: Insee, Licence Ouverte 2.0.",
		},
		columns: []string{"code", "label"},
		clean:   func(row []string) { row[0] = strings.ReplaceAll(row[0], ".", "") },
	},
}

func main() {
	log.SetFlags(0)
	paths := map[string]*string{}
	for _, l := range lists {
		paths[l.flag] = flag.String(l.flag, "", l.help)
	}
	flag.Parse()
	done := 0
	for _, l := range lists {
		if path := *paths[l.flag]; path != "" {
			if err := l.write(".", path); err != nil {
				log.Fatalf("generate/nomenclature: %s: %v", l.flag, err)
			}
			done++
		}
	}
	if done == 0 {
		flag.Usage()
		os.Exit(2)
	}
}

// write reads the table and writes the list below root.
func (l list) write(root, table string) error {
	f, err := os.Open(table)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	text, err := l.render(f)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, l.output), []byte(text), 0o644)
}

// render sorts the rows by code and writes them with tabs in between.
func (l list) render(table io.Reader) (string, error) {
	r := csv.NewReader(table)
	header, err := r.Read()
	if err != nil {
		return "", err
	}
	at := make([]int, len(l.columns))
	for i, name := range l.columns {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return "", fmt.Errorf("no column %q in %q", name, header)
		}
	}
	var lines []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		out := make([]string, len(at))
		for i, column := range at {
			out[i] = strings.Join(strings.Fields(strings.ReplaceAll(row[column], "'", "’")), " ")
		}
		if l.clean != nil {
			l.clean(out)
		}
		lines = append(lines, strings.Join(out, "\t")+"\n")
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if n := len(lines); n != l.count {
		return "", fmt.Errorf("%d rows, expected %d", n, l.count)
	}
	head := "# Made by scripts/generate/nomenclature; do not edit.\n"
	for _, line := range l.head {
		head += "# " + line + "\n"
	}
	return head + strings.Join(lines, ""), nil
}
