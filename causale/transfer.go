package causale

import (
	"strings"

	"github.com/pagonline/pagonline"
)

// maxFlow is the longest flow identifier, in characters.
const maxFlow = 35

// Transfer is the reason of the one bank transfer by which a PSP pays all that it
// took for a creditor in a day (SACI 3.2.1, table 3):
//
//	/PUR/LGPE-RIVERSAMENTO/TXT/<progressive>/URI/<flow>
//	/PUR/LGPE-RIVERSAMENTO/URI/<flow>                      the older form
//
// Transfers compare with ==; the zero value is none.
type Transfer struct {
	flow        string
	progressive int8 // -1 in the older form
}

// The heads of the two forms; a digit and uriTag follow the first.
const (
	transferTag    = "/PUR/LGPE-RIVERSAMENTO"
	uriTag         = "/URI/"
	progressiveTag = transferTag + textTag
)

// NewTransfer returns the reason of the transfer that pays a flow (identificativoFlusso):
// progressive is 0 for the ordinary one, 1 to 9 for those that make up for an anomaly.
// Its error has [pagonline.CodeInputSyntax].
func NewTransfer(flow string, progressive int) (Transfer, error) {
	if !isFlow(flow) || progressive < 0 || progressive > 9 {
		return Transfer{}, badTransfer()
	}
	return Transfer{flow, int8(progressive)}, nil
}

// ParseTransfer reads a reason of either form, and nothing around it. The flow is at
// most 35 letters, digits, - and _: a date, the PSP, a hyphen, its own number. Its
// error has [pagonline.CodeInputSyntax]. [Read] finds one in a bank's text.
func ParseTransfer(s string) (Transfer, error) {
	if rest, ok := strings.CutPrefix(s, progressiveTag); ok && len(rest) > 1 && rest[0] >= '0' && rest[0] <= '9' {
		if flow, ok := strings.CutPrefix(rest[1:], uriTag); ok && isFlow(flow) {
			return Transfer{flow, int8(rest[0] - '0')}, nil
		}
	}
	if flow, ok := strings.CutPrefix(s, transferTag+uriTag); ok && isFlow(flow) {
		return Transfer{flow, -1}, nil
	}
	return Transfer{}, badTransfer()
}

func badTransfer() error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
		It: "serve /PUR/LGPE-RIVERSAMENTO/TXT/<progressivo>/URI/<flusso>",
		En: "it must be /PUR/LGPE-RIVERSAMENTO/TXT/<progressive>/URI/<flow>",
	})
}

// isFlow reports whether s has the form of a flow identifier (SACI 3.2.1, table 7):
// 2023-03-08GovPAYPsp1-15442458845.
func isFlow(s string) bool {
	if len(s) > maxFlow || len(s) < len("yyyy-mm-dd-n") {
		return false
	}
	for i := range len(s) {
		if !isReferenceByte(s[i]) {
			return false
		}
	}
	_, err := pagonline.ParseDate(s[:10])
	hyphen := strings.IndexByte(s[10:], '-')
	return err == nil && hyphen >= 0 && hyphen+10 < len(s)-1
}

// isReferenceByte reports whether c may stand in a flow identifier or an IUV.
func isReferenceByte(c byte) bool { return isAlphanumeric(c) || c == '-' || c == '_' }

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// IsZero reports whether t is none.
func (t Transfer) IsZero() bool { return t.flow == "" }

// Flow returns the identifier of the reporting flow, "" for none.
func (t Transfer) Flow() string { return t.flow }

// Progressive returns the number of the transfer within its flow, which the older
// form does not tell.
func (t Transfer) Progressive() (n int, ok bool) {
	if t.IsZero() || t.progressive < 0 {
		return 0, false
	}
	return int(t.progressive), true
}

// String returns the reason in the form in which it was read, "" for none.
func (t Transfer) String() string {
	switch {
	case t.IsZero():
		return ""
	case t.progressive < 0:
		return transferTag + uriTag + t.flow
	default:
		return progressiveTag + string(rune('0'+t.progressive)) + uriTag + t.flow
	}
}

// MarshalText returns the reason.
func (t Transfer) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a reason; the empty text is none.
func (t *Transfer) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = Transfer{}
		return nil
	}
	read, err := ParseTransfer(string(b))
	if err != nil {
		return err
	}
	*t = read
	return nil
}
