package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/payment"
)

// Deliveries returns what came of the events that wait.
func (t Tables) Deliveries() payment.Deliveries { return deliveries(t) }

type deliveries Tables

func (s deliveries) Put(ctx context.Context, d payment.Delivery) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO deliveries (event, handler, state, tries, code, at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (event, handler) DO UPDATE
			SET state = excluded.state, tries = excluded.tries, code = excluded.code, at = excluded.at`,
			d.Event, d.Handler, string(d.State), d.Tries, string(d.Code), instant(d.At))
		return err
	})
}

const selectDeliveries = `SELECT event, handler, state, tries, code, at FROM deliveries`

// Of asks for so many at a time that a statement never has too many parameters.
func (s deliveries) Of(ctx context.Context, events ...int64) (all []payment.Delivery, err error) {
	events = slices.Compact(slices.Sorted(slices.Values(events)))
	for len(events) > 0 && err == nil {
		n := min(len(events), page)
		args, places := make([]any, n), make([]string, n)
		for i, event := range events[:n] {
			args[i], places[i] = event, fmt.Sprintf("$%d", i+1)
		}
		events = events[n:]
		var some []payment.Delivery
		some, err = s.list(ctx, selectDeliveries+` WHERE event IN (`+strings.Join(places, ", ")+`) ORDER BY event, handler`, args...)
		all = append(all, some...)
	}
	return all, err
}

func (s deliveries) Parked(ctx context.Context) iter.Seq2[payment.Delivery, error] {
	return func(yield func(payment.Delivery, error) bool) {
		var last payment.Delivery
		for {
			some, err := s.list(ctx, selectDeliveries+fmt.Sprintf(
				` WHERE state = 'parked' AND (event, handler) > ($1, $2) ORDER BY event, handler LIMIT %d`, page), last.Event, last.Handler)
			if err != nil {
				yield(payment.Delivery{}, err)
				return
			}
			for _, d := range some {
				if !yield(d, nil) {
					return
				}
			}
			if len(some) < page {
				return
			}
			last = some[len(some)-1]
		}
	}
}

func (s deliveries) Forget(ctx context.Context, event int64) error {
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `DELETE FROM deliveries WHERE event = $1`, event)
		return err
	})
}

func (s deliveries) list(ctx context.Context, query string, args ...any) (all []payment.Delivery, err error) {
	err = s.DB.Query(ctx, func(row Row) error {
		var d payment.Delivery
		var at string
		err := row.Scan(&d.Event, &d.Handler, &d.State, &d.Tries, &d.Code, &at)
		if err == nil {
			d.At, err = parseInstant(at)
		}
		all = append(all, d)
		return err
	}, query, args...)
	return all, err
}
