package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/identity"
)

// options are the flags.
type options struct {
	listen, baseURL, data string
	tlsCert, tlsKey       string
	smtp, from            string
	metadata              []source
}

// source is where the metadata of a scheme's identity providers are.
type source struct {
	scheme identity.Scheme
	from   string // a file, or an address that begins with https:// or http://
}

// errFlags says that the flags are wrong, which stderr has been told.
var errFlags = errors.New("wrong flags")

// parse reads the flags. Its error is [flag.ErrHelp] for who asked for help, else
// errFlags.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("portal", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&o.baseURL, "base-url", "", "address by which browsers find it (default: that of -listen)")
	f.StringVar(&o.data, "data", "", "directory of the database and of portal.json (default: a new one, removed at the end)")
	f.StringVar(&o.tlsCert, "tls-cert", "", "certificate of the server, PEM")
	f.StringVar(&o.tlsKey, "tls-key", "", "its key, PEM")
	f.StringVar(&o.smtp, "smtp", "", "mail server HOST:PORT, with user and password in SMTP_USERNAME and SMTP_PASSWORD (default: mail is shown at /mail)")
	f.StringVar(&o.from, "from", "", "sender of mail")
	f.Func("idp-metadata", "SCHEME=FILE or SCHEME=URL: metadata of identity providers, for spid, cie or eidas; repeatable", o.addMetadata)
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errFlags
	}
	var wrong string
	switch {
	case f.NArg() > 0:
		wrong = "no arguments are taken: " + f.Arg(0)
	case (o.tlsCert == "") != (o.tlsKey == ""):
		wrong = "-tls-cert and -tls-key go together"
	case (o.smtp == "") != (o.from == ""):
		wrong = "-smtp and -from go together"
	}
	if wrong != "" {
		fmt.Fprintln(stderr, "portal:", wrong)
		return o, errFlags
	}
	return o, nil
}

func (o *options) addMetadata(s string) error {
	scheme, from, ok := strings.Cut(s, "=")
	if !ok || from == "" || !slices.Contains(samlSchemes, identity.Scheme(scheme)) {
		return errors.New("want spid=, cie= or eidas=, and a file or an address")
	}
	o.metadata = append(o.metadata, source{identity.Scheme(scheme), from})
	return nil
}

// protocol is how browsers speak to it unless -base-url says otherwise.
func (o options) protocol() string {
	if o.tlsCert != "" {
		return "https"
	}
	return "http"
}

// samlSchemes are the schemes that have identity providers, in the order of the buttons.
var samlSchemes = []identity.Scheme{identity.SPID, identity.CIE, identity.EIDAS}
