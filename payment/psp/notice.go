package psp

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Notice is what the creditor asks for (verifyPaymentNotice).
type Notice struct {
	Options     []Option // 1 to 5
	Description string
	Creditor    string // fiscal code
	Company     string
	Office      string
	StandIn     bool // ACA has answered, because the station could not
}

// Option is one way to pay a [Notice].
type Option struct {
	Amount  euro.Amount
	Options string // what else may be paid: EQ, LS, GT or ANY; EQ: nothing else
	DueDate pagonline.Date
	Note    string
}

// VerifyNotice asks what is due. It changes nothing and is optional.
func (c *Client) VerifyNotice(ctx context.Context, k payment.Key) (Notice, error) {
	r := c.request(wire.PSPVerify)
	r.FiscalCode, r.Number = k.Creditor, k.Number.String()
	answer, err := c.call(ctx, r)
	if err != nil {
		return Notice{}, err
	}
	n := Notice{
		Description: answer.Description, Creditor: answer.FiscalCode, Company: answer.Company, Office: answer.Office, StandIn: answer.StandIn,
	}
	for _, o := range answer.Options {
		n.Options = append(n.Options, Option(o))
	}
	return n, nil
}

// Verify asks what is due; see [payment.PSP].
func (c *Client) Verify(ctx context.Context, k payment.Key) (payment.Due, error) {
	n, err := c.VerifyNotice(ctx, k)
	if err != nil {
		return payment.Due{}, err
	}
	return payment.Due{Amount: n.Options[0].Amount, Description: n.Description, Company: n.Company, Office: n.Office}, nil
}

// MaxLife is how long a token lives, unless its activation says less.
const MaxLife = 30 * time.Minute

// Activation asks for a token. Only key and amount are needed.
type Activation struct {
	Key     payment.Key
	Amount  euro.Amount    // information only: the creditor says what is due
	Life    time.Duration  // of the token, whole milliseconds; default: [MaxLife]
	DueDate pagonline.Date // information only
	Note    string         // 1 to 210 characters; "" for none
	Method  string         // how the payer will pay, as in "CP" (stPaymentMethodFee); "" for not known
	// IdempotencyKey is that of an earlier call whose answer was lost. Default: a new
	// one.
	IdempotencyKey string
}

// Activated is a notice that was taken.
type Activated struct {
	payment.Attempt
	Description string
	Creditor    string // fiscal code
	Company     string
	Office      string
	Shares      []Share
	Metadata    []payment.MetadataEntry
	IUV         string
	// UserFee and CreditorFee, and the bundles they belong to, are a suggestion.
	UserFee        *euro.Amount
	CreditorFee    *euro.Amount
	Bundle         string
	CreditorBundle string
	AllCCP         bool // every share can go to a postal account
	StandIn        bool // ACA has answered, because the station could not
}

// LogValue gives the log the reference of the payment.
func (a Activated) LogValue() slog.Value { return slog.StringValue(a.IUV) }

// Share is what one beneficiary gets; Wanted asks for a digital stamp in place of an
// IBAN.
type Share struct {
	payment.Credit
	Wanted *payment.Stamp
}

// ActivateNotice takes a notice for one payment. Settle the token it returns, always.
func (c *Client) ActivateNotice(ctx context.Context, a Activation) (Activated, error) {
	r := c.request(wire.PSPActivate)
	r.Method, r.TouchPoint = a.Method, c.cfg.TouchPoint
	if c.cfg.V1 {
		r.Operation, r.Method, r.TouchPoint = wire.PSPActivateV1, "", ""
	}
	r.IdempotencyKey = cmp.Or(a.IdempotencyKey, c.newKey())
	r.FiscalCode, r.Number = a.Key.Creditor, a.Key.Number.String()
	r.Amount, r.DueDate, r.Note = a.Amount, a.DueDate, a.Note
	if a.Life != 0 {
		life := a.Life.Milliseconds()
		if life <= 0 {
			return Activated{}, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same("expirationTime")).At("expirationTime")
		}
		r.Life = &life
	}
	expires := c.cfg.Now().UTC().Add(cmp.Or(a.Life, MaxLife))
	answer, err := c.call(ctx, r)
	if err != nil {
		return Activated{}, err
	}
	got := Activated{
		Attempt:     payment.Attempt{Token: answer.Token, Amount: *answer.Amount, Expires: expires},
		Description: answer.Description, Creditor: answer.FiscalCode, Company: answer.Company, Office: answer.Office,
		Metadata: answer.Metadata, IUV: answer.IUV,
		UserFee: answer.UserFee, CreditorFee: answer.PAFee, Bundle: answer.Bundle, CreditorBundle: answer.CIBundle,
		AllCCP: answer.AllCCP, StandIn: answer.StandIn,
	}
	for _, t := range answer.Transfers {
		got.Shares = append(got.Shares, Share{Credit: t.Credit, Wanted: t.Request})
	}
	return got, nil
}

// Activate starts an attempt; see [payment.PSP].
func (c *Client) Activate(ctx context.Context, k payment.Key, amount euro.Amount) (payment.Attempt, error) {
	got, err := c.ActivateNotice(ctx, Activation{Key: k, Amount: amount})
	return got.Attempt, err
}
