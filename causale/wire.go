package causale

import (
	"strings"
	"unicode"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Wire is what may be said of a payment on the wire. It has room for the office and
// the case and none for a person: that is how names stay away from the node, the PSP
// and the bank.
//
// The text is "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di
// Fotocopie". Of the protocol only what is a register's reference is written: what else
// a payer put into that field, such as his name, stays at home. The protocol comes first because banks cut tails; where there is no
// room for all three, the service is left out, then the institute, whole.
type Wire struct {
	Protocol  Protocol `json:"protocol"`
	Institute string   `json:"institute"`
	Service   string   `json:"service"`
}

// Free returns the reason as plain text, for description and subject. Its error has
// [pagonline.CodeRequiredField] if there is nothing to say,
// [pagonline.CodeCausaleTooLong] if the protocol alone is too long, or that of
// [NewDetail].
func (w Wire) Free() (Remittance, error) {
	text, err := w.appendText(nil, MaxLength)
	if err != nil {
		return Remittance{}, err
	}
	if len(text) == 0 {
		return Remittance{}, nothingToSay()
	}
	if tagged := string(text); strings.HasPrefix(tagged, "/RFB/") || strings.HasPrefix(tagged, "/RFS/") {
		return Remittance{}, pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "il testo comincia come una causale strutturata", En: "the text begins like a structured reason"})
	}
	return Remittance{form: FreeText, text: string(text)}, nil
}

func nothingToSay() error {
	return pagonline.NewError(pagonline.CodeRequiredField,
		pagonline.Text{It: "protocollo, istituto o servizio", En: "protocol, institute or service"})
}

// RFB returns the reason of a transfer with any IUV:
// /RFB/<IUV>/<amount>/TXT/<text>. Its error is that of [Wire.Free], or has
// [pagonline.CodeIUVInvalid] for none.
func (w Wire) RFB(iuv notice.IUV, amount euro.Amount) (Remittance, error) {
	return w.remittance(Remittance{form: RFB, iuv: iuv, amount: amount, hasAmount: true})
}

// RFS returns the reason of a transfer with an ISO 11649 reference:
// /RFS/<RF in groups of four>/<amount>/TXT/<text>. Its error is that of [Wire.RFB].
func (w Wire) RFS(rf notice.RF, amount euro.Amount) (Remittance, error) {
	return w.remittance(Remittance{form: RFS, iuv: rf.IUV(), amount: amount, hasAmount: true})
}

func (w Wire) remittance(r Remittance) (Remittance, error) {
	if r.iuv.IsZero() {
		return Remittance{}, noIUV()
	}
	head := r.appendHead(nil)
	text, err := w.appendText(nil, MaxLength-len(head)-len(textTag))
	if err != nil {
		return Remittance{}, err
	}
	r.text = string(text)
	return r, nil
}

func noIUV() error {
	return pagonline.NewError(pagonline.CodeIUVInvalid, pagonline.Text{It: "manca", En: "missing"})
}

// AppendRFB appends what [Wire.RFB] writes to dst, which may be the caller's buffer:
// it allocates nothing if there is room. On error it returns dst as it was.
func (w Wire) AppendRFB(dst []byte, iuv notice.IUV, amount euro.Amount) ([]byte, error) {
	if iuv.IsZero() {
		return dst, noIUV()
	}
	start := len(dst)
	out := Remittance{form: RFB, iuv: iuv, amount: amount, hasAmount: true}.appendHead(dst)
	head := len(out)
	out = append(out, textTag...)
	room := MaxLength - (len(out) - start)
	from := len(out)
	out, err := w.appendText(out, room)
	if err != nil {
		return dst, err
	}
	if len(out) == from {
		out = out[:head] // nothing to say: no empty tag
	}
	return out, nil
}

// appendText appends the text, at most room characters of it.
func (w Wire) appendText(dst []byte, room int) ([]byte, error) {
	used := 0
	for i, s := range [...]string{w.Protocol.public(), w.Institute, w.Service} {
		before, lead := len(dst), ""
		switch {
		case used > 0:
			lead = " - "
		case i == 0 && !hasLabel(s):
			lead = "prot. "
		}
		out, n, err := appendClean(append(dst, lead...), s)
		switch {
		case err != nil:
			return dst[:before], err
		case n == 0: // absent
		case used+len(lead)+n <= room:
			dst, used = out, used+len(lead)+n
		case used == 0:
			return dst[:before], tooLong(len(lead)+n, room)
		default:
			return dst[:before], nil
		}
	}
	return dst, nil
}

// hasLabel reports whether a protocol already begins with the word, short or whole.
func hasLabel(s string) bool {
	word := s
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = s[:i]
	}
	return strings.EqualFold(word, "prot") || strings.EqualFold(word, "protocollo")
}
