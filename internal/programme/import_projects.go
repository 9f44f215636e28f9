package programme

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/buyer"
	"sourcier/internal/intake/input"
	"sourcier/internal/programme/table"
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// project is a planned purchase of the State, in the names of APProch.
type project struct {
	URL         string  `json:"url"`
	Label       string  `json:"label"`
	Description string  `json:"description,omitempty"`
	Category    string  `json:"purchasingCategory,omitempty"`
	CPV         string  `json:"CPVPrimary,omitempty"`
	Status      string  `json:"status,omitempty"` // active, current, close
	Publication string  `json:"publicationTargetDate,omitempty"`
	Amount      float64 `json:"marketEstimatedAmount,omitempty"` // 0 is not said
	Months      float64 `json:"marketMaxDuration,omitempty"`
	Social      string  `json:"socialConsiderationsConcerned,omitempty"` // yes, no, dont_know
	Green       string  `json:"environmentalConsiderationsConcerned,omitempty"`
	UpdatedAt   string  `json:"updatedAt,omitempty"`
	Departments []struct {
		Department string `json:"department"` // FR is the whole country
	} `json:"departments,omitempty"`
	Reserved []struct {
		Code string `json:"code"`
	} `json:"reservedPublicMarkets,omitempty"`

	N   int    `json:"n,omitempty"`   // its place in the file, from 1
	Bad string `json:"bad,omitempty"` // it cannot be read
}

// readProjects reads the list of a file. An account.Fault.
func readProjects(ctx context.Context, path string) ([]project, error) {
	objects, err := table.Objects(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = objects.Close() }()
	var out []project
	for {
		object, err := objects.Next()
		var broken *input.Error
		switch {
		case errors.Is(err, io.EOF) && len(out) == 0:
			return nil, account.Fault("Ce fichier ne contient aucun projet.")
		case errors.Is(err, io.EOF):
			return out, nil
		case errors.As(err, &broken):
			return nil, account.Fault("Ce fichier ne se lit pas : " + broken.Text + ".")
		case err != nil:
			return nil, err
		}
		p := project{}
		if err := json.Unmarshal(object.Raw, &p); err == nil {
			p.Bad = ""
		} else {
			p = project{Bad: "Ce projet n’est pas écrit comme ceux d’APProch : une valeur n’est pas du type attendu."}
		}
		p.N = object.Number // whatever the file says
		if out = append(out, p); len(out) > table.MaxLines {
			return nil, account.Fault(fmt.Sprintf("Ce fichier a plus de %d projets : importez-le en plusieurs fois.", table.MaxLines))
		}
	}
}

// planProjects compares the projects of a file with those that are there.
func (s *Service) planProjects(p *ImportPlan, m buyer.Member, h *there, i *Imported) {
	listed := map[string]int{}
	for n := range i.Projects {
		from := &i.Projects[n]
		d := &draft{lines: []table.Line{{N: from.N}}}
		in := s.projectOf(d, from)
		in.ID = derived("import", m.Organisation, sourcing.SourceAPProch, in.External.URL)
		if first, twice := listed[in.ID]; twice && !d.refused() {
			p.Remarks = append(p.Remarks, Remark{Line: from.N, Text: fmt.Sprintf("Même adresse que le projet %d : il compte une fois.", first)})
			continue
		}
		p.Remarks = append(p.Remarks, d.remarks...)
		if d.refused() {
			p.add(Item{Action: Refuses, Title: from.Label}, d)
			continue
		}
		listed[in.ID] = from.N
		p.add(s.purchaseItem(m, h, &in, ""), d)
	}
	if len(listed) == 0 {
		return // nothing of it could be read: nothing follows for the others
	}
	for _, d := range h.purchases {
		if d.Value.External == nil || d.Value.External.Source != sourcing.SourceAPProch || listed[d.ID] > 0 || d.Value.External.Status == sourcing.AfarGone {
			continue
		}
		gone := *d.Value.External
		gone.Status = sourcing.AfarGone
		after := d.Value
		if after.Import(m, &sourcing.Purchase{External: &gone}, s.Now()) == nil {
			p.Items = append(p.Items, Item{Action: Vanishes, Purchase: &after, purchase: d})
		}
	}
}

