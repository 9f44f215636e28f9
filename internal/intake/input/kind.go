package input

import (
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// kinds says what a file that is no text is, by the beginning of its media type,
// and what to do where there is something to do.
var kinds = []struct{ media, text string }{
	{"video/", "c’est une vidéo"},
	{"audio/", "c’est un enregistrement sonore"},
	{"image/", "c’est une image"},
	{"font/", "c’est une police de caractères"},
	{"application/x-tar", "c’est une archive tar : la décompresser d’abord"},
	{"application/vnd.sqlite3", "c’est une base de données (SQLite ou GeoPackage) : l’exporter en CSV ou en GeoJSON"},
	{"application/x-sqlite3", "c’est une base de données (SQLite ou GeoPackage) : l’exporter en CSV ou en GeoJSON"},
	{"application/vnd.shp", "c’est un fichier de formes (Shapefile) : prendre le GeoJSON du même jeu de données"},
	{"application/vnd.shx", "c’est un fichier de formes (Shapefile) : prendre le GeoJSON du même jeu de données"},
	{"application/x-dbf", "c’est une table dBase, celle d’un fichier de formes (Shapefile) : prendre le GeoJSON ou le CSV du même jeu de données"},
	{"application/x-elf", "c’est un programme"},
	{"application/x-mach-binary", "c’est un programme"},
	{"application/vnd.microsoft.portable-executable", "c’est un programme"},
}

// whatElse says what a content that is no text is.
func whatElse(head []byte) string {
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		for _, k := range kinds {
			if strings.HasPrefix(m.String(), k.media) {
				return k.text
			}
		}
	}
	return "ce n’est ni un tableau ni du JSON : son contenu n’est pas du texte"
}
