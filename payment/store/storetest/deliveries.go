package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

func testDeliveries(t *testing.T, st Store) {
	ctx := t.Context()
	delivery := func(event int64, handler string, state payment.DeliveryState, tries int) payment.Delivery {
		return payment.Delivery{
			Event: event, Handler: handler, State: state, Tries: tries, Code: pagonline.CodeUnavailable, At: at(tries),
		}
	}
	none := []payment.Delivery(nil)
	equal(t, "Of no event", value(st.Deliveries().Of(ctx))(t), none)
	equal(t, "Of an event that nobody tried", value(st.Deliveries().Of(ctx, 2))(t), none)
	equal(t, "Parked where nothing is", collect(t, st.Deliveries().Parked(ctx)), none)

	done := delivery(2, "mail", payment.DeliveryDone, 0)
	done.Code = ""
	retry, later, last := delivery(2, "webhook", payment.DeliveryRetry, 1), delivery(3, "mail", payment.DeliveryRetry, 1), delivery(10, "è", payment.DeliveryParked, 9)
	for _, d := range []payment.Delivery{retry, last, later, done} {
		must(t, st.Deliveries().Put(ctx, d))
	}
	equal(t, "Of one event", value(st.Deliveries().Of(ctx, 2))(t), []payment.Delivery{done, retry})
	equal(t, "Of some", value(st.Deliveries().Of(ctx, 10, 7, 2))(t), []payment.Delivery{done, retry, last})
	retry.State, retry.Tries, retry.At = payment.DeliveryParked, 2, at(2)
	must(t, st.Deliveries().Put(ctx, retry))
	equal(t, "Of, put again", value(st.Deliveries().Of(ctx, 2))(t), []payment.Delivery{done, retry})
	equal(t, "Parked", collect(t, st.Deliveries().Parked(ctx)), []payment.Delivery{retry, last})

	// All of it is part of a unit of work.
	wantErr(t, "failed unit", st.Do(ctx, func(ctx context.Context) error {
		must(t, st.Deliveries().Forget(ctx, 2))
		must(t, st.Deliveries().Put(ctx, delivery(4, "mail", payment.DeliveryDone, 0)))
		equal(t, "Of, inside", value(st.Deliveries().Of(ctx, 2, 4))(t), []payment.Delivery{{Event: 4, Handler: "mail", State: payment.DeliveryDone, Code: pagonline.CodeUnavailable, At: at(0)}})
		return errTest
	}), errTest)
	equal(t, "Of, after a failed unit", value(st.Deliveries().Of(ctx, 2, 4))(t), []payment.Delivery{done, retry})

	must(t, st.Deliveries().Forget(ctx, 2))
	must(t, st.Deliveries().Forget(ctx, 2))
	equal(t, "what Forget left", value(st.Deliveries().Of(ctx, 2, 3, 10))(t), []payment.Delivery{later, last})
	equal(t, "Parked, afterwards", collect(t, st.Deliveries().Parked(ctx)), []payment.Delivery{last})

	// Many of them, of few events and of many.
	const many = 250
	var events []int64
	in(t, st, func(ctx context.Context) {
		must(t, st.Deliveries().Forget(ctx, 10))
		for i := range int64(many) {
			must(t, st.Deliveries().Put(ctx, delivery(20, fmt.Sprintf("h%03d", i), payment.DeliveryParked, 1)))
			must(t, st.Deliveries().Put(ctx, delivery(1000+i, "mail", payment.DeliveryParked, 1)))
			events = append(events, 1000+i)
		}
	})
	slices.Reverse(events)
	all := value(st.Deliveries().Of(ctx, append(events, events...)...))(t)
	equal(t, "Of many, each once", len(all), many)
	equal(t, "Of many, in order", slices.IsSortedFunc(all, func(a, b payment.Delivery) int { return cmp.Compare(a.Event, b.Event) }), true)
	parked := collect(t, st.Deliveries().Parked(ctx))
	equal(t, "many parked", len(parked), 2*many)
	for i, d := range parked {
		want := delivery(20, fmt.Sprintf("h%03d", i), payment.DeliveryParked, 1)
		if i >= many {
			want = delivery(1000+int64(i)-many, "mail", payment.DeliveryParked, 1)
		}
		if d != want {
			t.Fatalf("parked %d: %+v, want %+v", i, d, want)
		}
	}
	for d, err := range st.Deliveries().Parked(ctx) {
		must(t, err)
		equal(t, "the first", d, parked[0])
		break
	}
}
