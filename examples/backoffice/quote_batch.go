package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment/euro"
)

// issueBatch issues the quotes of a file. A row that fails is told and left out; the
// same file again goes on with what is missing.
func (c *call) issueBatch(path string, issue func(quote.Request) error) error {
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("batch: %w", err)
	}
	defer in.Close()
	format := quote.JSONLines
	if strings.HasSuffix(strings.ToLower(path), ".csv") {
		format = quote.CSV
	}
	for row, err := range quote.ReadBatch(in, format, readAmount) {
		if err == nil {
			err = issue(row.Request)
		}
		switch e := pagonline.AsError(err); {
		case err == nil:
		case errors.Is(e, pagonline.ErrInternal):
			return fmt.Errorf("line %d: %w", row.Line, err)
		default:
			c.failed = true
			c.write(failure{map[string]int{"line": row.Line}, e})
		}
	}
	return nil
}

// readAmount reads what a clerk writes, with a dot or a comma.
func readAmount(_, text string) (euro.Amount, error) { return cart.ParsePrice(text, catalog.Lenient) }
