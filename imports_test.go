package pagonline_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pagonline/pagonline"

// core lists, for each package of the core, what of this module it may import. What
// is not in it is an adapter: it may import the core and what internal packages its
// part of the tree has, and no other adapter but those in alsoAdapters.
var core = map[string][]string{
	"":                 {},
	"payment/euro":     {""},
	"payment/notice":   {""},
	"identity/fiscal":  {""},
	"payment/taxonomy": {""},
	"causale":          {"", "payment/euro", "payment/notice", "identity/fiscal"},
	"identity":         {"", "payment/euro", "payment/notice", "identity/fiscal"},
	"payment":          {"", "payment/euro", "payment/notice", "identity/fiscal", "causale"},
	"cart/catalog":     {"", "payment/euro", "payment/notice", "identity/fiscal", "causale", "payment"},
	"receipt":          {"", "payment/euro", "payment/notice", "identity/fiscal", "causale", "payment"},
	"receipt/desk":     {"", "payment/euro", "payment/notice", "identity/fiscal", "causale", "payment", "receipt", "cart/catalog", "cart/quote"},
	"cart/quote":       {"", "payment/euro", "payment/notice", "identity/fiscal", "causale", "payment", "cart/catalog"},
	"cart": {
		"", "payment/euro", "payment/notice", "identity/fiscal", "causale", "payment", "cart/catalog", "cart/quote", "identity",
	},
}

var alsoAdapters = map[string][]string{
	"payment/sandbox":        {"payment/fdr", "payment/stamp/stamptest"},
	"payment/reconcile":      {"payment/fdr"},
	"payment/store/database": {"payment/store/sqlite", "payment/store/postgres"},
	"identity/login":         {"identity/local"},
	"identity/eidas":         {"identity/spid"}, // the node is one of SPID: same entity, same metadata
}

// bare packages link the standard library only.
var bare = []string{"", "payment/notice", "payment/taxonomy", "identity/fiscal"}

// light packages link the standard library and shopspring/decimal, nothing else.
var light = []string{"", "causale", "payment", "payment/euro", "payment/notice", "payment/taxonomy", "identity", "identity/fiscal", "cart", "cart/catalog", "cart/quote", "receipt", "receipt/desk"}

type listed struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Module"}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// ours returns the path of a package inside the module.
func ours(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func TestWhoImportsWhom(t *testing.T) {
	for _, p := range list(t, "./...") {
		from, _ := ours(p.ImportPath)
		for _, imported := range p.Imports {
			to, inside := ours(imported)
			if inside && !mayImport(from, to) {
				t.Errorf("%q must not import %q", from, to)
			}
		}
	}
}

func mayImport(from, to string) bool {
	_, toCore := core[to]
	switch allowed, fromCore := core[from]; {
	case strings.HasPrefix(from, "examples/"):
		return !strings.HasPrefix(to, "examples/")
	case fromCore:
		return slices.Contains(allowed, to)
	case toCore, strings.Contains(to, "/internal/"):
		return true
	case strings.HasSuffix(from, "test"): // suites and helpers of tests
		return true
	default:
		return slices.Contains(alsoAdapters[from], to)
	}
}

func TestLightPackages(t *testing.T) {
	for _, path := range light {
		if path != "" && !exists(t, path) {
			continue
		}
		for _, dep := range list(t, "-deps", "./"+path) {
			switch {
			case dep.Module == nil || dep.Module.Path == module || dep.Module.Path == "github.com/shopspring/decimal":
			default:
				t.Errorf("%s links %s", path, dep.ImportPath)
			}
			if dep.ImportPath == "net/http" || dep.ImportPath == "database/sql" {
				t.Errorf("%s links %s", path, dep.ImportPath)
			}
		}
	}
	for _, path := range bare {
		for _, dep := range list(t, "-deps", "./"+path) {
			if dep.Module != nil && dep.Module.Path != module {
				t.Errorf("%s links %s", path, dep.ImportPath)
			}
		}
	}
}

// exists reports whether the module has the package yet.
func exists(t *testing.T, path string) bool {
	t.Helper()
	return slices.ContainsFunc(list(t, "./..."), func(p listed) bool { return p.ImportPath == module+"/"+path })
}

// TestTestCodeStaysOut keeps test libraries out of what programs link.
func TestTestCodeStaysOut(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "github.com/stretchr/testify") || strings.HasPrefix(imported, "github.com/jarcoal/httpmock") ||
				imported == "testing" && !strings.HasSuffix(name, "test") {
				t.Errorf("%q imports %s outside its tests", name, imported)
			}
		}
	}
}

// homes names the parts of the tree that may import a library: who does not use them
// does not link it.
var homes = map[string][]string{
	"modernc.org/sqlite":          {"payment/store/sqlite", "payment/jobs", "examples/embed"},
	"github.com/jackc/pgx":        {"payment/store/postgres", "payment/jobs", "payment/store/database", "examples/embed"},
	"github.com/riverqueue/":      {"payment/jobs"},
	"github.com/wneessen/go-mail": {"receipt/mail"},
	"github.com/go-fonts/":        {"receipt/pdf"},
	"github.com/beevik/etree":     {"payment/stamp", "identity/internal/saml", "identity/idptest"},
	"github.com/russellhaering/":  {"payment/stamp", "identity/internal/saml"},
	"github.com/mattermost/":      {"identity/internal/saml"},
	"golang.org/x/net":            {"identity/local"},
	"golang.org/x/text":           {"receipt/pdf", "identity/local"},
	"golang.org/x/crypto":         {"identity/local"},
}

func TestLibrariesHaveTheirHomes(t *testing.T) {
	for _, p := range list(t, "./...") {
		name, _ := ours(p.ImportPath)
		for _, imported := range p.Imports {
			for library, parts := range homes {
				atHome := slices.ContainsFunc(parts, func(home string) bool {
					return name == home || strings.HasPrefix(name, home+"/")
				})
				if strings.HasPrefix(imported, library) && !atHome {
					t.Errorf("%q imports %s, which is for %v alone", name, imported, parts)
				}
			}
		}
	}
}
