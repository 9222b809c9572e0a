// Package load reads a catalogue from JSON and writes it, strictly: unknown, misspelt
// and repeated names are errors, so are values out of form, and each error says where
// and why.
//
// It lies apart from the catalogue because it links a validator. The validations that
// it needs for its own fields are exported by [Register], for the forms of others.
//
// # The file, version 1
//
// What is not said to be mandatory may be left out; null stands nowhere. Amounts are
// strings with a dot and two digits ("12.50"), factors and sizes are strings or numbers
// ("1.5", 1.5), dates are yyyy-mm-dd.
//
//	version        1; mandatory
//	name           what catalogue this is
//	portal         where its institutes are paid; default: the Ministry's portal
//	stampRates     [{from, until, amount, source}]; default: the rates of the law
//	creditors      mandatory: fiscalCode, name, iban, segregation, broker, station,
//	               taxonomy; then postalAccount, dueDays; and for its notices cbill,
//	               contacts {phone, email, pec, web} of 100 characters together, logo
//	               (a PNG or JPEG beside this file), and with a postalAccount postalHolder
//	               and postalAuthorisation ("AUT. DB/XXXX/XXX 12345 DEL 01/01/2026")
//	institutes     mandatory: code, name, creditor, services; then parent, iban,
//	               amounts (lenient, dot, comma), helpDesk {email, phone},
//	               source {url, asOf}, aliases ["SabapAL"], suspended
//	services       mandatory: code, label, price; then causale, mailbox, taxonomy,
//	               revenue ("29/2584/03"), stamp (request, copy, authorisation),
//	               fields [{code, label {it, en}, kind (text, date), required}], closed
//	price          {kind: quote}, {kind: free}, {kind: fixed, amount, maxQuantity} or
//	               {kind: tariff, tariff: {minimum, entries}}
//	entries        mandatory: code, label, unit (page, image, archival-unit, piece,
//	               support, parcel), rule; then minimum, limit
//	causale        {separator, pieces: [{part, before, upper, required}]}
//
// The rules of an entry, by their kind; all that is named is mandatory, save copies
// and the upTo of a last step:
//
//	each           price
//	first-next     first, next
//	size           steps [{upTo, price}], in megabytes
//	format         prices [{name, price}]
//	quality        prices [{name, price}]
//	hourly         hour, piece
//	every          pieces, price
//	multiple       of, factor
//	formula        price, uses [{use, factor}], copies [{upTo, factor}]
//	quote, free    nothing
//
// An IBAN may be masked, as [Write] writes it: country, check digits, stars and the last
// four characters. Then it is not known, and nothing can be collected on it.
package load

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
)

// maxSize bounds a catalogue: some hundred bytes for each of thousands of services.
const maxSize = 8 << 20

//go:embed sample.json
var sample []byte

// Sample returns a catalogue to try things with: real institutes, with services,
// tariffs, policies and payment reasons as their own pages gave them on a day that each
// of them names, of one fictional creditor. It is a sample and no default: it may be out
// of date, and nothing can be paid with it.
func Sample() (*catalog.Catalog, error) { return Catalog(bytes.NewReader(sample)) }

// Catalog reads a catalogue of version 1. Its error joins one [pagonline.Error] with
// [pagonline.CodeCatalogInvalid] for each thing that is wrong, a hundred at most, the
// path in its field, as in "institutes[2].services[0].price.kind". What is no JSON hides
// what comes after it; nothing else hides anything.
func Catalog(r io.Reader) (*catalog.Catalog, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	var wrong errs
	switch {
	case len(b) > maxSize:
		wrong.add("", pagonline.Text{It: "più di 8 MiB", En: "more than 8 MiB"})
		return nil, wrong.joined()
	case !utf8.Valid(b):
		wrong.add("", pagonline.Text{It: "non è UTF-8", En: "not UTF-8"})
		return nil, wrong.joined()
	}
	var f file
	if !decode(b, &f, &wrong) {
		return nil, wrong.joined()
	}
	if err := check(&f, &wrong); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	c, err := f.catalog()
	between(err, &wrong)
	if err := wrong.joined(); err != nil {
		return nil, err
	}
	return c, nil
}

// decode decodes b into f, names to the letter. What has the wrong type stays empty. It
// reports false for what is no JSON.
func decode(b []byte, f *file, wrong *errs) bool {
	n := names{text: b, dec: json.NewDecoder(bytes.NewReader(b)), errs: wrong}
	n.dec.UseNumber()
	if !n.document(f) {
		return false
	}
	if err := json.Unmarshal(b, f); err != nil && len(*wrong) == 0 {
		wrong.add("", pagonline.Same(err.Error()))
		return false
	}
	return true
}

// check validates the values.
func check(f *file, wrong *errs) error {
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := errors.Join(Register(v), registerOwn(v)); err != nil {
		return err
	}
	known := *wrong
	failed, _ := errors.AsType[validator.ValidationErrors](v.Struct(f))
	for _, field := range failed {
		if at := pathOf(field.Namespace()); !known.cover(at) {
			wrong.add(at, reason(field.Tag(), field.Param()))
		}
	}
	return nil
}

// between adds what is wrong between the parts, the errors that err joins.
func between(err error, wrong *errs) {
	known := *wrong
	several, _ := err.(interface{ Unwrap() []error })
	if several == nil {
		return
	}
	for _, one := range several.Unwrap() {
		if e := pagonline.AsError(one); !known.cover(e.Field) && len(*wrong) < maxErrors {
			*wrong = append(*wrong, e)
		}
	}
}
