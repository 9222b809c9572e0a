// Package load reads a catalogue from JSON, strictly: unknown, misspelt and repeated
// names are errors, so are values out of form, and each error says where.
//
// It lies apart from the catalogue because it links a validator. The validations that
// it needs for its own fields are exported by [Register], for the forms of others.
package load

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-playground/validator/v10"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// maxSize bounds a catalogue: some hundred bytes for each of thousands of services.
const maxSize = 8 << 20

//go:embed sample.json
var sample []byte

// Sample returns a small catalogue to try things with: three real institutes, with
// services, policies and payment reasons as their pages give them, of one fictional
// creditor. It is a sample and no default: nothing can be paid with it.
func Sample() (*catalog.Catalog, error) { return Catalog(bytes.NewReader(sample)) }

// Catalog reads a catalogue of version 1. Its error joins one [pagonline.Error] with
// [pagonline.CodeCatalogInvalid] for each thing that is wrong, the path in its field,
// as in "institutes[2].services[0].price.kind".
func Catalog(r io.Reader) (*catalog.Catalog, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	if len(b) > maxSize {
		return nil, wrong("", pagonline.Text{It: "più di 8 MiB", En: "more than 8 MiB"})
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

// The form of the file.
type (
	file struct {
		Version    int         `json:"version" validate:"eq=1"`
		Creditors  []creditor  `json:"creditors" validate:"required,dive"`
		Institutes []institute `json:"institutes" validate:"required,dive"`
	}
	creditor struct {
		FiscalCode    string `json:"fiscalCode" validate:"required,len=11,codicefiscale"`
		Name          string `json:"name" validate:"required,max=70,causale"`
		IBAN          string `json:"iban" validate:"required,iban"`
		PostalAccount string `json:"postalAccount" validate:"omitempty,number,max=12"`
		Segregation   string `json:"segregation" validate:"required,len=2,number"`
		Broker        string `json:"broker" validate:"required,len=11,number"`
		Station       string `json:"station" validate:"required,max=35,printascii"`
		Taxonomy      string `json:"taxonomy" validate:"required,taxonomy"`
		DueDays       int    `json:"dueDays" validate:"min=0,max=3650"`
	}
	institute struct {
		Code      string    `json:"code" validate:"required,max=35,institute"`
		Name      string    `json:"name" validate:"required,max=70,causale"`
		Creditor  string    `json:"creditor" validate:"required,len=11,number"`
		Amounts   string    `json:"amounts" validate:"omitempty,oneof=lenient dot comma"`
		HelpDesk  helpDesk  `json:"helpDesk"`
		Suspended bool      `json:"suspended"`
		Services  []service `json:"services" validate:"required,dive"`
	}
	helpDesk struct {
		Email string `json:"email" validate:"omitempty,email,max=256"`
		Phone string `json:"phone" validate:"omitempty,max=35"`
	}
	service struct {
		Code     string   `json:"code" validate:"required,max=35,service"`
		Label    string   `json:"label" validate:"required,max=70,causale"`
		Price    price    `json:"price"`
		Causale  template `json:"causale"`
		Mailbox  string   `json:"mailbox" validate:"omitempty,email,max=256"`
		Taxonomy string   `json:"taxonomy" validate:"omitempty,taxonomy"`
		Closed   bool     `json:"closed"`
	}
	price struct {
		Kind        string `json:"kind" validate:"required,oneof=quote fixed"`
		Amount      string `json:"amount" validate:"required_if=Kind fixed,excluded_if=Kind quote,omitempty,euro"`
		MaxQuantity int    `json:"maxQuantity" validate:"min=0,max=99999,excluded_if=Kind quote"`
	}
	template struct {
		Pieces    []piece `json:"pieces" validate:"dive"`
		Separator string  `json:"separator" validate:"omitempty,max=5"`
	}
	piece struct {
		Part     string `json:"part" validate:"required,part"`
		Before   string `json:"before" validate:"omitempty,max=20"`
		Upper    bool   `json:"upper"`
		Required bool   `json:"required"`
	}
)

// strict decodes b into f, names to the letter.
func strict(b []byte, f *file) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := names(dec, f); err != nil {
		return err
	}
	if err := json.Unmarshal(b, f); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return wrong(t.Field, pagonline.Text{It: "tipo errato", En: "wrong type"})
		}
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
	for _, field := range failed {
		all = append(all, wrong(path(field.Namespace()), reason(field.Tag(), field.Param())))
	}
	return errors.Join(all...)
}

// catalog makes the catalogue of a file whose values are right.
func (f *file) catalog() (*catalog.Catalog, error) {
	var creditors []catalog.Creditor
	for _, c := range f.Creditors {
		segregation, err := strconv.ParseUint(c.Segregation, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("load: %w", err)
		}
		creditors = append(creditors, catalog.Creditor{
			FiscalCode: c.FiscalCode, Name: c.Name, IBAN: c.IBAN, PostalAccount: c.PostalAccount,
			Segregation: uint8(segregation), Broker: c.Broker, Station: c.Station, Taxonomy: c.Taxonomy, DueDays: c.DueDays,
		})
	}
	var institutes []catalog.Institute
	for _, i := range f.Institutes {
		in := catalog.Institute{
			Code: i.Code, Name: i.Name, Creditor: i.Creditor, Amounts: catalog.AmountPolicy(i.Amounts),
			HelpDesk: catalog.HelpDesk(i.HelpDesk), Suspended: i.Suspended,
		}
		if in.Amounts == "" {
			in.Amounts = catalog.Lenient
		}
		for _, s := range i.Services {
			made, err := s.service()
			if err != nil {
				return nil, err
			}
			in.Services = append(in.Services, made)
		}
		institutes = append(institutes, in)
	}
	return catalog.New(creditors, institutes)
}

func (s *service) service() (catalog.Service, error) {
	made := catalog.Service{
		Code: s.Code, Label: s.Label, Mailbox: s.Mailbox, Taxonomy: s.Taxonomy, Closed: s.Closed,
		Price:   catalog.Price{Kind: catalog.PriceKind(s.Price.Kind), MaxQuantity: s.Price.MaxQuantity},
		Causale: causale.Template{Separator: s.Causale.Separator},
	}
	for _, p := range s.Causale.Pieces {
		made.Causale.Pieces = append(made.Causale.Pieces, causale.Piece{
			Part: causale.Part(p.Part), Before: p.Before, Upper: p.Upper, Required: p.Required,
		})
	}
	if s.Price.Amount != "" {
		var err error
		if made.Price.Amount, err = euro.Parse(s.Price.Amount); err != nil {
			return catalog.Service{}, fmt.Errorf("load: %w", err)
		}
	}
	return made, nil
}

func wrong(path string, reason pagonline.Text) error {
	return pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same(path), reason).At(path)
}
