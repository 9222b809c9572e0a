package causale_test

import (
	"fmt"
	"testing"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// The parts that both benchmarks write.
const (
	benchIUV       = "01000000000000144"
	benchProtocol  = "345/2024"
	benchInstitute = "Archivio di Stato di Livorno"
	benchService   = "Servizio di Fotocopie"
)

// BenchmarkRemittanceAppend writes a checked reason into the caller's buffer.
func BenchmarkRemittanceAppend(b *testing.B) {
	b.ReportAllocs()
	iuv, err := notice.ParseIUV(benchIUV)
	if err != nil {
		b.Fatal(err)
	}
	wire := causale.Wire{
		Protocol: causale.MustParseProtocol(benchProtocol), Institute: benchInstitute, Service: benchService,
	}
	amount, buf := euro.MustParse("12.50"), make([]byte, 0, causale.MaxLength)
	for b.Loop() {
		if buf, err = wire.AppendRFB(buf[:0], iuv, amount); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendf writes the same bytes with fmt, unchecked.
func BenchmarkAppendf(b *testing.B) {
	b.ReportAllocs()
	cents, buf := int64(1250), make([]byte, 0, causale.MaxLength)
	for b.Loop() {
		buf = fmt.Appendf(buf[:0], "/RFB/%s/%d.%02d/TXT/prot. %s - %s - %s",
			benchIUV, cents/100, cents%100, benchProtocol, benchInstitute, benchService)
	}
}
