package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

// TestSecondPayment: a notice that is paid twice is to be given back once, and a receipt
// for a notice that is not there is looked at.
func TestSecondPayment(t *testing.T) {
	dir := t.TempDir()
	_, lines := tool(t, "", "quote", "issue", "-data", dir, "-institute", "AS-LI", "-service", "fotocopie",
		"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi", "-notice")
	var quoted quoteOutput
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &quoted))
	number, url := quoted.Notice.Number, listening(t, dir)
	status, _ := tool(t, "", "pay", number, "-url", url)
	require.Zero(t, status)
	for _, number := range []string{number, "301000000000000241"} {
		body := strings.NewReplacer("NUMBER", number, "IUV", number[1:], "iur", "iur-"+number).Replace(foreignReceipt)
		resp, err := http.Post(url, "text/xml", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}

	ofCase := []string{"-data", dir, "-institute", "AS-LI", "-protocol", "345/2024", "-by", "sportello-1"}
	status, lines = tool(t, "", "worklist", "-data", dir)
	require.Zero(t, status)
	require.Len(t, lines, 3)
	require.Regexp(t, `^{"work":"verify",.*"findings":\["double"\],"due":"12.50","paid":"25.00","difference":"12.50",`, lines[0])
	require.Regexp(t, `^{"work":"second_payment",`, lines[1])
	require.Regexp(t, `^{"work":"quarantine","id":1,"reason":"PAA_PAGAMENTO_SCONOSCIUTO","operation":"paSendRTV2",`, lines[2])

	status, lines = tool(t, "", append([]string{"verify"}, ofCase...)...)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], `"code":"duplicate_payment"`)
	status, _ = tool(t, "", append([]string{"verify", "-despite", "rimborso a parte"}, ofCase...)...)
	require.Zero(t, status)
	status, lines = tool(t, "", append([]string{"refund", "request", "-amount", "12.50", "-why", "double"}, ofCase...)...)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], `"field":"receipt"`)
	status, _ = tool(t, "", append([]string{"refund", "request", "-amount", "12.50", "-why", "double", "-receipt", "iur-" + number}, ofCase...)...)
	require.Zero(t, status)
	_, lines = tool(t, "", "worklist", "-data", dir)
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], `{"work":"due",`)

	// Each payment has a paper of its own.
	status, _ = tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	file := filepath.Join(t.TempDir(), "r.json")
	status, _ = tool(t, "", "receipt", "print", number, "-data", dir, "-receipt", "iur-"+number, "-o", file)
	require.Zero(t, status)
	printed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(printed), "iur-"+number)
	for _, iur := range []string{"iur-301000000000000241", "none"} { // of another notice, of nobody
		status, lines = tool(t, "", "receipt", "print", number, "-data", dir, "-receipt", iur, "-o", file)
		require.Equal(t, statusRefuse, status)
		require.Contains(t, lines[0], `"code":"not_found","field":"receipt"`)
	}
}

// noteField keeps the string that a field of the last output has: "field NAME VARIABLE".
func noteField(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: field NAME VARIABLE")
	}
	_, rest, ok := strings.Cut(ts.ReadFile("stdout"), `"`+args[0]+`":"`)
	value, _, ended := strings.Cut(rest, `"`)
	if !ok || !ended {
		ts.Fatalf("no field %s", args[0])
	}
	ts.Setenv(args[1], value)
}

// settle has a notice paid at the station of a database, today: "paid DIR NOTICE" sets
// TODAY.
func settle(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: paid DIR NOTICE")
	}
	ts.Check(payAt(args[1], "-data", ts.MkAbs(args[0])))
	ts.Setenv("TODAY", pagonline.DateOf(time.Now()).String())
}

// payAt has a notice paid at the station of a database.
func payAt(notice string, where ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"station", "-listen", "127.0.0.1:0"}, where...), nil, in, io.Discard)
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return err
	}
	var said struct{ Listen string }
	if err := json.Unmarshal([]byte(line), &said); err != nil {
		return err
	}
	var told bytes.Buffer
	status := run(ctx, []string{"pay", notice, "-url", "http://" + said.Listen + "/station"}, nil, &told, &told)
	stop()
	if end := <-ended; status != 0 || end != 0 {
		return fmt.Errorf("status %d and %d: %s", status, end, told.String())
	}
	return nil
}
