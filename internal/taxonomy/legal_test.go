package taxonomy

import "testing"

func TestESSOfLegalCategory(t *testing.T) {
	for code, want := range map[string]string{
		"9220": "ASSO", "9221": "ASSO", "9222": "ASSO", "9223": "ASSO", "9230": "ASSO", "9210": "ASSO", "9260": "ASSO",
		"5458": "COOP", "5558": "COOP", "5658": "COOP", "5460": "COOP", "5560": "COOP", "6317": "COOP", "6560": "COOP", "5195": "COOP",
		"5194": "COOP", "6595": "COOP", // crédit mutuel is a banque coopérative
		"8210": "MUT", "8250": "MUT", "6411": "MUT",
		"9300": "FOND",
		// not ESS by the form alone
		"5710": "", "5499": "", "1000": "", "7210": "", "7361": "", "7410": "", "4110": "", "9110": "", "9240": "", "9224": "",
		"5432": "", "6532": "", "8410": "", "9900": "",
		// no category at all
		"": "", "92": "", "51": "", "9299": "", "xyz": "", "92200": "",
	} {
		if got := Default().ESSOfLegalCategory(code); got != want {
			t.Errorf("ESSOfLegalCategory(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestLegalCategoryLabel(t *testing.T) {
	for code, want := range map[string]string{
		"9220": "Association déclarée", "5458": "SARL coopérative de production (SCOP)", "5710": "SAS", "5599": "Société anonyme",
		"1000": "Entrepreneur individuel", "7361": "Centre communal d’action sociale", "6521": "Société civile",
	} {
		if got, ok := Default().LegalCategoryLabel(code); !ok || got != want {
			t.Errorf("LegalCategoryLabel(%s) = %q, %v, want %q", code, got, ok, want)
		}
	}
	for _, code := range []string{"", "92", "0100", "9", "92200", "abcd"} {
		if got, ok := Default().LegalCategoryLabel(code); ok {
			t.Errorf("LegalCategoryLabel(%q) = %q, want none", code, got)
		}
	}
}
