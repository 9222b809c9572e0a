package gpd

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// ACA is the archive that answers in stand-in (GPD for ACA, version 1). It is safe for
// concurrent use.
type ACA struct{ book }

var _ payment.Publisher = (*ACA)(nil)

// NewACA returns a client of ACA that signs in with a subscription key. It copies cfg.
func NewACA(key string, cfg Config) (*ACA, error) {
	a, err := newAPI(key, cfg, "/aca/debt-positions-service/v1")
	if err != nil {
		return nil, err
	}
	a.limit = newLimiter(450, 10*time.Second)
	return &ACA{book{api: a, cfg: cfg, form: v1{}, busy: newStripes()}}, nil
}

// Publish makes ACA say what p says now; see the package comment. A position that asks
// for a stamp is not copied: ACA needs an IBAN in each transfer. Its error is that of
// [Client.Publish].
func (c *ACA) Publish(ctx context.Context, p payment.Position) error {
	switch {
	case slices.ContainsFunc(p.Transfers, func(t payment.Transfer) bool { return t.IBAN == "" }):
		return nil
	case !p.Status.Settled():
		return c.publish(ctx, p)
	}
	err := c.MarkPaid(ctx, p.Key, p.PaidAt)
	if errors.Is(err, pagonline.ErrNotFound) || errors.Is(err, payment.ErrPaid) {
		return nil // it never was there, or was paid in stand-in
	}
	return err
}

// MarkPaid closes a notice that was paid: in stand-in it is then refused as paid. Its
// error wraps [pagonline.ErrNotFound], or [payment.ErrPaid] if ACA knows a payment
// already.
func (c *ACA) MarkPaid(ctx context.Context, k payment.Key, at time.Time) error {
	if !eleven.MatchString(k.Creditor) || k.Number.IsZero() {
		return syntax("number")
	}
	if at.IsZero() {
		at = c.api.now()
	}
	body := struct {
		PaymentDate instant `json:"paymentDate"`
	}{instant{at}}
	_, err := c.api.do(ctx, call{
		method: http.MethodPost, body: body,
		path: []string{"organizations", k.Creditor, "paymentoptions", "paids", k.Number.String()},
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusConflict {
		return e.because(pagonline.CodeAlreadyPaid, payment.ErrPaid) // it has no other meaning here
	}
	return err
}

// v1 is the form of gpd.json and gpd-4-aca.json: an installment is an option, and the
// debtor is the position's. What it tells has no debtor.
type v1 struct{}

type (
	debtV1 struct {
		debtor
		IUPD            string     `json:"iupd"`
		Organization    string     `json:"organizationFiscalCode,omitempty"`
		PayStandIn      *bool      `json:"payStandIn,omitempty"`
		SwitchToExpired bool       `json:"switchToExpired"`
		CompanyName     string     `json:"companyName"`
		OfficeName      string     `json:"officeName,omitempty"`
		ValidityDate    instant    `json:"validityDate,omitzero"`
		Status          Status     `json:"status,omitempty"`
		PublishDate     instant    `json:"publishDate,omitzero"`
		PaymentDate     instant    `json:"paymentDate,omitzero"`
		Options         []optionV1 `json:"paymentOption"`
	}
	optionV1 struct {
		installment
		Partial       bool    `json:"isPartialPayment"`
		RetentionDate instant `json:"retentionDate,omitzero"`
		Status        string  `json:"status,omitempty"`
		Metadata      []entry `json:"paymentOptionMetadata,omitempty"`
	}
)

func (v1) encode(d Debt) any {
	standIn := !d.NoStandIn
	first := d.Options[0]
	w := debtV1{
		debtor: newDebtor(first.Debtor), IUPD: d.IUPD, PayStandIn: &standIn, CompanyName: d.Company, OfficeName: d.Office,
		ValidityDate: instant{first.ValidFrom}, SwitchToExpired: true,
	}
	for _, o := range d.Options {
		w.SwitchToExpired = w.SwitchToExpired && o.RefuseLate
		for _, i := range o.Installments {
			w.Options = append(w.Options, optionV1{
				installment: newWire(i), Partial: len(o.Installments) > 1, RetentionDate: instant{o.KeepUntil},
				Metadata: entries(i.Metadata),
			})
		}
	}
	return w
}

func (v1) decode(body []byte) (Debt, error) { return decodeDebt[debtV1](body) }

func (v1) page(body []byte) ([]Debt, int, error) { return decodePage[debtV1](body) }

func (w debtV1) debt() (Debt, error) {
	d := Debt{
		Creditor: w.Organization, IUPD: w.IUPD, Company: w.CompanyName, Office: w.OfficeName, Status: w.Status,
		PublishedAt: w.PublishDate.Time, PaidAt: w.PaymentDate.Time, NoStandIn: w.PayStandIn != nil && !*w.PayStandIn,
	}
	plan := -1 // where the plan stands among the options
	for _, o := range w.Options {
		one, err := o.read(o.Metadata)
		if err != nil {
			return Debt{}, err
		}
		one.Status = InstallmentStatus(strings.TrimPrefix(o.Status, "PO_"))
		if o.Partial && plan >= 0 {
			d.Options[plan].Installments = append(d.Options[plan].Installments, one)
			continue
		}
		if o.Partial {
			plan = len(d.Options)
		}
		d.Options = append(d.Options, Option{
			Debtor: w.subject(), RefuseLate: w.SwitchToExpired, ValidFrom: w.ValidityDate.Time, KeepUntil: o.RetentionDate.Time,
			Installments: []Installment{one},
		})
	}
	return d, nil
}
