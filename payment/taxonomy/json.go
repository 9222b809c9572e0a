package taxonomy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// jsonRecords reads an array of flat objects, token by token: the names of an object
// must differ, which package json does not ask.
func jsonRecords(in *bufio.Reader) iter.Seq2[map[string]string, error] {
	return func(yield func(map[string]string, error) bool) {
		dec := json.NewDecoder(in)
		dec.UseNumber()
		_, err := dec.Token() // the bracket
		cells := map[string]string{}
		for err == nil && dec.More() {
			clear(cells)
			if err = object(dec, cells); err == nil && !yield(cells, nil) {
				return
			}
		}
		if err == nil {
			_, err = dec.Token() // the other bracket
		}
		if err == nil {
			err = nothingMore(io.MultiReader(dec.Buffered(), in))
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// object reads one flat object of texts and numbers into cells.
func object(dec *json.Decoder, cells map[string]string) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return errNotObject
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		value, err := dec.Token()
		if err != nil {
			return err
		}
		key := column(fmt.Sprint(name))
		if _, twice := cells[key]; twice {
			return errors.New("name given twice in an object")
		}
		switch v := value.(type) {
		case string:
			cells[key] = v
		case json.Number:
			cells[key] = v.String()
		case nil:
			cells[key] = ""
		default:
			return errNotObject
		}
	}
	_, err = dec.Token() // the brace
	return err
}

// nothingMore reports whether only white space follows.
func nothingMore(r io.Reader) error {
	rest := make([]byte, 512)
	for {
		n, err := r.Read(rest)
		if len(bytes.TrimSpace(rest[:n])) > 0 {
			return errors.New("something follows the array")
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
