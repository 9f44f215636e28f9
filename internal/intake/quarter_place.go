package intake

import (
	"strings"

	"sourcier/internal/territory"
)

// How far from the nearest commune of its department a quarter may be drawn, in
// kilometres. Overseas some communes are as large as a department.
const (
	maxFromDepartment = 30
	maxFromOverseas   = 150
)

// misdrawn says in French why an outline cannot be that of the quarter of a code,
// "" when it can: the code tells the department.
func (j *quartersJob) misdrawn(code string, outline territory.Outline) string {
	department := strings.TrimPrefix(code[2:5], "0")
	most := float64(maxFromDepartment)
	if len(department) > 2 {
		most = maxFromOverseas
	}
	towns := j.townsOf(department)
	for _, polygon := range outline {
		lon, lat := float64(polygon[0][0])/1e6, float64(polygon[0][1])/1e6 // of its first corner
		if far := fromNearest(towns, lat, lon); far > most {
			return "contour dessiné à " + number(int64(far)) + "\u202fkm de toute commune du département " + department + ", celui de ce code"
		}
	}
	return ""
}

// townsOf gives the communes of a department whose place is known; none of a
// department without any, of which nothing can be said.
func (j *quartersJob) townsOf(department string) []territory.Commune {
	if towns, known := j.towns[department]; known {
		return towns
	}
	var towns []territory.Commune
	atlas := j.session.imp.opts.Atlas
	if t, err := atlas.Resolve("dep:" + department); err == nil {
		for ord := range t.Communes.All() {
			if c := atlas.At(ord); c.Precision != territory.PrecisionDepartment {
				towns = append(towns, c)
			}
		}
	}
	j.towns[department] = towns
	return towns
}

// fromNearest is how far the nearest of some communes is, in kilometres.
func fromNearest(towns []territory.Commune, lat, lon float64) float64 {
	least := 0.0
	for i, c := range towns {
		if d := territory.DistanceKM(lat, lon, c.Lat, c.Lon); i == 0 || d < least {
			least = d
		}
	}
	return least
}
