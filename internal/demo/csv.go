package demo

import (
	"encoding/csv"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"sourcier/internal/structure"
	"sourcier/internal/taxonomy"
	"sourcier/internal/territory"
)

// csvHeader is Sourcier's own format, in the order of its description.
var csvHeader = []string{
	"siret", "finess", "nom", "enseigne", "type", "taille", "ess", "esus", "secteurs", "modes", "description", "adresse", "code_postal",
	"commune", "code_insee", "latitude", "longitude", "telephone", "courriel", "site_web", "labels", "zone", "rayon_km", "effectif", "references",
}

// WriteCSV writes the structures in Sourcier's own format (; and UTF-8, LF).
//
// The format has one line for a structure, so some of what it knows is lost:
// the dates and numbers of agreements and labels (an agreement that has ended
// is left out), the split into several activities with their offers,
// characteristics and availability (sectors and modes are put together, the zone
// is that of the first activity), « régie de quartier », the APE code and the
// legal category. Sectors derived from the APE code are written as that code and
// come back as declared.
// Errors are those of w.
func WriteCSV(w io.Writer, seq iter.Seq[structure.Structure]) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	row := make([]string, 0, len(csvHeader))
	for s := range seq {
		row = csvRow(row[:0], &s)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(row []string, s *structure.Structure) []string {
	sectors, modes := csvSectors(s)
	zone, radius := csvZone(s)
	lat, lon := "", ""
	if s.Address.Point.Precision == structure.PrecisionExact {
		lat, lon = decimal(s.Address.Point.Lat), decimal(s.Address.Point.Lon)
	}
	return append(row,
		s.SIRET, s.FINESS, s.Name, s.TradeName, csvType(s), string(s.Size), string(s.ESS), yes(s.ESUS), sectors, modes, s.Description,
		csvStreet(s.Address), s.Address.PostalCode, s.Address.City, s.Address.Commune, lat, lon, s.Contact.Phone, s.Contact.Email,
		s.Contact.Website, csvLabels(s), zone, radius, csvWorkforce(s), strings.Join(s.References, "|"))
}

// csvType gives the agreement kinds that had not ended when the sheet was last
// brought up to date, else the ESS family, else the size.
func csvType(s *structure.Structure) string {
	var kinds []string
	for _, a := range s.Agreements {
		if a.InForce(a.AsOf) {
			kinds = append(kinds, string(a.Kind))
		}
	}
	switch {
	case len(kinds) > 0:
		return strings.Join(kinds, "|")
	case s.ESS != "":
		return string(s.ESS)
	}
	return string(s.Size)
}

func csvSectors(s *structure.Structure) (sectors, modes string) {
	var codes, how []string
	for _, a := range s.Activities {
		if a.Derived && s.NAF != "" {
			codes = append(codes, s.NAF)
			continue
		}
		for _, c := range a.Sectors {
			if !slices.Contains(codes, c) {
				codes = append(codes, c)
			}
		}
		for _, m := range a.Modes {
			if !slices.Contains(how, string(m)) {
				how = append(how, string(m))
			}
		}
	}
	return strings.Join(codes, "|"), strings.Join(how, "|")
}

func csvZone(s *structure.Structure) (zone, radius string) {
	if len(s.Activities) == 0 {
		return "", ""
	}
	switch z := s.Activities[0].Zone; {
	case z.France:
		return territory.France, ""
	case z.RadiusKM > 0:
		return "", strconv.FormatFloat(z.RadiusKM, 'f', -1, 64)
	default:
		return strings.Join(z.Territories, "|"), ""
	}
}

func csvStreet(a structure.Address) string {
	if a.Complement == "" {
		return a.Street
	}
	return a.Complement + ", " + a.Street
}

func csvLabels(s *structure.Structure) string {
	names := make([]string, 0, len(s.Labels))
	for _, l := range s.Labels {
		names = append(names, l.Name)
	}
	return strings.Join(names, "|")
}

// csvWorkforce writes the band in words: its code could be read as a headcount.
func csvWorkforce(s *structure.Structure) string {
	if s.Workforce == "" {
		return ""
	}
	return taxonomy.WorkforceLabel(s.Workforce)
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func yes(b bool) string {
	if b {
		return "oui"
	}
	return ""
}
