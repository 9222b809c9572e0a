package notice_test

import (
	"strconv"
	"testing"

	"github.com/pagonline/pagonline/payment/notice"
)

// BenchmarkParseUint is the yardstick of the two others: the standard library reads
// the same 18 digits as a number, and checks no digit.
func BenchmarkParseUint(b *testing.B) {
	s := notice.MustParse("301000000000000144").String()
	for b.Loop() {
		if _, err := strconv.ParseUint(s, 10, 64); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNoticeParse(b *testing.B) {
	b.ReportAllocs()
	s := notice.MustParse("301000000000000144").String()
	for b.Loop() {
		if _, err := notice.Parse(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNoticeBuild(b *testing.B) {
	b.ReportAllocs()
	serial := uint64(9_876_543_210)
	for b.Loop() {
		serial++
		if _, err := notice.Issue(1, serial); err != nil {
			b.Fatal(err)
		}
	}
}
