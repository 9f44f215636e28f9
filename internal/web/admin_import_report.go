package web

import (
	"strings"

	"sourcier/internal/intake"
	"sourcier/internal/reception"
	"sourcier/internal/upload"
	"sourcier/views/admin"
	"sourcier/views/form"
	"sourcier/views/format"
	"sourcier/views/part"
)

// rejectsShown are the first ones; the file has them all.
const rejectsShown = 20

// inBrowser says with the words of the page what the intake says with the options of
// the command line.
func inBrowser(text string) string {
	return strings.NewReplacer(
		"relancer avec --partial", "refaire l’essai en disant que ce sont des extraits",
		"s’il est bien complet, avec --accept-stale", "s’il est bien complet, refaire l’essai en l’admettant",
		"la réimporter avec --partial", "la déposer à nouveau en disant que c’est un extrait",
		" (--format ", " (choisir le format ",
		"relancer la même commande pour le terminer", "relancer l’import pour le terminer",
	).Replace(strings.TrimSuffix(text, "."))
}

// braked reports whether a trial found a list that would mark too much.
func braked(u *upload.Upload) bool {
	r := reception.ReportOf(u.Trial)
	if r == nil {
		return false
	}
	for _, f := range r.Files {
		if f.Cause == intake.TooStale {
			return true
		}
	}
	return false
}

// importReport is what a run came to, nil when it has no report.
func (s *site) importReport(u *upload.Upload, run *upload.Run, trial bool) (*admin.ImportReport, error) {
	r := reception.ReportOf(run)
	if r == nil {
		return nil, nil
	}
	out := &admin.ImportReport{ID: "rapport-import", Heading: "Rapport de l’import", Text: r.Explain()}
	if trial {
		out.ID, out.Heading = "rapport-essai", "Rapport de l’essai"
		out.Intro = "Rien n’a été écrit : voici ce que l’import ferait."
	}
	total := r.Total()
	for _, f := range []struct {
		n         int64
		one, many string
		always    bool
	}{
		{total.Read, "ligne lue", "lignes lues", true}, {total.Created, "créée", "créées", true}, {total.Updated, "mise à jour", "mises à jour", true},
		{total.Unchanged, "inchangée", "inchangées", true}, {total.Rejected, "rejetée", "rejetées", true},
		{reception.Stale(r), "n’est plus confirmée", "ne sont plus confirmées", false},
	} {
		if f.always || f.n > 0 {
			out.Figures = append(out.Figures, admin.Figure{Label: format.Plural(int(f.n), f.one, f.many), Value: format.Number(int(f.n))})
		}
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, reportedFile(f, len(r.Files) > 1))
	}
	return out, s.reportRejects(out, u, r, trial)
}

// reportedFile is what became of a file; its counts where the total does not say them.
func reportedFile(f *intake.FileReport, counts bool) admin.ReportedFile {
	out := admin.ReportedFile{Name: f.Name, Layout: format.Text(f.Layout), Aside: format.Text(f.Aside), Refusal: format.Text(inBrowser(f.Refusal))}
	if counts && f.Read > 0 {
		out.Remarks = append(out.Remarks, format.Count(int(f.Read), "ligne lue", "lignes lues")+" : "+
			format.Count(int(f.Created), "créée", "créées")+", "+format.Count(int(f.Updated), "mise à jour", "mises à jour")+", "+
			format.Count(int(f.Unchanged), "inchangée", "inchangées")+", "+format.Count(int(f.Rejected), "rejetée", "rejetées"))
	}
	out.Remarks = append(out.Remarks, f.Remarks()...)
	if text := f.StaleText(); text != "" {
		out.Remarks = append(out.Remarks, text)
	}
	for _, note := range f.Notes {
		out.Remarks = append(out.Remarks, inBrowser(note))
	}
	for i := range out.Remarks {
		out.Remarks[i] = format.Text(out.Remarks[i])
	}
	return out
}

// reportRejects shows the first lines that were left out, and leads to all of them.
func (s *site) reportRejects(out *admin.ImportReport, u *upload.Upload, r *intake.Report, trial bool) error {
	if r.Rejects == "" {
		return nil
	}
	rows, err := s.Reception.Rejects(u, trial, rejectsShown)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		out.NoRejects = "Le détail des lignes rejetées est sur le portail qui a reçu les fichiers (" + u.Place + "), un mois au plus."
		return nil
	}
	out.Rejects = &admin.Table{Caption: "Premières lignes rejetées ou valeurs ignorées", Heads: []string{"Ligne", "Colonne", "Valeur", "Motif"}}
	for _, x := range rows {
		out.Rejects.Rows = append(out.Rejects.Rows, admin.Row{Cells: []admin.Cell{
			{Text: x.Line, Note: x.File}, {Text: x.Column}, {Text: format.Cut(x.Value, 60)}, {Text: format.Text(x.Why)},
		}})
	}
	of := "import"
	if trial {
		of = trialValue
	}
	out.Download = &form.Action{
		To: adminImportURL(u.ID) + "/rejets.csv", Label: "Télécharger toutes les lignes rejetées (CSV)",
		Values: []part.Option{{Value: runField, Label: of}},
	}
	return nil
}

// placesText names territories.
func (s *site) placesText(values []string) string {
	return strings.Join(s.placeNames(values), ", ")
}
