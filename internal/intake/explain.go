package intake

import (
	"fmt"
	"strings"
	"time"
)

var skipTexts = map[Skip]string{
	SkipOutside:      "hors du territoire demandé",
	SkipUnknownPlace: "hors de France ou commune inconnue",
	SkipClosed:       "établissement fermé ou entreprise radiée",
	SkipNotDiffused:  "non diffusible (opposition à la publication)",
	SkipObjected:     "devenue non diffusible (opposition à la publication), fiche retirée",
	SkipUnmapped:     "activité (APE) sans secteur dans l’annuaire",
	SkipInactive:     "retirée par la source",
	SkipNoSheet:      "établissement absent de l’annuaire",
	SkipVague:        "sans position exacte (tirée au hasard dans la rue ou la commune)",
	SkipUnused:       "unité légale sans établissement retenu",
	SkipCategory:     "autre catégorie que celles de l’annuaire",
	SkipUnknown:      "structure que l’annuaire ne connaît pas, et que ce fichier ne fait que compléter",
	SkipExample:      "marquée par le fichier comme à ne pas lire (exemple, notice)",
	SkipNoAgreement:  "sans conventionnement en cours",
	SkipNotInForce:   "annexe financière ni validée ni provisoire",
	SkipNoKind:       "aide sans conventionnement (FDI)",
	SkipTwice:        "déjà dite par une autre ligne",
	SkipBranch:       "antenne sans SIRET propre",
	SkipObjection:    "inscrite sur la liste d’opposition du portail",
	SkipToCome:       "unité légale sans établissement dans l’annuaire, retenue pour ceux à venir",
}

var repairTexts = map[Repair]string{
	RepairZero:     "zéro de tête rétabli (numéro, code postal, téléphone)",
	RepairEncoding: "ligne en Windows-1252, convertie",
	RepairQuote:    "guillemet isolé, pris pour du texte",
	RepairSwapped:  "latitude et longitude remises à leur place",
	RepairFormula:  "formule de tableur, dernière valeur calculée reprise",
}

// Explain is the report as read on a terminal.
func (r *Report) Explain() string {
	var b strings.Builder
	if r.DryRun {
		b.WriteString("Essai : rien n’a été enregistré.\n")
	}
	for _, f := range r.Files {
		f.explain(&b)
	}
	if len(r.Files) > 1 {
		total := r.Total()
		b.WriteString("En tout\n")
		total.explain(&b)
	}
	if r.Rejects != "" {
		fmt.Fprintf(&b, "Lignes rejetées et valeurs ignorées, avec leur motif : %s\n", r.Rejects)
	}
	total := r.Total()
	if s := r.Duration.Seconds(); s > 0 && total.Read > 0 {
		fmt.Fprintf(&b, "Durée : %s (%s par seconde)\n", duration(r.Duration), count(int64(float64(total.Read)/s), "ligne", "lignes"))
	}
	if r.Stopped {
		b.WriteString("L’import n’est pas allé à son terme : le relancer reprend où il faut, sans rien doubler.\n")
	}
	return b.String()
}

func (f *FileReport) explain(b *strings.Builder) {
	b.WriteString(f.Name)
	if f.Layout != "" {
		b.WriteString(" — " + f.Layout)
	}
	if f.Aside != "" {
		fmt.Fprintf(b, " — laissé de côté : %s\n", f.Aside)
		return
	}
	b.WriteString("\n")
	if f.Refusal != "" {
		fmt.Fprintf(b, "  refusé : %s\n", f.Refusal)
	}
	if f.Read > 0 || f.Refusal == "" && len(f.Notes) == 0 {
		f.Counts.explain(b)
	}
	if text := f.StaleText(); text != "" {
		fmt.Fprintf(b, "  %s\n", text)
	}
	for _, n := range f.Notes {
		fmt.Fprintf(b, "  note : %s\n", n)
	}
}

// StaleText says what the list no longer confirms, "" for nothing.
func (f *FileReport) StaleText() string {
	if f.Stale == 0 {
		return ""
	}
	return count(f.Stale, "fiche que la liste, complète, ne donne plus : marquée « n’est plus confirmé »",
		"fiches que la liste, complète, ne donne plus : marquées « n’est plus confirmé »")
}

func (c Counts) explain(b *strings.Builder) {
	fmt.Fprintf(b, "  %s : %s, %s, %s, %s\n", count(c.Read, "ligne lue", "lignes lues"),
		count(c.Created, "créée", "créées"), count(c.Updated, "mise à jour", "mises à jour"),
		count(c.Unchanged, "inchangée", "inchangées"), count(c.Rejected, "rejetée", "rejetées"))
	for _, text := range c.Remarks() {
		fmt.Fprintf(b, "  %s\n", text)
	}
}

// Remarks say what else became of the records: joined, left out, repaired.
func (c Counts) Remarks() (out []string) {
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if c.Joined > 0 {
		add("%s", count(c.Joined, "ligne réunie à une autre du même établissement ou de la même entreprise", "lignes réunies à d’autres du même établissement ou de la même entreprise"))
	}
	for _, why := range Skips {
		if n := c.Skipped[why]; n > 0 {
			add("%s : %s", count(n, "écartée", "écartées"), skipTexts[why])
		}
	}
	for _, what := range Repairs {
		if n := c.Repaired[what]; n > 0 {
			add("%s : %s", count(n, "réparation", "réparations"), repairTexts[what])
		}
	}
	if c.Ignored > 0 {
		add("%s dans des lignes gardées", count(c.Ignored, "valeur ignorée", "valeurs ignorées"))
	}
	return out
}

// count writes "1 234 lignes".
func count(n int64, one, many string) string {
	if n < 2 {
		return number(n) + " " + one
	}
	return number(n) + " " + many
}

// number groups digits by three with a narrow no-break space.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return strings.Replace(fmt.Sprintf("%.1f s", d.Seconds()), ".", ",", 1)
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
