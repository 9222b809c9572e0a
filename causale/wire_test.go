package causale_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

func iuv(t *testing.T, s string) notice.IUV {
	t.Helper()
	v, err := notice.ParseIUV(s)
	require.NoError(t, err)
	return v
}

var wire = causale.Wire{
	Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie",
}

func TestWire(t *testing.T) {
	free, err := wire.Free()
	require.NoError(t, err)
	require.Equal(t, "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie", free.String())

	rfb, err := wire.RFB(iuv(t, "01000000000000144"), euro.MustParse("12.50"))
	require.NoError(t, err)
	require.Equal(t, "/RFB/01000000000000144/12.50/TXT/prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie", rfb.String())

	rf, err := notice.ParseRF("RF18539007547034")
	require.NoError(t, err)
	rfs, err := wire.RFS(rf, euro.MustParse("12.50"))
	require.NoError(t, err)
	require.Equal(t, "/RFS/RF18 5390 0754 7034/12.50/TXT/"+free.String(), rfs.String())

	buf := []byte("kept ")
	out, err := wire.AppendRFB(buf, iuv(t, "01000000000000144"), euro.MustParse("12.50"))
	require.NoError(t, err)
	require.Equal(t, "kept "+rfb.String(), string(out))

	silent, err := causale.Wire{}.RFB(iuv(t, "01000000000000144"), euro.MustParse("12.50"))
	require.NoError(t, err)
	require.Equal(t, "/RFB/01000000000000144/12.50", silent.String())
	out, err = causale.Wire{}.AppendRFB(nil, iuv(t, "01000000000000144"), euro.MustParse("12.50"))
	require.NoError(t, err)
	require.Equal(t, silent.String(), string(out))
}

func TestWireLeavesOutWhatHasNoRoom(t *testing.T) {
	w := wire
	w.Service = strings.Repeat("s", 70)
	free, err := w.Free()
	require.NoError(t, err)
	require.Contains(t, free.String(), w.Service)
	rfb, err := w.RFB(iuv(t, "01000000000000144"), euro.MustParse("999999999.99"))
	require.NoError(t, err)
	require.Equal(t, "/RFB/01000000000000144/999999999.99/TXT/prot. 345/2024 - Archivio di Stato di Livorno", rfb.String())

	w.Institute = strings.Repeat("è", 90)
	rfb, err = w.RFB(iuv(t, "01000000000000144"), euro.MustParse("999999999.99"))
	require.NoError(t, err)
	require.Equal(t, "/RFB/01000000000000144/999999999.99/TXT/prot. 345/2024", rfb.String())

	_, err = causale.Wire{Institute: strings.Repeat("i", 141)}.Free()
	require.Equal(t, pagonline.CodeCausaleTooLong, pagonline.CodeOf(err))
}

func TestWireRefuses(t *testing.T) {
	_, err := causale.Wire{}.Free()
	require.Equal(t, pagonline.CodeRequiredField, pagonline.CodeOf(err))
	_, err = wire.RFB(notice.IUV{}, euro.Amount{})
	require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err))
	_, err = wire.RFS(notice.RF{}, euro.Amount{})
	require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err))
	bad := causale.Wire{Institute: "a\nb"}
	_, err = bad.Free()
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))
	_, err = bad.RFB(iuv(t, "1"), euro.Amount{})
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))
	out, err := bad.AppendRFB([]byte("kept"), iuv(t, "1"), euro.Amount{})
	require.Error(t, err)
	require.Equal(t, "kept", string(out))
	_, err = bad.AppendRFB(nil, notice.IUV{}, euro.Amount{})
	require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err))
}

func TestWireJSON(t *testing.T) {
	b, err := json.Marshal(wire)
	require.NoError(t, err)
	require.JSONEq(t, `{"protocol":"345/2024","institute":"Archivio di Stato di Livorno","service":"Servizio di Fotocopie"}`, string(b))
	var out causale.Wire
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, wire, out)
}

