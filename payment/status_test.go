package payment_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
)

// TestTablesAreInTheGodoc: the tables that the comments print are those of the code.
func TestTablesAreInTheGodoc(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "status.go", nil, parser.ParseComments)
	require.NoError(t, err)
	docs := map[string]string{}
	for _, decl := range file.Decls {
		if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, spec := range g.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					docs[s.Name.Name] = g.Doc.Text()
				}
			}
		}
	}
	check(t, docs["Status"], []payment.Status{
		payment.Draft, payment.Open, payment.Expired, payment.Cancelled, payment.Paid, payment.Reported, payment.Reconciled,
	}, payment.Status.Next)
	check(t, docs["OrderStatus"], []payment.OrderStatus{
		payment.OrderCreated, payment.OrderSent, payment.OrderTakenInCharge, payment.OrderClosedUnpaid, payment.OrderPaid,
	}, payment.OrderStatus.Next)
}

func check[S ~string](t *testing.T, doc string, all []S, next func(S) []S) {
	t.Helper()
	var lines []string
	for _, s := range all {
		to := "-"
		if n := next(s); len(n) > 0 {
			to = strings.Trim(fmt.Sprint(n), "[]")
		}
		lines = append(lines, string(s)+": "+to)
	}
	var printed []string
	for line := range strings.Lines(doc) {
		if strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "\tfrom") {
			printed = append(printed, strings.Join(strings.Fields(line), " "))
		}
	}
	require.Equal(t, lines, printed)
}

// TestEverythingLeadsToPaid: the receipt wins over every state but those after it.
func TestEverythingLeadsToPaid(t *testing.T) {
	for _, s := range []payment.Status{payment.Draft, payment.Open, payment.Expired, payment.Cancelled} {
		require.Contains(t, s.Next(), payment.Paid)
		require.False(t, s.Settled())
	}
	for _, s := range []payment.Status{payment.Paid, payment.Reported, payment.Reconciled} {
		require.NotContains(t, s.Next(), payment.Paid)
		require.True(t, s.Settled())
	}
	for _, s := range []payment.OrderStatus{payment.OrderCreated, payment.OrderSent, payment.OrderTakenInCharge, payment.OrderClosedUnpaid} {
		require.Contains(t, s.Next(), payment.OrderPaid)
	}
	require.Empty(t, payment.OrderPaid.Next())
}
