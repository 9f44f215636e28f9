package taxonomy

import (
	"slices"
	"strings"
	"testing"

	"sourcier/internal/structure"
)

func TestKindOf(t *testing.T) {
	tests := []struct {
		text string
		want structure.Kind
	}{
		{"ESAT", structure.ESAT},
		{" esat ", structure.ESAT},
		{"Entreprise adaptée", structure.EA},
		{"ENTREPRISE ADAPTEE", structure.EA},
		{"Entreprise Adaptée Travail Temporaire", structure.EATT},
		{"Entreprise adaptée de travail temporaire (EATT)", structure.EATT},
		{"Entreprise Adaptée en Milieu Pénitentiaire ", structure.SEP},
		{"Atelier chantier d'insertion (ACI)", structure.ACI},
		{"Atelier et chantier d’insertion (ACI)", structure.ACI},
		{"Entreprise d'insertion (EI)", structure.EI},
		{"Association intermédiaire (AI)", structure.AI},
		{"Entreprise de travail temporaire d'insertion (ETTI)", structure.ETTI},
		{"Entreprise d'insertion par le travail indépendant (EITI)", structure.EITI},
		{"Groupement d'employeurs pour l'insertion et la qualification (GEIQ)", structure.GEIQ},
		{"Produits et services réalisés en prison (SEP)", structure.SEP},
		{"Etablissement et service d'aide par le travail (ESAT)", structure.ESAT},
		{"Établissement ou service d’accompagnement par le travail", structure.ESAT},
		{"Une forme nouvelle (EI)", structure.EI},
		{"Entreprise d'insertion (nouvelle)", structure.EI},
		{"ACI_DC", structure.ACI},
		{"EI_DC", structure.EI},
		{"EI_MP", structure.SEP},
		{"ACI_MP", structure.SEP},
	}
	for _, tt := range tests {
		if got, ok := KindOf(tt.text); !ok || got != tt.want {
			t.Errorf("KindOf(%q) = %q, %v, want %s", tt.text, got, ok, tt.want)
		}
	}
	for _, text := range []string{"", "Association", "TPE", "ESS", "FDI_DC", "zzz_MP", "MP", "Association intermédiaire (EI)", "(EI) (ACI)",
		"EI, ACI", "Entreprise", "\x00", strings.Repeat("EI ", 400)} {
		if got, ok := KindOf(text); ok {
			t.Errorf("KindOf(%.40q) = %s, want none", text, got)
		}
	}
}

func TestESSOf(t *testing.T) {
	for text, want := range map[string]structure.ESS{
		"ASSO": structure.ASSO, "Association": structure.ASSO, "Associations": structure.ASSO, "association loi 1901": structure.ASSO,
		"SCOP": structure.COOP, "scic": structure.COOP, "Coopératives": structure.COOP, "Coopérative (SCOP)": structure.COOP,
		"Mutuelles": structure.MUT, "Fondation": structure.FOND, "Sociétés commerciales": structure.SCESS, "Société de l’ESS": structure.SCESS,
	} {
		if got, ok := ESSOf(text); !ok || got != want {
			t.Errorf("ESSOf(%q) = %q, %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "ESAT", "PME", "Association intermédiaire", "Association (SCOP)"} {
		if got, ok := ESSOf(text); ok {
			t.Errorf("ESSOf(%q) = %s, want none", text, got)
		}
	}
}

func TestSizeAndModeOf(t *testing.T) {
	for text, want := range map[string]structure.Size{
		"TPE": structure.TPE, "pme": structure.PME, "Petites et moyennes entreprises": structure.PME, "ETI": structure.ETI,
		"Grande entreprise": structure.GE, "TPE (moins de 10 personnes)": structure.TPE, "micro-entreprise": structure.TPE,
	} {
		if got, ok := SizeOf(text); !ok || got != want {
			t.Errorf("SizeOf(%q) = %q, %v, want %s", text, got, ok, want)
		}
	}
	for text, want := range map[string]structure.Mode{
		"DISP": structure.DISP, "mise à disposition": structure.DISP, "Mise à disposition - Interim": structure.DISP,
		"PREST": structure.PREST, "Prestations de services": structure.PREST, "BUILD": structure.BUILD,
		"Fabrication et commercialisation de biens": structure.BUILD,
	} {
		if got, ok := ModeOf(text); !ok || got != want {
			t.Errorf("ModeOf(%q) = %q, %v, want %s", text, got, ok, want)
		}
	}
	if got, ok := SizeOf("EI"); ok {
		t.Errorf("SizeOf(EI) = %s", got)
	}
	if got, ok := ModeOf("vente"); ok {
		t.Errorf("ModeOf(vente) = %s", got)
	}
}

// What a page shows can be typed back.
func TestNamesAreRead(t *testing.T) {
	for _, k := range structure.Kinds {
		for _, text := range []string{string(k), KindName(k).Long} {
			if got, ok := KindOf(text); !ok || got != k {
				t.Errorf("KindOf(%q) = %q, %v", text, got, ok)
			}
		}
	}
	for _, e := range structure.ESSFamilies {
		for _, text := range []string{string(e), ESSName(e).Short, ESSName(e).Long} {
			if got, ok := ESSOf(text); !ok || got != e {
				t.Errorf("ESSOf(%q) = %q, %v", text, got, ok)
			}
		}
	}
	for _, m := range structure.Modes {
		for _, text := range []string{string(m), ModeName(m).Short, ModeName(m).Long} {
			if got, ok := ModeOf(text); !ok || got != m {
				t.Errorf("ModeOf(%q) = %q, %v", text, got, ok)
			}
		}
	}
}

// A spelling that meant two values would be read by chance.
func TestNoSpellingMeansTwoValues(t *testing.T) {
	check(t, kindSpellings, kindNames)
	check(t, essSpellings, essNames)
	check(t, sizeSpellings, sizeNames)
	check(t, modeSpellings, modeNames)
}

func check[K ~string](t *testing.T, other map[K][]string, names map[K]Name) {
	t.Helper()
	owner := make(map[string]K)
	for code, name := range names {
		for _, text := range append([]string{string(code), name.Short, name.Long}, other[code]...) {
			key := nameKey(text)
			if previous, taken := owner[key]; taken && previous != code {
				t.Errorf("%q means %s and %s", text, previous, code)
			}
			owner[key] = code
		}
	}
}

func FuzzKindOf(f *testing.F) {
	for _, s := range []string{"ESAT", "Entreprise d'insertion (EI)", "EI_MP", "()", "((EI)", "_DC", "\xff(EI)", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if k, ok := KindOf(text); ok != slices.Contains(structure.Kinds, k) {
			t.Fatalf("KindOf(%q) = %q, %v", text, k, ok)
		}
		if e, ok := ESSOf(text); ok != slices.Contains(structure.ESSFamilies, e) {
			t.Fatalf("ESSOf(%q) = %q, %v", text, e, ok)
		}
	})
}
