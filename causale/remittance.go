package causale

import (
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Form is how a remittance begins.
type Form uint8

// The forms of a remittance (SACI 1.4.0, §3.2).
const (
	FreeText Form = iota // no tag
	RFB                  // /RFB/<IUV>[/<amount>][/TXT/<text>]
	RFS                  // /RFS/<RF>[/<amount>][/TXT/<text>], the IUV being ISO 11649
)

const textTag = "/TXT/"

// Remittance is a payment reason on the wire (remittanceInformation, causale di
// versamento). Remittances compare with ==; the zero value is none.
type Remittance struct {
	form      Form
	iuv       notice.IUV
	amount    euro.Amount
	hasAmount bool
	text      string
}

// ParseRemittance reads a reason of at most 140 characters. What begins with neither
// tag is free text, whatever it says; /RFB/ and /RFS/ are read strictly. The text is
// all that follows /TXT/, slashes included. Its error has [pagonline.CodeIUVInvalid],
// [pagonline.CodeAmountFormat], [pagonline.CodeInputSyntax] or that of [NewDetail].
func ParseRemittance(s string) (Remittance, error) {
	return parseRemittance(s, notice.ParseRF)
}

// ParseRemittanceSyntax is [ParseRemittance] without the check digits of an RF
// reference: those of the official sample are wrong.
func ParseRemittanceSyntax(s string) (Remittance, error) {
	return parseRemittance(s, notice.ParseRFSyntax)
}

func parseRemittance(s string, parseRF func(string) (notice.RF, error)) (Remittance, error) {
	d, err := NewDetail(s)
	if err != nil {
		return Remittance{}, err
	}
	if rest, ok := strings.CutPrefix(d.text, "/RFB/"); ok {
		return parseTagged(RFB, rest, notice.ParseIUV)
	}
	if rest, ok := strings.CutPrefix(d.text, "/RFS/"); ok {
		return parseTagged(RFS, rest, func(s string) (notice.IUV, error) {
			rf, err := parseRF(s)
			return rf.IUV(), err
		})
	}
	return Remittance{form: FreeText, text: d.text}, nil
}

// parseTagged reads <reference>[/<amount>][/TXT/<text>].
func parseTagged(form Form, s string, parseIUV func(string) (notice.IUV, error)) (Remittance, error) {
	r := Remittance{form: form}
	reference, rest, more := strings.Cut(s, "/")
	var err error
	if r.iuv, err = parseIUV(reference); err != nil {
		return Remittance{}, err
	}
	if more && rest != "TXT" && !strings.HasPrefix(rest, "TXT/") {
		var amount string
		amount, rest, more = strings.Cut(rest, "/")
		if r.amount, err = euro.Parse(amount); err != nil {
			return Remittance{}, err
		}
		r.hasAmount = true
	}
	if more {
		text, ok := strings.CutPrefix(rest, "TXT/")
		if !ok {
			return Remittance{}, pagonline.NewError(pagonline.CodeInputSyntax,
				pagonline.Text{It: "dopo l'importo serve /TXT/", En: "/TXT/ must follow the amount"})
		}
		r.text = strings.TrimSpace(text)
	}
	return r, nil
}

// IsZero reports whether r is none.
func (r Remittance) IsZero() bool { return r == Remittance{} }

// Form returns how r begins.
func (r Remittance) Form() Form { return r.form }

// IUV returns the reference, none for free text.
func (r Remittance) IUV() notice.IUV { return r.iuv }

// Amount returns the amount that r names, if it names one.
func (r Remittance) Amount() (amount euro.Amount, ok bool) { return r.amount, r.hasAmount }

// Text returns what follows /TXT/, or the whole free text.
func (r Remittance) Text() string { return r.text }

// String returns the reason as it goes on the wire.
func (r Remittance) String() string {
	if r.form == FreeText {
		return r.text
	}
	b := r.appendHead(make([]byte, 0, MaxLength))
	if r.text != "" {
		b = append(append(b, textTag...), r.text...)
	}
	return string(b)
}

// appendHead appends /RFB/<IUV>/<amount> or its like; it is ASCII.
func (r Remittance) appendHead(b []byte) []byte {
	if r.form == RFS {
		b = append(b, "/RFS/"...)
		rf, _ := notice.ParseRFSyntax(r.iuv.String())
		b = append(b, rf.Grouped()...)
	} else {
		b = append(b, "/RFB/"...)
		b = append(b, r.iuv.String()...)
	}
	if r.hasAmount {
		b = append(b, '/')
		b, _ = r.amount.AppendText(b)
	}
	return b
}
