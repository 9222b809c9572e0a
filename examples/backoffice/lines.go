package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// maxLine is the longest line in bytes, its end not counted.
const maxLine = 64 << 10

// failure is what a line that was refused gives.
type failure struct {
	In    any              `json:"in"`
	Error *pagonline.Error `json:"error"`
}

// lines calls handle for every line, or every argument if there are any, and prints
// what it returns.
func (c *call) lines(ctx context.Context, handle func(line string) (any, error)) error {
	return c.each(ctx, func(line string) (any, any, error) {
		if !utf8.ValidString(line) {
			at := strings.IndexFunc(line, func(r rune) bool { return r == utf8.RuneError })
			position := strconv.Itoa(utf8.RuneCountInString(line[:at]) + 1)
			return strings.ToValidUTF8(line, "\ufffd"), nil, pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same(position))
		}
		out, err := handle(line)
		return line, out, err
	})
}

// objects is lines for JSON: each line is decoded into a new T, unknown names refused.
func objects[T any](ctx context.Context, c *call, handle func(in json.RawMessage, v T) (any, error)) error {
	return c.each(ctx, func(line string) (any, any, error) {
		raw := json.RawMessage(line)
		if !json.Valid(raw) || !utf8.Valid(raw) {
			return strings.ToValidUTF8(line, "\ufffd"), nil, unreadable("JSON non valido", "invalid JSON")
		}
		var v T
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&v); err != nil {
			return raw, nil, decodeError(err)
		}
		out, err := handle(raw, v)
		return raw, out, err
	})
}

// decodeError tells where an object does not have the form that it must have. A value
// of this module says itself what is wrong with it.
func decodeError(err error) error {
	if e, ok := errors.AsType[*pagonline.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return pagonline.AsError(unreadable("tipo errato", "wrong type")).At(fieldPath(e))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return pagonline.AsError(unreadable("nome sconosciuto", "unknown name")).At(name)
	}
	return pagonline.AsError(unreadable("valore non valido", "invalid value")).Because(err)
}

// fieldPath returns the names of the field as JSON has them: an embedded type of ours is
// none.
func fieldPath(e *json.UnmarshalTypeError) string {
	return strings.TrimPrefix(e.Field, "Request.")
}

func unreadable(it, en string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en})
}

// each hands out the lines and prints what comes back: out, or in with the error.
func (c *call) each(ctx context.Context, handle func(line string) (in, out any, err error)) error {
	done := 0
	progress := c.progress()
	one := func(line string) error {
		if strings.TrimSpace(line) == "" {
			return nil
		}
		var in, out any = "", nil
		var err error
		if len(line) <= maxLine {
			in, out, err = handle(line)
		} else {
			err = tooLong(len(line))
		}
		if err == nil {
			c.write(out)
		} else if err := c.refuse(in, err); err != nil {
			return err
		}
		done++
		progress(done)
		return ctx.Err()
	}
	if len(c.args) > 0 {
		for _, arg := range c.args {
			if err := one(arg); err != nil {
				return err
			}
		}
		return nil
	}
	return c.scan(one)
}

// refuse prints why an input was refused. What is no refusal comes back.
func (c *call) refuse(in any, err error) error {
	e := pagonline.AsError(err)
	if errors.Is(e, pagonline.ErrInternal) {
		return err
	}
	c.failed = true
	c.write(failure{in, e})
	return nil
}

// scan reads standard input line by line. Output is flushed when there is nothing more
// to read at once, so that somebody who types sees his answer.
func (c *call) scan(one func(line string) error) error {
	in := bufio.NewReaderSize(c.stdin, maxLine+2)
	for last := false; !last; {
		line, err := in.ReadSlice('\n')
		length := len(line)
		for errors.Is(err, bufio.ErrBufferFull) { // only its length is told
			var more []byte
			more, err = in.ReadSlice('\n')
			length += len(more)
		}
		last = errors.Is(err, io.EOF)
		if err != nil && !last {
			return fmt.Errorf("standard input: %w", err)
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if length > len(line) {
			c.failed = true
			c.write(failure{"", pagonline.AsError(tooLong(length))})
		} else if err := one(text); err != nil {
			return err
		}
		if in.Buffered() == 0 {
			if err := c.out.Flush(); err != nil {
				return fmt.Errorf("standard output: %w", err)
			}
		}
	}
	return nil
}

func tooLong(n int) error {
	return pagonline.NewError(pagonline.CodeTextTooLong, pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(maxLine)))
}

// progress returns what tells stderr how many lines are done, now and then, if it is a
// terminal.
func (c *call) progress() func(done int) {
	f, ok := c.stderr.(*os.File)
	if !ok {
		return func(int) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int) {}
	}
	last := time.Now()
	return func(done int) {
		if done%1000 == 0 && time.Since(last) > time.Second {
			last = time.Now()
			fmt.Fprintf(f, "%d\n", done)
		}
	}
}
