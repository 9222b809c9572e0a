// Command backoffice is the archive desk's tool: it reads amounts, payment reasons,
// notice numbers and revenue codes as people write them, prices requests, keeps the
// quotes, answers the pagoPA node for their notices, and tells what became of them.
//
//	echo 12,5 | go run ./examples/backoffice price -policy comma
//	go run ./examples/backoffice catalog instructions AS-LI fotocopie -lang en
//
// Each line of input, or each argument, gives one JSON object a line, in the same order.
// The exit status is 3 if any line failed, 64 for wrong flags, 1 for any other failure;
// receipt verify adds 4 and 5. The keys commands print PEM.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/pagonline/pagonline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses.
const (
	statusFailed = 1
	statusRefuse = 3 // an input that was refused
	statusFlags  = 64
)

// command is one thing that the tool can do.
type command struct {
	name  string // as in "causale parse"
	args  string // what it takes, for the help
	about pagonline.Text
	// flags declares its flags on the call and returns what runs it.
	flags func(*call) func(context.Context) error
}

// commands lists them in the order of the help.
func commands() []command {
	return []command{
		priceCommand, causaleParseCommand, causaleBuildCommand, tariffCommand, bolloCommand, noticePrintCommand, noticeCommand, revenueCommand,
		catalogCheckCommand, catalogShowCommand, catalogInstructionsCommand,
		quoteIssueCommand, quoteAcceptCommand, quoteWithdrawCommand, quoteSupersedeCommand, quoteShowCommand, quoteListCommand,
		stationCommand, payCommand, journalCommand, timelineCommand, quarantineListCommand, quarantineReplayCommand,
		eventsRetryCommand, eventsCommand, webhookSecretCommand, webhookVerifyCommand, webhookListenCommand,
		keysNewCommand, keysListCommand, keysRotateCommand, receiptPrintCommand, receiptVerifyCommand,
		worklistCommand, verifyCommand, releaseCommand, rejectCommand, reopenCommand, assignCommand, refundRequestCommand, refundDecideCommand, refundRecordCommand, ledgerExportCommand,
		helpListCommand, helpAskCommand, helpAnswerCommand, helpCloseCommand,
		backupCommand, restoreCommand, checkCommand, pruneCommand,
	}
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := newCall(stdin, stdout, stderr)
	for _, known := range commands() {
		rest, ok := cutName(args, known.name)
		if !ok {
			continue
		}
		do := known.flags(c)
		if status, stop := c.parse(known, rest); stop {
			return status
		}
		return c.exit(do(ctx))
	}
	if len(args) > 0 && !slices.ContainsFunc(args, isHelp) {
		fmt.Fprintf(stderr, "backoffice: %q?\n", strings.Join(args[:min(len(args), 2)], " "))
		usage(stderr)
		return statusFlags
	}
	usage(stdout)
	return 0
}

// cutName takes the words of a command's name off the arguments.
func cutName(args []string, name string) (rest []string, ok bool) {
	words := strings.Fields(name)
	if len(args) < len(words) {
		return nil, false
	}
	for i, word := range words {
		if args[i] != word {
			return nil, false
		}
	}
	return args[len(words):], true
}

func isHelp(s string) bool { return s == "-h" || s == "-help" || s == "--help" || s == "help" }

// usage prints the commands, in both languages.
func usage(w io.Writer) {
	fmt.Fprint(w, "backoffice COMANDO [opzioni] [righe]   legge le righe, o lo standard input; -h dopo un comando ne spiega le opzioni\n"+
		"backoffice COMMAND [flags] [lines]     reads the lines, or standard input; -h after a command explains its flags\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %s\n      %s\n      %s\n", strings.TrimSpace(c.name+" "+c.args), c.about.It, c.about.En)
	}
}

// exit returns the status for what a command returned.
func (c *call) exit(err error) int {
	if flushed := c.out.Flush(); flushed != nil && err == nil {
		err = flushed
	}
	switch e := (*pagonline.Error)(nil); {
	case errors.Is(err, errFlags):
		return statusFlags
	case err != nil && errors.As(err, &e) && !errors.Is(err, pagonline.ErrInternal):
		c.write(failure{c.in, e})
		_ = c.out.Flush()
		return statusRefuse
	case err != nil:
		fmt.Fprintln(c.stderr, "backoffice:", err)
		return statusFailed
	case c.status != 0:
		return c.status
	case c.failed:
		return statusRefuse
	default:
		return 0
	}
}
