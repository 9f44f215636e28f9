package programme

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// ImportProjects is the kind of a file of planned purchases of the State (APProch).
const ImportProjects = "projets"

// ErrMoved says that what was shown is not what would be written any more.
var ErrMoved = errors.New("the plan has changed since it was shown")

// importer is the member, when it may import.
func importer(m buyer.Member) error {
	if !sourcing.Buys(m) {
		return account.ErrNotAllowed
	}
	return nil
}

// Imported is a file of the organisation, with what it holds.
type Imported struct {
	sourcing.Import
	Table    table.Table
	Projects []project // of a file of the State
}

// Heads are those of its table.
func (i *Imported) Heads() table.Heads { return i.Table.At(i.First, i.Last) }

// content is what is kept of a file.
type content struct {
	Table    table.Table `json:"table,omitzero"`
	Projects []project   `json:"projects,omitempty"`
	Remarks  []Remark    `json:"remarks,omitempty"`
}

// StageImport reads the file at a path and keeps what it holds for a day, under an id that
// the form chose. An account.Fault says what is wrong with the file.
func (s *Service) StageImport(ctx context.Context, m buyer.Member, id, kind, name, path string) error {
	if err := importer(m); err != nil {
		return err
	}
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	i := sourcing.Import{ID: id, Organisation: m.Organisation, Kind: kind, File: fileName(name), At: s.Now().UTC(), By: m.Person}
	var c content
	if kind == ImportProjects {
		c.Projects, err = readProjects(ctx, path)
		i.Mapped = true
	} else {
		c.Table, err = table.Read(ctx, path)
	}
	if err != nil {
		return err
	}
	if kind != ImportProjects {
		mapHeads(&i, &c.Table, c.Table.Found(table.Kind(kind)), &set)
	}
	if i.Content, err = pack(c); err != nil {
		return err
	}
	return s.keepImport(ctx, i)
}

// KeepImport stores one whose lines are written already, and that tells what came of them:
// a list of guests of an event.
func (s *Service) KeepImport(ctx context.Context, i sourcing.Import) error {
	return s.keepImport(ctx, i)
}

// keepImport stores it; the oldest of an organisation that has too many give way.
func (s *Service) keepImport(ctx context.Context, i sourcing.Import) error {
	if err := s.makeRoom(ctx, i.Organisation, i.ID); err != nil {
		return err
	}
	_, err := s.Imports.Insert(ctx, i, store.Change{Actor: i.By, At: s.Now()})
	if !errors.Is(err, store.ErrDuplicate) {
		return err
	}
	d, err := s.Imports.Get(ctx, i.ID)
	if err == nil && d.Value.Organisation != i.Organisation {
		err = store.ErrNotFound
	}
	return err
}

