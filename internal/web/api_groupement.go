package web

import (
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
)

// apiGroupement is what a groupement is beside a structure.
type apiGroupement struct {
	Form       structure.Form        `json:"form" doc:"conjoint, conjoint-mandataire-solidaire ou solidaire."`
	Label      string                `json:"label" doc:"La forme, en français."`
	Mandataire string                `json:"mandataire" doc:"Identifiant de la structure qui le mène."`
	Members    []apiGroupementMember `json:"members" doc:"Ses membres, le mandataire d’abord."`
}

// apiGroupementMember is a member, whose sheet says the rest.
type apiGroupementMember struct {
	ID     string  `json:"id" doc:"Identifiant de la structure."`
	Name   string  `json:"name" doc:"Dénomination."`
	Brings *string `json:"brings" doc:"Ce qu’elle apporte, dans ses mots."`
}

// apiGroupementOf is null for a single structure.
func apiGroupementOf(g *structure.Groupement) *apiGroupement {
	if g == nil {
		return nil
	}
	out := &apiGroupement{Form: g.Form, Label: taxonomy.FormName(g.Form).Long, Mandataire: g.Mandataire, Members: make([]apiGroupementMember, 0, len(g.Members))}
	for _, m := range g.Members {
		out.Members = append(out.Members, apiGroupementMember{ID: m.ID, Name: m.Name, Brings: known(m.Brings)})
	}
	return out
}
