package gathering

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/event"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/store"
	"sourcier/internal/structure"
	"sourcier/internal/territory"
)

// GuestFile tells what came of a file of guests: the lines that are right are on the list.
type GuestFile struct {
	Event   string      `json:"event"`
	File    string      `json:"file"`
	Lines   int         `json:"lines"`
	Added   int         `json:"added"`
	Known   int         `json:"known"`             // on the list already
	Twice   int         `json:"twice"`             // lines of an address of another line
	Columns []string    `json:"columns,omitempty"` // what was read, in French
	Left    []string    `json:"left,omitempty"`    // heads that mean nothing here
	Decoded bool        `json:"decoded,omitempty"` // it was not UTF-8, and was taken for Windows-1252
	Faults  []GuestLine `json:"faults,omitempty"`
	Notes   []GuestLine `json:"notes,omitempty"` // lines that are taken, less something
}

// GuestLine is what is said of a line: where, what stands there, what to do.
type GuestLine struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"` // « C », "" for the whole line
	Head   string `json:"head,omitempty"`
	Value  string `json:"value,omitempty"`
	Text   string `json:"text"`
}

// guestReader reads the lines of a file.
type guestReader struct {
	heads  table.Heads
	fields []table.Field
	role   event.Role // of who names none
	out    *GuestFile
	seen   map[string]int // line by address
}

// ImportGuests puts the guests of the file at a path on the list of an event: the lines
// that are right, each address once. The same id is one import, however often it is sent.
func (s *Service) ImportGuests(ctx context.Context, m buyer.Member, id, once, name, path string, role event.Role) error {
	seen, err := s.Event(ctx, m, id)
	if err != nil {
		return err
	}
	if !event.Hosts(m) {
		return account.ErrNotAllowed
	}
	if _, err := s.GuestFile(ctx, m, id, once); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	t, err := table.Read(ctx, path, table.Guests)
	if err != nil {
		return err
	}
	out := &GuestFile{Event: seen.Event.ID, File: name, Decoded: t.Encode}
	guests, err := readGuests(&t, role, out)
	if err != nil {
		return err
	}
	for i := range guests {
		guests[i].Source = "Fichier : " + name
	}
	if len(guests) > 0 {
		if out.Added, out.Known, err = s.Add(ctx, m, id, guests); err != nil {
			return err
		}
	}
	return s.keepGuestFile(ctx, m, once, out)
}

func (s *Service) keepGuestFile(ctx context.Context, m buyer.Member, once string, out *GuestFile) error {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if err := errors.Join(json.NewEncoder(w).Encode(out), w.Close()); err != nil {
		return err
	}
	now := s.Now().UTC()
	return s.Programme.KeepImport(ctx, sourcing.Import{ID: once, Organisation: m.Organisation, Kind: string(table.Guests), File: out.File, Content: packed.Bytes(), At: now, By: m.Person, AcceptAt: now, AcceptBy: m.Person, DoneAt: now, Outcome: sourcing.Tally{Created: out.Added, Same: out.Known, Refused: len(out.Faults)}})
}

// GuestFile tells what came of a file, for a day. store.ErrNotFound for one of another
// organisation or event.
func (s *Service) GuestFile(ctx context.Context, m buyer.Member, id, once string) (*GuestFile, error) {
	none := fmt.Errorf("file of guests %s: %w", once, store.ErrNotFound)
	d, err := s.Programme.Imports.Get(ctx, once)
	if err != nil {
		return nil, err
	}
	if d.Value.Organisation != m.Organisation || d.Value.Kind != string(table.Guests) || d.Value.Lapsed(s.Now()) {
		return nil, none
	}
	const most = 16 << 20
	r, err := gzip.NewReader(bytes.NewReader(d.Value.Content))
	if err != nil {
		return nil, err
	}
	out := &GuestFile{}
	if err := json.NewDecoder(io.LimitReader(r, most)).Decode(out); err != nil {
		return nil, err
	}
	if out.Event != id {
		return nil, none
	}
	return out, nil
}

// readGuests reads the lines of a table. An account.Fault when no column is of addresses.
func readGuests(t *table.Table, role event.Role, out *GuestFile) ([]event.Guest, error) {
	h := t.Found(table.Guests)
	r := &guestReader{heads: h, fields: t.Guessed(table.Guests, h), role: role, out: out, seen: map[string]int{}}
	for i, f := range r.fields {
		switch {
		case f != "":
			out.Columns = append(out.Columns, table.Column(i)+" : "+f.Label())
		case i < len(h.Names) && h.Names[i] != "":
			out.Left = append(out.Left, h.Names[i])
		}
	}
	for _, name := range h.Names {
		if _, err := account.ParseEmail(name); err == nil {
			return nil, account.Fault("La première ligne de ce fichier n’a pas de titres : ajoutez-en une qui dise ce que contient chaque colonne, « Nom » et « Courriel » par exemple.")
		}
	}
	if r.column(table.GuestEmail) < 0 {
		return nil, account.Fault("Aucune colonne de ce fichier n’est celle des adresses électroniques : donnez-lui le titre « Courriel ». Titres lus : " + strings.Join(out.Left, ", ") + ".")
	}
	body := t.Body(h)
	if len(body) > table.MaxLines {
		return nil, account.Fault("Ce tableau a plus de 5 000 lignes : importez-le en plusieurs fichiers.")
	}
	var guests []event.Guest
	for _, l := range body {
		out.Lines++
		if g, ok := r.guest(l); ok {
			guests = append(guests, g)
		}
	}
	return guests, nil
}

