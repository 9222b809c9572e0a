package wire_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// FuzzDecodeRequest: no panic, no message half read. What is read, encoding/xml takes,
// and it sees the same texts there, each once; and it is written and read again as
// itself.
func FuzzDecodeRequest(f *testing.F) {
	requests, _ := full()
	for _, r := range requests {
		f.Add(r.Append(nil))
	}
	f.Add([]byte(receiptV2))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := wire.DecodeRequest(body)
		if err != nil {
			return
		}
		seen, err := plainly(body)
		if err == nil || !strings.Contains(err.Error(), "invalid XML name") { // it has the tables of an older edition
			require.NoError(t, err, "%q", body)
			for _, want := range []struct{ path, text string }{
				{"idPA", r.PA},
				{"idBrokerPA", r.Broker},
				{"idStation", r.Station},
				{"qrCode/fiscalCode", r.FiscalCode},
				{"paymentNote", r.Note},
				{"receipt/receiptId", r.RT.ReceiptID},
				{"receipt/fiscalCode", r.RT.Issuer},
				{"receipt/creditorReferenceId", r.RT.IUV},
				{"receipt/description", r.RT.Description},
				{"receipt/debtor/fullName", r.RT.Debtor.Name},
				{"receipt/idPSP", r.RT.PSP.ID},
			} {
				if want.text != "" {
					require.Equal(t, []string{want.text}, seen[want.path], "%s in %q", want.path, body)
				}
			}
			if amounts := seen["receipt/paymentAmount"]; len(amounts) > 0 {
				amount := strings.TrimLeft(strings.Trim(amounts[0], " \t\r\n"), "0")
				require.Equal(t, strings.TrimLeft(r.RT.Amount.String(), "0"), amount)
			}
			require.Len(t, seen["receipt/transferList/transfer/transferAmount"], len(r.RT.Transfers))
		}
		again, err := wire.DecodeRequest(r.Append(nil))
		require.NoError(t, err, "%s", r.Append(nil))
		require.Equal(t, r, again)
	})
}

// plainly returns the texts of the payload's elements by path, as encoding/xml has them.
func plainly(body []byte) (map[string][]string, error) {
	dec, seen := xml.NewDecoder(strings.NewReader(string(body))), map[string][]string{}
	var path []string
	var text strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return seen, nil
		}
		if err != nil {
			return nil, err
		}
		switch v := token.(type) {
		case xml.StartElement:
			path = append(path, v.Name.Local)
			text.Reset()
		case xml.CharData:
			text.Write(v)
		case xml.EndElement:
			if n := slices.Index(path, "Body"); n >= 0 && len(path) > n+2 {
				where := strings.Join(path[n+2:], "/")
				seen[where] = append(seen[where], text.String())
			}
			path = path[:len(path)-1]
			text.Reset()
		}
	}
}

func FuzzDecodeResponse(f *testing.F) {
	_, responses := full()
	for i, r := range responses {
		f.Add(r.Append(nil), byte(i))
	}
	operations := []wire.Operation{wire.Verify, wire.GetPayment, wire.SendRT, wire.GetPaymentV1, wire.SendRTV1, wire.Demand}
	f.Fuzz(func(t *testing.T, body []byte, n byte) {
		operation := operations[int(n)%len(operations)]
		r, err := wire.DecodeResponse(body, operation)
		if err != nil {
			return
		}
		again, err := wire.DecodeResponse(r.Append(nil), operation)
		require.NoError(t, err)
		require.Equal(t, r, again)
	})
}
