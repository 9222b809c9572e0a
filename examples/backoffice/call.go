package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// call is one run of a command.
type call struct {
	stdin   io.Reader
	stderr  io.Writer
	out     *bufio.Writer
	encoder *json.Encoder
	fs      *flag.FlagSet
	args    []string // what stands beside the flags
	in      string   // what a command that takes no lines was asked, for its error
	failed  bool     // a line was refused
	status  int      // what the inputs amount to, above that of a refusal
	catalog string   // -catalog
	creates bool     // it makes the database where there is none

	checks []func() string // say what is wrong with the flags, "" if nothing is
}

func newCall(stdin io.Reader, stdout, stderr io.Writer) *call {
	c := &call{stdin: stdin, stderr: stderr, out: bufio.NewWriterSize(stdout, 64<<10), fs: flag.NewFlagSet("backoffice", flag.ContinueOnError)}
	c.encoder = json.NewEncoder(c.out)
	c.encoder.SetEscapeHTML(false)
	c.fs.SetOutput(io.Discard)
	return c
}

// errFlags says that the flags are wrong, which stderr has been told.
var errFlags = errors.New("wrong flags")

// parse reads the flags, which may stand before, between and after the arguments; after
// "--" all are arguments.
func (c *call) parse(cmd command, args []string) (status int, stop bool) {
	var last []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, last = args[:i], args[i+1:]
	}
	for {
		for len(args) > 0 && isNumber(args[0]) { // -5 is an amount and no flag
			c.args, args = append(c.args, args[0]), args[1:]
		}
		err := c.fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			c.help(cmd)
			return 0, true
		}
		if err != nil {
			return c.wrong(err.Error()), true
		}
		if c.fs.NArg() == 0 {
			break
		}
		c.args = append(c.args, c.fs.Arg(0))
		args = c.fs.Args()[1:]
	}
	c.args = append(c.args, last...)
	c.in = strings.Join(c.args, " ")
	for _, check := range c.checks {
		if said := check(); said != "" {
			return c.wrong(said), true
		}
	}
	return 0, false
}

func isNumber(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && arg[1] >= '0' && arg[1] <= '9'
}

func (c *call) wrong(said string) int {
	fmt.Fprintln(c.stderr, "backoffice:", said)
	return statusFlags
}

// help explains a command in both languages. The flags say what they are in both, with
// a slash between.
func (c *call) help(cmd command) {
	fmt.Fprintf(c.out, "backoffice %s\n\n  %s\n  %s\n\n", strings.TrimSpace(cmd.name+" "+cmd.args), cmd.about.It, cmd.about.En)
	c.fs.SetOutput(c.out)
	c.fs.PrintDefaults()
	_ = c.out.Flush()
}

// choice declares a flag that takes one of some words.
func (c *call) choice(name, value, about string, words ...string) *string {
	p := c.fs.String(name, value, about+": "+strings.Join(words, " | "))
	c.checks = append(c.checks, func() string {
		if !slices.Contains(words, *p) {
			return fmt.Sprintf("-%s: %s", name, strings.Join(words, " | "))
		}
		return ""
	})
	return p
}

// takes demands some number of arguments.
func (c *call) takes(least, most int) {
	c.checks = append(c.checks, func() string {
		if len(c.args) < least || len(c.args) > most {
			return fmt.Sprintf("argomenti / arguments: %d..%d", least, most)
		}
		return ""
	})
}

// withCatalog declares -catalog.
func (c *call) withCatalog() {
	c.fs.StringVar(&c.catalog, "catalog", "", "catalogo in JSON / catalogue in JSON (default: the sample)")
}

// offers reads the catalogue of -catalog.
func (c *call) offers() (*catalog.Catalog, error) {
	if c.catalog == "" {
		return load.Sample()
	}
	return readCatalog(c.catalog)
}

func readCatalog(path string) (*catalog.Catalog, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	defer f.Close()
	return load.Catalog(f)
}

// write prints one object a line.
func (c *call) write(v any) {
	if err := c.encoder.Encode(v); err != nil {
		fmt.Fprintln(c.stderr, "backoffice:", err)
		c.failed = true
	}
}
