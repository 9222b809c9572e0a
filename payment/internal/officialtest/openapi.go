package officialtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// OpenAPI checks calls against one of the official files: the part of OpenAPI 3.0 that
// they use. What a schema does not name is a mistake here.
type OpenAPI struct {
	doc  map[string]any
	base string // the path of the server
}

// NewOpenAPI reads a file, a path as for [Path], or skips the test.
func NewOpenAPI(tb testing.TB, name string) *OpenAPI {
	tb.Helper()
	text, err := os.ReadFile(Path(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	o := &OpenAPI{}
	if err := json.Unmarshal(text, &o.doc); err != nil {
		tb.Fatal(err)
	}
	servers, _ := o.doc["servers"].([]any)
	if len(servers) == 0 {
		tb.Fatalf("%s names no server", name)
	}
	server, err := url.Parse(at(servers[0], "url"))
	if err != nil {
		tb.Fatal(err)
	}
	o.base = server.Path
	return o
}

// Transport returns next, with an error of the test for whatever is wrong in a call and
// its answer.
func (o *OpenAPI) Transport(tb testing.TB, next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		var sent []byte
		if r.Body != nil {
			var err error
			if sent, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(sent))
		}
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(got))
		for _, mistake := range o.Check(r, sent, resp.StatusCode, got) {
			tb.Errorf("%s %s: %d: %s", r.Method, r.URL.Path, resp.StatusCode, mistake)
		}
		return resp, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Check returns what is wrong in a call and its answer. What was sent is not looked at
// where it was refused.
func (o *OpenAPI) Check(r *http.Request, sent []byte, status int, got []byte) (mistakes []string) {
	_, path, _ := strings.Cut(r.URL.Path, o.base)
	operation, parameters := o.operation(r.Method, path)
	if operation == nil {
		return []string{"no such operation"}
	}
	if status < 300 {
		for _, name := range slices.Sorted(keys(r.URL.Query())) {
			p, known := parameters[name]
			if !known {
				mistakes = append(mistakes, "no such parameter: "+name)
				continue
			}
			mistakes = append(mistakes, o.check(p["schema"], ofQuery(p["schema"], r.URL.Query().Get(name)), "?"+name, true)...)
		}
		if body := get(operation, "requestBody", "content", "application/json", "schema"); body != nil {
			mistakes = append(mistakes, o.document(body, sent, "request", true)...)
		}
	}
	answer := get(operation, "responses", strconv.Itoa(status))
	switch {
	case answer != nil:
		if schema := get(answer, "content", "application/json", "schema"); schema != nil {
			mistakes = append(mistakes, o.document(schema, got, "answer", false)...)
		}
	case status < 500 && status != http.StatusTooManyRequests && status != http.StatusUnprocessableEntity:
		mistakes = append(mistakes, "no such answer")
	}
	return mistakes
}

// operation finds the operation of a path and its query parameters.
func (o *OpenAPI) operation(method, path string) (operation map[string]any, query map[string]map[string]any) {
	paths, _ := o.doc["paths"].(map[string]any)
	for template, item := range paths {
		form := regexp.MustCompile(`\\\{[^/]*\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
		found, _ := get(item, strings.ToLower(method)).(map[string]any)
		if found == nil || !regexp.MustCompile("^"+form+"$").MatchString(path) {
			continue
		}
		query = map[string]map[string]any{}
		for _, of := range []any{item, found} {
			all, _ := get(of, "parameters").([]any)
			for _, p := range all {
				if one, ok := p.(map[string]any); ok && one["in"] == "query" {
					query[at(p, "name")] = one
				}
			}
		}
		return found, query
	}
	return nil, nil
}

// document checks a JSON text.
func (o *OpenAPI) document(schema any, text []byte, where string, request bool) []string {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return []string{where + ": not JSON"}
	}
	return o.check(schema, v, where, request)
}

// check checks a value by a schema.
func (o *OpenAPI) check(s, v any, where string, request bool) (mistakes []string) {
	schema, _ := s.(map[string]any)
	if ref := at(schema, "$ref"); ref != "" {
		return o.check(get(o.doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...), v, where, request)
	}
	wrong := func(format string, args ...any) {
		mistakes = append(mistakes, where+": "+fmt.Sprintf(format, args...))
	}
	if request && schema["readOnly"] == true {
		wrong("is read-only")
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		wrong("%v is none of %v", v, enum)
	}
	switch at(schema, "type") {
	case "object":
		return append(mistakes, o.object(schema, v, where, request)...)
	case "array":
		all, ok := v.([]any)
		if least, most := bound(schema, "minItems"), bound(schema, "maxItems"); !ok || least > len(all) || most >= 0 && most < len(all) {
			wrong("not an array of %d to %d", least, most)
		}
		for i, one := range all {
			mistakes = append(mistakes, o.check(schema["items"], one, fmt.Sprintf("%s[%d]", where, i), request)...)
		}
	case "string":
		text, ok := v.(string)
		n := utf8.RuneCountInString(text)
		if least, most := bound(schema, "minLength"), bound(schema, "maxLength"); !ok || least > n || most >= 0 && most < n {
			wrong("not a string of %d to %d", least, most)
		}
		if p := strings.ReplaceAll(at(schema, "pattern"), `\h`, ` \t`); p != "" && !regexp.MustCompile(p).MatchString(text) {
			wrong("%q does not match %s", text, p)
		}
		layout := map[string]string{"date": time.DateOnly, "date-time": time.RFC3339}[at(schema, "format")]
		if _, err := time.Parse(layout, text); layout != "" && err != nil {
			wrong("%q is no %s", text, at(schema, "format"))
		}
	case "integer", "number":
		n, ok := v.(json.Number)
		if !ok || at(schema, "type") == "integer" && strings.ContainsAny(n.String(), ".eE") {
			wrong("%v is no %s", v, at(schema, "type"))
			return mistakes
		}
		i, err := n.Int64()
		if least, most := bound(schema, "minimum"), bound(schema, "maximum"); err == nil && (least >= 0 && i < int64(least) || most >= 0 && i > int64(most)) {
			wrong("%d is not in %d to %d", i, least, most)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			wrong("%v is no boolean", v)
		}
	}
	return mistakes
}

func (o *OpenAPI) object(schema map[string]any, v any, where string, request bool) (mistakes []string) {
	object, ok := v.(map[string]any)
	if !ok {
		return []string{where + ": no object"}
	}
	required, _ := schema["required"].([]any)
	for _, r := range required {
		name, _ := r.(string)
		if _, there := object[name]; !there {
			mistakes = append(mistakes, where+"."+name+": missing")
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, value := range object {
		p, known := properties[name]
		if !known {
			mistakes = append(mistakes, where+"."+name+": no such property")
			continue
		}
		mistakes = append(mistakes, o.check(p, value, where+"."+name, request)...)
	}
	return mistakes
}

// ofQuery gives a parameter the type that its schema asks for, if it has its form.
func ofQuery(schema any, value string) any {
	switch at(schema, "type") {
	case "integer":
		return json.Number(value)
	case "boolean":
		if b, err := strconv.ParseBool(value); err == nil {
			return b
		}
	}
	return value
}

// get walks down the members of objects.
func get(v any, path ...string) any {
	for _, name := range path {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// at returns a member that is a string, else "".
func at(v any, name string) string {
	s, _ := get(v, name).(string)
	return s
}

// bound returns a member that is a whole number, else -1.
func bound(schema map[string]any, name string) int {
	n, ok := schema[name].(float64)
	if !ok {
		return -1
	}
	return int(n)
}

func keys(q url.Values) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range q {
			if !yield(k) {
				return
			}
		}
	}
}
