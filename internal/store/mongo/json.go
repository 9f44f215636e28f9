package mongo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"sourcier/internal/store"
)

// Documents are JSON in the contract and BSON on the server, so that they can
// be looked at and queried there. What BSON or some server cannot hold as it is
// gets escaped with a percent sign:
//   - field names: "%" is %25, "." is %2E, "$" is %24, NUL is %00; an empty name is "%";
//   - a number that neither a 64-bit integer nor a double writes back digit for
//     digit (1.0, 1E5, 20 digits) is {"%n": "its text"}.
//
// So every number comes back with the text it had.
const exactNumber = "%n"

var (
	escapeName   = strings.NewReplacer("%", "%25", ".", "%2E", "$", "%24", "\x00", "%00")
	unescapeName = strings.NewReplacer("%25", "%", "%2E", ".", "%24", "$", "%00", "\x00")
)

// toBSON refuses what is not one JSON object. The token reader alone would not:
// it lets some mistakes through.
func toBSON(doc json.RawMessage) (bson.D, error) {
	if !json.Valid(doc) || bytes.TrimSpace(doc)[0] != '{' {
		return nil, fmt.Errorf("not a JSON object: %w", store.ErrInvalid)
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	return readObject(d)
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return readObject(d)
		}
		return readArray(d)
	case json.Number:
		return number(v.String()), nil
	default:
		return v, nil // string, bool, nil
	}
}

// readObject keeps the order of fields; of two with one name the last counts,
// as for encoding/json.
func readObject(d *json.Decoder) (bson.D, error) {
	object := bson.D{}
	at := map[string]int{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // the decoder accepts nothing else here
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		if name = escapeName.Replace(name); name == "" {
			name = "%"
		}
		if i, twice := at[name]; twice {
			object[i].Value = v
			continue
		}
		at[name] = len(object)
		object = append(object, bson.E{Key: name, Value: v})
	}
	_, err := d.Token()
	return object, err
}

func readArray(d *json.Decoder) (bson.A, error) {
	array := bson.A{}
	for d.More() {
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	_, err := d.Token()
	return array, err
}

func number(text string) any {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(i, 10) == text {
		return i
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && floatText(f) == text {
		return f
	}
	return bson.D{{Key: exactNumber, Value: text}}
}

// floatText is how encoding/json writes a float; empty when it cannot.
func floatText(f float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	return string(text)
}

// errForeign is a BSON type that toBSON never writes: somebody else wrote it.
var errForeign = fmt.Errorf("a value that Sourcier did not write: %w", store.ErrDamaged)

func toJSON(doc bson.Raw) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := writeObject(&out, doc); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeObject(out *bytes.Buffer, doc bson.Raw) error {
	fields, err := doc.Elements()
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	if len(fields) == 1 && fields[0].Key() == exactNumber {
		text, ok := fields[0].Value().StringValueOK()
		if !ok || !json.Valid([]byte(text)) {
			return errForeign
		}
		out.WriteString(text)
		return nil
	}
	out.WriteByte('{')
	for i, field := range fields {
		if i > 0 {
			out.WriteByte(',')
		}
		name := field.Key()
		if name == "%" {
			name = ""
		}
		if err := writeString(out, unescapeName.Replace(name)); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := writeValue(out, field.Value()); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

func writeArray(out *bytes.Buffer, array bson.Raw) error {
	values, err := array.Values()
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	out.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeValue(out, v); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	return nil
}

func writeValue(out *bytes.Buffer, v bson.RawValue) error {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		return writeObject(out, v.Document())
	case bson.TypeArray:
		return writeArray(out, v.Array())
	case bson.TypeString:
		return writeString(out, v.StringValue())
	case bson.TypeInt64:
		out.WriteString(strconv.FormatInt(v.Int64(), 10))
	case bson.TypeInt32: // a server may store small integers shorter
		out.WriteString(strconv.FormatInt(int64(v.Int32()), 10))
	case bson.TypeDouble:
		text := floatText(v.Double())
		if text == "" {
			return errForeign
		}
		out.WriteString(text)
	case bson.TypeBoolean:
		out.WriteString(strconv.FormatBool(v.Boolean()))
	case bson.TypeNull:
		out.WriteString("null")
	default:
		return errForeign
	}
	return nil
}

func writeString(out *bytes.Buffer, s string) error {
	text, err := json.Marshal(s)
	out.Write(text)
	return err
}
