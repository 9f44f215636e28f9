package web

import (
	"sourcier/internal/sourcing"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/views/format"
	views "sourcier/views/programme"
	"strings"
)

// evidence words a study; when says of which directory.
func (s *site) evidence(study sourcing.Study, e sourcing.Evidence, when string) *views.DecisionStudy {
	out := &views.DecisionStudy{Hash: e.Hash,
		Says: "Étude du " + format.Date(study.On) + ", " + when + ". Seuil de l’organisation : " + format.Count(study.Asked, "répondant indépendant", "répondants indépendants") + "."}
	for _, v := range study.Verdicts {
		label := v.Code.Label()
		if v.Basis != "" {
			label += " (" + string(v.Basis) + ")"
		}
		out.Verdicts = append(out.Verdicts, views.DecisionVerdict{Label: format.Text(label), Reasons: v.Reasons})
	}
	for _, w := range study.Warnings {
		out.Warnings = append(out.Warnings, w.Text)
	}
	for i := range study.Bases {
		out.Bases = append(out.Bases, s.basisEvidence(&study.Bases[i]))
	}
	for _, r := range study.Rules {
		text := format.Text(r.Code.Label()+" : ") + r.Text() + ", depuis le " + format.Date(r.From) + " (" + r.Source + ")"
		if r.ToCheck {
			text += ", à vérifier"
		}
		out.Rules = append(out.Rules, text)
	}
	return out
}

func (s *site) basisEvidence(b *sourcing.BasisStudy) views.DecisionBasis {
	_, title, _ := strings.Cut(taxonomy.BasisInfo(b.Basis).Short, " · ")
	out := views.DecisionBasis{Article: string(b.Basis), Title: title, Answerers: format.Number(b.Answerers)}
	for _, x := range b.Circles {
		n := format.Number(x.Declared)
		switch x.Code {
		case sourcing.InHome:
			out.Home = n
		case sourcing.InDepartment:
			out.Department = n
		case sourcing.InRegion:
			out.Region = n
		case sourcing.InNeighbours, sourcing.Beyond: // the page of the study has them
		}
	}
	for i := range b.Candidates {
		c := &b.Candidates[i]
		v := views.DecisionCandidate{Name: format.Text(c.Name), Counted: c.Counted, Says: "comptée"}
		if len(c.Structures) > 0 {
			v.URL = sheetURL(c.Structures[0], "")
		}
		if !c.Counted {
			v.Says = "non comptée"
			if c.Why != "" {
				v.Says += " : " + c.Why
			}
		}
		out.Candidates = append(out.Candidates, v)
	}
	if b.More > 0 {
		out.More = "et " + format.Count(b.More, "autre", "autres")
	}
	return out
}

// words are the texts of a decision, nil when its choice has none.
func (d *deciding) words(id string, x *sourcing.Decision) *views.DecisionWords {
	law, on := sourcing.DefaultLaw(), structure.DateOf(x.ApprovedAt)
	if study, err := x.Proposal.Evidence.Study(); err == nil && len(study.Rules) > 0 {
		law, on = study.Rules, study.On // it keeps what it was judged by
	}
	w := sourcing.WordsFor(&x.Proposal, x.Proposal.Judged.Object, law, on)
	if w.Notice == "" {
		return nil
	}
	out := &views.DecisionWords{Article: w.Article, Checks: w.Checks, Texts: []views.DecisionText{
		{ID: id + "-avis", Title: "Pour l’avis de marché", Text: format.Text(w.Notice), Rows: "7"},
		{ID: id + "-consultation", Title: "Pour les documents de la consultation (règlement, CCAP)", Text: format.Text(w.Files), Rows: "14"},
	}}
	for _, c := range w.Codes {
		out.Codes = append(out.Codes, views.DecisionCode{Where: c.Where, Value: c.Value, Meaning: c.Meaning, ToCheck: c.ToCheck})
	}
	return out
}
