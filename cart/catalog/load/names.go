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

// names reads one JSON document and checks its names and types against the fields of
// target, a pointer to a struct: encoding/json alone would take "AMOUNT" for "amount",
// and the last of two.
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
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return object(dec, t, path)
		}
		return list(dec, t, path)
	case nil:
		return wrong(path, pagonline.Text{It: "null non ammesso", En: "null is not allowed"})
	case json.Number:
		if t == reflect.TypeFor[number]() {
			return nil
		}
		if t.Kind() == reflect.Int && len(token) < 10 && strings.Trim(string(token), "0123456789") == "" {
			return nil
		}
	case string:
		if t.Kind() == reflect.String {
			return nil
		}
	case bool:
		if t.Kind() == reflect.Bool {
			return nil
		}
	}
	return wrongType(path, t)
}

func list(dec *json.Decoder, t reflect.Type, path string) error {
	if t.Kind() != reflect.Slice {
		return wrongType(path, t)
	}
	for i := 0; dec.More(); i++ {
		if err := value(dec, t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return end(dec, path)
}

func object(dec *json.Decoder, t reflect.Type, path string) error {
	if t.Kind() != reflect.Struct {
		return wrongType(path, t)
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

// wrongType says what type is wanted.
func wrongType(path string, t reflect.Type) error {
	wanted := map[reflect.Kind]pagonline.Text{
		reflect.String: {It: "deve essere una stringa", En: "must be a string"},
		reflect.Int:    {It: "deve essere un numero intero", En: "must be a whole number"},
		reflect.Bool:   {It: "deve essere true o false", En: "must be true or false"},
		reflect.Slice:  {It: "deve essere una lista", En: "must be a list"},
		reflect.Struct: {It: "deve essere un oggetto", En: "must be an object"},
	}[t.Kind()]
	if t == reflect.TypeFor[number]() {
		wanted = pagonline.Text{It: "deve essere un numero", En: "must be a number"}
	}
	return wrong(path, wanted)
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if nameOf(field) == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// nameOf returns the name of a field in JSON.
func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
