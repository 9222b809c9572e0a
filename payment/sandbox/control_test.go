package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func TestPostFaults(t *testing.T) {
	c := newTown(t)
	status, said := c.post("/faults", `{"notice":"301000000000000144","call":3,"fault":"lost"}`)
	require.Equal(t, http.StatusCreated, status)
	require.JSONEq(t, `{"notice":"301000000000000144","call":3,"fault":"lost"}`, said)
	status, said = c.post("/faults", ` {"fault":"429"} `)
	require.Equal(t, http.StatusCreated, status)
	require.JSONEq(t, `{"call":1,"fault":"429"}`, said)
	status, said = c.send(http.MethodGet, "/faults", "")
	require.Equal(t, http.StatusOK, status)
	known, err := json.Marshal(sandbox.Faults())
	require.NoError(t, err)
	require.JSONEq(t, `{"faults":[{"notice":"301000000000000144","call":3,"fault":"lost"},{"call":1,"fault":"429"}],"known":`+string(known)+`}`, said)
	status, _ = c.send(http.MethodDelete, "/faults", "")
	require.Equal(t, http.StatusNoContent, status)
	require.Empty(t, c.sandbox.Rules())
	_, said = c.send(http.MethodGet, "/faults", "")
	require.Contains(t, said, `"faults":[]`)
	for _, f := range sandbox.Faults() {
		c.script(`{"fault":"` + string(f) + `"}`)
	}
}

// TestStrict: what is not understood to the letter is refused as a problem in JSON.
func TestStrict(t *testing.T) {
	c := newTown(t)
	for path, bodies := range map[string]map[string]int{
		"/faults": {
			``: 400, `null`: 400, `[]`: 400, `"lost"`: 400, `{}`: 422, `{"fault":"fire"}`: 422, `{"fault":"LOST"}`: 422, `{"fault":500}`: 400,
			`{"Fault":"lost"}`: 400, `{"fault":"lost","fault":"late"}`: 400, `{"fault":"lost","why":"x"}`: 400, `{"fault":"lost"} {}`: 400,
			`{"fault":"lost"`: 400, `{"fault":"lost","call":-1}`: 422, `{"fault":"lost","call":1000001}`: 422, `{"fault":"lost","call":1.5}`: 400,
			`{"fault":"lost","notice":"12"}`: 400, `{"fault":"lost","notice":"901000000000000144"}`: 400, `{"fault":"lost","notice":301000000000000144}`: 400,
			`{"fault":{"fault":"lost"}}`: 400, `{"fault":["lost"]}`: 400, `{"fault":"lost"}` + strings.Repeat(" ", 5000): 400, "\xff": 400,
		},
		"/clock": {
			`{}`: 422, `{"advance":"soon"}`: 422, `{"advance":"-1h"}`: 422, `{"advance":3600}`: 400, `{"advance":"1h","to":"x"}`: 400, `{"advance":"30"}`: 422,
		},
	} {
		for body, want := range bodies {
			status, said := c.post(path, body)
			require.Equal(t, want, status, "%.60s", body)
			var problem struct {
				Title  string `json:"title"`
				Status int    `json:"status"`
				Detail string `json:"detail"`
			}
			require.NoError(t, json.Unmarshal([]byte(said), &problem), said)
			require.Equal(t, want, problem.Status)
			require.NotEmpty(t, problem.Title)
			require.NotEmpty(t, problem.Detail)
		}
	}
	_, said := c.post("/faults", `{"fault":"fire"}`)
	require.Contains(t, said, "second_payment", "it says what there is")
	require.Empty(t, c.sandbox.Rules())
}

func TestScriptBounds(t *testing.T) {
	pagopa := sandbox.New(nil, sandbox.Config{})
	err := pagopa.Script(sandbox.Rule{Fault: sandbox.Lost}, sandbox.Rule{Fault: "fire"})
	require.ErrorIs(t, err, pagonline.ErrInvalid)
	require.Empty(t, pagopa.Rules(), "all or nothing")
	many := make([]sandbox.Rule, 1001)
	for i := range many {
		many[i].Fault = sandbox.Lost
	}
	require.ErrorIs(t, pagopa.Script(many...), pagonline.ErrInvalid)
	require.NoError(t, pagopa.Script(many[:1000]...))
}

