package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/pagonline/pagonline"
)

// names reads one JSON document and checks its names against the fields of target, a
// pointer to a struct: encoding/json alone would take "AMOUNT" for "amount", and the
// last of two.
func names(dec *json.Decoder, target any) error {
	if err := value(dec, reflect.TypeOf(target).Elem(), ""); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return wrong("", pagonline.Text{It: "altro testo dopo il catalogo", En: "more text after the catalogue"})
	}
	return nil
}

// value reads one value, which is to be decoded into type t.
func value(dec *json.Decoder, t reflect.Type, path string) error {
	token, err := dec.Token()
	if err != nil {
		return wrong(path, pagonline.Text{It: "JSON non valido", En: "invalid JSON"})
	}
	switch token {
	case json.Delim('{'):
		return object(dec, t, path)
	case json.Delim('['):
		if t.Kind() != reflect.Slice {
			return wrong(path, pagonline.Text{It: "tipo errato", En: "wrong type"})
		}
		for i := 0; dec.More(); i++ {
			if err := value(dec, t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return end(dec, path)
	case nil:
		return wrong(path, pagonline.Text{It: "null non ammesso", En: "null is not allowed"})
	default:
		return nil // its type is checked by the decoding
	}
}

func object(dec *json.Decoder, t reflect.Type, path string) error {
	if t.Kind() != reflect.Struct {
		return wrong(path, pagonline.Text{It: "tipo errato", En: "wrong type"})
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return wrong(path, pagonline.Text{It: "JSON non valido", En: "invalid JSON"})
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		field, known := fieldOf(t, name)
		switch {
		case !known:
			return wrong(at, pagonline.Text{It: "nome sconosciuto", En: "unknown name"})
		case seen[name]:
			return wrong(at, pagonline.Text{It: "nome ripetuto", En: "name given twice"})
		}
		seen[name] = true
		if err := value(dec, field.Type, at); err != nil {
			return err
		}
	}
	return end(dec, path)
}

// end reads the closing bracket.
func end(dec *json.Decoder, path string) error {
	if _, err := dec.Token(); err != nil {
		return wrong(path, pagonline.Text{It: "JSON non valido", En: "invalid JSON"})
	}
	return nil
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if field.Tag.Get("json") == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}
