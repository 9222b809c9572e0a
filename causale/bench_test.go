package causale_test

import (
	"fmt"
	"regexp"
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

// benchRemittance is what both of the next benchmarks read.
const benchRemittance = "/RFB/" + benchIUV + "/12.50/TXT/prot. " + benchProtocol + " - " + benchInstitute + " - " + benchService

// BenchmarkRemittanceParse reads and checks a reason.
func BenchmarkRemittanceParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := causale.ParseRemittance(benchRemittance); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRemittanceRegexp finds the same with a regular expression, unchecked.
func BenchmarkRemittanceRegexp(b *testing.B) {
	b.ReportAllocs()
	re := regexp.MustCompile(`^/RF([BS])/([0-9A-Za-z_ -]{1,35})(?:/([0-9]{1,9}\.[0-9]{2}))?(?:/TXT/(.*))?$`)
	for b.Loop() {
		if m := re.FindStringSubmatch(benchRemittance); len(m) != 5 || m[2] != benchIUV {
			b.Fatal(m)
		}
	}
}

// BenchmarkDetailParse takes apart what a template has built.
func BenchmarkDetailParse(b *testing.B) {
	b.ReportAllocs()
	detail, err := causale.NewDetail("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if p, rest := livorno.Parse(detail, known); p.Institute != benchInstitute || rest != "" {
			b.Fatal(p, rest)
		}
	}
}

// BenchmarkRead reads what a bank or a clerk wrote.
func BenchmarkRead(b *testing.B) {
	for name, text := range map[string]string{
		"detail":     "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, fotocopie dal registro 12, Mario Rossi",
		"treasury":   "Biblioteca Universitaria di Padova – Capo XXIX, Capitolo 2584, art. 3 – diritti di riproduzione / prestito ecc.",
		"remittance": "RI1/RFB/" + benchIUV + "/12,50/TXT/prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie",
		"exact":      benchRemittance,
		"transfer":   "RI1/PUR/LGPE-RIVERSAMENTO/URI/2025-09-23BPPIITRRXXX-000038102790 ACCREDITO BOLLETTINO P.A.",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := causale.Read(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
