package station_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// The benchmarks call over loopback HTTP, all with the same client and connections kept
// open, so that their ratios say what the station costs beside net/http. Each answer is
// looked at: a wrong one is no speed.

// benchServer serves h on a loopback port and returns its address.
func benchServer(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := station.Server(h, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	b.Cleanup(func() {
		require.NoError(b, server.Close())
		<-done
	})
	return "http://" + l.Addr().String()
}

// callAll posts what body makes, from eight callers at a time, and wants each answer to
// contain want.
func callAll(b *testing.B, url, want string, body func(b []byte, n int64) []byte) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	b.Cleanup(client.CloseIdleConnections)
	var n atomic.Int64
	b.SetParallelism(8)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var sent, got []byte
		for pb.Next() {
			sent = body(sent[:0], n.Add(1))
			resp, err := client.Post(url, "text/xml; charset=utf-8", bytes.NewReader(sent))
			if err != nil {
				b.Error(err)
				return
			}
			buffer := bytes.NewBuffer(got[:0])
			_, err = buffer.ReadFrom(resp.Body)
			got = buffer.Bytes()
			if closed := resp.Body.Close(); err != nil || closed != nil || !bytes.Contains(got, []byte(want)) {
				b.Errorf("%v %v %s", err, closed, got)
				return
			}
		}
	})
}

// BenchmarkHelloHTTP is the baseline: net/http reads a request of the size of a
// verification, and answers one line.
func BenchmarkHelloHTTP(b *testing.B) {
	asked := ask(wire.Verify, "301000000000000144").Append(nil)
	url := benchServer(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "hello, world\n")
	}))
	callAll(b, url, "hello", func(b []byte, _ int64) []byte { return append(b, asked...) })
}

func BenchmarkStationVerify(b *testing.B) {
	o := newOffice(b, station.Config{})
	asked := ask(wire.Verify, o.open().Number.String()).Append(nil)
	callAll(b, benchServer(b, o.handler), "<amount>12.50</amount>", func(b []byte, _ int64) []byte { return append(b, asked...) })
}

// BenchmarkStationGetPaymentV2 asks for five transfers with metadata.
func BenchmarkStationGetPaymentV2(b *testing.B) {
	o := newOffice(b, station.Config{})
	p := o.open(func(r *payment.OpenRequest) {
		r.Metadata = entries(15)
		r.Transfers[0].Metadata = entries(15)
		for len(r.Transfers) < 5 {
			r.Transfers = append(r.Transfers, r.Transfers[0])
		}
	})
	asked := ask(wire.GetPayment, p.Number.String()).Append(nil)
	callAll(b, benchServer(b, o.handler), "<paymentAmount>62.50</paymentAmount>", func(b []byte, _ int64) []byte { return append(b, asked...) })
}

// BenchmarkStationSendRTV2 pays a notice with each call.
func BenchmarkStationSendRTV2(b *testing.B) {
	o := newOffice(b, station.Config{})
	sent := string(receipt(o.open(), "#").Append(nil))
	numbers := make([]string, b.N+1)
	for i := range numbers {
		numbers[i] = o.open().Number.String()
	}
	model, err := wire.DecodeRequest([]byte(sent))
	require.NoError(b, err)
	// The parts around the receipt's id, the notice number and the IUV.
	parts := strings.Split(strings.NewReplacer(model.Number, "#", ">"+model.Number[1:]+"<", ">#<").Replace(sent), "#")
	require.Len(b, parts, 4)
	callAll(b, benchServer(b, o.handler), "<outcome>OK</outcome>", func(b []byte, n int64) []byte {
		number := numbers[n]
		for i, value := range []string{number, number, number[1:]} {
			b = append(append(b, parts[i]...), value...)
		}
		return append(b, parts[3]...)
	})
}

func entries(n int) []payment.MetadataEntry {
	all := make([]payment.MetadataEntry, n)
	for i := range all {
		all[i] = payment.MetadataEntry{Key: fmt.Sprintf("key %d", i), Value: "value"}
	}
	return all
}
