package main

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
)

var catalogCheckCommand = command{
	name: "catalog check", args: "FILE",
	about: pagonline.Text{It: "controlla un catalogo: tutti gli errori, con il percorso", En: "checks a catalogue: all errors, with their paths"},
	flags: func(c *call) func(context.Context) error {
		c.takes(1, 1)
		return func(context.Context) error { return c.checkCatalog(c.args[0]) }
	},
}

func (c *call) checkCatalog(path string) error {
	read, err := readCatalog(path)
	if err == nil {
		services := 0
		for _, in := range read.Institutes() {
			services += len(in.Services)
		}
		c.write(struct {
			File       string `json:"file"`
			Institutes int    `json:"institutes"`
			Services   int    `json:"services"`
		}{path, len(read.Institutes()), services})
		return nil
	}
	all := []error{err}
	if _, single := err.(*pagonline.Error); !single { //nolint:errorlint // not what it wraps
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = joined.Unwrap()
		}
	}
	for _, one := range all {
		e := pagonline.AsError(one)
		if errors.Is(e, pagonline.ErrInternal) {
			return err
		}
		c.failed = true
		c.write(struct {
			In    string           `json:"in"`
			Path  string           `json:"path"`
			Error *pagonline.Error `json:"error"`
		}{path, e.Field, e})
	}
	return nil
}
