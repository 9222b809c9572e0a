package pagonline_test

import (
	"fmt"
	"log"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// The code of the README, which TestReadme compares with it.
func Example() {
	sample, err := load.Sample()
	if err != nil {
		log.Fatal(err)
	}
	form := cart.Form{
		Institute: "AS-LI", Service: "fotocopie",
		Quantity: 1, UnitPrice: "12,50", Protocol: "345/2024",
	}
	_, err = cart.NewItem(sample, form)
	fmt.Println(pagonline.AsError(err).In("it")) // this archive wants a dot

	form.UnitPrice = "12.5"
	item, err := cart.NewItem(sample, form)
	fmt.Println(item.Amount(), item.Detail, err)
	// Output:
	// Importo non valido: usare il punto e al massimo due decimali (es. 12.50).
	// 12.50 ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 <nil>
}

// TestReadme: the README's Go code is the body of an Example, which is compiled and
// run; the programs and packages that it names are there.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	own, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)

	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.Len(t, blocks, 1)
	_, body, found := strings.Cut(string(own), "func Example() {\n")
	require.True(t, found)
	body, _, _ = strings.Cut(body, "\n}\n")
	body = regexp.MustCompile(`(?m)^\t`).ReplaceAllString(body, "")
	require.Equal(t, body+"\n", blocks[0][1])

	programs := regexp.MustCompile(`\./examples/[a-z]+`).FindAllString(string(readme), -1)
	require.NotEmpty(t, programs)
	for _, dir := range programs {
		require.FileExists(t, dir+"/main.go")
	}
	table := regexp.MustCompile("(?m)^\\| (`.*`) \\|").FindAllStringSubmatch(string(readme), -1)
	require.Greater(t, len(table), 5)
	for _, row := range table {
		for dir := range strings.SplitSeq(row[1], ", ") {
			require.DirExists(t, strings.Trim(dir, "`"))
		}
	}
}
