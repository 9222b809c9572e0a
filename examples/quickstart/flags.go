package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/database"
)

// options are the flags.
type options struct {
	form       cart.Form
	payer      string
	email      string
	fiscalCode string
	pay        string
	mode       string
	notice     string
	listen     string
	data       string
	named      string        // -database
	database   database.Name // what it names
	lang       string
	json       bool
}

// choices says what the payer does for each value of -pay.
var choices = map[string]sandbox.Choice{"ok": sandbox.Pay, "refuse": sandbox.Refuse, "abandon": sandbox.Abandon}

// errFlags says that the flags are wrong, which stderr has been told.
var errFlags = errors.New("wrong flags")

// parse reads the flags. Its error is [flag.ErrHelp] for who asked for help, else
// errFlags.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.form.Institute, "institute", "AS-LI", "code of the institute")
	f.StringVar(&o.form.Service, "service", "fotocopie", "code of its service")
	f.IntVar(&o.form.Quantity, "quantity", 1, "quantity")
	f.StringVar(&o.form.UnitPrice, "price", "12.5", "unit price, as one types it")
	f.StringVar(&o.form.Protocol, "protocol", "345/2024", "protocol number of the quote")
	f.StringVar(&o.form.Detail, "detail", "", "payment reason by hand (default: made from institute and protocol)")
	f.StringVar(&o.payer, "payer", "Mario Rossi", "name of the fictional person who pays")
	f.StringVar(&o.email, "email", "mario.rossi@example.org", "his e-mail address")
	f.StringVar(&o.fiscalCode, "fiscal-code", "", "his fiscal code, if he has one")
	f.StringVar(&o.pay, "pay", "ok", "what he does on the payment page: ok, refuse or abandon")
	f.StringVar(&o.mode, "mode", "sync", "who answers pagoPA: sync, the creditor's station with a copy in ACA; async, GPD, and the station gets receipts only")
	f.StringVar(&o.notice, "notice", "", "pay this notice, left open by an earlier run, as at a counter; needs -data or -database")
	f.StringVar(&o.listen, "listen", "", "address to keep serving station and sandbox on after the walk, as in 127.0.0.1:0")
	f.StringVar(&o.data, "data", "", "directory of the papers, and of the database (default: a temporary one, removed)")
	f.StringVar(&o.named, "database", "", "database, instead of that of the directory: sqlite:FILE or postgres://…")
	f.StringVar(&o.lang, "lang", "it", "language: it or en")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errFlags
	}
	o.form.Payer = o.payer
	var wrong string
	if o.named != "" {
		var err error
		if o.database, err = database.Parse(o.named); err != nil { // which does not repeat it
			wrong = "-" + err.Error()
		}
	}
	switch {
	case wrong != "":
	case f.NArg() > 0:
		wrong = "no arguments are taken: " + f.Arg(0)
	case choices[o.pay] == "":
		wrong = "-pay is ok, refuse or abandon"
	case o.mode != "sync" && o.mode != "async":
		wrong = "-mode is sync or async"
	case !slices.Contains([]string{"it", "en"}, o.lang):
		wrong = "-lang is it or en"
	case o.notice != "" && o.data == "" && o.named == "":
		wrong = "-notice needs the -data or -database of the run that left it open"
	}
	if wrong != "" {
		_, _ = fmt.Fprintln(stderr, "quickstart:", wrong)
		return o, errFlags
	}
	return o, nil
}
