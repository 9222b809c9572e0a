package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Numbers that the networks publish for tests.
var testCards = []string{
	"4222222222222",       // Visa, 13 digits
	"36700102000000",      // Diners
	"378282246310005",     // American Express
	"4111111111111111",    // Visa
	"5555555555554444",    // Mastercard
	"6304000000000000",    // Maestro
	"6759649826438453",    // Maestro
	"6799990100000000019", // Maestro, 19 digits
}

func TestHasCardNumber(t *testing.T) {
	for _, card := range testCards {
		for _, form := range []string{
			card, "la carta è " + card + ", grazie", "carta" + card + "!", grouped(card, " "), grouped(card, "-"), grouped(card, "\u00a0"),
			grouped(card, " - "), grouped(card, "–"), grouped(card, "\n"), strings.Join(strings.Split(card, ""), " "),
			"345/2024 " + card, "scade 12/27 " + grouped(card, " ") + " 123", "tel. 0586 123456 " + grouped(card, " "),
			grouped(card, "\u00ad"), card[:5] + "\u200b" + card[5:], fullwidth(card), arabic(card),
		} {
			require.True(t, desk.HasCardNumber(form), "%q", form)
		}
	}
	for _, none := range []string{
		"", "prot. 345/2024 del 12/11/2024", "12.50", "0586 123456",
		"4111111111111112",                 // wrong check digit
		"411111111111",                     // 12 digits
		"41111111111111111111",             // 20 digits in one piece
		"4111x1111x1111x1111",              // no blanks and no hyphens
		"IT60X0542811101000000123456",      // an IBAN
		"c110729d258c4ab1b765fe902aae41d6", // a receipt's id
		"RSSMRA80A01H501U", "01234567890",  // fiscal codes
		"busta 12, fascicoli 4, 5, 6 e 7-11", // shelfmarks
	} {
		require.False(t, desk.HasCardNumber(none), "%q", none)
	}
}

// grouped writes a number in fours.
func grouped(s, sign string) string {
	var parts []string
	for ; len(s) > 4; s = s[4:] {
		parts = append(parts, s[:4])
	}
	return strings.Join(append(parts, s), sign)
}

func shifted(s string, zero rune) string {
	return strings.Map(func(r rune) rune { return r - '0' + zero }, s)
}

func fullwidth(s string) string { return shifted(s, '０') }
func arabic(s string) string    { return shifted(s, '٠') }

// FuzzHasCardNumber: a card between any two texts is found, unless digits touch it; and
// where there are fewer than 13 digits there is none.
func FuzzHasCardNumber(f *testing.F) {
	for _, s := range []string{"", "la mia carta: ", "12 34-", "٣", "\u00ad4", "\xff1", strings.Repeat("1 ", 40)} {
		f.Add(s, s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		card := testCards[int(which)%len(testCards)]
		for _, form := range []string{card, grouped(card, " "), grouped(card, "-")} {
			if !desk.HasCardNumber(before + "\n" + form + "\n" + after) {
				t.Errorf("%q is not found between %q and %q", form, before, after)
			}
		}
		digits := 0
		for _, r := range before {
			if r >= '0' && r <= '9' || r >= 0x80 {
				digits++
			}
		}
		if digits < 13 && desk.HasCardNumber(before) {
			t.Errorf("%q has no card number", before)
		}
	})
}

