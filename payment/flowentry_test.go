package payment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

func TestFlowCodes(t *testing.T) {
	for _, tc := range []struct { // SACI 3.2.1, table 6
		code                   payment.FlowCode
		text                   string
		known, paid, noReceipt bool
	}{
		{payment.FlowExecuted, "0", true, true, false},
		{1, "1", false, false, false},
		{payment.FlowRevoked, "3", true, false, false},
		{payment.FlowStandIn, "4", true, true, false},
		{payment.FlowStandInNoReceipt, "8", true, true, true},
		{payment.FlowNoReceipt, "9", true, true, true},
		{-1, "-1", false, false, false},
	} {
		require.Equal(t, tc.text, tc.code.String())
		require.Equal(t, tc.known, tc.code.Known(), tc.text)
		require.Equal(t, tc.paid, tc.code.Paid(), tc.text)
		require.Equal(t, tc.noReceipt, tc.code.NoReceipt(), tc.text)
		require.NotEmpty(t, tc.code.Text().It)
		require.NotEmpty(t, tc.code.Text().En)
	}
}

func TestFlowEntryAsJSON(t *testing.T) {
	revoked, err := euro.ParseDelta("-12.50")
	require.NoError(t, err)
	day, err := pagonline.ParseDate("2026-11-25")
	require.NoError(t, err)
	e := payment.FlowEntry{
		Flow: "2026-11-25ABI00000-0000000001", Date: day, IUV: "01000000000000144", IUR: "a", Index: 1,
		Amount: revoked, Code: payment.FlowRevoked, PaidOn: day,
	}
	b, err := json.Marshal(e)
	require.NoError(t, err)
	require.JSONEq(t, `{"flow":"2026-11-25ABI00000-0000000001","date":"2026-11-25","iuv":"01000000000000144","iur":"a","index":1,
		"amount":"-12.50","code":3,"paidOn":"2026-11-25"}`, string(b))
	var read payment.FlowEntry
	require.NoError(t, json.Unmarshal(b, &read))
	require.Equal(t, e, read)
}
