package causale_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

// The protocol of a remittance stands in its text, or before its tag.
func TestReadRemittanceText(t *testing.T) {
	for _, in := range []string{
		"/RFB/" + v17 + "/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno - capo XXIX cap. 2584 art. 3",
		"prot. 345/2024, capo XXIX cap. 2584 art. 3 /RFB/" + v17 + "/12.50",
		"avviso 301000000000000144, prot. 345/2024, capo XXIX cap. 2584 art. 3",
	} {
		r, err := causale.Read(in)
		require.NoError(t, err)
		require.Equal(t, v17, r.IUV.String(), in)
		require.Equal(t, "345/2024", r.Protocol.String(), in)
		require.Equal(t, "29/2584/03", r.Revenue.String(), in)
	}
	r, err := causale.Read("/RFB/" + v17 + "/12.50/TXT/copie 3/24")
	require.NoError(t, err)
	require.True(t, r.Protocol.IsZero(), "a guess is not good enough beside an IUV")
}

func TestReadRefusesHostileText(t *testing.T) {
	for in, code := range map[string]pagonline.Code{
		"a\x00b":                       pagonline.CodeTextInvalid,
		"a\x1b[31m":                    pagonline.CodeTextInvalid,
		"a\u0085b":                     pagonline.CodeTextInvalid,
		"prot. \xff":                   pagonline.CodeTextInvalid,
		"a\u202eb":                     pagonline.CodeCausaleCharset,
		"345\ufffd/2024":               pagonline.CodeCausaleCharset,
		"a\u200bb":                     pagonline.CodeCausaleCharset,
		"prot. ３４５":                    pagonline.CodeCausaleCharset,
		"prot. 34٥":                    pagonline.CodeCausaleCharset,
		"/RFB/０1/1.00":                 pagonline.CodeCausaleCharset,
		strings.Repeat("x", 1_000_000): pagonline.CodeTextTooLong,
	} {
		_, err := causale.Read(in)
		require.Equal(t, code, pagonline.CodeOf(err), "%.20q", in)
	}
	_, err := causale.Read("due\nrighe\x00")
	require.Equal(t, "text_invalid: Text with invalid characters at position 10.", err.Error(), "counted in the text as it came")
}

// What a bank does to a text in one place makes a reading less sure, never wrong.
func TestReadDamaged(t *testing.T) {
	for _, in := range []string{
		"/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/" + flow + "/ZZ4",
		"/RFB/" + v17 + "/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno",
		"/RFS/RF18 5390 0754 7034/45.56/TXT/prot. 345/2024 - Archivio di Stato di Livorno",
		"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 fotocopie",
	} {
		want, err := causale.Read(in)
		require.NoError(t, err)
		cut := ""
		check := func(damaged string) {
			got, err := causale.Reader{RFSyntax: true}.Read(damaged)
			require.NoError(t, err, damaged)
			if got.Confidence == causale.Weak {
				return
			}
			switch {
			case damaged == cut: // a cut that leaves the form whole cannot be seen
				require.True(t, strings.HasPrefix(want.Flow, got.Flow), damaged)
				require.True(t, strings.HasPrefix(want.IUV.String(), got.IUV.String()), damaged)
			case got.Kind == want.Kind:
				require.Equal(t, want.IUV, got.IUV, damaged)
				require.True(t, strings.EqualFold(want.Flow, got.Flow), damaged)
			}
			if got.HasAmount {
				require.Equal(t, want.Amount, got.Amount, damaged)
			}
			if got.Kind == causale.KindDetail && !got.Protocol.IsZero() && (damaged != cut || got.Protocol.Year() > 0) {
				require.Truef(t, want.Protocol.Equal(got.Protocol), "%q: %s", damaged, got.Protocol)
			}
		}
		for i := range len(in) + 1 {
			check(in[:i] + " " + in[i:])
			check(in[:i] + "\n" + in[i:])
			cut = in[:i]
			check(cut)
			if i < len(in) && in[i] == '/' && !strings.HasPrefix(in[i:], "/2024") {
				for _, sign := range []string{" ", "?", ".", "//", "|"} {
					check(in[:i] + sign + in[i+1:])
				}
			}
			if i < len("/RFB/") && in[i] == '/' {
				check(in[:i] + in[i+1:]) // nor can it be seen that a reference ended
			}
		}
		check(strings.ToLower(in))
		check("RI1" + in + " ACCREDITO")
	}
}

// FuzzRead: reading never panics, never fails but for the reasons it states, and makes
// nothing up.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"/PUR/LGPE-RIVERSAMENTO/TXT/0/URI/" + flow, "ACCREDITI VARI L GPE-RIVERSAMENTO URI 2024-12-15 IUV_VALID",
		"/RFB/" + v17 + "/12.50/TXT/prot. 345/2024", "RFB" + v17 + "12.34TXTcopie", "/RFS/RF18 5390 0754 7034/45.56", "avviso 3010 0000 0000 0001 44",
		"prot. 34 5/2024", "prot. 345/20 24", "Capo XXIX, Capitolo 2584, art. 3", "MIC|MIC_AS-LI|01/02/2024|0000123-P", "a\nb", "prot. n. 12.345/2024",
	} {
		f.Add(s)
	}
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case 'a' <= r && r <= 'z':
				return r - 'a' + 'A'
			case r < '0' || r > '9' && r < 'A' || r > 'Z':
				return -1
			}
			return r
		}, s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := causale.Reader{RFSyntax: true}.Read(s)
		if err != nil {
			require.Contains(t, []pagonline.Code{pagonline.CodeTextInvalid, pagonline.CodeCausaleCharset, pagonline.CodeTextTooLong}, pagonline.CodeOf(err))
			return
		}
		require.True(t, utf8.ValidString(r.Text))
		require.Contains(t, []causale.Confidence{causale.Exact, causale.Likely, causale.Weak}, r.Confidence)
		in := bare(s)
		require.Contains(t, in, bare(r.IUV.String()))
		require.Contains(t, in, bare(r.Flow))
		require.Contains(t, in, bare(r.Protocol.String()))
		require.Contains(t, bare(r.Protocol.String()), r.Protocol.Number())
		require.Equal(t, r.Kind == causale.KindTransfer, r.Flow != "")
		require.False(t, r.Kind == causale.KindDetail && !r.IUV.IsZero())
		again, err := causale.Reader{RFSyntax: true}.Read(s)
		require.NoError(t, err)
		require.Equal(t, r, again)
	})
}
