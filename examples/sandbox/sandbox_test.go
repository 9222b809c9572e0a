package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

var flags = []string{"-listen", "127.0.0.1:0", "-creditor", "99999000013", "-broker", "99999000013", "-station-id", "99999000013_01"}

// office is a creditor's station with one notice to pay.
func office(t *testing.T) (*memory.Store, payment.Position, string) {
	t.Helper()
	store := &memory.Store{}
	p := storetest.Position(1)
	p.Transfers, p.RefuseLate = p.Transfers[:1], false
	require.NoError(t, store.Positions().Insert(t.Context(), p))
	server := httptest.NewServer(station.New(payment.NewCashier(store, payment.Config{}), []station.Creditor{
		{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{}))
	t.Cleanup(server.Close)
	return store, p, server.URL
}

func post(t *testing.T, address, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(address, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(said)
}

// TestProgram builds it, runs it, pays a notice whose receipt is late, and ends it.
func TestProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "sandbox")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		store, p, url := office(t)
		cmd := exec.CommandContext(t.Context(), program, append(flags, "-station", url)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewReader(stdout)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		var at listening
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&at), line)
		base := "http://" + at.Listen
		require.Equal(t, services(base, at.Listen), at)

		status, said := post(t, base+"/faults", `{"notice":"`+p.Number.String()+`","fault":"late"}`)
		require.Equal(t, http.StatusCreated, status, said)
		gateway, err := checkout.New("key", checkout.Config{BaseURL: base})
		require.NoError(t, err)
		location, err := gateway.Start(t.Context(), payment.GatewayRequest{
			Notices: []payment.GatewayNotice{{Key: p.Key, Amount: p.Amount(), Company: p.Company, Description: "d"}},
			Return: payment.ReturnURLs{
				OK: "https://portal.example/ok", Cancel: "https://portal.example/c", Error: "https://portal.example/e", Waiting: "https://portal.example/w",
			},
		})
		require.NoError(t, err)
		to, err := sandbox.Payer{}.Visit(t.Context(), location, sandbox.Pay)
		require.NoError(t, err)
		require.Equal(t, "https://portal.example/ok", to)
		status, said = post(t, base+"/clock", `{"advance":"24h"}`)
		require.Equal(t, http.StatusOK, status, said)
		rts, err := store.RTs().ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Len(t, rts, 1)
		for _, path := range []string{at.Checkout + "/carts", at.Node} {
			status, _ = post(t, path, "{}")
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusBadRequest}, status, path)
		}
		for _, path := range []string{
			at.GPD + "/organizations/99999000013/debtpositions", at.ACA + "/organizations/99999000013/debtpositions",
			at.BizEvents + "/organizations/99999000013/receipts/x", at.FDR + "/organizations/99999000013/fdrs",
		} {
			resp, err := http.Get(path)
			require.NoError(t, err)
			resp.Body.Close()
			require.Equal(t, http.StatusUnauthorized, resp.StatusCode, path)
		}
		require.NoError(t, cmd.Process.Signal(signal))
		rest, err := io.ReadAll(lines)
		require.NoError(t, err)
		require.Empty(t, rest, "one object, no more")
		require.NoError(t, cmd.Wait(), stderr.String())
		require.Empty(t, stderr.String())
	}
}

func TestFlags(t *testing.T) {
	good := slices.Clip(slices.Concat(flags, []string{"-station", "http://127.0.0.1:1/station"}))
	for _, args := range [][]string{
		{},
		append(good, "more"), append(good, "-fast"), append(good, "-station", "127.0.0.1:1"), append(good, "-station", "://"),
		append(good, "-creditor", "9"), append(good, "-creditor", "9999900001x"), append(good, "-broker", ""), append(good, "-station-id", ""),
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, 64, run(t.Context(), args, &stdout, &stderr), args)
		require.NotEmpty(t, stderr.String())
		require.Empty(t, stdout.String())
	}
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, run(t.Context(), []string{"-h"}, &stdout, &stderr))
	require.Contains(t, stderr.String(), "-station-id")
}

func TestAddressInUse(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	var stdout, stderr bytes.Buffer
	args := slices.Concat(flags, []string{"-station", "http://127.0.0.1:1/station", "-listen", taken.Addr().String()})
	require.Equal(t, 1, run(t.Context(), args, &stdout, &stderr))
	require.Contains(t, stderr.String(), "address already in use")
}

// TestNobodyIsLeft: a payer in the middle of something slow does not keep it alive.
func TestNobodyIsLeft(t *testing.T) {
	_, _, url := office(t)
	read, write := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		ended <- run(ctx, append(flags, "-station", url), write, io.Discard)
	}()
	var at listening
	require.NoError(t, json.NewDecoder(read).Decode(&at))
	status, _ := post(t, "http://"+at.Listen+"/faults", `{"fault":"slow"}`)
	require.Equal(t, http.StatusCreated, status)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		resp, err := http.Get(at.GPD + "/organizations/99999000013/debtpositions")
		if err == nil {
			resp.Body.Close()
		}
	}()
	time.Sleep(100 * time.Millisecond)
	cancel()
	select {
	case status := <-ended:
		require.Zero(t, status)
	case <-time.After(5 * time.Second):
		t.Fatal("still there")
	}
	<-gone
}
