package payment_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

func metadataOf(n int) []payment.MetadataEntry {
	all := make([]payment.MetadataEntry, n)
	for i := range all {
		all[i] = payment.MetadataEntry{Key: "key " + strconv.Itoa(i), Value: "è"}
	}
	return all
}

// nobodys is a notice number that nobody has issued.
var nobodys = notice.MustParse("399000000000001976")

const postalIBAN = "IT11W0760113900000012345678"

// TestMetadataAndPostalAccounts: what the station could not say is refused when a
// position is opened.
func TestMetadataAndPostalAccounts(t *testing.T) {
	long, twice := strings.Repeat("è", 141), append(metadataOf(2), metadataOf(1)...)
	for _, c := range []struct {
		field string // "" if it can be opened
		edit  func(*payment.OpenRequest)
	}{
		{"", func(r *payment.OpenRequest) { r.Metadata, r.Transfers[0].Metadata = metadataOf(15), metadataOf(15) }},
		{"", func(r *payment.OpenRequest) { r.Metadata = []payment.MetadataEntry{{Key: long[2:], Value: long[2:]}} }},
		{"", func(r *payment.OpenRequest) { r.Metadata, r.Transfers[0].Metadata = metadataOf(0), metadataOf(0) }},
		{"metadata", func(r *payment.OpenRequest) { r.Metadata = metadataOf(16) }},
		{"metadata.key", func(r *payment.OpenRequest) { r.Metadata = []payment.MetadataEntry{{Key: long, Value: "v"}} }},
		{"metadata.key", func(r *payment.OpenRequest) { r.Metadata = []payment.MetadataEntry{{Value: "v"}} }},
		{"metadata.key", func(r *payment.OpenRequest) { r.Metadata = twice }},
		{"metadata.value", func(r *payment.OpenRequest) { r.Metadata = []payment.MetadataEntry{{Key: "k", Value: "a\nb"}} }},
		{"transfers.metadata", func(r *payment.OpenRequest) { r.Transfers[0].Metadata = metadataOf(16) }},
		{"transfers.metadata.value", func(r *payment.OpenRequest) { r.Transfers[0].Metadata = []payment.MetadataEntry{{Key: "k"}} }},
		{"transfers.metadata", func(r *payment.OpenRequest) {
			r.Transfers[0].Metadata = []payment.MetadataEntry{{Key: payment.SupportIBAN, Value: "x"}}
		}},
		{"", func(r *payment.OpenRequest) {
			r.Transfers[0].PostalIBAN, r.Transfers[0].Metadata = postalIBAN, metadataOf(14)
		}},
		{"transfers.metadata", func(r *payment.OpenRequest) {
			r.Transfers[0].PostalIBAN, r.Transfers[0].Metadata = postalIBAN, metadataOf(15)
		}},
		{"", func(r *payment.OpenRequest) { r.Transfers[0].IBAN = postalIBAN }},
		{"transfers.postalIban", func(r *payment.OpenRequest) { r.Transfers[0].IBAN, r.Transfers[0].PostalIBAN = postalIBAN, postalIBAN }},
		{"transfers.postalIban", func(r *payment.OpenRequest) { r.Transfers[0].PostalIBAN = r.Transfers[0].IBAN }},
		{"transfers.postalIban", func(r *payment.OpenRequest) {
			r.Transfers[0].PostalIBAN = strings.Replace(postalIBAN, "IT11", "IT12", 1)
		}},
		{"transfers.postalIban", func(r *payment.OpenRequest) {
			r.Transfers[0] = payment.Transfer{
				Amount: euro.MustParse("16.00"), Creditor: creditor, Category: "9/1201105IM/", PostalIBAN: postalIBAN,
				Stamp: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"},
			}
		}},
	} {
		stores(t, func(t *testing.T, o *office) {
			r := request("debt")
			c.edit(&r)
			p, err := o.Open(t.Context(), r)
			if c.field != "" {
				require.Error(t, err)
				require.Equal(t, c.field, pagonline.AsError(err).Field)
				return
			}
			require.NoError(t, err)
			require.Equal(t, p, o.get(t, p.Key))
			again, err := o.Open(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, p, again, "the same says the same")
			if len(r.Metadata) > 0 {
				r.Metadata[0].Value = "other"
				_, err = o.Open(t.Context(), r)
				require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
			}
		})
	}
}

// TestWith: other terms are checked, and the position they are for stays as it is.
func TestWith(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		terms := p.Terms
		terms.Transfers = append([]payment.Transfer(nil), terms.Transfers...)
		terms.Transfers[0].Amount = euro.MustParse("13.00")
		q, err := p.With(terms)
		require.NoError(t, err)
		terms.Transfers[0].Amount = euro.MustParse("14.00")
		require.Equal(t, "13.00", q.Amount().String())
		require.Equal(t, "12.50", p.Amount().String())
		_, err = p.With(payment.Terms{})
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	})
}

// TestDebt: the notices of one debt, and one of them by its key.
func TestDebt(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		single := o.open(t, "debt")
		plan := request("debt")
		plan.Option = 1
		first, err := o.Open(ctx, plan)
		require.NoError(t, err)
		o.open(t, "other")
		var got []payment.Position
		for p, err := range o.Debt(ctx, single) {
			require.NoError(t, err)
			got = append(got, p)
		}
		require.Equal(t, []payment.Position{first, single}, got)
		p, err := o.Position(ctx, first.Key)
		require.NoError(t, err)
		require.Equal(t, first, p)
		_, err = o.Position(ctx, payment.Key{Creditor: creditor, Number: nobodys})
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	})
}
