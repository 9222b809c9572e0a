package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// serve serves h on the loopback interface until ctx ends.
func serve(ctx context.Context, h http.Handler, ready func(url string)) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	ready("http://" + l.Addr().String())
	<-ctx.Done()
	err = server.Close()
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

var (
	// errDied means that the program did not answer: whatever was asked may have been
	// done, or not.
	errDied = errors.New("crashtest: not answered")
	// errRefused means that it wants to be asked again.
	errRefused = errors.New("crashtest: to be asked again")
)

// post returns the answer with HTTP 200 to a POST.
func post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	w, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDied, err)
	}
	said, err := io.ReadAll(w.Body)
	err = errors.Join(err, w.Body.Close())
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errDied, err)
	case w.StatusCode >= http.StatusInternalServerError:
		return nil, fmt.Errorf("%w: HTTP %d: %s", errRefused, w.StatusCode, said)
	case w.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("HTTP %d: %s", w.StatusCode, said)
	}
	return said, nil
}

// postTo is the handler of events that posts them to a URL.
func postTo(url string) payment.Handler {
	return func(ctx context.Context, e payment.Event) error {
		body, err := json.Marshal(e) //nolint:musttag // both ends are here
		if err == nil {
			_, err = post(ctx, &http.Client{Timeout: 10 * time.Second}, url, body)
		}
		return err
	}
}

// ServeHTTP is the consumer of the events: it writes them into the ledger.
func (l *Ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e payment.Event
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &e) //nolint:musttag // both ends are here
	}
	if err == nil {
		err = l.add(Fact{Kind: Consumed, Event: &e})
	}
	answer(w, "taken", err)
}