// TestHelp is use case 17.
func TestHelp(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		ask := desk.HelpRequest{Owner: "owner", Category: desk.HelpPayment, Reference: "345/2024", Text: "Ho pagato,\nma non vedo la ricevuta."}
		h, err := o.AskHelp(ctx, ask)
		require.NoError(t, err)
		require.Equal(t, desk.HelpOpen, h.Status)
		got, err := o.Help(ctx, "owner", h.ID)
		require.NoError(t, err)
		require.Equal(t, h, got)
		for _, owner := range []string{"other", ""} {
			_, err = o.Help(ctx, owner, h.ID)
			fails(t, err, pagonline.CodeNotFound, "")
		}
		_, err = o.AnswerHelp(ctx, h.ID, "clerk-1", "Carta 4111-1111-1111-1111?")
		fails(t, err, pagonline.CodeSensitiveData, "text")
		h, err = o.AnswerHelp(ctx, h.ID, "clerk-1", "Arriva tra qualche minuto.")
		require.NoError(t, err)
		require.Equal(t, desk.HelpAnswered, h.Status)
		_, err = o.AnswerHelp(ctx, h.ID, "clerk-1", "Eccola.")
		fails(t, err, pagonline.CodeNotAllowed, "")
		h, err = o.CloseHelp(ctx, h.ID, "clerk-2")
		require.NoError(t, err)
		again, err := o.CloseHelp(ctx, h.ID, "clerk-3")
		require.NoError(t, err)
		require.Equal(t, h, again)
		_, err = o.CloseHelp(ctx, "none", "clerk-3")
		fails(t, err, pagonline.CodeNotFound, "")
		for got, err := range o.HelpCases(ctx, desk.HelpFilter{Owner: "owner"}) {
			require.NoError(t, err)
			require.Equal(t, h, got)
		}
	})
}

func TestHelpRefuses(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		for _, c := range []struct {
			r     desk.HelpRequest
			code  pagonline.Code
			field string
		}{
			{desk.HelpRequest{Text: "x"}, pagonline.CodeRequiredField, "category"},
			{desk.HelpRequest{Category: "other", Text: "x"}, pagonline.CodeRequiredField, "category"},
			{desk.HelpRequest{Category: desk.HelpAccess}, pagonline.CodeRequiredField, "text"},
			{desk.HelpRequest{Category: desk.HelpAccess, Text: strings.Repeat("è", 2001)}, pagonline.CodeTextTooLong, "text"},
			{desk.HelpRequest{Category: desk.HelpAccess, Text: "a\x00b"}, pagonline.CodeTextInvalid, "text"},
			{desk.HelpRequest{Category: desk.HelpAccess, Text: "a\xff"}, pagonline.CodeTextInvalid, "text"},
			{desk.HelpRequest{Category: desk.HelpPayment, Text: "carta 4111 1111 1111 1111"}, pagonline.CodeSensitiveData, "text"},
			{desk.HelpRequest{Category: desk.HelpPayment, Text: "x", Reference: "4111111111111111"}, pagonline.CodeSensitiveData, "reference"},
			{desk.HelpRequest{Category: desk.HelpPayment, Text: "x", Reference: strings.Repeat("1", 61)}, pagonline.CodeTextTooLong, "reference"},
		} {
			_, err := o.AskHelp(t.Context(), c.r)
			fails(t, err, c.code, c.field)
			if err != nil {
				require.NotContains(t, err.Error(), "4111")
			}
		}
		for h, err := range o.HelpCases(t.Context(), desk.HelpFilter{}) {
			t.Error("what is refused is not kept", h, err)
		}
	})
}

// TestHelpNotice: one notice number in ten looks like a card's, and may stand in the
// text if it is what the case is about.
func TestHelpNotice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		like := 0
		for serial := uint64(1); serial < 200; serial++ {
			number, err := notice.Issue(1, serial)
			require.NoError(t, err)
			if !desk.HasCardNumber(number.String()) {
				continue
			}
			like++
			r := desk.HelpRequest{Category: desk.HelpPayment, Text: fmt.Sprintf("Avviso %s", number)}
			_, err = o.AskHelp(t.Context(), r)
			fails(t, err, pagonline.CodeSensitiveData, "text")
			for _, reference := range []string{number.Grouped(), number.String()} {
				r.Reference = reference
				for _, form := range []string{number.String(), number.Grouped()} {
					r.Text = "Avviso " + form + " di ieri"
					_, err = o.AskHelp(t.Context(), r)
					require.NoError(t, err)
				}
			}
			r.Text += " e carta 4111 1111 1111 1111"
			_, err = o.AskHelp(t.Context(), r)
			fails(t, err, pagonline.CodeSensitiveData, "text")
		}
		require.Positive(t, like)
	})
}
