package pagonline_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

func TestErrorHasClassCodeAndDetail(t *testing.T) {
	err := fmt.Errorf("open position: %w", pagonline.NewError(pagonline.CodeAlreadyPaid).At("notice").Because(io.ErrUnexpectedEOF))
	require.ErrorIs(t, err, pagonline.ErrConflict)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NotErrorIs(t, err, pagonline.ErrInvalid)
	require.ErrorIs(t, err, pagonline.NewError(pagonline.CodeAlreadyPaid), "one code is one error")
	require.NotErrorIs(t, err, pagonline.NewError(pagonline.CodeConflict))
	require.ErrorIs(t, err, pagonline.NewError(pagonline.CodeAlreadyPaid).Because(io.ErrUnexpectedEOF))
	require.NotErrorIs(t, err, pagonline.NewError(pagonline.CodeAlreadyPaid).Because(io.EOF))
	require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	require.Equal(t, "open position: already_paid (notice): This notice is already paid.", err.Error())
	require.NotContains(t, err.Error(), io.ErrUnexpectedEOF.Error(), "the detail is for the log")
}

func TestPlaceholdersAreFilledOnce(t *testing.T) {
	e := pagonline.NewError(pagonline.CodeAmountMismatch, pagonline.Same("{1}"), pagonline.Same("2"), pagonline.Text{It: "tre", En: "three"})
	require.Equal(t, "Pagato (1), dovuto 2: differenza tre.", e.It)
	require.Equal(t, "Paid (1), due 2: difference three.", e.En)
	require.Equal(t, e.En, e.In("en"))
	require.Equal(t, e.It, e.In("fr"))
}

// TestTexts: each code of the list has both texts, with the same number of
// placeholders in each.
func TestTexts(t *testing.T) {
	require.Len(t, pagonline.Codes(), 76)
	for _, code := range pagonline.Codes() {
		e := pagonline.NewError(code)
		require.Equal(t, code, e.Code)
		require.NotEmpty(t, e.It, code)
		require.NotEmpty(t, e.En, code)
		require.Equal(t, strings.Count(e.It, "{"), strings.Count(e.En, "{"), code)
		require.Equal(t, strings.Count(e.It, "{"), strings.Count(e.It, "}"), code)
		require.Error(t, e.Class, code)
		filled := pagonline.NewError(code, pagonline.Same("a"), pagonline.Same("b"), pagonline.Same("c"), pagonline.Same("d"))
		require.NotContains(t, filled.It+filled.En, "{", code)
	}
}

func TestForeignErrorsAreInternal(t *testing.T) {
	e := pagonline.AsError(io.EOF)
	require.Equal(t, pagonline.CodeInternal, e.Code)
	require.ErrorIs(t, e, io.EOF)
	require.ErrorIs(t, e, pagonline.ErrInternal)
	require.Nil(t, pagonline.AsError(nil))
	require.Empty(t, pagonline.CodeOf(nil))
	require.Equal(t, pagonline.NewError(pagonline.CodeInternal).It, pagonline.NewError("no such code").It)
}

func TestErrorJSONAndLog(t *testing.T) {
	e := pagonline.NewError(pagonline.CodeAmountAmbiguous, pagonline.Same("1.234"), pagonline.Same("1234.00"), pagonline.Same("1.23")).
		At("unitPrice").Because(errors.New("cause"))
	b, err := json.Marshal(e)
	require.NoError(t, err)
	require.JSONEq(t, `{"code":"amount_ambiguous","field":"unitPrice",
		"it":"Importo ambiguo: \"1.234\". Scrivere 1234.00 oppure 1.23.",
		"en":"Ambiguous amount: \"1.234\". Write 1234.00 or 1.23."}`, string(b))

	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Error("x", "err", e)
	require.Contains(t, out.String(), "err.code=amount_ambiguous err.field=unitPrice err.detail=cause")
	require.NotContains(t, out.String(), "1.234", "what was typed stays out of the log")
}
