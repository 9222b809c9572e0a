package main

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// plan opens notices of one debt, one for each option, as of a day.
func plan(t *testing.T, dir, debt string, on time.Time, terms payment.Terms, options ...int) (numbers []string) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{Environment: payment.Sandbox})
	require.NoError(t, err)
	defer st.Close()
	sample, err := load.Sample()
	require.NoError(t, err)
	offer, err := sample.Offer("AS-LI", "fotocopie")
	require.NoError(t, err)
	protocol := causale.MustParseProtocol("345/2024")
	detail, err := causale.NewDetail("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024")
	require.NoError(t, err)
	cashier := payment.NewCashier(st, payment.Config{Now: func() time.Time { return on }})
	for _, option := range options {
		terms.Transfers = []payment.Transfer{offer.Transfer(euro.MustParse(strconv.Itoa(20+option) + ".00"))}
		p, err := cashier.Open(t.Context(), payment.OpenRequest{
			Creditor: offer.Payee(), Debt: debt, Option: option, Office: offer.Institute.Name, Wire: offer.Wire(protocol), Terms: terms,
			Debtor: payment.Subject{
				Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi", Street: "Via Roma", Civic: "1", City: "Livorno",
				Email: "mario.rossi@example.org",
			},
			Purchase: payment.Purchase{
				InstituteCode: "AS-LI", Institute: offer.Institute.Name, ServiceCode: "fotocopie", Service: offer.Service.Label, Quantity: 1,
				UnitPrice: terms.Transfers[0].Amount, Protocol: protocol, Detail: detail,
			},
		})
		require.NoError(t, err)
		numbers = append(numbers, p.Number.String())
	}
	return numbers
}

// TestNoticeOfAPlan: its instalments and the payment in one are on one paper, until one
// of them is paid.
func TestNoticeOfAPlan(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "n.pdf")
	printed := func(number string) []string {
		status, lines := tool(t, "", "notice", "print", number, "-data", dir, "-o", file)
		require.Zero(t, status, lines)
		var said noticeFileOutput
		require.NoError(t, json.Unmarshal([]byte(lines[0]), &said))
		return said.Notices
	}
	numbers := plan(t, dir, "plan-1", time.Now(), payment.Terms{}, 2, 0, 1, 3)
	all := []string{numbers[1], numbers[2], numbers[0], numbers[3]} // by option
	for _, number := range numbers {
		require.Equal(t, all, printed(number))
	}
	only := plan(t, dir, "plan-2", time.Now(), payment.Terms{}, 1, 2)
	require.Equal(t, only, printed(only[1]))

	status, _ := tool(t, "", "pay", numbers[2], "-url", listening(t, dir))
	require.Zero(t, status)
	require.Equal(t, []string{numbers[0]}, printed(numbers[0]), "what is left, each by itself")
	for number, code := range map[string]string{numbers[1]: "not_found", numbers[2]: "already_paid"} {
		status, lines := tool(t, "", "notice", "print", number, "-data", dir, "-o", file)
		require.Equal(t, statusRefuse, status)
		require.Contains(t, lines[0], `"code":"`+code+`"`)
	}
}

func TestNoticeExpired(t *testing.T) {
	dir, day := t.TempDir(), time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC)
	late := plan(t, dir, "debt", day, payment.Terms{DueDate: pagonline.DateOf(day), RefuseLate: true}, 0)
	status, lines := tool(t, "", "notice", "print", late[0], "-data", dir, "-o", filepath.Join(t.TempDir(), "n.pdf"))
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], `"code":"not_allowed","field":"notice","it":"L'avviso è scaduto`)
}
