package simulation_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/simulation"
	"github.com/pagonline/pagonline/payment/internal/simulation/stationtest"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// A plant is a bug that somebody could write, put into a copy of the source: none of it is
// in the program. The copies take the place of the files by "go build -overlay", all at
// once; planted, which the overlay adds to each package, says which of them is awake. So
// one build serves all.
type plant struct {
	name  string
	edits []edit
}

// edit replaces a text that stands in the file exactly once.
type edit struct{ file, old, new string }

const (
	root      = "../../.." // of the module
	awake     = "PAGONLINE_PLANTED"
	mostSeeds = 2000
)

// overlay makes the copies, and returns what "go build" is to be told of them.
func overlay(t *testing.T) map[string]string {
	t.Helper()
	type place struct {
		at int
		edit
	}
	places := map[string][]place{}
	texts := map[string]string{}
	for _, p := range plants {
		for _, e := range p.edits {
			if texts[e.file] == "" {
				b, err := os.ReadFile(filepath.Join(root, e.file))
				require.NoError(t, err)
				texts[e.file] = string(b)
			}
			require.Equal(t, 1, strings.Count(texts[e.file], e.old), "%s: the source has changed: %q stands in %s so often", p.name, e.old, e.file)
			places[e.file] = append(places[e.file], place{strings.Index(texts[e.file], e.old), e})
		}
		require.True(t, slices.ContainsFunc(p.edits, func(e edit) bool { return strings.Contains(e.new, fmt.Sprintf("planted(%q)", p.name)) }), p.name)
	}
	replace := map[string]string{}
	dir := t.TempDir()
	write := func(file, text string) {
		copied := filepath.Join(dir, strings.ReplaceAll(file, "/", "-"))
		require.NoError(t, os.WriteFile(copied, []byte(text), 0o600))
		original, err := filepath.Abs(filepath.Join(root, file))
		require.NoError(t, err)
		replace[original] = copied
	}
	for file, all := range places {
		slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.at, b.at) })
		var text strings.Builder
		end := 0
		for _, p := range all {
			require.GreaterOrEqual(t, p.at, end, "two plants in one place: %q in %s", p.old, file)
			text.WriteString(texts[file][end:p.at] + p.new)
			end = p.at + len(p.old)
		}
		write(file, text.String()+texts[file][end:])
		_, clause, _ := strings.Cut(texts[file], "\npackage ")
		if rest, first := strings.CutPrefix(texts[file], "package "); first {
			clause = rest
		}
		name, _, _ := strings.Cut(clause, "\n")
		write(filepath.Join(filepath.Dir(file), "planted.go"), "package "+name+
			"\n\nimport \"os\"\n\nvar plantedName = os.Getenv(\""+awake+"\")\n\nfunc planted(name string) bool { return name == plantedName }\n")
	}
	return replace
}

// TestPlants: each of them still has its place in the source.
func TestPlants(t *testing.T) {
	require.GreaterOrEqual(t, len(plants), 30)
	overlay(t)
}

// TestPlantedBugs: the simulation finds each of them.
func TestPlantedBugs(t *testing.T) {
	t.Parallel()
	if !soaktest.Large() {
		t.Skip("skipped: it builds the program again; PAGONLINE_SOAK asks for it")
	}
	begun := time.Now()
	list, err := json.Marshal(map[string]any{"Replace": overlay(t)})
	require.NoError(t, err)
	dir := t.TempDir()
	file, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "planted.test")
	require.NoError(t, os.WriteFile(file, list, 0o600))
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", file, "-o", program, ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("built in %s", time.Since(begun).Round(time.Millisecond))

	found, said := hunt(t, program, "none")
	require.False(t, found, "the plants bear while they sleep: %s", said)
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			found, said := hunt(t, program, p.name)
			require.True(t, found, "nobody finds it: %s", said)
			t.Log(said)
		})
	}
}

// hunt runs seeds until an invariant does not hold.
func hunt(t *testing.T, program, name string) (found bool, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, program, "-test.run=^TestHunt$", "-test.v")
	run.Env = append(os.Environ(), awake+"="+name, "GOMAXPROCS=1")
	out, err := run.CombinedOutput()
	for line := range bytes.Lines(out) {
		if text, ok := strings.CutPrefix(string(line), "found: "); ok {
			return true, text[:min(len(text), 200)]
		}
	}
	require.NoError(t, err, "%s: %s", name, out)
	return false, string(out)
}

// TestHunt is what the program with the plants runs.
func TestHunt(t *testing.T) {
	name := os.Getenv(awake)
	if name == "" {
		t.Skip("skipped: no bug is planted")
	}
	most := uint64(mostSeeds)
	if name == "none" {
		most = 50
	}
	begun := time.Now()
	for seed := range most {
		_, err := simulation.Run(simulation.Config{Seed: seed, Store: &memory.Store{}, Open: stationtest.Open})
		if err != nil {
			fmt.Printf("found: by seed %d after %s: %v\n", seed, time.Since(begun).Round(time.Millisecond), err)
			return
		}
	}
}
