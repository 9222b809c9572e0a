package quote_test

import (
	"context"
	"fmt"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

func ExampleRegister_Accept() {
	ctx := context.Background()
	register, _ := desk()
	q, _ := register.Issue(ctx, livorno)
	q, err := register.Accept(ctx, q.ID)
	fmt.Println(q.Status, err)
	// Output: accepted <nil>
}

func ExampleRegister_Withdraw() {
	ctx := context.Background()
	register, cashier := desk()
	q, _ := register.Issue(ctx, livorno)
	notice, _ := register.Notice(ctx, q.ID, payment.Subject{}, "")
	q, err := register.Withdraw(ctx, q.ID)
	fmt.Println(q.Status, err)
	_, err = cashier.Payable(ctx, notice.Key)
	fmt.Println(err)
	// Output:
	// withdrawn <nil>
	// not_allowed: Operation not allowed.
}

// A mistake in the amount: another quote takes the place of the first.
func ExampleRegister_Supersede() {
	ctx := context.Background()
	register, _ := desk()
	old, _ := register.Issue(ctx, livorno)
	right := livorno
	right.Amount = euro.MustParse("13.00")
	q, err := register.Supersede(ctx, old.ID, right)
	fmt.Println(q.Status, q.Amount, err)
	old, err = register.Get(ctx, old.ID)
	fmt.Println(old.Status, old.SupersededBy == q.ID, err)
	// Output:
	// issued 13.00 <nil>
	// superseded true <nil>
}

// A payer from abroad, without account and fiscal code, gets a notice on paper.
func ExampleRegister_Notice() {
	ctx := context.Background()
	register, _ := desk()
	q, _ := register.Issue(ctx, livorno)
	notice, err := register.Notice(ctx, q.ID, payment.Subject{}, "")
	fmt.Println(notice.Debtor.Name, notice.Debtor.Code, err)
	fmt.Println(notice.QR().Text())
	// Output:
	// Mario Rossi ANONIMO <nil>
	// PAGOPA|002|301000000000000144|99999000013|1250 <nil>
}

func ExampleRegister_List() {
	ctx := context.Background()
	register, _ := desk()
	for _, protocol := range []string{"345/2024", "346/2024"} {
		r := livorno
		r.Protocol = causale.MustParseProtocol(protocol)
		if _, err := register.Issue(ctx, r); err != nil {
			fmt.Println(err)
		}
	}
	for q, err := range register.List(ctx, quote.Filter{Institute: "AS-LI", Status: quote.Issued}) {
		fmt.Println(q.Protocol, err)
	}
	// Output:
	// 346/2024 <nil>
	// 345/2024 <nil>
}

func ExampleRegister_Find() {
	ctx := context.Background()
	register, _ := desk()
	_, _ = register.Issue(ctx, livorno)
	q, err := register.Find(ctx, "AS-LI", causale.MustParseProtocol("prot. n. 0345"))
	fmt.Println(q.Protocol, err)
	// Output: 345/2024 <nil>
}

func ExampleStatus_Next() {
	fmt.Println(quote.Issued.Next())
	// Output: [accepted withdrawn superseded paid expired]
}
