package sourcing

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sourcier/internal/structure"
)

const (
	maxPacked   = 40_000    // bytes of an evidence: a dossier holds MaxDecisions of them
	maxUnpacked = 4_000_000 // bytes of its JSON: what is stored is not believed to be small
)

// Evidence is a study as it was when a decision was proposed. Whatever changes
// afterwards, in the purchase, the directory, the thresholds or the law, it says what it
// said: the threshold is Study.Asked, the law Study.Rules, the day Study.On.
type Evidence struct {
	Hash   string `json:"hash,omitempty"`   // SHA-256 of the study's JSON, printed with the decision
	Packed []byte `json:"packed,omitempty"` // that JSON under gzip: a dossier holds several
}

// Freeze makes the evidence of a study. One that would be too large leaves out
// candidates, those that are not counted first, and says of each basis how many.
func Freeze(s Study) (Evidence, error) {
	for most := MaxCandidates; ; most /= 2 {
		text, err := json.Marshal(shortened(s, most))
		if err != nil {
			return Evidence{}, fmt.Errorf("freeze: %w", err)
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err = w.Write(text)
		if err = errors.Join(err, w.Close()); err != nil {
			return Evidence{}, fmt.Errorf("freeze: %w", err)
		}
		if packed.Len() <= maxPacked || most == 0 {
			sum := sha256.Sum256(text)
			return Evidence{Hash: hex.EncodeToString(sum[:]), Packed: packed.Bytes()}, nil
		}
	}
}

// shortened keeps the first candidates of each basis: those counted come first.
func shortened(s Study, most int) Study {
	s.Bases = slices.Clone(s.Bases)
	for i := range s.Bases {
		b := &s.Bases[i]
		if extra := len(b.Candidates) - most; extra > 0 {
			b.Candidates, b.More = b.Candidates[:most], b.More+extra
		}
	}
	return s
}

// Study reads the evidence. An error when it is not what was frozen.
func (e Evidence) Study() (Study, error) {
	var s Study
	r, err := gzip.NewReader(bytes.NewReader(e.Packed))
	if err != nil {
		return s, fmt.Errorf("evidence: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return s, fmt.Errorf("evidence: %w", err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != e.Hash {
		return s, errors.New("evidence: it is not what was frozen")
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("evidence: %w", err)
	}
	return s, nil
}

// Judged is what of a purchase and its lot a decision rests on: when it changes, the
// page of the decision says so.
type Judged struct {
	Object      string         `json:"object,omitempty"`
	Nature      Nature         `json:"nature,omitempty"`
	CPV         string         `json:"cpv,omitempty"`
	Sectors     []string       `json:"sectors,omitempty"`
	Mode        structure.Mode `json:"mode,omitempty"`
	Places      []string       `json:"places,omitempty"`
	Euros       int64          `json:"euros,omitempty"` // of the lot
	Whole       int64          `json:"whole,omitempty"` // of all lots, with renewals
	Months      int            `json:"months,omitempty"`
	Lots        int            `json:"lots,omitempty"`
	TakeOver    Said           `json:"take_over,omitempty"`
	Publication structure.Date `json:"publication,omitempty"`
}

// JudgedOf is what is decided upon now.
func JudgedOf(p *Purchase, l *Lot) Judged {
	return Judged{
		Object: p.ObjectOf(l), Nature: p.Nature, CPV: p.CPVOf(l), Sectors: l.Sectors, Mode: l.Mode, Places: p.PlacesOf(l), Euros: p.EurosOf(l), Whole: p.Total(),
		Months: p.TotalMonths(), Lots: len(p.Lots), TakeOver: p.TakeOver, Publication: p.Publication,
	}
}

// Change is a fact that is no longer what it was, in French.
type Change struct{ What, Before, After string }

// ChangesTo lists what has changed since, in the order of the facts. Places and sectors
// are given as their values: names are for who shows them.
func (j Judged) ChangesTo(now Judged) (out []Change) {
	add := func(what, before, after string) {
		if before != after {
			out = append(out, Change{what, before, after})
		}
	}
	add("Objet", j.Object, now.Object)
	add("Nature", j.Nature.Label(), now.Nature.Label())
	add("Code CPV", j.CPV, now.CPV)
	add("Secteurs", strings.Join(j.Sectors, ", "), strings.Join(now.Sectors, ", "))
	add("Mode", string(j.Mode), string(now.Mode))
	add("Lieux d’exécution", strings.Join(j.Places, ", "), strings.Join(now.Places, ", "))
	add("Montant du lot", known(j.Euros), known(now.Euros))
	add("Montant de tout le besoin", known(j.Whole), known(now.Whole))
	add("Durée, reconductions comprises", months(j.Months), months(now.Months))
	add("Nombre de lots", number(j.Lots), number(now.Lots))
	add("Reprise du personnel", string(j.TakeOver), string(now.TakeOver))
	add("Publication prévue", string(j.Publication), string(now.Publication))
	return out
}

func known(euros int64) string {
	if euros == 0 {
		return ""
	}
	return Money(euros)
}

func months(n int) string {
	if n == 0 {
		return ""
	}
	return number(n) + "\u00a0mois"
}

// Stamp tells one state of a study and of its purchase from another, so that nobody
// proposes on what was not read.
func Stamp(e Evidence, j Judged) string {
	text, err := json.Marshal(j)
	if err != nil {
		return e.Hash // of strings and numbers: it cannot be
	}
	sum := sha256.Sum256(append(text, e.Hash...))
	return hex.EncodeToString(sum[:8])
}
