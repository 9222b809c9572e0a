package pagonline_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryEntryHasAnExample: each exported function has an Example of its name, and
// each exported type with methods is shown in one, its own, one of its methods', or
// that of a function which returns it. Suites of tests and programs are left out.
func TestEveryEntryHasAnExample(t *testing.T) {
	dirs := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") && !strings.Contains(path, "internal/") &&
			!strings.HasPrefix(path, "examples/") && !strings.HasSuffix(filepath.Dir(path), "test") || strings.HasPrefix(path, "identity/idptest/") {
			dirs[filepath.Dir(path)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range dirs {
		functions, types, examples := exported(t, dir)
		for f := range functions {
			if !examples["Example"+f] && (f != "New" || !anyExample(examples, types)) {
				t.Errorf("%s: no Example%s", dir, f)
			}
		}
		for name := range types {
			shown := anyExample(examples, map[string]bool{name: true})
			for f, returned := range functions {
				shown = shown || returned == name && examples["Example"+f]
			}
			if !shown {
				t.Errorf("%s: no Example of type %s", dir, name)
			}
		}
	}
}

func anyExample(examples, types map[string]bool) bool {
	for e := range examples {
		name, _, _ := strings.Cut(strings.TrimPrefix(e, "Example"), "_")
		if types[name] {
			return true
		}
	}
	return false
}

// exported returns what a package exports: functions with the name of the type that
// they return first, types that have methods, and the examples of its tests.
func exported(t *testing.T, dir string) (functions map[string]string, types, examples map[string]bool) {
	t.Helper()
	functions, types, examples = map[string]string{}, map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		isTest := strings.HasSuffix(path, "_test.go")
		if isTest {
			for _, example := range doc.Examples(file) {
				if example.Output == "" && !example.EmptyOutput {
					t.Errorf("%s: Example%s has no Output, so nobody runs it", dir, example.Name)
				}
			}
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			switch {
			case !ok:
			case isTest && strings.HasPrefix(f.Name.Name, "Example"):
				examples[f.Name.Name] = true
			case isTest || !f.Name.IsExported():
			case f.Recv != nil:
				if name := typeName(f.Recv.List[0].Type); ast.IsExported(name) && !isPlumbing(f.Name.Name) {
					types[name] = true
				}
			default:
				functions[f.Name.Name] = ""
				if f.Type.Results != nil {
					functions[f.Name.Name] = typeName(f.Type.Results.List[0].Type)
				}
			}
		}
	}
	return functions, types, examples
}

// isPlumbing: methods that others call for the user need no example.
func isPlumbing(name string) bool {
	switch name {
	case "String", "GoString", "Format", "LogValue", "MarshalText", "UnmarshalText", "Error", "Unwrap", "Is", "Valid", "IsZero":
		return true
	default:
		return false
	}
}

func typeName(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.StarExpr:
		return typeName(v.X)
	case *ast.Ident:
		return v.Name
	default:
		return ""
	}
}
