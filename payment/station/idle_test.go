package station_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestIdleMemory: a station that waits takes at most 15 MiB of memory.
func TestIdleMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: reads /proc")
	}
	program := filepath.Join(t.TempDir(), "idle")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./testdata/idle").CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.CommandContext(t.Context(), program)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	address, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", probe(strings.TrimSpace(address)), "it works")
	time.Sleep(200 * time.Millisecond)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(t, err)
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, found)
	kiB, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	t.Logf("resident: %.1f MiB", float64(kiB)/1024)
	require.LessOrEqual(t, kiB, 15<<10)
}