func TestParseRemittance(t *testing.T) {
	for in, want := range map[string]struct{ iuv, amount, text string }{
		"/RFB/9876096598656344":                                 {"9876096598656344", "", ""},
		"/RFB/9876096598656344/12.34/TXT/Richiesta certificato": {"9876096598656344", "12.34", "Richiesta certificato"},
		"/RFB/9876096598656344/TXT/senza importo":               {"9876096598656344", "", "senza importo"},
		"/RFB/00202200000217527/5.00/TXT/":                      {"00202200000217527", "5.00", ""},
		"/RFB/1/5.00/TXT/prot. 4352/28.28.00-108, 2584/3":       {"1", "5.00", "prot. 4352/28.28.00-108, 2584/3"},
		"/RFS/RF18 5390 0754 7034/45.56":                        {"RF18539007547034", "45.56", ""},
		"prot. 345/2024":                                        {"", "", "prot. 345/2024"},
		"/PUR/LGPE-RIVERSAMENTO/URI/x":                          {"", "", "/PUR/LGPE-RIVERSAMENTO/URI/x"},
	} {
		r, err := causale.ParseRemittance(in)
		require.NoError(t, err, in)
		require.Equal(t, want.iuv, r.IUV().String(), in)
		amount, ok := r.Amount()
		require.Equal(t, want.amount != "", ok, in)
		if ok {
			require.Equal(t, want.amount, amount.String())
		}
		require.Equal(t, want.text, r.Text(), in)
		require.Equal(t, strings.TrimSuffix(in, "/TXT/"), r.String())
	}
	for in, code := range map[string]pagonline.Code{
		"":                       pagonline.CodeRequiredField,
		"/RFB/":                  pagonline.CodeIUVInvalid,
		"/RFB/a b/1.00":          pagonline.CodeIUVInvalid,
		"/RFB/1/1,00":            pagonline.CodeAmountFormat,
		"/RFB/1/1.0":             pagonline.CodeAmountFormat,
		"/RFB/1/":                pagonline.CodeAmountFormat,
		"/RFB/1/1.00/":           pagonline.CodeInputSyntax,
		"/RFB/1/1.00/TXX/a":      pagonline.CodeInputSyntax,
		"/RFB/1/TXT":             pagonline.CodeInputSyntax,
		"/RFS/01000000000000144": pagonline.CodeIUVInvalid,
		"a\nb":                   pagonline.CodeTextInvalid,
		"/RFB/1/1.00/TXT/" + strings.Repeat("à", 125): pagonline.CodeCausaleTooLong,
	} {
		_, err := causale.ParseRemittance(in)
		require.Equal(t, code, pagonline.CodeOf(err), "%q: %v", in, err)
	}
	// The official sample has wrong check digits.
	sample := "/RFS/RF23 5674 8393 7849 4505 5087 5/45.56"
	_, err := causale.ParseRemittance(sample)
	require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err))
	r, err := causale.ParseRemittanceSyntax(sample)
	require.NoError(t, err)
	require.Equal(t, sample, r.String())
	require.Equal(t, causale.RFS, r.Form())
	require.False(t, r.IsZero())
}

func FuzzParseRemittance(f *testing.F) {
	for _, s := range []string{"/RFB/9876096598656344/12.34/TXT/Richiesta certificato", "/RFS/RF23 5674 8393 7849 4505 5087 5/45.56", "/RFB/1/TXT/a/b", "x", "/RFB/1/1.00/TXT/ /TXT/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := causale.ParseRemittanceSyntax(s)
		if err != nil {
			return
		}
		again, err := causale.ParseRemittanceSyntax(r.String())
		require.NoError(t, err, r.String())
		require.Equal(t, r, again)
		require.LessOrEqual(t, utf8.RuneCountInString(r.String()), causale.MaxLength)
	})
}

// FuzzWire: what is built never exceeds its limit and reads back as itself.
func FuzzWire(f *testing.F) {
	f.Add("345/2024", "Archivio di Stato di Livorno", "Servizio di Fotocopie", "01000000000000144", int64(1250))
	f.Fuzz(func(t *testing.T, protocol, institute, service, reference string, cents int64) {
		p, err := causale.ParseProtocol(protocol)
		v, err2 := notice.ParseIUV(reference)
		amount, err3 := euro.Cents(cents)
		if err != nil || err2 != nil || err3 != nil {
			return
		}
		w := causale.Wire{Protocol: p, Institute: institute, Service: service}
		r, err := w.RFB(v, amount)
		b, err2 := w.AppendRFB(nil, v, amount)
		require.Equal(t, err == nil, err2 == nil)
		if err != nil {
			return
		}
		require.Equal(t, r.String(), string(b))
		require.LessOrEqual(t, utf8.RuneCount(b), causale.MaxLength)
		again, err := causale.ParseRemittance(r.String())
		require.NoError(t, err)
		require.Equal(t, r, again)
		read, err := causale.Read(r.String())
		require.NoError(t, err)
		if !strings.Contains(r.Text(), "RF") { // what looks like another one makes it weak
			require.Equal(t, causale.Exact, read.Confidence)
		}
		require.Equal(t, v, read.IUV)
		require.Equal(t, amount, read.Amount)
		require.Equal(t, r.Text(), read.Text)
	})
}
