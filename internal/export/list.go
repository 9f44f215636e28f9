package export

import (
	"time"

	"sourcier/internal/structure"
)

// Mark is what the members of an organisation say of a structure of one of their lists.
type Mark struct {
	Added time.Time
	Note  string
	Noted string // who wrote it, and when
}

// OfList are the columns of a list: the usual ones, then what its members say, by id.
func OfList(placed bool, marks map[string]Mark) []Column {
	return append(Usual(placed),
		Column{ID: "etat", Head: "État", Group: groupReference, width: 20, value: func(r *row) cell {
			if r.Closed {
				return words("Établissement fermé")
			}
			return cell{}
		}},
		Column{ID: "ajoutee_le", Head: "Ajoutée à la liste le", Group: groupReference, width: 14, value: func(r *row) cell {
			return dated(structure.DateOf(marks[r.ID].Added))
		}},
		Column{ID: "note", Head: "Note", Group: groupReference, width: 50, value: func(r *row) cell { return words(marks[r.ID].Note) }},
		Column{ID: "note_de", Head: "Auteur de la note", Group: groupReference, width: 34, value: func(r *row) cell { return words(marks[r.ID].Noted) }},
	)
}