func (s *Service) makeRoom(ctx context.Context, organisation, id string) error {
	others, err := s.Imports.FindLookup(ctx, store.PurchasesOf(organisation), 2*sourcing.MaxImports)
	if err != nil {
		return err
	}
	slices.SortFunc(others, func(a, b store.Doc[sourcing.Import]) int { return a.Value.At.Compare(b.Value.At) })
	for n, d := range others {
		waits := !d.Value.AcceptAt.IsZero() && d.Value.DoneAt.IsZero()
		if len(others)-n < sourcing.MaxImports || waits || d.ID == id {
			continue
		}
		if err := s.forgetImport(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// forgetImport deletes one that nobody else has changed or deleted.
func (s *Service) forgetImport(ctx context.Context, d store.Doc[sourcing.Import]) error {
	err := s.Imports.Delete(ctx, d)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// fileName is the name of a file as it is shown.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name, err := sourcing.Line("Ce nom", name, 100)
	if err != nil || name == "" {
		return "fichier"
	}
	return name
}

func pack(c content) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if err := json.NewEncoder(w).Encode(c); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if out.Len() > 8<<20 {
		return nil, account.Fault("Ce fichier contient trop de texte : retirez les colonnes qui ne servent pas.")
	}
	return out.Bytes(), nil
}

func unpack(packed []byte) (c content, err error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return c, err
	}
	return c, json.NewDecoder(io.LimitReader(r, 256<<20)).Decode(&c)
}

// mapHeads gives the columns their fields: as they were given for the same heads before, else
// as they are guessed.
func mapHeads(i *sourcing.Import, t *table.Table, h table.Heads, set *sourcing.Programme) {
	i.First, i.Last, i.Remembered, i.Fields = h.First, h.Last, false, nil
	for _, f := range t.Guessed(table.Kind(i.Kind), h) {
		i.Fields = append(i.Fields, string(f))
	}
	known := set.Remembered(headsPrint(i.Kind, h))
	if known == nil {
		return
	}
	i.Remembered = true
	keys := headKeys(h, len(i.Fields))
	for n := range i.Fields {
		if f, ok := known.Fields[keys[n]]; ok {
			i.Fields[n] = f
		}
	}
}

// headKeys names the columns by their heads: folded, numbered when two are alike.
func headKeys(h table.Heads, width int) []string {
	out := make([]string, width)
	seen := map[string]int{}
	for n := range out {
		if n < len(h.Names) {
			out[n] = territory.Fold(h.Names[n])
		}
		seen[out[n]]++
		if k := seen[out[n]]; k > 1 || out[n] == "" {
			out[n] = fmt.Sprintf("%s#%d", out[n], k)
		}
	}
	return out
}

// headsPrint is the fingerprint of the heads of a kind of file.
func headsPrint(kind string, h table.Heads) string {
	return derived("heads", kind, strings.Join(headKeys(h, len(h.Names)), "\x1f"))
}

// derived makes an id of what it names: the same names give the same id.
func derived(names ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:26])
}

// ImportsOf lists what the organisation has imported lately, the newest first, without what the files hold.
func (s *Service) ImportsOf(ctx context.Context, m buyer.Member) ([]sourcing.Import, error) {
	if err := importer(m); err != nil {
		return nil, err
	}
	docs, err := s.Imports.FindLookup(ctx, store.PurchasesOf(m.Organisation), 2*sourcing.MaxImports)
	if err != nil {
		return nil, err
	}
	var out []sourcing.Import
	for _, d := range docs {
		if d.Value.Content = nil; !d.Value.Lapsed(s.Now()) && d.Value.Kind != string(table.Guests) {
			out = append(out, d.Value)
		}
	}
	slices.SortFunc(out, func(a, b sourcing.Import) int { return b.At.Compare(a.At) })
	return out, nil
}

// ImportOf reads one of the member's organisation. store.ErrNotFound for any other.
func (s *Service) ImportOf(ctx context.Context, m buyer.Member, id string) (*Imported, error) {
	if err := importer(m); err != nil {
		return nil, err
	}
	d, err := s.Imports.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Value.Organisation != m.Organisation || d.Value.Lapsed(s.Now()) || d.Value.Kind == string(table.Guests) {
		return nil, fmt.Errorf("import %s of %s: %w", id, m.Organisation, store.ErrNotFound)
	}
	out := &Imported{Import: d.Value}
	if len(d.Value.Content) == 0 {
		return out, nil
	}
	c, err := unpack(d.Value.Content)
	out.Table, out.Projects = c.Table, c.Projects
	return out, err
}

// MapImport says what the columns hold.
func (s *Service) MapImport(ctx context.Context, m buyer.Member, id string, fields []string) error {
	i, err := s.ImportOf(ctx, m, id)
	if err != nil {
		return err
	}
	if err := checkFields(table.Kind(i.Kind), fields, len(i.Fields)); err != nil {
		return err
	}
	return s.onImport(ctx, m, id, func(i *sourcing.Import) { i.Fields, i.Mapped = fields, true })
}

