package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment/store/database"
)

// options are the flags.
type options struct {
	listen, baseURL, data string
	database              database.Name // zero for that of data
	tlsCert, tlsKey       string
	smtp, from            string
	clientHeader          string
	metadata              []source
	federation            map[identity.Scheme]string // files of certificates
}

// source is where the metadata of a scheme's identity providers are.
type source struct {
	scheme identity.Scheme
	from   string // a file, or an address that begins with https://, or http:// on this machine
}

// errFlags says that the flags are wrong, which stderr has been told.
var errFlags = errors.New("wrong flags")

// parse reads the flags. Its error is [flag.ErrHelp] for who asked for help, else
// errFlags.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var named string
	f := flag.NewFlagSet("portal", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&o.baseURL, "base-url", "", "address by which browsers find it (default: that of -listen)")
	f.StringVar(&o.data, "data", "", "directory of the database and of portal.json (default: a new one, removed at the end)")
	f.StringVar(&named, "database", "", "database, instead of that of the directory: sqlite:FILE or postgres://…")
	f.StringVar(&o.tlsCert, "tls-cert", "", "certificate of the server, PEM")
	f.StringVar(&o.tlsKey, "tls-key", "", "its key, PEM")
	f.StringVar(&o.smtp, "smtp", "", "mail server HOST:PORT, with user and password in SMTP_USERNAME and SMTP_PASSWORD (default: mail is shown at /mail)")
	f.StringVar(&o.from, "from", "", "sender of mail")
	f.Func("idp-metadata", "SCHEME=FILE or SCHEME=URL: metadata of identity providers, for spid, cie or eidas; repeatable", o.addMetadata)
	f.Func("federation", "SCHEME=FILE: certificate (PEM) of who signs the metadata of its identity providers; without it an https address, or a file, is trusted; repeatable", o.addFederation)
	f.StringVar(&o.clientHeader, "client-header", "", "header in which one's own proxy tells the browser's address, as X-Forwarded-For (its last one counts)")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errFlags
	}
	var wrong string
	if named != "" {
		var err error
		if o.database, err = database.Parse(named); err != nil { // which does not repeat it
			wrong = "-" + err.Error()
		}
	}
	switch {
	case wrong != "":
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
	scheme, from, err := ofScheme(s)
	if err != nil {
		return err
	}
	added := source{scheme, from}
	if added.remote() {
		if err := believable(from); err != nil {
			return err
		}
	}
	o.metadata = append(o.metadata, added)
	return nil
}

func (o *options) addFederation(s string) error {
	scheme, file, err := ofScheme(s)
	if err != nil {
		return err
	}
	if o.federation == nil {
		o.federation = map[identity.Scheme]string{}
	}
	o.federation[scheme] = file
	return nil
}

func ofScheme(s string) (scheme identity.Scheme, of string, err error) {
	name, of, ok := strings.Cut(s, "=")
	if scheme = identity.Scheme(name); !ok || of == "" || !slices.Contains(samlSchemes, scheme) {
		return "", "", errors.New("want spid=, cie= or eidas=, and a file or an address")
	}
	return scheme, of, nil
}

// address returns by which one browsers find the portal that listens at host and port.
func (o options) address(listening string) (string, error) {
	protocol := "http"
	if o.tlsCert != "" {
		protocol = "https"
	}
	if o.baseURL == "" {
		host, _, err := net.SplitHostPort(listening)
		if ip := net.ParseIP(host); err != nil || ip.IsUnspecified() || protocol == "http" && !ip.IsLoopback() {
			return "", fmt.Errorf("-base-url is needed: browsers do not find %s://%s", protocol, listening)
		}
		return protocol + "://" + listening, nil
	}
	u, err := url.Parse(strings.TrimSuffix(o.baseURL, "/"))
	if err != nil || u.Host == "" || u.Path != "" || believable(u.String()) != nil {
		return "", errors.New("-base-url: want https:// and a host, or http:// and a host that is this machine, without a path")
	}
	return u.String(), nil
}

// onThisMachine reports whether only browsers on this machine find the portal.
func (o options) onThisMachine() bool {
	u, err := url.Parse(o.baseURL)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// client returns what tells the browser's address, nil for what the connection says. A
// proxy adds the address that it saw to those that the browser made up.
func (o options) client() func(r *http.Request) netip.Addr {
	if o.clientHeader == "" {
		return nil
	}
	return func(r *http.Request) netip.Addr {
		all := strings.Join(r.Header.Values(o.clientHeader), ",")
		address, _ := netip.ParseAddr(strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])) // zero for what is none
		return address
	}
}

// samlSchemes are the schemes that have identity providers, in the order of the buttons.
var samlSchemes = []identity.Scheme{identity.SPID, identity.CIE, identity.EIDAS}

// italian are those of them that Italy gives to its citizens and to who lives there.
var italian = samlSchemes[:2]
