package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFlags(t *testing.T) {
	for args, want := range map[string]int{
		"-h": 0, "x": 64, "-nothing": 64, "-tls-cert c": 64, "-smtp h:25": 64, "-idp-metadata x=y": 64, "-idp-metadata spid": 64,
		"-idp-metadata spid=http://registry.example.org/idp": 64, "-federation x=y": 64, "-federation spid=": 64,
		"-listen 127.0.0.1:0 -federation spid=/nowhere": 1,
		"-listen x": 1, "-listen 127.0.0.1:0 -base-url http://portal.example.org": 1,
		"-listen 127.0.0.1:0 -idp-metadata spid=/nowhere": 1,
	} {
		require.Equal(t, want, run(t.Context(), strings.Fields(args), io.Discard, io.Discard), args)
	}
}

// TestProgram builds the program and talks to it as others do.
func TestProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: builds the program")
	}
	bin := filepath.Join(t.TempDir(), "portal")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.CommandContext(t.Context(), bin, "-listen", "127.0.0.1:0", "-data", t.TempDir())
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill() //nolint:errcheck // it has ended by then
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	var listening struct{ Listen, URL string }
	require.NoError(t, json.Unmarshal([]byte(line), &listening))
	require.Equal(t, "http://"+listening.Listen, listening.URL)

	// A newcomer signs in as Mario Rossi.
	r, c := running{url: listening.URL}, browser()
	me := r.signIn(t, c, "spid", "")
	require.Equal(t, http.StatusOK, me.status)
	require.Contains(t, me.body, "Mario")

	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "exit status 0")
}
