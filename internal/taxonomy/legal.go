package taxonomy

// ESSOfLegalCategory gives the ESS family (ASSO, COOP, MUT, FOND) of an INSEE
// catégorie juridique, "" when it is none.
func (t *Taxonomy) ESSOfLegalCategory(code string) string {
	switch code {
	case "9210", "9220", "9221", "9222", "9223", "9230", "9260":
		return "ASSO"
	}
	return ""
}
