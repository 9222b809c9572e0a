package station

import (
	"crypto/tls"
	"net/http"
	"time"
)

// Server returns a server for the handler, a [Handler] or a mux with it, in which every
// part of a call has a bound: 5 s for the headers, which have 16 KiB, 6 s for the whole
// request, 20 s for the answer, 2 min between two calls. The node gives up after 7 s,
// and 15 s for a receipt. Set its Addr, and call its ListenAndServeTLS with no files if
// the configuration has the certificates; see [TLS]. Without a configuration it is for
// a machine in front that ends TLS and checks who calls.
func Server(handler http.Handler, cfg *tls.Config) *http.Server {
	return &http.Server{
		Handler:           handler,
		TLSConfig:         cfg,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       6 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}
