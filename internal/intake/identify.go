package intake

import (
	"errors"

	"sourcier/internal/structure"
)

// siretReasons says in French why a number is refused.
var siretReasons = map[error]string{
	structure.ErrScientific: "nombre en notation scientifique : le tableur a perdu des chiffres. Mettre la colonne au format texte dans le fichier d’origine et l’exporter de nouveau",
	structure.ErrLength:     "un SIRET a 14 chiffres",
	structure.ErrChecksum:   "clé de contrôle fausse : un chiffre est erroné",
	structure.ErrNotDigits:  "ce n’est pas un nombre",
}

// siret reads the SIRET of the record into d; false when it was rejected. An
// empty value says nothing.
func (l *line) siret(d *Draft, column, value string) bool {
	if value == "" {
		return true
	}
	number, repaired, err := structure.ParseSIRET(value)
	if err != nil {
		l.reject(column, value, "SIRET refusé : "+reason(err))
		return false
	}
	if repaired {
		l.repair(RepairZero)
	}
	d.SIRET, d.Facts.SIRET = number, number
	return true
}

// sharedSIRET reads a SIRET beside another identity: one that is wrong is left
// out, and the record is kept.
func (l *line) sharedSIRET(d *Draft, column, value string) {
	if value == "" {
		return
	}
	number, repaired, err := structure.ParseSIRET(value)
	if err != nil {
		l.ignore(column, value, "SIRET refusé : "+reason(err))
		return
	}
	if repaired {
		l.repair(RepairZero)
	}
	d.SIRET, d.Facts.SIRET = number, number
}

func (l *line) finess(d *Draft, column, value string) bool {
	if value == "" {
		return true
	}
	number, err := structure.ParseFINESS(value)
	if err != nil {
		l.reject(column, value, "numéro FINESS refusé : attendu 9 caractères")
		return false
	}
	d.FINESS, d.Facts.FINESS = number, number
	return true
}

// siren reads the SIREN of a record about a legal unit; false when it was
// rejected, as one without it is.
func (l *line) siren(d *Draft, column, value string) bool {
	if value == "" {
		l.reject(column, "", "SIREN absent")
		return false
	}
	number, repaired, err := structure.ParseSIREN(value)
	if err != nil {
		l.reject(column, value, "SIREN refusé : "+sirenReason(err))
		return false
	}
	if repaired {
		l.repair(RepairZero)
	}
	d.SIREN, d.Creates = number, false
	return true
}

// sirenReason is reason for a SIREN.
func sirenReason(err error) string {
	if errors.Is(err, structure.ErrLength) {
		return "un SIREN a 9 chiffres"
	}
	return reason(err)
}

func reason(err error) string {
	for known, text := range siretReasons {
		if errors.Is(err, known) {
			return text
		}
	}
	return "illisible"
}
