package login

import (
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// What is counted: each leaves something in the store.
const (
	countBegin  = "begin"  // a pending sign-in, for minutes
	countAnswer = "answer" // an exchange, for years
	countStart  = "start"  // a session of nobody, for a day
)

// A day's limit is worth so many minutes, and a session of nobody so many times less than
// what else is counted.
const (
	day   = 20
	small = 10
)

// count takes one of what the network of a request may do, or tells how long to wait at
// the most. An attempt that the minute refuses is not counted in the day.
func (h *Handler) count(r *http.Request, what string) error {
	from := network(h.cfg.Client(r))
	if from == "" || h.cfg.PerMinute < 0 {
		return nil
	}
	now, most := h.cfg.Now().UTC(), h.cfg.PerMinute
	if what == countStart {
		most *= small
	}
	for _, limit := range []struct {
		window time.Duration
		most   int
	}{{time.Minute, most}, {24 * time.Hour, most * day}} {
		key := "login:" + what + ":" + limit.window.String() + ":" + identity.HashSecret(from)
		n, err := h.store.Counters().Hit(r.Context(), key, now, limit.window)
		if err != nil {
			return unavailable(err)
		}
		if n > limit.most {
			minutes := strconv.Itoa(int(limit.window / time.Minute))
			return pagonline.NewError(pagonline.CodeTooManyAttempts, pagonline.Same(minutes)).Because(identity.ErrAttempts)
		}
	}
	return nil
}

// network returns the address, or for IPv6 the /64 that one subscriber has, or "".
func network(address netip.Addr) string {
	switch address = address.Unmap(); {
	case !address.IsValid():
		return ""
	case address.Is6():
		return netip.PrefixFrom(address.WithZone(""), 64).Masked().String()
	}
	return address.String()
}

// client returns the address of the connection. This machine's is that of a proxy if the
// site is known by another name: everybody's address is nobody's.
func (h *Handler) client(r *http.Request) netip.Addr {
	connection, _ := netip.ParseAddrPort(r.RemoteAddr) // zero for what is none
	if address := connection.Addr().Unmap(); !address.IsLoopback() || h.local {
		return address
	}
	return netip.Addr{}
}

var number = regexp.MustCompile(`\d+`)

// retryAfter returns the seconds to wait for, of an error whose text tells the minutes.
func retryAfter(e *pagonline.Error) string {
	minutes, err := strconv.Atoi(number.FindString(e.It))
	if err != nil {
		minutes = 1
	}
	return strconv.Itoa(minutes * 60)
}
