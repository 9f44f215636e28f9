package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v2"

	"sourcier/views/format"
)

// validate checks the shape of input structs; rules on their meaning stay in the
// domain. It is safe for concurrent use.
var validate = newValidator()

func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return cmp.Or(f.Tag.Get("query"), f.Tag.Get("form")) })
	if err := v.RegisterValidation("reportfield", isReportField); err != nil {
		panic(err) // the name is a constant
	}
	return v
}

// bindQuery fills in (a pointer to a struct with "query" tags, its defaults set)
// from the query string and checks it. Strings are trimmed; an empty parameter
// counts as absent. It returns an *inputError with every fault, in French.
func bindQuery(c *fiber.Ctx, in any) error {
	values, err := queryValues(c)
	if err != nil {
		return err
	}
	faults := fill(values, reflect.ValueOf(in).Elem())
	if len(faults) > 0 {
		return &inputError{faults}
	}
	var invalid validator.ValidationErrors
	switch err := validate.Struct(in); {
	case err == nil:
		return nil
	case !errors.As(err, &invalid):
		return fmt.Errorf("validate %T: %w", in, err)
	}
	for _, f := range invalid {
		faults = append(faults, paramProblem{Parameter: f.Field(), Value: clip(values.Get(f.Field())), Message: format.Text(faultText(f))})
	}
	return &inputError{faults}
}

// fill sets the string and int fields; what is not a number is a fault.
func fill(values url.Values, in reflect.Value) []paramProblem {
	var faults []paramProblem
	for i := range in.NumField() {
		name := in.Type().Field(i).Tag.Get("query")
		text := strings.TrimSpace(values.Get(name))
		if text == "" {
			continue
		}
		field := in.Field(i)
		if field.Kind() == reflect.String {
			field.SetString(text)
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			faults = append(faults, paramProblem{Parameter: name, Value: clip(text), Message: "nombre entier attendu"})
			continue
		}
		field.SetInt(int64(n))
	}
	return faults
}

// faultText words a failed check in French.
func faultText(f validator.FieldError) string {
	text := f.Kind() == reflect.String
	switch f.Tag() {
	case "required":
		return "valeur obligatoire"
	case "min":
		if text {
			return fmt.Sprintf("%s caractères au moins", f.Param())
		}
		return fmt.Sprintf("nombre trop petit ; le minimum est %s", f.Param())
	case "max":
		if text {
			return fmt.Sprintf("texte trop long ; %s caractères au plus", f.Param())
		}
		return fmt.Sprintf("nombre trop grand ; le maximum est %s", f.Param())
	}
	return "valeur refusée"
}
