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
//	               taxonomy; then postalAccount, dueDays
//	institutes     mandatory: code, name, creditor, services; then parent, iban,
//	               amounts (lenient, dot, comma), helpDesk {email, phone},
//	               source {url, asOf}, suspended
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

// maxErrors is how many errors are told: nobody reads more.
const maxErrors = 100

//go:embed sample.json
var sample []byte

// Sample returns a catalogue to try things with: real institutes, with services,
// tariffs, policies and payment reasons as their own pages gave them on a day that each
// of them names, of one fictional creditor. It is a sample and no default: it may be out
// of date, and nothing can be paid with it.
func Sample() (*catalog.Catalog, error) { return Catalog(bytes.NewReader(sample)) }

// Catalog reads a catalogue of version 1. Its error joins one [pagonline.Error] with
// [pagonline.CodeCatalogInvalid] for each thing that is wrong, a hundred at most, the
// path in its field, as in "institutes[2].services[0].price.kind".
func Catalog(r io.Reader) (*catalog.Catalog, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	switch {
	case len(b) > maxSize:
		return nil, wrong("", pagonline.Text{It: "più di 8 MiB", En: "more than 8 MiB"})
	case !utf8.Valid(b):
		return nil, wrong("", pagonline.Text{It: "non è UTF-8", En: "not UTF-8"})
	}
	var f file
	if err := strict(b, &f); err != nil {
		return nil, err
	}
	if err := check(&f); err != nil {
		return nil, err
	}
	return f.catalog()
}

// strict decodes b into f, names to the letter.
func strict(b []byte, f *file) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := names(dec, f); err != nil {
		return err
	}
	if err := json.Unmarshal(b, f); err != nil {
		return wrong("", pagonline.Same(err.Error()))
	}
	return nil
}

// check validates the values.
func check(f *file) error {
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := errors.Join(Register(v), registerOwn(v)); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	var all []error
	failed, ok := errors.AsType[validator.ValidationErrors](v.Struct(f))
	if !ok {
		return nil
	}
	for _, field := range failed[:min(len(failed), maxErrors)] {
		all = append(all, wrong(path(field.Namespace()), reason(field.Tag(), field.Param())))
	}
	return errors.Join(all...)
}

func wrong(path string, reason pagonline.Text) error {
	return pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same(path), reason).At(path)
}
