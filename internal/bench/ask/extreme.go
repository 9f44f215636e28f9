package ask

import (
	"net/url"
	"strings"

	"sourcier/internal/search/query"
	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// Extremes are the dearest questions that the parser lets pass, and the broadest
// honest ones, which they must not outdo by much.
func Extremes() (extreme, honest []Question, err error) {
	for _, text := range []string{"q=entretien", "q=nettoyage", "family=entreprise", "",
		`q="conforme+aux+cahiers+des+charges"`, `q="conforme+aux+cahiers+des+charges"&family=entreprise&family=insertion`,
		`q="conforme+aux+cahiers+des+charges"&sector=proprete&mode=PREST&serves=dep:94`, "q=entretien&sort=name&page=100&per_page=100"} {
		honest = append(honest, Question{Text: text})
	}
	many := func(param string, values []string) string {
		most := query.MaxValues
		if param == "serves" || param == "covers" {
			most = query.MaxZones
		}
		return url.Values{param: values[:min(most, len(values))]}.Encode()
	}
	// Filters that nobody meets together: each then has its way out counted.
	const narrow = "family=handicap&ess=1&esus=1&size=ETI&mode=PREST&sector=nettoyage-locaux&serves=94081&covers=94081&territory=94081&near=48.79,2.39&radius_km=5"
	var sectors, places []string
	for _, s := range taxonomy.Default().Sectors() {
		sectors = append(sectors, s.Code)
	}
	for n := range territory.Default().Len() {
		if n%700 == 0 {
			places = append(places, territory.Default().At(uint32(n)).Code) // #nosec G115 -- communes
		}
	}
	for _, text := range []string{
		"q=" + strings.Join([]string{"entretien", "nettoyage", "travaux", "locaux", "logements", "espaces", "verts", "bureaux", "services", "atelier", "transport", "peinture"}, "+"),
		`q="entretien+nettoyage+travaux+locaux+logements+espaces+verts+bureaux"`,
		"q=entr", "q=con", "q=tra", "q=a+b+c+d+e+f+g+h+i+j+k+ent",
		"q=zzxqa+zzxqb+zzxqc+zzxqd+zzxqe+zzxqf+zzxqg+zzxqh+zzxqi+zzxqj+zzxqk+zzxql",
		`q="entretien+entretien"`, `q="charges+cahiers+conforme"`, `q="cahiers` + strings.Repeat("+charges+cahiers", 5) + `+charges"`,
		`q="charges+cahiers+conforme"&` + narrow, "q=con&" + narrow, `q="cahiers+charges"&` + many("sector", sectors) + "&" + many("serves", places),
		"q=con&" + many("sector", sectors) + "&mode=PREST", "q=con&sort=name&page=100&per_page=100",
		many("sector", sectors), many("serves", places), many("covers", places), many("territory", places),
		many("serves", places) + "&" + many("sector", sectors) + "&mode=" + string(structure.PREST),
		"sort=name&page=100&per_page=100",
	} {
		extreme = append(extreme, Question{Text: text})
	}
	for _, list := range [][]Question{extreme, honest} {
		for i := range list {
			if err := list[i].parse(); err != nil {
				return nil, nil, err
			}
		}
	}
	return extreme, honest, nil
}
