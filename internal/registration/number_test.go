package registration_test

import (
	"strings"
	"testing"

	"sourcier/internal/registration"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]string{
		"73282932000074": "siret:73282932000074", " 732 829 320 00074 ": "siret:73282932000074", "732.829.320.00074": "siret:73282932000074",
		"35600000000048": "siret:35600000000048", "W941234567": "rna:W941234567", "w 94 123 4567": "rna:W941234567",
	} {
		if n, err := registration.ParseNumber(text); err != nil || n.Identity() != want {
			t.Errorf("%q: %q, %v", text, n.Identity(), err)
		}
	}
	for text, want := range map[string]string{
		"": "Donnez", "   ": "Donnez", "7328293200007": "13 chiffres", "732829320000740": "15 chiffres", "73282932000075": "n’existe pas", "732829320": "SIREN",
		"732829321": "9 chiffres", "W12": "W suivi de neuf", "W9412345678": "W suivi de neuf", "ESAT du Lac": "que des chiffres", "7,32829E+13": "que des chiffres",
		"00000000000000": "n’existe pas", "０７３２８２９３２０００７４": "que des chiffres", "'; DROP TABLE": "que des chiffres", "03282932000074": "n’existe pas", "98200000100010": "n’existe pas",
		strings.Repeat("7", 4000): "4000 chiffres",
	} {
		if n, err := registration.ParseNumber(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, %v, want %q", text, n, err, want)
		}
	}
}
