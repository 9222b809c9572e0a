package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// names checks the names and types of one JSON document against those of a struct:
// encoding/json alone would take "AMOUNT" for "amount", and the last of two.
type names struct {
	text []byte
	dec  *json.Decoder
	errs *errs
}

// errBroken ends the reading: after what is no JSON nothing can be told from it.
var errBroken = errors.New("load: invalid JSON")

// document reads the document, which is to be decoded into target, a pointer to a
// struct. It reports whether it is JSON.
func (n *names) document(target any) bool {
	if n.value(reflect.TypeOf(target).Elem(), "") != nil {
		return false
	}
	if _, err := n.dec.Token(); !errors.Is(err, io.EOF) {
		n.errs.add("", pagonline.Text{It: "altro testo dopo il catalogo", En: "more text after the catalogue"})
		return false
	}
	return true
}

// token returns the next token of what stands at path.
func (n *names) token(path string) (json.Token, error) {
	token, err := n.dec.Token()
	if err != nil {
		rest := bytes.TrimLeft(n.text[n.dec.InputOffset():], ",: \t\r\n") // what is no token
		line := strconv.Itoa(1 + bytes.Count(n.text[:len(n.text)-len(rest)], []byte("\n")))
		n.errs.add(path, pagonline.Text{It: "JSON non valido alla riga " + line, En: "invalid JSON on line " + line})
		return nil, errBroken
	}
	return token, nil
}

// value reads one value, which is to be decoded into type t.
func (n *names) value(t reflect.Type, path string) error {
	token, err := n.token(path)
	if err != nil {
		return err
	}
	switch {
	case token == nil:
		n.errs.add(path, pagonline.Text{It: "null non ammesso", En: "null is not allowed"})
	case !isOf(token, t):
		n.errs.add(path, wanted(t))
		return n.skip(token, path)
	case token == json.Delim('{'):
		return n.object(t, path)
	case token == json.Delim('['):
		return n.list(t, path)
	}
	return nil
}

// isOf reports whether token is, or begins, a value of type t.
func isOf(token json.Token, t reflect.Type) bool {
	switch token := token.(type) {
	case json.Delim:
		return token == '{' && t.Kind() == reflect.Struct || token == '[' && t.Kind() == reflect.Slice
	case json.Number:
		whole := len(token) < 10 && strings.Trim(string(token), "0123456789") == ""
		return t == reflect.TypeFor[number]() || t.Kind() == reflect.Int && whole
	case string:
		return t.Kind() == reflect.String
	case bool:
		return t.Kind() == reflect.Bool
	default:
		return false
	}
}

func (n *names) list(t reflect.Type, path string) error {
	for i := 0; n.dec.More(); i++ {
		if err := n.value(t.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	_, err := n.token(path) // the closing bracket
	return err
}

func (n *names) object(t reflect.Type, path string) error {
	seen := map[string]bool{}
	for n.dec.More() {
		token, err := n.token(path)
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder takes nothing else here
		at := strings.TrimPrefix(path+"."+shown(name), ".")
		field, known := fieldOf(t, name)
		switch {
		case !known:
			n.errs.add(at, pagonline.Text{It: "nome sconosciuto", En: "unknown name"})
			err = n.skipNext(at)
		case seen[name]:
			n.errs.add(at, pagonline.Text{It: "nome ripetuto", En: "name given twice"})
			err = n.skipNext(at)
		default:
			err = n.value(field.Type, at)
		}
		if err != nil {
			return err
		}
		seen[name] = true
	}
	_, err := n.token(path) // the closing bracket
	return err
}

// shown returns a name as an error may show it: none that is known is longer.
func shown(name string) string {
	const most = 64 // characters
	if utf8.RuneCountInString(name) > most {
		return string([]rune(name)[:most]) + "…"
	}
	return name
}

func (n *names) skipNext(path string) error {
	token, err := n.token(path)
	if err != nil {
		return err
	}
	return n.skip(token, path)
}

// skip reads the rest of a value whose first token was read.
func (n *names) skip(token json.Token, path string) (err error) {
	for depth := 0; ; {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if token, err = n.token(path); err != nil {
			return err
		}
	}
}

// wanted says what is wanted where type t is.
func wanted(t reflect.Type) pagonline.Text {
	if t == reflect.TypeFor[number]() {
		return pagonline.Text{It: "deve essere un numero", En: "must be a number"}
	}
	return map[reflect.Kind]pagonline.Text{
		reflect.String: {It: "deve essere una stringa", En: "must be a string"},
		reflect.Int:    {It: "deve essere un numero intero", En: "must be a whole number"},
		reflect.Bool:   {It: "deve essere true o false", En: "must be true or false"},
		reflect.Slice:  {It: "deve essere una lista", En: "must be a list"},
		reflect.Struct: {It: "deve essere un oggetto", En: "must be an object"},
	}[t.Kind()]
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