// HeadImport says which line, or two lines, are the heads; columns are guessed anew.
func (s *Service) HeadImport(ctx context.Context, m buyer.Member, id string, first, last int) error {
	i, err := s.ImportOf(ctx, m, id)
	if err != nil {
		return err
	}
	if i.Kind == ImportProjects || first < 0 || last < first || last > first+1 || last >= len(i.Table.Lines) {
		return account.Fault("Cette ligne n’est pas du tableau.")
	}
	set, err := s.Of(ctx, m)
	if err != nil {
		return err
	}
	h := i.Table.At(first, last)
	return s.onImport(ctx, m, id, func(to *sourcing.Import) {
		mapHeads(to, &i.Table, h, &set)
		to.Mapped = false
	})
}

// checkFields: an object is needed, and a field is that of one column.
func checkFields(kind table.Kind, fields []string, width int) error {
	known := table.Fields(kind)
	if len(fields) != width {
		return account.Fault("Les colonnes ne sont pas celles du fichier : rechargez la page.")
	}
	for n, f := range fields {
		field := table.Field(f)
		switch {
		case f == "":
		case !slices.Contains(known, field):
			return account.Fault("Ce choix n’est pas de la liste.")
		case !field.Several() && slices.Contains(fields[:n], f):
			return account.Fault("« " + field.Label() + " » est donné à deux colonnes, " + table.Column(slices.Index(fields, f)) + " et " + table.Column(n) + " : gardez-en une.")
		}
	}
	return checkNeeded(kind, func(f table.Field) bool { return slices.Contains(fields, string(f)) })
}

// checkNeeded: nothing is made without an object, no contract without its end.
func checkNeeded(kind table.Kind, has func(table.Field) bool) error {
	ends := has(table.End) || has(table.Start) && (has(table.Months) || has(table.Years))
	switch {
	case !has(table.Object):
		return account.Fault("Dites quelle colonne est l’objet : sans lui, rien ne s’importe.")
	case kind == table.Contracts && !ends:
		return account.Fault("Dites quelle colonne est la fin du marché, ou lesquelles sont son début et sa durée.")
	}
	return nil
}

// onImport changes one that is not accepted yet.
func (s *Service) onImport(ctx context.Context, m buyer.Member, id string, change func(*sourcing.Import)) error {
	_, err := store.Update(ctx, s.Imports, id, func(i *sourcing.Import) (store.Change, error) {
		switch {
		case i.Organisation != m.Organisation:
			return store.Change{}, store.ErrNotFound
		case !i.AcceptAt.IsZero():
			return store.Change{}, account.Fault("Cet import est déjà accepté.")
		}
		change(i)
		return store.Change{Actor: m.Person, At: s.Now()}, nil
	})
	return err
}

// DropImport forgets a file that is not wanted any more.
func (s *Service) DropImport(ctx context.Context, m buyer.Member, id string) error {
	i, err := s.ImportOf(ctx, m, id)
	if err != nil {
		return err
	}
	if !i.AcceptAt.IsZero() && i.DoneAt.IsZero() {
		return account.Fault("Cet import est en cours : il va à son terme.")
	}
	d, err := s.Imports.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.forgetImport(ctx, d)
}

// SweepImports finishes what was accepted and not written to its end, and forgets what
// nobody came back to. It tells how many were forgotten.
func (s *Service) SweepImports(ctx context.Context) (swept int, err error) {
	var lapsed []store.Doc[sourcing.Import]
	var waiting []string
	err = s.Imports.All(ctx, func(d store.Doc[sourcing.Import]) error {
		switch {
		case d.Value.Lapsed(s.Now()):
			d.Value.Content = nil
			lapsed = append(lapsed, d)
		case !d.Value.AcceptAt.IsZero() && d.Value.DoneAt.IsZero():
			waiting = append(waiting, d.ID)
		}
		return nil
	})
	for _, id := range waiting {
		err = errors.Join(err, s.carryImport(ctx, id))
	}
	for _, d := range lapsed {
		err = errors.Join(err, s.forgetImport(ctx, d))
		swept++
	}
	return swept, err
}

func frenchDay(d structure.Date) string { return d.Time().Format("02/01/2006") }

// monthsBetween is how many months two days span, rounded.
func monthsBetween(from, to structure.Date) int {
	days := to.Time().Sub(from.Time()).Hours()/24 + 1
	return max(1, int(days/30.44+0.5))
}
