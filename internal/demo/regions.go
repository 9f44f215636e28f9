package demo

import (
	"strings"
	"unicode/utf8"
)

// The preposition and the genitive of each department, so that a sentence can
// say where: « dans le Val-de-Marne », « du Val-de-Marne ».
var (
	bareDepartments = codes("2A 2B 73 74 77 93 35 44 49 37 28 41 71 85 971 972 973") // « en Savoie », « de Savoie »
	atDepartments   = codes("75 974 976")                                            // « à Paris »
	lesDepartments  = codes("04 05 06 08 13 22 40 64 65 78 79 88 92")
	laDepartments   = codes("16 17 19 21 23 24 26 33 42 43 48 50 51 52 53 54 55 58 70 72 76 80 86 87")
)

func codes(s string) map[string]bool {
	set := map[string]bool{}
	for c := range strings.FieldsSeq(s) {
		set[c] = true
	}
	return set
}

// inDepartment says « dans le Val-de-Marne » for a department code and its name.
func inDepartment(code, name string) string {
	switch article := articleOf(code, name); article {
	case "":
		if atDepartments[code] {
			return "à " + name
		}
		return "en " + name
	default:
		return "dans " + article + name
	}
}

// ofDepartment says « du Val-de-Marne ». Paris is a department and a town with
// one town hall: « mairie de Paris » would name somebody.
func ofDepartment(code, name string) string {
	if code == "75" {
		return "de petite couronne"
	}
	switch article := articleOf(code, name); article {
	case "le ":
		return "du " + name
	case "les ":
		return "des " + name
	case "":
		return elided(name)
	default:
		return "de " + article + name
	}
}

// articleOf gives the article with what follows it, "" for a name that takes none.
func articleOf(code, name string) string {
	switch {
	case bareDepartments[code] || atDepartments[code]:
		return ""
	case lesDepartments[code]:
		return "les "
	case vowel(name):
		return "l’"
	case laDepartments[code]:
		return "la "
	}
	return "le "
}

// atCommune says « à Vitry-sur-Seine », « au Kremlin-Bicêtre », « aux Ulis ».
func atCommune(name string) string {
	switch {
	case strings.HasPrefix(name, "Le "):
		return "au " + name[3:]
	case strings.HasPrefix(name, "Les "):
		return "aux " + name[4:]
	}
	return "à " + name
}

// ofCommune says « de Vitry-sur-Seine », « d’Ivry-sur-Seine », « du Kremlin-Bicêtre ».
func ofCommune(name string) string {
	switch {
	case strings.HasPrefix(name, "Le "):
		return "du " + name[3:]
	case strings.HasPrefix(name, "Les "):
		return "des " + name[4:]
	}
	return elided(name)
}

func elided(name string) string {
	if vowel(name) {
		return "d’" + name
	}
	return "de " + name
}

// vowel reports whether the name begins with a sound that elides.
func vowel(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return strings.ContainsRune("AEIOUYÉÈÊÎÔÂŒaeiouyéèêîôâœ", first) || strings.HasPrefix(name, "Hé")
}

// cityName drops the number of an arrondissement, as people write addresses:
// "Paris 13e Arrondissement" is Paris.
func cityName(name string) string {
	if city, _, ok := strings.Cut(name, " "); ok && strings.HasSuffix(name, "Arrondissement") {
		return city
	}
	return name
}