// projectOf reads a project as a purchase that is read, not written, here.
func (s *Service) projectOf(d *draft, from *project) sourcing.Purchase {
	note := noter(func(fault bool, head, value, text string) {
		d.remarks = append(d.remarks, Remark{Line: from.N, Head: head, Value: value, Text: text, Fault: fault})
	})
	afar := &sourcing.Afar{Source: sourcing.SourceAPProch, Status: statusOf(from.Status), Social: yesNo(from.Social), Green: yesNo(from.Green), Reserved: reservedOf(from)}
	p := sourcing.Purchase{External: afar, Lots: []sourcing.Lot{{ID: "l1"}}}
	if from.Bad != "" {
		note(true, "", "", from.Bad)
		return p
	}
	u, err := url.Parse(strings.TrimSpace(from.URL))
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(from.URL) > 500 {
		note(true, "url", from.URL, "L’adresse du projet doit commencer par https://.")
		return p
	}
	afar.URL = u.String()
	label := []rune(strings.Join(strings.Fields(from.Label), " "))
	p.Object, err = sourcing.Line("Cet intitulé", string(label[:min(len(label), sourcing.MaxObject)]), sourcing.MaxObject)
	if err != nil || p.Object == "" {
		note(true, "label", from.Label, "L’intitulé du projet manque ou ne se lit pas.")
	}
	p.Description, _ = sourcing.Text("", from.Description, sourcing.MaxText) // one that is too long is at its address
	p.Nature = natures[strings.TrimSuffix(strings.ToLower(from.Category), "s")]
	if p.Publication, err = sourcing.ParseDay(from.Publication); err != nil {
		note(false, "publicationTargetDate", from.Publication, err.Error())
	}
	afar.AsOf, _ = structure.ParseDate(from.UpdatedAt[:min(len(from.UpdatedAt), 10)]) // "" when it does not say
	s.projectFigures(&p, from, note)
	p.Places = s.projectPlaces(from, note)
	return p
}

// noter tells something of a field of a project.
type noter func(fault bool, field, value, text string)

func (s *Service) projectFigures(p *sourcing.Purchase, from *project, note noter) {
	if from.Amount > 0 && from.Amount <= sourcing.MaxEuros {
		p.Euros = int64(from.Amount)
	} else if from.Amount != 0 {
		note(false, "marketEstimatedAmount", fmt.Sprintf("%.0f", from.Amount), "Ce montant n’est pas vraisemblable : il est laissé de côté.")
	}
	if from.Months > 0 && from.Months <= sourcing.MaxMonths {
		p.Months = int(from.Months)
	}
	c, err := sourcing.ParseCPV(from.CPV)
	if _, known := s.Taxonomy.Label(taxonomy.CPV2008, c.Code); known {
		p.CPV = c.Code
	} else if err != nil || c.Code != "" {
		note(false, "CPVPrimary", from.CPV, "Ce n’est pas un code de la nomenclature CPV : il est laissé de côté.")
	}
}

// projectPlaces are its departments; more than a purchase has are the whole country.
func (s *Service) projectPlaces(from *project, note noter) (places []string) {
	for _, d := range from.Departments {
		t, err := s.Atlas.Resolve(d.Department)
		switch {
		case err != nil:
			note(false, "departments", d.Department, "Ce département n’est pas connu : il est laissé de côté.")
		case !slices.Contains(places, t.Value):
			places = append(places, t.Value)
		}
	}
	if slices.Contains(places, "FR") || len(places) > sourcing.MaxPlaces {
		return []string{"FR"}
	}
	slices.Sort(places)
	return places
}

// reservedOf are the codes of reservations that a project announces.
func reservedOf(from *project) (codes []string) {
	for _, r := range from.Reserved {
		code, err := sourcing.Line("", r.Code, 40)
		if err == nil && code != "" && len(codes) < 10 && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// statusOf keeps the words of APProch.
func statusOf(text string) string {
	if slices.Contains([]string{"active", "current", "close"}, text) {
		return text
	}
	return ""
}

// yesNo reads the answers of APProch; « dont_know » is not known.
func yesNo(text string) sourcing.Said {
	switch text {
	case "yes":
		return sourcing.Yes
	case "no":
		return sourcing.No
	}
	return ""
}
