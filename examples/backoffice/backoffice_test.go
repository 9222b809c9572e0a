package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"backoffice": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestCommands runs each command as a user would. "status N backoffice …" demands an
// exit status other than 0.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"paid":  settle,
			"field": noteField,
			"status": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 3 {
					ts.Fatalf("usage: status N command…")
				}
				err := ts.Exec(args[1], args[2:]...)
				if got := exitStatus(err); got != args[0] {
					ts.Fatalf("exit status %s, want %s: %v", got, args[0], err)
				}
			},
		},
	})
}

func exitStatus(err error) string {
	if err == nil {
		return "0"
	}
	return strings.TrimPrefix(err.Error(), "exit status ")
}

// tool runs a command on its input.
func tool(t *testing.T, stdin string, args ...string) (status int, lines []string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	require.Empty(t, errs.String())
	for scan := bufio.NewScanner(&out); scan.Scan(); {
		lines = append(lines, scan.Text())
	}
	return status, lines
}

// hostile are texts that nobody means well with.
var hostile = []string{
	"\x00", "prot. 345\x072024", "345/2024\u202e", "\u200f345/2024", "\xff\xfe345", "３４５/２０２４", "٣٤٥/2024", "ο45/2024",
	strings.Repeat("9", 60000), strings.Repeat("/RFB/", 10000), strings.Repeat("prot. ", 9000), "{\"a\":1e999999999}", "[[[[", "\"",
	`{"institute":"AS-LI","service":"fotocopie","protocol":"345\u00002024"}`,
	`{"institute":"AS-MC","service":"fotoriproduzioni","items":[{"code":"a4-bn","count":1e100}]}`,
	`{"request":true,"documents":[{"pages":-9}]}`,
}

// TestHostileText gets a coded error or an answer, one line for each, and never breaks.
func TestHostileText(t *testing.T) {
	for _, args := range [][]string{
		{"price"}, {"causale", "parse"}, {"causale", "build"}, {"tariff"}, {"bollo"}, {"notice"}, {"revenue"},
	} {
		_, lines := tool(t, strings.Join(hostile, "\n")+"\n", args...)
		require.Len(t, lines, len(hostile), args)
		for i, line := range lines {
			require.True(t, utf8.ValidString(line))
			var said struct {
				In    json.RawMessage
				Error *struct{ Code, It, En string }
			}
			require.NoError(t, json.Unmarshal([]byte(line), &said), "%v %.40q", args, hostile[i])
			if said.Error != nil {
				require.NotEmpty(t, said.Error.Code)
				require.NotEqual(t, "internal", said.Error.Code)
				require.NotEmpty(t, said.Error.It)
			}
		}
	}
}

// TestLongLine: a line of a megabyte is told and skipped, the next one is read.
func TestLongLine(t *testing.T) {
	status, lines := tool(t, strings.Repeat("1", 1<<20)+"\n12.5\n", "price")
	require.Equal(t, statusRefuse, status)
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], `{"in":"","error":{"code":"text_too_long"`)
	require.JSONEq(t, `{"in":"12.5","amount":"12.50"}`, lines[1])

	status, lines = tool(t, "", "price", strings.Repeat("1", maxLine+1), strings.Repeat("1", 10))
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], "text_too_long")
	require.Contains(t, lines[1], "amount_range")
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOtherFailures(t *testing.T) {
	var errs bytes.Buffer
	require.Equal(t, statusFailed, run(t.Context(), []string{"price"}, broken{}, io.Discard, &errs))
	require.Contains(t, errs.String(), "standard input")
	require.Equal(t, statusFailed, run(t.Context(), []string{"price", "12"}, nil, broken{}, io.Discard))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, statusFailed, run(ended, []string{"price", "12"}, nil, io.Discard, io.Discard))
}

// benchmark runs a command over many lines; the figure to look at is lines/s.
func benchmark(b *testing.B, line string, args ...string) {
	const lines = 10_000
	input := strings.Repeat(line+"\n", lines)
	b.ReportAllocs()
	for b.Loop() {
		if status := run(b.Context(), args, strings.NewReader(input), io.Discard, io.Discard); status != 0 {
			b.Fatal(status)
		}
	}
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkPrice(b *testing.B) { benchmark(b, "1.234,56", "price") }

func BenchmarkCausaleParse(b *testing.B) {
	benchmark(b, "/RFB/01000000000000144/7.00/TXT/prot. 345/2024 - Archivio di Stato di Livorno", "causale", "parse")
}

func BenchmarkCausaleParseDetail(b *testing.B) {
	benchmark(b, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 - capo 29 cap. 2584/3", "causale", "parse")
}
