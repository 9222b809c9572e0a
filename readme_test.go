package pagonline_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/sqlite"
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

// What a program adds that has a database and addresses already, which TestReadme compares
// with the README too.
func embed(ctx context.Context, db *sql.DB, mux *http.ServeMux, creditors []station.Creditor, debt payment.OpenRequest) (*sqlite.Store, error) {
	store, err := sqlite.Use(ctx, db, sqlite.Config{Environment: payment.Sandbox})
	if err != nil {
		return nil, err
	}
	cashier := payment.NewCashier(store, payment.Config{})
	mux.Handle("/station", station.New(cashier, creditors, station.Config{})) // where pagoPA asks

	return store, store.Do(ctx, func(ctx context.Context) error { // both are kept, or neither
		position, err := cashier.Open(ctx, debt)
		if err == nil {
			_, err = store.Tx(ctx).ExecContext(ctx, "UPDATE files SET notice = $1 WHERE protocol = $2",
				position.Number.String(), debt.Wire.Protocol.String())
		}
		return err
	})
}

// A program's own file waits for a notice, and gets it.
func Example_embedded() {
	dir, err := os.MkdirTemp("", "archive")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "archive.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = db.Exec("CREATE TABLE files (protocol TEXT PRIMARY KEY, notice TEXT); INSERT INTO files (protocol) VALUES ('345/2024')")
	fmt.Println(err)

	store, err := embed(context.Background(), db, http.NewServeMux(), nil, payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: "99999000013", Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: "99999000013", IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	var notice string
	err = db.QueryRow("SELECT notice FROM files").Scan(&notice)
	fmt.Println(notice, err)
	// Output:
	// <nil>
	// 301000000000000144 <nil>
}

// TestReadme: the README's Go code is the body of an Example, or of what one calls, which
// are compiled and run; the programs and packages that it names are there.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	own, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)

	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	bodies := []string{"func Example() {\n", "func embed("}
	require.Len(t, blocks, len(bodies))
	for i, begin := range bodies {
		_, body, found := strings.Cut(string(own), "\n"+begin)
		require.True(t, found)
		if !strings.HasSuffix(begin, "\n") {
			_, body, _ = strings.Cut(body, "\n")
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		body = regexp.MustCompile(`(?m)^\t`).ReplaceAllString(body, "")
		require.Equal(t, body+"\n", blocks[i][1])
	}

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