// column is that of a field, -1 when there is none.
func (r *guestReader) column(f table.Field) int {
	for i, x := range r.fields {
		if x == f {
			return i
		}
	}
	return -1
}

func (r *guestReader) text(l table.Line, f table.Field) string {
	text := l.Cell(r.column(f))
	if sourcing.Unsaid(text) {
		return ""
	}
	return text
}

// say is what is said of a cell.
func (r *guestReader) say(l table.Line, f table.Field, text string) GuestLine {
	out := GuestLine{Line: l.N, Text: text}
	if i := r.column(f); i >= 0 {
		out.Column, out.Value = table.Column(i), l.Cell(i)
		if i < len(r.heads.Names) {
			out.Head = r.heads.Names[i]
		}
	}
	if letters := []rune(out.Value); len(letters) > 80 {
		out.Value = string(letters[:80]) + "…"
	}
	return out
}

// guest reads a line; false when it is not taken, which is told.
func (r *guestReader) guest(l table.Line) (g event.Guest, ok bool) {
	refuse := func(f table.Field, text string) (event.Guest, bool) {
		r.out.Faults = append(r.out.Faults, r.say(l, f, text))
		return g, false
	}
	if l.Bad != "" {
		return refuse("", l.Bad)
	}
	email, err := account.ParseEmail(l.Cell(r.column(table.GuestEmail)))
	switch {
	case r.text(l, table.GuestEmail) == "":
		return refuse(table.GuestEmail, "Cette ligne n’a pas d’adresse : ajoutez-la, ou retirez la ligne.")
	case err != nil:
		return refuse(table.GuestEmail, err.Error()+" Corrigez-la.")
	}
	for _, x := range []struct {
		field table.Field
		what  string
		most  int
		to    *string
	}{{table.GuestName, "Ce nom", 100, &g.Name}, {table.GuestFirst, "Ce prénom", 50, &g.From}, {table.GuestBody, "Cet organisme", 150, &g.Body}, {table.GuestJob, "Cette fonction", 150, &g.Job}, {table.GuestPhone, "Ce numéro", event.MaxPhone, &g.Phone}} {
		text := r.text(l, x.field)
		if x.field != table.GuestPhone && strings.IndexAny(text, "=@+") == 0 {
			return refuse(x.field, "Cette cellule commence comme une formule : écrivez sa valeur.")
		}
		if *x.to, err = sourcing.Line(x.what, text, x.most); err != nil {
			return refuse(x.field, err.Error()+" Raccourcissez ou corrigez.")
		}
	}
	g.Name, g.From = strings.TrimSpace(g.From+" "+g.Name), ""
	if first := r.seen[email.Key()]; first > 0 {
		r.out.Twice++
		r.out.Notes = append(r.out.Notes, r.say(l, table.GuestEmail, fmt.Sprintf("Même adresse qu’à la ligne %d : une seule invitation.", first)))
		return g, false
	}
	r.seen[email.Key()] = l.N
	g.Email = string(email)
	r.more(l, &g)
	return g, true
}

// more reads what a guest may do without: what is not understood is told, and left out.
func (r *guestReader) more(l table.Line, g *event.Guest) {
	note := func(f table.Field, text string) { r.out.Notes = append(r.out.Notes, r.say(l, f, text)) }
	if text := r.text(l, table.GuestSIREN); text != "" {
		if siret, _, err := structure.ParseSIRET(text); err == nil {
			g.SIREN = siret[:9]
		} else if siren, _, err := structure.ParseSIREN(text); err == nil {
			g.SIREN = siren
		} else {
			note(table.GuestSIREN, "Ni SIREN ni SIRET : laissé vide.")
		}
	}
	g.Role = r.role
	if text := r.text(l, table.GuestRole); text != "" {
		role := guestRoleSaid(text)
		if role == "" {
			note(table.GuestRole, "Rôle inconnu : pris comme « "+r.role.Label()+" ».")
			return
		}
		g.Role = role
	}
}

// guestRoleWords begin the words that name a role, folded.
var guestRoleWords = []struct {
	begins string
	role   event.Role
}{
	{"achet", event.AsBuyer}, {"prescript", event.AsBuyer}, {"service", event.AsBuyer}, {"collectivit", event.AsBuyer}, {"struct", event.AsStructure}, {"esat", event.AsStructure}, {"ea", event.AsStructure}, {"siae", event.AsStructure}, {"entreprise", event.AsStructure}, {"fournisseur", event.AsStructure},
	{"exposant", event.AsStructure}, {"partenaire", event.AsPartner}, {"reseau", event.AsPartner}, {"interven", event.AsSpeaker}, {"orateur", event.AsSpeaker}, {"autre", event.AsOther},
}

func guestRoleSaid(text string) event.Role {
	for _, w := range guestRoleWords {
		if strings.HasPrefix(territory.Fold(text), w.begins) {
			return w.role
		}
	}
	return ""
}
