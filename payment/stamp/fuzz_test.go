package stamp_test

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/stamp"
)

// FuzzParse: what cannot be read has a fault; what can be is as the schema wants it, and
// XML to others too.
func FuzzParse(f *testing.F) {
	attachment, _ := genuine(f)
	doc := string(attachment)
	for _, s := range []string{
		doc, prefixed(doc), strings.ReplaceAll(doc, "><", ">\n<"), "", "<marcaDaBollo/>", "<!DOCTYPE a>", "\ufeff<a/>",
		strings.Replace(doc, ">16.00<", ">1<!-- -->6.00<", 1), strings.Replace(doc, "+01:00", "", 1),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := stamp.Parse(b)
		if err != nil {
			if stamp.FaultCode(err) == payment.StampUnchecked || pagonline.CodeOf(err) != pagonline.CodeInputSyntax || s != (stamp.Stamp{}) {
				t.Errorf("Parse = %v, %v", s, err)
			}
			return
		}
		hash, err := base64.StdEncoding.Strict().DecodeString(s.Hash)
		if err != nil || len(hash) != 32 || s.Amount.IsZero() || s.Type != stamp.Ordinary || s.IUBD == "" ||
			s.PSP.FiscalCode == "" || s.PSP.Name == "" || s.PurchasedAt.IsZero() {
			t.Errorf("Parse = %+v", s)
		}
		var other struct { // a lenient reader must find the same
			IUBD string
			PSP  struct{ Denominazione string }
		}
		if err := xml.Unmarshal([]byte(strings.TrimPrefix(string(b), "\ufeff")), &other); err != nil ||
			other.IUBD != s.IUBD || other.PSP.Denominazione != s.PSP.Name {
			t.Errorf("encoding/xml: %+v, %v; here %+v", other, err, s)
		}
	})
}

// FuzzVerify: whatever is done to a genuine stamp, it says the same or is refused.
func FuzzVerify(f *testing.F) {
	attachment, says := genuine(f)
	v := verifier(f, stamp.Config{})
	f.Add(0, 0, []byte(nil))
	for _, mark := range []string{"<IUBD>", "<Signature ", "<SignedInfo>", "<X509Data>", "</marcaDaBollo>", "16.00"} {
		at := strings.Index(string(attachment), mark)
		f.Add(at, 0, []byte("<!-- -->"))
		f.Add(at, len(mark), []byte(mark+"<a/>"))
		f.Add(at, 1, []byte("9"))
	}
	f.Fuzz(func(t *testing.T, at, cut int, with []byte) {
		if at < 0 || cut < 0 || at > len(attachment) || cut > len(attachment)-at {
			return
		}
		doc := append(append(append([]byte(nil), attachment[:at]...), with...), attachment[at+cut:]...)
		got, err := v.Verify(doc, stamp.Want{})
		if err == nil && got != says {
			t.Errorf("%s\nis accepted as %+v", doc, got)
		}
		if f := stamp.FaultError(""); err != nil && !errors.As(err, &f) {
			t.Errorf("no fault in %v", err)
		}
	})
}

// A receipt may bring five stamps; each costs less than a millisecond.
func BenchmarkVerify(b *testing.B) {
	attachment, says := genuine(b)
	v := verifier(b, stamp.Config{})
	b.SetBytes(int64(len(attachment)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(attachment, stamp.Want{Hash: says.Hash}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	attachment, _ := genuine(b)
	b.SetBytes(int64(len(attachment)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stamp.Parse(attachment); err != nil {
			b.Fatal(err)
		}
	}
}
