package causale_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

func TestSubject(t *testing.T) {
	for _, c := range []struct {
		protocol, institute, service, want string
	}{
		{"345/2024", "ARCHIVIO DI STATO DI LIVORNO", "SERVIZIO DI FOTOCOPIE", "Prot. 345/2024 - Archivio di Stato di Livorno - Servizio di fotocopie"},
		{"345/2024", "Archivio di Stato di Livorno", "Servizio di Fotocopie", "Prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie"},
		{"PROT. N. 345/2024", "", "", "Prot. N. 345/2024"},
		{"", "", "PAGAMENTO RETTA SCOLASTICA", "Pagamento retta scolastica"}, // the notice's own example
		{"", "ARCHIVIO DI STATO DELL’AQUILA", "COPIE A4 B/N", "Archivio di Stato dell'Aquila - Copie A4 B/N"},
		{"", "ACS", "copie", "ACS - copie"},
		{"MIC|MIC_AS-LI|01/02/2024|0000123-P", "ACS", "", "Prot. MIC|MIC_AS-LI|01/02/2024|0000123-P - ACS"},
		{"345/2024", strings.Repeat("i", 75), "copie", "Prot. 345/2024"},
	} {
		s, err := causale.Wire{Protocol: causale.MustParseProtocol(c.protocol), Institute: c.institute, Service: c.service}.Subject()
		require.NoError(t, err)
		require.Equal(t, c.want, s)
	}
	_, err := causale.Wire{}.Subject()
	require.Equal(t, pagonline.CodeRequiredField, pagonline.CodeOf(err))
	_, err = causale.Wire{Institute: strings.Repeat("i", 91)}.Subject()
	require.Equal(t, pagonline.CodeCausaleTooLong, pagonline.CodeOf(err))
	_, err = causale.Wire{Institute: "a\nb"}.Subject()
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))
}

// A Wire has room for the office and the case, and none for a person.
func TestWireHasNoRoomForAPerson(t *testing.T) {
	var fields []string
	for field := range reflect.TypeFor[causale.Wire]().Fields() {
		fields = append(fields, field.Name)
	}
	require.Equal(t, []string{"Protocol", "Institute", "Service"}, fields)
}

// FuzzWireSubject: a subject keeps within its limit; and whatever a detail says of a
// person, nothing that goes on the wire does.
func FuzzWireSubject(f *testing.F) {
	f.Add("345/2024", "ARCHIVIO DI STATO DI LIVORNO", "Servizio di Fotocopie")
	f.Add("x", "àèìòù ÀÈÌÒÙ ǅ", "ﬁ")
	const person = "Fiammetta Inventata"
	f.Fuzz(func(t *testing.T, protocol, institute, service string) {
		p, err := causale.ParseProtocol(protocol)
		if err != nil || strings.Contains(protocol+institute+service, "Inventata") {
			return
		}
		parts := causale.Parts{Protocol: p, Institute: institute, Service: service, Payer: person, Subject: person, Shelfmark: person}
		d, err := rich.Detail(parts)
		if err == nil {
			require.Contains(t, d.String(), person)
			require.LessOrEqual(t, d.Len(), causale.MaxLength)
		}
		w := causale.Wire{Protocol: parts.Protocol, Institute: parts.Institute, Service: parts.Service}
		s, err := w.Subject()
		if err != nil {
			return
		}
		require.LessOrEqual(t, utf8.RuneCountInString(s), causale.MaxSubject)
		r, err := w.RFB(iuv(t, "01000000000000144"), euro.MustParse("12.50"))
		require.NoError(t, err)
		free, err := w.Free()
		require.NoError(t, err)
		require.NotContains(t, s+r.String()+free.String(), "Inventata")
	})
}