func TestClock(t *testing.T) {
	c := newTown(t)
	status, said := c.post("/clock", `{"advance":"30m"}`)
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"now":"2026-11-20T09:30:00Z","queued":0,"parked":0}`, said)
	c.sandbox.Advance(-time.Hour)
	require.Equal(t, c.now.Add(30*time.Minute), c.sandbox.Now(), "not back")
	for range 3 {
		c.sandbox.Advance(1<<63 - 1)
	}
	require.Equal(t, 2126, c.sandbox.Now().Year(), "a century at most")

	c = newTown(t)
	p := c.open(price)
	_, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	_, err = c.sandbox.Verify(t.Context(), p.Key)
	require.ErrorIs(t, err, payment.ErrInCharge)
	c.advance("30m")
	_, err = c.sandbox.Verify(t.Context(), p.Key)
	require.NoError(t, err, "the token's life is over")
}

func TestState(t *testing.T) {
	c := newTown(t)
	paid, paying, free := c.open(price), c.open(price), c.open(price)
	c.pay(paid.Key)
	for _, k := range []payment.Key{paying.Key, free.Key} {
		a, err := c.sandbox.Activate(t.Context(), k, price)
		require.NoError(t, err)
		if k == free.Key {
			require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{}))
		}
	}
	c.script(`{"fault":"lost","call":7}`)
	c.script(named(sandbox.StationDown, free.Key))
	_, err := c.sandbox.Verify(t.Context(), free.Key)
	require.Error(t, err)
	status, said := c.send(http.MethodGet, "/", "")
	require.Equal(t, http.StatusOK, status)
	var told sandbox.State
	require.NoError(t, json.Unmarshal([]byte(said), &told))
	require.Equal(t, c.sandbox.State(), told)
	require.Equal(t, creditor, told.Stations[0].FiscalCode)
	byKey := map[payment.Key]string{}
	for _, n := range told.Notices {
		byKey[n.Key] = n.Status
	}
	require.Equal(t, map[payment.Key]string{paid.Key: "paid", paying.Key: "paying", free.Key: "free"}, byKey)
	require.Equal(t, "queued", told.Receipts[0].Status)
	require.Equal(t, paid.Number.String(), told.Receipts[0].Notice)
	require.Equal(t, []sandbox.Rule{{Call: 7, Fault: sandbox.Lost}}, told.Faults)
	require.Equal(t, sandbox.OutageState{Fault: sandbox.StationDown, Notice: free.Number.String(), Until: c.now.Add(time.Hour)}, told.Outages[0])
	require.Len(t, told.Calls, 4)
	for _, personal := range []string{"Mario", "Rossi", "IT60X", "example.org"} {
		require.NotContains(t, said, personal)
	}

	resp, err := http.Get(c.base + "/sandbox/")
	require.NoError(t, err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "text/html; charset=utf-8", resp.Header.Get("Content-Type"))
	for _, text := range []string{"FAC-SIMILE – NON PAGABILE", paid.Number.Grouped() + ": paid", "station_down in corso", "lost, occasione 7", "paVerifyPaymentNotice"} {
		require.Contains(t, string(page), text)
	}
}

// TestEmptyState has empty lists in JSON, not nulls.
func TestEmptyState(t *testing.T) {
	told, err := json.Marshal(sandbox.New(nil, sandbox.Config{}).State())
	require.NoError(t, err)
	require.NotContains(t, string(told), "null")
}

// TestSameTrace: the same script on the same clock.
func TestSameTrace(t *testing.T) {
	trace := func() (calls []string, ids []string) {
		c := newTown(t, func(p *plan) { p.config.Seed = "seed" })
		require.NoError(t, c.sandbox.Script(
			sandbox.Rule{Call: 2, Fault: sandbox.Duplicated}, sandbox.Rule{Call: 3, Fault: sandbox.SecondPayment},
			sandbox.Rule{Call: 12, Fault: sandbox.StationDown}, sandbox.Rule{Call: 1, Fault: sandbox.Reordered},
		))
		for range 5 {
			ids = append(ids, c.pay(c.open(price).Key))
			c.advance("20m")
		}
		c.advance("48h")
		return c.calls(), ids
	}
	calls, ids := trace()
	for range 3 {
		again, sameIDs := trace()
		require.Equal(t, calls, again)
		require.Equal(t, ids, sameIDs)
	}
}
