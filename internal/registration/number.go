package registration

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sourcier/internal/account"
	"sourcier/internal/structure"
)

// Number names a structure that enters the directory: a SIRET, or the RNA number of an
// association that awaits one.
type Number struct {
	SIRET string // 14 digits
	RNA   string // W and 9 digits
}

// Identity is that of the structure.
func (n Number) Identity() string { return n.structure().Identity() }

// ID is that of the sheet which the number begins.
func (n Number) ID() string { return structure.NewID(n.Identity()) }

// String is the number as it was given.
func (n Number) String() string { return n.SIRET + n.RNA }

// Numbers are those that an objection may name.
func (n Number) Numbers() []string { return n.structure().Numbers() }

func (n Number) structure() *structure.Structure {
	return &structure.Structure{SIRET: n.SIRET, RNA: n.RNA}
}

var rnaPattern = regexp.MustCompile(`^W[0-9]{9}$`)

// ParseNumber reads a number as people copy it; its refusals are Faults that say what
// is wrong with it. Nothing is mended: a wrong digit would be somebody else's number.
func ParseNumber(text string) (Number, error) {
	bare := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ".", "", "-", "").Replace(strings.TrimSpace(text)))
	switch {
	case bare == "":
		return Number{}, account.Fault("Donnez le numéro SIRET de la structure, ou son numéro RNA.")
	case rnaPattern.MatchString(bare):
		return Number{RNA: bare}, nil
	case strings.HasPrefix(bare, "W"):
		return Number{}, account.Fault("Ce numéro RNA n’est pas complet : il s’écrit W suivi de neuf chiffres.")
	}
	siret, mended, err := structure.ParseSIRET(bare)
	switch {
	case err == nil && !mended && isSIREN(siret[:sirenLength]):
		return Number{SIRET: siret}, nil
	case errors.Is(err, structure.ErrNotDigits), errors.Is(err, structure.ErrScientific):
		return Number{}, account.Fault("Un SIRET n’a que des chiffres : quatorze, sans lettre.")
	case len(bare) == sirenLength && isSIREN(bare):
		return Number{}, account.Fault("C’est le SIREN de l’entreprise : ajoutez les cinq chiffres de l’établissement.")
	case len(bare) != siretLength:
		return Number{}, account.Fault(fmt.Sprintf("Ce numéro a %d chiffres, un SIRET en a 14.", len(bare)))
	}
	return Number{}, account.Fault("Ce SIRET n’existe pas : un de ses chiffres est faux. Recopiez-le depuis un document officiel.")
}

func isSIREN(digits string) bool {
	_, mended, err := structure.ParseSIREN(digits)
	return err == nil && !mended
}
